"""What is given about arrivals, checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError
from assignwork.model.hours import iso_date
from assignwork.staffing import _inputs as i
from assignwork.staffing.forecast._grid import Floats

HOUR = 3600
"""Seconds."""
_INTERVALS = frozenset(seconds for seconds in range(1, HOUR + 1) if HOUR % seconds == 0)
MOST_INTERVALS = 5_000_000
MOST_COUNT = 1e9
"""Arrivals in an interval."""
MOST_DAYS = 732
"""Of a horizon, a step or a training time."""


def interval(value: Any, field: str = "") -> int:
    """Seconds that divide an hour, so that intervals keep their place when clocks change."""
    length = i.plain(value)
    if type(length) in (int, float) and length in _INTERVALS:
        return int(length)
    raise ConfigurationError(
        f"{f.shown(length)} s do not divide an hour",
        field=field,
        value=value,
        limit="whole seconds that do, such as 300, 900, 1800 or 3600",
        remedy="count by one of these; several intervals can be added up afterwards",
    )


def counts(value: Any, field: str = "") -> Floats:
    """Whole numbers from 0 as a read-only array; None and NaN: not known."""
    raw = (
        value.tolist() if hasattr(value, "tolist") else f.entries(value, field, "a list of counts")
    )
    if not isinstance(raw, Iterable):  # an array without a dimension
        f.refuse(field, value, "a list of counts")
    found = np.array([_count(entry, field, at) for at, entry in enumerate(raw)], dtype=np.float64)
    if not 1 <= len(found) <= MOST_INTERVALS:
        raise ConfigurationError(
            f"there are {len(found):,} counts",
            field=field,
            value=len(found),
            limit=f"1 to {MOST_INTERVALS:,}",
            remedy="give the arrivals of each interval",
        )
    found.flags.writeable = False
    return found


def _count(value: Any, field: str, at: int) -> float:
    number = i.plain(value)
    if number is None or number != number:  # noqa: PLR0124  # NaN, of any type
        return np.nan
    if type(number) in (int, float) and 0 <= number <= MOST_COUNT and number == int(number):
        return float(number)
    raise ConfigurationError(
        f"{f.shown(number)} is not a number of arrivals",
        field=f"{field}[{at}]",
        value=value,
        limit=f"whole, 0 to {MOST_COUNT:,.0f}",
        remedy="give a count, or None where it is not known",
    )


def instants(value: Any, field: str) -> Floats:
    """POSIX seconds of a list of instants, in its order."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        found = value.astype(np.float64)
        wrong = ~((found >= f.FIRST_INSTANT) & (found <= f.LAST_INSTANT))
        if not wrong.any():
            return found
        at = int(np.argmax(wrong))
        f.instant(value[at].item(), f"{field}[{at}]")  # says what is wrong with it
    entries = f.entries(value, field, "a list of instants")
    return np.array(
        [f.instant(i.plain(entry), f"{field}[{at}]") for at, entry in enumerate(entries)],
        dtype=np.float64,
    )


def days(value: Any, field: str = "") -> int:
    """A whole number of days."""
    number = i.plain(value)
    if type(number) is int and 1 <= number <= MOST_DAYS:
        return number
    raise ConfigurationError(
        f"{f.shown(number)} is not a number of days",
        field=field,
        value=value,
        limit=f"1 to {MOST_DAYS}, whole",
        remedy="give whole days, such as 7",
    )


def level(value: Any, field: str = "") -> float:
    """The share that a prediction interval is to cover."""
    return i.number(value, field, "a share that the interval is to cover", 0.01, 0.999)


def dates(value: Any, field: str = "") -> tuple[str, ...]:
    """Local dates in ISO form, sorted, each once."""
    entries = f.entries(value, field, "a list of dates")
    return tuple(sorted({iso_date(day, f"{field}[{at}]") for at, day in enumerate(entries)}))


def named_days(value: Any, field: str = "") -> FrozenDict[str, str]:
    """Local dates in ISO form -> the name of what is special about them."""
    return FrozenDict(
        sorted(
            (iso_date(day, f"{field}.{day}"), f.identifier(name, f"{field}.{day}"))
            for day, name in _mapping(value, field, "a mapping of dates to names").items()
        )
    )


def factors(value: Any, field: str = "") -> dict[str, float]:
    """Local dates in ISO form, or names of special days -> what to multiply by."""
    found = _mapping(value, field, "a mapping of dates or names to factors")
    return {
        (iso_date(key, field) if isinstance(key, date) else f.identifier(key, field)): i.number(
            factor, f"{field}.{key}", "a factor", 0.0, 1000.0
        )
        for key, factor in found.items()
    }


def _mapping(value: Any, field: str, requirement: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        f.refuse(field, value, requirement)
    return value
