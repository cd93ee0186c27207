"""Beside pyworkforce 0.5.1, on the examples of its documentation: not worse, and right."""

import math

import pytest
from examples_of_pyworkforce import (
    BANNED,
    COSTS,
    COVERAGE,
    MOST,
    PEOPLE,
    POSTS,
    PREFERRED,
    REQUIRED,
    SHIFTS,
    head_arguments,
    hours,
    roster_arguments,
)
from ortools.sat.python import cp_model
from pyworkforce import scheduling
from pyworkforce.rostering import binary_programming as rostering

from assignwork.staffing import (
    Need,
    RosterProblem,
    check_roster,
    needs_of,
    plan_roster,
    schedule_shifts,
)

HOUR = 3600
DEMAND = needs_of([count for day in REQUIRED for count in day], interval=HOUR)
LIMITS = {"days": 2, "most_at_once": MOST}


def templates(costs):
    return [
        {"id": name, "hours": hours(day), "most": MOST, "cost": costs[name]}
        for name, day in COVERAGE.items()
    ]


@pytest.mark.parametrize("costs", [None, COSTS])
def test_fewest_agents_cost_the_same(costs):
    theirs = scheduling.MinRequiredResources(**head_arguments(), cost_dict=costs).solve()
    ours = schedule_shifts(templates(costs or dict.fromkeys(COVERAGE, 1)), DEMAND, **LIMITS)
    assert theirs["status"] == "OPTIMAL"
    assert (ours.status, ours.cost) == ("optimal", theirs["cost"])


def test_least_difference_is_the_same():
    theirs = scheduling.MinAbsDifference(**head_arguments()).solve()
    weights = {"paid": 0, "shortage": 1, "overstaffing": 1}
    ours = schedule_shifts(templates(COSTS), DEMAND, coverage="soft", weights=weights, **LIMITS)
    assert (ours.status, ours.cost) == ("optimal", 60 * theirs["cost"])


def roster_of(shifts=SHIFTS, people=PEOPLE, posts=POSTS, days=7, **rules):
    """Their roster example in our words; a preference is worth its weight in hours."""
    clock = {"Morning": 5, "Afternoon": 13, "Night": 21, "Mixed": 9}
    wishes = [
        {"agent": people[i], "points": round(60 * weight), "templates": [shift]}
        for i, shift, weight in (PREFERRED if people is PEOPLE else ())
    ]
    made = {
        "templates": [
            {"id": name, "hours": f"{clock[name]:02}:00-{(clock[name] + length) % 24:02}:00"}
            for name, length in shifts.items()
        ],
        "agents": [{"id": name, "contract": "all"} for name in people],
        "contracts": [{"id": "all", "min_paid": 40 * HOUR, "min_shifts": 6}],
        "posts": [
            {"template": name, "agents": count, "days": [day]}
            for name, counts in posts.items()
            for day, count in enumerate(counts)
        ],
        "banned_sequences": [("Night", "Morning")],
        "wishes": wishes,
        "weights": {"unpopular": 0, "weekends": 0},
        **rules,
    }
    return RosterProblem(days=days, demand=[], **made)


def test_a_roster_is_not_worse():
    theirs = rostering.MinHoursRoster(**roster_arguments()).solve()
    bans = [{"agent": PEOPLE[i], "template": shift, "days": [day]} for i, shift, day in BANNED]
    ours = plan_roster(roster_of(bans=bans))
    constant = 7 * sum(weight for _, _, weight in PREFERRED)
    assert ours.status == "optimal"
    assert ours.cost / 60 - constant <= theirs["cost"] + 1e-6


