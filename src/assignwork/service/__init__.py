"""What a desk promises and when it works: working time, shifts, rotations (rules T1 to T5).

Everything here is a function of its arguments: no clock is read, and whoever gives the same
calendar, time zone data and instant gets the same answer.
"""

from assignwork.service.calendars import WorkingTime, compile_calendars
from assignwork.service.rotations import on_call, turns
from assignwork.service.shifts import ShiftPlan

__all__ = ["ShiftPlan", "WorkingTime", "compile_calendars", "on_call", "turns"]
