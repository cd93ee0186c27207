"""A budget of moves: a price per move, found by bisection over flows.

With a price on each move the budget needs no constraint. The dearest price at which the optimum
still moves too much, and the cheapest at which it does not, enclose the budget; what lies between
the two answers is taken chain by chain, best gain per move first. Each price also gives a bound:
the flow's cost less price times budget (Lagrangian duality).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Columns
from assignwork.solver._flow import Prices, solve_flow
from assignwork.solver._limits import Limits
from assignwork.solver._repair import repaired
from assignwork.solver._standing import Standing, bundles
from assignwork.solver.evaluation import NOBODY, Judge

FINE = 500  # how much finer than the price itself it is looked for


class Priced(NamedTuple):
    """Holders of all items within the budget, a bound, and what the last move was worth."""

    outcome: list[int]
    bound: int
    price: int
    exact: bool
    fewest: bool = False
    prices: Prices | None = None


def solve_priced(columns: Columns, limits: Limits) -> Priced:
    """The best outcome found with at most `max_moves` moves."""
    problem = columns.problem
    judge = columns.judge
    budget = problem.max_moves
    if budget is None:
        found = solve_flow(columns, limits)
        return Priced(found.outcome, found.bound, 0, *found[2:])
    free = solve_flow(columns, limits)
    if moves_of(judge, free.outcome) <= budget:
        return Priced(free.outcome, free.bound, 0, *free[2:])
    low, much = 0, free
    bound = free.bound
    high = _dearest(columns)
    little = solve_flow(columns, limits, price=high)
    bound = max(bound, little.bound - high * budget)
    best = repaired(judge, little.outcome)
    while high - low > max(1, low // FINE) and not limits.reached:
        price = (low + high) // 2
        found = solve_flow(columns, limits, price=price)
        bound = max(bound, found.bound - price * budget)
        if moves_of(judge, found.outcome) > budget:
            low, much = price, found
        else:
            high, little = price, found
    for answer in (little, much):
        fill = _filled(judge, best, answer.outcome)
        if judge.evaluate(fill).total < judge.evaluate(best).total:
            best = fill
    fill = _filled(judge, repaired(judge, little.outcome), much.outcome)
    if judge.evaluate(fill).total < judge.evaluate(best).total:
        best = fill
    return Priced(best, bound, high, exact=False)


def _dearest(columns: Columns) -> int:
    """A price at which nothing with an owner moves, pins apart."""
    spans = [int(hub.cost.max(initial=0)) - int(hub.cost.min(initial=0)) for hub in columns.hubs]
    weights = columns.weights
    tops = int(columns.left.max(initial=0)) + max(spans, default=0) + weights.affinity
    steepest = (
        weights.step(10) if weights.spread != "convex" else weights.step(1 + _tenths(columns))
    )
    return 2 * (tops + steepest * int(columns.weight.max(initial=1))) + 1


def _tenths(columns: Columns) -> int:
    load = columns.base + columns.room
    return int((-(-10 * load // columns.capacity)).max(initial=10)) if columns.count else 10


def moves_of(judge: Judge, outcome: Sequence[int]) -> int:
    """Items that have left their owner."""
    present = np.array(judge.present)
    return int(((present != NOBODY) & (present != np.array(outcome))).sum())


def _filled(judge: Judge, start: Sequence[int], towards: Sequence[int]) -> list[int]:
    """As many chains of the way from one outcome to another as gain and keep the budget."""
    standing = Standing(judge, start)
    rest = bundles(start, towards)
    while rest:
        worth = []
        for part in rest:
            gain = -standing.delta(part)
            if gain > 0:
                worth.append((gain / max(1, _moves(standing, part)), min(part), part))
        if not worth:
            break
        worth.sort(key=lambda entry: (-entry[0], entry[1]))
        taken = False
        rest = []
        for _, _, part in worth:
            if standing.delta(part) < 0 and standing.fits(part):
                standing.apply(part)
                taken = True
            else:
                rest.append(part)
        if not taken:
            break
    return standing.outcome


def _moves(standing: Standing, part: dict[int, int]) -> int:
    before = standing.moved
    back = {place: standing.outcome[place] for place in part}
    standing.apply(part)
    after = standing.moved
    standing.apply(back)
    return after - before
