"""Hours as they are written and as they are calculated with: whole minutes of the local clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.hours import DAY, minutes_of, weekly_hours

WEEK = 7
"""Days."""

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Start and end in minutes after a midnight."""


def hours(value: Any, field: str) -> tuple[str, ...]:
    """Canonical intervals such as ``09:00-13:00``, in the order in which they are worked."""
    parts = [value] if isinstance(value, str) else f.entries(value, field, "hours such as 09:00")
    found = tuple(_interval(part, field) for part in parts)
    if not found:
        f.refuse(field, value, "a list with an interval", "write it as 09:00-17:00")
    spans = spans_of(found)
    if spans[-1][1] - spans[0][0] > DAY:
        raise ConfigurationError(
            f"from its start to its end are {(spans[-1][1] - spans[0][0]) / 60:g} hours",
            field=field,
            value=value,
            limit="24 hours",
            remedy="make two shifts of it, or put its parts in the order in which they are worked",
        )
    return found


def _interval(value: Any, field: str) -> str:
    try:
        return weekly_hours({"mon": [value]}, field)["mon"][0]
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what, field=field, value=value, limit=error.limit, remedy=error.remedy
        ) from None


def spans_of(parts: Iterable[str]) -> Spans:
    """Minutes after midnight of the day on which the first part starts.

    A part that would start before the one before it ends is one of the next day.

    Examples
    --------
    >>> spans_of(["22:00-02:00", "03:00-06:00"])
    ((1320, 1560), (1620, 1800))
    """
    found: list[tuple[int, int]] = []
    for start, end in minutes_of(parts):
        late = DAY if found and start < found[-1][1] else 0
        while found and start + late < found[-1][1]:
            late += DAY
        found.append((start + late, end + late))
    return tuple(found)


def clock(minutes: int) -> str:
    """The time of day.

    Examples
    --------
    >>> clock(570), clock(1500)
    ('09:30', '01:00')
    """
    of_day = minutes % DAY
    return f"{of_day // 60:02}:{of_day % 60:02}"


def whole_minutes(value: float, field: str = "") -> float:
    """A duration in seconds that is a whole number of minutes."""
    found = f.seconds(value, field)
    if found % 60:
        f.refuse(field, value, "a whole number of minutes, in seconds")
    return found


def optional_whole_minutes(value: float | None, field: str = "") -> float | None:
    """As `whole_minutes`, or None."""
    return None if value is None else whole_minutes(value, field)


def in_hours(seconds: float) -> str:
    """A duration as hours.

    Examples
    --------
    >>> in_hours(5400.0)
    '1.5 h'
    """
    return f"{seconds / 3600:,.4g} h"


def overlap(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of these falls into the interval."""
    return any(first < end and start < last for first, last in spans)
