"""What happens to agents: presence, shifts, what is handed off (P, T3, T4, readings 51 to 57)."""

from __future__ import annotations

import math

from assignwork import events as ev
from assignwork.model import Agent
from assignwork.service.shifts import ShiftPlan
from assignwork.testing.reference._records import AgentRecord, ItemRecord
from assignwork.testing.reference._steps import Steps

AGENT_TIMERS = ("rate", "auto_away", "auto_reassign", "shift", "shift_left")


class Presence(Steps):
    """All that changes how an agent stands."""

    def _register(self, agent: Agent, now: float) -> AgentRecord:
        record = AgentRecord(
            agent, self._agent_count, agent.presence, "manager", None, self._plan_of(agent),
            now, now, now,
        )  # fmt: skip
        self._agent_count += 1
        self._agents[agent.id] = record
        return record

    def _plan_of(self, agent: Agent) -> ShiftPlan | None:
        shift = agent.shift
        return None if shift is None else ShiftPlan(shift, self._working[shift.calendar])

    def _start(self) -> None:
        """P4: for the agents of the workspace, the first accepted command is when they came.

        Then their presences follow their shifts (reading 53).
        """
        if not self._started:
            self._started = True
            for agent in self._agents.values():
                agent.active_since = agent.last_sign = agent.idle_since = self._clock
                self._arm_agent(agent)
            for agent in self._agents.values():
                self._align(agent)

    # --- timers

    def _arm_agent(self, agent: AgentRecord) -> None:
        """Reading 29: when C6 lets him again; then the automatic presences."""
        self._arm_rate(agent)
        self._arm_auto(agent)

    def _arm_auto(self, agent: AgentRecord) -> None:
        config, active = self._config, agent.presence == "active"
        sent = agent.presence == "away" and (agent.by == "auto" or config.auto_reassign_manual_away)
        for kind, after, applies in (
            ("auto_away", config.auto_away_after, active),
            ("auto_reassign", config.auto_reassign_after, active or sent),
        ):
            due = agent.last_sign + after if applies and after is not None else None
            self._arm(kind, agent.spec.id, due=due)

    def _arm_shift(self, agent: AgentRecord) -> None:
        """Reading 57: the next start or end; then, for each team, when too little is left."""
        name = agent.spec.id
        wanted: dict[tuple[str, ...], float] = {}
        agent.shift_ends_at = agent.shift_starts_at = math.inf
        if agent.plan is not None:
            wanted["shift", name] = agent.plan.next_change(self._clock)
            end = agent.shift_ends_at = agent.plan.ends_at(self._clock)
            agent.shift_starts_at = agent.plan.starts_at(self._clock)
            for team in (*agent.spec.primary, *agent.spec.secondary):
                least = self._teams[team].spec.min_shift_left
                if least is not None and end < math.inf:
                    wanted["shift_left", name, team] = math.nextafter(end - least, math.inf)
        for timer in list(self._timers):
            of_shift = timer.name[:2] in (("shift", name), ("shift_left", name))
            if of_shift and timer.name not in wanted:
                self._timers.remove(timer)
        for timer_name, due in wanted.items():
            self._arm(*timer_name, due=due if self._clock < due < math.inf else None)

    # --- presence

    def _change_presence(
        self, agent: AgentRecord, presence: str, by: str, reason: str | None
    ) -> None:
        """P1 to P5, readings 4 and 30."""
        before, agent.by, agent.reason = agent.presence, by, reason
        if presence == before:
            self._arm_auto(agent)
            return
        agent.presence = presence
        if presence == "active":
            agent.active_since = agent.last_sign = self._clock
            agent.misses = 0
        self._emit(ev.PresenceChanged, agent=agent.spec.id, presence=presence, by=by, reason=reason)
        self._arm_agent(agent)
        if before == "active":
            self._withdraw_offers(agent)
        if presence == "away_reassign":
            for item in self._in_order(self._assigned_to(agent)):
                if self._moves_on(agent, item):
                    self._give_back(item, "shift" if by == "shift" else "away")

    def _moves_on(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """P2, T4, reading 54: whether it is given back at once when he becomes away_reassign."""
        mode, shift = self._config.reassign, agent.spec.shift
        if agent.by == "shift" and shift is not None and shift.handoff is not None:
            mode = shift.handoff.reassign or mode
        waits = mode == "all" or (mode == "waiting" and item.waiting_since is not None)
        return waits and not self._stays(agent, item)

    def _stays(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """T4: not urgent enough to leave him whose shift has ended."""
        shift = agent.spec.shift
        if agent.by != "shift" or shift is None or shift.handoff is None:
            return False
        most = shift.handoff.priority_at_most
        return most is not None and item.own > most

    def _assigned_to(self, agent: AgentRecord) -> list[ItemRecord]:
        return [
            item
            for item in self._items.values()
            if item.state == "assigned" and item.owner == agent.spec.id
        ]

    def _sign_of_life(self, agent: AgentRecord) -> None:
        agent.last_sign = self._clock
        self._arm_auto(agent)

    # --- shifts

    def _align(self, agent: AgentRecord) -> None:
        """Reading 53."""
        if agent.plan is not None:
            on_shift = agent.plan.on_shift(self._clock)
            if not on_shift and agent.presence == "active":
                self._change_presence(agent, "away_reassign", "shift", None)
            elif on_shift and agent.presence != "active" and agent.by == "shift":
                self._change_presence(agent, "active", "shift", None)
        self._arm_shift(agent)

    def _fire_shift(self, agent: AgentRecord) -> None:
        """Reading 52: his shift starts or ends."""
        assert agent.plan is not None  # noqa: S101  # else the timer would be gone
        if agent.plan.on_shift(self._clock):
            self._change_presence(agent, "active", "shift", None)
        elif agent.presence == "active" or agent.by == "auto":
            self._change_presence(agent, "away_reassign", "shift", None)
        self._arm_shift(agent)
