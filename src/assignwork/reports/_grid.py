"""Time cut into cells whose number is bounded, however long the log is.

A log is read once and nobody knows its end, so cells begin one minute wide and grow along a
ladder of widths, each a multiple of the one before, whenever there would be too many of them.
Nothing is lost by that: cells hold sums and peaks, and those of a wide cell follow from its parts.
Cells are aligned to whole widths since 1970-01-01T00:00Z, so that they fall on full hours.
"""

from __future__ import annotations

from array import array
from math import ceil, floor

MINUTE, HOUR, DAY = 60, 3_600, 86_400
WIDTHS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY,
    *(DAY * 2**power for power in range(1, 16)),
)  # fmt: skip


class Cells:
    """One figure per cell of a grid: a sum over time (`peak` false) or the largest value."""

    __slots__ = ("peak", "values")

    def __init__(self, *, peak: bool) -> None:
        self.peak = peak
        self.values = array("d")

    def put(self, index: int, value: float) -> None:
        """Count `value` in at the cell with this index (from 0)."""
        short = index + 1 - len(self.values)
        if short > 0:
            self.values.extend([0.0] * short)
        if not self.peak:
            self.values[index] += value
        elif value > self.values[index]:
            self.values[index] = value

    def at(self, index: int) -> float:
        """What the cell holds; 0 where nothing was counted."""
        return self.values[index] if index < len(self.values) else 0.0

    def merge(self, index_of: list[int]) -> None:
        """Take new cells instead: old cell i goes into new cell ``index_of[i]``."""
        old, self.values = self.values, array("d")
        for index, value in enumerate(old):
            self.put(index_of[index], value)


class Grid:
    """At most `most` cells of one width; all its `Cells` grow together.

    Attributes
    ----------
    width : int
        Seconds per cell at present.
    first : int
        The number of the first cell since 1970; cell i begins at ``(first + i) * width``.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._level = 0
        self._cells: list[Cells] = []
        self.width: int = WIDTHS[0]
        self.first: int = 0

    def start(self, at: float) -> None:
        """The first instant that will be counted."""
        self.first = floor(at / self.width)

    def cells(self, *, peak: bool = False) -> Cells:
        """New cells on this grid."""
        made = Cells(peak=peak)
        self._cells.append(made)
        return made

    def cover(self, until: float) -> None:
        """Widen the cells until those up to the instant `until` are few enough."""
        while self.count(until) > self._most and self._level + 1 < len(WIDTHS):
            self._level += 1
            width = WIDTHS[self._level]
            ratio = width // self.width
            first = self.first // ratio
            index_of = [(self.first + i) // ratio - first for i in range(self._most)]
            for cells in self._cells:
                cells.merge(index_of)
            self.width, self.first = width, first

    def count(self, until: float) -> int:
        """The number of cells from the first to the one that ends at or after `until`."""
        return max(1, ceil(until / self.width) - self.first)

    def begin(self, index: int) -> int:
        """The instant at which the cell with this index begins."""
        return (self.first + index) * self.width

    def spread(self, begin: float, end: float) -> list[tuple[int, float]]:
        """The cells that [begin, end) touches, each with the seconds of it that fall inside."""
        self.cover(end)
        number = floor(begin / self.width)
        found = []
        while begin < end:
            edge = min(end, float((number + 1) * self.width))
            found.append((number - self.first, edge - begin))
            begin, number = edge, number + 1
        return found
