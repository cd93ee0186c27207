"""How often intervals contain the exact answer, and whether that is as often as they say."""

from math import sqrt

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
SURPRISE = 0.001
"""Two-sided probability below which a count is not believed."""


def experiments(system, count, replications, *, seed=0):
    """Figures as an array: measure, experiment, replication."""
    runs = [
        [system.measured(seed + experiment, number) for number in range(replications)]
        for experiment in range(count)
    ]
    return {
        name: np.array([[found[name] for found in experiment] for experiment in runs])
        for name in system.exact
    }


def covered(values, exact):
    """In how many experiments the Student's t interval over the replications contains `exact`."""
    replications = values.shape[1]
    half = stats.t.ppf((1 + CONFIDENCE) / 2, replications - 1) * values.std(axis=1, ddof=1)
    return int((np.abs(values.mean(axis=1) - exact) <= half / sqrt(replications)).sum())


def believable(hits, count):
    """Whether so many of so many independent intervals may have contained it."""
    return stats.binomtest(hits, count, CONFIDENCE).pvalue >= SURPRISE


def distance(values, exact):
    """How far the mean of all is from the exact answer, in its own standard errors."""
    return (values.mean() - exact) / (values.std(ddof=1) / sqrt(values.size))
