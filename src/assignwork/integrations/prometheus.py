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
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from assignwork import _fields as f
from assignwork import events as e
from assignwork.dispatcher import Dispatcher
from assignwork.errors import ConfigurationError, UnknownAgentError
from assignwork.events import Event
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

QUEUED, OFFERED, ASSIGNED = "queued", "offered", "assigned"
STATES = ("held", QUEUED, OFFERED, ASSIGNED, "snoozed")
OUTCOMES = ("accepted", "declined", "missed", "withdrawn")
REASONS = (
    "hand", "away", "shift", "removed", "transfer", "over_capacity", "escalation", "rebalance",
)  # fmt: skip
TIERS = ("primary", "secondary", "manual")
ACTIVE = "active"


class _Family(NamedTuple):
    """A metric without its namespace: name, help with its unit, labels."""

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
        "Service-level targets met, breached, and said to be at risk before they were either.",
        ("policy", "target", "outcome"),
    ),
    _Family("handoffs", "Items of the team that passed on at a shift's end.", ("team",)),
    _Family("approvals", "Approvals given and refused.", ("outcome",)),
    _Family("ratings", "Satisfaction scores given, 1 (worst) to 5 (best).", ("score",)),
)
_HISTOGRAMS = (
    _Family(
        "waited_seconds",
        "Seconds from an item's last entering a queue to its assignment out of it.",
        ("team",),
    ),
    _Family(
        "first_response_seconds",
        "Seconds from an item's arrival to the first reply by an agent.",
        ("team",),
    ),
    _Family(
        "resolution_seconds",
        "Seconds from an item's arrival to its close, each time that it is closed.",
        ("team",),
    ),
)
_GAUGES = (
    _Family("queued_items", "Items in the team's queue now.", ("team",)),
    _Family(
        "oldest_wait_seconds",
        "Seconds for which the item longest in the team's queue is in it; 0 when it is empty.",
        ("team",),
    ),
    _Family("open_items", "Items that are not closed, by state.", ("state",)),
    _Family("agents", "Agents, by presence.", ("presence",)),
    _Family("load_units", "Units of work that agents hold, by their presence.", ("presence",)),
    _Family(
        "capacity_units", "Units of work that agents may hold, by their presence.", ("presence",)
    ),
    _Family(
        "team_load_units",
        "Units of work that the active agents hold for whom the team is primary.",
        ("team",),
    ),
    _Family(
        "team_capacity_units",
        "Units of work that the active agents may hold for whom the team is primary.",
        ("team",),
    ),
    _Family("now_timestamp_seconds", "The latest instant the desk has seen, POSIX seconds.", ()),
)
_AGENT_GAUGES = (
    _Family("agent_load_units", "Units of work that the agent holds.", ("agent",)),
    _Family("agent_capacity_units", "Units of work that the agent may hold.", ("agent",)),
)

_COUNTED: dict[type[Event], tuple[str, Callable[[Any], Labels]]] = {
    e.Queued: ("items_queued", lambda event: (event.team,)),
    e.Assigned: ("items_assigned", lambda event: (event.team, event.tier)),
    e.Released: ("items_released", lambda event: (event.why,)),
    e.Transferred: ("items_transferred", lambda event: (event.from_team,)),
    e.Offered: ("offers_made", lambda event: (event.team,)),
    e.OfferEnded: ("offers_ended", lambda event: (event.how,)),
    e.Escalated: ("escalations", lambda event: (event.path, str(event.level))),
    e.SlaMet: ("sla_outcomes", lambda event: (event.policy, event.target, "met")),
    e.SlaBreached: ("sla_outcomes", lambda event: (event.policy, event.target, "breached")),
    e.SlaAtRisk: ("sla_outcomes", lambda event: (event.policy, event.target, "at_risk")),
    e.Handoff: ("handoffs", lambda event: (event.team,)),
    e.Approved: ("approvals", lambda _: ("approved",)),
    e.Rejected: ("approvals", lambda _: ("rejected",)),
    e.Rated: ("ratings", lambda event: (str(event.score),)),
}
"""What a kind counts as, where the event itself says all of it."""


class _Histogram:
    """How many durations fell into which bucket, and their sum in seconds, by labels."""

    __slots__ = ("bounds", "rows", "sums")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.rows: dict[Labels, list[int]] = {}
        self.sums: dict[Labels, float] = {}

    def add(self, labels: Labels, seconds: float) -> None:
        row = self.rows.get(labels)
        if row is None:
            row = self.rows[labels] = [0] * (len(self.bounds) + 1)
            self.sums[labels] = 0.0
        row[bisect_left(self.bounds, seconds)] += 1
        self.sums[labels] += seconds

    def copied(self) -> list[tuple[Labels, list[int], float]]:
        return [(labels, row.copy(), self.sums[labels]) for labels, row in self.rows.items()]


