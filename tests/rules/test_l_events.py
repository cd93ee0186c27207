"""Rules L4 and L5: what is said of a target and when; the due in item order (65, 67, 68)."""

import pytest

from assignwork import UnknownItemError

OFFICE = {"id": "office", "hours": {"mon-fri": ["10:00-18:00"]}}
SLA = {"id": "sla", "targets": {"first_response": 100, "resolution": 1000}}


@pytest.fixture
def submitted(timed):
    """A desk whose item `1` came at 0, with 100 seconds to an answer and 1000 to its close."""

    def make(*agents, sla=SLA, **settings):
        desk = timed(*agents, sla=[sla], **settings)
        desk.submit("1", now=0.0)
        return desk

    return make


# --- L4: what the events say ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "at", "options", "event"),
    [
        ("advance", 0.0, {}, {"event": "sla_started", "due": 1000.0}),
        ("advance", 800.0, {}, {"event": "sla_at_risk", "due": 1000.0}),
        ("advance", 1000.0, {}, {"event": "sla_breached", "due": 1000.0}),
        ("close", 300.5, {}, {"event": "sla_met", "left": 699.5}),
        ("snooze", 300.5, {"until": 400.0}, {"event": "sla_paused", "left": 699.5}),
    ],
)
def test_l4_an_event_says_item_policy_target_and_due_or_what_is_left(
    submitted, verb, at, options, event
):
    desk = submitted(sla={"id": "gold", "targets": {"resolution": 1000}})
    getattr(desk, verb)(*["1"] * (verb != "advance"), now=at, **options)
    told = desk.told("sla_started", "sla_at_risk", "sla_breached", "sla_met", "sla_paused")
    assert told[-1] == {"at": at, "item": "1", "policy": "gold", "target": "resolution", **event}


def test_l4_a_resumed_clock_says_its_new_due(submitted):
    desk = submitted(sla={"id": "gold", "targets": {"resolution": 1000}})
    desk.snooze("1", 400.0, now=300.0)
    desk.advance(now=400.0)
    assert desk.told("sla_resumed") == [
        {
            "at": 400.0,
            "event": "sla_resumed",
            "item": "1",
            "policy": "gold",
            "target": "resolution",
            "due": 1100.0,
        }
    ]


# --- L4: at risk ----------------------------------------------------------------------------------


def test_l4_at_risk_comes_at_eight_tenths_of_the_working_time(timed):
    targets = {"first_response": 3600, "resolution": 4 * 3600}
    desk = timed(calendars=[OFFICE], sla=[{"id": "sla", "calendar": "office", "targets": targets}])
    desk.submit("1", now="mon 08:00")
    assert desk.advance(now="mon 13:30") == [
        "mon 10:48: first_response of 1 at risk",
        "mon 11:00: first_response of 1 breached, due mon 11:00",
        "mon 13:12: resolution of 1 at risk",
    ]


def test_l4_the_policy_may_say_another_share(submitted):
    desk = submitted(sla={**SLA, "at_risk": 0.5})
    assert desk.advance(now=60.0) == ["50: first_response of 1 at risk"]


def test_l4_with_all_of_the_time_it_comes_at_due_before_the_breach(submitted):
    desk = submitted(sla={**SLA, "at_risk": 1})
    assert desk.advance(now=100.0) == [
        "first_response of 1 at risk",
        "first_response of 1 breached, due 100",
    ]


def test_l4_with_all_of_the_time_it_comes_before_a_reply_at_due(submitted):
    desk = submitted(sla={**SLA, "at_risk": 1})
    assert desk.reply("1", by="agent", now=100.0) == [
        "first_response of 1 at risk",
        "agent replied to 1 of None",
        "first_response of 1 met, 0 left",
    ]


def test_l4_the_share_is_of_what_runs(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=0.0)
    desk.snooze("1", 2000.0, now=500.0)
    assert desk.advance(now=2600.0) == [
        "2000: woken 1 for None",
        "2000: resolution of 1 on again, due 2500",
        "2000: queued 1 in t",
        "2300: resolution of 1 at risk",
        "2500: resolution of 1 breached, due 2500",
    ]


def test_l4_at_risk_is_said_once(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=0.0)
    desk.snooze("1", 1500.0, now=900.0)
    assert desk.advance(now=1600.0) == [
        "1500: woken 1 for None",
        "1500: resolution of 1 on again, due 1600",
        "1500: queued 1 in t",
        "resolution of 1 breached, due 1600",
    ]


def test_l4_a_target_met_in_time_is_never_at_risk(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=79.0)
    assert desk.close("1", now=799.0) == ["closed 1 of None", "resolution of 1 met, 201 left"]
    assert desk.advance(now=5000.0) == []


# --- L4: exactly at due ---------------------------------------------------------------------------


