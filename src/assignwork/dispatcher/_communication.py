"""Who is told what, and when the next update is due (U1 to U3, readings 76 to 78)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._care import Care
from assignwork.dispatcher._escalation import EscalationCommands
from assignwork.dispatcher._state import HELD, ItemRecord
from assignwork.events import (
    Announced,
    Event,
    Rated,
    ReportDue,
    ReportPosted,
    UpdateDue,
    UpdateOverdue,
    UpdatePosted,
)
from assignwork.model.protocols import Protocol

BEST_SCORE = 5


class CommunicationCommands(EscalationCommands):
    """Protocols, updates and reports."""

    __slots__ = ()

    def _match_protocol(self, item: ItemRecord) -> None:
        """The first protocol that matches its priority; another begins anew."""
        protocol = self._book.protocol(item.own)
        care = item.care
        now_in = None if care is None else care.protocol
        if (None if protocol is None else protocol.id) == (None if now_in is None else now_in.id):
            return
        care = item.cared()
        care.protocol = protocol
        self._stop_ticks(care)
        if protocol is not None:
            self._announce(item, "opened")
            self._begin_ticks(item, care, protocol)

    def _announce(self, item: ItemRecord, occasion: str) -> None:
        """Tell whom the protocol tells on an occasion."""
        protocol = None if item.care is None else item.care.protocol
        if protocol is not None and protocol.told(occasion):
            self._seq += 1
            self._out.append(
                Announced(
                    self._seq,
                    self._clock,
                    item.id,
                    protocol.id,
                    occasion,
                    protocol.told(occasion),
                    protocol.channels,
                )
            )

    def _begin_ticks(self, item: ItemRecord, care: Care, protocol: Protocol) -> None:
        every = protocol.update_every
        if every is not None:
            care.tick = 0
            care.ticked_at = self._clock
            due = self._clock + every
            if due > f.LAST_INSTANT:
                self._stop_ticks(care)
            elif not care.tick_timer or self._timers.due_of(care.tick_timer) != due:
                self._stop_ticks(care)
                care.tick_timer = self._timers.add(due, "tick", item.id)

    def _stop_ticks(self, care: Care) -> None:
        self._timers.cancel(care.tick_timer)
        care.tick_timer = 0

    def _on_tick(self, item: str, _: Any) -> None:
        """One more cadence is over."""
        record = self._items[item]
        self._touch(record)
        care = record.cared()
        protocol = care.protocol
        assert protocol is not None  # its cadence runs
        every = protocol.update_every
        assert every is not None  # as above
        care.tick += 1
        told = protocol.told("updates")
        if care.tick > 1:
            self._seq += 1
            due = care.ticked_at + (care.tick - 1) * every
            self._out.append(
                UpdateOverdue(
                    self._seq, self._clock, item, protocol.id, told, protocol.channels, due
                )
            )
        self._seq += 1
        self._out.append(
            UpdateDue(
                self._seq,
                self._clock,
                item,
                protocol.id,
                told,
                protocol.channels,
                protocol.required,
            )
        )
        again = care.ticked_at + (care.tick + 1) * every
        if again <= f.LAST_INSTANT:
            care.tick_timer = self._timers.add(again, "tick", item)
        else:
            care.tick_timer = 0

    def _close_protocol(self, item: ItemRecord) -> None:
        """The item was closed: who is told, and whether a report is due."""
        care = item.care
        protocol = None if care is None else care.protocol
        if care is None or protocol is None:
            return
        self._announce(item, "resolved")
        self._stop_ticks(care)
        care.protocol = None
        if protocol.report_on_close:
            care.report = protocol
            self._seq += 1
            self._out.append(
                ReportDue(
                    self._seq,
                    self._clock,
                    item.id,
                    protocol.id,
                    protocol.told("resolved"),
                    protocol.channels,
                    protocol.report_on_close,
                )
            )

    def _begin_care(self, record: ItemRecord, *, clocks: bool = True) -> None:
        """All that begins when an item is queued for the first time, or again after closing."""
        if clocks:
            self._start_clocks(record)
        self._match_path(record)
        self._look_at_path(record)
        self._match_protocol(record)

    # --- commands ------------------------------------------------------------------------------

    def post_update(
        self,
        item: str,
        content: Mapping[str, str] | None = None,
        *,
        by: str | None = None,
        now: Any,
        **fields: str,
    ) -> tuple[Event, ...]:
        """An update on an open item; the cadence of its protocol begins anew (U2).

        Parameters
        ----------
        content : mapping of str to str
            Or the same as keywords: ``status="..."``, ``eta="..."``.
        by : str, optional

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        ConfigurationError
            When a field that the protocol requires is missing or says nothing.
        """
        now = self._enter(now)
        record = self._item(item, "post_update")
        self._expect(record, "post_update")
        care = record.care
        protocol = None if care is None else care.protocol
        written = _content(content, fields, () if protocol is None else protocol.required)
        f.optional_identifier(by, "by")
        self._begin(now)
        self._touch(record)
        self._seq += 1
        self._out.append(
            UpdatePosted(
                self._seq,
                now,
                item,
                None if protocol is None else protocol.id,
                by,
                () if protocol is None else protocol.told("updates"),
                () if protocol is None else protocol.channels,
                written,
            )
        )
        if protocol is not None:
            self._begin_ticks(record, record.cared(), protocol)
        return self._finish()

    def post_report(
        self,
        item: str,
        content: Mapping[str, str] | None = None,
        *,
        by: str | None = None,
        now: Any,
        **fields: str,
    ) -> tuple[Event, ...]:
        """The report that is due on a closed item (U2).

        Raises
        ------
        UnknownItemError
        InvalidTransitionError
            When the item is not closed, or no report is due.
        ConfigurationError
            When a section is missing or says nothing.
        """
        now = self._enter(now)
        entry = self._closed.get(f.identifier(item, "item"))
        if entry is None:
            record = self._item(item, "post_report")
            raise self._wrong_state(item, "post_report", record.state)
        care = entry[-1]
        protocol = None if care is None else care.report
        if care is None or protocol is None:
            raise self._wrong_state(item, "post_report", "closed", ", and no report is due")
        written = _content(content, fields, protocol.report_on_close)
        f.optional_identifier(by, "by")
        self._begin(now)
        kept = care.copy()
        kept.report = None
        self._put(self._closed, item, (*entry[:-1], kept))
        self._seq += 1
        self._out.append(
            ReportPosted(
                self._seq,
                now,
                item,
                protocol.id,
                by,
                protocol.told("resolved"),
                protocol.channels,
                written,
            )
        )
        return self._finish()

    def rate(self, item: str, score: int, *, by: str | None = None, now: Any) -> tuple[Event, ...]:
        """The customer's satisfaction, 1 (worst) to 5 (best); nothing else changes.

        Raises
        ------
        UnknownItemError, InvalidTransitionError, ConfigurationError
        """
        now = self._enter(now)
        if f.identifier(item, "item") not in self._closed:
            record = self._item(item, "rate")
            if record.state == HELD:
                raise self._wrong_state(item, "rate", HELD)
        if type(score) is not int or not 1 <= score <= BEST_SCORE:
            f.refuse("score", score, f"a score, 1 (worst) to {BEST_SCORE} (best)")
        f.optional_identifier(by, "by")
        self._begin(now)
        self._seq += 1
        self._out.append(Rated(self._seq, now, item, score, by))
        return self._finish()


def _content(
    content: Mapping[str, str] | None, fields: Mapping[str, str], required: tuple[str, ...]
) -> dict[str, str]:
    """What was written, all of it text; the required fields first, in their order."""
    given = {**dict(f.pairs({} if content is None else content, "content")), **fields}
    for name in required:
        if name not in given:
            raise errors.ConfigurationError(
                "this field is missing",
                field=f"content.{name}",
                limit=", ".join(required),
                remedy="give it: the item's protocol requires it",
            )
    for name, text in given.items():
        f.written(text, f"content.{name}")
    order = [*required, *sorted(name for name in given if name not in required)]
    return {name: given[name] for name in order}


CommunicationCommands._HANDLERS["tick"] = CommunicationCommands._on_tick
