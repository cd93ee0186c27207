"""Groups of bars, for sections that a caller adds to the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assignwork.reports.pictures._drawing import (
    Picture,
    figure,
    label,
    load_extra,
    name_rows,
    rounded,
)


def grouped(
    name: str,
    title: str,
    lead: str,
    rows: Sequence[str],
    values: Mapping[str, Sequence[float]],
    colours: Mapping[str, str],
) -> Picture:
    """Shares of several kinds side by side.

    Parameters
    ----------
    name, title, lead : str
        As in `Picture`, HTML.
    rows : sequence of str
        The groups, first on top.
    values : mapping of str to sequence of float
        Kind -> per cent for each group, 0 to 100.
    colours : mapping of str to str
        Of each kind.

    Raises
    ------
    ConfigurationError
        When the extra ``report`` is not installed.
    """
    go = load_extra("plotly.graph_objects")
    drawn = figure(barmode="group", bargap=0.3)
    for kind, shares in values.items():
        drawn.add_trace(
            go.Bar(
                name=kind, x=rounded(shares), y=list(range(len(rows))), orientation="h",
                marker={"color": colours[kind]},
                hovertemplate="%{y}: %{x:.1f} % " + kind + "<extra></extra>",
            )
        )  # fmt: skip
    drawn.update_xaxes(ticksuffix=" %", rangemode="tozero")
    name_rows(drawn, [label(row) for row in rows])
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 6, "b": 34})
    height = 60 + 20 * len(rows) * max(1, len(values))
    return Picture(name, title, lead, drawn, height, key=tuple(colours.items()))
