"""Why each move, and why each item that stays without holder: from the judge's own terms."""

from __future__ import annotations

from collections import defaultdict

from assignwork.solver._columns import Columns
from assignwork.solver._shortage import leftovers
from assignwork.solver.evaluation import NOBODY, Judge
from assignwork.solver.plan import Leftover, PlannedMove


def explained(
    judge: Judge, outcome: list[int], columns: Columns | None
) -> tuple[tuple[PlannedMove, ...], tuple[Leftover, ...]]:
    """All moves with their reasons, and all items without holder with theirs."""
    problem = judge.problem
    loads = judge.loads(outcome)
    arriving: defaultdict[int, list[int]] = defaultdict(list)
    changed = []
    for place, holder in enumerate(outcome):
        if holder != judge.present[place]:
            changed.append(place)
            if holder != NOBODY:
                arriving[holder].append(place)
    gains = {place: _gains(judge, loads, place, outcome[place]) for place in changed}
    # Who comes to an agent with the greatest gain is whom others make room for.
    worth = {place: (sum(gained.values()), -place) for place, gained in gains.items()}
    best = {holder: max(places, key=worth.__getitem__) for holder, places in arriving.items()}
    moves = []
    for place in changed:
        item = problem.items[place]
        holder = outcome[place]
        successor = best.get(judge.present[place]) if worth[place][0] <= 0 else None
        moves.append(
            PlannedMove(
                item=item.id,
                agent=None if holder == NOBODY else problem.agents[holder].id,
                owner=item.owner,
                gains=gains[place],
                makes_room_for=None if successor is None else problem.items[successor].id,
                because=_because(judge, place) if worth[place][0] <= 0 else None,
            )
        )
    if NOBODY not in outcome:
        return tuple(moves), ()
    return tuple(moves), leftovers(columns or Columns(problem, judge), judge, outcome)


def _because(judge: Judge, place: int) -> str | None:
    """What asks for a change that gains nothing by itself: a pin, or whom it goes with."""
    problem = judge.problem
    item = problem.items[place]
    if item.pinned_to is not None:
        return f"pinned to {item.pinned_to}"
    for names in problem.together:
        if item.id in names:
            others = [name for name in names if name != item.id]
            return f"stays together with {others[0]}" if others else None
    return None


def _gains(judge: Judge, loads: list[int], place: int, holder: int) -> dict[str, int]:
    """By term, what the item would cost more if it alone stayed where it is."""
    present = judge.present[place]
    gains: dict[str, int] = {}
    for term, cost in judge.terms_of(place, present):
        gains[term] = gains.get(term, 0) + cost
    for term, cost in judge.terms_of(place, holder):
        gains[term] = gains.get(term, 0) - cost
    if judge.problem.weights.fairness:
        fairness = 0
        if holder != NOBODY:
            load = loads[holder]
            without = load - judge.weight(place, holder)
            fairness += judge.held(holder, without) - judge.held(holder, load)
        if present != NOBODY:
            load = loads[present]
            back = load + judge.weight(place, present)
            fairness += judge.held(present, back) - judge.held(present, load)
        gains["fairness"] = fairness
    return {term: gain for term, gain in gains.items() if gain}
