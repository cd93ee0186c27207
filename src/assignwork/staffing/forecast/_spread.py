"""How far counts lie from what was expected: more than by chance alone, and by how much.

A count is taken as Poisson with a mean that is itself uncertain: expected times a gamma factor of
mean 1 and squared coefficient of variation `extra`. Then it is negative binomial, with variance
expected + extra · expected². (Jongbloed and Koole, "Managing uncertainty in call centres using
Poisson mixtures", Applied Stochastic Models in Business and Industry 17, 2001.)
"""

from __future__ import annotations

import numpy as np

from assignwork.staffing.forecast._grid import Floats

_LEAST = 1e-9
"""An `extra` below this is none."""


def extra_variance(counts: Floats, expected: Floats) -> float:
    """What explains the squared errors beyond chance, by the method of moments; at least 0.

    Pairs of which one is not known are left out.
    """
    both = ~(np.isnan(counts) | np.isnan(expected))
    came, mean = counts[both], expected[both]
    squares = float(np.sum(mean**2))
    if squares == 0:
        return 0.0
    return max(0.0, float(np.sum((came - mean) ** 2 - mean)) / squares)


def quantiles(expected: Floats, extra: float, share: float) -> Floats:
    """Of the count in each interval; 0 where nobody is expected."""
    from scipy import stats  # noqa: PLC0415  # slow to import

    found = np.zeros(len(expected))
    some = expected > 0
    mean = expected[some]
    if extra < _LEAST:
        found[some] = stats.poisson.ppf(share, mean)
    else:
        size = 1.0 / extra
        found[some] = stats.nbinom.ppf(share, size, size / (size + mean))
    return found
