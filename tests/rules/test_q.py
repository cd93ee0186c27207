"""Rules Q: which item comes first."""

import pytest

from assignwork import Agent, Team

MANUAL = Team("t", manual=True)


def ordered(make, items, **settings):
    """The queue when these items wait; each is what differs from the plain one."""
    desk = make(teams=[MANUAL, Team("first", rank=-1), Team("last", rank=1)], **settings)
    for i, fields in enumerate(items):
        now = fields.pop("now", desk.instant)
        desk.submit(f"{i + 1}", now=now, **fields)
    return "".join(desk.queue())


@pytest.mark.parametrize(
    ("items", "queue"),
    [
        ([{"priority": 3}, {"priority": 1}, {"priority": 2}], "231"),
        ([{}, {"due_at": 90}, {"due_at": 50}], "321"),
        ([{"now": 5.0}, {"created_at": 2}, {"created_at": 4}], "231"),
        ([{"priority": 2, "due_at": 10}, {"priority": 1}], "21"),
        ([{"created_at": -9}, {"due_at": 50}], "21"),
    ],
)
def test_q1_by_default_priority_then_due_then_waiting(make, items, queue):
    assert ordered(make, items) == queue


@pytest.mark.parametrize(
    ("criterion", "items", "queue"),
    [
        ("priority", [{"priority": 5}, {"priority": 1}, {}], "231"),
        ("due", [{}, {"due_at": 9}, {"due_at": 3}], "321"),
        ("waiting", [{"now": 9.0}, {"created_at": 3}, {"created_at": 1}], "321"),
        ("age", [{"now": 9.0}, {"created_at": 3}, {"created_at": 1}], "321"),
        ("inbox", [{"team": "last"}, {}, {"team": "first"}], "321"),
    ],
)
def test_q1_each_criterion_alone(make, criterion, items, queue):
    assert ordered(make, items, item_order=[criterion]) == queue


def test_q1_criteria_are_compared_in_turn(make):
    items = [{"team": "last", "priority": 1}, {"priority": 3}, {"priority": 2}]
    assert ordered(make, items, item_order=["inbox", "priority"]) == "321"


def test_q1_who_waits_for_nothing_comes_last_by_waiting(make):
    desk = make(teams=[MANUAL])
    desk.submit("1", now=0.0)
    desk.submit("2", now=5.0)
    desk.reply("1", by="agent", now=6.0)
    assert desk.queue() == ("2", "1")
    desk.reply("1", by="customer", now=7.0)
    assert desk.queue() == ("2", "1")  # waits since 7 now
    desk.reply("2", by="agent", now=8.0)
    assert desk.queue() == ("1", "2")


def test_q1_age_looks_at_creation_though_nobody_waits(make):
    desk = make(teams=[MANUAL], item_order=["age"])
    desk.submit("1", now=0.0)
    desk.submit("2", now=5.0)
    desk.reply("1", by="agent")
    assert desk.queue() == ("1", "2")


@pytest.mark.parametrize("order", [[], ["priority"], ["priority", "due", "waiting"]])
def test_q2_equal_items_stand_in_the_order_of_submission(make, order):
    assert ordered(make, [{} for _ in range(9)], item_order=order) == "123456789"


def test_q2_a_reopened_item_keeps_its_number(make):
    desk = make(teams=[MANUAL], item_order=[])
    desk.submit("1")
    desk.submit("2")
    desk.close("1")
    desk.reopen("1")
    assert desk.queue() == ("1", "2")


def test_q3_a_due_instant_that_passes_changes_nothing(make):
    desk = make(teams=[MANUAL])
    desk.submit("1", due_at=50)
    desk.submit("2", due_at=40)
    seen = []
    for now in (39.0, 45.0, 1000.0):
        desk.advance(now=now)
        seen.append(desk.queue())
    assert (seen, desk.next_wakeup()) == ([("2", "1")] * 3, None)


