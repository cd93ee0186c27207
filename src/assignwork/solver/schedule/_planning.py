"""One plan of a schedule: what of its options is for reading and planning, and its pins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from assignwork.errors import InfeasiblePinError
from assignwork.solver.evaluation import Judge
from assignwork.solver.plan import Plan
from assignwork.solver.problem import Problem
from assignwork.solver.rebalance import plan_rebalance

READING = ("weights", "pinned", "together", "max_moves", "max_moves_per_agent")
PLANNING = ("time_limit", "deterministic_limit", "workers", "engine")

Made: TypeAlias = tuple[Plan, str]
"""A plan, and which pins it passes over and why; empty: none."""


def planned(problem: Problem, pins: Mapping[str, str], planning: Mapping[str, Any]) -> Made:
    """A plan without those pins to other agents that cannot be kept now; and why without them.

    Pins are judged before anything is searched, so a second attempt costs little.
    """
    names = {agent.id for agent in problem.agents}
    passed_over = [
        f"item {item!r} is pinned to {agent!r}, whom the desk does not have"
        for item, agent in pins.items()
        if item in problem.item_places and agent not in names
    ]
    kept = {
        item: agent
        for item, agent in pins.items()
        if item in problem.item_places and agent in names
    }
    try:
        return plan_rebalance(problem, pinned=kept, **planning), "; ".join(passed_over)
    except InfeasiblePinError:
        judge = Judge(problem)
        for item, agent in list(kept.items()):
            place, holder = problem.item_places[item], problem.agent_places[agent]
            reason = None if judge.present[place] == holder else judge.why_not(place, holder)
            if reason is not None:
                del kept[item]
                passed_over.append(f"item {item!r} is pinned to {agent!r}, but {reason}")
    try:
        plan = plan_rebalance(problem, pinned=kept, **planning)
    except InfeasiblePinError as error:  # together they break a rule
        passed_over.append(error.what)
        stay = [i for i, who in kept.items() if problem.items[problem.item_places[i]].owner == who]
        plan = plan_rebalance(problem, pinned=stay, **planning)
    return plan, "; ".join(passed_over)