class _Figures:
    """All that was counted and measured so far."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.counts: dict[str, defaultdict[Labels, int]] = {
            family.name: defaultdict(int) for family in _COUNTERS
        }
        self.times = {family.name: _Histogram(bounds) for family in _HISTOGRAMS}
        self.expect("events", *((kind,) for kind in e.KINDS))
        self.expect("items_released", *((why,) for why in REASONS))
        self.expect("offers_ended", *((outcome,) for outcome in OUTCOMES))

    def expect(self, name: str, *series: Labels) -> None:
        """Series that stand at 0 until something happens, so that a rate sees the first one."""
        for labels in series:
            self.counts[name][labels] += 0

    def expect_teams(self, teams: Iterable[str]) -> None:
        """The series of these teams."""
        for team in teams:
            for name in ("items_queued", "items_closed", "items_reopened"):
                self.expect(name, (team,))
            self.expect("items_assigned", *((team, tier) for tier in TIERS))


class _Item:
    """What later events of an open item do not say again."""

    __slots__ = ("agent", "arrived_at", "replied", "state", "team")

    def __init__(self, team: str, arrived_at: float | None) -> None:
        self.team = team
        self.arrived_at = arrived_at  # None: not known
        self.state = ""
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
    """A copy of what stands, for a scrape."""

    now: float | None
    states: dict[str, int]
    queues: list[tuple[str, int, float | None]]  # team, length, when its oldest came
    agents: list[tuple[str, str, int, int, Labels]]  # id, presence, load, capacity, primary


class _Standing:
    """What stands on the desk now: events say what moved, loads are asked of the desk."""

    def __init__(self, desk: Dispatcher, figures: _Figures) -> None:
        self._desk = desk
        self._figures = figures
        self._items: dict[str, _Item] = {}
        self._agents: dict[str, _Agent] = {}
        self._queues: defaultdict[str, OrderedDict[str, float]] = defaultdict(OrderedDict)
        self._states = dict.fromkeys(STATES, 0)
        self._teams: tuple[str, ...] = ()
        self._changed: set[str] = set()  # agents whose load may have
        self.handlers: dict[type[Event], Callable[[Any], None]] = {
            cls: getattr(self, f"_on_{kind}")
            for kind, cls in e.KINDS.items()
            if hasattr(self, f"_on_{kind}")
        }
        self.now: float | None = None

    def read(self) -> None:
        """Everything anew from the desk; what is known of an open item's past stays known."""
        known, self._items = self._items, {}
        self._queues.clear()
        self._states = dict.fromkeys(STATES, 0)
        waiting = []
        for view in self._desk.open_items.values():
            item = self._seen(view)
            if view.id in known:
                item.arrived_at, item.replied = known[view.id].arrived_at, known[view.id].replied
            if view.queued_at is not None and view.state == QUEUED:
                waiting.append((view.queued_at, view.seq, view.team, view.id))
        for queued_at, _, team, name in sorted(waiting):
            self._queues[team][name] = queued_at
        self._agents.clear()
        self._read_agents(list(self._desk.agents))
        self._read_teams()
        self.now = self._desk.now

    def settle(self) -> None:
        """After the events of a command: the loads that they changed, and the instant."""
        for name in self._changed:
            agent = self._agents.get(name)
            if agent is None:
                self._read_agents([name])
            else:
                try:
                    agent.load = self._desk.load(name)
                except UnknownAgentError:
                    del self._agents[name]
        self._changed.clear()
        self.now = self._desk.now

    def copied(self) -> _Picture:
        """A picture that nobody changes."""
        queues = []
        for team in self._teams:
            queue = self._queues.get(team)
            oldest = next(iter(queue.values())) if queue else None
            queues.append((team, len(queue) if queue else 0, oldest))
        agents = [
            (name, agent.presence, agent.load, agent.capacity, agent.primary)
            for name, agent in self._agents.items()
        ]
        return _Picture(self.now, self._states.copy(), queues, agents)

    # --- reading the desk -----------------------------------------------------------------------

    def _seen(self, view: ItemView) -> _Item:
        """An item of which no event told how it came: nobody knows whether it had a reply."""
        item = self._items[view.id] = _Item(view.team, view.created_at)
        item.replied = True
        item.agent = view.owner or view.offered_to
        if view.state in self._states:
            self._put(view.id, item, view.state)
        return item

    def _found(self, name: str) -> _Item:
        item = self._items.get(name)
        if item is None:
            view = self._desk.items.get(name)
            if view is not None:
                return self._seen(view)
            item = self._items[name] = _Item("", None)  # of another desk
        return item

    def _read_agents(self, names: Iterable[str]) -> None:
        views = self._desk.agents
        for name in names:
            view = views.get(name)
            if view is not None:
                self._agents[name] = _Agent(view)
            else:
                self._agents.pop(name, None)

    def _read_teams(self) -> None:
        self._teams = tuple(self._desk.teams)
        for team in set(self._queues).difference(self._teams):
            del self._queues[team]
        self._figures.expect_teams(self._teams)

    # --- what an event changes ------------------------------------------------------------------

    def _put(self, name: str, item: _Item, state: str) -> None:
        """The one door through which items change their state."""
        before = item.state
        if before:
            self._states[before] -= 1
            if before == QUEUED:
                self._queues[item.team].pop(name, None)
        self._states[state] += 1
        item.state = state

    def _hold(self, item: _Item, agent: str) -> None:
        """The agent, and who had it before, may have another load now."""
        if item.agent is not None:
            self._changed.add(item.agent)
        item.agent = agent
        self._changed.add(agent)

    def _on_queued(self, event: e.Queued) -> None:
        item = self._items.get(event.item)
        if item is None:
            item = self._items[event.item] = _Item(event.team, event.at)
        self._put(event.item, item, QUEUED)
        item.team = event.team
        self._queues[event.team][event.item] = event.at

    def _on_held(self, event: e.Held) -> None:
        item = self._items.get(event.item)
        if item is None:
            item = self._items[event.item] = _Item(event.team, event.at)
        self._put(event.item, item, "held")

    def _on_offered(self, event: e.Offered) -> None:
        item = self._found(event.item)
        self._put(event.item, item, OFFERED)
        self._hold(item, event.agent)

    def _on_offer_ended(self, event: e.OfferEnded) -> None:
        self._changed.add(event.agent)

    def _on_assigned(self, event: e.Assigned) -> None:
        item = self._found(event.item)
        if item.state in {QUEUED, OFFERED}:
            self._figures.times["waited_seconds"].add((event.team,), event.waited)
        self._put(event.item, item, ASSIGNED)
        self._hold(item, event.agent)

    def _on_released(self, event: e.Released) -> None:
        self._changed.add(event.agent)

    def _on_transferred(self, event: e.Transferred) -> None:
        item = self._found(event.item)
        if item.state == QUEUED:
            self._queues[item.team].pop(event.item, None)
        item.team = event.team
        if item.agent is not None:
            self._changed.add(item.agent)

    def _on_snoozed(self, event: e.Snoozed) -> None:
        item = self._found(event.item)
        self._put(event.item, item, "snoozed")
        if item.agent is not None:
            self._changed.add(item.agent)

    def _on_woken(self, event: e.Woken) -> None:
        if event.agent is not None:
            item = self._found(event.item)
            self._put(event.item, item, ASSIGNED)
            self._hold(item, event.agent)

    def _on_replied(self, event: e.Replied) -> None:
        if event.agent is not None:
            self._changed.add(event.agent)
        item = self._items.get(event.item)
        if item is not None and event.by == "agent" and not item.replied:
            item.replied = True
            if item.arrived_at is not None:
                times = self._figures.times["first_response_seconds"]
                times.add((item.team,), event.at - item.arrived_at)

    def _on_closed(self, event: e.Closed) -> None:
        item = self._found(event.item)
        self._put(event.item, item, ASSIGNED)  # out of wherever it was
        self._states[ASSIGNED] -= 1
        del self._items[event.item]
        if item.agent is not None:
            self._changed.add(item.agent)
        self._figures.counts["items_closed"][item.team,] += 1
        if item.arrived_at is not None:
            times = self._figures.times["resolution_seconds"]
            times.add((item.team,), event.at - item.arrived_at)

    def _on_reopened(self, event: e.Reopened) -> None:
        item = self._found(event.item)
        self._figures.counts["items_reopened"][item.team,] += 1
        if event.agent is not None:
            self._put(event.item, item, ASSIGNED)
            self._hold(item, event.agent)

    def _on_item_updated(self, event: e.ItemUpdated) -> None:
        item = self._items.get(event.item)
        if item is not None and item.agent is not None:
            self._changed.add(item.agent)

    def _on_presence_changed(self, event: e.PresenceChanged) -> None:
        agent = self._agents.get(event.agent)
        if agent is None:
            self._changed.add(event.agent)
        else:
            agent.presence = event.presence

    def _on_configured(self, event: e.Configured) -> None:
        if event.what in {"add_agent", "update_agent", "remove_agent"}:
            self._read_agents([event.target])
        elif event.what == "update_agents":
            self._read_agents(event.target)
        else:
            self._read_agents(list({**self._agents, **dict.fromkeys(self._desk.agents)}))
            self._read_teams()


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
    1.0
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
        self._figures = _Figures(self._bounds)
        self._standing = _Standing(desk, self._figures)
        self.refresh()
        try:
            (self._client.REGISTRY if registry is None else registry).register(self)
        except ValueError:
            raise ConfigurationError(
                f"the registry has metrics named {namespace}_... already",
                field="namespace",
                value=namespace,
                remedy="give each exporter a namespace or a registry of its own",
            ) from None

    def observe(self, events: Iterable[Event]) -> None:
        """Take the events that a command returned, in the desk's thread and in their order.

        Also those of `advance` when there are none: they tell how late it is.
        """
        seen = self._figures.counts["events"]
        counts = self._figures.counts
        handlers = self._standing.handlers
        with self._lock:
            for event in events:
                cls = type(event)
                seen[event.kind,] += 1
                if cls in _COUNTED:
                    name, labels = _COUNTED[cls]
                    counts[name][labels(event)] += 1
                handler = handlers.get(cls)
                if handler is not None:
                    handler(event)
            self._standing.settle()

    __call__ = observe

    def refresh(self) -> None:
        """Read the desk anew, in its thread: only needed when events were lost on the way here.

        What was lost stays uncounted; the gauges are right again. Takes as long as making the
        exporter.
        """
        with self._lock:
            self._standing.read()

    # --- what prometheus-client calls -----------------------------------------------------------

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now; from any thread."""
        with self._lock:
            picture = self._standing.copied()
            counts = {name: list(rows.items()) for name, rows in self._figures.counts.items()}
            times = {name: rows.copied() for name, rows in self._figures.times.items()}
        now = self._now(picture.now)
        core = self._client.core
        for family in _COUNTERS:
            yield self._filled(core.CounterMetricFamily, family, counts[family.name])
        for family in _HISTOGRAMS:
            yield self._histogram(family, times[family.name])
        rows = _rows(picture, now)
        for family in self._gauges:
            yield self._filled(core.GaugeMetricFamily, family, rows[family.name])

    def describe(self) -> Iterator[Metric]:
        """The same metrics without values: what the registry keeps names apart by."""
        core = self._client.core
        for family in _COUNTERS:
            yield self._filled(core.CounterMetricFamily, family, ())
        for family in _HISTOGRAMS:
            yield self._histogram(family, ())
        for family in self._gauges:
            yield self._filled(core.GaugeMetricFamily, family, ())

    def _now(self, seen: float | None) -> float | None:
        """The instant at which waits end: never before one that the desk has seen."""
        if self._clock is None:
            return seen
        return self._clock() if seen is None else max(seen, self._clock())

    def _empty(self, cls: Any, family: _Family) -> Any:
        return cls(f"{self._namespace}_{family.name}", family.help, labels=family.labels)

    def _filled(self, cls: Any, family: _Family, rows: Iterable[tuple[Labels, float]]) -> Any:
        found = self._empty(cls, family)
        for labels, value in rows:
            found.add_metric(labels, value)
        return found

    def _histogram(
        self, family: _Family, rows: Iterable[tuple[Labels, list[int], float]]
    ) -> Any:
        found = self._empty(self._client.core.HistogramMetricFamily, family)
        show = self._client.utils.floatToGoString
        names = [show(bound) for bound in (*self._bounds, math.inf)]
        for labels, row, total in rows:
            below = 0
            buckets = []
            for name, count in zip(names, row, strict=True):
                below += count
                buckets.append((name, below))
            found.add_metric(labels, buckets, total)
        return found


def _rows(picture: _Picture, now: float | None) -> dict[str, Rows]:
    """The gauges' values by name of the gauge."""
    rows: dict[str, Rows] = {family.name: [] for family in (*_GAUGES, *_AGENT_GAUGES)}
    number, load, capacity = (dict.fromkeys(PRESENCES, 0) for _ in range(3))
    teams = {team: [0, 0] for team, _, _ in picture.queues}
    for name, presence, held, most, primary in picture.agents:
        rows["agent_load_units"].append(((name,), held))
        rows["agent_capacity_units"].append(((name,), most))
        number[presence] += 1
        load[presence] += held
        capacity[presence] += most
        if presence == ACTIVE:
            for team in primary:
                if team in teams:
                    teams[team][0] += held
                    teams[team][1] += most
    for team, length, oldest in picture.queues:
        wait = 0.0 if oldest is None or now is None else now - oldest
        rows["queued_items"].append(((team,), length))
        rows["oldest_wait_seconds"].append(((team,), wait))
        rows["team_load_units"].append(((team,), teams[team][0]))
        rows["team_capacity_units"].append(((team,), teams[team][1]))
    for name, by_presence in (("agents", number), ("load_units", load), ("capacity_units", capacity)):
        rows[name] = [((presence,), value) for presence, value in by_presence.items()]
    rows["open_items"] = [((state,), count) for state, count in picture.states.items()]
    if picture.now is not None:
        rows["now_timestamp_seconds"].append(((), picture.now))
    return rows


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