def test_q3_what_ages_is_keyed_anew_at_that_instant(make):
    desk = make(teams=[MANUAL], ageing={"every": 60})
    desk.submit("1", priority=2, now=0.0)
    desk.submit("2", priority=1, now=30.0, created_at=30)
    assert (desk.queue(), desk.next_wakeup()) == (("2", "1"), 60.0)
    desk.advance(now=60.0)
    assert desk.queue() == ("1", "2")


def test_q3_an_update_keys_the_item_anew(make):
    desk = make(teams=[MANUAL])
    desk.submit("1")
    desk.submit("2")
    desk.update_item("2", priority=1)
    assert desk.queue() == ("2", "1")


# --- Q4: ageing -----------------------------------------------------------------------------------


def test_q4_the_priority_improves_by_one_per_full_period_down_to_the_level(make):
    desk = make(teams=[MANUAL], ageing={"every": 60, "to": 2})
    desk.submit("1", priority=4, now=0.0)
    seen = []
    for now in (59.0, 60.0, 119.0, 120.0, 600.0):
        desk.advance(now=now)
        seen.append(desk.items["1"].priority)
    assert (seen, desk.next_wakeup()) == ([4, 3, 3, 2, 2], None)


def test_q4_who_is_above_the_level_already_does_not_age(make):
    desk = make(teams=[MANUAL], ageing={"every": 60, "to": 3})
    desk.submit("1", priority=2)
    desk.advance(now=600.0)
    assert desk.items["1"].priority == 2


def test_q4_it_returns_to_its_own_priority_when_it_leaves_the_queue(make):
    desk = make("ana", teams=[MANUAL], ageing={"every": 60})
    desk.submit("1")
    desk.advance(now=60.0)
    desk.assign("1", "ana")
    assert (desk.items["1"].priority, desk.next_wakeup()) == (3, None)


def test_q4_ageing_begins_anew_with_each_stay_in_the_queue(make):
    desk = make("ana", teams=[MANUAL], ageing={"every": 60})
    desk.submit("1", now=0.0)
    desk.assign("1", "ana", now=50.0)
    desk.release("1", now=50.0)
    desk.advance(now=109.0)
    assert desk.items["1"].priority == 3
    desk.advance(now=110.0)
    assert desk.items["1"].priority == 2


def test_q4_set_while_it_waits_ageing_counts_from_when_it_was_queued(make):
    desk = make(teams=[MANUAL])
    desk.submit("1", priority=5, now=0.0)
    desk.update_workspace(ageing={"every": 60, "to": 2}, now=150.0)
    assert (desk.items["1"].priority, desk.next_wakeup()) == (3, 180.0)
    desk.update_workspace(ageing={"every": 10, "to": 2})
    assert (desk.items["1"].priority, desk.next_wakeup()) == (2, None)


def test_q4_ageing_decides_who_is_served(make):
    desk = make(Agent("ana", capacity=1, primary=["t"]), ageing={"every": 60})
    desk.submit("0")
    desk.submit("1", priority=4, now=0.0)
    desk.submit("2", priority=3, now=70.0)
    assert desk.close("0", now=75.0)[1:] == ["assigned 1 to ana"]


# --- Q5 -------------------------------------------------------------------------------------------

BACK = {
    "release": [("release", "1")],
    "decline": [("decline", "1", "ana")],
    "reassign": [("set_presence", "ana", "away_reassign")],
    "transfer": [("transfer", "1", "u")],
}


@pytest.mark.parametrize("way", BACK)
def test_q5_an_item_that_comes_back_keeps_its_place(make, way):
    timeout = 60 if way == "decline" else None
    ana = Agent("ana", capacity=1, primary=["t"])
    desk = make(ana, teams=[Team("t", offer_timeout=timeout), Team("u", manual=True)])
    desk.submit("1", now=10.0, created_at=5)
    desk.submit("2", "u", now=20.0)
    before = desk.items["1"]
    desk.update_team("t", manual=True)
    for verb, *args in BACK[way]:
        getattr(desk, verb)(*args, now=30.0)
    after = desk.items["1"]
    assert (after.state, after.queued_at) == ("queued", 30.0)
    assert (after.created_at, after.waiting_since, after.seq) == (5.0, 5.0, before.seq)
    assert desk.queue() == ("1", "2")
