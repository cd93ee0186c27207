"""How the hours of a roster are shared: a bar for each agent, in the colours of the shifts."""

from __future__ import annotations

from collections.abc import Sequence

from assignwork.reports._rosters import Template
from assignwork.reports._staffing_figures import Share
from assignwork.reports._staffing_text import hours
from assignwork.reports.pictures._drawing import Picture, figure, label, load_extra, name_rows

SHADES = ("#56b4e9", "#e69f00", "#4dbb98", "#cc79a7", "#f0e442", "#9aa0a6", "#e0753a")
"""Of shifts: told apart by the colour-blind (after Okabe and Ito), dark letters stand on all."""
MOST_AGENTS = 40
_ROW = 22  # pixels


def colours(templates: Sequence[Template]) -> dict[str, str]:
    """The colour of each template; with more than there are colours, some share one."""
    return {template.id: SHADES[i % len(SHADES)] for i, template in enumerate(templates)}


def fairness(found: Sequence[Share], templates: Sequence[Template]) -> Picture | None:
    """Paid hours of each agent by template, those of a contract together."""
    if not any(share.shifts for share in found):
        return None
    go = load_extra("plotly.graph_objects")
    rows = sorted(found, key=lambda share: (share.contract or "", -share.hours, share.agent))
    shown = rows[:MOST_AGENTS]
    drawn = figure(barmode="stack", bargap=0.25)
    palette = colours(templates)
    used = [template for template in templates if any(template.id in s.shifts for s in shown)]
    for template in used:
        counts = [share.shifts.get(template.id, 0) for share in shown]
        drawn.add_trace(
            go.Bar(
                name=label(template.id),
                x=[round(count * template.paid_minutes / 60, 2) for count in counts],
                y=list(range(len(shown))), orientation="h", customdata=counts,
                marker={"color": palette[template.id]},
                hovertemplate="%{y}: %{customdata} shifts, %{x:.1f} h<extra>"
                + label(template.id) + "</extra>",
            )
        )  # fmt: skip
    contracts = len({share.contract for share in found}) > 1
    name_rows(drawn, [label(_named(share, contracts=contracts), 28) for share in shown])
    drawn.update_xaxes(title="paid hours", rangemode="tozero")
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 46})
    lead = "Paid hours of each agent, by shift; agents who share a contract stand together."
    if len(shown) < len(rows):
        lead += f" The first {len(shown)} of {len(rows):,} agents are shown."
    key = tuple((template.id, palette[template.id]) for template in used)
    height = 70 + _ROW * max(4, len(shown))
    return Picture("fairness", _title(found), lead, drawn, height, key=key, place="wide")


def _named(share: Share, *, contracts: bool) -> str:
    return f"{share.agent} ({share.contract})" if contracts and share.contract else share.agent


def _title(found: Sequence[Share]) -> str:
    by_contract: dict[str | None, list[float]] = {}
    for share in found:
        by_contract.setdefault(share.contract, []).append(share.hours)
    parts = []
    for contract, worked in by_contract.items():
        least, most = hours(min(worked)), hours(max(worked))
        span = f"{most} h" if least == most else f"{least} to {most} h"
        parts.append(f"{label(contract)} {span}" if contract else span)
    return "Who works how much: " + ", ".join(parts[:3])
