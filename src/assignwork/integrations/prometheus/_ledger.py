"""The figures of a desk, kept up with its events: what a scrape is made of.

An event says what happened; the loads that it changed are read from the desk.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from assignwork import events as e
from assignwork.dispatcher import Dispatcher
from assignwork.errors import UnknownAgentError
from assignwork.integrations.prometheus._families import (
    ASSIGNED,
    EXPECTED,
    HELD,
    OFFERED,
    QUEUED,
    SNOOZED,
    TIERS,
    Labels,
    Rows,
)
from assignwork.views import AgentView, ItemView


class _Histogram:
    """How many durations fell into which bucket, and their sum, seconds."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def copied(self) -> tuple[list[int], float]:
        return self.counts.copy(), self.total


class _Team:
    """A team's queue, oldest first, and what was counted and measured of its items."""

    __slots__ = (
        "assigned", "closed", "handed", "left", "offered", "queue", "queued", "reopened",
        "resolved", "responded", "waited",
    )  # fmt: skip

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.queue: OrderedDict[str, float] = OrderedDict()  # item -> the instant it entered
        self.queued = self.closed = self.reopened = self.left = self.offered = self.handed = 0
        self.assigned = dict.fromkeys(TIERS, 0)
        self.waited, self.responded, self.resolved = (_Histogram(bounds) for _ in range(3))


_OF_TEAMS = {
    "items_queued": "queued",
    "items_closed": "closed",
    "items_reopened": "reopened",
    "items_transferred": "left",
    "offers_made": "offered",
    "handoffs": "handed",
}
_TIMES = {
    "waited_seconds": "waited",
    "first_response_seconds": "responded",
    "resolution_seconds": "resolved",
}


class _Item:
    """What later events of an open item do not say again."""

    __slots__ = ("agent", "arrived_at", "replied", "state", "team")

    def __init__(self, team: _Team, arrived_at: float) -> None:
        self.team = team
        self.arrived_at = arrived_at
        self.state = QUEUED
        self.agent: str | None = None  # who had to do with it last: his load may change with it
        self.replied = False  # by an agent, ever


class _Agent:
    """An agent as a scrape shows him."""

    __slots__ = ("capacity", "load", "presence", "primary")

    def __init__(self, view: AgentView) -> None:
        self.presence = view.presence
        self.load = view.load
        self.capacity = view.capacity
        self.primary = view.primary


class Picture(NamedTuple):
    """A copy of all figures, for a scrape."""

    counts: dict[str, Rows]
    times: dict[str, list[tuple[Labels, list[int], float]]]
    queues: list[tuple[str, int, float | None]]  # team, length, when its oldest came
    states: dict[str, int]
    agents: list[tuple[str, str, int, int, Labels]]  # id, presence, load, capacity, primary teams
    now: float | None


