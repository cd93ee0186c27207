"""A rebalancing plan to carry out (rule B)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork.commands._base import Command
from assignwork.model import Move
from assignwork.model.moves import moves, seen


@attrs.frozen(field_transformer=f.named)
class Rebalance(Command):
    """Carry out moves that were decided outside the desk (rule B).

    `all_or_nothing`: one stale move refuses them all. `seen`: how many events the desk had emitted
    when they were decided.
    """

    verb: ClassVar[str] = "rebalance"
    moves: tuple[Move, ...] = attrs.field(converter=moves)
    all_or_nothing: bool = attrs.field(default=False, converter=f.flag)
    seen: int | None = attrs.field(default=None, converter=seen)
