"""What must hold after every command, each as a named function that raises `AssertionError`.

`Dispatcher(validate=True)` runs them all after each command and each timer; the property tests
always do. They recompute from first principles what the fast structures keep. What needs the event
log (automatic gifts and limits, a rebuild from events) is for tests that keep one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from assignwork.dispatcher._care import RUNNING
from assignwork.dispatcher._obstacles import obstacle
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    HELD,
    OFFERED,
    QUEUED,
    SECONDARY,
    SNOOZED,
    AgentRecord,
)
from assignwork.dispatcher._timers import instant_of

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


class BrokenInvariantError(AssertionError):
    """The desk's own bookkeeping is wrong: a bug of the library, never of its user."""


def _must(holds: object, text: str) -> None:
    if not holds:
        raise BrokenInvariantError(text)


def load_is_the_sum_of_what_counts(desk: Dispatcher) -> None:
    """Rule C2, and the tallies by team, channel and secondary inbox."""
    for agent in desk._agents.values():
        total = 0
        by_team: dict[str, int] = {}
        by_channel: dict[str, int] = {}
        helping = 0
        for item in agent.items.values():
            weight = desk._weighs(item)
            _must(item.counted == weight, f"{item.id} counts {item.counted}, should {weight}")
            total += weight
            by_team[item.team.id] = by_team.get(item.team.id, 0) + weight
            if item.spec.channel is not None:
                by_channel[item.spec.channel] = by_channel.get(item.spec.channel, 0) + weight
            if agent.membership.get(item.team.id) == SECONDARY:
                helping += weight
        _must(agent.load == total, f"load of {agent.id} is {agent.load}, should be {total}")
        tally = agent.tally
        if tally is not None:
            for team, units in tally.by_team.items():
                _must(units == by_team.get(team, 0), f"tally of {agent.id} for team {team}")
            for channel, units in tally.by_channel.items():
                _must(units == by_channel.get(channel or "", 0), f"tally of {agent.id}: {channel}")
            _must(tally.secondary == helping, f"secondary tally of {agent.id}")


def every_open_item_is_in_one_place(desk: Dispatcher) -> None:
    """Rule S1: in one lane, or in one agent's hands, or parked; never also closed."""
    holders: dict[str, list[str]] = {}
    for agent in desk._agents.values():
        for name in agent.items:
            holders.setdefault(name, []).append(agent.id)
    for item in desk._items.values():
        _must(item.id not in desk._closed, f"{item.id} is open and closed")
        _must((item.lane is not None) == (item.state == QUEUED), f"{item.id}: lane")
        _must((item.key is not None) == (item.state == QUEUED), f"{item.id}: key")
        stays = item.extra is not None and bool(item.extra.stay_timers)
        _must(item.state == QUEUED or not stays, f"{item.id} is {item.state}: its stay goes on")
        held_by = holders.get(item.id, [])
        if item.state in (ASSIGNED, OFFERED):
            _must(item.agent is not None, f"{item.id} is {item.state} to nobody")
        elif item.state == QUEUED:
            _must(item.agent is None, f"{item.id} is queued and held")
        else:
            _must(item.state in (SNOOZED, HELD), f"{item.id} is {item.state}")
            waits = item.care is not None and bool(item.care.approvals)
            _must((item.state == HELD) == waits, f"{item.id} is {item.state}: approvals")
        _must(held_by == ([] if item.agent is None else [item.agent.id]), f"{item.id}: {held_by}")
    waiting = Counter(item.team.id for item in desk._items.values() if item.state == QUEUED)
    for team in desk._teams.values():
        count = waiting[team.id]
        _must(team.queued == count, f"{team.id} counts {team.queued}, holds {count}")
        _must(sum(lane.count for lane in team.lanes.values()) == count, f"lanes of {team.id}")


def nobody_inactive_holds_an_offer(desk: Dispatcher) -> None:
    """Rule P3."""
    for agent in desk._agents.values():
        _must(agent.open == desk._is_open(agent), f"{agent.id}: open")
        if agent.presence != ACTIVE:
            offers = [item.id for item in agent.items.values() if item.state == OFFERED]
            _must(not offers, f"{agent.id} is {agent.presence} and holds offers {offers}")


def work_conserving(desk: Dispatcher) -> None:
    """Rule D3: nobody could take something that waits.

    Items of one lane have the same needs, so the first of each lane stands for all.
    """
    for team in desk._teams.values():
        if team.manual:
            continue
        members: list[AgentRecord] = [*team.primary.values(), *team.secondary.values()]
        for lane in team.lanes.values():
            if not lane.count:
                continue
            item = desk._first_item(lane)
            for agent in members:
                _must(
                    obstacle(desk, agent, item) is not None,
                    f"{agent.id} could take {item.id}, which waits",
                )