class Ledger:
    """The figures. Events say what happened; the loads that they changed are read from the desk."""

    def __init__(self, desk: Dispatcher, bounds: tuple[float, ...]) -> None:
        self._desk = desk
        self._items: dict[str, _Item] = {}
        self._agents: dict[str, _Agent] = {}
        self._teams: defaultdict[str, _Team] = defaultdict(lambda: _Team(bounds))
        self._present: tuple[str, ...] = ()  # teams; what was counted of others stays
        self._states = dict.fromkeys((HELD, OFFERED, SNOOZED), 0)
        self._changed: set[str] = set()  # agents whose load may have
        self._counts: defaultdict[str, defaultdict[Labels, int]] = defaultdict(
            lambda: defaultdict(int)
        )
        for name, values in EXPECTED.items():
            self._counts[name].update(((value,), 0) for value in values)
        self._now: float | None = None
        self.read()

    def read(self) -> None:
        """What stands, anew from the desk; what is known of an open item's past stays known."""
        known, self._items = self._items, {}
        self._states = dict.fromkeys(self._states, 0)
        for team in self._teams.values():
            team.queue.clear()
        waiting = []
        for view in self._desk.open_items.values():
            item = self._seen(view)
            if view.id in known:
                item.arrived_at, item.replied = known[view.id].arrived_at, known[view.id].replied
            if view.state == QUEUED and view.queued_at is not None:
                waiting.append((view.queued_at, view.seq, view.id))
        for queued_at, _, name in sorted(waiting):
            self._items[name].team.queue[name] = queued_at
        self._agents.clear()
        self._read_configuration()
        self.settle()

    def settle(self) -> None:
        """After the events of a command: the loads that it changed, and its instant."""
        desk, agents = self._desk, self._agents
        for name in self._changed:
            try:
                agents[name].load = desk.load(name)
            except (KeyError, UnknownAgentError):
                self._read_agents((name,))
        self._changed.clear()
        self._now = desk.now

    def copied(self) -> Picture:
        """A picture that nobody changes."""
        teams = self._teams.items()
        counts: dict[str, Rows] = {
            family: [((name,), getattr(team, field)) for name, team in teams]
            for family, field in _OF_TEAMS.items()
        }
        counts["items_assigned"] = [
            ((name, tier), count) for name, team in teams for tier, count in team.assigned.items()
        ]
        counts.update((family, list(rows.items())) for family, rows in self._counts.items())
        times = {
            family: [((name,), *getattr(team, field).copied()) for name, team in teams]
            for family, field in _TIMES.items()
        }
        queues = []
        for name in self._present:
            queue = self._teams[name].queue
            queues.append((name, len(queue), next(iter(queue.values()), None)))
        states = {**self._states, QUEUED: sum(length for _, length, _ in queues)}
        states[ASSIGNED] = len(self._items) - sum(states.values())
        agents = [
            (name, agent.presence, agent.load, agent.capacity, agent.primary)
            for name, agent in self._agents.items()
        ]
        return Picture(counts, times, queues, states, agents, self._now)

    def handler(self, kind: str) -> Callable[[Any], None] | None:
        """What takes the events of a kind; None where they change no figure."""
        found: Callable[[Any], None] | None = getattr(self, f"_on_{kind}", None)
        return found

    # --- reading the desk -----------------------------------------------------------------------

    def _seen(self, view: ItemView) -> _Item:
        """An item of whose beginning no event told: it may have been replied to."""
        item = self._items[view.id] = _Item(self._teams[view.team], view.created_at)
        item.replied = True
        item.agent = view.owner or view.offered_to
        if view.state in {ASSIGNED, *self._states}:
            self._put(view.id, item, view.state)
        return item

    def _found(self, name: str) -> _Item:
        return self._items.get(name) or self._seen(self._desk.items[name])

    def _read_agents(self, names: Iterable[str]) -> None:
        views = self._desk.agents
        for name in names:
            view = views.get(name)
            if view is None:
                self._agents.pop(name, None)
            else:
                self._agents[name] = _Agent(view)

    def _read_configuration(self) -> None:
        self._read_agents(dict.fromkeys((*self._agents, *self._desk.agents)))
        self._present = tuple(self._desk.teams)
        for name in self._present:
            self._teams[name]  # it has its series from now on

    # --- what an event changes ------------------------------------------------------------------

    def _count(self, name: str, *labels: str) -> None:
        self._counts[name][labels] += 1

    def _put(self, name: str, item: _Item, state: str) -> None:
        """The one door through which items change their state."""
        states = self._states
        if item.state == QUEUED:
            item.team.queue.pop(name, None)
        elif item.state in states:
            states[item.state] -= 1
        if state in states:
            states[state] += 1
        item.state = state

    def _give(self, item: _Item, agent: str) -> None:
        """The agent, and who had it before, may have another load now."""
        if item.agent is not None:
            self._changed.add(item.agent)
        item.agent = agent
        self._changed.add(agent)

    def _touch(self, item: _Item) -> None:
        if item.agent is not None:
            self._changed.add(item.agent)

    def _on_queued(self, event: e.Queued) -> None:
        team = self._teams[event.team]
        item = self._items.get(event.item)
        if item is None:
            item = self._items[event.item] = _Item(team, event.at)
        else:
            self._put(event.item, item, QUEUED)
            item.team = team
        team.queue[event.item] = event.at
        team.queued += 1

    def _on_held(self, event: e.Held) -> None:
        item = self._items.get(event.item)
        if item is None:
            item = self._items[event.item] = _Item(self._teams[event.team], event.at)
        self._put(event.item, item, HELD)

    def _on_offered(self, event: e.Offered) -> None:
        item = self._found(event.item)
        self._put(event.item, item, OFFERED)
        self._give(item, event.agent)
        item.team.offered += 1

    def _on_offer_ended(self, event: e.OfferEnded) -> None:
        self._changed.add(event.agent)
        self._count("offers_ended", event.how)

    def _on_assigned(self, event: e.Assigned) -> None:
        item = self._found(event.item)
        team = item.team
        if item.state in {QUEUED, OFFERED}:
            team.waited.add(event.waited)
        self._put(event.item, item, ASSIGNED)
        self._give(item, event.agent)
        team.assigned[event.tier] += 1

    def _on_released(self, event: e.Released) -> None:
        self._changed.add(event.agent)
        self._count("items_released", event.why)

    def _on_transferred(self, event: e.Transferred) -> None:
        item = self._found(event.item)
        item.team.queue.pop(event.item, None)
        item.team.left += 1
        item.team = self._teams[event.team]
        self._touch(item)

    def _on_snoozed(self, event: e.Snoozed) -> None:
        item = self._found(event.item)
        self._put(event.item, item, SNOOZED)
        self._touch(item)

    def _on_woken(self, event: e.Woken) -> None:
        if event.agent is not None:
            item = self._found(event.item)
            self._put(event.item, item, ASSIGNED)
            self._give(item, event.agent)

    def _on_replied(self, event: e.Replied) -> None:
        if event.agent is not None:
            self._changed.add(event.agent)
        item = self._items.get(event.item)
        if item is None:
            return
        self._touch(item)  # whom it is offered to no event of a reply names
        if event.by == "agent" and not item.replied:
            item.replied = True
            item.team.responded.add(event.at - item.arrived_at)

    def _on_closed(self, event: e.Closed) -> None:
        item = self._found(event.item)
        self._put(event.item, item, ASSIGNED)  # out of whatever it was
        del self._items[event.item]
        self._touch(item)
        item.team.closed += 1
        item.team.resolved.add(event.at - item.arrived_at)

    def _on_reopened(self, event: e.Reopened) -> None:
        item = self._found(event.item)
        item.team.reopened += 1
        if event.agent is not None:
            self._put(event.item, item, ASSIGNED)
            self._give(item, event.agent)

    def _on_item_updated(self, event: e.ItemUpdated) -> None:
        self._touch(self._found(event.item))

    def _on_presence_changed(self, event: e.PresenceChanged) -> None:
        self._read_agents((event.agent,))

    def _on_configured(self, event: e.Configured) -> None:
        if event.what in {"add_agent", "update_agent", "remove_agent"}:
            self._read_agents((event.target,))
        elif event.what == "update_agents":
            self._read_agents(event.target)
        else:
            self._read_configuration()

    def _on_escalated(self, event: e.Escalated) -> None:
        self._count("escalations", event.path, str(event.level))

    def _on_sla_met(self, event: e.SlaMet) -> None:
        self._count("sla_outcomes", event.policy, event.target, "met")

    def _on_sla_breached(self, event: e.SlaBreached) -> None:
        self._count("sla_outcomes", event.policy, event.target, "breached")

    def _on_sla_at_risk(self, event: e.SlaAtRisk) -> None:
        self._count("sla_outcomes", event.policy, event.target, "at_risk")

    def _on_handoff(self, event: e.Handoff) -> None:
        self._teams[event.team].handed += 1

    def _on_approved(self, _: e.Approved) -> None:
        self._count("approvals", "approved")

    def _on_rejected(self, _: e.Rejected) -> None:
        self._count("approvals", "rejected")

    def _on_rated(self, event: e.Rated) -> None:
        self._count("ratings", str(event.score))
