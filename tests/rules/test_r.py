"""Rules R: what an item's own priority is, and what decided it (readings 60 to 62)."""

import pytest

from assignwork import ConfigurationError

MATRIX = [[1, 2, 3], [2, 3, 4], [3, 4, 5]]
"""Rows are impacts, columns urgencies."""
WEIGHTS = {
    "weights": {"impact": 2, "urgency": 2, "risk": 1, "value": 0.5},
    "thresholds": [8, 12, 16],
}


@pytest.fixture
def computed(timed):
    """A desk that computes priorities from factors."""

    def make(criteria=None, **settings):
        return timed(priority_criteria=criteria, **settings)

    return make


def queued(desk):
    """Priority and what decided it, of the last queued event."""
    event = desk.told("queued")[-1]
    return event["priority"], event["decided_by"]


# --- R1: given, computed, default -----------------------------------------------------------------


def test_r1_the_queued_event_says_the_priority_what_decided_it_and_the_category(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=1, urgency=2, category="vpn")
    assert desk.told("queued") == [
        {
            "at": 0.0,
            "event": "queued",
            "item": "1",
            "team": "t",
            "priority": 2,
            "weight": 1,
            "decided_by": "impact",
            "category": "vpn",
        }
    ]


@pytest.mark.parametrize(
    ("criteria", "item", "expected"),
    [
        (None, {}, (3, "default")),
        (None, {"impact": 1, "urgency": 1}, (3, "default")),  # factors alone say nothing
        (None, {"priority": 5}, (5, "given")),
        (None, {"priority": "high"}, (2, "given")),
        ({"matrix": MATRIX}, {"priority": 4, "impact": 1, "urgency": 1}, (4, "given")),
    ],
)
def test_r1_priority_is_given_or_computed(computed, criteria, item, expected):
    desk = computed(criteria)
    desk.submit("1", **item)
    assert queued(desk) == expected
    assert desk.items["1"].own_priority == expected[0]


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        (1, 1, (1, "impact+urgency")),
        (1, 2, (2, "impact")),
        (3, 1, (3, "urgency")),
        (2, 3, (4, "impact")),
        (3, 3, (5, "impact+urgency")),
        (4, 1, (3, "urgency")),  # beyond the last row
        (2, 4, (4, "impact")),  # beyond the last column
        (4, 3, (5, "urgency")),
        (1, None, (3, "impact")),  # what is missing counts as 4
        (None, 2, (4, "urgency")),
        (None, None, (5, "impact+urgency")),
    ],
)
def test_r1_by_matrix_of_impact_and_urgency(computed, impact, urgency, expected):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=impact, urgency=urgency, risk=1, value=1)
    assert queued(desk) == expected


def test_r1_a_matrix_need_not_be_square(computed):
    desk = computed({"matrix": [[1, 2]]})
    desk.submit("1", impact=3, urgency=2)
    assert queued(desk) == (2, "urgency")


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ((1, 1, 1, 1), (1, "impact")),  # 5.5; impact and urgency weigh the same
        ((1, 1, 2, 4), (1, "impact")),  # 8: a threshold belongs to the better priority
        ((1, 1, 4, 1), (2, "impact")),  # 8.5
        ((2, 1, 4, 4), (2, "urgency")),  # 12
        ((4, 4, 1, 4), (4, "risk")),  # 19: one beyond the last threshold
        ((3, 4, 2, 4), (4, "impact")),  # 18; 2 x 1 = 1 x 2, the first of them
        ((4, 2, 1, 1), (3, "urgency")),  # 13.5
        ((4, 3, 2, 2), (4, "urgency")),  # 17; likewise
        ((4, 4, 4, 1), (4, "value")),  # 20.5
        ((None, None, None, None), (4, "none")),  # 22
        ((None, 1, None, None), (3, "urgency")),  # 16
    ],
)
def test_r1_by_weights_and_thresholds(computed, factors, expected):
    desk = computed(WEIGHTS)
    names = ("impact", "urgency", "risk", "value")
    desk.submit("1", **dict(zip(names, factors, strict=True)))
    assert queued(desk) == expected


def test_r1_a_factor_without_a_weight_does_not_count(computed):
    desk = computed({"weights": {"risk": 1}, "thresholds": [1, 2]})
    desk.submit("1", impact=1, urgency=1, risk=2, value=1)
    assert queued(desk) == (2, "risk")


def test_r1_explain_says_the_priority_and_what_decided_it(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=3, urgency=1)
    text = str(desk.explain("1"))
    assert "priority 3" in text
    assert "urgency" in text


def test_r1_it_stands_on_every_queued_event(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=3, urgency=1)
    desk.snooze("1")
    desk.wake("1")
    assert queued(desk) == (3, "urgency")


