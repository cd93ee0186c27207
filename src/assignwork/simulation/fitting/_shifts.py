"""Shifts guessed from what people did when: a day's first and last trace, over many days.

Traces are what an agent took up, answered or closed. What he took up but just before (`FINISHING`
of the history), he may have finished after his shift: that is no trace. His day is cut where he is
quietest, so that a night is one shift. He works on the weekdays on which he is seen about as often
as on his busiest one; from what is typically (10 %) his first trace to what is typically (90 %) his
last. Patterns that are alike become one calendar. A day of his pattern without any trace is leave;
a day outside of it with a trace has the usual hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np

from assignwork.model import Calendar, Shift
from assignwork.model.hours import WEEKDAYS
from assignwork.simulation.fitting._clock import DAY, Clock, Whole, iso, weekdays
from assignwork.simulation.trial import Instants

GRID = 1800.0
"""Seconds to which hours are rounded."""
RARE_DAYS = 5
"""Days with a trace below which no pattern is guessed from an agent's own."""
MOST_CALENDARS = 12
_ALIKE = 3600.0
"""Seconds by which begin and end of two patterns may differ on each day."""
_QUIET, _LEAST_QUIET = 0.01, 4
"""Share of his traces below which an hour is quiet; how many in a row are a night."""
_AS_OFTEN = 0.4
"""Of how often he is seen on his busiest weekday, to be one on which he works."""
_OWN_DAYS = 20
"""Days of a weekday from which its own hours are taken; else from all his days."""
_FIRST, _LAST = 0.1, 0.9
_OFF = 8 * 3600.0
"""Seconds that a day on which only one of two patterns works counts as different."""

Pattern: TypeAlias = tuple[tuple[float, float] | None, ...]
"""Per weekday from Monday on, begin and end in seconds from midnight (the end may be past 24 h)."""


@attrs.frozen(eq=False)
class Trace:
    """On which days an agent was seen, and when.

    Attributes
    ----------
    days : array of int
        Local days since 1970-01-01, without repetition.
    first, last : array of float
        Seconds from that day's midnight.
    """

    days: Whole
    first: Instants
    last: Instants

    @property
    def around_the_clock(self) -> bool:
        """Whether there is no night."""
        return not len(self.first) or bool(np.isnan(self.first).any())


def trace(seen: Instants, clock: Clock) -> Trace:
    """The days of one agent, each cut where he is quietest; NaN hours where he never rests."""
    shown = clock.shows(np.sort(seen))
    cut = _cut(shown)
    around = np.isnan(cut)
    cut = 0.0 if around else cut
    day = np.floor((shown - cut) / DAY).astype(np.int64)
    days, begins = np.unique(day, return_index=True)
    ends = np.append(begins[1:], len(day)) - 1
    first, last = shown[begins] - days * DAY, shown[ends] - days * DAY
    if np.median(first) >= DAY:  # cut in the evening: it is the next day that he works on
        days, first, last = days + 1, first - DAY, last - DAY
    if around:
        first, last = np.full(len(days), np.nan), np.full(len(days), np.nan)
    return Trace(days, first, last)


def _cut(shown: Instants) -> float:
    """Seconds after midnight of the middle of his longest quiet time; NaN: he has none."""
    hours = np.bincount((np.floor(shown / 3600) % 24).astype(np.int64), minlength=24)
    quiet = hours <= _QUIET * len(shown)
    best, length, run = 0, 0, 0
    for at in range(48):  # twice around: a night may lie across midnight
        run = run + 1 if quiet[at % 24] else 0
        if length < run <= 24:  # noqa: PLR2004  # hours of a day
            best, length = at - run + 1, run
    if length < _LEAST_QUIET:
        return float("nan")
    return float((best + length / 2) % 24 * 3600)


def pattern(of: Trace) -> Pattern:
    """His usual week."""
    if of.around_the_clock:
        return ((0.0, DAY),) * 7
    weekday = weekdays(of.days)
    seen = np.bincount(weekday, minlength=7)
    span = weekdays(np.arange(of.days[0], of.days[-1] + 1))
    there = np.bincount(span, minlength=7)
    often = seen / np.maximum(there, 1)
    works = often >= _AS_OFTEN * often.max()
    mine = works[weekday]
    found: list[tuple[float, float] | None] = []
    for day in range(7):
        rows = weekday == day if seen[day] >= _OWN_DAYS else mine
        found.append(_hours(of.first[rows], of.last[rows]) if works[day] else None)
    return _apart_from_next(found)


