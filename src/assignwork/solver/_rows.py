"""A part of a problem as rows and columns of whole numbers, for CP-SAT and for the relaxation.

Some items are free; all else stands as in a given outcome. A column says that a free item is with
a holder; a row is a hard rule, or ties an agent's load to the steps of its convex cost. Filled with
numpy from the columns of the whole, so that building stays cheaper than solving.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY

UNBOUNDED = 2**62
"""The side of a row that says nothing."""

Flags = npt.NDArray[np.bool_]


class Pairs(NamedTuple):
    """Free items with who may hold them, item by item.

    `item` is a place in `Columns.free`, `holder` a place of an agent or `NOBODY`.
    """

    item: Numbers
    holder: Numbers
    cost: Numbers
    weight: Numbers

    def only(self, kept: Flags) -> Pairs:
        """Those of the pairs."""
        return Pairs(*(column[kept] for column in self))


class Rows(NamedTuple):
    """Least `cost` @ x where `low` <= rows @ x <= `high` and 0 <= x <= `upper`, all whole.

    Row r has the entries from `starts[r]` up to `starts[r + 1]` of `column` and `factor`. The first
    columns are the pairs; the first rows say that each free item has just one holder.
    `constant` is what the outcome costs now in the same reckoning, `hint` its columns. `places` are
    the free items as places in the problem, `now` their holders.
    """

    pairs: Pairs
    items: Numbers
    cost: Numbers
    upper: Numbers
    starts: Numbers
    column: Numbers
    factor: Numbers
    low: Numbers
    high: Numbers
    constant: int
    places: Numbers
    now: Numbers
    hint: Numbers

    @property
    def feasible(self) -> bool:
        """Whether each item still has somebody to hold it, or may be without."""
        return bool(np.diff(self.starts[: len(self.items) + 1]).all())


class Space:
    """The columns of a problem with what parts of it need besides.

    Parameters
    ----------
    columns : Columns
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        problem = columns.problem
        self.present = np.array(problem.present, dtype=np.int64)
        self.index = np.full(len(problem.items), -1, dtype=np.int64)
        self.index[columns.free] = np.arange(len(columns.free))
        # Who holds more than his capacity now may keep it, and gets nothing.
        loads = np.array(columns.judge.loads(problem.present), dtype=np.int64)
        self.most = np.maximum(loads, columns.capacity)
        self._own: dict[int, Numbers] = {}
        self._own_items = {
            k: problem.items[place].weights
            for k, place in enumerate(columns.free.tolist())
            if problem.items[place].weights
        }
        self.limited: dict[int, list[tuple[str, str | None]]] = {}
        for agent, kind, of in columns.sub:
            self.limited.setdefault(agent, []).append((kind, of))
        self.sets: dict[int, int] = {}
        self.members: list[list[int]] = []
        for names in problem.together:
            if len(names) > 1:
                for name in names:
                    self.sets[problem.item_places[name]] = len(self.members)
                self.members.append([problem.item_places[name] for name in names])

    def _weights(self, item: int) -> Numbers:
        found = self._own.get(item)
        if found is None:
            columns = self.columns
            found = np.full(columns.count, columns.weight[item], dtype=np.int64)
            places = columns.problem.agent_places
            for name, weight in self._own_items[item].items():
                if name in places:
                    found[places[name]] = weight
            self._own[item] = found
        return found

    def pairs(
        self, items: Numbers, outcome: Sequence[int] | Numbers, among: Flags | None = None
    ) -> Pairs:
        """Who may hold these items.

        Parameters
        ----------
        items : (f,) array
            Places in `Columns.free`, rising.
        outcome : sequence of int
            Who holds each item of the problem now.
        among : (m,) array of bool, optional
            The agents to look at; who holds an item now may always keep it.

        Returns
        -------
        Pairs
        """
        columns = self.columns
        count = columns.count
        places = columns.free[items]
        owner = columns.owner[items]
        now = np.asarray(outcome, dtype=np.int64)[places]
        everybody = np.ones(count, dtype=bool) if among is None else among
        parts: list[tuple[Numbers, Numbers]] = []
        hubs, which = np.unique(columns.hub[items], return_inverse=True)
        order = np.argsort(which, kind="stable")
        ends = np.searchsorted(which[order], np.arange(len(hubs) + 1))
        for number, hub in enumerate(hubs.tolist()):
            mine = items[order[ends[number] : ends[number + 1]]]
            able = columns.hubs[hub].able
            able = able[everybody[able]]
            parts.append((np.repeat(mine, len(able)), np.tile(able, len(mine))))
        held = owner >= 0
        held &= everybody[np.where(held, owner, 0)] if count else False
        for mask, holder in (
            (held, owner),
            (now >= 0, now),
            (np.ones(len(items), dtype=bool), np.full(len(items), NOBODY)),
        ):
            parts.append((items[mask], holder[mask]))
        span = count + 1
        keys = np.unique(
            np.concatenate([item * span + holder + 1 for item, holder in parts])
            if parts
            else np.zeros(0, dtype=np.int64)
        )
        item, holder = keys // span, keys % span - 1
        return Pairs(item, holder, self.costs(item, holder), self._units(item, holder))

    def costs(self, item: Numbers, holder: Numbers) -> Numbers:
        """What these pairs cost, fairness left out."""
        columns = self.columns
        nobody = holder == NOBODY
        cost = np.where(nobody, columns.left[item], 0)
        hub = columns.hub[item]
        # One look-up per class: the pairs of a class are taken together.
        order = np.argsort(hub, kind="stable")
        order = order[~nobody[order]]
        for first, last in _runs(hub[order]):
            some = order[first:last]
            cost[some] = columns.hubs[int(hub[some[0]])].cost[holder[some]]
        preferred = columns.preferred[item]
        other = ~nobody & (preferred != NOBODY) & (preferred != holder)
        cost += np.where(other, columns.weights.affinity, 0)
        owner = columns.owner[item]
        cost += np.where((owner != NOBODY) & (owner != holder), columns.leave[item], 0)
        return cost

    def _units(self, item: Numbers, holder: Numbers) -> Numbers:
        weight = np.where(holder == NOBODY, 0, self.columns.weight[item])
        if self._own_items:
            for first, last in _runs(item):
                k = int(item[first])
                if k in self._own_items:
                    some = first + np.flatnonzero(holder[first:last] != NOBODY)
                    weight[some] = self._weights(k)[holder[some]]
        return weight

    def rows(self, standing: Standing, items: Numbers, pairs: Pairs) -> Rows:
        """The rules and costs of a part.

        Parameters
        ----------
        standing : Standing
            An outcome that keeps the hard rules.
        items : (f,) array
            The free items, places in `Columns.free`, rising.
        pairs : Pairs
            Of these items; each with who holds it now.

        Returns
        -------
        Rows
        """
        return _Builder(self, standing, items, pairs).build()


