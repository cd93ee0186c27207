"""Between wire data and attrs classes: unknown and missing keys are errors with their path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from assignwork._fields import nearest, refuse
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
    fields = attrs.fields_dict(cls)  # type: ignore[arg-type]  # every cls here is an attrs class
    for key in data:
        if key not in fields:
            raise ConfigurationError(
                "unknown key",
                field=f"{path}.{key}" if path else str(key),
                value=key,
                remedy=nearest(key, fields),
            )
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in data:
            raise ConfigurationError(
                f"the field {name!r} is missing",
                field=path,
                remedy=f"a {cls.__name__} needs it",
            )
    try:
        return cls(**data)
    except ConfigurationError as error:
        raise (error.within(path) if path else error) from None


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
    if hasattr(value, "name"):  # a policy of the caller's; no record has such a field
        return {"policy": value.name}
    return value.to_dict()