def _apart_from_next(of: list[tuple[float, float] | None]) -> Pattern:
    """A day's hours end before the next day's begin."""
    found = []
    for mine, after in zip(of, [*of[1:], of[0]], strict=True):
        late = mine is not None and after is not None and mine[1] - DAY > after[0]
        found.append((mine[0], after[0] + DAY) if late and mine and after else mine)
    return tuple(found)


def _hours(first: Instants, last: Instants) -> tuple[float, float]:
    begin = float(np.rint(np.quantile(first, _FIRST) / GRID) * GRID)
    end = float(np.rint(np.quantile(last, _LAST) / GRID) * GRID)
    begin = min(max(begin, 0.0), DAY - 2 * GRID)
    return begin, min(max(end, begin + 2 * GRID), begin + DAY)


def apart(a: Pattern, b: Pattern) -> float:
    """Seconds a week by which two patterns differ."""
    total = 0.0
    for mine, other in zip(a, b, strict=True):
        if mine is None or other is None:
            total += 0.0 if mine is other else _OFF
        else:
            total += abs(mine[0] - other[0]) + abs(mine[1] - other[1])
    return total


def _alike(a: Pattern, b: Pattern) -> bool:
    return all(
        mine is other is None
        if mine is None or other is None
        else max(abs(mine[0] - other[0]), abs(mine[1] - other[1])) <= _ALIKE
        for mine, other in zip(a, b, strict=True)
    )


def merged(patterns: Mapping[str, Pattern]) -> dict[str, Pattern]:
    """Per agent the pattern of his calendar: the commonest one that is like his own."""
    often = Counter(patterns.values())
    kept: list[Pattern] = []
    stands_for: dict[Pattern, Pattern] = {}
    for own, _ in sorted(often.items(), key=lambda entry: (-entry[1], str(entry[0]))):
        near = next((other for other in kept if _alike(own, other)), None)
        if near is None and len(kept) >= MOST_CALENDARS:
            near = min(kept, key=lambda other: apart(own, other))
        if near is None:
            kept.append(own)
            near = own
        stands_for[own] = near
    return {agent: stands_for[own] for agent, own in patterns.items()}


def usual(of: Pattern) -> tuple[float, float]:
    """The commonest hours of a pattern."""
    return Counter(hours for hours in of if hours is not None).most_common(1)[0][0]


def interval(hours: tuple[float, float]) -> str:
    """As calendars write it."""
    begin, end = (round(at / 60) for at in hours)
    if (begin, end) == (0, 1440):
        return "00:00-24:00"
    shown = end if end <= 1440 else end - 1440  # noqa: PLR2004  # minutes of a day
    return f"{begin // 60:02}:{begin % 60:02}-{shown // 60:02}:{shown % 60:02}"


def calendar(name: str, zone: str, of: Pattern) -> Calendar:
    """A pattern as a calendar."""
    hours = {
        day: [interval(span)] for day, span in zip(WEEKDAYS, of, strict=True) if span is not None
    }
    return Calendar(name, zone, hours)


def shift(name: str, of: Pattern, seen: Trace, first: int, last: int) -> tuple[Shift, int, int]:
    """An agent's shift, days of his pattern in the window, and how many of them he was not there.

    `first` and `last` are the days of the window, the last included.
    """
    days = np.arange(first, last + 1)
    scheduled = np.array([hours is not None for hours in of])[weekdays(days)]
    there = np.isin(days, seen.days)
    more = [interval(usual(of))]
    overrides: dict[str, list[str]] = {iso(day): [] for day in days[scheduled & ~there]}
    overrides |= {iso(day): more for day in days[~scheduled & there]}
    return (
        Shift(name, overrides),
        int(scheduled.sum()),
        int((scheduled & ~there).sum()),
    )
