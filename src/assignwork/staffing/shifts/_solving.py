"""CP-SAT runs: parameters that make them repeatable, progress, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import perf_counter
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from assignwork.errors import AssignworkError
from assignwork.staffing.shifts._interruptible import interruptible
from assignwork.staffing.shifts.roster import Progress

STATUSES = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "stopped",
}


class Limits(NamedTuple):
    """Until when (by `perf_counter`), how many deterministic seconds, on how many threads."""

    until: float
    deterministic: float | None
    workers: int

    @property
    def left(self) -> float:
        """Seconds of wall time that are left."""
        return self.until - perf_counter()


class Solved(NamedTuple):
    """What a run found."""

    status: str
    solver: cp_model.CpSolver
    bound: int | None


class _Told(cp_model.CpSolverSolutionCallback):
    def __init__(self, tell: Callable[[Progress], object]) -> None:
        super().__init__()
        self._tell = tell
        self._found = 0

    def on_solution_callback(self) -> None:
        self._found += 1
        bound = ceil(self.best_objective_bound - 1e-6)
        self._tell(Progress(round(self.objective_value), bound, self.wall_time, self._found))


def solve(
    model: cp_model.CpModel,
    limits: Limits,
    tell: Callable[[Progress], None] | None = None,
) -> Solved:
    """Solve within the limits.

    Raises
    ------
    AssignworkError
        When the solver refuses the model.
    """
    solver = cp_model.CpSolver()
    parameters: Any = solver.parameters
    parameters.random_seed = 0
    parameters.num_workers = limits.workers
    parameters.linearization_level = 2
    # Else the solver takes an interrupt for the end of its time, and leaves the process without
    # the handler of interrupts that it had.
    parameters.catch_sigint_signal = False
    if limits.workers > 1:  # so that each of few threads works at the proof
        parameters.subsolvers.extend(["max_lp", "default_lp"])
    parameters.max_time_in_seconds = max(limits.left, 1e-3)
    if limits.deterministic is not None:
        parameters.max_deterministic_time = limits.deterministic
    status = interruptible(
        lambda hear: solver.solve(model, None if tell is None else _Told(hear)),
        tell,
        solver.stop_search,
    )
    if status == cp_model.MODEL_INVALID:
        raise AssignworkError(
            f"the solver refuses the model: {model.validate().strip()}",
            remedy="give smaller weights; if they are small, please report it with the problem",
        )
    bound = None
    if status != cp_model.INFEASIBLE:
        bound = max(0, ceil(solver.best_objective_bound - 1e-6))  # no term is below 0
    return Solved(STATUSES[status], solver, bound)
