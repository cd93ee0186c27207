"""`plan_roster`: from a problem to who works which shift on which day."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from assignwork import _fields as f
from assignwork.errors import AssignworkError
from assignwork.staffing.shifts._hours import too_few_hours
from assignwork.staffing.shifts.check import Assignment, check_roster
from assignwork.staffing.shifts.conflicts import Conflict
from assignwork.staffing.shifts.problem import RosterProblem
from assignwork.staffing.shifts.roster import OnCallTurn, Progress, Roster

if TYPE_CHECKING:
    from assignwork.staffing.shifts._roster_model import RosterModel

DEFAULT_TIME_LIMIT = 10.0  # seconds


def plan_roster(
    problem: RosterProblem,
    *,
    time_limit: float = DEFAULT_TIME_LIMIT,
    deterministic_limit: float | None = None,
    workers: int = 1,
    explain: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> Roster:
    """Who works which shift on which day: the best roster found in time, and how good it is.

    Parameters
    ----------
    problem : RosterProblem
    time_limit : float, default 10
        Seconds of wall time; finite. The best roster found by then is given. It counts from the
        call, so that what making the model takes is not left for the search; neither that nor the
        solver's reading of it is cut short, and large rosters take some tenths of a second more.
    deterministic_limit : float, optional
        Seconds of the solver's deterministic time: the same roster on every machine, if the time
        limit is not reached first. A roster that is proven best is the same without it.
    workers : int, default 1
        Threads; with more than one, rosters of equal cost may differ from run to run.
    explain : bool, default True
        Whether to find out why, if no roster exists; within the time limit.
    on_progress : function of Progress, optional
        Called with each better roster found, such as for a progress bar.

    Raises
    ------
    ConfigurationError
        For an option that cannot be used.

    Examples
    --------
    >>> from assignwork.staffing.shifts import Need, RosterProblem, plan_roster
    >>> roster = plan_roster(RosterProblem(
    ...     days=2,
    ...     agents=[{"id": "ana", "skills": ["es"]}, {"id": "ben"}],
    ...     templates=[
    ...         {"id": "early", "hours": "06:00-14:00"}, {"id": "late", "hours": "14:00-22:00"},
    ...     ],
    ...     demand=[Need.on(0, "08:00-12:00", 1, "es"), Need.on(1, "16:00-18:00", 2)],
    ... ))
    >>> print(roster)
    3 shifts, optimal, 1,440 points
             Mon   Tue
      ana  early  late
      ben         late
    """
    started = perf_counter()
    if not isinstance(problem, RosterProblem):
        f.refuse("problem", problem, "a RosterProblem")
    seconds = f.positive_seconds(time_limit, "time_limit")
    if deterministic_limit is not None:
        deterministic_limit = f.positive_seconds(deterministic_limit, "deterministic_limit")
    f.positive_int(workers, "workers")
    f.flag(explain, "explain")
    if on_progress is not None and not callable(on_progress):
        f.refuse("on_progress", on_progress, "a function of Progress, or None")
    # OR-Tools: only who asks for a roster pays for it
    from assignwork.staffing.shifts._improving import improve  # noqa: PLC0415
    from assignwork.staffing.shifts._roster_conflict import conflict_of  # noqa: PLC0415
    from assignwork.staffing.shifts._roster_model import RosterModel  # noqa: PLC0415
    from assignwork.staffing.shifts._solving import Limits  # noqa: PLC0415

    limits = Limits(started + seconds, deterministic_limit, workers)
    short = too_few_hours(problem)  # that no roster exists is hard to prove for the solver then
    if short is not None:
        conflict = conflict_of(problem, limits, short) if explain else None
        return _none(problem, "infeasible", conflict, started, 0.0)
    model = RosterModel(problem)
    solved = improve(model, limits, started, on_progress)
    spent = solved.deterministic
    if solved.status not in ("optimal", "feasible"):
        why = solved.status == "infeasible" and explain
        conflict = conflict_of(problem, limits, None) if why else None
        return _none(problem, solved.status, conflict, started, spent)
    assignments, turns = _read(model, solved.values)
    on_call: dict[str, list[tuple[str, ...]]] = {}
    for turn in turns:
        on_call.setdefault(turn.rotation, []).append(turn.agents)
    judged = check_roster(problem, assignments, on_call)
    if judged.violations:
        raise AssignworkError(
            f"the roster found breaks a rule: {judged.violations[0]}",
            remedy="please report it with the problem",
        )
    bound = -math.inf if solved.bound is None else solved.bound
    return Roster(
        problem,
        "optimal" if judged.cost <= bound else solved.status,
        assignments,
        turns,
        judged.terms,
        solved.bound,
        judged.coverage,
        None,
        perf_counter() - started,
        spent,
    )


def _none(
    problem: RosterProblem, status: str, conflict: Conflict | None, started: float, spent: float
) -> Roster:
    """The result where there is no roster."""
    since = perf_counter() - started
    return Roster(problem, status, (), (), {}, None, (), conflict, since, spent)


def _read(
    model: RosterModel, values: list[int]
) -> tuple[tuple[Assignment, ...], tuple[OnCallTurn, ...]]:
    problem = model.problem
    names = [agent.id for agent in problem.agents]
    assignments = tuple(
        Assignment(names[a], day, problem.templates[t].id)
        for (a, day, t), variable in sorted(model.x.items(), key=lambda entry: entry[0])
        if values[variable.index]
    )
    turns = []
    for i, rotation in enumerate(problem.on_call):
        for p, period in enumerate(rotation.periods(problem.days)):
            agents = tuple(
                name
                for a, name in enumerate(names)
                if (i, p, a) in model.turns and values[model.turns[i, p, a].index]
            )
            turns.append(OnCallTurn(rotation.id, period[0], period[-1], agents))
    return assignments, tuple(turns)


__all__ = ["plan_roster"]
