"""The reference model on time, promises and escalation: cases computed by hand from the rules.

Day 0 is Thursday, 1970-01-01; `office` is open from 09:00 (32400) to 17:00 (61200), UTC, daily.
"""

import math
from typing import Any

import pytest

from assignwork import Agent, Team, WorkItem, Workspace
from assignwork.commands import (
    Accept,
    Acknowledge,
    AddAgent,
    Advance,
    Approve,
    Assign,
    Close,
    Escalate,
    Heartbeat,
    PostReport,
    PostUpdate,
    Pull,
    Rate,
    Reject,
    Release,
    RemoveAgent,
    RemoveTeam,
    Reopen,
    Reply,
    SetPresence,
    Snooze,
    Submit,
    Transfer,
    UpdateAgent,
    UpdateItem,
    UpdateTeam,
    UpdateWorkspace,
    Wake,
)
from assignwork.errors import (
    AccessDeniedError,
    ConfigurationError,
    DuplicateItemError,
    InvalidTransitionError,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.testing import ReferenceDesk

OPENS, CLOSES, DAY = 32400.0, 61200.0, 86400.0
OFFICE = {"id": "office", "hours": {"mon-sun": ["09:00-17:00"]}}


def desk_of(
    teams: list[Any] | None = None, agents: list[Any] | None = None, **fields: Any
) -> ReferenceDesk:
    teams = [Team("t")] if teams is None else teams
    agents = [Agent("a", primary=["t"])] if agents is None else agents
    return ReferenceDesk(Workspace(teams=teams, agents=agents, calendars=[OFFICE], **fields))


def submit(desk: ReferenceDesk, name: str = "1", now: float = 0.0, **fields: Any) -> Any:
    if "catalog" not in fields:
        fields.setdefault("team", "t")
    return desk.handle(Submit(WorkItem(name, **fields)), now)


def told(events: tuple[Event, ...], *fields: str) -> list[tuple[Any, ...]]:
    """The kind of each event, then those of the fields that it has."""
    return [
        (event.kind, *(getattr(event, name) for name in fields if hasattr(event, name)))
        for event in events
    ]


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [event.kind for event in events]


def promising(*, teams: Any = None, agents: Any = (), **targets: float) -> ReferenceDesk:
    """A desk that promises this to everybody, and has nobody to keep it."""
    return desk_of(teams, list(agents), sla=[{"id": "gold", "targets": targets}])


def following(*steps: dict[str, Any], agents: Any = (), path: Any = None, **fields: Any) -> Any:
    """A desk with one path for all, and an item that follows it since 0."""
    paths = [{"id": "p", "steps": steps, **(path or {})}]
    desk = desk_of([Team("t"), Team("u")], list(agents), paths=paths, **fields)
    submit(desk)
    return desk


def notify(when: str, after: float = 0.0, **fields: Any) -> dict[str, Any]:
    timed = {} if when in ("at_risk", "breached", "manual") else {"after": after}
    return {"when": when, "do": {"notify": ["lead"]}, **timed, **fields}


# --- T: shifts


def on_shift(name: str = "a", **fields: Any) -> Agent:
    return Agent(name, **{"primary": ["t"], "shift": "office", **fields})


def test_presence_follows_the_shift() -> None:
    desk = desk_of(agents=[on_shift()])
    assert told(submit(desk), "at", "presence", "by") == [
        ("presence_changed", 0.0, "away_reassign", "shift"),
        ("queued", 0.0),
    ]
    assert desk.next_wakeup() == desk.state()["agents"]["a"]["shift_starts_at"] == OPENS
    events = desk.handle(Advance(), DAY)
    assert told(events, "at", "presence", "agent", "why") == [
        ("presence_changed", OPENS, "active", "a"),
        ("assigned", OPENS, "a"),
        ("presence_changed", CLOSES, "away_reassign", "a"),
        ("released", CLOSES, "a", "shift"),
        ("queued", CLOSES),
    ]


def test_at_the_opening_instant_he_is_on_shift_at_the_closing_one_not() -> None:
    desk = desk_of(agents=[on_shift()])
    assert desk.handle(Advance(), OPENS) == ()
    assert desk.state()["agents"]["a"]["shift_ends_at"] == CLOSES
    desk = desk_of(agents=[on_shift()])
    assert kinds(desk.handle(Advance(), CLOSES)) == ["presence_changed"]


def test_a_refused_first_command_aligns_nobody() -> None:
    desk = desk_of(agents=[on_shift()])
    with pytest.raises(UnknownAgentError):
        desk.handle(Pull("nobody"), 0.0)
    assert desk.next_wakeup() is None
    assert desk.handle(Advance(), OPENS) == ()


def test_who_is_active_at_the_start_only_gets_another_setter() -> None:
    desk = desk_of(agents=[on_shift()])
    desk.handle(SetPresence("a", "active", reason="early"), 100.0)
    assert desk.handle(Advance(), OPENS) == ()
    assert desk.state()["agents"]["a"]["by"] == "shift"


def test_who_went_away_by_hand_keeps_what_he_holds_at_the_end() -> None:
    desk = desk_of(agents=[on_shift()])
    submit(desk, now=OPENS)
    desk.handle(SetPresence("a", "away"), OPENS)
    assert desk.handle(Advance(), CLOSES) == ()
    assert kinds(desk.handle(Advance(), DAY + OPENS)) == ["presence_changed"]  # whoever is not


def test_who_was_sent_away_goes_through_all_of_it_at_the_end() -> None:
    desk = desk_of(agents=[on_shift()], auto_away_after=60.0, auto_return=True)
    submit(desk, now=OPENS)
    events = desk.handle(Advance(), CLOSES)
    assert told(events, "at", "presence", "by", "why") == [
        ("presence_changed", OPENS + 60.0, "away", "auto"),
        ("presence_changed", CLOSES, "away_reassign", "shift"),
        ("released", CLOSES, "shift"),
        ("queued", CLOSES),
    ]
    assert desk.handle(Heartbeat("a"), CLOSES + 1.0) == ()  # the desk did not send him away


def test_an_agent_added_off_shift_is_aligned_after_configured() -> None:
    desk = desk_of(agents=[])
    assert kinds(desk.handle(AddAgent(on_shift()), 0.0)) == ["configured", "presence_changed"]
    with pytest.raises(ConfigurationError):
        desk.handle(AddAgent(on_shift("b", shift="nowhere")), 0.0)


def test_another_shift_and_other_calendars_align() -> None:
    desk = desk_of(agents=[Agent("a", primary=["t"])])
    events = desk.handle(UpdateAgent("a", {"shift": "office"}), 0.0)
    assert kinds(events) == ["configured", "presence_changed"]
    early = {"id": "office", "hours": {"mon-sun": ["00:00-01:00"]}}
    events = desk.handle(UpdateWorkspace({"calendars": [early]}), 60.0)
    assert told(events, "presence") == [("configured",), ("presence_changed", "active")]
    assert desk.next_wakeup() == 3600.0
    with pytest.raises(ConfigurationError):
        desk.handle(UpdateWorkspace({"calendars": []}), 60.0)


def test_nothing_new_in_the_last_seconds_of_a_shift() -> None:
    desk = desk_of([Team("t", min_shift_left=600)], [on_shift()])
    assert kinds(submit(desk, now=CLOSES - 600.0)) == ["queued", "assigned"]
    later = math.nextafter(CLOSES - 600.0, math.inf)
    assert desk.next_wakeup() == later
    assert kinds(submit(desk, "2", now=later)) == ["queued"]
    assert desk.handle(Pull("a"), later) == ()
    assert told(desk.handle(Assign("2", "a"), later), "flags") == [("assigned", ())]
    events = desk.handle(UpdateTeam("t", {"min_shift_left": None}), later)
    assert kinds(events) == ["configured"]
    assert desk.next_wakeup() == CLOSES


def test_outside_a_shift_no_end_is_near() -> None:
    desk = desk_of([Team("t", min_shift_left=600)], [on_shift()])
    desk.handle(SetPresence("a", "active"), CLOSES)
    assert kinds(submit(desk, now=CLOSES)) == ["queued", "assigned"]


@pytest.mark.parametrize(
    ("handoff", "released"),
    [
        (None, ["1", "2"]),
        ({"reassign": "on_reply"}, []),
        ({"priority_at_most": 1}, ["1"]),
        ({"reassign": "all", "priority_at_most": 2}, ["1", "2"]),
        ({"reassign": "all"}, ["1", "2", "3"]),
    ],
)
def test_handoff_says_what_moves_on(handoff: Any, released: list[str]) -> None:
    desk = desk_of(agents=[on_shift(shift={"calendar": "office", "handoff": handoff})])
    for name, priority in (("1", 1), ("2", 2), ("3", 3)):
        submit(desk, name, now=OPENS, priority=priority)
    desk.handle(Reply("3", by="agent"), OPENS)
    events = desk.handle(Advance(), CLOSES)
    assert [event.item for event in events if event.kind == "released"] == released


def test_what_stays_for_his_next_shift_stays_when_its_customer_replies() -> None:
    shift = {"calendar": "office", "handoff": {"priority_at_most": 1}}
    desk = desk_of(agents=[on_shift(shift=shift)])
    submit(desk, "1", now=OPENS, priority=1)
    submit(desk, "2", now=OPENS, priority=2)
    desk.handle(Reply("1", by="agent"), OPENS)
    desk.handle(Advance(), CLOSES)
    assert kinds(desk.handle(Reply("2", by="customer"), CLOSES)) == ["replied"]
    events = desk.handle(Reply("1", by="customer"), CLOSES)
    assert told(events, "why") == [("replied",), ("released", "away"), ("queued",)]


def test_who_gets_what_another_left_is_told() -> None:
    night = {"id": "night", "hours": {"mon-sun": ["17:00-09:00"]}}
    agents = [on_shift(), on_shift("b", shift="night")]
    desk = ReferenceDesk(Workspace(teams=[Team("t")], agents=agents, calendars=[OFFICE, night]))
    submit(desk, now=OPENS)
    events = desk.handle(Advance(), CLOSES)
    assert told(events, "agent", "from_agent", "to_agent", "open_for") == [
        ("presence_changed", "a"),
        ("released", "a"),
        ("queued",),
        ("presence_changed", "b"),
        ("assigned", "b"),
        ("handoff", "a", "b", CLOSES - OPENS),
    ]


def test_what_comes_back_to_himself_is_no_handoff() -> None:
    desk = desk_of(agents=[on_shift(), Agent("b", primary=["t"], presence="away")])
    submit(desk, now=OPENS)
    events = desk.handle(Advance(), DAY + OPENS)
    assert kinds(events)[-2:] == ["presence_changed", "assigned"]
    assert kinds(desk.handle(Assign("1", "b"), DAY + OPENS)) == ["released", "assigned"]


def test_a_preferred_agent_who_is_due_on_shift_is_waited_for() -> None:
    desk = desk_of(agents=[on_shift(), Agent("b", primary=["t"])])
    desk.handle(Advance(), 0.0)
    soon, late = OPENS - 60.0, OPENS - 61.0
    events = submit(desk, "1", now=late, preferred_agent="a", affinity_wait=60)
    assert told(events, "agent") == [("queued",), ("assigned", "b")]
    assert kinds(submit(desk, "2", now=soon, preferred_agent="a", affinity_wait=60)) == ["queued"]
    # at 09:00 the wait ends too, and its shift timer was made first
    assert told(desk.handle(Advance(), OPENS), "agent")[1:] == [("assigned", "a")]


def test_until_its_timer_has_had_its_turn_the_shift_is_as_before() -> None:
    # At 17:00 the snooze of 1 ends before the shift does: its timer was made first.
    night = {"id": "night", "hours": {"mon-sun": ["17:00-09:00"]}}
    agents = [on_shift(shift="night"), Agent("b", primary=["t"])]
    desk = ReferenceDesk(Workspace(teams=[Team("t")], agents=agents, calendars=[night]))
    desk.handle(SetPresence("b", "away"), OPENS)
    submit(desk, now=OPENS, preferred_agent="a", affinity_wait=DAY)
    desk.handle(Snooze("1", until=CLOSES), OPENS)
    desk.handle(UpdateAgent("a", {"shift": None}), OPENS)
    desk.handle(SetPresence("a", "away_reassign"), OPENS)
    desk.handle(UpdateAgent("a", {"shift": "night"}), OPENS)
    desk.handle(SetPresence("b", "active"), OPENS)
    events = desk.handle(Advance(), CLOSES)
    assert told(events, "agent") == [
        ("woken", None),
        ("queued",),
        ("presence_changed", "a"),
        ("assigned", "a"),
    ]


# --- R: priorities

MATRIX = {"matrix": [[1, 1, 2], [1, 2, 3], [2, 3, 4]]}
WEIGHTS = {"weights": {"impact": 2, "urgency": 1, "value": 1}, "thresholds": [6, 9, 12]}


@pytest.mark.parametrize(
    ("criteria", "fields", "decided"),
    [
        (None, {}, (3, "default")),
        (None, {"impact": 1}, (3, "default")),
        (MATRIX, {"priority": "high", "impact": 1}, (2, "given")),
        (MATRIX, {"priority": 7}, (7, "given")),
        (MATRIX, {}, (4, "impact+urgency")),  # both count as 4, the last row and column
        (MATRIX, {"impact": 1, "urgency": 3}, (2, "impact")),
        (MATRIX, {"urgency": 2}, (3, "urgency")),
        (WEIGHTS, {"impact": 1, "urgency": 2, "value": 2}, (1, "impact")),  # 2 + 2 + 2 = 6
        (WEIGHTS, {"impact": 3, "urgency": 1}, (3, "urgency")),  # 6 + 1 + 4 = 11; 2, 3, 0
        (WEIGHTS, {"impact": 2, "value": 1}, (2, "impact")),  # 4 + 4 + 1 = 9; 4, 0, 3
        (WEIGHTS, {"urgency": 1, "value": 1}, (3, "urgency")),  # 8 + 1 + 1 = 10; 0, 3, 3
        (WEIGHTS, {"risk": 1}, (4, "none")),  # 16; risk has no weight
    ],
)
def test_priority_and_what_decided_it(criteria: Any, fields: Any, decided: Any) -> None:
    desk = desk_of(agents=[], priority_criteria=criteria)
    (queued,) = submit(desk, category="vpn", **fields)
    assert (queued.priority, queued.decided_by, queued.category) == (*decided, "vpn")


def test_an_update_decides_anew() -> None:
    desk = desk_of(agents=[], priority_criteria=MATRIX)
    submit(desk, priority=4, impact=1)
    events = desk.handle(UpdateItem("1", {"priority": None}), 1.0)
    assert told(events, "changes") == [("item_updated", {"priority": None})]
    assert desk.state()["items"]["1"]["own_priority"] == 2
    for command in (UpdateItem("1", {"priority": "p0"}), Submit(WorkItem("2", "t", "p0"))):
        with pytest.raises(ConfigurationError):
            desk.handle(command, 1.0)


# --- L: service levels


def test_clocks_start_at_submit_and_are_at_risk_then_breached() -> None:
    desk = promising(first_response=100, resolution=1000)
    assert told(submit(desk, now=10.0), "policy", "target", "due") == [
        ("queued",),
        ("sla_started", "gold", "first_response", 110.0),
        ("sla_started", "gold", "resolution", 1010.0),
    ]
    assert desk.next_wakeup() == 90.0
    assert told(desk.handle(Advance(), 2000.0), "at", "target", "due") == [
        ("sla_at_risk", 90.0, "first_response", 110.0),
        ("sla_breached", 110.0, "first_response", 110.0),
        ("sla_at_risk", 810.0, "resolution", 1010.0),
        ("sla_breached", 1010.0, "resolution", 1010.0),
    ]


def test_met_exactly_at_due_is_met() -> None:
    desk = promising(first_response=100)
    submit(desk)
    desk.handle(Advance(), 99.0)
    assert desk.next_wakeup() == 100.0
    events = desk.handle(Reply("1", by="agent"), 100.0)
    assert told(events, "left") == [("replied",), ("sla_met", 0.0)]
    assert desk.next_wakeup() is None


def test_an_advance_to_due_says_that_nothing_more_came() -> None:
    desk = promising(first_response=100)
    submit(desk)
    desk.handle(UpdateItem("1", {"weight": 2}), 100.0)
    assert desk.next_wakeup() == 100.0
    assert told(desk.handle(Advance(), 100.0)) == [("sla_breached",)]
    assert kinds(desk.handle(Reply("1", by="agent"), 100.0)) == ["replied"]
    assert desk.state()["items"]["1"]["clocks"]["first_response"]["state"] == "breached"


@pytest.mark.parametrize(
    ("hold", "closed_at", "expected"),
    [
        (3600.0, 18000.0, ("sla_met", 18000.0)),
        (3601.0, 18001.0, ("sla_met", 18001.0)),
        (3600.0, 18001.0, ("sla_breached", 18000.0)),
    ],
)
def test_on_hold_to_the_second(hold: float, closed_at: float, expected: Any) -> None:
    sla = {"id": "gold", "targets": {"resolution": 14400}, "pause_on_customer": True}
    desk = desk_of(sla=[sla])
    submit(desk)
    assert kinds(desk.handle(Reply("1", by="agent"), 3600.0)) == ["replied", "sla_paused"]
    events = desk.handle(Reply("1", by="customer"), 3600.0 + hold)
    assert told(events, "due") == [("replied",), ("sla_resumed", 14400.0 + hold)]
    events = desk.handle(Close("1"), closed_at)
    assert expected in told(events, "at")


def test_resolution_stands_still_while_snoozed() -> None:
    desk = promising(resolution=100, agents=[Agent("a", primary=["t"])])
    submit(desk)
    events = desk.handle(Snooze("1", until=500.0), 30.0)
    assert told(events, "left") == [("snoozed",), ("sla_paused", 70.0)]
    assert desk.state()["items"]["1"]["due"] is None
    events = desk.handle(Advance(), 500.0)
    assert told(events, "due") == [("woken",), ("sla_resumed", 570.0)]
    desk.handle(Snooze("1"), 510.0)
    desk.handle(AddAgent(Agent("b", primary=["t"])), 520.0)
    events = desk.handle(Assign("1", "b"), 520.0)
    assert told(events, "due") == [("assigned",), ("sla_resumed", 580.0)]


def test_working_time_of_a_calendar() -> None:
    sla = {"id": "gold", "calendar": "office", "targets": {"resolution": 7200}}
    desk = desk_of(agents=[], sla=[sla])
    events = submit(desk, now=CLOSES - 3600.0)
    assert told(events, "due")[1] == ("sla_started", DAY + OPENS + 3600.0)
    events = submit(desk, "2", now=CLOSES - 3600.0)
    desk.handle(UpdateWorkspace({"sla": []}), CLOSES - 3600.0)
    (*_, met) = desk.handle(Close("2"), CLOSES + 5.0)  # the policy it was matched with
    assert (met.kind, met.left) == ("sla_met", 3600.0)
    assert desk.next_wakeup() == DAY + OPENS + 5760.0 - 3600.0


def test_next_response_runs_from_reply_to_reply() -> None:
    desk = promising(next_response=100)
    submit(desk)
    assert kinds(desk.handle(Reply("1", by="customer"), 10.0)) == ["replied"]  # waits already
    desk.handle(Reply("1", by="agent"), 20.0)
    events = desk.handle(Reply("1", by="customer"), 30.0)
    assert told(events, "due") == [("replied",), ("sla_started", 130.0)]
    assert kinds(desk.handle(Reply("1", by="customer"), 40.0)) == ["replied"]
    events = desk.handle(Reply("1", by="agent"), 50.0)
    assert told(events, "left") == [("replied",), ("sla_met", 80.0)]
    desk.handle(Reply("1", by="customer"), 60.0)
    desk.handle(Advance(), 161.0)
    assert desk.state()["items"]["1"]["due"] == 160.0  # breached, unanswered
    assert kinds(desk.handle(Reply("1", by="agent"), 170.0)) == ["replied"]
    assert desk.state()["items"]["1"]["due"] is None
    assert kinds(desk.handle(Reply("1", by="customer"), 180.0)) == ["replied", "sla_started"]


def test_close_and_reopen() -> None:
    desk = promising(first_response=50, resolution=100)
    submit(desk)
    events = desk.handle(Close("1"), 20.0)
    assert told(events, "target", "left") == [
        ("closed",),
        ("sla_paused", "first_response", 30.0),
        ("sla_met", "resolution", 80.0),
    ]
    events = desk.handle(Reopen("1"), 1000.0)
    assert told(events, "target", "due") == [
        ("reopened",),
        ("sla_resumed", "first_response", 1030.0),
        ("sla_resumed", "resolution", 1080.0),
        ("queued",),
    ]
    events = desk.handle(Advance(), 2000.0)
    assert told(events, "at")[-1] == ("sla_breached", 1080.0)
    assert kinds(desk.handle(Close("1"), 2000.0)) == ["closed"]
    assert kinds(desk.handle(Reopen("1"), 2001.0)) == ["reopened", "queued"]
    assert desk.state()["items"]["1"]["due"] == 1030.0


def test_a_customer_who_reopens_waits_for_the_next_response() -> None:
    desk = promising(next_response=100, agents=[Agent("a", primary=["t"])])
    submit(desk)
    desk.handle(Reply("1", by="agent"), 1.0)
    desk.handle(Close("1"), 2.0)
    events = desk.handle(Reply("1", by="customer"), 10.0)
    assert told(events, "due") == [("replied",), ("reopened",), ("sla_started", 110.0)]


def test_a_snoozed_item_wakes_by_its_customer() -> None:
    sla = {
        "id": "gold",
        "targets": {"next_response": 100, "resolution": 1000},
        "pause_on_customer": True,
    }
    desk = desk_of(sla=[sla])
    submit(desk)
    desk.handle(Reply("1", by="agent"), 10.0)
    desk.handle(Snooze("1"), 20.0)
    events = desk.handle(Reply("1", by="customer"), 30.0)
    assert told(events, "target", "due") == [
        ("replied",),
        ("sla_started", "next_response", 130.0),
        ("woken",),
        ("sla_resumed", "resolution", 1020.0),
    ]


LEVELS = {"1": {"resolution": 100}, "2": {"resolution": 1000}, "3": {"first_response": 50}}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (70.0, [("sla_resumed", 100.0)]),
        (80.0, [("sla_resumed", 100.0), ("sla_at_risk", 100.0)]),
        (100.0, [("sla_resumed", 100.0), ("sla_at_risk", 100.0)]),
        (101.0, [("sla_breached", 101.0)]),
    ],
)
def test_another_priority_counts_what_has_run(at: float, expected: Any) -> None:
    desk = desk_of(agents=[], sla=[{"id": "gold", "targets": LEVELS}])
    submit(desk, priority=2)
    events = desk.handle(UpdateItem("1", {"priority": 1}), at)
    assert told(events, "due")[1:] == expected


