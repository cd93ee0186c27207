"""Converters for the fields of public objects: what comes in is checked and made canonical once.

Every refusal is a `ConfigurationError` with the field, the value, what is allowed and a remedy.
Nothing here knows a rule of assignment.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from assignwork.errors import ConfigurationError

K = TypeVar("K")
V = TypeVar("V")

MAX_UNITS = 2**31 - 1
MAX_ID_LENGTH = 512


class FrozenDict(dict[K, V]):
    """A dict that cannot be changed after it was made; hashable when its values are.

    Examples
    --------
    >>> levels = FrozenDict({"lang:es": 3})
    >>> levels["lang:es"]
    3
    >>> levels["lang:es"] = 4
    Traceback (most recent call last):
    ...
    TypeError: this mapping is read-only
    """

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is read-only")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse  # type: ignore[assignment]  # refusing is the point

    def __hash__(self) -> int:  # type: ignore[override]  # a plain dict has none
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


def refuse(field: str, value: Any, requirement: str, remedy: str = "") -> NoReturn:
    """Raise the `ConfigurationError` for a value that is not what `requirement` says."""
    shown = repr(value)
    if len(shown) > 80:
        shown = shown[:77] + "..."
    raise ConfigurationError(
        f"{shown} is not {requirement}",
        field=field,
        value=value,
        remedy=remedy or f"give {requirement}",
    )


def nearest(name: object, known: Iterable[str]) -> str:
    """A remedy that names the known name nearest to `name`, or lists what is known."""
    names = list(known)
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"known are: {listed}" if names else "none is known"


def identifier(value: Any, field: str) -> str:
    """A non-empty string of at most 512 characters."""
    if type(value) is str and 0 < len(value) <= MAX_ID_LENGTH:
        return value
    if isinstance(value, str) and 0 < len(value) <= MAX_ID_LENGTH:
        return str(value)
    return refuse(field, value, f"a non-empty string of at most {MAX_ID_LENGTH} characters")


def optional_identifier(value: Any, field: str) -> str | None:
    """As `identifier`, or None."""
    return None if value is None else identifier(value, field)


def text(value: Any, field: str) -> str | None:
    """Any string, or None."""
    if value is None or isinstance(value, str):
        return value
    return refuse(field, value, "a string")


def flag(value: Any, field: str) -> bool:
    """True or False, nothing that only behaves like one."""
    if value is True or value is False:
        return value
    return refuse(field, value, "true or false")


def positive_int(value: Any, field: str) -> int:
    """An integer from 1 to 2**31 - 1; a float that is whole is not taken for one."""
    if type(value) is int and 0 < value <= MAX_UNITS:
        return value
    return refuse(field, value, f"a positive integer (1 to {MAX_UNITS})")


def optional_positive_int(value: Any, field: str) -> int | None:
    """As `positive_int`, or None."""
    return None if value is None else positive_int(value, field)


def whole(value: Any, field: str) -> int:
    """Any integer between -2**31 and 2**31 - 1."""
    if type(value) is int and -MAX_UNITS <= value <= MAX_UNITS:
        return value
    return refuse(field, value, "an integer")


def seconds(value: Any, field: str) -> float:
    """A duration in seconds: finite and not negative."""
    if type(value) in (int, float) and math.isfinite(value) and value >= 0:
        return float(value)
    return refuse(field, value, "a number of seconds, finite and not negative")


def optional_seconds(value: Any, field: str) -> float | None:
    """As `seconds`, or None."""
    return None if value is None else seconds(value, field)


def positive_seconds(value: Any, field: str) -> float:
    """A duration in seconds: finite and above zero."""
    if type(value) in (int, float) and math.isfinite(value) and value > 0:
        return float(value)
    return refuse(field, value, "a number of seconds above zero")


def optional_positive_seconds(value: Any, field: str) -> float | None:
    """As `positive_seconds`, or None."""
    return None if value is None else positive_seconds(value, field)


def instant(value: Any, field: str) -> float:
    """POSIX seconds from a number, an aware datetime or an ISO 8601 string with an offset.

    Examples
    --------
    >>> instant("2026-01-01T00:00:00+00:00", "now")
    1767225600.0
    """
    if type(value) is float or type(value) is int:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        return refuse(field, value, "a finite instant (POSIX seconds)")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            refuse(field, value, "an instant", "give POSIX seconds or ISO 8601 with an offset")
    if isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            refuse(field, value, "an aware datetime", "give it a time zone, such as timezone.utc")
        return value.timestamp()
    return refuse(
        field, value, "an instant", "give POSIX seconds as a number, or an aware datetime"
    )


def optional_instant(value: Any, field: str) -> float | None:
    """As `instant`, or None."""
    return None if value is None else instant(value, field)


def names(value: Any, field: str) -> tuple[str, ...]:
    """A tuple of distinct non-empty strings from any sequence of them, in its order."""
    if isinstance(value, str) or not isinstance(value, Iterable) or isinstance(value, Mapping):
        refuse(field, value, "a list of names")
    found = tuple(identifier(name, f"{field}[{i}]") for i, name in enumerate(value))
    if len(set(found)) != len(found):
        twice = next(name for i, name in enumerate(found) if name in found[:i])
        raise ConfigurationError(
            f"{twice!r} stands in the list twice", field=field, value=twice, remedy="name it once"
        )
    return found


def choice(value: Any, field: str, allowed: Iterable[str]) -> str:
    """One of the allowed words."""
    options = tuple(allowed)
    if isinstance(value, str) and value in options:
        return value
    return refuse(field, value, f"one of {', '.join(options)}", nearest(value, options))


def pairs(value: Any, field: str) -> Iterator[tuple[str, Any]]:
    """The entries of a mapping whose keys are names, sorted by name."""
    if not isinstance(value, Mapping):
        refuse(field, value, "a mapping of names")
    for key in value:
        identifier(key, field)
    yield from sorted(value.items())


def levels(value: Any, field: str) -> FrozenDict[str, int]:
    """A mapping name -> positive integer, sorted by name."""
    return FrozenDict({k: positive_int(v, f"{field}.{k}") for k, v in pairs(value, field)})
