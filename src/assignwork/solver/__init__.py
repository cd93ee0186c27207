"""Batch rebalancing: who should hold what, at the price of how many moves.

`plan_rebalance` takes a `Problem` (plain data) or a desk and returns a `Plan`. Problem, plan and
judge know no solver; each engine stands in a file of its own.
"""

from assignwork.solver.evaluation import NOBODY, Evaluation, Judge
from assignwork.solver.plan import Leftover, Load, Plan, PlannedMove
from assignwork.solver.problem import Holder, OpenItem, Problem
from assignwork.solver.weights import TERMS, Weights

__all__ = [
    "NOBODY",
    "TERMS",
    "Evaluation",
    "Holder",
    "Judge",
    "Leftover",
    "Load",
    "OpenItem",
    "Plan",
    "PlannedMove",
    "Problem",
    "Weights",
]
