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

from assignwork.dispatcher._care import Care
from assignwork.dispatcher._choosing import Choice, Choosing
from assignwork.dispatcher._making import Assigned, Offered
from assignwork.dispatcher._queue import Key
from assignwork.dispatcher._state import ACTIVE, ASSIGNED, OFFERED, AgentRecord, ItemRecord
from assignwork.events import Handoff


class Dispatching(Choosing):
    """The dispatch loop, gifts, and the assignment rate."""

    __slots__ = ()

    # --- D3 ------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Give items to agents until no queued item has an eligible agent (D3)."""
        if not self._guarded:
            self._dispatch_dirty()
            return
        self._shown = {}
        try:
            self._dispatch_dirty()
        finally:
            self._shown = None

    def _dispatch_dirty(self) -> None:
        while True:
            if self._free_rules:
                self._mark_changed()
            if self._dirty_lanes or len(self._dirty_agents) > 1:
                given = self._dispatch_many()
            elif self._dirty_agents:
                given = self._dispatch_one(self._dirty_agents.pop())
            else:
                return
            if not given and not self._dirty_lanes and not self._dirty_agents:
                return

    def _mark_changed(self) -> None:
        """With policies of the caller's, any change of a view may make somebody eligible.

        An eligibility sees an item and an agent, so what neither changed is not looked at again; a
        secondary rule sees the team too, whose view changes with every item. A change may stop
        somebody as well, for whom others wait where an item waits for one alone (F1, F2).
        """
        items = self._items
        ruled = False
        for team in self._teams.values():
            if not team.queued or not self._free(team):
                continue
            if hasattr(team.rule, "name"):
                ruled = True
                self._mark_team(team)
                continue
            for lane in team.lanes.values():
                key = items[lane.item].key if lane.count else None  # type: ignore[index]  # a lane per item
                if key is not lane.seen:
                    lane.seen = key
                    self._mark_lane(lane)
                    if lane.restricted or lane.only is not None:
                        self._mark_helpers(team.primary)
        for agent in self._agents.values():
            if ruled or agent.stamp != agent.seen:
                agent.seen = agent.stamp
                self._mark(agent)
                if self._restricted:
                    for team in agent.primary:
                        self._mark_helpers(team.secondary)

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
            if agent.load >= agent.capacity:
                return True  # nothing more for him
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
                    self._mark_changed()
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
                self._want(heap, wanting, lane.entry[0], 1, agent)  # type: ignore[index]  # _first_for mended it

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
                    seq,
                    now,
                    item.id,
                    team.id,
                    agent.id,
                    tier,
                    now - item.queued_at,
                    "dispatch",
                    selection,
                    key,
                    runner_up,
                )
            )
            if item.care is not None:
                self._hand_over(item, item.care, agent)
        else:
            item.state = OFFERED
            self._put_into(item, agent)
            extra = item.more()
            extra.offer_tier = tier
            extra.expires_at = now + timeout
            extra.offer_timer = self._timers.add(extra.expires_at, "offer", item.id)
            self._out.append(
                Offered(
                    seq,
                    now,
                    item.id,
                    team.id,
                    agent.id,
                    extra.expires_at,
                    tier,
                    selection,
                    key,
                    runner_up,
                )
            )
        if self._rate is not None:
            self._count_gift(agent)

    def _hand_over(self, item: ItemRecord, care: Care, agent: AgentRecord) -> None:
        """What somebody left at his shift's end has found its next owner (T4, reading 55)."""
        left_by = care.handed_from
        care.handed_from = None
        if left_by is not None and left_by != agent.id:
            self._seq += 1
            self._out.append(
                Handoff(
                    self._seq,
                    self._clock,
                    item.id,
                    item.team.id,
                    left_by,
                    agent.id,
                    self._clock - item.created_at,
                )
            )

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
            agent.open = self._is_open(agent)
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


Dispatching._HANDLERS["rate"] = Dispatching._on_rate
