"""The engine for what no flow can say, such as weights that depend on the agent.

Relaxation, then the few pairs of small reduced cost as a whole, then a proof where it is near, then
neighbourhoods within the pairs that the relaxation leaves in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from assignwork.solver._columns import Columns
from assignwork.solver._limits import Limits
from assignwork.solver._neighbourhoods import Guide, Improved, improve, pair_keys
from assignwork.solver._part import OPTIMAL, solve_part
from assignwork.solver._relaxation import relax, round_to, solve_whole
from assignwork.solver._rows import Rows, Space
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY, Judge

T = TypeVar("T")

LARGEST = 400_000  # pairs up to which the relaxation of the whole is worth its time
FEW, SOME = 4, 6  # pairs per item that are taken together, and that neighbourhoods look at
# Pairs that may stand in a better outcome, up to which a proof is tried, and is near.
EXACT, NEAR = 2_500, 800
TOGETHER, PROOF = 0.3, 0.3  # of the time: for the few pairs together, and for the proof
# The same where there is no wall clock, in deterministic seconds, with neighbourhoods in between.
TOGETHER_LIMIT, STAGE, PROOF_LIMIT = 0.5, 0.5, 1.5


def solve_pairs(
    judge: Judge, outcome: Sequence[int], limits: Limits, *, workers: int = 1, seed: int = 0
) -> Improved:
    """The outcome, or a better one.

    Parameters
    ----------
    judge : Judge
    outcome : sequence of int
        Keeps all hard rules.
    limits : Limits
        How long; with a deterministic limit alone the answer is the same on every machine.
    workers : int, default 1
    seed : int, default 0

    Returns
    -------
    Improved

    Examples
    --------
    >>> from assignwork.solver import Problem
    >>> judge = Judge(Problem(
    ...     items=[{"id": "t-1", "team": "s", "weights": {"ana": 9, "ben": 2}}],
    ...     agents=[{"id": "ana", "capacity": 4, "primary": ["s"]},
    ...             {"id": "ben", "capacity": 4, "primary": ["s"]}],
    ... ))
    >>> solve_pairs(judge, [NOBODY], Limits(None, 1.0)).outcome
    [1]
    """
    space = Space(Columns(judge.problem, judge))
    columns = space.columns
    able = np.array([len(hub.able) for hub in columns.hubs], dtype=np.int64)
    count = int(able[columns.hub].sum()) + 2 * len(columns.free)
    relaxed = None
    total = judge.evaluate(outcome).total
    if count <= LARGEST and not limits.reached and len(columns.free):
        rows = _whole(space, Standing(judge, outcome))
        relaxed = relax(rows, seconds=limits.left)
    if relaxed is None:
        return improve(judge, outcome, limits, workers=workers, seed=seed, space=space)
    limits.charge(relaxed.deterministic)
    bound = total + relaxed.bound - rows.constant
    if bound >= total:
        return Improved(list(outcome), total, total, optimal=True, rounds=0)
    keys = pair_keys(rows.pairs, columns.count)
    ranked = np.sort(relaxed.reduced)
    most = int(ranked[min(len(ranked), SOME * len(columns.free)) - 1])
    standing = Standing(judge, outcome)
    round_to(standing, rows, relaxed)
    search = _Search(judge, space, list(outcome), Guide(bound, keys, relaxed.reduced, most), seed)
    search.take(standing.outcome)
    few = relaxed.reduced <= ranked[min(len(ranked), FEW * len(columns.free)) - 1]
    now = np.array(search.standing.outcome)[rows.places][rows.pairs.item]
    few |= (rows.pairs.holder == NOBODY) | (rows.pairs.holder == now)
    kept = space.rows(search.standing, rows.items, rows.pairs.only(few))
    search.together(kept, limits, workers)
    if not search.done and not limits.reached:
        search.prove(limits, workers)
    if not search.done and not limits.reached:
        search.around(limits, workers)
    return search.answer()


def _whole(space: Space, standing: Standing) -> Rows:
    items = np.arange(len(space.columns.free))
    return space.rows(standing, items, space.pairs(items, standing.outcome))


class _Search:
    """The best outcome so far, and the stages of the search for a better one."""

    def __init__(
        self, judge: Judge, space: Space, outcome: list[int], guide: Guide, seed: int
    ) -> None:
        self.judge = judge
        self.space = space
        self.guide = guide
        self.seed = seed
        self.standing = Standing(judge, outcome)
        self.total = judge.evaluate(outcome).total
        self.bound = guide.bound
        self.proven = False
        self.rounds = 0

    @property
    def done(self) -> bool:
        return self.proven or self.total <= self.bound

    def answer(self) -> Improved:
        bound = self.total if self.done else self.bound
        return Improved(
            list(self.standing.outcome), self.total, bound, optimal=self.done, rounds=self.rounds
        )

    def together(self, kept: Rows, limits: Limits, workers: int) -> None:
        """The few pairs of small reduced cost, all at once."""
        if limits.left is None:
            part = solve_part(kept, self.standing, deterministic=TOGETHER_LIMIT)
            limits.charge(part.deterministic)
            changes = part.changes
        else:
            share = limits.left * TOGETHER
            changes = self._beside(lambda: solve_whole(kept, share), share, limits, workers)
        found = list(self.standing.outcome)
        for place, holder in zip(kept.places.tolist(), kept.now.tolist(), strict=True):
            found[place] = changes.get(place, holder)
        if changes:
            self.take(found)

    def prove(self, limits: Limits, workers: int) -> None:
        """All pairs that may stand in a better outcome, where these are few enough."""
        if limits.left is None:
            # Neighbourhoods leave fewer of them.
            limit = limits.deterministic_limit or 0.0
            short = Limits(None, min(STAGE, limit - limits.spent))
            self.around(short, workers)
            limits.charge(short.spent)
        gap = self.total - self.guide.bound
        count = int((self.guide.reduced < gap).sum())
        if self.done or limits.reached or count > EXACT:
            return
        share = limits.left
        if share is not None and (count > NEAR or workers == 1):
            share *= PROOF / (1 - TOGETHER)
        standing = Standing(self.judge, self.standing.outcome)
        rows = _whole(self.space, standing)
        exact = self.guide._replace(limit=gap)
        worth = exact.worth(rows.pairs, self.space.columns.count, self.total)
        worth |= rows.hint[: len(rows.pairs.item)] > 0
        rows = self.space.rows(standing, rows.items, rows.pairs.only(worth))
        before = self.total
        most = PROOF_LIMIT if share is None else 1e9
        part = self._beside(
            lambda: solve_part(rows, standing, deterministic=most, seconds=share),
            share,
            limits,
            workers,
        )
        limits.charge(part.deterministic)
        standing.apply(part.changes)
        self.take(standing.outcome)
        if part.bound is not None:
            # What was left out costs no less than what there was.
            self.bound = max(self.bound, before + min(part.bound, 0))
        self.proven |= part.status == OPTIMAL and self.total <= before + part.change

    def around(self, limits: Limits, workers: int) -> None:
        """Neighbourhoods within the pairs that the guide leaves in."""
        found = improve(
            self.judge,
            self.standing.outcome,
            limits,
            bound=self.bound,
            workers=workers,
            seed=self.seed,
            space=self.space,
            guide=self.guide,
        )
        self.seed += 1
        self.rounds += found.rounds
        self.proven |= found.optimal
        self.take(found.outcome)

    def _beside(self, job: Callable[[], T], share: float | None, limits: Limits, workers: int) -> T:
        """What the job gives; with more workers neighbourhoods go on meanwhile."""
        if workers == 1 or share is None or limits.left is None:
            return job()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(job)
            self.around(Limits(min(share, limits.left), None), workers - 1)
            return future.result()

    def take(self, outcome: list[int]) -> None:
        """The outcome, if the judge finds it within all rules and better."""
        total = self.judge.evaluate(outcome).total
        if total < self.total and not self.judge.violations(outcome):
            self.standing = Standing(self.judge, outcome)
            self.total = total
