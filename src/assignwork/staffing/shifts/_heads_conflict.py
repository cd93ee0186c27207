"""Why no head counts meet all needs: few rules that clash, found by leaving out the others."""

from __future__ import annotations

from time import perf_counter

from assignwork._words import plural
from assignwork.model.hours import DAY
from assignwork.staffing.shifts import _words
from assignwork.staffing.shifts._heads_model import HeadModel, Rule, all_rules
from assignwork.staffing.shifts._irreducible import Verdict, helping, irreducible
from assignwork.staffing.shifts.conflicts import Clash, Conflict
from assignwork.staffing.shifts.coverage import pieces
from assignwork.staffing.shifts.heads import HeadProblem


def explain(problem: HeadProblem, until: float) -> Conflict:
    """Of a problem that has no schedule.

    Parameters
    ----------
    problem : HeadProblem
    until : float
        When to end, by `perf_counter`.
    """

    def possible(rules: list[Rule]) -> Verdict[Rule]:
        status = HeadModel(problem, set(rules)).solve(until - perf_counter()).status
        return (None if status == "stopped" else status != "infeasible"), None

    def over() -> bool:
        return perf_counter() >= until

    every = list(all_rules(problem))
    rules, certain = irreducible(every, possible, over)
    rules.sort(key=lambda rule: _shown(problem, rule))
    helps = helping(every, rules, possible, over) if certain else []
    return Conflict(
        tuple(_clash(problem, rule) for rule in rules),
        certain,
        _facts(problem, rules),
        tuple(_clash(problem, rule) for rule in helps),
    )


def _shown(problem: HeadProblem, rule: Rule) -> tuple[bool, int, Rule]:
    """Needs first, then limits; each by time."""
    if rule.kind == "need":
        return False, problem.demand[rule.of].minutes[0], rule
    return True, rule.day, rule


def _clash(problem: HeadProblem, rule: Rule) -> Clash:
    horizon = problem.horizon
    if rule.kind == "need":
        text, remedy = _words.need(problem.demand[rule.of], horizon)
    elif rule.kind == "template_most":
        template = problem.templates[rule.of]
        on = f"{template.id!r} on {horizon.label(rule.day)}"
        text = f"at most {plural(template.most or 0, 'agent')} on {on}"
        remedy = f"allow more agents on {on}"
    elif rule.kind == "most_per_day":
        on = horizon.label(rule.day)
        text = f"at most {plural(problem.most_per_day or 0, 'agent')} start on {on}"
        remedy = f"allow more agents on {on}"
    else:
        text = f"at most {plural(problem.most_at_once or 0, 'agent')} at work at once"
        remedy = "allow more agents at work at once"
    return Clash(rule.kind, text, remedy)


def _facts(problem: HeadProblem, rules: list[Rule]) -> tuple[str, ...]:
    """Of the needs among the rules: which shifts could serve them at all."""
    found = []
    length = problem.days * DAY
    columns = [
        (day, i, [(day * DAY + a, day * DAY + b) for a, b in problem.templates[i].spans])
        for day, i in problem.columns()
    ]
    for rule in rules:
        if rule.kind != "need":
            continue
        need = problem.demand[rule.of]
        wanted = pieces(*need.minutes, length, circular=problem.circular)
        able = [
            (day, i, parts)
            for day, i, parts in columns
            if need.skill is None or need.skill in problem.templates[i].skills
        ]
        serving = {
            problem.templates[i].id
            for _, i, parts in able
            if any(
                start < last and first < end
                for part in parts
                for start, end in pieces(*part, length, circular=problem.circular)
                for first, last in wanted
            )
        }
        label = problem.horizon.span(*need.minutes)
        if serving:
            names = _words.listed([t.id for t in problem.templates if t.id in serving])
            found.append(f"{label}: only shifts of {names} reach into it")
        else:
            skilled = "" if need.skill is None else f" with {need.skill!r}"
            found.append(f"{label}: no shift{skilled} reaches into it")
    return tuple(dict.fromkeys(found))
