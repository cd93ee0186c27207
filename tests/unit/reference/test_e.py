"""The reference model on escalation paths: cases computed by hand from rules E."""

import pytest
from reference_desks import DAY, LEVELS, OPENS, desk_of, following, kinds, notify, submit, told

from assignwork import Agent, Team
from assignwork.commands import (
    Acknowledge,
    AddAgent,
    Advance,
    Close,
    Escalate,
    PostUpdate,
    Release,
    RemoveAgent,
    RemoveTeam,
    Reopen,
    Reply,
    Snooze,
    Transfer,
    UpdateItem,
    UpdateWorkspace,
    Wake,
)
from assignwork.errors import ConfigurationError, InvalidTransitionError


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
        ("item_updated", 1, {"priority": 1}),
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


def test_an_agent_to_whom_a_path_assigns_cannot_be_removed() -> None:
    step = {"when": "manual", "do": {"assign": "a"}}
    desk = desk_of(paths=[{"id": "p", "steps": [step]}])
    with pytest.raises(ConfigurationError):
        desk.handle(RemoveAgent("a"), 0.0)
