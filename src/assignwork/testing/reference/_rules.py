"""The rules as questions: what counts, who may take what, which item and which agent come first.

Nothing here changes anything. Rules C, Q, C4, D1, F, K and A1 to A3; `reading n` is a number of
docs/design/0001 (to 47) or 0003.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from assignwork.model import Workspace
from assignwork.testing.reference._records import (
    AgentRecord,
    ItemRecord,
    TeamRecord,
    selection_names,
    weight_of,
)


class Rules:
    """The state of a desk that the rules ask about, and their answers."""

    _config: Workspace  # its teams and agents as they were loaded
    _clock: float
    _teams: dict[str, TeamRecord]
    _agents: dict[str, AgentRecord]  # in registration order
    _items: dict[str, ItemRecord]  # in order of submission

    def _held(self, agent: AgentRecord) -> list[ItemRecord]:
        """C2: the items that count for his load."""
        name = agent.spec.id
        return [
            item
            for item in self._items.values()
            if (
                (item.state == "assigned" and item.owner == name)
                or (item.state == "offered" and item.offered_to == name)
                or (item.state == "snoozed" and item.owner == name and self._config.snoozed_counts)
            )
            and (self._config.customer_wait_counts or item.waiting_since is not None)
        ]

    def _load(self, agent: AgentRecord) -> int:
        return weight_of(self._held(agent))

    def _capacity(self, agent: AgentRecord) -> int:
        return agent.spec.capacity or self._config.default_capacity

    def _limits_pass(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """C3 for the item's weight, the item itself not counted."""
        held = [other for other in self._held(agent) if other is not item]
        weight, spec, channel = item.spec.weight, agent.spec, item.spec.channel
        if weight_of(held) + weight > self._capacity(agent):
            return False
        team_limit = self._teams[item.team].spec.agent_limit
        of_team = weight_of(other for other in held if other.team == item.team)
        if team_limit is not None and of_team + weight > team_limit:
            return False
        if channel is not None and channel in spec.channel_limits:
            on_channel = weight_of(other for other in held if other.spec.channel == channel)
            if on_channel + weight > spec.channel_limits[channel]:
                return False
        if item.team in spec.secondary and spec.secondary_limit is not None:
            secondary = weight_of(other for other in held if other.team in spec.secondary)
            if secondary + weight > spec.secondary_limit:
                return False
        return True

    def _rate_stops(self, agent: AgentRecord) -> bool:
        rate, ramp_in = self._config.assignment_rate, self._config.ramp_in
        if rate is None or (ramp_in is not None and agent.active_since + ramp_in <= self._clock):
            return False
        return sum(gift + rate.per > self._clock for gift in agent.gifts) >= rate.items

    def _rate_frees_at(self, agent: AgentRecord) -> float:
        rate, ramp_in = self._config.assignment_rate, self._config.ramp_in
        assert rate is not None  # noqa: S101  # only asked when it stops him
        ends = sorted(gift + rate.per for gift in agent.gifts)
        free = ends[-rate.items]
        return free if ramp_in is None else min(free, agent.active_since + ramp_in)

    def _queued(self) -> list[ItemRecord]:
        return [item for item in self._items.values() if item.state == "queued"]

    def _in_order(self, items: Iterable[ItemRecord]) -> list[ItemRecord]:
        return sorted(items, key=self._order_key)

    def _order_key(self, item: ItemRecord) -> tuple[Any, ...]:
        due = self._due(item)
        values = {
            "priority": self._priority(item),
            "due": math.inf if due is None else due,
            "waiting": math.inf if item.waiting_since is None else item.waiting_since,
            "age": item.created_at,
            "inbox": self._teams[item.team].spec.rank,
        }
        return (*(values[name] for name in self._config.item_order), item.number)

    def _due(self, item: ItemRecord) -> float | None:
        """Reading 68: of what runs, of what is late and unanswered, and its own."""
        dues = [
            clock.due
            for clock in item.clocks.values()
            if item.state != "closed"
            and (clock.state == "running" or (clock.state == "breached" and not clock.answered))
        ]
        return min((due for due in (*dues, item.spec.due_at) if due is not None), default=None)

    def _ageing_instants(self, item: ItemRecord) -> list[float]:
        """Q4: when, in this stay, its priority improves by a level, down to `to`."""
        ageing = self._config.ageing
        if ageing is None:
            return []
        levels = max(0, item.own - ageing.to)
        return [item.queued_at + step * ageing.every for step in range(1, levels + 1)]

    def _priority(self, item: ItemRecord) -> int:
        if item.state != "queued":
            return item.own
        passed = sum(at <= self._clock for at in self._ageing_instants(item))
        return item.own - passed

    def _next_ageing(self, item: ItemRecord) -> float | None:
        return next((at for at in self._ageing_instants(item) if at > self._clock), None)

    def _can_take(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """C4; affinity is not looked at (reading 16)."""
        name, spec = agent.spec.id, agent.spec
        if agent.presence != "active" or item.team not in (*spec.primary, *spec.secondary):
            return False
        for skill, need in item.spec.skills.items():
            after = need.relax_after
            relaxed = after is not None and item.queued_at + after <= self._clock
            if not relaxed and spec.skills.get(skill, 0) < need.level:
                return False
        if any(who == name and until > self._clock for who, until in item.excluded):
            return False
        if self._shift_too_short(agent, item.team):
            return False
        return not self._rate_stops(agent) and self._limits_pass(agent, item)

    def _shift_too_short(self, agent: AgentRecord, team: str) -> bool:
        """T3, reading 56."""
        least = self._teams[team].spec.min_shift_left
        return self._clock >= agent.shift_ends_at or (
            least is not None and self._clock > agent.shift_ends_at - least
        )

    def _affinity_allows(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """F1, F2, reading 58."""
        spec, name = item.spec, agent.spec.id
        if spec.only_agent is not None:
            return name == spec.only_agent
        preferred = self._agents.get(spec.preferred_agent or "")
        if preferred is None or spec.affinity_wait is None or preferred is agent:
            return True
        until = item.queued_at + spec.affinity_wait
        if preferred.presence != "active" and preferred.shift_starts_at > until:
            return True
        return until <= self._clock

    def _eligible(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """D1."""
        if not self._affinity_allows(agent, item) or not self._can_take(agent, item):
            return False
        return item.team in agent.spec.primary or self._may_help(agent, item)

    def _may_help(self, agent: AgentRecord, item: ItemRecord) -> bool:
        """The secondary rule of the item's team."""
        rule = self._teams[item.team].spec.secondary_rule
        own = [other for other in self._agents.values() if item.team in other.spec.primary]
        if rule == "primary_empty":
            return not any(
                other.team in agent.spec.primary
                and not self._teams[other.team].spec.manual
                and self._can_take(agent, other)
                for other in self._queued()
            )
        if rule == "primary_full":
            return not any(self._can_take(other, item) for other in own)
        return item.queued_at + float(rule.after) <= self._clock or not any(
            other.presence == "active" for other in own
        )

    def _criterion(self, name: str, agent: AgentRecord, item: ItemRecord) -> tuple[Any, ...]:
        """The first comparison of a selection, smaller first (readings 19, 38)."""
        load, capacity = self._load(agent), self._capacity(agent)
        if name == "balanced":
            return (load,)
        if name == "least_occupied":
            return (load / capacity,)
        if name == "most_headroom":
            return (load - capacity,)
        if name == "longest_idle":
            return (0, agent.idle_since) if load == 0 else (1, 0.0)
        if name == "best_skilled":
            skills = {*item.spec.skills, *item.spec.preferred_skills}
            return (-sum(agent.spec.skills.get(skill, 0) for skill in skills),)
        return (agent.last_assigned,)  # least_recently_assigned

    def _selection_key(self, agent: AgentRecord, item: ItemRecord) -> tuple[Any, ...]:
        team = self._teams[item.team]
        names = selection_names(team.spec)
        key: list[Any] = []
        for name in names:
            if name == "round_robin":
                return (*key, 0 if agent.number > team.pointer else 1, agent.number)
            key.extend(self._criterion(name, agent, item))
        if names[-1] in ("longest_idle", "best_skilled"):
            key.append(self._load(agent))
        return (*key, agent.last_assigned, agent.number)
