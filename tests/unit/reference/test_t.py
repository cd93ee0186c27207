"""The reference model on shifts and handoff: cases computed by hand from rules T3 and T4."""

import math
from typing import Any

import pytest
from reference_desks import CLOSES, DAY, OFFICE, OPENS, desk_of, kinds, on_shift, submit, told

from assignwork import Agent, Team, Workspace
from assignwork.commands import (
    Accept,
    AddAgent,
    Advance,
    Assign,
    Heartbeat,
    Pull,
    Reply,
    SetPresence,
    Snooze,
    UpdateAgent,
    UpdateTeam,
    UpdateWorkspace,
)
from assignwork.errors import ConfigurationError, UnknownAgentError
from assignwork.testing import ReferenceDesk


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


def test_an_accepted_offer_tells_the_handoff() -> None:
    agents = [on_shift(), Agent("b", primary=["t"])]
    desk = desk_of([Team("t", offer_timeout=60)], agents)
    submit(desk, now=OPENS)
    desk.handle(Accept("1", "a"), OPENS)
    assert kinds(desk.handle(Advance(), CLOSES))[-1] == "offered"
    events = desk.handle(Accept("1", "b"), CLOSES + 5.0)
    assert kinds(events) == ["offer_ended", "assigned", "handoff"]
