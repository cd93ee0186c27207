"""Who carried how much, and who was busy."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Any

from assignwork.reports.pictures._drawing import (
    BLUE,
    GREY,
    ORANGE,
    Desk,
    Picture,
    date_axis,
    figure,
    label,
    load_extra,
    name_rows,
    note,
    rounded,
)
from assignwork.reports.summary import AgentFigures
from assignwork.reports.text import cell, hours, percent

_MOST_AGENTS = 60
_LOAD_KEY = (
    ("no load", "var(--load-0)"),
    ("half full", "var(--load-50)"),
    ("full", "var(--load-100)"),
    ("above capacity", "var(--load-101)"),
    ("half as much again, or more", "var(--load-150)"),
)


def loads(desk: Desk) -> Picture | None:
    """Load ÷ capacity per agent and cell of time."""
    busy = sorted(
        (a for a in desk.summary.agents if a.active_for), key=lambda a: (-a.load.share, a.agent)
    )
    if not busy:
        return None
    shown = sorted(busy[:_MOST_AGENTS], key=lambda a: (a.team, -a.load.share, a.agent))
    go = load_extra("plotly.graph_objects")
    width = desk.metrics.load_cell
    cells = {a.agent: {c.at: c for c in desk.metrics.load_over_time(a.agent)} for a in shown}
    instants = sorted({at for row in cells.values() for at in row})
    columns = [
        instants[0] + i * width for i in range(floor((instants[-1] - instants[0]) / width) + 1)
    ]
    z = [
        [_or_gap(cells[agent.agent].get(at)) for at in columns] for agent in shown
    ]  # fmt: skip
    drawn = figure()
    drawn.add_trace(
        go.Heatmap(
            x=[desk.local(at + width / 2) for at in columns], y=list(range(len(shown))), z=z,
            coloraxis="coloraxis", ygap=1,
            hovertemplate="%{y}, %{x|%a %d %b %H:%M}: %{z:.0f} % of capacity<extra></extra>",
        )
    )  # fmt: skip
    name_rows(drawn, [label(agent.agent, 14) for agent in shown])
    date_axis(drawn)
    _mark_teams(drawn, shown)
    drawn.update_xaxes(showgrid=False)
    drawn.update_layout(
        coloraxis={"cmin": 0, "cmax": 150, "showscale": False},
        margin={"l": 8, "r": 92, "t": 6, "b": 30},
    )
    top = busy[0]
    title = f"Who carried how much: {label(top.agent)} most, {percent(top.load.share)} of capacity"
    title += " on average"
    lead = f"Load as a share of capacity, mean of each {cell(width)}, while active; orange is "
    lead += "above capacity, blank is not active. By team, the most loaded first."
    if len(busy) > len(shown):
        lead += f" The {len(shown)} most loaded of {len(busy)} agents are shown."
    height = 40 + 17 * max(3, len(shown))
    return Picture("loads", title, lead, drawn, height, key=_LOAD_KEY, place="wide")


def _or_gap(cell: Any) -> float | None:
    """None is a gap; less than a twentieth of a minute says nothing."""
    return None if cell is None else round(100 * cell.load / cell.capacity)


def _mark_teams(drawn: Any, shown: Sequence[AgentFigures]) -> None:
    """Name each team to the right of its agents and part it from the next."""
    for team in dict.fromkeys(agent.team for agent in shown):
        places = [i for i, agent in enumerate(shown) if agent.team == team]
        middle = (places[0] + places[-1]) / 2
        note(drawn, label(team, 13), x=1.01, y=middle, xref="paper", yref="y", xanchor="left")
        if places[0]:
            drawn.add_shape(
                type="line", xref="paper", x0=0, x1=1.13, y0=places[0] - 0.5, y1=places[0] - 0.5,
                line={"color": GREY, "width": 1},
            )  # fmt: skip


def occupancy(desk: Desk) -> Picture | None:
    """The share of active time with work per agent, and load ÷ capacity beside it."""
    ranked = desk.summary.busiest
    if not ranked:
        return None
    half = _MOST_AGENTS // 2
    shown = ranked if len(ranked) <= _MOST_AGENTS else (*ranked[:half], *ranked[-half:])
    go = load_extra("plotly.graph_objects")
    places = list(range(len(shown)))
    about = [
        f"{hours(a.active_for)} active, mean load {a.load.mean:.1f} of {a.capacity}" for a in shown
    ]
    drawn = figure(bargap=0.25)
    drawn.add_trace(
        go.Bar(
            orientation="h", y=places,
            x=rounded([100 * a.load.occupancy for a in shown]), customdata=about,
            marker={"color": BLUE},
            hovertemplate="%{y}: %{x:.0f} % occupied (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    drawn.add_trace(
        go.Scatter(
            mode="markers", y=places,
            x=rounded([100 * a.load.share for a in shown]),
            marker={"color": ORANGE, "symbol": "diamond", "size": 9,
                    "line": {"color": "#333", "width": 1}},
            hovertemplate="%{y}: %{x:.0f} % of capacity<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_xaxes(
        ticksuffix=" %",
        rangemode="tozero",
        title="share of active time, share of capacity",
        side="bottom",
    )
    name_rows(drawn, [label(agent.agent, 14) for agent in shown])
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    first, last = ranked[0], ranked[-1]
    title = (
        f"Who was busy: {label(first.agent)} had work {percent(first.load.occupancy)} of the time"
    )
    if last is not first:
        title += f", {label(last.agent)} {percent(last.load.occupancy)}"
    lead = "Share of active time in which the agent held anything, and how full the agent was."
    if len(shown) < len(ranked):
        lead += f" The {half} busiest and the {half} idlest of {len(ranked)} are shown."
    key = (("occupancy: active time with work", BLUE), ("mean load ÷ capacity", ORANGE))
    height = 60 + 17 * max(3, len(shown))
    return Picture("occupancy", title, lead, drawn, height, key=key, place="tall")