class _Builder:
    """Makes the rows of one part."""

    def __init__(self, space: Space, standing: Standing, items: Numbers, pairs: Pairs) -> None:
        self.space = space
        self.columns = space.columns
        self.standing = standing
        self.items = items
        self.outcome = np.asarray(standing.outcome, dtype=np.int64)
        self.places = self.columns.free[items]
        self.now = self.outcome[self.places]
        standing_still = np.ones(len(self.outcome), dtype=bool)
        standing_still[self.places] = False
        self.still = standing_still
        loads = np.array(standing.loads, dtype=np.int64)
        current = pairs.holder == self.outcome[self.columns.free[pairs.item]]
        taken = current & (pairs.holder != NOBODY)
        self.constant = int(pairs.cost[current].sum())
        # Units of each agent's load that do not move here, and what may come besides.
        self.base = loads - _sums(pairs.holder[taken], pairs.weight[taken], len(loads))
        self.room = space.most - self.base
        room = self.room[pairs.holder] if len(loads) else np.zeros(len(pairs.item))
        self.pairs = pairs.only((pairs.holder == NOBODY) | (pairs.weight <= room))
        self.owner = self.columns.owner[self.pairs.item]
        self.row = np.searchsorted(items, self.pairs.item)
        self.taken = (self.pairs.holder == self.now[self.row]).astype(np.int64)
        self.triples: list[tuple[Numbers, Numbers, Numbers]] = []
        self.low: list[int] = [1] * len(items)
        self.high: list[int] = [1] * len(items)
        self.cost: list[int] = []
        self.upper: list[int] = []
        self.hint: list[int] = []
        self.triples.append((self.row, np.arange(len(self.row)), np.ones(len(self.row), np.int64)))

    def build(self) -> Rows:
        self._loads()
        self._limits()
        self._budgets()
        self._sets()
        row, column, factor = (
            np.concatenate([np.asarray(t[n], dtype=np.int64) for t in self.triples])
            for n in range(3)
        )
        order = np.argsort(row, kind="stable")
        return Rows(
            pairs=self.pairs,
            items=self.items,
            cost=np.concatenate([self.pairs.cost, np.array(self.cost, dtype=np.int64)]),
            upper=np.concatenate(
                [np.ones(len(self.row), np.int64), np.array(self.upper, dtype=np.int64)]
            ),
            starts=np.searchsorted(row[order], np.arange(len(self.low) + 1)),
            column=column[order],
            factor=factor[order],
            low=np.array(self.low, dtype=np.int64),
            high=np.array(self.high, dtype=np.int64),
            constant=self.constant,
            places=self.places,
            now=self.now,
            hint=np.concatenate([self.taken, np.array(self.hint, dtype=np.int64)]),
        )

    def _add(self, columns: Numbers, factors: Numbers | int, low: int, high: int) -> None:
        number = np.full(len(columns), len(self.low), dtype=np.int64)
        self.triples.append((number, columns, np.broadcast_to(factors, len(columns))))
        self.low.append(low)
        self.high.append(high)

    def _column(self, cost: int, upper: int, hint: int) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.hint.append(hint)
        return len(self.row) + len(self.cost) - 1

    def _by_agent(self) -> list[tuple[int, Numbers]]:
        """Each agent with the columns of the items that he may hold."""
        holder = self.pairs.holder
        order = np.argsort(holder, kind="stable")
        order = order[holder[order] != NOBODY]
        return [
            (int(holder[order[first]]), order[first:last]) for first, last in _runs(holder[order])
        ]

    def _loads(self) -> None:
        """Capacity, and the steps of the convex cost of load."""
        weights = self.columns.weights
        agents = self.columns.problem.agents
        self.agents = self._by_agent()
        if weights.fairness:
            # What the outcome costs now counts also who loses all that is free of his.
            for holder in np.unique(self.now[self.now >= 0]).tolist():
                capacity = agents[holder].capacity
                self.constant += weights.held(capacity, self.standing.loads[holder])
                self.constant -= weights.held(capacity, int(self.base[holder]))
        for agent, columns in self.agents:
            most = int(self.pairs.weight[columns].sum())
            room = int(self.room[agent])
            if not weights.fairness:
                if most > room:
                    self._add(columns, self.pairs.weight[columns], -UNBOUNDED, room)
                continue
            base = int(self.base[agent])
            first = len(self.row) + len(self.cost)
            done = 0
            load = self.standing.loads[agent] - base
            for units, cost in weights.steps(agents[agent].capacity, base + min(most, room)):
                done += units
                left = min(units, done - base)
                if left > 0:
                    self._column(cost, left, min(left, load))
                    load -= min(left, load)
            last = len(self.row) + len(self.cost)
            self._add(
                np.concatenate([columns, np.arange(first, last)]),
                np.concatenate([self.pairs.weight[columns], np.full(last - first, -1)]),
                -UNBOUNDED,
                0,
            )

    def _limits(self) -> None:
        """Limits inside capacity, and how many items an agent may get."""
        limited = self.space.limited
        bounded = self.columns.bounded
        for agent, columns in self.agents:
            if agent in limited:
                self._inner(agent, columns)
            if bounded[agent]:
                coming = columns[self.owner[columns] != agent]
                came = self.still & (self.outcome == agent) & (self.space.present != agent)
                # Pinned items that came are taken off already.
                came &= self.space.index >= 0
                most = int(self.columns.gets[agent]) - int(came.sum())
                if len(coming) > most:
                    self._add(coming, 1, -UNBOUNDED, most)

    def _inner(self, agent: int, columns: Numbers) -> None:
        problem = self.columns.problem
        rooms: dict[tuple[int, str, str | None], int] = {}
        touching: dict[tuple[int, str, str | None], list[int]] = {}
        free = self.columns.free[self.pairs.item[columns]].tolist()
        for column, place in zip(columns.tolist(), free, strict=True):
            item = problem.items[place]
            for key in self.columns.touched(agent, item.team, item.channel):
                if key in self.columns.sub:
                    touching.setdefault(key, []).append(column)
        stays = self.still & (self.outcome == agent) & (self.space.index >= 0)
        for place in np.flatnonzero(stays).tolist():
            item = problem.items[place]
            for key in self.columns.touched(agent, item.team, item.channel):
                if key in touching:
                    rooms[key] = rooms.get(key, 0) + self.columns.judge.weight(place, agent)
        for key, found in touching.items():
            some = np.array(found, dtype=np.int64)
            weight = self.pairs.weight[some]
            most = self.columns.sub[key] - rooms.get(key, 0)
            if int(weight.sum()) > most:
                self._add(some, weight, -UNBOUNDED, most)

    def _budgets(self) -> None:
        problem = self.columns.problem
        most, each = problem.max_moves, problem.max_moves_per_agent
        if most is None and each is None:
            return
        present = self.space.present
        moved = self.still & (present != NOBODY) & (self.outcome != present)
        kept = np.flatnonzero((self.owner != NOBODY) & (self.owner == self.pairs.holder))
        owners = self.columns.owner[self.items]
        if most is not None:
            owned = int((owners != NOBODY).sum())
            left = most - int(moved.sum())
            if owned > left:
                self._add(kept, -1, -UNBOUNDED, left - owned)
        if each is None:
            return
        count = self.columns.count
        takes_part = np.bincount(present[moved], minlength=count)
        got = self.outcome[moved]
        takes_part += np.bincount(got[got != NOBODY], minlength=count)
        columns_of = dict(self.agents)
        nothing = np.zeros(0, dtype=np.int64)
        for agent in sorted({*columns_of, *owners[owners != NOBODY].tolist()}):
            columns = columns_of.get(agent, nothing)
            keeps = columns[self.owner[columns] == agent]
            gets = columns[(self.owner[columns] != agent) & (self.owner[columns] != NOBODY)]
            owned = int((owners == agent).sum())
            left = each - int(takes_part[agent])
            if owned + len(gets) > left:
                self._add(
                    np.concatenate([keeps, gets]),
                    np.concatenate([np.full(len(keeps), -1), np.full(len(gets), 1)]),
                    -UNBOUNDED,
                    left - owned,
                )

    def _sets(self) -> None:
        """Items that shall have one holder; or the whole set stays just as it is."""
        sets = self.space.sets
        if not sets:
            return
        touched = {sets[place]: None for place in self.places.tolist() if place in sets}
        if not touched:
            return
        number = dict(zip(self.places.tolist(), range(len(self.items)), strict=True))
        ends = np.searchsorted(self.row, np.arange(len(self.items) + 1))
        for which in touched:
            self._one_holder(self.space.members[which], number, ends)

    def _one_holder(self, members: list[int], number: dict[int, int], ends: Numbers) -> None:
        present = [int(self.space.present[place]) for place in members]
        # Of each member: holder -> column; or who holds it for good.
        columns: list[dict[int, int]] = []
        standing: list[int | None] = []
        for place in members:
            k = number.get(place)
            some = range(0) if k is None else range(int(ends[k]), int(ends[k + 1]))
            columns.append({int(self.pairs.holder[column]): column for column in some})
            standing.append(int(self.outcome[place]) if k is None else None)
        stay = None
        if len(set(present)) > 1 and all(
            where is None or where == was for where, was in zip(standing, present, strict=True)
        ):
            now = [int(self.outcome[place]) for place in members]
            stay = self._column(0, 1, int(now == present))
        holders = dict.fromkeys([h for some in columns for h in some])
        holders.update(dict.fromkeys([h for h in standing if h is not None]))
        for k in range(1, len(members)):
            for holder in holders:
                entries: list[tuple[int, int]] = []
                side = 0
                for member, sign in ((k, 1), (0, -1)):
                    if holder in columns[member]:
                        entries.append((columns[member][holder], sign))
                    elif standing[member] == holder:
                        side -= sign
                shift = (holder == present[k]) - (holder == present[0])
                if stay is not None and shift:
                    entries.append((stay, -shift))
                self._add(
                    np.array([column for column, _ in entries], dtype=np.int64),
                    np.array([factor for _, factor in entries], dtype=np.int64),
                    side,
                    side,
                )


def _sums(where: Numbers, what: Numbers, size: int) -> Numbers:
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, where, what)
    return found


def _runs(values: Numbers) -> list[tuple[int, int]]:
    """From where to where the same number of 0 or more stands."""
    starts = np.flatnonzero(np.diff(values, prepend=-1)).tolist()
    return list(zip(starts, [*starts[1:], len(values)], strict=False))
