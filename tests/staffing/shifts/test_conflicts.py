"""Why there is no roster: the rules that clash, none of which could be left out."""

import time

import pytest
from cases import cases
from clashes import Ground

from assignwork.staffing import Need, RosterProblem, plan_roster
from assignwork.staffing.shifts._irreducible import irreducible
from assignwork.staffing.shifts._roster_conflict import clashing, counted
from assignwork.staffing.shifts._roster_model import RosterModel
from assignwork.staffing.shifts._solving import Limits

HOUR = 3600
IMPOSSIBLE = [
    found
    for found in (
        *cases(90, coverage="hard", light=True),
        *cases(40, coverage="hard"),
    )
    if plan_roster(found, explain=False).status == "infeasible"
]


def test_there_are_enough_impossible_cases():
    assert len(IMPOSSIBLE) >= 60


@pytest.mark.parametrize("problem", IMPOSSIBLE, ids=lambda found: f"{found.days} days")
def test_a_conflict_is_one_and_ends_without_any_of_its_rules(problem):
    model = RosterModel(problem, assumed=True)
    limits = Limits(time.perf_counter() + 20, None, 1)
    found = clashing(model, limits, counted(model, limits))
    ground = Ground(problem, list(model.book.literals))
    every, rules = set(model.book.literals), set(found.rules)
    assert found.irreducible
    assert not ground.possible(rules)
    assert all(ground.possible(rules - {rule}) for rule in rules)
    assert {rule for rule in rules if ground.possible(every - {rule})} == set(found.helps)
    assert bool(found.helps) != bool(found.repair)
    assert ground.possible(every - set(found.repair)) or found.helps


def desk(**rules):
    agents = [
        {"id": "ana", "skills": ["es"], "leave": ["2026-01-06"]},
        {"id": "ben", "skills": ["es"]},
        {"id": "cai"},
    ]
    templates = [
        {"id": "early", "hours": "06:00-14:00"},
        {"id": "late", "hours": "14:00-22:00"},
        {"id": "night", "hours": "22:00-06:00", "night": True},
    ]
    made = {"days": 7, "starts_on": "2026-01-05", "agents": agents, "templates": templates}
    return RosterProblem(**{**made, "demand": [], **rules})


def test_a_conflict_names_interval_skill_and_who_is_away():
    roster = plan_roster(desk(demand=[Need.on(1, "09:00-10:00", 2, "es")]))
    assert str(roster) == (
        "no roster exists: these rules cannot all be kept:\n"
        "  - Tue 2026-01-06 09:00-10:00 needs 2 agents with skill 'es'\n"
        "  - ana: on leave on Tue 2026-01-06\n"
        "where\n"
        "  - Tue 2026-01-06 09:00-10:00: only ana, ben have skill 'es'"
        " and could work a shift then\n"
        "any one of these alone would help:\n"
        "  - fewer agents with skill 'es' on Tue 2026-01-06 09:00-10:00\n"
        "  - ana at work on Tue 2026-01-06"
    )


AGENT = {"id": "ana", "contract": "k"}
NEEDS = {day: Need.on(day, "09:00-10:00", 1) for day in range(7)}


def contract(**fields):
    return {"agents": [AGENT], "contracts": [{"id": "k", **fields}]}


