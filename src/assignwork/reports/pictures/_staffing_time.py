"""What comes and who is there, over time: arrivals, agents needed, agents planned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from assignwork.reports._rosters import (
    Forecast,
    Heads,
    History,
    Horizon,
    RequirementTable,
    Roster,
    Template,
)
from assignwork.reports._staffing_figures import (
    DAY,
    Required,
    Step,
    moment,
    short_hours,
    steps,
)
from assignwork.reports._staffing_text import hours, local
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    ORANGE,
    Picture,
    date_axis,
    figure,
    load_extra,
)
from assignwork.reports.pictures._simulated import beside, see_through
from assignwork.reports.text import percent, plural

MOST = 3_000
"""Intervals that a picture shows."""
WEEKS_BEFORE = 1
"""Of the history, drawn before a forecast."""
_QUARTERS, _QUIET = 96, 16
"""Quarters of an hour of a day, and how many without anything are left out."""
_HEIGHT = 300  # pixels
_FORMAT = "%Y-%m-%d %H:%M"
_WITHOUT_DATES = [
    {"dtickrange": [None, 43_200_000], "value": "%H:%M<br>%a"},
    {"dtickrange": [43_200_001, None], "value": "%a"},
]
_MINUTE = timedelta(minutes=1)
_SURPLUS = "rgba(47,129,199,0.22)"
_SHORT = "rgba(230,159,0,0.75)"
_HOVER = "%{x|%a %-d %b %H:%M}: %{y:,.4g}<extra>"


# --- arrivals ------------------------------------------------------------------------------------


def arrivals(
    required: Required | None,
    forecast: Forecast | None,
    history: History | None,
    zone: tzinfo,
) -> Picture | None:
    """What comes in each interval: expected with its bounds, or as the table says."""
    if forecast is None:
        return None if required is None else _given(required)
    drawn = figure()
    moments = _moments(forecast.start_at, forecast.interval, len(forecast.mean[:MOST]), zone)
    key = []
    if history is not None:
        past = _past(history)
        at = history.start_at + history.interval * past.start
        known = history.known.tolist()[past.start : past.stop]
        before = _moments(at, history.interval, len(known), zone)
        shown = [math.isfinite(count) for count in known]
        _line(drawn, "counted", before, known, shown, history.interval, GREY)
        key.append(("counted", GREY))
    open_at = [upper > 0 for upper in forecast.upper[:MOST]]
    low, high = forecast.lower, forecast.upper
    _band(drawn, moments, low, high, open_at, forecast.interval)
    _line(drawn, "expected", moments, forecast.mean, open_at, forecast.interval, BLUE)
    key += [
        ("expected", BLUE),
        (f"{percent(forecast.level)} of single intervals lie within", see_through(BLUE)),
    ]
    seen = [at for at, there in zip(moments, open_at, strict=True) if there]
    if history is not None:
        seen += [at for at, there in zip(before, shown, strict=True) if there]
    _axes(drawn, "arrivals", _minutes(seen, forecast.interval))
    most = max(range(len(moments)), key=lambda i: forecast.mean[i])
    title = f"What comes: {forecast.arrivals:,.0f} arrivals expected, "
    title += f"most around {local(moments[most])}"
    lead = f"By intervals of {_length(forecast.interval)}. The bounds are of single intervals; the "
    lead += "intervals of a day go up and down together."
    return Picture("arrivals", title, lead, drawn, _HEIGHT, key=tuple(key), place="wide")


def _given(required: Required) -> Picture:
    table = required.table
    length = table[0].interval
    moments = required.moments[:MOST]
    came = [entry.arrivals for entry in table][:MOST]
    drawn = figure()
    _line(drawn, "arrivals", moments, came, [count > 0 for count in came], length, BLUE)
    seen = [at for at, count in zip(moments, came, strict=True) if count > 0]
    _axes(drawn, "arrivals", _minutes(seen, length))
    most = max(range(len(came)), key=came.__getitem__)
    title = f"What comes: {sum(came):,.0f} arrivals, most around {local(moments[most])}"
    lead = f"By intervals of {_length(length)}, as the table has them." + _cut(table)
    return Picture("arrivals", title, lead, drawn, _HEIGHT, place="wide")


def _past(history: History) -> range:
    """The last weeks of the history."""
    length = len(history.known.tolist())
    shown = min(MOST, WEEKS_BEFORE * 7 * 86_400 // history.interval)
    return range(max(0, length - shown), length)


# --- agents --------------------------------------------------------------------------------------


def needed(required: Required) -> Picture | None:
    """Agents at work and on the schedule, by interval; without a plan."""
    table = required.table
    if not required.staffed:
        return None
    drawn = figure()
    moments, length = required.moments[:MOST], table[0].interval
    key = []
    lines = [("at work", [entry.agents for entry in table], BLUE)]
    if any(entry.shrinkage for entry in table):
        lines.append(("on the schedule", [entry.scheduled for entry in table], ORANGE))
    for name, agents, colour in reversed(lines):
        shown = [count > 0 for count in agents[:MOST]]
        _line(drawn, name, moments, agents, shown, length, colour)
        key.append((name, colour))
    seen = [at for at, entry in zip(moments, table, strict=False) if entry.agents]
    _axes(drawn, "agents", _minutes(seen, length))
    at, most = required.peak
    title = f"Agents needed: {most.agents:,} at the peak, {local(at)}"
    lead = f"The fewest for the targets, by intervals of {_length(length)}."
    if len(lines) > 1:
        lead += " On the schedule are more, for breaks, training and illness."
    return Picture(
        "agents", title, lead + _cut(table), drawn, _HEIGHT, key=tuple(reversed(key)), place="wide"
    )


def coverage(found: Heads | Roster, templates: Sequence[Template]) -> Picture | None:
    """Agents needed and planned, with what is missing and what is too much."""
    if not found.found or not found.coverage:
        return None
    curve = steps(found, templates)
    drawn = figure()
    for name, colour, own in (
        ("more than needed", _SURPLUS, [s for s in curve if s.planned > s.needed]),
        ("missing", _SHORT, [s for s in curve if s.planned < s.needed]),
    ):
        if own:
            _areas(drawn, name, found.horizon, own, colour)
    _steps(drawn, "planned", found.horizon, curve, "planned", BLUE)
    _steps(drawn, "needed", found.horizon, curve, "needed", DARK_ORANGE)
    seen = [
        (moment(found.horizon, step.start), step.end - step.start)
        for step in curve
        if step.needed or step.planned
    ]
    _axes(drawn, "agents", _spans(seen))
    if found.horizon.first_date is None:
        drawn.update_xaxes(tickformatstops=_WITHOUT_DATES)
    missing = sum((s.needed - s.planned) * (s.end - s.start) for s in curve if s.needed > s.planned)
    spare = sum((s.planned - s.needed) * (s.end - s.start) for s in curve if s.planned > s.needed)
    lacking = short_hours(found)  # with skills it can be more than there are agents too few
    if lacking and not missing:
        title = f"Who is there: enough agents, but {hours(lacking)} agent hours of a skill are "
        title += "missing"
    elif missing:
        most = max(curve, key=lambda step: step.needed - step.planned)
        title = f"Who is there: {hours(lacking)} agent hours are missing, most "
        title += f"({plural(most.needed - most.planned, 'agent')}) at "
        title += _when(found.horizon, most.start)
    else:
        title = "Who is there: at every moment as many as are needed"
    lead = f"Agents on the schedule against those needed. {hours(spare / 60)} agent hours are more "
    lead += "than needed: shifts are longer than peaks."
    if any(row.need.skill is not None for row in found.coverage):
        lead += " All skills together: who is there may lack the skill; see the table."
    key = [("needed", DARK_ORANGE), ("planned", BLUE), ("more than needed", _SURPLUS)]
    if missing:
        key.append(("missing", _SHORT))
    return Picture("coverage", title, lead, drawn, _HEIGHT, key=tuple(key), place="wide")


def _when(horizon: Horizon, minutes: int) -> str:
    return f"{horizon.label(minutes // DAY)} {moment(horizon, minutes):%H:%M}"


def _areas(drawn: Any, name: str, horizon: Horizon, own: Sequence[Step], colour: str) -> None:
    """Rectangles between needed and planned."""
    x: list[str | None] = []
    y: list[float | None] = []
    for step in own:
        start, end = (
            _shown(moment(horizon, step.start)),
            _shown(moment(horizon, step.end) - _MINUTE),
        )
        x += [start, end, end, start, None]
        y += [step.needed, step.needed, step.planned, step.planned, None]
    _filled(drawn, name, x, y, colour)


def _steps(
    drawn: Any, name: str, horizon: Horizon, curve: Sequence[Step], of: str, colour: str
) -> None:
    """One of the two curves; a gap where nobody is needed and nobody is there."""
    x: list[str | None] = []
    y: list[float | None] = []
    for run in _runs([bool(step.needed or step.planned) for step in curve]):
        last = curve[run[-1]]
        x += [_shown(moment(horizon, curve[i].start)) for i in run]
        y += [getattr(curve[i], of) for i in run]
        x += [_shown(moment(horizon, last.end) - _MINUTE), None]
        y += [getattr(last, of), None]
    _stepped(drawn, name, x, y, colour)


# --- lines ---------------------------------------------------------------------------------------


def _moments(start_at: float, length: float, count: int, zone: tzinfo) -> list[datetime]:
    return [datetime.fromtimestamp(start_at + length * i, zone) for i in range(count)]


def _shown(at: datetime) -> str:
    return at.strftime(_FORMAT)


def _runs(shown: Sequence[bool]) -> list[list[int]]:
    """Places in a row that are shown."""
    groups = groupby(range(len(shown)), key=lambda i: shown[i])
    return [list(places) for there, places in groups if there]


def _line(  # a line and how it looks
    drawn: Any,
    name: str,
    moments: Sequence[datetime],
    values: Sequence[float],
    shown: Sequence[bool],
    length: float,
    colour: str,
) -> None:
    """Steps, one for each interval, with a gap where nothing is shown."""
    x: list[str | None] = []
    y: list[float | None] = []
    for run in _runs(shown):
        x += [*(_shown(moments[i]) for i in run), _end(moments[run[-1]], length), None]
        y += [*(round(values[i], 3) for i in run), round(values[run[-1]], 3), None]
    _stepped(drawn, name, x, y, colour)


def _stepped(drawn: Any, name: str, x: list[Any], y: list[Any], colour: str) -> None:
    drawn.add_trace(
        load_extra("plotly.graph_objects").Scatter(
            name=name, x=x, y=y, mode="lines", line={"color": colour, "width": 2, "shape": "hv"},
            hovertemplate=f"{_HOVER}{name}</extra>",
        )
    )  # fmt: skip


def _band(
    drawn: Any,
    moments: Sequence[datetime],
    low: Sequence[float],
    high: Sequence[float],
    shown: Sequence[bool],
    length: float,
) -> None:
    """The outline between two bounds, in steps."""
    x: list[str | None] = []
    y: list[float | None] = []
    for run in _runs(shown):
        edges = [(_shown(moments[i]), _end(moments[i], length)) for i in run]
        along = [edge for pair in edges for edge in pair]
        above = [high[i] for i in run for _ in range(2)]
        below = [low[i] for i in run for _ in range(2)]
        x += [*along, *along[::-1], None]
        y += [*above, *below[::-1], None]
    _filled(drawn, "bounds", x, y, see_through(BLUE))


def _filled(drawn: Any, name: str, x: list[Any], y: list[Any], colour: str) -> None:
    drawn.add_trace(
        load_extra("plotly.graph_objects").Scatter(
            name=name, x=x, y=y, mode="lines", line={"width": 0}, fill="toself", fillcolor=colour,
            hoverinfo="skip",
        )
    )  # fmt: skip


def _end(at: datetime, length: float) -> str:
    """Just before the end: what begins there may be left out, and a point in it with it."""
    return _shown(at + timedelta(seconds=length) - _MINUTE)


def _axes(drawn: Any, title: str, busy: set[int]) -> None:
    """Days across; the part of the night in which nothing ever happens is left out.

    `busy` are the quarters of an hour of a day in which there is anything on some day.
    """
    date_axis(drawn)
    quiet = _longest_quiet(busy)
    if quiet is not None:
        drawn.update_xaxes(rangebreaks=[{"pattern": "hour", "bounds": list(quiet)}])
    drawn.update_yaxes(title=beside(title), rangemode="tozero")
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 24})


def _minutes(moments: Sequence[datetime], length: float) -> set[int]:
    return _spans([(at, int(length // 60)) for at in moments])


def _spans(seen: Sequence[tuple[datetime, int]]) -> set[int]:
    """Quarters of an hour of the day that these moments, each so many minutes long, touch."""
    found: set[int] = set()
    for at, minutes in seen:
        first = (at.hour * 60 + at.minute) // 15
        found |= {place % _QUARTERS for place in range(first, first + max(1, -(-minutes // 15)))}
    return found


def _longest_quiet(busy: set[int]) -> tuple[float, float] | None:
    """From which hour to which nothing happens on any day, if that is worth leaving out.

    Examples
    --------
    >>> _longest_quiet(set(range(4 * 8, 4 * 20)))
    (20.0, 8.0)
    """
    best, first, length = 0, 0, 0
    for place in range(2 * _QUARTERS if busy else 0):  # twice round: a night runs over midnight
        length = 0 if place % _QUARTERS in busy else length + 1
        if length > best:
            best, first = length, place + 1 - length
    if best < _QUIET:
        return None
    return first % _QUARTERS / 4, (first + best) % _QUARTERS / 4


def _length(seconds: float) -> str:
    return f"{seconds / 60:.0f} min"


def _cut(table: RequirementTable) -> str:
    return "" if len(table) <= MOST else f" The first {MOST:,} of {len(table):,} are shown."
