"""Shift scheduling: head counts on shifts, and rosters of named agents.

`schedule_shifts` says how many agents each shift of each day needs; `plan_roster` who works which.
Questions and answers are plain data that know no solver; the solvers are loaded when they are
asked.
"""

from assignwork.staffing.shifts._contract_rules import Violation
from assignwork.staffing.shifts.check import Assignment, RosterCheck, check_roster
from assignwork.staffing.shifts.conflicts import Clash, Conflict
from assignwork.staffing.shifts.contracts import Contract, RosterAgent
from assignwork.staffing.shifts.coverage import CoverageRow
from assignwork.staffing.shifts.demand import DailyNeed, Need, needs_of
from assignwork.staffing.shifts.heads import ShiftPlanning, StaffedShift
from assignwork.staffing.shifts.planning import plan_roster
from assignwork.staffing.shifts.problem import RosterProblem
from assignwork.staffing.shifts.roster import OnCallTurn, Progress, Roster
from assignwork.staffing.shifts.rules import Ban, OnCall, Pin, Post, Wish
from assignwork.staffing.shifts.scheduling import schedule_shifts
from assignwork.staffing.shifts.templates import ShiftTemplate
from assignwork.staffing.shifts.weights import ShiftWeights

__all__ = [
    "Assignment",
    "Ban",
    "Clash",
    "Conflict",
    "Contract",
    "CoverageRow",
    "DailyNeed",
    "Need",
    "OnCall",
    "OnCallTurn",
    "Pin",
    "Post",
    "Progress",
    "Roster",
    "RosterAgent",
    "RosterCheck",
    "RosterProblem",
    "ShiftPlanning",
    "ShiftTemplate",
    "ShiftWeights",
    "StaffedShift",
    "Violation",
    "Wish",
    "check_roster",
    "needs_of",
    "plan_roster",
    "schedule_shifts",
]
