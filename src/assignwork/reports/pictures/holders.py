"""Who held an item when, and where it was handed on at a shift's end (rules T3, T4).

`Holdings` takes the events one by one, as `Metrics` does, and keeps what `holders` draws of them:
open items, those that were handed on, and when each agent was active. There is a row per agent,
grouped by the time zones of the shifts or, where there is but one, by team; above them stands
what was said of the items.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import chain, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from assignwork.events import Event
from assignwork.model import Workspace
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
    end : float or None
        The instant of the last event, POSIX seconds.
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
        self.end: float | None = None
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
        if self.end is None:
            for agent in self._workspace.agents:
                calendar = None if agent.shift is None else agent.shift.calendar
                self._join(agent.id, agent.primary, calendar)
                self._be(agent.id, agent.presence, event.at)
        self.end = event.at
        if event.kind in _MOVES or event.kind in _MARKS:
            self._keep(event)
        elif event.kind == "presence_changed":
            self._be(event.agent, event.presence, event.at)
        elif event.kind == "configured" and event.what == "add_agent":
            shift = event.changes.get("shift")
            calendar = shift["calendar"] if isinstance(shift, Mapping) else shift
            self._join(event.target, event.changes.get("primary") or (), calendar)
            self._be(event.target, event.changes.get("presence", "active"), event.at)
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
        begin, end = self.open_between(ranked[:1])
        periods = {item: self.open_between([item]) for item in ranked}
        meet = [item for item, (first, last) in periods.items() if first < end and begin < last]
        return [ranked[0], *(item for item in meet if item != ranked[0])][: len(_COLOURS)]

    def shown_between(self, items: Sequence[str], until: float | None) -> tuple[float, float]:
        """The instants between which these are drawn: where none was asked for, the first's."""
        return self.open_between(items if self._asked is not None else items[:1], until)

    def open_between(self, items: Sequence[str], until: float | None = None) -> tuple[float, float]:
        """The instants from the first event of any of these items to when none is open."""
        ends = [span.end for item in items for span in self.spans(item, until)]
        begin = min(self._events[item][0].at for item in items)
        return begin, max(ends, default=begin)

    def spans(self, item: str, until: float | None = None) -> list[Span]:
        """Where an item was while it was open."""
        end = max(self.end or 0.0, until or 0.0)
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

    def _be(self, agent: str, presence: str, at: float) -> None:
        changes = self._changes[agent]
        if (presence == "active") != (len(changes) % 2 == 1):
            changes.append(at)

    def _join(self, agent: str, primary: Sequence[str], calendar: str | None) -> None:
        timezone = None if calendar is None else self._zones.get(calendar, "UTC")
        self.members[agent] = Member(primary[0] if primary else "-", timezone)
        self._changes.setdefault(agent, array("d"))


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
    key = [(f"held {label(item)}", colour) for item, colour in zip(items, _COLOURS, strict=False)]
    key.append(("agent active", _ACTIVE))
    if _NOBODY in drawing.rows:
        key.append(("nobody had it", _NOBODYS))
    key += drawing.marked
    return Picture(
        "holders", drawing.title(), drawing.lead(), drawing.figure,
        56 + drawing.row_height * len(drawing.rows), key=tuple(key), place="wide",
    )  # fmt: skip


