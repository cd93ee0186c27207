"""A rebalancing plan that is carried out (rule B)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class Rebalanced(Event):
    """A rebalancing plan was applied: how many `moves` are carried out, how many were skipped.

    What becomes of each follows: `move_skipped`, `released`, `assigned` (rule B).
    """

    kind: ClassVar[str] = "rebalanced"
    moves: int
    skipped: int


@attrs.frozen
class MoveSkipped(Event):
    """A move of a rebalancing plan that no longer fits; the item stays where it is (rule B).

    Attributes
    ----------
    item : str
    agent : str or None
        Who should have got it; None: it should have gone back to its queue.
    owner : str or None
        Who held it when the plan was made; None: it was queued.
    why : str
        unknown_item, unknown_agent, closed, done (it is there already), moved (it is no more where
        it was), not_eligible, full or pointless (what it makes room for is skipped).
    detail : str or None
        The rule that stops the agent, with numbers, as `explain` says it.
    """

    kind: ClassVar[str] = "move_skipped"
    item: str
    agent: str | None
    owner: str | None
    why: str
    detail: str | None
