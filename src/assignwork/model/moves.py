"""Moves of a rebalancing plan: which item, from whom, to whom (rule B)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.matching import record
from assignwork.model.records import Record


@attrs.frozen(field_transformer=f.named)
class Move(Record):
    """One item of a rebalancing plan, where it was and where it shall be.

    Parameters
    ----------
    item : str
    agent : str, optional
        Who shall hold it; None: it goes back to its team's queue.
    owner : str, optional
        Who held it when the plan was made; None: it was queued.
    makes_room_for : str, optional
        The item of another move of the same plan, for whose sake alone this one is made: it is
        skipped with that one.

    Examples
    --------
    >>> Move("t-1", agent="ben", owner="ana").to_dict()
    {'item': 't-1', 'agent': 'ben', 'owner': 'ana'}
    """

    item: str = attrs.field(converter=f.identifier)
    agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    owner: str | None = attrs.field(default=None, converter=f.optional_identifier)
    makes_room_for: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def __attrs_post_init__(self) -> None:
        if self.agent == self.owner:
            where = "the queue" if self.agent is None else repr(self.agent)
            raise ConfigurationError(
                f"item {self.item!r} would move from {where} to {where}",
                field="agent",
                value=self.agent,
                limit="another than its owner",
                remedy="leave the move out",
            )
        if self.makes_room_for == self.item:
            raise ConfigurationError(
                f"item {self.item!r} would make room for itself",
                field="makes_room_for",
                value=self.item,
                limit="another item",
                remedy="name the item that comes into its place, or leave it out",
            )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; null too, where that says from where or to where."""
        found: dict[str, Any] = {"item": self.item, "agent": self.agent, "owner": self.owner}
        if self.makes_room_for is not None:
            found["makes_room_for"] = self.makes_room_for
        return found


def moves(value: Iterable[Move | Mapping[str, Any]], field: str = "") -> tuple[Move, ...]:
    """A tuple of moves from any sequence of them, each item named once, room made for such only."""
    found = tuple(
        record(Move, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of moves"))
    )
    named: set[str] = set()
    for i, move in enumerate(found):
        if move.item in named:
            raise ConfigurationError(
                f"item {move.item!r} is moved twice",
                field=f"{field}[{i}].item",
                value=move.item,
                limit="one move for an item",
                remedy="name it once",
            )
        named.add(move.item)
    for i, move in enumerate(found):
        if move.makes_room_for is not None and move.makes_room_for not in named:
            raise ConfigurationError(
                f"item {move.item!r} would make room for {move.makes_room_for!r}, which none moves",
                field=f"{field}[{i}].makes_room_for",
                value=move.makes_room_for,
                limit="the item of another of these moves",
                remedy="add the move of that item, or leave it out",
            )
    return found


def seen(value: int | None, field: str = "") -> int | None:
    """How many events somebody has seen, 0 or more; None: it does not matter."""
    if value is None or (type(value) is int and value >= 0):
        return value
    return f.refuse(field, value, "a whole number of 0 or more")
