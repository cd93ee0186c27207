"""A roster judged from the rules: each rule by hand, on both sides of its limit."""

import pytest

from assignwork.errors import ConfigurationError
from assignwork.staffing import Need, RosterProblem, check_roster

HOUR = 3600
TEMPLATES = [
    {"id": "early", "hours": "06:00-14:00"},
    {"id": "late", "hours": "14:00-22:00", "unpopular": True},
    {"id": "night", "hours": "22:00-06:00", "night": True},
]


def team(days=7, agents=({"id": "ana", "contract": "k"},), contract=None, **rules):
    made = {"templates": TEMPLATES, "demand": [], **rules}
    return RosterProblem(
        days=days, agents=agents, contracts=[{"id": "k", **(contract or {})}], **made
    )


def row(*shifts):
    """Ana's shifts by day, '-' for off."""
    names = {"e": "early", "l": "late", "n": "night"}
    return [("ana", day, names[s]) for day, s in enumerate("".join(shifts)) if s != "-"]


def kinds(problem, shifts, on_call=None):
    return [found.kind for found in check_roster(problem, row(shifts), on_call).violations]


@pytest.mark.parametrize(
    ("contract", "kept", "broken"),
    [
        ({"min_paid": 16 * HOUR}, "ee", "e"),
        ({"max_paid": 16 * HOUR}, "ee", "eee"),
        ({"min_paid_per_week": 16 * HOUR}, "e-----e", "e"),
        ({"max_paid_per_week": 16 * HOUR}, "e-----e", "ee----e"),
        ({"min_shifts": 2}, "ee", "e"),
        ({"max_shifts": 2}, "ee", "eee"),
        ({"max_shifts_per_week": 2}, "ee", "eee"),
        ({"max_days_in_a_row": 2}, "ee-ee", "ee-eee"),
        ({"max_nights_in_a_row": 2}, "nn-nn", "nnn"),
        ({"min_rest": 11 * HOUR}, "l-e", "le"),
        ({"min_rest": 24 * HOUR}, "e-e", "ee"),
        ({"min_rest": 49 * HOUR}, "n---e", "n--e"),
        ({"days_off_per_week": 3}, "eeee", "eeeee"),
        ({"days_off_in_a_row": 3}, "ee---ee", "e--e--e"),
        ({"free_weekends": 1}, "eeeee", "eeeeee"),
    ],
)
def test_a_contract_is_kept_up_to_its_limit(contract, kept, broken):
    (kind,) = contract
    problem = team(contract=contract)
    assert kinds(problem, kept) == []
    assert kinds(problem, broken) == [kind]


def test_a_night_on_friday_ends_the_weekend():
    assert kinds(team(contract={"free_weekends": 1}), "----n") == ["free_weekends"]


def test_a_night_before_monday_still_takes_the_sunday():
    agents = [{"id": "ana", "contract": "k", "history": ["night"]}]
    rules = {"starts_on": "sat", "agents": agents, "contract": {"free_weekends": 1}}
    assert kinds(team(**rules), "") == ["free_weekends"]


def test_least_of_a_week_does_not_hold_for_part_of_one():
    contract = {"min_paid_per_week": 8 * HOUR, "days_off_per_week": 7, "max_shifts_per_week": 2}
    problem = team(days=10, contract={"min_paid_per_week": 8 * HOUR})
    assert kinds(problem, "e") == []
    assert kinds(team(days=10, contract=contract), "-------eee")[1:] == ["max_shifts_per_week"]


def test_shifts_of_one_agent_never_overlap():
    long = [*TEMPLATES, {"id": "x", "hours": "20:00-08:00"}]
    found = check_roster(team(templates=long), [("ana", 0, "x"), ("ana", 1, "early")])
    assert [entry.kind for entry in found.violations] == ["overlap"]


def history(*names, **rules):
    agents = [{"id": "ana", "contract": "k", "history": names}]
    return team(agents=agents, **rules)


def test_what_was_worked_before_holds_across_the_seam():
    assert kinds(history("late", contract={"min_rest": 11 * HOUR}), "e") == ["min_rest"]
    rows = {"contract": {"max_days_in_a_row": 2}}
    assert kinds(history("early", "early", **rows), "e") == ["max_days_in_a_row"]
    assert kinds(history("early", None, **rows), "ee") == []
    nights = {"contract": {"max_nights_in_a_row": 1}}
    assert kinds(history("night", **nights), "n") == ["max_nights_in_a_row"]
    banned = {"banned_sequences": [("late", None, "early")]}
    assert kinds(history("late", None, **banned), "e") == ["banned_sequence"]
    assert kinds(history(None, **banned), "e") == []


