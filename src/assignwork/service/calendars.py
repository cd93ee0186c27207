"""Working time: how much of it passes, and when that much has passed (rules T1, T2).

An instant is working time if its local time lies in an interval: a dated one, else, on no holiday,
a weekly one. So local intervals are intersected with the stretches in which the zone's offset from
UTC is constant; what that gives is kept per year of UTC, with cumulative sums, and found by
bisection. All of it is whole seconds: sums are exact. Caches hold what follows from the calendar
alone and never change an answer.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from assignwork import _fields as f
from assignwork._fields import FIRST_INSTANT, LAST_INSTANT, Instant
from assignwork.errors import ConfigurationError
from assignwork.model.calendars import (
    ALWAYS,
    DAY,
    HOLIDAY_DAYS,
    Calendar,
    Holidays,
    Spans,
    by_ordinal,
    refuse_overlaps,
)

DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
FIRST_YEAR, LAST_YEAR = 1, 9999
REGULAR_BEFORE, REGULAR_FROM = 1801, 2102
"""Years outside of which a zone's rules are the same every year and no holiday is known.

The first change of any zone in the IANA database is of 1845, the last one that it lists by its
date, of Morocco, of 2087. So years that start on the same weekday and are as long are alike.
"""
CYCLE = 400
"""Years after which the Gregorian calendar repeats, weekdays included."""


class Offsets:
    """The offsets of a time zone from UTC, in seconds (positive to the east).

    Examples
    --------
    >>> Offsets("Asia/Kolkata").at(0)
    19800
    """

    __slots__ = ("_zone",)

    def __init__(self, timezone: str) -> None:
        # slow to import, and most desks have no calendar
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        self._zone = ZoneInfo(timezone)

    def at(self, instant: int) -> int:
        """The offset in force at a whole second of POSIX time."""
        moment = (EPOCH + timedelta(seconds=instant)).astimezone(self._zone)
        found = moment.utcoffset() or timedelta()
        return found.days * DAY_SECONDS + found.seconds

    def between(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Start, end and offset of the stretches of constant offset that make up [first, last).

        Looks at each day: no zone in the database has left an offset and come back within three.
        """
        found = []
        start, offset = first, self.at(first)
        before, known = first, offset
        while before < last - 1:
            after = min(before + DAY_SECONDS, last - 1)
            for change, new in self._changes(before, known, after, self.at(after)):
                found.append((start, change, offset))
                start, offset = change, new
            before, known = after, offset
        found.append((start, last, offset))
        return found

    def _changes(self, before: int, known: int, after: int, new: int) -> list[tuple[int, int]]:
        """The instants in (before, after] at which the offset changes, each with the new one."""
        if known == new:
            return []
        if after - before == 1:
            return [(after, new)]
        middle = (before + after) // 2
        between = self.at(middle)
        first = self._changes(before, known, middle, between)
        return first + self._changes(middle, between, after, new)

    def when(self, wall: int) -> float:
        """The first instant at which the local clock shows `wall`, or later where it skips that.

        `wall` is in seconds, as if the clock's time were UTC. Infinite past the year 9999.
        """
        first = max(wall - 2 * DAY_SECONDS, int(FIRST_INSTANT))
        last = min(wall + 2 * DAY_SECONDS, int(LAST_INSTANT))
        if first >= last:
            return FIRST_INSTANT if wall < 0 else math.inf
        for start, end, offset in self.between(first, last):
            if max(start, wall - offset) < end:
                return float(max(start, wall - offset))
        return math.inf


