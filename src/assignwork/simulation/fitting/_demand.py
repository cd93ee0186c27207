"""Which courses of a log are work that a desk must do: the demand in a window."""

from __future__ import annotations

import attrs

from assignwork.simulation.fitting._history import CLOSED, PASSED_ON, Course, History


@attrs.frozen
class Demand:
    """The courses that count, and how many do not, by reason.

    Attributes
    ----------
    courses : list of Course
        In the order of arrival.
    before, after : int
        Stays that began before or after the window.
    waved_on : int
        Passed on without having been assigned.
    closed_alone : int
        Closed without having been assigned, and left out.
    """

    courses: list[Course] = attrs.field(repr=False)
    before: int
    after: int
    waved_on: int
    closed_alone: int


def demand(history: History, window: tuple[float, float], unassigned: str) -> Demand:
    """The courses that arrive in the window and are work for an agent, or give up."""
    found, before, after, waved_on, closed_alone = [], 0, 0, 0, 0
    for course in history.courses:
        if course.arrived_at < window[0]:
            before += 1
        elif course.arrived_at >= window[1]:
            after += 1
        elif course.assigned_at is None and course.ended == PASSED_ON:
            waved_on += 1
        elif course.assigned_at is None and course.ended == CLOSED and unassigned == "left out":
            closed_alone += 1
        else:
            found.append(course)
    found.sort(key=lambda course: course.arrived_at)
    return Demand(found, before, after, waved_on, closed_alone)