def test_a_clock_without_a_target_waits_for_one() -> None:
    desk = desk_of(agents=[], sla=[{"id": "gold", "targets": LEVELS}])
    submit(desk, priority=2)
    events = desk.handle(UpdateItem("1", {"priority": 3}), 60.0)
    assert told(events, "target", "due", "left") == [
        ("item_updated",),
        ("sla_started", "first_response", 110.0),
        ("sla_paused", "resolution", 940.0),
    ]
    events = desk.handle(UpdateItem("1", {"priority": 1}), 70.0)
    assert told(events, "target", "due", "left") == [
        ("item_updated",),
        ("sla_paused", "first_response", 40.0),
        ("sla_resumed", "resolution", 110.0),
    ]
    assert kinds(desk.handle(UpdateItem("1", {"priority": 4}), 80.0))[1:] == ["sla_paused"]
    assert kinds(desk.handle(Close("1"), 90.0)) == ["closed"]


def test_a_resolution_that_may_not_run_begins_when_it_may() -> None:
    desk = desk_of(agents=[], sla=[{"id": "gold", "targets": LEVELS}])
    submit(desk, priority=4)
    desk.handle(Snooze("1"), 10.0)
    assert kinds(desk.handle(UpdateItem("1", {"priority": 1}), 20.0)) == ["item_updated"]
    assert told(desk.handle(Wake("1"), 30.0), "due") == [
        ("woken",),
        ("sla_started", 130.0),
        ("queued",),
    ]


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"priority": 1}, 10.0),  # the number before the name
        ({"priority": 2}, 20.0),  # the name before any
        ({"priority": 3}, 30.0),
        ({"priority": 1, "tags": ["vip", "x"]}, 5.0),
        ({"priority": 3, "tags": ["vip"]}, 30.0),  # vip promises nothing for it
        ({"priority": 1, "team": "u"}, 90.0),
    ],
)
def test_the_first_policy_that_matches_wins(fields: Any, due: float) -> None:
    def promise(seconds: float) -> dict[str, float]:
        return {"resolution": seconds}

    sla = [
        {"id": "vip", "teams": ["t"], "tags": ["vip"], "targets": {1: promise(5)}},
        {
            "id": "all",
            "teams": ["t"],
            "targets": {"critical": promise(11), 1: promise(10), "high": promise(20)}
            | {"*": promise(30)},
        },
        {"id": "other", "targets": promise(90)},
    ]
    desk = desk_of([Team("t"), Team("u")], [], sla=sla)
    assert submit(desk, **fields)[1].due == due