class _Days:
    """What a calendar says of local days, by their proleptic ordinals."""

    __slots__ = ("_holidays", "_known", "_week", "dated")

    def __init__(
        self,
        week: tuple[Spans, ...],
        dated: Mapping[int, Spans],
        holidays: Holidays | None,
        known: dict[int, frozenset[date]] | None = None,
    ) -> None:
        self._week = week
        self.dated = dated
        self._holidays = holidays
        self._known = {} if known is None else known  # the holidays of a year

    def overridden(self, overrides: Mapping[int, Spans]) -> _Days:
        """The same with other hours on some days, which must not overlap the others'.

        Raises
        ------
        ConfigurationError
            With the field ``overrides`` and the date.
        """
        dated = {**self.dated, **overrides}
        refuse_overlaps(overrides, dated, self._week, self._is_holiday, "overrides")
        return _Days(self._week, dated, self._holidays, self._known)

    def _is_holiday(self, day: int) -> bool:
        if self._holidays is None or day not in HOLIDAY_DAYS:
            return False
        of = date.fromordinal(day)
        if of.year not in self._known:
            self._known[of.year] = self._holidays.in_year(of.year)
        return of in self._known[of.year]

    def between(self, first: int, last: int) -> list[tuple[int, int]]:
        """Local intervals that start on the days [first, last), in seconds after 1970-01-01."""
        found = []
        for day in range(first, last):
            spans = self.dated.get(day)
            if spans is None:
                spans = self._week[(day - 1) % 7]
                if spans and self._is_holiday(day):
                    continue
            if spans:
                midnight = (day - EPOCH_DAY) * DAY_SECONDS
                found += [(midnight + 60 * start, midnight + 60 * end) for start, end in spans]
        return found


class _Year:
    """The working time of a year, in seconds after its start: intervals and what lies before."""

    __slots__ = ("before", "closes", "length", "opens", "total")

    def __init__(self, length: int) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []
        self.total = 0
        self.length = length

    def add(self, opening: int, closing: int) -> None:
        """Add an interval at the end; one that touches the last one prolongs it."""
        if self.closes and self.closes[-1] == opening:
            self.closes[-1] = closing
        else:
            self.opens.append(opening)
            self.closes.append(closing)

    def sum_up(self) -> None:
        """Count, once all intervals were added."""
        for opening, closing in zip(self.opens, self.closes, strict=True):
            self.before.append(self.total)
            self.total += closing - opening

    def worked(self, offset: float) -> float:
        """Working seconds in the first `offset` seconds."""
        i = bisect_right(self.opens, offset) - 1
        if i < 0:
            return 0
        return self.before[i] + min(offset, self.closes[i]) - self.opens[i]

    def reached(self, first: int, left: float, i: int = 0) -> float:
        """The instant, in a year that starts at `first`, with `left` worked from interval i on."""
        j = max(i, bisect_left(self.before, self.before[i] + left) - 1)
        return first + self.opens[j] + (left - (self.before[j] - self.before[i]))


