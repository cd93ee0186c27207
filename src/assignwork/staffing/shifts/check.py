"""A roster judged from the rules alone: what it breaks, what it costs, whom it leaves short.

Nothing of the solver's model is used here, so that either may be held against the other, and
rosters made by hand are judged likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.hours import DAY
from assignwork.staffing.shifts import _contract_rules as of_contract
from assignwork.staffing.shifts._clock import clock, overlap, spans_of
from assignwork.staffing.shifts._contract_rules import Days, Violation
from assignwork.staffing.shifts.contracts import RosterAgent
from assignwork.staffing.shifts.coverage import CoverageRow, Work, measure, pieces
from assignwork.staffing.shifts.problem import RosterProblem


@attrs.frozen
class Assignment:
    """An agent works a shift that starts on a day."""

    agent: str
    day: int
    template: str


@attrs.frozen
class RosterCheck:
    """What a roster breaks and costs.

    Attributes
    ----------
    violations : tuple of Violation
        Empty: all rules are kept.
    terms : mapping of str to int
        Points by term, those of `TERMS`.
    coverage : tuple of CoverageRow
        By need, in their order.
    """

    violations: tuple[Violation, ...]
    terms: Mapping[str, int]
    coverage: tuple[CoverageRow, ...]

    @property
    def cost(self) -> int:
        """The sum of the terms, in points."""
        return sum(self.terms.values())


Rows: TypeAlias = Iterable[Assignment | tuple[str, Any, str]]
Turns: TypeAlias = Mapping[str, Sequence[Sequence[str]]]


def check_roster(
    problem: RosterProblem, assignments: Rows, on_call: Turns | None = None
) -> RosterCheck:
    """What a roster breaks, what it costs, and who is there when.

    Parameters
    ----------
    problem : RosterProblem
    assignments : list of Assignment, or of (agent, day, template)
    on_call : mapping of str to list of list of str, optional
        By rotation, who is on call in each of its periods.

    Raises
    ------
    ConfigurationError
        For names that are not known, and two shifts of one agent on one day.

    Examples
    --------
    >>> problem = RosterProblem(
    ...     days=2,
    ...     agents=[{"id": "ana", "contract": "full"}],
    ...     templates=[
    ...         {"id": "early", "hours": "06:00-14:00"}, {"id": "late", "hours": "14:00-22:00"},
    ...     ],
    ...     contracts=[{"id": "full", "min_rest": 11 * 3600}],
    ...     demand=[],
    ... )
    >>> found = check_roster(problem, [("ana", 0, "late"), ("ana", 1, "early")])
    >>> print(found.violations[0])
    ana: 8 h between 'late' on Mon and 'early' on Tue, at least 11 h are asked for
    >>> found.terms["paid"]
    960
    """
    worked = _read(problem, assignments)
    turns = _turns(problem, on_call or {})
    days = {agent.id: Days(problem, agent, worked.get(agent.id, {})) for agent in problem.agents}
    found: list[Violation] = []
    for agent in problem.agents:
        found += _allowed(problem, agent, days[agent.id])
        found += of_contract.violations(problem, agent, days[agent.id])
    found += _of_templates(problem, days)
    found += _at_once(problem, days)
    for i in range(len(problem.on_call)):
        found += _of_rotation(problem, i, turns[problem.on_call[i].id], days)
    seen = measure(problem.demand, _work(problem, days), problem.days * DAY)
    rows = []
    measured = zip(problem.demand, seen.planned, seen.short, strict=True)
    for i, (need, planned, short) in enumerate(measured):
        label = problem.horizon.span(*need.minutes)
        rows.append(CoverageRow(need, label, planned, short))
        if short and problem.coverage == "hard":
            text = f"{label} needs {need.agents}, {planned} are there"
            found.append(Violation("need", text, place=i))
    weights = problem.weights
    terms = {
        "shortage": weights.shortage * sum(seen.short),
        "overstaffing": weights.overstaffing * seen.over,
        "paid": weights.paid * sum(d.points for d in days.values()),
        "wishes": weights.wishes * _unmet(problem, days),
        **_fairness(problem, days, turns),
    }
    return RosterCheck(tuple(found), terms, tuple(rows))


# --- what comes in --------------------------------------------------------------------------------


def _read(problem: RosterProblem, assignments: Rows) -> dict[str, dict[int, str]]:
    agents = [agent.id for agent in problem.agents]
    names = [template.id for template in problem.templates]
    found: dict[str, dict[int, str]] = {}
    for i, entry in enumerate(assignments):
        at = f"assignments[{i}]"
        one = entry if isinstance(entry, Assignment) else _assignment(entry, at)
        for name, known, what in (
            (one.agent, agents, "an agent"),
            (one.template, names, "a template"),
        ):
            if name not in known:
                place = f"{at}.{what.split()[1]}"
                f.refuse(place, name, f"{what} of it", f.nearest(name, known))
        day = problem.horizon.day(one.day, f"{at}.day")
        if day in found.setdefault(one.agent, {}):
            raise ConfigurationError(
                f"{one.agent!r} has two shifts on {problem.horizon.label(day)}",
                field=at,
                value=one,
                remedy="give one shift a day",
            )
        found[one.agent][day] = one.template
    return found


def _assignment(entry: Any, at: str) -> Assignment:
    parts = tuple(f.entries(entry, at, "an agent, a day and a template"))
    if len(parts) != 3:  # noqa: PLR2004  # agent, day, template
        f.refuse(at, entry, "an agent, a day and a template, such as ('ana', 0, 'early')")
    return Assignment(*parts)


def _turns(problem: RosterProblem, on_call: Turns) -> dict[str, list[list[str]]]:
    known = {rotation.id: rotation for rotation in problem.on_call}
    agents = {agent.id for agent in problem.agents}
    for name, periods in on_call.items():
        if name not in known:
            f.refuse("on_call", name, "a rotation of it", f.nearest(name, known))
        for period in periods:
            for agent in period:
                if agent not in agents:
                    f.refuse(f"on_call.{name}", agent, "an agent", f.nearest(agent, agents))
    found: dict[str, list[list[str]]] = {}
    for rotation in problem.on_call:
        count = len(rotation.periods(problem.days))
        given = [list(period) for period in on_call.get(rotation.id, ())]
        if len(given) > count:
            f.refuse(f"on_call.{rotation.id}", given, f"a list of at most {count} periods")
        found[rotation.id] = (given + [[] for _ in range(count)])[:count]
    return found


def _work(problem: RosterProblem, days: Mapping[str, Days]) -> Iterator[Work]:
    for agent in problem.agents:
        skills = frozenset(agent.skills)
        for day in days[agent.id].every:
            for start, end in days[agent.id].spans(day):
                yield skills, start, end, 1


# --- rules ----------------------------------------------------------------------------------------


def _allowed(problem: RosterProblem, agent: RosterAgent, days: Days) -> Iterator[Violation]:
    """What he can, and when he is there."""
    label = problem.horizon.label
    for day, name in sorted(days.planned.items()):
        template = problem.template(name)
        what = f"{agent.id}: {name!r} on {label(day)}"
        lacking = [skill for skill in template.skills if skill not in agent.skills]
        if lacking:
            yield Violation("skills", f"{what} asks for {lacking[0]!r}", agent.id, day)
        if template.weekdays is not None and problem.horizon.weekday(day) not in template.weekdays:
            yield Violation("weekday", f"{what}: it does not start on that day", agent.id, day)
        if agent.templates is not None and name not in agent.templates:
            yield Violation("may_work", f"{what} is none of his templates", agent.id, day)
        for i, ban in enumerate(problem.bans):
            named = ban.agent == agent.id and ban.template == name
            if named and (ban.days is None or day in ban.days):
                yield Violation("ban", f"{what} is banned for him", agent.id, day, i)
        yield from _away(problem, agent, what, days.spans(day))
    for i, pin in enumerate(problem.pins):
        if pin.agent == agent.id and days.planned.get(pin.day) != pin.template:
            text = f"{agent.id}: {pin.template or 'off'} is fixed on {label(pin.day)}"
            yield Violation("pin", text, agent.id, pin.day, i)


def _away(
    problem: RosterProblem, agent: RosterAgent, what: str, spans: Sequence[tuple[int, int]]
) -> Iterator[Violation]:
    """A shift that falls into his leave, or into hours at which he is not available."""
    label = problem.horizon.label
    for off in agent.leave:
        if overlap(spans, off * DAY, (off + 1) * DAY):
            yield Violation("leave", f"{what}: he is on leave on {label(off)}", agent.id, off)
    for i, (off, hours) in enumerate(agent.unavailable):
        ((start, end),) = spans_of([hours])
        if overlap(spans, off * DAY + start, off * DAY + end):
            text = f"{what}: he is not available on {label(off)} {hours}"
            yield Violation("unavailable", text, agent.id, off, i)


def _of_templates(problem: RosterProblem, days: Mapping[str, Days]) -> Iterator[Violation]:
    counts: dict[tuple[int, str], int] = {}
    for of in days.values():
        for day, name in of.planned.items():
            counts[day, name] = counts.get((day, name), 0) + 1
    label = problem.horizon.label
    for i, template in enumerate(problem.templates):
        for day in range(problem.days):
            count = counts.get((day, template.id), 0)
            if template.most is not None and count > template.most:
                text = f"{count} on {template.id!r} on {label(day)}, at most {template.most} may be"
                yield Violation("template_most", text, None, day, i)
    for i, post in enumerate(problem.posts):
        for day in post_days(problem, post):
            count = counts.get((day, post.template), 0)
            if count < post.agents:
                text = f"{count} on {post.template!r} on {label(day)}, {post.agents} are asked for"
                yield Violation("post", text, None, day, i)


def post_days(problem: RosterProblem, post: Any) -> Iterable[int]:
    """The days of a post: those named, or all on which its template may start."""
    if post.days is not None:
        found: Iterable[int] = post.days
        return found
    allowed = problem.template(post.template).weekdays
    return [
        day
        for day in range(problem.days)
        if allowed is None or problem.horizon.weekday(day) in allowed
    ]


def _at_once(problem: RosterProblem, days: Mapping[str, Days]) -> Iterator[Violation]:
    most = problem.most_at_once
    if most is None:
        return
    changes: dict[int, int] = {}
    for _, start, end, _ in _work(problem, days):
        for first, last in pieces(start, end, problem.days * DAY, circular=False):
            changes[first] = changes.get(first, 0) + 1
            changes[last] = changes.get(last, 0) - 1
    count = 0
    for at in sorted(changes):
        before, count = count, count + changes[at]
        if count > most >= before:
            when = f"{problem.horizon.label(at // DAY)} {clock(at)}"
            text = f"{count} at work on {when}, at most {most} may be"
            yield Violation("most_at_once", text, None, at // DAY)


def _of_rotation(
    problem: RosterProblem, place: int, turns: list[list[str]], days: Mapping[str, Days]
) -> Iterator[Violation]:
    rotation = problem.on_call[place]
    label = problem.horizon.label
    leave = {agent.id: agent.leave for agent in problem.agents}
    members = problem.members(rotation)
    periods = rotation.periods(problem.days)
    name = rotation.id
    past = [list(period) for period in rotation.history]
    ends = [
        (agent, -before * rotation.days * DAY)
        for before, period in enumerate(reversed(past))
        for agent in period
        if agent in days
    ]
    for i, (period, agents) in enumerate(zip(periods, turns, strict=True)):
        from_day = f"on call {name!r} from {label(period[0])}"
        if len(agents) != rotation.agents or len(set(agents)) != len(agents):
            text = f"{from_day} are {len(agents)}, {rotation.agents} have to be"
            yield Violation("on_call", text, None, period[0], place)
        known = (past + turns)[: len(past) + i]
        recent = known[len(known) - min(rotation.every - 1, len(known)) :]
        for agent in agents:
            if agent not in members:
                text = f"{agent}: no member of {name!r}"
                yield Violation("on_call_member", text, agent, period[0], place)
            if any(agent in other for other in recent):
                text = f"{agent}: {from_day} again within {rotation.every} periods"
                yield Violation("on_call_every", text, agent, period[0], place)
            off = [day for day in period if day in leave[agent]]
            if off:
                text = f"{agent}: {from_day}, but on leave on {label(off[0])}"
                yield Violation("leave", text, agent, off[0])
            ends.append((agent, (period[-1] + 1) * DAY))
    minutes = int(rotation.rest) // 60
    for agent, end in ends:
        for day in days[agent].planned:
            if minutes and overlap(days[agent].spans(day), end, end + minutes):
                text = f"{agent}: works on {label(day)}, within the rest after being on call"
                yield Violation("on_call_rest", text, agent, day, place)


# --- costs ----------------------------------------------------------------------------------------


def _unmet(problem: RosterProblem, days: Mapping[str, Days]) -> int:
    total = 0
    for wish in problem.wishes:
        planned = days[wish.agent].planned
        for day in range(problem.days) if wish.days is None else wish.days:
            name = planned.get(day)
            so = name is not None and (wish.templates is None or name in wish.templates)
            if so is (wish.points < 0):
                total += abs(wish.points)
    return total


def _spread(counts: Sequence[int]) -> int:
    return max(counts) - min(counts) if counts else 0


def _fairness(
    problem: RosterProblem, days: Mapping[str, Days], turns: Mapping[str, list[list[str]]]
) -> dict[str, int]:
    weights = problem.weights
    groups = [[days[problem.agents[i].id] for i in group] for group in problem.groups()]
    served = 0
    for rotation in problem.on_call:
        on_call = [agent for period in turns[rotation.id] for agent in period]
        served += _spread([on_call.count(agent) for agent in problem.members(rotation)])
    return {
        "unpopular": weights.unpopular * sum(_spread([d.unpopular for d in g]) for g in groups),
        "weekends": weights.weekends
        * sum(_spread([len(d.weekends_worked) for d in g]) for g in groups),
        "hours": weights.hours * sum(_spread([d.paid_minutes for d in g]) for g in groups),
        "on_call": weights.on_call * served,
    }
