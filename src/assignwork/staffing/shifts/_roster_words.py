"""The rules of a roster in plain words, with what giving way would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assignwork._words import plural
from assignwork.staffing.shifts import _words as w
from assignwork.staffing.shifts._clock import in_hours
from assignwork.staffing.shifts._roster_rules import Rule
from assignwork.staffing.shifts.conflicts import Clash
from assignwork.staffing.shifts.problem import RosterProblem

ONE_SHIFT = "everybody works at most one shift a day"


def clash(problem: RosterProblem, rule: Rule) -> Clash:
    """A rule as it stands in a conflict."""
    agent = None if rule.agent < 0 else problem.agents[rule.agent].id
    text, remedy = _of_agent(problem, rule, agent) if agent else _WHOLE[rule.kind](problem, rule)
    return Clash(rule.kind, text, remedy, agent)


def of_need(problem: RosterProblem, rule: Rule, able: Sequence[int], *, only_before: bool) -> str:
    """Who could be there for a need at all; or that only a shift of the day before could be."""
    need = problem.demand[rule.of]
    label = problem.horizon.span(*need.minutes)
    if only_before:
        return (
            f"{label}: only shifts begun before {problem.horizon.label(0)} reach into it;"
            " they are known from the agents' history"
        )
    has = "has" if len(able) < 2 else "have"  # noqa: PLR2004  # one has, two have
    skilled = "" if need.skill is None else f" {has} skill {need.skill!r} and"
    return f"{label}: {_some(problem, able)}{skilled} could work a shift then"


def of_post(problem: RosterProblem, rule: Rule, able: Sequence[int]) -> str:
    """Who could be on a template at all."""
    post = problem.posts[rule.of]
    label = problem.horizon.label(rule.day)
    if not _starts(problem, post.template, rule.day):
        return f"{post.template!r} does not start on {label}"
    skills = problem.template(post.template).skills
    asked = f", which asks for {w.listed([repr(skill) for skill in skills])}" if skills else ""
    return f"{label}: {_some(problem, able)} could work {post.template!r}{asked}"


def of_rotation(problem: RosterProblem, rule: Rule) -> str:
    """Who may be on call."""
    rotation = problem.on_call[rule.of]
    members = problem.members(rotation)
    places = [a for a, agent in enumerate(problem.agents) if agent.id in members]
    return f"{_some(problem, places)} may be on call {rotation.id!r}"


def of_pin(problem: RosterProblem, rule: Rule) -> Iterator[str]:
    """Why a shift that is fixed could not be worked, whatever gives way."""
    pin = problem.pins[rule.of]
    if pin.template is None:
        return
    if not _starts(problem, pin.template, pin.day):
        yield f"{pin.template!r} does not start on {problem.horizon.label(pin.day)}"
    known = problem.agents[rule.agent].skills
    lacking = [repr(s) for s in problem.template(pin.template).skills if s not in known]
    if lacking:
        yield f"{pin.template!r} asks for {w.listed(lacking)}, which {pin.agent} does not have"


def _starts(problem: RosterProblem, template: str, day: int) -> bool:
    weekdays = problem.template(template).weekdays
    return weekdays is None or problem.horizon.weekday(day) in weekdays


def _some(problem: RosterProblem, places: Sequence[int]) -> str:
    """These agents, among all."""
    if not places:
        return "nobody"
    if 1 < len(places) == len(problem.agents):
        return f"all {len(places):,} agents"
    return f"only {w.listed([problem.agents[a].id for a in places])}"


# --- rules of the whole ---------------------------------------------------------------------------


def _need(problem: RosterProblem, rule: Rule) -> tuple[str, str]:
    return w.need(problem.demand[rule.of], problem.horizon)


def _post(problem: RosterProblem, rule: Rule) -> tuple[str, str]:
    post = problem.posts[rule.of]
    on = f"{post.template!r} on {problem.horizon.label(rule.day)}"
    return f"at least {plural(post.agents, 'agent')} on {on}", f"fewer agents on {on}"


def _template_most(problem: RosterProblem, rule: Rule) -> tuple[str, str]:
    template = problem.templates[rule.of]
    on = f"{template.id!r} on {problem.horizon.label(rule.day)}"
    return f"at most {plural(template.most or 0, 'agent')} on {on}", f"allow more agents on {on}"


def _most_at_once(problem: RosterProblem, _: Rule) -> tuple[str, str]:
    most = plural(problem.most_at_once or 0, "agent")
    return f"at most {most} at work at once", "allow more agents at work at once"


def _on_call(problem: RosterProblem, rule: Rule) -> tuple[str, str]:
    rotation = problem.on_call[rule.of]
    first = problem.horizon.label(rotation.periods(problem.days)[rule.day][0])
    from_day = f"in the period from {first}"
    text = f"{plural(rotation.agents, 'agent')} on call {rotation.id!r} {from_day}"
    fewer = "nobody" if rotation.agents == 1 else "fewer agents"
    return text, f"{fewer} on call {rotation.id!r} {from_day}"


_WHOLE: dict[str, Callable[[RosterProblem, Rule], tuple[str, str]]] = {
    "need": _need,
    "post": _post,
    "template_most": _template_most,
    "most_at_once": _most_at_once,
    "on_call": _on_call,
}

# --- rules of an agent ----------------------------------------------------------------------------


def _of_agent(problem: RosterProblem, rule: Rule, agent: str) -> tuple[str, str]:
    text, remedy = _by_entry(problem, rule, agent) or _by_contract(problem, rule, agent)
    return f"{agent}: {text}", remedy


def _by_entry(problem: RosterProblem, rule: Rule, agent: str) -> tuple[str, str] | None:
    """What stands in his record, or in a list of the problem."""
    record = problem.agents[rule.agent]
    on = problem.horizon.label(max(rule.day, 0))
    found = None
    if rule.kind == "leave":
        found = f"on leave on {on}", f"{agent} at work on {on}"
    elif rule.kind == "unavailable":
        when = f"{on} {record.unavailable[rule.of][1]}"
        found = f"not available on {when}", f"{agent} available on {when}"
    elif rule.kind == "may_work":
        text = f"works only {w.listed(record.templates)}" if record.templates else "works no shift"
        found = text, f"other templates for {agent}"
    elif rule.kind == "pin":
        fixed = problem.pins[rule.of].template or "off"
        found = f"{fixed!r} is fixed on {on}", f"another shift for {agent} on {on}"
    elif rule.kind == "ban":
        ban = problem.bans[rule.of]
        label = problem.horizon.label
        shown = "" if ban.days is None else f" on {w.listed([label(day) for day in ban.days])}"
        found = f"{ban.template!r} is banned{shown}", f"{ban.template!r} for {agent}{shown}"
    elif rule.kind == "banned_sequence":
        shown = " - ".join(name or "off" for name in problem.banned_sequences[rule.of])
        found = f"{shown} is banned", f"{shown} for {agent}"
    elif rule.kind == "on_call_every":
        rotation = problem.on_call[rule.of]
        text = f"on call {rotation.id!r} at most once in {rotation.every} periods"
        found = text, f"{agent} more often on call {rotation.id!r}"
    elif rule.kind == "on_call_rest":
        rotation = problem.on_call[rule.of]
        text = f"no work for {in_hours(rotation.rest)} after being on call {rotation.id!r}"
        found = text, f"less rest for {agent} after being on call {rotation.id!r}"
    return found


def _number(what: str) -> Callable[[float], str]:
    return lambda value: w.counted(int(value), what)


_CONTRACT: dict[str, tuple[str, Callable[[float], str], str]] = {
    # kind, which is the field of the contract: words before, the number in words, words after
    "min_rest": ("at least", in_hours, "between shifts"),
    "min_paid": ("at least", in_hours, "paid"),
    "max_paid": ("at most", in_hours, "paid"),
    "min_paid_per_week": ("at least", in_hours, "paid"),
    "max_paid_per_week": ("at most", in_hours, "paid"),
    "min_shifts": ("at least", _number("shift"), ""),
    "max_shifts": ("at most", _number("shift"), ""),
    "max_shifts_per_week": ("at most", _number("shift"), ""),
    "max_days_in_a_row": ("at most", _number("day"), "in a row"),
    "max_nights_in_a_row": ("at most", _number("night"), "in a row"),
    "days_off_per_week": ("at least", _number("day"), "off"),
    "days_off_in_a_row": ("at least", _number("day"), "off in a row"),
    "free_weekends": ("at least", _number("weekend"), "free"),
}


def _by_contract(problem: RosterProblem, rule: Rule, agent: str) -> tuple[str, str]:
    contract = problem.contract(problem.agents[rule.agent])
    before, shown, after = _CONTRACT[rule.kind]
    value = getattr(contract, rule.kind)
    what = f"{shown(value)} {after}".strip()
    if rule.day >= 0:
        what += f" in the week from {problem.horizon.label(rule.day)}"
    way = "less" if before == "at least" else "more"
    return f"{before} {what} (contract {contract.id!r})", f"{way} than {what} for {agent}"
