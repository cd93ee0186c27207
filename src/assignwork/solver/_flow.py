"""Flow engines: exact for unit weights, weight class by weight class otherwise.

With equal weights one flow is the optimum. With several, its relaxation gives a bound and, rounded
down, a start; then each weight class, heaviest first, is solved exactly on what the others leave,
and each agent's mix of weights by a knapsack, until a whole sweep improves nothing. Every step's
answers include what was there, so none makes it worse.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._limits import Limits
from assignwork.solver._network import Answer, Network
from assignwork.solver._prices import distances
from assignwork.solver._refill import Refill

SWEEPS = 4
WORK = 2e-7  # deterministic seconds for each arc of a flow: about what they take
KNAPSACK = 2e-4  # likewise for each agent of a refill


class Found(NamedTuple):
    """Holders of all items of the problem, and what is known of the optimum.

    `bound` is of the objective, the price of moves included. `exact`: it is the optimum; `fewest`:
    of all optima one that changes fewest items. `prices`: the relaxation's, where there is one.
    """

    outcome: list[int]
    bound: int
    exact: bool
    fewest: bool = False
    prices: Prices | None = None


class Prices(NamedTuple):
    """What the relaxation says a unit of each agent's load is worth, times `scale`."""

    each: Numbers
    scale: int


def standing_cost(columns: Columns) -> int:
    """What cannot change: items that are not free, and the load that does not move."""
    judge = columns.judge
    free = np.zeros(len(columns.outcome), dtype=bool)
    free[columns.free] = True
    total = sum(
        judge.cost(place, int(columns.outcome[place])) for place in np.flatnonzero(~free).tolist()
    )
    weights = columns.weights
    if weights.fairness:
        for agent, base in zip(columns.problem.agents, columns.base.tolist(), strict=True):
            total += weights.held(agent.capacity, base)
    return total


def solve_flow(columns: Columns, limits: Limits, *, price: int = 0, sweeps: int = SWEEPS) -> Found:
    """The optimum where weights are equal, else the sweeps' answer with the relaxation's bound.

    Parameters
    ----------
    columns : Columns
    limits : Limits
        Looked at between flows; a flow that was begun runs to its end.
    price : int
        Added to the cost of each move.
    """
    every = np.arange(len(columns.free), dtype=np.int64)
    kinds = np.unique(columns.weight)
    standing = standing_cost(columns)
    nobody = np.full(len(every), -1, dtype=np.int64)
    if len(kinds) <= 1:
        network = Network(columns, every, nobody, price=price)
        answer = _solved(network, limits)
        outcome = whole(columns, answer.holders)
        return Found(outcome, standing + answer.cost, exact=True, fewest=network.fewest)
    relaxation = Network(columns, every, nobody, price=price, relaxed=True)
    answer = _solved(relaxation, limits)
    holders = answer.holders.copy()
    best: int | None = None
    for _ in range(sweeps):
        total = 0
        for kind in kinds[::-1].tolist():
            chosen = np.flatnonzero(columns.weight == kind)
            part = _solved(Network(columns, chosen, holders, price=price), limits)
            holders[chosen] = part.holders
            total = part.cost
        if (best is not None and total >= best) or limits.reached:
            break
        best = total
        if not columns.odd:
            refill = Refill(columns, whole(columns, holders), price)
            refill.run(limits)
            limits.charge(columns.count * KNAPSACK)
            holders = np.array(refill.standing.outcome, dtype=np.int64)[columns.free]
    first = relaxation.agent_node(0)
    prices = Prices(distances(relaxation)[first : first + columns.count], relaxation.scale)
    return Found(whole(columns, holders), standing + answer.cost, exact=False, prices=prices)


def _solved(network: Network, limits: Limits) -> Answer:
    limits.charge(network.arcs * WORK)
    return network.solve()


def whole(columns: Columns, holders: Numbers) -> list[int]:
    """The holders of all items, from those of the free ones."""
    outcome = columns.outcome.copy()
    outcome[columns.free] = holders
    return outcome.tolist()  # type: ignore[no-any-return]  # numpy's stubs say Any
