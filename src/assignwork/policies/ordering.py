"""Which item comes first: the built-in criteria of rule Q1, compiled to one key function.

A key is a tuple that ends in the item's sequence number and id, so the order is total (Q2). Keys
are computed when an item is queued or changed, never when items are compared (Q3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from assignwork.policies.protocols import Ordering

NEVER = float("inf")
"""Stands for "none" in a key: a missing due instant or wait comes last."""


class Ordered(Protocol):
    """What a key is made of."""

    id: str
    seq: int
    priority: int
    due: float | None
    waiting_since: float | None
    created_at: float

    @property
    def rank(self) -> int:
        """The team's rank."""
        ...


Key = tuple[Any, ...]
KeyOf = Callable[[Any], Key]


def _due(item: Any) -> float:
    return NEVER if item.due is None else item.due


def _waiting(item: Any) -> float:
    return NEVER if item.waiting_since is None else item.waiting_since


CRITERIA: dict[str, Callable[[Any], Any]] = {
    "priority": lambda item: item.priority,
    "due": _due,
    "waiting": _waiting,
    "age": lambda item: item.created_at,
    "inbox": lambda item: item.team.rank,
}


def default_key(item: Any) -> Key:
    """The key for ``priority, due, waiting``, written out because it is asked most."""
    due = item.due
    waiting = item.waiting_since
    return (
        item.priority,
        NEVER if due is None else due,
        NEVER if waiting is None else waiting,
        item.seq,
        item.id,
    )


def compile_order(order: tuple[Any, ...], view: Callable[[Any], Any]) -> KeyOf:
    """One function item -> key for the criteria of a workspace.

    Parameters
    ----------
    order : tuple of str or Ordering
    view : callable
        Makes the read-only view that a policy of the caller's is shown.
    """
    if order == ("priority", "due", "waiting"):
        return default_key
    parts = tuple(
        CRITERIA[entry] if isinstance(entry, str) else _asked(entry, view) for entry in order
    )

    def key(item: Any) -> Key:
        return (*[part(item) for part in parts], item.seq, item.id)

    return key


def _asked(policy: Ordering, view: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def ask(item: Any) -> Any:
        try:
            return policy.key(view(item))
        except Exception as error:
            error.add_note(f"raised by the item order {policy.name!r} for item {item.id!r}")
            raise

    return ask
