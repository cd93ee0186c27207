"""Who can take what, who gets it, and what an agent would take first (C4, D1, D2, A, F)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from assignwork import _fields as f
from assignwork.dispatcher._lanes import Lanes
from assignwork.dispatcher._queue import AgentIndex, Key, Lane, touch_waiting
from assignwork.dispatcher._state import (
    ACTIVE,
    PRIMARY,
    SECONDARY,
    AgentRecord,
    ItemRecord,
    TeamRecord,
)
from assignwork.model import After
from assignwork.policies.protocols import Eligibility, SecondaryRule
from assignwork.policies.selection import cyclic_key
from assignwork.views import AgentView, ItemView, TeamView

R = TypeVar("R")
V = TypeVar("V")

# Who gets an item: agent, tier, name of the selection, key, runner-up.
Choice = tuple[AgentRecord, str, str, tuple[Any, ...], str | None]

_MANY_INDICES = 256  # of a team, above which all are dropped and made anew when needed


def _by_registration(agent: AgentRecord) -> Key:
    """For what must be scanned anyway."""
    return (agent.reg, agent.stamp, agent)


class Choosing(Lanes):
    """Questions; nothing here changes what a user could see."""

    __slots__ = ()

    # --- who can take what ---------------------------------------------------------------------

    def _fits(self, agent: AgentRecord, lane: Lane) -> bool:
        """C4 for an open member: skills, limits, exclusions, callers' conditions."""
        for name, level in lane.required:
            if agent.skills.get(name, 0) < level:
                return False
        weight = lane.weight
        if agent.load + weight > agent.capacity:
            return False
        left = lane.team.min_left
        if left is not None and self._clock > agent.shift_ends - left:
            return False
        tally = agent.tally
        if tally is not None:
            team = lane.team
            limit = team.spec.agent_limit
            if limit is not None and tally.by_team.get(team.id, 0) + weight > limit:
                return False
            channel = lane.channel
            if channel is not None:
                limit = agent.spec.channel_limits.get(channel)
                if limit is not None and tally.by_channel.get(channel, 0) + weight > limit:
                    return False
            limit = agent.spec.secondary_limit
            if (
                limit is not None
                and tally.secondary + weight > limit
                and agent.membership.get(team.id) == SECONDARY
            ):
                return False
        if lane.excluded and agent.id in lane.excluded:
            return False
        return not (lane.item is not None and self._refused(agent, lane))

    def _refused(self, agent: AgentRecord, lane: Lane) -> bool:
        """Whether a caller's eligibility policy stops the agent for the lane's only item.

        An answer holds while neither the agent's stamp nor the item's key changes: a policy must
        answer the same for the same views.
        """
        item = self._items[lane.item]  # type: ignore[index]  # asked for single items only
        answer = lane.answers.get(agent.reg)
        if answer is not None and answer[0] == agent.stamp and answer[1] is item.key:
            return answer[2]
        refused = False
        for policy in self._eligibility:
            if self._asked(policy, self._item_shown(item), self._agent_shown(agent)) is not None:
                refused = True
                break
        lane.answers[agent.reg] = (agent.stamp, item.key, refused)
        return refused

    def _asked(self, policy: Eligibility, item: ItemView, agent: AgentView) -> str | None:
        """What a caller's eligibility policy says of an item and an agent."""
        try:
            reason = policy.obstacle(item, agent)
            if reason is not None and not isinstance(reason, str):
                f.refuse("obstacle", reason, "a reason as text, or None")
        except Exception as error:
            error.add_note(
                f"raised by the eligibility {policy.name!r} for item {item.id!r} "
                f"and agent {agent.id!r}"
            )
            raise
        return reason

    def _can_take(self, agent: AgentRecord, lane: Lane) -> bool:
        """Rule C4 for a member of the lane's team."""
        return agent.open and self._fits(agent, lane)

    def _reserved(self, agent: AgentRecord, lane: Lane) -> bool:
        """F1, F2: whether the lane's items wait for somebody else's hands."""
        if lane.only is not None:
            return agent.id != lane.only
        if lane.restricted and agent.id != lane.preferred:
            waited_for = self._agents.get(lane.preferred)  # type: ignore[arg-type]  # restricted lanes have one
            return waited_for is not None and self._waited_for(waited_for, lane)
        return False

    def _waited_for(self, agent: AgentRecord, lane: Lane) -> bool:
        """Whether a lane that waits for him alone still does (F1, reading 58)."""
        return agent.presence == ACTIVE or agent.shift_starts <= lane.deadline

    def _has_primary_work(self, agent: AgentRecord) -> bool:
        """Whether an item that he can_take is queued in one of his primary inboxes (D1)."""
        headroom = agent.capacity - agent.load
        for team in agent.primary:
            if team.queued and not team.manual:
                for _, _, lane in team.waiting:
                    if lane.count and lane.weight <= headroom and self._can_take(agent, lane):
                        return True
        return False

    def _may_help(self, agent: AgentRecord, lane: Lane) -> bool:
        """The team's secondary rule, for a secondary agent who can take the item (D1)."""
        team = lane.team
        rule = team.rule
        if rule == "primary_empty":
            may = not self._has_primary_work(agent)
        elif rule == "primary_full":
            may = self._first_primary(lane) is None
        elif isinstance(rule, After):
            return lane.overflow or team.active_primary == 0
        else:
            return self._policy_allows(rule, agent, lane)
        if not may and self._blocked is not None:
            self._blocked[agent.reg] = agent
        return may

    def _policy_allows(self, rule: SecondaryRule, agent: AgentRecord, lane: Lane) -> bool:
        """What a caller's secondary rule says."""
        team = lane.team
        item = self._item_shown(self._items[lane.item])  # type: ignore[index]  # a policy's team has a lane per item
        try:
            return rule.obstacle(item, self._agent_shown(agent), self._team_shown(team)) is None
        except Exception as error:
            error.add_note(
                f"raised by the secondary rule {rule.name!r} for item {item.id!r} "
                f"and agent {agent.id!r}"
            )
            raise

    # --- what policies are shown: made once, as long as one dispatch does not change it --------

    def _item_shown(self, item: ItemRecord) -> ItemView:
        return self._once(item, item.key, self._item_view)

    def _agent_shown(self, agent: AgentRecord) -> AgentView:
        return self._once(agent, agent.stamp, self._agent_view)

    def _team_shown(self, team: TeamRecord) -> TeamView:
        return self._once(team, (team.queued, team.active_primary), self._team_view)

    def _once(self, record: R, version: object, view: Callable[[R], V]) -> V:
        """The view of a record, the one made before if it is of this version."""
        shown = self._shown
        if shown is None:
            return view(record)
        entry = shown.get(record)
        if entry is None or entry[0] != version:
            entry = shown[record] = (version, view(record))
        found: V = entry[1]
        return found

    # --- who gets an item ----------------------------------------------------------------------

    def _index(self, lane: Lane, tier: str) -> AgentIndex:
        """The agents of the lane's team and tier who have its skills, at whatever level.

        Made when first needed.
        """
        team = lane.team
        names = tuple([name for name, _ in lane.required])
        key = (tier, names, lane.scored)
        index = team.indices.get(key)
        if index is None:
            primary = tier == PRIMARY
            members = team.primary if primary else team.secondary
            able = [agent for _, agent in sorted(members.items())]
            for name in names:
                able = [agent for agent in able if name in agent.skills]
            if len(team.indices) > _MANY_INDICES:
                self._drop_indices(team)
            chooser = team.chooser
            # What must be scanned needs no order: it stands in registration order.
            entry = chooser.entry(lane.scored) if not chooser.scan else _by_registration
            gains = team.primary_gains if primary else team.secondary_gains
            cyclic = chooser.cyclic and not chooser.scan
            index = team.indices[key] = AgentIndex(able, entry, gains, cyclic=cyclic)
        return index

    def _drop_indices(self, team: TeamRecord) -> None:
        """Forget the team's indices; they are made anew when needed."""
        for index in team.indices.values():
            index.dead = True
        team.indices = {}

    def _first_primary(self, lane: Lane) -> AgentRecord | None:
        """Any primary agent who can take the lane's items (affinity not looked at)."""
        index = self._index_of(lane, PRIMARY)
        position = 0
        while position < len(index.entries):
            entry = index.entries[position]
            agent: AgentRecord = entry[-1]
            if entry[-2] != agent.stamp:
                index.mend(position)
                continue
            if self._fits(agent, lane):
                return agent
            position += 1
        return None

    def _index_of(self, lane: Lane, tier: str) -> AgentIndex:
        """The lane's index for a tier, up to date."""
        index = lane.primary_index if tier == PRIMARY else lane.secondary_index
        if index is None or index.dead:
            index = self._index(lane, tier)
            if tier == PRIMARY:
                lane.primary_index = index
            else:
                lane.secondary_index = index
        if index.cursor != len(index.gains.agents) or index.epoch != index.gains.epoch:
            index.settle()
        return index

    def _choose(self, lane: Lane, item: ItemRecord | None = None) -> Choice | None:
        """Who gets the lane's first item (A1, D2, F1); None: nobody is eligible."""
        self._choices += 1
        team = lane.team
        if lane.affine:
            wanted = lane.only or lane.preferred
            agent = self._agents.get(wanted)  # type: ignore[arg-type]  # affine lanes have one
            if agent is not None:
                tier = agent.membership.get(team.id)
                if (
                    tier is not None
                    and self._can_take(agent, lane)
                    and (tier == PRIMARY or self._may_help(agent, lane))
                ):
                    return (agent, tier, "affinity", (), None)
                if lane.restricted and self._waited_for(agent, lane):
                    return None
            if lane.only is not None:
                return None
        if team.chooser.scan:
            return self._scan(lane, PRIMARY, item) or self._scan(lane, SECONDARY, item)
        found = self._walk(lane, PRIMARY) if team.primary else None
        if found is None and team.secondary:
            found = self._walk(lane, SECONDARY)
        return found

    def _walk(self, lane: Lane, tier: str) -> Choice | None:
        """The first two eligible agents of an index, in its order."""
        index = lane.primary_index if tier == PRIMARY else lane.secondary_index
        if index is None or index.dead:
            index = self._index_of(lane, tier)
        elif index.cursor != len(index.gains.agents) or index.epoch != index.gains.epoch:
            index.settle()
        if index.cyclic:
            return self._walk_round(index, lane, tier)
        entries = index.entries
        agent_at = index.agent_at
        stamp_at = agent_at - 1
        weight = lane.weight
        plain = lane.plain
        helping = tier == SECONDARY
        position = mended = 0
        best: Key | None = None
        runner_up = None
        count = len(entries)
        while position < count:
            entry = entries[position]
            agent: AgentRecord = entry[agent_at]
            if entry[stamp_at] != agent.stamp:
                index.mend(position)
                count = len(entries)
                mended += 1
                continue
            position += 1
            if (
                agent.load + weight <= agent.capacity
                and ((plain and agent.tally is None) or self._fits(agent, lane))
                and (not helping or self._may_help(agent, lane))
            ):
                if best is not None:
                    runner_up = agent.id
                    break
                best = entry
        self._agents_looked += position + mended
        if best is None:
            return None
        return (best[agent_at], tier, lane.team.chooser.name, best[:stamp_at], runner_up)

    def _walk_round(self, index: AgentIndex, lane: Lane, tier: str) -> Choice | None:
        """Round robin: the first two eligible agents behind the pointer, wrapping."""
        entries = index.entries
        pointer = lane.team.pointer
        first = index.start(pointer)
        position = first
        wrapped = first == 0
        best: AgentRecord | None = None
        while True:
            if position >= len(entries):
                if wrapped:
                    break
                wrapped = True
                position = 0
                continue
            entry = entries[position]
            agent: AgentRecord = entry[-1]
            if wrapped and first and agent.reg > pointer:
                break
            self._agents_looked += 1
            if entry[-2] != agent.stamp:
                index.mend(position)
                continue
            if self._fits(agent, lane) and (tier == PRIMARY or self._may_help(agent, lane)):
                if best is not None:
                    return self._round_choice(best, lane, tier, agent.id)
                best = agent
            position += 1
        return None if best is None else self._round_choice(best, lane, tier, None)

    def _round_choice(
        self, agent: AgentRecord, lane: Lane, tier: str, runner_up: str | None
    ) -> Choice:
        key = cyclic_key(agent.reg, lane.team.pointer)
        return (agent, tier, lane.team.chooser.name, key, runner_up)

    def _scan(self, lane: Lane, tier: str, item: ItemRecord | None) -> Choice | None:
        """The two smallest keys among all eligible agents of a tier, computed now."""
        index = self._index(lane, tier)
        if item is None:
            item = self._first_item(lane)
        best: tuple[tuple[Any, ...], AgentRecord] | None = None
        second: tuple[tuple[Any, ...], AgentRecord] | None = None
        for agent in index.members:
            self._agents_looked += 1
            if not agent.open or not self._fits(agent, lane):
                continue
            if tier == SECONDARY and not self._may_help(agent, lane):
                continue
            found = (self._scan_key(agent, lane, item), agent)
            if best is None or found[0] < best[0]:
                best, second = found, best
            elif second is None or found[0] < second[0]:
                second = found
        if best is None:
            return None
        runner_up = None if second is None else second[1].id
        return (best[1], tier, lane.team.chooser.name, best[0], runner_up)

    def _scan_key(self, agent: AgentRecord, lane: Lane, item: ItemRecord) -> tuple[Any, ...]:
        return lane.team.chooser.scan_key(
            agent,
            lane.scored,
            lane.team.pointer,
            lambda: (self._item_shown(item), self._agent_shown(agent)),
        )

    def _first_item(self, lane: Lane) -> ItemRecord:
        head = lane.head(self._items)
        if head is None:
            raise RuntimeError("an empty lane was asked for its first item")
        return self._items[head[-1]]

    def _alone(self, agent: AgentRecord, lane: Lane) -> Choice:
        """The choice where he is the only one who can be eligible."""
        team = lane.team
        tier = agent.membership[team.id]
        if lane.affine and agent.id == (lane.only or lane.preferred):
            return (agent, tier, "affinity", (), None)
        chooser = team.chooser
        if chooser.scan:
            key = self._scan_key(agent, lane, self._first_item(lane))
            return (agent, tier, chooser.name, key, None)
        if chooser.cyclic:
            return self._round_choice(agent, lane, tier, None)
        return (agent, tier, chooser.name, chooser.entry(lane.scored)(agent)[:-2], None)

    # --- what an agent would take first --------------------------------------------------------

    def _first_for(self, agent: AgentRecord, *, manual: bool = False) -> Lane | None:
        """The lane whose first item is the first that the agent is eligible for."""
        if not agent.open or agent.load >= agent.capacity:
            return None
        best: Lane | None = None
        best_key: Key | None = None
        busy = False
        for team in agent.primary:
            if team.queued and (manual or not team.manual):
                lane, found = self._first_in(team, agent, best_key, helping=False, busy=False)
                if found and not team.manual:
                    busy = True
                if lane is not None:
                    best = lane
                    best_key = lane.entry[0]  # type: ignore[index]  # _first_in mended it
        for team in agent.secondary:
            if team.queued and (manual or not team.manual):
                if busy and team.rule == "primary_empty":
                    continue
                lane, _ = self._first_in(team, agent, best_key, helping=True, busy=busy)
                if lane is not None:
                    best = lane
                    best_key = lane.entry[0]  # type: ignore[index]  # _first_in mended it
        return best

    def _first_in(
        self, team: TeamRecord, agent: AgentRecord, before: Key | None, *, helping: bool, busy: bool
    ) -> tuple[Lane | None, bool]:
        """The first lane of a team that he is eligible for, if before a key.

        And whether he can take anything there at all.
        """
        waiting = team.waiting
        items = self._items
        headroom = agent.capacity - agent.load
        position = 0
        found = False
        while position < len(waiting):
            entry = waiting[position]
            lane = entry[2]
            if lane.entry is not entry:
                del waiting[position]
                continue
            if lane.weight > headroom:
                position += 1
                continue
            self._lanes_looked += 1
            head = lane.head(items)
            if head is None:
                del waiting[position]
                lane.entry = None
                continue
            if head is not entry[0]:
                del waiting[position]
                touch_waiting(team, lane, head)
                if waiting[position] is not lane.entry:
                    continue  # another lane comes first now
            if before is not None and head > before and (found or helping):
                return None, found
            # Its weight fits and he is open: a plain lane asks no more of who has no limits.
            if (lane.plain and agent.tally is None) or self._fits(agent, lane):
                found = True
                if not (lane.affine and self._reserved(agent, lane)) and (
                    not helping
                    or (not busy and team.rule == "primary_empty")
                    or self._may_help(agent, lane)
                ):
                    if before is not None and head > before:
                        return None, True
                    return lane, True
            position += 1
        return None, found
