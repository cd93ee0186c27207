"""How many agents are needed: Erlang B, C and A in closed form, and the fewest agents per interval.

Rough and fast: steady state, one queue, one item at a time. What these formulas leave out is told
in `docs/staffing.md`.
"""

from assignwork.staffing.erlang import erlang_a, erlang_b, erlang_c, mmc, mmck
from assignwork.staffing.performance import Performance
from assignwork.staffing.requirements import required_agents, required_agents_table
from assignwork.staffing.results import Requirement, RequirementTable
from assignwork.staffing.targets import Targets

__all__ = [
    "Performance",
    "Requirement",
    "RequirementTable",
    "Targets",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "mmc",
    "mmck",
    "required_agents",
    "required_agents_table",
]
