"""The drawing: bars of who was active and who had it, lines of handoffs, marks of what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

from assignwork.reports.pictures._drawing import (
    GREY,
    Picture,
    date_axis,
    figure,
    label,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.pictures.holders import _words as words
from assignwork.reports.pictures.holders._holdings import Holdings
from assignwork.reports.pictures.holders._layout import NOBODY, Layout
from assignwork.reports.pictures.holders._looks import ACTIVE, MARKS, NOBODYS
from assignwork.reports.text import instant

_ROOM_FOR_HOURS = 1 / 13
"""The share of the picture's time that a shift's local hours need."""


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
    layout = Layout(holdings, zone, items, until)
    drawing = _Drawing(layout)
    drawing.draw()
    return Picture(
        "holders", words.title(layout), words.lead(layout), drawing.figure, layout.height,
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
    figure : plotly.graph_objects.Figure
    key : list of (str, str)
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.key = [(f"held {label(item)}", colour) for item, colour in layout.colours.items()]
        self.figure = figure(barmode="overlay")

    def draw(self) -> None:
        """All of it, from the ground up."""
        self._draw_active()
        for item in self.layout.colours:
            self._draw_held(item)
        for item in reversed(self.layout.colours):
            self._draw_handoffs(item)
        self._draw_marks()
        self._dress()

    def _draw_active(self) -> None:
        layout = self.layout
        bars, hours = [], []
        for name, place in layout.rows.items():
            zone = layout.zone_of(name)
            for begin, end in layout.holdings.active(name, layout.log_end):
                if not layout.seen(begin, end):
                    continue
                bars.append(_Bar(place, 0.84, begin, end, words.active(layout, name, begin, end)))
                first, last = layout.clipped(begin, end)
                room = last - first > _ROOM_FOR_HOURS * (layout.end - layout.begin)
                if zone is not None and layout.with_hours and room:
                    since = words.clock(begin, zone) if begin > layout.holdings.begin else ""
                    until = words.clock(end, zone) if end < layout.log_end else ""
                    hours.append(((first + last) / 2, place + 0.27, f"{since}–{until}"))  # noqa: RUF001
        self._draw_bars(bars, {"color": ACTIVE, "line": {"width": 0}})
        self.key.append(("agent active", ACTIVE))
        self._scatter(
            [(at, place) for at, place, _ in hours], mode="text", textfont={"size": 10},
            text=[shown for *_, shown in hours], hoverinfo="skip",
        )  # fmt: skip

    def _draw_held(self, item: str) -> None:
        layout = self.layout
        bars: dict[bool, list[_Bar]] = {False: [], True: []}
        for span in layout.spans[item]:
            place = layout.above[NOBODY] if span.who is None else layout.rows.get(span.who)
            if place is not None and layout.seen(span.begin, span.end):
                offset, height = layout.lane(item, span)
                told = words.held(layout, item, span)
                bar = _Bar(place + offset, height, span.begin, span.end, told)
                bars[span.who is None].append(bar)
        colour = layout.colours[item]
        self._draw_bars(bars[False], {"color": colour, "line": {"width": 0}})
        self._draw_bars(bars[True], {"color": colour, "line": {"width": 2, "color": NOBODYS}})
        if bars[True] and ("nobody had it", NOBODYS) not in self.key:
            self.key.append(("nobody had it", NOBODYS))

    def _draw_handoffs(self, item: str) -> None:
        """A line from who left it to who got it, with an arrow's head at its end."""
        layout = self.layout
        colour, middle = layout.colours[item], sum(layout.bar) / 2
        ends, heads, symbols, told = [], [], [], []
        for event, left, left_at in layout.handed_on(item):
            start, stop = layout.rows.get(left), layout.rows.get(event.to_agent)
            if start is None or stop is None or not layout.seen(left_at, event.at):
                continue
            ends += [(left_at, start + middle), (event.at, stop + middle), None]
            heads.append((event.at, stop + middle))
            symbols.append("triangle-down" if stop > start else "triangle-up")
            told.append(words.handed_on(layout, event, left))
        self._scatter(ends, mode="lines", line={"color": colour, "width": 2.5}, hoverinfo="skip")
        outline = {"color": "#333", "width": 1}
        self._scatter(
            heads, customdata=told,
            marker={"symbol": symbols, "size": 11, "color": colour, "line": outline},
        )  # fmt: skip

    def _draw_marks(self) -> None:
        layout = self.layout
        colours: dict[str, list[str]] = {}
        for kind, (row, symbol, colour, word) in MARKS.items():
            events = [event for event in layout.marked(kind) if layout.seen(event.at, event.at)]
            if events and row != "escalations":  # whose only marks they are
                colours.setdefault(colour, []).append(word)
            self._scatter(
                [(event.at, layout.above[row]) for event in events],
                marker={"symbol": symbol, "color": colour, "size": 10},
                customdata=[
                    f"{label(event.item)}: {words.said(event, word)}"
                    f"<br>{instant(event.at, layout.zone)}"
                    for event in events
                ],
            )
        self.key += [(", ".join(meant), colour) for colour, meant in colours.items()]

    def _draw_bars(self, bars: Sequence[_Bar], marker: Mapping[str, Any]) -> None:
        if not bars:
            return
        clipped = [self.layout.clipped(bar.begin, bar.end) for bar in bars]
        ends = [[self.layout.wall(at) for at in reach] for reach in clipped]
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
        x = [None if point is None else str(self.layout.wall(point[0])) for point in points]
        y = [None if point is None else point[1] for point in points]
        self.figure.add_trace(load_extra("plotly.graph_objects").Scatter(x=x, y=y, **look))

    def _dress(self) -> None:
        layout = self.layout
        names = [f"<i>{name}</i>" for name in layout.above]
        name_rows(self.figure, [*names, *(label(name, 14) for name in layout.rows)])
        date_axis(self.figure)
        reach = [str(layout.wall(layout.begin)), str(layout.wall(layout.end))]
        self.figure.update_xaxes(type="date", range=reach)
        for group in dict.fromkeys(layout.groups.values()):
            places = [layout.rows[name] for name, of in layout.groups.items() if of == group]
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
