"""`assignwork import`: an export in; a workspace and a command log out, that replay."""

import json

import pytest

EXPORT = """id,opened,solved,team,who
7,2026-01-05T09:00,2026-01-05T10:00,billing,ana
8,2026-01-06T09:00,2026-01-06T09:30,spanish,bob
"""
MAPPING = {
    "name": "tickets",
    "reader": "csv",
    "fields": {
        "case": "id",
        "opened_at": "opened",
        "resolved_at": "solved",
        "group": "team",
        "agent": "who",
    },
}


@pytest.fixture
def export(folder):
    """A folder with an export of two tickets and its mapping: t.csv, m.json."""
    folder.write("t.csv", EXPORT)
    folder.write("m.json", MAPPING)
    return folder


def take(folder, *args):
    return folder.run(
        "import", "csv", "t.csv", "--mapping", "m.json", "--workspace", "w.json",
        "--commands", "c.jsonl", *args,
    )  # fmt: skip


def test_what_was_imported_replays(export):
    ran = take(export)
    assert (ran.code, ran.stdout) == (0, "")
    assert "cases: 2" in ran.stderr
    ran = export.replay()
    assert ran.code == 0, ran.stderr
    assert [json.loads(line)["event"] for line in ran.stdout.splitlines()] == [
        "queued", "assigned", "closed",
    ] * 2  # fmt: skip


def test_json_is_the_report_as_one_object(export):
    ran = take(export, "--json")
    assert json.loads(ran.stderr)["kept"]["cases"] == 2


def test_a_window_keeps_what_was_opened_in_it(export):
    assert take(export, "--start", "2026-01-06", "--end", "2026-01-06").code == 0
    assert [line["do"] for line in export.lines("c.jsonl")] == ["submit", "close"]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("t.csv", "", "t.csv"),
        ("t.csv", EXPORT.replace("2026-01-06T09:00", "soon"), "t.csv, line 3"),
        ("m.json", {**MAPPING, "raeder": "csv"}, "m.json"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_written(export, name, content, place):
    export.write(name, content)
    before = export.names()
    ran = take(export)
    assert ran.code == 2
    assert ran.stderr.startswith(f"error: {place}")
    assert export.names() == before


def test_nothing_is_written_when_one_of_the_two_cannot_be(export):
    before = export.names()
    ran = export.run(
        "import", "csv", "t.csv", "--mapping", "m.json", "--workspace", "w.json",
        "--commands", "none/c.jsonl",
    )  # fmt: skip
    assert ran.code == 2
    assert "none/c.jsonl: cannot be written: no such file or directory" in ran.stderr
    assert export.names() == before


def test_the_export_is_never_written_over(export):
    ran = export.run(
        "import", "csv", "t.csv", "--mapping", "m.json", "--workspace", "t.csv", "--commands", "c",
    )  # fmt: skip
    assert ran.code == 2
    assert "is an input of this run" in ran.stderr
    assert (export.path / "t.csv").read_text() == EXPORT


def test_an_unknown_format_lists_the_known_ones(export):
    ran = export.run("import", "xls", "t.csv", "--workspace", "w.json", "--commands", "c.jsonl")
    assert ran.code == 2
    assert "servicenow" in ran.stderr
