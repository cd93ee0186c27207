"""What weights cost: small parts around items that do not stand where the prices want them.

The relaxation's prices say for each item with whom it would be cheapest, and so what each item
loses where it stands: the losses add up to the gap. Around the greatest losses a few agents are
chosen that could exchange items at little loss, and their part is solved exactly by CP-SAT.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._flow import Prices
from assignwork.solver._limits import ROUND, Limits
from assignwork.solver._part import solve_part
from assignwork.solver._rows import Pairs, Space
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY

AGENTS = (6, 12)  # of a part, as it grows
LEAST, SHARE = 20, 2
"""A part leaves out pairs that lose more than 20 and more than half of what its item loses."""
EFFORT = 0.05  # deterministic seconds of a part


class _Best(NamedTuple):
    """By free item: the least cost, price included, and with whom."""

    cost: Numbers
    holder: Numbers


class Polish:
    """Improves an outcome by parts around what the prices say is lost.

    Parameters
    ----------
    columns : Columns
    outcome : sequence of int
        Within all hard rules.
    prices : Prices
    """

    def __init__(self, columns: Columns, outcome: list[int], prices: Prices) -> None:
        self._columns = columns
        self._prices = prices.each
        self._scale = prices.scale
        self._space = Space(columns)
        self.standing = Standing(columns.judge, outcome)
        self._best = self._cheapest()
        self._most = 0  # what a pair of the part under way may lose, times scale

    def run(self, limits: Limits, *, workers: int = 1) -> None:
        """Go round the losses, greatest first, until a whole round improves nothing."""
        for size in AGENTS:
            tried: set[int] = set()
            while not limits.reached:
                seed = self._worst(tried)
                if seed is None:
                    break
                tried.add(seed)
                self._solve(seed, size, limits, workers)

    # --- losses --------------------------------------------------------------------------------

    def _cheapest(self) -> _Best:
        columns = self._columns
        weight, hub, owner = columns.weight, columns.hub, columns.owner
        leave, preferred = columns.leave, columns.preferred
        far = np.iinfo(np.int64).max // 4
        cost = (columns.left + leave) * self._scale
        holder = np.full(len(hub), NOBODY, dtype=np.int64)
        by_hub = np.full(len(hub), far, dtype=np.int64)
        at = holder.copy()
        for kind in np.unique(hub * 4096 + np.minimum(weight, 4095)).tolist():
            number, units = divmod(kind, 4096)
            some = np.flatnonzero((hub == number) & (weight == units))
            able = columns.hubs[number].able
            if len(able) and len(some):
                costs = columns.hubs[number].cost[able] * self._scale + units * self._prices[able]
                place = int(np.argmin(costs))
                by_hub[some], at[some] = costs[place], able[place]
        affinity = np.where(preferred != -1, columns.weights.affinity, 0) * self._scale
        through = by_hub + leave * self._scale + np.where(at == preferred, 0, affinity)
        better = through < cost
        cost, holder = np.where(better, through, cost), np.where(better, at, holder)
        held = np.flatnonzero(owner >= 0)
        stays = self._priced(held, owner[held])
        better = stays < cost[held]
        cost[held[better]], holder[held[better]] = stays[better], owner[held[better]]
        return _Best(cost, holder)

    def _priced(self, items: Numbers, holders: Numbers) -> Numbers:
        """What items cost with holders, prices included, times scale."""
        columns = self._columns
        nobody = holders == NOBODY
        priced = np.where(nobody, 0, self._prices[holders] * columns.weight[items])
        costs: Numbers = self._space.costs(items, holders) * self._scale + priced
        return costs

    def _losses(self) -> Numbers:
        every = np.arange(len(self._columns.free), dtype=np.int64)
        holders = np.array(self.standing.outcome, dtype=np.int64)[self._columns.free]
        losses: Numbers = np.maximum(self._priced(every, holders) - self._best.cost, 0)
        return losses

    def _worst(self, tried: set[int]) -> int | None:
        """The item that loses most, of those not tried yet; `_most` follows from it."""
        losses = self._losses()
        losses[list(tried)] = 0
        seed = int(np.argmax(losses)) if len(losses) else 0
        if not len(losses) or losses[seed] <= 0:
            return None
        self._most = max(LEAST * self._scale, int(losses[seed]) // SHARE)
        return seed

    # --- parts ---------------------------------------------------------------------------------

    def _solve(self, seed: int, size: int, limits: Limits, workers: int) -> None:
        columns = self._columns
        holders = np.array(self.standing.outcome, dtype=np.int64)[columns.free]
        agents = self._agents(seed, size, holders)
        if not agents:
            return
        among = np.zeros(columns.count, dtype=bool)
        among[agents] = True
        items = np.flatnonzero((holders == NOBODY) | among[holders])
        pairs = self._near(self._space.pairs(items, self.standing.outcome, among), holders)
        items = np.unique(pairs.item)
        rows = self._space.rows(self.standing, items, pairs)
        part = solve_part(
            rows,
            self.standing,
            deterministic=EFFORT,
            seconds=limits.left,
            workers=workers,
            presolve=False,
        )
        limits.charge(part.deterministic + ROUND)
        if part.changes and part.change < 0 and self.standing.fits(part.changes):
            self.standing.apply(part.changes)

    def _near(self, pairs: Pairs, holders: Numbers) -> Pairs:
        """The pairs that lose little, and who holds each item; items without choice left out."""
        loss = self._priced(pairs.item, pairs.holder) - self._best.cost[pairs.item]
        now = pairs.holder == holders[pairs.item]
        kept = now | (loss <= self._most)
        choices = np.bincount(pairs.item[kept], minlength=len(holders))
        waiting = holders[pairs.item] == NOBODY
        return pairs.only(kept & ((choices[pairs.item] > 1) | ~waiting))

    def _agents(self, seed: int, size: int, holders: Numbers) -> list[int]:
        """Who holds it, who should, and who could exchange items with them at least loss."""
        columns = self._columns
        found = [
            agent
            for agent in dict.fromkeys((int(holders[seed]), int(self._best.holder[seed])))
            if agent != NOBODY
        ]
        while 0 < len(found) < size:
            among = np.zeros(columns.count, dtype=bool)
            among[found] = True
            items = np.flatnonzero(among[holders] & (holders != NOBODY))
            pairs = self._space.pairs(items, self.standing.outcome)
            loss = self._priced(pairs.item, pairs.holder) - self._best.cost[pairs.item]
            near = (pairs.holder != NOBODY) & (loss <= self._most)
            worth = 1.0 / (1.0 + np.maximum(loss[near], 0) / self._scale)
            count = np.bincount(pairs.holder[near], weights=worth, minlength=columns.count)
            count[found] = 0
            if not count.any():
                break
            found.append(int(np.argmax(count)))
        return found
