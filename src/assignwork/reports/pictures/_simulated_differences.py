"""What a change does, measure by measure: differences with their intervals (a forest plot)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from assignwork.reports._simulation_results import Comparison, Difference
from assignwork.reports._simulation_text import (
    common_threshold,
    compared,
    interval,
    signed,
    words_of,
)
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    Picture,
    dressed,
    label,
    load_extra,
)
from assignwork.reports.pictures._simulated import NAMED, number, scale

KEY = (
    ("better", BLUE), ("worse", DARK_ORANGE), ("neither good nor bad", "#009e73"),
    ("may be chance", GREY),
)  # fmt: skip
_COLOURS = {"better": BLUE, "worse": DARK_ORANGE, "less": "#009e73", "more": "#009e73"}
_SYMBOLS = {"better": "circle", "worse": "diamond", "less": "square", "more": "square"}
_ROW, _HEAD = 40, 62  # pixels
_UNITS = ("seconds", "share")  # what can stand on one axis


def differences(found: Comparison) -> Picture | None:
    """Changes of waits and times in one panel, of shares in another, each around zero."""
    parts = found.differences(None, compared(found))
    threshold = common_threshold(found.a, found.b)
    panels = [
        [
            one
            for one in parts
            if words_of(one.measure, threshold).unit == unit and math.isfinite(one.change.mean)
        ]
        for unit in _UNITS
    ]
    units = [unit for unit, panel in zip(_UNITS, panels, strict=True) if panel]
    panels = [panel for panel in panels if panel]
    if not panels:
        return None
    rows = [len(panel) for panel in panels]
    subplots = load_extra("plotly.subplots")
    height = sum(_ROW * count + _HEAD for count in rows)
    drawn = dressed(
        subplots.make_subplots(
            rows=len(panels), row_heights=rows, vertical_spacing=_HEAD / height if rows[1:] else 0
        )
    )
    for row, (unit, panel) in enumerate(zip(units, panels, strict=True), start=1):
        _panel(drawn, row, unit, panel, threshold)
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    there = {one.verdict for panel in panels for one in panel}
    key = [
        (words, colour)
        for words, colour in KEY
        if colour in {_COLOURS.get(verdict, GREY) for verdict in there}
    ]
    before, after = label(found.a.scenario, NAMED), label(found.b.scenario, NAMED)
    lead = "Each line is what the difference may be; where it crosses zero, it may be chance. Both "
    lead += "were played with the same customers."
    return Picture(
        "differences", f"What changes: {after} instead of {before}", lead, drawn, height,
        key=tuple(key), place="wide",
    )  # fmt: skip


def _panel(
    drawn: Any, row: int, unit: str, panel: Sequence[Difference], threshold: float | None
) -> None:
    go = load_extra("plotly.graph_objects")
    by, words = (
        (0.01, "percentage points")
        if unit == "share"
        else scale(
            [max(abs(one.change.low), abs(one.change.high), abs(one.change.mean)) for one in panel]
        )
    )
    for place, one in enumerate(panel):
        colour = _COLOURS.get(one.verdict, GREY)
        text = f"{signed(one.change.mean, unit)}"
        around = interval(one.change, unit, differs=True)
        width = one.change.half_width if one.change.known else 0.0
        drawn.add_trace(
            go.Scatter(
                x=[number(one.change.mean, by)], y=[place], mode="markers", showlegend=False,
                marker={"color": colour, "size": 10,
                        "symbol": _SYMBOLS.get(one.verdict, "circle-open")},
                error_x={"type": "data", "array": [number(width, by)], "color": colour,
                         "thickness": 2.5, "width": 5},
                hovertemplate=f"{text} ({around or 'one run alone'})<extra></extra>",
            ),
            row=row, col=1,
        )  # fmt: skip
    drawn.update_yaxes(
        tickvals=list(range(len(panel))),
        ticktext=[
            f"{words_of(one.measure, threshold).text}<br><b>{signed(one.change.mean, unit)}</b>"
            for one in panel
        ],
        range=[len(panel) - 0.5, -0.5], showgrid=False, row=row, col=1,
    )  # fmt: skip
    drawn.update_xaxes(
        title=f"difference, {words}", zeroline=True, zerolinecolor=GREY, zerolinewidth=2,
        nticks=6, tickangle=0, row=row, col=1,
    )  # fmt: skip
