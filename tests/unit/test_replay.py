"""`replay` as a function: events out, refusals told apart."""

import pytest

from assignwork import commands as c
from assignwork import errors
from assignwork.dispatcher import Dispatcher
from assignwork.model import Agent, Team, WorkItem, Workspace
from assignwork.replay import Refusal, replay
from assignwork.solver import CameOnline, QueueOver, SpreadOver, schedule_rebalance

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


def test_commands_without_lines_give_the_same_events():
    pairs = [(at, command) for _, at, command in LOG]
    found, expected = (list(replay(DESK, log, on_refused=lambda _: None)) for log in (pairs, LOG))
    assert found == expected


def test_a_refused_command_without_a_line_has_its_place():
    refused = []
    list(replay(DESK, [(at, command) for _, at, command in LOG], on_refused=refused.append))
    assert [refusal.line for refusal in refused] == [3]


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


# --- with somebody who acts between the commands --------------------------------------------------

TWO = Workspace(
    teams=[Team("a")],
    agents=[
        Agent("ana", capacity=4, primary=["a"]),
        Agent("ben", capacity=4, primary=["a"], presence="offline"),
    ],
)
UNEVEN = [
    *[(n + 1, float(n), c.Submit(WorkItem(f"t-{n}", "a"))) for n in range(4)],
    (5, 10.0, c.Snooze("t-0", until=50.0)),
    (6, 20.0, c.SetPresence("ben", "active")),
    (7, 60.0, c.Close("ghost")),
    (8, 60.0, c.Close("t-1")),
    (9, 130.0, c.Close("t-2")),
]


def rebalancing(**options):
    options = {"weights": {"move": 5}, "deterministic_limit": 1.0, **options}
    return lambda desk, apply: schedule_rebalance(desk, apply=apply, **options)


def replayed(log=UNEVEN, **options):
    """The events, and all commands that were carried out."""
    carried_out = []

    def note(at, command):
        carried_out.append((len(carried_out) + 1, at, command))

    events = list(replay(TWO, log, on_refused=lambda _: None, on_command=note, **options))
    return events, carried_out


class Diary:
    """A schedule that only writes down what it is asked."""

    def __init__(self, *wanted):
        self.wanted, self.lines = list(wanted), []

    def see(self, events, *, now):
        self.lines.append(("see", now, [event.kind for event in events]))

    def next_at(self):
        return self.wanted[0] if self.wanted else None

    def tick(self, *, now):
        self.lines.append(("tick", now))
        del self.wanted[0]
        return ()

    def close(self):
        self.lines.append("close")


def test_a_schedule_is_asked_between_the_commands_and_closed_at_the_end():
    diary = Diary(5.0, 15.0, 55.0, 60.0, 61.0)
    replayed([*LOG[:2], LOG[3]], rebalancing=lambda desk, apply: diary)
    assert diary.lines == [
        ("see", 0.0, ["queued", "assigned"]),
        ("see", 5.0, ["snoozed"]),
        ("tick", 5.0),  # after the commands of its instant
        ("tick", 15.0),
        ("tick", 55.0),
        ("see", 60.0, ["woken", "closed"]),
        ("tick", 60.0),  # 61 is after the end
        "close",
    ]


def test_an_instant_that_is_past_is_the_present_one():
    diary = Diary(1.0, 1.0, 90.0, 200.0)
    replayed(LOG[1:2], rebalancing=lambda desk, apply: diary, desk=Dispatcher(DESK), until=100.0)
    assert [line for line in diary.lines if line != "close"] == [
        ("tick", 1.0), ("tick", 1.0), ("tick", 90.0),
    ]  # fmt: skip


def test_a_schedule_is_closed_when_the_replay_is_left_or_a_command_refused():
    left, refused = Diary(), Diary()
    run = replay(DESK, LOG, rebalancing=lambda desk, apply: left)
    next(run)
    run.close()
    with pytest.raises(errors.UnknownItemError):
        list(replay(DESK, LOG, rebalancing=lambda desk, apply: refused))
    assert left.lines[-1] == refused.lines[-1] == "close"


def test_rebalancing_moves_items_at_its_instants():
    plain, _ = replayed()
    events, _ = replayed(rebalancing=rebalancing(every=30))
    assert [event.at for event in events if event.kind == "rebalanced"] == [30.0]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    before = [event for event in events if event.at < 30.0]
    assert before == plain[: len(before)]


@pytest.mark.parametrize(
    "options",
    [
        {"every": 30},
        {"every": 7, "delay": 4},
        {"when": [CameOnline()]},
        {"every": 40, "when": [SpreadOver(0.4), QueueOver(0)], "at_least": 5},
    ],
)
@pytest.mark.parametrize("until", [None, 100.0, 500.0])
def test_the_commands_carried_out_give_the_same_events_without_a_solver(options, until):
    events, commands = replayed(rebalancing=rebalancing(**options), until=until)
    assert "rebalance" in {command.verb for _, _, command in commands}
    assert list(replay(TWO, commands)) == events
    again, _ = replayed(rebalancing=rebalancing(**options), until=until)
    assert again == events


def test_the_commands_of_a_plain_replay_are_those_that_were_not_refused():
    events, commands = replayed()
    assert [entry[1:] for entry in commands] == [e[1:] for e in UNEVEN if e[0] != 7]
    assert replayed(commands) == (events, commands)
    assert replayed(LOG[:1], until=9.0)[1][-1] == (2, 9.0, c.Advance())


def test_a_plan_comes_after_the_commands_of_its_instant():
    log = [*UNEVEN[:6], (7, 30.0, c.Close("t-3")), (8, 40.0, c.Advance())]
    events, _ = replayed(log, rebalancing=rebalancing(every=30))
    kinds_then = [event.kind for event in events if event.at == 30.0]
    assert kinds_then[0] == "closed"


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
