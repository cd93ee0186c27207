"""The bound of the relaxation holds whatever the prices, and its whole search keeps all rules."""

import random

import numpy as np
import pytest
from test_part import cheapest, problems, whole

from assignwork.solver import NOBODY, Holder, Judge, OpenItem, Problem, Weights
from assignwork.solver._relaxation import relax, safe_bound, solve_whole


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_is_never_above_the_optimum(seed):
    tight = 0
    for problem, judge, start in problems(100 + seed, 40):
        _, _, _, rows = whole(judge, start)
        relaxed = relax(rows)
        best = cheapest(problem, judge)
        bound = judge.evaluate(start).total + relaxed.bound - rows.constant
        assert bound <= best, problem
        tight += bound == best
    assert tight > 20


def test_any_prices_give_a_bound():
    source = np.random.default_rng(3)
    for problem, judge, start in problems(200, 30):
        _, _, _, rows = whole(judge, start)
        best = cheapest(problem, judge) - judge.evaluate(start).total + rows.constant
        for scale in (0.0, 0.7, 40.0, 1e6):
            bound, _ = safe_bound(rows, source.normal(0.0, scale or 1e-9, len(rows.low)))
            assert bound <= best, problem


def test_a_pair_raises_the_bound_by_its_reduced_cost():
    for problem, judge, start in problems(300, 40):
        space, standing, items, rows = whole(judge, start)
        if not len(items):
            continue
        relaxed = relax(rows)
        before = judge.evaluate(start).total
        # What an optimum takes costs no more than the optimum leaves above the bound.
        best = cheapest(problem, judge) - before + rows.constant
        kept = (relaxed.reduced <= best - relaxed.bound) | (rows.hint[: len(rows.pairs.item)] > 0)
        changes = solve_whole(space.rows(standing, items, rows.pairs.only(kept)), 5.0)
        outcome = list(start)
        for place, holder in changes.items():
            outcome[place] = holder
        assert not judge.violations(outcome), problem
        assert judge.evaluate(outcome).total - before + rows.constant == best, problem


def test_costs_of_nearly_64_bits_still_give_a_bound():
    items = [OpenItem(f"i{n}", "t", urgency=2**12 + n) for n in range(4)]
    weights = Weights(unassigned=2**31 - 1, spread="lexicographic")
    judge = Judge(Problem(items, [Holder("a", 2, ["t"])], weights))
    start = [NOBODY] * 4
    _, _, _, rows = whole(judge, start)
    relaxed = relax(rows)
    best = judge.evaluate([NOBODY, NOBODY, 0, 0]).total
    assert relaxed.bound <= best


def test_shares_add_up_to_one_per_item():
    for _, judge, start in problems(400, 10, features=["weights", "limits"]):
        _, _, items, rows = whole(judge, start)
        relaxed = relax(rows)
        sums = np.bincount(rows.pairs.item, weights=relaxed.share, minlength=len(items))
        assert np.allclose(sums, 1)


def test_a_search_without_time_or_without_choice_finds_nothing_wrong():
    source = random.Random(8)
    items = [
        OpenItem(f"i{n}", "t", weights={f"a{k}": source.randint(1, 9) for k in range(3)})
        for n in range(30)
    ]
    judge = Judge(Problem(items, [Holder(f"a{k}", 20, ["t"]) for k in range(3)]))
    start = [NOBODY] * 30
    space, standing, free, rows = whole(judge, start)
    changes = solve_whole(rows, 0.0)
    assert not judge.violations([changes.get(place, NOBODY) for place in range(30)])
    none = space.rows(standing, free, rows.pairs.only(rows.pairs.item < 0))
    assert solve_whole(none, 1.0) == {}
