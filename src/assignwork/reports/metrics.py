"""Figures from events alone: read a log once, in order, and say what happened.

`Metrics` takes one event after the other and keeps what the open items, the agents and a grid of
time cells need, never the events. Rules that it follows: C2 (what counts as load, with the
workspace's flags), S3 (when the customer waits), P1 and P2 (presence), and the order of events
of the design notes. Wait is arrival to first assignment; the arrival is the first `queued`, so
that an item held for approval arrives when that is given. `_promises` takes what was promised.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from math import floor
from typing import Any, TypeVar

from assignwork.errors import (
    AssignworkError,
    ClockRegressionError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.model import Workspace
from assignwork.reports._grid import HOUR, Grid
from assignwork.reports._promises import Promises
from assignwork.reports._tables import WaitLog, flow, times, volumes
from assignwork.reports._tracks import AgentTrack, Item, Life, TeamTrack
from assignwork.reports.cells import BacklogCell, LoadCell, QueueCell, backlog
from assignwork.reports.recurring import EscalationShare
from assignwork.reports.summary import Summary

QUEUE_CELLS = 500
LOAD_CELLS = 250
THRESHOLD = 900.0
K = TypeVar("K")

_WHOLE_LOG = "give the workspace that the log began with, and the log from its first event"


class Metrics:
    """Takes the events of a desk one by one.

    Memory grows with the items and with agents times a bounded number of time cells, not with
    the events.

    Parameters
    ----------
    workspace : Workspace
        As it was when the log began; changes come with `configured` events.

    Attributes
    ----------
    start, end : float or None
        Instants of the first event and of the last one, or of a later end once asked for.
    hours : mapping of int to Counter
        Events ``arrived``, ``closed`` and ``reopened`` per hour, by the hour's number since 1970.

    Examples
    --------
    >>> from assignwork.events import Assigned, Queued
    >>> desk = Workspace.from_dict({"teams": [{"id": "billing"}], "agents": [{"id": "ana"}]})
    >>> metrics = Metrics(desk)
    >>> metrics.add(Queued(1, 0.0, "t-1", "billing", 3, 1, "given", None))
    >>> metrics.add(Assigned(
    ...     2, 45.0, "t-1", "billing", "ana", "manual", 45.0, "hand", "hand", (), None
    ... ))
    >>> metrics.summary().waits.overall.seconds.max
    45.0
    """

    def __init__(self, workspace: Workspace) -> None:
        self.start: float | None = None
        self.end: float | None = None
        self.hours: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._workspace = workspace
        self._flags = {
            name: getattr(workspace, name)
            for name in ("default_capacity", "snoozed_counts", "customer_wait_counts")
        }
        self._queue_grid, self._load_grid = Grid(QUEUE_CELLS), Grid(LOAD_CELLS)
        self._teams: dict[str, TeamTrack] = {}
        self._agents: dict[str, AgentTrack] = {}
        self._items: dict[str, Item] = {}
        self._snoozed: dict[Item, None] = {}  # so that a removal need not look at all items
        self._waits = WaitLog()
        self._stays, self._responses = array("d"), array("d")
        self._counts: defaultdict[str, Counter[Any]] = defaultdict(Counter)
        self._promises = Promises(self._items)
        self._handlers: dict[str, Callable[[Any], None]] = {
            name[4:]: getattr(self, name) for name in dir(self) if name.startswith("_on_")
        }

    def add(self, event: Event) -> None:
        """Take the next event; kinds that no figure needs are passed over.

        Raises
        ------
        ClockRegressionError
            When it lies before the last one.
        UnknownItemError, UnknownAgentError, UnknownTeamError
            When it names one that neither workspace nor log has brought in.
        """
        if self.end is None:
            self._begin(event.at)
        elif event.at < self.end:
            raise ClockRegressionError(
                f"event {event.seq} at {event.at} comes after one at {self.end}",
                value=event.at, limit=f"at least {self.end}", remedy="give events in their order",
            )  # fmt: skip
        self.end = event.at
        item = getattr(event, "item", "")
        handler = self._handlers.get(event.kind)
        if handler is not None and (event.kind == "queued" or not self._promises.keeps(item)):
            handler(event)
        self._promises.add(event)

    def summary(self, *, until: float | None = None, threshold: float = THRESHOLD) -> Summary:
        """All figures so far.

        Parameters
        ----------
        until : float, optional
            The instant at which the log ends, when later than its last event.
        threshold : float, default 900
            Seconds; the service level is the share of items assigned within it.
        """
        if until is not None and self.end is not None and until > self.end:
            self.end = until
        self._settle()
        return Summary(
            start=self.start,
            end=self.end,
            volumes=volumes(self._items.values(), self._counts["events"]),
            waits=self._waits.tables(self._items.values(), threshold),
            times=times(self._items.values(), self._stays, self._responses),
            flow=flow(self._counts, [agent.offers for agent in self._agents.values()]),
            queues={team: track.figures() for team, track in self._teams.items()},
            agents=tuple(track.figures(name) for name, track in self._agents.items()),
            service_levels=self._promises.service_levels(),
            escalations=self._promises.escalations(),
            approvals=self._promises.approvals(),
            handoffs=self._promises.handoffs(),
            satisfaction=self._promises.satisfaction(),
        )

    # --- over time ------------------------------------------------------------------------------

    def queue_over_time(self, team: str) -> list[QueueCell]:
        """The length of the team's queue in at most 500 cells of equal width."""
        self._settle()
        track, grid = self._team(team), self._queue_grid
        if self.end is None:
            return []
        found = []
        for index in range(grid.count(self.end)):
            at = grid.begin(index)
            seconds = min(at + grid.width, self.end) - max(at, track.begun_at)
            mean = track.sums.at(index) / seconds if seconds > 0 else 0.0
            found.append(QueueCell(float(at), mean, int(track.peaks.at(index))))
        return found

    def backlog_over_time(self) -> list[BacklogCell]:
        """Arrivals, closings and open items of every hour from the first event to the last."""
        return backlog(self.hours)

    def load_over_time(self, agent: str) -> list[LoadCell]:
        """Those of at most 250 cells of equal width in which the agent was active."""
        self._settle()
        shares, grid = self._agent(agent).shares, self._load_grid
        return [
            LoadCell(
                at=float(grid.begin(index)),
                active_for=active,
                handling_for=shares.handling.at(index),
                load=shares.load.at(index) / active,
                capacity=shares.capacity.at(index) / active,
            )
            for index, active in enumerate(shares.active.values)
            if active
        ]

    @property
    def queue_cell(self) -> int:
        """Seconds per cell of `queue_over_time`."""
        return self._queue_grid.width

    @property
    def load_cell(self) -> int:
        """Seconds per cell of `load_over_time`."""
        return self._load_grid.width

    def waits(
        self, priority: int | None = None, team: str | None = None
    ) -> list[tuple[float, float]]:
        """Instant of arrival and wait in seconds of each item assigned, of one priority or team."""
        return self._waits.pairs(priority, team)

    def escalations_by_category(self) -> dict[str | None, EscalationShare]:
        """Items and escalated items by the category last known of them; None: without one.

        For `recurring_escalations`.
        """
        return self._promises.categories.shares()

    # --- what an event changes ------------------------------------------------------------------

    def _begin(self, at: float) -> None:
        self.start = at
        self._queue_grid.start(at)
        self._load_grid.start(at)
        for team in self._workspace.teams:
            self._teams[team.id] = TeamTrack(at, self._queue_grid)
        for agent in self._workspace.agents:
            self._join(agent.id, {"capacity": agent.capacity, "primary": agent.primary,
                                  "presence": agent.presence})  # fmt: skip

    def _settle(self) -> None:
        if self.end is not None:
            for team in self._teams.values():
                team.settle(self.end)
            for agent in self._agents.values():
                agent.settle(self.end)

    def _move(self, item: Item, state: str, agent: str | None, at: float) -> None:
        """The one door through which items change their state or owner."""
        if item.state == "assigned":
            item.life.handled_for += at - item.since
        elif item.state == "queued":
            self._team(item.team).change(-1, at)
        elif item.state == "snoozed":
            self._snoozed.pop(item, None)
        item.state, item.agent, item.since = state, agent, at
        if state == "queued":
            self._team(item.team).change(1, at)
        elif state == "snoozed":
            self._snoozed[item] = None
        self._recount(item, at)

    def _recount(self, item: Item, at: float) -> None:
        """Rule C2: what the item adds to whose load."""
        counts = item.agent is not None and (
            item.state in ("assigned", "offered")
            or (item.state == "snoozed" and self._flags["snoozed_counts"])
        )
        if counts and not item.customer_waits:
            counts = self._flags["customer_wait_counts"]
        agent, weight = (item.agent, item.weight) if counts else (None, 0)
        if agent == item.counted_for and weight == item.counted:
            return
        for name, change in ((item.counted_for, -item.counted), (agent, weight)):
            if name is not None:
                track = self._agent(name)
                track.settle(at)
                track.load += change
        item.counted_for, item.counted = agent, weight

    def _on_queued(self, event: Any) -> None:
        item = self._items.get(event.item)
        if item is None:
            item = Item(Life(event.at, event.team, event.priority))
            self._items[event.item] = item
            self._hour(event.at)["arrived"] += 1
        self._move(item, "", None, event.at)
        item.team, item.weight, item.queued_at = event.team, event.weight, event.at
        self._move(item, "queued", None, event.at)

    def _on_assigned(self, event: Any) -> None:
        item, agent = self._item(event.item), self._agent(event.agent)
        life = item.life
        if item.state == "snoozed" and item.agent is not None:
            life.lost = "hand"  # nothing released it: rule M1 passes it from hand to hand
        if item.queued_at is not None:
            self._stays.append(event.at - item.queued_at)
            item.queued_at = None
        life.assignments += 1
        agent.counts["assigned"] += 1
        self._counts["tier"][event.tier] += 1
        self._counts["by"][event.by] += 1
        if event.tier == "secondary":
            self._counts["helped"][agent.home, event.team] += 1
        if life.assignments == 1:
            self._waits.add(life, event.at - life.arrived_at)
        else:
            self._counts["reassigned"][life.lost] += 1
        self._move(item, "assigned", event.agent, event.at)

    def _on_offered(self, event: Any) -> None:
        self._agent(event.agent).offers["made"] += 1
        self._move(self._item(event.item), "offered", event.agent, event.at)

    def _on_offer_ended(self, event: Any) -> None:
        self._agent(event.agent).offers[event.how] += 1
        self._move(self._item(event.item), "", None, event.at)

    def _on_transferred(self, event: Any) -> None:
        item = self._item(event.item)
        self._counts["transferred"][event.from_team, event.team] += 1
        if item.state == "queued":
            self._move(item, "", None, event.at)
        elif item.state == "snoozed" and item.agent != event.agent:
            item.life.lost = "transfer"
            self._move(item, "snoozed", event.agent, event.at)
        item.team = event.team

    def _on_released(self, event: Any) -> None:
        item = self._item(event.item)
        item.life.lost = event.why
        self._counts["released"][event.why] += 1
        self._move(item, "", None, event.at)

    def _on_snoozed(self, event: Any) -> None:
        item = self._item(event.item)
        item.queued_at = None
        self._move(item, "snoozed", item.agent, event.at)

    def _on_woken(self, event: Any) -> None:
        self._move(self._item(event.item), "assigned" if event.agent else "", event.agent, event.at)

    def _on_replied(self, event: Any) -> None:
        item = self._item(event.item)
        if event.by == "agent" and not item.life.replied:
            item.life.replied = True
            self._responses.append(event.at - item.life.arrived_at)
        item.customer_waits = event.by == "customer"
        self._recount(item, event.at)

    def _on_closed(self, event: Any) -> None:
        item = self._item(event.item)
        self._counts["events"]["closed"] += 1
        self._hour(event.at)["closed"] += 1
        if event.agent is not None:
            self._agent(event.agent).counts["closed"] += 1
        item.life.closed_at, item.life.lost, item.queued_at = event.at, "reopened", None
        self._move(item, "closed", None, event.at)

    def _on_reopened(self, event: Any) -> None:
        item = self._item(event.item)
        self._counts["events"]["reopened"] += 1
        self._hour(event.at)["reopened"] += 1
        item.life.closed_at = None
        item.customer_waits = True
        self._move(item, "assigned" if event.agent else "", event.agent, event.at)

    def _on_presence_changed(self, event: Any) -> None:
        agent = self._agent(event.agent)
        agent.settle(event.at)
        agent.presence = event.presence

    def _on_item_updated(self, event: Any) -> None:
        item = self._item(event.item)
        item.weight = event.changes.get("weight", item.weight)
        self._recount(item, event.at)

    # --- configuration --------------------------------------------------------------------------

    def _join(self, name: str, settings: dict[str, Any]) -> None:
        settings = {**settings, "default_capacity": self._flags["default_capacity"]}
        at = self.end if self.end is not None else self.start
        track = self._agents.get(name)
        if track is None:
            self._agents[name] = AgentTrack(at or 0.0, settings, self._load_grid)
        else:
            track.settle(at or 0.0)
            track.begin(settings)

    def _on_configured(self, event: Any) -> None:
        what, target, changes, at = event.what, event.target, event.changes, event.at
        if what == "add_agent":
            self._join(target, dict(changes))
        elif what in ("update_agent", "update_agents"):
            for name in [target] if isinstance(target, str) else target:
                self._agent(name).settle(at)
                self._agent(name).settings.update(changes)
        elif what == "remove_agent":
            self._agent(target).settle(at)
            self._agent(target).presence = None
            for item in [item for item in self._snoozed if item.agent == target]:
                item.life.lost = "removed"  # no event says that it lost its owner
                self._move(item, "snoozed", None, at)
        elif what == "add_team" and target not in self._teams:
            self._teams[target] = TeamTrack(at, self._queue_grid)
        elif what == "remove_team":
            for agent in self._agents.values():
                primary = agent.settings.get("primary") or ()
                agent.settings["primary"] = [team for team in primary if team != target]
        elif what == "update_workspace":
            self._reconfigure(changes, at)

    def _reconfigure(self, changes: Any, at: float) -> None:
        self._flags.update({k: v for k, v in changes.items() if k in self._flags})
        for agent in self._agents.values():
            agent.settle(at)
            agent.settings["default_capacity"] = self._flags["default_capacity"]
        for item in self._items.values():
            self._recount(item, at)

    def _item(self, name: str) -> Item:
        return _known(self._items, name, UnknownItemError, "item")

    def _agent(self, name: str) -> AgentTrack:
        return _known(self._agents, name, UnknownAgentError, "agent")

    def _team(self, name: str) -> TeamTrack:
        return _known(self._teams, name, UnknownTeamError, "team")

    def _hour(self, at: float) -> Counter[str]:
        return self.hours[floor(at / HOUR)]