def test_what_lies_before_the_first_day_is_not_judged():
    rules = {"contract": {"min_rest": 11 * HOUR, "max_days_in_a_row": 1}}
    assert kinds(history("late", "early", None, **rules), "e") == []


def test_a_banned_sequence_is_exactly_as_named():
    problem = team(banned_sequences=[("night", "early"), ("late", None, "early")])
    assert kinds(problem, "nn-ll-") == []
    assert kinds(problem, "n-e") == []
    assert kinds(problem, "l-l-e") == ["banned_sequence"]


@pytest.mark.parametrize(
    ("agent", "shifts", "kind"),
    [
        ({"leave": [1]}, "-e", "leave"),
        ({"leave": [1]}, "n", "leave"),
        ({"unavailable": [(1, "13:00-15:00")]}, "-e", "unavailable"),
        ({"unavailable": [(0, "23:00-01:00")]}, "n", "unavailable"),
        ({"templates": ["late"]}, "e", "may_work"),
    ],
)
def test_an_agent_works_only_when_and_what_he_can(agent, shifts, kind):
    assert kinds(team(agents=[{"id": "ana", **agent}]), shifts) == [kind]


def test_hours_that_only_touch_do_no_harm():
    agent = {"id": "ana", "unavailable": [(0, "14:00-22:00")], "leave": [1]}
    assert kinds(team(agents=[agent]), "e") == []


def test_a_template_asks_for_its_skills_and_weekdays():
    strict = [{"id": "early", "hours": "06:00-14:00", "skills": ["es"], "weekdays": ["tue"]}]
    assert kinds(team(templates=strict), "e") == ["skills", "weekday"]


def test_what_is_fixed_or_banned():
    pins = [
        {"agent": "ana", "day": 0, "template": "late"},
        {"agent": "ana", "day": 1, "template": None},
    ]
    bans = [{"agent": "ana", "template": "night", "days": [2]}]
    problem = team(pins=pins, bans=bans)
    assert kinds(problem, "l--n") == []
    assert kinds(problem, "een") == ["ban", "pin", "pin"]
    everywhere = team(bans=[{"agent": "ana", "template": "night"}])
    assert kinds(everywhere, "---n") == ["ban"]


TWO = [{"id": "ana"}, {"id": "ben"}]


def test_agents_on_a_template_and_at_work_at_once():
    both = [("ana", 0, "early"), ("ben", 0, "early")]
    limited = [TEMPLATES[0] | {"most": 1}]
    found = check_roster(team(agents=TWO, templates=limited), both)
    assert [entry.kind for entry in found.violations] == ["template_most"]
    found = check_roster(team(agents=TWO, most_at_once=1), both)
    assert [entry.kind for entry in found.violations] == ["most_at_once"]
    after = check_roster(
        team(agents=TWO, most_at_once=1), [("ana", 0, "early"), ("ben", 0, "late")]
    )
    assert after.violations == ()


def test_a_post_asks_for_agents_on_a_template():
    posts = [{"template": "early", "agents": 1, "days": [0]}]
    assert kinds(team(posts=posts), "l") == ["post"]
    every = check_roster(team(days=2, posts=[{"template": "early", "agents": 1}]), row("ee"))
    assert every.violations == ()


DUTY = {"id": "duty", "days": 1}


@pytest.mark.parametrize(
    ("rotation", "turns", "kind"),
    [
        ({}, [["ana"], []], "on_call"),
        ({}, [["ana"], ["ana", "ben"]], "on_call"),
        ({"agents": 2}, [["ana", "ben"], ["ana", "ana"]], "on_call"),
        ({"members": ["ben"]}, [["ben"], ["ana"]], "on_call_member"),
        ({"every": 2}, [["ana"], ["ana"]], "on_call_every"),
        ({"every": 2, "history": [["ana"]]}, [["ana"], ["ben"]], "on_call_every"),
    ],
)
def test_a_rotation_has_whom_it_asks_for(rotation, turns, kind):
    problem = team(days=2, agents=TWO, on_call=[DUTY | rotation])
    assert kinds(problem, "", {"duty": turns}) == [kind]


def test_nobody_is_on_call_in_his_leave():
    agents = [{"id": "ana", "leave": [1]}, {"id": "ben"}]
    problem = team(days=2, agents=agents, on_call=[DUTY | {"days": 2}])
    assert kinds(problem, "", {"duty": [["ana"]]}) == ["leave"]
    assert kinds(problem, "", {"duty": [["ben"]]}) == []


