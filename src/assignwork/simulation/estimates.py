"""Means over replications and their confidence intervals (120 of the design notes)."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork import _fields as f
from assignwork.simulation.trial import Instants

Values = npt.NDArray[np.float64]

ROUNDING = 1e-8
"""Share of a figure by which nothing but rounding can make it differ."""


@attrs.frozen
class Estimate:
    """A mean over replications with Student's t interval; in the unit of what was measured.

    Attributes
    ----------
    mean : float
        NaN where no replication has a value.
    low, high, half_width, standard_error : float
        NaN with fewer than two replications: one run does not tell how much runs differ.
    replications : int
        Those that have a value.
    confidence : float
        Share of such intervals that hold the true mean.
    """

    mean: float
    low: float
    high: float
    half_width: float
    replications: int
    confidence: float
    standard_error: float

    @property
    def known(self) -> bool:
        """Whether there is an interval: at least two replications have a value."""
        return self.replications > 1

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        return {name: plain(value) for name, value in attrs.asdict(self).items()}

    def __str__(self) -> str:
        if not self.replications:
            return "no value in any replication"
        if not self.known:
            return f"{self.mean:.6g} (1 replication: no interval)"
        return (
            f"{self.mean:.6g} ({100 * self.confidence:g} % interval {self.low:.6g} to "
            f"{self.high:.6g}; {self.replications} replications)"
        )


def confidence_level(value: float, field: str = "confidence") -> float:
    """A share above 0 and below 1."""
    if isinstance(value, float) and 0 < value < 1:
        return float(value)
    return f.refuse(field, value, "a share above 0 and below 1", "give 95 % as 0.95")


def plain(value: Any) -> Any:
    """A number for JSON: None where there is none."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


@attrs.frozen(eq=False)
class Intervals:
    """Many estimates at once, over the first axis of an array of values.

    Attributes
    ----------
    mean, half_width, variance : array of float
        NaN where there are too few values.
    count : array of int
        How many values there were.
    confidence : float
    """

    mean: Values
    half_width: Values
    variance: Values
    count: npt.NDArray[np.int64]
    confidence: float

    def at(self, index: Any = ()) -> Estimate:
        """One of them."""
        mean, half = float(self.mean[index]), float(self.half_width[index])
        count = int(self.count[index])
        error = float(np.sqrt(self.variance[index] / count)) if count else float("nan")
        return Estimate(mean, mean - half, mean + half, half, count, self.confidence, error)


def intervals(values: Values, confidence: float) -> Intervals:
    """Mean and Student's t interval over the first axis; NaN is left out.

    Examples
    --------
    >>> found = intervals(np.array([4.0, 6.0, 5.0]), 0.95).at()
    >>> round(found.mean, 3), round(found.half_width, 3)
    (5.0, 2.484)
    """
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    mean = np.full(count.shape, np.nan)
    np.divide(np.where(there, values, 0.0).sum(axis=0), count, out=mean, where=count > 0)
    # What is the same in all replications has that mean, and not one that differs in a last digit.
    low = np.where(there, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(there, values, -np.inf).max(axis=0, initial=-np.inf)
    mean = np.where(low == high, low, mean)
    size = np.where(count > 0, np.maximum(np.abs(low), np.abs(high)), 0.0)
    varies = np.where(count > 0, high - low, 0.0) > ROUNDING * size
    squares = np.where(there & varies, values - mean, 0.0) ** 2
    variance = np.full(count.shape, np.nan)
    np.divide(squares.sum(axis=0), count - 1, out=variance, where=count > 1)
    half_width = t_quantile(count - 1, confidence) * np.sqrt(variance / np.maximum(count, 1))
    return Intervals(mean, half_width, variance, count, confidence)


def t_quantile(freedom: Any, confidence: float) -> Instants:
    """How many standard errors an interval reaches to either side, by degrees of freedom."""
    from scipy.special import stdtrit  # noqa: PLC0415  # slow to load; a worker has no use for it

    found: Instants = stdtrit(np.maximum(freedom, 1), (1 + confidence) / 2)
    return found
