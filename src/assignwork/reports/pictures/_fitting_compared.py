"""The log beside the simulation: times, how they are spread, items over time, hours of agents."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

import attrs

from assignwork.reports._fitting_results import Compared, Distance, Validation
from assignwork.reports._simulation_text import figure as shown
from assignwork.reports._simulation_text import seconds
from assignwork.reports.pictures._drawing import (
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.pictures._fitting_week import CLEAR, KEY, LOGGED, SIMULATED
from assignwork.reports.pictures._simulated import (
    Runs,
    around,
    band,
    beside,
    hover,
    instants,
    number,
    time_axis,
)
from assignwork.reports.text import DAY, HOUR, MINUTE, plural

TIMES = (
    ("wait_mean", "mean wait"),
    ("wait_p50", "half wait up to"),
    ("wait_p90", "9 in 10 wait up to"),
    ("first_response_mean", "mean first response"),
    ("first_response_p90", "9 in 10 answered in"),
    ("handle_time_mean", "mean handle time"),
    ("time_in_system_mean", "mean time in system"),
    ("time_in_system_p50", "half closed in"),
    ("time_in_system_p90", "9 in 10 closed in"),
)
MOST_GROUPS, MOST_AGENTS = 20, 20
_LEAST = 1.0  # seconds; shorter times stand there, too
_TICKS = (
    (1.0, "≤ 1 s"), (10.0, "10 s"), (MINUTE, "1 min"), (10 * MINUTE, "10 min"), (HOUR, "1 h"),
    (8 * HOUR, "8 h"), (2 * DAY, "2 days"), (14 * DAY, "2 weeks"), (84 * DAY, "12 weeks"),
    (730 * DAY, "2 years"),
)  # fmt: skip
_MOST_TICKS = 5  # more of them run into each other on a phone
_ROW = 28  # pixels
_TIMES = 9.0  # off by so many times what is logged, it is told as a multiple
_NAMES = {
    "wait": "Waits", "handle time": "Handle times", "time in system": "Times in system"
}  # fmt: skip


def times(found: Validation) -> Picture | None:
    """Waits, responses, handle times and times in system, of all together."""
    by = {one.measure: one for one in found.compared if one.group[0] == "overall"}
    rows = [(words, by[name]) for name, words in TIMES if name in by and _both(by[name])]
    wait = by.get("wait_mean")
    title = "How long it takes"
    if wait is not None and _both(wait):
        title += f": mean wait {seconds(wait.logged)} in the log, "
        title += f"{seconds(wait.simulated.mean)} simulated"
    return _durations("times", title, rows)


def by_group(found: Validation) -> Picture | None:
    """The mean wait of each priority, channel and team."""
    waits = [one for one in found.compared if one.measure == "wait_mean" and _both(one)]
    rows = [(_group(one), one) for one in waits if one.group[0] not in ("overall", "agent")]
    if len(rows) < 2:  # noqa: PLR2004  # one is all of them
        return None
    inside = sum(one.within is True for _, one in rows)
    title = f"The mean wait by group: {inside} of {len(rows)} as in the log"
    return _durations("groups", title, rows[:MOST_GROUPS])


def _group(of: Compared) -> str:
    kind, name = of.group
    return label(f"{kind} {name}" if kind == "priority" else str(name), 18)


def _both(of: Compared) -> bool:
    return math.isfinite(of.logged) and math.isfinite(of.simulated.mean)


def _durations(name: str, title: str, rows: Sequence[tuple[str, Compared]]) -> Picture | None:
    """Rows of log and simulation on an axis of multiples."""
    if not rows:
        return None
    least = min(min(_spot(one.logged), _spot(one.simulated.mean)) for _, one in rows)
    most = max(max(_spot(one.logged), _spot(one.simulated.mean)) for _, one in rows)
    drawn = _rows(rows, _spot, "seconds")
    drawn.update_xaxes(**_axis(least, most))
    lead = "Each step to the right is so many times as long. The line is where one more simulation "
    lead += "would lie, 95 of 100; on the right how far the simulated mean is off the log."
    return Picture(name, title, lead, drawn, 60 + _ROW * len(rows), key=KEY, place="wide")


def _axis(least: float, most: float) -> dict[str, Any]:
    """An axis of multiples from one duration to another, in seconds."""
    top = max(most, 10 * least)
    ticks = [tick for tick in _TICKS if least / 2 <= tick[0] <= 2 * top]
    while len(ticks) > _MOST_TICKS:
        ticks = ticks[::2]
    return {
        "type": "log", "tickangle": 0,
        "tickvals": [at for at, _ in ticks], "ticktext": [text for _, text in ticks],
        "range": [math.log10(least) - 0.15, math.log10(top) + 0.15],
    }  # fmt: skip


def _spot(at: float) -> float:
    return max(at, _LEAST)


def _rows(rows: Sequence[tuple[str, Compared]], spot: Callable[[float], float], unit: str) -> Any:
    """Diamonds of the log, and dots of the simulation with the reach of one more."""
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    places = list(range(len(rows)))
    found = [one for _, one in rows]
    middle = [spot(one.simulated.mean) for one in found]
    lows = [
        spot(one.low) if math.isfinite(one.low) else at
        for one, at in zip(found, middle, strict=True)
    ]
    highs = [
        spot(one.high) if math.isfinite(one.high) else at
        for one, at in zip(found, middle, strict=True)
    ]
    drawn.add_trace(
        go.Scatter(
            name="simulation",
            x=[number(at) for at in middle],
            y=places,
            mode="markers",
            marker={"color": SIMULATED, "size": 10},
            error_x={
                "type": "data",
                "color": SIMULATED,
                "thickness": 2,
                "width": 4,
                "array": [number(high - at) for high, at in zip(highs, middle, strict=True)],
                "arrayminus": [number(at - low) for at, low in zip(middle, lows, strict=True)],
            },
            customdata=[shown(one.simulated.mean, unit) for one in found],
            hovertemplate="%{y}: %{customdata}<extra>simulation</extra>",
        )
    )
    drawn.add_trace(
        go.Scatter(
            name="log", x=[number(spot(one.logged)) for one in found], y=places, mode="markers",
            marker={"color": LOGGED, "symbol": "diamond", "size": 11,
                    "line": {"color": "#333", "width": 1}},
            customdata=[shown(one.logged, unit) for one in found],
            hovertemplate="%{y}: %{customdata}<extra>log</extra>",
        )
    )  # fmt: skip
    for row, one in enumerate(found):
        note(drawn, _off(one), x=1.01, y=row, xref="paper", yref="y", xanchor="left")
    name_rows(drawn, [name for name, _ in rows])
    drawn.update_yaxes(**CLEAR)
    drawn.update_layout(margin={"l": 8, "r": 64, "t": 6, "b": 34})
    return drawn


def _off(of: Compared) -> str:
    """How far the simulation is off: in per cent, or how many times as much."""
    if not math.isfinite(of.off):
        return ""
    return f"{1 + of.off:,.0f} times" if of.off >= _TIMES else f"{100 * of.off:+,.0f} %"


def spreads(found: Validation) -> list[Picture]:
    """Which share waits, works and stays up to how long: a picture each."""
    return [_spread(of) for of in found.distances]


def _spread(of: Distance) -> Picture:
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    percents = list(range(1, len(of.logged) + 1))
    for (name, colour), times_ in zip(KEY, (of.logged, of.simulated), strict=True):
        drawn.add_trace(
            go.Scatter(
                name=name, x=[number(_spot(at)) for at in times_], y=percents, mode="lines",
                line={"color": colour, "width": 2}, customdata=[seconds(at) for at in times_],
                hovertemplate=f"%{{y}} % up to %{{customdata}}<extra>{name}</extra>",
            )
        )  # fmt: skip
    both = [_spot(at) for at in (*of.logged, *of.simulated)]
    least, most = min(both), max(both)
    drawn.update_xaxes(**_axis(least, most))
    drawn.update_yaxes(ticksuffix=" %", range=[0, 101])
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 34})
    half = len(of.logged) // 2
    title = f"{_NAMES[of.name]}: half up to {seconds(of.logged[half])} in the log, "
    title += f"{seconds(of.simulated[half])} simulated"
    apart = plural(round(100 * of.most), "percentage point")
    lead = f"Which share takes up to how long; the curves are at most {apart} apart."
    name = f"spread-{of.name.replace(' ', '-')}"
    return Picture(name, title, lead, drawn, 240, key=KEY)


def paired(pictures: Sequence[Picture]) -> list[Picture]:
    """Pictures of half the page, two side by side; one that is left over has the whole width."""
    if len(pictures) % 2 == 0:
        return list(pictures)
    return [*pictures[:-1], attrs.evolve(pictures[-1], place="wide")]


def over_time(found: Validation, zone: tzinfo, name: str) -> Picture | None:
    """Items that are open or wait, over the time that is compared."""
    runs = Runs(found.results, None, zone)
    logged, simulated = found.logged_curve(name), found.results.curve(name)
    means = [
        [value for value in curve.mean.tolist() if math.isfinite(value)]
        for curve in (logged, simulated)
    ]
    if not any(value > 0 for values in means for value in values):
        return None
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    x = instants(runs, simulated)
    band(drawn, *around(x, simulated), SIMULATED)
    for (words, colour), curve in zip(KEY, (logged, simulated), strict=True):
        drawn.add_trace(
            go.Scatter(
                name=words, x=x, y=[number(value) for value in curve.mean.tolist()], mode="lines",
                line={"color": colour, "width": 2},
                hovertemplate=f"{hover(runs)}: %{{y:.3g}}<extra>{words}</extra>",
            )
        )  # fmt: skip
    time_axis(drawn, runs)
    drawn.update_yaxes(title=beside("items"), rangemode="tozero")
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 40})
    mine, theirs = (sum(values) / max(len(values), 1) for values in means)
    what = {"open": "Items open", "waiting": "Items waiting"}[name]
    title = f"{what}: {shown(mine, 'number')} on average in the log, "
    title += f"{shown(theirs, 'number')} simulated"
    lead = "Mean of each part of the time; the band is the margin of chance of the simulated mean."
    return Picture(f"{name}-items", title, lead, drawn, 260, key=KEY, place="wide")


def handled(found: Validation) -> Picture | None:
    """Hours of handling per agent, who handled most on top."""
    rows = [
        (label(str(one.group[1]), 16), one)
        for one in found.compared
        if one.measure == "handling_hours" and one.group[0] == "agent" and _both(one)
        and max(one.logged, one.simulated.mean) > 0
    ]  # fmt: skip
    if not rows:
        return None
    rows.sort(key=lambda row: -row[1].logged)
    seen = rows[:MOST_AGENTS]
    drawn = _rows(seen, lambda at: max(at, 0.0), "hours")
    most = max(max(one.logged, one.simulated.mean, one.high) for _, one in seen)
    drawn.update_xaxes(title="hours of handling", range=[-0.02 * most, 1.04 * most])
    drawn.update_layout(margin={"l": 8, "r": 64, "t": 6, "b": 46})
    within = sum(one.within is True for _, one in rows)
    title = f"Who does how much: {within} of {plural(len(rows), 'agent')} as in the log"
    lead = "Hours in which an agent handles something; who handled most on top."
    if len(seen) < len(rows):
        lead += f" {len(seen)} of {plural(len(rows), 'agent')} are shown."
    return Picture(
        "handled", title, lead, drawn, 70 + 22 * max(3, len(seen)), key=KEY, place="wide"
    )
