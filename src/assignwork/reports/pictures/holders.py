"""Who held an item when, and where it was handed on at a shift's end (rules T3, T4).

`Holdings` takes the events one by one, as `Metrics` does, and keeps what `holders` draws of them:
open items, those that were handed on, and when each agent was active. There is a row per agent,
grouped by the time zones of the shifts or, where there is but one, by team; above them stands
what was said of the items.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from assignwork.events import Event
from assignwork.model import Agent, Workspace
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    ORANGE,
    Picture,
    date_axis,
    figure,
    label,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.text import DAY, duration, instant, plural
from assignwork.reports.timeline import Span, timeline

_MOVES = frozenset({
    "held", "queued", "offered", "assigned", "released", "offer_ended", "snoozed", "woken",
    "reopened", "transferred", "closed", "handoff",
})  # fmt: skip
_COLOURS = ("#009e73", "#cc79a7", "#56b4e9", "#8a6fd1")
"""Of items: told apart by the colour-blind, and unlike those of the marks."""
_ACTIVE = "rgba(140,148,158,0.26)"
_NOBODY, _NOBODYS = "nobody", "#c0392b"
_MARKS = {
    "sla_met": ("promises", "circle", BLUE, "kept"),
    "sla_at_risk": ("promises", "diamond", ORANGE, "at risk"),
    "sla_breached": ("promises", "x", DARK_ORANGE, "breached"),
    "escalated": ("escalations", "triangle-up", GREY, "escalated"),
    "update_posted": ("updates", "circle", BLUE, "posted"),
    "update_overdue": ("updates", "x", DARK_ORANGE, "overdue"),
}
"""Kind of event -> row, symbol and colour of its mark, and what it says."""
_DAY = "%a %H:%M"
_MOST_AGENTS = 60
_ALL_AGENTS = 16
"""Up to so many are all shown; of more, those who held one of the items."""
_WITH_HOURS = 3 * DAY
"""Seconds; a longer picture has no room for the local hours of shifts."""
_ROOM_FOR_HOURS = 1 / 13
"""The share of the picture's time that a shift's local hours need."""


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
        if event.kind in _MOVES or event.kind in _MARKS:
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
            return [item for item in self._asked if item in self._events][: len(_COLOURS)]
        ranked = sorted(
            self._handoffs, key=lambda item: (self._priority.get(item, 0), -self._handoffs[item])
        )
        if not ranked:
            return []
        periods = {item: self.open_between(item) for item in ranked}
        begin, end = periods.pop(ranked[0])
        others = [item for item, (first, last) in periods.items() if first < end and begin < last]
        return [ranked[0], *others][: len(_COLOURS)]

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


def holders(holdings: Holdings, zone: tzinfo, *, until: float | None = None) -> Picture | None:
    """Who held the chosen items when.

    Parameters
    ----------
    holdings : Holdings
        That has taken the whole log.
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
    drawing = _Drawing(holdings, zone, items, until)
    drawing.draw()
    return Picture(
        "holders", drawing.title(), drawing.lead(), drawing.figure, drawing.height,
        key=tuple(drawing.key), place="wide",
    )  # fmt: skip


class _Bar(NamedTuple):
    """A time on a row, and what it says when it is pointed at."""

    place: float
    height: float
    begin: float
    end: float
    told: str


