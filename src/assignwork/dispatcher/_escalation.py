"""Escalation: the path an item follows, step by step (E1 to E5, readings 69 to 75).

Only the current step of a path is looked at. `_look_at_path` carries out all that is due now and
arms the timer of what comes next.
"""

from __future__ import annotations

from typing import Any

import attrs

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._care import BREACHED, MET, Care
from assignwork.dispatcher._clocks import LOOK, MATCH_PATH, MATCH_PROTOCOL
from assignwork.dispatcher._making import PathEnded, PathEntered
from assignwork.dispatcher._presence import PresenceCommands
from assignwork.dispatcher._state import (
    HELD,
    OFFERED,
    QUEUED,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)
from assignwork.events import (
    Acknowledged,
    AcknowledgementLapsed,
    Escalated,
    EscalationSkipped,
    Event,
    ItemUpdated,
)
from assignwork.model.paths import MANUAL, TIMED, EscalationPath, Step


class EscalationCommands(PresenceCommands):
    """Paths, and the commands on them."""

    __slots__ = ()

    # --- entering and leaving ------------------------------------------------------------------

    def _match_path(self, item: ItemRecord) -> None:
        """The first path that matches, if it is another than the one it follows or finished."""
        path = self._book.path(item.team.id, item.own, item.spec.category, item.spec.tags)
        if path is None:
            return
        care = item.cared()
        if path.id == (care.finished if care.path is None else care.path.id):
            return
        if care.path is not None:
            self._leave_path(item, care, "left")
        self._enter_path(item, care, path)

    def _enter_path(self, item: ItemRecord, care: Care, path: EscalationPath) -> None:
        care.path = path
        care.finished = None
        care.lap = 0
        self._begin_lap(item, care)

    def _begin_lap(self, item: ItemRecord, care: Care) -> None:
        path = care.path
        assert path is not None  # callers looked
        care.lap += 1
        care.step = 0
        care.fired = ()
        care.base_at = self._clock
        care.base_after = 0.0
        care.lap_answered = False
        care.ack_skipped = None
        self._seq += 1
        self._out.append(PathEntered(self._seq, self._clock, item.id, path.id, care.lap))

    def _leave_path(self, item: ItemRecord, care: Care, why: str) -> None:
        path = care.path
        assert path is not None  # callers looked
        self._timers.cancel(care.step_timer)
        care.step_timer = 0
        care.path = None
        care.ack_skipped = None
        self._seq += 1
        self._out.append(PathEnded(self._seq, self._clock, item.id, path.id, why))

    # --- the current step ----------------------------------------------------------------------

    def _look_at_noted(self) -> None:
        """All that a command or timer has noted, in the order of its noting (reading 75)."""
        looks = self._looks
        while looks:
            name = next(iter(looks))
            what = looks.pop(name)
            item = self._items.get(name)
            if item is None or item.state == HELD:
                continue
            if what & MATCH_PATH:
                self._match_path(item)
            self._look_at_path(item)
            if what & MATCH_PROTOCOL:
                self._match_protocol(item)

    def _look_at_path(self, item: ItemRecord) -> None:
        """Carry out what is due of its path, and arm the timer of what comes next."""
        care = item.care
        if care is not None:
            while care.path is not None and self._advance_path(item, care, care.path):
                pass

    def _advance_path(self, item: ItemRecord, care: Care, path: EscalationPath) -> bool:
        """Judge the current step; whether there is more to look at."""
        if care.step >= len(path.steps):
            if care.ack_skipped is not None and care.ack_timer:
                return False  # it waits for the acknowledgement's lapse
            if care.lap <= path.repeat:
                self._begin_lap(item, care)
                return True
            care.finished = path.id
            self._leave_path(item, care, "finished")
            return False
        step = path.steps[care.step]
        if step.when == MANUAL:
            return False
        if care.step_timer:
            return False
        if step.when in TIMED:
            due = self._instant_of_step(care, step)
            if due > self._clock:
                care.step_timer = self._timers.add(due, "step", item.id)
                return False
            self._judge_step(item, care, path)
            return True
        verdict = self._promise_verdict(care, step)
        if verdict is None:
            return False
        if verdict:
            self._skip_step(item, care, path, verdict)
        else:
            self._fire_step(item, care, path, "path", None)
        return True

    def _judge_step(self, item: ItemRecord, care: Care, path: EscalationPath) -> None:
        """A timed step at its instant: it fires, or is skipped."""
        why = self._kept_from(item, care, path.steps[care.step].when)
        if why is not None:
            self._skip_step(item, care, path, why)
        else:
            self._fire_step(item, care, path, "path", None)

    def _instant_of_step(self, care: Care, step: Step) -> float:
        after = step.after - care.base_after
        if after <= 0:
            return care.base_at
        due = self._working(step.calendar).add_working(care.base_at, after)
        return min(due, f.LAST_INSTANT)

    def _kept_from(self, item: ItemRecord, care: Care, when: str) -> str | None:
        """Why a timed step does not fire at its instant; None: it does."""
        if when == "unassigned":
            return "assigned" if item.agent is not None and item.state != OFFERED else None
        if when == "unacknowledged":
            return "acknowledged" if care.acknowledged else None
        if when == "no_response":
            if care.lap_answered:
                return "answered"
            return "snoozed" if item.state == SNOOZED else None
        return None

    def _promise_verdict(self, care: Care, step: Step) -> str | None:
        """Of a step that waits for a target: "" fires, a word skips, None waits."""
        assert step.target is not None  # such a step has one
        clock = care.clocks.get(step.target)
        if clock is None:
            return "no_target"
        if clock.state == BREACHED or (step.when == "at_risk" and clock.risked):
            return ""
        if clock.state == MET:
            return "met"
        return "no_target" if clock.promise is None else None

    def _pass_step(self, care: Care) -> None:
        self._timers.cancel(care.step_timer)
        care.step_timer = 0
        care.step += 1
        while care.step in care.fired:  # E2: once a lap, also after going back (reading 73)
            care.step += 1

    def _skip_step(self, item: ItemRecord, care: Care, path: EscalationPath, why: str) -> None:
        if why == "acknowledged" and care.ack_skipped is None:
            care.ack_skipped = care.step
        level = care.step + 1
        self._pass_step(care)
        self._seq += 1
        self._out.append(
            EscalationSkipped(self._seq, self._clock, item.id, path.id, level, care.lap, why)
        )

    # --- firing --------------------------------------------------------------------------------

    def _fire_step(
        self, item: ItemRecord, care: Care, path: EscalationPath, by: str, reason: str | None
    ) -> None:
        """Carry out the current step, in the order of reading 71."""
        step = path.steps[care.step]
        do = step.do
        now = self._clock
        if item.state == QUEUED and item.lane is None:  # it was submitted just now
            self._place(item, self._lane(item))
        level = care.step + 1
        care.fired = (*care.fired, care.step)
        self._pass_step(care)
        priority = None if do.priority is None else self._level(do.priority)
        if priority is not None and priority >= item.own:
            priority = None
        to = None
        if do.transfer is not None and do.transfer != item.team.id:
            to = self._teams.get(do.transfer)
        agent = None if do.assign is None else self._book.person(do.assign, now)
        watchers = self._book.people(do.watchers, now)
        care.watchers = tuple(dict.fromkeys((*care.watchers, *watchers)))
        self._seq += 1
        self._out.append(
            Escalated(
                self._seq,
                now,
                item.id,
                path.id,
                level,
                care.lap,
                step.when,
                by,
                reason,
                item.spec.category,
                None if to is None else to.id,
                agent,
                priority,
                watchers,
                self._book.people(do.notify, now),
            )
        )
        if priority is not None:
            self._raise_priority(item, priority)
        if to is not None:
            self._transfer(item, to, keep_agent=False, by_path=True)
        record = None if agent is None else self._agents.get(agent)
        if record is not None:
            self._assign_by_path(item, record)
        self._announce(item, "escalated")
        if do.path is not None:
            other = self._book.path_named(do.path)
            self._leave_path(item, care, "path")
            if other is not None:
                self._enter_path(item, care, other)

    def _level(self, priority: int | str) -> int | None:
        """The number of a level; None where the workspace has no such level any more."""
        if isinstance(priority, int):
            return priority
        return self._settings.priority_levels.get(priority)

    def _raise_priority(self, item: ItemRecord, priority: int) -> None:
        self._touch(item)
        item.spec = attrs.evolve(item.spec, priority=priority)
        item.own = priority
        item.decided_by = "given"
        self._seq += 1
        self._out.append(
            ItemUpdated(self._seq, self._clock, item.id, {"priority": priority}, priority)
        )
        if item.state == QUEUED:
            self._unplace(item)
            self._renew_stay(item)
            self._place(item, self._lane(item))
        else:
            item.priority = priority
        self._rematch_clocks(item)
        self._match_protocol(item)

    def _assign_by_path(self, item: ItemRecord, to: AgentRecord) -> None:
        if item.agent is to and item.state != OFFERED:
            return
        self._assign_to(item, to, self._flags(item, to), "escalation")

    def _on_step(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        care = record.cared()
        care.step_timer = 0
        assert care.path is not None  # whose step this is
        self._judge_step(record, care, care.path)
        self._note(record, LOOK)

    # --- commands ------------------------------------------------------------------------------

    def escalate(
        self, item: str, reason: str | None = None, *, by: str | None = None, now: Any
    ) -> tuple[Event, ...]:
        """Fire the next step of the item's path at once, whatever its condition (E4).

        Parameters
        ----------
        reason : str, optional
        by : str, optional
            Who asks for it.

        Raises
        ------
        UnknownItemError
        InvalidTransitionError
            When the item is held or closed, or follows no path.
        """
        now = self._enter(now)
        record = self._item(item, "escalate")
        self._expect(record, "escalate")
        f.text(reason, "reason")
        f.optional_identifier(by, "by")
        care = record.care
        if care is None or care.path is None or care.step >= len(care.path.steps):
            raise errors.InvalidTransitionError(
                f"cannot escalate item {item!r}: it follows no path"
                if care is None or care.path is None
                else f"cannot escalate item {item!r}: no step of path {care.path.id!r} is left",
                value=record.state,
                remedy="give the workspace a path that matches it, or transfer it by hand",
                item=item,
            )
        self._begin(now)
        self._touch(record)
        care = record.cared()
        path = care.path
        assert path is not None  # looked at above
        self._fire_step(record, care, path, by or "hand", reason)
        self._look_at_path(record)
        return self._finish()

    def acknowledge(self, item: str, *, by: str | None = None, now: Any) -> tuple[Event, ...]:
        """Somebody takes notice: `unacknowledged` steps are passed over (E3).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "acknowledge")
        self._expect(record, "acknowledge")
        f.optional_identifier(by, "by")
        self._begin(now)
        self._touch(record)
        care = record.cared()
        timeout = None if care.path is None else care.path.ack_timeout
        until = None if timeout is None else now + timeout
        self._timers.cancel(care.ack_timer)
        care.acknowledged = True
        care.ack_until = until
        care.ack_timer = 0 if until is None else self._timers.add(until, "ack", record.id)
        self._seq += 1
        self._out.append(Acknowledged(self._seq, now, record.id, by, until))
        self._note(record, LOOK)
        return self._finish()

    def _on_ack(self, item: str, _: Any) -> None:
        """An acknowledgement lapses: the path goes on where it was stopped (reading 73)."""
        record = self._items[item]
        self._touch(record)
        care = record.cared()
        care.ack_timer = 0
        care.ack_until = None
        care.acknowledged = False
        self._seq += 1
        self._out.append(AcknowledgementLapsed(self._seq, self._clock, item))
        if care.path is not None and care.ack_skipped is not None:
            self._timers.cancel(care.step_timer)
            care.step_timer = 0
            care.step = care.ack_skipped
            care.ack_skipped = None
            care.base_at = self._clock
            care.base_after = care.path.steps[care.step].after
        self._note(record, LOOK)

    def _forget_acknowledgement(self, care: Care) -> None:
        self._timers.cancel(care.ack_timer)
        care.ack_timer = 0
        care.ack_until = None
        care.acknowledged = False
        care.ack_skipped = None


EscalationCommands._HANDLERS.update(
    {"step": EscalationCommands._on_step, "ack": EscalationCommands._on_ack}
)
