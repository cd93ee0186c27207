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

    Examples
    --------
    >>> Move("t-1", agent="ben", owner="ana").to_dict()
    {'item': 't-1', 'agent': 'ben', 'owner': 'ana'}
    """

    item: str = attrs.field(converter=f.identifier)
    agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    owner: str | None = attrs.field(default=None, converter=f.optional_identifier)

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

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; null too, since that says from where or to where."""
        return {"item": self.item, "agent": self.agent, "owner": self.owner}


def moves(value: Iterable[Move | Mapping[str, Any]], field: str = "") -> tuple[Move, ...]:
    """A tuple of moves from any sequence of them, each item named once."""
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
    return found


def seen(value: int | None, field: str = "") -> int | None:
    """How many events somebody has seen, 0 or more; None: it does not matter."""
    if value is None or (type(value) is int and value >= 0):
        return value
    return f.refuse(field, value, "a whole number of 0 or more")
