"""Snooze, wake, reply and reopen: what the customer's and the agent's silence and words do."""

from __future__ import annotations

from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._clocks import LOOK, MATCH_PATH, MATCH_PROTOCOL
from assignwork.dispatcher._making import Replied
from assignwork.dispatcher._offers import OfferCommands
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    AWAY_REASSIGN,
    HELD,
    OFFERED,
    QUEUED,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)
from assignwork.events import Event, Reopened, Snoozed, Woken


class ConversationCommands(OfferCommands):
    """Commands on the conversation with the customer."""

    __slots__ = ()

    def snooze(self, item: str, until: Any = None, *, now: Any) -> tuple[Event, ...]:
        """Park the item until an instant, its customer's reply, or a `wake` by hand (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        ConfigurationError
            When `until` does not lie after `now`.
        """
        now = self._enter(now)
        record = self._item(item, "snooze")
        self._expect(record, "snooze")
        if until is not None:
            until = f.instant(until, "until")
            if until <= now:
                f.refuse("until", until, f"an instant after now ({now})")
        self._begin(now)
        self._touch(record)
        if record.state == QUEUED:
            self._leave_queue(record)
        record.state = SNOOZED
        self._weigh(record)
        extra = record.more()
        extra.until = until
        extra.snooze_timer = 0 if until is None else self._timers.add(until, "wake", record.id)
        self._seq += 1
        self._out.append(Snoozed(self._seq, now, record.id, until))
        if record.care is not None:
            self._settle_clocks(record)
            self._note(record, LOOK)
        return self._finish()

    def wake(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """End a snooze by hand (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "wake")
        self._expect(record, "wake")
        self._begin(now)
        self._wake(record)
        return self._finish()

    def _end_snooze(self, item: ItemRecord) -> None:
        extra = item.extra
        if extra is not None:
            if extra.snooze_timer:
                self._timers.cancel(extra.snooze_timer)
            extra.snooze_timer = 0
            extra.until = None

    def _wake(self, item: ItemRecord) -> None:
        """Back to its owner, if he may have it; else to the queue."""
        self._touch(item)
        self._end_snooze(item)
        owner = item.agent
        self._seq += 1
        if owner is None:
            self._out.append(Woken(self._seq, self._clock, item.id, None))
            item.state = QUEUED  # so that its clocks may run
            self._settle_after_wake(item)
            self._enqueue(item)
            return
        over = self._broken_limit(owner, item) is not None
        away = owner.presence == AWAY_REASSIGN
        item.state = ASSIGNED
        release = over and self._settings.over_capacity == "release"
        flags = ("over_capacity",) if over and not away and not release else ()
        self._out.append(Woken(self._seq, self._clock, item.id, owner.id, flags))
        self._weigh(item)
        self._settle_after_wake(item)
        if away or release:
            self._release(item, "away" if away else "over_capacity")

    def _settle_after_wake(self, item: ItemRecord) -> None:
        if item.care is not None:
            self._settle_clocks(item)
            self._note(item, LOOK)

    def _on_wake(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        record.more().snooze_timer = 0
        self._wake(record)

    def reply(self, item: str, *, by: str, now: Any) -> tuple[Event, ...]:
        """A message on the item, by its `agent` or its `customer`.

        An agent's reply clears the customer's wait, a customer's reply begins it (S3); the latter
        wakes a snoozed item, reopens a closed one (M4) and may move one whose owner is
        `away_reassign` (P2).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        if by != "agent" and by != "customer":
            f.choice(by, "by", ("agent", "customer"))
        record = self._items.get(f.identifier(item, "item"))
        if record is None:
            if item in self._closed and by == "customer":
                return self._reopen(item, now, replied=True)
            record = self._item(item, "reply")
        if record.state == HELD:
            self._expect(record, "reply")
        self._begin(now)
        self._touch(record)
        state = record.state
        owner = record.agent if state != OFFERED else None
        self._seq += 1
        self._out.append(
            Replied(self._seq, now, record.id, by, None if owner is None else owner.id)
        )
        if by == "agent":
            self._set_waiting(record, None)
            record.answered = True
            if record.care is not None:
                record.care.lap_answered = True
                self._answer_clocks(record)
                self._note(record, LOOK)
            if owner is not None:
                self._seen(owner)
            return self._finish()
        if record.waiting_since is None:
            self._set_waiting(record, now)
            if record.care is not None:
                self._ask_clocks(record)
                self._note(record, LOOK)
        if state == SNOOZED:
            self._wake(record)
        elif (
            state == ASSIGNED
            and owner is not None
            and owner.presence == AWAY_REASSIGN
            and self._goes_on_reply(record, owner)
        ):
            self._release(record, "away")
        return self._finish()

    def _goes_on_reply(self, item: ItemRecord, owner: AgentRecord) -> bool:
        shift = owner.spec.shift
        if owner.by == "shift" and shift is not None and shift.handoff is not None:
            most = shift.handoff.priority_at_most
            if most is not None and item.own > most:
                return False  # it waits for his next shift (T4)
        if not self._guarded:
            return bool(self._settings.reassign != "all")
        return self._asked_mode("on_reply", item, owner)

    def _asked_mode(self, moment: str, item: ItemRecord, owner: AgentRecord) -> bool:
        """What the presence mode says of one item (P2)."""
        try:
            answer = getattr(self._mode, moment)(self._item_view(item), self._agent_view(owner))
            return f.flag(answer, moment)
        except Exception as error:
            error.add_note(f"raised by the presence mode {self._mode.name!r} for {item.id!r}")
            raise

    def _set_waiting(self, item: ItemRecord, since: float | None) -> None:
        if item.waiting_since == since:
            return
        item.waiting_since = since
        if item.state == QUEUED:
            self._rekey(item)
        elif not self._counts_all:
            self._weigh(item)

    def reopen(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """A closed item is open again: to its last owner if he may have it, else queued (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        UnknownTeamError
            When its team was removed.
        """
        now = self._enter(now)
        if f.identifier(item, "item") not in self._closed:
            record = self._item(item, "reopen")
            raise self._wrong_state(item, "reopen", record.state)
        return self._reopen(item, now, replied=False)

    def _reopen(self, item: str, now: float, *, replied: bool) -> tuple[Event, ...]:
        spec, seq, team_id, last_owner, created_at, own, decided_by, answered, care = self._closed[
            item
        ]
        team = self._teams.get(team_id)
        if team is None:
            raise errors.UnknownTeamError(
                f"the team {team_id!r} of the closed item {item!r} was removed",
                value=team_id,
                remedy="add a team of that id again, then reopen it",
            )
        self._begin(now)
        self._pop(self._closed, item)
        record = ItemRecord(spec, seq, team, created_at, now, own, decided_by)
        record.answered = answered
        if care is not None:
            record.care = care.copy()
            record.care.report = None
        record.waiting_since = now
        record.last_owner = last_owner
        self._put(self._items, item, record)
        if replied:
            self._seq += 1
            self._out.append(Replied(self._seq, now, item, "customer", None))
        kept = record.care
        if kept is not None and kept.refused and kept.entry is not None:
            self._seq += 1
            self._out.append(Reopened(self._seq, now, item, None))
            self._hold_again(record, kept.entry, asked=replied)
            return self._finish()
        owner = None if last_owner is None else self._agents.get(last_owner)
        over = False
        if owner is not None:
            if owner.presence != ACTIVE or team.id not in owner.membership:
                owner = None
            else:
                over = self._broken_limit(owner, record) is not None
                if over and self._settings.over_capacity == "release":
                    owner = None
        self._seq += 1
        if owner is None:
            self._out.append(Reopened(self._seq, now, item, None))
        else:
            record.state = ASSIGNED
            self._put_into(record, owner)
            flags = ("over_capacity",) if over else ()
            self._out.append(Reopened(self._seq, now, item, owner.id, flags))
        if self._book.active or care is not None:
            self._reopen_clocks(record, asked=replied)
        if owner is None:
            self._enqueue(record)
        if self._book.active:
            self._note(record, LOOK | MATCH_PATH | MATCH_PROTOCOL)
        return self._finish()


ConversationCommands._HANDLERS["wake"] = ConversationCommands._on_wake
