"""Service-level clocks: what is promised, how much of it has run, met and breached (rules L).

`ran` is what had run before `since`; `due` is where the rest of it ends. Readings 63 to 68.
"""

from __future__ import annotations

import math

import attrs

from assignwork import events as ev
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
        """L2, G2: from here on it is measured; here its catalog entry's delivery time begins."""
        item.measured = True
        delivery = None if item.entry is None else item.entry.expected_delivery
        if delivery is not None and item.spec.due_at is None:
            item.spec = attrs.evolve(item.spec, due_at=self._clock + delivery)
        self._rematch_clocks(item)

    def _clocks_at_reply(self, item: ItemRecord, by: str, *, waited: bool) -> None:
        """Reading 67; `waited`: the customer did already."""
        if by == "agent":
            item.answered = item.answered_in_lap = True
            for name in (FIRST, NEXT):
                self._meet(item, name)
        elif not waited:
            self._start_next_response(item)
        self._let_clocks_run(item)

    def _clocks_at_close(self, item: ItemRecord) -> None:
        """Reading 67."""
        self._let_clocks_run(item)  # all stand still while it is closed
        self._meet(item, RESOLUTION)

    def _clocks_at_reopening(self, item: ItemRecord, *, by_customer: bool) -> None:
        """Readings 64, 67."""
        resolution = item.clocks.get(RESOLUTION)
        if resolution is not None and resolution.state == "met":
            self._put(item, RESOLUTION, attrs.evolve(resolution, state="paused"))
        elif resolution is not None:
            self._put(item, RESOLUTION, attrs.evolve(resolution, answered=False))
        if item.measured:
            self._rematch_clocks(item)
        else:
            self._start_clocks(item)
        for name in TARGETS:
            if name == NEXT and by_customer:
                self._start_next_response(item)
            self._let_clock_run(item, name)

    def _rematch_clocks(self, item: ItemRecord) -> None:
        """L3, reading 66."""
        policy = self._find_policy(item)
        item.policy = policy
        item.targets = {} if policy is None else self._targets_of(policy, item)
        for name in TARGETS:
            clock, target = item.clocks.get(name), item.targets.get(name)
            if clock is None:
                answered = name == FIRST and item.answered
                if policy is not None and target is not None and name != NEXT and not answered:
                    self._put(item, name, self._made(policy, target))
                    self._let_clock_run(item, name)
            elif clock.state in ("met", "breached"):
                continue
            elif policy is None or target is None:
                self._take_target(item, name)
            elif not _same(clock, policy, target):
                self._retarget(item, name, policy, target)
        self._let_clocks_run(item, unless_closed_before=True)

    # --- what happens to a clock

    def _made(self, policy: SlaPolicy, target: Target) -> Clock:
        return Clock(policy, target, self._working_time(policy, target))

    def _working_time(self, policy: SlaPolicy, target: Target) -> WorkingTime:
        return self._working[target.calendar or policy.calendar]