def test_a_banned_sequence_bans_that_sequence_alone():
    """Theirs bans whatever follows the first shift, also that shift itself."""
    two_nights = {"Morning": [0, 0], "Night": [1, 1]}
    arguments = roster_arguments(
        num_days=2,
        resources=["ana"],
        shifts=["Morning", "Night"],
        shifts_hours=[8, 8],
        min_working_hours=0,
        max_resting=2,
        banned_shifts=[],
        required_resources=two_nights,
        resources_preferences=[],
        resources_prioritization=[],
    )
    assert rostering.MinHoursRoster(**arguments).solve()["status"] == "INFEASIBLE"
    ours = plan_roster(
        roster_of({"Morning": 8, "Night": 8}, ["ana"], two_nights, 2, contracts=[{"id": "all"}])
    )
    assert ours.of("ana") == {0: "Night", 1: "Night"}
    still = {"Night": [1, 0], "Morning": [0, 1]}
    banned = plan_roster(
        roster_of({"Morning": 8, "Night": 8}, ["ana"], still, 2, contracts=[{"id": "all"}])
    )
    kinds = sorted(clash.kind for clash in banned.conflict.clashes)
    assert kinds == ["banned_sequence", "post", "post"]


def test_the_number_of_threads_reaches_the_solver(monkeypatch):
    """Theirs is set on an object that the solver does not read."""
    scheduler = scheduling.MinRequiredResources(**head_arguments(), num_search_workers=7)
    scheduler.solve()
    parameters = scheduler.solver.parameters
    assert 7 not in (parameters.num_workers, parameters.num_search_workers)

    seen = []
    plain = cp_model.CpSolver.solve

    def solve(self, *arguments):
        seen.append(self.parameters.num_workers)
        return plain(self, *arguments)

    monkeypatch.setattr(cp_model.CpSolver, "solve", solve)
    few = {"contracts": [{"id": "all"}], "banned_sequences": []}
    problem = roster_of({"Morning": 8}, ["ana"], {}, 1, **few)
    plan_roster(problem, workers=2)
    assert seen == [2]


def test_a_night_covers_the_morning_after_it():
    """Theirs covers the small hours of its own day, on which it has not begun."""
    required = [[0] * 24, [1] * 5 + [0] * 19]
    arguments = head_arguments() | {"required_resources": required}
    theirs = scheduling.MinRequiredResources(**arguments).solve()
    nights = [(s["day"], s["resources"]) for s in theirs["resources_shifts"] if s["resources"]]
    assert nights == [(1, 1)]
    ours = schedule_shifts([{"id": "Night", "hours": "21:00-05:00"}], _small_hours(1), days=2)
    assert [(shift.day, shift.agents) for shift in ours.shifts] == [(0, 1)]


def test_in_a_week_that_repeats_the_last_night_covers_the_first_morning():
    night = [{"id": "Night", "hours": "21:00-05:00"}]
    ours = schedule_shifts(night, _small_hours(0), circular=True)
    assert [(shift.day, shift.agents) for shift in ours.shifts] == [(6, 1)]
    assert schedule_shifts(night, _small_hours(0)).status == "infeasible"


def _small_hours(day):
    return [Need.on(day, "00:00-05:00", 1)]


def test_an_impossible_week_says_why():
    """Theirs says INFEASIBLE and no more."""
    limited = head_arguments() | {"max_shift_concurrency": 20}
    theirs = scheduling.MinRequiredResources(**limited).solve()
    assert (theirs["status"], theirs["cost"]) == ("INFEASIBLE", -1)
    few = [template | {"most": 20} for template in templates(COSTS)]
    conflict = schedule_shifts(few, DEMAND, **LIMITS).conflict
    assert [clash.text for clash in conflict.clashes] == [
        "Tue 21:00-22:00 needs 23 agents",
        "at most 20 agents on 'Night' on Tue",
    ]
    assert conflict.irreducible


def test_an_impossible_roster_says_why():
    posts = {"Morning": [1, 0], "Night": [1, 0]}
    problem = roster_of({"Morning": 8, "Night": 8}, ["ana"], posts, 2, contracts=[{"id": "all"}])
    assert [clash.text for clash in plan_roster(problem).conflict.clashes] == [
        "at least 1 agent on 'Morning' on Mon",
        "at least 1 agent on 'Night' on Mon",
    ]


def test_a_roster_of_theirs_is_judged_by_our_rules():
    theirs = rostering.MinHoursRoster(**roster_arguments()).solve()
    rows = [(row["resource"], row["day"], row["shift"]) for row in theirs["resource_shifts"]]
    judged = check_roster(roster_of(), rows)
    assert judged.violations == ()
    paid = judged.terms["paid"] / 60
    assert math.isclose(paid, theirs["shifted_hours"])
