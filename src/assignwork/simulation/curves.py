"""What a trial looks like over time, and how waits are spread: the rows behind pictures."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.simulation._groups import Grouping, Ranked, by_priority, over
from assignwork.simulation._spans import Spans, Working, by_cell
from assignwork.simulation.estimates import plain
from assignwork.simulation.measures import ALL, OVERALL, Group
from assignwork.simulation.trial import SAME, Instants, Trial

MOST_CELLS = 200
OVER_TIME = ("waiting", "open", "occupancy")
PERCENTS = tuple(range(101))
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600,
           43_200, 86_400, 604_800)  # fmt: skip


@attrs.frozen
class Curves:
    """One trial over time.

    Attributes
    ----------
    begin, end : float
        The window.
    over_time : array of float
        One row for each of `OVER_TIME`, one column per cell; all cells are equally wide. Mean
        items waiting, mean items open, and occupancy (NaN where nobody was at work).
    groups : tuple
        All together, and each priority: the rows of `waits`.
    waits : array of float
        Seconds; one column for each of `PERCENTS`: so many per cent of the assigned waited no
        longer.
    """

    begin: float
    end: float
    over_time: npt.NDArray[np.float64] = attrs.field(eq=SAME, repr=False)
    groups: tuple[Group, ...]
    waits: npt.NDArray[np.float64] = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Curve:
    """A mean over replications along an axis, with its interval.

    Attributes
    ----------
    name : str
        One of ``waiting``, ``open``, ``occupancy`` and ``waits``.
    at : array of float
        Of ``waits`` per cent of the assigned, 0 to 100; else the middle of each cell of time,
        POSIX seconds.
    mean, low, high : array of float
        Items, a share, or seconds. NaN where there is no value, or no interval.
    confidence : float
    """

    name: str
    at: Instants = attrs.field(eq=SAME, repr=False)
    mean: Instants = attrs.field(eq=SAME, repr=False)
    low: Instants = attrs.field(eq=SAME, repr=False)
    high: Instants = attrs.field(eq=SAME, repr=False)
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        arrays = {name: getattr(self, name) for name in ("at", "mean", "low", "high")}
        return {
            "name": self.name,
            "confidence": self.confidence,
            **{name: [plain(value) for value in found.tolist()] for name, found in arrays.items()},
        }


def cells(length: float) -> int:
    """Cells of a window of so many seconds: a round width where one fits, else 200.

    Examples
    --------
    >>> cells(28_800.0), cells(604_800.0), cells(1_234.5)
    (96, 168, 200)
    """
    for width in _WIDTHS:
        if length % width == 0 and 1 < length / width <= MOST_CELLS:
            return int(length // width)
    return MOST_CELLS


def curves(trial: Trial, waiting: Spans, present: Spans, work: Working, waits: Ranked,
           counted: npt.NDArray[np.bool_]) -> Curves:  # fmt: skip
    """The curves of a trial.

    Parameters
    ----------
    trial : Trial
    waiting, present : Spans
        Who waited and who was there, clipped to the window.
    work : Working
        Of the agents, clipped to the window.
    waits : Ranked
        Of the customers who are counted.
    counted : array of bool
        Who is.
    """
    edges = np.linspace(trial.begin, trial.end, cells(trial.end - trial.begin) + 1)
    busy = over(by_cell(work.handling, edges), by_cell(work.work, edges))
    of_all = Grouping(OVERALL, ("",), np.zeros(int(counted.sum()), np.int32))
    priorities = by_priority(trial).of(counted)
    return Curves(
        begin=trial.begin,
        end=trial.end,
        over_time=np.vstack((by_cell(waiting, edges), by_cell(present, edges), busy)),
        groups=(ALL, *(("priority", label) for label in priorities.labels)),
        waits=np.vstack([waits.quantiles(found, PERCENTS) for found in (of_all, priorities)]),
    )


def instants(found: Curves) -> Instants:
    """The middle of each cell, in POSIX seconds."""
    count = found.over_time.shape[1]
    width = (found.end - found.begin) / count
    middle: Instants = found.begin + width * (np.arange(count) + 0.5)
    return middle
