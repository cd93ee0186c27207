"""One self-contained HTML page of a staffing plan, for a planner.

What comes, how many agents that needs, who is there, and what the plan rests on. It loads nothing,
and the same plan gives the same bytes. Needs the extra ``report``.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import attrs

from assignwork._fields import shown
from assignwork.errors import ConfigurationError
from assignwork.reports._plan_text import Grid
from assignwork.reports._rendering import drawn, render
from assignwork.reports._rosters import (
    Backtest,
    Forecast,
    Heads,
    History,
    Horizon,
    RequirementTable,
    Roster,
    Template,
)
from assignwork.reports._staffing_figures import WEEKDAYS, Required, shares
from assignwork.reports._staffing_story import Story
from assignwork.reports._staffing_text import (
    by_time,
    conflict_groups,
    days_grid,
    heads_grid,
    scores_grid,
    shares_grid,
    short_grid,
    terms_grid,
)
from assignwork.reports.page import zone_named
from assignwork.reports.pictures import load_extra
from assignwork.reports.pictures._staffing_agents import colours, fairness
from assignwork.reports.pictures._staffing_time import arrivals, coverage, needed
from assignwork.reports.text import plural

TITLE = "Who is needed when"
MOST_AGENTS = 200
"""Rows of the roster."""
MOST_DAYS = 14
"""Columns of the tables by local time."""
_LETTERS = 9
"""Of a template's name, in a cell of the roster."""


def write_staffing_html(path: str | PathLike[str], **parts: Any) -> None:
    """Write the page of a staffing plan; the parameters are those of `staffing_html`.

    Parameters
    ----------
    path : path
        The file to write; one that is there is replaced. About 5 MB, nearly all of it plotly.
    **parts : object
        As `staffing_html` takes them.

    Raises
    ------
    ConfigurationError
        As `staffing_html`.
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.staffing import required_agents_table
    >>> table = required_agents_table(
    ...     [12, 40, 25], 180.0, interval=1800, targets={"service_level": 0.8}
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "page.html")
    ...     write_staffing_html(page, requirement=table, start_at=1768204800.0)
    ...     "Most are needed on Mon 2026-01-12 08:30" in page.read_text("utf-8")
    True
    """
    page = staffing_html(**parts)
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def staffing_html(  # noqa: PLR0913  # each step of a plan may be there or not
    *,
    history: History | None = None,
    forecast: Forecast | None = None,
    backtest: Backtest | None = None,
    requirement: RequirementTable | None = None,
    start_at: float | None = None,
    heads: Heads | None = None,
    templates: Sequence[Template] = (),
    roster: Roster | None = None,
    caveats: Sequence[str] = (),
    title: str = TITLE,
    time_zone: str = "UTC",
) -> str:
    """The page of a staffing plan as text: of all steps, or of those that are given.

    Parameters
    ----------
    history : ArrivalHistory, optional
        What a forecast was made from; its last week is drawn before it.
    forecast : Forecast, optional
        As `forecast_arrivals` gives it.
    backtest : Backtest, optional
    requirement : RequirementTable, optional
        As `required_agents_table` gives it.
    start_at : float, optional
        POSIX seconds at which its first interval begins; needed with it.
    heads : ShiftPlanning, optional
        As `schedule_shifts` gives it.
    templates : sequence of ShiftTemplate
        Those of the head counts; a roster knows its own.
    roster : Roster, optional
        As `plan_roster` gives it; then `heads` is not looked at.
    caveats : sequence of str
        What a reader should know besides.
    title : str
        The page's heading.
    time_zone : str, default 'UTC'
        IANA name, such as ``Europe/Madrid``, in which times are told.

    Raises
    ------
    ConfigurationError
        When the extra is not installed, the time zone is not known, a requirement has no
        `start_at`, head counts no templates, or nothing is given at all.
    """
    load_extra("plotly")  # jinja2 is asked for below
    zone = zone_named(time_zone)
    if requirement is not None and start_at is None:
        raise ConfigurationError(
            "nothing says when the first interval of the requirement begins",
            field="start_at",
            value=None,
            remedy="give it in POSIX seconds",
        )
    if forecast is None and requirement is None and heads is None and roster is None:
        raise ConfigurationError(
            "there is nothing to show",
            field="requirement",
            value=None,
            limit="at least one of forecast, requirement, heads, roster",
            remedy="give what was planned",
        )
    required = None
    if requirement is not None and start_at is not None:
        required = Required(requirement, start_at, zone)
    planned = heads if roster is None else roster
    known = tuple(templates) if roster is None else tuple(roster.problem.templates)
    if heads is not None:
        _check_templates(heads, templates)
    story = Story(
        forecast=forecast, backtest=backtest, required=required, planned=planned, templates=known
    )
    people = None if roster is None or not roster.found else shares(roster)
    there = None if planned is None else coverage(planned, known)
    pictures = [
        arrivals(required, forecast, history, zone),
        needed(required) if required is not None and there is None else None,
        there,
    ]
    return render(
        "staffing.html",
        title=title,
        span=_span(required, planned, time_zone),
        sentence=story.answer(),
        headlines=story.headlines(),
        findings=story.findings(),
        conflict=conflict_groups(planned.conflict) if planned and planned.conflict else None,
        pictures=drawn(picture for picture in pictures if picture is not None),
        roster=None if roster is None or not roster.found else roster_table(roster),
        fairness=drawn(_only(None if people is None else fairness(people, known))),
        people=None if people is None else shares_grid(people),
        heads=heads_grid(heads, known) if planned is heads and heads and heads.found else None,
        short=short_grid(planned) if planned is not None and planned.found else None,
        days=None if required is None else days_grid(required),
        times=None if required is None else _first_days(by_time(required)),
        scores=None if backtest is None else scores_grid(backtest),
        costs=terms_grid(planned) if planned is not None and planned.found else None,
        assumptions=story.assumptions(),
        caveats=[*caveats, *story.caveats()],
    )


