"""Rule L3: another priority, other tags, another team (readings 66, 83, 84)."""

import pytest

from assignwork import Agent

URGENT = {"first_response": 100, "resolution": 1000}
NORMAL = {"first_response": 400, "resolution": 4000}
SLA = {"id": "sla", "targets": {"1": URGENT, "3": NORMAL}}
"""Nothing is promised for priority 4."""


@pytest.fixture
def submitted(timed):
    """A desk whose item `1` came at 0."""

    def make(*agents, priority=3, sla=SLA, item=None, **settings):
        desk = timed(*agents, sla=[sla] if isinstance(sla, dict) else sla, **settings)
        desk.submit("1", priority=priority, now=0.0, **(item or {}))
        return desk

    return make


# --- another target -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "response", "resolution"), [(3, 1, 100, 1000), (1, 3, 400, 4000)]
)
def test_l3_what_has_run_counts_against_the_new_target(
    submitted, was, becomes, response, resolution
):
    desk = submitted(priority=was)
    assert desk.update_item("1", priority=becomes, now=50.0) == [
        "updated 1",
        f"first_response of 1 on again, due {response}",
        f"resolution of 1 on again, due {resolution}",
    ]


def test_l3_more_run_than_the_new_target_allows_is_a_breach_at_once(submitted):
    desk = submitted()
    assert desk.update_item("1", priority=1, now=150.0) == [
        "updated 1",
        "first_response of 1 breached, due 150",
        "resolution of 1 on again, due 1000",
    ]


def test_l3_the_share_at_risk_run_already_is_said_at_once(submitted):
    desk = submitted()
    assert desk.update_item("1", priority=1, now=90.0) == [
        "updated 1",
        "first_response of 1 on again, due 100",
        "first_response of 1 at risk",
        "resolution of 1 on again, due 1000",
    ]
    assert desk.advance(now=100.0) == ["first_response of 1 breached, due 100"]


def test_l3_exactly_the_share_at_risk_is_said_at_once_too(submitted):
    desk = submitted()
    assert desk.update_item("1", priority=1, now=80.0) == [
        "updated 1",
        "first_response of 1 on again, due 100",
        "first_response of 1 at risk",
        "resolution of 1 on again, due 1000",
    ]


def test_l3_exactly_as_much_run_as_allowed_is_due_now_and_can_be_met_now(submitted):
    desk = submitted()
    assert desk.update_item("1", priority=1, now=100.0) == [
        "updated 1",
        "first_response of 1 on again, due 100",
        "first_response of 1 at risk",
        "resolution of 1 on again, due 1000",
    ]
    assert desk.reply("1", by="agent", now=100.0)[1:] == ["first_response of 1 met, 0 left"]


def test_l3_exactly_as_much_run_as_allowed_is_breached_when_nothing_more_comes(submitted):
    desk = submitted()
    desk.update_item("1", priority=1, now=100.0)
    assert desk.waits() == "100"
    assert desk.advance(now=100.0) == ["first_response of 1 breached, due 100"]


def test_l3_another_target_is_at_risk_in_its_own_time(submitted):
    desk = submitted(priority=1)
    assert desk.advance(now=80.0) == ["first_response of 1 at risk"]
    desk.update_item("1", priority=3, now=90.0)
    assert desk.advance(now=320.0) == ["first_response of 1 at risk"]


def test_l3_what_ran_ran_on_the_calendar_of_its_time(timed):
    office = {"id": "office", "hours": {"mon-fri": ["10:00-18:00"]}}
    hours = {"id": "sla", "calendar": "office", "targets": {"3": {"resolution": 4 * 3600}}}
    wall = {"id": "wall", "targets": {"1": {"resolution": 2 * 3600}}}
    desk = timed(calendars=[office], sla=[hours, wall])
    desk.submit("1", now="mon 08:00")
    assert desk.update_item("1", priority=1, now="mon 11:00") == [
        "updated 1",
        "resolution of 1 on again, due mon 12:00 under wall",
    ]


def test_l3_met_targets_stay_met(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", priority=1, now=50.0) == [
        "updated 1",
        "resolution of 1 on again, due 1000",
    ]


def test_l3_breached_targets_stay_breached(submitted):
    desk = submitted(priority=1)
    desk.advance(now=100.0)
    assert desk.update_item("1", priority=3, now=200.0) == [
        "updated 1",
        "resolution of 1 on again, due 4000",
    ]


# --- what matches anew ----------------------------------------------------------------------------

TEAMS = [
    {"id": "sla", "teams": ["t"], "targets": {"first_response": 100}},
    {"id": "other", "teams": ["u"], "targets": {"first_response": 60}},
]


