"""The linear relaxation of a part by scipy's HiGHS: a safe bound, reduced costs, a first outcome.

The bound does not trust the solver's floats: its prices are rounded to fractions and the
Lagrangian value of these is computed in whole numbers, which is a bound whatever the prices are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assignwork.solver._columns import Numbers
from assignwork.solver._rows import UNBOUNDED, Rows
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY

# Prices are whole multiples of 1 / 2**20, or coarser where sums could pass 64 bits.
_FINEST = 20
_LARGEST = float(2**61)
# Deterministic seconds of one step of the simplex method, by entry of the matrix; measured.
_STEP = 2e-9
_GIVEN = 1e-6  # a share that is more than a rounding error


class Relaxation(NamedTuple):
    """What the relaxation says of a part.

    Attributes
    ----------
    bound : int
        The part costs no less, in the reckoning of `Rows.constant`.
    reduced : (p,) array of int
        By pair: if it is taken, the part costs no less than `bound` + this.
    share : (p,) array of float
        How much of the item the relaxation gives to the holder.
    deterministic : float
        A measure of the work that is the same on every machine, as seconds.
    """

    bound: int
    reduced: Numbers
    share: npt.NDArray[np.float64]
    deterministic: float


def relax(rows: Rows, *, seconds: float | None = None) -> Relaxation | None:
    """The linear relaxation of a part.

    Parameters
    ----------
    rows : Rows
    seconds : float, optional
        Most seconds of wall time.

    Returns
    -------
    Relaxation or None
        None: stopped before the end.
    """
    from scipy.optimize import linprog  # noqa: PLC0415  # only who needs it pays for it
    from scipy.sparse import csr_array  # noqa: PLC0415  # only who optimizes pays

    shape = (len(rows.low), len(rows.cost))
    if not len(rows.cost):
        return Relaxation(0, rows.cost, np.zeros(0), 0.0)
    matrix = csr_array((rows.factor.astype(float), rows.column, rows.starts), shape=shape)
    equal = rows.low == rows.high
    sides = rows.high.astype(float)
    options: dict[str, float] = {}
    if seconds is not None:
        options["time_limit"] = max(seconds, 0.01)
    found = linprog(
        rows.cost.astype(float),
        A_ub=matrix[~equal] if not equal.all() else None,
        b_ub=sides[~equal] if not equal.all() else None,
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=sides[equal] if equal.any() else None,
        bounds=np.column_stack([np.zeros(shape[1]), rows.upper]),
        method="highs-ds",
        options=options,
    )
    if found.status != 0:
        return None
    prices = np.zeros(shape[0])
    prices[equal] = found.eqlin.marginals
    prices[~equal] = found.ineqlin.marginals
    bound, reduced = safe_bound(rows, prices)
    count = len(rows.pairs.item)
    steps = _STEP * (1 + found.nit) * (len(rows.factor) + shape[1])
    return Relaxation(bound, reduced, found.x[:count], steps)


def safe_bound(rows: Rows, prices: npt.NDArray[np.float64]) -> tuple[int, Numbers]:
    """A bound on what the part costs, from any prices of its rows, in whole numbers.

    The items' own prices are set anew: to the least that any of its holders costs.

    Parameters
    ----------
    rows : Rows
    prices : (r,) array of float
        What one unit more of each row's side is worth; 0 or less where the row bounds from above.

    Returns
    -------
    bound : int
    reduced : (p,) array of int
        By pair, how much more at least the part costs with it.
    """
    items = len(rows.items)
    lengths = np.diff(rows.starts)
    row = np.repeat(np.arange(len(rows.low)), lengths)
    prices = np.where((rows.low <= -UNBOUNDED) & (prices > 0), 0.0, prices)
    prices[:items] = 0.0
    # The largest sum that could come up decides how fine the prices may be.
    factor = np.abs(rows.factor.astype(float))
    size = np.abs(rows.cost.astype(float))
    size += np.bincount(rows.column, weights=factor * np.abs(prices)[row], minlength=len(size))
    most = float((size * rows.upper).sum())
    most += float((np.abs(prices) * np.where(prices, np.abs(rows.high.astype(float)), 0.0)).sum())
    scale = 1 << _FINEST
    while scale > 1 and most * scale > _LARGEST:
        scale >>= 1
    if most * scale > _LARGEST:
        prices = np.zeros(len(prices))
    whole = np.rint(prices * scale).astype(np.int64)
    left = rows.cost * scale
    np.subtract.at(left, rows.column, rows.factor * whole[row])
    count = len(rows.pairs.item)
    rest = left[count:] * rows.upper[count:]
    total = int((whole[items:] * np.where(whole[items:], rows.high[items:], 0)).sum())
    total += int(rest[rest < 0].sum())
    # The pairs of an item stand side by side.
    least = np.minimum.reduceat(left[:count], rows.starts[:items]) if items else left[:0]
    total += int(least.sum())
    bound = -(-total // scale)
    over = left[:count] - np.repeat(least, lengths[:items])
    # total + over is a bound with the pair; what it adds to the rounded bound may be rounded too.
    reduced = -(-(total % scale + over) // scale) - (1 if total % scale else 0)
    return bound, reduced


def round_to(standing: Standing, rows: Rows, relaxed: Relaxation) -> None:
    """Follow the relaxation as far as that keeps the hard rules and gains.

    First what it gives to one holder most clearly; then what waits still, in order of reduced cost.

    Parameters
    ----------
    standing : Standing
        Keeps all hard rules, and goes on to.
    rows : Rows
        Of that outcome, all that is free in it.
    relaxed : Relaxation
    """
    pairs = rows.pairs
    places = rows.places[np.searchsorted(rows.items, pairs.item)]
    given = np.flatnonzero((relaxed.share > _GIVEN) & (pairs.holder != NOBODY))
    order = given[np.argsort(-relaxed.share[given], kind="stable")]
    for place, holder in zip(places[order].tolist(), pairs.holder[order].tolist(), strict=True):
        _try(standing, place, holder)
    holds = np.array(standing.outcome, dtype=np.int64) != NOBODY
    left = np.flatnonzero(~holds[places] & (pairs.holder != NOBODY))
    order = left[np.argsort(relaxed.reduced[left], kind="stable")]
    for place, holder in zip(places[order].tolist(), pairs.holder[order].tolist(), strict=True):
        if standing.outcome[place] == NOBODY:
            _try(standing, place, holder)


def _try(standing: Standing, place: int, holder: int) -> None:
    changes = {
        other: holder for other in standing.set_of(place) if standing.outcome[other] != holder
    }
    if changes and standing.delta(changes) < 0 and standing.fits(changes):
        standing.apply(changes)


def solve_whole(rows: Rows, seconds: float) -> dict[int, int]:
    """A good choice for many items together, by branch and bound over the relaxation.

    Where most of a relaxation is whole anyway, this gets far in a short time; what it finds is not
    proven, and may be nothing. It has no measure of its work but the clock.

    Parameters
    ----------
    rows : Rows
    seconds : float
        Most seconds of wall time.

    Returns
    -------
    dict of int to int
        Item's place in the problem -> its new holder.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  # as in `relax`
    from scipy.sparse import csr_array  # noqa: PLC0415  # only who optimizes pays

    if not rows.feasible or not len(rows.cost):
        return {}
    shape = (len(rows.low), len(rows.cost))
    matrix = csr_array((rows.factor.astype(float), rows.column, rows.starts), shape=shape)
    low = np.where(rows.low <= -UNBOUNDED, -np.inf, rows.low.astype(float))
    count = len(rows.pairs.item)
    found = milp(
        rows.cost.astype(float),
        # Steps of the loads are whole by themselves.
        integrality=np.arange(shape[1]) < count,
        bounds=Bounds(0, rows.upper),
        constraints=LinearConstraint(matrix, low, rows.high.astype(float)),
        options={"mip_rel_gap": 0.0, "time_limit": max(seconds, 0.01)},
    )
    if found.x is None:
        return {}
    chosen = np.flatnonzero(np.rint(found.x[:count]))
    if len(chosen) != len(rows.items):
        return {}
    holders = rows.pairs.holder[chosen].tolist()
    now = zip(rows.places.tolist(), holders, rows.now.tolist(), strict=True)
    return {place: holder for place, holder, old in now if holder != old}
