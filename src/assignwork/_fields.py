"""Converters for the fields of public objects: what comes in is checked and made canonical once.

Every refusal is a `ConfigurationError` with the field, the value, what is allowed and a remedy.
Nothing here knows a rule of assignment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, TypeAlias, TypeVar

import attrs

from assignwork.errors import ConfigurationError

K = TypeVar("K")
V = TypeVar("V")

Instant: TypeAlias = float | str | datetime
"""What an instant may be given as: POSIX seconds, ISO 8601 with an offset, an aware datetime."""

MAX_UNITS = 2**31 - 1
MAX_SECONDS = math.nextafter(math.inf, 0.0)
FIRST_INSTANT, LAST_INSTANT = -62_135_510_400.0, 253_402_214_400.0
"""A day inside the years 1 and 9999, so that a calendar of any time zone can show it."""
MAX_ID_LENGTH = 512
MAX_SHOWN = 80
"""Characters of a value, and MAX_LISTED names, that an error shows."""
MAX_LISTED = 12


def named(_: type[Any], fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """For `attrs.frozen(field_transformer=...)`: tell each converter the name of its field.

    A converter is a function of the value and, with a default, the name. What its first argument
    may be is what a type checker lets callers give.
    """

    def told(convert: Any, name: str) -> Any:
        return None if convert is None else partial(convert, field=name)

    return [field.evolve(converter=told(field.converter, field.name)) for field in fields]


def checked(convert: Callable[[Any, str], Any], **options: Any) -> Any:
    """An attrs field whose converter is told the field's name; callers may give anything."""

    def with_name(value: Any, _: Any, field: attrs.Attribute[Any]) -> Any:
        return convert(value, field.name)

    converter: Any = attrs.Converter(with_name, takes_self=True, takes_field=True)
    return attrs.field(converter=converter, **options)


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
    __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # a plain dict has none
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """The same plain data, its mappings and lists made unchangeable.

    Examples
    --------
    >>> frozen({"primary": ["spanish"]})
    {'primary': ('spanish',)}
    """
    if isinstance(value, Mapping):
        return FrozenDict({key: frozen(entry) for key, entry in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(frozen(entry) for entry in value)
    return value


def shown(value: Any) -> str:
    """The value as an error shows it: its `repr`, cut where it is long."""
    return shortened(repr(value))


def shortened(text: str) -> str:
    """The text, cut where it is long.

    Examples
    --------
    >>> len(shortened("x" * 1000))
    80
    """
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def refuse(field: str, value: Any, requirement: str, remedy: str = "") -> NoReturn:
    """Raise the `ConfigurationError` for a value that is not what `requirement` says."""
    raise ConfigurationError(
        f"{shown(value)} is not {requirement}",
        field=field,
        value=value,
        remedy=remedy or f"give {requirement}",
    )


def nearest(name: object, known: Iterable[str]) -> str:
    """A remedy that names the known name nearest to `name`, or lists what is known."""
    import difflib  # noqa: PLC0415  # slow to import, and most who import the library err never

    names = list(known)
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    listed = ", ".join(names[:MAX_LISTED]) + (", ..." if len(names) > MAX_LISTED else "")
    return f"known are: {listed}" if names else "none is known"


def identifier(value: str, field: str = "") -> str:
    """A non-empty string of at most 512 characters."""
    if isinstance(value, str) and 0 < len(value) <= MAX_ID_LENGTH:
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                refuse(field, value, "text: it holds half a character")
        return value if type(value) is str else str(value)
    return refuse(field, value, f"a non-empty string of at most {MAX_ID_LENGTH} characters")


def optional_identifier(value: str | None, field: str = "") -> str | None:
    """As `identifier`, or None."""
    return None if value is None else identifier(value, field)


def text(value: str | None, field: str = "") -> str | None:
    """Any string, or None."""
    if value is None or isinstance(value, str):
        return value
    return refuse(field, value, "a string")


def written(value: str, field: str = "") -> str:
    """A string that says something."""
    if isinstance(value, str) and value.strip():
        return value
    return refuse(field, value, "a text that says something")


def flag(value: bool, field: str = "") -> bool:  # noqa: FBT001  # as every converter
    """True or False, nothing that only behaves like one."""
    if value is True or value is False:
        return value
    return refuse(field, value, "true or false")


def positive_int(value: int, field: str = "") -> int:
    """An integer from 1 to 2**31 - 1; a float that is whole is not taken for one."""
    if type(value) is int and 0 < value <= MAX_UNITS:
        return value
    return refuse(field, value, f"a positive integer (1 to {MAX_UNITS})")


def optional_positive_int(value: int | None, field: str = "") -> int | None:
    """As `positive_int`, or None."""
    return None if value is None else positive_int(value, field)


def whole(value: int, field: str = "") -> int:
    """Any integer between -(2**31 - 1) and 2**31 - 1."""
    if type(value) is int and -MAX_UNITS <= value <= MAX_UNITS:
        return value
    return refuse(field, value, "an integer")


def seconds(value: float, field: str = "") -> float:
    """A duration in seconds: finite and not negative."""
    if type(value) in (int, float) and 0 <= value <= MAX_SECONDS:
        return float(value)
    return refuse(field, value, "a number of seconds, finite and not negative")


def optional_seconds(value: float | None, field: str = "") -> float | None:
    """As `seconds`, or None."""
    return None if value is None else seconds(value, field)


def positive_seconds(value: float, field: str = "") -> float:
    """A duration in seconds: finite and above zero."""
    if type(value) in (int, float) and 0 < value <= MAX_SECONDS:
        return float(value)
    return refuse(field, value, "a number of seconds above zero")


def optional_positive_seconds(value: float | None, field: str = "") -> float | None:
    """As `positive_seconds`, or None."""
    return None if value is None else positive_seconds(value, field)


def amount(value: float, field: str, requirement: str, *, zero: bool = False) -> float:
    """A finite number above zero, or from zero on."""
    if (
        type(value) in (int, float)
        and (value > 0 or (zero and value == 0))
        and value <= MAX_SECONDS
    ):
        return float(value)
    return refuse(field, value, requirement)


def instant(value: Instant, field: str = "") -> float:
    """POSIX seconds from a number, an aware datetime or an ISO 8601 string with an offset.

    Examples
    --------
    >>> instant("2026-01-01T00:00:00+00:00", "now")
    1767225600.0
    """
    if type(value) is float or type(value) is int:
        if FIRST_INSTANT <= value <= LAST_INSTANT:
            return float(value)
        if not -MAX_SECONDS <= value <= MAX_SECONDS:
            return refuse(field, value, "a finite instant (POSIX seconds)")
        return refuse(
            field,
            value,
            "an instant in the years 1 to 9999",
            "give POSIX seconds; are these milliseconds?",
        )
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            refuse(field, value, "an instant", "give POSIX seconds or ISO 8601 with an offset")
    if isinstance(moment, datetime):
        if moment.tzinfo is None or moment.utcoffset() is None:
            offset = "an offset, such as +00:00"
            # A TOML file gives a datetime, too.
            remedy = offset if isinstance(value, str) else f"a time zone; in a file {offset}"
            refuse(field, value, "an instant: it has no time zone", f"give it {remedy}")
        return moment.timestamp()
    return refuse(
        field, value, "an instant", "give POSIX seconds as a number, or an aware datetime"
    )


def optional_instant(value: Instant | None, field: str = "") -> float | None:
    """As `instant`, or None."""
    return None if value is None else instant(value, field)


def names(value: Iterable[str], field: str = "") -> tuple[str, ...]:
    """A tuple of distinct non-empty strings from any sequence of them, in its order."""
    if value == ():
        return ()
    found = tuple(
        identifier(name, f"{field}[{i}]")
        for i, name in enumerate(entries(value, field, "a list of names"))
    )
    if len(set(found)) != len(found):
        twice = next(name for i, name in enumerate(found) if name in found[:i])
        raise ConfigurationError(
            f"{twice!r} stands in the list twice", field=field, value=twice, remedy="name it once"
        )
    return found


def entries(value: Any, field: str, requirement: str = "a list") -> Iterable[Any]:
    """Anything that has entries in an order: no string, mapping or set."""
    if isinstance(value, (str, bytes, Mapping, AbstractSet)) or not isinstance(value, Iterable):
        refuse(field, value, requirement)
    return value


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


def levels(value: Mapping[str, int], field: str = "") -> FrozenDict[str, int]:
    """A mapping name -> positive integer, sorted by name."""
    return FrozenDict({k: positive_int(v, f"{field}.{k}") for k, v in pairs(value, field)})


def distinct(records: Iterable[Any], field: str, what: str) -> None:
    """Refuse two records with one id.

    Raises
    ------
    ConfigurationError
        Its field says which, such as ``teams[1].id``; `what` is the kind of record.
    """
    seen: set[str] = set()
    for i, record in enumerate(records):
        if record.id in seen:
            raise ConfigurationError(
                f"{what} {record.id!r} is there twice",
                field=f"{field}[{i}].id",
                value=record.id,
                remedy="give each its own id",
            )
        seen.add(record.id)
