"""Categories whose items are escalated more often than the rest, by more than chance (rule H2).

Each category is set against all other items: a one-sided Fisher exact test of the four counts
(escalated or not, in the category or not). As many categories are tested at once, the p values
are adjusted by Holm's method, so that the chance of naming even one category wrongly is at most
the level, however many there are and however their counts depend on each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp, lgamma
from typing import ClassVar

import attrs

from assignwork.errors import ConfigurationError
from assignwork.events import Escalated, Event, ItemUpdated, Queued
from assignwork.reports.figures import Figures, share

LEVEL = 0.05
METHOD = "one-sided Fisher exact test of each category against all other items, Holm-adjusted"
_NEGLIGIBLE = 1e-17  # of the sum so far: a double does not show it


@attrs.frozen
class EscalationShare(Figures):
    """Of so many items, so many were escalated at least once.

    Examples
    --------
    >>> EscalationShare(items=8, escalated=2).share
    0.25
    """

    derived: ClassVar[tuple[str, ...]] = ("share",)

    items: int
    escalated: int

    @property
    def share(self) -> float:
        """Escalated ÷ items, 0 to 1."""
        return share(self.escalated, self.items)


@attrs.frozen
class CategoryEscalations(Figures):
    """One category against all other items.

    Attributes
    ----------
    category : str
    items, escalated : int
        Its items, and those of them that were escalated at least once.
    rest : EscalationShare
        All other items, those without a category among them.
    p_value : float
        The chance of so many escalated items or more in it, if its share were that of the rest;
        adjusted for the number of categories.
    recurring : bool
        Whether that is at most the level.
    """

    derived: ClassVar[tuple[str, ...]] = ("share",)

    category: str
    items: int
    escalated: int
    rest: EscalationShare
    p_value: float
    recurring: bool

    @property
    def share(self) -> float:
        """Escalated ÷ items, 0 to 1."""
        return share(self.escalated, self.items)


class CategoryCounts:
    """Counts items and escalated items by category while a log is read.

    An item's category is the last one known of it: that with which it was queued, or to which it
    was changed since. Only the events `queued`, `item_updated` and `escalated` count.

    Examples
    --------
    >>> from assignwork.events import Queued
    >>> counts = CategoryCounts()
    >>> counts.add(Queued(1, 0.0, "t-1", "billing", 3, 1, "default", "vpn"))
    >>> counts.shares()
    {'vpn': EscalationShare(items=1, escalated=0)}
    """

    def __init__(self) -> None:
        self._categories: dict[str, str | None] = {}
        self._escalated: set[str] = set()

    def add(self, event: Event) -> None:
        """Take the next event."""
        if isinstance(event, Queued):
            self._categories[event.item] = event.category
        elif isinstance(event, ItemUpdated):
            if "category" in event.changes and event.item in self._categories:
                self._categories[event.item] = event.changes["category"]
        elif isinstance(event, Escalated):
            self._escalated.add(event.item)

    def shares(self) -> dict[str | None, EscalationShare]:
        """By category in their order, None (no category) last."""
        counts: dict[str | None, list[int]] = {}
        for item, category in self._categories.items():
            row = counts.setdefault(category, [0, 0])
            row[0] += 1
            row[1] += item in self._escalated
        order = sorted(counts, key=lambda name: (name is None, name or ""))
        return {category: EscalationShare(*counts[category]) for category in order}


def recurring_escalations(
    source: Iterable[Event] | Mapping[str | None, EscalationShare], *, level: float = LEVEL
) -> tuple[CategoryEscalations, ...]:
    """Categories whose share of escalated items is above the rest by more than chance.

    Parameters
    ----------
    source : iterable of Event, or mapping of category to EscalationShare
        A log from its first event on, read once; or counts, such as
        ``Metrics.escalations_by_category()``. The category None counts for the rest alone.
    level : float, default 0.05
        The chance, above 0 and below 1, that any category at all is named though its true share
        is not above the rest (the family-wise error rate).

    Returns
    -------
    tuple of CategoryEscalations
        Every category, those with the smallest p value first.

    Raises
    ------
    ConfigurationError
        For a level that is no chance.

    Notes
    -----
    The test is Fisher's exact test, one-sided: with N items, K of them escalated, and n in the
    category, the number escalated in it would be hypergeometric by chance alone, and the p value
    is ``P(X >= k)`` (R. A. Fisher, Statistical Methods for Research Workers, 5th ed. 1934, sec.
    21.02). Adjustment: S. Holm, Scand. J. Statist. 6 (1979) 65-70. The counts are taken as
    independent items; a single outage that reports itself a hundred times is one cause, and the
    test cannot know.

    Examples
    --------
    >>> counts = {"vpn": EscalationShare(20, 12), "mail": EscalationShare(80, 8)}
    >>> found = recurring_escalations(counts)
    >>> [(row.category, row.recurring) for row in found]
    [('vpn', True), ('mail', False)]
    """
    if type(level) not in (int, float) or not 0 < level < 1:
        raise ConfigurationError(
            f"{level!r} is not a chance of error", field="level", value=level,
            limit="above 0 and below 1", remedy="give for example 0.05",
        )  # fmt: skip
    counts = source if isinstance(source, Mapping) else _counted(source)
    items = sum(row.items for row in counts.values())
    escalated = sum(row.escalated for row in counts.values())
    named = sorted((name, row) for name, row in counts.items() if name is not None and row.items)
    raw = [upper_tail(row.escalated, row.items, escalated, items) for _, row in named]
    found = [
        CategoryEscalations(
            category=name,
            items=row.items,
            escalated=row.escalated,
            rest=EscalationShare(items - row.items, escalated - row.escalated),
            p_value=p_value,
            recurring=p_value <= level,
        )
        for (name, row), p_value in zip(named, holm(raw), strict=True)
    ]
    return tuple(sorted(found, key=lambda row: (row.p_value, -row.share, row.category)))


def _counted(events: Iterable[Event]) -> dict[str | None, EscalationShare]:
    counts = CategoryCounts()
    for event in events:
        counts.add(event)
    return counts.shares()


def upper_tail(k: int, n: int, marked: int, total: int) -> float:
    """Chance of at least `k` marked ones among `n` drawn of `total`, `marked` of them marked.

    Hypergeometric, without replacement. One term from log-factorials, the others by their ratio;
    the relative error grows with the counts, and is below 1e-8 up to a million items.

    Examples
    --------
    >>> upper_tail(2, 2, 2, 4)  # 1 of 6 pairs
    0.16666666666666...
    """
    least, most = max(0, n + marked - total), min(n, marked)
    if k <= least:
        return 1.0
    if k > most:
        return 0.0
    mode = (n + 1) * (marked + 1) // (total + 2)
    if k <= mode:  # the other tail is the short one, and its terms fall from its end on
        return max(0.0, 1.0 - _tail(k - 1, n, marked, total, up=False))
    return min(1.0, _tail(k, n, marked, total, up=True))


def _tail(k: int, n: int, marked: int, total: int, *, up: bool) -> float:
    """The chances of k and of all counts beyond it, away from the mode."""
    term = exp(_log_choose(marked, k) + _log_choose(total - marked, n - k) - _log_choose(total, n))
    found = 0.0
    while term > _NEGLIGIBLE * found:
        found += term
        if up:
            term *= (marked - k) * (n - k) / ((k + 1) * (total - marked - n + k + 1))
            k += 1
        else:
            term *= k * (total - marked - n + k) / ((marked - k + 1) * (n - k + 1))
            k -= 1
    return found


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def holm(p_values: Iterable[float]) -> list[float]:
    """The p values adjusted by Holm's step-down method, in their order.

    Examples
    --------
    >>> holm([0.04, 0.01, 0.03])
    [0.06, 0.03, 0.06]
    """
    raw = list(p_values)
    found = [0.0] * len(raw)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(raw)), key=raw.__getitem__)):
        least = max(least, min(1.0, (len(raw) - rank) * raw[place]))
        found[place] = least
    return found
