"""Working time: how much of it passes, and when that much has passed (rules T1, T2).

Questions about a `Timeline`, on which it is laid out.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from assignwork import _fields as f
from assignwork._fields import LAST_INSTANT, Instant
from assignwork.errors import ConfigurationError
from assignwork.model.calendars import ALWAYS, Calendar
from assignwork.model.hours import DAY, by_ordinal
from assignwork.service.offsets import Offsets
from assignwork.service.timeline import Days, Timeline, year_of


class WorkingTime:
    """The working time of a calendar (rule T2).

    Instants are given as POSIX seconds, aware datetimes or ISO 8601 with an offset, and returned as
    POSIX seconds. A local hour that the clock skips is not worked, one that it shows twice counts
    twice. Whole seconds give exact answers.

    Parameters
    ----------
    calendar : Calendar

    Examples
    --------
    >>> office = WorkingTime(Calendar("office", hours={"mon-fri": ["10:00-18:00"]}))
    >>> friday = f.instant("2026-01-02T17:00:00+00:00")
    >>> office.add_working(friday, 7200) == f.instant("2026-01-05T11:00:00+00:00")
    True
    >>> office.working_between(friday, "2026-01-05T11:00:00+00:00")
    7200.0
    """

    __slots__ = ("_line",)

    def __init__(self, calendar: Calendar) -> None:
        dated = calendar.dated()
        days = Days(calendar.week(), dated, calendar.holidays)
        self._line = Timeline(days, Offsets(calendar.timezone), dated)

    @staticmethod
    def always() -> WorkingTime:
        """That of the calendar ``24x7``: all time; its dates are those of UTC."""
        return _Always()

    def overridden(self, overrides: Mapping[str, tuple[str, ...]]) -> WorkingTime:
        """The same with other hours on some local dates, canonical as `Shift.overrides`.

        It shares what does not differ.

        Raises
        ------
        ConfigurationError
            When they overlap the hours of the day before or after.
        """
        if not overrides:
            return self
        return _Overridden(self._line.overridden(by_ordinal(overrides)))

    def add_working(self, start: Instant, duration: float) -> float:
        """The earliest instant at which that much working time has passed since `start`.

        A duration that ends exactly at closing ends then, not at the next opening; one of zero ends
        at `start`, whether or not that is working time. The instant is in POSIX seconds, infinite
        when that much never passes before the year 9999 ends.

        Parameters
        ----------
        start : instant
        duration : float
            Seconds, finite and not negative.

        Raises
        ------
        ConfigurationError
            For what is no instant, or no such duration.
        """
        start = f.instant(start, "start")
        left = f.seconds(duration, "duration")
        if left == 0:
            return start
        year = year_of(start)
        first, table = self._line.year(year)
        i = bisect_right(table.opens, start - first) - 1
        if i >= 0 and start - first < table.closes[i]:
            until_closing = table.closes[i] - (start - first)
            if left <= until_closing:
                return start + left
            left -= until_closing
        i += 1
        if i < len(table.opens):
            if left <= table.total - table.before[i]:
                return table.reached(first, left, i)
            left -= table.total - table.before[i]
        return self._line.passed(year + 1, left)

    def working_between(self, start: Instant, end: Instant) -> float:
        """Seconds of working time from `start` to `end`, both instants.

        Raises
        ------
        ConfigurationError
            For what is no instant, and for an end before the start.
        """
        start, end = f.instant(start, "start"), f.instant(end, "end")
        if end < start:
            f.refuse("end", end, f"an instant at or after the start ({start})", "swap the two")
        return self._between(start, end)

    def _between(self, start: float, end: float) -> float:
        year, last = year_of(start), year_of(end)
        first, table = self._line.year(year)
        if year == last:
            return float(table.worked(end - first) - table.worked(start - first))
        whole = self._line.between(year + 1, last)
        rest = table.total - table.worked(start - first)
        first, table = self._line.year(last)
        return float(rest + whole + table.worked(end - first))

    def is_working(self, at: Instant) -> bool:
        """Whether that instant is working time; the one of opening is, that of closing is not."""
        at = f.instant(at, "at")
        first, table = self._line.year(year_of(at))
        i = bisect_right(table.opens, at - first) - 1
        return i >= 0 and at - first < table.closes[i]

    def next_change(self, at: Instant) -> float:
        """The first instant after `at` that opens or closes; infinite if none does."""
        at = f.instant(at, "at")
        year = year_of(at)
        first, table = self._line.year(year)
        i = bisect_right(table.opens, at - first) - 1
        working = i >= 0 and at - first < table.closes[i]
        edges = table.closes if working else table.opens
        i += not working
        if i < len(edges) and edges[i] < table.length:
            return float(first + edges[i])
        return self._line.change(year + 1, working=working)

    def next_opening(self, at: Instant) -> float:
        """The first instant after `at` that opens; infinite if none does."""
        change = self.next_change(at)
        if change == math.inf or self.is_working(change):
            return change
        return self.next_change(change)


class _Overridden(WorkingTime):
    """That of a calendar with other hours on some dates."""

    __slots__ = ()

    def __init__(self, line: Timeline) -> None:
        self._line = line


class _Always(WorkingTime):
    """All time is working time."""

    __slots__ = ()

    def __init__(self) -> None:
        self._line = Timeline(Days((((0, DAY),),) * 7, {}, None), Offsets("UTC"), ())

    def add_working(self, start: Instant, duration: float) -> float:
        end = f.instant(start, "start") + f.seconds(duration, "duration")
        return end if end <= LAST_INSTANT else math.inf

    def _between(self, start: float, end: float) -> float:
        return end - start

    def is_working(self, at: Instant) -> bool:
        f.instant(at, "at")
        return True

    def next_change(self, at: Instant) -> float:
        f.instant(at, "at")
        return math.inf


def compile_calendars(calendars: Iterable[Calendar]) -> dict[str, WorkingTime]:
    """The working time of each calendar by its id, ``24x7`` included.

    Raises
    ------
    ConfigurationError
        When two have the same id.
    """
    found = {ALWAYS: WorkingTime.always()}
    for i, calendar in enumerate(calendars):
        if calendar.id in found:
            raise ConfigurationError(
                f"calendar {calendar.id!r} is there twice",
                field=f"calendars[{i}].id",
                value=calendar.id,
                remedy="give each its own id",
            )
        found[calendar.id] = WorkingTime(calendar)
    return found
