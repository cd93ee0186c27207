"""An item on its escalation path, and who takes notice (rules E3 and E4)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork.commands._base import Command


@attrs.frozen(field_transformer=f.named)
class Acknowledge(Command):
    """Somebody takes notice of the item (rule E3)."""

    verb: ClassVar[str] = "acknowledge"
    item: str = attrs.field(converter=f.identifier)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Escalate(Command):
    """Fire the next step of the item's path at once (rule E4)."""

    verb: ClassVar[str] = "escalate"
    item: str = attrs.field(converter=f.identifier)
    reason: str | None = attrs.field(default=None, converter=f.text)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)
