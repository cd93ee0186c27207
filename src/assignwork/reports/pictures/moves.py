"""How work moved: who helped where, and why items changed hands."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from assignwork.reports.pictures._drawing import (
    BLUE,
    MOST_TEAMS,
    Desk,
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
)
from assignwork.reports.text import REASONS, plural


def helped(desk: Desk) -> Picture | None:
    """Secondary assignments, home team of the helper by team of the item."""
    rows = desk.summary.flow.helped
    if not rows:
        return None
    go = load_extra("plotly.graph_objects")
    gave = {team: sum(row.values()) for team, row in rows.items()}
    got: dict[str, int] = {}
    for row in rows.values():
        for team, count in row.items():
            got[team] = got.get(team, 0) + count
    givers = sorted(gave, key=lambda t: (-gave[t], t))[:MOST_TEAMS]
    takers = sorted(got, key=lambda t: (-got[t], t))[:MOST_TEAMS]
    z = [[rows[giver].get(taker) for taker in takers] for giver in givers]
    drawn = figure()
    drawn.add_trace(
        go.Heatmap(
            x=list(range(len(takers))), y=list(range(len(givers))), z=z, xgap=2, ygap=2,
            coloraxis="coloraxis", texttemplate="%{z}",
            hovertemplate="agents of %{y} took %{z} items of %{x}<extra></extra>",
        )
    )  # fmt: skip
    drawn.update_xaxes(
        tickvals=list(range(len(takers))), ticktext=[label(t, 14) for t in takers], side="top",
        showgrid=False, title="team that got help",
    )  # fmt: skip
    name_rows(drawn, [label(team, 14) for team in givers])
    drawn.update_yaxes(title="team of the helper")
    top = max(max(n or 0 for n in row) for row in z)
    drawn.update_layout(
        coloraxis={"cmin": 0, "cmax": 1.5 * top, "showscale": False},
        margin={"l": 20, "r": 16, "t": 20, "b": 20},
    )
    taker = takers[0]
    giver = max(givers, key=lambda t: (rows[t].get(taker, 0), t))
    title = f"Who helped where: {label(taker)} got most, {plural(got[taker], 'item')}, "
    title += f"{rows[giver].get(taker, 0):,} of them from {label(giver)}"
    lead = "Items assigned to agents who help in a team that is not their first, by number."
    if len(gave) > len(givers) or len(got) > len(takers):
        lead += f" The {MOST_TEAMS} largest teams are shown."
    return Picture("helped", title, lead, drawn, 150 + 34 * max(2, len(givers)))


def reassigned(desk: Desk) -> Picture | None:
    """Assignments after an item's first, by what took the item from its owner."""
    flow = desk.summary.flow
    if not flow.reassigned:
        return None
    go = load_extra("plotly.graph_objects")
    ranked = sorted(flow.reassigned.items(), key=lambda entry: (-entry[1], entry[0]))
    places = list(range(len(ranked)))
    counts = [count for _, count in ranked]
    drawn = figure(bargap=0.35)
    drawn.add_trace(
        go.Bar(
            x=counts, y=places, orientation="h", marker={"color": BLUE}, cliponaxis=False,
            text=[f"{count:,}" for count in counts], textposition="outside", showlegend=False,
            hovertemplate="%{y}: %{x} reassignments<extra></extra>",
        )
    )  # fmt: skip
    reasons = [escape(REASONS.get(why, why), quote=False) for why, _ in ranked]
    names = ["<br>".join(wrap(reason, 17)) for reason in reasons]
    drawn.update_xaxes(title="reassignments", range=[0, max(counts) * 1.15])
    name_rows(drawn, names)
    drawn.update_layout(margin={"l": 8, "r": 40, "t": 10, "b": 46})
    per_100 = 100 * flow.reassignments_per_item
    title = f"Why work changed hands: {per_100:.0f} reassignments per 100 items, "
    title += f"mostly because {reasons[0]}"
    lead = "What had taken the item from its owner before it was assigned again."
    return Picture("reassigned", title, lead, drawn, 90 + 46 * len(ranked))
