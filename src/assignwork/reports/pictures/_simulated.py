"""What pictures of simulations share: pairs of results, colours, units, bands of intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import attrs

from assignwork.reports._simulation_results import Curve, Estimate, Results
from assignwork.reports.pictures._drawing import (
    BLUE,
    GREY,
    date_axis,
    label,
    load_extra,
    note,
)
from assignwork.reports.text import DAY, HOUR, MINUTE

COLOURS = (BLUE, "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Told apart by the colour-blind (after Okabe and Ito), on light ground and on dark."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MOST_ROWS = 8
NAMED = 30
"""Letters of a scenario's name."""
SHORT = 22
"""As much of it as stands beside something else."""
_SCALES = ((2 * MINUTE, 1.0, "s"), (2 * HOUR, MINUTE, "min"), (math.inf, HOUR, "h"))
_ABOUT = 10 * MINUTE
_EPOCH = 366 * DAY  # a scenario that begins before was given no date


@attrs.frozen
class Runs:
    """What is drawn: results, and those of a changed scenario beside them or None."""

    before: Results
    after: Results | None = None
    zone: tzinfo = UTC

    @property
    def all(self) -> tuple[Results, ...]:
        """Those that there are."""
        return (self.before,) if self.after is None else (self.before, self.after)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Names and colours: what there is grey, what would be blue; one alone is blue."""
        names = self.names
        return tuple(zip(names, (BLUE,) if len(names) == 1 else (GREY, BLUE), strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """As labels; two of the same name are told apart."""
        return self.labels(NAMED)

    def labels(self, most: int) -> tuple[str, ...]:
        """Their names in at most so many letters, but for what tells two of them apart."""
        names = [label(found.scenario, most) for found in self.all]
        if len(set(names)) < len(names):
            names = [f"{name} ({sign})" for name, sign in zip(names, "ab", strict=True)]
        return tuple(names)

    def groups(self) -> list[tuple[str, dict[str, Any]]]:
        """The rows of a picture: each priority, or team where there is one priority; and all.

        Of many the first, which are the more urgent.
        """
        for by in ("priority", "team"):
            labels = [
                found
                for found in self.before.labels(by)
                if all(found in other.labels(by) for other in self.all)
            ]
            if len(labels) > 1:
                words = "priority {}" if by == "priority" else "{}"
                rows = [
                    (words.format(label(str(found), 16)), {by: found})
                    for found in labels[:MOST_ROWS]
                ]
                return [*rows, ("all", {})]
        return [("all", {})]


def scale(seconds: Sequence[float]) -> tuple[float, str]:
    """By what durations are divided, and the unit, so that the longest reads well.

    Examples
    --------
    >>> scale([20.0, 90.0]), scale([20.0, 700.0]), scale([])
    ((1.0, 's'), (60.0, 'min'), (1.0, 's'))
    """
    longest = max((value for value in seconds if math.isfinite(value)), default=0.0)
    return next((by, unit) for limit, by, unit in _SCALES if longest < limit)


def number(value: float, by: float = 1.0) -> float | None:
    """A coordinate; None, a gap, where there is no value."""
    return None if not math.isfinite(value) else float(f"{value / by:.5g}")


def whiskers(
    found: Sequence[Estimate], by: float, colour: str, least: float = 0.0
) -> dict[str, Any]:
    """Error bars of durations: none of them reaches below `least` (seconds)."""
    marks = [max(one.mean, least) for one in found]
    highs = [max(one.mean + half(one), least) for one in found]
    lows = [max(one.mean - half(one), least) for one in found]
    return {
        "type": "data", "color": colour, "thickness": 2, "width": 4,
        "array": [number(high - at, by) or 0.0 for high, at in zip(highs, marks, strict=True)],
        "arrayminus": [number(at - low, by) or 0.0 for low, at in zip(lows, marks, strict=True)],
    }  # fmt: skip


def half(found: Estimate, by: float = 1.0) -> float:
    """The length of an error bar; none where there is no interval."""
    return (number(found.half_width, by) or 0.0) if found.known else 0.0


def around(at: Sequence[Any], curve: Curve, by: float = 1.0) -> tuple[list[Any], list[Any]]:
    """The outline of a curve's interval, never below zero: along its axis, and across."""
    rows = [
        (place, number(max(low, 0.0), by), number(high, by))
        for place, low, high in zip(at, curve.low.tolist(), curve.high.tolist(), strict=False)
        if math.isfinite(low) and math.isfinite(high)
    ]
    along = [place for place, *_ in rows]
    upper, lower = [high for *_, high in rows], [low for _, low, _ in rows]
    return along + along[::-1], upper + lower[::-1]


def band(drawn: Any, x: list[Any], y: list[Any], colour: str) -> None:
    """A filled outline."""
    drawn.add_trace(
        load_extra("plotly.graph_objects").Scatter(
            x=x, y=y, mode="lines", line={"width": 0}, fill="toself",
            fillcolor=see_through(colour), hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip


def see_through(colour: str) -> str:
    """A colour of which the ground shows through.

    Examples
    --------
    >>> see_through("#2f81c7")
    'rgba(47,129,199,0.25)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.25)"


def hover(runs: Runs) -> str:
    """An instant of `instants`, in a hover text."""
    return "%{x:.2f} h" if _undated(runs) else "%{x|%a %H:%M}"


def instants(runs: Runs, curve: Curve) -> list[Any]:
    """Of a curve over time, local times; or hours from the start where there is no date."""
    if _undated(runs):
        return [round(at / HOUR, 3) for at in curve.at.tolist()]
    return [
        datetime.fromtimestamp(at, runs.zone).strftime("%Y-%m-%d %H:%M:%S")
        for at in curve.at.tolist()
    ]


def time_axis(drawn: Any, runs: Runs) -> None:
    """The axis for `instants`."""
    if _undated(runs):
        drawn.update_xaxes(title="hours from the start")
    elif runs.before.length <= DAY:
        drawn.update_xaxes(tickformat="%H:%M")
    else:
        date_axis(drawn)


def clock(runs: Runs, at: float) -> str:
    """About when an instant is, in words: to ten minutes, or hours where there is no date."""
    if _undated(runs):
        return f"{at / HOUR:.1f} h from the start"
    at = round(at / _ABOUT) * _ABOUT
    shown = "%H:%M" if runs.before.length <= DAY else "%a %H:%M"
    return datetime.fromtimestamp(at, runs.zone).strftime(shown)


def _undated(runs: Runs) -> bool:
    return runs.before.summaries[0].begin < _EPOCH


def beside(text: str) -> dict[str, Any]:
    """The title of an upright axis, clear of its figures."""
    return {"text": text, "standoff": 12}


def upright(drawn: Any, x: float, text: str, *, left: bool = False) -> None:
    """A dotted line across the picture, with what it means at its foot, right of it or left."""
    drawn.add_vline(x=x, line={"color": GREY, "width": 1, "dash": "dot"})
    side = "right" if left else "left"
    note(drawn, text, x=x, y=0.0, xref="x", yref="paper", xanchor=side, yanchor="bottom")
