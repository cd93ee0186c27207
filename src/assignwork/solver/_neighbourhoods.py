"""Improves an outcome step by step: a few agents at a time, solved exactly, all else standing.

Every call of the solver has the same small limit, whatever time there is in all, so that more time
only goes on where less had stopped. How many pairs are taken together follows from whether the last
ones could be solved within that limit. More workers solve groups that share no agent side by side.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from assignwork.solver import _part
from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._limits import ROUND, Limits
from assignwork.solver._part import Part, solve_part
from assignwork.solver._relaxation import relax
from assignwork.solver._rows import Flags, Pairs, Rows, Space
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY, Judge

SMALL = 3_000  # pairs of a problem that is tried as a whole first
WHOLE = 1.0  # deterministic seconds for that
CALL = 0.2  # deterministic seconds of each other call
FIRST, LEAST, MOST = 300, 40, 6_000  # pairs of a group
GROW, SHRINK = 1.1, 0.75
WAITING = 40  # items without holder in a group
# Up to which draw from 0 to 1 a group is of which kind; two agents alone, whatever the kind.
ALONE, AROUND_WAITING, AROUND_SET, UNEVEN = 0.1, 0.4, 0.55, 0.75
PAIR = 2
PATIENCE = 500  # rounds without gain after which there is none to be expected


class Improved(NamedTuple):
    """What was found.

    Attributes
    ----------
    outcome : list of int
    total : int
        What it costs.
    bound : int or None
        No outcome costs less; None: not known.
    optimal : bool
        Whether that is proven of this outcome.
    rounds : int
        Groups that were solved.
    """

    outcome: list[int]
    total: int
    bound: int | None
    optimal: bool
    rounds: int


class Guide(NamedTuple):
    """Which pairs are worth a look: what a relaxation says.

    Attributes
    ----------
    bound : int
        No outcome costs less.
    keys : (p,) array
        The pairs, rising, as `pair_keys` writes them.
    reduced : (p,) array
        With a pair, no outcome costs less than `bound` + this.
    limit : int
        Pairs of more than this are left out, though they may stand in an optimum.
    """

    bound: int
    keys: Numbers
    reduced: Numbers
    limit: int

    def worth(self, pairs: Pairs, count: int, total: int) -> Flags:
        """Which of the pairs may improve an outcome of that total."""
        wanted = pair_keys(pairs, count)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        # What is not among the keys was found impossible.
        kept: Flags = self.keys[places] == wanted
        kept &= self.reduced[places] <= min(self.limit, total - self.bound - 1)
        return kept


def pair_keys(pairs: Pairs, count: int) -> Numbers:
    """A number for each pair of a problem with that many agents."""
    keys: Numbers = pairs.item * (count + 1) + pairs.holder + 1
    return keys


def improve(
    judge: Judge,
    outcome: Sequence[int],
    limits: Limits,
    *,
    bound: int | None = None,
    workers: int = 1,
    seed: int = 0,
    space: Space | None = None,
    guide: Guide | None = None,
) -> Improved:
    """The outcome, or a better one.

    Parameters
    ----------
    judge : Judge
    outcome : sequence of int
        Keeps all hard rules.
    limits : Limits
        How long; with a deterministic limit alone the answer is the same on every machine.
    bound : int, optional
        No outcome costs less.
    workers : int, default 1
        Groups that are solved at the same time.
    seed : int, default 0
    space : Space, optional
        Of the problem, if it was made already.
    guide : Guide, optional

    Returns
    -------
    Improved

    Examples
    --------
    >>> from assignwork.solver import Problem
    >>> judge = Judge(Problem(
    ...     items=[{"id": "t-1", "team": "billing"}],
    ...     agents=[{"id": "ana", "capacity": 1, "primary": ["billing"]}],
    ... ))
    >>> found = improve(judge, [NOBODY], Limits(None, 1.0))
    >>> found.outcome, found.total, found.optimal
    ([0], 20, True)
    """
    if space is None:
        space = Space(Columns(judge.problem, judge))
    search = _Search(judge, space, list(outcome), seed, guide)
    search.bound = bound
    search.run(limits, workers)
    total = judge.evaluate(search.standing.outcome).total
    best = search.standing.outcome
    if judge.violations(best):
        # No engine is trusted: what the judge refuses is not handed on.
        best, total, search.proven = list(outcome), judge.evaluate(outcome).total, False
    optimal = search.proven or total == search.bound
    return Improved(best, total, total if optimal else search.bound, optimal, search.rounds)


class _Search:
    """An outcome, and the next group to look at."""

    def __init__(
        self, judge: Judge, space: Space, outcome: list[int], seed: int, guide: Guide | None
    ) -> None:
        self.judge = judge
        self.space = space
        self.columns = space.columns
        self.guide = guide
        self.standing = Standing(judge, outcome)
        self.total = judge.evaluate(outcome).total
        self.bound: int | None = None
        self.proven = False
        self.rounds = 0
        self.size = float(FIRST)
        self.random = random.Random(seed)  # noqa: S311  # no secret
        self.now = np.array(outcome, dtype=np.int64)[self.columns.free]
        self.capacity = self.columns.capacity
        self._members: dict[str, list[int]] = {}
        for place, agent in enumerate(judge.problem.agents):
            for team in (*agent.primary, *agent.secondary):
                self._members.setdefault(team, []).append(place)
        self._owned = [
            [int(self.space.index[place]) for place in places if self.space.index[place] >= 0]
            for places in space.members
        ]
        self._set_of = {item: places for places in self._owned for item in places}

    # --- the way -------------------------------------------------------------------------------

    def run(self, limits: Limits, workers: int) -> None:
        if not len(self.columns.free):
            self.proven = True
            return
        everything = np.arange(len(self.columns.free))
        if self._few_pairs() and not limits.reached and self._open():
            rows = self._rows(everything, None)
            if self.guide is None:
                part = self._solve(rows, limits.left, WHOLE, workers)
                self._take([part], limits)
                if part.status == _part.OPTIMAL:
                    self.proven = True
                elif part.bound is not None:
                    # The part is the whole, and stood at the total before the change.
                    before = self.total - min(part.change, 0)
                    self.bound = max(before + part.bound, self.bound or before + part.bound)
        stalled = 0
        pool = ThreadPoolExecutor(workers) if workers > 1 else None
        try:
            while self._open() and not limits.reached and stalled < PATIENCE:
                parts, whole = self._round(limits, workers, pool)
                before = self.total
                self._take(parts, limits)
                stalled = 0 if self.total < before else stalled + 1
                if whole and parts[0].status == _part.OPTIMAL and self.total == before:
                    # All that the guide left in was looked at together.
                    self.proven = self.guide is None or self.guide.limit >= (
                        self.total - self.guide.bound - 1
                    )
                    break
        finally:
            if pool is not None:
                pool.shutdown()

    def _open(self) -> bool:
        return not self.proven and self.total != self.bound

    def _few_pairs(self) -> bool:
        able = np.array([len(hub.able) for hub in self.columns.hubs], dtype=np.int64)
        return int(able[self.columns.hub].sum()) + 2 * len(self.columns.free) <= SMALL

    def _round(
        self, limits: Limits, workers: int, pool: ThreadPoolExecutor | None
    ) -> tuple[list[Part], bool]:
        taken: set[int] = set()
        jobs: list[Callable[[], Part]] = []
        whole = False
        for _ in range(workers):
            agents, items = self._group(taken)
            if not len(items) or (jobs and len(agents) < PAIR):
                break
            taken.update(agents)
            holders = self.now[items]
            taken.update(holders[holders != NOBODY].tolist())
            whole = len(items) == len(self.now) and len(agents) == self.columns.count
            among = np.zeros(self.columns.count, dtype=bool)
            among[agents] = True
            jobs.append(self._job(items, among, limits.left))
        self.rounds += len(jobs)
        if pool is None or len(jobs) == 1:
            return [job() for job in jobs] or [Part({}, 0, _part.UNKNOWN, None, CALL)], whole
        return [future.result() for future in [pool.submit(job) for job in jobs]], whole

    def _job(self, items: Numbers, among: Flags, left: float | None) -> Callable[[], Part]:
        return lambda: self._solve(self._rows(items, among), left, CALL, 1)

    def _rows(self, items: Numbers, among: Flags | None) -> Rows:
        pairs = self.space.pairs(items, self.standing.outcome, among)
        if self.guide is not None:
            kept = self.guide.worth(pairs, self.columns.count, self.total)
            kept |= (pairs.holder == NOBODY) | (pairs.holder == self._held(pairs))
            pairs = pairs.only(kept)
        return self.space.rows(self.standing, items, pairs)

    def _held(self, pairs: Pairs) -> Numbers:
        return self.now[pairs.item]

    def _solve(self, rows: Rows, left: float | None, most: float, workers: int) -> Part:
        """The group's optimum; its relaxation may say at once that there is nothing to gain."""
        spent = 0.0
        least: int | None = None
        if rows.feasible:
            relaxed = relax(rows, seconds=left)
            if relaxed is not None:
                spent = relaxed.deterministic
                gap = rows.constant - relaxed.bound
                least = -gap
                if gap <= 0:
                    return Part({}, 0, _part.OPTIMAL, 0, spent)
                kept = (relaxed.reduced < gap) | (rows.pairs.holder == self._held(rows.pairs))
                if not kept.all():
                    rows = self.space.rows(self.standing, rows.items, rows.pairs.only(kept))
        part = solve_part(
            rows,
            self.standing,
            deterministic=most,
            seconds=left,
            workers=workers,
            presolve=most > CALL,
        )
        if part.bound is not None and least is not None:
            least = max(least, part.bound)
        return part._replace(
            deterministic=part.deterministic + spent, bound=part.bound if least is None else least
        )

    def _take(self, parts: Sequence[Part], limits: Limits) -> None:
        solved = True
        for part in parts:
            limits.charge(part.deterministic + ROUND)
            solved &= part.status in (_part.OPTIMAL, _part.INFEASIBLE)
            if part.change < 0 and self.standing.fits(part.changes):
                # Another group of this round may have changed what this one was worked out from.
                change = self.standing.delta(part.changes)
                if change < 0:
                    self.standing.apply(part.changes)
                    self.total += change
                    for place, holder in part.changes.items():
                        self.now[self.space.index[place]] = holder
        self.size = min(MOST, self.size * GROW) if solved else max(LEAST, self.size * SHRINK)

    # --- groups --------------------------------------------------------------------------------

    def _group(self, taken: set[int]) -> tuple[list[int], Numbers]:
        """Agents, none of them taken, and the items that they may exchange."""
        waiting = np.flatnonzero(self.now == NOBODY)
        draw = self.random.random()
        alone = draw < ALONE
        if len(waiting) and draw < AROUND_WAITING:
            wanted = self._around_waiting(waiting)
        elif self._owned and draw < AROUND_SET:
            wanted = self._around_set()
        elif draw < UNEVEN:
            wanted = self._uneven()
        else:
            wanted = self._related()
        agents: list[int] = []
        held = 0
        counts = np.bincount(self.now[self.now != NOBODY], minlength=self.columns.count)
        for agent in dict.fromkeys(wanted):
            if agent in taken:
                continue
            more = held + int(counts[agent])
            if len(agents) >= PAIR and (alone or more * (len(agents) + PAIR) > self.size):
                break
            agents.append(agent)
            held = more
        return agents, self._items(agents, waiting, taken)

    def _items(self, agents: list[int], waiting: Numbers, taken: set[int]) -> Numbers:
        """What the group holds, and what it could get; not more than can be solved together."""
        among = np.zeros(self.columns.count + 1, dtype=bool)
        among[agents] = True
        held = np.flatnonzero(among[self.now]).tolist()
        most = max(4, int(self.size / (len(agents) + 1)))
        if len(held) > most:
            held = self.random.sample(held, most)
        found = dict.fromkeys([*held, *self._reachable(among, waiting)])
        for item in list(found):
            found.update(dict.fromkeys(self._set_of.get(item, ())))
        # A set may reach into a group that is solved at the same time.
        busy = [item for item in found if int(self.now[item]) in taken] if taken else []
        for item in busy:
            for other in self._set_of.get(item, (item,)):
                found.pop(other, None)
        return np.array(sorted(found), dtype=np.int64)

    def _reachable(self, among: Flags, waiting: Numbers) -> list[int]:
        """Some of what waits, first what is most urgent, that the group could get."""
        if not len(waiting):
            return []
        order = waiting[np.argsort(-self.columns.left[waiting], kind="stable")].tolist()
        some = order[:WAITING]
        if len(order) > WAITING:
            some = order[: WAITING // 2] + self.random.sample(order, WAITING // 2)
        columns = self.columns
        return [
            item
            for item in some
            if among[columns.hubs[int(columns.hub[item])].able].any() or among[columns.owner[item]]
        ]

    def _mates(self, agent: int) -> list[int]:
        record = self.judge.problem.agents[agent]
        teams = (*record.primary, *record.secondary)
        mates = list(dict.fromkeys(mate for team in teams for mate in self._members[team]))
        self.random.shuffle(mates)
        return mates

    def _related(self) -> list[int]:
        """Agents who share a team with one of them."""
        agent = self.random.randrange(self.columns.count)
        mates = self._mates(agent)
        return [agent, *mates, *(self._mates(mates[0]) if mates else ())]

    def _uneven(self) -> list[int]:
        """One of the fullest with those of his mates who are less full."""
        full = np.array(self.standing.loads, dtype=np.int64) / self.capacity
        order = np.argsort(-full, kind="stable").tolist()
        agent = order[self.random.randrange(max(1, len(order) // 4))]
        mates = [
            (float(full[mate]) + self.random.random() / 2, mate) for mate in self._mates(agent)
        ]
        return [agent, *(mate for _, mate in sorted(mates))]

    def _around_waiting(self, waiting: Numbers) -> list[int]:
        """Who could take an item that waits, and who could take what these hold."""
        order = np.argsort(-self.columns.left[waiting], kind="stable")
        place = int(len(order) * self.random.random() ** 2)
        item = int(waiting[order[place]])
        able = self.columns.hubs[int(self.columns.hub[item])].able.tolist()
        if not able:
            return self._related()
        self.random.shuffle(able)
        first = able[: max(1, min(3, len(able)))]
        return [*first, *self._mates(first[0]), *able]

    def _around_set(self) -> list[int]:
        """Who holds items that belong together, and who could take them all."""
        places = self._owned[self.random.randrange(len(self._owned))]
        if not places:
            return self._related()
        holders = [int(self.now[item]) for item in places if self.now[item] != NOBODY]
        able = self.columns.hubs[int(self.columns.hub[places[0]])].able.tolist()
        self.random.shuffle(able)
        return [*dict.fromkeys(holders), *able] or self._related()
