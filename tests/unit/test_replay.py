"""`replay` as a function: events out, refusals told apart."""

import pytest

from assignwork import commands as c
from assignwork import errors
from assignwork.dispatcher import Dispatcher
from assignwork.model import Agent, Team, WorkItem, Workspace
from assignwork.replay import Refusal, replay

DESK = Workspace(teams=[Team("a")], agents=[Agent("ana", primary=["a"])])
LOG = [
    (1, 0.0, c.Submit(WorkItem("t-1", "a"))),
    (2, 5.0, c.Snooze("t-1", until=50.0)),
    (4, 60.0, c.Close("ghost")),
    (5, 60.0, c.Close("t-1")),
]


def kinds(events):
    return [(event.kind, event.at) for event in events]


def test_the_first_refused_command_is_raised_with_its_line():
    run = replay(DESK, LOG)
    with pytest.raises(errors.UnknownItemError) as caught:
        list(run)
    assert caught.value.__notes__ == ["refused: line 4, Close(item='ghost')"]


def test_refusals_are_told_apart_and_the_replay_goes_on():
    refused = []
    found = kinds(replay(DESK, LOG, on_refused=refused.append))
    assert found == [
        ("queued", 0.0), ("assigned", 0.0), ("snoozed", 5.0), ("woken", 50.0), ("closed", 60.0),
    ]  # fmt: skip
    assert [(r.line, r.at, r.command, r.field) for r in refused] == [
        (4, 60.0, c.Close("ghost"), "item")
    ]


def test_events_come_as_the_commands_do():
    def log():
        yield LOG[0]
        raise AssertionError

    assert next(replay(DESK, log())).kind == "queued"


def test_it_stops_at_an_instant_and_lets_time_pass_until_then():
    assert kinds(replay(DESK, LOG, until=55.0))[-1] == ("woken", 50.0)
    desk = Dispatcher(DESK)
    list(replay(DESK, LOG, desk=desk, until=55.0))
    assert desk.now == 55.0


def test_a_desk_that_goes_on_gives_the_same_events_as_one_run():
    whole = list(replay(DESK, LOG, on_refused=lambda _: None))
    desk = Dispatcher(DESK)
    parts = list(replay(DESK, LOG[:2], desk=desk))
    restored = Dispatcher.restore(desk.snapshot())
    parts += replay(DESK, LOG[2:], desk=restored, on_refused=lambda _: None)
    assert parts == whole


def test_a_refused_last_command_keeps_no_event_back_and_moves_no_clock():
    desk = Dispatcher(DESK)
    log = [*LOG[:2], (3, 100.0, c.Close("ghost"))]
    found = kinds(replay(DESK, log, desk=desk, on_refused=lambda _: None))
    assert found[-1] == ("woken", 50.0)
    assert desk.now == 50.0
    assert kinds(replay(DESK, [(1, 60.0, c.Close("t-1"))], desk=desk)) == [("closed", 60.0)]


def test_a_log_of_refused_commands_only_has_no_events():
    refused = []
    log = [(1, 5.0, c.Close("ghost"))]
    assert list(replay(DESK, log, on_refused=refused.append)) == []
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("command", "error", "field"),
    [
        (c.Submit(WorkItem("a", "a")), errors.UnknownTeamError("", value="a"), "item.team"),
        (c.Submit(WorkItem("a", "a")), errors.DuplicateItemError("", value="a"), "item.id"),
        (c.Assign("x", "x"), errors.UnknownAgentError("", value="x"), "agent"),
        (c.Assign("x", "x"), errors.UnknownItemError("", value="x"), "item"),
        (c.AddAgent(Agent("x", primary=["b", "a"])), errors.UnknownTeamError("", value="a"),
         "agent.primary[1]"),
        (c.RemoveTeam("a", move_to="b"), errors.UnknownTeamError("", value="b"), "move_to"),
        (c.UpdateAgents(["x", "y"], {"capacity": 1}), errors.UnknownAgentError("", value="y"),
         "where[1]"),
        (c.Close("x"), errors.InvalidTransitionError("", value="closed"), "do"),
        (c.Close("x"), errors.ClockRegressionError("", value=5.0), "at"),
        (c.Snooze("x", until=1), errors.ConfigurationError("", field="until", value=1), "until"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_it_is_about(command, error, field):
    refusal = Refusal(3, 5.0, command, error)
    assert refusal.field == field
    stated = refusal.as_input_error("log.jsonl")
    assert (stated.file, stated.line, stated.field) == ("log.jsonl", 3, field)
    assert stated.__cause__ is error
