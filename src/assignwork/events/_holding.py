"""Who holds an item: offered, assigned, released, handed over."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class Assigned(Event):
    """The agent owns the item now.

    Attributes
    ----------
    tier : {'primary', 'secondary', 'manual'}
        His membership; `manual` for an assignment by hand.
    waited : float
        Seconds since it was last queued; 0 when it was in no queue.
    by : {'dispatch', 'offer', 'pull', 'hand', 'escalation', 'rebalance'}
        What assigned it; `offer` is an accepted offer.
    selection : str
        What chose the agent: the team's selection, `affinity`, or as `by`.
    key : tuple
        The chosen agent's values for the selection's criteria, smaller first (rule X2).
    runner_up : str or None
        Who would have been next in the same tier; None: nobody else of it was eligible.
    flags : tuple of str
        Of `over_capacity`, `not_active`, `not_member` (rule M1).
    """

    kind: ClassVar[str] = "assigned"
    item: str
    team: str
    agent: str
    tier: str
    waited: float
    by: str
    selection: str
    key: tuple[Any, ...]
    runner_up: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether a limit of rule C3 did not pass."""
        return "over_capacity" in self.flags

    @property
    def not_active(self) -> bool:
        """Whether the agent was not `active`."""
        return "not_active" in self.flags

    @property
    def not_member(self) -> bool:
        """Whether the agent is outside the item's team."""
        return "not_member" in self.flags


@attrs.frozen
class Offered(Event):
    """The item is reserved for the agent until `expires_at`; the rest is as in `Assigned`."""

    kind: ClassVar[str] = "offered"
    item: str
    team: str
    agent: str
    expires_at: float
    tier: str
    selection: str
    key: tuple[Any, ...]
    runner_up: str | None


@attrs.frozen
class OfferEnded(Event):
    """An offer ended: `how` is accepted, declined, missed or withdrawn."""

    kind: ClassVar[str] = "offer_ended"
    item: str
    agent: str
    how: str


@attrs.frozen
class Released(Event):
    """The agent owns the item no more.

    `why` is hand, away, shift, removed, transfer, over_capacity, escalation or rebalance; `team`
    is the item's team at that moment.
    """

    kind: ClassVar[str] = "released"
    item: str
    team: str
    agent: str
    why: str


@attrs.frozen
class Handoff(Event):
    """What somebody left at his shift's end found its next owner (rule T4).

    `open_for` is how long the item has been open, seconds since it was submitted.
    """

    kind: ClassVar[str] = "handoff"
    item: str
    team: str
    from_agent: str
    to_agent: str
    open_for: float
