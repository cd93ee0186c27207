"""Approvals of held items, in the order of their chain (G2)."""

from __future__ import annotations

from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._communication import CommunicationCommands
from assignwork.dispatcher._state import ItemRecord
from assignwork.events import Approved, Event, Rejected


class ApprovalCommands(CommunicationCommands):
    """Commands on approvals."""

    __slots__ = ()

    def _approver(self, item: str, by: str, verb: str) -> ItemRecord:
        """The held item, if he is who must answer next."""
        record = self._item(item, verb)
        self._expect(record, verb)
        f.identifier(by, "by")
        wanted = record.cared().approvals[0]
        if by != wanted and by not in self._settings.groups.get(wanted, ()):
            raise errors.AccessDeniedError(
                f"{by!r} cannot {verb} item {item!r}: it is {wanted!r} who answers next",
                value=by,
                limit=wanted,
                remedy="let him answer, in the order of the chain",
                item=item,
            )
        return record

    def approve(self, item: str, by: str, *, now: Any) -> tuple[Event, ...]:
        """The next approval in the chain; after the last the item enters its queue (G2).

        Parameters
        ----------
        by : str
            The next approver, or a member of the group that is.

        Raises
        ------
        UnknownItemError
        InvalidTransitionError
            When it is not held.
        AccessDeniedError
            When it is somebody else's turn.
        """
        now = self._enter(now)
        record = self._approver(item, by, "approve")
        self._begin(now)
        self._touch(record)
        care = record.cared()
        care.approvals = care.approvals[1:]
        self._seq += 1
        self._out.append(Approved(self._seq, now, item, by, care.approvals))
        if not care.approvals:
            idle, care.idle = care.idle, False
            if idle:
                self._promise_delivery(record)
            self._enqueue(record)
            self._begin_care(record, clocks=idle)
        return self._finish()

    def reject(
        self, item: str, by: str, reason: str | None = None, *, now: Any
    ) -> tuple[Event, ...]:
        """The next approval is refused: the item closes, with the reason (G2).

        Raises
        ------
        UnknownItemError, InvalidTransitionError, AccessDeniedError
        """
        now = self._enter(now)
        record = self._approver(item, by, "reject")
        f.text(reason, "reason")
        self._begin(now)
        self._touch(record)
        self._seq += 1
        self._out.append(Rejected(self._seq, now, item, by, reason))
        self._close(record)
        return self._finish()
