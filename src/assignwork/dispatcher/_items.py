"""The commands on items: submit, close, update (S)."""

from __future__ import annotations

from heapq import heappush
from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork._codec import plain
from assignwork.dispatcher._care import Care
from assignwork.dispatcher._catalog import Catalog
from assignwork.dispatcher._changes import changed
from assignwork.dispatcher._clocks import LOOK, MATCH_PATH, MATCH_PROTOCOL
from assignwork.dispatcher._making import Closed, Queued
from assignwork.dispatcher._queue import touch_waiting
from assignwork.dispatcher._state import (
    ASSIGNED,
    CLOSED,
    HELD,
    OFFERED,
    PRIMARY,
    QUEUED,
    SECONDARY,
    SNOOZED,
    ItemRecord,
)
from assignwork.events import Event, ItemUpdated
from assignwork.model import WorkItem
from assignwork.model.priorities import DEFAULT_PRIORITY, FACTORS

PRICED = frozenset({"priority", *FACTORS})
"""What an own priority is decided by."""
FIXED_ITEM_FIELDS = ("id", "team", "created_at", "catalog")


class ItemCommands(Catalog):
    """Commands on items."""

    __slots__ = ()

    # --- entering ------------------------------------------------------------------------------

    def submit(self, item: WorkItem, *, now: Any) -> tuple[Event, ...]:
        """A new item enters its team's queue, and goes on to an agent if one is eligible.

        Parameters
        ----------
        item : WorkItem
        now : instant
            POSIX seconds, or an aware datetime.

        Raises
        ------
        DuplicateItemError, UnknownTeamError, UnknownAgentError, ClockRegressionError

        Examples
        --------
        >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
        >>> desk = Dispatcher(Workspace([Team("billing")], [Agent("ana", primary=["billing"])]))
        >>> [event.kind for event in desk.submit(WorkItem("t-1", team="billing"), now=0.0)]
        ['queued', 'assigned']
        """
        heap = self._timers.heap
        if (
            type(now) is not float
            or not self._clock <= now <= f.LAST_INSTANT
            or (heap and heap[0][0] <= now)
        ):
            now = self._enter(now)
        if type(item) is not WorkItem:
            f.refuse("item", item, "a WorkItem")
        name = item.id
        items = self._items
        if name in items or name in self._closed:
            raise errors.DuplicateItemError(
                f"item {name!r} was submitted before",
                value=name,
                remedy="give it an id of its own, or reopen the old one",
            )
        entry = None
        if item.catalog is not None:
            item, entry = self._settled(item)
        team = self._teams.get(item.team)
        if team is None:
            team = self._team(item.team)
        if item.only_agent is not None:
            self._agent(item.only_agent)
        given = item.priority
        if type(given) is int:
            own = given
            decided_by = "given"
        elif given is None and entry is None and self._settings.priority_criteria is None:
            own = DEFAULT_PRIORITY
            decided_by = "default"
        else:
            own, decided_by = self._priority_of(item, entry, "item.priority")
        if self._guarded or not self._started:
            self._begin(now)
        else:
            self._clock = now
        number = self._item_seq = self._item_seq + 1
        created_at = item.created_at
        if created_at is None or created_at > now:
            created_at = now
        record = ItemRecord(item, number, team, created_at, now, own, decided_by)
        if entry is not None:
            self._put(items, name, record)
            return self._submit_by_catalog(record, entry)
        seq = self._seq = self._seq + 1
        queued = Queued(seq, now, name, item.team, own, item.weight, decided_by, item.category)
        self._out.append(queued)
        if self._guarded:
            self._put(items, name, record)
            self._begin_stay(record)
            self._place(record, self._lane(record))
            self._begin_care(record)
            return self._finish()
        items[name] = record
        # What follows is `_begin_stay`, `_place` and rule D3, short for an item without wishes.
        lane = None
        if item.skills or item.affinity_wait or team.stays:
            self._begin_waits(record)
        elif not item.preferred_skills and item.preferred_agent is None and item.only_agent is None:
            lane = team.lanes.get((item.weight, item.channel))
        ageing = self._settings.ageing
        if self._book.active:
            if ageing is not None and own > ageing.to:
                self._arm_ageing(record)
            ageing = None  # it is armed: before the clocks, as the rest of the stay
            self._begin_care(record)
            if record.lane is not None or record.state != QUEUED:
                return self._finish()  # a step of its path has moved it already
        if lane is None:
            lane = self._lane(record)
        choice = None
        if not (lane.count or team.manual):
            # The lane is empty: only this item is new, so it need not wait to be found.
            if lane.affine or team.chooser.scan:
                choice = self._choose(lane, record)
            else:
                self._choices += 1
                choice = self._walk(lane, PRIMARY) or (
                    self._walk(lane, SECONDARY) if team.secondary else None
                )
        if choice is not None:
            self._give(record, choice)
        else:
            if ageing is not None and own > ageing.to:
                self._arm_ageing(record)
            if lane.count and not lane.affine:
                # Nobody can take what waits there, so nobody can take this one.
                key = record.key = self._key_of(record)
                self._keys_made += 1
                record.lane = lane
                waiting = lane.heap
                if lane.sorted and key > waiting[-1]:
                    waiting.append(key)
                else:
                    lane.sorted = False
                    heappush(waiting, key)
                    if waiting[0] is key:
                        touch_waiting(team, lane, key)
                lane.count += 1
                team.queued += 1
            else:
                clean = not lane.dirty
                self._place(record, lane)
                if clean and lane.dirty:  # it was looked at above
                    self._dirty_lanes.pop()
                    lane.dirty = False
        if self._validating or self._dirty_agents or self._dirty_lanes:
            return self._finish()
        out = self._out
        if len(out) == 1:
            out.clear()
            return (queued,)
        events = tuple(out)
        out.clear()
        return events

    # --- the end, and back ---------------------------------------------------------------------

    def close(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """The item is done, whoever holds it; its agent is free for other work.

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        heap = self._timers.heap
        if (
            type(now) is not float
            or not self._clock <= now <= f.LAST_INSTANT
            or (heap and heap[0][0] <= now)
        ):
            now = self._enter(now)
        record = self._items.get(item) if type(item) is str else None
        if record is None:
            record = self._item(item, "close")
        if self._guarded or not self._started:
            self._begin(now)
            self._touch(record)
        else:
            self._clock = now
        self._close(record)
        if self._guarded or self._validating or self._dirty_agents or self._dirty_lanes:
            return self._finish()
        events = tuple(self._out)
        self._out.clear()
        return events

    def _close(self, record: ItemRecord) -> None:
        """The item is done: by a command, or because an approval was refused."""
        state = record.state
        owner = None
        if state == ASSIGNED or state == SNOOZED:
            owner = record.agent
            if owner is not None:
                self._take_from(record)
        elif state == QUEUED:
            self._unplace(record)
        elif state == OFFERED:
            self._end_offer(record, "withdrawn")
        elif state == HELD:
            record.cared().refused = True
        if record.extra is not None:
            self._forget_timers(record)
        if owner is not None:
            last: str | None = owner.id
        else:
            last = record.last_owner
        care = record.care
        entry = (
            record.spec,
            record.seq,
            record.team.id,
            last,
            record.created_at,
            record.own,
            record.decided_by,
            record.answered,
            care,
        )
        item = record.id
        if self._journal is None:
            del self._items[item]
            self._closed[item] = entry
        else:
            self._pop(self._items, item)
            self._put(self._closed, item, entry)
        record.state = CLOSED
        self._seq += 1
        self._out.append(Closed(self._seq, self._clock, item, None if owner is None else owner.id))
        if care is not None:
            self._end_care(record, care)

    def _end_care(self, record: ItemRecord, care: Care) -> None:
        """What was promised for an item that closes comes to its end."""
        self._close_clocks(record)
        if care.path is not None:
            self._leave_path(record, care, "closed")
        care.finished = None
        self._forget_acknowledgement(care)
        care.handed_from = None
        care.approvals = ()
        self._close_protocol(record)

    def _forget_timers(self, item: ItemRecord) -> None:
        """Cancel all of an item's timers: it closes."""
        extra = item.extra
        assert extra is not None  # callers looked
        for number in extra.stay_timers.values():
            self._timers.cancel(number)
        for number in extra.excluded.values():
            self._timers.cancel(number)
        if extra.snooze_timer:
            self._timers.cancel(extra.snooze_timer)
        item.extra = None

    # --- changing ------------------------------------------------------------------------------

    def update_item(self, item: str, *, now: Any, **changes: Any) -> tuple[Event, ...]:
        """Change fields of an open item; its id, team and created_at stay.

        Raises
        ------
        UnknownItemError, UnknownAgentError, InvalidTransitionError, ConfigurationError

        Examples
        --------
        >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
        >>> desk = Dispatcher(Workspace([Team("billing")]))
        >>> _ = desk.submit(WorkItem("t-1", team="billing"), now=0.0)
        >>> desk.update_item("t-1", priority=1, now=5.0)
        (ItemUpdated(seq=2, at=5.0, item='t-1', changes={'priority': 1}, priority=1),)
        """
        now = self._enter(now)
        record = self._item(item, "update_item")
        if not changes:
            f.refuse("changes", {}, "an object with at least one field to change")
        before = record.spec
        spec = changed(before, changes, FIXED_ITEM_FIELDS, "an item")
        if spec.only_agent is not None and spec.only_agent != before.only_agent:
            self._agent(spec.only_agent)
        entry = None if record.care is None else record.care.entry
        own, decided_by = record.own, record.decided_by
        if not PRICED.isdisjoint(changes):
            own, decided_by = self._priority_of(spec, entry, "changes.priority")
        self._begin(now)
        self._touch(record)
        agent = record.agent
        if agent is not None:
            self._touch(agent)
            self._tally(agent, record, -record.counted)
        raised = own != record.own
        record.spec = spec
        record.weight = spec.weight
        record.own = own
        record.decided_by = decided_by
        if record.care is None:
            record.due = spec.due_at
        if agent is not None:
            self._tally(agent, record, record.counted)
            self._weigh(record)
            if agent.tally is not None:
                self._gained(agent)
                self._lost(agent)
        self._seq += 1
        shown = {name: plain(getattr(spec, name)) for name in changes}
        self._out.append(ItemUpdated(self._seq, now, item, shown, own))
        care = record.care
        if self._book.active or care is not None:
            if raised or spec.tags != before.tags:
                self._rematch_clocks(record)
            self._refresh_due(record)
            if record.state != HELD:
                match = raised or spec.tags != before.tags or spec.category != before.category
                self._note(record, LOOK | (match and MATCH_PATH) | (raised and MATCH_PROTOCOL))
        if record.state == QUEUED:
            self._unplace(record)
            self._renew_stay(record)
            self._place(record, self._lane(record))
        else:
            record.priority = own
        return self._finish()
