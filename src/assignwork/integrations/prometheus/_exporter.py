"""The subscriber of a desk, which prometheus-client asks for metrics at each scrape."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any

from assignwork import _fields as f
from assignwork import events as e
from assignwork._extras import load_extra
from assignwork.dispatcher import Dispatcher
from assignwork.errors import ConfigurationError
from assignwork.integrations.prometheus._families import (
    AGENT_GAUGES,
    BUCKETS,
    COUNTERS,
    GAUGES,
    HISTOGRAMS,
    PRESENCE_GAUGES,
    STATES,
    Family,
    Labels,
    Rows,
)
from assignwork.integrations.prometheus._ledger import Ledger, Picture
from assignwork.model import PRESENCES

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric


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
        self._gauges = GAUGES + AGENT_GAUGES * f.flag(per_agent, "per_agent")
        self._clock = clock
        self._lock = Lock()
        self._ledger = ledger = Ledger(desk, self._bounds)
        self._kinds = {cls: _Kind(ledger.handler(kind)) for kind, cls in e.KINDS.items()}
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
            (core.CounterMetricFamily, COUNTERS, counts),
            (core.GaugeMetricFamily, self._gauges, gauges),
        ):
            for family in families:
                found = self._empty(cls, family)
                for labels, value in rows.get(family.name, ()):
                    found.add_metric(labels, value)
                yield found
        show = self._client.utils.floatToGoString
        names = [show(bound) for bound in (*self._bounds, math.inf)]
        for family in HISTOGRAMS:
            found = self._empty(core.HistogramMetricFamily, family)
            for labels, row, total in times.get(family.name, ()):
                found.add_metric(labels, list(zip(names, accumulate(row), strict=True)), total)
            yield found

    def _empty(self, cls: Any, family: Family) -> Any:
        return cls(f"{self._namespace}_{family.name}", family.help, labels=family.labels)

    def _rows(self, picture: Picture) -> dict[str, Rows]:
        """The values of the gauges."""
        now = picture.now
        if self._clock is not None:
            now = self._clock() if now is None else max(now, self._clock())
        of_presence = {name: dict.fromkeys(PRESENCES, 0) for name in PRESENCE_GAUGES}
        of_team = {name: [0, 0] for name, _, _ in picture.queues}
        for _, presence, load, capacity, primary in picture.agents:
            for name, value in zip(PRESENCE_GAUGES, (1, load, capacity), strict=True):
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
            "open_items": [((state,), picture.states[state]) for state in STATES],
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
    client = load_extra("prometheus_client", "metrics need", "prometheus")
    for part in ("core", "utils"):
        importlib.import_module(f"prometheus_client.{part}")
    return client
