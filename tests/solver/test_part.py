"""A part over all items reaches the optimum that trying all outcomes finds."""

import random
from itertools import product

import numpy as np
import pytest

from assignwork.errors import AssignworkError, InfeasiblePinError
from assignwork.solver import NOBODY, Holder, Judge, OpenItem, Problem, Weights
from assignwork.solver._columns import Columns
from assignwork.solver._part import FEASIBLE, INFEASIBLE, OPTIMAL, solve_part
from assignwork.solver._pins import pinned_present
from assignwork.solver._rows import Space
from assignwork.solver._standing import Standing
from assignwork.testing.generation._problems import generate_problem


def cheapest(problem, judge):
    outcomes = product(range(NOBODY, len(problem.agents)), repeat=len(problem.items))
    return min(judge.evaluate(o).total for o in outcomes if not judge.violations(o))


def problems(seed, count, **options):
    """Made-up problems whose pins can be kept, with their judge and an outcome that keeps them."""
    source = random.Random(seed)
    while count:
        problem = generate_problem(source, **options)
        judge = Judge(problem)
        try:
            start = pinned_present(judge)
        except InfeasiblePinError:
            continue
        count -= 1
        yield problem, judge, start


def whole(judge, start):
    space = Space(Columns(judge.problem, judge))
    standing = Standing(judge, start)
    items = np.arange(len(space.columns.free))
    return space, standing, items, space.rows(standing, items, space.pairs(items, start))


def after(start, part):
    outcome = list(start)
    for place, holder in part.changes.items():
        outcome[place] = holder
    return outcome


@pytest.mark.parametrize("seed", range(5))
def test_reaches_the_optimum_of_all_outcomes(seed):
    for problem, judge, start in problems(seed, 40):
        _, standing, _, rows = whole(judge, start)
        part = solve_part(rows, standing, deterministic=5.0)
        outcome = after(start, part)
        best = cheapest(problem, judge)
        before = judge.evaluate(start).total
        assert not judge.violations(outcome), problem
        assert part.status == OPTIMAL
        assert judge.evaluate(outcome).total == before + part.change == best, problem
        assert before + part.bound == best


def test_parts_of_the_items_keep_all_rules_and_never_lose():
    source = random.Random(5)
    gained = 0
    for problem, judge, start in problems(21, 50, items=6):
        space, standing, items, _ = whole(judge, start)
        for _ in range(3):
            some = np.array([item for item in items if source.random() < 0.6], dtype=np.int64)
            among = np.array([source.random() < 0.7 for _ in problem.agents], dtype=bool)
            before = judge.evaluate(standing.outcome).total
            pairs = space.pairs(some, standing.outcome, among)
            part = solve_part(space.rows(standing, some, pairs), standing, deterministic=1.0)
            assert part.status in {OPTIMAL, INFEASIBLE}, problem
            standing.apply(part.changes)
            assert not judge.violations(standing.outcome), problem
            assert judge.evaluate(standing.outcome).total == before + part.change <= before
            gained += part.change < 0
    assert gained > 20


def test_the_hint_keeps_all_rows():
    for _, judge, start in problems(33, 150):
        _, _, _, rows = whole(judge, start)
        lengths = np.diff(rows.starts)
        row = np.repeat(np.arange(len(rows.low)), lengths)
        sums = np.zeros(len(rows.low), dtype=np.int64)
        np.add.at(sums, row, rows.factor * rows.hint[rows.column])
        assert (rows.low <= sums).all()
        assert (sums <= rows.high).all()
        assert int((rows.cost * rows.hint).sum()) == rows.constant


def test_what_can_be_held_by_nobody_else_is_a_part_without_choice():
    problem = Problem([OpenItem("i", "t", fixed=True)], [Holder("a", 1, ["t"])])
    judge = Judge(problem)
    _, standing, items, rows = whole(judge, [NOBODY])
    assert len(items) == 0
    part = solve_part(rows, standing, deterministic=1.0)
    assert (part.changes, part.change, part.bound) == ({}, 0, 0)


def test_a_part_without_any_holder_is_infeasible():
    problem = Problem([OpenItem("i", "t")], [Holder("a", 1, ["t"])])
    judge = Judge(problem)
    space, standing, items, rows = whole(judge, [NOBODY])
    none = space.rows(standing, items, rows.pairs.only(np.zeros(len(rows.pairs.item), dtype=bool)))
    assert solve_part(none, standing, deterministic=1.0).status == INFEASIBLE


def test_an_invalid_model_is_an_error_with_the_solver_s_words():
    problem = Problem([OpenItem("i", "t")], [Holder("a", 1, ["t"])])
    judge = Judge(problem)
    _, standing, _, rows = whole(judge, [NOBODY])
    broken = rows._replace(column=rows.column + 1000)
    with pytest.raises(AssignworkError, match="the solver refuses a model of"):
        solve_part(broken, standing, deterministic=1.0)


def test_a_short_limit_still_answers():
    items = [OpenItem(f"i{n}", "t", weight=1 + n % 7, costs={"a0": n % 5}) for n in range(60)]
    agents = [Holder(f"a{n}", 11 + n, ["t"]) for n in range(8)]
    judge = Judge(Problem(items, agents))
    start = [NOBODY] * 60
    _, standing, _, rows = whole(judge, start)
    part = solve_part(rows, standing, deterministic=0.01)
    assert part.status in {OPTIMAL, FEASIBLE}
    assert not judge.violations(after(start, part))
    assert part.bound <= part.change <= 0


def test_large_costs_are_exact():
    items = [OpenItem(f"i{n}", "t", urgency=2**10 + n, costs={"a": n}) for n in range(3)]
    weights = Weights(unassigned=2**31 - 1, spread="lexicographic")
    judge = Judge(Problem(items, [Holder("a", 2, ["t"])], weights))
    start = [NOBODY] * 3
    _, standing, _, rows = whole(judge, start)
    part = solve_part(rows, standing, deterministic=1.0)
    outcome = after(start, part)
    assert outcome == [NOBODY, 0, 0]
    assert judge.evaluate(outcome).total == judge.evaluate(start).total + part.bound