def queue_order_is_sorted_keys(desk: Dispatcher) -> None:
    """Rules Q1 to Q4: keys are what the criteria say now, and the queue is sorted by them."""
    keys = {}
    for item in desk._items.values():
        if item.state == QUEUED:
            key = desk._key_of(item)
            _must(key == item.key, f"key of {item.id} is {item.key}, should be {key}")
            keys[item.id] = key
    _must(
        list(desk.queue()) == sorted(keys, key=lambda name: keys[name]),
        "the queue is not in item order",
    )


def timers_belong_to_somebody(desk: Dispatcher) -> None:
    """Rule N2: none is lost (all that a record names live) and none is left over."""
    named: dict[int, str] = {}
    live = desk._timers.live
    for item in desk._items.values():
        extra = item.extra
        numbers: list[int] = []
        if extra is not None:
            numbers = [*extra.stay_timers.values(), *extra.excluded.values()]
            if item.state == OFFERED:
                numbers.append(extra.offer_timer)
            if item.state == SNOOZED and extra.snooze_timer:
                numbers.append(extra.snooze_timer)
        if item.care is not None:
            for number, kind in item.care.timers().items():
                _must(live[number][2] == kind, f"timer {number} is {live[number]}, no {kind}")
                numbers.append(number)
        named.update(dict.fromkeys(numbers, item.id))
    for agent in desk._agents.values():
        numbers = [number for number in (agent.rate_timer, *agent.auto_timers) if number]
        numbers += agent.shift_timers
        named.update(dict.fromkeys(numbers, agent.id))
    _must(set(named) == set(live), f"timers {sorted(set(named) ^ set(live))}")
    for number, subject in named.items():
        _must(live[number][3] == subject, f"timer {number} is {live[number]}")
    _must(
        all(timer[0] >= desk._clock for timer in live.values()),
        "a timer that was due did not fire",
    )


def members_are_counted(desk: Dispatcher) -> None:
    """Teams know their active primary agents."""
    for team in desk._teams.values():
        active = sum(agent.presence == ACTIVE for agent in team.primary.values())
        _must(team.active_primary == active, f"{team.id}: {team.active_primary} != {active}")


def waits_alone_are_counted(desk: Dispatcher) -> None:
    """The dispatcher's count of queued items that wait for somebody alone (F1, F2)."""
    alone = sum(
        item.lane is not None and (item.lane.only is not None or item.lane.restricted)
        for item in desk._items.values()
    )
    _must(desk._restricted == alone, f"{desk._restricted} != {alone}")


def running_clocks_have_timers(desk: Dispatcher) -> None:
    """Rules L4, L5: a running clock, and no other, has a timer; the item's due is the earliest."""
    for item in desk._items.values():
        dues = [] if item.spec.due_at is None else [item.spec.due_at]
        for name, clock in () if item.care is None else item.care.clocks.items():
            runs = clock.state == RUNNING
            _must(bool(clock.timer) == runs, f"{item.id}: the clock {name} is {clock.state}")
            _must(not runs or clock.promise is not None, f"{item.id}: {name} runs against nothing")
            if runs or clock.unanswered:
                _must(clock.due is not None, f"{item.id}: {name} has no due")
                dues.append(clock.due or 0.0)
        _must(item.due == min(dues, default=None), f"{item.id}: due {item.due}, of {dues}")


def presence_follows_shifts(desk: Dispatcher) -> None:
    """Rule T3: what the desk keeps of a shift is what its calendar says."""
    for agent in desk._agents.values() if desk._started else ():
        plan = agent.plan
        now = desk._clock
        if any(instant_of(desk._timers.live[number]) == now for number in agent.shift_timers):
            continue  # its turn comes at this instant
        ends = inf if plan is None else plan.ends_at(now)
        starts = inf if plan is None else plan.starts_at(now)
        _must((plan is None) == (agent.spec.shift is None), f"{agent.id}: plan")
        _must(agent.shift_ends == ends, f"{agent.id}: shift ends {agent.shift_ends}, {ends}")
        _must(agent.shift_starts == starts, f"{agent.id}: shift {agent.shift_starts}, {starts}")


INVARIANTS: tuple[Callable[[Dispatcher], None], ...] = (
    load_is_the_sum_of_what_counts,
    every_open_item_is_in_one_place,
    nobody_inactive_holds_an_offer,
    members_are_counted,
    waits_alone_are_counted,
    queue_order_is_sorted_keys,
    timers_belong_to_somebody,
    running_clocks_have_timers,
    presence_follows_shifts,
    work_conserving,
)


def check(desk: Dispatcher) -> None:
    """Run them all.

    Raises
    ------
    BrokenInvariantError
        Naming what does not hold.
    """
    for invariant in INVARIANTS:
        invariant(desk)
