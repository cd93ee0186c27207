"""`assignwork erase`: copies of files without a person's names, all of them or none."""

import gzip
import json

import pytest

from assignwork import Dispatcher, Workspace, wire

COMMANDS = [
    {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing", "customer": "Jane Doe",
                                       "subject": "my bill"}},
    {"at": 60, "do": "reply", "item": "t-1", "by": "agent"},
    {"at": 90, "do": "set_presence", "agent": "ana", "presence": "away",
     "reason": "calls Jane Doe"},
]  # fmt: skip
WORKSPACE = {
    "schema": 1,
    "teams": [{"id": "billing"}],
    "agents": [{"id": "ana", "capacity": 2, "primary": ["billing"]}],
}


@pytest.fixture
def files(folder):
    folder.write("w.json", WORKSPACE)
    folder.write("c.jsonl", COMMANDS)
    done = folder.run(
        "replay", "--workspace", "w.json", "--commands", "c.jsonl", "--events", "e.jsonl"
    )
    assert done.code == 0
    desk = Dispatcher(Workspace.from_dict(WORKSPACE))
    for _, at, command in wire.read_commands(folder.path / "c.jsonl"):
        desk.handle(command, now=at)
    folder.write("s.json", desk.snapshot())
    return folder


def erase(files, subject, *args):
    return files.run(
        "erase", "--subject", subject, "--commands", "c.jsonl", "--events", "e.jsonl",
        "--snapshot", "s.json", "--workspace", "w.json", "--out", "out", *args,
    )  # fmt: skip


def test_copies_of_all_files_are_written_and_the_originals_stay(files):
    before = {name: (files.path / name).read_bytes() for name in files.names()}
    done = erase(files, "Jane Doe")
    assert done.code == 0
    assert done.stdout.splitlines() == [
        "erased-1 stands in its place: 2 times as a person, 3 texts, 2 subjects emptied",
        "4 files written to out",
    ]
    assert {name: (files.path / name).read_bytes() for name in before} == before
    written = sorted(path.name for path in (files.path / "out").iterdir())
    assert written == ["c.jsonl", "e.jsonl", "s.json", "w.json"]
    texts = "".join((files.path / "out" / name).read_text() for name in written)
    assert "Jane" not in texts
    assert "my bill" not in texts
    assert files.lines("out/c.jsonl")[0]["item"] == {
        "id": "t-1", "team": "billing", "customer": "erased-1",
    }  # fmt: skip


def test_the_erased_commands_replay_to_the_erased_events(files):
    assert erase(files, "ana").code == 0
    done = files.run(
        "replay", "--workspace", "out/w.json", "--commands", "out/c.jsonl", "--events", "again"
    )
    assert done.code == 0
    assert (files.path / "again").read_bytes() == (files.path / "out/e.jsonl").read_bytes()
    restored = Dispatcher.restore(json.loads((files.path / "out/s.json").read_text()))
    assert list(restored.agents) == ["erased-1"]


def test_as_json_it_tells_a_program(files):
    done = erase(files, "ana", "--json", "--pseudonym", "agent-7")
    found = json.loads(done.stdout)
    assert found["pseudonym"] == "agent-7"
    assert found["files"] == ["out/c.jsonl", "out/e.jsonl", "out/w.json", "out/s.json"]
    assert found["left"] == {}


def test_packed_logs_stay_packed_and_toml_becomes_json(folder):
    packed = gzip.compress(json.dumps({"at": 0, "do": "pull", "agent": "ana"}).encode())
    folder.write("c.jsonl.gz", packed)
    folder.write("w.toml", 'teams = [{ id = "t" }]\nagents = [{ id = "ana" }]\n')
    done = folder.run(
        "erase", "--subject", "ana", "--commands", "c.jsonl.gz", "--workspace", "w.toml",
        "--out", "a/b",
    )  # fmt: skip
    assert done.code == 0
    line = gzip.decompress((folder.path / "a/b/c.jsonl.gz").read_bytes())
    assert json.loads(line) == {"at": 0, "do": "pull", "agent": "erased-1"}
    found = json.loads((folder.path / "a/b/w.json").read_text())
    assert found["agents"] == [{"id": "erased-1"}]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--subject", "nobody"], "nobody is called 'nobody' here"),
        (["--subject", "ana", "--pseudonym", "Jane Doe"], "the pseudonym 'Jane Doe' is in use"),
    ],
)
def test_what_cannot_be_erased_is_refused_and_nothing_written(files, args, said):
    done = files.run("erase", *args, "--commands", "c.jsonl", "--out", "out")
    assert done.code == 2
    assert said in done.stderr
    assert not (files.path / "out").exists()


@pytest.mark.parametrize("bad", ['{"at": 0, "do": "asign"}\n', "[1]\n", '{"at": 0'])
def test_a_bad_line_names_its_file_and_line_and_nothing_is_written(files, bad):
    good = (files.path / "c.jsonl").read_text()
    files.write("bad.jsonl", good + bad)
    done = files.run(
        "erase", "--subject", "ana", "--commands", "bad.jsonl", "--workspace", "w.json",
        "--out", "out",
    )  # fmt: skip
    assert done.code == 2
    assert "bad.jsonl, line 4" in done.stderr
    assert not (files.path / "out").exists()


def test_inputs_are_never_written_over(files):
    done = files.run("erase", "--subject", "ana", "--commands", "c.jsonl", "--out", ".")
    assert done.code == 2
    assert "is an input of this run" in done.stderr
    (files.path / "b").mkdir()
    files.write("b/c.jsonl", COMMANDS)
    done = files.run(
        "erase", "--subject", "ana", "--commands", "c.jsonl", "--commands", "b/c.jsonl",
        "--out", "out",
    )  # fmt: skip
    assert done.code == 2
    assert "is another output of this run" in done.stderr


@pytest.mark.parametrize("args", [[], ["--commands", "-"]])
def test_without_files_or_from_a_pipe_it_cannot_work(folder, args):
    done = folder.run("erase", "--subject", "ana", *args, "--out", "out")
    assert done.code == 2
    assert "Usage" in done.stderr


def test_a_workspace_that_is_not_there_is_named(folder):
    done = folder.run("erase", "--subject", "ana", "--workspace", "w.json", "--out", "out")
    assert done.code == 2
    assert "w.json: cannot be read" in done.stderr
