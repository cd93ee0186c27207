"""One agent at a time: the best choice among what he holds and what nobody holds.

Flows weight by weight cannot exchange one heavy item for several light ones; a knapsack over units
of load can. For each agent it is solved exactly, fairness included, all other agents as they are.
What he gives up waits for the next flow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._limits import Limits
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY

MOST_UNITS = 4_096  # capacity above which a knapsack over units costs more than it gains


class Refill:
    """The knapsacks of one outcome.

    Parameters
    ----------
    columns : Columns
    outcome : sequence of int
        Holders of all items; within all hard rules.
    price : int
        Added to what each move costs.
    """

    def __init__(self, columns: Columns, outcome: Sequence[int], price: int = 0) -> None:
        self._columns = columns
        self._price = price
        self.standing = Standing(columns.judge, outcome)
        holders = np.array(outcome, dtype=np.int64)[columns.free]
        self._waiting = holders == NOBODY
        self._held: defaultdict[int, list[int]] = defaultdict(list)
        for index in np.flatnonzero(~self._waiting).tolist():
            self._held[int(holders[index])].append(index)
        shape = (len(columns.hubs), columns.count)
        self._costs = np.zeros(shape, dtype=np.int64)
        self._able = np.zeros(shape, dtype=bool)
        for number, hub in enumerate(columns.hubs):
            self._costs[number] = hub.cost
            self._able[number, hub.able] = True

    def run(self, limits: Limits) -> bool:
        """Ask each agent once, in registration order; whether anything got better."""
        better = False
        for agent in range(self._columns.count):
            if limits.reached:
                break
            better |= self._ask(agent)
        return better

    def _ask(self, agent: int) -> bool:
        columns = self._columns
        room = int(columns.room[agent])
        if not 0 < room <= MOST_UNITS or not columns.gets[agent]:
            return False
        come = self._best_waiting(agent, room)
        if not come:
            return False
        held = self._held[agent]
        items = held + come
        gains = self._gains(np.array(items), agent)
        chosen = _knapsack(columns.weight[items].tolist(), gains.tolist(), self._steps(agent, room))
        changes = {}
        for number, index in enumerate(items):
            holder = agent if chosen[number] else NOBODY
            if (number < len(held)) != chosen[number]:
                changes[int(columns.free[index])] = holder
        if not changes or self._delta(changes) >= 0 or not self.standing.fits(changes):
            return False
        self.standing.apply(changes)
        self._held[agent] = [index for index, kept in zip(items, chosen, strict=True) if kept]
        for index, kept in zip(items, chosen, strict=True):
            self._waiting[index] = not kept
        return True

    def _best_waiting(self, agent: int, room: int) -> list[int]:
        """What waits and he may get: of each weight no more than would fit."""
        columns = self._columns
        waiting = np.flatnonzero(self._waiting)
        waiting = waiting[self._able[columns.hub[waiting], agent]]
        gains = self._gains(waiting, agent)
        waiting, gains = waiting[gains > 0], gains[gains > 0]
        order = np.argsort(-gains, kind="stable")
        found: list[int] = []
        weights = columns.weight[waiting]
        for weight in np.unique(weights).tolist():
            found += waiting[order[weights[order] == weight][: room // weight]].tolist()
        return found

    def _gains(self, indices: Numbers, agent: int) -> Numbers:
        """What each of these items costs more without holder than with this one."""
        columns = self._columns
        owner = columns.owner[indices]
        leave = columns.leave[indices] + np.where(owner >= 0, self._price, 0)
        preferred = columns.preferred[indices]
        affinity = np.where((preferred != -1) & (preferred != agent), columns.weights.affinity, 0)
        cost = self._costs[columns.hub[indices], agent] + affinity
        stays: Numbers = np.where(owner == agent, leave, 0)
        gains: Numbers = columns.left[indices] - cost + stays
        return gains

    def _delta(self, changes: dict[int, int]) -> int:
        delta = self.standing.delta(changes)
        if self._price:
            present = self._columns.judge.present
            for place, holder in changes.items():
                owner = present[place]
                if owner != NOBODY:
                    delta += self._price * (
                        (holder != owner) - (self.standing.outcome[place] != owner)
                    )
        return delta

    def _steps(self, agent: int, room: int) -> Numbers:
        """The term `fairness` by units of movable load, from 0 to `room`."""
        judge = self._columns.judge
        base = int(self._columns.base[agent])
        return np.array([judge.held(agent, base + units) for units in range(room + 1)])


def _knapsack(weights: Sequence[int], gains: Sequence[int], steps: Numbers) -> list[bool]:
    """Which items to hold so that gains less what the load costs are highest."""
    room = len(steps) - 1
    best = np.zeros(room + 1, dtype=np.int64)
    taken = np.zeros((len(weights), room + 1), dtype=bool)
    for number, (weight, gain) in enumerate(zip(weights, gains, strict=True)):
        if weight > room:
            continue
        other = best[: room + 1 - weight] + gain
        better = other > best[weight:]
        taken[number, weight:] = better
        best[weight:] = np.where(better, other, best[weight:])
    # `best` is by units allowed, which is at least units used: steps rise, so the least use wins.
    units = int(np.argmax(best - steps))
    chosen = [False] * len(weights)
    for number in range(len(weights) - 1, -1, -1):
        if taken[number, units]:
            chosen[number] = True
            units -= weights[number]
    return chosen