def test_after_being_on_call_there_is_rest():
    problem = team(days=2, agents=TWO, on_call=[DUTY | {"rest": 10 * HOUR}])
    turns = {"duty": [["ana"], ["ben"]]}
    assert kinds(problem, "ee", turns) == ["on_call_rest"]
    assert kinds(problem, "el", turns) == []
    before = DUTY | {"rest": 10 * HOUR, "history": [["ana"]]}
    problem = team(days=2, agents=TWO, on_call=[before])
    assert kinds(problem, "e", {"duty": [["ben"], ["ben"]]}) == ["on_call_rest"]


def test_rest_after_being_on_call_may_reach_over_the_periods_that_follow():
    long_ago = DUTY | {"rest": 36 * HOUR, "history": [["ana"], ["ben"]]}
    problem = team(days=2, agents=TWO, on_call=[long_ago])
    turns = {"duty": [["ben"], ["ben"]]}
    assert kinds(problem, "e", turns) == ["on_call_rest"]
    assert kinds(problem, "-e", turns) == []


# --- costs ----------------------------------------------------------------------------------------


def terms(problem, shifts, on_call=None):
    found = check_roster(problem, shifts, on_call).terms
    return {name: points for name, points in found.items() if points}


def test_paid_time_and_costs_of_templates():
    dear = [TEMPLATES[0] | {"cost": 7}, TEMPLATES[1] | {"paid": 2 * HOUR}]
    assert terms(team(templates=dear), row("el")) == {"paid": 7 + 120}


def test_wishes_cost_where_they_are_not_met():
    wishes = [
        {"agent": "ana", "points": 10, "days": [0, 1], "templates": ["early"]},
        {"agent": "ana", "points": -100, "days": [0]},
        {"agent": "ana", "points": -1000, "templates": ["late"]},
    ]
    problem = team(wishes=wishes, weights={"paid": 0, "wishes": 2})
    assert terms(problem, row("-e")) == {"wishes": 2 * 10}
    assert terms(problem, row("ll")) == {"wishes": 2 * (20 + 100 + 2000)}


def test_fairness_is_the_spread_among_those_who_share_a_contract():
    agents = [{"id": name, "contract": "k"} for name in ("ana", "ben", "cai")] + [{"id": "dov"}]
    weights = {"paid": 0, "unpopular": 7, "weekends": 100, "hours": 1000}
    problem = team(agents=agents, weights=weights)
    shifts = [("ana", 5, "late"), ("ana", 6, "late"), ("ben", 0, "early"), ("dov", 0, "late")]
    assert terms(problem, shifts) == {
        "unpopular": 7 * 2,
        "weekends": 100,
        "hours": 1000 * 16 * 60,
    }


def test_turns_on_call_are_compared_among_the_members():
    problem = team(days=3, agents=TWO, on_call=[DUTY], weights={"on_call": 5})
    turns = {"duty": [["ana"], ["ana"], ["ana"]]}
    assert terms(problem, [], turns) == {"on_call": 15}


def test_shortage_and_overstaffing_are_counted_by_the_minute():
    needs = [Need.on(0, "13:00-15:00", 1)]
    weights = {"paid": 0, "shortage": 3, "overstaffing": 10}
    problem = team(demand=needs, coverage="soft", weights=weights)
    judged = check_roster(problem, row("e"))
    assert judged.terms["shortage"] == 3 * 60
    assert judged.terms["overstaffing"] == 10 * 7 * 60
    assert judged.cost == 180 + 4200
    assert judged.coverage[0].planned == 0
    hard = team(demand=needs, weights=weights)
    assert [found.kind for found in check_roster(hard, row("e")).violations] == ["need"]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shifts", "field"),
    [
        ([("eve", 0, "early")], r"assignments\[0\].agent"),
        ([("ana", 0, "day")], r"assignments\[0\].template"),
        ([("ana", 9, "early")], r"assignments\[0\].day"),
        ([("ana", 0, "early"), ("ana", 0, "late")], r"assignments\[1\]"),
    ],
)
def test_a_roster_of_unknown_names_is_refused(shifts, field):
    with pytest.raises(ConfigurationError, match=field):
        check_roster(team(), shifts)


@pytest.mark.parametrize("entry", ["ana", ("ana", 0), None])
def test_what_is_no_assignment_is_refused(entry):
    with pytest.raises(ConfigurationError, match=r"assignments\[0\]"):
        check_roster(team(), [entry])