def test_transfer_matches_again_before_the_item_is_queued() -> None:
    sla = [
        {"id": "slow", "teams": ["t"], "targets": {"resolution": 100}},
        {"id": "fast", "teams": ["u"], "targets": {"resolution": 50}},
    ]
    desk = desk_of([Team("t"), Team("u")], sla=sla)
    submit(desk)
    events = desk.handle(Transfer("1", "u"), 10.0)
    assert told(events, "policy", "due") == [
        ("transferred",),
        ("sla_resumed", "fast", 50.0),
        ("released",),
        ("queued",),
    ]


def test_late_timers_come_after_all_others_of_their_instant() -> None:
    # Item 2 wakes at 100 too, and its timer was made last; the breach of 1 waits for it.
    desk = promising(first_response=100)
    submit(desk)
    submit(desk, "2", now=50.0)
    desk.handle(Snooze("2", until=100.0), 99.0)
    events = desk.handle(Advance(), 101.0)
    assert told(events, "at", "item") == [
        ("woken", 100.0, "2"),
        ("queued", 100.0, "2"),
        ("sla_breached", 100.0, "1"),
    ]


def test_at_risk_1_comes_at_due_before_the_breach() -> None:
    desk = desk_of(sla=[{"id": "g", "targets": {"first_response": 100}, "at_risk": 1}])
    submit(desk)
    assert kinds(desk.handle(Reply("1", by="agent"), 100.0)) == [
        "sla_at_risk",
        "replied",
        "sla_met",
    ]
    submit(desk, "2", now=100.0)
    assert kinds(desk.handle(Advance(), 200.0)) == ["sla_at_risk", "sla_breached"]


