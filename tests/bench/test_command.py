"""`assignwork bench`."""

import json

import pytest
from click.testing import CliRunner

from assignwork.bench.workloads import WORKLOADS
from assignwork.cli import main

DESK = ["--workspace", "w.json", "--commands", "c.jsonl", "--runs", "1"]


def bench(*args):
    return CliRunner().invoke(main, ["bench", *args])


def kept(folder, name="out.json"):
    return json.loads((folder / name).read_text())


def keep(folder, found, name="old.json"):
    (folder / name).write_text(json.dumps(found))


def test_a_desk_of_ones_own_is_measured_on_its_own_log(folder):
    ran = bench(*DESK, "--json", "out.json")
    assert ran.exit_code == 0, ran.output
    head, desk, commands, from_file, _, counts, _, *verbs = ran.stdout.splitlines()
    assert head.split() == [
        "workload",
        "size",
        "ours/s",
        "bare",
        "loop/s",
        "ratio",
        "target",
        "met",
    ]
    assert desk.startswith("desk                 2 x 3, 20 items")
    assert commands.startswith("desk: commands       60 commands")
    assert from_file.startswith("desk: from the file  60 commands")
    assert counts.startswith("operations per lifecycle: keys_computed")
    assert [line.split()[:2] for line in verbs] == [
        ["close", "20"], ["reply", "20"], ["submit", "20"],
    ]  # fmt: skip


def test_the_figures_of_a_desk_as_json(folder):
    bench(*DESK, "--json", "out.json")
    found = kept(folder)
    assert (found["kind"], found["schema"], found["runs"]) == ("assignwork.bench", 1, 1)
    assert list(found["subject"]) == ["desk"]
    assert found["rows"][0]["ours"] > 0
    assert found["rows"][0]["counts"]["choices"] == 1.0
    assert found["operations"]["choices"] == 20
    assert found["calls"]["submit"]["count"] == 20
    assert 0 < found["calls"]["submit"]["p50_us"] <= found["calls"]["submit"]["p99_us"]


def test_a_desk_is_the_same_however_it_is_written(folder):
    bench(*DESK, "--json", "out.json")
    workspace = json.loads((folder / "w.json").read_text())
    (folder / "w.json").write_text(json.dumps(dict(reversed(workspace.items())), indent=4))
    bench(*DESK, "--json", "other.json")
    assert kept(folder)["subject"] == kept(folder, "other.json")["subject"]


@pytest.fixture
def baseline(folder):
    """What a first run kept, its ratio so low that no machine is too slow for it."""
    bench(*DESK, "--json", "old.json")
    found = kept(folder, "old.json")
    found["rows"][0]["figure"] = 1e-9
    keep(folder, found)
    return found


def test_no_slowdown_ends_well(folder, baseline):
    ran = bench(*DESK, "--compare", "old.json")
    assert ran.exit_code == 0
    assert ran.stderr == "not slower than old.json (3 rows compared)\n"


def test_a_count_that_grew_ends_with_1(folder, baseline):
    baseline["rows"][0]["counts"]["choices"] = 0.5
    keep(folder, baseline)
    ran = bench(*DESK, "--compare", "old.json")
    assert ran.exit_code == 1
    assert ran.stderr == (
        "slower: desk (2 x 3, 20 items): choices grew from 0.5 to 1.0 (+100.0 %, tolerance 2.0 %)\n"
    )


def test_a_ratio_that_fell_ends_with_1(folder, baseline):
    baseline["rows"][0]["figure"] = 1000.0
    keep(folder, baseline)
    ran = bench(*DESK, "--compare", "old.json", "--tolerance", "0.5")
    assert ran.exit_code == 1
    assert "the ratio to the bare loop fell from 1000.000 to" in ran.stderr
    assert "tolerance 50.0 %" in ran.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": 2}, "error: old.json, field schema: measurements of schema 2 cannot be"),
        ({"subject": {"desk": "other"}}, "error: old.json, field subject: measures another desk"),
        ({"kind": "something"}, "error: old.json, field kind: holds no measurement"),
    ],
)
def test_a_baseline_of_something_else_ends_with_2(folder, baseline, changes, said):
    keep(folder, baseline | changes)
    ran = bench(*DESK, "--compare", "old.json")
    assert ran.exit_code == 2
    assert ran.stderr.startswith(said)


def test_a_bad_baseline_is_refused_before_anything_is_measured(folder, monkeypatch):
    monkeypatch.setattr("assignwork.cli.bench.measure_desk", None)
    ran = bench(*DESK, "--compare", "none.json")
    assert (ran.exit_code, ran.stdout) == (2, "")


def test_the_figures_never_replace_the_baseline_they_are_compared_with(folder, baseline):
    ran = bench(*DESK, "--json", "old.json", "--compare", "old.json")
    assert ran.exit_code == 2
    assert "is an input of this run" in ran.stderr


def test_a_refused_command_ends_with_2_and_its_place(folder):
    with (folder / "c.jsonl").open("a") as log:
        log.write('{"at": 9999, "do": "close", "item": "t-99"}\n')
    ran = bench(*DESK)
    assert ran.exit_code == 2
    assert ran.stderr.startswith("error: c.jsonl, line 61, field item: no item 't-99'")


@pytest.mark.parametrize(
    "args", [["--workspace", "w.json"], [*DESK, "--small"], ["--workloads", "steady,stady"]]
)
def test_options_that_do_not_go_together_are_refused(folder, args):
    ran = bench(*args)
    assert ran.exit_code == 2
    assert ran.stderr.startswith("Usage:")


def test_workloads_are_printed_in_one_table(folder):
    ran = bench("--small", "--runs", "1", "--workloads", "explain,steady", "--json", "out.json")
    assert ran.exit_code == 0, ran.output
    assert [line.split()[0] for line in ran.stdout.splitlines()] == [
        "workload", "steady", "steady", "steady", "steady", "explain",
    ]  # fmt: skip
    assert kept(folder)["subject"] == {"workloads": "small"}


def test_figures_on_stdout_stand_alone_for_programs(folder):
    ran = bench(*DESK, "--json", "-")
    assert json.loads(ran.stdout)["kind"] == "assignwork.bench"


def test_a_replay_without_its_log_is_skipped_with_the_reason(folder):
    replay = ("--small", "--runs", "1", "--workloads", "replay")
    ran = bench(*replay, "--log", str(folder / "none.csv.gz"))
    assert ran.exit_code == 0
    assert f"skipped: no {folder / 'none.csv.gz'}" in ran.stdout
    assert "skipped: no log given" in bench(*replay).stdout


def test_help_names_every_workload():
    text = " ".join(bench("--help").output.split())
    assert all(name in text for name in WORKLOADS)
