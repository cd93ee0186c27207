"""Solves a part of a problem exactly with CP-SAT: some items are free, all else stands.

With one worker the answer depends on nothing but the part and the limit: the same on every machine.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from assignwork.errors import AssignworkError
from assignwork.solver._rows import UNBOUNDED, Rows
from assignwork.solver._standing import Standing

OPTIMAL = "optimal"
FEASIBLE = "feasible"
INFEASIBLE = "infeasible"
UNKNOWN = "unknown"

# The widest number that a double, and so the solver's float answers, hold exactly.
_EXACT = 2**52


class Part(NamedTuple):
    """What solving a part gave.

    Attributes
    ----------
    changes : dict of int to int
        Item's place in the problem -> its new holder; empty where nothing better was found.
    change : int
        How much more they cost; negative: less.
    status : {'optimal', 'feasible', 'infeasible', 'unknown'}
    bound : int or None
        No choice for this part changes the cost by less (more below zero); None: not known.
    deterministic : float
        The solver's deterministic seconds.
    """

    changes: dict[int, int]
    change: int
    status: str
    bound: int | None
    deterministic: float


def solve_part(
    rows: Rows,
    standing: Standing,
    *,
    deterministic: float,
    seconds: float | None = None,
    workers: int = 1,
    seed: int = 0,
    presolve: bool = True,
) -> Part:
    """The best holders of the free items, as far as the limit allows.

    Parameters
    ----------
    rows : Rows
        Of this part.
    standing : Standing
        The outcome that the rows were made of; what it says of the free items is the hint.
    deterministic : float
        Most deterministic seconds.
    seconds : float, optional
        Most seconds of wall time; None: no such limit.
    workers : int, default 1
        With more than one the answer may differ from run to run.
    seed : int, default 0
    presolve : bool, default True
        Whether the solver first looks for a smaller model; where the relaxation has left few pairs,
        that costs more than it saves.

    Returns
    -------
    Part

    Raises
    ------
    AssignworkError
        If the solver refuses the model.
    """
    if not rows.feasible:
        return Part({}, 0, INFEASIBLE, None, 0.0)
    from ortools.sat.python import cp_model  # noqa: PLC0415  # only who optimizes pays for it

    model = cp_model.CpModel()
    _fill(model.proto, rows)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.linearization_level = 2
    parameters.max_deterministic_time = deterministic
    parameters.num_workers = workers
    parameters.cp_model_presolve = presolve
    if workers > 1:
        # The defaults of few workers stumble over "nobody holds it".
        parameters.subsolvers.extend(["max_lp", "default_lp"])
    # Else the solver leaves the process without the handler of interrupts that it had.
    parameters.catch_sigint_signal = False
    if seconds is not None:
        parameters.max_time_in_seconds = max(seconds, 0.001)
    status = solver.solve(model)
    spent = solver.deterministic_time
    if status == cp_model.MODEL_INVALID:
        raise AssignworkError(
            f"the solver refuses a model of {len(rows.cost)} columns: {model.validate().strip()}",
            value=len(rows.cost),
            remedy="please report it with the problem",
        )
    if status == cp_model.INFEASIBLE:
        return Part({}, 0, INFEASIBLE, None, spent)
    bound = _bound(solver, rows)
    if status == cp_model.UNKNOWN:
        return Part({}, 0, UNKNOWN, bound, spent)
    values = np.array(solver.response_proto.solution, dtype=np.int64)
    chosen = np.flatnonzero(values[: len(rows.pairs.item)])
    holders = rows.pairs.holder[chosen].tolist()
    places = rows.places.tolist()
    now = rows.now.tolist()
    changes = {
        place: holder
        for place, holder, old in zip(places, holders, now, strict=True)
        if holder != old
    }
    change = standing.delta(changes)
    found = OPTIMAL if status == cp_model.OPTIMAL else FEASIBLE
    return Part(changes, change, found, change if found == OPTIMAL else bound, spent)


def _bound(solver: Any, rows: Rows) -> int | None:
    response = solver.response_proto
    bound = float(solver.best_objective_bound)
    if abs(bound) >= _EXACT:
        bound = float(response.inner_objective_lower_bound)
        return None if abs(bound) >= UNBOUNDED else int(response.inner_objective_lower_bound)
    return int(np.ceil(bound - 1e-6)) - rows.constant


def _fill(proto: Any, rows: Rows) -> None:
    """Fill the model's own record: many times faster than one object per variable and sum."""
    variables = proto.variables
    for upper in rows.upper.tolist():
        variables.add().domain.extend([0, upper])
    constraints = proto.constraints
    starts = rows.starts.tolist()
    columns = rows.column.tolist()
    factors = rows.factor.tolist()
    items = len(rows.items)
    for row in range(items):
        constraints.add().exactly_one.literals.extend(columns[starts[row] : starts[row + 1]])
    sides = zip(rows.low[items:].tolist(), rows.high[items:].tolist(), strict=True)
    for row, (low, high) in enumerate(sides, items):
        linear = constraints.add().linear
        linear.vars.extend(columns[starts[row] : starts[row + 1]])
        linear.coeffs.extend(factors[starts[row] : starts[row + 1]])
        linear.domain.extend([low, high])
    used = np.flatnonzero(rows.cost)
    proto.objective.vars.extend(used.tolist())
    proto.objective.coeffs.extend(rows.cost[used].tolist())
    # The outcome as it is: the solver starts from it and can only improve.
    proto.solution_hint.vars.extend(range(len(rows.hint)))
    proto.solution_hint.values.extend(rows.hint.tolist())
