"""An item on its way: queued, up for approval, changed, moved to another team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class Queued(Event):
    """The item entered its team's queue, by submission or coming back (rule Q5).

    Attributes
    ----------
    priority : int
        Its own, before ageing.
    decided_by : str
        What decided the priority (rule R1): `given`, `default`, `catalog`, or the factor, such as
        `impact` (`impact+urgency` where both count the same).
    category : str or None
    """

    kind: ClassVar[str] = "queued"
    item: str
    team: str
    priority: int
    weight: int
    decided_by: str
    category: str | None


@attrs.frozen
class Transferred(Event):
    """The item belongs to another team now; `agent` is who still owns it, or None."""

    kind: ClassVar[str] = "transferred"
    item: str
    from_team: str
    team: str
    agent: str | None


@attrs.frozen
class ItemUpdated(Event):
    """Fields of the item changed; `changes` is in wire form, `priority` its own priority now."""

    kind: ClassVar[str] = "item_updated"
    item: str
    changes: Mapping[str, Any]
    priority: int


@attrs.frozen
class Held(Event):
    """The item waits for approval (rule G2); `approvals` is who must give it, in this order.

    The rest is as in `Queued`.
    """

    kind: ClassVar[str] = "held"
    item: str
    team: str
    priority: int
    weight: int
    decided_by: str
    category: str | None
    approvals: tuple[str, ...]


@attrs.frozen
class Approved(Event):
    """One approval was given, `by` whom; `remaining` is who must still give theirs."""

    kind: ClassVar[str] = "approved"
    item: str
    by: str
    remaining: tuple[str, ...]


@attrs.frozen
class Rejected(Event):
    """An approval was refused; the item is closed next."""

    kind: ClassVar[str] = "rejected"
    item: str
    by: str
    reason: str | None
