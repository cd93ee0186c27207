"""What a replay by line says, from its events: moves up, time and waiting per line, targets.

Teams are lines (`team_of`). The priority is that with which an item arrived. An item that is open
at the end counts with what it has spent until then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork.intake.line_replay import LineReplay, line_of
from assignwork.reports import EscalationShare, summarize
from assignwork.reports.figures import Distribution, Figures
from assignwork.reports.promises import Attainment


class Course:
    """What became of one item.

    Attributes
    ----------
    priority : int
    category : str or None
    moved_at : float or None
        Seconds from its arrival to its first move up a line.
    by_path : bool
        Whether an escalation path ever moved it.
    notified : bool
        Whether a path told anybody.
    spent, waited : dict of int to float
        Seconds open in each line that it was in, and of them in its queue.
    """

    __slots__ = (
        "by_path", "category", "line", "moved_at", "notified", "opened_at", "priority", "since",
        "spent", "state", "waited",
    )  # fmt: skip

    def __init__(self, at: float, line: int, priority: int, category: str | None) -> None:
        self.opened_at = self.since = at
        self.line = line
        self.priority = priority
        self.category = category
        self.state = "queued"
        self.moved_at: float | None = None
        self.by_path = self.notified = False
        self.spent: dict[int, float] = {line: 0.0}
        self.waited: dict[int, float] = {line: 0.0}

    def settle(self, at: float) -> None:
        """What holds now has held until `at`."""
        if self.state != "closed":
            self.spent[self.line] += at - self.since
            if self.state == "queued":
                self.waited[self.line] += at - self.since
        self.since = at

    def enter(self, line: int) -> None:
        """It is in this line from now on."""
        self.line = line
        self.spent.setdefault(line, 0.0)
        self.waited.setdefault(line, 0.0)


_STATES = {"assigned": "held", "released": "queued", "queued": "queued", "closed": "closed"}


def courses(replay: LineReplay) -> dict[str, Course]:
    """What became of each item, by its id."""
    found: dict[str, Course] = {}
    for event in replay.events:
        _take(found, event)
    for course in found.values():
        course.settle(replay.until)
    return found


def _take(found: dict[str, Course], event: Any) -> None:
    item = getattr(event, "item", None)
    if item is None:
        return
    course = found.get(item)
    if course is None:
        course = found[item] = Course(event.at, line_of(event.team), event.priority, event.category)
    course.settle(event.at)
    kind = event.kind
    if kind in _STATES:
        course.state = _STATES[kind]
    elif kind == "reopened":
        course.state = "held" if event.agent else "queued"
    elif kind == "transferred":
        if line_of(event.team) > course.line and course.moved_at is None:
            course.moved_at = event.at - course.opened_at
        course.enter(line_of(event.team))
    elif kind == "escalated":
        course.by_path = course.by_path or event.team is not None
        course.notified = course.notified or bool(event.notified)


@attrs.frozen
class LineTimes(Figures):
    """Items that were in a line: how long each was open there, and how long in its queue."""

    items: int
    time: Distribution
    waiting: Distribution


@attrs.frozen
class Moves(Figures):
    """Items of one priority, or all.

    Attributes
    ----------
    moved : EscalationShare
        How many there were, and how many of them went up a line at least once.
    until_first : Distribution
        Arrival to the first move up, of those.
    by_path : int
        How many of them an escalation path moved.
    notified : int
        Of how many a path told somebody.
    lines : mapping of int to LineTimes
    targets : mapping of str to Attainment
    """

    moved: EscalationShare
    until_first: Distribution
    by_path: int
    notified: int
    lines: Mapping[int, LineTimes]
    targets: Mapping[str, Attainment]


@attrs.frozen
class LineFigures(Figures):
    """A whole replay: of all items, and by priority."""

    overall: Moves
    by_priority: Mapping[int, Moves]

    @property
    def rows(self) -> list[tuple[str, Moves]]:
        """By priority, then all, with their names."""
        return [*((str(p), row) for p, row in self.by_priority.items()), ("all", self.overall)]


def line_figures(replay: LineReplay, found: Mapping[str, Course]) -> LineFigures:
    """The figures of a replay and of what became of its items (`courses`)."""
    levels = summarize(replay.workspace, replay.events, until=replay.until).service_levels
    priorities = sorted({course.priority for course in found.values()})
    return LineFigures(
        overall=_moves(found.values(), levels.by_target),
        by_priority={
            priority: _moves(
                [course for course in found.values() if course.priority == priority],
                levels.by_priority.get(priority, {}),
            )
            for priority in priorities
        },
    )


def _moves(courses: Iterable[Course], targets: Mapping[str, Attainment]) -> Moves:
    courses = list(courses)
    moved = [course.moved_at for course in courses if course.moved_at is not None]
    lines = sorted({line for course in courses for line in course.spent})
    return Moves(
        moved=EscalationShare(len(courses), len(moved)),
        until_first=Distribution.of(moved),
        by_path=sum(course.by_path for course in courses),
        notified=sum(course.notified for course in courses),
        lines={
            line: LineTimes(
                sum(line in course.spent for course in courses),
                Distribution.of(course.spent[line] for course in courses if line in course.spent),
                Distribution.of(course.waited[line] for course in courses if line in course.waited),
            )
            for line in lines
        },
        targets=targets,
    )


@attrs.frozen
class Agreement(Figures):
    """Whether the path alone would have moved up the items that the log moved up.

    Attributes
    ----------
    both, logged, path, neither : int
        Items that both moved up, only the one or the other, and none.
    later_by : Distribution
        Of those moved by both: seconds from the log's first move to the path's; below 0 where the
        path is first.
    path_first : int
        Of how many of those the path would have been first.
    """

    both: int
    logged: int
    path: int
    neither: int
    later_by: Distribution
    path_first: int


def agreement(
    logged: Mapping[str, Course], alone: Mapping[str, Course], priority: int | None
) -> Agreement:
    """Of the items of this priority; None: of all."""
    counts: defaultdict[tuple[bool, bool], int] = defaultdict(int)
    gaps: list[float] = []
    for item, was in logged.items():
        if priority not in (None, was.priority):
            continue
        first, other = was.moved_at, alone[item].moved_at
        counts[first is not None, other is not None] += 1
        if first is not None and other is not None:
            gaps.append(other - first)
    return Agreement(
        counts[True, True], counts[True, False], counts[False, True], counts[False, False],
        Distribution.of(gaps), sum(gap < 0 for gap in gaps),
    )  # fmt: skip
