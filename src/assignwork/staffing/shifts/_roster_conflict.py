"""Why no roster exists: few rules that clash, and which of them would have to give way.

First what can be told by counting: a need for which fewer agents than asked for could be there at
all; a week that asks for more hours than there can be. Then the solver, with a literal for each
rule: it names rules that clash, and those that are not needed for that are left out one after the
other.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

from assignwork.staffing.shifts import _roster_words as words
from assignwork.staffing.shifts._clock import overlap
from assignwork.staffing.shifts._hours import TooFew
from assignwork.staffing.shifts._irreducible import Verdict, helping, irreducible
from assignwork.staffing.shifts._roster_model import RosterModel
from assignwork.staffing.shifts._roster_rules import Rule
from assignwork.staffing.shifts._solving import Limits, solve
from assignwork.staffing.shifts.conflicts import MOST_LINES, Clash, Conflict
from assignwork.staffing.shifts.problem import RosterProblem

LAST = ("post", "on_call", "need")
"""Kinds that ask for somebody; they stand behind the rules on account of which nobody comes."""


class Found(NamedTuple):
    """Rules that clash; whether none can be left out; which alone help; which together do.

    And whether these are proven to be the fewest.
    """

    rules: list[Rule]
    irreducible: bool
    helps: list[Rule]
    repair: list[Rule]
    fewest: bool


def conflict_of(problem: RosterProblem, limits: Limits, short: TooFew | None) -> Conflict:
    """Of a problem that has no roster, in words.

    Parameters
    ----------
    problem : RosterProblem
    limits : Limits
    short : TooFew or None
        A week that asks for too many hours; a need that nobody could meet goes before it.
    """
    model = RosterModel(problem, assumed=True)

    def told(rules: list[Rule]) -> tuple[Clash, ...]:
        in_order = sorted(rules, key=lambda rule: _shown(problem, rule))
        return tuple(words.clash(problem, rule) for rule in in_order)

    alone = counted(model, limits)
    if alone is None and short is not None:
        repair, fewest = _repair(problem, limits)
        return Conflict(
            (short.clash,),
            irreducible=True,
            facts=short.facts,
            repair=told(repair),
            fewest=fewest,
        )
    found = clashing(model, limits, alone)
    return Conflict(
        told(found.rules),
        found.irreducible,
        tuple(_facts(model, found.rules)) if len(found.rules) <= MOST_LINES else (),
        told(found.helps),
        told(found.repair),
        found.fewest,
    )


def _shown(problem: RosterProblem, rule: Rule) -> tuple[bool, int, int, Rule]:
    """What is asked for first, then agent by agent; each by time."""
    at = problem.demand[rule.of].minutes[0] if rule.kind == "need" else rule.day
    return rule.kind not in LAST, rule.agent, at, rule


def _facts(model: RosterModel, rules: list[Rule]) -> list[str]:
    """What nobody can change by giving way."""
    problem = model.problem
    found: list[str] = []
    for rule in sorted(rules, key=lambda rule: _shown(problem, rule)):
        if rule.kind == "need":
            only_before = not _shifts(model, rule) and _reached_from_before(model, rule)
            found.append(
                words.of_need(problem, rule, reaching(model, rule), only_before=only_before)
            )
        elif rule.kind == "post":
            t = model.places[problem.posts[rule.of].template]
            found.append(words.of_post(problem, rule, list(model.of_shift(rule.day, t))))
        elif rule.kind == "on_call":
            found.append(words.of_rotation(problem, rule))
        elif rule.kind == "pin":
            found += words.of_pin(problem, rule)
    if sum(rule.kind in ("need", "post") for rule in rules) > 1:
        found.append(words.ONE_SHIFT)
    return list(dict.fromkeys(found))


def clashing(model: RosterModel, limits: Limits, alone: list[Rule] | None) -> Found:
    """Which rules clash, and which would have to give way.

    Parameters
    ----------
    model : RosterModel
        With rules that are assumed.
    limits : Limits
    alone : list of Rule or None
        What `counted` has found.
    """
    every = sorted(model.book.literals, key=_order)

    def possible(rules: list[Rule]) -> Verdict[Rule]:
        return _possible(model, rules, limits)

    def over() -> bool:
        return perf_counter() >= limits.until

    start = alone or every
    if start is not every and possible(start)[0] is not False:
        start = every
    rules, certain = irreducible(start, possible, over)
    helps = helping(every, rules, possible, over) if certain else []
    repair, fewest = ([], True) if helps else _repair(model.problem, limits)
    return Found(rules, certain, helps, repair, fewest)


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


def _repair(problem: RosterProblem, limits: Limits) -> tuple[list[Rule], bool]:
    """Fewest rules found whose giving way makes a roster possible; whether fewer would not do."""
    if limits.left <= 0:
        return [], False
    model = RosterModel(problem, assumed=True)
    literals: dict[Rule, Any] = model.book.literals
    model.model.maximize(sum(literals.values()))
    found = solve(model.model, limits)
    if found.status not in ("optimal", "feasible"):
        return [], False
    given_up = [rule for rule in literals if not found.solver.boolean_value(literals[rule])]
    return given_up, found.status == "optimal"


def reaching(model: RosterModel, rule: Rule) -> list[int]:
    """Places of the agents who, by their skills and the templates, could be there for a need."""
    problem = model.problem
    skill = problem.demand[rule.of].skill
    shifts = _shifts(model, rule)
    return [
        a
        for a, agent in enumerate(problem.agents)
        if (skill is None or skill in agent.skills)
        and any((a, day, t) in model.x for day, t in shifts)
    ]


def _shifts(model: RosterModel, rule: Rule) -> list[tuple[int, int]]:
    """Day and template of the shifts that reach into a need."""
    start, end = model.problem.demand[rule.of].minutes
    return [(day, t) for day, t in model.columns() if overlap(model.worked(day, t), start, end)]


def _reached_from_before(model: RosterModel, rule: Rule) -> bool:
    """Whether a shift of the day before day 0 would reach into a need."""
    start, end = model.problem.demand[rule.of].minutes
    day_before = model.problem.horizon.weekday(-1)
    return any(
        overlap(model.worked(-1, t), start, end)
        for t, template in enumerate(model.problem.templates)
        if template.weekdays is None or day_before in template.weekdays
    )


def counted(model: RosterModel, limits: Limits) -> list[Rule] | None:
    """A need for which too few could be there, with the rules that keep the others away."""
    problem = model.problem
    known: dict[tuple[int, int, int], frozenset[Rule]] = {}

    def against(a: int, day: int, t: int) -> frozenset[Rule]:
        key = a, day, t
        if key not in known:
            known[key] = frozenset(model.against(a, problem.agents[a], day, t))
        return known[key]

    for rule in sorted(rule for rule in model.book.literals if rule.kind == "need"):
        if limits.left <= 0:
            return None
        need = problem.demand[rule.of]
        shifts = _shifts(model, rule)
        there = 0
        keeping: set[Rule] = set()
        for a in reaching(model, rule):
            ways = [against(a, day, t) for day, t in shifts if (a, day, t) in model.x]
            if all(ways):
                keeping.update(*ways)
            else:
                there += 1
        there += sum(
            overlap(model.worked(day, t), *need.minutes)
            for of in model.history
            for day, t in of.items()
        )
        if there < need.agents:
            return [*sorted(keeping), rule]
    return None
