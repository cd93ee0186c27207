"""What an agent's further load costs, as stretches of equal cost: arcs of a flow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Columns, Numbers
from assignwork.solver.weights import TENTHS


class Steps(NamedTuple):
    """Stretch by stretch: the agent, how many units or blocks, and the cost of each."""

    agent: Numbers
    size: Numbers
    cost: Numbers


def by_unit(columns: Columns, start: Numbers, units: Numbers) -> Steps:
    """The steps of so many units on top of `start`, by agent: tenth by tenth of his capacity."""
    end = start + units
    capacity = columns.capacity
    every = np.arange(columns.count, dtype=np.int64)
    last = int((-(-TENTHS * end // capacity)).max(initial=TENTHS))
    parts: list[Steps] = []
    for tenth in range(1, last + 1):
        low, high = (tenth - 1) * capacity // TENTHS, tenth * capacity // TENTHS
        inside = np.minimum(end, high) - np.maximum(start, low)
        some = inside > 0
        step = columns.weights.step(tenth) if columns.weights.fairness else 0
        parts.append(Steps(every[some], inside[some], np.full(int(some.sum()), step, np.int64)))
    return Steps(*(np.concatenate([part[n] for part in parts]) for n in range(3)))


def by_block(columns: Columns, start: Numbers, blocks: Numbers, unit: int) -> Steps:
    """The steps of so many blocks of `unit` units each on top of `start`, by agent."""
    agent = np.repeat(np.arange(columns.count, dtype=np.int64), blocks)
    number = np.arange(len(agent), dtype=np.int64) - np.repeat(np.cumsum(blocks) - blocks, blocks)
    begin = start[agent] + number * unit
    cost = held(columns, agent, begin + unit) - held(columns, agent, begin)
    fresh = np.ones(len(agent), dtype=bool)
    fresh[1:] = (agent[1:] != agent[:-1]) | (cost[1:] != cost[:-1])
    starts = np.flatnonzero(fresh)
    return Steps(agent[starts], np.diff(np.append(starts, len(agent))), cost[starts])


def held(columns: Columns, agent: Numbers, load: Numbers) -> Numbers:
    """The term `fairness` of agents with these loads."""
    weights = columns.weights
    total = np.zeros(len(agent), dtype=np.int64)
    if not weights.fairness:
        return total
    capacity = columns.capacity[agent]
    last = int((-(-TENTHS * load // capacity)).max(initial=0))
    for tenth in range(1, last + 1):
        low, high = (tenth - 1) * capacity // TENTHS, tenth * capacity // TENTHS
        total += np.clip(load - low, 0, high - low) * weights.step(tenth)
    return total
