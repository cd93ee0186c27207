"""How busy each simulated agent is, and who too much."""

from __future__ import annotations

import math

from assignwork.reports._simulation_results import Results
from assignwork.reports._simulation_text import BUSY, at_work, overloaded
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
)
from assignwork.reports.pictures._simulated import Runs, half, number
from assignwork.reports.text import percent, plural

MOST_AGENTS = 40
_ROW = 22  # pixels


def occupancy(runs: Runs) -> Picture | None:
    """Occupancy per agent with its interval, the busiest on top."""
    last = runs.all[-1]
    agents = list(at_work(last))
    if not agents:
        return None
    shown = agents[:MOST_AGENTS]
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    places = list(range(len(shown)))
    key = []
    if runs.after is not None:
        known = set(runs.before.labels("agent"))
        was = [
            runs.before.mean("occupancy", agent=agent) if agent in known else math.nan
            for agent in shown
        ]
        drawn.add_trace(
            go.Scatter(
                name=runs.names[0], x=[number(100 * share) for share in was], y=places,
                mode="markers",
                marker={"color": GREY, "symbol": "circle-open", "size": 12, "line": {"width": 2}},
                hovertemplate=f"%{{y}}: %{{x:.1f}} %<extra>{runs.names[0]}</extra>",
            )
        )  # fmt: skip
        key.append((runs.names[0], GREY))
    found = [last.interval("occupancy", agent=agent) for agent in shown]
    colours = [DARK_ORANGE if one.mean > BUSY else BLUE for one in found]
    for colour, words in ((BLUE, ""), (DARK_ORANGE, f"above {percent(BUSY)}")):
        rows = [i for i, own in enumerate(colours) if own == colour]
        if not rows:
            continue
        name = ", ".join(filter(None, (runs.names[-1] if runs.after else "occupancy", words)))
        key.append((name, colour))
        drawn.add_trace(
            go.Scatter(
                name=name, x=[number(100 * found[i].mean) for i in rows], y=rows, mode="markers",
                error_x={"type": "data", "array": [100 * half(found[i]) for i in rows],
                         "color": colour, "thickness": 2, "width": 3},
                marker={"color": colour, "size": 9},
                customdata=[_about(last, shown[i]) for i in rows],
                hovertemplate="%{y}: %{x:.1f} % (%{customdata})<extra></extra>",
            )
        )  # fmt: skip
    drawn.add_vline(x=100 * BUSY, line={"color": GREY, "width": 1, "dash": "dot"})
    drawn.update_xaxes(
        ticksuffix=" %", range=[0, 104], title="handling ÷ (handling + available) time"
    )
    name_rows(drawn, [label(agent, 16) for agent in shown])
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    lead = f"The dotted line is at {percent(BUSY)}: above it hardly a moment is left between two "
    lead += "items, and a rush meets no reserve."
    if runs.after is not None:
        lead += f" Rings: {runs.names[0]}."
    if len(shown) < len(agents):
        lead += f" The {len(shown)} busiest of {plural(len(agents), 'agent')} are shown."
    height = 70 + _ROW * max(4, len(shown))
    return Picture("occupancy", _title(last, agents), lead, drawn, height, key=tuple(key))


def _about(found: Results, agent: str) -> str:
    active, over = (found.mean(name, agent=agent) for name in ("active_hours", "overtime_hours"))
    return f"{active:.1f} h active, {over:.1f} h overtime"


def _title(found: Results, agents: list[str]) -> str:
    busy = overloaded(found)
    top = found.mean("occupancy", agent=agents[0])
    if not busy:
        return f"How busy they are: nobody above {percent(BUSY)}, {label(agents[0])} most"
    who = f"{len(busy):,} of {plural(len(agents), 'agent')} above {percent(BUSY)}"
    return f"How busy they are: {who}, {label(agents[0])} most, {percent(top)}"