@pytest.mark.parametrize("turns", [{"other": []}, {"duty": [["eve"]]}, {"duty": [["ana"]] * 9}])
def test_unknown_turns_are_refused(turns):
    with pytest.raises(ConfigurationError, match="on_call"):
        check_roster(team(on_call=[DUTY]), [], turns)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"agents": []}, "agents"),
        ({"agents": TWO + TWO}, r"agents\[2\].id"),
        ({"agents": [{"id": "ana", "contract": "x"}]}, r"agents\[0\].contract"),
        ({"agents": [{"id": "ana", "templates": ["x"]}]}, r"agents\[0\].templates"),
        ({"agents": [{"id": "ana", "history": ["x"]}]}, r"agents\[0\].history"),
        ({"agents": [{"id": "ana", "leave": [7]}]}, r"agents\[0\].leave\[0\]"),
        ({"agents": [{"id": "ana", "leave": ["2026-01-05"]}]}, r"agents\[0\].leave\[0\]"),
        ({"agents": [{"id": "ana", "unavailable": [(0,)]}]}, r"agents\[0\].unavailable\[0\]"),
        ({"agents": [{"id": "ana", "unavailable": [(9, "08:00-09:00")]}]}, r"unavailable\[0\]"),
        ({"contract": {"min_paid": 2 * HOUR, "max_paid": HOUR}}, r"contracts\[0\].min_paid"),
        ({"contract": {"days_off_per_week": 8}}, r"contracts\[0\].days_off_per_week"),
        ({"contract": {"min_rest": 1.5}}, r"contracts\[0\].min_rest"),
        ({"contract": {"max_shifts": -1}}, r"contracts\[0\].max_shifts"),
        ({"pins": [{"agent": "eve", "day": 0, "template": None}]}, r"pins\[0\].agent"),
        ({"pins": [{"agent": "ana", "day": 0, "template": "x"}]}, r"pins\[0\].template"),
        ({"pins": [{"agent": "ana", "day": -1, "template": None}]}, r"pins\[0\].day"),
        (
            {
                "pins": [
                    {"agent": "ana", "day": 0, "template": None},
                    {"agent": "ana", "day": 0, "template": "late"},
                ]
            },
            r"pins\[1\]",
        ),
        ({"bans": [{"agent": "ana", "template": "x"}]}, r"bans\[0\].template"),
        ({"bans": [{"agent": "eve", "template": "late"}]}, r"bans\[0\].agent"),
        ({"posts": [{"template": "x", "agents": 1}]}, r"posts\[0\].template"),
        ({"posts": [{"template": "late", "agents": 1, "days": [8]}]}, r"posts\[0\].days\[0\]"),
        ({"wishes": [{"agent": "eve", "points": 1}]}, r"wishes\[0\].agent"),
        ({"wishes": [{"agent": "ana", "points": 0}]}, r"wishes\[0\].points"),
        ({"wishes": [{"agent": "ana", "points": 1, "templates": ["x"]}]}, r"wishes\[0\].templates"),
        ({"banned_sequences": [("late",)]}, r"banned_sequences\[0\]"),
        ({"banned_sequences": [(None, None)]}, r"banned_sequences\[0\]"),
        ({"banned_sequences": [("late", "x")]}, r"banned_sequences\[0\]"),
        ({"on_call": [DUTY | {"members": ["eve"]}]}, r"on_call\[0\].members"),
        ({"on_call": [DUTY, DUTY]}, r"on_call\[1\].id"),
        ({"on_call": [DUTY | {"days": 0}]}, r"on_call\[0\].days"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused_with_its_place(rules, field):
    with pytest.raises(ConfigurationError, match=field):
        team(**rules)


def test_days_may_be_given_as_dates():
    problem = team(starts_on="2026-01-05", agents=[{"id": "ana", "leave": ["2026-01-07"]}])
    assert problem.agents[0].leave == (2,)
    found = check_roster(problem, [("ana", "2026-01-07", "early")])
    assert [entry.day for entry in found.violations] == [2]


def test_a_date_outside_is_refused_with_the_dates_that_are_planned():
    with pytest.raises(ConfigurationError, match="2026-01-05 to 2026-01-11"):
        team(starts_on="2026-01-05", agents=[{"id": "ana", "leave": ["2026-02-07"]}])


def test_a_problem_survives_its_wire_form():
    problem = team(
        starts_on="2026-01-05",
        demand=[Need.on(0, "08:00-09:00", 1, "es")],
        banned_sequences=[("late", None, "early")],
        on_call=[DUTY],
        bans=[{"agent": "ana", "template": "late", "days": ["2026-01-06"]}],
        weights={"hours": 1},
    )
    assert RosterProblem.from_dict(problem.to_dict()) == problem
