"""Poisson arrivals: at a constant rate, at that of a table, at that of the hour of the week."""

from __future__ import annotations

import math

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.hours import zone_name
from assignwork.service.offsets import Offsets
from assignwork.simulation._text import amount
from assignwork.simulation.arrivals._integrated import RateArrivals, Steps
from assignwork.simulation.arrivals.base import WIRE, covered, interval, rate, rates

HOUR = 3600.0
"""Seconds."""
HOURS_OF_WEEK = 168
_SINCE_MONDAY = 72
"""Hours from the Monday before to 1970-01-01, a Thursday."""


@WIRE.name("poisson")
@attrs.frozen(field_transformer=f.named)
class Poisson(RateArrivals):
    """Independent customers at a constant rate.

    Parameters
    ----------
    per_hour : float
        Customers per hour; 0: nobody comes.

    Examples
    --------
    >>> came = Poisson(60).instants(0, 8 * 3600, np.random.default_rng(1))
    >>> len(came), came[:3].round(1)
    (486, array([ 64.4,  82.9, 405.4]))
    >>> Poisson(60).expected(0, 8 * 3600)
    480.0
    """

    per_hour: float = attrs.field(converter=rate)

    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """One step; nothing about it is random."""
        del luck
        return Steps(np.array([0.0, end - begin]), np.array([self.per_hour / HOUR]))

    def describe(self) -> str:
        """In plain words, with units."""
        return f"{self.per_hour:,g} an hour"


@WIRE.name("rate_table")
@attrs.frozen(field_transformer=f.named)
class RateTable(RateArrivals):
    """Independent customers at a rate that changes from interval to interval.

    Parameters
    ----------
    per_hour : iterable of float
        Customers per hour in each interval; the first begins with the scenario.
    interval : float, default 3600
        Seconds, from 1.
    repeat : bool, default False
        Whether the table begins again at its end; if not, it has to cover the scenario.

    Examples
    --------
    >>> table = RateTable([60, 0, 120], interval=1800)
    >>> table.expected(0, 5400)
    90.0
    >>> table.expected(0, 7200)  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: per_hour: the table covers 5,400 s (3 of 30 min), and
    7,200 s are needed (allowed: at least 4 intervals); give 1 more, or repeat=True to begin again
    at its end
    """

    per_hour: tuple[float, ...] = attrs.field(converter=rates)
    interval: float = attrs.field(default=HOUR, converter=interval)
    repeat: bool = attrs.field(default=False, converter=f.flag)

    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """A step per interval; nothing about it is random."""
        del luck
        length = end - begin
        if self.repeat:
            needed = max(1, math.ceil(length / self.interval))
        else:
            remedy = "repeat=True to begin again at its end"
            needed = covered(len(self.per_hour), self.interval, length, "per_hour", remedy)
        edges = self.interval * np.arange(needed + 1.0)
        edges[-1] = length
        return Steps(edges, np.resize(self.per_hour, needed) / HOUR)

    def describe(self) -> str:
        """In plain words, with units."""
        again = ", over and over" if self.repeat else ""
        table = f"{len(self.per_hour):,} intervals of {amount(self.interval, 'seconds')}"
        return f"{_span(self.per_hour)} an hour, by {table}{again}"


def _week(value: object, field: str = "") -> tuple[float, ...]:
    found = rates(value, field)
    if len(found) != HOURS_OF_WEEK:
        raise ConfigurationError(
            f"it has {len(found):,} numbers, and a week has {HOURS_OF_WEEK} hours",
            field=field,
            value=len(found),
            limit=f"{HOURS_OF_WEEK} numbers",
            remedy="give one for each hour, from Monday 00:00 on; for 24, give them times 7",
        )
    return found


@WIRE.name("weekly")
@attrs.frozen(field_transformer=f.named)
class Weekly(RateArrivals):
    """Independent customers at a rate that depends on the local hour of the week.

    When clocks are set back, the hour that comes twice has its rate twice; when they are set
    forward, the hour that is left out has none.

    Parameters
    ----------
    per_hour : iterable of float
        168 numbers: customers per hour, from Monday 00:00 on.
    time_zone : str, default "UTC"
        Of the IANA database.

    Examples
    --------
    >>> office = [0] * 9 + [20] * 8 + [0] * 7
    >>> week = Weekly(office * 5 + [0] * 48, "Europe/Madrid")
    >>> week.describe()
    '0 to 20 an hour, by hour of the week in Europe/Madrid (800 a week)'
    >>> monday = 1_767_567_600  # 2026-01-05 00:00 in Madrid
    >>> week.expected(monday, monday + 12 * 3600)
    60.0
    """

    per_hour: tuple[float, ...] = attrs.field(converter=_week)
    time_zone: str = attrs.field(default="UTC", converter=zone_name)

    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """A step per hour of the clock; nothing about it is random."""
        del luck
        begun, hours = [], []
        for start, stop, offset in Offsets(self.time_zone).between(
            math.floor(begin), math.ceil(end)
        ):
            first, last = (start + offset) // 3600, (stop + offset - 1) // 3600
            clock = np.arange(first, last + 1)
            hours.append(clock)
            begun.append(np.maximum(clock * 3600 - offset, start))
        edges = np.append(np.concatenate(begun) - begin, end - begin)
        edges[0] = 0.0
        of_week = (np.concatenate(hours) + _SINCE_MONDAY) % HOURS_OF_WEEK
        return Steps(edges, np.array(self.per_hour)[of_week] / HOUR)

    def describe(self) -> str:
        """In plain words, with units."""
        total = f"{sum(self.per_hour):,g} a week"
        return f"{_span(self.per_hour)} an hour, by hour of the week in {self.time_zone} ({total})"


def _span(per_hour: tuple[float, ...]) -> str:
    low, high = f"{min(per_hour):,g}", f"{max(per_hour):,g}"
    return low if low == high else f"{low} to {high}"
