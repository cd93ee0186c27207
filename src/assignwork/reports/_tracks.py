"""What is known of one item, team or agent while a log is read: values that hold until they change.

A call of the desk makes several events at one instant (released, queued, assigned). What held for
no time at all, between two of them, is seen by nobody and must not become a peak or a count: so
every figure here is taken when time passes (`settle`), never when a value changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork.reports._grid import Grid
from assignwork.reports.summary import AgentFigures, Load, Offers, Over, QueueFigures


class Life:
    """What the report says of an item: from where it came, what became of it."""

    __slots__ = (
        "arrived_at", "assignments", "closed_at", "handled_for", "lost", "priority", "replied",
        "team",
    )  # fmt: skip

    def __init__(self, at: float, team: str, priority: int) -> None:
        self.arrived_at = at
        self.team = team
        self.priority = priority
        self.assignments = 0
        self.replied = False
        self.handled_for = 0.0
        self.closed_at: float | None = None
        self.lost = "hand"  # why the last owner owns it no more


class Item:
    """Where an item stands now.

    `counted` is the weight it adds to the load of `counted_for`, `queued_at` the instant at which
    it entered the queue from which it has not been assigned yet.
    """

    __slots__ = (
        "agent", "counted", "counted_for", "customer_waits", "life", "queued_at", "since", "state",
        "team", "weight",
    )  # fmt: skip

    def __init__(self, life: Life) -> None:
        self.life = life
        self.team = life.team
        self.weight = 1
        self.state = ""
        self.agent: str | None = None
        self.queued_at: float | None = None
        self.since = life.arrived_at
        self.customer_waits = True
        self.counted = 0
        self.counted_for: str | None = None


class TeamTrack:
    """The length of a team's queue over time."""

    def __init__(self, at: float, grid: Grid) -> None:
        self.length = 0
        self.begun_at = self._since = self._peak_at = at
        self._peak = 0
        self._total = 0.0
        self._grid = grid
        self.sums = grid.cells()
        self.peaks = grid.cells(peak=True)

    def settle(self, at: float) -> None:
        """The present length held until `at`."""
        since, length = self._since, self.length
        if at > since:
            if length:
                self._total += length * (at - since)
                for index, seconds in self._grid.spread(since, at):
                    self.sums.put(index, length * seconds)
                    self.peaks.put(index, length)
                if length > self._peak:
                    self._peak, self._peak_at = length, since
            self._since = at

    def change(self, by: int, at: float) -> None:
        """One more or less from `at` on."""
        self.settle(at)
        self.length += by

    def figures(self) -> QueueFigures:
        """As of the last instant settled; what stands at the end counts for the peak."""
        peak, peak_at = self._peak, self._peak_at
        if self.length > peak:
            peak, peak_at = self.length, self._since
        lasted = self._since - self.begun_at
        return QueueFigures(
            peak=peak,
            peak_at=peak_at if peak else None,
            mean=self._total / lasted if lasted > 0 else float(self.length),
            at_end=self.length,
        )


class Exceeding:
    """The times at which an agent held more than his capacity."""

    __slots__ = ("active_for", "excess", "lasted", "most", "now", "times")

    def __init__(self) -> None:
        self.times = self.most = 0
        self.lasted = self.active_for = self.excess = 0.0
        self.now = False

    def settle(self, excess: int, seconds: float, *, active: bool) -> None:
        """For so many seconds the load was `excess` units above the capacity (0 or less: not)."""
        if excess > 0:
            self.times += not self.now
            self.most = max(self.most, excess)
            self.lasted += seconds
            self.excess += excess * seconds
            self.active_for += seconds if active else 0.0
        self.now = excess > 0

    def figures(self) -> Over:
        """The figures so far."""
        mean = self.excess / self.lasted if self.lasted else 0.0
        return Over(self.times, self.lasted, self.active_for, self.most, mean)


class Shares:
    """An agent's active time in cells: how long, how long with work, load and capacity."""

    __slots__ = ("active", "capacity", "grid", "handling", "load")

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.active, self.handling = grid.cells(), grid.cells()
        self.load, self.capacity = grid.cells(), grid.cells()

    def settle(self, begin: float, end: float, load: int, capacity: int) -> None:
        """He was active in [begin, end) with this load and capacity."""
        for index, seconds in self.grid.spread(begin, end):
            self.active.put(index, seconds)
            self.capacity.put(index, capacity * seconds)
            if load:
                self.handling.put(index, seconds)
                self.load.put(index, load * seconds)


class AgentTrack:
    """One agent: settings, presence and load now, and what they summed up to."""

    def __init__(self, at: float, settings: Mapping[str, Any], grid: Grid) -> None:
        self.shares = Shares(grid)
        self.over = Exceeding()
        self.counts = {"assigned": 0, "closed": 0}
        self.offers = dict.fromkeys(("made", "accepted", "declined", "missed", "withdrawn"), 0)
        self.load = self._max_load = 0
        self._since = at
        self._for: dict[str, float] = {}
        self.begin(settings)

    def begin(self, settings: Mapping[str, Any]) -> None:
        """He joins the desk; also one who was removed before and comes back."""
        self.settings = dict(settings)
        self.over.now = False
        self.presence: str | None = settings.get("presence") or "active"

    @property
    def home(self) -> str:
        """His first primary team, or a dash."""
        primary = self.settings.get("primary") or ()
        return str(primary[0]) if primary else "-"

    @property
    def capacity(self) -> int:
        """His own, or the workspace's default, which whoever sets `settings` keeps in it."""
        return int(self.settings.get("capacity") or self.settings["default_capacity"])

    def settle(self, at: float) -> None:
        """Presence, load and capacity held until `at`."""
        since, load = self._since, self.load
        if at <= since:
            return
        self._since = at
        if self.presence is None:
            return
        seconds, capacity = at - since, self.capacity
        active = self.presence == "active"
        self._for[self.presence] = self._for.get(self.presence, 0.0) + seconds
        self._max_load = max(self._max_load, load)
        self.over.settle(load - capacity, seconds, active=active)
        if active:
            self.shares.settle(since, at, load, capacity)

    def figures(self, agent: str) -> AgentFigures:
        """As of the last instant settled."""
        shares = self.shares
        active, handling = sum(shares.active.values), sum(shares.handling.values)
        load, capacity = sum(shares.load.values), sum(shares.capacity.values)
        return AgentFigures(
            agent=agent,
            team=self.home,
            capacity=self.capacity,
            assigned=self.counts["assigned"],
            closed=self.counts["closed"],
            presence_for=dict(sorted(self._for.items())),
            load=Load(
                mean=load / active if active else 0.0,
                max=max(self._max_load, self.load),
                share=load / capacity if capacity else 0.0,
                handling_for=handling,
                available_for=active - handling,
            ),
            offers=Offers(**self.offers),
            over=self.over.figures(),
        )
