"""Items in their lanes, and the timers of a stay in the queue (Q4, K2, D1 `after`, F1).

A lane that was empty, or whose items gained, is marked dirty; so is an agent who gained. What dirty
means for rule D3 stands in `_dispatching`.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from assignwork.dispatcher._holding import Holding
from assignwork.dispatcher._making import Queued
from assignwork.dispatcher._queue import LONG, Key, Lane, touch_waiting
from assignwork.dispatcher._state import QUEUED, AgentRecord, ItemRecord, TeamRecord
from assignwork.model import After

if TYPE_CHECKING:
    from collections.abc import Mapping

_MANY_LANES = 64  # of a team, above which empty ones are dropped now and then


class Lanes(Holding):
    """Queues, stays and dirty marks."""

    __slots__ = ()

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
        scored: tuple[str, ...] = ()
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
            self._deadline(item),
        )
        lane = lanes.get(key)
        if lane is None:
            lane = self._new_lane(team, key, item)
            (
                _, _, lane.required, lane.scored, _, lane.preferred, lane.only, lane.restricted,
                lane.overflow, lane.item, lane.deadline,
            ) = key  # fmt: skip
            lane.excluded = frozenset(excluded)
            lane.affine = lane.preferred is not None or only is not None
            lane.plain = lane.plain and not (required or excluded or lane.item)
        return lane

    def _deadline(self, item: ItemRecord) -> float:
        """Until when it waits for its preferred agent if he is due on shift (reading 58)."""
        extra = item.extra
        if extra is None or not extra.restricted:
            return -inf
        agent = self._agents.get(item.spec.preferred_agent or "")
        wait = item.spec.affinity_wait
        if agent is None or agent.plan is None or wait is None:
            return -inf
        return item.queued_at + wait

    def _free(self, team: TeamRecord) -> bool:
        """Whether a caller's policy asks about single items of this team."""
        return bool(self._eligibility) or hasattr(team.rule, "name")

    def _new_lane(self, team: TeamRecord, key: tuple[Any, ...], item: ItemRecord) -> Lane:
        lanes = team.lanes
        if len(lanes) > _MANY_LANES and len(lanes) > 4 * len(team.waiting):
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
            self._mark_helpers(lane.team.primary)

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

    def _mark_helpers(self, agents: Mapping[int, AgentRecord]) -> None:
        """Those who may help in another team now."""
        for agent in agents.values():
            if agent.secondary:
                self._mark(agent)

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
            for gains in agent.gains:
                noted = gains.agents
                noted.append(agent)
                if len(noted) > LONG:
                    gains.begin_anew()
                if gains.team.queued and not agent.dirty:
                    agent.dirty = True
                    self._dirty_agents.append(agent)

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

    # --- stays ---------------------------------------------------------------------------------

    def _enqueue(self, item: ItemRecord) -> None:
        """The item enters its team's queue: a new stay."""
        now = self._clock
        item.state = QUEUED
        item.queued_at = now
        item.priority = item.own
        self._emit_queued(item)
        self._begin_stay(item)
        self._place(item, self._lane(item))

    def _emit_queued(self, item: ItemRecord) -> None:
        self._seq += 1
        self._out.append(
            Queued(
                self._seq,
                self._clock,
                item.id,
                item.team.id,
                item.own,
                item.weight,
                item.decided_by,
                item.spec.category,
            )
        )

    def _leave_queue(self, item: ItemRecord) -> None:
        """The item leaves the queue other than by dispatch."""
        self._unplace(item)
        self._end_stay(item)

    def _begin_stay(self, item: ItemRecord) -> None:
        """Make the timers of a stay in the queue: those that lie in the future (reading 27)."""
        spec = item.spec
        if spec.skills or spec.affinity_wait or item.team.stays or item.extra is not None:
            self._begin_waits(item)
        ageing = self._settings.ageing
        if ageing is not None and item.own > ageing.to:
            self._arm_ageing(item)

    def _begin_waits(self, item: ItemRecord) -> None:
        """The part of `_begin_stay` that says which lane the item waits in."""
        spec = item.spec
        rule = item.team.rule
        affine = spec.preferred_agent is not None and spec.only_agent is None
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

    def _age(self, item: ItemRecord) -> None:
        """Set the effective priority for now (Q4)."""
        ageing = self._settings.ageing
        if ageing is None:
            return
        extra = item.more()
        own = item.own
        level = extra.level
        while (
            own - level > ageing.to and item.queued_at + ageing.every * (level + 1) <= self._clock
        ):
            level += 1
        extra.level = level
        item.priority = own - level

    def _arm_ageing(self, item: ItemRecord) -> None:
        """Set the effective priority for now, and the timer of the next step."""
        self._age(item)
        ageing = self._settings.ageing
        if ageing is not None and item.priority > ageing.to:
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
        item.priority = item.own

    def _renew_stay(self, item: ItemRecord) -> None:
        """Re-arm the timers of a stay after a change of the item or the configuration (31)."""
        self._touch(item)
        extra = item.extra
        old = {} if extra is None else dict(extra.stay_timers)
        due = {what: self._timers.due_of(number) for what, number in old.items()}
        item.priority = item.own
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


Lanes._HANDLERS.update(
    {
        "relax": Lanes._on_relax,
        "affinity": Lanes._on_affinity,
        "overflow": Lanes._on_overflow,
        "ageing": Lanes._on_ageing,
    }
)
