"""Instants of an export as POSIX seconds.

An export writes the same minute again and again, so what was read once is remembered.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assignwork import _fields as f
from assignwork.intake.mapping import ISO, POSIX, Time

_REMEMBERED = 200_000


class InstantReader:
    """Reads the instants of one export.

    Parameters
    ----------
    how : Time
        Their format, and the zone of those without an offset. An hour that a clock change makes
        occur twice is taken as the first.

    Examples
    --------
    >>> InstantReader(Time(format="%d/%m/%Y %H:%M"))("1/3/2016 00:10")
    1456791000.0
    >>> InstantReader(Time(zone="Europe/Rome"))("2016-03-01T01:10:00")
    1456791000.0
    """

    def __init__(self, how: Time) -> None:
        self._format = how.format
        self._zone = UTC if how.zone == "UTC" else ZoneInfo(how.zone)
        self._known: dict[str, float] = {}

    def __call__(self, text: str) -> float:
        """POSIX seconds; `ValueError` for what cannot be read."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._read(text)
        return found

    def _read(self, text: str) -> float:
        if self._format == POSIX:
            found = float(text)
            if not math.isfinite(found):
                raise ValueError(text)
            return found
        if self._format == ISO:
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, self._format)  # noqa: DTZ007  # the zone follows
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        try:
            return moment.timestamp()
        except OverflowError:
            raise ValueError(text) from None

    def bound(
        self, value: float | str | datetime | None, field: str, *, end: bool = False
    ) -> float | None:
        """A bound of a window; a bare date is its start in the zone, as `end` the next day's.

        Raises
        ------
        ConfigurationError
            For what is no instant; a bare date apart, an offset is needed.
        """
        if isinstance(value, str) and len(value) == len("2016-03-01"):
            try:
                day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a date
            except ValueError:
                f.refuse(field, value, "a date", "give a date such as 2016-03-01")
            try:
                day += timedelta(days=int(end))
                return datetime.combine(day, time(), self._zone).timestamp()
            except OverflowError:
                f.refuse(field, value, "a date of this era", "give a date such as 2016-03-01")
        return f.optional_instant(value, field)