class _Drawing:
    """The picture in the making.

    Attributes
    ----------
    groups : dict of str to str
        The agents shown, from top to bottom, and the group that each stands in.
    above, rows : dict of str to int
        The places of the rows above the agents, by name, and of the agents.
    key : list of (str, str)
    """

    def __init__(
        self, holdings: Holdings, zone: tzinfo, items: Sequence[str], until: float | None
    ) -> None:
        self.holdings = holdings
        self.zone = zone
        self.colours = dict(zip(items, _COLOURS, strict=False))
        self.spans = {item: holdings.spans(item, until) for item in items}
        first, last = holdings.shown_between(items, until)
        spare = max((last - first) / 16, 60.0)
        self.begin, self.end = first - spare, last + spare
        self.log_end = holdings.end if until is None else max(holdings.end, until)
        self.with_hours = self.end - self.begin <= _WITH_HOURS
        self.bar = (-0.4, 0.08) if self.with_hours else (-0.36, 0.36)  # within its row
        self.groups = self._grouped()
        self.above = {name: i for i, name in enumerate(self._above())}
        self.rows = {name: i for i, name in enumerate(self.groups, start=len(self.above))}
        self.height = 56 + (38 if self.with_hours else 24) * (len(self.above) + len(self.rows))
        self.key = [(f"held {label(item)}", colour) for item, colour in self.colours.items()]
        self.figure = figure(barmode="overlay")

    # --- rows -----------------------------------------------------------------------------------

    def _above(self) -> list[str]:
        kinds = [kind for kind in _MARKS if any(self._marked(kind))]
        rows = list(dict.fromkeys(_MARKS[kind][0] for kind in kinds))
        waits = any(span.who is None for spans in self.spans.values() for span in spans)
        return [*rows, _NOBODY] if waits else rows

    def _grouped(self) -> dict[str, str]:
        """Who held first comes first, and so does his group."""
        since: dict[str, float] = {}
        for spans in self.spans.values():
            for span in spans:
                if span.who is not None and self._seen(span.begin, span.end):
                    since[span.who] = min(span.begin, since.get(span.who, span.begin))
        members = self.holdings.members
        few = len(members) <= _ALL_AGENTS
        shown = [name for name in members if few or name in since]
        shown = sorted(shown, key=lambda name: since.get(name, self.end))[:_MOST_AGENTS]
        by_zone = len({members[name].timezone for name in shown}) > 1
        of = {
            name: _city(members[name].timezone or "-") if by_zone else members[name].team
            for name in shown
        }
        order = list(dict.fromkeys(of.values()))
        return dict(sorted(of.items(), key=lambda entry: order.index(entry[1])))

    # --- what is drawn --------------------------------------------------------------------------

    def draw(self) -> None:
        """All of it, from the ground up."""
        self._draw_active()
        for item in self.colours:
            self._draw_held(item)
        for item in reversed(self.colours):
            self._draw_handoffs(item)
        self._draw_marks()
        self._dress()

    def _draw_active(self) -> None:
        bars, hours = [], []
        for name, place in self.rows.items():
            zone = self._zone_of(name)
            for begin, end in self.holdings.active(name, self.log_end):
                if not self._seen(begin, end):
                    continue
                told = f"{label(name)} active {self._told(name, begin, end)}"
                bars.append(_Bar(place, 0.84, begin, end, told))
                first, last = self._clipped(begin, end)
                room = last - first > _ROOM_FOR_HOURS * (self.end - self.begin)
                if zone is not None and self.with_hours and room:
                    since = _clock(begin, zone) if begin > self.holdings.begin else ""
                    until = _clock(end, zone) if end < self.log_end else ""
                    hours.append(((first + last) / 2, place + 0.27, f"{since}–{until}"))  # noqa: RUF001
        self._draw_bars(bars, {"color": _ACTIVE, "line": {"width": 0}})
        self.key.append(("agent active", _ACTIVE))
        self._scatter(
            [(at, place) for at, place, _ in hours], mode="text", textfont={"size": 10},
            text=[words for *_, words in hours], hoverinfo="skip",
        )  # fmt: skip

    def _draw_held(self, item: str) -> None:
        bars: dict[bool, list[_Bar]] = {False: [], True: []}
        for span in self.spans[item]:
            place = self.above[_NOBODY] if span.who is None else self.rows.get(span.who)
            if place is not None and self._seen(span.begin, span.end):
                offset, height = self._lane(item, span)
                who = "nobody" if span.who is None else label(span.who)
                parked = "" if span.state == "assigned" else f", {span.state}"
                told = f"{who} had {label(item)}{parked} "
                told += self._told(span.who, span.begin, span.end)
                bar = _Bar(place + offset, height, span.begin, span.end, told)
                bars[span.who is None].append(bar)
        colour = self.colours[item]
        self._draw_bars(bars[False], {"color": colour, "line": {"width": 0}})
        self._draw_bars(bars[True], {"color": colour, "line": {"width": 2, "color": _NOBODYS}})
        if bars[True] and ("nobody had it", _NOBODYS) not in self.key:
            self.key.append(("nobody had it", _NOBODYS))

    def _lane(self, item: str, span: Span) -> tuple[float, float]:
        """Offset and height of a bar within its row, beside others of the same time."""
        beside = [
            other
            for other, spans in self.spans.items()
            if other == item
            or any(s.who == span.who and s.begin < span.end and span.begin < s.end for s in spans)
        ]
        low, high = self.bar
        height = (high - low) / len(beside)
        return low + height * (beside.index(item) + 0.5), height

    def _draw_handoffs(self, item: str) -> None:
        """A line from who left it to who got it, with an arrow's head at its end."""
        colour, middle = self.colours[item], sum(self.bar) / 2
        ends, heads, symbols, told = [], [], [], []
        for event, left, left_at in self._handed_on(item):
            start, stop = self.rows.get(left), self.rows.get(event.to_agent)
            if start is None or stop is None or not self._seen(left_at, event.at):
                continue
            ends += [(left_at, start + middle), (event.at, stop + middle), None]
            heads.append((event.at, stop + middle))
            symbols.append("triangle-down" if stop > start else "triangle-up")
            who = f"from {label(left)} to {label(event.to_agent)}"
            when = f"{self._when(event.to_agent, event.at)}, open for {duration(event.open_for)}"
            told.append(f"{label(item)} handed on {who}<br>{when}")
        self._scatter(ends, mode="lines", line={"color": colour, "width": 2.5}, hoverinfo="skip")
        outline = {"color": "#333", "width": 1}
        self._scatter(
            heads, customdata=told,
            marker={"symbol": symbols, "size": 11, "color": colour, "line": outline},
        )  # fmt: skip

    def _handed_on(self, item: str) -> list[tuple[Any, str, float]]:
        """Its handoffs, each with who had it before, and until when.

        Colleagues through whose hands it went at one instant did not have it.
        """
        last = {event.at: event for event in self.holdings.of(item, "handoff")}
        held = [(span.who, span) for span in self.spans[item] if span.who is not None]
        return [
            (last[span.begin], before, until.end)
            for (before, until), (who, span) in pairwise(held)
            if span.begin in last and last[span.begin].to_agent == who != before
        ]

    def _draw_marks(self) -> None:
        colours: dict[str, list[str]] = {}
        for kind, (row, symbol, colour, word) in _MARKS.items():
            events = [event for event in self._marked(kind) if self._seen(event.at, event.at)]
            if events and row != "escalations":  # whose only marks they are
                colours.setdefault(colour, []).append(word)
            self._scatter(
                [(event.at, self.above[row]) for event in events],
                marker={"symbol": symbol, "color": colour, "size": 10},
                customdata=[
                    f"{label(event.item)}: {_said(event, word)}<br>{instant(event.at, self.zone)}"
                    for event in events
                ],
            )
        self.key += [(", ".join(words), colour) for colour, words in colours.items()]

    def _marked(self, kind: str) -> Iterator[Any]:
        for item in self.colours:
            yield from self.holdings.of(item, kind)

    def _draw_bars(self, bars: Sequence[_Bar], marker: Mapping[str, Any]) -> None:
        if not bars:
            return
        ends = [[self._wall(at) for at in self._clipped(bar.begin, bar.end)] for bar in bars]
        self.figure.add_trace(
            load_extra("plotly.graph_objects").Bar(
                orientation="h", y=[bar.place for bar in bars], width=[bar.height for bar in bars],
                x=[1000 * max(0.0, (end - begin).total_seconds()) for begin, end in ends],
                base=[str(begin) for begin, _ in ends], marker=marker,
                customdata=[bar.told for bar in bars],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip

    def _scatter(self, points: Sequence[tuple[float, float] | None], **look: Any) -> None:
        """Points at (instant, place); None parts lines."""
        if not points:
            return
        if "customdata" in look:
            look |= {"mode": "markers", "hovertemplate": "%{customdata}<extra></extra>"}
        x = [None if point is None else str(self._wall(point[0])) for point in points]
        y = [None if point is None else point[1] for point in points]
        self.figure.add_trace(load_extra("plotly.graph_objects").Scatter(x=x, y=y, **look))

    def _dress(self) -> None:
        names = [f"<i>{name}</i>" for name in self.above]
        name_rows(self.figure, [*names, *(label(name, 14) for name in self.rows)])
        date_axis(self.figure)
        reach = [str(self._wall(self.begin)), str(self._wall(self.end))]
        self.figure.update_xaxes(type="date", range=reach)
        for group in dict.fromkeys(self.groups.values()):
            places = [self.rows[name] for name, of in self.groups.items() if of == group]
            note(
                self.figure, label(group, 13), x=1.01, y=(places[0] + places[-1]) / 2,
                xref="paper", yref="y", xanchor="left",
            )  # fmt: skip
            if places[0]:
                self.figure.add_shape(
                    type="line", xref="paper", x0=0, x1=1.1, y0=places[0] - 0.5,
                    y1=places[0] - 0.5, line={"color": GREY, "width": 1},
                )  # fmt: skip
        self.figure.update_layout(margin={"l": 8, "r": 92, "t": 6, "b": 44})

    # --- words ----------------------------------------------------------------------------------

    def title(self) -> str:
        """Who held the first item, in a sentence."""
        item, spans = next(iter(self.spans.items()))
        lasted = sum(span.end - span.begin for span in spans)
        waited = sum(span.end - span.begin for span in spans if span.who is None)
        count = len(self._handed_on(item))
        times = {1: "once", 2: "twice"}.get(count, f"{count:,} times")
        moved = f"handed on {times}" if count else "not handed on"
        owner = f"{duration(waited)} of it without an owner" if waited else "never without an owner"
        return f"Who held {label(item)} when: {moved} in {duration(lasted)}, {owner}"

    def lead(self) -> str:
        """How to read it."""
        lead = "A bar is the time for which an agent had it, a line a handoff at a shift's end; "
        lead += "grey: the agent was active"
        lead += ", with the local hours of the shift." if self.with_hours else "."
        if len(self.colours) > 1:
            others = plural(len(self.colours) - 1, "other item")
            lead += f" With it {others} handed on in that time."
        members, shown = len(self.holdings.members), len(self.rows)
        if shown < members:
            lead += f" {shown} of {members} agents are shown: who had it."
        return lead

    def _told(self, name: str | None, begin: float, end: float) -> str:
        """How long and when, on the page's clock and on his own."""
        told = duration(end - begin)
        for zone, whose in ((self.zone, ""), (self._zone_of(name), " local time")):
            if zone is not None and (not whose or zone != self.zone):
                told += f"<br>{_clock(begin, zone, _DAY)} to {_clock(end, zone, _DAY)}{whose}"
        return told

    def _when(self, name: str, at: float) -> str:
        zone = self._zone_of(name)
        told = _clock(at, self.zone, _DAY)
        return told if zone is None else f"{told} ({_clock(at, zone)} local time)"

    def _zone_of(self, name: str | None) -> tzinfo | None:
        timezone = None if name is None else self.holdings.members[name].timezone
        return None if timezone is None else ZoneInfo(timezone)

    # --- times ----------------------------------------------------------------------------------

    def _seen(self, begin: float, end: float) -> bool:
        return begin <= self.end and end >= self.begin

    def _clipped(self, begin: float, end: float) -> tuple[float, float]:
        return max(begin, self.begin), min(end, self.end)

    def _wall(self, at: float) -> datetime:
        """What the page's clock shows, as plotly counts: to the second."""
        return datetime.fromtimestamp(at, self.zone).replace(tzinfo=None, microsecond=0)


def _clock(at: float, zone: tzinfo, shape: str = "%H:%M") -> str:
    return datetime.fromtimestamp(at, zone).strftime(shape)


def _city(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")


def _said(event: Any, word: str) -> str:
    if event.kind == "escalated":
        told = ", ".join(label(name) for name in (*event.notified, *event.watchers))
        return f"step {event.level}" + (f", told {told}" if told else "")
    if event.kind.startswith("sla_"):
        return f"{event.target.replace('_', ' ')} {word}"
    return f"update {word}"
