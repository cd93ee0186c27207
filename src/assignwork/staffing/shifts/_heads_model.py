"""Head counts as a mixed integer program for HiGHS, which scipy brings along.

Columns are shifts of days; rows say that each moment's needs are met. Where somebody could serve
several needs at once, further columns share the heads among them; where nobody could, a need is a
plain sum. Overstaffing needs no column: who is at work less whom a need took is linear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from assignwork.errors import AssignworkError
from assignwork.model.hours import DAY
from assignwork.staffing.shifts._grid import Grid
from assignwork.staffing.shifts._interruptible import interruptible
from assignwork.staffing.shifts.heads import HeadProblem


class Rule(NamedTuple):
    """A rule that can be left out: its kind and what it is about."""

    kind: str
    of: int
    day: int = -1


class Rows:
    """Rows of a program, gathered entry by entry."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[int] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, columns: Collection[int], low: float, high: float, value: int = 1) -> int:
        """A row of which these columns are part."""
        at = len(self.low)
        self.row += [at] * len(columns)
        self.column += columns
        self.value += [value] * len(columns)
        self.low.append(low)
        self.high.append(high)
        return at

    def put(self, row: int, columns: Collection[int], value: int) -> None:
        """More entries of a row."""
        self.row += [row] * len(columns)
        self.column += columns
        self.value += [value] * len(columns)


class Solution(NamedTuple):
    """What the solver says: heads by column, None where it has none."""

    status: str
    heads: list[int] | None
    bound: int | None


