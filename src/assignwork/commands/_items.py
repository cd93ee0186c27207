"""An item on its way: submitted, approved, changed, moved to another team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.commands._base import Command
from assignwork.commands._changes import changes_of
from assignwork.model import WorkItem


def _item(value: WorkItem | Mapping[str, Any], field: str = "") -> WorkItem:
    return value if isinstance(value, WorkItem) else structure(WorkItem, value, field)


def _item_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return changes_of(WorkItem, value, field)


@attrs.frozen(field_transformer=f.named)
class Submit(Command):
    """A new item enters its team's queue."""

    verb: ClassVar[str] = "submit"
    item: WorkItem = attrs.field(converter=_item)


@attrs.frozen(field_transformer=f.named)
class Transfer(Command):
    """To another team (rule M2)."""

    verb: ClassVar[str] = "transfer"
    item: str = attrs.field(converter=f.identifier)
    team: str = attrs.field(converter=f.identifier)
    keep_agent: bool = attrs.field(default=False, converter=f.flag)


@attrs.frozen(field_transformer=f.named)
class UpdateItem(Command):
    """Change fields of an open item; not its id, team or created_at."""

    verb: ClassVar[str] = "update_item"
    item: str = attrs.field(converter=f.identifier)
    changes: Mapping[str, Any] = attrs.field(converter=_item_changes)


@attrs.frozen(field_transformer=f.named)
class Approve(Command):
    """The next approval of a held item (rule G2)."""

    verb: ClassVar[str] = "approve"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reject(Command):
    """The next approval of a held item is refused: it closes (rule G2)."""

    verb: ClassVar[str] = "reject"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=f.identifier)
    reason: str | None = attrs.field(default=None, converter=f.text)
