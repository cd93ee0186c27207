"""Shifts: when an agent works, by his calendar and his own dated overrides (rule T3)."""

from __future__ import annotations

import math

from assignwork._fields import Instant
from assignwork.model.calendars import Calendar
from assignwork.model.shifts import Shift
from assignwork.service.calendars import WorkingTime


class ShiftPlan:
    """When an agent is on shift.

    Hours that touch are one shift, also across midnight. An override of a date replaces the
    calendar's intervals that start on it, exceptions included; one that started the day before runs
    on into it.

    Parameters
    ----------
    shift : Shift
    calendar : Calendar or WorkingTime
        The one that the shift names; its working time, if that was made already, is shared. For
        ``24x7`` give `WorkingTime.always()`.

    Raises
    ------
    ConfigurationError
        When an override overlaps the hours of the day before or after; its field is
        ``overrides.`` and the date.

    Examples
    --------
    >>> office = Calendar("office", hours={"mon-fri": ["10:00-18:00"]})
    >>> plan = ShiftPlan(Shift("office", {"2026-01-06": []}), office)
    >>> monday = 1767607200  # 2026-01-05, 10:00
    >>> plan.on_shift(monday), (plan.ends_at(monday) - monday) / 3600
    (True, 8.0)
    >>> (plan.starts_at(monday) - monday) / 3600  # hours: he is on leave on Tuesday
    48.0
    """

    __slots__ = ("shift", "working_time")

    def __init__(self, shift: Shift, calendar: Calendar | WorkingTime) -> None:
        working = calendar if isinstance(calendar, WorkingTime) else WorkingTime(calendar)
        self.shift = shift
        self.working_time = working.overridden(shift.overrides)

    def on_shift(self, at: Instant) -> bool:
        """Whether a shift is under way; at its start it is, at its end it is not."""
        return self.working_time.is_working(at)

    def ends_at(self, at: Instant) -> float:
        """The end, in POSIX seconds, of the shift under way; infinite if none is, or it never ends.

        Raises
        ------
        ConfigurationError
            For what is no instant; so for the other questions.
        """
        return self.working_time.next_change(at) if self.on_shift(at) else math.inf

    def starts_at(self, at: Instant) -> float:
        """The first start of a shift after `at`, in POSIX seconds; infinite if there is none."""
        return self.working_time.next_opening(at)

    def next_change(self, at: Instant) -> float:
        """The first start or end of a shift after `at`, in POSIX seconds; infinite if none is."""
        return self.working_time.next_change(at)
