"""Presence that follows shifts (T3, T4, readings 51 to 58)."""

from __future__ import annotations

from math import inf, nextafter
from typing import Any

from assignwork import _fields as f
from assignwork.dispatcher._approvals import ApprovalCommands
from assignwork.dispatcher._state import ACTIVE, AWAY_REASSIGN, AgentRecord
from assignwork.model.shifts import Shift
from assignwork.service.shifts import ShiftPlan

BY_SHIFT = "shift"


class Shifts(ApprovalCommands):
    """Shifts, their timers, and what they do to presence."""

    __slots__ = ()

    def _plan_of(self, shift: Shift | None) -> ShiftPlan | None:
        """When a shift is on; agents of the same shift share the answer."""
        if shift is None:
            return None
        plan = self._plans.get(shift)
        if plan is None:
            plan = self._plans[shift] = ShiftPlan(shift, self._working(shift.calendar))
        return plan

    def _align(self, agent: AgentRecord) -> None:
        """Bring an agent's presence in line with a shift that is new to the desk (reading 53)."""
        self._touch(agent)
        plan = agent.plan = self._plan_of(agent.spec.shift)
        self._see_shift(agent)
        if plan is not None:
            on = plan.on_shift(self._clock)
            if on and agent.presence != ACTIVE and agent.by == BY_SHIFT:
                self._become(agent, ACTIVE, BY_SHIFT, None)
            elif not on and agent.presence == ACTIVE:
                self._become(agent, AWAY_REASSIGN, BY_SHIFT, None)
        self._arm_shift(agent)
        if self._restricted:
            self._relane_waiting_for(agent.id)

    def _see_shift(self, agent: AgentRecord) -> None:
        """When the shift under way ends, and when the next begins."""
        plan = agent.plan
        at = self._clock
        if any(self._timers.due_of(number) <= at for number in agent.shift_timers):
            at = nextafter(at, -inf)  # restored while its turn has yet to come
        agent.shift_ends = inf if plan is None else plan.ends_at(at)
        agent.shift_starts = inf if plan is None else plan.starts_at(at)

    def _arm_shift(self, agent: AgentRecord) -> None:
        """The timers of his shift, as they should be now (reading 57)."""
        now = self._clock
        plan = agent.plan
        if plan is None and not agent.shift_timers:
            return
        self._touch(agent)
        wanted: list[tuple[float, str, str | None]] = []
        if plan is not None:
            change = plan.next_change(now)
            if change <= f.LAST_INSTANT:
                wanted.append((change, "shift", None))
            if agent.shift_ends <= f.LAST_INSTANT:
                for team in agent.teams:
                    if team.min_left is not None:
                        due = nextafter(agent.shift_ends - team.min_left, inf)
                        if due > now:
                            wanted.append((due, "shift_left", team.id))
        live = self._timers.live
        old = {}
        for number in agent.shift_timers:
            timer = live.get(number)
            if timer is not None:
                old[timer[0], timer[2], timer[4]] = number
        for key, number in old.items():
            if key not in wanted:
                self._timers.cancel(number)
        agent.shift_timers = tuple(
            old.get(key) or self._timers.add(key[0], key[1], agent.id, key[2]) for key in wanted
        )

    def _on_shift(self, agent: str, _: Any) -> None:
        """A shift begins or ends (reading 52)."""
        record = self._agents[agent]
        self._touch(record)
        record.shift_timers = record.shift_timers[1:]
        self._see_shift(record)
        plan = record.plan
        assert plan is not None  # whose timer this is
        if plan.on_shift(self._clock):
            if record.presence == ACTIVE:
                self._set_by_shift(record)
            else:
                self._become(record, ACTIVE, BY_SHIFT, None)
        elif record.presence == ACTIVE or record.by == "auto":
            if record.presence == AWAY_REASSIGN:
                self._set_by_shift(record)
            else:
                self._become(record, AWAY_REASSIGN, BY_SHIFT, None)
        self._arm_shift(record)

    def _stop_leaving(self, agent: str) -> None:
        """His shift ends at this instant: he gets nothing more, though his timer's turn comes."""
        record = self._agents[agent]
        if record.open and self._clock >= record.shift_ends:
            self._touch(record)
            record.open = False
            record.stamp += 1
            self._lost(record)

    def _set_by_shift(self, agent: AgentRecord) -> None:
        """He has the presence already; from now on it is the shift's."""
        agent.by = BY_SHIFT
        agent.reason = None
        agent.stamp += 1
        self._arm_auto(agent)

    def _on_shift_left(self, agent: str, _: Any) -> None:
        """From now on his shift is too short for new work of a team."""
        record = self._agents[agent]
        self._touch(record)
        live = self._timers.live
        record.shift_timers = tuple(number for number in record.shift_timers if number in live)
        self._lost(record)

    def _relane_waiting_for(self, agent: str) -> None:
        """Items that wait for this agent alone: until when may have changed."""
        waiting = [
            self._items[key[-1]]
            for team in self._teams.values()
            if team.queued
            for lane in list(team.lanes.values())
            if lane.preferred == agent and lane.restricted
            for key in lane.in_order(self._items)
        ]
        for item in waiting:
            self._touch(item)
            self._relane(item)
        self._mark_waiting_for(agent)


Shifts._HANDLERS.update({"shift": Shifts._on_shift, "shift_left": Shifts._on_shift_left})
