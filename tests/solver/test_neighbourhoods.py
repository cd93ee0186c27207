"""Neighbourhoods: never worse, within all rules, the same everywhere, further with more time."""

import os
import subprocess
import sys

import pytest
from test_part import cheapest, problems

from assignwork.solver import NOBODY, Holder, Judge, OpenItem, Problem, Weights
from assignwork.solver import _neighbourhoods as neighbourhoods
from assignwork.solver._limits import Limits
from assignwork.solver._neighbourhoods import improve


def a_desk(items=80, agents=8, **options):
    """Teams that share agents, with limits, sets and weights that depend on the agent."""
    return Problem(
        items=[
            OpenItem(
                f"i{n}",
                f"t{n % 3}",
                urgency=1 + n * 7 % 5,
                weight=1 + n % 3,
                channel=("chat", "voice")[n % 2],
                owner=f"a{n * 5 % agents}" if n % 3 == 0 else None,
                weights={f"a{n * 11 % agents}": 1 + n % 4} if n % 2 else {},
                costs={f"a{n * 13 % agents}": n % 30 - 15},
            )
            for n in range(items)
        ],
        agents=[
            Holder(
                f"a{k}",
                capacity=12 + k % 7,
                primary=[f"t{k % 3}"],
                secondary=[f"t{(k + 1) % 3}"],
                channel_limits={"voice": 6 + k % 3},
            )
            for k in range(agents)
        ],
        together=[[f"i{n}", f"i{n + 3}"] for n in range(0, 30, 10)],
        weights=Weights(fairness=3),
        **options,
    )


def test_tiny_problems_are_solved_to_the_optimum():
    for problem, judge, start in problems(600, 60):
        found = improve(judge, start, Limits(None, 5.0))
        best = cheapest(problem, judge)
        assert not judge.violations(found.outcome), problem
        assert (found.total, found.optimal, found.bound) == (best, True, best), problem


def test_groups_alone_come_near_the_optimum(monkeypatch):
    monkeypatch.setattr(neighbourhoods, "SMALL", 0)
    monkeypatch.setattr(neighbourhoods, "PATIENCE", 15)
    reached = 0
    for problem, judge, start in problems(700, 30):
        before = judge.evaluate(start).total
        found = improve(judge, start, Limits(None, 0.05), bound=-(10**9))
        best = cheapest(problem, judge)
        assert not judge.violations(found.outcome), problem
        assert best <= found.total <= before
        assert judge.evaluate(found.outcome).total == found.total
        if found.optimal:
            assert found.total == best == found.bound
        reached += found.total == best
    assert reached > 22


def test_a_larger_problem_keeps_all_rules_and_gets_better():
    problem = a_desk(max_moves=25, max_moves_per_agent=9)
    judge = Judge(problem)
    assert not judge.violations(problem.present)
    found = improve(judge, problem.present, Limits(None, 0.4))
    assert not judge.violations(found.outcome)
    assert found.total == judge.evaluate(found.outcome).total
    assert found.total < judge.evaluate(problem.present).total * 0.8
    assert found.bound is None or found.bound <= found.total


def test_more_deterministic_time_only_goes_on(monkeypatch):
    monkeypatch.setattr(neighbourhoods, "SMALL", 0)
    judge = Judge(a_desk())
    totals = [
        improve(judge, judge.present, Limits(None, limit)).total for limit in (0.01, 0.05, 0.2)
    ]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] < totals[0]


def test_groups_side_by_side_share_no_agent(monkeypatch):
    monkeypatch.setattr(neighbourhoods, "SMALL", 0)
    judge = Judge(a_desk(max_moves=10))
    found = [improve(judge, judge.present, Limits(None, 0.1), workers=3) for _ in range(2)]
    assert not judge.violations(found[0].outcome)
    assert found[0] == found[1]


def test_a_bound_that_is_met_ends_it():
    judge = Judge(a_desk(30, 4))
    total = judge.evaluate(judge.present).total
    found = improve(judge, judge.present, Limits(None, 5.0), bound=total)
    assert (found.outcome, found.optimal, found.rounds) == (list(judge.present), True, 0)


def test_wall_time_is_kept():
    judge = Judge(a_desk(400, 30))
    limits = Limits(0.3, None)
    found = improve(judge, judge.present, limits)
    assert limits.seconds < 3
    assert not judge.violations(found.outcome)


@pytest.mark.parametrize("problem", [Problem([], []), Problem([OpenItem("i", "t")], [])])
def test_nothing_to_decide(problem):
    judge = Judge(problem)
    found = improve(judge, judge.present, Limits(None, 1.0))
    assert found.outcome == [NOBODY] * len(problem.items)
    assert found.optimal


PRINTS = """
import sys
sys.path.insert(0, sys.argv[1])
from test_neighbourhoods import a_desk
from assignwork.solver import Judge, _neighbourhoods
from assignwork.solver._limits import Limits
from assignwork.solver._pairs import solve_pairs
judge = Judge(a_desk(50, 6))
_neighbourhoods.SMALL = 0
for engine in (_neighbourhoods.improve, solve_pairs):
    limits = Limits(None, 0.06)
    print(engine(judge, judge.present, limits), limits.spent)
"""


def test_the_same_in_every_process():
    folder = os.path.dirname(__file__)  # noqa: PTH120  # for another process's path
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINTS, folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert "Improved" in printed.pop()
