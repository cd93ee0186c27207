"""`plan_rebalance`: from a problem or a desk to a plan; which engine, for how long, judged how.

The engines know nothing of each other. What any of them finds counts only after the judge has
found it within all hard rules and cheaper than leaving all as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from time import perf_counter
from typing import TYPE_CHECKING, Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError, CostRangeError
from assignwork.solver._limits import Limits
from assignwork.solver._pins import pinned_present
from assignwork.solver._solved import Solved
from assignwork.solver.desk import Pins, read_desk, read_pins
from assignwork.solver.evaluation import Judge
from assignwork.solver.plan import FEASIBLE, OPTIMAL, STOPPED, Load, Plan
from assignwork.solver.problem import Problem
from assignwork.solver.weights import TENTHS, Weights

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher

ENGINES = ("auto", "flow", "neighbourhoods", "pairs", "keep")
"""`auto` chooses; `flow`: flows and sweeps alone; `neighbourhoods`: flows, then CP-SAT around them;
`pairs`: linear relaxation and CP-SAT over single pairs; `keep`: leave all as it is, pins apart."""

DEFAULT_TIME_LIMIT = 1.0  # seconds
LARGEST = 2**62
TELLING = 2.5e-5  # seconds for each item, to judge the answer and to give reasons


def plan_rebalance(  # noqa: PLR0913  # every option is one a caller may want
    subject: Problem | Dispatcher,
    *,
    weights: Weights | Mapping[str, Any] | None = None,
    pinned: Pins = (),
    together: str | Iterable[Iterable[str]] | None = None,
    max_moves: int | None = None,
    max_moves_per_agent: int | None = None,
    time_limit: float | None = None,
    deterministic_limit: float | None = None,
    workers: int = 1,
    engine: str = "auto",
    executor: Executor | None = None,
) -> Plan:
    """Who should hold what: the best plan found within the limits, never worse than leaving it.

    Parameters
    ----------
    subject : Problem or Dispatcher
        A desk is read at the latest instant it has seen, and not changed.
    weights : Weights, optional
        What each term weighs; None: as the problem says, or the defaults.
    pinned : list of str, or mapping of str to str
        Items that stay where they are; or item -> the agent who must hold it.
    together : str, optional
        For a desk, ``customer`` or ``requester``: items that share it shall have one holder. For a
        problem, sets of item ids.
    max_moves : int, optional
        Most items that may leave their owner. Giving a waiting item to somebody is no move.
    max_moves_per_agent : int, optional
        Most moves that any one agent may take part in.
    time_limit : float, optional
        Seconds of wall time after which no more is looked for; None: 1, or no limit where there is
        a deterministic one. A flow that was begun runs to its end. 0: the plan has no moves.
    deterministic_limit : float, optional
        Seconds of the solver's deterministic time: the same plan on every machine.
    workers : int, default 1
        Threads of the CP-SAT engines; with more than one, plans may differ from run to run.
    engine : {'auto', 'flow', 'neighbourhoods', 'pairs', 'keep'}
        Forces an engine.
    executor : concurrent.futures.Executor, optional
        Where teams that share nobody are planned side by side.

    Raises
    ------
    ConfigurationError
        For an option that cannot be used.
    InfeasiblePinError
        When what is pinned to an agent breaks a hard rule.
    CostRangeError
        When the costs' sums could pass 64 bits.

    Examples
    --------
    >>> from assignwork.solver import Problem, plan_rebalance
    >>> plan = plan_rebalance(Problem(
    ...     items=[{"id": "t-1", "team": "billing"}],
    ...     agents=[{"id": "ana", "capacity": 1, "primary": ["billing"]}],
    ... ))
    >>> [(move.item, move.agent) for move in plan.moves], plan.status
    ([('t-1', 'ana')], 'optimal')
    """
    started = perf_counter()
    if time_limit is not None:
        time_limit = f.seconds(time_limit, "time_limit")
    if deterministic_limit is not None:
        deterministic_limit = f.seconds(deterministic_limit, "deterministic_limit")
    elif time_limit is None:
        time_limit = DEFAULT_TIME_LIMIT
    f.positive_int(workers, "workers")
    f.choice(engine, "engine", ENGINES)
    if executor is not None and not hasattr(executor, "map"):
        f.refuse("executor", executor, "a concurrent.futures.Executor, or None")
    options: dict[str, Any] = {
        "weights": weights,
        "max_moves": max_moves,
        "max_moves_per_agent": max_moves_per_agent,
    }
    if isinstance(subject, Problem):
        problem = _with_options(subject, options, pinned, together)
    elif not hasattr(subject, "plan_rebalance"):
        f.refuse("subject", subject, "a Problem or a Dispatcher")
    else:
        if together is not None and not isinstance(together, str):
            f.refuse("together", together, "'customer' or 'requester' for a desk")
        problem = read_desk(subject, pinned=pinned, together=together, **options)
    check_range(problem)
    if time_limit is not None:  # what is said of the answer takes time too
        time_limit -= min(TELLING * len(problem.items), time_limit / 2)
    limits = Limits(time_limit, deterministic_limit, started=started)
    return _plan(problem, limits, workers, engine, executor)


def _with_options(
    problem: Problem, options: Mapping[str, Any], pinned: Pins, together: Any
) -> Problem:
    changes = {name: value for name, value in options.items() if value is not None}
    if together is not None:
        changes["together"] = together
    pins = read_pins(pinned)
    if pins:
        items = list(problem.items)
        for name, agent in pins.items():
            place = problem.item_places.get(name)
            if place is None:
                raise ConfigurationError(
                    f"there is no item {f.shown(name)}",
                    field="pinned",
                    value=name,
                    remedy=f.nearest(name, problem.item_places),
                )
            item = items[place]
            stays = agent is None or agent == item.owner
            items[place] = attrs.evolve(item, fixed=stays, pinned_to=None if stays else agent)
        changes["items"] = items
    return attrs.evolve(problem, **changes) if changes else problem


def check_range(problem: Problem) -> None:
    """Refuse costs whose sums could pass 64 bits (98).

    Raises
    ------
    CostRangeError
        With the term that is too large and how large its weight may be.
    """
    weights = problem.weights
    count = max(1, len(problem.items))
    asked = max((len(i.skills) + len(i.preferred_skills) for i in problem.items), default=0)
    skills = asked * max((max(a.skills.values(), default=0) for a in problem.agents), default=0)
    units = sum(max((item.weight, *item.weights.values())) for item in problem.items)
    held = dict.fromkeys(problem.agent_places, 0)
    for item in problem.items:
        if item.owner is not None:
            held[item.owner] += item.weights.get(item.owner, item.weight)
    fullest = max((-(-TENTHS * held[a.id] // a.capacity) for a in problem.agents), default=0)
    steepest = weights.step(max(TENTHS, fullest))
    most: list[tuple[str, int]] = [
        ("unassigned", sum(problem.left_out)),
        ("fit", weights.fit * skills * count),
        ("secondary", weights.secondary * count),
        ("move", weights.move * count),
        ("conversation", weights.conversation * count),
        ("put_back", weights.put_back * count),
        ("fairness", steepest * units),
        ("affinity", weights.affinity * count),
        ("zone", weights.zone * count),
        ("own", sum(sum(map(abs, item.costs.values())) for item in problem.items if item.costs)),
    ]
    total = sum(cost for _, cost in most)
    nodes = 3 * len(problem.items) + 4 * len(problem.agents) + 2
    single = _dearest(problem, skills, steepest)
    if total <= LARGEST and single * nodes <= LARGEST:
        return
    term, cost = max(most, key=lambda entry: entry[1])
    weight = getattr(weights, term, None)
    share = min(LARGEST / (len(most) * cost), LARGEST / (nodes * len(most) * max(1, single)))
    remedy = "give smaller costs"
    if weight is not None and int(weight * share) > 0:
        remedy = f"give {term} a weight of at most {int(weight * share)}, or smaller costs"
    if "lexicographic" in (weights.priorities, weights.spread):
        remedy += ", or nothing lexicographic"
    raise CostRangeError(
        f"the term {term!r} alone may cost {cost}, all together {total}, and one item {single}",
        value=weight,
        limit=f"a sum of {LARGEST}, and {LARGEST // nodes} for one item",
        remedy=remedy,
    )


def _dearest(problem: Problem, skills: int, steepest: int) -> int:
    """No item costs more, whoever holds it."""
    weights = problem.weights
    own = max(
        (abs(cost) for item in problem.items if item.costs for cost in item.costs.values()),
        default=0,
    )
    heaviest = max((max(i.weight, *i.weights.values(), 1) for i in problem.items), default=1)
    return (
        max(problem.left_out, default=0)
        + weights.fit * skills
        + weights.secondary
        + weights.move
        + weights.conversation
        + weights.put_back
        + weights.affinity
        + weights.zone
        + own
        + steepest * heaviest
    )


def _plan(
    problem: Problem, limits: Limits, workers: int, engine: str, executor: Executor | None
) -> Plan:
    from assignwork.solver._explain import explained  # noqa: PLC0415  # needs numpy, as the engines do

    judge = Judge(problem)
    solved = _solve(judge, limits, workers, engine, executor)
    before = judge.evaluate(judge.present)
    after = judge.evaluate(solved.outcome)
    status = FEASIBLE
    if solved.engine == "none":
        status = STOPPED
    elif solved.proven or after.total == solved.bound:
        status = OPTIMAL
    moves, left = explained(judge, solved.outcome, solved.columns)
    loads = zip(
        problem.agents, judge.loads(judge.present), judge.loads(solved.outcome), strict=True
    )
    return Plan(
        moves=moves,
        unassigned=left,
        before=before,
        after=after,
        bound=after.total if status == OPTIMAL else solved.bound,
        status=status,
        engine=solved.engine,
        engine_reason=solved.reason,
        seconds=limits.seconds,
        deterministic_seconds=limits.spent,
        price_per_move=solved.price,
        loads=tuple(Load(a.id, a.capacity, old, new) for a, old, new in loads),
        seen=problem.seen,
    )


def _solve(
    judge: Judge,
    limits: Limits,
    workers: int,
    engine: str,
    executor: Executor | None,
) -> Solved:
    """The engines' best, or leaving all as it is where nothing better was found."""
    keep = pinned_present(judge)
    if limits.reached:
        return Solved(keep, None, proven=False, engine="none", reason="no time was given")
    if not judge.problem.items:
        return Solved(keep, None, proven=True, engine="keep", reason="there are no items")
    if engine == "keep":
        return Solved(keep, None, proven=False, engine="keep", reason="as asked for")
    from assignwork.solver._choice import choose  # noqa: PLC0415  # needs numpy

    return choose(judge, keep, limits, workers, engine, executor)


__all__ = ["ENGINES", "check_range", "plan_rebalance"]
