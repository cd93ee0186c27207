"""A fitted week: when customers come, when agents are there, and what customers bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assignwork.reports._fitting_results import Fit, Validation
from assignwork.reports._simulation_text import seconds
from assignwork.reports.pictures._drawing import (
    BLUE,
    ORANGE,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    note,
)
from assignwork.reports.pictures._simulated import beside
from assignwork.reports.text import percent, plural

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LOGGED, SIMULATED = ORANGE, BLUE
KEY = (("log", LOGGED), ("simulation", SIMULATED))
CLEAR = {"ticks": "outside", "ticklen": 5, "tickcolor": "rgba(0,0,0,0)"}
"""Of an upright axis: its names stand clear of what is drawn."""
MOST_KINDS = 15
_HOURS = 24
_FULL = 1.5  # the scale of loads goes to 150 %: what is most stands at its 100 %
_ROW = 24  # pixels
_SHOWN = 1e-3  # less an hour is no news


def arrivals(fit: Fit) -> Picture | None:
    """A heat map of the rates of all streams together, by hour of the week."""
    found = [sum(rates) for rates in zip(*(stream.per_hour for stream in fit.streams), strict=True)]
    if not any(rate > _SHOWN for rate in found):
        return None
    title = f"When customers come: most on {_hour(found)}, {max(found):.3g} an hour"
    lead = f"All streams together, mean rate of each hour of the week ({label(fit.time_zone)} "
    lead += f"time): {sum(found):,.4g} a week."
    return _heat("rates", title, lead, found, "an hour")


def agents(fit: Fit) -> Picture | None:
    """A heat map of who is on shift, by hour of the week."""
    found = list(fit.agents_by_hour())
    if not any(count > _SHOWN for count in found):
        return None
    if max(found) - min(found) < _SHOWN:
        title = f"Who works when: {max(found):.3g} agents at all hours"
    else:
        title = f"Who works when: most on {_hour(found)}, {max(found):.3g} agents"
    lead = "Agents on shift, mean over the weeks that were fitted; days away are counted as away. "
    lead += f"{sum(found):,.4g} agent hours a week."
    return _heat("shifts", title, lead, found, "agents")


def _hour(values: Sequence[float]) -> str:
    at = max(range(len(values)), key=values.__getitem__)
    day, hour = divmod(at, _HOURS)
    return f"{DAYS[day]} {hour:02}:00 to {(hour + 1) % _HOURS:02}:00"


def _heat(name: str, title: str, lead: str, values: Sequence[float], unit: str) -> Picture:
    go = load_extra("plotly.graph_objects")
    most = max(values)
    drawn = figure()
    drawn.add_trace(
        go.Heatmap(
            x=list(range(_HOURS)), y=list(range(len(DAYS))),
            z=[
                [float(f"{value:.4g}") for value in values[_HOURS * day : _HOURS * (day + 1)]]
                for day in range(len(DAYS))
            ],
            customdata=[[f"{shown} {hour:02}:00" for hour in range(_HOURS)] for shown in DAYS],
            coloraxis="coloraxis", xgap=1, ygap=1,
            hovertemplate=f"%{{customdata}}: %{{z:.3g}} {unit}<extra></extra>",
        )
    )  # fmt: skip
    name_rows(drawn, DAYS)
    drawn.update_xaxes(
        showgrid=False, tickvals=list(range(0, _HOURS, 3)),
        ticktext=[f"{hour:02}:00" for hour in range(0, _HOURS, 3)], tickangle=0,
    )  # fmt: skip
    drawn.update_layout(
        coloraxis={"cmin": 0, "cmax": _FULL * most, "showscale": False},
        margin={"l": 8, "r": 16, "t": 6, "b": 30},
    )
    key = (
        (f"0 {unit}", "var(--load-0)"),
        (f"{most / 2:.3g}", "var(--load-50)"),
        (f"{most:.3g} {unit}", "var(--load-100)"),
    )
    return Picture(name, title, lead, drawn, 40 + _ROW * len(DAYS), key=key)


def mix(fit: Fit) -> Picture | None:
    """What share of the customers each kind has, with its mean work."""
    kinds = sorted(fit.kinds, key=lambda kind: -kind.count)
    total = sum(kind.count for kind in kinds)
    if not total:
        return None
    shown = kinds[:MOST_KINDS]
    go = load_extra("plotly.graph_objects")
    drawn = figure(bargap=0.3)
    shares = [kind.count / total for kind in shown]
    drawn.add_trace(
        go.Bar(
            orientation="h", y=list(range(len(shown))),
            x=[float(f"{100 * share:.4g}") for share in shares], marker={"color": BLUE},
            customdata=[f"{kind.count:,}, mean work {seconds(kind.work.mean)}" for kind in shown],
            hovertemplate="%{y}: %{x:.3g} % (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    for row, kind in enumerate(shown):
        note(drawn, seconds(kind.work.mean), x=1.01, y=row, xref="paper", yref="y", xanchor="left")
    name_rows(drawn, [label(_named(kind.kind), 20) for kind in shown])
    drawn.update_yaxes(**CLEAR)
    drawn.update_xaxes(ticksuffix=" %", rangemode="tozero", title="of all customers")
    drawn.update_layout(margin={"l": 8, "r": 64, "t": 6, "b": 46})
    top = label(_named(shown[0].kind))
    title = f"What they bring: {top} most, {percent(shares[0])}"
    lead = "Kinds of customers; on the right their mean work."
    if len(shown) < len(kinds):
        lead += f" The {len(shown)} commonest of {plural(len(kinds), 'kind')} are shown."
    return Picture("mix", title, lead, drawn, 66 + _ROW * max(3, len(shown)), place="wide")


def _named(kind: str) -> str:
    """Once, what is called the same as its stream."""
    stream, _, own = kind.partition("/")
    return stream if stream == own else kind


def week(found: Validation) -> Picture | None:
    """Arrivals of the log and of the simulation by hour of the week."""
    both = (found.week.logged, found.week.simulated)
    if not any(rate > _SHOWN for rates in both for rate in rates):
        return None
    go = load_extra("plotly.graph_objects")
    drawn = figure()
    hours = list(range(len(DAYS) * _HOURS))
    names: list[Any] = [f"{DAYS[hour // _HOURS]} {hour % _HOURS:02}:00" for hour in hours]
    for (name, colour), rates in zip(KEY, both, strict=True):
        drawn.add_trace(
            go.Scatter(
                name=name, x=hours, y=[float(f"{rate:.4g}") for rate in rates], mode="lines",
                line={"color": colour, "width": 2, "shape": "hv"}, customdata=names,
                hovertemplate=f"%{{customdata}}: %{{y:.3g}} an hour<extra>{name}</extra>",
            )
        )  # fmt: skip
    drawn.update_xaxes(
        tickvals=list(range(0, len(hours), _HOURS)), ticktext=[*DAYS], ticklabelmode="period",
        range=[0, len(hours)], tickangle=0,
    )  # fmt: skip
    drawn.update_yaxes(title=beside("an hour"), rangemode="tozero")
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 30})
    came = found.of("arrivals")
    title = f"Who came: {came.logged:,.0f} in the log, {came.simulated.mean:,.0f} simulated"
    lead = "Customers per hour, by hour of the week."
    return Picture("week", title, lead, drawn, 260, key=KEY, place="wide")