@pytest.mark.parametrize(
    ("rules", "text", "remedy"),
    [
        (
            {**contract(min_rest=11 * HOUR), "demand": [Need.on(0, "15:00-16:00", 1), NEEDS[1]]},
            "ana: at least 11 h between shifts (contract 'k')",
            "less than 11 h between shifts for ana",
        ),
        (
            {**contract(max_paid_per_week=8 * HOUR), "demand": [NEEDS[0], NEEDS[3]]},
            "ana: at most 8 h paid in the week from Mon 2026-01-05 (contract 'k')",
            "more than 8 h paid in the week from Mon 2026-01-05 for ana",
        ),
        (
            {**contract(max_days_in_a_row=1), "demand": [NEEDS[0], NEEDS[1]]},
            "ana: at most 1 day in a row (contract 'k')",
            "more than 1 day in a row for ana",
        ),
        (
            {**contract(days_off_in_a_row=3), "demand": [NEEDS[0], NEEDS[2], NEEDS[4], NEEDS[6]]},
            "ana: at least 3 days off in a row in the week from Mon 2026-01-05 (contract 'k')",
            "less than 3 days off in a row in the week from Mon 2026-01-05 for ana",
        ),
        (
            {**contract(free_weekends=1), "demand": [NEEDS[5]]},
            "ana: at least 1 weekend free (contract 'k')",
            "less than 1 weekend free for ana",
        ),
        (
            {**contract(max_shifts=1, min_shifts=1), "demand": [NEEDS[5], NEEDS[2]]},
            "ana: at most 1 shift (contract 'k')",
            "more than 1 shift for ana",
        ),
        (
            {
                "banned_sequences": [("early", None, "early")],
                "agents": [AGENT | {"contract": None}],
                "pins": [{"agent": "ana", "day": 1, "template": None}],
                "demand": [NEEDS[0], NEEDS[2]],
            },
            "ana: early - off - early is banned",
            "early - off - early for ana",
        ),
        (
            {"agents": [{"id": "ana", "templates": ["late"]}], "demand": [NEEDS[0]]},
            "ana: works only late",
            "other templates for ana",
        ),
        (
            {
                "agents": [{"id": "ana", "unavailable": [("2026-01-05", "13:00-13:30")]}],
                "demand": [NEEDS[0]],
            },
            "ana: not available on Mon 2026-01-05 13:00-13:30",
            "ana available on Mon 2026-01-05 13:00-13:30",
        ),
        (
            {
                "agents": [{"id": "ana"}],
                "pins": [{"agent": "ana", "day": 0, "template": "late"}],
                "demand": [NEEDS[0]],
            },
            "ana: 'late' is fixed on Mon 2026-01-05",
            "another shift for ana on Mon 2026-01-05",
        ),
        (
            {"most_at_once": 1, "demand": [Need.on(0, "09:00-10:00", 2)]},
            "at most 1 agent at work at once",
            "allow more agents at work at once",
        ),
        (
            {
                "templates": [{"id": "early", "hours": "06:00-14:00", "most": 1}],
                "demand": [Need.on(0, "09:00-10:00", 2)],
            },
            "at most 1 agent on 'early' on Mon 2026-01-05",
            "allow more agents on 'early' on Mon 2026-01-05",
        ),
        (
            {
                "posts": [{"template": "late", "agents": 3, "days": [2]}],
                "most_at_once": 2,
            },
            "at least 3 agents on 'late' on Wed 2026-01-07",
            "fewer agents on 'late' on Wed 2026-01-07",
        ),
        (
            {
                "agents": [{"id": "ana"}],
                "on_call": [{"id": "duty", "days": 2, "every": 2}],
            },
            "ana: on call 'duty' at most once in 2 periods",
            "ana more often on call 'duty'",
        ),
        (
            {
                "agents": [{"id": "ana"}],
                "on_call": [{"id": "duty", "days": 1, "rest": 10 * HOUR}],
                "demand": [NEEDS[1]],
            },
            "ana: no work for 10 h after being on call 'duty'",
            "less rest for ana after being on call 'duty'",
        ),
        (
            {"agents": [{"id": "ana", "leave": [3]}], "on_call": [{"id": "duty"}]},
            "1 agent on call 'duty' in the period from Mon 2026-01-05",
            "nobody on call 'duty' in the period from Mon 2026-01-05",
        ),
    ],
)
def test_a_conflict_names_each_kind_of_rule_and_its_way_out(rules, text, remedy):
    conflict = plan_roster(desk(**rules)).conflict
    named = {clash.text: clash.remedy for clash in conflict.clashes}
    assert named[text] == remedy
    assert conflict.irreducible


STRICT = [{"id": "desk", "hours": "06:00-14:00", "skills": ["fr"], "weekdays": ["tue"]}]
PIN = {"agent": "cai", "day": 1, "template": "desk"}