def test_the_earliest_running_due_orders_items() -> None:
    sla = [{"id": "g", "tags": ["gold"], "targets": {"resolution": 100}}]
    desk = desk_of(agents=[], sla=sla)
    submit(desk, "1", due_at=150.0)
    submit(desk, "2")
    submit(desk, "3", tags=["gold"])
    assert desk.state()["queue"] == ["3", "1", "2"]
    desk.handle(Snooze("3"), 90.0)
    desk.handle(Wake("3"), 200.0)
    assert desk.state()["queue"] == ["1", "3", "2"]


def test_clocks_under_way_keep_policy_and_calendar_until_they_go_on() -> None:
    targets = {"next_response": 60, "resolution": {"seconds": 7200, "calendar": "office"}}
    desk = desk_of(sla=[{"id": "g", "targets": targets}])
    submit(desk, "1", now=OPENS)
    submit(desk, "2", now=OPENS)
    always = {"id": "office", "hours": {"mon-sun": ["00:00-24:00"]}}
    desk.handle(Snooze("1"), OPENS + 3600.0)
    desk.handle(UpdateWorkspace({"calendars": [always], "sla": []}), OPENS + 3600.0)
    assert desk.state()["items"]["2"]["due"] == OPENS + 7200.0
    events = desk.handle(Wake("1"), DAY)  # 3600 s have run, the others are at any time now
    assert told(events, "at", "due")[-1] == ("sla_resumed", DAY, DAY + 3600.0)
    desk.handle(Reply("2", by="agent"), DAY)
    assert kinds(desk.handle(Reply("2", by="customer"), DAY)) == ["replied", "sla_started"]


