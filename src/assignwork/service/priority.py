"""What an item's own priority is, and what decided it (R1, R2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.items import WorkItem
from assignwork.model.priorities import (
    DEFAULT_PRIORITY,
    FACTORS,
    LOWEST_FACTOR,
    PriorityCriteria,
)


def level(priority: int | str, levels: Mapping[str, int], field: str) -> int:
    """The number of a priority given as a number or as a level's name.

    Raises
    ------
    ConfigurationError
        For a name that the workspace does not know.

    Examples
    --------
    >>> level("high", {"high": 2}, "priority")
    2
    """
    if isinstance(priority, int):
        return priority
    if priority not in levels:
        raise ConfigurationError(
            f"there is no priority level {priority!r}",
            field=field,
            value=priority,
            remedy=f.nearest(priority, levels),
        )
    return levels[priority]


def own_priority(
    item: WorkItem,
    entry: Any,
    criteria: PriorityCriteria | None,
    levels: Mapping[str, int],
    field: str = "priority",
) -> tuple[int, str]:
    """The item's own priority, and what decided it.

    Parameters
    ----------
    item : WorkItem
    entry : CatalogEntry or None
        What it was submitted by.
    criteria : PriorityCriteria or None
    levels : mapping of str to int
    field : str
        What an error calls the item's priority.

    Returns
    -------
    tuple of (int, str)
        The priority, and `given`, `catalog`, `default` or the factor that decided.

    Raises
    ------
    ConfigurationError
        For an unknown level.

    Examples
    --------
    >>> criteria = PriorityCriteria(matrix=[[1, 2, 3], [2, 3, 4]])
    >>> own_priority(WorkItem("t-1", team="x", impact=2, urgency=1), None, criteria, {})
    (2, 'urgency')
    """
    if item.priority is not None:
        return level(item.priority, levels, field), "given"
    if entry is not None and entry.priority is not None:
        return level(entry.priority, levels, field), "catalog"
    if criteria is None:
        return DEFAULT_PRIORITY, "default"
    factors = {name: _factor(name, item, entry) for name in FACTORS}
    if criteria.matrix is not None:
        return _by_matrix(criteria.matrix, factors["impact"], factors["urgency"])
    return _by_weights(criteria, factors)


def _factor(name: str, item: WorkItem, entry: Any) -> int:
    found: int | None = getattr(item, name)
    if found is None and entry is not None:
        found = getattr(entry, name)
    return LOWEST_FACTOR if found is None else found


def _by_matrix(matrix: tuple[tuple[int, ...], ...], impact: int, urgency: int) -> tuple[int, str]:
    row = matrix[min(impact, len(matrix)) - 1]
    priority = row[min(urgency, len(row)) - 1]
    if impact == urgency:
        return priority, "impact+urgency"
    return priority, "impact" if impact < urgency else "urgency"


def _by_weights(criteria: PriorityCriteria, factors: Mapping[str, int]) -> tuple[int, str]:
    weights = [(name, criteria.weights[name]) for name in FACTORS if name in criteria.weights]
    score, most, decided = 0.0, 0.0, "none"
    for name, weight in weights:
        score += weight * factors[name]  # one by one: `sum` rounds otherwise from Python 3.12 on
        share = weight * (LOWEST_FACTOR - factors[name])
        if share > most:
            most, decided = share, name
    return 1 + sum(threshold < score for threshold in criteria.thresholds), decided
