"""What happens: to items, to agents, to timers; dispatch (D2, D3).

Each step changes the state first and records its event then. Rules M, O, P, N2.
"""

from __future__ import annotations

from typing import Any

from assignwork import events as ev
from assignwork.model import After, Agent
from assignwork.testing.reference._records import (
    STAY,
    AgentRecord,
    ItemRecord,
    Timer,
    selection_names,
    tier_of,
)
from assignwork.testing.reference._rules import Rules


class Steps(Rules):
    """The state that only time and history need, and all that changes the state."""

    _started: bool
    _timers: list[Timer]
    _pending: list[ev.Event]  # not returned yet: of timers before a refused command (D6)
    _event_count: int
    _timer_count: int
    _assignment_count: int  # A2
    _agent_count: int

    def _register(self, agent: Agent, now: float) -> AgentRecord:
        record = AgentRecord(
            agent,
            self._agent_count,
            agent.presence,
            "manager",
            None,
            now,
            now,
            now,
        )
        self._agent_count += 1
        self._agents[agent.id] = record
        return record

    def _start(self) -> None:
        """P4: for the agents of the workspace, the first accepted command is when they came."""
        if not self._started:
            self._started = True
            for agent in self._agents.values():
                agent.active_since = agent.last_sign = agent.idle_since = self._clock
                self._arm_agent(agent)

    def _emit(self, kind: type[ev.Event], **fields: Any) -> None:
        """Record an event; what it tells has been done before."""
        self._event_count += 1
        self._pending.append(kind(seq=self._event_count, at=self._clock, **fields))
        self._note_idle()

    def _note_idle(self) -> None:
        for agent in self._agents.values():
            load = self._load(agent)
            if agent.last_load > 0 and load == 0:
                agent.idle_since = self._clock
            agent.last_load = load

    def _first_timer(self) -> Timer | None:
        return min(self._timers, key=lambda timer: (timer.due, timer.number), default=None)

    def _arm(self, *name: str, due: float | None) -> None:
        """Reading 26: make, move or (None) cancel the timer of this name."""
        present = next((timer for timer in self._timers if timer.name == name), None)
        if due is not None:
            due = max(due, self._clock)
        if present is not None and present.due == due:
            return
        if present is not None:
            self._timers.remove(present)
        if due is not None:
            self._timer_count += 1
            self._timers.append(Timer(due, self._timer_count, name))

    def _cancel(self, subject: str, kinds: tuple[str, ...]) -> None:
        self._timers = [
            timer
            for timer in self._timers
            if not (timer.name[0] in kinds and timer.name[1] == subject)
        ]

    def _fire(self, timer: Timer) -> None:
        kind, subject = timer.name[:2]
        if kind == "snooze":
            self._end_snooze(self._items[subject])
        elif kind == "offer":
            self._miss(self._items[subject])
        elif kind == "ageing":
            self._arm(*timer.name, due=self._next_ageing(self._items[subject]))
        elif kind == "auto_away":
            self._change_presence(self._agents[subject], "away", "auto", None)
        elif kind == "auto_reassign":
            self._change_presence(self._agents[subject], "away_reassign", "auto", None)
        # The others only let D3 look again: what they end is judged by the clock.

    def _arm_stay(self, item: ItemRecord) -> None:
        """Reading 27: what time alone will change about an item while it stays in the queue."""
        spec, since = item.spec, item.queued_at
        wanted: dict[tuple[str, ...], float | None] = {}
        for skill, need in sorted(spec.skills.items()):
            if need.relax_after is not None:
                wanted["relax", spec.id, skill] = since + need.relax_after
        if spec.preferred_agent and not spec.only_agent and spec.affinity_wait is not None:
            wanted["affinity", spec.id] = since + spec.affinity_wait
        rule = self._teams[item.team].spec.secondary_rule
        if isinstance(rule, After):
            wanted["after", spec.id] = since + rule.after
        wanted["ageing", spec.id] = self._next_ageing(item)
        for timer in list(self._timers):
            if timer.name[0] in STAY and timer.name[1] == spec.id and timer.name not in wanted:
                self._timers.remove(timer)
        for name, due in wanted.items():
            self._arm(*name, due=due if due is not None and due > self._clock else None)

    def _arm_agent(self, agent: AgentRecord) -> None:
        """Reading 29: when C6 lets him again; then the automatic presences."""
        self._arm_rate(agent)
        self._arm_auto(agent)

    def _arm_rate(self, agent: AgentRecord) -> None:
        stopped = agent.presence == "active" and self._rate_stops(agent)
        self._arm("rate", agent.spec.id, due=self._rate_frees_at(agent) if stopped else None)

    def _arm_auto(self, agent: AgentRecord) -> None:
        config, active = self._config, agent.presence == "active"
        sent = agent.presence == "away" and (agent.by == "auto" or config.auto_reassign_manual_away)
        for kind, after, applies in (
            ("auto_away", config.auto_away_after, active),
            ("auto_reassign", config.auto_reassign_after, active or sent),
        ):
            due = agent.last_sign + after if applies and after is not None else None
            self._arm(kind, agent.spec.id, due=due)

    # --- dispatch: rules D and A
    def _dispatch(self) -> None:
        """D3."""
        while self._give_first():
            pass

    def _give_first(self) -> bool:
        waiting = [item for item in self._queued() if not self._teams[item.team].spec.manual]
        for item in self._in_order(waiting):
            eligible = [agent for agent in self._agents.values() if self._eligible(agent, item)]
            if eligible:
                self._give(item, eligible)
                return True
        return False

    def _give(self, item: ItemRecord, eligible: list[AgentRecord]) -> None:
        """D2, A1, F1: choose among the eligible agents; assign or offer."""
        team = self._teams[item.team]
        wanted = item.spec.only_agent or item.spec.preferred_agent
        favourite = [agent for agent in eligible if agent.spec.id == wanted]
        if favourite:
            chosen, runner_up, selection = favourite[0], None, "affinity"
            key: tuple[Any, ...] = ()
        else:
            own = [agent for agent in eligible if item.team in agent.spec.primary]
            ranked = sorted(own or eligible, key=lambda agent: self._selection_key(agent, item))
            chosen, key = ranked[0], self._selection_key(ranked[0], item)
            runner_up = ranked[1].spec.id if len(ranked) > 1 else None
            selection = "+".join(selection_names(team.spec))
        tier = tier_of(chosen, item)
        team.pointer = chosen.number
        if team.spec.offer_timeout is None:
            self._own(
                item, chosen, by="dispatch", tier=tier, selection=selection, key=key,
                runner_up=runner_up,
            )  # fmt: skip
        else:
            self._leave_queue(item)
            item.state, item.offered_to, item.offered_tier = "offered", chosen.spec.id, tier
            expires_at = item.offer_expires_at = self._clock + team.spec.offer_timeout
            self._count_assignment(chosen)
            self._emit(
                ev.Offered, item=item.spec.id, team=item.team, agent=chosen.spec.id,
                expires_at=expires_at, tier=tier, selection=selection, key=key,
                runner_up=runner_up,
            )  # fmt: skip
            self._arm("offer", item.spec.id, due=expires_at)
        self._count_gift(chosen)

    def _count_assignment(self, agent: AgentRecord) -> None:
        self._assignment_count += 1
        agent.last_assigned = self._assignment_count

    def _count_gift(self, agent: AgentRecord) -> None:
        agent.gifts = (*agent.gifts, self._clock)
        self._arm_rate(agent)

    # --- what happens to items

    def _enqueue(self, item: ItemRecord) -> None:
        item.state, item.queued_at = "queued", self._clock
        self._emit(
            ev.Queued, item=item.spec.id, team=item.team, priority=item.spec.priority,
            weight=item.spec.weight,
        )  # fmt: skip
        self._arm_stay(item)

    def _leave_queue(self, item: ItemRecord) -> None:
        self._cancel(item.spec.id, STAY)

    def _own(
        self, item: ItemRecord, agent: AgentRecord, *, by: str, tier: str, selection: str,
        key: tuple[Any, ...] = (), runner_up: str | None = None, flags: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """The item is assigned to the agent; an accepted offer was counted when it was made."""
        waited = self._clock - item.queued_at if item.state in ("queued", "offered") else 0.0
        self._cancel(item.spec.id, (*STAY, "snooze"))
        item.state, item.snoozed_until = "assigned", None
        item.owner = item.last_owner = agent.spec.id
        if by != "offer":
            self._count_assignment(agent)
        self._emit(
            ev.Assigned, item=item.spec.id, team=item.team, agent=agent.spec.id, tier=tier,
            waited=waited, by=by, selection=selection, key=key, runner_up=runner_up, flags=flags,
        )  # fmt: skip

    def _end_offer(self, item: ItemRecord, how: str) -> None:
        agent, item.offered_to, item.offer_expires_at = item.offered_to, None, None
        self._cancel(item.spec.id, ("offer",))
        self._emit(ev.OfferEnded, item=item.spec.id, agent=agent, how=how)

    def _give_up(self, item: ItemRecord, why: str) -> None:
        agent, item.owner = item.owner, None
        self._emit(ev.Released, item=item.spec.id, team=item.team, agent=agent, why=why)

    def _give_back(self, item: ItemRecord, why: str) -> None:
        self._give_up(item, why)
        self._enqueue(item)

    def _exclude(self, item: ItemRecord, agent: AgentRecord, cooldown: float) -> None:
        """O3; after the item was queued again (reading 28)."""
        if cooldown > 0:
            name, until = agent.spec.id, self._clock + cooldown
            others = tuple(entry for entry in item.excluded if entry[0] != name)
            item.excluded = (*others, (name, until))
            self._arm("exclusion", item.spec.id, name, due=until)

    def _miss(self, item: ItemRecord) -> None:
        """An offer lapsed (O3, O4, reading 7)."""
        agent, team = self._agents[item.offered_to or ""], self._teams[item.team].spec
        self._end_offer(item, "missed")
        self._enqueue(item)
        self._exclude(item, agent, team.decline_cooldown)
        agent.misses += 1
        if team.missed_limit is None or agent.misses < team.missed_limit:
            return
        members = [
            other
            for other in self._agents.values()
            if team.id in (*other.spec.primary, *other.spec.secondary)
        ]
        active = sum(other.presence == "active" for other in members)
        sent = sum(
            other.presence != "active" and other.sent_away_at + team.missed_window > self._clock
            for other in members
        )
        if sent + 1 <= (active + sent) // 2:
            agent.misses, agent.sent_away_at = 0, self._clock
            self._change_presence(agent, "away", "auto", "missed offers")

    def _end_snooze(self, item: ItemRecord) -> None:
        """M4, reading 5."""
        item.snoozed_until = None
        self._cancel(item.spec.id, ("snooze",))
        if item.owner is None:
            self._emit(ev.Woken, item=item.spec.id, agent=None)
            self._enqueue(item)
            return
        owner = self._agents[item.owner]
        leaving = owner.presence == "away_reassign"
        over = not leaving and not self._limits_pass(owner, item)
        keep = self._config.over_capacity == "keep"
        item.state = "assigned"
        flags = ("over_capacity",) if over and keep else ()
        self._emit(ev.Woken, item=item.spec.id, agent=item.owner, flags=flags)
        if leaving:
            self._give_back(item, "away")
        elif over and not keep:
            self._give_back(item, "over_capacity")

    def _open_again(self, item: ItemRecord) -> None:
        """M4, reading 6."""
        item.waiting_since = self._clock
        owner = self._agents.get(item.last_owner or "")
        if owner is not None and owner.presence == "active" and tier_of(owner, item) != "manual":
            fits = self._limits_pass(owner, item)
            if fits or self._config.over_capacity == "keep":
                item.state, item.owner = "assigned", owner.spec.id
                flags = () if fits else ("over_capacity",)
                self._emit(ev.Reopened, item=item.spec.id, agent=item.owner, flags=flags)
                return
        self._emit(ev.Reopened, item=item.spec.id, agent=None)
        self._enqueue(item)

    def _move(self, item: ItemRecord, team: str, *, keep_agent: bool) -> None:
        """A transfer (M2, reading 3)."""
        state, from_team, item.team = item.state, item.team, team
        lost = item.owner is not None and not keep_agent
        self._emit(
            ev.Transferred, item=item.spec.id, from_team=from_team, team=team,
            agent=None if lost else item.owner,
        )  # fmt: skip
        if state == "snoozed" and lost:
            item.owner = None
        elif state == "offered":
            self._end_offer(item, "withdrawn")
            self._enqueue(item)
        elif state == "queued":
            self._leave_queue(item)
            self._enqueue(item)
        elif state == "assigned" and lost:
            self._give_back(item, "transfer")

    # --- what happens to agents

    def _change_presence(
        self,
        agent: AgentRecord,
        presence: str,
        by: str,
        reason: str | None,
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
        if presence == "away_reassign" and self._config.reassign != "on_reply":
            for item in self._in_order(self._assigned_to(agent)):
                if self._config.reassign == "all" or item.waiting_since is not None:
                    self._give_back(item, "away")

    def _assigned_to(self, agent: AgentRecord) -> list[ItemRecord]:
        return [
            item
            for item in self._items.values()
            if item.state == "assigned" and item.owner == agent.spec.id
        ]

    def _withdraw_offers(self, agent: AgentRecord) -> None:
        offers = [item for item in self._items.values() if item.offered_to == agent.spec.id]
        for item in self._in_order(offers):
            self._end_offer(item, "withdrawn")
            self._enqueue(item)

    def _sign_of_life(self, agent: AgentRecord) -> None:
        agent.last_sign = self._clock
        self._arm_auto(agent)
