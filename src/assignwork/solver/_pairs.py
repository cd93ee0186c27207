"""The engine for what no flow can say, such as weights that depend on the agent.

Relaxation, then the few pairs of small reduced cost as a whole, then neighbourhoods within them.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from assignwork.solver._columns import Columns
from assignwork.solver._limits import Limits
from assignwork.solver._neighbourhoods import Guide, Improved, improve, pair_keys
from assignwork.solver._relaxation import relax, solve_whole
from assignwork.solver._rows import Space
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY, Judge

LARGEST = 400_000  # pairs up to which the relaxation of the whole is worth its time
FEW, SOME = 4, 6  # pairs per item that are taken together, and that neighbourhoods look at
WHOLE = 0.4  # of the time is for all the kept pairs together
NODES = 100  # of the search tree for them where there is no wall clock


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
    if count > LARGEST or limits.reached or not len(columns.free):
        return improve(judge, outcome, limits, workers=workers, seed=seed, space=space)
    standing = Standing(judge, outcome)
    total = judge.evaluate(outcome).total
    items = np.arange(len(columns.free))
    rows = space.rows(standing, items, space.pairs(items, outcome))
    relaxed = relax(rows, seconds=limits.left)
    if relaxed is None:
        return improve(judge, outcome, limits, workers=workers, seed=seed, space=space)
    limits.charge(relaxed.deterministic)
    bound = total + relaxed.bound - rows.constant
    if bound >= total:
        return Improved(list(outcome), total, total, optimal=True, rounds=0)
    pairs = rows.pairs
    ranked = np.sort(relaxed.reduced)
    guide = Guide(
        bound,
        pair_keys(pairs, columns.count),
        relaxed.reduced,
        int(ranked[min(len(ranked), SOME * len(items)) - 1]),
    )
    few = relaxed.reduced <= ranked[min(len(ranked), FEW * len(items)) - 1]
    few |= pairs.holder == NOBODY
    few |= rows.hint[: len(pairs.item)] > 0
    kept = space.rows(standing, items, pairs.only(few))
    share = None if limits.left is None else limits.left * WHOLE
    nodes = NODES if limits.deterministic_limit is not None else None

    def neighbourhoods(start: Sequence[int], within: Limits, many: int) -> Improved:
        return improve(
            judge, start, within, bound=bound, workers=many, seed=seed, space=space, guide=guide
        )

    start = list(outcome)
    if workers > 1 and share is not None:
        # The neighbourhoods need not wait for it.
        with ThreadPoolExecutor(1) as pool:
            whole = pool.submit(solve_whole, kept, seconds=share, nodes=nodes)
            first = neighbourhoods(start, Limits(share, None), workers - 1)
            start = first.outcome
            changes, spent = whole.result()
    else:
        changes, spent = solve_whole(kept, seconds=share, nodes=nodes)
    limits.charge(spent)
    if changes:
        found = list(outcome)
        for place, holder in changes.items():
            found[place] = holder
        if (
            not judge.violations(found)
            and judge.evaluate(found).total < judge.evaluate(start).total
        ):
            start = found
    return neighbourhoods(start, limits, workers)
