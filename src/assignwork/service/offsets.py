"""The offsets of time zones from UTC: at an instant, between two, and what clocks show."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from assignwork._fields import FIRST_INSTANT, LAST_INSTANT

DAY_SECONDS = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()


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