def test_what_has_run_counts_by_the_calendar_it_ran_on() -> None:
    targets = {"resolution": {"seconds": 7200, "calendar": "office"}}
    desk = desk_of(sla=[{"id": "g", "targets": targets}])
    submit(desk, now=OPENS - 1800.0)
    always = {"id": "office", "hours": {"mon-sun": ["00:00-24:00"]}}
    desk.handle(UpdateWorkspace({"calendars": [always]}), OPENS)
    (*_, met) = desk.handle(Close("1"), OPENS + 1800.0)
    assert met.left == 5400.0


# --- E: escalation paths


def test_a_p1_goes_from_level_to_level() -> None:
    path = {
        "id": "p1",
        "priorities": ["critical"],
        "steps": [
            {"when": "unacknowledged", "after": 900, "do": {"notify": ["lead"]}},
            {
                "when": "no_response",
                "after": 1800,
                "do": {"transfer": "l2", "watchers": ["managers"]},
            },
            {
                "when": "unresolved",
                "after": 3600,
                "do": {"transfer": "l3", "assign": {"on_call": "night"}, "notify": ["managers"]},
            },
        ],
    }
    desk = desk_of(
        [Team("l1"), Team("l2"), Team("l3")],
        [Agent("a", primary=["l1"]), Agent("c", presence="away")],
        paths=[path],
        groups={"managers": ["ann", "bob"]},
        rotations=[{"id": "night", "members": ["c"]}],
    )
    submit(desk, "0", team="l1", priority=2)
    events = submit(desk, team="l1", priority=1)
    assert kinds(events) == ["queued", "path_entered", "assigned"]
    assert desk.next_wakeup() == 900.0
    (first,) = desk.handle(Advance(), 1799.0)
    assert (first.at, first.level, first.lap, first.when, first.by) == (
        900.0, 1, 1, "unacknowledged", "path",
    )  # fmt: skip
    assert (first.team, first.agent, first.notified) == (None, None, ("lead",))
    events = desk.handle(Advance(), 1800.0)
    assert told(events, "team", "agent", "why", "watchers") == [
        ("escalated", "l2", None, ("ann", "bob")),
        ("transferred", "l2", None),
        ("released", "l2", "a", "transfer"),
        ("queued", "l2"),
    ]
    events = desk.handle(Advance(), 4000.0)
    assert told(events, "at", "team", "agent", "by", "flags", "why") == [
        ("escalated", 3600.0, "l3", "c", "path"),
        ("transferred", 3600.0, "l3", None),
        ("queued", 3600.0, "l3"),
        ("assigned", 3600.0, "l3", "c", "escalation", ("not_active", "not_member")),
        ("path_ended", 3600.0, "finished"),
    ]
    assert (events[0].notified, events[3].tier) == (("ann", "bob"), "manual")
    item = desk.state()["items"]["1"]
    assert (item["path"], item["level"], item["watchers"]) == (None, None, ("ann", "bob"))


def test_steps_are_skipped_where_their_condition_does_not_hold() -> None:
    desk = following(
        notify("unassigned", 10),
        notify("unacknowledged", 20),
        notify("no_response", 30),
        notify("no_response", 40),
        notify("at_risk", target="resolution"),
        agents=[Agent("a", primary=["t"])],
        path={"repeat": 1},
    )
    desk.handle(Acknowledge("1", by="a"), 5.0)
    desk.handle(Snooze("1"), 25.0)
    desk.handle(Advance(), 30.0)
    desk.handle(Reply("1", by="agent"), 35.0)
    desk.handle(Wake("1"), 35.0)
    desk.handle(Release("1"), 36.0)
    assert told(desk.handle(Advance(), 40.0), "level", "why", "lap") == [
        ("escalation_skipped", 4, "answered", 1),
        ("escalation_skipped", 5, "no_target", 1),
        ("path_entered", 2),
    ]
    events = desk.handle(Advance(), 70.0)
    assert told(events, "at", "level", "why") == [
        ("escalation_skipped", 50.0, 1, "assigned"),
        ("escalation_skipped", 60.0, 2, "acknowledged"),
        ("escalated", 70.0, 3),  # no reply in this lap
    ]


def test_unassigned_at_once_comes_before_dispatch() -> None:
    desk = desk_of(paths=[{"id": "p", "steps": [notify("unassigned")]}])
    assert kinds(submit(desk)) == ["queued", "path_entered", "escalated", "path_ended", "assigned"]


