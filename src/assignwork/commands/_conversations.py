"""The talk with an item's customer, and its pauses and its end."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork._fields import refuse
from assignwork.commands._base import Command

BEST_SCORE = 5


def score(value: int, field: str = "") -> int:
    """A satisfaction score, 1 to 5."""
    if type(value) is int and 1 <= value <= BEST_SCORE:
        return value
    return refuse(field, value, f"a score, 1 (worst) to {BEST_SCORE} (best)")


def _sender(value: str, field: str = "") -> str:
    return f.choice(value, field, ("agent", "customer"))


@attrs.frozen(field_transformer=f.named)
class Snooze(Command):
    """Park the item; `until` None: until its customer replies or somebody wakes it."""

    verb: ClassVar[str] = "snooze"
    item: str = attrs.field(converter=f.identifier)
    until: float | None = attrs.field(default=None, converter=f.optional_instant)


@attrs.frozen(field_transformer=f.named)
class Wake(Command):
    """End a snooze by hand (rule M4)."""

    verb: ClassVar[str] = "wake"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reply(Command):
    """A message on the item, by its agent or its customer."""

    verb: ClassVar[str] = "reply"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=_sender)


@attrs.frozen(field_transformer=f.named)
class Close(Command):
    """The item is done."""

    verb: ClassVar[str] = "close"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reopen(Command):
    """A closed item is open again (rule M4)."""

    verb: ClassVar[str] = "reopen"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Rate(Command):
    """The customer's satisfaction, 1 (worst) to 5 (best)."""

    verb: ClassVar[str] = "rate"
    item: str = attrs.field(converter=f.identifier)
    score: int = attrs.field(converter=score)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)
