"""The working time of a calendar, laid out on the line of time, year by year (rules T1, T2).

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
from datetime import date

from assignwork._fields import FIRST_INSTANT, LAST_INSTANT
from assignwork.model.calendars import HOLIDAY_DAYS, Holidays
from assignwork.model.hours import Spans, refuse_overlaps
from assignwork.service.offsets import DAY_SECONDS, EPOCH_DAY, Offsets

FIRST_YEAR, LAST_YEAR = 1, 9999
REGULAR_BEFORE, REGULAR_FROM = 1801, 2102
"""Years outside of which a zone's rules are the same every year and no holiday is known.

The first change of any zone in the IANA database is of 1845, the last one that it lists by its
date, of Morocco, of 2087. So years that start on the same weekday and are as long are alike.
"""
CYCLE = 400
"""Years after which the Gregorian calendar repeats, weekdays included."""


class Days:
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

    def overridden(self, overrides: Mapping[int, Spans]) -> Days:
        """The same with other hours on some days, which must not overlap the others'.

        Raises
        ------
        ConfigurationError
            With the field ``overrides`` and the date.
        """
        dated = {**self.dated, **overrides}
        refuse_overlaps(overrides, dated, self._week, self._is_holiday, "overrides")
        return Days(self._week, dated, self._holidays, self._known)

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


class Year:
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


def year_of(instant: float) -> int:
    """The year of UTC in which an instant lies."""
    return date.fromordinal(int(instant // DAY_SECONDS) + EPOCH_DAY).year


def _bounds(year: int) -> tuple[int, int]:
    """The instants at which a year of UTC starts and ends, within those that are known."""
    first, last = (date(year, *day).toordinal() - EPOCH_DAY for day in ((1, 1), (12, 31)))
    return max(first * DAY_SECONDS, int(FIRST_INSTANT)), min(
        (last + 1) * DAY_SECONDS, int(LAST_INSTANT)
    )


class Timeline:
    """The working time of all years; each is computed when it is first asked for."""

    __slots__ = ("_anchor", "_base", "_days", "_kinds", "_marks", "_offsets", "_sums", "_years")

    def __init__(
        self, days: Days, offsets: Offsets, marks: Iterable[int], base: Timeline | None = None
    ) -> None:
        self._days = days
        self._offsets = offsets
        self._marks = sorted(marks)  # days unlike those of other years, or of `base`
        self._base = base
        self._kinds: dict[tuple[bool, int, int], Year] = {}
        self._years: dict[int, tuple[int, Year]] = {}
        self._anchor = 0
        self._sums: list[int] = []  # working seconds from the year `_anchor` to the following ones

    def overridden(self, dated: Mapping[int, Spans]) -> Timeline:
        """The same with other hours on some days; years without one are shared."""
        return Timeline(self._days.overridden(dated), self._offsets, dated, self)

    def year(self, year: int) -> tuple[int, Year]:
        """The first instant of a year of UTC, and its working time."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._made(year)
        return found

    def _made(self, year: int) -> tuple[int, Year]:
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

    def _filled(self, first: int, last: int, days: tuple[int, int]) -> Year:
        table = Year(last - first)
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
