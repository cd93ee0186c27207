"""Consecutive intervals on the local clock: their day, time of day, and whether anybody is there.

Intervals are of equal length in real time, so that none is lost or counted twice when clocks
change; what repeats from week to week is the local time of day, so that is what they are matched
by.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.model.calendars import Calendar
from assignwork.service.calendars import WorkingTime
from assignwork.service.offsets import DAY_SECONDS, EPOCH_DAY, Offsets

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

WEEK = 7
"""Days."""
_THURSDAY = 3
"""Weekday of 1970-01-01; Monday is 0."""
_LONGEST_CLOSURE = 14
"""Days that are looked back over for the last one that would have been open."""


@attrs.frozen(eq=False)
class Grid:
    """Consecutive intervals on the local clock of a calendar.

    Attributes
    ----------
    start_at : float
        POSIX seconds at which the first begins.
    interval : int
        Seconds, of each.
    day : array of int
        Local date of each, as days since 1970-01-01.
    slot : array of int
        Local time of day at which each begins, in intervals since midnight.
    open : array of bool
        Whether any of it is working time.
    """

    start_at: float
    interval: int
    day: Ints
    slot: Ints
    open: Flags

    def __len__(self) -> int:
        return len(self.day)

    @property
    def weekday(self) -> Ints:
        """Monday is 0."""
        return weekday(self.day)

    @property
    def slots(self) -> int:
        """Intervals of a day."""
        return DAY_SECONDS // self.interval

    def first(self, length: int) -> Grid:
        """The first `length` intervals."""
        day, slot, is_open = self.day[:length], self.slot[:length], self.open[:length]
        return Grid(self.start_at, self.interval, day, slot, is_open)


def weekday(day: Ints) -> Ints:
    """Of days since 1970-01-01; Monday is 0."""
    return (day + _THURSDAY) % WEEK


def zone_of(calendar: Calendar | None) -> str:
    """The time zone; without a calendar UTC."""
    return "UTC" if calendar is None else calendar.timezone


def working_time(calendar: Calendar | None) -> WorkingTime:
    """That of the calendar; without one all time."""
    return WorkingTime.always() if calendar is None else WorkingTime(calendar)


def grid(start_at: float, interval: int, length: int, calendar: Calendar | None) -> Grid:
    """The grid of `length` intervals."""
    start = int(start_at)
    local = local_seconds(start, interval, length, Offsets(zone_of(calendar)))
    is_open = _open(start, interval, length, working_time(calendar))
    return Grid(start_at, interval, local // DAY_SECONDS, local % DAY_SECONDS // interval, is_open)


def local_seconds(start: int, interval: int, length: int, offsets: Offsets) -> Ints:
    """What the local clock shows when each interval begins, as if its time were POSIX seconds."""
    begins = start + interval * np.arange(length, dtype=np.int64)
    local = np.empty(length, dtype=np.int64)
    for first, last, offset in offsets.between(start, start + interval * length):
        i, j = _at(first - start, interval), _at(last - start, interval)
        local[i:j] = begins[i:j] + offset
    return local


def _at(seconds: int, interval: int) -> int:
    """The first interval that begins at or after so many seconds."""
    return -(-seconds // interval)


def _open(start: int, interval: int, length: int, hours: WorkingTime) -> Flags:
    found = np.zeros(length, dtype=np.bool_)
    end = start + interval * length
    opens = float(start) if hours.is_working(start) else hours.next_opening(start)
    while opens < end:
        closes = min(hours.next_change(opens), end)
        found[int(opens - start) // interval : math.ceil((closes - start) / interval)] = True
        opens = hours.next_opening(closes) if closes < end else math.inf
    return found


def after_closed(days: Ints, calendar: Calendar | None) -> Flags:
    """Which of these days are the first to open after a closed day.

    A closed day is one that the week's hours would open and a holiday or an exception closes.
    """
    if calendar is None:
        return np.zeros(len(days), dtype=np.bool_)
    week, dated = calendar.week(), calendar.dated()

    def regular(day: int) -> bool:
        return bool(week[(day + _THURSDAY) % WEEK])

    def opens(day: int) -> bool:
        ordinal = day + EPOCH_DAY
        if ordinal in dated:
            return bool(dated[ordinal])
        return regular(day) and not calendar.is_holiday(ordinal)

    def is_after(day: int) -> bool:
        for before in range(day - 1, day - 1 - _LONGEST_CLOSURE, -1):
            if opens(before):
                return False
            if regular(before):
                return opens(day)
        return False

    distinct, place = np.unique(days, return_inverse=True)
    return np.array([is_after(int(day)) for day in distinct], dtype=np.bool_)[place]


def by_slot(values: Floats, where: Grid) -> tuple[Floats, int]:
    """Days by times of day, and the first day; NaN where nothing is known.

    An hour that the clock shows twice gives the mean of both.
    """
    known = ~np.isnan(values)
    first = int(where.day[0])
    shape = (int(where.day[-1]) - first + 1, where.slots)
    total, count = np.zeros(shape), np.zeros(shape)
    place = where.day[known] - first, where.slot[known]
    np.add.at(total, place, values[known])
    np.add.at(count, place, 1.0)
    table = np.full(shape, np.nan)
    np.divide(total, count, out=table, where=count > 0)
    return table, first
