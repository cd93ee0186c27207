"""The clocks of an item's targets (L1 to L5, readings 63 to 68).

Here a clock starts, stands still, goes on, is met or breached; the commands say when, through the
methods whose name ends in `_clocks`.
"""

from __future__ import annotations

from assignwork import _fields as f
from assignwork.dispatcher._care import BREACHED, MET, PAUSED, RUNNING, Care, Clock
from assignwork.dispatcher._dispatching import Dispatching
from assignwork.dispatcher._making import (
    SlaAtRisk,
    SlaBreached,
    SlaMet,
    SlaPaused,
    SlaResumed,
    SlaStarted,
)
from assignwork.dispatcher._state import SNOOZED, ItemRecord
from assignwork.model.calendars import ALWAYS
from assignwork.model.catalog import CatalogEntry
from assignwork.model.promises import TARGETS
from assignwork.service.calendars import WorkingTime
from assignwork.service.matching import Promise, Promises

FIRST, NEXT, RESOLUTION = TARGETS

# What of an item is looked at when a command has done all else (reading 75).
LOOK, MATCH_PATH, MATCH_PROTOCOL = 1, 2, 4


class Clocks(Dispatching):
    """Clocks of targets."""

    __slots__ = ()

    # --- all clocks of an item -----------------------------------------------------------------

    def _promises_of(self, item: ItemRecord) -> Promises:
        care = item.care
        policy = None if care is None or care.entry is None else care.entry.sla
        return self._book.promises(item.team.id, item.own, item.spec.tags, policy)

    def _start_clocks(self, item: ItemRecord) -> None:
        """What runs from the submission on."""
        promises = self._promises_of(item)
        if promises:
            item.cared().promises = promises
            for name in (FIRST, RESOLUTION):
                if name in promises:
                    self._start_clock(item, promises[name])
            self._refresh_due(item)

    def _rematch_clocks(self, item: ItemRecord, *, resuming: bool = True) -> None:
        """Another priority, team or tags (L3): what has run counts against the new target."""
        care = item.care
        promises = self._promises_of(item)
        if (care is None and not promises) or (care is not None and care.idle):
            return
        care = item.cared()
        care.promises = promises
        for name in TARGETS:
            clock = care.clocks.get(name)
            promise = promises.get(name)
            if clock is None:
                if promise is not None and (
                    name == RESOLUTION or (name == FIRST and not item.answered)
                ):
                    self._start_clock(item, promise)
            elif clock.state in (RUNNING, PAUSED) and not _same(clock.promise, promise):
                self._change_promise(item, clock, promise, resuming=resuming)
        self._refresh_due(item)

    def _change_promise(
        self, item: ItemRecord, clock: Clock, promise: Promise | None, *, resuming: bool
    ) -> None:
        old = clock.promise
        ran = clock.state == RUNNING
        if ran:
            self._count_clock(clock)
        if promise is None:
            assert old is not None  # else they were the same
            if ran:
                self._drop_timer(clock)
                self._emit_paused(item, clock)
            clock.promise = None
            return
        clock.promise = promise
        clock.warned = False
        if ran and (clock.ran > promise.seconds or self._may_run(item, promise)):
            self._resume_clock(item, clock)
        elif ran:
            self._drop_timer(clock)
            self._emit_paused(item, clock)
        elif resuming and self._may_run(item, promise):
            self._resume_clock(item, clock)

    def _settle_clocks(self, item: ItemRecord) -> None:
        """The item was snoozed or woke, or the customer's wait began or ended."""
        care = item.care
        clock = None if care is None else care.clocks.get(RESOLUTION)
        if clock is None or clock.promise is None:
            return
        if clock.state == RUNNING and not self._may_run(item, clock.promise):
            self._stop_clock(clock)
            self._emit_paused(item, clock)
        elif clock.state == PAUSED and self._may_run(item, clock.promise):
            self._resume_clock(item, clock)
        self._refresh_due(item)

    def _answer_clocks(self, item: ItemRecord) -> None:
        """An agent replied."""
        care = item.care
        if care is not None:
            for name in (FIRST, NEXT):
                clock = care.clocks.get(name)
                if clock is not None:
                    self._meet_clock(item, clock)
            self._settle_clocks(item)
            self._refresh_due(item)

    def _ask_clocks(self, item: ItemRecord) -> None:
        """The customer replied, who was not waiting."""
        self._start_next(item)
        self._settle_clocks(item)
        self._refresh_due(item)

    def _start_next(self, item: ItemRecord) -> None:
        """Begin to wait for the next response, if that is promised and none is waited for."""
        care = item.care
        promise = None if care is None else care.promises.get(NEXT)
        if care is not None and promise is not None:
            clock = care.clocks.get(NEXT)
            if clock is None or not (clock.state in (RUNNING, PAUSED) or clock.unanswered):
                self._start_clock(item, promise)

    def _close_clocks(self, item: ItemRecord) -> None:
        """The item was closed."""
        care = item.care
        if care is None:
            return
        for name in (FIRST, NEXT):
            clock = care.clocks.get(name)
            if clock is not None and clock.state == RUNNING:
                self._stop_clock(clock)
                self._emit_paused(item, clock)
        clock = care.clocks.get(RESOLUTION)
        if clock is not None and clock.promise is not None:
            self._meet_clock(item, clock)

    def _reopen_clocks(self, item: ItemRecord, *, asked: bool) -> None:
        """The item was reopened, by its customer's reply or by hand."""
        care = item.care
        if care is not None:
            clock = care.clocks.get(RESOLUTION)
            if clock is not None and clock.state == MET:
                clock.state = PAUSED
            elif clock is not None and clock.state == BREACHED:
                clock.unanswered = True
        self._rematch_clocks(item, resuming=False)
        for name in TARGETS:
            care = item.care
            clock = None if care is None else care.clocks.get(name)
            if (
                clock is not None
                and clock.state == PAUSED
                and clock.promise is not None
                and self._may_run(item, clock.promise)
            ):
                self._resume_clock(item, clock)
            if name == NEXT and asked:
                self._start_next(item)
        self._refresh_due(item)

    def _add_up_clocks(self) -> None:
        """The calendars change now: what has run is counted by the old ones (reading 83)."""
        for item in self._items.values():
            for clock in () if item.care is None else item.care.clocks.values():
                if clock.state == RUNNING and clock.promise is not None:
                    working = self._working(clock.promise.calendar)
                    clock.ran += working.working_between(clock.since, self._clock)
                    clock.since = self._clock

    def _refresh_due(self, item: ItemRecord) -> None:
        """The earliest due that counts for the item order (L5, reading 68)."""
        due = item.spec.due_at
        care = item.care
        if care is not None:
            for clock in care.clocks.values():
                found = clock.due
                if (
                    found is not None
                    and (clock.state == RUNNING or clock.unanswered)
                    and (due is None or found < due)
                ):
                    due = found
        if due != item.due:
            item.due = due
            if item.lane is not None:
                self._rekey(item)

    # --- one clock -----------------------------------------------------------------------------

    def _working(self, calendar: str) -> WorkingTime:
        found = self._calendars.get(calendar)
        return self._calendars[ALWAYS] if found is None else found

    def _may_run(self, item: ItemRecord, promise: Promise) -> bool:
        """Whether nothing holds a clock of the open item."""
        return promise.target != RESOLUTION or not (
            item.state == SNOOZED or (promise.pause_on_customer and item.waiting_since is None)
        )

    def _start_clock(self, item: ItemRecord, promise: Promise) -> None:
        clock = item.cared().clocks[promise.target] = Clock(promise)
        if self._may_run(item, promise):
            self._resume_clock(item, clock)

    def _resume_clock(self, item: ItemRecord, clock: Clock) -> None:
        """It runs from now on; more run than allowed is a breach at once."""
        promise = clock.promise
        assert promise is not None  # callers looked
        seconds = promise.seconds
        now = self._clock
        if clock.ran > seconds:
            self._drop_timer(clock)
            self._breach_clock(item, clock, now)
            return
        working = self._working(promise.calendar)
        clock.state = RUNNING
        clock.since = now
        due = clock.due = min(working.add_working(now, seconds - clock.ran), f.LAST_INSTANT)
        kind = SlaResumed if clock.started else SlaStarted
        clock.started = True
        seq = self._seq = self._seq + 1
        self._out.append(kind(seq, now, item.id, promise.policy, promise.target, due))
        share = promise.at_risk * seconds
        if clock.warned:
            self._arm_breach(item, clock, due)
        elif clock.ran >= share:
            self._warn_clock(item, clock)
        else:
            at = min(working.add_working(now, share - clock.ran), f.LAST_INSTANT)
            old = clock.timer  # of a running clock that was re-matched
            if old:
                timer = self._timers.live[old]
                if timer[2] == "sla_risk" and timer[0] == at:
                    return  # it stays as it is (reading 26)
                self._timers.cancel(old)
            clock.timer = self._timers.add(at, "sla_risk", item.id, promise.target)

    def _arm_breach(self, item: ItemRecord, clock: Clock, due: float) -> None:
        old = clock.timer
        if old:
            if old < 0 and self._timers.due_of(old) == due:
                return  # it stays as it is (reading 26)
            self._timers.cancel(old)
        promise = clock.promise
        assert promise is not None  # it runs
        clock.timer = self._timers.add_late(due, "sla_breach", item.id, promise.target)

    def _warn_clock(self, item: ItemRecord, clock: Clock) -> None:
        promise, due = clock.promise, clock.due
        assert promise is not None  # it runs
        assert due is not None  # as above
        clock.warned = clock.risked = True
        self._seq += 1
        self._out.append(
            SlaAtRisk(self._seq, self._clock, item.id, promise.policy, promise.target, due)
        )
        self._arm_breach(item, clock, due)

    def _breach_clock(self, item: ItemRecord, clock: Clock, due: float) -> None:
        promise = clock.promise
        assert promise is not None  # it ran, or was about to
        clock.state = BREACHED
        clock.due = due
        clock.timer = 0
        clock.unanswered = clock.started = True
        self._seq += 1
        self._out.append(
            SlaBreached(self._seq, self._clock, item.id, promise.policy, promise.target, due)
        )

    def _stop_clock(self, clock: Clock) -> None:
        """A running clock stands still; what has run is added up."""
        self._count_clock(clock)
        self._drop_timer(clock)

    def _drop_timer(self, clock: Clock) -> None:
        self._timers.cancel(clock.timer)
        clock.timer = 0

    def _count_clock(self, clock: Clock) -> None:
        """What a running clock has run is added up; its timer stays, for now."""
        promise = clock.promise
        assert promise is not None  # it runs
        clock.ran += self._working(promise.calendar).working_between(clock.since, self._clock)
        clock.state = PAUSED
        clock.due = None

    def _emit_paused(self, item: ItemRecord, clock: Clock) -> None:
        promise = clock.promise
        assert promise is not None  # it ran just now
        left = max(0.0, promise.seconds - clock.ran)
        self._seq += 1
        self._out.append(
            SlaPaused(self._seq, self._clock, item.id, promise.policy, promise.target, left)
        )

    def _meet_clock(self, item: ItemRecord, clock: Clock) -> None:
        """What the target promised has come."""
        clock.unanswered = False
        if clock.state not in (RUNNING, PAUSED):
            return
        if clock.state == RUNNING:
            self._stop_clock(clock)
        clock.state = MET
        promise = clock.promise
        if promise is not None:
            left = max(0.0, promise.seconds - clock.ran)
            self._seq += 1
            self._out.append(
                SlaMet(self._seq, self._clock, item.id, promise.policy, promise.target, left)
            )

    # --- timers --------------------------------------------------------------------------------

    def _on_sla_risk(self, item: str, target: str) -> None:
        record = self._items[item]
        self._touch(record)
        clock = record.cared().clocks[target]
        clock.timer = 0
        self._warn_clock(record, clock)
        self._note(record, LOOK)

    def _on_sla_breach(self, item: str, target: str) -> None:
        record = self._items[item]
        self._touch(record)
        clock = record.cared().clocks[target]
        due = clock.due
        assert due is not None  # it ran
        self._breach_clock(record, clock, due)
        self._refresh_due(record)
        self._note(record, LOOK)

    def _note(self, item: ItemRecord, what: int) -> None:
        """Look at the item's path and protocol when the command or timer has done all else."""
        care = item.care
        if what == LOOK and (care is None or care.path is None or care.step_timer):
            return  # there is nothing to look at before its timer
        self._looks[item.id] = self._looks.get(item.id, 0) | what

    # --- what the layers above fill in -----------------------------------------------------------

    def _begin_care(self, record: ItemRecord, *, clocks: bool = True) -> None:
        raise NotImplementedError

    def _hold_again(self, record: ItemRecord, entry: CatalogEntry, *, asked: bool) -> None:
        raise NotImplementedError

    def _match_protocol(self, item: ItemRecord) -> None:
        raise NotImplementedError

    def _announce(self, item: ItemRecord, occasion: str) -> None:
        raise NotImplementedError

    def _close_protocol(self, item: ItemRecord) -> None:
        raise NotImplementedError

    def _leave_path(self, item: ItemRecord, care: Care, why: str) -> None:
        raise NotImplementedError

    def _forget_acknowledgement(self, care: Care) -> None:
        raise NotImplementedError


def _same(old: Promise | None, new: Promise | None) -> bool:
    """Whether a clock may go on as it is (reading 66)."""
    if old is None or new is None:
        return old is new
    return (old.policy, old.seconds, old.calendar) == (new.policy, new.seconds, new.calendar)


Clocks._HANDLERS.update({"sla_risk": Clocks._on_sla_risk, "sla_breach": Clocks._on_sla_breach})
