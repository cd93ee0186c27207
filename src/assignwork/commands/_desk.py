"""The desk itself: its people's presence, and time that passes."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork.commands._base import Command
from assignwork.model.agents import presence


def _setter(value: str, field: str = "") -> str:
    return f.choice(value, field, ("agent", "manager"))


@attrs.frozen(field_transformer=f.named)
class SetPresence(Command):
    """Change an agent's presence (rules P1 to P5)."""

    verb: ClassVar[str] = "set_presence"
    agent: str = attrs.field(converter=f.identifier)
    presence: str = attrs.field(converter=presence)
    reason: str | None = attrs.field(default=None, converter=f.text)
    by: str = attrs.field(default="agent", converter=_setter)


@attrs.frozen(field_transformer=f.named)
class Heartbeat(Command):
    """A sign of life of the agent (rule P4)."""

    verb: ClassVar[str] = "heartbeat"
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Advance(Command):
    """Nothing but time passes: timers that are due fire."""

    verb: ClassVar[str] = "advance"
