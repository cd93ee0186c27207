"""What a measurement found: one row of the table, also as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import attrs

from assignwork._words import aligned
from assignwork.bench.timing import Pair, per_second

RATIO = "x"
"""The unit of a figure that is a ratio."""


@attrs.frozen
class Target:
    """What a figure must reach.

    Examples
    --------
    >>> Target(0.2).met(0.3), Target(2.0, at_most=True).met(3.0)
    (True, False)
    """

    limit: float
    at_most: bool = False

    def met(self, figure: float) -> bool:
        """Whether the figure reaches it."""
        return figure <= self.limit if self.at_most else figure >= self.limit


@attrs.frozen
class Row:
    """One line of the table.

    Attributes
    ----------
    workload, size : str
        They name the row.
    ours, bare : float or None
        Per second, of what `what` says: by the desk, and by the bare loop with the same draws.
    figure : float or None
        What the target is about; None: it was not measured, `skipped` says why.
    unit : str
        Of the figure; `RATIO` for a ratio.
    spread : (float, float) or None
        Least and greatest figure of the runs.
    counts : mapping of str to float
        Operations of the desk per lifecycle; the same in every run.
    """

    workload: str
    size: str
    figure: float | None = None
    unit: str = RATIO
    target: Target | None = None
    ours: float | None = None
    bare: float | None = None
    what: str = "lifecycles"
    spread: tuple[float, float] | None = None
    counts: Mapping[str, float] = attrs.field(factory=dict)
    skipped: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None: there is none, or nothing was measured."""
        if self.target is None or self.figure is None:
            return None
        return self.target.met(self.figure)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = attrs.asdict(self)
        found["target"] = None if self.target is None else attrs.asdict(self.target)
        found["met"] = self.met
        found["counts"] = dict(self.counts)
        return found


def ratio_row(
    workload: str,
    size: str,
    pairs: Sequence[Pair],
    count: int,
    *,
    target: float | None = None,
    what: str = "lifecycles",
    counts: Mapping[str, float] | None = None,
) -> Row:
    """The row of paired runs, each of `count` of `what`: the ratio is the median of the pairs'."""
    ratios = [pair.ratio for pair in pairs]
    return Row(
        workload,
        size,
        figure=median(ratios),
        target=None if target is None else Target(target),
        ours=per_second(count, [pair.ours for pair in pairs]),
        bare=per_second(count, [pair.bare for pair in pairs]),
        what=what,
        spread=(min(ratios), max(ratios)),
        counts=counts or {},
    )


def figure_row(
    workload: str, size: str, figures: Sequence[float], target: Target | None, **fields: Any
) -> Row:
    """The row of a figure that was measured several times: their median."""
    spread = (min(figures), max(figures))
    return Row(workload, size, figure=median(figures), target=target, spread=spread, **fields)


def table(rows: Iterable[Row]) -> str:
    """The rows as text, one line each under a heading.

    Examples
    --------
    >>> print(table([Row("steady", "S: 5 x 100", 0.25, target=Target(0.2), ours=5e4, bare=2e5)]))
    workload  size        ours/s  bare loop/s  ratio  target  met
    steady    S: 5 x 100  50,000      200,000  0.250  ≥ 0.20  yes
    """
    lines = [("workload", "size", "ours/s", "bare loop/s", "ratio", "target", "met")]
    lines += [_cells(row) for row in rows]
    return "\n".join(aligned(lines, (False, False, True, True, True, False, False)))


def _cells(row: Row) -> tuple[str, str, str, str, str, str, str]:
    met = {True: "yes", False: "NO", None: "-"}[row.met]
    return (
        row.workload,
        row.size,
        "-" if row.ours is None else f"{row.ours:,.0f}",
        "-" if row.bare is None else f"{row.bare:,.0f}",
        "-" if row.figure is None else _figure(row.figure, row.unit, 3),
        _target(row),
        f"skipped: {row.skipped}" if row.skipped else met,
    )


def _target(row: Row) -> str:
    target = row.target
    if target is None:
        return "-"
    return ("≤ " if target.at_most else "≥ ") + _figure(target.limit, row.unit, 2)


def _figure(value: float, unit: str, places: int) -> str:
    if unit == RATIO:
        return f"{value:.{places}f}" if value < 1 else f"{value:.2f}"
    shown = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"  # noqa: PLR2004  # three digits
    return f"{shown}{unit}" if unit.startswith("/") else f"{shown} {unit}"


Say = Callable[[str], None]
"""Told what is being measured now."""


def operations_per(
    count: int, after: Mapping[str, int], before: Mapping[str, int]
) -> dict[str, float]:
    """What the desk did per lifecycle between two readings of its counters; events left out.

    Examples
    --------
    >>> operations_per(2, {"choices": 12, "events": 9}, {"choices": 2, "events": 0})
    {'choices': 5.0}
    """
    return {
        name: (total - before.get(name, 0)) / max(count, 1)
        for name, total in after.items()
        if name != "events"
    }
