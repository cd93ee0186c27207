"""What an item asks for by the catalog, who may, and its own priority (G1, R1)."""

from __future__ import annotations

import attrs

from assignwork import _fields as f
from assignwork import errors
from assignwork._fields import FrozenDict
from assignwork.dispatcher._moves import MoveCommands
from assignwork.dispatcher._state import HELD, ItemRecord
from assignwork.events import Event, Held
from assignwork.model import WorkItem
from assignwork.model.catalog import CatalogEntry
from assignwork.service.priority import own_priority


class Catalog(MoveCommands):
    """What a catalog entry makes of an item."""

    __slots__ = ()

    def _settled(self, item: WorkItem) -> tuple[WorkItem, CatalogEntry]:
        """The item with what its entry fills in (reading 79), but for `due_at`; and the entry.

        Raises
        ------
        ConfigurationError, AccessDeniedError
        """
        assert item.catalog is not None  # callers looked
        entry = self._catalog.get(item.catalog)
        if entry is None:
            raise errors.ConfigurationError(
                f"there is no entry {item.catalog!r} in the catalog",
                field="item.catalog",
                value=item.catalog,
                remedy=f.nearest(item.catalog, self._catalog),
            )
        self._check_access(item, entry)
        settled = attrs.evolve(
            item,
            team=item.team or entry.team,
            category=entry.category if item.category is None else item.category,
            weight=entry.weight if entry.weight is not None and item.weight == 1 else item.weight,
            skills=FrozenDict(sorted({**entry.skills, **item.skills}.items())),
            tags=tuple(dict.fromkeys((*item.tags, *entry.tags))),
        )
        return settled, entry

    def _check_access(self, item: WorkItem, entry: CatalogEntry) -> None:
        groups = self._settings.groups
        if entry.groups and not any(
            item.requester in groups.get(group, ()) for group in entry.groups
        ):
            raise errors.AccessDeniedError(
                f"{item.requester!r} may not ask for {entry.id!r}"
                if item.requester is not None
                else f"{entry.id!r} is for some groups only, and nobody is named who asks for it",
                value=item.requester,
                limit=", ".join(entry.groups),
                remedy="let somebody of these groups ask, or give the requester one of them",
                item=item.id,
            )

    def _priority_of(
        self, item: WorkItem, entry: CatalogEntry | None, field: str
    ) -> tuple[int, str]:
        """Its own priority, and what decided it."""
        settings = self._settings
        return own_priority(
            item,
            entry,
            settings.priority_criteria,
            settings.priority_levels,
            field,
        )

    def _submit_by_catalog(self, record: ItemRecord, entry: CatalogEntry) -> tuple[Event, ...]:
        """The rest of a submit by catalog: the item is held, or enters its queue."""
        record.cared().entry = entry
        if entry.approvals:
            self._hold(record, entry)
            return self._finish()
        self._promise_delivery(record)
        self._enqueue(record)
        self._begin_care(record)
        return self._finish()

    def _hold(self, record: ItemRecord, entry: CatalogEntry) -> None:
        """The item waits for approval instead of entering the queue."""
        record.cared().idle = entry.clock_from == "queued"
        self._await_approvals(record, entry)
        if not record.cared().idle:
            self._promise_delivery(record)
            self._start_clocks(record)

    def _hold_again(self, record: ItemRecord, entry: CatalogEntry, *, asked: bool) -> None:
        """It was closed before it was approved, and is open again: the chain begins anew."""
        care = record.cared()
        care.refused = False
        self._await_approvals(record, entry)
        if not care.idle:
            self._reopen_clocks(record, asked=asked)

    def _await_approvals(self, record: ItemRecord, entry: CatalogEntry) -> None:
        record.state = HELD
        record.cared().approvals = entry.approvals
        self._seq += 1
        self._out.append(
            Held(
                self._seq,
                self._clock,
                record.id,
                record.team.id,
                record.own,
                record.weight,
                record.decided_by,
                record.spec.category,
                entry.approvals,
            )
        )

    def _promise_delivery(self, record: ItemRecord) -> None:
        """The clocks start: so does the expected delivery of its entry."""
        entry = None if record.care is None else record.care.entry
        if entry is not None and entry.expected_delivery is not None:
            if record.spec.due_at is None:
                due = min(self._clock + entry.expected_delivery, f.LAST_INSTANT)
                record.spec = attrs.evolve(record.spec, due_at=due)
            self._refresh_due(record)
