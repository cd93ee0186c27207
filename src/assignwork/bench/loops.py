"""The loops that are timed: one per workload, for the desk and for the bare loop.

A loop gets its draws, builds what it runs on, ramps up, and only then starts the clock. It looks at
every event that the desk returns, as a host does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import perf_counter_ns
from typing import Any

import attrs

from assignwork.bench.draws import SNOOZE_FOR, BareArrival, Draws
from assignwork.bench.floor import BareLoop
from assignwork.bench.rows import operations_per
from assignwork.bench.timing import clock
from assignwork.dispatcher import Dispatcher
from assignwork.errors import InvalidTransitionError
from assignwork.events import Assigned, Event, Offered
from assignwork.model import WorkItem, Workspace


@attrs.frozen
class Ran:
    """A finished run of a desk.

    Attributes
    ----------
    seconds : float
        Of processor time.
    seen : int
        Sum of the numbers of all events: what looking at them came to.
    counts : mapping of str to float
        Operations per lifecycle while the clock ran.
    """

    seconds: float
    seen: int
    counts: Mapping[str, float]


def run_bare(draws: Draws) -> float:
    """Submit an item and close one, in turn; seconds."""
    bare = BareLoop(draws.scale.teams, draws.bare_agents)
    for item, team, priority, _ in draws.bare_ramp:
        bare.submit(item, team, priority)
    started = clock()
    drive_bare(bare, draws.bare_arrivals)
    return clock() - started


def drive_bare(bare: BareLoop, arrivals: Iterable[BareArrival]) -> None:
    """What is timed of `run_bare`."""
    submit = bare.submit
    close = bare.close
    for item, team, priority, closing in arrivals:
        submit(item, team, priority)
        close(closing)


def run_steady(draws: Draws) -> Ran:
    """Submit an item and close one, in turn."""
    desk, host = ramped_up(draws)
    before = desk.operations
    started = clock()
    seen = drive_steady(desk, host, draws)
    seconds = clock() - started
    return Ran(seconds, seen, operations_per(len(draws.arrivals), desk.operations, before))


def drive_steady(desk: Dispatcher, _: Host, draws: Draws) -> int:
    """What is timed of `run_steady`."""
    submit = desk.submit
    close = desk.close
    now = float(len(draws.ramp))
    seen = 0
    for item, closing in draws.arrivals:
        now += 1.0
        for event in submit(item, now=now):
            seen += event.seq
        for event in close(closing, now=now):
            seen += event.seq
    return seen


class Host:
    """Looks at events, and answers offers for the agents as drawn."""

    __slots__ = ("_answers", "_desk", "_offers", "assigned", "seen")

    def __init__(self, desk: Dispatcher, answers: list[str]) -> None:
        self._desk = desk
        self._answers = answers
        self._offers = 0
        self.seen = 0
        self.assigned = 0

    def look(self, events: Iterable[Event], now: float) -> None:
        """Look at what a command caused, and at what the answers to its offers cause."""
        while events:
            offers = []
            for event in events:
                self.seen += event.seq
                if type(event) is Offered:
                    offers.append(event)
                elif type(event) is Assigned:
                    self.assigned += 1
            events = ()
            for offer in offers:
                events = (*events, *self._answer(offer, now))

    def _answer(self, offer: Offered, now: float) -> tuple[Event, ...]:
        answer = self._answers[self._offers % len(self._answers)]
        self._offers += 1
        with suppress(InvalidTransitionError):  # it may have lapsed in the same call
            if answer == "accept":
                return self._desk.accept(offer.item, offer.agent, now=now)
            if answer == "decline":
                return self._desk.decline(offer.item, offer.agent, now=now)
        return ()


def ramped_up(draws: Draws) -> tuple[Dispatcher, Host]:
    """A desk that has got the ramp's items, and its host."""
    desk = Dispatcher(draws.workspace)
    host = Host(desk, draws.answers)
    now = 0.0
    for item in draws.ramp:
        now += 1.0
        host.look(desk.submit(item, now=now), now)
    return desk, host


def run_everything(draws: Draws) -> Ran:
    """Each second an item arrives, two get replies, one closes; some snoozes and presences."""
    desk, host = ramped_up(draws)
    before = desk.operations
    started = clock()
    drive_everything(desk, host, draws)
    seconds = clock() - started
    counts = operations_per(len(draws.arrivals), desk.operations, before)
    return Ran(seconds, host.seen, counts)


