"""`schedule_shifts`: the fewest agents on shifts so that each interval has enough of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from time import perf_counter
from typing import Any

from assignwork import _fields as f
from assignwork.staffing.results import RequirementTable
from assignwork.staffing.shifts.demand import DailyNeed, Need
from assignwork.staffing.shifts.heads import HeadProblem, ShiftPlanning, answer
from assignwork.staffing.shifts.templates import ShiftTemplate
from assignwork.staffing.shifts.weights import ShiftWeights

DEFAULT_TIME_LIMIT = 10.0  # seconds


def schedule_shifts(  # noqa: PLR0913  # every option is one a caller may want
    templates: Iterable[ShiftTemplate | Mapping[str, Any]],
    demand: Iterable[Need | DailyNeed | Mapping[str, Any]] | RequirementTable | Mapping[str, Any],
    *,
    days: int = 7,
    starts_on: str | date = "mon",
    circular: bool = False,
    coverage: str = "hard",
    weights: ShiftWeights | Mapping[str, Any] | None = None,
    most_at_once: int | None = None,
    most_per_day: int | None = None,
    time_limit: float = DEFAULT_TIME_LIMIT,
) -> ShiftPlanning:
    """How many agents on each shift of each day, at least cost.

    Parameters
    ----------
    templates : list of ShiftTemplate
    demand : list of Need or DailyNeed, RequirementTable, or mapping of skill to either
        Covered at every moment, not only on average over an interval. Each agent counts for one
        need at a time.
    days : int, default 7
        1 to 366.
    starts_on : str or date, default 'mon'
        What day 0 is: a weekday or a date.
    circular : bool, default False
        Whether the days repeat, so that a shift that runs over the end covers the beginning.
    coverage : {'hard', 'soft'}
        Whether every need has to be met, or a shortage costs ``weights.shortage``.
    weights : ShiftWeights, optional
        Of its terms, shortage, overstaffing and paid count here.
    most_at_once : int, optional
        Most agents at work at any moment.
    most_per_day : int, optional
        Most agents whose shift starts on any one day.
    time_limit : float, default 10
        Seconds of wall time; finite.

    Raises
    ------
    ConfigurationError
        For an argument that cannot be used.

    Notes
    -----
    An interrupt (Ctrl-C) is raised at once. HiGHS, which scipy cannot stop, then goes on in a
    thread of its own until its time limit or the end of the process.

    Examples
    --------
    >>> from assignwork.staffing.shifts import Need, schedule_shifts
    >>> found = schedule_shifts(
    ...     [{"id": "early", "hours": "06:00-14:00"}, {"id": "late", "hours": "10:00-18:00"}],
    ...     [Need.on(0, "08:00-18:00", 2), Need.on(1, "15:00-16:00", 1)],
    ...     days=2,
    ... )
    >>> [(shift.day, shift.template, shift.agents) for shift in found.shifts], found.status
    ([(0, 'early', 2), (0, 'late', 2), (1, 'late', 1)], 'optimal')
    """
    started = perf_counter()
    seconds = f.positive_seconds(time_limit, "time_limit")
    problem = HeadProblem(
        templates=templates,
        demand=demand,
        days=days,
        starts_on=starts_on,
        circular=circular,
        coverage=coverage,
        weights=weights,
        most_at_once=most_at_once,
        most_per_day=most_per_day,
    )
    # numpy and scipy: only who asks for a schedule pays for them
    from assignwork.staffing.shifts._heads_conflict import explain  # noqa: PLC0415
    from assignwork.staffing.shifts._heads_model import HeadModel  # noqa: PLC0415

    model = HeadModel(problem)
    found = model.solve(seconds - (perf_counter() - started))
    conflict = None
    if found.status == "infeasible":
        conflict = explain(problem, started + seconds)
    heads = found.heads or []
    counts = [(*model.columns[column], count) for column, count in enumerate(heads) if count]
    spent = perf_counter() - started
    return answer(problem, counts, found.status, found.bound, conflict, spent)


__all__ = ["schedule_shifts"]
