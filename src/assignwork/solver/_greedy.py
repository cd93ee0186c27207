"""A plain start: what waits, most urgent first, to the cheapest agent who has room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignwork.solver._columns import Columns
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY

TRIED = 4  # agents per item whose other limits are looked at


def handed_out(columns: Columns, outcome: Sequence[int]) -> list[int]:
    """The outcome, with what waits given out as far as that gains something.

    Parameters
    ----------
    columns : Columns
    outcome : sequence of int
        Within all hard rules.
    """
    judge = columns.judge
    problem = columns.problem
    standing = Standing(judge, outcome)
    loads = np.array(standing.loads, dtype=np.int64)
    waiting = [
        (-int(columns.left[index]), place, int(columns.hub[index]))
        for index, place in enumerate(columns.free.tolist())
        if outcome[place] == NOBODY and len(standing.set_of(place)) == 1
    ]
    for _, place, number in sorted(waiting):
        hub = columns.hubs[number]
        item = problem.items[place]
        weight = np.full(columns.count, item.weight, dtype=np.int64)
        for name, units in item.weights.items():
            if name in problem.agent_places:
                weight[problem.agent_places[name]] = units
        roomy = hub.able[loads[hub.able] + weight[hub.able] <= columns.capacity[hub.able]]
        fullness = loads[roomy] / columns.capacity[roomy]
        for holder in roomy[np.lexsort((fullness, hub.cost[roomy]))][:TRIED].tolist():
            change = {place: holder}
            if standing.delta(change) < 0 and standing.fits(change):
                standing.apply(change)
                loads[holder] += weight[holder]
                break
    return standing.outcome
