"""The commands on items: S, M, and the life of offers (O)."""

from __future__ import annotations

from heapq import heappush
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork import errors
from assignwork._codec import plain
from assignwork.dispatcher._dispatching import Dispatching
from assignwork.dispatcher._making import Assigned, Closed, OfferEnded, Queued, Replied
from assignwork.dispatcher._queue import touch_waiting
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    AWAY_REASSIGN,
    CLOSED,
    OFFERED,
    PRIMARY,
    QUEUED,
    SECONDARY,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)
from assignwork.events import (
    Event,
    ItemUpdated,
    Released,
    Reopened,
    Snoozed,
    Transferred,
    Woken,
)
from assignwork.model import WorkItem
from assignwork.policies.ordering import NEVER

FIXED_ITEM_FIELDS = ("id", "team", "created_at")


class ItemCommands(Dispatching):
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
        if type(now) is not float or not self._clock <= now < NEVER or self._timers.heap:
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
        team = self._teams.get(item.team)
        if team is None:
            team = self._team(item.team)
        if item.only_agent is not None:
            self._agent(item.only_agent)
        if self._guarded or not self._started:
            self._begin(now)
        else:
            self._clock = now
        number = self._item_seq = self._item_seq + 1
        created_at = item.created_at
        if created_at is None or created_at > now:
            created_at = now
        record = ItemRecord(item, number, team, created_at, now)
        seq = self._seq = self._seq + 1
        queued = Queued(seq, now, name, item.team, item.priority, item.weight)
        self._out.append(queued)
        if self._guarded:
            self._put(items, name, record)
            self._begin_stay(record)
            self._place(record, self._lane(record))
            return self._finish()
        items[name] = record
        # What follows is `_begin_stay`, `_place` and rule D3, short for an item without wishes.
        lane = None
        if (
            item.skills
            or item.preferred_agent is not None
            or item.only_agent is not None
            or team.stays
        ):
            self._begin_stay(record)
            lane = self._lane(record)
        elif not item.preferred_skills:
            lane = team.lanes.get((item.weight, item.channel))
        if lane is None:
            lane = self._lane(record)
        if lane.count and not lane.affine:
            # Nobody can take what waits there, so nobody can take this one.
            key = record.key = self._key_of(record)
            self._keys_made += 1
            record.lane = lane
            heap = lane.heap
            if lane.sorted and key > heap[-1]:
                heap.append(key)
            else:
                lane.sorted = False
                heappush(heap, key)
                if heap[0] is key:
                    touch_waiting(team, lane, key)
            lane.count += 1
            team.queued += 1
        elif lane.count or team.manual:
            self._place(record, lane)
        else:
            # The lane is empty: only this item is new, so it need not wait to be found.
            if lane.affine or team.chooser.scan:
                choice = self._choose(lane, record)
            else:
                self._choices += 1
                choice = self._walk(lane, PRIMARY) or (
                    self._walk(lane, SECONDARY) if team.secondary else None
                )
            if choice is None:
                self._place(record, lane)
                self._dirty_lanes.pop()
                lane.dirty = False
            else:
                self._give(record, choice)
        if self._validating or self._dirty_agents or self._dirty_lanes:
            return self._finish()
        out = self._out
        if len(out) == 1:
            out.clear()
            return (queued,)
        events = tuple(out)
        out.clear()
        return events

    # --- by hand -------------------------------------------------------------------------------

    def assign(
        self, item: str, agent: str, *, strict: bool | None = None, now: Any
    ) -> tuple[Event, ...]:
        """By hand, to any agent that exists (M1); the event says which conditions do not hold.

        Parameters
        ----------
        strict : bool, optional
            Whether such conditions are errors; None: as the workspace says.

        Raises
        ------
        UnknownItemError, UnknownAgentError, InvalidTransitionError
        NotActiveError, NotMemberError, CapacityExceededError
            Only when strict.
        """
        now = self._enter(now)
        record = self._item(item, "assign")
        self._expect(record, "assign")
        to = self._agent(agent)
        if record.agent is to and record.state != OFFERED:
            self._begin(now)
            return self._finish()
        flags = []
        if to.presence != ACTIVE:
            flags.append("not_active")
        if record.team.id not in to.membership:
            flags.append("not_member")
        broken = self._broken_limit(to, record)
        if broken is not None:
            flags.insert(0, "over_capacity")
        if strict if strict is not None else self._settings.strict:
            self._refuse_strict(record, to, broken)
        self._begin(now)
        self._touch(record)
        waited = 0.0
        if record.state == QUEUED or record.state == OFFERED:
            waited = now - record.queued_at
        if record.state == QUEUED:
            self._leave_queue(record)
        elif record.state == OFFERED:
            self._end_offer(record, "withdrawn")
        elif record.state == ASSIGNED:
            owner = record.agent
            assert owner is not None  # noqa: S101  # an assigned item has one
            self._take_from(record)
            self._emit_released(record, owner, "hand")
        elif record.state == SNOOZED:
            self._end_snooze(record)
            self._take_from(record)
        self._clear_exclusions(record)
        self._assign_seq += 1
        self._touch(to)
        to.last = self._assign_seq
        record.state = ASSIGNED
        self._put_into(record, to)
        self._seq += 1
        self._out.append(
            Assigned(
                self._seq, now, record.id, record.team.id, to.id, "manual", waited, "hand", "hand",
                (), None, tuple(flags),
            )  # fmt: skip
        )
        return self._finish()

    def _refuse_strict(self, item: ItemRecord, agent: AgentRecord, broken: str | None) -> None:
        if agent.presence != ACTIVE:
            raise errors.NotActiveError(
                f"agent {agent.id!r} is {agent.presence}",
                value=agent.presence,
                limit="active",
                remedy="wait until he is back, choose another, or pass strict=False",
            )
        if item.team.id not in agent.membership:
            raise errors.NotMemberError(
                f"agent {agent.id!r} is no member of team {item.team.id!r}",
                value=item.team.id,
                limit=", ".join(agent.membership) or None,
                remedy="make the team one of his, choose another, or pass strict=False",
            )
        if broken is not None:
            raise errors.CapacityExceededError(
                f"agent {agent.id!r} cannot take item {item.id!r}: {broken}",
                value=item.weight,
                limit=broken,
                remedy="raise the limit, release an item, or pass strict=False",
            )

    def _broken_limit(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        """The first limit of C3 that this item would break, with numbers; itself not counted.

        Counted from what he holds: for the rare questions (by hand, wake, explain).
        """
        weight = item.weight
        team = item.team
        channel = item.spec.channel
        total = of_team = on_channel = helping = 0
        for held in agent.items.values():
            if held is not item and held.counted:
                total += held.counted
                if held.team is team:
                    of_team += held.counted
                if channel is not None and held.spec.channel == channel:
                    on_channel += held.counted
                if agent.membership.get(held.team.id) == SECONDARY:
                    helping += held.counted
        if total + weight > agent.capacity:
            return f"load {total} + {weight} > capacity {agent.capacity}"
        limit = team.spec.agent_limit
        if limit is not None and of_team + weight > limit:
            return f"load from {team.id} {of_team} + {weight} > agent_limit {limit}"
        limit = None if channel is None else agent.spec.channel_limits.get(channel)
        if limit is not None and on_channel + weight > limit:
            return f"load on {channel} {on_channel} + {weight} > channel limit {limit}"
        limit = agent.spec.secondary_limit
        if (
            limit is not None
            and agent.membership.get(team.id) == SECONDARY
            and helping + weight > limit
        ):
            return f"load from secondary inboxes {helping} + {weight} > secondary_limit {limit}"
        return None

    def release(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """Back to its team's queue; the agent is not excluded (M2).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "release")
        self._expect(record, "release")
        self._begin(now)
        self._release(record, "hand")
        return self._finish()

    def _release(self, item: ItemRecord, why: str) -> None:
        """An assigned item goes back to its team's queue."""
        owner = item.agent
        assert owner is not None  # noqa: S101  # an assigned item has one
        self._touch(item)
        self._take_from(item)
        self._emit_released(item, owner, why)
        self._enqueue(item)

    def _emit_released(self, item: ItemRecord, owner: AgentRecord, why: str) -> None:
        item.last_owner = owner.id
        self._seq += 1
        self._out.append(Released(self._seq, self._clock, item.id, item.team.id, owner.id, why))

    def transfer(
        self, item: str, team: str, *, keep_agent: bool = False, now: Any
    ) -> tuple[Event, ...]:
        """To another team's queue; the owner is removed unless `keep_agent` (M2).

        Raises
        ------
        UnknownItemError, UnknownTeamError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "transfer")
        self._expect(record, "transfer")
        to = self._team(team)
        f.flag(keep_agent, "keep_agent")
        self._begin(now)
        self._transfer(record, to, keep_agent=keep_agent)
        return self._finish()

    def _transfer(self, item: ItemRecord, to: Any, *, keep_agent: bool) -> None:
        self._touch(item)
        state = item.state
        owner = item.agent if state != OFFERED else None
        keeps = keep_agent and owner is not None
        if state == QUEUED:
            self._leave_queue(item)
        agent = item.agent
        if agent is not None:
            self._touch(agent)
            self._tally(agent, item, -item.counted)
        from_team = item.team
        item.team = to
        if agent is not None:
            self._tally(agent, item, item.counted)
            if agent.tally is not None:
                self._gained(agent)  # a limit of the old team may be free now
                self._lost(agent)
        self._seq += 1
        self._out.append(
            Transferred(
                self._seq, self._clock, item.id, from_team.id, to.id,
                owner.id if keeps and owner is not None else None,
            )  # fmt: skip
        )
        if keeps:
            return
        if state == OFFERED:
            self._end_offer(item, "withdrawn")
        elif owner is not None:
            self._take_from(item)
            item.last_owner = owner.id
            if state == ASSIGNED:
                self._emit_released(item, owner, "transfer")
        if state != SNOOZED:
            self._enqueue(item)

    def pull(self, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent takes the first item that he is eligible for, manual inboxes included (M3).

        Nothing happens if there is none.

        Raises
        ------
        UnknownAgentError
        """
        now = self._enter(now)
        puller = self._agent(agent)
        self._begin(now)
        lane = self._first_for(puller, manual=True)
        if lane is not None:
            item = self._first_item(lane)
            self._touch(item)
            self._leave_queue(item)
            self._assign_seq += 1
            self._touch(puller)
            puller.last = self._assign_seq
            item.state = ASSIGNED
            self._put_into(item, puller)
            self._seq += 1
            self._out.append(
                Assigned(
                    self._seq, now, item.id, item.team.id, puller.id,
                    puller.membership[item.team.id], now - item.queued_at, "pull", "pull", (), None,
                )  # fmt: skip
            )
            if self._rate is not None:
                self._count_gift(puller)
        return self._finish()

    # --- snooze and wake -----------------------------------------------------------------------

    def snooze(self, item: str, until: Any = None, *, now: Any) -> tuple[Event, ...]:
        """Park the item until an instant, its customer's reply, or a `wake` by hand (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        ConfigurationError
            When `until` does not lie after `now`.
        """
        now = self._enter(now)
        record = self._item(item, "snooze")
        self._expect(record, "snooze")
        if until is not None:
            until = f.instant(until, "until")
            if until <= now:
                f.refuse("until", until, f"an instant after now ({now})")
        self._begin(now)
        self._touch(record)
        if record.state == QUEUED:
            self._leave_queue(record)
        record.state = SNOOZED
        self._weigh(record)
        extra = record.more()
        extra.until = until
        extra.snooze_timer = 0 if until is None else self._timers.add(until, "wake", record.id)
        self._seq += 1
        self._out.append(Snoozed(self._seq, now, record.id, until))
        return self._finish()

    def wake(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """End a snooze by hand (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "wake")
        self._expect(record, "wake")
        self._begin(now)
        self._wake(record)
        return self._finish()

    def _end_snooze(self, item: ItemRecord) -> None:
        extra = item.extra
        if extra is not None:
            if extra.snooze_timer:
                self._timers.cancel(extra.snooze_timer)
            extra.snooze_timer = 0
            extra.until = None

    def _wake(self, item: ItemRecord) -> None:
        """Back to its owner, if he may have it; else to the queue."""
        self._touch(item)
        self._end_snooze(item)
        owner = item.agent
        self._seq += 1
        if owner is None:
            self._out.append(Woken(self._seq, self._clock, item.id, None))
            self._enqueue(item)
            return
        over = self._broken_limit(owner, item) is not None
        away = owner.presence == AWAY_REASSIGN
        item.state = ASSIGNED
        release = over and self._settings.over_capacity == "release"
        flags = ("over_capacity",) if over and not away and not release else ()
        self._out.append(Woken(self._seq, self._clock, item.id, owner.id, flags))
        self._weigh(item)
        if away or release:
            self._release(item, "away" if away else "over_capacity")

    def _on_wake(self, item: str, _: Any) -> None:
        record = self._items[item]
        self._touch(record)
        record.more().snooze_timer = 0
        self._wake(record)

    # --- talking -------------------------------------------------------------------------------

    def reply(self, item: str, *, by: str, now: Any) -> tuple[Event, ...]:
        """A message on the item, by its `agent` or its `customer`.

        An agent's reply clears the customer's wait, a customer's reply begins it (S3); the latter
        wakes a snoozed item, reopens a closed one (M4) and may move one whose owner is
        `away_reassign` (P2).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        if by != "agent" and by != "customer":
            f.choice(by, "by", ("agent", "customer"))
        record = self._items.get(item)
        if record is None:
            if item in self._closed and by == "customer":
                return self._reopen(item, now, replied=True)
            record = self._item(item, "reply")
        self._begin(now)
        self._touch(record)
        state = record.state
        owner = record.agent if state != OFFERED else None
        self._seq += 1
        self._out.append(
            Replied(self._seq, now, record.id, by, None if owner is None else owner.id)
        )
        if by == "agent":
            self._set_waiting(record, None)
            if owner is not None:
                self._seen(owner)
            return self._finish()
        if record.waiting_since is None:
            self._set_waiting(record, now)
        if state == SNOOZED:
            self._wake(record)
        elif (
            state == ASSIGNED
            and owner is not None
            and owner.presence == AWAY_REASSIGN
            and self._goes_on_reply(record, owner)
        ):
            self._release(record, "away")
        return self._finish()

    def _goes_on_reply(self, item: ItemRecord, owner: AgentRecord) -> bool:
        if not self._guarded:
            return self._settings.reassign != "all"
        return self._asked_mode("on_reply", item, owner)

    def _asked_mode(self, moment: str, item: ItemRecord, owner: AgentRecord) -> bool:
        """What the presence mode says of one item (P2)."""
        try:
            return bool(getattr(self._mode, moment)(self._item_view(item), self._agent_view(owner)))
        except Exception as error:
            error.add_note(f"raised by the presence mode {self._mode.name!r} for {item.id!r}")
            raise

    def _set_waiting(self, item: ItemRecord, since: float | None) -> None:
        if item.waiting_since == since:
            return
        item.waiting_since = since
        if item.state == QUEUED:
            self._rekey(item)
        elif not self._counts_all:
            self._weigh(item)

    def _seen(self, agent: AgentRecord) -> None:
        """A sign of life (P4)."""
        raise NotImplementedError

    # --- the end, and back ---------------------------------------------------------------------

    def close(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """The item is done, whoever holds it; its agent is free for other work.

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        if type(now) is not float or not self._clock <= now < NEVER or self._timers.heap:
            now = self._enter(now)
        record = self._items.get(item)
        if record is None:
            record = self._item(item, "close")
        if self._guarded or not self._started:
            self._begin(now)
            self._touch(record)
        else:
            self._clock = now
        state = record.state
        owner = None
        if state == ASSIGNED or state == SNOOZED:
            owner = record.agent
            if owner is not None:
                self._take_from(record)
        elif state == QUEUED:
            self._unplace(record)
        else:
            self._end_offer(record, "withdrawn")
        if record.extra is not None:
            self._forget_timers(record)
        if owner is not None:
            last: str | None = owner.id
        else:
            last = record.last_owner
        entry = (record.spec, record.seq, record.team.id, last, record.created_at)
        if self._journal is None:
            del self._items[item]
            self._closed[item] = entry
        else:
            self._pop(self._items, item)
            self._put(self._closed, item, entry)
        record.state = CLOSED
        self._seq += 1
        self._out.append(Closed(self._seq, now, item, None if owner is None else owner.id))
        if self._guarded or self._validating or self._dirty_agents or self._dirty_lanes:
            return self._finish()
        events = tuple(self._out)
        self._out.clear()
        return events

    def _forget_timers(self, item: ItemRecord) -> None:
        """Cancel all of an item's timers: it closes."""
        extra = item.extra
        assert extra is not None  # noqa: S101  # callers looked
        for number in extra.stay_timers.values():
            self._timers.cancel(number)
        for number in extra.excluded.values():
            self._timers.cancel(number)
        if extra.snooze_timer:
            self._timers.cancel(extra.snooze_timer)
        item.extra = None

    def reopen(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """A closed item is open again: to its last owner if he may have it, else queued (M4).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        UnknownTeamError
            When its team was removed.
        """
        now = self._enter(now)
        if item not in self._closed:
            record = self._item(item, "reopen")
            raise self._wrong_state(item, "reopen", record.state)
        return self._reopen(item, now, replied=False)

    def _reopen(self, item: str, now: float, *, replied: bool) -> tuple[Event, ...]:
        spec, seq, team_id, last_owner, created_at = self._closed[item]
        team = self._teams.get(team_id)
        if team is None:
            raise errors.UnknownTeamError(
                f"the team {team_id!r} of the closed item {item!r} was removed",
                value=team_id,
                remedy="add a team of that id again, then reopen it",
            )
        self._begin(now)
        self._pop(self._closed, item)
        record = ItemRecord(spec, seq, team, created_at, now)
        record.waiting_since = now
        record.last_owner = last_owner
        self._put(self._items, item, record)
        if replied:
            self._seq += 1
            self._out.append(Replied(self._seq, now, item, "customer", None))
        owner = None if last_owner is None else self._agents.get(last_owner)
        over = False
        if owner is not None:
            if owner.presence != ACTIVE or team.id not in owner.membership:
                owner = None
            else:
                over = self._broken_limit(owner, record) is not None
                if over and self._settings.over_capacity == "release":
                    owner = None
        self._seq += 1
        if owner is None:
            self._out.append(Reopened(self._seq, now, item, None))
            self._enqueue(record)
        else:
            record.state = ASSIGNED
            self._put_into(record, owner)
            flags = ("over_capacity",) if over else ()
            self._out.append(Reopened(self._seq, now, item, owner.id, flags))
        return self._finish()

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
        (ItemUpdated(seq=2, at=5.0, item='t-1', changes={'priority': 1}),)
        """
        now = self._enter(now)
        record = self._item(item, "update_item")
        spec = changed(record.spec, changes, FIXED_ITEM_FIELDS, "an item")
        if spec.only_agent is not None and spec.only_agent != record.spec.only_agent:
            self._agent(spec.only_agent)
        self._begin(now)
        self._touch(record)
        agent = record.agent
        if agent is not None:
            self._touch(agent)
            self._tally(agent, record, -record.counted)
        record.spec = spec
        record.weight = spec.weight
        record.due = spec.due_at
        if agent is not None:
            self._tally(agent, record, record.counted)
            self._weigh(record)
            if agent.tally is not None:
                self._gained(agent)
                self._lost(agent)
        self._seq += 1
        shown = {name: plain(getattr(spec, name)) for name in changes}
        self._out.append(ItemUpdated(self._seq, now, item, shown))
        if record.state == QUEUED:
            self._unplace(record)
            self._renew_stay(record)
            self._place(record, self._lane(record))
        else:
            record.priority = spec.priority
        return self._finish()

    # --- offers --------------------------------------------------------------------------------

    def accept(self, item: str, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent takes what is offered to him (O1).

        Raises
        ------
        UnknownItemError, UnknownAgentError
        InvalidTransitionError
            When it is not offered, or not to him.
        """
        now = self._enter(now)
        record, to = self._offer(item, agent, "accept")
        self._begin(now)
        self._touch(record)
        self._touch(to)
        extra = record.more()
        self._stop_offer(record, "accepted")
        record.state = ASSIGNED
        to.misses = 0
        self._seq += 1
        self._out.append(
            Assigned(
                self._seq, now, record.id, record.team.id, to.id, extra.offer_tier,
                now - record.queued_at, "offer", "offer", (), None,
            )  # fmt: skip
        )
        self._seen(to)
        return self._finish()

    def decline(self, item: str, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent does not take what is offered to him; he is not asked again for a while (O3).

        Raises
        ------
        UnknownItemError, UnknownAgentError, InvalidTransitionError
        """
        now = self._enter(now)
        record, to = self._offer(item, agent, "decline")
        self._begin(now)
        self._touch(record)
        self._touch(to)
        to.misses = 0
        self._end_offer(record, "declined")
        self._requeue_excluding(record, to)
        return self._finish()

    def _offer(self, item: str, agent: str, verb: str) -> tuple[ItemRecord, AgentRecord]:
        record = self._item(item, verb)
        self._expect(record, verb)
        to = self._agent(agent)
        if record.agent is not to:
            other = "nobody" if record.agent is None else record.agent.id
            raise self._wrong_state(item, verb, "offered", f" to {other!r}, not to {agent!r}")
        return record, to

    def _stop_offer(self, item: ItemRecord, how: str) -> None:
        """The offer is over; in whose hands the item is does not change here."""
        extra = item.more()
        self._timers.cancel(extra.offer_timer)
        extra.offer_timer = 0
        agent = item.agent
        assert agent is not None  # noqa: S101  # an offered item has one
        self._seq += 1
        self._out.append(OfferEnded(self._seq, self._clock, item.id, agent.id, how))

    def _end_offer(self, item: ItemRecord, how: str) -> None:
        """The offer is over and the agent's headroom is his again."""
        self._touch(item)
        self._stop_offer(item, how)
        self._take_from(item)

    def _requeue_excluding(self, item: ItemRecord, agent: AgentRecord) -> None:
        """Back to the queue; the agent is not asked again for `decline_cooldown` (O3)."""
        cooldown = item.team.spec.decline_cooldown
        extra = item.more()
        if cooldown > 0:
            extra.excluded[agent.id] = 0
        self._enqueue(item)
        if cooldown > 0:
            extra.excluded[agent.id] = self._timers.add(
                self._clock + cooldown, "exclusion", item.id, agent.id
            )

    def _clear_exclusions(self, item: ItemRecord) -> None:
        extra = item.extra
        if extra is not None:
            for number in extra.excluded.values():
                self._timers.cancel(number)
            extra.excluded = {}

    def _on_exclusion(self, item: str, agent: str) -> None:
        """The end of an exclusion (O3)."""
        record = self._items[item]
        self._touch(record)
        record.more().excluded.pop(agent, None)
        self._relane(record)

    def _on_offer(self, item: str, _: Any) -> None:
        """An offer was missed (O1, O3, O4)."""
        record = self._items[item]
        self._touch(record)
        agent = record.agent
        assert agent is not None  # noqa: S101  # an offered item has one
        self._touch(agent)
        self._end_offer(record, "missed")
        self._requeue_excluding(record, agent)
        agent.misses += 1
        self._after_miss(agent, record.team)

    def _after_miss(self, agent: AgentRecord, team: Any) -> None:
        """Rule O4."""
        raise NotImplementedError


def changed(spec: Any, changes: dict[str, Any], fixed: tuple[str, ...], what: str) -> Any:
    """`spec` with the changes, checked.

    Raises
    ------
    ConfigurationError
        For an unknown field, one that cannot change, or a value that cannot be used.
    """
    names = [field.name for field in attrs.fields(type(spec))]
    for name in changes:
        if name not in names:
            raise errors.ConfigurationError(
                "unknown key", field=f"changes.{name}", value=name, remedy=f.nearest(name, names)
            )
        if name in fixed:
            raise errors.ConfigurationError(
                f"the {name} of {what} cannot be changed by an update",
                field=f"changes.{name}",
                value=changes[name],
                remedy="leave it out" if name == "id" else _OTHER_WAYS.get(name, "leave it out"),
            )
    try:
        return attrs.evolve(spec, **changes)
    except errors.ConfigurationError as error:
        raise error.within("changes") from None


_OTHER_WAYS = {
    "team": "use transfer",
    "presence": "use set_presence",
    "teams": "use add_team, update_team or remove_team",
    "agents": "use add_agent, update_agent or remove_agent",
}

ItemCommands._HANDLERS.update(  # noqa: SLF001  # the layer fills its own table
    {
        "wake": ItemCommands._on_wake,  # noqa: SLF001
        "exclusion": ItemCommands._on_exclusion,  # noqa: SLF001
        "offer": ItemCommands._on_offer,  # noqa: SLF001
    }
)
