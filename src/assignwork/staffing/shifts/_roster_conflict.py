"""Why no roster exists: few rules that clash, and which of them would have to give way.

First what can be told by counting: a need for which fewer agents than asked for could be there at
all. Then the solver, with a literal for each rule: it names rules that clash, and those that are
not needed for that are left out one after the other.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import overlap
from assignwork.staffing.shifts._irreducible import Verdict, helping, irreducible
from assignwork.staffing.shifts._roster_model import RosterModel
from assignwork.staffing.shifts._roster_rules import Rule
from assignwork.staffing.shifts._roster_words import clash, fact
from assignwork.staffing.shifts._solving import Limits, solve
from assignwork.staffing.shifts.conflicts import Conflict
from assignwork.staffing.shifts.problem import RosterProblem

LAST = ("post", "on_call", "need")
"""Kinds that ask for somebody; they stand behind the rules on account of which nobody comes."""

ONE_SHIFT = "everybody works at most one shift a day"


class Found(NamedTuple):
    """Rules that clash; whether none can be left out; which alone help; which together do."""

    rules: list[Rule]
    irreducible: bool
    helps: list[Rule]
    repair: list[Rule]


def conflict_of(problem: RosterProblem, limits: Limits) -> Conflict:
    """Of a problem that has no roster, in words.

    Parameters
    ----------
    problem : RosterProblem
    limits : Limits
    """
    model = RosterModel(problem, assumed=True)
    found = clashing(model, limits)
    needs = [rule for rule in found.rules if rule.kind == "need"]
    facts = [fact(problem, rule, reaching(model, rule)) for rule in needs]
    if sum(rule.kind in LAST for rule in found.rules) > 1:
        facts.append(ONE_SHIFT)
    return Conflict(
        tuple(clash(problem, rule) for rule in found.rules),
        found.irreducible,
        tuple(dict.fromkeys(facts)),
        tuple(clash(problem, rule) for rule in found.helps),
        tuple(clash(problem, rule) for rule in found.repair),
    )


def clashing(model: RosterModel, limits: Limits) -> Found:
    """Which rules clash, and which would have to give way.

    Parameters
    ----------
    model : RosterModel
        With rules that are assumed.
    limits : Limits
    """
    every = sorted(model.book.literals, key=_order)

    def possible(rules: list[Rule]) -> Verdict[Rule]:
        return _possible(model, rules, limits)

    def over() -> bool:
        return perf_counter() >= limits.until

    start = _counted(model) or every
    if start is not every and possible(start)[0] is not False:
        start = every
    rules, certain = irreducible(start, possible, over)
    helps = helping(every, rules, possible, over) if certain else []
    repair = [] if helps or over() else _repair(model.problem, limits)
    return Found(rules, certain, helps, repair)


def _order(rule: Rule) -> tuple[int, Rule]:
    return (LAST.index(rule.kind) + 1 if rule.kind in LAST else 0), rule


def _possible(model: RosterModel, rules: list[Rule], limits: Limits) -> Verdict[Rule]:
    if limits.left <= 0:
        return None, None
    literals = {model.book.literals[rule].index: rule for rule in rules}
    model.model.clear_assumptions()
    model.model.add_assumptions([model.book.literals[rule] for rule in rules])
    found = solve(model.model, limits)
    if found.status == "stopped":
        return None, None
    if found.status != "infeasible":
        return True, None
    core = found.solver.sufficient_assumptions_for_infeasibility()
    named = [literals[index] for index in core if index in literals]
    return False, named or None


def _repair(problem: RosterProblem, limits: Limits) -> list[Rule]:
    """Fewest rules found whose giving way makes a roster possible."""
    model = RosterModel(problem, assumed=True)
    literals: dict[Rule, Any] = model.book.literals
    model.model.maximize(sum(literals.values()))
    found = solve(model.model, limits)
    if found.status not in ("optimal", "feasible"):
        return []
    return [rule for rule in literals if not found.solver.boolean_value(literals[rule])]


def reaching(model: RosterModel, rule: Rule) -> list[int]:
    """Places of the agents who, by their skills and the templates, could be there for a need."""
    problem = model.problem
    need = problem.demand[rule.of]
    start, end = need.minutes
    shifts = [(day, t) for day, t in model.columns() if overlap(model.worked(day, t), start, end)]
    return [
        a
        for a, agent in enumerate(problem.agents)
        if (need.skill is None or need.skill in agent.skills)
        and any((a, day, t) in model.x for day, t in shifts)
    ]


def _counted(model: RosterModel) -> list[Rule] | None:
    """A need for which too few could be there, with the rules that keep the others away."""
    problem = model.problem
    for rule in sorted(rule for rule in model.book.literals if rule.kind == "need"):
        need = problem.demand[rule.of]
        start, end = need.minutes
        free, against = 0, set()
        for a in reaching(model, rule):
            agent = problem.agents[a]
            ways = [
                set(model.against(a, agent, day, t))
                for agent_, day, t in model.x
                if agent_ == a and overlap(model.worked(day, t), start, end)
            ]
            if any(not way for way in ways):
                free += 1
            else:
                against |= set().union(*ways)
        before = sum(
            overlap(model.worked(day, t), start, end)
            for a, of in enumerate(model.history)
            for day, t in of.items()
            if (day + 2) * DAY > start
        )
        if free + before < need.agents:
            return [*sorted(against), rule]
    return None
