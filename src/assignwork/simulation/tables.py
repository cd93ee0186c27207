"""Tables by group: of estimates, measures across; of differences, measure by measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from assignwork._words import html_table, text_table
from assignwork.simulation import _comparison_text as text
from assignwork.simulation._text import level, margin
from assignwork.simulation.estimates import Estimate
from assignwork.simulation.measures import Group, label_words, measure

if TYPE_CHECKING:
    from assignwork.simulation.comparison import Comparison, Difference


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


@attrs.frozen
class Differences:
    """A table of differences: groups down, measure by measure.

    Attributes
    ----------
    comparison : Comparison
        Whose they are.
    by : str or None
        The kind of its groups; None: all together only.
    differences : tuple of Difference
        By group, then by measure. Those that have no value are not shown.

    Examples
    --------
    >>> from assignwork.simulation import Exponential, compare, simulate, single_queue
    >>> calls = {"per_hour": 40, "handle": Exponential(180), "length": 14_400}
    >>> three, four = (single_queue(n, **calls, name=f"{n} agents") for n in (3, 4))
    >>> found = compare(*(simulate(desk, replications=5, seed=1) for desk in (three, four)))
    >>> print(found.table("hour", ["wait_mean"]))
    4 agents compared with 3 agents, by hour of the day (UTC) (95 % intervals; 5 replications)
      measure     hour  3 agents  4 agents  difference     95 % interval              verdict
      mean wait  00:00    29.6 s    5.21 s     -24.4 s       -48 to -1 s               better
      mean wait  01:00    59.7 s    10.9 s     -48.7 s      -73 to -24 s               better
      mean wait  02:00      75 s    15.6 s     -59.4 s   -2.2 to 0.2 min  no difference shown
      mean wait  03:00    95.5 s    13.3 s     -82.3 s  -2.5 to -0.3 min               better
      mean wait    all      66 s    11.4 s     -54.6 s      -86 to -23 s               better
    """

    comparison: Comparison = attrs.field(repr=False)
    by: str | None
    differences: tuple[Difference, ...]

    @property
    def title(self) -> str:
        """What is compared, by what groups."""
        return text.table_title(self.comparison, self.by)

    def rows(self) -> list[list[str]]:
        """Its cells as text, the head first."""
        return text.difference_rows(self.comparison, self.by or "", self.differences)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "title": self.title,
            "by": self.by,
            "differences": [found.to_dict() for found in self.differences],
        }

    def __str__(self) -> str:
        return text_table(self.title, self.rows())

    def _repr_html_(self) -> str:
        return html_table(self.title, self.rows())
