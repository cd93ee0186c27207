"""Hours as they are written: intervals of local time, by weekday or date (rule T1).

Converters for the fields of calendars, shifts and rotations: times of day, dates, time zones. Times
are local to the zone of the record that names them; an interval belongs to the date on which it
starts. What overlaps is refused. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeAlias

from assignwork import _fields as f
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MACHINE_ZONES = {"localtime", "posixrules"}
"""Files beside the time zones that say what the machine is set to."""

DAY = 24 * 60
"""Minutes of a day."""

Intervals: TypeAlias = Iterable[str]
Dated: TypeAlias = Mapping[str, Intervals] | Mapping[date, Intervals]
Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Start and end of intervals in minutes after their date's midnight; past 1440: the next day."""

# --- intervals ------------------------------------------------------------------------------------


def _clock(text: str) -> int | None:
    """Minutes after midnight, 0 to 1440; None for what is no time of day."""
    hour, _, minute = text.partition(":")
    digits = text.isascii() and hour.isdigit() and minute.isdigit()
    if not digits or len(hour) > 2 or len(minute) != 2 or int(minute) >= 60:  # noqa: PLR2004
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= DAY else None


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _text(span: Sequence[Any]) -> str:
    """The canonical text of an interval that starts and ends at these minutes."""
    start, end = span[:2]
    return f"{_shown(start)}-{_shown(end if end <= DAY else end - DAY)}"


def minutes_of(intervals: Iterable[str]) -> Spans:
    """Start and end of canonical intervals, in minutes after midnight of the date they start on.

    Examples
    --------
    >>> minutes_of(["09:00-17:00", "22:00-06:00"])
    ((540, 1020), (1320, 1800))
    """
    return tuple(_interval(text, "") for text in intervals)


def by_ordinal(dated: Mapping[str, tuple[str, ...]]) -> dict[int, Spans]:
    """Canonical dated intervals in minutes, by the proleptic ordinal of their date."""
    return {date.fromisoformat(day).toordinal(): minutes_of(of) for day, of in dated.items()}


def _interval(value: Any, field: str) -> tuple[int, int]:
    times = [_clock(part.strip()) for part in value.split("-")] if isinstance(value, str) else []
    start, end = times if len(times) == 2 else (None, None)  # noqa: PLR2004  # start and end
    if start is None or end is None or start == DAY:
        refuse(
            field,
            value,
            "an interval of local time",
            "write it as 09:00-17:00, or 22:00-06:00 across midnight; 24:00 is the end of a day",
        )
    if start == end:
        raise ConfigurationError(
            f"{f.shown(value)} has no length",
            field=field,
            value=value,
            remedy="leave it out, or give 00:00-24:00 for a whole day",
        )
    return start, end if end > start else end + DAY


def _intervals(value: Intervals, field: str) -> tuple[str, ...]:
    """Canonical intervals of one day, by their start."""
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of intervals")):
        start, end = _interval(entry, f"{field}[{i}]")
        found.append((start, end, f"{field}[{i}]"))
    found.sort()
    for earlier, later in pairwise(found):
        if later[0] < earlier[1]:
            raise ConfigurationError(
                f"{_text(later)!r} overlaps {_text(earlier)!r}",
                field=later[2],
                value=_text(later),
                remedy="give one interval that covers both, or end the first in time",
            )
    return tuple(_text(span) for span in found)


# --- what fields accept ---------------------------------------------------------------------------


def weekly_hours(value: Mapping[str, Intervals], field: str = "") -> Mapping[str, tuple[str, ...]]:
    """Canonical intervals by weekday, from those of weekdays and ranges of them."""
    if not isinstance(value, Mapping):
        refuse(field, value, "a mapping of weekdays", 'write it as {"mon-fri": ["09:00-17:00"]}')
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in value.items():
        path = f"{field}.{f.shortened(str(key))}"
        first, dash, last = key.partition("-") if isinstance(key, str) else (key, "", "")
        start = WEEKDAYS.index(f.choice(first, path, WEEKDAYS))
        stop = WEEKDAYS.index(f.choice(last, path, WEEKDAYS)) if dash else start
        for i in range(start, start + (stop - start) % 7 + 1):
            day = WEEKDAYS[i % 7]
            if day in found:
                raise ConfigurationError(
                    f"{day} is there twice", field=path, value=key, remedy="name each weekday once"
                )
            found[day] = _intervals(entry, path)
    return FrozenDict({day: found[day] for day in WEEKDAYS if found.get(day)})


def iso_date(value: str | date, field: str = "") -> str:
    """An ISO date, from one or from a `date`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    return refuse(field, value, "a date", "write it as 2026-12-31")


def dated_hours(value: Dated, field: str = "") -> Mapping[str, tuple[str, ...]]:
    """Canonical intervals by ISO date, in the order of their dates."""
    if not isinstance(value, Mapping):
        refuse(field, value, "a mapping of dates", 'write it as {"2026-12-24": ["09:00-12:00"]}')
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in value.items():
        day = iso_date(key, f"{field}.{f.shortened(str(key))}")
        if day in found:
            raise ConfigurationError(
                f"{day} is there twice", field=field, value=key, remedy="name each date once"
            )
        found[day] = _intervals(entry, f"{field}.{day}")
    return FrozenDict(sorted(found.items()))


def zone_name(value: str, field: str = "") -> str:
    """The name of a time zone that is known."""
    name = f.identifier(value, field)
    if name == "UTC":
        return name
    # slow to import, and most desks have no calendar
    from zoneinfo import ZoneInfo, available_timezones  # noqa: PLC0415

    try:
        if name not in MACHINE_ZONES:
            return ZoneInfo(name).key
    except (ValueError, LookupError, OSError):
        pass
    remedy = f.nearest(name, sorted(available_timezones() - MACHINE_ZONES))
    return refuse(field, value, "a time zone of the IANA database", remedy)


def time_of_day(value: str, field: str = "") -> str:
    """A local time as ``09:00``; the end of a day is none."""
    minutes = _clock(value.strip()) if isinstance(value, str) else None
    if minutes is None or minutes == DAY:
        refuse(field, value, "a time of day", "write it as 09:00")
    return _shown(minutes)


# --- overlaps -------------------------------------------------------------------------------------


def overlap(before: Spans, after: Spans) -> bool:
    """Whether a day's last interval runs into the first of the next day."""
    return bool(before and after) and before[-1][1] - DAY > after[0][0]


def refuse_overlaps(
    given: Iterable[int],
    dated: Mapping[int, Spans],
    week: Sequence[Spans],
    is_holiday: Callable[[int], bool],
    field: str,
) -> None:
    """Refuse intervals of a `given` ordinal date that overlap those of the day before or after.

    `dated` has the intervals of these and other dates; the others have those of the week, and none
    on a holiday.

    Raises
    ------
    ConfigurationError
        With the date's path in `field`.
    """
    named = set(given)
    for day in sorted(named | {of + 1 for of in named}):
        pair = (day - 1, day)
        before, after = (dated.get(of, week[(of - 1) % 7]) for of in pair)
        if overlap(before, after) and not any(of not in dated and is_holiday(of) for of in pair):
            at = date.fromordinal(day if day in named else day - 1)
            raise overlap_error(f"{field}.{at.isoformat()}", before, after)


def overlap_error(field: str, before: Spans, after: Spans) -> ConfigurationError:
    """What is raised when a day's last interval runs into the first of the next day."""
    earlier, later = _text(before[-1]), _text(after[0])
    return ConfigurationError(
        f"{later!r} overlaps {earlier!r} of the day before",
        field=field,
        value=later,
        remedy="end the first in time, or start the second later",
    )
