"""Pins: what must be whose, the least change that keeps it, and which pins no plan can keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assignwork.errors import InfeasiblePinError
from assignwork.solver._standing import Standing
from assignwork.solver.evaluation import NOBODY, Judge

LISTED = 5


def pinned_present(judge: Judge) -> list[int]:
    """Leaving all as it is, but for pins: the least change that they ask for.

    Who is pinned to an agent who is full puts out what is least urgent of what he holds.

    Raises
    ------
    InfeasiblePinError
        When no plan can keep the pins (94).
    """
    problem = judge.problem
    targets = {
        place: problem.agent_places[item.pinned_to]
        for place, item in enumerate(problem.items)
        if item.pinned_to is not None and item.pinned_to != item.owner
    }
    if not targets:
        return list(judge.present)
    for names in problem.together:  # a set goes where one of it is pinned to
        places = [problem.item_places[name] for name in names]
        holders = [targets[place] for place in places if place in targets]
        if holders:
            targets = {**dict.fromkeys(places, holders[0]), **targets}
    _check(judge, targets)
    standing = Standing(judge, judge.present)
    standing.apply(targets)
    for target in sorted(set(targets.values())):
        held = [
            place
            for place, holder in enumerate(standing.outcome)
            if holder == target
            and place not in targets
            and not problem.items[place].fixed
            and problem.items[place].pinned_to is None
        ]
        held.sort(key=lambda place: (problem.left_out[place], -place), reverse=True)
        while held and _over(judge, standing.outcome, target):
            standing.apply(dict.fromkeys(standing.set_of(held.pop()), NOBODY))
    broken = judge.violations(standing.outcome)
    if broken:
        raise _infeasible(judge, targets, broken[0])
    return standing.outcome


def _over(judge: Judge, outcome: Sequence[int], agent: int) -> bool:
    return any(holder == agent for holder, _ in judge.over_limits(outcome))


def _check(judge: Judge, targets: Mapping[int, int]) -> None:
    """Refuse pins that break a rule by themselves, whatever else moves away."""
    problem = judge.problem
    for place, target in targets.items():
        if target == judge.present[place]:
            continue
        reason = judge.why_not(place, target)
        if reason is not None:
            item = problem.items[place]
            raise InfeasiblePinError(
                f"item {item.id!r} is pinned to {problem.agents[target].id!r}, but {reason}",
                value=problem.agents[target].id,
                remedy="pin it to somebody who may get it, or to nobody",
                item=item.id,
            )
    alone = [
        targets.get(place, judge.present[place] if item.fixed or item.pinned_to else NOBODY)
        for place, item in enumerate(problem.items)
    ]
    moved = [targets.get(place, holder) for place, holder in enumerate(judge.present)]
    broken = [text for _, text in judge.over_limits(alone)] + judge.over_budget(moved)
    if broken:
        raise _infeasible(judge, targets, broken[0])


def _infeasible(judge: Judge, targets: Mapping[int, int], broken: str) -> InfeasiblePinError:
    names = [judge.problem.items[place].id for place in targets]
    listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    return InfeasiblePinError(
        f"what is pinned breaks a rule: {broken}",
        value=listed,
        remedy="pin less to this agent, or raise the limit",
    )
