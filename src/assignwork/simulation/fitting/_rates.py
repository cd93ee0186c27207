"""When customers come: rates by hour of the week, and whether days vary more than chance has it."""

from __future__ import annotations

import math

import attrs
import numpy as np

from assignwork.simulation.arrivals import Arrivals, Counts, Logged, Overdispersed, Weekly
from assignwork.simulation.distributions._inputs import LEAST_CV
from assignwork.simulation.fitting._clock import Clock, weekdays
from assignwork.simulation.trial import Instants

WAYS = ("weekly", "counts", "logged")
CLEAR = 0.01
"""The p-value below which days vary clearly more than those of a Poisson process."""
_LEAST_CV = 0.05
_FEWEST_DAYS = 14
_EACH = 3600.0


@attrs.frozen
class Spread:
    """How much the days of a stream vary around what is usual for their weekday.

    Attributes
    ----------
    days : int
        Days that were compared.
    dispersion : float
        Variance ÷ mean of the daily counts (Pearson); 1 for a Poisson process.
    p_value : float
        How often chance alone, in a Poisson process, gives as much.
    cv : float
        Coefficient of variation of a factor of the days that explains it; 0: none.
    """

    days: int
    dispersion: float
    p_value: float
    cv: float

    @property
    def clear(self) -> bool:
        """Whether it is more than chance, and enough to matter."""
        return self.p_value < CLEAR and self.cv > _LEAST_CV


def spread(at: Instants, clock: Clock) -> Spread:
    """Daily counts against the mean of their weekday.

    Pearson's statistic Σ (n - m)² ÷ m against chi-square with (days - weekdays) degrees of freedom;
    the variance of the factor by moments, (n - m)² = m + (cv · m)², after Jongbloed and Koole
    (2001), see `Overdispersed`.
    """
    from scipy.special import chdtrc  # noqa: PLC0415  # slow to load

    first, last = clock.days(np.array([clock.begin, math.nextafter(clock.end, 0.0)]))
    span = np.arange(first, last + 1)
    counts = np.bincount(clock.days(at) - first, minlength=len(span)).astype(np.float64)
    weekday = weekdays(span)
    often = np.bincount(weekday, minlength=7)
    means = (np.bincount(weekday, weights=counts, minlength=7) / np.maximum(often, 1))[weekday]
    some = means > 0
    freedom = int(some.sum()) - len(np.unique(weekday[some]))
    if len(span) < _FEWEST_DAYS or freedom < 1:
        return Spread(int(some.sum()), 1.0, 1.0, 0.0)
    squares = (counts - means)[some] ** 2
    statistic = float((squares / means[some]).sum())
    corrected = squares * (some.sum() / freedom)  # the means are estimated from the same days
    factor = float((corrected - means[some]).sum() / (means[some] ** 2).sum())
    return Spread(
        days=int(some.sum()),
        dispersion=statistic / freedom,
        p_value=float(chdtrc(freedom, statistic)),
        cv=math.sqrt(max(factor, 0.0)),
    )


def weekly(at: Instants, clock: Clock) -> Weekly:
    """How many came in each hour of the week, by how often there was that hour.

    An hour that the window does not have gets the mean rate of that hour on the other days.
    """
    counts, lasted = clock.counts_by_hour(at), clock.lasted()
    counts, hours = counts.reshape(7, 24), lasted.reshape(7, 24)
    usual = np.divide(
        counts.sum(axis=0), hours.sum(axis=0), out=np.zeros(24), where=hours.sum(axis=0) > 0
    )
    rates = np.broadcast_to(usual, (7, 24)).copy()
    np.divide(counts, hours, out=rates, where=hours > 0)
    return Weekly(rates.reshape(-1), clock.zone)


def fitted(at: Instants, clock: Clock, way: str, rates: Weekly, spread_of_days: Spread) -> Arrivals:
    """The arrivals of a stream in one of the `WAYS`."""
    if way == "logged":
        return Logged(at)
    if way == "counts":
        intervals = math.ceil((clock.end - clock.begin) / _EACH)
        place = ((at - clock.begin) // _EACH).astype(np.int64)
        return Counts(np.bincount(place, minlength=intervals), _EACH)
    if not spread_of_days.clear:
        return rates
    return Overdispersed(rates, max(spread_of_days.cv, LEAST_CV))
