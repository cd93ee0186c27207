"""Whether a week asks for more agent hours than there can be: told by counting, without a solver.

What is counted as asked for is no more than what the needs take, and what is counted as there is no
less than what could be worked. So more of the one than of the other proves that no roster exists;
nothing follows from less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assignwork._words import plural
from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import WEEK, Spans
from assignwork.staffing.shifts.conflicts import Clash
from assignwork.staffing.shifts.contracts import Contract, RosterAgent
from assignwork.staffing.shifts.problem import RosterProblem
from assignwork.staffing.shifts.templates import ShiftTemplate


class TooFew(NamedTuple):
    """A week that asks for too much: in a line, and what the other side of it is made of."""

    clash: Clash
    facts: tuple[str, ...]


class _Able(NamedTuple):
    """Minutes that an agent can work at most in a week."""

    free: int
    """By a shift a day."""
    bound: int
    """By the contract as well."""
    before: int
    """Those of a shift begun on the day before the week, beside it."""


def too_few_hours(problem: RosterProblem) -> TooFew | None:
    """The first week whose needs take more hours than agents can work; None: no count tells.

    The needs of a skill are also counted alone, with the agents who have it. Where needs may go
    short there is nothing to count.
    """
    if problem.coverage != "hard":
        return None
    skills = (None, *dict.fromkeys(need.skill for need in problem.demand if need.skill))
    for week in problem.horizon.weeks:
        for skill in skills:
            asked = _asked(problem, week, skill)
            agents = [a for a in problem.agents if skill is None or skill in a.skills]
            able = [_able(problem, agent, week) for agent in agents] if asked else []
            if asked > sum(each.bound + each.before for each in able):
                return _told(problem, week, skill, asked, list(zip(agents, able, strict=True)))
    return None


def _asked(problem: RosterProblem, week: range, skill: str | None) -> int:
    """Minutes that the needs of a week take; each agent counts for one of them at a time."""
    return sum(
        need.agents * _within([need.minutes], week)
        for need in problem.demand
        if skill is None or need.skill == skill
    )


def _within(spans: Spans | list[tuple[int, int]], week: range) -> int:
    """Minutes of these that fall into a week."""
    first, last = week[0] * DAY, (week[-1] + 1) * DAY
    return sum(max(0, min(end, last) - max(start, first)) for start, end in spans)


def _able(problem: RosterProblem, agent: RosterAgent, week: range) -> _Able:
    contract = problem.contract(agent)
    templates = [t for t in problem.templates if set(t.skills) <= set(agent.skills)]
    longest = sorted(
        (max(map(_length, _starting(problem, templates, day)), default=0) for day in week),
        reverse=True,
    )
    free = sum(longest)
    bound = sum(longest[: _most_shifts(contract, week)])
    caps = [cap for cap in (contract.max_paid_per_week, contract.max_paid) if cap is not None]
    if caps and all(template.paid_minutes for template in templates if _length(template)):
        bound = min(bound, _worked_for(int(min(caps)) // 60, templates))
    return _Able(free, bound, _before(problem, agent, templates, week))


def _length(template: ShiftTemplate) -> int:
    return sum(end - start for start, end in template.spans)


def _starting(
    problem: RosterProblem, templates: list[ShiftTemplate], day: int
) -> Iterator[ShiftTemplate]:
    weekday = problem.horizon.weekday(day)
    return (t for t in templates if t.weekdays is None or weekday in t.weekdays)


def _most_shifts(contract: Contract, week: range) -> int:
    found = [len(week), contract.max_shifts_per_week, contract.max_shifts]
    if len(week) == WEEK:
        found += [
            None if off is None else WEEK - off
            for off in (contract.days_off_per_week, contract.days_off_in_a_row)
        ]
    return min(most for most in found if most is not None)


def _worked_for(paid: int, templates: list[ShiftTemplate]) -> int:
    """Minutes at work for so many that are paid, by the template that pays least for them."""
    return max(
        (paid * _length(t) // t.paid_minutes for t in templates if t.paid_minutes), default=0
    )


def _before(
    problem: RosterProblem, agent: RosterAgent, templates: list[ShiftTemplate], week: range
) -> int:
    """Minutes of the week by a shift of the day before: known of day 0, else the most there are."""
    day = week[0] - 1
    if day >= 0:
        could = list(_starting(problem, templates, day))
    else:
        name = agent.history[-1] if agent.history else None
        could = [] if name is None else [problem.template(name)]
    worked = ([(day * DAY + start, day * DAY + end) for start, end in t.spans] for t in could)
    return max((_within(spans, week) for spans in worked), default=0)


def _told(
    problem: RosterProblem,
    week: range,
    skill: str | None,
    asked: int,
    able: list[tuple[RosterAgent, _Able]],
) -> TooFew:
    skilled = "" if skill is None else f" with skill {skill!r}"
    label = f"the week from {problem.horizon.label(week[0])}"
    before = sum(of.before for _, of in able)
    bound = sum(of.bound for _, of in able) + before
    by_contract = asked <= sum(of.free for _, of in able) + before
    allowed = f"contracts allow {_hours(bound)}"
    if not by_contract:
        bound = sum(of.free for _, of in able) + before
        allowed = f"a shift a day for each makes {_hours(bound)}"
    what = f"{label} asks for {_hours(asked)} agent hours{skilled}, {allowed}"
    more = "contracts that allow more" if by_contract else "longer shifts"
    fewer = f"at least {_hours(asked - bound)} agent hours{skilled} fewer in {label}"
    groups: dict[tuple[str, int], int] = {}
    for agent, of in able:
        under = (
            " without a contract"
            if agent.contract is None
            else f" with contract {agent.contract!r}"
        )
        key = (under, of.bound) if by_contract else ("", of.free)
        groups[key] = groups.get(key, 0) + 1
    facts = [
        f"{plural(count, 'agent')}{under}: at most {_hours(most)} h{' each' if count > 1 else ''}"
        for (under, most), count in groups.items()
    ]
    if not groups:
        facts.append(f"nobody has skill {skill!r}")
    if before:
        facts.append(f"{_hours(before)} h by shifts begun on the day before")
    return TooFew(Clash("hours", what, f"{fewer}, more agents, or {more}"), tuple(facts))


def _hours(minutes: int) -> str:
    """In hours: as many digits as tell two numbers of minutes apart."""
    return f"{minutes / 60:,.2f}".rstrip("0").rstrip(".")