class HeadModel:
    """The program of a problem, or of some of its rules.

    Parameters
    ----------
    problem : HeadProblem
    rules : collection of Rule, optional
        Those that hold; None: all.
    """

    def __init__(self, problem: HeadProblem, rules: Collection[Rule] | None = None) -> None:
        self.problem = problem
        self.rules = rules
        self.columns = problem.columns()
        spans = [template.spans for template in problem.templates]
        parts = [
            [(day * DAY + start, day * DAY + end) for start, end in spans[i]]
            for day, i in self.columns
        ]
        self.grid = Grid(problem.demand, parts, problem.days, circular=problem.circular)
        self.covering = self.grid.columns_of()
        weights = problem.weights
        points = [weights.paid * template.points for template in problem.templates]
        self.cost: list[int] = [points[i] for _, i in self.columns]
        self.constant = 0
        self.most = [np.inf] * len(self.columns)
        self.rows = Rows()
        self._limits()
        self._needs()

    def keeps(self, kind: str, of: int, day: int = -1) -> bool:
        """Whether this rule holds."""
        return self.rules is None or Rule(kind, of, day) in self.rules

    def _column(self, cost: int) -> int:
        self.cost.append(cost)
        self.most.append(np.inf)
        return len(self.cost) - 1

    def _limits(self) -> None:
        problem = self.problem
        by_day: dict[int, list[int]] = {}
        for column, (day, i) in enumerate(self.columns):
            by_day.setdefault(day, []).append(column)
            most = problem.templates[i].most
            if most is not None and self.keeps("template_most", i, day):
                self.most[column] = most
        if problem.most_per_day is not None:
            for day, columns in by_day.items():
                if self.keeps("most_per_day", 0, day):
                    self.rows.add(columns, -np.inf, problem.most_per_day)
        if problem.most_at_once is not None and self.keeps("most_at_once", 0):
            for together in {tuple(found) for found in self.covering if found}:
                self.rows.add(together, -np.inf, problem.most_at_once)

    def _needs(self) -> None:
        problem = self.problem
        weights = problem.weights
        soft = problem.coverage == "soft"
        skills = [frozenset(problem.templates[i].skills) for _, i in self.columns]
        minutes = self.grid.minutes.tolist()
        if weights.overstaffing:
            present = np.zeros(len(self.columns), dtype=np.int64)
            np.add.at(present, self.grid.column, self.grid.minutes[self.grid.segment])
            for column, covered in enumerate(present.tolist()):
                self.cost[column] += weights.overstaffing * covered
        plain = {skill for asked in self.grid.at for skill in asked} == {None}
        for at, asked in enumerate(self.grid.at):
            needed = {s: i for s, i in asked.items() if self.keeps("need", i)}
            if not needed:
                continue
            columns = self.covering[at]
            sharing: dict[str | None, list[int]] = {None: columns}
            if not plain:
                sharing = self._sharing(columns, skills, needed.keys())
            for skill, i in needed.items():
                agents = problem.demand[i].agents
                row = self.rows.add(sharing[skill], agents, np.inf)
                self.constant -= weights.overstaffing * minutes[at] * agents
                if soft:
                    price = (weights.shortage + weights.overstaffing) * minutes[at]
                    short = self._column(price)
                    self.most[short] = agents
                    self.rows.put(row, [short], 1)

    def _sharing(
        self, columns: list[int], skills: list[frozenset[str]], needed: Collection[str | None]
    ) -> dict[str | None, list[int]]:
        """By skill, the columns whose sum serves it; new ones where heads have to be shared."""
        groups: dict[frozenset[str | None], list[int]] = {}
        for column in columns:
            can = frozenset(s for s in needed if s is None or s in skills[column])
            groups.setdefault(can, []).append(column)
        found: dict[str | None, list[int]] = {skill: [] for skill in needed}
        for can, members in groups.items():
            if len(can) == 1:
                (skill,) = can
                found[skill] += members
            elif can:
                shares = [self._column(0) for _ in can]
                for skill, share in zip(sorted(can, key=str), shares, strict=True):
                    found[skill].append(share)
                row = self.rows.add(shares, -np.inf, 0.0)
                self.rows.put(row, members, -1)
        return found

    def solve(self, seconds: float) -> Solution:
        """The best heads found within this time, in seconds of wall time."""
        count = len(self.cost)
        if not count:
            met = all(low <= 0 for low in self.rows.low)
            return Solution("optimal" if met else "infeasible", [] if met else None, None)
        rows = self.rows
        constraints: Any = ()
        if rows.low:
            shape = (len(rows.low), count)
            matrix = csc_matrix((np.array(rows.value, float), (rows.row, rows.column)), shape)
            constraints = LinearConstraint(matrix, rows.low, rows.high)
        # scipy has nothing by which HiGHS could be stopped
        found = interruptible(
            lambda _: milp(
                np.array(self.cost, dtype=float),
                integrality=np.ones(count),
                bounds=Bounds(0, np.array(self.most, dtype=float)),
                constraints=constraints,
                options={"time_limit": max(seconds, 1e-3), "mip_rel_gap": 0.0},
            )
        )
        return self._read(found)

    def _read(self, found: Any) -> Solution:
        status = {0: "optimal", 1: "feasible", 2: "infeasible"}.get(found.status)
        if status is None:
            raise AssignworkError(
                f"the solver could not handle the model: {found.message}",
                value=found.status,
                remedy="please report it with the problem",
            )
        if found.x is None:
            return Solution("infeasible" if status == "infeasible" else "stopped", None, None)
        heads = [round(value) for value in found.x[: len(self.columns)]]
        bound = None
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = int(np.ceil(found.mip_dual_bound - 1e-4)) + self.constant
        return Solution(status, heads, bound)


def all_rules(problem: HeadProblem) -> Iterable[Rule]:
    """The rules of a problem that could be left out."""
    if problem.most_at_once is not None:
        yield Rule("most_at_once", 0)
    if problem.most_per_day is not None:
        yield from (Rule("most_per_day", 0, day) for day in range(problem.days))
    for day, i in problem.columns():
        if problem.templates[i].most is not None:
            yield Rule("template_most", i, day)
    if problem.coverage == "hard":
        yield from (Rule("need", i) for i, need in enumerate(problem.demand) if need.agents)
