"""Make an outcome keep the hard rules, and undo what gains nothing."""

from __future__ import annotations

from collections.abc import Sequence

from assignwork.solver._pins import pinned_present
from assignwork.solver._standing import Standing, bundles
from assignwork.solver.evaluation import Judge


def repaired(judge: Judge, outcome: Sequence[int]) -> list[int]:
    """As much of the outcome as keeps the hard rules, beginning with what gains most.

    Its chains of changes are taken one after the other, as wholes and, where that breaks a rule,
    change by change.
    """
    standing = Standing(judge, pinned_present(judge))
    start = list(standing.outcome)
    parts = bundles(start, outcome)
    if judge.problem.together:
        parts = [_with_sets(standing, part) for part in parts]
    parts.sort(key=lambda part: (standing.delta(part), min(part)))
    for part in parts:
        todo = {
            place: holder for place, holder in part.items() if standing.outcome[place] != holder
        }
        if todo and standing.fits(todo):
            standing.apply(todo)
            continue
        for place, holder in todo.items():
            one = _with_sets(standing, {place: holder})
            if standing.fits(one) and standing.delta(one) < 0:
                standing.apply(one)
    return standing.outcome


def _with_sets(standing: Standing, part: dict[int, int]) -> dict[int, int]:
    """A set that shall have one holder goes as a whole, to whom the first of it goes."""
    found: dict[int, int] = {}
    for place, holder in part.items():
        for other in standing.set_of(place):
            found.setdefault(other, holder)
    return found


def tidied(judge: Judge, outcome: Sequence[int]) -> list[int]:
    """The outcome without the parts that gain nothing: no move without gain."""
    standing = Standing(judge, outcome)
    changed = True
    while changed:
        changed = False
        for part in bundles(standing.outcome, judge.present):
            if standing.delta(part) <= 0 and standing.fits(part):
                standing.apply(part)
                changed = True
        for place, holder in enumerate(list(standing.outcome)):
            back = {p: judge.present[p] for p in standing.set_of(place)}
            if (
                holder != judge.present[place]
                and standing.outcome[place] == holder
                and standing.delta(back) <= 0
                and standing.fits(back)
            ):
                standing.apply(back)
                changed = True
    return standing.outcome
