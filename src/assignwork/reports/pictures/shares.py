"""How full agents are before and after a plan: each a line from where he was to where he goes."""

from __future__ import annotations

from collections.abc import Sequence

from assignwork.reports._plans import Load
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    rounded,
)
from assignwork.reports.pictures.bars import grouped
from assignwork.reports.text import percent, plural

MOST_AGENTS = 40
_ROW = 20  # pixels
_QUARTERS = ("up to 25 %", "26 to 50 %", "51 to 75 %", "76 to 99 %")


def chosen(loads: Sequence[Load]) -> list[Load]:
    """The agents to show, the fullest on top: all, or of many those who change most.

    Of many, those who get more do not hide those from whom is taken: each kind has half the rows,
    as far as there are so many.
    """
    shown = list(loads)
    if len(shown) > MOST_AGENTS:
        shown.sort(key=lambda load: (-abs(_change(load)), -_share(load.before, load), load.agent))
        less = [load for load in shown if _change(load) < 0]
        more = [load for load in shown if _change(load) > 0]
        half = MOST_AGENTS // 2
        most = max(half, MOST_AGENTS - len(more))
        less = less[:most]
        shown = [*less, *more[: MOST_AGENTS - len(less)]] or shown[:MOST_AGENTS]
    return sorted(shown, key=lambda load: (-_share(load.before, load), -load.after, load.agent))


def _change(load: Load) -> float:
    return (load.after - load.before) / load.capacity


def _share(units: int, load: Load) -> float:
    return units / load.capacity


def fullness(loads: Sequence[Load]) -> Picture | None:
    """Load ÷ capacity of each agent, before and after; None of many of whom nobody changes."""
    shown = chosen(loads)
    if not any(len(loads) <= MOST_AGENTS or _change(load) for load in shown):
        return None
    go = load_extra("plotly.graph_objects")
    places = list(range(len(shown)))
    before = rounded([100 * _share(load.before, load) for load in shown])
    after = rounded([100 * _share(load.after, load) for load in shown])
    about = [
        f"{load.before:,} before, {load.after:,} after, capacity {load.capacity:,}"
        for load in shown
    ]
    drawn = figure()
    gap = [None] * len(shown)  # ends each line, so that one trace draws them all
    drawn.add_trace(
        go.Scatter(
            x=[x for line in zip(before, after, gap, strict=True) for x in line],
            y=[y for place in places for y in (place, place, None)],
            mode="lines", line={"color": GREY, "width": 3}, hoverinfo="skip",
        )
    )  # fmt: skip
    drawn.add_trace(
        go.Scatter(
            x=before, y=places, mode="markers", customdata=about,
            marker={"color": GREY, "symbol": "circle-open", "size": 12, "line": {"width": 2}},
            hovertemplate="%{y}: %{x:.0f} % before (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    colours = [DARK_ORANGE if load.after > load.capacity else BLUE for load in shown]
    drawn.add_trace(
        go.Scatter(
            x=after, y=places, mode="markers", customdata=about,
            marker={"color": colours, "symbol": "circle", "size": 9},
            hovertemplate="%{y}: %{x:.0f} % after (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    drawn.add_vline(x=100, line={"color": GREY, "width": 1, "dash": "dot"})
    top = max(100.0, *before, *after)
    drawn.update_xaxes(ticksuffix=" %", range=[-0.03 * top, 1.06 * top], title="load ÷ capacity")
    name_rows(drawn, [label(load.agent, 14) for load in shown])
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    key = [("before", GREY), ("after", BLUE)]
    if DARK_ORANGE in colours:
        key.append(("after, above capacity", DARK_ORANGE))
    return Picture(
        "fullness", _title(loads), _lead(loads, shown), drawn, 70 + _ROW * max(3, len(shown)),
        key=tuple(key), place="wide",
    )  # fmt: skip


def _title(loads: Sequence[Load]) -> str:
    before, after = (
        percent(max(_share(units, load) for load, units in pairs))
        for pairs in (
            [(load, load.before) for load in loads],
            [(load, load.after) for load in loads],
        )
    )
    how = f"stays at {after}" if before == after else f"goes from {before} to {after}"
    return f"How full the agents are: the fullest {how} of capacity"


def _lead(loads: Sequence[Load], shown: Sequence[Load]) -> str:
    text = "Each line leads from the ring, where an agent is now, to the dot, where the plan takes "
    text += "him; a dot in its ring stays. The dotted line is a full agent. The fullest on top."
    if len(shown) < len(loads):
        less = sum(load.after < load.before for load in loads)
        more = sum(load.after > load.before for load in loads)
        text += (
            f" Of {plural(len(loads), 'agent')} {more:,} hold more and {less:,} less than before; "
        )
        kinds = ", of both kinds" if less and more else ""
        text += f"the {len(shown)} whose share changes most are shown{kinds}."
    return text


def spread(loads: Sequence[Load]) -> Picture | None:
    """Of many agents, how many are how full before and after."""
    if len(loads) <= MOST_AGENTS:
        return None
    rows = ["nothing", *_QUARTERS, "full", "above capacity"]
    values = {
        "before": _bands(len(rows), [(load.before, load.capacity) for load in loads]),
        "after": _bands(len(rows), [(load.after, load.capacity) for load in loads]),
    }
    title = f"How evenly all {len(loads):,} agents are filled"
    lead = "The share of all agents by how full they are, before and after the plan."
    return grouped("spread", title, lead, rows, values, {"before": GREY, "after": BLUE})


def _bands(rows: int, loads: Sequence[tuple[int, int]]) -> list[float]:
    counts = [0] * rows
    for units, capacity in loads:
        counts[_band(units, capacity)] += 1
    return [100 * count / len(loads) for count in counts]


def _band(units: int, capacity: int) -> int:
    """The row of a load: nothing, a quarter that it ends in, full, above.

    Examples
    --------
    >>> [_band(units, 8) for units in (0, 1, 2, 3, 7, 8, 9)]
    [0, 1, 1, 2, 4, 5, 6]
    """
    if not units:
        return 0
    if units >= capacity:
        return 5 + (units > capacity)
    return -(-4 * units // capacity)
