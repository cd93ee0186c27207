"""How many agents are needed, on which shifts, and who works them.

Erlang B, C and A in closed form, and the fewest agents per interval: rough and fast (steady state,
one queue, one item at a time); what these formulas leave out is told in `docs/staffing.md`. Shifts
and rosters stand in `assignwork.staffing.shifts`, its names also here (`docs/shift_scheduling.md`);
their solvers are loaded when they are asked.
"""

from assignwork.staffing.erlang import erlang_a, erlang_b, erlang_c, mmc, mmck
from assignwork.staffing.performance import Performance
from assignwork.staffing.requirements import required_agents, required_agents_table
from assignwork.staffing.results import Requirement, RequirementTable
from assignwork.staffing.shifts import (
    Assignment,
    Ban,
    Clash,
    Conflict,
    Contract,
    CoverageRow,
    DailyNeed,
    Need,
    OnCall,
    OnCallTurn,
    Pin,
    Post,
    Progress,
    Roster,
    RosterAgent,
    RosterCheck,
    RosterProblem,
    ShiftPlanning,
    ShiftTemplate,
    ShiftWeights,
    StaffedShift,
    Violation,
    Wish,
    check_roster,
    needs_of,
    plan_roster,
    schedule_shifts,
)
from assignwork.staffing.targets import Targets

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
    "Performance",
    "Pin",
    "Post",
    "Progress",
    "Requirement",
    "RequirementTable",
    "Roster",
    "RosterAgent",
    "RosterCheck",
    "RosterProblem",
    "ShiftPlanning",
    "ShiftTemplate",
    "ShiftWeights",
    "StaffedShift",
    "Targets",
    "Violation",
    "Wish",
    "check_roster",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "mmc",
    "mmck",
    "needs_of",
    "plan_roster",
    "required_agents",
    "required_agents_table",
    "schedule_shifts",
]
