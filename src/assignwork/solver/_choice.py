"""Which engine for which problem, and what is done with what it finds."""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial

from assignwork.solver._columns import Columns
from assignwork.solver._components import components
from assignwork.solver._flow import Prices
from assignwork.solver._greedy import handed_out
from assignwork.solver._limits import Limits
from assignwork.solver._pins import pinned_present
from assignwork.solver._price import solve_priced
from assignwork.solver._repair import repaired, tidied
from assignwork.solver._solved import Solved
from assignwork.solver.evaluation import Judge
from assignwork.solver.problem import Problem

MANY = 1_000  # items, from which on a small gap is not worth the rest of the time
SMALL_GAP = 1e-4


def choose(
    judge: Judge,
    keep: list[int],
    limits: Limits,
    workers: int,
    engine: str,
    executor: Executor | None,
) -> Solved:
    """The best of the engines that suit the problem, never worse than `keep`."""
    problem = judge.problem
    parts = components(problem)
    if len(parts) == 1:
        return _accepted(judge, keep, _solve(judge, keep, limits, workers, engine))
    wall, deterministic = zip(*(_shares(part, problem, limits) for part in parts), strict=True)
    run = partial(_solve_part, workers=workers, engine=engine)
    each = map if executor is None else executor.map
    found = list(each(run, parts, wall, deterministic))
    outcome = list(keep)
    for part, (solved, spent) in zip(parts, found, strict=True):
        limits.charge(spent)
        places = [problem.agent_places[agent.id] for agent in part.agents]
        for item, holder in zip(part.items, solved.outcome, strict=True):
            outcome[problem.item_places[item.id]] = -1 if holder == -1 else places[holder]
    solved_parts = [solved for solved, _ in found]
    bounds = [solved.bound for solved in solved_parts]
    engines = "+".join(dict.fromkeys(name for s in solved_parts for name in s.engine.split("+")))
    why = "; ".join(dict.fromkeys(solved.reason for solved in solved_parts))
    merged = Solved(
        outcome,
        None if None in bounds else sum(bound for bound in bounds if bound is not None),
        proven=all(solved.proven for solved in solved_parts),
        engine=engines,
        reason=f"{len(parts)} parts that share no agent: {why}",
    )
    return _accepted(judge, keep, merged)


def _shares(part: Problem, whole: Problem, limits: Limits) -> tuple[float | None, float | None]:
    """A part's share of the wall time and of the deterministic time: by its items."""
    share = len(part.items) / len(whole.items)
    wall, deterministic = limits.time_limit, limits.deterministic_limit
    return (
        None if wall is None else wall * share,
        None if deterministic is None else deterministic * share,
    )


def _solve_part(
    problem: Problem,
    time_limit: float | None,
    deterministic_limit: float | None,
    *,
    workers: int,
    engine: str,
) -> tuple[Solved, float]:
    """One part, as an executor runs it: what was found, and the deterministic time spent."""
    judge = Judge(problem)
    limits = Limits(time_limit, deterministic_limit)
    keep = pinned_present(judge)
    solved = _accepted(judge, keep, _solve(judge, keep, limits, workers, engine))
    return solved._replace(columns=None), limits.spent


def _accepted(judge: Judge, keep: list[int], solved: Solved) -> Solved:
    """What was found, if the judge finds it within all rules and better; else `keep`."""
    before = judge.evaluate(keep).total
    if judge.violations(solved.outcome) or judge.evaluate(solved.outcome).total >= before:
        proven = solved.bound is not None and solved.bound >= before
        return solved._replace(outcome=keep, proven=proven)
    return solved


def _solve(judge: Judge, keep: list[int], limits: Limits, workers: int, engine: str) -> Solved:
    by_agent = any(item.weights for item in judge.problem.items)
    if by_agent or engine == "pairs":
        from assignwork.solver._pairs import solve_pairs  # noqa: PLC0415  # only where it is needed

        reason = "weights depend on the agent" if by_agent else "as asked for"
        start = handed_out(Columns(judge.problem, judge), keep)
        found = solve_pairs(judge, start, limits, workers=workers)
        solved = Solved(found.outcome, found.bound, found.optimal, "pairs", reason)
        return _tidied(judge, solved)
    columns = Columns(judge.problem, judge)
    priced = solve_priced(columns, limits)
    name, reason = _flow_name(columns, engine)
    outcome = priced.outcome
    broken = bool(columns.odd) and bool(judge.violations(outcome))
    if broken:
        outcome = handed_out(columns, repaired(judge, outcome))
    proven = priced.exact and not broken
    price = float(priced.price) if priced.price else None
    solved = Solved(outcome, priced.bound, proven, name, reason, price, columns)
    if proven:
        return solved if priced.fewest else _tidied(judge, solved)
    if engine != "flow":
        solved = _improved(judge, solved, priced.prices, limits, workers)
    return _tidied(judge, solved)


def _improved(
    judge: Judge, solved: Solved, prices: Prices | None, limits: Limits, workers: int
) -> Solved:
    """Better by CP-SAT around it: first where the prices say something is lost, then anywhere."""
    columns = solved.columns
    if _closed(judge, solved) or limits.reached or columns is None:
        return solved
    better = f"{solved.engine}+neighbourhoods"
    if prices is not None and not columns.odd:
        from assignwork.solver._polish import Polish  # noqa: PLC0415  # needs CP-SAT

        polish = Polish(columns, solved.outcome, prices)
        polish.run(limits, workers=workers)
        solved = solved._replace(outcome=polish.standing.outcome, engine=better)
        if _closed(judge, solved) or limits.reached:
            return solved
    from assignwork.solver._neighbourhoods import improve  # noqa: PLC0415  # needs CP-SAT

    found = improve(judge, solved.outcome, limits, bound=solved.bound, workers=workers)
    return solved._replace(
        outcome=found.outcome, bound=found.bound, proven=found.optimal, engine=better
    )


def _flow_name(columns: Columns, engine: str) -> tuple[str, str]:
    equal = len(set(columns.weight.tolist())) <= 1
    name = "flow" if equal else "sweeps"
    if columns.problem.max_moves is not None:
        name += "+price"
        said = "all weights are equal" if equal else "weights differ"
        said += ": flows at a price per move that keeps the budget"
    elif equal:
        said = "all weights are equal: one flow is the optimum"
    else:
        said = "weights differ: flows weight by weight, and the relaxation as a bound"
    if columns.odd:
        said += f"; what a flow cannot say ({', '.join(columns.odd)}) around it"
    return name, said if engine == "auto" else f"as asked for; {said}"


def _closed(judge: Judge, solved: Solved) -> bool:
    """Whether no gap is left that is worth more time."""
    total = judge.evaluate(solved.outcome).total
    if solved.bound is None:
        return False
    gap = total - solved.bound
    return gap <= 0 or (len(judge.problem.items) >= MANY and gap <= SMALL_GAP * abs(total))


def _tidied(judge: Judge, solved: Solved) -> Solved:
    """Without what gains nothing; what breaks a rule is for `_accepted` to refuse."""
    if judge.violations(solved.outcome):
        return solved
    return solved._replace(outcome=tidied(judge, solved.outcome))
