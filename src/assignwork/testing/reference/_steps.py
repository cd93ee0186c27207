"""What happens to items; dispatch (D2, D3).

Each step changes the state first and records its event then; what the event says of promises
follows at once, what it says of paths and protocols when all else is done (readings 67, 75).
Rules M, O, N2.
"""

from __future__ import annotations

from typing import Any

from assignwork import events as ev
from assignwork.model import After
from assignwork.testing.reference._communication import Communication
from assignwork.testing.reference._records import (
    STAY,
    AgentRecord,
    ItemRecord,
    selection_names,
    tier_of,
)


class Steps(Communication):
    """All that moves an item."""

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

    def _arm_rate(self, agent: AgentRecord) -> None:
        stopped = agent.presence == "active" and self._rate_stops(agent)
        self._arm("rate", agent.spec.id, due=self._rate_frees_at(agent) if stopped else None)

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
            ev.Queued, item=item.spec.id, team=item.team, priority=item.own,
            weight=item.spec.weight, decided_by=item.decided_by, category=item.spec.category,
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
        was_snoozed, left_by = item.state == "snoozed", item.left_by
        self._cancel(item.spec.id, (*STAY, "snooze"))
        item.state, item.snoozed_until, item.left_by = "assigned", None, None
        item.owner = item.last_owner = agent.spec.id
        if by != "offer":
            self._count_assignment(agent)
        self._emit(
            ev.Assigned, item=item.spec.id, team=item.team, agent=agent.spec.id, tier=tier,
            waited=waited, by=by, selection=selection, key=key, runner_up=runner_up, flags=flags,
        )  # fmt: skip
        if left_by not in (None, agent.spec.id):
            self._emit(
                ev.Handoff, item=item.spec.id, team=item.team, from_agent=left_by,
                to_agent=agent.spec.id, open_for=self._clock - item.created_at,
            )  # fmt: skip
        if was_snoozed:
            self._clocks_changed(item)

    def _assign_to(self, item: ItemRecord, agent: AgentRecord, by: str) -> None:
        """M1, by hand or by escalation; the owner that it had loses it."""
        flags = self._flags(agent, item)
        if item.state == "offered":
            self._end_offer(item, "withdrawn")
        elif item.state == "assigned":
            self._give_up(item, by)
        item.excluded = ()
        self._cancel(item.spec.id, ("exclusion",))
        self._own(item, agent, by=by, tier="manual", selection=by, flags=flags)

    def _flags(self, agent: AgentRecord, item: ItemRecord) -> tuple[str, ...]:
        """What an assignment by hand says of him."""
        said = {
            "over_capacity": not self._limits_pass(agent, item),
            "not_active": agent.presence != "active",
            "not_member": tier_of(agent, item) == "manual",
        }
        return tuple(flag for flag, holds in said.items() if holds)

    def _end_offer(self, item: ItemRecord, how: str) -> None:
        agent, item.offered_to, item.offer_expires_at = item.offered_to, None, None
        self._cancel(item.spec.id, ("offer",))
        self._emit(ev.OfferEnded, item=item.spec.id, agent=agent, how=how)

    def _give_up(self, item: ItemRecord, why: str) -> None:
        agent, item.owner = item.owner, None
        if why == "shift":
            item.left_by = agent
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
            item.state = "queued"
            self._emit(ev.Woken, item=item.spec.id, agent=None)
            self._clocks_changed(item)
            self._enqueue(item)
            return
        owner = self._agents[item.owner]
        leaving = owner.presence == "away_reassign"
        over = not leaving and not self._limits_pass(owner, item)
        keep = self._config.over_capacity == "keep"
        item.state = "assigned"
        flags = ("over_capacity",) if over and keep else ()
        self._emit(ev.Woken, item=item.spec.id, agent=item.owner, flags=flags)
        self._clocks_changed(item)
        if leaving:
            self._give_back(item, "away")
        elif over and not keep:
            self._give_back(item, "over_capacity")

    def _clocks_changed(self, item: ItemRecord) -> None:
        self._let_clocks_run(item)
        self._ask(item)

    def _open_again(self, item: ItemRecord, *, by_customer: bool) -> None:
        """M4, reading 6."""
        item.waiting_since, item.report, item.finished = self._clock, None, None
        if item.refused:
            self._emit(ev.Reopened, item=item.spec.id, agent=None, flags=())
            self._hold(item)
            if item.measured:
                self._clocks_at_reopening(item, by_customer=by_customer)
            return
        owner = self._agents.get(item.last_owner or "")
        fits = keeps = False
        if owner is not None and owner.presence == "active" and tier_of(owner, item) != "manual":
            fits = self._limits_pass(owner, item)
            keeps = fits or self._config.over_capacity == "keep"
        item.state = "assigned" if keeps else "queued"
        item.owner = item.last_owner if keeps else None
        flags = ("over_capacity",) if keeps and not fits else ()
        self._emit(ev.Reopened, item=item.spec.id, agent=item.owner, flags=flags)
        self._clocks_at_reopening(item, by_customer=by_customer)
        if not keeps:
            self._enqueue(item)
        self._ask(item, "path", "protocol")

    def _hold(self, item: ItemRecord) -> None:
        """Reading 80: it waits for the whole chain of approvals."""
        assert item.entry is not None  # noqa: S101  # only such items are held
        item.refused = False
        item.state, item.approvals = "held", item.entry.approvals
        self._emit(
            ev.Held, item=item.spec.id, team=item.team, priority=item.own,
            weight=item.spec.weight, decided_by=item.decided_by, category=item.spec.category,
            approvals=item.approvals,
        )  # fmt: skip

    def _admit(self, item: ItemRecord) -> None:
        """Its first `queued`, at submit or after the last approval (reading 80)."""
        self._enqueue(item)
        if not item.measured:
            self._start_clocks(item)
        self._ask(item, "path", "protocol")

    def _move(self, item: ItemRecord, team: str, *, keep_agent: bool, by_hand: bool = True) -> None:
        """A transfer (M2, reading 3)."""
        state, from_team, item.team = item.state, item.team, team
        lost = item.owner is not None and not keep_agent
        agent = None if lost else item.owner
        self._emit(ev.Transferred, item=item.spec.id, from_team=from_team, team=team, agent=agent)
        if team != from_team:
            self._rematch(item)
            if by_hand:
                self._ask(item, "path")
        if state == "snoozed":
            item.owner = agent
        elif state == "offered":
            self._end_offer(item, "withdrawn")
            self._enqueue(item)
        elif state == "queued":
            self._leave_queue(item)
            self._enqueue(item)
        elif state == "assigned" and lost:
            self._give_back(item, "transfer")

    def _rematch(self, item: ItemRecord) -> None:
        """L3: what its targets depend on has changed."""
        if item.measured:
            self._rematch_clocks(item)
            self._clocks_changed(item)

    def _withdraw_offers(self, agent: AgentRecord) -> None:
        offers = [item for item in self._items.values() if item.offered_to == agent.spec.id]
        for item in self._in_order(offers):
            self._end_offer(item, "withdrawn")
            self._enqueue(item)
