"""What comes in: plain numbers or numpy's, checked once, with names that a planner knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError

MOST_AGENTS = 1_000_000
"""More than any office has; it bounds how long a recursion can run."""
MOST_LOAD = 1_000_000.0  # erlangs
MOST_ARRIVALS = 1e12
SHORTEST, LONGEST = 1e-3, 1e9  # seconds of a mean duration: a millisecond to some thirty years


def plain(value: Any) -> Any:
    """A number of numpy as Python's own; all else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def listed(value: Any, field: str) -> list[Any]:
    """The entries of a list, tuple, array or series, at least one."""
    if hasattr(value, "tolist"):  # numpy's and pandas' own way to plain numbers
        value = value.tolist()
    found = [plain(entry) for entry in f.entries(value, field, "a list of numbers")]
    if not found:
        raise ConfigurationError(
            "the table has no interval",
            field=field,
            value=found,
            limit="at least one",
            remedy="give the arrivals of each interval",
        )
    return found


def number(value: Any, field: str, requirement: str, low: float, high: float) -> float:
    """A number from `low` to `high`; true and false are none."""
    value = plain(value)
    if type(value) in (int, float) and low <= value <= high:
        return float(value)
    allowed = f"{low:g} to {high:g}"
    raise ConfigurationError(
        f"{f.shown(value)} is not {requirement}",
        field=field,
        value=value,
        limit=allowed,
        remedy=f"give a number in this range: {allowed}",
    )


def duration(value: Any, field: str) -> float:
    """A mean duration in seconds."""
    return number(value, field, "a mean duration in seconds", SHORTEST, LONGEST)


def optional_duration(value: Any, field: str) -> float | None:
    """As `duration`, or None."""
    return None if value is None else duration(value, field)


def seconds(value: Any, field: str) -> float:
    """A threshold in seconds; 0: at once."""
    return number(value, field, "a number of seconds, finite and not negative", 0.0, LONGEST)


def count(value: Any, field: str, low: int = 1) -> int:
    """A whole number up to MOST_AGENTS."""
    value = plain(value)
    if type(value) is int and low <= value <= MOST_AGENTS:
        return value
    raise ConfigurationError(
        f"{f.shown(value)} is not a whole number in range",
        field=field,
        value=value,
        limit=f"{low} to {MOST_AGENTS:,}",
        remedy="give a whole number in this range",
    )


def erlangs(value: Any, field: str = "load") -> float:
    """A load in erlangs; 0: nobody comes."""
    return number(value, field, "a load in erlangs", 0.0, MOST_LOAD)


@attrs.frozen
class Demand:
    """What comes in, checked.

    Attributes
    ----------
    arrivals : float
        Per interval.
    interval, handle_time : float
        Seconds.
    load : float
        Erlangs: arrivals ÷ interval, times handle time.
    """

    arrivals: float
    interval: float
    handle_time: float
    load: float

    @property
    def rate(self) -> float:
        """Arrivals per second."""
        return self.arrivals / self.interval


def demand(arrivals: Any, handle_time: Any, interval: Any, *, zero: bool = False) -> Demand:
    """Arrivals of an interval and how long each is worked on; no arrivals only where `zero`."""
    number(arrivals, "arrivals", "a number of arrivals", 0.0, MOST_ARRIVALS)
    came = float(plain(arrivals))
    if not (came or zero):
        raise ConfigurationError(
            "nobody comes, so that nobody's wait can be told",
            field="arrivals",
            value=arrivals,
            limit="above 0",
            remedy="leave this interval out",
        )
    length = duration(interval, "interval")
    handling = duration(handle_time, "handle_time")
    load = came / length * handling
    if load > MOST_LOAD:
        raise ConfigurationError(
            f"{came:g} arrivals in {length:g} s of {handling:g} s each are {load:,.0f} erlangs",
            field="arrivals",
            value=arrivals,
            limit=f"at most {MOST_LOAD:,.0f} erlangs",
            remedy="give the interval that the arrivals are of, in seconds",
        )
    if came and not load:
        raise ConfigurationError(
            f"{came:g} arrivals are too few to be calculated with",
            field="arrivals",
            value=arrivals,
            limit="a load above 0 erlangs",
            remedy="give 0 for none",
        )
    return Demand(came, length, handling, load)


def mapping(value: Any, field: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A mapping whose keys are among `names`."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(
            f"{f.shown(value)} is no mapping of targets",
            field=field,
            value=value,
            limit="Targets or a mapping",
            remedy='give targets such as {"service_level": 0.8, "threshold": 20}',
        )
    for key in value:
        if key not in names:
            raise ConfigurationError(
                "there is no such target",
                field=f"{field}.{key}",
                value=key,
                limit=", ".join(names),
                remedy=f.nearest(key, names),
            )
    return dict(value)