def _year_of(instant: float) -> int:
    return date.fromordinal(int(instant // DAY_SECONDS) + EPOCH_DAY).year


def _bounds(year: int) -> tuple[int, int]:
    """The instants at which a year of UTC starts and ends, within those that are known."""
    first, last = (date(year, *day).toordinal() - EPOCH_DAY for day in ((1, 1), (12, 31)))
    return max(first * DAY_SECONDS, int(FIRST_INSTANT)), min(
        (last + 1) * DAY_SECONDS, int(LAST_INSTANT)
    )


class _Timeline:
    """The working time of all years; each is computed when it is first asked for."""

    __slots__ = ("_anchor", "_base", "_days", "_kinds", "_marks", "_offsets", "_sums", "_years")

    def __init__(
        self, days: _Days, offsets: Offsets, marks: Iterable[int], base: _Timeline | None = None
    ) -> None:
        self._days = days
        self._offsets = offsets
        self._marks = sorted(marks)  # days unlike those of other years, or of `base`
        self._base = base
        self._kinds: dict[tuple[bool, int, int], _Year] = {}
        self._years: dict[int, tuple[int, _Year]] = {}
        self._anchor = 0
        self._sums: list[int] = []  # working seconds from the year `_anchor` to the following ones

    def overridden(self, dated: Mapping[int, Spans]) -> _Timeline:
        """The same with other hours on some days; years without one are shared."""
        return _Timeline(self._days.overridden(dated), self._offsets, dated, self)

    def year(self, year: int) -> tuple[int, _Year]:
        """The first instant of a year of UTC, and its working time."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._made(year)
        return found

    def _made(self, year: int) -> tuple[int, _Year]:
        first, last = _bounds(year)
        # local time is less than a day off, and an interval may have started two days before
        days = (first // DAY_SECONDS + EPOCH_DAY - 3, last // DAY_SECONDS + EPOCH_DAY + 3)
        marked = bisect_left(self._marks, days[1]) > bisect_left(self._marks, days[0])
        if self._base is not None and not marked:
            return self._base.year(year)
        regular = (FIRST_YEAR < year < REGULAR_BEFORE) or (REGULAR_FROM <= year < LAST_YEAR)
        if marked or not regular:
            return first, self._filled(first, last, days)
        kind = (year < REGULAR_BEFORE, date(year, 1, 1).weekday(), last - first)
        if kind not in self._kinds:
            self._kinds[kind] = self._filled(first, last, days)
        return first, self._kinds[kind]

    def _filled(self, first: int, last: int, days: tuple[int, int]) -> _Year:
        table = _Year(last - first)
        local = self._days.between(*days)
        ends = [end for _, end in local]
        for start, stop, offset in self._offsets.between(first, last) if local else ():
            for opening, closing in local[bisect_right(ends, start + offset) :]:
                if opening >= stop + offset:
                    break
                table.add(max(opening - offset, start) - first, min(closing - offset, stop) - first)
        table.sum_up()
        return table

    def before(self, year: int) -> int:
        """Working seconds before the start of a year, since one that may change with each call."""
        if not self._sums:
            self._anchor, self._sums = year, [0]
        if year < self._anchor:  # go on from this year to where the sums began, then with these
            since, rest = self._anchor, self._sums
            self._anchor, self._sums = year, [0]
            shift = self.before(since)
            self._sums[-1:] = [shift + seconds for seconds in rest]
        while len(self._sums) <= year - self._anchor:
            self._append()
        return self._sums[year - self._anchor]

    def between(self, year: int, later: int) -> int:
        """Working seconds from the start of a year to that of a later one."""
        return -self.before(year) + self.before(later)

    def _append(self) -> None:
        _, table = self.year(self._anchor + len(self._sums) - 1)
        self._sums.append(self._sums[-1] + table.total)

    def passed(self, year: int, left: float) -> float:
        """The instant at which `left` seconds, above zero, have passed since a year's start."""
        if year > LAST_YEAR:
            return math.inf
        before = self.before(year)
        goal = before + left
        while self._sums[-1] < goal or self._sums[-1] <= before:
            if self._anchor + len(self._sums) > LAST_YEAR + 1:
                return math.inf
            self._append()
        # with a tiny `left` the goal may be rounded to `before`, which is that of idle years too
        i = max(bisect_left(self._sums, goal), bisect_right(self._sums, before)) - 1
        first, table = self.year(self._anchor + i)
        return table.reached(first, left - (self._sums[i] - before))

    def change(self, year: int, *, working: bool) -> float:
        """The first change from a year's start on, up to which it was `working` or not."""
        dated = date.fromordinal(max(self._days.dated, default=1)).year + 1
        for of in range(year, min(LAST_YEAR, max(year, REGULAR_FROM, dated) + CYCLE) + 1):
            first, table = self.year(of)
            if working and table.opens[:1] != [0]:
                return float(first)
            edges = table.closes if working else table.opens
            if edges and edges[0] < table.length:
                return float(first + edges[0])
        return math.inf


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
        days = _Days(calendar.week(), dated, calendar.holidays)
        self._line = _Timeline(days, Offsets(calendar.timezone), dated)

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
        year = _year_of(start)
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
        year, last = _year_of(start), _year_of(end)
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
        first, table = self._line.year(_year_of(at))
        i = bisect_right(table.opens, at - first) - 1
        return i >= 0 and at - first < table.closes[i]

    def next_change(self, at: Instant) -> float:
        """The first instant after `at` that opens or closes; infinite if none does."""
        at = f.instant(at, "at")
        year = _year_of(at)
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

    def __init__(self, line: _Timeline) -> None:
        self._line = line


class _Always(WorkingTime):
    """All time is working time."""

    __slots__ = ()

    def __init__(self) -> None:
        self._line = _Timeline(_Days((((0, DAY),),) * 7, {}, None), Offsets("UTC"), ())

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
