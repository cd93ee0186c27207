"""What decides whether a policy concerns an item: its team, priority, category and tags.

An empty list asks nothing; everything that is asked must hold. Priorities stand as numbers or as
the names of the workspace's levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.model.records import Record

R = TypeVar("R", bound=Record)


def record(kind: type[R], value: Any, field: str) -> R:
    """The record itself, or made from its wire form."""
    return value if isinstance(value, kind) else structure(kind, value, field)


def records(kind: type[R], value: Any, field: str) -> tuple[R, ...]:
    """A tuple of records with ids, from a list of them or from a mapping id -> fields."""
    if isinstance(value, Mapping):
        value = [_with_id(name, entry, f"{field}.{name}") for name, entry in value.items()]
    return tuple(
        record(kind, entry, f"{field}[{i}]") for i, entry in enumerate(f.entries(value, field))
    )


def _with_id(name: Any, entry: Any, field: str) -> Any:
    """An entry of a mapping id -> fields, which may repeat its id but not contradict it."""
    if not isinstance(entry, Mapping):
        f.refuse(field, entry, "an object with the fields of one of these")
    if entry.get("id", name) != name:
        f.refuse(f"{field}.id", entry["id"], f"the id it stands under ({name!r})", "leave it out")
    return {**entry, "id": name}


def priority(value: int | str, field: str = "") -> int | str:
    """A priority: a positive integer (1 is most urgent), or the name of a level."""
    if isinstance(value, str):
        return f.identifier(value, field)
    return f.positive_int(value, field)


def optional_priority(value: int | str | None, field: str = "") -> int | str | None:
    """As `priority`, or None."""
    return None if value is None else priority(value, field)


def priorities(value: Iterable[int | str], field: str = "") -> tuple[int | str, ...]:
    """A tuple of priorities."""
    if value == ():
        return ()
    return tuple(
        priority(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of priorities"))
    )


def groups(value: Mapping[str, Iterable[str]], field: str = "") -> Mapping[str, tuple[str, ...]]:
    """A mapping group -> its members, sorted by name."""
    return FrozenDict(
        {name: f.names(who, f"{field}.{name}") for name, who in f.pairs(value, field)}
    )
