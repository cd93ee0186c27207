"""Schedules and rosters in words: as text, and as small tables for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assignwork._words import html_table, plural, text_table
from assignwork.staffing._text import Row, percent
from assignwork.staffing.shifts.coverage import CoverageRow

if TYPE_CHECKING:
    from assignwork.staffing.shifts.heads import ShiftPlanning
    from assignwork.staffing.shifts.roster import Roster

MOST_CELLS = 100
"""Rows that a table in a notebook shows."""


def coverage_table(rows: Sequence[CoverageRow]) -> str:
    """Needed and planned by interval."""
    short = sum(row.short_minutes for row in rows)
    title = "every need is met" if not short else f"{short / 60:,.4g} agent hours are missing"
    return text_table(title, _coverage_rows(rows))


def _coverage_rows(rows: Sequence[CoverageRow]) -> list[Row]:
    found: list[Row] = [("interval", "skill", "needed", "planned", "missing")]
    for row in rows:
        missing = max(0, row.need.agents - row.planned)
        numbers = str(row.need.agents), str(row.planned), str(missing or "")
        found.append((row.label, row.need.skill or "", *numbers))
    return found


def standing(status: str, cost: int, bound: int | None, gap: float | None) -> str:
    """How good it is, in one line."""
    if status == "optimal":
        return f"optimal, {cost:,} points"
    if bound is None or gap is None:
        return f"feasible, {cost:,} points; no bound is known"
    return f"feasible, {cost:,} points, at least {bound:,} ({percent(gap)} gap)"


def _title(found: ShiftPlanning | Roster, name: str, shifts: int) -> str:
    if found.conflict is not None:
        return f"no {name} exists: {found.conflict}"
    if not found.found:
        return f"no {name} was found within {found.seconds:.1f} s"
    missing = sum(row.short_minutes for row in found.coverage)
    short = f"; {missing / 60:,.4g} agent hours are missing" if missing else ""
    how = standing(found.status, found.cost, found.bound, found.gap)
    return f"{plural(shifts, 'shift')}, {how}{short}"


def _heads_title(found: ShiftPlanning) -> str:
    return _title(found, "schedule", found.heads)


def _heads_rows(found: ShiftPlanning) -> list[Row]:
    names = list(dict.fromkeys(shift.template for shift in found.shifts))
    counts = {(shift.day, shift.template): shift.agents for shift in found.shifts}
    rows: list[Row] = [("", *names)]
    for day in range(found.horizon.days):
        cells = [str(counts.get((day, name), "")) for name in names]
        rows.append((found.horizon.label(day), *cells))
    return rows


def heads_text(found: ShiftPlanning) -> str:
    """Days down, templates across."""
    if not found.found or not found.shifts:
        return _heads_title(found)
    return text_table(_heads_title(found), _heads_rows(found))


def heads_html(found: ShiftPlanning) -> str:
    """The same in HTML."""
    rows = _heads_rows(found) if found.found else []
    return html_table(_heads_title(found), rows)


def _roster_title(found: Roster) -> str:
    return _title(found, "roster", len(found.assignments))


def _roster_rows(found: Roster) -> list[Row]:
    horizon = found.horizon
    rows: list[Row] = [("", *(horizon.label(day) for day in range(horizon.days)))]
    worked = {(entry.agent, entry.day): entry.template for entry in found.assignments}
    rows += [
        (agent.id, *(worked.get((agent.id, day), "") for day in range(horizon.days)))
        for agent in found.problem.agents
    ]
    for rotation in found.problem.on_call:
        turns = [turn for turn in found.on_call if turn.rotation == rotation.id]
        cells = [", ".join(turn.agents) for turn in turns for _ in turn.days]
        rows.append((f"on call {rotation.id}", *cells))
    return rows


def roster_text(found: Roster) -> str:
    """Agents down, days across."""
    if not found.found:
        return _roster_title(found)
    return text_table(_roster_title(found), _roster_rows(found))


def roster_html(found: Roster) -> str:
    """The same in HTML."""
    rows = _roster_rows(found)[:MOST_CELLS] if found.found else []
    return html_table(_roster_title(found), rows)
