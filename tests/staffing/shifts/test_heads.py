"""Head counts: as cheap as the best of all, days that repeat, and why there are none."""

import itertools
import random

import pytest

from assignwork.errors import ConfigurationError
from assignwork.staffing import (
    Need,
    ShiftWeights,
    needs_of,
    required_agents_table,
    schedule_shifts,
)

EARLY = {"id": "early", "hours": "06:00-14:00"}
LATE = {"id": "late", "hours": "12:00-20:00"}
NIGHT = {"id": "night", "hours": "20:00-06:00", "cost": 700}
SPLIT = {"id": "split", "hours": ["07:00-10:00", "15:00-18:00"]}
SKILLS = (None, "es", "fr")


def minutes_of(template):
    parts = template["hours"] if isinstance(template["hours"], list) else [template["hours"]]
    found = set()
    for part in parts:
        start, end = (int(clock[:2]) for clock in part.split("-"))
        found |= set(range(start, end if end > start else end + 24))
    return found


def served(needed, heads):
    """Most needs that agents of these skills meet at once, by trying who serves what."""
    if not heads:
        return 0
    first, *rest = heads
    best = served(needed, rest)
    for skill, count in needed.items():
        if count and (skill is None or skill in first):
            best = max(best, 1 + served(needed | {skill: count - 1}, rest))
    return best


def tried(case):
    """The least cost by trying all heads; hour by hour, by other means than the library's."""
    horizon = 24 * case["days"]
    columns = [(day, t) for day in range(case["days"]) for t in case["templates"]]
    best = None
    for heads in itertools.product(range(3), repeat=len(columns)):
        if any(n > t.get("most", 9) for n, (_, t) in zip(heads, columns, strict=True)):
            continue
        per_day = [0] * case["days"]
        present = [[] for _ in range(horizon)]
        cost = 0
        for count, (day, template) in zip(heads, columns, strict=True):
            per_day[day] += count
            hours = minutes_of(template)
            paid = template.get("cost", 60 * len(hours))
            cost += count * paid * case["weights"]["paid"]
            for hour in (24 * day + hour for hour in hours):
                if case["circular"] or hour < horizon:
                    present[hour % horizon] += [tuple(template.get("skills", ()))] * count
        if max(per_day) > case["most_per_day"] or max(map(len, present)) > case["most_at_once"]:
            continue
        short = over = 0
        for hour in range(horizon):
            needed = case["needs"][hour]
            met = served(needed, present[hour])
            short += sum(needed.values()) - met
            over += len(present[hour]) - met
        if short and case["coverage"] == "hard":
            continue
        weights = case["weights"]
        cost += 60 * (weights["shortage"] * short + weights["overstaffing"] * over)
        best = cost if best is None else min(best, cost)
    return best


def case(seed):
    dice = random.Random(f"heads {seed}")
    days = dice.choice([1, 1, 2])
    templates = [dict(t) for t in dice.sample([EARLY, LATE, NIGHT, SPLIT], 3 if days == 1 else 2)]
    for template in templates:
        if dice.random() < 0.4:
            template["skills"] = dice.sample(["es", "fr"], dice.choice([1, 2]))
        if dice.random() < 0.2:
            template["most"] = 1
    needs = [{} for _ in range(24 * days)]
    for day in range(days):
        for skill in dice.sample(SKILLS, dice.choice([1, 2, 2])):
            start = dice.choice([0, 6, 8, 12, 16, 21])
            count = dice.choice([1, 1, 2])
            for hour in range(start, start + 3):
                needs[24 * day + hour][skill] = count
    return {
        "days": days,
        "templates": templates,
        "needs": needs,
        "circular": dice.random() < 0.5,
        "coverage": dice.choice(["hard", "soft"]),
        "most_per_day": dice.choice([2, 9]),
        "most_at_once": dice.choice([2, 9]),
        "weights": {
            "paid": dice.choice([0, 1]),
            "shortage": dice.choice([0, 1, 20]),
            "overstaffing": dice.choice([0, 0, 3]),
        },
    }


