"""Prometheus metrics of a desk: counts and durations from its events, gauges of what stands now.

Give an `Exporter` the events that each command returned, in the thread the desk runs in. It keeps
what a scrape needs, so that the scrape, which runs in another thread, reads the exporter under its
lock and never the desk. Labels are bounded by the configuration: teams, policies, paths, tiers,
outcomes; never an item, a customer or a free text, and an agent only when asked for.

Needs the extra ``prometheus`` (prometheus-client), imported only when an exporter is made.
"""

from __future__ import annotations

import importlib
import math
import re
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from assignwork import _fields as f
from assignwork import events as e
from assignwork.dispatcher import Dispatcher
from assignwork.errors import ConfigurationError, UnknownAgentError
from assignwork.model import PRESENCES
from assignwork.views import AgentView, ItemView

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

Labels: TypeAlias = tuple[str, ...]
Rows: TypeAlias = list[tuple[Labels, float]]

BUCKETS = (
    1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0,
    28800.0, 86400.0, 259200.0, 604800.0,
)  # fmt: skip
"""Upper bounds of the histograms' buckets, seconds: from a second to a week."""

_STATES = ("held", "queued", "offered", "assigned", "snoozed")
_HELD, _QUEUED, _OFFERED, _ASSIGNED, _SNOOZED = _STATES


class _Family(NamedTuple):
    """A metric without its namespace: its help says the unit."""

    name: str
    help: str
    labels: Labels


_COUNTERS = (
    _Family("events", "Events of the desk, by kind.", ("kind",)),
    _Family("items_queued", "Times that an item entered the team's queue.", ("team",)),
    _Family("items_assigned", "Times that an agent became owner of an item.", ("team", "tier")),
    _Family("items_released", "Times that an owner lost an item.", ("why",)),
    _Family("items_transferred", "Times that an item left the team for another.", ("from_team",)),
    _Family("items_closed", "Times that an item of the team was closed.", ("team",)),
    _Family("items_reopened", "Times that an item of the team was opened again.", ("team",)),
    _Family("offers_made", "Offers of the team's items to agents.", ("team",)),
    _Family("offers_ended", "Offers that ended, by how they did.", ("outcome",)),
    _Family("escalations", "Steps of escalation paths that fired.", ("path", "level")),
    _Family(
        "sla_outcomes",
        "Service-level targets that were met or breached, and those that came to be at risk.",
        ("policy", "target", "outcome"),
    ),
    _Family("handoffs", "Items that passed on at a shift's end, by team.", ("team",)),
    _Family("approvals", "Approvals given and refused.", ("outcome",)),
    _Family("ratings", "Satisfaction scores given, 1 (worst) to 5 (best).", ("score",)),
)
_HISTOGRAMS = (
    _Family("waited_seconds", "Seconds from last entering a queue to assignment.", ("team",)),
    _Family("first_response_seconds", "Seconds from arrival to first agent reply.", ("team",)),
    _Family("resolution_seconds", "Seconds from arrival to each close.", ("team",)),
)
_GAUGES = (
    _Family("queued_items", "Items in the team's queue now.", ("team",)),
    _Family("oldest_wait_seconds", "Seconds that the oldest in the queue is in it.", ("team",)),
    _Family("open_items", "Items that are not closed, by state.", ("state",)),
    _Family("agents", "Agents, by presence.", ("presence",)),
    _Family("load_units", "Units of work that agents hold, by presence.", ("presence",)),
    _Family("capacity_units", "Units of work agents may hold at once.", ("presence",)),
    _Family("team_load_units", "Units that the team's active primary agents hold.", ("team",)),
    _Family("team_capacity_units", "Units that they may hold at once.", ("team",)),
    _Family("now_timestamp_seconds", "The latest instant the desk has seen, POSIX seconds.", ()),
)
_AGENT_GAUGES = (
    _Family("agent_load_units", "Units of work that the agent holds.", ("agent",)),
    _Family("agent_capacity_units", "Units of work the agent may hold at once.", ("agent",)),
)

