"""Changes of fields, as the commands that update something carry them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork._codec import check_keys
from assignwork._fields import FrozenDict, refuse


def changes_of(kind: type[Any], value: Any, field: str) -> Mapping[str, Any]:
    """Changes of fields that `kind` has; which of them may change, the desk says."""
    if not isinstance(value, Mapping):
        refuse(field, value, "an object with the fields to change")
    if not value:
        refuse(field, dict(value), "an object with at least one field to change")
    check_keys(kind, value, field)
    return FrozenDict({key: f.frozen(entry) for key, entry in value.items()})
