"""How long simulated customers wait, how many are served in time, how many give up."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import attrs

from assignwork.reports._simulation_results import Estimate, Results
from assignwork.reports._simulation_text import common_threshold, seconds, within
from assignwork.reports._simulation_text import figure as words_seconds
from assignwork.reports.pictures._drawing import (
    BLUE,
    GREY,
    ORANGE,
    Picture,
    figure,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.pictures._simulated import (
    COLOURS,
    DASHES,
    SHORT,
    Runs,
    around,
    band,
    beside,
    half,
    number,
    scale,
    upright,
    whiskers,
)
from assignwork.reports.text import DAY, HOUR, MINUTE, duration, percent

_ROW, _LOW = 46, 30  # pixels
_SQUEEZED = 20.0
"""How many times as long as those of one row the waits of another are, from which a row is a spot
at the edge of a plain axis."""
_STEPS = (
    (1.0, "≤ 1 s"), (10.0, "10 s"), (MINUTE, "1 min"), (10 * MINUTE, "10 min"), (HOUR, "1 h"),
    (6 * HOUR, "6 h"), (DAY, "1 day"), (7 * DAY, "1 week"), (56 * DAY, "8 weeks"),
)  # fmt: skip
"""What is written below an axis of multiples."""
_FROM_THE_RIGHT = 0.75
"""Of the axis: a label beyond it stands left of its line."""
_APART = 0.17  # of a row, between two runs
_MARKS = (
    ("wait_p50", "half wait up to"),
    ("wait_mean", "mean"),
    ("wait_p90", "9 in 10 wait up to"),
)
_STYLES = {
    "wait_p50": ("square", GREY), "wait_mean": ("circle", BLUE),
    "wait_p90": ("diamond", ORANGE),
}  # fmt: skip
_SEEN = 1e-4  # of a share: less than a pixel
_MOST = 98  # per cent of the assigned up to which a curve is drawn
_Row: TypeAlias = tuple[str, list[tuple[Results, dict[str, Any]]]]
"""Its name, and of each run the results and the group."""
OUTCOMES = (
    ("in time", "#1f5fa8"), ("later", "#74b3e6"), ("gave up", "#d55e00"), ("still waiting", GREY),
)  # fmt: skip


def waits(runs: Runs) -> Picture | None:
    """Mean, median and 90 % of waits with their intervals, by priority."""
    rows = [
        (name, [(found, group) for found in runs.all])
        for name, group in runs.groups()
        if any(not math.isnan(found.mean("wait_mean", **group)) for found in runs.all)
    ]
    if not rows:
        return None
    go = load_extra("plotly.graph_objects")
    axis = _axis(rows)
    drawn = figure()
    for at, run in enumerate(runs.names):
        place = _offset(at, len(runs.all))
        for name, words in _MARKS:
            found = [pair[at][0].interval(name, **pair[at][1]) for _, pair in rows]
            symbol, colour = _STYLES[name]
            hollow = len(runs.all) > 1 and at == 0
            drawn.add_trace(
                go.Scatter(
                    name=words if len(runs.all) == 1 else f"{words}, {run}",
                    x=[number(max(one.mean, axis.least), axis.by) for one in found],
                    y=[row + place for row in range(len(rows))],
                    error_x=whiskers(found, axis.by, colour, axis.least),
                    mode="markers",
                    marker={"symbol": f"{symbol}-open" if hollow else symbol, "size": 10,
                            "color": colour, "line": {"width": 2, "color": colour}},
                    customdata=[words_seconds(one.mean, "seconds") for one in found],
                    hovertemplate=f"{words}: %{{customdata}}<extra>{run}</extra>",
                )
            )  # fmt: skip
        for row, (_, pair) in enumerate(rows):
            text = seconds(pair[at][0].mean("wait_mean", **pair[at][1]))
            note(drawn, text, x=1.01, y=row + place, xref="paper", yref="y", xanchor="left")
    drawn.update_xaxes(**axis.layout)
    name_rows(drawn, [name for name, _ in rows])
    drawn.update_layout(margin={"l": 8, "r": 64, "t": 6, "b": 46})
    lead = "Each mark with its margin of chance; the wait ends when somebody is assigned. On the "
    lead += "right the mean."
    if axis.multiples:
        lead += " The axis is one of multiples: each step to the right is so many times as long."
    if len(runs.all) > 1:
        lead += f" Hollow: {runs.names[0]}; filled, below it: {runs.names[1]}."
    return Picture(
        "waits", _waits_title(runs.all[-1], rows), lead, drawn, 70 + _ROW * len(rows),
        key=tuple((words, _STYLES[name][1]) for name, words in _MARKS),
    )  # fmt: skip


@attrs.frozen
class _Axis:
    """Along which waits are drawn."""

    by: float
    """Seconds of its unit."""
    least: float
    """Seconds at which shorter waits stand, too."""
    layout: dict[str, Any]

    @property
    def multiples(self) -> bool:
        """Whether it is logarithmic."""
        return self.least > 0


def _axis(rows: list[_Row]) -> _Axis:
    """A plain one, unless the waits of a row would be but a spot at its edge."""
    title = "wait from arrival to first assignment"
    tops = [
        max((_end(found.interval(name, **group)) for found, group in pair for name, _ in _MARKS))
        for _, pair in rows
    ]
    longest = max(tops)
    least, _ = _STEPS[0]
    if longest > _SQUEEZED * min((top for top in tops if top > least), default=longest):
        steps = [step for step in _STEPS if step[0] < longest]
        return _Axis(1.0, least, {
            "title": title, "type": "log",
            "range": [math.log10(0.7 * least), math.log10(1.3 * longest)],
            "tickvals": [at for at, _ in steps], "ticktext": [words for _, words in steps],
        })  # fmt: skip
    by, unit = scale([
        found.mean(name, **group) for _, pair in rows for found, group in pair for name, _ in _MARKS
    ])  # fmt: skip
    top = longest / by or 1.0
    layout = {"title": f"{title}, {unit}", "range": [-0.03 * top, 1.05 * top]}
    return _Axis(by, 0.0, layout)


def _end(found: Estimate) -> float:
    """Up to where it is drawn, in seconds."""
    return found.mean + half(found) if math.isfinite(found.mean) else 0.0


def _offset(at: int, runs: int) -> float:
    return 0.0 if runs == 1 else _APART * (2 * at - 1)


def _waits_title(results: Results, rows: list[_Row]) -> str:
    means = {
        name: results.mean("wait_mean", **pair[-1][1])
        for name, pair in rows
        if not math.isnan(results.mean("wait_mean", **pair[-1][1]))
    }
    several = {name: mean for name, mean in means.items() if name != "all"} or means
    if not several:
        return "Who waits how long"
    worst = max(several, key=several.__getitem__)
    who = "" if worst == "all" else f"{worst} longest, "
    return f"Who waits: {who}{seconds(several[worst])} on average"


def served(runs: Runs) -> Picture | None:
    """Which share of the assigned had somebody after how long."""
    if not any(found.mean("assigned") > 0 for found in runs.all):
        return None
    go = load_extra("plotly.graph_objects")
    lines = _lines(runs)
    curves = [found.curve("waits", **group) for _, _, found, group in lines]
    ends = [float(curve.mean[_MOST]) for curve in curves]
    threshold = common_threshold(*runs.all)
    marks = [] if threshold is None else [threshold]
    by, unit = scale([*ends, *marks])
    drawn = figure()
    for (name, colour, _, group), curve, dash in zip(lines, curves, DASHES, strict=False):
        if not group:
            along, across = around(curve.at.tolist()[: _MOST + 1], curve, by)
            band(drawn, across, along, colour)
        points = [
            (number(wait, by), percent_of)
            for wait, percent_of in zip(
                curve.mean.tolist()[: _MOST + 1], curve.at.tolist(), strict=False
            )
        ]
        drawn.add_trace(
            go.Scatter(
                name=name, x=[x for x, _ in points], y=[y for _, y in points], mode="lines",
                line={"color": colour, "dash": dash, "width": 3 if not group else 2},
                hovertemplate=f"%{{y}} % within %{{x}} {unit}<extra>{name}</extra>",
            )
        )  # fmt: skip
    longest = max([*(end for end in ends if math.isfinite(end)), *marks], default=1.0) / by
    drawn.update_xaxes(title=f"waited at most, {unit}", range=[-0.01 * longest, 1.03 * longest])
    drawn.update_yaxes(title=beside("share of the assigned"), ticksuffix=" %", range=[0, 103])
    for mark in marks:
        late = mark / by > _FROM_THE_RIGHT * longest
        upright(drawn, mark / by, duration(mark), left=late)
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    last = runs.all[-1]
    title = "How fast they are served"
    ninth = last.mean("wait_p90")
    title += f": 9 in 10 within {seconds(ninth)}" if math.isfinite(ninth) else ""
    lead = "Of the customers who were assigned, the share that waited no longer; who gave up is "
    lead += "left out. The band is the margin of chance of all together."
    return Picture(
        "served", title, lead, drawn, 300, key=tuple((name, colour) for name, colour, *_ in lines)
    )


def _lines(runs: Runs) -> list[tuple[str, str, Results, dict[str, Any]]]:
    """Name, colour, results, group: all together of both, or each priority of one."""
    if runs.after is not None:
        return [
            (name, colour, found, {})
            for (name, colour), found in zip(runs.key, runs.all, strict=True)
        ]
    groups = [(name, group) for name, group in runs.groups() if not group or "priority" in group]
    by_priority = groups[:-1][: len(COLOURS) - 1]
    return [
        ("all", GREY if by_priority else BLUE, runs.before, {}),
        *(
            (name, colour, runs.before, group)
            for (name, group), colour in zip(by_priority, COLOURS, strict=False)
        ),
    ]


def service(runs: Runs) -> Picture | None:
    """What becomes of those who arrive: assigned in time, later, given up, still waiting."""
    if not any(found.mean("arrivals") > 0 for found in runs.all):
        return None
    go = load_extra("plotly.graph_objects")
    rows = [
        (f"{name}, {run}" if len(runs.all) > 1 else name, found, group)
        for name, group in runs.groups()
        for run, found in zip(runs.labels(SHORT), runs.all, strict=True)
    ]
    shares = [_outcomes(found, group) for _, found, group in rows]
    in_time = within(common_threshold(*runs.all))
    drawn = figure(barmode="stack", bargap=0.35)
    key = []
    for i, (words, colour) in enumerate(OUTCOMES):
        if not any(row[i] > _SEEN for row in shares):
            continue
        text = {"in time": f"assigned {in_time}", "later": "assigned later"}.get(words, words)
        key.append((text, colour))
        drawn.add_trace(
            go.Bar(
                name=text, orientation="h", y=list(range(len(rows))),
                x=[number(100 * row[i]) for row in shares], marker={"color": colour},
                hovertemplate="%{x:.1f} % " + text + "<extra></extra>",
            )
        )  # fmt: skip
    drawn.update_xaxes(ticksuffix=" %", range=[0, 100], title="share of the customers who arrived")
    name_rows(drawn, [name for name, *_ in rows])
    for place, (_, found, group) in enumerate(rows):
        share = found.interval("service_level", **group)
        margin = f" ± {100 * share.half_width:.1f}" if share.known else ""
        text = f"{100 * share.mean:.1f}{margin} %" if math.isfinite(share.mean) else "-"
        note(drawn, text, x=1.01, y=place, xref="paper", yref="y", xanchor="left")
    drawn.update_layout(margin={"l": 8, "r": 92, "t": 6, "b": 46})
    last = runs.all[-1]
    title = f"Who is served {in_time}"
    level, lost = last.mean("service_level"), last.mean("abandonment")
    title += f": {percent(level)}" if math.isfinite(level) else ""
    title += f", and {percent(lost)} give up" if lost > 0 else ""
    lead = f"On the right the share assigned {in_time}, with its margin of chance."
    return Picture(
        "service", title, lead, drawn, 70 + (_ROW if runs.after is None else _LOW) * len(rows),
        key=tuple(key),
    )  # fmt: skip


def _outcomes(found: Results, group: dict[str, Any]) -> list[float]:
    """Shares of `OUTCOMES`, which add up to 1."""
    names = ("arrivals", "assigned", "service_level", "abandonment")
    runs = [
        (in_time, assigned / arrivals - in_time, lost, 1.0 - assigned / arrivals - lost)
        for arrivals, assigned, in_time, lost in zip(
            *(found.values(name, **group).tolist() for name in names), strict=True
        )
        if arrivals
    ]
    return [sum(shares) / len(runs) for shares in zip(*runs, strict=True)] or [0.0] * len(OUTCOMES)