def summarize(
    workspace: Workspace,
    events: Iterable[Event],
    *,
    until: float | None = None,
    threshold: float = THRESHOLD,
) -> Summary:
    """What happened on this desk, from its events.

    Parameters
    ----------
    workspace : Workspace
        As it was when the log began.
    events : iterable of Event
        The whole log, in order; read once.
    until : float, optional
        POSIX seconds at which the report ends: later events are left out, and when the last event
        is earlier, what held then holds until here.
    threshold : float, default 900
        Seconds; the service level is the share of items assigned within it.

    Examples
    --------
    >>> from assignwork.events import Queued
    >>> desk = Workspace.from_dict({"teams": [{"id": "billing"}]})
    >>> found = summarize(desk, [Queued(1, 0.0, "t-1", "billing", 3, 1, "given", None)])
    >>> found.volumes.total
    Volume(arrived=1, closed=0, open=1)
    >>> found.queues["billing"].at_end
    1
    """
    metrics = read(workspace, events, until)
    return metrics.summary(until=until, threshold=threshold)


def read(workspace: Workspace, events: Iterable[Event], until: float | None = None) -> Metrics:
    """Metrics of the events up to the instant `until`."""
    metrics = Metrics(workspace)
    for event in events:
        if until is not None and event.at > until:
            break
        metrics.add(event)
    return metrics


def _known(found: dict[str, K], name: str, error: type[AssignworkError], what: str) -> K:
    try:
        return found[name]
    except KeyError:
        unknown = f"no {what} {name!r} before this event"
        raise error(unknown, value=name, remedy=_WHOLE_LOG) from None
