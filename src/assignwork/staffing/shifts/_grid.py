"""The moments between which nothing changes, as arrays for the models."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from assignwork.model.hours import DAY
from assignwork.staffing.shifts.coverage import pieces
from assignwork.staffing.shifts.demand import Need

Ints = npt.NDArray[np.int64]


class Grid:
    """Segments of the horizon: what is needed in each, and which columns cover it.

    Parameters
    ----------
    needs : list of Need
    spans : list of tuple of (int, int)
        By column (somebody's shift on a day): start and end of its parts, in minutes after
        midnight of day 0.
    days : int
    circular : bool

    Attributes
    ----------
    start, minutes : array of int
        Of each segment.
    segment, column : array of int
        Pairs: this column covers this segment; by column.
    at : list of dict
        By segment: skill -> the need's index.
    """

    def __init__(
        self,
        needs: Sequence[Need],
        spans: Sequence[Sequence[tuple[int, int]]],
        days: int,
        *,
        circular: bool,
    ) -> None:
        length = days * DAY
        starts: list[int] = []
        ends: list[int] = []
        columns: list[int] = []
        for i, parts in enumerate(spans):
            for part in parts:
                for start, end in pieces(*part, length, circular=circular):
                    starts.append(start)
                    ends.append(end)
                    columns.append(i)
        asked = [
            (start, end, i)
            for i, need in enumerate(needs)
            for start, end in pieces(*need.minutes, length, circular=circular)
        ]
        edges = [edge for start, end, _ in asked for edge in (start, end)]
        cuts = np.unique(np.array([0, length, *starts, *ends, *edges], dtype=np.int64))
        self.start: Ints = cuts[:-1]
        self.minutes: Ints = np.diff(cuts)
        first = np.searchsorted(cuts, np.array(starts, dtype=np.int64))
        count = np.searchsorted(cuts, np.array(ends, dtype=np.int64)) - first
        ahead = np.cumsum(count) - count
        self.segment: Ints = np.repeat(first - ahead, count) + np.arange(int(count.sum()))
        self.column: Ints = np.repeat(np.array(columns, dtype=np.int64), count)
        self.at: list[dict[str | None, int]] = [{} for _ in self.start]
        begins = np.searchsorted(cuts, [start for start, _, _ in asked]).tolist()
        stops = np.searchsorted(cuts, [end for _, end, _ in asked]).tolist()
        for begin, stop, (_, _, i) in zip(begins, stops, asked, strict=True):
            if needs[i].agents:
                for row in range(begin, stop):
                    self.at[row][needs[i].skill] = i

    def columns_of(self) -> list[list[int]]:
        """The columns that cover each segment."""
        order = np.argsort(self.segment, kind="stable")
        bounds = np.searchsorted(self.segment[order], np.arange(len(self.start) + 1))
        sorted_columns = self.column[order].tolist()
        edges = bounds.tolist()
        return [sorted_columns[a:b] for a, b in pairwise(edges)]
