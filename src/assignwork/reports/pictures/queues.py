"""When work piled up, and whether closings kept up with arrivals."""

from __future__ import annotations

from collections.abc import Sequence

from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    Desk,
    Picture,
    date_axis,
    dressed,
    label,
    load_extra,
    note,
)
from assignwork.reports.text import cell, instant, plural

_MOST_QUEUES = 8
_SHOWN_MEAN = 0.05  # less would be shown as 0.0
_DAYS_BY_HOUR = 14


def queues(desk: Desk) -> Picture | None:
    """The length of each team's queue over time, one row per team on a common scale."""
    found = desk.summary.queues
    waiting = sorted((t for t in found if found[t].peak), key=lambda t: (-found[t].mean, t))
    if not waiting or desk.summary.end is None:
        return None
    shown = waiting[:_MOST_QUEUES]
    subplots = load_extra("plotly.subplots")
    go = load_extra("plotly.graph_objects")
    drawn = dressed(
        subplots.make_subplots(rows=len(shown), shared_xaxes=True, vertical_spacing=0.03)
    )
    top = max(found[team].peak for team in shown)
    for row, team in enumerate(shown, start=1):
        peaks = [(c.at, c.peak) for c in desk.metrics.queue_over_time(team)]
        x, y = _steps([*peaks, (desk.summary.end, found[team].at_end)])
        drawn.add_trace(
            go.Scatter(
                x=[desk.local(at) for at in x], y=y, mode="lines",
                line={"shape": "hv", "width": 1.2},
                fill="tozeroy", marker={"color": BLUE}, showlegend=False,
                hovertemplate="%{x|%a %H:%M}: up to %{y} waiting<extra></extra>",
            ),
            row=row, col=1,
        )  # fmt: skip
        drawn.update_yaxes(range=[0, top * 1.35], nticks=3, rangemode="tozero", row=row, col=1)
        axis = "" if row == 1 else str(row)
        words = f"<b>{label(team)}</b>: peak {found[team].peak:,}"
        words += f", mean {found[team].mean:.1f}" if found[team].mean >= _SHOWN_MEAN else ""
        note(
            drawn, words, x=0.004, y=1, xref=f"x{axis} domain", yref=f"y{axis} domain",
            xanchor="left", yanchor="top",
        )  # fmt: skip
    longest = max(shown, key=lambda t: (found[t].peak, t))
    lead = f"Items waiting per team, the most in each {cell(desk.metrics.queue_cell)}"
    lead += ", all on one scale. Teams with the longest queues first."
    if len(waiting) > len(shown):
        rest = max(found[team].peak for team in waiting[_MOST_QUEUES:])
        more = plural(len(waiting) - len(shown), "other team")
        lead += f" {more} never had more than {rest:,} waiting."
    date_axis(drawn)
    drawn.update_layout(margin={"l": 44, "r": 12, "t": 6, "b": 24})
    title = f"When work piled up: {label(longest)} had {found[longest].peak:,} waiting on "
    title += instant(found[longest].peak_at, desk.zone)
    return Picture("queues", title, lead, drawn, 40 + 92 * len(shown), place="wide")


def keeping_up(desk: Desk) -> Picture | None:
    """Arrivals and closings per hour or day, and what was open."""
    cells = desk.metrics.backlog_over_time()
    if not cells:
        return None
    go = load_extra("plotly.graph_objects")
    per_day = len(cells) - 1 > _DAYS_BY_HOUR * 24
    per = "day" if per_day else "hour"
    table: dict[str, list[int]] = {}
    for of_hour in cells:
        local = desk.local(of_hour.at)
        row = table.setdefault(local[:10] if per_day else local, [0, 0, 0])
        row[0] += of_hour.arrived
        row[1] += of_hour.closed
        row[2] = of_hour.open
    subplots = load_extra("plotly.subplots")
    drawn = dressed(
        subplots.make_subplots(
            rows=2, shared_xaxes=True, vertical_spacing=0.12, row_heights=[0.62, 0.38]
        )
    )
    when = "%a %d %b" if per_day else "%a %H:%M"
    x = list(table)
    lines = (
        (1, 0, f"arrived per {per}", BLUE, "solid"),
        (1, 1, f"closed per {per}", DARK_ORANGE, "dot"),
        (2, 2, f"open at the end of the {per}", GREY, "solid"),
    )
    for place, column, name, colour, dash in lines:
        drawn.add_trace(
            go.Scatter(
                x=x, y=[counts[column] for counts in table.values()], name=name,
                mode="lines" if len(x) > 1 else "markers",
                line={"color": colour, "width": 1.8, "dash": dash}, marker={"color": colour},
                fill="tozeroy" if column == 2 else None,  # noqa: PLR2004  # the open items
                hovertemplate="%{x|" + when + "}: %{y} " + name + "<extra></extra>",
            ),
            row=place, col=1,
        )  # fmt: skip
    drawn.update_yaxes(title=f"items per {per}", rangemode="tozero", row=1, col=1)
    drawn.update_yaxes(title="items open", rangemode="tozero", row=2, col=1)
    date_axis(drawn)
    drawn.update_layout(margin={"l": 56, "r": 12, "t": 8, "b": 24})
    total = desk.summary.volumes.total
    rest = f"{total.closed:,} are closed, {total.open:,} open at the end"
    rest = rest if total.open else "all are closed"
    title = f"Who kept up: {plural(total.arrived, 'item')} came, {rest}"
    lead = f"Arrivals and closings per {per} above, open items below; reopened ones count as open."
    key = tuple((name, colour) for _, _, name, colour, _ in lines)
    return Picture("keeping-up", title, lead, drawn, 344, key=key, place="wide")


def _steps(points: Sequence[tuple[float, int]]) -> tuple[list[float], list[int]]:
    """Without those points of a step line at which nothing changes."""
    kept = [
        point
        for i, point in enumerate(points)
        if i in (0, len(points) - 1) or point[1] != points[i - 1][1]
    ]
    return [at for at, _ in kept], [value for _, value in kept]
