"""Policy objects of the caller's, as they stand in a workspace: known by their name.

In wire data one is written ``{"policy": name}``; who loads it gives the object of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record


def is_policy(value: Any) -> bool:
    """Whether this is a policy object of the caller's: no plain data."""
    return not isinstance(value, (str, bytes, int, float, Mapping, list, tuple, type(None), Record))


def named_policy(value: Any, field: str) -> Any:
    """The policy, if it has a name."""
    if isinstance(value, type):
        f.refuse(field, value, "a policy", f"give an object: {value.__name__}()")
    name: Any = getattr(value, "name", None)
    f.identifier(name, f"{field}.name")
    return value


def resolve_policies(data: Any, policies: Mapping[str, Any], path: str = "") -> Any:
    """Replace each ``{"policy": name}`` in wire data by the caller's object of that name."""
    if isinstance(data, Mapping):
        name = data.get("policy")
        if len(data) == 1 and isinstance(name, str):
            if name not in policies:
                raise ConfigurationError(
                    f"no policy {name!r} was given",
                    field=path,
                    value=name,
                    remedy="pass it in policies={name: object}; " + f.nearest(name, policies),
                )
            return policies[name]
        return {
            k: resolve_policies(v, policies, f"{path}.{k}" if path else str(k))
            for k, v in data.items()
        }
    if isinstance(data, list):
        return [resolve_policies(v, policies, f"{path}[{i}]") for i, v in enumerate(data)]
    return data
