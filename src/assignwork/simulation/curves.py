"""What a trial looks like over time, and how waits are spread: the rows behind pictures."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork._extras import data_frame
from assignwork.simulation._groups import Grouping, Ranked, by_priority, by_team, over
from assignwork.simulation._spans import Spans, Working, by_cell, by_group_and_cell
from assignwork.simulation.estimates import plain
from assignwork.simulation.measures import ALL, OVERALL, Group
from assignwork.simulation.trial import SAME, Codes, Instants, Trial

MOST_CELLS = 200
OVER_TIME = ("waiting", "open", "occupancy")
BY_GROUP = OVER_TIME[:2]
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
    parts : tuple
        Each team, then each priority: the rows of `by_part`.
    by_part : array of float
        For each of `BY_GROUP` a row for each part, one column per cell as in `over_time`; in single
        precision, so that it stays small. Who waits counts for the team in whose queue he is, who
        is open for the one at which he arrived.
    """

    begin: float
    end: float
    over_time: npt.NDArray[np.float64] = attrs.field(eq=SAME, repr=False)
    groups: tuple[Group, ...]
    waits: npt.NDArray[np.float64] = attrs.field(eq=SAME, repr=False)
    parts: tuple[Group, ...]
    by_part: npt.NDArray[np.float32] = attrs.field(eq=SAME, repr=False)

    def of(self, name: str, group: Group) -> Instants | None:
        """One of `OVER_TIME`, of all together or a part; None where there is no such curve.

        Nobody was in a part that this trial does not have.
        """
        if group == ALL:
            whole: Instants = self.over_time[OVER_TIME.index(name)]
            return whole
        if name not in BY_GROUP or group[0] not in ("team", "priority"):
            return None
        if group not in self.parts:
            return np.zeros(self.over_time.shape[1])
        part: Instants = self.by_part[BY_GROUP.index(name), self.parts.index(group)].astype(float)
        return part


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
    group : (str, label)
        Of which customers, as in `Results.groups`; default: all together.
    """

    name: str
    at: Instants = attrs.field(eq=SAME, repr=False)
    mean: Instants = attrs.field(eq=SAME, repr=False)
    low: Instants = attrs.field(eq=SAME, repr=False)
    high: Instants = attrs.field(eq=SAME, repr=False)
    confidence: float
    group: Group = ALL

    def to_frame(self) -> Any:
        """A `pandas.DataFrame`: curve, group_kind, group, at, mean, low, high; a row per point.

        It needs the extra ``frames``.

        Raises
        ------
        ConfigurationError
            When pandas is not installed.
        """
        kind, label = self.group
        return data_frame(
            {
                "curve": np.full(len(self.at), self.name, object),
                "group_kind": np.full(len(self.at), kind, object),
                "group": np.full(len(self.at), label, object),
                "at": self.at,
                "mean": self.mean,
                "low": self.low,
                "high": self.high,
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        arrays = {name: getattr(self, name) for name in ("at", "mean", "low", "high")}
        return {
            "name": self.name,
            "group_kind": self.group[0],
            "group": self.group[1],
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


def curves(trial: Trial, waiting: Spans, queue: Codes, present: Spans, work: Working,
           waits: Ranked, counted: npt.NDArray[np.bool_]) -> Curves:  # fmt: skip
    """The curves of a trial.

    Parameters
    ----------
    trial : Trial
    waiting, present : Spans
        Who waited and who was there, clipped to the window; the group is the customer.
    queue : array of int
        The team at which each span of `waiting` was spent.
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
    teams, urgency = by_team(trial), by_priority(trial)
    priorities = urgency.of(counted)
    by_part = [
        np.vstack(
            [
                by_group_and_cell(spans.regrouped(codes), len(groups), edges)
                for groups, codes in ((teams, team), (urgency, urgency.codes[spans.group]))
            ]
        )
        for spans, team in ((waiting, queue), (present, teams.codes[present.group]))
    ]
    return Curves(
        begin=trial.begin,
        end=trial.end,
        over_time=np.vstack((by_cell(waiting, edges), by_cell(present, edges), busy)),
        groups=(ALL, *(("priority", label) for label in priorities.labels)),
        waits=np.vstack([waits.quantiles(found, PERCENTS) for found in (of_all, priorities)]),
        parts=tuple((part.kind, label) for part in (teams, urgency) for label in part.labels),
        by_part=np.array(by_part, np.float32),
    )


def instants(found: Curves) -> Instants:
    """The middle of each cell, in POSIX seconds."""
    count = found.over_time.shape[1]
    width = (found.end - found.begin) / count
    middle: Instants = found.begin + width * (np.arange(count) + 0.5)
    return middle
