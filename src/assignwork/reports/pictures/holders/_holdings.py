"""What the picture needs of a log: the items' events, and when each agent was active."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from assignwork.events import Event
from assignwork.model import Agent, Workspace
from assignwork.reports.pictures.holders._looks import COLOURS, MARKS
from assignwork.reports.timeline import Span, timeline

_MOVES = frozenset({
    "held", "queued", "offered", "assigned", "released", "offer_ended", "snoozed", "woken",
    "reopened", "transferred", "closed", "handoff",
})  # fmt: skip


class Member(NamedTuple):
    """Where an agent belongs: his first team, and the time zone of his shift, if he has one."""

    team: str
    timezone: str | None


class Holdings:
    """What the picture needs of a log.

    Memory grows with the items that are open or were handed on, and with changes of presence.

    Parameters
    ----------
    workspace : Workspace
        As it was when the log began.
    items : iterable of str, optional
        The items to draw, at most four; None: those that were handed on, the most urgent ones.

    Attributes
    ----------
    begin, end : float
        The instants of the first event and of the last one, POSIX seconds.
    members : dict of str to Member
        All agents that the log knows, in the order in which they came.

    Examples
    --------
    >>> from assignwork.events import Assigned, Handoff, Queued
    >>> desk = Workspace.from_dict({"teams": [{"id": "billing"}], "agents": [{"id": "ana"}]})
    >>> holdings = Holdings(desk)
    >>> events = [
    ...     Queued(1, 0.0, "t-1", "billing", 1, 1, "given", None),
    ...     Assigned(2, 0.0, "t-1", "billing", "ana", "manual", 0.0, "hand", "hand", (), None),
    ...     Handoff(3, 0.0, "t-1", "billing", "bob", "ana", 0.0),
    ... ]
    >>> len(list(holdings.following(events))), holdings.chosen()
    (3, ['t-1'])
    """

    def __init__(self, workspace: Workspace, items: Iterable[str] | None = None) -> None:
        self.begin = self.end = -math.inf
        self.members: dict[str, Member] = {}
        self._asked = None if items is None else tuple(dict.fromkeys(items))
        self._workspace = workspace
        self._zones = {calendar.id: calendar.timezone for calendar in workspace.calendars}
        self._changes: dict[str, array[float]] = {}  # becomes active, is so no more, and so on
        self._events: dict[str, list[Any]] = {}
        self._priority: dict[str, int] = {}
        self._handoffs: dict[str, int] = {}

    def following(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events; each is taken when the next one is asked for."""
        for event in events:
            yield event
            self.add(event)

    def add(self, event: Any) -> None:
        """Take the next event."""
        if self.end == -math.inf:
            self.begin = event.at
            for agent in self._workspace.agents:
                self._join(agent, event.at)
        self.end = event.at
        if event.kind in _MOVES or event.kind in MARKS:
            self._keep(event)
        elif event.kind == "presence_changed":
            self._be(event.agent, event.presence, event.at)
        elif event.kind == "configured" and event.what == "add_agent":
            agent = Agent.from_dict({"id": event.target, **event.changes})
            self._join(agent, event.at)
        elif event.kind == "configured" and event.what == "remove_agent":
            self._be(event.target, "removed", event.at)

    def chosen(self) -> list[str]:
        """The items to draw: those asked for, or those handed on, the most urgent first.

        Of these the first, and others that were open at a time when it was.
        """
        if self._asked is not None:
            return [item for item in self._asked if item in self._events][: len(COLOURS)]
        ranked = sorted(
            self._handoffs, key=lambda item: (self._priority.get(item, 0), -self._handoffs[item])
        )
        if not ranked:
            return []
        periods = {item: self.open_between(item) for item in ranked}
        begin, end = periods.pop(ranked[0])
        others = [item for item, (first, last) in periods.items() if first < end and begin < last]
        return [ranked[0], *others][: len(COLOURS)]

    def shown_between(self, items: Sequence[str], until: float | None) -> tuple[float, float]:
        """The instants between which these are drawn: where none was asked for, the first's."""
        periods = [self.open_between(item, until) for item in items]
        if self._asked is None:
            return periods[0]
        return min(begin for begin, _ in periods), max(end for _, end in periods)

    def open_between(self, item: str, until: float | None = None) -> tuple[float, float]:
        """The instants from an item's first event to its close."""
        begin = self._events[item][0].at
        return begin, max((span.end for span in self.spans(item, until)), default=begin)

    def spans(self, item: str, until: float | None = None) -> list[Span]:
        """Where an item was while it was open."""
        end = self.end if until is None else max(self.end, until)
        spans = timeline(self._events[item], item, until=end).spans
        return [span for span in spans if span.state != "closed"]

    def of(self, item: str, kind: str) -> list[Any]:
        """The item's events of a kind."""
        return [event for event in self._events[item] if event.kind == kind]

    def active(self, agent: str, until: float) -> Iterator[tuple[float, float]]:
        """The times at which an agent was active."""
        changes = [*self._changes.get(agent, ())]
        if len(changes) % 2:
            changes.append(until)
        for begin, end in zip(changes[::2], changes[1::2], strict=True):
            if begin < end:
                yield begin, end

    def _keep(self, event: Any) -> None:
        item = event.item
        if self._asked is not None and item not in self._asked:
            return
        self._events.setdefault(item, []).append(event)
        if event.kind == "queued":
            self._priority[item] = event.priority
        elif event.kind == "handoff":
            self._handoffs[item] = self._handoffs.get(item, 0) + 1
        elif event.kind == "closed" and self._asked is None and item not in self._handoffs:
            del self._events[item]
            self._priority.pop(item, None)

    def _join(self, agent: Agent, at: float) -> None:
        zone = None if agent.shift is None else self._zones.get(agent.shift.calendar, "UTC")
        self.members[agent.id] = Member(agent.primary[0] if agent.primary else "-", zone)
        self._changes.setdefault(agent.id, array("d"))
        self._be(agent.id, agent.presence, at)

    def _be(self, agent: str, presence: str, at: float) -> None:
        changes = self._changes[agent]
        if (presence == "active") != (len(changes) % 2 == 1):
            changes.append(at)
