"""What was promised for an item: the clocks of its targets (rules L1 to L4)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class SlaStarted(Event):
    """The clock of a `target` (first_response, next_response, resolution) runs; `due` instant."""

    kind: ClassVar[str] = "sla_started"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaAtRisk(Event):
    """The policy's share of the working time is over (rule L4)."""

    kind: ClassVar[str] = "sla_at_risk"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaBreached(Event):
    """The target was not met at or before its due instant."""

    kind: ClassVar[str] = "sla_breached"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaMet(Event):
    """The target was met, with `left` seconds of working time to go."""

    kind: ClassVar[str] = "sla_met"
    item: str
    policy: str
    target: str
    left: float


@attrs.frozen
class SlaPaused(Event):
    """The clock stands still, with `left` seconds of working time to go."""

    kind: ClassVar[str] = "sla_paused"
    item: str
    policy: str
    target: str
    left: float


@attrs.frozen
class SlaResumed(Event):
    """The clock runs again, or on under another target; `due` is the new instant."""

    kind: ClassVar[str] = "sla_resumed"
    item: str
    policy: str
    target: str
    due: float
