"""Presence: P1 to P5, automatic presence, and who is sent away for missing offers (O4)."""

from __future__ import annotations

from typing import Any

from assignwork import _fields as f
from assignwork.dispatcher._items import ItemCommands
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    AWAY,
    AWAY_REASSIGN,
    OFFERED,
    AgentRecord,
    ItemRecord,
    TeamRecord,
)
from assignwork.events import Event, PresenceChanged
from assignwork.model import PRESENCES, After


class PresenceCommands(ItemCommands):
    """Commands on presence."""

    __slots__ = ()

    def set_presence(
        self,
        agent: str,
        presence: str,
        *,
        reason: str | None = None,
        by: str = "agent",
        now: Any,
    ) -> tuple[Event, ...]:
        """Change an agent's presence; what he holds goes back as rule P2 says.

        Parameters
        ----------
        presence : {'active', 'away', 'away_reassign', 'offline'}
        reason : str, optional
        by : {'agent', 'manager'}

        Raises
        ------
        UnknownAgentError, ConfigurationError

        Examples
        --------
        >>> from assignwork import Agent, Dispatcher, Workspace
        >>> desk = Dispatcher(Workspace(agents=[Agent("ana")]))
        >>> desk.set_presence("ana", "away", reason="lunch", now=60.0)
        (PresenceChanged(seq=1, at=60.0, agent='ana', presence='away', by='agent', reason='lunch'),)
        """
        now = self._enter(now)
        record = self._agent(agent)
        f.choice(presence, "presence", PRESENCES)
        f.choice(by, "by", ("agent", "manager"))
        f.text(reason, "reason")
        self._begin(now)
        if record.presence == presence:
            self._touch(record)
            record.reason = reason
            record.by = by
            record.stamp += 1
            self._arm_auto(record)
        else:
            self._become(record, presence, by, reason)
        return self._finish()

    def _become(self, agent: AgentRecord, presence: str, by: str, reason: str | None) -> None:
        """Another presence, and everything that follows from it."""
        self._touch(agent)
        was = agent.presence
        agent.presence = presence
        agent.by = by
        agent.reason = reason
        agent.stamp += 1
        now = self._clock
        self._seq += 1
        self._out.append(PresenceChanged(self._seq, now, agent.id, presence, by, reason))
        change = (presence == ACTIVE) - (was == ACTIVE)
        if change:
            for team in agent.primary:
                team.active_primary += change
        if presence == ACTIVE:
            agent.active_since = now
            agent.seen_at = now
            agent.misses = 0
        agent.open = self._is_open(agent)
        self._arm_rate(agent)
        self._arm_auto(agent)
        if change > 0:
            self._gained(agent)
        elif change < 0:
            self._after_leaving(agent)
            self._withdraw_offers(agent)
        if presence == AWAY_REASSIGN:
            self._give_back(agent, "shift" if by == "shift" else "away")

    def _after_leaving(self, agent: AgentRecord) -> None:
        """Who was waiting for him alone, or for his tier, need not any more."""
        self._lost(agent)
        for team in agent.primary:
            if team.active_primary == 0 and isinstance(team.rule, After):
                self._mark_team(team)
        if self._restricted:
            for team in (*agent.primary, *agent.secondary):
                for lane in team.lanes.values():
                    if lane.restricted:
                        self._mark_lane(lane)
            self._mark_waiting_for(agent.id)

    def _mark_waiting_for(self, agent: str) -> None:
        """Lanes of any team that wait for this agent alone."""
        for team in self._teams.values():
            if team.queued:
                for lane in team.lanes.values():
                    if lane.preferred == agent:
                        self._mark_lane(lane)

    def _in_item_order(self, items: list[ItemRecord]) -> list[ItemRecord]:
        return sorted(items, key=self._key_of)

    def _withdraw_offers(self, agent: AgentRecord) -> None:
        """Who leaves `active` loses his open offers; he is not excluded (P3)."""
        offers = [item for item in agent.items.values() if item.state == OFFERED]
        for item in self._in_item_order(offers):
            self._end_offer(item, "withdrawn")
            self._enqueue(item)

    def _give_back(self, agent: AgentRecord, why: str) -> None:
        """Release what the mode says, in item order (P2, P3); at a shift's end its own (T4)."""
        mode = self._settings.reassign
        most = None
        shift = agent.spec.shift if why == "shift" else None
        if shift is not None and shift.handoff is not None:
            mode = shift.handoff.reassign or mode
            most = shift.handoff.priority_at_most
        held = [item for item in agent.items.values() if item.state == ASSIGNED]
        if mode == "on_reply":
            return
        for item in self._in_item_order(held):
            if most is not None and item.own > most:
                continue
            if mode == "waiting":
                goes = item.waiting_since is not None
            elif mode == "all":
                goes = True
            else:
                goes = self._asked_mode("on_leave", item, agent)
            if goes:
                self._release(item, why)

    # --- signs of life -------------------------------------------------------------------------

    def heartbeat(self, agent: str, *, now: Any) -> tuple[Event, ...]:
        """A sign of life; who was sent away automatically returns if `auto_return` is set (P4).

        Raises
        ------
        UnknownAgentError
        """
        now = self._enter(now)
        record = self._agent(agent)
        self._begin(now)
        if (
            record.by == "auto"
            and record.presence in (AWAY, AWAY_REASSIGN)
            and self._settings.auto_return
        ):
            self._become(record, ACTIVE, "auto", None)
        else:
            self._seen(record)
        return self._finish()

    def _seen(self, agent: AgentRecord) -> None:
        self._touch(agent)
        agent.seen_at = self._clock
        if self._auto:
            self._arm_auto(agent)

    def _arm_auto(self, agent: AgentRecord) -> None:
        """The timers of auto-away and auto-reassign, as they should be now (P4)."""
        old = agent.auto_timers
        if not self._auto and old == (0, 0):
            return
        settings = self._settings
        presence = agent.presence
        away = settings.auto_away_after if presence == ACTIVE else None
        reassign = None
        if (
            presence == ACTIVE
            or (presence == AWAY and agent.by == "auto")
            or (presence == AWAY and settings.auto_reassign_manual_away)
        ):
            reassign = settings.auto_reassign_after
        self._touch(agent)
        agent.auto_timers = (
            self._rearm(old[0], away, agent, "auto_away"),
            self._rearm(old[1], reassign, agent, "auto_reassign"),
        )

    def _rearm(self, old: int, after: float | None, agent: AgentRecord, kind: str) -> int:
        """The number of the timer that fires `after` his last sign of life; 0: none."""
        due = None if after is None else max(agent.seen_at + after, self._clock)
        if old and due is not None and self._timers.due_of(old) == due:
            return old
        if old:
            self._timers.cancel(old)
        return 0 if due is None else self._timers.add(due, kind, agent.id)

    def _on_auto_away(self, agent: str, _: Any) -> None:
        record = self._agents[agent]
        self._touch(record)
        record.auto_timers = (0, record.auto_timers[1])
        self._become(record, AWAY, "auto", None)

    def _on_auto_reassign(self, agent: str, _: Any) -> None:
        record = self._agents[agent]
        self._touch(record)
        record.auto_timers = (record.auto_timers[0], 0)
        self._become(record, AWAY_REASSIGN, "auto", None)

    # --- missed offers -------------------------------------------------------------------------

    def _after_miss(self, agent: AgentRecord, team: TeamRecord) -> None:
        spec = team.spec
        limit = spec.missed_limit
        if limit is None or agent.misses < limit or agent.presence != ACTIVE:
            return
        active = sent = 0
        for members in (team.primary, team.secondary):
            for member in members.values():
                if member.presence == ACTIVE:
                    active += 1
                elif (
                    member.missed_away_at is not None
                    and member.missed_away_at + spec.missed_window > self._clock
                ):
                    sent += 1
        if sent + 1 <= (active + sent) // 2:
            agent.misses = 0
            agent.missed_away_at = self._clock
            self._become(agent, AWAY, "auto", "missed offers")


PresenceCommands._HANDLERS.update(  # the layer fills its own table
    {
        "auto_away": PresenceCommands._on_auto_away,
        "auto_reassign": PresenceCommands._on_auto_reassign,
    }
)