@pytest.mark.parametrize(
    ("rules", "facts"),
    [
        (
            {"demand": [Need.on(0, "00:00-06:00", 1)]},
            [
                "Mon 2026-01-05 00:00-06:00: only shifts begun before Mon 2026-01-05 reach into it;"
                " they are known from the agents' history"
            ],
        ),
        (
            {"demand": [Need.on(0, "09:00-10:00", 1, "it")]},
            ["Mon 2026-01-05 09:00-10:00: nobody has skill 'it' and could work a shift then"],
        ),
        (
            {"demand": [Need.on(0, "09:00-10:00", 4)]},
            ["Mon 2026-01-05 09:00-10:00: all 3 agents could work a shift then"],
        ),
        (
            {"on_call": [{"id": "duty", "days": 3, "every": 3, "members": ["ana", "ben"]}]},
            ["only ana, ben may be on call 'duty'"],
        ),
        (
            {"templates": STRICT, "posts": [{"template": "desk", "agents": 1}]},
            ["Tue 2026-01-06: nobody could work 'desk', which asks for 'fr'"],
        ),
        (
            {"templates": STRICT, "posts": [{"template": "desk", "agents": 1, "days": [0]}]},
            ["'desk' does not start on Mon 2026-01-05"],
        ),
        (
            {"templates": STRICT, "pins": [PIN]},
            ["'desk' asks for 'fr', which cai does not have"],
        ),
        (
            {"templates": STRICT, "pins": [PIN | {"day": 0}]},
            [
                "'desk' does not start on Mon 2026-01-05",
                "'desk' asks for 'fr', which cai does not have",
            ],
        ),
    ],
)
def test_a_conflict_tells_what_nobody_can_change(rules, facts):
    assert list(plan_roster(desk(**rules)).conflict.facts) == facts


def test_a_conflict_is_told_in_the_order_of_time():
    needs = [Need.on(day, "09:00-10:00", 1) for day in (3, 0, 1)]
    lone = {"agents": [{"id": "ana", "contract": "k"}], "contracts": [{"id": "k", "max_shifts": 2}]}
    conflict = plan_roster(desk(demand=needs, **lone)).conflict
    assert [clash.text.split()[0] for clash in conflict.clashes] == ["Mon", "Tue", "Thu", "ana:"]


def test_where_no_single_rule_helps_few_are_named_that_do_together():
    needs = [Need.on(day, "09:00-10:00", 4) for day in (0, 2)]
    conflict = plan_roster(desk(demand=needs)).conflict
    assert conflict.helps == ()
    assert [clash.remedy for clash in conflict.repair] == [
        "fewer agents on Mon 2026-01-05 09:00-10:00",
        "fewer agents on Wed 2026-01-07 09:00-10:00",
    ]
    assert conflict.fewest
    assert "all of these together would help:" in str(conflict)


def test_where_time_ends_those_named_are_not_proven_the_fewest():
    """Four weeks around the clock with half of the hours: 34 rules and more have to give way."""
    shifts = ("00:00-08:00", "08:00-16:00", "16:00-24:00")
    short = desk(
        days=28,
        contracts=[{"id": "k", "max_paid_per_week": 40 * HOUR, "min_rest": 11 * HOUR}],
        agents=[{"id": f"a{n}", "contract": "k"} for n in range(6)],
        demand=[Need.on(day, hours, 2) for day in range(1, 28) for hours in shifts],
    )
    conflict = plan_roster(short, deterministic_limit=0.5).conflict
    assert conflict.repair
    assert not conflict.fewest
    assert conflict.to_dict()["fewest"] is False
    assert "all of these together would help (not proven fewest):" in str(conflict)


def test_without_time_the_conflict_says_that_it_may_hold_too_much():
    rules, certain = irreducible([1, 2, 3], lambda rules: (len(rules) < 3, None), lambda: True)
    assert (rules, certain) == ([1, 2, 3], False)


def test_what_is_not_known_is_kept():
    def asked(rules):
        return (None if len(rules) < 2 else 3 not in rules), None

    assert irreducible([1, 2, 3], asked, lambda: False) == ([3, 1], False)


def test_a_conflict_is_plain_data():
    conflict = plan_roster(desk(demand=[Need.on(1, "09:00-10:00", 2, "es")])).conflict
    data = conflict.to_dict()
    assert [clash["kind"] for clash in data["clashes"]] == ["need", "leave"]
    assert data["irreducible"] is True
