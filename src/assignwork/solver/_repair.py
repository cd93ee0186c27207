"""Make an outcome keep the hard rules, and undo what gains nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assignwork.solver._pins import pinned_present
from assignwork.solver._standing import Standing, bundles
from assignwork.solver.evaluation import Judge


def repaired(judge: Judge, outcome: Sequence[int]) -> list[int]:
    """As much of the outcome as keeps the hard rules, beginning with what gains most.

    Its chains of changes are taken one after the other, as wholes and, where that breaks a rule,
    change by change; items that shall have one holder go together, to whom most of them go.
    """
    standing = Standing(judge, pinned_present(judge))
    start = list(standing.outcome)
    alone = list(outcome)
    parts = []
    for members in standing.sets:
        wanted = Counter(outcome[place] for place in members).most_common(1)[0][0]
        parts.append(dict.fromkeys(members, wanted))
        for place in members:
            alone[place] = start[place]
    parts += bundles(start, alone)
    parts.sort(key=lambda part: (standing.delta(part), min(part)))
    for part in parts:
        todo = {
            place: holder for place, holder in part.items() if standing.outcome[place] != holder
        }
        if todo and standing.fits(todo):
            standing.apply(todo)
            continue
        for place, holder in todo.items():
            one = {place: holder}
            if len(standing.set_of(place)) == 1 and standing.fits(one) and standing.delta(one) < 0:
                standing.apply(one)
    return standing.outcome


def tidied(judge: Judge, outcome: Sequence[int]) -> list[int]:
    """The outcome without the parts that gain nothing: no move without gain."""
    standing = Standing(judge, outcome)
    present = judge.present
    changed = True
    while changed:
        changed = False
        for part in bundles(standing.outcome, present):
            if standing.delta(part) <= 0 and standing.fits(part):
                standing.apply(part)
                changed = True
        for places in _units(standing):
            back = {place: present[place] for place in places}
            if standing.delta(back) <= 0 and standing.fits(back):
                standing.apply(back)
                changed = True
    return standing.outcome


def _units(standing: Standing) -> list[list[int]]:
    """What changed, item by item, but sets that shall have one holder as wholes and once."""
    present = standing.judge.present
    found: dict[int, list[int]] = {}
    for place, holder in enumerate(standing.outcome):
        if holder != present[place]:
            members = standing.set_of(place)
            found.setdefault(members[0], members)
    return list(found.values())
