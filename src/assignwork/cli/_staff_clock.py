"""Instants of a table, as its rows write them and as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assignwork import _fields
from assignwork.errors import ConfigurationError

_DATE_DIGITS = 8


def local(at: float, zone: str) -> datetime:
    """An instant on the local clock."""
    return datetime.fromtimestamp(at, UTC if zone == "UTC" else ZoneInfo(zone))


def local_text(at: float, zone: str) -> str:
    """An instant on the local clock, in words.

    Examples
    --------
    >>> local_text(0.0, "Asia/Tokyo")
    'Thu 1970-01-01 09:00'
    """
    return f"{local(at, zone):%a %Y-%m-%d %H:%M}"


def is_instant(text: str) -> bool:
    """Whether a row could begin with this."""
    try:
        _read(text)
    except ValueError:
        return False
    return True


def _read(text: str) -> float | datetime:
    """POSIX seconds, or a date and time; `ValueError` for neither."""
    text = text.strip()
    if text.replace(".", "", 1).removeprefix("-").isdecimal() and text.isascii():
        found = float(text)
        if len(text.partition(".")[0]) != _DATE_DIGITS:  # else a date: 8 digits are ISO too
            return found
    return datetime.fromisoformat(text)


class Clock:
    """Reads the instants of a table; without an offset they are those of the zone's clock.

    Where clocks are set back, a local time that comes again is the second one.
    """

    def __init__(self, zone: str) -> None:
        self._name = zone
        self._zone = UTC if zone == "UTC" else ZoneInfo(zone)
        self._seen: set[datetime] = set()

    def __call__(self, text: str) -> float:
        try:
            found = _read(text)
        except ValueError:
            remedy = "write it as 2026-01-05T09:00, with or without an offset, or as POSIX seconds"
            _fields.refuse("time", text, "an instant", remedy)
        if isinstance(found, datetime):
            found = self._instant(text, found)
        instant = _fields.instant(found, "time")
        if instant != int(instant):
            _fields.refuse("time", text, "a whole second", "give the start of the interval")
        return instant

    def _instant(self, text: str, moment: datetime) -> float:
        if moment.tzinfo is not None:
            return moment.timestamp()
        first, second = (moment.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return first.timestamp()
        if first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != moment:
            raise ConfigurationError(
                f"{_fields.shown(text)} is no time of {self._name}: the clock skips it",
                field="time",
                value=text,
                remedy="give the offset, or the time zone that the table is in (--time-zone)",
            )
        again = moment in self._seen
        self._seen.add(moment)
        return (second if again else first).timestamp()
