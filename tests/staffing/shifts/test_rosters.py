"""Rosters: the best of all there are, within the limits, the same on every run."""

import attrs
import pytest
from cases import best, cases

from assignwork.errors import ConfigurationError
from assignwork.staffing import Need, RosterProblem, check_roster, plan_roster
from assignwork.staffing.shifts import _improving, _solving

HOUR = 3600
EARLY, LATE, NIGHT = (
    {"id": "early", "hours": "06:00-14:00"},
    {"id": "late", "hours": "14:00-22:00", "unpopular": True},
    {"id": "night", "hours": "22:00-06:00", "night": True, "unpopular": True},
)


def team(days, *agents, **rules):
    rules.setdefault("demand", [])
    rules.setdefault("templates", [EARLY, LATE, NIGHT])
    return RosterProblem(days=days, agents=agents, **rules)


def week(count=6, **rules):
    """A week with a night each day, and somebody on leave."""
    needs = [
        need
        for day in range(7)
        for need in (
            Need.on(day, "08:00-12:00", 2),
            Need.on(day, "16:00-20:00", 1, "es"),
            Need.on(day, "23:00-05:00", 1),
        )
        if need.end <= 7 * 24 * HOUR
    ]
    agents = [
        {"id": f"a{i}", "skills": ["es"] if i % 2 else [], "contract": "k"} for i in range(count)
    ]
    contract = {"id": "k", "min_rest": 11 * HOUR, "max_paid_per_week": 40 * HOUR}
    return team(7, *agents, demand=needs, contracts=[contract], **rules)


def fortnight():
    """Large enough not to be solved at once."""
    needs = [
        Need.on(day, f"{hour:02}:00-{hour + 1:02}:00", 1 + (hour * 7 + day * 3) % 4, skill)
        for day in range(14)
        for hour in range(7, 21)
        for skill in (None, "es")
        if skill is None or hour % 3 == day % 3
    ]
    agents = [
        {"id": f"a{i}", "skills": ["es"] if i % 2 else [], "contract": "k", "leave": [i % 14]}
        for i in range(9)
    ]
    fields = {"min_rest": 11 * HOUR, "max_paid_per_week": 40 * HOUR, "max_days_in_a_row": 5}
    contracts = [{"id": "k", "days_off_in_a_row": 2, **fields}]
    return team(14, *agents, demand=needs, contracts=contracts, coverage="soft")


@pytest.mark.parametrize("found", cases(130), ids=lambda found: f"{found.days} days")
def test_a_roster_costs_as_little_as_the_best_of_all(found):
    roster = plan_roster(found, explain=False)
    expected = best(found)
    if expected is None:
        assert roster.status == "infeasible"
    else:
        assert (roster.status, roster.cost, roster.bound) == ("optimal", expected, expected)


def test_part_after_part_keeps_all_rules_and_never_gets_worse(monkeypatch):
    monkeypatch.setattr(_improving, "WHOLE_OF_FEW", 1e-6)
    told = []
    roster = plan_roster(fortnight(), deterministic_limit=0.4, on_progress=told.append)
    assert roster.found
    assert not check_roster(roster.problem, roster.assignments).violations
    costs = [progress.cost for progress in told]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == len(costs) > 3
    assert roster.cost == costs[-1] >= roster.bound
    assert all(progress.bound <= roster.bound for progress in told)
    assert [progress.found for progress in told] == list(range(1, len(told) + 1))


def test_a_large_roster_is_planned_day_by_day_before_the_whole(monkeypatch):
    monkeypatch.setattr(_improving, "FEW", 100)
    told = []
    roster = plan_roster(fortnight(), deterministic_limit=0.4, on_progress=told.append)
    assert roster.found
    assert roster.gap < 0.5
    assert all(progress.bound <= roster.cost for progress in told)
    impossible = attrs.evolve(fortnight(), coverage="hard")
    assert plan_roster(impossible, explain=False).status == "infeasible"


def test_a_large_roster_for_which_no_time_is_left_is_tried_but_once(monkeypatch):
    monkeypatch.setattr(_improving, "FEW", 100)
    runs = []

    def solve(*args):
        runs.append(args)
        return _solving.solve(*args)

    monkeypatch.setattr(_improving, "solve", solve)
    roster = plan_roster(fortnight(), time_limit=1e-4)
    assert len(runs) == 1
    assert not roster.found or roster.bound == 0


