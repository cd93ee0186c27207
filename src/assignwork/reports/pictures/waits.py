"""Who waited: the share of items assigned at once, within a minute, an hour, a day."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from assignwork.reports._grid import DAY, HOUR, MINUTE
from assignwork.reports._hours import DAY_HOURS, WORTH_A_PICTURE, LateHours
from assignwork.reports.pictures._drawing import (
    BLUE,
    GREY,
    Desk,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    ninth,
    note,
    rounded,
)
from assignwork.reports.summary import Waits
from assignwork.reports.text import duration, plural

BUCKETS = (
    (0.0, "at once", "#1f5fa8"),
    (MINUTE, "up to 1 min", "#3f8fd2"),
    (5 * MINUTE, "up to 5 min", "#74b3e6"),
    (15 * MINUTE, "up to 15 min", "#aed4f0"),
    (HOUR, "up to 1 h", "#fdd49e"),
    (4 * HOUR, "up to 4 h", "#fdae61"),
    (DAY, "up to 1 day", "#e6750d"),
    (float("inf"), "longer", "#a63f03"),
)
_MOST_ROWS = 8
_ROW, _TALL_ROW, _FILL = 42, 56, 336  # pixels; few rows may be taller
NEVER = ("never assigned", GREY)


def waits_by_priority(desk: Desk) -> Picture | None:
    """How long items of each priority waited, in steps that people think in."""
    rows = desk.summary.waits.by_priority
    shown = sorted(sorted(rows, key=lambda p: (-rows[p].items, p))[:_MOST_ROWS])
    if not shown:
        return None
    levels = [
        (f"priority {level}", rows[level], [w for _, w in desk.metrics.waits(priority=level)])
        for level in shown
    ]
    spread = [(rows[p].seconds.p90 or 0.0, p) for p in shown if rows[p].seconds.count]
    longest, worst = max(spread, default=(None, None))
    if len(spread) == 1 or not longest or longest == min(spread)[0]:
        title = f"Who waited: {ninth(longest)}"
        title += ", whatever the priority" if len(spread) > 1 else ""
    else:
        title = f"Who waited: priority {worst} longest, {ninth(longest)}"
    return _waits("waits-by-priority", title, levels, len(rows))


def waits_by_team(desk: Desk) -> Picture | None:
    """The same by the team in whose inbox the items arrived, those that waited longest first."""
    rows = desk.summary.waits.by_team
    if len(rows) < 2:  # noqa: PLR2004  # with one team it would be the same picture again
        return None
    by_wait = desk.summary.waits.large_teams
    levels = [
        (label(team), rows[team], [w for _, w in desk.metrics.waits(team=team)])
        for team in by_wait[:_MOST_ROWS]
    ]
    name, worst, _ = levels[0]
    title = f"Who waited: team {name} longest, {ninth(worst.seconds.p90)}"
    if not worst.seconds.p90:
        title = "Who waited: in no team more than 1 in 10 items"
    return evolve(_waits("waits-by-team", title, levels, len(rows)), place="tall")


def _waits(
    name: str, title: str, levels: Sequence[tuple[str, Waits, list[float]]], known: int
) -> Picture:
    go = load_extra("plotly.graph_objects")
    counts = [_bucketed(waited) for _, _, waited in levels]
    steps = [
        (text, colour, [row[i] for row in counts]) for i, (_, text, colour) in enumerate(BUCKETS)
    ]
    steps.append((*NEVER, [waits.never for _, waits, _ in levels]))
    places = list(range(len(levels)))
    key = []
    drawn = figure(barmode="stack", bargap=0.35)
    for text, colour, numbers in steps:
        if not any(numbers):
            continue
        key.append((text, colour))
        shares = [100 * n / max(1, w.items) for n, (_, w, _) in zip(numbers, levels, strict=True)]
        drawn.add_trace(
            go.Bar(
                name=text, x=rounded(shares), y=places, customdata=numbers, orientation="h",
                marker={"color": colour},
                hovertemplate="%{y}: %{x:.1f} % (%{customdata} items) " + text + "<extra></extra>",
            )
        )  # fmt: skip
    texts = [f"{team}<br>{plural(waits.items, 'item')}" for team, waits, _ in levels]
    drawn.update_xaxes(ticksuffix=" %", range=[0, 100], title="share of the items that arrived")
    name_rows(drawn, texts)
    for place, (_, waits, _) in zip(places, levels, strict=True):
        note(
            drawn,
            ninth(waits.seconds.p90).replace("10 ", "10<br>").replace(" was", "<br>was"),
            x=1.01,
            y=place,
            xref="paper",
            yref="y",
            xanchor="left",
        )
    drawn.update_layout(margin={"l": 8, "r": 82, "t": 6, "b": 44})
    lead = "Time from arrival to the first assignment."
    if known > len(levels):
        lead += f" {len(levels)} of {known} are shown: those with many items and the longest waits."
    height = 60 + max(_ROW * len(levels), min(_TALL_ROW * len(levels), _FILL))
    return Picture(name, title, lead, drawn, height, key=tuple(key))


def _bucketed(waited: Sequence[float]) -> list[int]:
    counts = [0] * len(BUCKETS)
    for seconds in waited:
        counts[next(i for i, (limit, *_) in enumerate(BUCKETS) if seconds <= limit)] += 1
    return counts


def hours_of_day(desk: Desk) -> Picture | None:
    """At what hour of the day those arrived who waited longer than the threshold."""
    threshold = desk.summary.waits.threshold
    found = LateHours.of(desk.metrics, threshold, desk.zone)
    if sum(found.late) < WORTH_A_PICTURE:
        return None
    rows = list(zip(found.late, found.arrived, strict=True))
    shares = [100 * late / max(1, arrived) for late, arrived in rows]
    about = [f"{late:,} of {arrived:,} items" for late, arrived in rows]
    drawn = figure(bargap=0.2)
    go = load_extra("plotly.graph_objects")
    drawn.add_trace(
        go.Bar(
            x=list(range(DAY_HOURS)), y=rounded(shares), customdata=about, marker={"color": BLUE},
            text=[f"{late:,}" if late else "" for late in found.late],
            textposition="outside", cliponaxis=False,
            hovertemplate="%{x}:00 to %{x}:59: %{y:.1f} % (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_xaxes(
        tickvals=list(range(0, 24, 3)), range=[-0.6, 23.6], showgrid=False,
        title="hour of arrival (8: from 8:00 to 8:59)",
    )  # fmt: skip
    drawn.update_yaxes(ticksuffix=" %", range=[0, max(shares) * 1.18], nticks=5)
    drawn.update_layout(margin={"l": 48, "r": 8, "t": 6, "b": 44})
    limit = duration(threshold)
    title = f"When people waited over {limit}: {found.when}"
    lead = "Of the items that arrived in each hour of the day, the share that waited longer than "
    lead += f"{limit}; above the bars how many these were."
    return Picture("hours-of-day", title, lead, drawn, 230, place="wide")
