"""Between wire data and attrs classes: unknown and missing keys are errors with their path."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import attrs

from assignwork._fields import nearest, refuse, shortened
from assignwork.errors import ConfigurationError

T = TypeVar("T")


def structure(cls: type[T], data: Any, path: str = "") -> T:
    """Make `cls` from a mapping of its fields; errors carry `path` before the field's name.

    Raises
    ------
    ConfigurationError
        For data that is no mapping, an unknown or missing key, or a value that cannot be used.
    """
    if not isinstance(data, Mapping):
        refuse(path, data, f"a JSON object with the fields of {cls.__name__}")
    check_keys(cls, data, path)
    _, needed = _fields_of(cls)  # type: ignore[arg-type]  # every class is hashable
    for name in needed:
        if name not in data:
            raise ConfigurationError(
                "this field is missing",
                field=f"{path}.{name}" if path else name,
                remedy=f"give it: {_article(cls.__name__)} needs it",
            )
    try:
        return cls(**data)
    except ConfigurationError as error:
        raise (error.within(path) if path else error) from None


def check_keys(cls: type[Any], data: Mapping[Any, Any], path: str = "") -> None:
    """Refuse a key that is no field of `cls`.

    Raises
    ------
    ConfigurationError
        With the key's path, and the nearest field as the remedy.
    """
    known, _ = _fields_of(cls)  # type: ignore[arg-type]  # as above
    for key in data:
        if key not in known:
            name = shortened(str(key))
            raise ConfigurationError(
                "unknown key",
                field=f"{path}.{name}" if path else name,
                value=key,
                remedy=nearest(key, known),
            )


@cache
def _fields_of(cls: Any) -> tuple[dict[str, None], tuple[str, ...]]:
    """The names of all fields, and of those without a default."""
    fields = attrs.fields(cls)
    needed = tuple(field.name for field in fields if field.default is attrs.NOTHING)
    return dict.fromkeys(field.name for field in fields), needed


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "AEIOU" else f"a {word}"


def unstructure(record: Any) -> dict[str, Any]:
    """The fields that differ from their defaults, JSON-ready, in the order of the class."""
    found = {}
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        if field.default is not attrs.NOTHING and value == field.default:
            continue
        found[field.name] = plain(value)
    return found


def plain(value: Any) -> Any:
    """JSON-ready: records as objects, tuples as lists, policies by name."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(entry) for entry in value]
    if hasattr(value, "name") and not getattr(value, "is_record", False):  # a caller's policy
        return {"policy": value.name}
    return value.to_dict()
