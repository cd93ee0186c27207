"""What was promised for an item: its targets, its path, who is told, who must approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._care import Care
from assignwork.dispatcher._state import ItemRecord
from assignwork.explain._paths import NextStep, next_step
from assignwork.explain._targets import Promised, promised
from assignwork.explain._updates import Updates, updates_due
from assignwork.model.promises import TARGETS

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class Promises:
    """The part of an item's explanation that its care tells."""

    targets: tuple[Promised, ...] = ()
    step: NextStep | None = None
    acknowledged_until: float | None = None
    updates: Updates | None = None
    report: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()


def promises(desk: Dispatcher, care: Care | None, record: ItemRecord | None) -> Promises:
    """What an item's care tells of it; `record` None: the item is closed."""
    if care is None:
        return Promises()
    targets = [
        promised(desk, name, care.clocks[name], record) for name in TARGETS if name in care.clocks
    ]
    wanted = care.approvals[:1]
    groups = desk._settings.groups
    return Promises(
        targets=tuple(targets),
        step=None if record is None else next_step(desk, care, record),
        acknowledged_until=care.ack_until,
        updates=updates_due(desk, care),
        report=() if care.report is None else care.report.report_on_close,
        approvers=tuple(dict.fromkeys(who for n in wanted for who in (n, *groups.get(n, ())))),
    )
