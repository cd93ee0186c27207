"""What clocks show in a time zone, of many instants at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from assignwork.service.offsets import DAY_SECONDS, EPOCH_DAY, Offsets
from assignwork.simulation.arrivals import Weekly
from assignwork.simulation.arrivals.rates import HOUR, HOURS_OF_WEEK
from assignwork.simulation.trial import Instants

Whole = npt.NDArray[np.int64]
DAY = float(DAY_SECONDS)
_THURSDAY = 3
"""The weekday of 1970-01-01, Monday being 0."""


class Clock:
    """The local time in a span of time.

    Parameters
    ----------
    zone : str
        Of the IANA database.
    begin, end : float
        POSIX seconds.
    """

    def __init__(self, zone: str, begin: float, end: float) -> None:
        self.zone = zone
        self.begin, self.end = begin, end
        self._offsets = Offsets(zone)
        parts = self._offsets.between(math.floor(begin), math.ceil(end) + 1)
        self._starts = np.array([part[0] for part in parts], np.float64)
        self._by = np.array([part[2] for part in parts], np.float64)

    def shows(self, at: Instants) -> Instants:
        """Local seconds since 1970-01-01 00:00, of instants in POSIX seconds."""
        place = np.searchsorted(self._starts, at, side="right") - 1
        return at + self._by[np.maximum(place, 0)]

    def days(self, at: Instants) -> Whole:
        """Local dates, as days since 1970-01-01."""
        return np.floor(self.shows(at) / DAY).astype(np.int64)

    def hours_of_week(self, at: Instants) -> Whole:
        """Local hours of the week, from Monday 00:00 on, 0 to 167."""
        hours = np.floor(self.shows(at) / HOUR).astype(np.int64)
        return (hours + 24 * _THURSDAY) % HOURS_OF_WEEK

    def lasted(self) -> Instants:
        """How many hours of the span lie in each hour of the week."""
        steps = Weekly(range(HOURS_OF_WEEK), self.zone).steps(self.begin, self.end, None)
        of_week = np.rint(steps.rates * HOUR).astype(np.int64)
        lengths = np.diff(steps.edges) / HOUR
        found: Instants = np.bincount(of_week, weights=lengths, minlength=HOURS_OF_WEEK).astype(
            np.float64
        )
        return found

    def counts_by_hour(self, at: Instants) -> Instants:
        """How many of the instants lie in each hour of the week."""
        found: Instants = np.bincount(self.hours_of_week(at), minlength=HOURS_OF_WEEK).astype(
            np.float64
        )
        return found

    def mean_by_hour(self, spans: Sequence[tuple[Instants, Instants]]) -> Instants:
        """How many were there on average in each hour of the week; 0 where the span has none.

        Parameters
        ----------
        spans : sequence of (array, array)
            Of each, the instants at which he comes and at which he goes.
        """
        nothing = [np.empty(0)]
        came = np.concatenate([since for since, _ in spans] or nothing)
        went = np.concatenate([until for _, until in spans] or nothing)
        at = np.concatenate((came, went))
        order = np.argsort(at, kind="stable")
        at = np.concatenate(([self.begin], at[order], [self.end]))
        there = np.cumsum(np.concatenate(([0], np.repeat([1, -1], len(came))[order])))
        so_far = np.concatenate(([0.0], np.cumsum(there * np.diff(at))))
        steps = Weekly(range(HOURS_OF_WEEK), self.zone).steps(self.begin, self.end, None)
        of_week = np.rint(steps.rates * HOUR).astype(np.int64)
        each = np.diff(np.interp(self.begin + steps.edges, at, so_far)) / HOUR
        total = np.bincount(of_week, weights=each, minlength=HOURS_OF_WEEK)
        lasted = self.lasted()
        found: Instants = np.divide(total, lasted, out=np.zeros(HOURS_OF_WEEK), where=lasted > 0)
        return found

    def midnight(self, day: int) -> float:
        """The instant at which a local date begins."""
        return self._offsets.when(day * DAY_SECONDS)


def weekdays(days: Whole) -> Whole:
    """Monday is 0."""
    return (days + _THURSDAY) % 7


def iso(day: int) -> str:
    """A day since 1970-01-01 as a date."""
    return date.fromordinal(EPOCH_DAY + int(day)).isoformat()
