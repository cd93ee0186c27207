"""How times are taken: bare loop and desk in turn, so that a noisy machine disturbs both alike.

Throughput is measured in seconds of this process's processor time, in which what else the machine
does counts little; single calls by the wall clock, whose reading costs less than a tenth of them.
The garbage collector runs as it does for every user.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from math import ceil
from statistics import median
from time import process_time

import attrs

clock = process_time


@attrs.frozen
class Pair:
    """Seconds that the same work took, one after the other."""

    bare: float
    ours: float

    @property
    def ratio(self) -> float:
        """Our speed as a share of the bare loop's."""
        return self.bare / self.ours


def alternate(bare: Callable[[], float], ours: Callable[[], float], runs: int) -> list[Pair]:
    """Run both in turn; each returns its seconds.

    Examples
    --------
    >>> alternate(lambda: 1.0, lambda: 4.0, runs=2)
    [Pair(bare=1.0, ours=4.0), Pair(bare=1.0, ours=4.0)]
    """
    return [Pair(cleanly(bare), cleanly(ours)) for _ in range(runs)]


def cleanly(measure: Callable[[], float]) -> float:
    """What it returns, when it does not begin with the garbage of the run before."""
    gc.collect()
    return measure()


def per_second(count: float, seconds: Sequence[float]) -> float:
    """The rate of the median run.

    Examples
    --------
    >>> per_second(100, [2.0, 1.0, 4.0])
    50.0
    """
    return count / median(seconds)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` of all do not exceed.

    Examples
    --------
    >>> percentile(range(1, 101), 0.99), percentile([3.0], 0.5)
    (99, 3.0)
    """
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]
