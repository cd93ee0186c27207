"""Rules L1 and L2: which targets an item has, and when their clocks run (readings 49, 63 to 67)."""

import pytest

from assignwork import Agent

OFFICE = {"id": "office", "hours": {"mon-fri": ["10:00-18:00"]}}
LEVELS = {"urgent": 1, "high": 2, "normal": 3, "low": 4}
HOURS = {
    "id": "sla",
    "calendar": "office",
    "targets": {
        "urgent": {"first_response": 1800, "resolution": 2 * 3600},
        "high": {"first_response": 3600, "resolution": 4 * 3600},
        "low": {"first_response": 24 * 3600, "resolution": 72 * 3600},
    },
}
SECONDS = {"first_response": 100, "next_response": 200, "resolution": 1000}


@pytest.fixture
def office(timed):
    """A desk from 10 to 18 from Monday to Friday, but for the dates when it is closed."""

    def make(*closed):
        calendar = {**OFFICE, "exceptions": {day: [] for day in closed}}
        return timed(calendars=[calendar], sla=[HOURS], priority_levels=LEVELS)

    return make


@pytest.fixture
def promised(timed):
    """A desk with targets of 100, 200 and 1000 seconds around the clock."""

    def make(*agents, targets=SECONDS, **policy):
        return timed(*agents, sla=[{"id": "sla", "targets": targets, **policy}])

    return make


# --- the facts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted", "priority", "closed", "response", "resolution"),
    [
        ("mon 08:00", "high", [], "mon 11:00", "mon 14:00"),
        ("mon 20:00", "urgent", [], "tue 10:30", "tue 12:00"),
        ("fri 17:00", "urgent", [], "fri 17:30", "next mon 11:00"),
        ("thu 15:00", "urgent", ["2026-01-08", "2026-01-09"], "next mon 10:30", "next mon 12:00"),
        ("mon 10:00", "low", [], "wed 18:00", "next thu 18:00"),  # each ends with the day
    ],
)
def test_l1_targets_are_working_time(office, submitted, priority, closed, response, resolution):
    desk = office(*closed)
    assert desk.submit("1", priority=priority, now=submitted) == [
        "queued 1 in t",
        f"first_response of 1 due {response}",
        f"resolution of 1 due {resolution}",
    ]


@pytest.mark.parametrize(
    ("wakes", "due"), [("thu 16:00", "thu 18:00"), ("thu 16:00:01", "fri 10:00:01")]
)
def test_l2_a_snooze_moves_the_resolution_by_its_length(office, wakes, due):
    desk = office()
    desk.submit("1", priority="urgent", now="thu 15:00")
    assert desk.snooze("1", wakes) == [
        f"snoozed 1 until {wakes}",
        "resolution of 1 paused, 7200 left",
    ]
    assert desk.advance(now=wakes) == [
        "thu 15:24: first_response of 1 at risk",
        "thu 15:30: first_response of 1 breached, due thu 15:30",
        "woken 1 for None",
        f"resolution of 1 on again, due {due}",
        "queued 1 in t",
    ]


# --- L1: which policy -----------------------------------------------------------------------------


def policies_of(desk):
    """The policy of each target that has started."""
    return {event["target"]: event["policy"] for event in desk.told("sla_started")}


def test_l1_the_first_policy_that_matches_wins(timed):
    desk = timed(sla=[
        {"id": "u", "teams": ["u"], "targets": {"resolution": 1}},
        {"id": "one", "targets": {"resolution": 1}},
        {"id": "two", "targets": {"first_response": 1}},
    ], teams=["t", "u"])  # fmt: skip
    desk.submit("1")
    assert policies_of(desk) == {"resolution": "one"}


@pytest.mark.parametrize(
    ("asks", "item", "matches"),
    [
        ({}, {}, True),
        ({"teams": ["u", "t"]}, {}, True),
        ({"teams": ["u"]}, {}, False),
        ({"priorities": [1, 2]}, {"priority": 2}, True),
        ({"priorities": [1, 2]}, {"priority": 3}, False),
        ({"priorities": ["critical"]}, {"priority": 1}, True),
        ({"priorities": ["critical"]}, {"priority": "high"}, False),
        ({"tags": ["vip", "eu"]}, {"tags": ["eu", "new", "vip"]}, True),
        ({"tags": ["vip", "eu"]}, {"tags": ["vip"]}, False),
        ({"teams": ["t"], "priorities": [1], "tags": ["vip"]}, {"priority": 1}, False),
    ],
)
def test_l1_all_that_a_policy_asks_must_hold(timed, asks, item, matches):
    desk = timed(sla=[{"id": "sla", "targets": {"resolution": 10}, **asks}], teams=["t", "u"])
    expected = ["queued 1 in t"] + ["resolution of 1 due 10"] * matches
    assert desk.submit("1", **item) == expected