def test_l3_a_transfer_matches_again_before_the_owner_loses_the_item(submitted):
    desk = submitted("ana", sla=TEAMS, teams=["t", "u"])
    assert desk.transfer("1", "u", now=20.0) == [
        "transferred 1 from t to u",
        "first_response of 1 on again, due 60 under other",
        "released 1 from ana: transfer",
        "queued 1 in u",
    ]


def test_l3_the_next_response_is_that_of_the_policy_that_matches_now(submitted):
    targets = {"3": {"next_response": 300}, "1": {"next_response": 100}}
    desk = submitted(sla={"id": "sla", "targets": targets})
    desk.reply("1", by="agent", now=10.0)
    desk.update_item("1", priority=1, now=20.0)
    assert desk.reply("1", by="customer", now=30.0)[1:] == ["next_response of 1 due 130"]


def test_l3_who_keeps_his_due_keeps_his_place_among_those_of_that_instant(submitted):
    gold = {"id": "gold", "tags": ["vip"], "targets": {"resolution": 100}}
    desk = submitted(sla=[gold, {"id": "sla", "targets": {"resolution": 100}}])
    desk.submit("2")
    desk.update_item("1", tags=["vip"], now=20.0)
    assert desk.advance(now=90.0) == [
        "80: resolution of 1 at risk under gold",
        "80: resolution of 2 at risk",
    ]
    desk.update_item("1", tags=[])
    assert desk.advance(now=100.0) == [
        "resolution of 1 breached, due 100",
        "resolution of 2 breached, due 100",
    ]


def test_l3_a_transfer_with_its_owner_matches_again(submitted):
    desk = submitted("ana", sla=TEAMS, teams=["t", "u"])
    assert desk.transfer("1", "u", keep_agent=True, now=20.0) == [
        "transferred 1 from t to u with ana",
        "first_response of 1 on again, due 60 under other",
    ]


def test_l3_a_team_that_goes_takes_its_targets_along(timed):
    desk = timed(sla=[{"id": "sla", "targets": {"resolution": 9}, "tags": ["x"]}], teams=["t", "u"])
    desk.submit("1", now=0.0)
    policies = [{"id": "sla", "teams": ["u"], "targets": {"resolution": 60}}]
    desk.update_workspace(sla=policies, now=5.0)
    assert desk.remove_team("t", move_to="u", now=10.0) == [
        "transferred 1 from t to u",
        "resolution of 1 due 70",
        "queued 1 in u",
        "configured remove_team t",
    ]


def test_l3_tags_match_again(submitted):
    gold = {"id": "gold", "tags": ["vip"], "targets": {"resolution": 50}}
    desk = submitted(sla=[gold, {"id": "sla", "targets": {"resolution": 100}}])
    assert desk.update_item("1", tags=["vip"], now=20.0) == [
        "updated 1",
        "resolution of 1 on again, due 50 under gold",
    ]


def test_l3_another_policy_with_the_same_time_is_another_target(submitted):
    gold = {"id": "gold", "tags": ["vip"], "targets": {"resolution": 100}}
    desk = submitted(sla=[gold, {"id": "sla", "targets": {"resolution": 100}}])
    assert desk.update_item("1", tags=["vip"], now=20.0) == [
        "updated 1",
        "resolution of 1 on again, due 100 under gold",
    ]


@pytest.mark.parametrize(
    ("verb", "args", "changes"),
    [
        ("update_item", ["1"], {"tags": ["new"]}),
        ("update_item", ["1"], {"priority": 2}),
        ("update_item", ["1"], {"subject": "new"}),
        ("transfer", ["1", "u"], {}),
        ("transfer", ["1", "t"], {}),
    ],
)
def test_l3_the_same_policy_and_time_is_no_event(submitted, verb, args, changes):
    desk = submitted(sla={"id": "sla", "targets": {"resolution": 100}}, teams=["t", "u"])
    getattr(desk, verb)(*args, now=20.0, **changes)
    assert [event["event"] for event in desk.told("sla_started", "sla_resumed", "sla_paused")] == [
        "sla_started"
    ]
    assert desk.advance(now=100.0) == [
        "80: resolution of 1 at risk",
        "resolution of 1 breached, due 100",
    ]


def test_l3_ageing_matches_nothing_anew(submitted):
    desk = submitted(ageing={"every": 10})
    assert desk.advance(now=70.0) == []
    assert desk.items["1"].priority == 1
    assert desk.waits() == "320"


