"""The talk with an item's customer, and its pauses and its end."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class Snoozed(Event):
    """The item is parked until the instant `until`; None: until its customer replies or by hand."""

    kind: ClassVar[str] = "snoozed"
    item: str
    until: float | None


@attrs.frozen
class Woken(Event):
    """A snoozed item is back; `agent` is its owner, or None. Flag: `over_capacity`."""

    kind: ClassVar[str] = "woken"
    item: str
    agent: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether its owner is over a limit by it."""
        return "over_capacity" in self.flags


@attrs.frozen
class Replied(Event):
    """A message on the item, `by` the agent or the customer; `agent` is its owner, or None."""

    kind: ClassVar[str] = "replied"
    item: str
    by: str
    agent: str | None


@attrs.frozen
class Closed(Event):
    """The item is done; `agent` is who owned it, or None."""

    kind: ClassVar[str] = "closed"
    item: str
    agent: str | None


@attrs.frozen
class Reopened(Event):
    """A closed item is open again; `agent` is who owns it now, or None. Flag: `over_capacity`."""

    kind: ClassVar[str] = "reopened"
    item: str
    agent: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether its owner is over a limit by it."""
        return "over_capacity" in self.flags


@attrs.frozen
class Rated(Event):
    """The customer's satisfaction: `score` is 1 (worst) to 5 (best)."""

    kind: ClassVar[str] = "rated"
    item: str
    score: int
    by: str | None