def test_r1_ageing_improves_what_was_computed(computed):
    desk = computed({"matrix": MATRIX}, ageing={"every": 60})
    desk.submit("1", impact=3, urgency=1, now=0.0)
    desk.advance(now=60.0)
    view = desk.items["1"]
    assert (view.priority, view.own_priority) == (2, 3)


def test_r1_the_queue_goes_by_it(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("given", priority=3)
    desk.submit("low", impact=3, urgency=3)
    desk.submit("high", impact=1, urgency=2)
    assert desk.queue() == ("high", "given", "low")


# --- R1: updates ----------------------------------------------------------------------------------


def test_r1_an_update_of_a_factor_computes_it_again(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=3, urgency=3)
    desk.submit("2", impact=2, urgency=2)
    assert desk.queue() == ("2", "1")
    assert desk.update_item("1", impact=1, urgency=1) == ["updated 1"]
    assert (desk.items["1"].own_priority, desk.queue()) == (1, ("1", "2"))


def test_r1_an_update_says_what_changed_and_the_priority_that_follows(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=3, urgency=3, now=0.0)
    desk.update_item("1", impact=1, urgency=2, now=5.0)
    desk.update_item("1", category="vpn", now=6.0)
    assert desk.told("item_updated") == [
        {
            "at": 5.0,
            "event": "item_updated",
            "item": "1",
            "changes": {"impact": 1, "urgency": 2},
            "priority": 2,
        },
        {
            "at": 6.0,
            "event": "item_updated",
            "item": "1",
            "changes": {"category": "vpn"},
            "priority": 2,
        },
    ]


def test_r1_a_priority_that_is_given_stands_against_factors_that_change(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", priority=4)
    desk.update_item("1", impact=1, urgency=1)
    assert desk.items["1"].own_priority == 4


def test_r1_a_priority_that_is_taken_away_leaves_the_computed_one(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", priority=4, impact=1, urgency=2)
    desk.update_item("1", priority=None)
    assert desk.items["1"].own_priority == 2
    desk.snooze("1")
    desk.wake("1")
    assert queued(desk) == (2, "impact")


def test_r1_one_raised_by_a_path_is_given_from_then_on(computed):
    steps = [{"when": "manual", "do": {"priority": 1}}]
    desk = computed({"matrix": MATRIX}, paths=[{"id": "p", "steps": steps}])
    desk.submit("1", impact=3, urgency=3)
    desk.escalate("1")
    desk.snooze("1")
    desk.wake("1")
    assert queued(desk) == (1, "given")
    desk.update_item("1", impact=2)
    assert desk.items["1"].own_priority == 1


def test_r1_other_criteria_are_for_items_that_come_or_change_later(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=1, urgency=1)
    desk.update_workspace(priority_criteria={"matrix": [[2]]})
    assert desk.items["1"].own_priority == 1
    desk.submit("2", impact=1, urgency=1)
    assert desk.items["2"].own_priority == 2
    desk.update_item("1", subject="new")
    assert desk.items["1"].own_priority == 1
    desk.update_item("1", urgency=2)
    assert desk.items["1"].own_priority == 2


def test_r1_what_a_reopened_item_was_decided_by_is_not_forgotten(computed):
    desk = computed({"matrix": MATRIX})
    desk.submit("1", impact=3, urgency=1)
    desk.close("1")
    desk.reopen("1")
    assert queued(desk) == (3, "urgency")


# --- R2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number"), [("critical", 1), ("high", 2), ("normal", 3), ("low", 4)]
)
def test_r2_named_levels(timed, name, number):
    desk = timed()
    desk.submit("1", priority=name)
    assert queued(desk) == (number, "given")


def test_r2_a_workspace_may_define_others(timed):
    desk = timed(priority_levels={"p1": 1, "blocker": 1, "someday": 9})
    for name in ("p1", "blocker", "someday"):
        desk.submit(name, priority=name)
    assert [desk.items[name].own_priority for name in desk.items] == [1, 1, 9]


@pytest.mark.parametrize("levels", [None, {"p1": 1}])
def test_r2_an_unknown_name_is_refused(timed, levels):
    desk = timed(**({} if levels is None else {"priority_levels": levels}))
    desk.submit("1", now=0.0)
    error = desk.refused(ConfigurationError, "submit", "2", priority="urgent")
    assert error.field == "item.priority"
    error = desk.refused(ConfigurationError, "update_item", "1", priority="urgent")
    assert error.field == "changes.priority"


def test_r2_other_levels_are_for_items_that_come_or_change_later(timed):
    desk = timed()
    desk.submit("1", priority="high")
    desk.update_workspace(priority_levels={"high": 7})
    assert desk.items["1"].own_priority == 2
    desk.submit("2", priority="high")
    desk.update_item("1", subject="new")
    assert desk.items["1"].own_priority == 2
    desk.update_item("1", priority="high")
    assert (desk.items["1"].own_priority, desk.items["2"].own_priority) == (7, 7)