def _check_templates(heads: Heads, templates: Sequence[Template]) -> None:
    """Refuse head counts on shifts whose hours nobody knows."""
    known = {template.id for template in templates}
    for shift in heads.shifts:
        if shift.template not in known:
            raise ConfigurationError(
                f"there is no template {shown(shift.template)}, on which head counts are",
                field="templates",
                value=shift.template,
                remedy="give the templates that were scheduled",
            )


def _only(picture: Any) -> list[Any]:
    return [] if picture is None else [picture]


def _span(required: Required | None, planned: Heads | Roster | None, time_zone: str) -> str:
    if planned is not None:
        horizon = planned.horizon
        first, last = horizon.label(0), horizon.label(horizon.days - 1)
        return f"{first} to {last}, {plural(horizon.days, 'day')} ({time_zone} time)"
    if required is not None:
        days = list(required.by_day)
        return f"{days[0]:%a} {days[0]} to {days[-1]:%a} {days[-1]} ({time_zone} time)"
    return f"{time_zone} time"


def _first_days(grid: Grid) -> Grid:
    """The columns of the first days."""
    most = 1 + MOST_DAYS
    hidden = len(grid.heads) - most
    if hidden <= 0:
        return grid
    rows = [row[:most] for row in grid.rows if any(row[1:most])]
    return Grid(grid.heads[:most], rows, f"And {plural(hidden, 'day')} more.")


# --- the roster as a grid ------------------------------------------------------------------------


@attrs.frozen
class Cell:
    """A day of an agent: what he works, in its colour; or why he does not."""

    text: str
    kind: str = ""
    colour: str = ""
    told: str = ""


@attrs.frozen
class RosterTable:
    """Agents down, days across.

    Attributes
    ----------
    heads : list of (str, str, bool)
        Weekday, date, and whether it is a weekend.
    rows : list of (str, list of Cell)
    on_call : list of (str, list of Cell)
        Rotations, by day.
    key : list of (str, str)
        Template with its hours, and colour.
    note : str
        What is not shown.
    """

    heads: list[tuple[str, str, bool]]
    rows: list[tuple[str, list[Cell]]]
    on_call: list[tuple[str, list[Cell]]]
    key: list[tuple[str, str]]
    note: str


def roster_table(found: Roster) -> RosterTable:
    """Who works which shift on which day."""
    palette = colours(found.problem.templates)
    days = range(found.horizon.days)
    worked = {(entry.agent, entry.day): entry.template for entry in found.assignments}
    agents = found.problem.agents
    rows = []
    for agent in agents[:MOST_AGENTS]:
        cells = []
        for day in days:
            name = worked.get((agent.id, day))
            label = f"{agent.id}, {found.horizon.label(day)}"
            if name is not None:
                shown = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
                cells.append(Cell(shown, "shift", palette[name], f"{label}: {name}"))
            elif day in agent.leave:
                cells.append(Cell("leave", "leave", "", f"{label}: on leave"))
            else:
                cells.append(Cell("·", "off", "", f"{label}: off"))
        rows.append((agent.id, cells))
    used = {entry.template for entry in found.assignments}
    hidden = len(agents) - MOST_AGENTS
    return RosterTable(
        heads=[_head(found.horizon, day) for day in days],
        rows=rows,
        on_call=_on_call(found),
        key=[
            (f"{template.id} {', '.join(template.hours)}", palette[template.id])
            for template in found.problem.templates
            if template.id in used
        ],
        note=f"And {plural(hidden, 'agent')} more." if hidden > 0 else "",
    )


def _head(horizon: Horizon, day: int) -> tuple[str, str, bool]:
    name = horizon.weekday(day)
    at = horizon.date_of(day)
    shown = "" if at is None else f"{at.day} {at:%b}"
    return name.capitalize(), shown, name in WEEKDAYS[5:]


def _on_call(found: Roster) -> list[tuple[str, list[Cell]]]:
    rows: dict[str, list[Cell]] = {}
    for turn in found.on_call:
        cells = rows.setdefault(turn.rotation, [Cell("")] * found.horizon.days)
        for day in range(turn.first_day, turn.last_day + 1):
            cells[day] = Cell(", ".join(turn.agents))
    return list(rows.items())
