"""Batch rebalancing: who should hold what, at the price of how many moves.

`plan_rebalance` takes a `Problem` (plain data) or a desk and returns a `Plan`. Problem, plan and
judge know no solver; each engine stands in a file of its own and is loaded when it is needed.
"""

from assignwork.solver.certificate import Certificate, certify
from assignwork.solver.conditions import CameOnline, Condition, QueueOver, SpreadOver
from assignwork.solver.desk import read_desk, urgency
from assignwork.solver.evaluation import NOBODY, Evaluation, Judge
from assignwork.solver.plan import Leftover, Load, Plan, PlannedMove
from assignwork.solver.problem import Holder, OpenItem, Problem
from assignwork.solver.rebalance import ENGINES, plan_rebalance
from assignwork.solver.schedule import Rebalancing, schedule_rebalance
from assignwork.solver.weights import TERMS, Weights

__all__ = [
    "ENGINES",
    "NOBODY",
    "TERMS",
    "CameOnline",
    "Certificate",
    "Condition",
    "Evaluation",
    "Holder",
    "Judge",
    "Leftover",
    "Load",
    "OpenItem",
    "Plan",
    "PlannedMove",
    "Problem",
    "QueueOver",
    "Rebalancing",
    "SpreadOver",
    "Weights",
    "certify",
    "plan_rebalance",
    "read_desk",
    "schedule_rebalance",
    "urgency",
]
