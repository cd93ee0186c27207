"""Who held an item when, and where it was handed on at a shift's end (rules T3, T4).

`Holdings` takes the events one by one, as `Metrics` does, and keeps of them what `holders` draws:
open items and those that were handed on, and when each agent was active. One row per agent, by
the time zones of their shifts where they have several, else by team; above them what was said of
the item.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from assignwork.events import Event, Handoff
from assignwork.model import Agent, Workspace
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    ORANGE,
    SMALL,
    Picture,
    date_axis,
    figure,
    label,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.text import DAY, HOUR, duration, instant, plural
from assignwork.reports.timeline import Span, timeline

_MOVES = frozenset({
    "held", "queued", "offered", "assigned", "released", "offer_ended", "snoozed", "woken",
    "reopened", "transferred", "closed", "handoff",
})  # fmt: skip
_COLOURS = ("#009e73", "#cc79a7", "#56b4e9", "#8a6fd1")
"""Of items: told apart by the colour-blind, and unlike those of the marks."""
_ON_SHIFT = "rgba(140,148,158,0.26)"
_LINE = f"linear-gradient(90deg, transparent 40%, {GREY} 40% 62%, transparent 62%)"
_MARKS = {
    "sla_met": ("promises", "circle", BLUE, "met"),
    "sla_at_risk": ("promises", "diamond", ORANGE, "at risk"),
    "sla_breached": ("promises", "x", DARK_ORANGE, "breached"),
    "escalated": ("escalations", "triangle-up", GREY, "escalated"),
    "update_posted": ("updates", "circle", BLUE, "update posted"),
    "update_overdue": ("updates", "x", DARK_ORANGE, "update overdue"),
}
"""Kind of event -> row, symbol, colour and words of its mark."""
_MARKED_ROWS = ("promises", "escalations", "updates")
_WAITS = "nobody"
_WAITED = "#c0392b"
_MOST_ITEMS = len(_COLOURS)
_ALL_AGENTS = 16
"""Up to so many are all shown; of more, those who held an item."""
_MOST_AGENTS = 60
_HOURS_SHOWN = 3 * DAY
"""A longer picture has no room for the local hours of shifts."""
_ROW = 34
_ROOM = 5 * HOUR
"""Seconds of a shift below which its local hours do not fit."""


class _Member(NamedTuple):
    """Where an agent belongs: his first team, and the time zone of his shift, if he has one."""

    team: str
    timezone: str | None


class Holdings:
    """What the picture needs of a log.

    Memory grows with the items that are open or were handed on, and with the changes of presence.

    Parameters
    ----------
    workspace : Workspace
        As it was when the log began.
    items : iterable of str, optional
        The items to draw; None: those that were handed on, the most urgent ones.

    Examples
    --------
    >>> from assignwork.events import Assigned, Queued
    >>> desk = Workspace.from_dict({"teams": [{"id": "billing"}], "agents": [{"id": "ana"}]})
    >>> holdings = Holdings(desk)
    >>> events = [Queued(1, 0.0, "t-1", "billing", 1, 1, "given", None),
    ...           Assigned(2, 0.0, "t-1", "billing", "ana", "manual", 0.0, "hand", "hand", (), None),
    ...           Handoff(3, 0.0, "t-1", "billing", "bob", "ana", 0.0)]
    >>> len(list(holdings.following(events))), holdings.chosen()
    (3, ['t-1'])
    """

    def __init__(self, workspace: Workspace, items: Iterable[str] | None = None) -> None:
        self.end: float | None = None
        self._asked = None if items is None else tuple(dict.fromkeys(items))
        self._zones = {calendar.id: calendar.timezone for calendar in workspace.calendars}
        self._members: dict[str, _Member] = {}
        self._changes: dict[str, array[float]] = {}  # becomes active, is so no more, and so on
        self._agents: tuple[Agent, ...] = workspace.agents
        self._events: dict[str, list[Event]] = {}
        self._priority: dict[str, int] = {}
        self._handoffs: dict[str, int] = {}

    def following(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each taken when the next one is asked for."""
        for event in events:
            yield event
            self.add(event)

    def add(self, event: Event) -> None:
        """Take the next event."""
        if self.end is None:
            for agent in self._agents:
                calendar = agent.shift.calendar if agent.shift else None
                self._join(agent.id, agent.primary, calendar)
                if agent.presence == "active":
                    self._changes[agent.id].append(event.at)
        self.end = event.at
        if event.kind in _MOVES or event.kind in _MARKS:
            self._keep(event)
        elif event.kind == "presence_changed":
            self._be(event.agent, event.presence == "active", event.at)  # type: ignore[attr-defined]
        elif event.kind == "configured":
            self._configure(event)

    def chosen(self) -> list[str]:
        """The items to draw: those asked for, or the most urgent that was handed on.

        With it come others that were handed on while it was open, at most four in all.
        """
        if self._asked is not None:
            return [item for item in self._asked if item in self._events]
        ranked = sorted(
            self._handoffs, key=lambda item: (self._priority.get(item, 0), -self._handoffs[item])
        )
        if not ranked:
            return []
        begin, end = self.period(ranked[0])
        meet = [item for item in ranked if self._meets(item, begin, end)]
        return meet[:_MOST_ITEMS]

    def spans(self, item: str, until: float | None = None) -> tuple[Span, ...]:
        """Where an item was, up to its close or to the end of the log."""
        return timeline(self._events[item], item, until=max(self.end or 0.0, until or 0.0)).spans

    def period(self, item: str, until: float | None = None) -> tuple[float, float]:
        """The instants between which an item was open."""
        spans = [span for span in self.spans(item, until) if span.state != "closed"]
        if not spans:  # closed at once
            at = self._events[item][0].at
            return at, at
        return spans[0].begin, spans[-1].end

    def of(self, item: str) -> Sequence[Any]:
        """Its events that are drawn."""
        return self._events[item]

    def members(self) -> Mapping[str, _Member]:
        """All agents whom the log knows, in the order in which they came."""
        return self._members

    def active(self, agent: str, until: float) -> Iterator[tuple[float, float]]:
        """The times at which an agent was active."""
        changes = [*self._changes[agent]]
        if len(changes) % 2:
            changes.append(until)
        for begin, end in zip(changes[::2], changes[1::2], strict=True):
            if begin < end:
                yield begin, end

    def _meets(self, item: str, begin: float, end: float) -> bool:
        first, last = self.period(item)
        return first < end and begin < last

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

    def _be(self, agent: str, active: bool, at: float) -> None:  # noqa: FBT001  # what he is
        changes = self._changes.get(agent)
        if changes is not None and active != bool(len(changes) % 2):
            changes.append(at)

    def _join(self, agent: str, primary: Sequence[str], calendar: str | None) -> None:
        timezone = None if calendar is None else self._zones.get(calendar, "UTC")
        self._members[agent] = _Member(primary[0] if primary else "-", timezone)
        self._changes.setdefault(agent, array("d"))

    def _configure(self, event: Any) -> None:
        if event.what == "add_agent":
            shift = event.changes.get("shift")
            calendar = shift["calendar"] if isinstance(shift, Mapping) else shift
            self._join(event.target, event.changes.get("primary") or (), calendar)
            self._be(event.target, event.changes.get("presence", "active") == "active", event.at)
        elif event.what == "remove_agent":
            self._be(event.target, active=False, at=event.at)


