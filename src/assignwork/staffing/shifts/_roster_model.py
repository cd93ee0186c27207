"""A roster as a CP-SAT model: a variable for each agent, day and template that may be.

Every rule goes through the `Book`, so that the same lines make the model that is solved and the one
whose rules can be left out, when they clash. Costs are linear: who is at work less whom a need took
is overstaffing, as in the head counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from ortools.sat.python import cp_model

from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import overlap, spans_of
from assignwork.staffing.shifts._contract_model import ContractRows
from assignwork.staffing.shifts._coverage_model import CoverageRows
from assignwork.staffing.shifts._on_call_model import OnCallRows
from assignwork.staffing.shifts._roster_rules import Book, Rule
from assignwork.staffing.shifts.contracts import RosterAgent
from assignwork.staffing.shifts.problem import RosterProblem
from assignwork.staffing.shifts.rules import Post

Spans: TypeAlias = list[tuple[int, int]]
Sum = cp_model.LinearExpr.sum


class RosterModel:
    """The model of a problem.

    Parameters
    ----------
    problem : RosterProblem
    assumed : bool, default False
        Whether each rule can be switched off by its literal.

    Attributes
    ----------
    x : dict of (agent, day, template) to variable
        By their places.
    turns : dict of (rotation, period, agent) to variable
    book : Book
    """

    def __init__(self, problem: RosterProblem, *, assumed: bool = False) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.book = Book(self.model, assumed=assumed)
        self.spans = [template.spans for template in problem.templates]
        self.places = {template.id: i for i, template in enumerate(problem.templates)}
        self.x: dict[tuple[int, int, int], Any] = {}
        self._by_day: dict[tuple[int, int], dict[int, Any]] = {}
        self._by_shift: dict[tuple[int, int], dict[int, Any]] = {}
        self.turns: dict[tuple[int, int, int], Any] = {}
        self.cost: list[tuple[Any, int]] = []
        self.constant = 0
        self.history = [
            {
                i - len(agent.history): self.places[name]
                for i, name in enumerate(agent.history)
                if name
            }
            for agent in problem.agents
        ]
        self._bans = _by_agent(problem.bans)
        self._pins_of = _by_agent(problem.pins)
        self._variables()
        self.contracts = ContractRows(self)
        self._pins()
        self._templates()
        CoverageRows(self)
        OnCallRows(self)
        self._paid()
        self._wishes()
        self._fairness()
        if assumed:  # only whether there is a roster is asked then
            return
        variables = [variable for variable, points in self.cost if points]
        weights = [points for _, points in self.cost if points]
        expression = cp_model.LinearExpr.weighted_sum(variables, weights)
        self.model.minimize(expression + self.constant)

    # --- shifts that may be -----------------------------------------------------------------------

    def worked(self, day: int, template: int) -> Spans:
        """The parts of a shift, in minutes after midnight of day 0."""
        return [(day * DAY + start, day * DAY + end) for start, end in self.spans[template]]

    def of_day(self, agent: int, day: int) -> dict[int, Any]:
        """The variables of an agent's day, by template."""
        return self._by_day.get((agent, day), {})

    def of_shift(self, day: int, template: int) -> dict[int, Any]:
        """The variables of a shift, by the agents who may work it."""
        return self._by_shift.get((day, template), {})

    def columns(self) -> list[tuple[int, int]]:
        """Day and template of each shift that there may be."""
        problem = self.problem
        return [
            (day, i)
            for day in range(problem.days)
            for i, template in enumerate(problem.templates)
            if template.weekdays is None or problem.horizon.weekday(day) in template.weekdays
        ]

    def _variables(self) -> None:
        columns = self.columns()
        for a, agent in enumerate(self.problem.agents):
            for day, t in columns:
                if not set(self.problem.templates[t].skills) <= set(agent.skills):
                    continue
                against = list(self.against(a, agent, day, t))
                if against and not self.book.assumed:
                    continue
                variable = self.x[a, day, t] = self.model.new_bool_var("")
                self._by_day.setdefault((a, day), {})[t] = variable
                self._by_shift.setdefault((day, t), {})[a] = variable
                for rule in against:
                    self.book.add_or([~variable], rule)
            for day in range(self.problem.days):
                of_day = self.of_day(a, day)
                if len(of_day) > 1:
                    self.model.add_at_most_one(of_day.values())

    def against(self, a: int, agent: RosterAgent, day: int, t: int) -> Iterator[Rule]:
        """Rules on account of which he cannot work this shift."""
        name = self.problem.templates[t].id
        if agent.templates is not None and name not in agent.templates:
            yield Rule("may_work", a)
        yield from self._away(a, agent, self.worked(day, t))
        for i, ban in self._bans.get(agent.id, ()):
            if ban.template == name and (ban.days is None or day in ban.days):
                yield Rule("ban", a, i)
        for i, pin in self._pins_of.get(agent.id, ()):
            if pin.day == day and pin.template != name:
                yield Rule("pin", a, i, day)

    def _away(self, a: int, agent: RosterAgent, spans: Spans) -> Iterator[Rule]:
        for off in agent.leave:
            if overlap(spans, off * DAY, (off + 1) * DAY):
                yield Rule("leave", a, day=off)
        for i, (off, hours) in enumerate(agent.unavailable):
            ((start, end),) = spans_of([hours])
            if overlap(spans, off * DAY + start, off * DAY + end):
                yield Rule("unavailable", a, i, off)

    # --- rules of the whole -----------------------------------------------------------------------

    def _pins(self) -> None:
        places = {agent.id: a for a, agent in enumerate(self.problem.agents)}
        for i, pin in enumerate(self.problem.pins):
            if pin.template is not None:
                a = places[pin.agent]
                variable = self.x.get((a, pin.day, self.places[pin.template]))
                rule = Rule("pin", a, i, pin.day)
                self.book.add_or([] if variable is None else [variable], rule)

    def _templates(self) -> None:
        for day, t in self.columns():
            most = self.problem.templates[t].most
            if most is not None:
                of_shift = self.of_shift(day, t)
                if len(of_shift) > most:
                    self.book.add(
                        Sum(list(of_shift.values())) <= most, Rule("template_most", of=t, day=day)
                    )
        for i, post in enumerate(self.problem.posts):
            t = self.places[post.template]
            for day in self._post_days(post):
                expression = Sum(list(self.of_shift(day, t).values()))
                self.book.add(expression >= post.agents, Rule("post", of=i, day=day))

    def _post_days(self, post: Post) -> Iterable[int]:
        if post.days is not None:
            found: Iterable[int] = post.days
            return found
        t = self.places[post.template]
        return [day for day, template in self.columns() if template == t]

    # --- costs ------------------------------------------------------------------------------------

    def _wishes(self) -> None:
        weight = self.problem.weights.wishes
        places = {agent.id: a for a, agent in enumerate(self.problem.agents)}
        for wish in self.problem.wishes:
            a = places[wish.agent]
            names = wish.templates
            for day in range(self.problem.days) if wish.days is None else wish.days:
                points = -wish.points * weight
                if points < 0:
                    self.constant -= points
                for t, template in enumerate(self.problem.templates):
                    variable = self.x.get((a, day, t))
                    if variable is not None and (names is None or template.id in names):
                        self.cost.append((variable, points))

    def _paid(self) -> None:
        weight = self.problem.weights.paid
        points = [weight * template.points for template in self.problem.templates]
        self.cost += [(variable, points[t]) for (_, _, t), variable in self.x.items()]

    def _fairness(self) -> None:
        weights = self.problem.weights
        templates = self.problem.templates
        for group in self.problem.groups():
            of: dict[str, list[Any]] = {"unpopular": [], "weekends": [], "hours": []}
            for a in group:
                mine = [(t, v) for (agent, _, t), v in self.x.items() if agent == a]
                of["unpopular"].append(Sum([v for t, v in mine if templates[t].unpopular]))
                minutes = [templates[t].paid_minutes for t, _ in mine]
                hours = cp_model.LinearExpr.weighted_sum([v for _, v in mine], minutes)
                of["hours"].append(hours)
                if weights.weekends:
                    of["weekends"].append(Sum(self.contracts.weekends(a)))
            longest = max(template.paid_minutes for template in templates)
            for term, sums in of.items():
                largest = self.problem.days * (longest if term == "hours" else 1)
                self.spread(sums, getattr(weights, term), largest)

    def spread(self, sums: Sequence[Any], weight: int, largest: int) -> None:
        """What lies between the most and the least of these sums costs so much a unit.

        None of them is above `largest`.
        """
        if not weight or len(sums) < 2:  # noqa: PLR2004  # one is even with himself
            return
        most, least = (self.model.new_int_var(0, largest, "") for _ in range(2))
        for one in sums:
            self.model.add(one <= most)
            self.model.add(one >= least)
        self.cost += [(most, weight), (least, -weight)]


def _by_agent(entries: Sequence[Any]) -> dict[str, list[tuple[int, Any]]]:
    """The entries of a list by whom they are about, with their places."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for i, entry in enumerate(entries):
        found.setdefault(entry.agent, []).append((i, entry))
    return found