def drive_everything(desk: Dispatcher, host: Host, draws: Draws) -> Host:
    """What is timed of `run_everything`."""
    look = host.look
    now = float(len(draws.ramp))
    for item, closing, answered, asked, snoozed, flips in draws.arrivals:
        now += 1.0
        look(desk.submit(item, now=now), now)
        look(desk.reply(answered, by="agent", now=now), now)
        look(desk.reply(asked, by="customer", now=now), now)
        if snoozed is not None:
            with suppress(InvalidTransitionError):  # what is offered or asleep cannot be snoozed
                look(desk.snooze(snoozed, now + SNOOZE_FOR, now=now), now)
        for agent, presence in flips:
            look(desk.set_presence(agent, presence, now=now), now)
        look(desk.close(closing, now=now), now)
    return host


# --- the backlog ----------------------------------------------------------------------------------


@attrs.frozen
class Backlog:
    """Seconds of the three phases: everybody away, everybody comes online, closing."""

    submitting: float
    coming: float
    closing: float
    counts: Mapping[str, float] = attrs.field(factory=dict)


def run_bare_backlog(draws: Draws, picks: list[float]) -> Backlog:
    """Submit all, let all agents come, then close a random held item per second."""
    bare = BareLoop(draws.scale.teams, draws.bare_agents, online=False)
    submit = bare.submit
    close = bare.close
    held: list[str] = []
    begun = clock()
    for item, team, priority, _ in draws.bare_arrivals:
        submit(item, team, priority)
    submitted = clock()
    for agent in range(len(draws.bare_agents)):
        held += bare.come_online(agent)
    online = clock()
    for pick in picks:
        place = int(pick * len(held))
        taken = close(held[place])
        if taken is None:
            held[place] = held[-1]
            held.pop()
        else:
            held[place] = taken
    return Backlog(submitted - begun, online - submitted, clock() - online)


def run_backlog(draws: Draws, picks: list[float]) -> Backlog:
    """The same of a desk whose agents are away."""
    desk = Dispatcher(draws.workspace)
    submit = desk.submit
    close = desk.close
    held: list[str] = []
    now = 0.0
    seen = 0
    begun = clock()
    for item, _ in draws.arrivals:
        now += 1.0
        for event in submit(item, now=now):
            seen += event.seq
    submitted = clock()
    before = desk.operations
    for agent in draws.workspace.agents:
        now += 1.0
        held += assigned(desk.set_presence(agent.id, "active", now=now))
    online = clock()
    for pick in picks:
        now += 1.0
        place = int(pick * len(held))
        taken = assigned(close(held[place], now=now))
        if taken:
            held[place] = taken[0]
        else:
            held[place] = held[-1]
            held.pop()
    closed = clock()
    counts = operations_per(len(picks) + len(held), desk.operations, before)
    return Backlog(submitted - begun, online - submitted, closed - online, counts)


def assigned(events: Iterable[Event]) -> list[str]:
    """The items that these events assign."""
    return [event.item for event in events if type(event) is Assigned]


def time_calls(draws: Draws, picks: list[float]) -> tuple[list[int], list[int]]:
    """Nanoseconds of each submit and of each close of a backlog, by the wall clock."""
    desk = Dispatcher(draws.workspace)
    submit = desk.submit
    close = desk.close
    submits = []
    closes = []
    held: list[str] = []
    now = 0.0
    for item, _ in draws.arrivals:
        now += 1.0
        begun = perf_counter_ns()
        submit(item, now=now)
        submits.append(perf_counter_ns() - begun)
    for agent in draws.workspace.agents:
        now += 1.0
        held += assigned(desk.set_presence(agent.id, "active", now=now))
    for pick in picks:
        now += 1.0
        place = int(pick * len(held))
        begun = perf_counter_ns()
        events = close(held[place], now=now)
        closes.append(perf_counter_ns() - begun)
        taken = assigned(events)
        if taken:
            held[place] = taken[0]
        else:
            held[place] = held[-1]
            held.pop()
    return submits, closes


def bytes_per_queued_item(workspace: Workspace, items: int) -> float:
    """What one more queued item costs, its `WorkItem` and id included, by tracemalloc.

    Examples
    --------
    >>> from assignwork.model import Team
    >>> 200 < bytes_per_queued_item(Workspace(teams=[Team("billing")]), 1000) < 2000
    True
    """
    import tracemalloc  # noqa: PLC0415  # slows all that is loaded with it

    desk = Dispatcher(workspace)
    teams = [team.id for team in workspace.teams]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(items):
            item = WorkItem(
                f"item-{number}", team=teams[number % len(teams)], priority=number % 4 + 1
            )
            desk.submit(item, now=float(number))
        del item
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    return (after - before) / items


def time_explain(desk: Dispatcher, items: Iterable[str], fresh: Iterable[WorkItem]) -> list[float]:
    """Seconds of `explain` of each item, a submit before each: the queue is never as it was."""
    seconds = []
    now: Any = desk.now
    for item, other in zip(items, fresh, strict=True):
        desk.submit(other, now=now)
        begun = clock()
        desk.explain(item)
        seconds.append(clock() - begun)
    return seconds
