"""`assignwork timeline`: an item's whole history from an event log."""

import json

import pytest


@pytest.fixture
def events(desk):
    """e.jsonl: the events of the small desk."""
    assert desk.replay("--events", "e.jsonl").code == 0
    return desk


def test_the_history_goes_to_stdout(events):
    done = events.run("timeline", "--events", "e.jsonl", "--item", "t-1")
    assert done.code == 0
    title, head, *rows = done.stdout.splitlines()
    assert title == "item t-1: 4 events; assigned 2 min"
    assert head.split() == ["at", "after"]
    assert [row.split()[-1] for row in rows] == ["(given)", "balanced", "agent", "ana"]


def test_as_json_it_is_data(events):
    done = events.run("timeline", "--events", "e.jsonl", "--item", "t-1", "--json")
    found = json.loads(done.stdout)
    assert [entry["kind"] for entry in found["entries"]] == [
        "queued", "assigned", "replied", "closed",
    ]  # fmt: skip
    assert found["spans"][0]["who"] == "ana"


def test_a_page_of_its_own(events):
    done = events.run("timeline", "--events", "e.jsonl", "--item", "t-1", "--html", "t.html")
    assert done.code == 0
    assert "<svg" in (events.path / "t.html").read_text()


def test_instants_in_a_zone_until_an_instant(events):
    done = events.run(
        "timeline", "--events", "e.jsonl", "--item", "t-1", "--time-zone", "Asia/Tokyo",
        "--until", "60",
    )  # fmt: skip
    assert "1970-01-01 09:01:00" in done.stdout
    assert "closed" not in done.stdout


def test_from_standard_input(events):
    text = (events.path / "e.jsonl").read_text()
    done = events.run("timeline", "--events", "-", "--item", "t-1", stdin=text)
    assert done.code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--item", "t-2"], "e.jsonl, field item: the log has no event of item 't-2'"),
        (["--item", "t-1", "--time-zone", "Mars"], "'Mars' is no time zone"),
        (["--item", "t-1", "--until", "noon"], "--until"),
        (["--item", "t-1", "--html", "e.jsonl"], "is an input of this run"),
    ],
)
def test_what_cannot_be_shown_is_refused(events, args, said):
    done = events.run("timeline", "--events", "e.jsonl", *args)
    assert done.code == 2
    assert said in done.stderr


def test_a_bad_line_ends_it_or_is_reported(events):
    events.write("bad.jsonl", b"{\n" + (events.path / "e.jsonl").read_bytes())
    args = ["timeline", "--events", "bad.jsonl", "--item", "t-1"]
    done = events.run(*args)
    assert done.code == 2
    assert "bad.jsonl, line 1" in done.stderr
    done = events.run(*args, "--skip-errors")
    assert done.code == 0
    assert "bad.jsonl, line 1" in done.stderr
    assert "item t-1: 4 events" in done.stdout
