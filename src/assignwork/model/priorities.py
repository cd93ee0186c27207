"""Priority criteria: how impact, urgency, risk and value make a priority (R1, R2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record

FACTORS = ("impact", "urgency", "risk", "value")
LOWEST_FACTOR = 4
DEFAULT_PRIORITY = 3
DEFAULT_LEVELS: Mapping[str, int] = FrozenDict({"critical": 1, "high": 2, "low": 4, "normal": 3})


def _matrix(value: Any, field: str = "") -> tuple[tuple[int, ...], ...] | None:
    if value is None:
        return None
    rows = tuple(
        tuple(
            f.positive_int(cell, f"{field}[{i}][{j}]")
            for j, cell in enumerate(f.entries(row, f"{field}[{i}]", "a list of priorities"))
        )
        for i, row in enumerate(f.entries(value, field, "a list of rows, one an impact"))
    )
    if not 1 <= len(rows) <= LOWEST_FACTOR:
        refuse(field, value, f"a matrix of 1 to {LOWEST_FACTOR} rows, one an impact")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]) or not 1 <= len(row) <= LOWEST_FACTOR:
            refuse(
                f"{field}[{i}]", row, f"a row of 1 to {LOWEST_FACTOR} priorities, one an urgency",
                "give each row as many priorities as the first",
            )  # fmt: skip
    return rows


def _weights(value: Mapping[str, float], field: str = "") -> Mapping[str, float]:
    found = {}
    for name, weight in f.pairs(value, field):
        if name not in FACTORS:
            refuse(f"{field}.{name}", name, "a factor", f.nearest(name, FACTORS))
        found[name] = f.amount(weight, f"{field}.{name}", "a weight above zero")
    return FrozenDict(found)


def _thresholds(value: Iterable[float], field: str = "") -> tuple[float, ...]:
    found = tuple(
        f.amount(entry, f"{field}[{i}]", "a score above zero")
        for i, entry in enumerate(f.entries(value, field, "a list of scores"))
    )
    for i, (low, high) in enumerate(pairwise(found), start=1):
        if high <= low:
            refuse(f"{field}[{i}]", high, f"above the threshold before it ({low})", "sort them")
    return found


@attrs.frozen(field_transformer=f.named)
class PriorityCriteria(Record):
    """How the factors of an item make its priority (rule R1): a matrix, or weights and thresholds.

    Parameters
    ----------
    matrix : list of list of int, optional
        ``matrix[impact - 1][urgency - 1]``; a factor beyond its last row or column counts as that.
    weights : mapping of str to float
        Of `impact`, `urgency`, `risk`, `value`. The score is the sum of weight x factor: the
        smaller, the more urgent.
    thresholds : list of float
        Ascending: a score up to the first is priority 1, up to the second 2, and so on; above the
        last it is one more.

    A factor that an item lacks counts as 4, the lowest.

    Examples
    --------
    >>> PriorityCriteria(matrix=[[1, 2], [2, 3]]).matrix
    ((1, 2), (2, 3))
    >>> PriorityCriteria(weights={"impact": 2, "urgency": 1}, thresholds=[4, 8]).thresholds
    (4.0, 8.0)
    """

    matrix: tuple[tuple[int, ...], ...] | None = attrs.field(default=None, converter=_matrix)
    weights: Mapping[str, float] = attrs.field(default=FrozenDict(), converter=_weights)
    thresholds: tuple[float, ...] = attrs.field(default=(), converter=_thresholds)

    def __attrs_post_init__(self) -> None:
        if (self.matrix is None) == (not self.weights):
            raise ConfigurationError(
                "priorities come from a matrix or from weights, not from both or neither",
                field="matrix",
                value=self.matrix,
                remedy="give matrix, or weights with thresholds",
            )
        if bool(self.weights) != bool(self.thresholds):
            raise ConfigurationError(
                "weights and thresholds belong together",
                field="thresholds",
                value=self.thresholds,
                remedy="give both: the scores up to which a priority reaches",
            )