def test_l4_a_reply_exactly_at_due_meets_the_target(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    assert desk.reply("1", by="agent", now=100.0) == [
        "agent replied to 1 of None",
        "first_response of 1 met, 0 left",
    ]


def test_l4_a_close_exactly_at_due_meets_the_target(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=0.0)
    desk.advance(now=800.0)
    assert desk.close("1", now=1000.0) == ["closed 1 of None", "resolution of 1 met, 0 left"]


def test_l4_an_advance_exactly_to_due_breaches(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    assert desk.advance(now=100.0) == ["first_response of 1 breached, due 100"]
    assert desk.reply("1", by="agent", now=100.0) == ["agent replied to 1 of None"]


def test_l4_another_command_at_due_does_not_breach(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    assert desk.submit("2", now=100.0)[0] == "queued 2 in t"
    assert desk.waits() == "100"
    assert desk.reply("1", by="agent", now=100.0)[1:] == ["first_response of 1 met, 0 left"]


def test_l4_an_advance_after_another_command_at_due_breaches(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    desk.submit("2", now=100.0)
    assert desk.advance(now=100.0) == ["first_response of 1 breached, due 100"]


def test_l4_a_later_command_breaches_at_due(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    desk.reply("1", by="agent", now=100.25)
    assert desk.told("sla_breached", "replied") == [
        {
            "at": 100.0,
            "event": "sla_breached",
            "item": "1",
            "policy": "sla",
            "target": "first_response",
            "due": 100.0,
        },
        {"at": 100.25, "event": "replied", "item": "1", "by": "agent", "agent": None},
    ]


def test_l4_a_breach_before_a_refused_command_comes_with_the_next(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    with pytest.raises(UnknownItemError):
        desk.close("2", now=150.0)
    assert desk.advance(now=160.0) == ["100: first_response of 1 breached, due 100"]


def test_l4_a_breach_waits_for_all_else_of_its_instant(submitted):
    desk = submitted()
    desk.advance(now=80.0)
    desk.submit("2", now=90.0)
    desk.snooze("2", 100.0)  # its timer is the younger one
    assert desk.advance(now=100.0) == [
        "woken 2 for None",
        "resolution of 2 on again, due 1100",
        "queued 2 in t",
        "first_response of 1 breached, due 100",
    ]


def test_l4_breaches_of_an_instant_come_in_the_order_of_their_clocks(submitted):
    desk = submitted(sla={"id": "sla", "targets": {"first_response": 100, "resolution": 100}})
    desk.submit("2")
    assert desk.advance(now=100.0) == [
        "80: first_response of 1 at risk",
        "80: resolution of 1 at risk",
        "80: first_response of 2 at risk",
        "80: resolution of 2 at risk",
        "first_response of 1 breached, due 100",
        "resolution of 1 breached, due 100",
        "first_response of 2 breached, due 100",
        "resolution of 2 breached, due 100",
    ]


def test_l4_the_desk_wants_to_be_woken_at_risk_and_at_due(submitted):
    desk = submitted()
    found = [desk.waits()]
    for now in (80.0, 100.0, 800.0, 1000.0):
        desk.advance(now=now)
        found.append(desk.waits())
    assert found == ["80", "100", "800", "1000", None]


def test_l4_what_stands_still_wakes_nobody(submitted):
    desk = submitted(sla={"id": "sla", "targets": {"resolution": 1000}})
    desk.snooze("1", now=10.0)
    assert desk.waits() is None


def test_l4_a_view_tells_how_far_a_target_has_come(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=30.0)
    desk.snooze("1", now=40.0)
    shown = [(one.target, one.policy, one.state, one.ran) for one in desk.items["1"].targets]
    assert shown == [
        ("first_response", "sla", "met", 30.0),
        ("resolution", "sla", "paused", 40.0),
    ]


# --- L5 -------------------------------------------------------------------------------------------

BY_TAG = [
    {"id": "fast", "tags": ["fast"], "targets": {"first_response": 100, "resolution": 1000}},
    {"id": "slow", "tags": ["slow"], "targets": {"resolution": 500}},
    {"id": "held", "tags": ["held"], "targets": {"resolution": 700}, "pause_on_customer": True},
]


@pytest.fixture
def queue(timed):
    """A desk without agents, with an item per tag given, submitted at 0."""

    def make(*tags, sla=BY_TAG):
        desk = timed(sla=sla)
        for tag in tags:
            desk.submit(tag, tags=[tag], now=0.0)
        return desk

    return make


def test_l5_the_earliest_due_goes_first(queue):
    assert queue("none", "slow", "fast").queue() == ("fast", "slow", "none")


def test_l5_priority_goes_before_due(queue):
    desk = queue("fast")
    desk.submit("2", priority=2)
    assert desk.queue() == ("2", "fast")


def test_l5_an_explicit_due_goes_before_where_it_is_earlier(queue):
    desk = queue("fast")
    desk.submit("early", due_at=99.0)
    desk.submit("late", tags=["slow"], due_at=600.0)
    assert desk.queue() == ("early", "fast", "late")
    assert [desk.items[name].due_at for name in desk.queue()] == [99.0, 100.0, 500.0]


def test_l5_an_explicit_due_that_is_taken_away_leaves_that_of_the_target(queue):
    desk = queue("slow")
    desk.update_item("slow", due_at=20.0)
    assert desk.items["slow"].due_at == 20.0
    desk.update_item("slow", due_at=None)
    assert desk.items["slow"].due_at == 500.0


def test_l5_a_target_that_is_met_makes_way_for_the_next(queue):
    desk = queue("slow", "fast")
    desk.reply("fast", by="agent", now=10.0)
    assert (desk.items["fast"].due_at, desk.queue()) == (1000.0, ("slow", "fast"))


def test_l5_a_breached_one_counts_until_it_is_answered(queue):
    desk = queue("slow", "fast")
    desk.advance(now=200.0)
    assert (desk.items["fast"].due_at, desk.queue()) == (100.0, ("fast", "slow"))
    desk.reply("fast", by="agent", now=210.0)
    assert (desk.items["fast"].due_at, desk.queue()) == (1000.0, ("slow", "fast"))


def test_l5_a_breach_at_a_rematch_counts_from_its_instant(queue):
    sla = [{"id": "sla", "targets": {"3": {"resolution": 900}, "4": {"resolution": 50}}}]
    desk = queue("1", sla=sla)
    desk.update_item("1", priority=4, now=200.0)
    assert desk.items["1"].due_at == 200.0


def test_l5_one_that_stands_still_does_not_count(queue):
    desk = queue("held", "fast")
    desk.reply("held", by="agent", now=10.0)
    desk.reply("fast", by="agent", now=10.0)
    assert (desk.items["held"].due_at, desk.queue()) == (None, ("fast", "held"))
    desk.reply("held", by="customer", now=20.0)
    assert (desk.items["held"].due_at, desk.queue()) == (710.0, ("held", "fast"))


def test_l5_one_without_a_target_does_not_count(queue):
    desk = queue("slow")
    desk.update_item("slow", tags=[], now=10.0)
    assert desk.items["slow"].due_at is None


def test_l5_a_snooze_moves_it_behind_what_became_more_urgent(queue):
    desk = queue("slow", "held")
    desk.snooze("slow", 400.0, now=100.0)
    desk.advance(now=400.0)
    assert desk.queue() == ("held", "slow")
    assert [desk.items[name].due_at for name in desk.queue()] == [700.0, 800.0]


def test_l5_a_breach_counts_again_when_the_item_is_reopened(queue):
    desk = queue("slow", "fast")
    desk.reply("fast", by="agent", now=10.0)
    desk.advance(now=600.0)
    desk.close("slow", now=610.0)
    desk.reopen("slow", now=620.0)
    assert (desk.items["slow"].due_at, desk.queue()) == (500.0, ("slow", "fast"))


def test_l5_what_is_closed_is_due_only_when_its_item_says(queue):
    desk = queue("fast", "slow")
    desk.update_item("slow", due_at=700.0)
    for name in ("fast", "slow"):
        desk.close(name)
    assert [desk.items[name].due_at for name in ("fast", "slow")] == [None, 700.0]


def test_l5_agents_get_first_what_is_due_first(timed):
    desk = timed("ana", sla=BY_TAG, default_capacity=1)
    desk.submit("0")
    for tag in ("none", "slow", "fast"):
        desk.submit(tag, tags=[tag])
    for name in ("0", "fast", "slow"):
        desk.close(name)
    assert desk.taken() == ["0>ana", "fast>ana", "slow>ana", "none>ana"]


def test_l5_a_target_that_starts_counts_in_the_same_command(timed):
    sla = [{"id": "next", "targets": {"next_response": 50}}]
    desk = timed(sla=sla)
    desk.submit("1", due_at=200.0, now=0.0)
    desk.submit("2", now=0.0)
    desk.reply("2", by="agent", now=10.0)
    desk.reply("2", by="customer", now=20.0)
    assert (desk.items["2"].due_at, desk.queue()) == (70.0, ("2", "1"))


def test_l5_other_item_orders_know_the_due_too(timed):
    desk = timed(sla=BY_TAG, item_order=["due", "priority"])
    desk.submit("slow", tags=["slow"], priority=1)
    desk.submit("fast", tags=["fast"], priority=4)
    assert desk.queue() == ("fast", "slow")
