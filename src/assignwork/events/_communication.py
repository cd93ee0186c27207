"""Who is to be told of an item: announcements, updates, the report (rules U1 and U2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from assignwork.events._base import Event


@attrs.frozen
class Announced(Event):
    """Audiences are to be told of an `occasion`: opened, escalated or resolved (rule U1)."""

    kind: ClassVar[str] = "announced"
    item: str
    protocol: str
    occasion: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]


@attrs.frozen
class UpdateDue(Event):
    """The next update is due now; `required` is what it must contain (rule U2)."""

    kind: ClassVar[str] = "update_due"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    required: tuple[str, ...]


@attrs.frozen
class UpdateOverdue(Event):
    """The update that was due at `due` was not posted."""

    kind: ClassVar[str] = "update_overdue"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    due: float


@attrs.frozen
class UpdatePosted(Event):
    """An update with all that its protocol requires; `protocol` None: the item has none."""

    kind: ClassVar[str] = "update_posted"
    item: str
    protocol: str | None
    by: str | None
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    content: Mapping[str, Any]


@attrs.frozen
class ReportDue(Event):
    """The item was closed, and a report with these sections is due."""

    kind: ClassVar[str] = "report_due"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    sections: tuple[str, ...]


@attrs.frozen
class ReportPosted(Event):
    """The report that was due is there."""

    kind: ClassVar[str] = "report_posted"
    item: str
    protocol: str
    by: str | None
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    content: Mapping[str, Any]
