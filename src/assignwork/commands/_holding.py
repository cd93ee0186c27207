"""Who holds an item: by hand, pulled, offered, given back."""

from __future__ import annotations

from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork.commands._base import Command


def _optional_flag(value: bool | None, field: str = "") -> bool | None:  # noqa: FBT001  # as every converter
    return None if value is None else f.flag(value, field)


@attrs.frozen(field_transformer=f.named)
class Assign(Command):
    """By hand, to any agent that exists (rule M1). `strict` None: as the workspace says."""

    verb: ClassVar[str] = "assign"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)
    strict: bool | None = attrs.field(default=None, converter=_optional_flag)


@attrs.frozen(field_transformer=f.named)
class Release(Command):
    """Back to its team's queue (rule M2)."""

    verb: ClassVar[str] = "release"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Pull(Command):
    """The agent takes the first item he is eligible for (rule M3)."""

    verb: ClassVar[str] = "pull"
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Accept(Command):
    """The agent takes what was offered to him."""

    verb: ClassVar[str] = "accept"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Decline(Command):
    """The agent does not take what was offered to him."""

    verb: ClassVar[str] = "decline"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)
