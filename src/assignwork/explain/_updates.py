"""What the communication protocol of an item asks for next (rules U1 and U2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._care import Care
from assignwork.explain._shown import number

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class Updates:
    """What an item's protocol asks for next (rule U2).

    Attributes
    ----------
    protocol : str
    required : tuple of str
        What each update must contain.
    due_since : float or None
        Since when an update is due that was not posted.
    next_at : float or None
        When the next one is due; None: the protocol asks for none.
    """

    protocol: str
    required: tuple[str, ...]
    due_since: float | None
    next_at: float | None

    def __str__(self) -> str:
        content = f" ({', '.join(self.required)})" if self.required else ""
        text = f"U1 protocol {self.protocol}: "
        if self.next_at is None:
            return f"{text}no updates are due"
        if self.due_since is None:
            return f"{text}the next update{content} is due at {number(self.next_at)}"
        since = number(self.due_since)
        return f"{text}an update{content} is due since {since}, one more at {number(self.next_at)}"


def updates_due(desk: Dispatcher, care: Care) -> Updates | None:
    """What is asked for next, if the item has a protocol."""
    protocol = care.protocol
    if protocol is None:
        return None
    due_since = None
    if protocol.update_every is not None and care.tick:
        due_since = care.ticked_at + protocol.update_every
    return Updates(
        protocol=protocol.id,
        required=protocol.required,
        due_since=due_since,
        next_at=desk._timers.due_of(care.tick_timer) if care.tick_timer else None,
    )
