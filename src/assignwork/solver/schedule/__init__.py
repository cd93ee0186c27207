"""Rebalancing again and again: at fixed intervals, or when a condition is met.

A `Rebalancing` knows no clock and holds no lock. Its host shows it what happened (`see`), asks when
it wants to be asked (`next_at`) and lets it act (`tick`). Planning works on a copy of the desk, so
that an executor can do it while the desk goes on.

`schedule_rebalance` (`_options`) checks what is asked for and makes one, `_rebalancing` says when
it acts, `_planning` how a plan is made.
"""

from assignwork.solver.schedule._options import schedule_rebalance
from assignwork.solver.schedule._rebalancing import POLL, Apply, OnPlan, Rebalancing

__all__ = ["POLL", "Apply", "OnPlan", "Rebalancing", "schedule_rebalance"]
