"""An item on its escalation path, and who took notice (rules E1 to E5)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class PathEntered(Event):
    """The item follows an escalation path; `lap` counts its rounds from 1."""

    kind: ClassVar[str] = "path_entered"
    item: str
    path: str
    lap: int


@attrs.frozen
class Escalated(Event):
    """A step of the item's path fired (rules E1 to E5).

    Attributes
    ----------
    level : int
        The step's place in its path, from 1.
    lap : int
        The round of the path, from 1.
    when : str
        The step's condition.
    by : str
        `path`, or who asked for it by hand.
    reason : str or None
        What was given with an escalation by hand.
    category : str or None
    team : str or None
        Where it was transferred to.
    agent : str or None
        To whom it was assigned, resolved at this instant.
    priority : int or None
        What its priority was raised to.
    watchers, notified : tuple of str
        The people, groups and rotations resolved at this instant.
    """

    kind: ClassVar[str] = "escalated"
    item: str
    path: str
    level: int
    lap: int
    when: str
    by: str
    reason: str | None
    category: str | None
    team: str | None
    agent: str | None
    priority: int | None
    watchers: tuple[str, ...]
    notified: tuple[str, ...]


@attrs.frozen
class EscalationSkipped(Event):
    """A step's condition did not hold at its instant.

    `why` is assigned, acknowledged, answered, snoozed, met or no_target.
    """

    kind: ClassVar[str] = "escalation_skipped"
    item: str
    path: str
    level: int
    lap: int
    why: str


@attrs.frozen
class PathEnded(Event):
    """The item follows the path no more; `why` is finished, closed, left or path."""

    kind: ClassVar[str] = "path_ended"
    item: str
    path: str
    why: str


@attrs.frozen
class Acknowledged(Event):
    """Somebody has taken notice; `until` is when that lapses, or None (rule E3)."""

    kind: ClassVar[str] = "acknowledged"
    item: str
    by: str | None
    until: float | None


@attrs.frozen
class AcknowledgementLapsed(Event):
    """The path's `ack_timeout` is over; it goes on."""

    kind: ClassVar[str] = "acknowledgement_lapsed"
    item: str
