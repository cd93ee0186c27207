"""A table of estimates: groups down, measures across."""

from __future__ import annotations

from typing import Any

import attrs

from assignwork._words import html_table, text_table
from assignwork.simulation._text import level, margin
from assignwork.simulation.estimates import Estimate
from assignwork.simulation.measures import Group, label_words, measure


@attrs.frozen
class Table:
    """Estimates by group.

    Attributes
    ----------
    title : str
    by : str or None
        The kind of its groups; None: all together only.
    groups : tuple of (str, label)
        Its rows.
    measures : tuple of str
        Its columns.
    cells : tuple of tuple of Estimate
    confidence : float
    replications : int
    """

    title: str
    by: str | None
    groups: tuple[Group, ...]
    measures: tuple[str, ...]
    cells: tuple[tuple[Estimate, ...], ...]
    confidence: float
    replications: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: one entry per group, with the estimate of each measure."""
        return {
            "title": self.title,
            "by": self.by,
            "rows": [
                {
                    "kind": kind,
                    "group": label,
                    "estimates": {
                        name: found.to_dict()
                        for name, found in zip(self.measures, row, strict=True)
                    },
                }
                for (kind, label), row in zip(self.groups, self.cells, strict=True)
            ],
        }

    def rows(self) -> list[list[str]]:
        """Its cells as text, the head first."""
        found = [measure(name) for name in self.measures]
        return [
            [self.by or "", *(column.words for column in found)],
            *(
                [
                    label_words(group),
                    *(
                        margin(cell.mean, cell.half_width, column.unit)
                        for column, cell in zip(found, row, strict=True)
                    ),
                ]
                for group, row in zip(self.groups, self.cells, strict=True)
            ),
        ]

    def _heading(self) -> str:
        if self.replications == 1:
            return f"{self.title} (1 replication: no intervals)"
        return (
            f"{self.title} (mean ± half of the {level(self.confidence)} interval; "
            f"{self.replications:,} replications)"
        )

    def __str__(self) -> str:
        return text_table(self._heading(), self.rows())

    def _repr_html_(self) -> str:
        return html_table(self._heading(), self.rows())
