"""`assignwork escalations`: a real log's moves up the lines beside an escalation path."""

import json

import pytest

CSV = """\
id,at,state,group,agent,priority
a,1970-01-01T00:00,open,G1,ana,3
a,1970-01-01T00:30,queued,G2_2nd,,3
a,1970-01-01T00:40,open,G2_2nd,bob,3
a,1970-01-01T00:55,done,G2_2nd,,3
b,1970-01-01T00:00,open,G1,ana,2
b,1970-01-01T00:20,done,G1,ana,2
"""
MAPPING = """\
name = "small"
reader = "csv"
[fields]
case = "id"
at = "at"
state = "state"
group = "group"
agent = "agent"
priority = "priority"
[states]
open = ["open"]
queued = ["queued"]
done = ["done"]
"""
LINES = '[groups]\nlines = { "2nd" = 2, "3rd" = 3 }\n'


@pytest.fixture
def log(folder):
    folder.write("log.csv", CSV)
    folder.write("m.toml", MAPPING + LINES)
    return folder


def study(log, *args):
    return log.run("escalations", "csv", "log.csv", "--mapping", "m.toml", *args)


def test_the_study_goes_to_stdout(log):
    done = study(log)
    assert done.code == 0
    assert done.stdout.startswith("Escalation study: 2 items of log.csv\n")
    assert "What to keep in mind" in done.stdout
    assert log.names() == ["log.csv", "m.toml"]


def test_as_json_with_a_plan_a_page_and_the_replays(log):
    log.write("plan.json", {"sla": [{"id": "s", "targets": {"resolution": 600}}]})
    done = study(log, "--json", "--plan", "plan.json", "--report", "p.html", "--out", "out")
    assert done.code == 0
    found = json.loads(done.stdout)
    assert found["runs"]["as logged"]["all"]["targets"]["resolution"]["breached"] == 2
    assert 'id="escalation-study"' in (log.path / "p.html").read_text()
    again = log.run(
        "replay", "--workspace", "out/path-workspace.json", "--commands",
        "out/path-commands.jsonl", "--events", "again",
    )  # fmt: skip
    assert again.code == 0
    events = (log.path / "out/path-events.jsonl").read_bytes()
    assert (log.path / "again").read_bytes() == events


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--mapping", "flat.toml"], "knows no support lines"),
        (["--plan", "none.toml"], "none.toml: cannot be read"),
        (["--start", "1980-01-01"], "no case was opened"),
        (["--report", "log.csv"], "is an input of this run"),
    ],
)
def test_what_cannot_be_studied_is_refused(log, args, said):
    log.write("flat.toml", MAPPING)
    done = study(log, *args)
    assert done.code == 2
    assert said in done.stderr