@pytest.mark.parametrize("seed", range(80))
def test_head_counts_cost_as_little_as_the_best_of_all(seed):
    made = case(seed)
    demand = [
        Need(3600 * hour, 3600 * (hour + 1), count, skill)
        for hour, needed in enumerate(made["needs"])
        for skill, count in needed.items()
    ]
    options = {name: made[name] for name in ("days", "circular", "coverage", "weights")}
    limits = {name: made[name] for name in ("most_per_day", "most_at_once")}
    found = schedule_shifts(made["templates"], demand, **options, **limits)
    expected = tried(made)
    if expected is None:
        assert found.status == "infeasible"
        assert found.conflict.irreducible
    else:
        assert (found.status, found.cost, found.bound) == ("optimal", expected, expected)


def test_a_table_of_requirements_is_a_demand():
    target = {"service_level": 0.8, "threshold": 20}
    arrivals = [0] * 16 + [40, 100] * 8 + [0] * 16
    table = required_agents_table(arrivals, 180.0, interval=1800, targets=target, shrinkage=0.3)
    shift = [{"id": "day", "hours": "08:00-16:00"}]
    found = schedule_shifts(shift, table, days=1)
    assert found.heads == max(table.scheduled)
    skilled = [shift[0] | {"skills": ["es"]}]
    assert schedule_shifts(skilled, {"es": table}, days=1).heads == found.heads
    assert schedule_shifts(shift, {"es": table}, days=1).status == "infeasible"


def test_a_template_starts_only_on_its_weekdays():
    weekend = [EARLY | {"weekdays": ["sun", "sat"]}]
    found = schedule_shifts(weekend, [Need.on(5, "08:00-09:00", 1)])
    assert [shift.day for shift in found.shifts] == [5]
    conflict = schedule_shifts(weekend, [Need.on(4, "08:00-09:00", 1)]).conflict
    assert conflict.facts == ("Fri 08:00-09:00: no shift reaches into it",)
    assert schedule_shifts(weekend, [Need.on(4, "08:00-09:00", 1)], starts_on="2026-01-07").found


def test_a_part_of_an_interval_is_not_all_of_it():
    halves = [{"id": "a", "hours": "08:00-08:30"}, {"id": "b", "hours": "08:30-09:00"}]
    found = schedule_shifts(halves, [Need.on(0, "08:00-09:00", 1)], days=1)
    assert found.heads == 2


def test_limits_that_clash_are_named_each_with_its_way_out():
    options = {"days": 1, "most_per_day": 1, "most_at_once": 5}
    needs = [Need.on(0, "07:00-08:00", 1), Need.on(0, "18:00-19:00", 1)]
    conflict = schedule_shifts([EARLY, LATE], needs, **options).conflict
    assert [clash.text for clash in conflict.clashes] == [
        "Mon 07:00-08:00 needs 1 agent",
        "Mon 18:00-19:00 needs 1 agent",
        "at most 1 agent start on Mon",
    ]
    assert [clash.remedy for clash in conflict.helps] == [
        "fewer agents on Mon 07:00-08:00",
        "fewer agents on Mon 18:00-19:00",
        "allow more agents on Mon",
    ]
    crowd = schedule_shifts([EARLY], [Need.on(0, "07:00-08:00", 6)], days=1, most_at_once=5)
    assert [clash.kind for clash in crowd.conflict.clashes] == ["need", "most_at_once"]


def test_a_shortage_is_told_by_interval():
    few = [EARLY | {"most": 1}]
    needs = [Need.on(0, "07:00-08:00", 3), Need.on(0, "09:00-10:00", 1)]
    found = schedule_shifts(few, needs, days=1, coverage="soft", weights=ShiftWeights(shortage=50))
    assert [(row.planned, row.short_minutes) for row in found.coverage] == [(1, 120), (1, 0)]
    assert found.terms["shortage"] == 50 * 120
    assert "2 agent hours are missing" in str(found)
    assert "Mon 07:00-08:00              3        1        2" in found.coverage_table()


def test_without_needs_nobody_works():
    found = schedule_shifts([EARLY], [])
    assert (found.status, found.shifts, found.cost) == ("optimal", (), 0)
    assert str(found) == "0 shifts, optimal, 0 points"