def test_l3_policies_changed_meanwhile_hold_from_the_next_match_on(submitted):
    desk = submitted()
    targets = {"1": {"first_response": 60}, "3": {"first_response": 30}}
    desk.update_workspace(sla=[{"id": "sla", "targets": targets}], now=10.0)
    assert desk.waits() == "320"
    assert desk.update_item("1", priority=1, now=20.0) == [
        "updated 1",
        "first_response of 1 on again, due 60",
        "resolution of 1 paused, 3980 left",
    ]


# --- what stood still -----------------------------------------------------------------------------


@pytest.fixture
def parked(submitted):
    """A desk whose item `1`, answered at once, sleeps since an instant."""

    def make(since, **options):
        desk = submitted(**options)
        desk.reply("1", by="agent", now=0.0)
        desk.snooze("1", now=since)
        return desk

    return make


def test_l3_a_clock_that_stands_still_gets_its_new_target_silently(parked):
    desk = parked(100.0)
    assert desk.update_item("1", priority=1, now=150.0) == ["updated 1"]
    assert desk.wake("1", now=200.0) == [
        "woken 1 for None",
        "resolution of 1 on again, due 1100",
        "queued 1 in t",
    ]


def test_l3_a_clock_that_ran_too_long_is_breached_when_it_should_go_on(parked):
    desk = parked(1500.0)
    desk.update_item("1", priority=1, now=1600.0)
    assert desk.wake("1", now=2000.0) == [
        "woken 1 for None",
        "resolution of 1 breached, due 2000",
        "queued 1 in t",
    ]


def test_l3_a_clock_that_ran_just_long_enough_is_due_when_it_goes_on(parked):
    desk = parked(1000.0)
    desk.update_item("1", priority=1, now=1600.0)
    assert desk.wake("1", now=2000.0) == [
        "woken 1 for None",
        "resolution of 1 on again, due 2000",
        "resolution of 1 at risk",
        "queued 1 in t",
    ]


def test_l3_what_was_closed_is_matched_when_it_is_reopened(submitted):
    desk = submitted()
    desk.reply("1", by="agent", now=0.0)
    desk.close("1", now=100.0)
    sla = [{"id": "other", "targets": {"resolution": 300}}]
    desk.update_workspace(sla=sla, now=150.0)
    assert desk.reopen("1", now=200.0) == [
        "reopened 1 for None",
        "resolution of 1 on again, due 400 under other",
        "queued 1 in t",
    ]


PATIENT = {
    "id": "patient",
    "tags": ["vip"],
    "targets": {"resolution": 500},
    "pause_on_customer": True,
}
PLAIN = {"id": "sla", "targets": {"resolution": 1000}}


def test_l3_a_clock_that_ran_is_held_by_a_policy_that_pauses(submitted):
    desk = submitted(sla=[PATIENT, PLAIN])
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", tags=["vip"], now=100.0) == [
        "updated 1",
        "resolution of 1 paused, 400 left under patient",
    ]
    assert desk.reply("1", by="customer", now=200.0) == [
        "customer replied to 1 of None",
        "resolution of 1 on again, due 600 under patient",
    ]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (500.0, "resolution of 1 paused, 0 left under patient"),
        (501.0, "resolution of 1 breached, due 501 under patient"),
    ],
)
def test_l3_a_clock_that_would_be_held_is_breached_if_it_ran_too_long(submitted, now, told):
    desk = submitted(sla=[PATIENT, PLAIN])
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", tags=["vip"], now=now) == ["updated 1", told]


def test_l3_a_clock_that_was_held_goes_on_by_a_policy_that_does_not_pause(submitted):
    desk = submitted(sla=[PATIENT, PLAIN], item={"tags": ["vip"]})
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", tags=[], now=100.0) == [
        "updated 1",
        "resolution of 1 on again, due 1090",
    ]


# --- no target any more ---------------------------------------------------------------------------


def test_l3_without_a_target_it_waits_for_one(submitted):
    desk = submitted()
    assert desk.update_item("1", priority=4, now=50.0) == [
        "updated 1",
        "first_response of 1 paused, 350 left",
        "resolution of 1 paused, 3950 left",
    ]
    assert [(one.target, one.policy, one.state) for one in desk.items["1"].targets] == [
        ("first_response", None, "paused"),
        ("resolution", None, "paused"),
    ]
    assert desk.update_item("1", priority=3, now=100.0) == [
        "updated 1",
        "first_response of 1 on again, due 450",
        "resolution of 1 on again, due 4050",
    ]


def test_l3_the_policy_that_is_left_is_named(submitted):
    gold = {"id": "gold", "tags": ["vip"], "targets": {"resolution": 50}}
    desk = submitted(sla=[gold], item={"tags": ["vip"]})
    changed = desk.update_item("1", tags=[], now=20.0)
    assert changed == ["updated 1", "resolution of 1 paused, 30 left under gold"]


