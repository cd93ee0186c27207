"""The life of each item of a log by support line: where it lay, and whether anybody had it.

A log with lines (`groups.lines` of its mapping) says at each row to which group, so to which line
an item belongs, and whether it waits in a queue or is somebody's. Waits for customers, suppliers
and changes count as somebody's: the item left no queue by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

import attrs

from assignwork.intake.cases import Case
from assignwork.intake.mapping import LogMapping
from assignwork.intake.report import support_line
from assignwork.intake.translation import first_group, statuses
from assignwork.model import DEFAULT_PRIORITY

QUEUED, HELD, CLOSED = "queued", "held", "closed"


@attrs.frozen
class Stay:
    """A time in which neither line nor state changed.

    Attributes
    ----------
    line : int
        The support line, 1 for the first.
    state : {'queued', 'held', 'closed'}
        In the line's queue, in somebody's hands there, or done (and reopened after it).
    seconds : float
        How long; infinite where the log does not tell the end.
    """

    line: int
    state: str
    seconds: float


@attrs.frozen
class Life:
    """An item from its opening to its last closing.

    Attributes
    ----------
    id : str
    opened_at : float
        POSIX seconds.
    priority : int
    category : str or None
    stays : tuple of Stay
        In order, without gaps; the item is closed at the end of the last one, unless that is
        infinite.
    """

    id: str
    opened_at: float
    priority: int
    category: str | None
    stays: tuple[Stay, ...]

    @property
    def held_for(self) -> float:
        """Seconds in anybody's hands: what the log shows of work, waits for others included."""
        return sum(stay.seconds for stay in self.stays if stay.state == HELD)

    def entries(self) -> Iterator[tuple[int, float]]:
        """Each move up a line: the line, and the seconds until somebody there took the item."""
        last = None
        for stay in self.stays:
            if stay.state == CLOSED:
                continue
            if last is not None and stay.line > last:
                yield stay.line, stay.seconds if stay.state == QUEUED else 0.0
            last = stay.line


def lives(cases: Iterable[Case], mapping: LogMapping) -> list[Life]:
    """Of each item; items of no known priority have the default one."""
    return [_life(case, mapping) for case in cases]


def _life(case: Case, mapping: LogMapping) -> Life:
    line = support_line(first_group(case, mapping.groups.missing), mapping)
    marks: list[tuple[float, int, str]] = []  # from when on, in which line, in which state
    for moment, status in statuses(case):
        at = max(moment.at, case.opening)
        if status == "done":
            state = CLOSED  # a group in the row that resolves is no move, as in the import
        else:
            state = QUEUED if status == "queued" else HELD
            if moment.group is not None:
                line = support_line(moment.group, mapping)
        if not marks or marks[-1][1:] != (line, state):
            marks.append((at, line, state))
    if not marks:
        marks = [(case.opening, line, HELD)]
    first = case.moments[0]
    return Life(
        case.id, case.opening, first.priority or DEFAULT_PRIORITY, first.category,
        tuple(_stays(marks, case.opening)),
    )  # fmt: skip


def _stays(marks: list[tuple[float, int, str]], opened_at: float) -> Iterator[Stay]:
    if marks[0][0] > opened_at or marks[0][2] == CLOSED:
        yield Stay(marks[0][1], HELD, marks[0][0] - opened_at)
    for i, (at, line, state) in enumerate(marks):
        if i + 1 < len(marks):
            yield Stay(line, state, marks[i + 1][0] - at)
        elif state != CLOSED:
            yield Stay(line, state, inf)
