"""Rates made more variable, and what-ifs: a rate times a factor."""

from __future__ import annotations

import math

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount
from assignwork.simulation.arrivals._integrated import RateArrivals, Steps
from assignwork.simulation.arrivals.base import WIRE, AnyArrivals, arrivals, interval
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions.families import Gamma

DAY = 86_400.0
"""Seconds."""


def _with_rate(value: AnyArrivals, field: str = "") -> RateArrivals:
    found = arrivals(value, field)
    if not isinstance(found, RateArrivals):
        raise ConfigurationError(
            f"{found.wire_name} arrivals have no rate that could be multiplied",
            field=field,
            value=found,
            limit="poisson, rate_table, weekly, overdispersed or scaled",
            remedy="give a RateTable of how many come per hour",
        )
    return found


@WIRE.name("overdispersed")
@attrs.frozen(field_transformer=f.named)
class Overdispersed(RateArrivals):
    """Good days and bad: the rate times a gamma factor of mean 1, drawn anew for each period.

    Counts of real days vary more than those of a Poisson process. Of a period in which `m` are
    expected the variance of the count is m + (cv · m)²: the index of dispersion, variance ÷ mean,
    is 1 + cv² · m and grows with the rate.

    Parameters
    ----------
    of : Arrivals
        With a rate; a number: customers per hour.
    cv : float
        Coefficient of variation of the factor, above 0.
    period : float, default 86400
        Seconds, from 1; the first begins with the scenario.

    Notes
    -----
    The factors are drawn apart from the customers: with a higher `cv` the same good days are
    better, and the n-th customer is the same one. The mixed Poisson model is that of Jongbloed and
    Koole, "Managing uncertainty in call centres using Poisson mixtures", Applied Stochastic Models
    in Business and Industry 17 (2001).

    Examples
    --------
    >>> Overdispersed(60, cv=0.2).describe()
    '60 an hour, times a factor of mean 1, cv 0.2, drawn every 24 h'
    """

    of: RateArrivals = attrs.field(converter=_with_rate)
    cv: float = attrs.field(converter=i.variation)
    period: float = attrs.field(default=DAY, converter=interval)

    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """The rate of `of`, times the factor of each period."""
        if luck is None:
            return self.of.steps(begin, end, None)
        (own,) = luck.spawn(1)
        periods = math.ceil((end - begin) / self.period)
        factors = Gamma(1.0, self.cv).at(own.random(periods))
        return self.of.steps(begin, end, luck).times(
            factors, self.period * np.arange(periods + 1.0)
        )

    def describe(self) -> str:
        """In plain words, with units."""
        drawn = f"drawn every {amount(self.period, 'seconds')}"
        return f"{self.of.describe()}, times a factor of mean 1, cv {self.cv:g}, {drawn}"


@WIRE.name("scaled")
@attrs.frozen(field_transformer=f.named)
class Scaled(RateArrivals):
    """A what-if: the rate times a factor, from some time on, for some time.

    The customers are the same: the n-th comes earlier where the rate is higher.

    Parameters
    ----------
    of : Arrivals
        With a rate; a number: customers per hour. Arrivals that are counted, logged or regular have
        none: which customers would be added is not known.
    factor : float
        From 0: nobody comes.
    after : float, default 0
        Seconds from the begin.
    until : float, optional
        Seconds from the begin, above `after`; None: to the end.

    Examples
    --------
    >>> launch = Scaled(60, factor=3, after=9 * 3600, until=12 * 3600)
    >>> launch.expected(0, 86_400) - launch.of.expected(0, 86_400)
    360.0
    """

    of: RateArrivals = attrs.field(converter=_with_rate)
    factor: float = attrs.field(converter=i.factor)
    after: float = attrs.field(default=0.0, converter=i.seconds)
    until: float | None = attrs.field(default=None, converter=i.optional_seconds)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until <= self.after:
            raise ConfigurationError(
                f"{self.until:g} s is not later than after, {self.after:g} s",
                field="until",
                value=self.until,
                limit=f"above {self.after:g} s",
                remedy="give seconds from the begin, or None for all that follows",
            )

    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """The rate of `of`, times the factor between the two offsets."""
        until = math.inf if self.until is None else self.until
        steps = self.of.steps(begin, end, luck)
        return steps.times(np.array([self.factor]), np.array([self.after, until]))

    def describe(self) -> str:
        """In plain words, with units."""
        parts = [f"{self.of.describe()}, times {self.factor:g}"]
        if self.after:
            parts.append(f"after {amount(self.after, 'seconds')}")
        if self.until is not None:
            parts.append(f"until {amount(self.until, 'seconds')}")
        return " ".join(parts)