def test_l1_a_policy_is_passed_over_where_it_has_no_targets_for_the_priority(timed):
    desk = timed(sla=[
        {"id": "urgent", "targets": {"1": {"resolution": 10}}},
        {"id": "sla", "targets": {"*": {"resolution": 99}}},
    ])  # fmt: skip
    assert desk.submit("1", priority=2)[1:] == ["resolution of 1 due 99"]


@pytest.mark.parametrize(("priority", "due"), [(1, 1), (2, 22), (3, 333)])
def test_l1_a_number_wins_over_a_name_and_a_name_over_any(timed, priority, due):
    targets = {
        "*": {"resolution": 333},
        "high": {"resolution": 22},
        "critical": {"resolution": 11},
        1: {"resolution": 1},
    }
    desk = timed(sla=[{"id": "sla", "targets": targets}])
    assert desk.submit("1", priority=priority)[1:] == [f"resolution of 1 due {due}"]


def test_l1_a_target_may_have_a_calendar_of_its_own(timed):
    targets = {"first_response": {"seconds": 3600, "calendar": "24x7"}, "resolution": 3600}
    policy = {"id": "sla", "calendar": "office", "targets": targets}
    desk = timed(calendars=[OFFICE], sla=[policy])
    assert desk.submit("1", now="mon 08:00")[1:] == [
        "first_response of 1 due mon 09:00",
        "resolution of 1 due mon 11:00",
    ]


def test_l1_where_no_policy_matches_nothing_is_promised(timed):
    desk = timed(sla=[{"id": "sla", "targets": {"1": SECONDS}}])
    assert desk.submit("1", priority=2) == ["queued 1 in t"]
    assert desk.reply("1", by="agent") == ["agent replied to 1 of None"]
    assert desk.reply("1", by="customer") == ["customer replied to 1 of None"]
    assert (desk.close("1"), desk.waits()) == (["closed 1 of None"], None)


def test_l1_a_change_of_the_policies_is_for_items_that_come_later(timed):
    desk = timed(sla=[{"id": "sla", "targets": {"resolution": 100}}])
    desk.submit("1", now=0.0)
    changed = desk.update_workspace(sla=[{"id": "sla", "targets": {"resolution": 50}}], now=10.0)
    assert changed == ["configured update_workspace None"]
    assert desk.submit("2") == ["queued 2 in t", "resolution of 2 due 60"]
    assert desk.close("1") == ["closed 1 of None", "resolution of 1 met, 90 left"]
    assert desk.reopen("1")[1:2] == ["resolution of 1 on again, due 50"]


def test_l1_an_item_under_way_keeps_the_policy_it_was_matched_with(timed):
    desk = timed(sla=[{"id": "sla", "targets": SECONDS}])
    desk.submit("1", now=0.0)
    desk.reply("1", by="agent", now=10.0)
    desk.update_workspace(sla=[{"id": "other", "targets": {"next_response": 50}}], now=20.0)
    assert desk.reply("1", by="customer", now=30.0)[1:] == ["next_response of 1 due 230"]


# --- L2: first response ---------------------------------------------------------------------------


def test_l2_first_response_is_met_by_the_first_reply_of_an_agent(promised):
    desk = promised()
    assert desk.submit("1", now=0.0) == [
        "queued 1 in t",
        "first_response of 1 due 100",
        "resolution of 1 due 1000",
    ]
    assert desk.reply("1", by="customer", now=10.0) == ["customer replied to 1 of None"]
    assert desk.reply("1", by="agent", now=30.0) == [
        "agent replied to 1 of None",
        "first_response of 1 met, 70 left",
    ]
    assert desk.reply("1", by="agent", now=40.0) == ["agent replied to 1 of None"]


def test_l2_clocks_start_at_submit_whenever_the_item_was_created(promised):
    desk = promised()
    assert desk.submit("1", created_at=-500.0, now=20.0)[1:] == [
        "first_response of 1 due 120",
        "resolution of 1 due 1020",
    ]


def test_l2_first_response_runs_on_while_snoozed(promised):
    desk = promised()
    desk.submit("1", now=0.0)
    assert desk.snooze("1", now=10.0) == ["snoozed 1", "resolution of 1 paused, 990 left"]
    assert desk.advance(now=100.0) == [
        "80: first_response of 1 at risk",
        "first_response of 1 breached, due 100",
    ]


def test_l2_first_response_stands_still_while_closed(promised):
    desk = promised()
    desk.submit("1", now=0.0)
    assert desk.close("1", now=40.0) == [
        "closed 1 of None",
        "first_response of 1 paused, 60 left",
        "resolution of 1 met, 960 left",
    ]
    assert desk.reopen("1", now=50.0) == [
        "reopened 1 for None",
        "first_response of 1 on again, due 110",
        "resolution of 1 on again, due 1010",
        "queued 1 in t",
    ]


