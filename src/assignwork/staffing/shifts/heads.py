"""How many agents on each shift of each day: the question and its answer, which know no solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.errors import AssignworkError
from assignwork.model.hours import DAY
from assignwork.staffing.shifts import _text
from assignwork.staffing.shifts.conflicts import Conflict
from assignwork.staffing.shifts.coverage import CoverageRow, measure
from assignwork.staffing.shifts.demand import Need, demand, planned_needs
from assignwork.staffing.shifts.horizon import Horizon, day_count, first_day
from assignwork.staffing.shifts.templates import ShiftTemplate, templates
from assignwork.staffing.shifts.weights import ShiftWeights

COVERAGES = ("hard", "soft")


def weights(value: ShiftWeights | Mapping[str, Any] | None, field: str = "") -> ShiftWeights:
    """Weights, from them or their wire form; None: the defaults."""
    if value is None or isinstance(value, ShiftWeights):
        return value or ShiftWeights()
    return structure(ShiftWeights, value, field)


def coverage_mode(value: str, field: str = "") -> str:
    """Whether every need has to be met."""
    return f.choice(value, field, COVERAGES)


def limit(value: int | None, field: str = "") -> int | None:
    """A most of agents, 0 or more; None: no limit."""
    if value is None or (type(value) is int and 0 <= value <= f.MAX_UNITS):
        return value
    return f.refuse(field, value, "a number of agents, or None")


@attrs.frozen(field_transformer=f.named)
class HeadProblem:
    """What `schedule_shifts` was asked, checked."""

    templates: tuple[ShiftTemplate, ...] = attrs.field(converter=templates)
    demand: tuple[Need, ...] = attrs.field(converter=demand)
    days: int = attrs.field(converter=day_count)
    starts_on: str = attrs.field(converter=first_day)
    circular: bool = attrs.field(converter=f.flag)
    coverage: str = attrs.field(converter=coverage_mode)
    weights: ShiftWeights = attrs.field(converter=weights)
    most_at_once: int | None = attrs.field(converter=limit)
    most_per_day: int | None = attrs.field(converter=limit)

    def __attrs_post_init__(self) -> None:
        needs = planned_needs(self.demand, self.horizon, circular=self.circular)
        object.__setattr__(self, "demand", needs)  # once and for all readers

    @property
    def horizon(self) -> Horizon:
        """The days."""
        return Horizon(self.days, self.starts_on)

    def columns(self) -> list[tuple[int, int]]:
        """Day and template of each shift that there may be."""
        horizon = self.horizon
        return [
            (day, i)
            for day in range(self.days)
            for i, template in enumerate(self.templates)
            if template.weekdays is None or horizon.weekday(day) in template.weekdays
        ]


@attrs.frozen
class StaffedShift:
    """So many agents on a shift."""

    day: int
    template: str
    agents: int


@attrs.frozen
class ShiftPlanning:
    """How many agents on which shift, and how good that is.

    Attributes
    ----------
    status : {'optimal', 'feasible', 'infeasible', 'stopped'}
        Proven best; kept all rules but not proven; no such schedule exists; none was found in time.
    shifts : tuple of StaffedShift
        By day, in the order of the templates; those without agents are left out.
    terms : mapping of str to int
        Points by term: ``shortage``, ``overstaffing``, ``paid``.
    bound : int or None
        No schedule costs less; None: not known.
    coverage : tuple of CoverageRow
        By need, in their order.
    conflict : Conflict or None
        Why there is none, where none exists.
    horizon : Horizon
    seconds : float
        Wall time.
    """

    status: str
    shifts: tuple[StaffedShift, ...]
    terms: Mapping[str, int]
    bound: int | None
    coverage: tuple[CoverageRow, ...]
    conflict: Conflict | None
    horizon: Horizon
    seconds: float

    @property
    def found(self) -> bool:
        """Whether there is a schedule."""
        return self.status in ("optimal", "feasible")

    @property
    def cost(self) -> int:
        """The sum of the terms, in points."""
        return sum(self.terms.values())

    @property
    def gap(self) -> float | None:
        """(cost - bound) ÷ cost, 0 to 1; None where there is no schedule or no bound."""
        return relative_gap(self.cost, self.bound) if self.found else None

    @property
    def heads(self) -> int:
        """Shifts of all days together."""
        return sum(shift.agents for shift in self.shifts)

    def agents(self, day: int, template: str) -> int:
        """How many on this template on this day."""
        return sum(s.agents for s in self.shifts if s.day == day and s.template == template)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "status": self.status,
            "cost": self.cost if self.found else None,
            "bound": self.bound,
            "gap": self.gap,
            "terms": dict(self.terms),
            "shifts": [attrs.asdict(shift) for shift in self.shifts],
            "coverage": [row.to_dict() for row in self.coverage],
            "conflict": None if self.conflict is None else self.conflict.to_dict(),
            "seconds": self.seconds,
        }

    def coverage_table(self) -> str:
        """Needed and planned by interval, as text."""
        return _text.coverage_table(self.coverage)

    def __str__(self) -> str:
        return _text.heads_text(self)

    def _repr_html_(self) -> str:
        return _text.heads_html(self)


def relative_gap(cost: int, bound: int | None) -> float | None:
    """(cost - bound) ÷ cost, 0 to 1."""
    if bound is None:
        return None
    return 0.0 if cost == bound else (cost - bound) / max(abs(cost), abs(bound))


def answer(
    problem: HeadProblem,
    counts: Iterable[tuple[int, int, int]],
    status: str,
    bound: int | None,
    conflict: Conflict | None,
    seconds: float,
) -> ShiftPlanning:
    """The result, its costs and coverage counted from the heads alone.

    `counts` has day, template's index and agents of each shift.
    """
    shifts = []
    work = []
    points = 0
    known = [(frozenset(t.skills), t.spans, t.points) for t in problem.templates]
    for day, index, heads in counts:
        skills, spans, cost = known[index]
        shifts.append(StaffedShift(day, problem.templates[index].id, heads))
        points += cost * heads
        work += [(skills, day * DAY + start, day * DAY + end, heads) for start, end in spans]
    horizon = problem.horizon
    terms: dict[str, int] = {}
    rows: tuple[CoverageRow, ...] = ()
    if status in ("optimal", "feasible"):
        length = problem.days * DAY
        seen = measure(problem.demand, work, length, circular=problem.circular)
        weighing = problem.weights
        terms = {
            "shortage": weighing.shortage * sum(seen.short),
            "overstaffing": weighing.overstaffing * seen.over,
            "paid": weighing.paid * points,
        }
        if problem.coverage == "hard" and any(seen.short):
            raise AssignworkError(
                "the schedule found leaves a need unmet",
                value=sum(seen.short),
                remedy="please report it with the problem",
            )
        if status == "optimal":  # the solver's own is a float
            bound = sum(terms.values())
        rows = tuple(
            CoverageRow(need, horizon.span(*need.minutes), planned, short)
            for need, planned, short in zip(problem.demand, seen.planned, seen.short, strict=True)
        )
    return ShiftPlanning(status, tuple(shifts), terms, bound, rows, conflict, horizon, seconds)
