"""Events: one class per kind, and its wire form."""

import json
import pickle

import attrs
import pytest

from assignwork import events as e
from assignwork.errors import ConfigurationError
from assignwork.events import KINDS, event_from_dict

EVENTS = [
    e.Queued(1, 5.0, "t-1", "a", 3, 1, "given", "vpn"),
    e.Assigned(2, 5.0, "t-1", "a", "ana", "primary", 0.0, "dispatch", "balanced", (0, 0, 1), "bob"),
    e.Assigned(
        3, 5.0, "t-1", "a", "ana", "manual", 0.0, "hand", "hand", (), None,
        ("over_capacity", "not_active", "not_member"),
    ),
    e.Offered(4, 5.0, "t-1", "a", "ana", 25.0, "secondary", "best_skilled", (-2, 0, 0, 1), None),
    e.OfferEnded(5, 6.0, "t-1", "ana", "declined"),
    e.Transferred(6, 6.0, "t-1", "a", "b", None),
    e.Released(7, 6.0, "t-1", "a", "ana", "hand"),
    e.Snoozed(8, 6.0, "t-1", None),
    e.Snoozed(9, 6.0, "t-1", 60.0),
    e.Woken(10, 6.0, "t-1", "ana", ("over_capacity",)),
    e.Replied(11, 6.0, "t-1", "customer", None),
    e.Closed(12, 6.0, "t-1", "ana"),
    e.Reopened(13, 6.0, "t-1", None),
    e.Reopened(14, 6.0, "t-1", "ana", ("over_capacity",)),
    e.PresenceChanged(15, 6.0, "ana", "away", "agent", "lunch"),
    e.ItemUpdated(16, 6.0, "t-1", {"priority": 1, "tags": ["x"]}, 1),
    e.Configured(17, 6.0, "update_agents", ["ana", "bob"], {"capacity": 2}),
    e.Configured(18, 6.0, "update_workspace", None, {"reassign": "all"}),
    e.Queued(19, 6.0, "t-1", "a", 1, 1, "impact+urgency", None),
    e.Assigned(
        20, 6.0, "t-1", "a", "ana", "manual", 0.0, "escalation", "escalation", (), None,
        ("not_active",),
    ),
    e.Released(21, 6.0, "t-1", "a", "ana", "shift"),
    e.PresenceChanged(22, 6.0, "ana", "away_reassign", "shift", None),
    e.Held(23, 6.0, "t-1", "a", 2, 1, "impact", "vpn", ("lead", "board")),
    e.Approved(24, 6.0, "t-1", "ana", ("board",)),
    e.Approved(25, 6.0, "t-1", "dan", ()),
    e.Rejected(26, 6.0, "t-1", "dan", None),
    e.Rejected(27, 6.0, "t-1", "dan", "no budget"),
    e.SlaStarted(28, 6.0, "t-1", "gold", "resolution", 60.0),
    e.SlaAtRisk(29, 50.0, "t-1", "gold", "resolution", 60.0),
    e.SlaBreached(30, 60.0, "t-1", "gold", "resolution", 60.0),
    e.SlaMet(31, 60.0, "t-1", "gold", "first_response", 0.0),
    e.SlaPaused(32, 60.0, "t-1", "gold", "next_response", 12.5),
    e.SlaResumed(33, 60.0, "t-1", "gold", "next_response", 72.5),
    e.Handoff(34, 60.0, "t-1", "a", "ana", "ben", 54.0),
    e.PathEntered(35, 60.0, "t-1", "major", 1),
    e.Escalated(
        36, 60.0, "t-1", "major", 1, 2, "unassigned", "path", None, "vpn", "b", "ana", 1,
        ("board",), ("lead", "dan"),
    ),
    e.Escalated(
        37, 60.0, "t-1", "major", 2, 1, "manual", "dan", "stuck", None, None, None, None, (), (),
    ),
    e.EscalationSkipped(38, 60.0, "t-1", "major", 3, 1, "acknowledged"),
    e.PathEnded(39, 60.0, "t-1", "major", "finished"),
    e.Acknowledged(40, 60.0, "t-1", None, None),
    e.Acknowledged(41, 60.0, "t-1", "ana", 90.0),
    e.AcknowledgementLapsed(42, 90.0, "t-1"),
    e.Announced(43, 90.0, "t-1", "major", "opened", ("board",), ("mail",)),
    e.UpdateDue(44, 90.0, "t-1", "major", ("board",), (), ("status", "eta")),
    e.UpdateOverdue(45, 95.0, "t-1", "major", (), ("mail",), 90.0),
    e.UpdatePosted(46, 95.0, "t-1", None, None, (), (), {"status": "down"}),
    e.UpdatePosted(47, 95.0, "t-1", "major", "ana", ("board",), ("mail",), {"eta": "noon"}),
    e.ReportDue(48, 95.0, "t-1", "major", ("board",), ("mail",), ("root_cause",)),
    e.ReportPosted(49, 95.0, "t-1", "major", "ana", ("board",), (), {"root_cause": "a worm"}),
    e.ReportPosted(50, 95.0, "t-1", "major", None, (), (), {"root_cause": "a worm"}),
    e.Rated(51, 95.0, "t-1", 4, None),
    e.Rated(52, 95.0, "t-1", 1, "k-1"),
    e.Rebalanced(53, 95.0, 2, 1),
    e.MoveSkipped(54, 95.0, "t-1", "ana", "ben", "full", "C3 load 4 + 1 > capacity 4"),
    e.MoveSkipped(55, 95.0, "t-1", None, None, "done", None),
    e.Assigned(56, 95.0, "t-1", "a", "ana", "primary", 0.0, "rebalance", "rebalance", (), None),
    e.Released(57, 95.0, "t-1", "a", "ben", "rebalance"),
]  # fmt: skip