def test_a_lapsed_acknowledgement_takes_the_path_back() -> None:
    desk = following(
        notify("unacknowledged", 100),
        notify("unresolved", 150),
        notify("unacknowledged", 300),
        path={"ack_timeout": 250},
    )
    assert told(desk.handle(Acknowledge("1"), 10.0), "until") == [("acknowledged", 260.0)]
    desk.handle(Acknowledge("1"), 50.0)
    events = desk.handle(Advance(), 500.0)
    assert told(events, "at", "level", "why") == [
        ("escalation_skipped", 100.0, 1, "acknowledged"),
        ("escalated", 150.0, 2),
        ("acknowledgement_lapsed", 300.0),  # its timer is older than that of step 3
        ("escalated", 300.0, 1),
        ("escalated", 350.0, 2),
        ("escalated", 500.0, 3),
        ("path_ended", 500.0, "finished"),
    ]


def test_a_path_waits_at_its_end_for_the_lapse() -> None:
    desk = following(notify("unacknowledged", 10), path={"ack_timeout": 100, "repeat": 1})
    desk.handle(Acknowledge("1"), 0.0)
    assert kinds(desk.handle(Advance(), 10.0)) == ["escalation_skipped"]
    assert desk.state()["items"]["1"]["path"] == "p"
    with pytest.raises(InvalidTransitionError):
        desk.handle(Escalate("1"), 20.0)
    events = desk.handle(Advance(), 200.0)
    assert told(events, "at", "lap") == [
        ("acknowledgement_lapsed", 100.0),
        ("escalated", 100.0, 1),
        ("path_entered", 100.0, 2),
        ("escalated", 110.0, 2),
        ("path_ended", 110.0),
    ]


def test_escalating_by_hand_fires_the_current_step() -> None:
    desk = following(notify("unassigned", 100), notify("manual"), notify("unresolved", 100))
    events = desk.handle(Escalate("1", reason="vip"), 10.0)
    assert told(events, "level", "when", "by", "reason") == [
        ("escalated", 1, "unassigned", "hand", "vip")
    ]
    assert desk.handle(Advance(), 150.0) == ()
    events = desk.handle(Escalate("1", by="boss"), 150.0)
    assert told(events, "level", "by", "reason", "why") == [
        ("escalated", 2, "boss", None),
        ("escalated", 3, "path", None),
        ("path_ended", "finished"),
    ]
    with pytest.raises(InvalidTransitionError):
        desk.handle(Escalate("1"), 160.0)


def test_a_step_that_waits_for_a_breach_fires_with_it() -> None:
    desk = following(
        notify("at_risk", target="first_response"),
        notify("breached", target="first_response"),
        sla=[{"id": "g", "targets": {"first_response": 100}}],
    )
    assert told(desk.handle(Advance(), 200.0), "at") == [
        ("sla_at_risk", 80.0),
        ("escalated", 80.0),
        ("sla_breached", 100.0),
        ("escalated", 100.0),
        ("path_ended", 100.0),
    ]


def test_a_step_waits_until_the_item_is_back_in_its_queue() -> None:
    desk = desk_of(
        agents=[],
        sla=[{"id": "g", "targets": LEVELS}],
        paths=[{"id": "p", "steps": [notify("at_risk", target="resolution")]}],
    )
    submit(desk, priority=2)
    desk.handle(Snooze("1"), 90.0)
    assert kinds(desk.handle(UpdateItem("1", {"priority": 1}), 95.0)) == ["item_updated"]
    assert told(desk.handle(Wake("1"), 200.0), "due", "level") == [
        ("woken",),
        ("sla_resumed", 210.0),
        ("sla_at_risk", 210.0),
        ("queued",),
        ("escalated", 1),
        ("path_ended",),
    ]


def test_a_target_that_is_met_skips_the_step() -> None:
    desk = following(
        notify("breached", target="first_response"),
        notify("unresolved", 50),
        sla=[{"id": "g", "targets": {"first_response": 100}}],
    )
    assert told(desk.handle(Reply("1", by="agent"), 60.0), "why") == [
        ("replied",),
        ("sla_met",),
        ("escalation_skipped", "met"),
        ("escalated",),
        ("path_ended", "finished"),
    ]


def test_a_raise_matches_promises_again() -> None:
    step = {"when": "unresolved", "after": 60, "do": {"priority": "critical", "notify": ["x"]}}
    desk = following(
        step,
        {"when": "unresolved", "after": 70, "do": {"priority": "normal"}},
        sla=[{"id": "g", "targets": {"1": {"resolution": 100}, "3": {"resolution": 1000}}}],
    )
    assert told(desk.handle(Advance(), 60.0), "priority", "changes", "due") == [
        ("escalated", 1),
        ("item_updated", {"priority": 1}),
        ("sla_resumed", 100.0),
    ]
    assert told(desk.handle(Advance(), 70.0), "priority") == [("escalated", None), ("path_ended",)]
    desk.handle(AddAgent(Agent("a", primary=["t"])), 75.0)
    (_, queued) = desk.handle(Release("1"), 75.0)[:2]
    assert (queued.priority, queued.decided_by) == (1, "given")


def test_escalation_takes_it_from_its_owner() -> None:
    agents = [Agent("a", primary=["t"]), Agent("b", capacity=1)]
    steps = [
        {"when": "unresolved", "after": n, "do": {"assign": who}}
        for n, who in ((10, "b"), (20, {"on_call": "r"}), (30, "b"))
    ]
    desk = following(*steps, agents=agents, rotations=[{"id": "r", "members": ["zoe"]}])
    events = desk.handle(Advance(), 30.0)
    assert told(events, "at", "agent", "why", "selection", "flags") == [
        ("escalated", 10.0, "b"),
        ("released", 10.0, "a", "escalation"),
        ("assigned", 10.0, "b", "escalation", ("not_member",)),
        ("escalated", 20.0, "zoe"),  # no agent of the desk
        ("escalated", 30.0, "b"),  # his already
        ("path_ended", 30.0, "finished"),
    ]