class _Drawing:
    """The picture in the making: its rows by name, from top to bottom."""

    def __init__(
        self, holdings: Holdings, zone: tzinfo, items: Sequence[str], until: float | None
    ) -> None:
        self.holdings = holdings
        self.zone = zone
        self.items = items
        self.spans = {item: holdings.spans(item, until) for item in items}
        first, last = holdings.shown_between(items, until)
        spare = max((last - first) / 16, 60.0)
        self.begin, self.end = first - spare, last + spare
        self.log_end = max(holdings.end or 0.0, until or 0.0)
        self.with_hours = self.end - self.begin <= _WITH_HOURS
        self.row_height = 38 if self.with_hours else 24
        self.bar = (-0.4, 0.08) if self.with_hours else (-0.36, 0.36)  # within its row
        self.figure = figure(barmode="overlay")
        self.marked: list[tuple[str, str]] = []
        self.groups = self._grouped()
        self.rows = {name: i for i, name in enumerate([*self._above(), *self.groups])}

    # --- rows -----------------------------------------------------------------------------------

    def _above(self) -> list[str]:
        """The rows above those of the agents."""
        kinds = [kind for kind in _MARKS if any(self.holdings.of(i, kind) for i in self.items)]
        rows = list(dict.fromkeys(_MARKS[kind][0] for kind in kinds))
        waits = any(span.who is None for spans in self.spans.values() for span in spans)
        return [*rows, _NOBODY] if waits else rows

    def _grouped(self) -> dict[str, str]:
        """The agents shown, each with the group it stands in; who held first comes first."""
        since: dict[str, float] = {}
        for spans in self.spans.values():
            for span in spans:
                if span.who is not None and span.end > self.begin and span.begin < self.end:
                    since[span.who] = min(span.begin, since.get(span.who, span.begin))
        members = self.holdings.members
        few = len(members) <= _ALL_AGENTS
        shown = [name for name in members if few or name in since]
        shown = sorted(shown, key=lambda name: since.get(name, self.end))[:_MOST_AGENTS]
        zones = {members[name].timezone for name in shown}
        self.by_zone = len(zones) > 1
        of = {
            name: (self.by_zone and members[name].timezone) or members[name].team for name in shown
        }
        order = list(dict.fromkeys(of.values()))
        return dict(sorted(of.items(), key=lambda entry: order.index(entry[1])))

    # --- what is drawn --------------------------------------------------------------------------

    def draw(self) -> None:
        """All of it."""
        self._draw_active()
        for item, colour in zip(self.items, _COLOURS, strict=False):
            self._draw_held(item, colour)
        for item, colour in reversed([*zip(self.items, _COLOURS, strict=False)]):
            self._draw_handoffs(item, colour)
        self._draw_marks()
        self._dress()

    def _draw_active(self) -> None:
        spans = [
            (name, *span)
            for name in self.groups
            for span in self.holdings.active(name, self.log_end)
            if span[1] > self.begin and span[0] < self.end
        ]
        self._bars(
            [(self.rows[name], *self._clipped(*span)) for name, *span in spans],
            [f"{label(name)} active {self._told(name, *span)}" for name, *span in spans],
            {"color": _ACTIVE, "line": {"width": 0}},
            [0.84] * len(spans),
        )
        if self.with_hours:
            self._draw_hours([(name, begin, end) for name, begin, end in spans])

    def _draw_hours(self, spans: Sequence[tuple[str, float, float]]) -> None:
        """The local hours of shifts, below what was held."""
        found = []
        for name, begin, end in spans:
            zone, (first, last) = self._zone_of(name), self._clipped(begin, end)
            if zone is not None and last - first > _ROOM_FOR_HOURS * (self.end - self.begin):
                hours = f"{_clock(begin, zone)}–{_clock(end, zone)}"  # noqa: RUF001
                found.append((self.local((first + last) / 2), self.rows[name] + 0.27, hours))
        if found:
            x, y, text = zip(*found, strict=True)
            go = load_extra("plotly.graph_objects")
            self.figure.add_trace(
                go.Scatter(
                    x=x, y=y, text=text, mode="text", textfont={"size": 10}, hoverinfo="skip"
                )
            )

    def _draw_held(self, item: str, colour: str) -> None:
        for nobodys in (False, True):
            spans = [
                span
                for span in self.spans[item]
                if (span.who is None) == nobodys
                and (span.who or _NOBODY) in self.rows
                and span.end > self.begin
                and span.begin < self.end
            ]
            lanes = [self._lane(item, span) for span in spans]
            self._bars(
                [
                    (self.rows[span.who or _NOBODY] + offset, *self._clipped(span.begin, span.end))
                    for span, (offset, _) in zip(spans, lanes, strict=True)
                ],
                [self._words(item, span) for span in spans],
                {"color": colour, "line": {"width": 2 * nobodys, "color": _NOBODYS}},
                [height for _, height in lanes],
            )

    def _words(self, item: str, span: Span) -> str:
        who = label(span.who) if span.who is not None else "nobody"
        told = self._told(span.who, span.begin, span.end)
        parked = f", {span.state}" if span.state != "assigned" else ""
        return f"{who} had {label(item)}{parked} {told}"

    def _lane(self, item: str, span: Span) -> tuple[float, float]:
        """Offset and height of a bar within its row, beside others of the same time."""
        beside = [
            other
            for other in self.items
            if other == item
            or any(
                s.who == span.who and s.begin < span.end and span.begin < s.end
                for s in self.spans[other]
            )
        ]
        low, high = self.bar
        height = (high - low) / len(beside)
        return low + height * (beside.index(item) + 0.5), height

    def _draw_handoffs(self, item: str, colour: str) -> None:
        """A line from who left it to who got it, with an arrow's head at its end."""
        middle = sum(self.bar) / 2
        found = [
            (event, left, left_at, self.rows[left] + middle, self.rows[event.to_agent] + middle)
            for event, left, left_at in self.handed_on(item)
            if event.at >= self.begin
            and left_at <= self.end
            and left in self.rows
            and event.to_agent in self.rows
        ]
        if not found:
            return
        go = load_extra("plotly.graph_objects")
        x = [[self.local(left_at), self.local(event.at), None] for event, _, left_at, *_ in found]
        y = [[start, stop, None] for *_, start, stop in found]
        self.figure.add_trace(
            go.Scatter(
                x=[*chain(*x)], y=[*chain(*y)], mode="lines",
                line={"color": colour, "width": 2.5}, hoverinfo="skip",
            )
        )  # fmt: skip
        self.figure.add_trace(
            go.Scatter(
                x=[self.local(event.at) for event, *_ in found], y=[stop for *_, stop in found],
                mode="markers",
                marker={
                    "symbol": [
                        "triangle-down" if stop > start else "triangle-up"
                        for *_, start, stop in found
                    ],
                    "size": 11, "color": colour, "line": {"color": "#333", "width": 1},
                },
                customdata=[
                    f"{label(item)} handed on from {label(left)} to "
                    f"{label(event.to_agent)}<br>{self._when(event.to_agent, event.at)}, "
                    f"open for {duration(event.open_for)}"
                    for event, left, *_ in found
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip

    def handed_on(self, item: str) -> list[tuple[Any, str, float]]:
        """Its handoffs, each with who had it before, and until when.

        Colleagues through whose hands it went at one instant did not have it.
        """
        found = []
        held = [span for span in self.spans[item] if span.who is not None]
        last = {event.at: event for event in self.holdings.of(item, "handoff")}
        for before, span in pairwise(held):
            event = last.get(span.begin)
            if event is not None and event.to_agent == span.who != before.who:
                found.append((event, before.who or "", before.end))
        return found

    def _draw_marks(self) -> None:
        go = load_extra("plotly.graph_objects")
        colours: dict[str, list[str]] = {}
        for kind, (row, symbol, colour, word) in _MARKS.items():
            found = [
                event
                for item in self.items
                for event in self.holdings.of(item, kind)
                if self.begin <= event.at <= self.end
            ]
            if not found:
                continue
            if row != "escalations":  # whose only marks they are
                colours.setdefault(colour, []).append(word)
            self.figure.add_trace(
                go.Scatter(
                    x=[self.local(event.at) for event in found], y=[self.rows[row]] * len(found),
                    mode="markers", marker={"symbol": symbol, "color": colour, "size": 10},
                    customdata=[
                        f"{label(event.item)}: {_said(event, word)}<br>"
                        f"{instant(event.at, self.zone)}"
                        for event in found
                    ],
                    hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip
        self.marked = [(", ".join(words), colour) for colour, words in colours.items()]

    def _bars(
        self, bars: Sequence[tuple[float, float, float]], told: Sequence[str],
        marker: Mapping[str, Any], heights: Sequence[float],
    ) -> None:  # fmt: skip
        """Bars at (place, begin, end), with what they say when they are pointed at."""
        if not bars:
            return
        go = load_extra("plotly.graph_objects")
        milliseconds = [
            1000 * max(0.0, (self.wall(end) - self.wall(begin)).total_seconds())
            for _, begin, end in bars
        ]
        self.figure.add_trace(
            go.Bar(
                orientation="h", y=[place for place, *_ in bars], x=milliseconds,
                base=[self.local(begin) for _, begin, _ in bars], width=heights,
                marker=marker, customdata=told,
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip

    def _dress(self) -> None:
        names = [
            f"<i>{name}</i>" if name not in self.groups else label(name, 14) for name in self.rows
        ]
        name_rows(self.figure, names)
        date_axis(self.figure)
        self.figure.update_xaxes(type="date", range=[self.local(self.begin), self.local(self.end)])
        for group in dict.fromkeys(self.groups.values()):
            places = [self.rows[name] for name, of in self.groups.items() if of == group]
            city = group.rpartition("/")[2].replace("_", " ") if self.by_zone else group
            note(
                self.figure, label(city, 13), x=1.01, y=(places[0] + places[-1]) / 2, xref="paper",
                yref="y", xanchor="left",
            )  # fmt: skip
            if places[0]:
                self.figure.add_shape(
                    type="line", xref="paper", x0=0, x1=1.1, y0=places[0] - 0.5,
                    y1=places[0] - 0.5, line={"color": GREY, "width": 1},
                )  # fmt: skip
        self.figure.update_layout(margin={"l": 8, "r": 92, "t": 6, "b": 44})

    # --- words ----------------------------------------------------------------------------------

    def title(self) -> str:
        """Who held it, in a sentence."""
        item, spans = self.items[0], self.spans[self.items[0]]
        handoffs = len(self.handed_on(item))
        opened = sum(span.end - span.begin for span in spans)
        waited = sum(span.end - span.begin for span in spans if span.who is None)
        title = f"Who held {label(item)} when: "
        title += f"handed on {_times(handoffs)} in {duration(opened)}, "
        return title + (
            f"{duration(waited)} of it without an owner" if waited else "never without an owner"
        )

    def lead(self) -> str:
        """How to read it."""
        lead = "A bar is the time for which an agent had it, a line a handoff at a shift's end; "
        lead += "grey: the agent was active"
        lead += ", with the local hours of the shift." if self.with_hours else "."
        if len(self.items) > 1:
            lead += f" With it {plural(len(self.items) - 1, 'other item')}"
            lead += " handed on in that time."
        members, shown = len(self.holdings.members), len(self.groups)
        if shown < members:
            lead += f" {shown} of {members} agents are shown: who had it."
        return lead

    def _told(self, name: str | None, begin: float, end: float) -> str:
        told = f"{duration(end - begin)}<br>{self._when(None, begin)} to {self._when(None, end)}"
        zone = None if name is None else self._zone_of(name)
        if zone is not None and zone != self.zone:
            told += f"<br>{_clock(begin, zone, '%a %H:%M')} to {_clock(end, zone, '%a %H:%M')}"
            told += " local time"
        return told

    def _when(self, name: str | None, at: float) -> str:
        zone = None if name is None else self._zone_of(name)
        local = f" ({_clock(at, zone)} local time)" if zone is not None else ""
        return _clock(at, self.zone, "%a %H:%M") + local

    def _zone_of(self, name: str) -> tzinfo | None:
        timezone = self.holdings.members[name].timezone
        return None if timezone is None else ZoneInfo(timezone)

    def wall(self, at: float) -> datetime:
        """What the page's clock shows, as plotly counts."""
        return datetime.fromtimestamp(at, self.zone).replace(tzinfo=None)

    def local(self, at: float) -> str:
        """The same as text."""
        return self.wall(at).isoformat(sep=" ", timespec="seconds")

    def _clipped(self, begin: float, end: float) -> tuple[float, float]:
        return max(begin, self.begin), min(end, self.end)


def _clock(at: float, zone: tzinfo, shape: str = "%H:%M") -> str:
    return datetime.fromtimestamp(at, zone).strftime(shape)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _said(event: Any, word: str) -> str:
    if event.kind == "escalated":
        told = ", ".join(label(name) for name in (*event.notified, *event.watchers))
        return f"escalated, step {event.level}" + (f", told {told}" if told else "")
    if event.kind.startswith("sla_"):
        return f"{event.target.replace('_', ' ')} {word}"
    return f"update {word}"