def test_a_longer_limit_gives_no_worse_a_roster(monkeypatch):
    monkeypatch.setattr(_improving, "WHOLE_OF_FEW", 1e-6)
    costs = [plan_roster(fortnight(), deterministic_limit=limit).cost for limit in (0.1, 0.3, 1.0)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_with_a_deterministic_limit_two_runs_give_the_same_roster(monkeypatch):
    monkeypatch.setattr(_improving, "WHOLE_OF_FEW", 1e-6)
    first, second = (plan_roster(fortnight(), deterministic_limit=0.3) for _ in range(2))
    assert first.assignments == second.assignments
    assert first.deterministic_seconds == second.deterministic_seconds


def test_the_time_limit_ends_the_search_with_what_was_found():
    needs = [need for day in range(28) for need in _hours(day, 8)]
    agents = [{"id": f"a{i}", "contract": "k"} for i in range(25)]
    contract = {"id": "k", "min_rest": 11 * HOUR, "max_paid_per_week": 40 * HOUR}
    large = team(28, *agents, demand=needs, contracts=[contract], coverage="soft")
    roster = plan_roster(large, time_limit=3.0)
    assert roster.found
    assert roster.seconds < 6.0
    assert 0 <= roster.bound <= roster.cost


def _hours(day, agents):
    return [Need.on(day, f"{h:02}:00-{h + 1:02}:00", agents + h % 3) for h in range(6, 22)]


def test_the_time_limit_holds_for_the_explanation_too():
    needs = [
        Need.on(day, f"{hour:02}:{minute:02}-{hour:02}:{minute + 15:02}", 24)
        for day in range(28)
        for hour in range(6, 22)
        for minute in (0, 15, 30)
    ]
    agents = [{"id": f"a{i}", "contract": "k"} for i in range(50)]
    contract = {"id": "k", "min_rest": 11 * HOUR, "max_paid_per_week": 24 * HOUR}
    roster = plan_roster(team(28, *agents, demand=needs, contracts=[contract]), time_limit=4.0)
    assert not roster.found
    assert roster.seconds < 8.0


def test_all_the_time_that_is_left_is_spent_on_finding_any_roster(monkeypatch):
    for share in ("FIRST", "WHOLE_OF_FEW"):
        monkeypatch.setattr(_improving, share, 1e-9)
    assert plan_roster(week(40)).found


def test_paid_time_may_be_longer_than_the_shift():
    guard = {"id": "guard", "hours": "00:00-24:00", "paid": 60 * HOUR}
    needs = [Need.on(day, "08:00-09:00", 1) for day in range(3)]
    people = [{"id": "ana"}, {"id": "ben", "leave": [0, 1, 2]}]
    weights = {"hours": 1}
    roster = plan_roster(team(3, *people, templates=[guard], demand=needs, weights=weights))
    assert (roster.status, roster.terms["hours"]) == ("optimal", 3 * 60 * 60)


@pytest.mark.parametrize("members", [None, ["ben"]])
@pytest.mark.parametrize("history", [[["ana"], ["ben"]], [["ana"]]])
def test_rest_after_being_on_call_long_ago_is_kept(history, members):
    duty = {"id": "duty", "days": 1, "rest": 36 * HOUR, "history": history, "members": members}
    people = [{"id": "ana"}, {"id": "ben"}]
    assert plan_roster(team(1, *people, on_call=[duty])).found
    pins = [{"agent": "ana", "day": 0, "template": "early"}]
    found = plan_roster(team(1, *people, on_call=[duty], pins=pins))
    assert {clash.kind for clash in found.conflict.clashes} == {"pin", "on_call_rest"}


@pytest.mark.parametrize("of", ["of", "history"])
def test_a_roster_knows_only_its_agents(of):
    roster = plan_roster(team(1, {"id": "ana"}))
    with pytest.raises(ConfigurationError, match=r"'anna' is not an agent.*did you mean 'ana'"):
        getattr(roster, of)("anna")


def test_progress_is_told_to_functions_only():
    with pytest.raises(ConfigurationError, match="on_progress"):
        plan_roster(team(1, {"id": "ana"}), on_progress=3)


def test_no_roster_within_the_time_is_said_so():
    roster = plan_roster(week(40), time_limit=1e-4)
    assert (roster.status, roster.assignments, roster.gap) == ("stopped", (), None)
    assert "no roster was found" in str(roster)


@pytest.mark.parametrize("name", ["time_limit", "deterministic_limit", "workers"])
@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan"), "1"])
def test_limits_are_finite_and_above_zero(name, value):
    with pytest.raises(ConfigurationError, match=name):
        plan_roster(week(), **{name: value})


def test_several_threads_find_the_same_cost():
    assert plan_roster(week(), workers=2).cost == plan_roster(week()).cost


def test_without_explanation_a_conflict_is_only_told():
    impossible = team(1, {"id": "a"}, demand=[Need.on(0, "08:00-09:00", 2)])
    assert plan_roster(impossible, explain=False).conflict is None
    assert plan_roster(impossible).conflict is not None


def test_an_agent_with_two_skills_counts_once_at_a_time():
    needs = [Need.on(0, "08:00-09:00", 1, skill) for skill in ("es", "fr")]
    both, one = {"id": "both", "skills": ["es", "fr"]}, {"id": "one", "skills": ["fr"]}
    assert plan_roster(team(1, both, demand=needs)).status == "infeasible"
    assert plan_roster(team(1, both, one, demand=needs)).status == "optimal"


def test_an_agent_with_two_skills_serves_one_after_the_other():
    needs = [Need.on(0, "08:00-09:00", 1, "es"), Need.on(0, "09:00-10:00", 1, "fr")]
    roster = plan_roster(team(1, {"id": "both", "skills": ["es", "fr"]}, demand=needs))
    assert roster.of("both") == {0: "early"}


def test_a_night_covers_the_hours_after_midnight():
    roster = plan_roster(team(2, {"id": "a"}, demand=[Need.on(1, "01:00-05:00", 1)]))
    assert roster.of("a") == {0: "night"}


def test_a_night_before_the_first_day_covers_its_first_hours():
    roster = plan_roster(
        team(1, {"id": "a", "history": ["night"]}, demand=[Need.on(0, "01:00-05:00", 1)])
    )
    assert (roster.status, roster.assignments) == ("optimal", ())


def test_what_was_planned_is_the_history_of_the_next_days():
    roster = plan_roster(
        team(2, {"id": "a", "history": ["early"]}, demand=[Need.on(1, "15:00-16:00", 1)])
    )
    assert roster.history("a") == ("early", None, "late")


def test_soft_coverage_leaves_out_what_costs_more_than_it_is_worth():
    needs = [Need.on(0, "08:00-09:00", 1), Need.on(0, "15:00-15:01", 1)]
    problem = team(1, {"id": "a"}, {"id": "b"}, demand=needs, coverage="soft")
    roster = plan_roster(problem)
    assert [entry.template for entry in roster.assignments] == ["early"]
    assert roster.terms["shortage"] == 20
    dear = attrs.evolve(problem, weights={"shortage": 1000})
    assert plan_roster(dear).terms["shortage"] == 0


def test_without_weights_any_roster_is_the_best():
    nothing = dict.fromkeys(("paid", "wishes", "unpopular", "weekends", "on_call"), 0)
    problem = team(1, {"id": "a"}, demand=[Need.on(0, "08:00-09:00", 1)], weights=nothing)
    roster = plan_roster(problem)
    assert (roster.status, roster.cost, roster.of("a")) == ("optimal", 0, {0: "early"})


def test_more_than_one_on_call_at_a_time():
    agents = [{"id": name} for name in "abc"]
    roster = plan_roster(team(2, *agents, on_call=[{"id": "d", "days": 1, "agents": 2}]))
    assert [len(set(turn.agents)) for turn in roster.on_call] == [2, 2]


def test_turns_on_call_are_shared_fairly():
    agents = [{"id": name} for name in "abc"]
    roster = plan_roster(team(6, *agents, on_call=[{"id": "d", "days": 1}]))
    on_call = [turn.agents[0] for turn in roster.on_call]
    assert sorted(map(on_call.count, "abc")) == [2, 2, 2]


def test_unpopular_shifts_are_shared_fairly():
    needs = [Need.on(day, "15:00-16:00", 1) for day in range(4)]
    agents = [{"id": name} for name in "ab"]
    roster = plan_roster(team(4, *agents, demand=needs))
    assert [len(roster.of(name)) for name in "ab"] == [2, 2]
    careless = plan_roster(team(4, *agents, demand=needs, weights={"unpopular": 0}))
    assert careless.cost == roster.cost
