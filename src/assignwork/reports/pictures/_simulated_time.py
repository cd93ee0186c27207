"""When simulated work piles up, and when agents are busy."""

from __future__ import annotations

import math
from typing import Any

from assignwork.reports.pictures._drawing import Picture, figure, load_extra
from assignwork.reports.pictures._simulated import (
    Runs,
    around,
    band,
    beside,
    clock,
    hover,
    instants,
    number,
    time_axis,
)
from assignwork.reports.text import percent

_HEIGHT = 260  # pixels


def queue(runs: Runs) -> Picture | None:
    """Items waiting over the time that was measured."""
    if not any(found.mean("queue_length_max") > 0 for found in runs.all):
        return None
    drawn, at, peak = _over_time(runs, "waiting")
    drawn.update_yaxes(title=beside("items waiting"), rangemode="tozero")
    when = f"{_about(peak)} waiting around {clock(runs, at)}" if peak else "never"
    title = f"When it piles up: {when}"
    lead = "Items that wait for an agent, mean of all runs; the band is the margin of chance of "
    lead += "this mean. Single days go higher and lower."
    return Picture("queue", title, lead, drawn, _HEIGHT, key=runs.key, place="wide")


def _about(items: float) -> str:
    return f"{items:,.0f}" if items >= 9.5 else f"{items:.1f}"  # noqa: PLR2004  # two digits


def busy(runs: Runs) -> Picture | None:
    """Occupancy over the time that was measured."""
    if all(math.isnan(found.mean("occupancy")) for found in runs.all):
        return None
    drawn, at, peak = _over_time(runs, "occupancy", 0.01)
    drawn.update_yaxes(title=beside("occupancy"), ticksuffix=" %", range=[0, 105])
    title = f"When agents are busy: most around {clock(runs, at)}, {percent(peak)}"
    lead = "Of the time that all agents are at work, the share in which they handle something."
    return Picture("busy", title, lead, drawn, _HEIGHT, key=runs.key, place="wide")


def _over_time(runs: Runs, name: str, by: float = 1.0) -> tuple[Any, float, float]:
    """The figure, and when the last run's curve is highest and how high."""
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    curves = [found.curve(name) for found in runs.all]
    for (run, colour), curve in zip(runs.key, curves, strict=True):
        x = instants(runs, curve)
        band(drawn, *around(x, curve, by), colour)
        drawn.add_trace(
            go.Scatter(
                name=run, x=x, y=[number(value, by) for value in curve.mean.tolist()],
                mode="lines", line={"color": colour, "width": 2},
                hovertemplate=f"{hover(runs)}: %{{y:.3g}}<extra>{run}</extra>",
            )
        )  # fmt: skip
    time_axis(drawn, runs)
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 40})
    last = [
        (value, at)
        for value, at in zip(curves[-1].mean.tolist(), curves[-1].at.tolist(), strict=True)
        if math.isfinite(value)
    ]
    value, at = max(last, key=lambda entry: entry[0])
    return drawn, at, value