def test_without_time_nothing_is_claimed():
    every = [
        {"id": f"{start}+{length}", "hours": f"{start:02}:00-{(start + length) % 24:02}:00"}
        for start in range(24)
        for length in (5, 7, 11)
    ]
    needs = needs_of([9, 11, 17, 9, 7, 12, 5] * 24, interval=3600)
    found = schedule_shifts(every, needs, circular=True, time_limit=1e-9)
    assert (found.status, found.shifts, found.gap) == ("stopped", (), None)
    assert str(found).startswith("no schedule was found within")


def test_heads_are_asked_for_by_day_and_template():
    found = schedule_shifts([EARLY], [Need.on(1, "08:00-09:00", 2)], days=2)
    assert (found.agents(1, "early"), found.agents(0, "early")) == (2, 0)


def test_head_counts_are_plain_data_text_and_a_small_table():
    found = schedule_shifts([EARLY], [Need.on(1, "08:00-09:00", 2)], days=2)
    data = found.to_dict()
    assert data["shifts"] == [{"day": 1, "template": "early", "agents": 2}]
    assert (data["cost"], data["gap"], data["conflict"]) == (960, 0.0, None)
    assert data["coverage"][0]["planned"] == 2
    assert str(found) == "2 shifts, optimal, 960 points\n       early\n  Mon\n  Tue      2"
    assert "<table>" in found._repr_html_()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"starts_on": "mno"}, "starts_on"),
        ({"coverage": "firm"}, "coverage"),
        ({"circular": 1}, "circular"),
        ({"most_at_once": -1}, "most_at_once"),
        ({"most_per_day": 1.5}, "most_per_day"),
        ({"weights": {"paid": -1}}, "weights.paid"),
        ({"weights": {"pay": 1}}, "weights.pay"),
        ({"time_limit": float("inf")}, "time_limit"),
        ({"templates": []}, "templates"),
        ({"templates": [EARLY, EARLY]}, r"templates\[1\].id"),
        ({"templates": [{"id": "x", "hours": "25:00-26:00"}]}, r"templates\[0\].hours"),
        ({"templates": [{"id": "x", "hours": []}]}, r"templates\[0\].hours"),
        (
            {"templates": [{"id": "x", "hours": ["09:00-12:00", "08:00-10:00"]}]},
            r"templates\[0\].hours",
        ),
        ({"templates": [EARLY | {"paid": 61}]}, r"templates\[0\].paid"),
        ({"templates": [EARLY | {"cost": 1.5}]}, r"templates\[0\].cost"),
        ({"templates": [EARLY | {"most": -1}]}, r"templates\[0\].most"),
        ({"templates": [EARLY | {"weekdays": ["son"]}]}, r"templates\[0\].weekdays"),
        ({"demand": [3, 4]}, r"demand\[0\]"),
        ({"demand": [Need.on(7, "08:00-09:00", 1)]}, r"demand\[0\]"),
        ({"demand": [Need.on(6, "20:00-09:00", 1)]}, r"demand\[0\]"),
        ({"demand": {"es": 3}}, "demand.es"),
        (
            {"demand": [Need.on(0, "08:00-10:00", 1), Need.on(0, "09:00-10:00", 2)]},
            r"demand\[1\]",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(options, field):
    made = {"templates": [EARLY], "demand": [], **options}
    with pytest.raises(ConfigurationError, match=field):
        schedule_shifts(made.pop("templates"), made.pop("demand"), **made)


def test_in_days_that_repeat_a_need_may_run_over_the_end():
    needs = [Need.on(6, "22:00-04:00", 1)]
    found = schedule_shifts([NIGHT], needs, circular=True)
    assert [shift.day for shift in found.shifts] == [6]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: Need(0, 0, 1), "end"),
        (lambda: Need(0, 90, 1), "end"),
        (lambda: Need(0, 60, -1), "agents"),
        (lambda: Need.on(-1, "08:00-09:00", 1), "day"),
        (lambda: Need.on(0, "08:00", 1), "hours"),
        (lambda: needs_of([1, 2]), "interval"),
        (lambda: needs_of([1, 2.5], interval=60), r"table\[1\].agents"),
        (lambda: needs_of([], interval=60), "table"),
        (lambda: needs_of([1], interval=45), "interval"),
    ],
)
def test_needs_that_say_nothing_are_refused(call, field):
    with pytest.raises(ConfigurationError, match=field):
        call()
