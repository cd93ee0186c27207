"""One self-contained HTML page of a rebalancing plan, for a support manager.

It says what the plan does, what that gains and costs, and what stays without an agent and why. It
loads nothing, and the same plan gives the same bytes. Needs the extra ``report``.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from assignwork.reports._plan_text import (
    findings,
    headlines,
    leftovers_grid,
    loads_grid,
    moves_grid,
    sentence,
    terms_grid,
)
from assignwork.reports._plans import Plan
from assignwork.reports._rendering import drawn, render
from assignwork.reports.page import zone_named
from assignwork.reports.pictures import load_extra
from assignwork.reports.pictures.shares import chosen, fullness, spread
from assignwork.reports.text import instant, plural

TITLE = "Who should hold what"


def write_rebalance_html(
    path: str | PathLike[str],
    plan: Plan,
    *,
    title: str = TITLE,
    at: float | None = None,
    time_zone: str = "UTC",
) -> None:
    """Write the page of a plan.

    Parameters
    ----------
    path : path
        The file to write; one that is there is replaced. About 5 MB, nearly all of it plotly.
    plan : Plan
        As `assignwork.solver.plan_rebalance` returns it.
    title : str
        The page's heading.
    at : float, optional
        POSIX seconds: the instant for which it was made, to be shown.
    time_zone : str, default 'UTC'
        IANA name, such as ``Europe/Madrid``, in which the instant is shown.

    Raises
    ------
    ConfigurationError
        When the extra is not installed, or the time zone is not known.
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.solver import Evaluation, Load, Plan, PlannedMove
    >>> plan = Plan(
    ...     moves=(PlannedMove("t-1", "ana", None, {"unassigned": 300, "fairness": -20}, None),),
    ...     unassigned=(), before=Evaluation({"unassigned": 300}, 300, 0, 0.0),
    ...     after=Evaluation({"fairness": 20}, 20, 0, 1.0), bound=20, status="optimal",
    ...     engine="flow", engine_reason="the problem is one of flow", seconds=0.001,
    ...     deterministic_seconds=0.0, price_per_move=None, loads=(Load("ana", 1, 0, 1),),
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "plan.html")
    ...     write_rebalance_html(page, plan, at=0.0)
    ...     "Give 1 waiting item to an agent." in page.read_text(encoding="utf-8")
    True
    """
    page = rebalance_html(plan, title=title, at=at, time_zone=time_zone)
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def rebalance_html(
    plan: Plan, *, title: str = TITLE, at: float | None = None, time_zone: str = "UTC"
) -> str:
    """The page of a plan as text; the parameters are those of `write_rebalance_html`.

    Raises
    ------
    ConfigurationError
        When the extra ``report`` is not installed, or the time zone is not known.
    """
    load_extra("plotly")  # jinja2 is asked for below
    zone = zone_named(time_zone)
    when = "" if at is None else f"The desk at {instant(at, zone)} ({time_zone} time) · "
    pictures = [fullness(plan.loads), spread(plan.loads)]
    return render(
        "rebalance.html",
        title=title,
        span=f"{when}{plural(len(plan.loads), 'agent')}",
        sentence=sentence(plan),
        headlines=headlines(plan),
        findings=findings(plan),
        pictures=drawn(picture for picture in pictures if picture is not None),
        loads=loads_grid(chosen(plan.loads)),
        moves=moves_grid(plan.moves),
        left=leftovers_grid(plan.unassigned),
        costs=terms_grid(plan),
    )
