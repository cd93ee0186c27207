"""What was promised: which targets were met, and what was escalated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assignwork.reports._promise_text import TARGETS
from assignwork.reports.pictures._drawing import (
    BLUE,
    DARK_ORANGE,
    GREY,
    ORANGE,
    Desk,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    note,
    rounded,
)
from assignwork.reports.promises import Attainment
from assignwork.reports.recurring import EscalationShare
from assignwork.reports.text import percent, plural

_MOST_ROWS = 12
_TICKS = (0, 2, 5, 10, 20, 40, 60, 80, 100)
_OUTCOMES = (("met", BLUE), ("undecided", GREY), ("breached", DARK_ORANGE))
_SHARE, _ABOVE = "share of the items escalated", "above the rest by more than chance"


def attainment(desk: Desk) -> Picture | None:
    """What became of the clocks of each target, by priority."""
    levels = desk.summary.service_levels
    rows = [
        (priority, target, found)
        for target in levels.by_target
        for priority, by_target in levels.by_priority.items()
        if (found := by_target.get(target)) is not None
    ][:_MOST_ROWS]
    if not rows:
        return None
    go = load_extra("plotly.graph_objects")
    places = list(range(len(rows)))
    drawn = figure(barmode="stack", bargap=0.35)
    for outcome, colour in _OUTCOMES:
        drawn.add_trace(
            go.Bar(
                name=outcome, y=places, orientation="h",
                customdata=[getattr(found, outcome) for *_, found in rows],
                x=rounded([100 * getattr(found, outcome) / found.clocks for *_, found in rows]),
                marker={"color": colour},
                hovertemplate="%{y}: %{x:.1f} % (%{customdata}) " + outcome + "<extra></extra>",
            )
        )  # fmt: skip
    drawn.update_xaxes(ticksuffix=" %", range=[0, 100], title="share of the clocks")
    name_rows(
        drawn,
        [f"{TARGETS[target]}<br>priority {priority}" for priority, target, _ in rows],
    )
    for place, (*_, found) in zip(places, rows, strict=True):
        note(
            drawn, _kept(found), x=1.01, y=place, xref="paper", yref="y", xanchor="left",
        )  # fmt: skip
    drawn.update_layout(margin={"l": 8, "r": 92, "t": 6, "b": 44})
    lead = "Each clock is one promise on one item. To the right, the share met of those decided."
    key = tuple(_OUTCOMES)
    height = 60 + 44 * max(2, len(rows))
    return Picture("attainment", _worst(levels.by_target), lead, drawn, height, key=key)


def _kept(found: Attainment) -> str:
    decided = found.met + found.breached
    return f"{percent(found.share)} of<br>{decided:,}" if decided else "none<br>decided"


def _worst(by_target: Mapping[str, Attainment]) -> str:
    decided = [(row.share, target) for target, row in by_target.items() if row.met + row.breached]
    if not decided:
        return "Promises: nothing is decided yet"
    share, target = min(decided)
    if share == 1:
        return "Promises: all that are decided were kept"
    return f"Promises: {TARGETS[target]} worst, {percent(share)} met in time"


def escalations(desk: Desk) -> Picture | None:
    """The share of items escalated, by category or, where items have none, by priority."""
    found = desk.summary.escalations
    if not found.overall.escalated:
        return None
    names, rows = _compared(desk)
    stand_out = {row.category for row in found.recurring} if found.by_category else set()
    shares = [100 * row.share for row in rows]
    go = load_extra("plotly.graph_objects")
    drawn = figure(bargap=0.35)
    drawn.add_trace(
        go.Bar(
            x=rounded(shares), y=list(range(len(rows))), orientation="h", cliponaxis=False,
            marker={"color": [ORANGE if name in stand_out else BLUE for name in names]},
            text=[f"{row.escalated:,} of {row.items:,}" for row in rows], textposition="outside",
            customdata=[f"{row.escalated:,} of {row.items:,} items" for row in rows],
            hovertemplate="%{y}: %{x:.1f} % (%{customdata})<extra></extra>",
        )
    )  # fmt: skip
    overall = 100 * found.overall.share
    drawn.add_vline(x=overall, line={"color": GREY, "width": 2, "dash": "dot"})
    drawn.update_xaxes(ticksuffix=" %", range=[0, 1.3 * max(shares)], title=_SHARE)
    name_rows(drawn, [label(name) for name in names])
    drawn.update_layout(margin={"l": 8, "r": 60, "t": 10, "b": 46})
    title = f"What was escalated: {plural(found.overall.escalated, 'item')}, "
    title += f"{percent(found.overall.share)} of all"
    lead = f"The dotted line is the share of all items. {_what(desk, len(names))}"
    key = [(_SHARE, BLUE)]
    if stand_out & set(names):
        key.append((_ABOVE, ORANGE))
    height = 90 + 30 * max(2, len(rows))
    return Picture("escalations", title, lead, drawn, height, key=tuple(key))


def _compared(desk: Desk) -> tuple[Sequence[str], Sequence[EscalationShare]]:
    """Names and shares of the rows, those that stand out and the largest first."""
    found = desk.summary.escalations
    if not found.by_category:
        levels = found.by_priority
        return [f"priority {level}" for level in levels], list(levels.values())
    first = [row.category for row in found.recurring]
    rest = sorted(
        (name for name in found.by_category if name not in first),
        key=lambda name: (-found.by_category[name].escalated, name),
    )
    chosen = [*first, *rest][:_MOST_ROWS]
    return chosen, [found.by_category[name] for name in chosen]


def _what(desk: Desk, shown: int) -> str:
    categories = desk.summary.escalations.by_category
    if not categories:
        return "By priority."
    if len(categories) > shown:
        return f"By category: {shown} of {len(categories)}, those that stand out first."
    return "By category, those that stand out first."
