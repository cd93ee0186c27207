"""The desk itself: its people's presence and its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class PresenceChanged(Event):
    """The agent's presence changed; `by` is agent, manager, auto or shift."""

    kind: ClassVar[str] = "presence_changed"
    agent: str
    presence: str
    by: str
    reason: str | None


@attrs.frozen
class Configured(Event):
    """The desk's configuration changed: `what` is the command's verb, `target` whom it concerns.

    `target` is an id, a list of ids (`update_agents`) or None (`update_workspace`); `changes` is
    in wire form.
    """

    kind: ClassVar[str] = "configured"
    what: str
    target: Any
    changes: Mapping[str, Any]
