"""The engine for weights that depend on the agent against CP-SAT alone, at equal time.

    python benchmarks/solver_gap.py [seconds] [types] [seed]

prints for each type and size what both reach with two workers, and how far that is from the bound.
"""

import sys

from ortools.sat.python import cp_model
from solver_instances_gap import SIZES, gap

from assignwork.solver import Judge
from assignwork.solver._limits import Limits
from assignwork.solver._pairs import solve_pairs

WORKERS = 2
SETTINGS = {"default": (), "lp": ("max_lp", "default_lp")}


def ours(problem, seconds):
    judge = Judge(problem)
    found = solve_pairs(judge, problem.present, Limits(seconds, None), workers=WORKERS)
    assert not judge.violations(found.outcome)
    return found.total, found.bound


def alone(problem, seconds, subsolvers):
    """The plain model of the whole; each item has a holder, so that nothing is in its way."""
    model = cp_model.CpModel()
    x = [[model.new_bool_var("") for _ in problem.agents] for _ in problem.items]
    for row in x:
        model.add_exactly_one(row)
    for k, agent in enumerate(problem.agents):
        weights = [item.weights[agent.id] for item in problem.items]
        column = [row[k] for row in x]
        model.add(cp_model.LinearExpr.weighted_sum(column, weights) <= agent.capacity)
    costs = [item.costs[agent.id] for item in problem.items for agent in problem.agents]
    model.minimize(cp_model.LinearExpr.weighted_sum([v for row in x for v in row], costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.subsolvers.extend(subsolvers)
    status = solver.solve(model)
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return (round(solver.objective_value) if found else None), round(solver.best_objective_bound)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(seconds=10.0, types="cde", seed=1):
    say(f"{seconds:g} s, {WORKERS} workers, seed {seed}; gap to the best bound known here")
    say("type  agents x items     ours   gap | CP-SAT   gap |  tuned   gap |  bound")
    worse = 0
    for kind in types:
        for agents, items in SIZES:
            problem = gap(kind, agents, items, seed=seed)
            total, bound = ours(problem, seconds)
            cells = [total]
            for subsolvers in SETTINGS.values():
                other, other_bound = alone(problem, seconds, subsolvers)
                cells.append(other)
                bound = max(bound, other_bound)
            worse += any(other is not None and other < total for other in cells[1:])
            shown = " | ".join(
                "     -     - " if c is None else f"{c:6} {100 * (c - bound) / c:4.2f}%"
                for c in cells
            )
            say(f"{kind.upper():>4}  {agents:6} x {items:<5}   {shown} | {bound:6}")
    say(f"worse than CP-SAT alone: {worse}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        float(arguments[0]) if arguments else 10.0,
        arguments[1] if len(arguments) > 1 else "cde",
        int(arguments[2]) if len(arguments) > 2 else 1,
    )