def test_a_change_by_hand_matches_again() -> None:
    paths = [
        {"id": "vpn", "categories": ["vpn"], "steps": [notify("unresolved", 100)]},
        {"id": "u", "teams": ["u"], "steps": [notify("unresolved", 50)]},
    ]
    desk = desk_of([Team("t"), Team("u")], [], paths=paths)
    assert kinds(submit(desk)) == ["queued"]
    events = desk.handle(Transfer("1", "u"), 10.0)
    assert told(events, "path") == [("transferred",), ("queued",), ("path_entered", "u")]
    events = desk.handle(UpdateItem("1", {"category": "vpn"}), 20.0)
    assert told(events, "path", "why") == [
        ("item_updated",),
        ("path_ended", "u", "left"),
        ("path_entered", "vpn"),
    ]
    assert kinds(desk.handle(UpdateItem("1", {"tags": ["x"]}), 30.0)) == ["item_updated"]
    assert told(desk.handle(Advance(), 120.0), "at") == [
        ("escalated", 120.0),
        ("path_ended", 120.0),
    ]
    assert kinds(desk.handle(UpdateItem("1", {"tags": []}), 130.0)) == ["item_updated"]
    events = desk.handle(UpdateItem("1", {"category": None}), 140.0)
    assert told(events, "path", "level") == [
        ("item_updated",),
        ("path_entered", "u"),
    ]
    desk.handle(Close("1"), 150.0)
    events = desk.handle(Reopen("1"), 160.0)
    assert told(events, "path", "lap") == [("reopened",), ("queued",), ("path_entered", "u", 1)]


def test_paths_are_looked_at_when_all_else_is_done() -> None:
    paths = [{"id": "u", "teams": ["u"], "steps": [notify("unassigned")]}]
    desk = desk_of([Team("t"), Team("u", manual=True)], paths=paths)
    submit(desk, "1")
    submit(desk, "2", priority=1)
    kept = ["path_entered", "escalation_skipped", "path_ended"]
    fired = ["path_entered", "escalated", "path_ended"]
    events = desk.handle(Transfer("1", "u"), 1.0)
    assert kinds(events) == ["transferred", "released", "queued", *fired]
    desk.handle(Transfer("1", "t", keep_agent=False), 2.0)
    events = desk.handle(RemoveTeam("t", move_to="u"), 3.0)
    assert kinds(events) == ["transferred", "transferred", "configured", *kept]
    assert [event.item for event in events if event.kind == "path_entered"] == ["2"]


def test_one_path_leads_to_another() -> None:
    paths = [
        {
            "id": "a",
            "steps": [{"when": "unresolved", "after": 10, "do": {"path": "b"}}, notify("manual")],
        },
        {"id": "b", "steps": [notify("unresolved", 5)]},
    ]
    desk = desk_of(agents=[], paths=paths)
    submit(desk)
    assert told(desk.handle(Advance(), 20.0), "at", "path", "why") == [
        ("escalated", 10.0, "a"),
        ("path_ended", 10.0, "a", "path"),
        ("path_entered", 10.0, "b"),
        ("escalated", 15.0, "b"),
        ("path_ended", 15.0, "b", "finished"),
    ]


def test_a_step_on_a_calendar_and_items_under_way_keep_their_path() -> None:
    desk = following(notify("unresolved", 3600, calendar="office"))
    assert desk.next_wakeup() == OPENS + 3600.0
    desk.handle(UpdateWorkspace({"paths": []}), 10.0)
    assert kinds(desk.handle(Advance(), DAY)) == ["escalated", "path_ended"]


def test_closing_ends_path_and_acknowledgement() -> None:
    desk = following(
        notify("breached", target="resolution"),
        path={"ack_timeout": 100},
        sla=[{"id": "g", "targets": {"resolution": 100}}],
    )
    desk.handle(Acknowledge("1", by="a"), 10.0)
    events = desk.handle(Close("1"), 20.0)
    assert told(events, "why") == [("closed",), ("sla_met",), ("path_ended", "closed")]
    assert (desk.next_wakeup(), desk.state()["items"]["1"]["acknowledged"]) == (None, False)
    for command in (Acknowledge("1"), Escalate("1"), PostUpdate("1")):
        with pytest.raises(InvalidTransitionError):
            desk.handle(command, 30.0)


# --- U: communication

MAJOR = {
    "id": "major",
    "priorities": [1],
    "audiences": {"opened": ["board"], "escalated": ["ceo"], "resolved": ["all"]},
    "update_every": 100,
    "channels": ["mail"],
    "required": ["status", "eta"],
    "report_on_close": ["root_cause"],
}


def test_audiences_are_told_and_updates_fall_due() -> None:
    desk = desk_of(agents=[], protocols=[MAJOR])
    events = submit(desk, priority=1)
    assert told(events, "occasion", "audiences", "channels") == [
        ("queued",),
        ("announced", "opened", ("board",), ("mail",)),
    ]
    events = desk.handle(Advance(), 200.0)
    assert told(events, "at", "due", "audiences", "required") == [
        ("update_due", 100.0, ("board",), ("status", "eta")),
        ("update_overdue", 200.0, 100.0, ("board",)),
        ("update_due", 200.0, ("board",), ("status", "eta")),
    ]
    with pytest.raises(ConfigurationError) as caught:
        desk.handle(PostUpdate("1", {"status": "broken"}), 250.0)
    assert caught.value.field == "content.eta"
    content = {"status": "broken", "eta": "noon"}
    (posted,) = desk.handle(PostUpdate("1", content, by="a"), 250.0)
    assert (posted.protocol, posted.audiences, posted.content) == ("major", ("board",), content)
    assert told(desk.handle(Advance(), 350.0), "at") == [("update_due", 350.0)]


def test_a_report_is_due_at_close() -> None:
    desk = desk_of(agents=[], protocols=[MAJOR])
    submit(desk, priority=1)
    events = desk.handle(Close("1"), 10.0)
    assert told(events, "occasion", "sections", "audiences") == [
        ("closed",),
        ("announced", "resolved", ("all",)),
        ("report_due", ("root_cause",), ("all",)),
    ]
    assert desk.next_wakeup() is None
    with pytest.raises(ConfigurationError):
        desk.handle(PostReport("1", {"prevention": "more"}), 20.0)
    assert kinds(desk.handle(PostReport("1", {"root_cause": "fuse"}), 20.0)) == ["report_posted"]
    with pytest.raises(InvalidTransitionError):
        desk.handle(PostReport("1", {"root_cause": "fuse"}), 20.0)
    assert kinds(desk.handle(Reopen("1"), 30.0)) == ["reopened", "queued", "announced"]
    assert desk.next_wakeup() == 130.0


def test_a_protocol_comes_and_goes_with_the_priority() -> None:
    step = {"when": "unresolved", "after": 10, "do": {"priority": 1}}
    desk = following(step, protocols=[MAJOR])
    assert told(desk.handle(Advance(), 10.0), "occasion") == [
        ("escalated",),
        ("item_updated",),
        ("announced", "opened"),
        ("announced", "escalated"),
        ("path_ended",),
    ]
    assert kinds(desk.handle(UpdateItem("1", {"weight": 2}), 20.0)) == ["item_updated"]
    assert desk.next_wakeup() == 110.0
    assert kinds(desk.handle(UpdateItem("1", {"priority": 2}), 20.0)) == ["item_updated"]
    assert (desk.next_wakeup(), desk.state()["items"]["1"]["protocol"]) == (None, None)
    (posted,) = desk.handle(PostUpdate("1", {"note": "hi"}), 30.0)
    assert (posted.protocol, posted.audiences) == (None, ())