def test_l3_a_policy_may_promise_less(submitted):
    targets = {"1": {"resolution": 1000}, "3": NORMAL}
    desk = submitted(sla={"id": "sla", "targets": targets})
    assert desk.update_item("1", priority=1, now=50.0) == [
        "updated 1",
        "first_response of 1 paused, 350 left",
        "resolution of 1 on again, due 1000",
    ]


def test_l3_a_target_that_comes_back_waits_while_something_else_holds_it(parked):
    desk = parked(100.0)
    assert desk.update_item("1", priority=4, now=120.0) == ["updated 1"]
    assert desk.update_item("1", priority=1, now=150.0) == ["updated 1"]
    assert desk.wake("1", now=200.0)[1] == "resolution of 1 on again, due 1100"


def test_l3_without_a_target_nothing_goes_on(parked):
    desk = parked(100.0)
    desk.update_item("1", priority=4, now=120.0)
    assert desk.wake("1", now=200.0) == ["woken 1 for None", "queued 1 in t"]


def test_l3_without_a_target_nothing_is_met_at_close(submitted):
    desk = submitted()
    desk.update_item("1", priority=4, now=50.0)
    assert desk.close("1", now=100.0) == ["closed 1 of None"]


def test_l3_who_answered_without_a_target_has_answered(submitted):
    desk = submitted()
    desk.update_item("1", priority=4, now=50.0)
    assert desk.reply("1", by="agent", now=60.0) == ["agent replied to 1 of None"]
    assert desk.update_item("1", priority=3, now=100.0) == [
        "updated 1",
        "resolution of 1 on again, due 4050",
    ]


# --- a clock that does not exist yet --------------------------------------------------------------


def test_l3_what_was_not_promised_before_starts_now(submitted):
    desk = submitted(priority=4)
    assert desk.update_item("1", priority=3, now=50.0) == [
        "updated 1",
        "first_response of 1 due 450",
        "resolution of 1 due 4050",
    ]


def test_l3_no_first_response_is_promised_to_whom_somebody_answered(submitted):
    desk = submitted(priority=4)
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", priority=3, now=50.0) == ["updated 1", "resolution of 1 due 4050"]


def test_l3_nor_when_that_was_before_it_was_closed(submitted):
    desk = submitted(priority=4)
    desk.reply("1", by="agent", now=10.0)
    desk.close("1", now=20.0)
    desk.reopen("1", now=30.0)
    assert desk.update_item("1", priority=3, now=50.0) == ["updated 1", "resolution of 1 due 4050"]


def test_l3_no_next_response_starts_but_at_a_reply(submitted):
    targets = {"1": {"next_response": 50, "resolution": 1000}}
    desk = submitted(sla={"id": "sla", "targets": targets})
    assert desk.update_item("1", priority=1, now=20.0) == ["updated 1", "resolution of 1 due 1020"]


def test_l3_a_resolution_promised_to_a_sleeping_item_starts_when_it_wakes(submitted):
    desk = submitted(priority=4)
    desk.snooze("1", now=10.0)
    assert desk.update_item("1", priority=3, now=50.0) == [
        "updated 1",
        "first_response of 1 due 450",
    ]
    assert desk.wake("1", now=100.0) == [
        "woken 1 for None",
        "resolution of 1 due 4100",
        "queued 1 in t",
    ]


def test_l3_a_resolution_promised_while_we_wait_starts_when_the_customer_replies(submitted):
    targets = {"1": {"resolution": 1000}}
    desk = submitted(sla={"id": "sla", "targets": targets, "pause_on_customer": True})
    desk.reply("1", by="agent", now=10.0)
    assert desk.update_item("1", priority=1, now=50.0) == ["updated 1"]
    assert desk.reply("1", by="customer", now=70.0) == [
        "customer replied to 1 of None",
        "resolution of 1 due 1070",
    ]


def test_l3_the_queue_knows_the_new_due_at_once(submitted):
    desk = submitted("ana", default_capacity=1)
    desk.submit("2", priority=4, now=5.0)
    desk.submit("3", priority=4, due_at=500.0, now=6.0)
    assert desk.queue() == ("3", "2")
    desk.update_item("2", priority=3, now=10.0)
    desk.update_item("3", priority=3, due_at=9999.0, now=20.0)
    assert desk.queue() == ("2", "3")
    assert desk.add_agent(Agent("ben", primary=["t"], capacity=1), now=30.0)[1:] == [
        "assigned 2 to ben"
    ]