# --- L2: next response ----------------------------------------------------------------------------


@pytest.fixture
def answered(promised):
    """A desk whose item `1` came at 0 and was answered at 10."""

    def make(*agents, **policy):
        desk = promised(*agents, **policy)
        desk.submit("1", now=0.0)
        desk.reply("1", by="agent", now=10.0)
        return desk

    return make


def test_l2_next_response_runs_from_the_customers_reply_to_the_agents(answered):
    desk = answered()
    assert desk.reply("1", by="customer", now=50.0) == [
        "customer replied to 1 of None",
        "next_response of 1 due 250",
    ]
    assert desk.reply("1", by="agent", now=90.0) == [
        "agent replied to 1 of None",
        "next_response of 1 met, 160 left",
    ]


def test_l2_next_response_begins_anew_with_each_wait(answered):
    desk = answered()
    desk.reply("1", by="customer", now=50.0)
    desk.reply("1", by="agent", now=90.0)
    assert desk.reply("1", by="customer", now=95.0)[1:] == ["next_response of 1 due 295"]


def test_l2_next_response_does_not_begin_again_while_the_customer_waits(answered):
    desk = answered()
    desk.reply("1", by="customer", now=50.0)
    assert desk.reply("1", by="customer", now=60.0) == ["customer replied to 1 of None"]
    assert desk.reply("1", by="agent", now=90.0)[1:] == ["next_response of 1 met, 160 left"]


def test_l2_next_response_runs_on_while_snoozed(answered):
    desk = answered()
    desk.reply("1", by="customer", now=50.0)
    desk.snooze("1", now=60.0)
    assert desk.advance(now=250.0)[-1] == "next_response of 1 breached, due 250"


def test_l2_next_response_stands_still_while_closed(answered):
    desk = answered()
    desk.reply("1", by="customer", now=20.0)
    assert desk.close("1", now=70.0) == [
        "closed 1 of None",
        "next_response of 1 paused, 150 left",
        "resolution of 1 met, 930 left",
    ]
    assert desk.reopen("1", now=100.0) == [
        "reopened 1 for None",
        "next_response of 1 on again, due 250",
        "resolution of 1 on again, due 1030",
        "queued 1 in t",
    ]


def test_l2_a_reply_that_reopens_lets_the_next_response_go_on(answered):
    desk = answered()
    desk.reply("1", by="customer", now=20.0)
    desk.close("1", now=70.0)
    assert desk.reply("1", by="customer", now=100.0) == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "next_response of 1 on again, due 250",
        "resolution of 1 on again, due 1030",
        "queued 1 in t",
    ]


def test_l2_a_reply_that_reopens_starts_the_next_response(answered):
    desk = answered()
    desk.close("1", now=70.0)
    assert desk.reply("1", by="customer", now=100.0) == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "next_response of 1 due 300",
        "resolution of 1 on again, due 1030",
        "queued 1 in t",
    ]


def test_l2_a_reply_that_reopens_what_nobody_answered_starts_it_too(promised):
    desk = promised()
    desk.submit("1", now=0.0)
    desk.close("1", now=40.0)
    assert desk.reply("1", by="customer", now=50.0) == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "first_response of 1 on again, due 110",
        "next_response of 1 due 250",
        "resolution of 1 on again, due 1010",
        "queued 1 in t",
    ]
    assert desk.close("1", now=60.0) == [
        "closed 1 of None",
        "first_response of 1 paused, 50 left",
        "next_response of 1 paused, 190 left",
        "resolution of 1 met, 950 left",
    ]


def test_l2_a_reopening_by_hand_starts_no_next_response(answered):
    desk = answered()
    desk.close("1", now=70.0)
    assert desk.reopen("1", now=100.0) == [
        "reopened 1 for None",
        "resolution of 1 on again, due 1030",
        "queued 1 in t",
    ]


def test_l2_one_that_was_breached_and_not_answered_yet_is_not_started_again(answered):
    desk = answered()
    desk.reply("1", by="customer", now=50.0)
    desk.advance(now=250.0)
    desk.close("1", now=300.0)
    assert desk.reply("1", by="customer", now=400.0) == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "resolution of 1 on again, due 1100",
        "queued 1 in t",
    ]


def test_l2_one_that_was_breached_and_answered_makes_room_for_another(answered):
    desk = answered()
    desk.reply("1", by="customer", now=50.0)
    assert desk.reply("1", by="agent", now=300.0)[-1:] == ["agent replied to 1 of None"]
    assert desk.reply("1", by="customer", now=310.0)[1:] == ["next_response of 1 due 510"]


# --- L2: resolution -------------------------------------------------------------------------------


