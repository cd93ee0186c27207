"""How often intervals contain the exact answer, and whether that is as often as they say."""

from math import sqrt
from zlib import crc32

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
SURPRISE = 0.001
"""Two-sided probability below which a count is not believed."""


def experiments(system, count, replications, *, longer=1):
    """Figures as an array: measure, experiment, replication; each window so many times as long.

    Each system has seeds of its own: the same luck in all of them would be one experiment.
    """
    seed = crc32(system.name.encode())
    runs = [
        [system.measured(seed + experiment, number, longer) for number in range(replications)]
        for experiment in range(count)
    ]
    return {
        name: np.array([[found[name] for found in experiment] for experiment in runs])
        for name in system.exact
    }


def covered(values, exact):
    """Of each experiment, whether Student's t interval over its replications contains `exact`."""
    replications = values.shape[1]
    half = stats.t.ppf((1 + CONFIDENCE) / 2, replications - 1) * values.std(axis=1, ddof=1)
    # what cannot vary, such as that nobody waits, must be exact
    return np.abs(values.mean(axis=1) - exact) <= half / sqrt(replications)


def believable(hits, count):
    """Whether so many of so many independent intervals may have contained it."""
    return stats.binomtest(hits, count, CONFIDENCE).pvalue >= SURPRISE


def distance(values, exact):
    """How far the mean of all is from the exact answer, in its own standard errors."""
    error = values.std(ddof=1) / sqrt(values.size)
    return (values.mean() - exact) / error if error else 0.0
