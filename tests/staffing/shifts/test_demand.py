"""Needs as people write them: days by number, date or weekday; counts within opening hours."""

from datetime import date

import pytest

from assignwork.errors import ConfigurationError
from assignwork.staffing import (
    DailyNeed,
    Need,
    RosterProblem,
    needs_of,
    required_agents_table,
    schedule_shifts,
)

TEMPLATES = [{"id": "all", "hours": "09:00-12:00", "skills": ["es"]}]


def problem(demand, *, starts_on="2026-03-02", days=9, **rules):
    """A Monday and the eight days after it."""
    return RosterProblem(
        days=days,
        starts_on=starts_on,
        agents=[{"id": "ana", "skills": ["es"]}],
        templates=TEMPLATES,
        demand=demand,
        **rules,
    )


def days_of(needs):
    return [need.minutes[0] // 1440 for need in needs]


WRITTEN = [
    (3, [3]),
    ([1, 3], [1, 3]),
    ("2026-03-04", [2]),
    (date(2026, 3, 4), [2]),
    ("tue", [1, 8]),
    ("mon-fri", [0, 1, 2, 3, 4, 7, 8]),
    ("sat-mon", [0, 5, 6, 7]),
    (["sat", 0, "2026-03-04"], [0, 2, 5]),
]


@pytest.mark.parametrize(("day", "expected"), WRITTEN)
def test_python_takes_days_by_number_date_and_weekday(day, expected):
    found = problem([Need.on(day, "09:00-10:00", 2, "es")]).demand
    assert found == tuple(Need.on(at, "09:00-10:00", 2, "es") for at in expected)


@pytest.mark.parametrize(("day", "expected"), WRITTEN)
def test_the_wire_form_takes_the_same_days(day, expected):
    days = day if isinstance(day, list) else [day]
    entry = {"days": days, "hours": "09:00-10:00", "agents": 2, "skill": "es"}
    found = problem([entry]).demand
    assert found == tuple(Need.on(at, "09:00-10:00", 2, "es") for at in expected)


def test_without_days_a_need_is_one_of_every_day():
    assert days_of(problem([{"hours": "09:00-10:00", "agents": 1}], days=3).demand) == [0, 1, 2]


def test_the_needs_of_a_skill_may_be_written_so():
    (need,) = problem({"es": [Need.on("sun", "09:00-10:00", 1)]}).demand
    assert need == Need.on(6, "09:00-10:00", 1, "es")


def test_head_counts_take_the_same_days():
    found = schedule_shifts(TEMPLATES, [Need.on("mon-fri", "09:00-10:00", 2)])
    assert [(shift.day, shift.agents) for shift in found.shifts] == [(day, 2) for day in range(5)]


def test_a_need_of_some_days_has_a_wire_form():
    need = Need.on([date(2026, 3, 4), "fri", 0], "09:00-10:00", 1)
    assert need.to_dict()["days"] == ["2026-03-04", "fri", 0]
    assert DailyNeed.from_dict(need.to_dict()) == need


def test_days_of_rules_may_be_weekdays_too():
    wish = {"agent": "ana", "points": 5, "days": ["fri-sat"]}
    found = problem([], wishes=[wish], bans=[{"agent": "ana", "template": "all", "days": ["sun"]}])
    assert (found.wishes[0].days, found.bans[0].days) == ((4, 5), (6,))


@pytest.mark.parametrize(
    ("demand", "field"),
    [
        ([{"hours": "9", "agents": 1}], "demand[0].hours"),
        ([{"hours": "09:00-10:00"}], "demand[0].agents"),
        ([{"days": ["mon"], "agents": 1}], "demand[0].hours"),
        ([{"hours": "09:00-10:00", "agents": 1, "day": 1}], "demand[0].day"),
        ([{"hours": "09:00-10:00", "agents": 1, "days": ["mno"]}], "demand[0].days[0]"),
        ([{"hours": "09:00-10:00", "agents": 1, "days": ["mon-x"]}], "demand[0].days[0]"),
        ([{"hours": "09:00-10:00", "agents": 1, "days": "mon"}], "demand[0].days"),
        ([Need.on(["mon", "2026-05-01"], "09:00-10:00", 1)], "demand[0].days[1]"),
        ([Need.on(0, "12:00-13:00", 1), Need.on(9, "09:00-10:00", 1)], "demand[1]"),
        ([Need.on("mon-fri", "09:00-10:00", 1), Need.on("wed", "09:30-11:00", 1)], "demand[1]"),
        ({"es": [{"hours": "09:00-10:00", "agents": -1}]}, "demand.es[0].agents"),
    ],
)
def test_a_need_that_cannot_be_used_is_named(demand, field):
    with pytest.raises(ConfigurationError) as caught:
        problem(demand)
    assert caught.value.field == field


@pytest.mark.parametrize("day", [-1, True, 1.5, None])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(ConfigurationError) as caught:
        Need.on(day, "09:00-10:00", 1)
    assert caught.value.field == "day"


def test_a_date_needs_one_to_count_from():
    with pytest.raises(ConfigurationError, match="give `starts_on` as a date"):
        problem([Need.on("2026-03-04", "09:00-10:00", 1)], starts_on="mon")


# --- counts within hours -------------------------------------------------------------------------


def test_counts_are_those_of_the_hours_day_after_day():
    found = needs_of([1, 2, 3, 4], interval=1800, hours="09:00-10:00", skill="es")
    assert found == (
        Need.on(0, "09:00-09:30", 1, "es"),
        Need.on(0, "09:30-10:00", 2, "es"),
        Need.on(1, "09:00-09:30", 3, "es"),
        Need.on(1, "09:30-10:00", 4, "es"),
    )


def test_the_first_day_of_the_hours_may_be_a_later_one():
    found = needs_of([1, 2], interval=3600, hours="23:00-01:00", starts_after=3 * 86_400)
    assert found == (Need.on(3, "23:00-24:00", 1), Need.on(4, "00:00-01:00", 2))


def test_a_table_of_opening_hours_is_laid_out_by_them():
    table = required_agents_table(
        [6, 14, 6, 14], 240.0, interval=3600, targets={"service_level": 0.8, "threshold": 20}
    )
    found = needs_of(table, hours="09:00-11:00")
    assert [need.minutes[0] for need in found] == [540, 600, 1980, 2040]
    assert [need.agents for need in found] == list(table.scheduled)


@pytest.mark.parametrize(
    ("counts", "options", "field"),
    [
        ([1, 2, 3], {"hours": "09:00-11:00"}, "table"),
        ([1, 2], {"hours": "09:00-10:30"}, "hours"),
        ([1, 2], {"hours": "9"}, "hours"),
        ([1, 2], {"hours": "09:00-11:00", "starts_after": 3600}, "starts_after"),
        ([1, -2], {"hours": "09:00-11:00"}, "table[1].agents"),
    ],
)
def test_counts_that_do_not_fill_the_hours_are_refused(counts, options, field):
    with pytest.raises(ConfigurationError) as caught:
        needs_of(counts, interval=3600, **options)
    assert caught.value.field == field