def test_l2_resolution_runs_from_submit_to_close(answered):
    desk = answered()
    assert desk.close("1", now=300.0) == ["closed 1 of None", "resolution of 1 met, 700 left"]


def test_l2_resolution_stands_still_while_snoozed(answered):
    desk = answered()
    assert desk.snooze("1", 500.0, now=100.0) == [
        "snoozed 1 until 500",
        "resolution of 1 paused, 900 left",
    ]
    assert desk.advance(now=500.0) == [
        "woken 1 for None",
        "resolution of 1 on again, due 1400",
        "queued 1 in t",
    ]


def test_l2_what_wakes_with_its_owner_goes_on_before_he_loses_it(answered):
    desk = answered("ana")
    desk.snooze("1", now=100.0)
    desk.set_presence("ana", "away_reassign")
    assert desk.wake("1", now=200.0) == [
        "woken 1 for ana",
        "resolution of 1 on again, due 1100",
        "released 1 from ana: away",
        "queued 1 in t",
    ]


def test_l2_an_assignment_by_hand_that_wakes_it_lets_it_go_on(answered):
    desk = answered()
    desk.snooze("1", now=100.0)
    desk.add_agent(Agent("ana"), now=150.0)
    assert desk.assign("1", "ana", now=200.0) == [
        "assigned 1 to ana by hand, not_member",
        "resolution of 1 on again, due 1100",
    ]


def test_l2_with_pause_on_customer_it_stands_still_while_we_wait_for_him(promised):
    desk = promised(pause_on_customer=True)
    desk.submit("1", now=0.0)
    assert desk.reply("1", by="agent", now=30.0) == [
        "agent replied to 1 of None",
        "first_response of 1 met, 70 left",
        "resolution of 1 paused, 970 left",
    ]
    assert desk.reply("1", by="customer", now=100.0) == [
        "customer replied to 1 of None",
        "next_response of 1 due 300",
        "resolution of 1 on again, due 1070",
    ]


def test_l2_what_stood_still_is_met_at_close_all_the_same(answered):
    desk = answered(pause_on_customer=True)
    assert desk.close("1", now=500.0) == ["closed 1 of None", "resolution of 1 met, 990 left"]


def test_l2_who_wakes_it_does_not_end_the_wait_for_the_customer(answered):
    desk = answered(pause_on_customer=True)
    assert desk.snooze("1", now=40.0) == ["snoozed 1"]
    assert desk.wake("1", now=60.0) == ["woken 1 for None", "queued 1 in t"]
    assert desk.reply("1", by="customer", now=70.0) == [
        "customer replied to 1 of None",
        "next_response of 1 due 270",
        "resolution of 1 on again, due 1060",
    ]


def test_l2_a_reply_that_wakes_it_starts_the_one_and_lets_the_other_go_on(answered):
    desk = answered(pause_on_customer=True)
    desk.snooze("1", now=40.0)
    assert desk.reply("1", by="customer", now=70.0) == [
        "customer replied to 1 of None",
        "next_response of 1 due 270",
        "woken 1 for None",
        "resolution of 1 on again, due 1060",
        "queued 1 in t",
    ]


def test_l2_a_reply_of_the_agent_to_a_snoozed_item_holds_it_too(promised):
    desk = promised(pause_on_customer=True)
    desk.submit("1", now=0.0)
    desk.snooze("1", now=10.0)
    assert desk.reply("1", by="agent", now=30.0) == [
        "agent replied to 1 of None",
        "first_response of 1 met, 70 left",
    ]
    assert desk.wake("1", now=60.0) == ["woken 1 for None", "queued 1 in t"]


def test_l2_a_reopened_item_goes_on_from_where_it_stood(answered):
    desk = answered()
    desk.close("1", now=300.0)
    assert desk.reopen("1", now=500.0) == [
        "reopened 1 for None",
        "resolution of 1 on again, due 1200",
        "queued 1 in t",
    ]
    assert desk.close("1", now=600.0) == ["closed 1 of None", "resolution of 1 met, 600 left"]


def test_l2_a_breach_is_for_ever(answered):
    desk = answered()
    desk.advance(now=1000.0)
    assert desk.close("1", now=1100.0) == ["closed 1 of None"]
    assert desk.reopen("1", now=1200.0) == ["reopened 1 for None", "queued 1 in t"]
    assert desk.close("1", now=1300.0) == ["closed 1 of None"]


def test_l2_clocks_do_not_mind_who_owns_the_item(promised):
    desk = promised("ana")
    assert desk.submit("1", now=0.0) == [
        "queued 1 in t",
        "first_response of 1 due 100",
        "resolution of 1 due 1000",
        "assigned 1 to ana",
    ]
    assert desk.release("1", now=10.0) == [
        "released 1 from ana: hand",
        "queued 1 in t",
        "assigned 1 to ana",
    ]
