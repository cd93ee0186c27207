"""Weeks that ask for more agent hours than there can be: what is counted is true, and is told."""

import itertools

import pytest
from cases import cases, rosters

from assignwork.staffing import Need, RosterProblem, check_roster, plan_roster
from assignwork.staffing.shifts._hours import too_few_hours

HOUR = 3600
TEMPLATES = [
    {"id": "early", "hours": "06:00-14:00"},
    {"id": "late", "hours": "14:00-22:00"},
    {"id": "night", "hours": "22:00-06:00", "night": True},
]


def around_the_clock(days=7, count=3, **rules):
    """From the first shift on somebody is always there."""
    made = {
        "days": days,
        "starts_on": "2026-01-05",
        "templates": TEMPLATES,
        "contracts": [{"id": "full", "max_paid_per_week": 40 * HOUR}],
        "agents": [{"id": f"a{n}", "contract": "full"} for n in range(count)],
        "demand": [
            Need(60 * start, 60 * end, 1)
            for start, end in itertools.pairwise([360, *range(840, days * 1440, 480), days * 1440])
        ],
    }
    return RosterProblem(**{**made, **rules})


def text(problem):
    found = too_few_hours(problem)
    return None if found is None else found.clash.text


def test_too_few_hours_of_contracts_are_told_as_hours():
    conflict = plan_roster(around_the_clock()).conflict
    told = "the week from Mon 2026-01-05 asks for 162 agent hours, contracts allow 120"
    assert [(clash.kind, clash.text) for clash in conflict.clashes] == [("hours", told)]
    assert conflict.clashes[0].remedy == (
        "at least 42 agent hours fewer in the week from Mon 2026-01-05, more agents,"
        " or contracts that allow more"
    )
    assert conflict.facts == ("3 agents with contract 'full': at most 40 h each",)
    assert conflict.irreducible
    assert conflict.repair


def test_it_is_told_without_a_solver_however_short_the_time():
    roster = plan_roster(around_the_clock(), time_limit=1e-6)
    assert roster.status == "infeasible"
    assert roster.conflict.clashes[0].kind == "hours"
    assert roster.deterministic_seconds == 0


def test_without_an_explanation_it_is_still_impossible():
    roster = plan_roster(around_the_clock(), explain=False)
    assert (roster.status, roster.conflict) == ("infeasible", None)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"max_shifts_per_week": 4}, "contracts allow 96"),
        ({"max_shifts": 4}, "contracts allow 96"),
        ({"max_paid": 30 * HOUR}, "contracts allow 90"),
        ({"days_off_per_week": 3}, "contracts allow 96"),
        ({"days_off_in_a_row": 3}, "contracts allow 96"),
        ({}, None),
        ({"max_paid_per_week": 54 * HOUR}, None),
    ],
)
def test_what_contracts_allow_is_counted(limits, told):
    found = text(around_the_clock(contracts=[{"id": "full", **limits}]))
    assert (found and found.split(", ")[1]) == told


def test_without_contracts_a_shift_a_day_is_the_limit():
    found = too_few_hours(around_the_clock(count=2, contracts=[{"id": "full"}]))
    assert found.clash.text.endswith("162 agent hours, a shift a day for each makes 112")
    assert found.facts == ("2 agents: at most 56 h each",)


def test_hours_at_work_that_are_not_paid_count_as_worked():
    breaks = [{**template, "paid": 6 * HOUR} for template in TEMPLATES]
    assert text(around_the_clock(templates=breaks)).endswith("contracts allow 160")
    unpaid = [{**template, "paid": 0} for template in TEMPLATES]
    assert text(around_the_clock(templates=unpaid)) is None


def test_a_shift_begun_before_the_week_counts_for_it():
    before = [{"id": f"a{n}", "contract": "full", "history": ["night"]} for n in range(3)]
    found = too_few_hours(around_the_clock(agents=before))
    assert found.clash.text.endswith("contracts allow 138")
    assert found.facts[1] == "18 h by shifts begun on the day before"


def test_a_later_week_is_counted_with_the_shifts_that_run_into_it():
    needs = [Need.on(day, "00:00-24:00", 1) for day in range(7, 14)]
    assert "Mon 2026-01-12 asks for 168 agent hours, contracts allow 138" in text(
        around_the_clock(14, demand=needs)
    )


def test_the_hours_of_a_skill_are_counted_for_those_who_have_it():
    agents = [
        {"id": "ana", "contract": "full", "skills": ["es"]}, {"id": "ben"}, {"id": "cai"},
        {"id": "dov"},
    ]  # fmt: skip
    needs = [Need.on(day, "08:00-14:00", 1, "es") for day in range(7)]
    assert text(around_the_clock(agents=agents, demand=needs)) == (
        "the week from Mon 2026-01-05 asks for 42 agent hours with skill 'es', contracts allow 40"
    )


def test_where_needs_may_go_short_nothing_is_counted():
    problem = around_the_clock(coverage="soft")
    assert too_few_hours(problem) is None
    assert plan_roster(problem, time_limit=5).found


def test_a_need_that_nobody_could_meet_goes_before_the_hours():
    needs = [Need.on(0, "00:00-24:00", 4), *(Need.on(d, "00:00-24:00", 1) for d in range(1, 7))]
    kinds = [clash.kind for clash in plan_roster(around_the_clock(demand=needs)).conflict.clashes]
    assert kinds == ["need"]


CASES = [*cases(90, coverage="hard", light=True), *cases(40, coverage="hard")]


def test_whatever_the_count_says_there_is_no_such_roster():
    proven = [problem for problem in CASES if too_few_hours(problem) is not None]
    assert len(proven) > 20
    for problem in proven:
        assert all(
            check_roster(problem, work, on_call).violations
            for work, on_call in rosters(problem, nobody=True)
        )
