"""The reference model on promises and their clocks: cases computed by hand from rules L."""

from typing import Any

import pytest
from reference_desks import CLOSES, DAY, LEVELS, OPENS, desk_of, kinds, promising, submit, told

from assignwork import Agent, Team
from assignwork.commands import (
    AddAgent,
    Advance,
    Assign,
    Close,
    Reopen,
    Reply,
    Snooze,
    Transfer,
    UpdateItem,
    UpdateWorkspace,
    Wake,
)


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
