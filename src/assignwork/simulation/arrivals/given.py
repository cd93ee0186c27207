"""Arrivals without a rate: evenly spaced, so many per interval, or exactly those of a log."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount
from assignwork.simulation.arrivals.base import MOST, WIRE, Arrivals, covered, interval
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats


@WIRE.name("regular")
@attrs.frozen(field_transformer=f.named)
class Regular(Arrivals):
    """Evenly spaced; nothing about it is random.

    Parameters
    ----------
    every : float
        Seconds from one to the next, above 0.
    first : float, default 0
        Seconds from the begin to the first; by default he is there when it begins.

    Examples
    --------
    >>> Regular(600).instants(0, 1800, np.random.default_rng(1))
    array([   0.,  600., 1200.])
    """

    every: float = attrs.field(converter=i.positive_seconds)
    first: float = attrs.field(default=0.0, converter=i.seconds)

    def _instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats:
        del rng
        most = self._most(end - begin)
        self._refuse_crowds(most)
        found = begin + (self.first + self.every * np.arange(float(most)))
        return found[: int(np.searchsorted(found, end))]

    def _expected(self, begin: float, end: float) -> float:
        return float(self._most(end - begin))

    def _most(self, length: float) -> int:
        return max(0, math.ceil((length - self.first) / self.every))

    def describe(self) -> str:
        """In plain words, with units."""
        after = f", the first after {amount(self.first, 'seconds')}" if self.first else ""
        return f"one every {amount(self.every, 'seconds')}{after}"


def _counts(value: Any, field: str = "") -> tuple[int, ...]:
    what, requirement = "a list of numbers of customers", "a whole number of customers"
    found = i.numbers(value, field, what, requirement, 0.0, MOST)
    broken = found != np.floor(found)
    if broken.any():
        at = int(broken.argmax())
        f.refuse(f"{field}[{at}]", float(found[at]), requirement)
    return tuple(found.astype(int).tolist())


@WIRE.name("counts")
@attrs.frozen(field_transformer=f.named)
class Counts(Arrivals):
    """Exactly so many customers in each interval, each at a random instant of it.

    They have to cover the scenario. If it ends within an interval, those of it come who come before
    the end: each of its customers with the share of the interval that has passed.

    Parameters
    ----------
    counts : iterable of int
        Customers in each interval, from 0; the first interval begins with the scenario.
    interval : float, default 3600
        Seconds, from 1.

    Examples
    --------
    >>> hours = Counts([2, 0, 3])
    >>> came = hours.instants(0, 3 * 3600, np.random.default_rng(1))
    >>> (came // 3600).astype(int).tolist()
    [0, 0, 2, 2, 2]
    """

    counts: tuple[int, ...] = attrs.field(converter=_counts)
    interval: float = attrs.field(default=3600.0, converter=interval)

    def _instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats:
        counts = self._needed(begin, end)
        self._refuse_crowds(sum(counts))
        borders = begin + self.interval * np.arange(len(counts) + 1.0)
        place = np.repeat(np.arange(len(counts)), counts)
        found = borders[place] + self.interval * rng.random(len(place))
        # an instant must not be rounded into the next interval
        np.minimum(found, np.nextafter(borders[place + 1], -math.inf), out=found)
        found.sort()
        return found[: int(np.searchsorted(found, end))]

    def _expected(self, begin: float, end: float) -> float:
        counts = self._needed(begin, end)
        if not counts:
            return 0.0
        last = (end - begin) / self.interval - (len(counts) - 1)
        return sum(counts[:-1]) + counts[-1] * min(last, 1.0)

    def _needed(self, begin: float, end: float) -> tuple[int, ...]:
        remedy = "end the scenario earlier"
        return self.counts[
            : covered(len(self.counts), self.interval, end - begin, "counts", remedy)
        ]

    def describe(self) -> str:
        """In plain words, with units."""
        table = f"{len(self.counts):,} intervals of {amount(self.interval, 'seconds')}"
        return f"exactly {sum(self.counts):,}, by {table}"


def _instants(value: Any, field: str = "") -> tuple[float, ...]:
    given = value if isinstance(value, np.ndarray) else list(f.entries(value, field))
    if len(given) == 0:
        raise ConfigurationError(
            "no instant is logged", field=field, value=value, remedy="leave the stream out"
        )
    found = [f.instant(i.plain(entry), f"{field}[{at}]") for at, entry in enumerate(given)]
    return tuple(sorted(found))


@WIRE.name("logged")
@attrs.frozen(field_transformer=f.named)
class Logged(Arrivals):
    """Exactly the customers of a log; those outside of the scenario's time are left out.

    Parameters
    ----------
    at : iterable of (float, datetime or str)
        Instants: POSIX seconds, aware datetimes, ISO 8601 with an offset; in any order.

    Examples
    --------
    >>> log = Logged(["2026-03-02T09:00:00+01:00", "2026-03-02T09:00:20+01:00"])
    >>> log.describe()
    '2 as logged, 2026-03-02 08:00:00 to 2026-03-02 08:00:20 UTC'
    """

    at: tuple[float, ...] = attrs.field(converter=_instants, repr=f.shown)

    @cached_property
    def _array(self) -> Floats:
        return np.array(self.at)

    def _instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats:
        del rng
        self._require_within(begin, end)
        return self._within(begin, end).copy()

    def require_usable(self, begin: float, end: float) -> None:
        """Refuse a time in which none of the log lies; as `Arrivals.require_usable`."""
        super().require_usable(begin, end)
        self._require_within(begin, end)

    def _require_within(self, begin: float, end: float) -> None:
        if end <= self.at[0] or self.at[-1] < begin:
            raise ConfigurationError(
                f"all {len(self.at):,} instants, {self._span()}, lie outside of the scenario's "
                f"time, {_shown(begin)} to {_shown(end)} UTC",
                field="at",
                value=self.at[0],
                limit=f"POSIX seconds in [{begin:.0f}, {end:.0f})",
                remedy="let the scenario start within the log, or leave the stream out",
            )

    def _expected(self, begin: float, end: float) -> float:
        return float(len(self._within(begin, end)))

    def _within(self, begin: float, end: float) -> Floats:
        first, last = np.searchsorted(self._array, (begin, end))
        return self._array[first:last]

    def _span(self) -> str:
        return f"{_shown(self.at[0])} to {_shown(self.at[-1])} UTC"

    def describe(self) -> str:
        """In plain words, with units."""
        return f"{len(self.at):,} as logged, {self._span()}"


def _shown(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")