def test_every_kind_has_an_example_here():
    assert {event.kind for event in EVENTS} == set(KINDS)
    assert all(KINDS[cls.kind] is cls for cls in KINDS.values())


@pytest.mark.parametrize("event", EVENTS)
def test_the_wire_form_is_flat_and_goes_both_ways(event):
    wire = json.loads(json.dumps(event.to_dict()))
    assert list(wire)[:3] == ["seq", "at", "event"]
    assert wire["event"] == event.kind
    assert event_from_dict(wire) == event
    assert event_from_dict(wire).to_dict() == event.to_dict()


@pytest.mark.parametrize("event", EVENTS)
def test_events_are_frozen_and_picklable(event):
    assert pickle.loads(pickle.dumps(event)) == event
    for field in attrs.fields(type(event)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(event, field.name, None)


def test_flags_stand_on_the_wire_only_where_they_are_set():
    plain, flagged = EVENTS[1], EVENTS[2]
    assert not {"flags", *e.FLAGS} & set(plain.to_dict())
    assert all(flagged.to_dict()[flag] is True for flag in e.FLAGS)
    assert (flagged.over_capacity, flagged.not_active, flagged.not_member) == (True, True, True)
    assert (plain.over_capacity, plain.not_active, plain.not_member) == (False, False, False)
    assert EVENTS[9].over_capacity
    assert EVENTS[13].over_capacity
    assert not EVENTS[12].over_capacity


def test_a_key_of_several_levels_comes_back_as_tuples():
    event = attrs.evolve(EVENTS[1], key=((1, 2), "x"))
    assert event_from_dict(json.loads(json.dumps(event.to_dict()))) == event


def test_lists_come_back_as_tuples():
    entered = {
        "seq": 1, "at": 5.0, "event": "held", "item": "t-1", "team": "a", "priority": 3,
        "weight": 1, "decided_by": "default", "category": None,
    }  # fmt: skip
    found = event_from_dict({**entered, "approvals": ["lead", "board"]})
    assert found.approvals == ("lead", "board")


CLOSED = {"seq": 2, "at": 1.0, "event": "closed", "item": "t-1", "agent": None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": "clsed"}, "event: 'clsed' is no kind of event; did you mean 'closed'?"),
        ({"event": None}, "event: None is no kind of event; known are: queued"),
        ({"event": []}, "event: [] is no kind of event; known are: queued"),
        ({"seq": "2"}, "seq: '2' is not an integer"),
        ({"seq": True}, "seq: True is not an integer"),
        ({"at": None}, "at: None is not a number"),
        ({"item": 7}, "item: 7 is not a string"),
        ({"agent": 7}, "agent: 7 is not a string or null"),
        ({"itm": "t-1"}, "itm: unknown key; did you mean 'item'?"),
        ({"over_capacity": True}, "over_capacity: unknown key"),
    ],
)
def test_what_is_no_event_is_refused_with_its_field(change, message):
    with pytest.raises(ConfigurationError) as caught:
        event_from_dict({**CLOSED, **change})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("kind", "name", "value", "message"),
    [
        ("queued", "decided_by", None, "decided_by: None is not a string"),
        ("queued", "category", 7, "category: 7 is not a string or null"),
        ("held", "approvals", "lead", "approvals: 'lead' is not a list of strings"),
        ("approved", "remaining", None, "remaining: None is not a list of strings"),
        ("rejected", "reason", 7, "reason: 7 is not a string or null"),
        ("sla_started", "due", None, "due: None is not a number"),
        ("sla_met", "left", True, "left: True is not a number"),
        ("sla_breached", "target", 7, "target: 7 is not a string"),
        ("handoff", "open_for", "long", "open_for: 'long' is not a number"),
        ("path_entered", "lap", 1.0, "lap: 1.0 is not an integer"),
        ("escalated", "priority", "high", "priority: 'high' is not an integer or null"),
        ("escalated", "team", 7, "team: 7 is not a string or null"),
        ("escalated", "notified", {}, "notified: {} is not a list of strings"),
        ("acknowledged", "until", "noon", "until: 'noon' is not a number or null"),
        ("update_posted", "content", [], "content: [] is not an object"),
        ("update_due", "required", "eta", "required: 'eta' is not a list of strings"),
        ("rated", "score", "5", "score: '5' is not an integer"),
        ("rebalanced", "moves", None, "moves: None is not an integer"),
        ("move_skipped", "owner", 7, "owner: 7 is not a string or null"),
        ("path_ended", "whi", "left", "whi: unknown key; did you mean 'why'?"),
    ],
)
def test_a_field_of_another_type_is_refused(kind, name, value, message):
    wire = next(event.to_dict() for event in EVENTS if event.kind == kind)
    with pytest.raises(ConfigurationError) as caught:
        event_from_dict({**wire, name: value})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["seq", "at", "item", "agent"])
def test_a_missing_field_is_named(name):
    with pytest.raises(ConfigurationError) as caught:
        event_from_dict({key: value for key, value in CLOSED.items() if key != name})
    assert str(caught.value) == f"{name}: this field is missing; give it: a closed event has it"