# What stands at 0 until it happens, so that a rate sees the first of it.
_EXPECTED = {
    "items_released": (
        "hand", "away", "shift", "removed", "transfer", "over_capacity", "escalation", "rebalance",
    ),
    "offers_ended": ("accepted", "declined", "missed", "withdrawn"),
}  # fmt: skip
_PRESENCE_GAUGES = ("agents", "load_units", "capacity_units")
_TIERS = ("primary", "secondary", "manual")


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
        self.assigned = dict.fromkeys(_TIERS, 0)
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
        self.state = _QUEUED
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


class _Picture(NamedTuple):
    """A copy of all figures, for a scrape."""

    counts: dict[str, Rows]
    times: dict[str, list[tuple[Labels, list[int], float]]]
    queues: list[tuple[str, int, float | None]]  # team, length, when its oldest came
    states: dict[str, int]
    agents: list[tuple[str, str, int, int, Labels]]  # id, presence, load, capacity, primary teams
    now: float | None


class _Ledger:
    """The figures. Events say what happened; the loads that they changed are read from the desk."""

    def __init__(self, desk: Dispatcher, bounds: tuple[float, ...]) -> None:
        self._desk = desk
        self._items: dict[str, _Item] = {}
        self._agents: dict[str, _Agent] = {}
        self._teams: defaultdict[str, _Team] = defaultdict(lambda: _Team(bounds))
        self._present: tuple[str, ...] = ()  # teams; what was counted of others stays
        self._states = dict.fromkeys((_HELD, _OFFERED, _SNOOZED), 0)
        self._changed: set[str] = set()  # agents whose load may have
        self._counts: defaultdict[str, defaultdict[Labels, int]] = defaultdict(
            lambda: defaultdict(int)
        )
        for name, values in _EXPECTED.items():
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
            if view.state == _QUEUED and view.queued_at is not None:
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

    def copied(self) -> _Picture:
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
        states = {**self._states, _QUEUED: sum(length for _, length, _ in queues)}
        states[_ASSIGNED] = len(self._items) - sum(states.values())
        agents = [
            (name, agent.presence, agent.load, agent.capacity, agent.primary)
            for name, agent in self._agents.items()
        ]
        return _Picture(counts, times, queues, states, agents, self._now)

    # --- reading the desk -----------------------------------------------------------------------

    def _seen(self, view: ItemView) -> _Item:
        """An item of whose beginning no event told: it may have been replied to."""
        item = self._items[view.id] = _Item(self._teams[view.team], view.created_at)
        item.replied = True
        item.agent = view.owner or view.offered_to
        if view.state in {_ASSIGNED, *self._states}:
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
        if item.state == _QUEUED:
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
            self._put(event.item, item, _QUEUED)
            item.team = team
        team.queue[event.item] = event.at
        team.queued += 1

    def _on_held(self, event: e.Held) -> None:
        item = self._items.get(event.item)
        if item is None:
            item = self._items[event.item] = _Item(self._teams[event.team], event.at)
        self._put(event.item, item, _HELD)

    def _on_offered(self, event: e.Offered) -> None:
        item = self._found(event.item)
        self._put(event.item, item, _OFFERED)
        self._give(item, event.agent)
        item.team.offered += 1

    def _on_offer_ended(self, event: e.OfferEnded) -> None:
        self._changed.add(event.agent)
        self._count("offers_ended", event.how)

    def _on_assigned(self, event: e.Assigned) -> None:
        item = self._found(event.item)
        team = item.team
        if item.state in {_QUEUED, _OFFERED}:
            team.waited.add(event.waited)
        self._put(event.item, item, _ASSIGNED)
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
        self._put(event.item, item, _SNOOZED)
        self._touch(item)

    def _on_woken(self, event: e.Woken) -> None:
        if event.agent is not None:
            item = self._found(event.item)
            self._put(event.item, item, _ASSIGNED)
            self._give(item, event.agent)

    def _on_replied(self, event: e.Replied) -> None:
        if event.agent is not None:
            self._changed.add(event.agent)
        item = self._items.get(event.item)
        if item is not None and event.by == "agent" and not item.replied:
            item.replied = True
            item.team.responded.add(event.at - item.arrived_at)

    def _on_closed(self, event: e.Closed) -> None:
        item = self._found(event.item)
        self._put(event.item, item, _ASSIGNED)  # out of whatever it was
        del self._items[event.item]
        self._touch(item)
        item.team.closed += 1
        item.team.resolved.add(event.at - item.arrived_at)

    def _on_reopened(self, event: e.Reopened) -> None:
        item = self._found(event.item)
        item.team.reopened += 1
        if event.agent is not None:
            self._put(event.item, item, _ASSIGNED)
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


