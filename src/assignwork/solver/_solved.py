"""What an engine hands to `plan_rebalance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assignwork.solver._columns import Columns


class Solved(NamedTuple):
    """An outcome within all hard rules, and how it was found.

    `bound`: no outcome costs less; None: not known. `price`: what one more move would gain, where
    a budget of moves binds. `columns`: the problem's arrays, where they were made.
    """

    outcome: list[int]
    bound: int | None
    proven: bool
    engine: str
    reason: str
    price: float | None = None
    columns: Columns | None = None
