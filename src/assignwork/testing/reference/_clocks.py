"""Service-level clocks: what is promised, how much of it has run, met and breached (rules L).

A clock's `ran` is what had run before `since`, its `due` where the rest ends. Readings 63 to 68.
"""

from __future__ import annotations

import math
from typing import Any

import attrs

from assignwork import events as ev
from assignwork._fields import LAST_INSTANT
from assignwork.model import SlaPolicy, Target
from assignwork.model.promises import TARGETS
from assignwork.service.calendars import WorkingTime
from assignwork.testing.reference._ground import Ground
from assignwork.testing.reference._records import Clock, ItemRecord

FIRST, NEXT, RESOLUTION = TARGETS


class Clocks(Ground):
    """What becomes of an item's clocks when something happens to it."""

    # --- what happens to the item

    def _start_clocks(self, item: ItemRecord) -> None:
        """L2, G2: from here on it is measured; its catalog entry's delivery time begins."""
        item.measured = True
        delivery = None if item.entry is None else item.entry.expected_delivery
        if delivery is not None and item.spec.due_at is None:
            due_at = min(self._clock + delivery, LAST_INSTANT)
            item.spec = attrs.evolve(item.spec, due_at=due_at)
        self._rematch_clocks(item)

    def _clocks_at_reply(self, item: ItemRecord, by: str, *, waited: bool) -> None:
        """Reading 67; `waited`: the customer did, before he replied."""
        if by == "agent":
            item.answered = item.answered_in_lap = True
            self._meet(item, FIRST)
            self._meet(item, NEXT)
        elif not waited:
            self._start_next_response(item)
        self._let_clocks_run(item)

    def _clocks_at_close(self, item: ItemRecord) -> None:
        """Reading 67."""
        self._let_clock_run(item, FIRST)
        self._let_clock_run(item, NEXT)
        self._meet(item, RESOLUTION)

    def _clocks_at_reopening(self, item: ItemRecord, *, by_customer: bool) -> None:
        """Readings 64, 67."""
        resolution = item.clocks.get(RESOLUTION)
        if resolution is not None and resolution.state == "met":
            self._set_clock(item, RESOLUTION, state="paused")
        elif resolution is not None:
            self._set_clock(item, RESOLUTION, answered=False)
        if item.measured:
            self._rematch_clocks(item, resuming=False)
        else:
            self._start_clocks(item)
        for name in TARGETS:
            if name == NEXT and by_customer:
                self._start_next_response(item)
            self._let_clock_run(item, name)

    def _rematch_clocks(self, item: ItemRecord, *, resuming: bool = True) -> None:
        """L3, reading 66."""
        policy = self._find_policy(item)
        item.policy = policy
        item.targets = {} if policy is None else self._targets_of(policy, item)
        for name in TARGETS:
            clock, target = item.clocks.get(name), item.targets.get(name)
            if clock is not None and clock.state in ("met", "breached"):
                continue
            if policy is None or target is None:
                if clock is not None and clock.target is not None:
                    self._take_target(item, name, clock)
            elif clock is None:
                if name == RESOLUTION or (name == FIRST and not item.answered):
                    self._make_clock(item, name, policy, target)
                    self._let_clock_run(item, name)
            elif clock.target is None or not _same(clock, policy, target):
                self._retarget(item, name, clock, policy, target, resuming=resuming)

    # --- what happens to a clock

    def _make_clock(self, item: ItemRecord, name: str, policy: SlaPolicy, target: Target) -> None:
        clock = Clock(policy, target)
        item.clocks = {**item.clocks, name: clock}

    def _set_clock(self, item: ItemRecord, name: str, **fields: Any) -> Clock:
        clock = attrs.evolve(item.clocks[name], **fields)
        item.clocks = {**item.clocks, name: clock}
        return clock

    def _working_of(self, policy: SlaPolicy, target: Target) -> WorkingTime:
        return self._working[target.calendar or policy.calendar]

    def _tell(self, kind: type[ev.Event], item: ItemRecord, name: str, **fields: Any) -> None:
        policy = item.clocks[name].policy.id
        self._emit(kind, item=item.spec.id, policy=policy, target=name, **fields)

    def _may_run(self, item: ItemRecord, name: str) -> bool:
        """Whether nothing holds it (reading 63)."""
        if item.state == "closed" or name != RESOLUTION:
            return item.state != "closed"
        for_customer = item.clocks[name].policy.pause_on_customer and item.waiting_since is None
        return item.state != "snoozed" and not for_customer

    def _let_clocks_run(self, item: ItemRecord) -> None:
        for name in TARGETS:
            self._let_clock_run(item, name)

    def _let_clock_run(self, item: ItemRecord, name: str) -> None:
        """It runs if it may, and stands still if not."""
        clock = item.clocks.get(name)
        if clock is None:
            return
        if clock.state == "paused" and clock.target is not None and self._may_run(item, name):
            self._run(item, name)
        elif clock.state == "running" and not self._may_run(item, name):
            self._stop(item, name)
            self._tell_pause(item, name)

    def _run(self, item: ItemRecord, name: str) -> None:
        """It starts, goes on, or has run too long already (readings 65, 66)."""
        clock = item.clocks[name]
        assert clock.target is not None  # noqa: S101  # only asked of one that has a target
        working, seconds = self._working_of(clock.policy, clock.target), clock.target.seconds
        if clock.ran > seconds:
            self._breach(item, name, due=self._clock)
            return
        due = working.add_working(self._clock, seconds - clock.ran)
        self._set_clock(item, name, state="running", since=self._clock, due=due, begun=True)
        self._tell(ev.SlaResumed if clock.begun else ev.SlaStarted, item, name, due=due)
        share = clock.policy.at_risk * seconds
        if clock.ran < share and not clock.warned:
            risk_at = working.add_working(self._clock, share - clock.ran)
            self._arm_clock(item, name, risk_at=risk_at, breach_at=None)
            return
        if not clock.warned:
            self._warn(item, name)
        self._arm_clock(item, name, risk_at=None, breach_at=due)

    def _arm_clock(
        self, item: ItemRecord, name: str, *, risk_at: float | None, breach_at: float | None
    ) -> None:
        """One timer a clock; none for what never comes."""
        risk_at, breach_at = (None if at == math.inf else at for at in (risk_at, breach_at))
        self._arm("sla_at_risk", item.spec.id, name, due=risk_at)
        self._arm("sla_breached", item.spec.id, name, due=breach_at, late=True)

    def _stop(self, item: ItemRecord, name: str) -> None:
        """A running clock stands still."""
        self._count(item, name)
        self._arm_clock(item, name, risk_at=None, breach_at=None)

    def _tell_pause(self, item: ItemRecord, name: str) -> None:
        self._tell(ev.SlaPaused, item, name, left=_left(item.clocks[name]))

    def _warn(self, item: ItemRecord, name: str) -> None:
        clock = self._set_clock(item, name, warned=True, risked=True)
        self._tell(ev.SlaAtRisk, item, name, due=clock.due)

    def _breach(self, item: ItemRecord, name: str, *, due: float | None) -> None:
        self._set_clock(item, name, state="breached", due=due)
        self._arm_clock(item, name, risk_at=None, breach_at=None)
        self._tell(ev.SlaBreached, item, name, due=due)

    def _meet(self, item: ItemRecord, name: str) -> None:
        """What it is there for has come (readings 63, 64)."""
        clock = item.clocks.get(name)
        if clock is None or clock.state == "met":
            return
        if clock.state == "breached":
            self._set_clock(item, name, answered=True)
            return
        if clock.state == "running":
            self._stop(item, name)
        if clock.target is not None:
            clock = self._set_clock(item, name, state="met")
            self._tell(ev.SlaMet, item, name, left=_left(clock))
        elif name != RESOLUTION:  # that one goes on if it is reopened with a target
            self._set_clock(item, name, state="met")

    def _start_next_response(self, item: ItemRecord) -> None:
        """Reading 63: a new one, unless the last one is still to be met."""
        clock = item.clocks.get(NEXT)
        if clock is not None and clock.state != "met" and not clock.answered:
            return
        target = item.targets.get(NEXT)
        if item.policy is not None and target is not None:
            self._make_clock(item, NEXT, item.policy, target)
            self._run(item, NEXT)

    def _take_target(self, item: ItemRecord, name: str, clock: Clock) -> None:
        """No target any more: it waits for one."""
        if clock.state == "running":
            self._stop(item, name)
            self._tell_pause(item, name)
        self._set_clock(item, name, target=None)

    def _retarget(
        self,
        item: ItemRecord,
        name: str,
        clock: Clock,
        policy: SlaPolicy,
        target: Target,
        *,
        resuming: bool,
    ) -> None:
        """Another target; what has run counts."""
        ran_until_now = clock.state == "running"
        if ran_until_now:
            self._count(item, name)
        clock = self._set_clock(item, name, policy=policy, target=target, warned=False)
        if ran_until_now and (clock.ran > target.seconds or self._may_run(item, name)):
            self._run(item, name)
        elif ran_until_now:
            self._arm_clock(item, name, risk_at=None, breach_at=None)
            self._tell_pause(item, name)
        elif resuming:
            self._let_clock_run(item, name)

    def _add_up_clocks(self, item: ItemRecord) -> None:
        """Reading 83: the calendars change now; what has run, ran by the old ones."""
        for name, clock in item.clocks.items():
            if clock.state == "running":
                assert clock.target is not None  # noqa: S101  # it runs
                working = self._working_of(clock.policy, clock.target)
                ran = clock.ran + working.working_between(clock.since, self._clock)
                self._set_clock(item, name, ran=ran, since=self._clock)

    def _count(self, item: ItemRecord, name: str) -> None:
        """What a running clock has run is counted; its timer stays for now (reading 26)."""
        clock = item.clocks[name]
        assert clock.target is not None  # noqa: S101  # it runs
        working = self._working_of(clock.policy, clock.target)
        ran = clock.ran + working.working_between(clock.since, self._clock)
        self._set_clock(item, name, state="paused", ran=ran, due=None)

    # --- timers

    def _fire_clock(self, item: ItemRecord, name: str, kind: str) -> None:
        """L4: the share at risk has run, or time has passed beyond due."""
        due = item.clocks[name].due
        if kind == "sla_breached":
            self._breach(item, name, due=due)
        else:
            self._warn(item, name)
            self._arm_clock(item, name, risk_at=None, breach_at=due)
        self._ask(item)


def _same(clock: Clock, policy: SlaPolicy, target: Target) -> bool:
    """Same policy, seconds and calendar."""
    assert clock.target is not None  # noqa: S101  # only asked of one that has a target
    before, calendar = clock.target, clock.target.calendar or clock.policy.calendar
    return (clock.policy.id, before.seconds, calendar) == (
        policy.id,
        target.seconds,
        target.calendar or policy.calendar,
    )


def _left(clock: Clock) -> float:
    """Seconds of working time to go, of a clock that stands still."""
    assert clock.target is not None  # noqa: S101  # only asked of one that has a target
    return max(0.0, clock.target.seconds - clock.ran)
