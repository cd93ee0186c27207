"""`assignwork explain`: of an item, of an agent, at an instant, and of an event."""

import json

import pytest

LOG = [
    {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing", "weight": 2}},
    {"at": 10, "do": "submit", "item": {"id": "t-2", "team": "billing"}},
    {"at": 20, "do": "close", "item": "t-1"},
]


@pytest.fixture
def busy(desk):
    """A desk whose only agent is full from 0 to 20."""
    desk.write("c.jsonl", LOG)
    return desk


def explain(desk, *args):
    return desk.run("explain", "--workspace", "w.json", "--commands", "c.jsonl", *args)


def test_an_item_that_waits_says_what_stops_each_agent(busy):
    ran = explain(busy, "t-2", "--at", "15")
    assert ran.code == 0, ran.stderr
    assert "t-2" in ran.stdout
    assert "queued" in ran.stdout
    assert "C3 load 2 + 1 > capacity 2" in ran.stdout


@pytest.mark.parametrize("at", ["25", "1970-01-01T00:00:25+00:00", "1970-01-01T01:00:25+01:00"])
def test_an_instant_is_seconds_or_iso_with_an_offset(busy, at):
    ran = explain(busy, "t-2", "--at", at)
    assert "assigned" in ran.stdout
    assert explain(busy, "t-2").stdout.count("assigned") > 0


def test_an_agent_says_what_he_holds(busy):
    ran = explain(busy, "ana", "--at", "15")
    assert ran.code == 0, ran.stderr
    assert "ana" in ran.stdout
    assert "t-1" in ran.stdout


@pytest.mark.parametrize("subject", ["t-2", "ana"])
def test_json_is_one_object_on_stdout(busy, subject):
    ran = explain(busy, subject, "--at", "15", "--json")
    said = json.loads(ran.stdout)
    assert said["agent" if subject == "ana" else "item"]["id"] == subject
    assert said["at"] == 15
    assert ran.stderr == ""


def test_an_event_is_explained_from_the_log_alone(busy):
    busy.replay("--events", "e.jsonl")
    seq = next(e["seq"] for e in busy.lines("e.jsonl") if e["event"] == "assigned")
    ran = busy.run("explain", "--events", "e.jsonl", "--event", seq)
    assert ran.code == 0, ran.stderr
    assert "ana" in ran.stdout
    assert "balanced" in ran.stdout
    said = json.loads(busy.run("explain", "--events", "e.jsonl", "--event", seq, "--json").stdout)
    assert isinstance(said, dict)


@pytest.mark.parametrize("seq", [1, 99])
def test_an_event_that_assigns_nothing_is_refused(busy, seq):
    busy.replay("--events", "e.jsonl")
    ran = busy.run("explain", "--events", "e.jsonl", "--event", seq)
    assert ran.code == 2
    assert ran.stderr == (
        f"error: e.jsonl, field seq: event {seq} is no assignment or offer of this log; "
        "give the seq of an assigned or offered event\n"
    )


def test_a_bad_event_log_is_named_with_line_and_field(busy):
    busy.write("e.jsonl", [{"seq": 1, "at": 0, "event": "closed", "item": "t-1"}])
    ran = busy.run("explain", "--events", "e.jsonl", "--event", 1)
    assert ran.code == 2
    assert ran.stderr == (
        "error: e.jsonl, line 1, field agent: this field is missing; "
        "give it: a closed event has it\n"
    )


def test_a_bad_event_line_is_passed_over_on_demand(busy):
    busy.replay("--events", "e.jsonl")
    log = (busy.path / "e.jsonl").read_text()
    busy.write("e.jsonl", "?\n" + log)
    assert busy.run("explain", "--events", "e.jsonl", "--event", 2).code == 2
    ran = busy.run("explain", "--events", "e.jsonl", "--event", 2, "--skip-errors")
    assert ran.code == 0
    assert ran.stderr.startswith("error: e.jsonl, line 1: not JSON: ")


def test_an_id_that_nobody_has_is_refused(busy):
    ran = explain(busy, "ghost")
    assert ran.code == 2
    assert ran.stderr.startswith("error: ")
    assert "'ghost'" in ran.stderr


@pytest.mark.parametrize("at", ["noon", "nan", "inf", "2026-01-01T00:00:00"])
def test_an_instant_that_is_none_is_refused(busy, at):
    ran = explain(busy, "t-1", "--at", at)
    assert ran.code == 2
    assert ran.stderr.startswith("error: --at: ")


def test_a_refused_command_stops_it_or_is_passed_over_and_counted(busy):
    busy.write("c.jsonl", [*LOG, {"at": 30, "do": "close", "item": "ghost"}])
    ran = explain(busy, "t-2")
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: c.jsonl, line 4, field item: ")
    ran = explain(busy, "t-2", "--skip-errors")
    assert ran.code == 0
    assert ran.stderr.splitlines()[-1] == "1 line in error: reported above, passed over."
    assert json.loads(explain(busy, "t-2", "--skip-errors", "--json").stdout)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["t-1"],
        ["--workspace", "w.json", "--commands", "c.jsonl"],
        ["--workspace", "w.json", "t-1"],
        ["--event", "1"],
        ["--event", "1", "--events", "e.jsonl", "t-1"],
    ],
)
def test_half_a_question_is_answered_with_the_usage(busy, args):
    ran = busy.run("explain", *args)
    assert ran.code == 2
    assert "Usage: " in ran.stderr