# --- G: catalog and approvals

VPN = {
    "id": "vpn", "team": "t", "category": "network", "priority": "high", "weight": 2,
    "skills": {"ip": 2, "ssl": 1}, "tags": ["new"], "groups": ["staff"], "expected_delivery": 500,
}  # fmt: skip
GROUPS = {"staff": ["eva"], "leads": ["lea", "leo"]}


def catalog_desk(**entry: Any) -> ReferenceDesk:
    sla = [{"id": "g", "targets": {"first_response": 100}}]
    teams = [Team("t"), Team("u")]
    return desk_of(teams, [], catalog=[{**VPN, **entry}], groups=GROUPS, sla=sla)


def test_the_catalog_fills_what_is_open() -> None:
    desk = catalog_desk()
    (queued, started) = submit(desk, catalog="vpn", requester="eva", tags=["old"], skills={"ip": 1})
    assert (queued.team, queued.weight, queued.priority) == ("t", 2, 2)
    assert (queued.decided_by, queued.category) == ("catalog", "network")
    spec = desk._items["1"].spec
    assert (spec.tags, {name: need.level for name, need in spec.skills.items()}) == (
        ("old", "new"),
        {"ip": 1, "ssl": 1},
    )
    assert (spec.due_at, desk.state()["items"]["1"]["due"], started.due) == (500.0, 100.0, 100.0)
    (queued, _) = submit(
        desk, "2", catalog="vpn", requester="eva", team="u", priority=4, weight=3, category="x"
    )
    assert (queued.team, queued.weight, queued.priority, queued.category) == ("u", 3, 4, "x")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "0", "catalog": "no"}, DuplicateItemError),
        ({"catalog": "no"}, ConfigurationError),
        ({"catalog": "vpn", "team": "no"}, AccessDeniedError),
        ({"catalog": "vpn", "requester": "lea"}, AccessDeniedError),
        ({"catalog": "vpn", "requester": "eva", "team": "no"}, UnknownTeamError),
        (
            {"catalog": "vpn", "requester": "eva", "only_agent": "no", "priority": "no"},
            UnknownAgentError,
        ),
        ({"catalog": "vpn", "requester": "eva", "priority": "no"}, ConfigurationError),
    ],
)
def test_refusals_at_submit_in_their_order(fields: Any, error: type[Exception]) -> None:
    desk = catalog_desk()
    submit(desk, "0")
    with pytest.raises(error):
        submit(desk, fields.pop("name", "1"), **fields)


def test_approvals_in_chain_order() -> None:
    desk = catalog_desk(approvals=["boss", "leads"])
    (held,) = submit(desk, catalog="vpn", requester="eva")
    assert (held.kind, held.approvals) == ("held", ("boss", "leads"))
    with pytest.raises(AccessDeniedError):
        desk.handle(Approve("1", by="leo"), 10.0)
    (approved,) = desk.handle(Approve("1", by="boss"), 10.0)
    assert approved.remaining == ("leads",)
    for command in (Assign("1", "a"), Reply("1", by="customer"), Snooze("1"), Rate("1", 3)):
        with pytest.raises(InvalidTransitionError):
            desk.handle(command, 10.0)
    events = desk.handle(Approve("1", by="leo"), 20.0)
    assert told(events, "remaining", "due") == [
        ("approved", ()),
        ("queued",),
        ("sla_started", 120.0),
    ]
    assert desk._items["1"].spec.due_at == 520.0
    assert desk.state()["items"]["1"]["waiting_since"] == 0.0
    with pytest.raises(InvalidTransitionError):
        desk.handle(Approve("1", by="leo"), 20.0)


def test_clocks_may_start_at_submit() -> None:
    desk = catalog_desk(approvals=["boss"], clock_from="submit")
    events = submit(desk, catalog="vpn", requester="eva")
    assert told(events, "due") == [("held",), ("sla_started", 100.0)]
    assert kinds(desk.handle(UpdateItem("1", {"priority": 1}), 5.0)) == ["item_updated"]
    assert kinds(desk.handle(Approve("1", by="boss"), 10.0)) == ["approved", "queued"]
    assert desk.next_wakeup() == 80.0


def test_reject_closes() -> None:
    desk = catalog_desk(approvals=["leads"])
    submit(desk, catalog="vpn", requester="eva")
    events = desk.handle(Reject("1", by="lea", reason="no"), 10.0)
    assert told(events, "by", "reason", "agent") == [("rejected", "lea", "no"), ("closed", None)]
    assert told(desk.handle(Rate("1", 2, by="eva"), 11.0), "score") == [("rated", 2)]


def test_what_was_rejected_may_be_reopened_and_is_measured_from_then_on() -> None:
    desk = catalog_desk(approvals=["leads"])
    submit(desk, catalog="vpn", requester="eva")
    desk.handle(Reject("1", by="lea"), 10.0)
    events = desk.handle(Reopen("1"), 20.0)
    assert told(events, "due") == [("reopened",), ("sla_started", 120.0), ("queued",)]
    assert desk._items["1"].spec.due_at == 520.0


def test_a_held_item_moves_with_its_team_but_not_a_named_one() -> None:
    desk = catalog_desk(approvals=["boss"])
    submit(desk, team="u", catalog="vpn", requester="eva")
    with pytest.raises(TeamNotEmptyError):
        desk.handle(RemoveTeam("u"), 1.0)
    assert kinds(desk.handle(RemoveTeam("u", move_to="t"), 1.0)) == ["transferred", "configured"]
    assert desk.state()["items"]["1"]["state"] == "held"
    with pytest.raises(ConfigurationError):
        desk.handle(RemoveTeam("t"), 1.0)


def test_an_agent_to_whom_a_path_assigns_cannot_be_removed() -> None:
    step = {"when": "manual", "do": {"assign": "a"}}
    desk = desk_of(paths=[{"id": "p", "steps": [step]}])
    with pytest.raises(ConfigurationError):
        desk.handle(RemoveAgent("a"), 0.0)


def test_an_accepted_offer_tells_the_handoff() -> None:
    agents = [on_shift(), Agent("b", primary=["t"])]
    desk = desk_of([Team("t", offer_timeout=60)], agents)
    submit(desk, now=OPENS)
    desk.handle(Accept("1", "a"), OPENS)
    assert kinds(desk.handle(Advance(), CLOSES))[-1] == "offered"
    events = desk.handle(Accept("1", "b"), CLOSES + 5.0)
    assert kinds(events) == ["offer_ended", "assigned", "handoff"]
