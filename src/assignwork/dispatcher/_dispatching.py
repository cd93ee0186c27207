"""Queues and rule D3: which item comes next, who gets it, and what has to be looked at again.

Between commands no queued item has an eligible agent. A change can only create new pairs through
an agent who gained (load fell, came online, ...) or a lane whose items gained (a new item, a
requirement dropped, ...): these are marked dirty, and only they are looked at. Two rules are not
monotone, so that a loss can create pairs too: `primary_empty` (an item leaves an inbox) and
`primary_full` (an agent fills up). Since no queued item has an eligible agent, that only matters
for items that wait for somebody alone (F1, F2), of which `restricted` keeps the count, and
while several things are dirty at once, for which `_dispatch` keeps who was blocked by what.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from assignwork.dispatcher._engine import Engine
from assignwork.dispatcher._making import Assigned, Offered, Queued
from assignwork.dispatcher._queue import AgentIndex, Key, Lane, touch_waiting
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    OFFERED,
    PRIMARY,
    QUEUED,
    SECONDARY,
    AgentRecord,
    ItemRecord,
    TeamRecord,
)
from assignwork.model import After
from assignwork.policies.selection import cyclic_key

# Who gets an item: agent, tier, name of the selection, key, runner-up.
Choice = tuple[AgentRecord, str, str, tuple[Any, ...], str | None]


class Dispatching(Engine):
    """Queues, choices and the dispatch loop."""

    __slots__ = ()

    # --- lanes ---------------------------------------------------------------------------------

    def _lane(self, item: ItemRecord) -> Lane:
        """The lane for the item's needs as they are now."""
        spec = item.spec
        team = item.team
        lanes = team.lanes
        extra = item.extra
        own = spec.preferred_agent is not None or spec.only_agent is not None
        if not (spec.skills or own or self._free_rules or spec.preferred_skills) and (
            extra is None or not (extra.excluded or extra.overflow)
        ):
            plain = (item.weight, spec.channel)
            lane = lanes.get(plain)
            if lane is None:
                lane = self._new_lane(team, plain, item)
            return lane
        relaxed = () if extra is None else extra.relaxed
        required = tuple(
            (name, need.level) for name, need in spec.skills.items() if name not in relaxed
        )
        scored = ()
        if team.chooser.scored:
            scored = tuple(sorted({*spec.skills, *spec.preferred_skills}))
        excluded = () if extra is None else tuple(sorted(extra.excluded))
        only = spec.only_agent
        key = (
            item.weight,
            spec.channel,
            required,
            scored,
            excluded,
            None if only is not None else spec.preferred_agent,
            only,
            extra is not None and extra.restricted,
            extra is not None and extra.overflow,
            item.id if self._free(team) else None,
        )
        lane = lanes.get(key)
        if lane is None:
            lane = self._new_lane(team, key, item)
            (
                _, _, lane.required, lane.scored, _, lane.preferred, lane.only, lane.restricted,
                lane.overflow, lane.item,
            ) = key  # fmt: skip
            lane.excluded = frozenset(excluded)
            lane.affine = lane.preferred is not None or only is not None
            lane.plain = not (required or excluded or lane.item)
        return lane

    def _free(self, team: TeamRecord) -> bool:
        """Whether a caller's policy asks about single items of this team."""
        return bool(self._eligibility) or hasattr(team.rule, "name")

    def _new_lane(self, team: TeamRecord, key: tuple[Any, ...], item: ItemRecord) -> Lane:
        lanes = team.lanes
        if len(lanes) > 64 and len(lanes) > 4 * len(team.waiting):
            for other in [k for k, lane in lanes.items() if not lane.count]:
                del lanes[other]
        self._lane_numbers += 1
        lane = lanes[key] = Lane(team, self._lane_numbers, item.weight, item.spec.channel)
        return lane

    def _place(self, item: ItemRecord, lane: Lane, key: Key | None = None) -> None:
        """Put a queued item into its lane; a lane that was empty is looked at."""
        if key is None:
            key = self._key_of(item)
            self._keys_made += 1
        item.key = key
        item.lane = lane
        entry = lane.entry
        if lane.only is not None or lane.restricted:
            self._restricted += 1
        lane.push(key)
        lane.team.queued += 1
        if entry is None or key < entry[0]:
            touch_waiting(lane.team, lane, key)
        if lane.count == 1 and not lane.dirty and not lane.team.manual:
            lane.dirty = True
            self._dirty_lanes.append(lane)

    def _unplace(self, item: ItemRecord) -> None:
        """Take an item out of its lane."""
        lane = item.lane
        if lane is None:
            return
        item.key = None
        item.lane = None
        lane.count -= 1
        lane.team.queued -= 1
        if len(lane.heap) > 2 * lane.count + 8:
            lane.compact(self._items)
        if lane.only is not None or lane.restricted:
            self._restricted -= 1
            for agent in lane.team.primary.values():
                if agent.secondary:
                    self._mark(agent)

    def _relane(self, item: ItemRecord) -> None:
        """Something the item needs, or its key, changed while it waits."""
        if item.state != QUEUED:
            return
        self._unplace(item)
        self._place(item, self._lane(item))

    def _rekey(self, item: ItemRecord) -> None:
        """Its key changed, its needs did not."""
        lane = item.lane
        if lane is None:
            return
        key = item.key = self._key_of(item)
        self._keys_made += 1
        lane.push(key)
        lane.count -= 1
        if len(lane.heap) > 2 * lane.count + 8:
            lane.compact(self._items)
        entry = lane.entry
        if entry is None or key < entry[0]:
            touch_waiting(lane.team, lane, key)

    def _rebuild(self, *, keys: bool = True) -> None:
        super()._rebuild(keys=keys)
        self._restricted = 0
        for team in self._teams.values():
            team.lanes = {}
            team.waiting = []
            team.queued = 0
        for item in self._items.values():
            item.lane = None
            if item.state == QUEUED:
                self._place(item, self._lane(item), None if keys else item.key)
            else:
                item.key = None
        for lane in self._dirty_lanes:
            lane.dirty = False
        self._dirty_lanes.clear()
        self._dirty_agents.clear()

    # --- marking -------------------------------------------------------------------------------

    def _mark(self, agent: AgentRecord) -> None:
        if not agent.dirty and agent.open and agent.load < agent.capacity:
            agent.dirty = True
            self._dirty_agents.append(agent)

    def _mark_lane(self, lane: Lane) -> None:
        if lane.count and not lane.dirty and not lane.team.manual:
            lane.dirty = True
            self._dirty_lanes.append(lane)

    def _mark_team(self, team: TeamRecord) -> None:
        """All that waits in the team is looked at again."""
        if team.queued:
            for lane in team.lanes.values():
                self._mark_lane(lane)

    def _gained(self, agent: AgentRecord) -> None:
        """The agent may be able to take something that he could not take before."""
        if agent.open and agent.load < agent.capacity:
            reg = agent.reg
            for index in agent.indices:
                index.pending[reg] = agent
            if not agent.dirty:
                for team in agent.teams:
                    if team.queued:
                        agent.dirty = True
                        self._dirty_agents.append(agent)
                        break

    def _lost(self, agent: AgentRecord) -> None:
        """The agent can take less than before: see the header for when that opens something."""
        if not self._restricted:
            return
        if agent.secondary:
            self._mark(agent)
        for team in agent.primary:
            if team.queued and team.rule == "primary_full":
                for lane in team.lanes.values():
                    if lane.affine:
                        self._mark_lane(lane)

    # --- who can take what ---------------------------------------------------------------------

    def _fits(self, agent: AgentRecord, lane: Lane) -> bool:
        """C4 for an open member who has the skills: exclusions, limits, callers' conditions."""
        weight = lane.weight
        if agent.load + weight > agent.capacity:
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
        """Whether a caller's eligibility policy stops the agent for the lane's only item."""
        for policy in self._eligibility:
            item = self._item_view(self._items[lane.item])  # type: ignore[index]  # asked for single items only
            try:
                if policy.obstacle(item, self._agent_view(agent)) is not None:
                    return True
            except Exception as error:
                error.add_note(
                    f"raised by the eligibility {policy.name!r} for item {item.id!r} "
                    f"and agent {agent.id!r}"
                )
                raise
        return False

    def _can_take(self, agent: AgentRecord, lane: Lane) -> bool:
        """Rule C4 for a member of the lane's team."""
        if not agent.open:
            return False
        for name, level in lane.required:
            if agent.skills.get(name, 0) < level:
                return False
        return self._fits(agent, lane)

    def _reserved(self, agent: AgentRecord, lane: Lane) -> bool:
        """F1, F2: whether the lane's items wait for somebody else's hands."""
        if lane.only is not None:
            return agent.id != lane.only
        if lane.restricted and agent.id != lane.preferred:
            waited_for = self._agents.get(lane.preferred)  # type: ignore[arg-type]  # restricted lanes have one
            return waited_for is not None and waited_for.presence == ACTIVE
        return False

    def _has_primary_work(self, agent: AgentRecord) -> bool:
        """Whether an item that he can_take is queued in one of his primary inboxes (D1)."""
        for team in agent.primary:
            if team.queued and not team.manual:
                for _, _, lane in team.waiting:
                    if lane.count and self._can_take(agent, lane):
                        return True
        return False

    def _may_help(self, agent: AgentRecord, lane: Lane) -> bool:
        """The team's secondary rule, for a secondary agent who can take the item (D1)."""
        team = lane.team
        rule = team.rule
        if rule == "primary_empty":
            if self._has_primary_work(agent):
                if self._blocked is not None:
                    self._blocked[agent.reg] = agent
                return False
            return True
        if rule == "primary_full":
            return self._first_primary(lane) is None
        if isinstance(rule, After):
            return lane.overflow or team.active_primary == 0
        item = self._item_view(self._items[lane.item])  # type: ignore[index]  # a policy's team has a lane per item
        try:
            return (
                rule.obstacle(item, self._agent_view(agent), self._team_view(team)) is None
            )
        except Exception as error:
            error.add_note(
                f"raised by the secondary rule {rule.name!r} for item {item.id!r} "
                f"and agent {agent.id!r}"
            )
            raise

    # --- choosing ------------------------------------------------------------------------------

    def _index(self, lane: Lane, tier: str) -> AgentIndex:
        """The agents of the lane's team and tier with its skills, made when first needed."""
        team = lane.team
        key = (tier, lane.required, lane.scored)
        index = team.indices.get(key)
        if index is None:
            members = team.primary if tier == PRIMARY else team.secondary
            required = lane.required
            able = [
                agent
                for _, agent in sorted(members.items())
                if all(agent.skills.get(name, 0) >= level for name, level in required)
            ]
            if len(team.indices) > 256:
                self._drop_indices(team)
            chooser = team.chooser
            # What must be scanned needs no order: it stands in registration order.
            entry = chooser.entry(lane.scored) if not chooser.scan else _BY_REGISTRATION
            index = AgentIndex(able, entry, cyclic=chooser.cyclic and not chooser.scan)
            team.indices[key] = index
        return index

    def _drop_indices(self, team: TeamRecord) -> None:
        """Forget the team's indices; they are made anew when needed."""
        for index in team.indices.values():
            index.dead = True
            for agent in index.members:
                agent.indices = [kept for kept in agent.indices if kept is not index]
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
        if index.pending:
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
                if lane.restricted and agent.presence == ACTIVE:
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
        elif index.pending:
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
            lambda: (self._item_view(item), self._agent_view(agent)),
        )

    def _first_item(self, lane: Lane) -> ItemRecord:
        head = lane.head(self._items)
        assert head is not None  # noqa: S101  # callers looked
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

    # --- the first item for an agent -----------------------------------------------------------

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
        """The first lane of a team that he is eligible for, if before a key; and whether he
        can take anything there at all."""
        waiting = team.waiting
        items = self._items
        position = 0
        found = False
        while position < len(waiting):
            entry = waiting[position]
            lane = entry[2]
            if lane.entry is not entry:
                del waiting[position]
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
                continue
            if before is not None and head > before and (found or helping):
                return None, found
            if self._can_take(agent, lane):
                found = True
                if not self._reserved(agent, lane) and (
                    not helping
                    or (not busy and team.rule == "primary_empty")
                    or self._may_help(agent, lane)
                ):
                    if before is not None and head > before:
                        return None, True
                    return lane, True
            position += 1
        return None, found

    # --- D3 ------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Give items to agents until no queued item has an eligible agent (D3)."""
        while True:
            if self._free_rules:
                self._mark_all()
            if self._dirty_lanes or len(self._dirty_agents) > 1:
                given = self._dispatch_many()
            elif self._dirty_agents:
                given = self._dispatch_one(self._dirty_agents.pop())
            else:
                return
            if not given and not self._dirty_lanes and not self._dirty_agents:
                return

    def _mark_all(self) -> None:
        """With policies of the caller's anything may have changed."""
        for team in self._teams.values():
            if team.queued and self._free(team):
                self._mark_team(team)
        for agent in self._agents.values():
            self._mark(agent)

    def _dispatch_one(self, agent: AgentRecord) -> bool:
        """One agent gained, nothing else: whatever he is eligible for, only he can be."""
        agent.dirty = False
        given = False
        while not self._dirty_lanes and not self._dirty_agents:
            lane = self._first_for(agent)
            if lane is None:
                return given
            head = lane.entry[0]  # type: ignore[index]  # _first_for mended it
            given = True
            self._give(self._items[head[-1]], self._alone(agent, lane))
            if self._free_rules:
                break
        self._mark(agent)
        return given

    def _dispatch_many(self) -> bool:
        """Several agents or lanes are dirty: a heap of what each would take first."""
        heap: list[tuple[Key, int, int, Any]] = []
        wanting: dict[Key, list[AgentRecord]] = {}
        self._blocked = {}
        given = False
        try:
            self._collect(heap, wanting)
            while heap:
                key, kind, _, subject = heappop(heap)
                lane = subject if kind == 0 else self._first_for(subject)
                if lane is None:
                    continue
                head = lane.head(self._items)
                if head is None:
                    continue
                if head is not key:
                    self._want(heap, wanting, head, kind, subject)
                    continue
                choice = self._choose(lane)
                if choice is None:
                    continue
                given = True
                self._give(self._items[head[-1]], choice)
                if kind == 0:
                    self._mark_lane(lane)
                else:
                    self._mark(subject)
                for agent in wanting.pop(key, ()):
                    self._mark(agent)
                for agent in self._blocked.values():
                    self._mark(agent)
                self._blocked.clear()
                if self._free_rules:
                    self._mark_all()
                self._collect(heap, wanting)
        finally:
            self._blocked = None
        return given

    def _collect(self, heap: list[Any], wanting: dict[Key, list[AgentRecord]]) -> None:
        """Move what is dirty into the heap of `_dispatch_many`."""
        for lane in self._dirty_lanes:
            lane.dirty = False
            head = lane.head(self._items)
            if head is not None:
                heappush(heap, (head, 0, lane.number, lane))
        self._dirty_lanes.clear()
        agents = self._dirty_agents
        while agents:
            agent = agents.pop()
            agent.dirty = False
            lane = self._first_for(agent)
            if lane is not None:
                self._want(heap, wanting, lane.entry[0], 1, agent)  # mended by _first_for

    def _want(
        self, heap: list[Any], wanting: dict[Key, list[AgentRecord]], head: Key, kind: int, who: Any
    ) -> None:
        heappush(heap, (head, kind, who.number if kind == 0 else who.reg, who))
        if kind == 1:
            wanting.setdefault(head, []).append(who)

    # --- giving --------------------------------------------------------------------------------

    def _give(self, item: ItemRecord, choice: Choice) -> None:
        """Dispatch gives a queued item to an agent, or offers it to him."""
        agent, tier, selection, key, runner_up = choice
        team = item.team
        if self._journal is not None:
            self._touch(item)
            self._touch(agent)
            self._touch(team)
        if item.lane is not None:
            self._unplace(item)
        extra = item.extra
        if extra is not None and (extra.stay_timers or extra.level):
            self._end_stay(item)
        now = self._clock
        agent.last = self._assign_seq = self._assign_seq + 1
        team.pointer = agent.reg
        seq = self._seq = self._seq + 1
        timeout = team.offer_timeout
        if timeout is None:
            item.state = ASSIGNED
            self._put_into(item, agent)
            self._out.append(
                Assigned(
                    seq, now, item.id, team.id, agent.id, tier, now - item.queued_at,
                    "dispatch", selection, key, runner_up,
                )  # fmt: skip
            )
        else:
            item.state = OFFERED
            self._put_into(item, agent)
            extra = item.more()
            extra.offer_tier = tier
            extra.expires_at = now + timeout
            extra.offer_timer = self._timers.add(extra.expires_at, "offer", item.id)
            self._out.append(
                Offered(
                    seq, now, item.id, team.id, agent.id, extra.expires_at, tier, selection,
                    key, runner_up,
                )  # fmt: skip
            )
        if self._rate is not None:
            self._count_gift(agent)

    # --- entering and leaving a queue ----------------------------------------------------------

    def _enqueue(self, item: ItemRecord) -> None:
        """The item enters its team's queue: a new stay."""
        now = self._clock
        item.state = QUEUED
        item.queued_at = now
        item.priority = item.spec.priority
        self._seq += 1
        self._out.append(
            Queued(self._seq, now, item.id, item.team.id, item.spec.priority, item.weight)
        )
        self._begin_stay(item)
        self._place(item, self._lane(item))

    def _leave_queue(self, item: ItemRecord) -> None:
        """The item leaves the queue other than by dispatch."""
        self._unplace(item)
        self._end_stay(item)

    def _begin_stay(self, item: ItemRecord) -> None:
        """Make the timers of a stay in the queue: those that lie in the future (reading 27)."""
        spec = item.spec
        team = item.team
        rule = team.rule
        ageing = self._settings.ageing
        affine = spec.preferred_agent is not None and spec.only_agent is None
        if not (spec.skills or affine or isinstance(rule, After) or ageing is not None):
            if item.extra is not None:
                item.extra.restricted = item.extra.overflow = False
                item.extra.relaxed = ()
                item.extra.level = 0
            return
        now = self._clock
        since = item.queued_at
        add = self._timers.add
        relaxed: list[str] = []
        stay: dict[str, int] = {}
        for name, need in spec.skills.items():
            if need.relax_after is not None:
                due = since + need.relax_after
                if due <= now:
                    relaxed.append(name)
                else:
                    stay["relax " + name] = add(due, "relax", item.id, name)
        restricted = False
        if affine and spec.affinity_wait:
            due = since + spec.affinity_wait
            if due > now:
                restricted = True
                stay["affinity"] = add(due, "affinity", item.id)
        overflow = False
        if isinstance(rule, After):
            due = since + rule.after
            overflow = due <= now
            if not overflow:
                stay["overflow"] = add(due, "overflow", item.id)
        extra = item.extra
        if extra is None and (stay or relaxed or overflow):
            extra = item.more()
        if extra is not None:
            extra.relaxed = tuple(relaxed)
            extra.restricted = restricted
            extra.overflow = overflow
            extra.stay_timers = stay
            extra.level = 0
        if ageing is not None and spec.priority > ageing.to:
            self._arm_ageing(item)

    def _age(self, item: ItemRecord) -> None:
        """Set the effective priority for now (Q4)."""
        ageing = self._settings.ageing
        assert ageing is not None  # noqa: S101  # callers looked
        extra = item.more()
        own = item.spec.priority
        level = extra.level
        while own - level > ageing.to and item.queued_at + ageing.every * (level + 1) <= self._clock:
            level += 1
        extra.level = level
        item.priority = own - level

    def _arm_ageing(self, item: ItemRecord) -> None:
        """Set the effective priority for now, and the timer of the next step."""
        self._age(item)
        ageing = self._settings.ageing
        assert ageing is not None  # noqa: S101  # callers looked
        if item.priority > ageing.to:
            extra = item.more()
            due = item.queued_at + ageing.every * (extra.level + 1)
            extra.stay_timers["ageing"] = self._timers.add(due, "ageing", item.id)

    def _age_now(self, item: str) -> None:
        record = self._items[item]
        self._touch(record)
        self._age(record)
        self._rekey(record)

    def _end_stay(self, item: ItemRecord) -> None:
        extra = item.extra
        if extra is not None:
            for number in extra.stay_timers.values():
                self._timers.cancel(number)
            extra.stay_timers = {}
            extra.level = 0
            extra.relaxed = ()
            extra.restricted = extra.overflow = False
        item.priority = item.spec.priority

    def _renew_stay(self, item: ItemRecord) -> None:
        """Re-arm the timers of a stay after a change of the item or the configuration (31)."""
        self._touch(item)
        extra = item.extra
        old = {} if extra is None else dict(extra.stay_timers)
        due = {what: self._timers.due_of(number) for what, number in old.items()}
        item.priority = item.spec.priority
        if extra is not None:
            extra.stay_timers = {}
        self._begin_stay(item)
        extra = item.extra
        if extra is None:
            return
        for what, number in old.items():
            fresh = extra.stay_timers.get(what)
            if fresh and self._timers.due_of(fresh) == due[what]:
                self._timers.cancel(fresh)
                extra.stay_timers[what] = number  # its due is the same: it stays as it is
            else:
                self._timers.cancel(number)

    def _on_relax(self, item: str, skill: str) -> None:
        record = self._items[item]
        self._touch(record)
        extra = record.more()
        extra.stay_timers.pop("relax " + skill, None)
        extra.relaxed = (*extra.relaxed, skill)
        self._relane(record)

    def _on_affinity(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        self._unplace(record)
        extra = record.more()
        extra.stay_timers.pop("affinity", None)
        extra.restricted = False
        self._place(record, self._lane(record))

    def _on_overflow(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        extra = record.more()
        extra.stay_timers.pop("overflow", None)
        extra.overflow = True
        self._relane(record)

    def _on_ageing(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        record.more().stay_timers.pop("ageing", None)
        self._arm_ageing(record)  # its key was made anew when the instant came

    # --- the assignment rate (C6) --------------------------------------------------------------

    def _count_gift(self, agent: AgentRecord) -> None:
        agent.given.append(self._clock)
        self._arm_rate(agent)

    def _arm_rate(self, agent: AgentRecord) -> None:
        """Whether C6 stops him now, and the timer for when it no longer does."""
        self._touch(agent)
        rate = self._rate
        now = self._clock
        due: float | None = None
        if rate is not None:
            given = agent.given
            while given and given[0] + rate.per <= now:
                given.popleft()
            if agent.presence == ACTIVE and len(given) >= rate.items:
                due = given[-rate.items] + rate.per
                ramp = self._settings.ramp_in
                if ramp is not None:
                    due = min(due, agent.active_since + ramp)
                if due <= now:
                    due = None
        if agent.rate_timer and (due is None or self._timers.due_of(agent.rate_timer) != due):
            self._timers.cancel(agent.rate_timer)
            agent.rate_timer = 0
        if due is not None and not agent.rate_timer:
            agent.rate_timer = self._timers.add(due, "rate", agent.id)
        stopped = due is not None
        if stopped != agent.stopped:
            agent.stopped = stopped
            agent.stamp += 1
            agent.open = agent.presence == ACTIVE and not stopped
            if stopped:
                self._lost(agent)
            else:
                self._gained(agent)

    def _on_rate(self, agent: str, _: Any) -> None:
        record = self._agents[agent]
        self._touch(record)
        record.rate_timer = 0
        self._arm_rate(record)
        self._gained(record)


def _BY_REGISTRATION(agent: AgentRecord) -> Key:  # noqa: N802  # a constant that is a function
    return (agent.reg, agent.stamp, agent)


Dispatching._HANDLERS.update(  # noqa: SLF001  # the layer fills its own table
    {
        "relax": Dispatching._on_relax,  # noqa: SLF001
        "affinity": Dispatching._on_affinity,  # noqa: SLF001
        "overflow": Dispatching._on_overflow,  # noqa: SLF001
        "ageing": Dispatching._on_ageing,  # noqa: SLF001
        "rate": Dispatching._on_rate,  # noqa: SLF001
    }
)