class _Kind:
    """A kind of event: how often it came, and what it changes."""

    __slots__ = ("count", "handle")

    def __init__(self, handle: Callable[[Any], None] | None) -> None:
        self.count = 0
        self.handle = handle


class Exporter:
    """A subscriber to a desk's events, and a collector of prometheus-client.

    Call it with the events of every command, in the thread (or under the lock) in which the desk
    runs. Scrapes may come from any thread at any time: they read the exporter, not the desk.

    Parameters
    ----------
    desk : Dispatcher
        What is open on it already is read once, now; that takes some microseconds an item.
    registry : CollectorRegistry, optional
        Where the exporter registers itself; default is prometheus-client's own registry.
        ``registry.unregister(exporter)`` takes it out again.
    namespace : str, default 'assignwork'
        What all names begin with; of two desks in one registry, each needs its own.
    buckets : sequence of float, optional
        Upper bounds of all histograms, seconds, rising; default `BUCKETS`.
    per_agent : bool, default False
        Also load and capacity of each agent: two series for every one of them.
    clock : callable, optional
        Returns the present instant in POSIX seconds, such as `time.time`; called at each scrape, in
        its thread. Without it a wait ends at the latest instant the desk has seen, and does not
        grow while no command comes.

    Raises
    ------
    ConfigurationError
        For a namespace or buckets that cannot be used, names that are in the registry already, or
        when prometheus-client is not installed.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem, Workspace
    >>> from prometheus_client import CollectorRegistry
    >>> desk = Dispatcher(Workspace([Team("billing")], [Agent("ana", primary=["billing"])]))
    >>> registry = CollectorRegistry()
    >>> observe = Exporter(desk, registry=registry)
    >>> observe(desk.submit(WorkItem("t-1", team="billing"), now=0.0))
    >>> labels = {"team": "billing", "tier": "primary"}
    >>> registry.get_sample_value("assignwork_items_assigned_total", labels)
    1
    """

    def __init__(
        self,
        desk: Dispatcher,
        *,
        registry: CollectorRegistry | None = None,
        namespace: str = "assignwork",
        buckets: Sequence[float] = BUCKETS,
        per_agent: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._client = _client()
        if not isinstance(namespace, str) or not re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", namespace):
            f.refuse("namespace", namespace, "a prefix of metric names (letters, digits, _)")
        self._namespace = namespace
        self._bounds = _bounds(buckets)
        self._gauges = _GAUGES + _AGENT_GAUGES * f.flag(per_agent, "per_agent")
        self._clock = clock
        self._lock = Lock()
        self._ledger = ledger = _Ledger(desk, self._bounds)
        self._kinds = {
            cls: _Kind(getattr(ledger, f"_on_{kind}", None)) for kind, cls in e.KINDS.items()
        }
        try:
            (self._client.REGISTRY if registry is None else registry).register(self)
        except ValueError:
            raise ConfigurationError(
                f"the registry has metrics named {namespace}_... already",
                field="namespace",
                value=namespace,
                remedy="give each exporter a namespace or a registry of its own",
            ) from None

    def observe(self, events: Iterable[e.Event]) -> None:
        """Take the events that a command returned, in the desk's thread and in their order.

        Also when there are none: the exporter then learns how late it is.
        """
        kinds = self._kinds
        with self._lock:
            for event in events:
                kind = kinds[type(event)]
                kind.count += 1
                if kind.handle is not None:
                    kind.handle(event)
            self._ledger.settle()

    __call__ = observe

    def refresh(self) -> None:
        """Read the desk anew, in its thread: only needed when events were lost on the way here.

        What was lost stays uncounted; the gauges are right again. It takes as long as making the
        exporter.
        """
        with self._lock:
            self._ledger.read()

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now; prometheus-client calls it at each scrape, in any thread."""
        with self._lock:
            picture = self._ledger.copied()
            kinds: Rows = [((cls.kind,), kind.count) for cls, kind in self._kinds.items()]
        return self._families(
            picture.counts | {"events": kinds}, picture.times, self._rows(picture)
        )

    def describe(self) -> Iterator[Metric]:
        """The metrics without values; prometheus-client keeps their names apart by it."""
        return self._families({}, {}, {})

    def _families(
        self,
        counts: Mapping[str, Rows],
        times: Mapping[str, list[tuple[Labels, list[int], float]]],
        gauges: Mapping[str, Rows],
    ) -> Iterator[Metric]:
        core = self._client.core
        for cls, families, rows in (
            (core.CounterMetricFamily, _COUNTERS, counts),
            (core.GaugeMetricFamily, self._gauges, gauges),
        ):
            for family in families:
                found = self._empty(cls, family)
                for labels, value in rows.get(family.name, ()):
                    found.add_metric(labels, value)
                yield found
        show = self._client.utils.floatToGoString
        names = [show(bound) for bound in (*self._bounds, math.inf)]
        for family in _HISTOGRAMS:
            found = self._empty(core.HistogramMetricFamily, family)
            for labels, row, total in times.get(family.name, ()):
                found.add_metric(labels, list(zip(names, accumulate(row), strict=True)), total)
            yield found

    def _empty(self, cls: Any, family: _Family) -> Any:
        return cls(f"{self._namespace}_{family.name}", family.help, labels=family.labels)

    def _rows(self, picture: _Picture) -> dict[str, Rows]:
        """The values of the gauges."""
        now = picture.now
        if self._clock is not None:
            now = self._clock() if now is None else max(now, self._clock())
        of_presence = {name: dict.fromkeys(PRESENCES, 0) for name in _PRESENCE_GAUGES}
        of_team = {name: [0, 0] for name, _, _ in picture.queues}
        for _, presence, load, capacity, primary in picture.agents:
            for name, value in zip(_PRESENCE_GAUGES, (1, load, capacity), strict=True):
                of_presence[name][presence] += value
            if presence == "active":
                for sums in (of_team[team] for team in primary if team in of_team):
                    sums[0] += load
                    sums[1] += capacity
        return {
            **{
                name: [((presence,), value) for presence, value in values.items()]
                for name, values in of_presence.items()
            },
            "queued_items": [((team,), length) for team, length, _ in picture.queues],
            "oldest_wait_seconds": [
                ((team,), 0.0 if oldest is None or now is None else now - oldest)
                for team, _, oldest in picture.queues
            ],
            "open_items": [((state,), picture.states[state]) for state in _STATES],
            "team_load_units": [((team,), sums[0]) for team, sums in of_team.items()],
            "team_capacity_units": [((team,), sums[1]) for team, sums in of_team.items()],
            "agent_load_units": [((name,), load) for name, _, load, _, _ in picture.agents],
            "agent_capacity_units": [((name,), most) for name, _, _, most, _ in picture.agents],
            "now_timestamp_seconds": [] if picture.now is None else [((), picture.now)],
        }


def _bounds(buckets: Sequence[float]) -> tuple[float, ...]:
    found = tuple(
        f.positive_seconds(bound, f"buckets[{i}]")
        for i, bound in enumerate(f.entries(buckets, "buckets", "a list of seconds"))
    )
    if not found or list(found) != sorted(set(found)):
        f.refuse("buckets", buckets, "a list of rising seconds")
    return found


def _client() -> Any:
    """The package, with the parts that are used."""
    try:
        client = importlib.import_module("prometheus_client")
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        raise ConfigurationError(
            "metrics need prometheus-client, which is not installed",
            value="prometheus_client",
            remedy='install it with: pip install "assignwork[prometheus]"',
        ) from None
    for part in ("core", "utils"):
        importlib.import_module(f"prometheus_client.{part}")
    return client
