"""The engine for weights that depend on the agent."""

import random

from test_neighbourhoods import a_desk
from test_part import cheapest, problems

from assignwork.solver import NOBODY, Holder, Judge, OpenItem, Problem, Weights
from assignwork.solver import _pairs as pairs
from assignwork.solver._limits import Limits
from assignwork.solver._pairs import solve_pairs

MISSING = 10_000


def assignment(items, agents, seed):
    """Light is dear, and capacities are tight: a generalized assignment problem."""
    source = random.Random(seed)
    weights = [[source.randint(1, 100) for _ in range(agents)] for _ in range(items)]
    return Problem(
        items=[
            OpenItem(
                f"i{n}",
                "t",
                urgency=MISSING,
                weights={f"a{k}": w for k, w in enumerate(row)},
                costs={f"a{k}": 111 - w + source.randint(-10, 10) for k, w in enumerate(row)},
            )
            for n, row in enumerate(weights)
        ],
        agents=[
            Holder(f"a{k}", int(0.8 * sum(row[k] for row in weights) / agents), ["t"])
            for k in range(agents)
        ],
        weights=Weights(unassigned=1, fairness=0),
    )


def test_tiny_problems_are_solved_to_the_optimum():
    for problem, judge, start in problems(800, 50):
        found = solve_pairs(judge, start, Limits(None, 5.0))
        best = cheapest(problem, judge)
        assert not judge.violations(found.outcome), problem
        assert found.total == judge.evaluate(found.outcome).total
        assert found.bound <= best, problem
        assert found.total == best, problem
        assert not found.optimal or found.bound == best


def test_a_generalized_assignment_comes_close_to_its_bound():
    judge = Judge(assignment(40, 4, 1))
    found = solve_pairs(judge, judge.present, Limits(None, 0.4))
    assert not judge.violations(found.outcome)
    assert NOBODY not in found.outcome
    assert found.bound <= found.total <= found.bound * 1.02


def test_more_deterministic_time_only_goes_on():
    judge = Judge(assignment(30, 4, 2))
    totals = [solve_pairs(judge, judge.present, Limits(None, x)).total for x in (0.05, 0.3)]
    assert totals == sorted(totals, reverse=True)


def test_wall_time_with_two_workers():
    judge = Judge(assignment(80, 8, 3))
    limits = Limits(1.0, None)
    found = solve_pairs(judge, judge.present, limits, workers=2)
    assert not judge.violations(found.outcome)
    assert found.total < judge.evaluate(judge.present).total
    assert limits.seconds < 4


def test_rules_of_all_kinds_at_once():
    judge = Judge(a_desk(max_moves=20, max_moves_per_agent=6))
    found = solve_pairs(judge, judge.present, Limits(None, 0.2))
    assert not judge.violations(found.outcome)
    assert found.bound <= found.total < judge.evaluate(judge.present).total


def test_without_time_all_stays_as_it_is():
    judge = Judge(a_desk(30, 4))
    found = solve_pairs(judge, judge.present, Limits(0.0, None))
    assert found.outcome == list(judge.present)


def test_too_many_pairs_for_a_relaxation_go_to_neighbourhoods(monkeypatch):
    monkeypatch.setattr(pairs, "LARGEST", 10)
    judge = Judge(a_desk(30, 4))
    found = solve_pairs(judge, judge.present, Limits(None, 0.3))
    assert not judge.violations(found.outcome)
    assert found.total < judge.evaluate(judge.present).total
