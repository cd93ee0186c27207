"""Rosters too large to be solved as a whole: part after part, all else held fast.

The whole is given a share of the time, for its bound and perhaps its proof; where it is large, only
after each day was planned on its own. Then, from the best roster so far, a week of everybody or all
days of some agents is planned anew, again and again; no step makes it worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from assignwork.staffing.shifts._clock import WEEK
from assignwork.staffing.shifts._roster_model import RosterModel
from assignwork.staffing.shifts._solving import Limits, Solved, solve
from assignwork.staffing.shifts.roster import Progress

FEW = 2_000
"""Variables up to which the whole is given more of the time."""
WHOLE_OF_FEW, WHOLE = 0.6, 0.25
"""Of the time: what the whole may take."""
FIRST = 0.5
"""Of the time: what finding any large roster may take. If that and the whole have found none, all
that is left is spent on it."""
STEP = 0.5
"""Deterministic seconds of a step."""
CALL = 0.005
"""Deterministic seconds that each step is charged besides: what making it takes."""
PART = 400
"""Variables that are planned anew together, to begin with."""
GROW, SHRINK = 1.2, 0.8

Tell = Callable[[Progress], None]


class Outcome(NamedTuple):
    """How it ended: the values of all variables, and what is known of the best."""

    status: str
    values: list[int]
    bound: int | None
    deterministic: float


class _Best:
    """The best values so far; tells of each that is better."""

    def __init__(self, started: float, tell: Tell | None) -> None:
        self.values: list[int] = []
        self.cost: int | None = None
        self.bound: int | None = None
        self.spent = 0.0
        self._found = 0
        self._started = started
        self._tell = tell

    @property
    def proven(self) -> bool:
        """Whether the best costs no more than the bound."""
        return self.cost is not None and self.bound is not None and self.cost <= self.bound

    def of_whole(self, progress: Progress) -> None:
        """From a run of the whole, whose bound holds for all rosters."""
        self.bound = max(progress.bound, self.bound or 0)
        self.told(progress)

    def told(self, progress: Progress) -> None:
        """From a run of the solver: told on if it is better than all before."""
        if self.cost is not None and progress.cost >= self.cost:
            return
        self.cost = progress.cost
        self._found += 1
        if self._tell is not None:
            seconds = perf_counter() - self._started
            self._tell(Progress(progress.cost, self.bound or 0, seconds, self._found))

    def take(self, solved: Solved) -> None:
        """What a run has found, if it is as good as the best."""
        self.spent += solved.solver.deterministic_time + CALL
        if solved.status in ("optimal", "feasible"):
            cost = round(solved.solver.objective_value)
            if not self.values or self.cost is None or cost <= self.cost:
                self.cost = cost
                self.values = list(solved.solver.response_proto.solution)


def improve(model: RosterModel, limits: Limits, started: float, tell: Tell | None) -> Outcome:
    """The best roster found within the limits.

    Parameters
    ----------
    model : RosterModel
    limits : Limits
    started : float
        When planning began, by `perf_counter`.
    tell : function of Progress, optional
    """
    best = _Best(started, tell)
    steps = _Steps(model)
    large = len(model.x) > FEW
    if large:
        first = _first(model, best, limits, FIRST)
        if first == "infeasible":
            return Outcome(first, [], None, best.spent)
        while best.values and steps.early and not _over(limits, best):
            _step(model, best, limits, steps)
        if _over(limits, best):  # a run without time would still read the whole model
            best.bound = best.bound or 0  # no term is below 0
            status = "feasible" if best.values else "stopped"
            return Outcome(status, best.values, best.bound, best.spent)
    share = WHOLE if large else WHOLE_OF_FEW
    whole = solve(_held(model, best.values, None), _part(limits, best, share), best.of_whole)
    best.take(whole)
    if whole.status in ("optimal", "infeasible"):
        return Outcome(whole.status, best.values, whole.bound, best.spent)
    best.bound = whole.bound
    if not best.values and not _over(limits, best):
        _first(model, best, limits, 1.0)
    if not best.values:
        return Outcome("stopped", [], None, best.spent)
    while not best.proven and not _over(limits, best):
        _step(model, best, limits, steps)
    status = "optimal" if best.proven else "feasible"
    return Outcome(status, best.values, best.bound, best.spent)


def _step(model: RosterModel, best: _Best, limits: Limits, steps: _Steps) -> None:
    """Plan a part anew."""
    step = Limits(limits.until, min(STEP, _left(limits, best, STEP)), limits.workers)
    free = steps.next()
    found = solve(_held(model, best.values, free), step, best.told)
    best.take(found)
    if found.status == "optimal" and len(free) == len(model.x) + len(model.turns):
        best.bound = found.bound
    steps.learn(found.status)


def _left(limits: Limits, best: _Best, otherwise: float) -> float:
    """Deterministic seconds that are left."""
    if limits.deterministic is None:
        return otherwise
    return max(limits.deterministic - best.spent, 0.0)


def _over(limits: Limits, best: _Best) -> bool:
    return limits.left <= 0 or _left(limits, best, 1.0) <= 0


def _part(limits: Limits, best: _Best, share: float) -> Limits:
    """A share of what is left; of the wall clock only where it alone is the limit."""
    if limits.deterministic is not None:
        return Limits(limits.until, share * _left(limits, best, 0.0), limits.workers)
    return Limits(perf_counter() + share * limits.left, None, limits.workers)


def _first(model: RosterModel, best: _Best, limits: Limits, share: float) -> str:
    """Any roster, its cost left aside for now; how the search for it ended."""
    plain: Any = model.model.clone()
    plain.clear_objective()
    found = solve(plain, _part(limits, best, share))
    best.spent += found.solver.deterministic_time + CALL
    if found.status in ("optimal", "feasible"):
        best.values = list(found.solver.response_proto.solution)
    return found.status


class _Steps:
    """What is planned anew, step by step: each day, then some agents and some days by turns.

    A step that is solved to its end lets the next be larger, one that is not smaller.
    """

    def __init__(self, model: RosterModel) -> None:
        self._model = model
        self._days, self._agents = model.problem.days, len(model.problem.agents)
        self._each = max(1.0, len(model.x) / (self._agents * self._days))  # a day of an agent
        self._part = float(PART)
        self._dice = Random(0)  # noqa: S311  # the same on every run; nobody's secret
        self._count = 0

    @property
    def early(self) -> bool:
        """Whether not each day was planned yet."""
        return self._count < self._days

    def next(self) -> set[int]:
        """The variables that are free in the next step."""
        step, self._count = self._count, self._count + 1
        everybody = range(self._agents)
        if step < self._days:
            return self._free(range(step, step + 1), everybody)
        cells = self._part / self._each
        if step % 2:
            some = round(max(1, min(self._agents, cells / self._days)))
            return self._free(range(self._days), self._dice.sample(everybody, some))
        width = min(self._days, WEEK)
        first = self._dice.randrange(self._days - width + 1)
        some = round(max(1, min(self._agents, cells / width)))
        return self._free(range(first, first + width), self._dice.sample(everybody, some))

    def learn(self, status: str) -> None:
        """How the step before ended."""
        if self._count > self._days:
            self._part *= GROW if status == "optimal" else SHRINK
            self._part = max(self._part, self._each)

    def _free(self, days: range, agents: Iterable[int]) -> set[int]:
        who = set(agents)
        model = self._model
        return {v.index for (a, day, _), v in model.x.items() if a in who and day in days} | {
            v.index for (_, _, a), v in model.turns.items() if a in who
        }


def _held(model: RosterModel, values: list[int], free: set[int] | None) -> cp_model.CpModel:
    """The model with all other shifts as they are, and a hint at the rest; None: all are free."""
    if not values:
        return model.model
    held = model.model.clone()
    proto: Any = held.proto
    for variable in (*model.x.values(), *model.turns.values()):
        if free is not None and variable.index not in free:
            domain = proto.variables[variable.index].domain
            domain[0] = domain[1] = values[variable.index]
    proto.solution_hint.vars.extend(range(len(values)))
    proto.solution_hint.values.extend(values)
    return held
