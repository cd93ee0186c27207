"""Figures over time: what stands in one cell of time that begins at `at` (POSIX seconds)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from assignwork.reports._grid import HOUR


@attrs.frozen
class QueueCell:
    """A team's queue in one cell of time; lengths in items."""

    at: float
    mean: float
    peak: int


@attrs.frozen
class LoadCell:
    """An agent in one cell of time; he was active for some of it.

    Attributes
    ----------
    active_for, handling_for : float
        Seconds active, and active with load.
    load, capacity : float
        Mean units in his active time.
    """

    at: float
    active_for: float
    handling_for: float
    load: float
    capacity: float

    @property
    def occupancy(self) -> float:
        """Handling ÷ (handling + available) time."""
        return self.handling_for / self.active_for


@attrs.frozen
class BacklogCell:
    """The whole desk in one hour: what came, what was closed and reopened, what is open at its end.

    All in items.
    """

    at: float
    arrived: int
    closed: int
    reopened: int
    open: int


def backlog(hours: Mapping[int, Counter[str]]) -> list[BacklogCell]:
    """Every hour from the first event to the last; `hours` by their number since 1970.

    Examples
    --------
    >>> found = backlog({0: Counter(arrived=3), 2: Counter(closed=1)})
    >>> [(cell.at, cell.open) for cell in found]
    [(0.0, 3), (3600.0, 3), (7200.0, 2)]
    """
    found = []
    open_now = 0
    for hour in range(min(hours), max(hours) + 1) if hours else ():
        counts = hours.get(hour) or Counter()
        came, done, again = (counts[name] for name in ("arrived", "closed", "reopened"))
        open_now += came + again - done
        found.append(BacklogCell(float(hour * HOUR), came, done, again, open_now))
    return found