class _Rows:
    """The rows from top to bottom, and the groups that agents stand in."""

    def __init__(self, marked: Sequence[str], agents: Mapping[str, str]) -> None:
        self.names = [*marked, *agents]
        self.place = {name: i for i, name in enumerate(self.names)}
        self.agents = agents
        self.first = len(marked)

    def groups(self) -> Iterator[tuple[str, int, int]]:
        """Each group with the places of its first and last row."""
        for group in dict.fromkeys(self.agents.values()):
            places = [self.place[name] for name, of in self.agents.items() if of == group]
            yield group, places[0], places[-1]


class _Canvas(NamedTuple):
    """What is drawn: which items, when, on which rows."""

    holdings: Holdings
    zone: tzinfo
    items: Sequence[str]
    begin: float
    end: float
    rows: _Rows
    figure: Any

    @property
    def with_hours(self) -> bool:
        """Whether shifts say their local hours."""
        return self.end - self.begin <= _HOURS_SHOWN

    def local(self, at: float) -> str:
        """An instant as plotly reads it."""
        return self.wall(at).isoformat(sep=" ", timespec="seconds")

    def wall(self, at: float) -> datetime:
        """What the page's clock shows."""
        return datetime.fromtimestamp(at, self.zone).replace(tzinfo=None)

    def zone_of(self, agent: str) -> tzinfo | None:
        """That of the agent's shift."""
        timezone = self.holdings.members()[agent].timezone
        return None if timezone is None else ZoneInfo(timezone)

    def lane(self, item: str) -> tuple[float, float]:
        """Offset and height of an item's bar within a row."""
        low, high = (-0.38, 0.08) if self.with_hours else (-0.34, 0.34)
        height = (high - low) / len(self.items)
        return low + height * (self.items.index(item) + 0.5), height


def holders(holdings: Holdings, zone: tzinfo, *, until: float | None = None) -> Picture | None:
    """Who held the chosen items when.

    Parameters
    ----------
    holdings : Holdings
        The whole log, taken.
    zone : tzinfo
        In which instants are shown.
    until : float, optional
        POSIX seconds at which the log ends, when later than its last event.

    Returns
    -------
    Picture or None
        None when no item was handed on, or the log has none of those asked for.
    """
    items = holdings.chosen()
    if not items:
        return None
    periods = [holdings.period(item, until) for item in items]
    first, last = (periods[0] if holdings.chosen_by_itself else _hull(periods))
    spare = max((last - first) / 16, 60.0)
    begin, end = first - spare, last + spare
    rows = _rows(holdings, items, begin, end, until)
    canvas = _Canvas(holdings, zone, items, begin, end, rows, figure(barmode="overlay"))
    _draw_shifts(canvas, until)
    for item, colour in zip(items, _COLOURS, strict=False):
        _draw_item(canvas, item, colour, until)
    marked = _draw_marks(canvas)
    _dress(canvas)
    key = [(f"held {label(item)}", colour) for item, colour in zip(items, _COLOURS, strict=False)]
    key += [("handed on at a shift's end", _LINE), ("active", _ON_SHIFT)]
    if _WAITS in rows.place:
        key.append(("nobody had it", _WAITED))
    key += marked
    return Picture(
        "holders", _title(canvas, until), _lead(canvas), canvas.figure,
        64 + _ROW * len(rows.names), key=tuple(key), place="wide",
    )  # fmt: skip
