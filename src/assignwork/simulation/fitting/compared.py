"""A figure, a distribution and a week of the log beside those of the simulation."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from assignwork.simulation.estimates import Estimate, plain
from assignwork.simulation.measures import Group
from assignwork.simulation.trial import Instants

PERCENTS = np.arange(1.0, 100.0)
"""At which quantiles are compared."""
_LEAST = 2


@attrs.frozen
class Compared:
    """A figure of the log and of the simulation.

    Attributes
    ----------
    measure : str
        A name of `assignwork.simulation.measures.MEASURES`.
    group : (str, label)
        Of which customers or agents.
    logged : float
        NaN where there is no value; so for the others.
    simulated : Estimate
        The mean over replications and its interval.
    low, high : float
        Between them one more replication would lie, with 95 %: the log is one course of events.
    """

    measure: str
    group: Group
    logged: float
    simulated: Estimate
    low: float
    high: float

    @property
    def within(self) -> bool | None:
        """Whether the log could be a replication; None: there is no value to compare."""
        if math.isnan(self.logged) or math.isnan(self.low):
            return None
        return self.low <= self.logged <= self.high

    @property
    def off(self) -> float:
        """(simulated - logged) ÷ logged; NaN where the log has 0."""
        return (self.simulated.mean - self.logged) / self.logged if self.logged else math.nan

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        kind, label = self.group
        return {
            "measure": self.measure,
            "group": {"kind": kind, "label": label},
            "logged": plain(self.logged),
            "simulated": self.simulated.to_dict(),
            "low": plain(self.low),
            "high": plain(self.high),
            "within": self.within,
            "off": plain(self.off),
        }


@attrs.frozen
class Distance:
    """How far two distributions are apart.

    Attributes
    ----------
    name : {'wait', 'handle time', 'time in system'}
    seconds : float
        Mean distance of their quantiles at 1, 2 ... 99 %.
    share : float
        That, of the mean of the logged ones.
    most : float
        The largest difference of their distribution functions (Kolmogorov-Smirnov), 0 to 1.
    logged, simulated : tuple of float
        The quantiles, seconds.
    """

    name: str
    seconds: float
    share: float
    most: float
    logged: tuple[float, ...] = attrs.field(repr=False)
    simulated: tuple[float, ...] = attrs.field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = {name: plain(getattr(self, name)) for name in ("name", "seconds", "share", "most")}
        return {**found, "logged": list(self.logged), "simulated": list(self.simulated)}


@attrs.frozen
class Week:
    """Arrivals of the log and of the simulation by hour of the week.

    Attributes
    ----------
    time_zone : str
    logged, simulated : tuple of float
        Customers per hour in each local hour of the week, from Monday 00:00 on: 168 numbers; 0
        where the part that is compared has no such hour.
    """

    time_zone: str
    logged: tuple[float, ...]
    simulated: tuple[float, ...]


def distance(name: str, logged: Instants, simulated: Instants) -> Distance:
    """Of two samples.

    Examples
    --------
    >>> found = distance("wait", np.array([0.0, 10.0]), np.array([5.0, 15.0]))
    >>> found.seconds, found.share, found.most
    (5.0, 1.0, 0.5)
    """
    a, b = np.percentile(logged, PERCENTS), np.percentile(simulated, PERCENTS)
    every = np.unique(np.concatenate((logged, simulated)))
    shares = [
        np.searchsorted(np.sort(values), every, side="right") / len(values)
        for values in (logged, simulated)
    ]
    seconds = float(np.abs(a - b).mean())
    mean = float(logged.mean())
    return Distance(
        name, seconds, seconds / mean if mean else math.nan,
        float(np.abs(shares[0] - shares[1]).max()), tuple(a.tolist()), tuple(b.tolist()),
    )  # fmt: skip


def correlation(a: Instants, b: Instants) -> float:
    """Pearson's; NaN where one of them does not vary.

    Examples
    --------
    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])), 6)
    1.0
    """
    if len(a) < _LEAST or not a.std() or not b.std():
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])
