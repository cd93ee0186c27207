"""What `assignwork staff` says: sentences first, then tables by day and local time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assignwork._words import aligned
from assignwork.cli._staff_arrivals import Arrivals
from assignwork.cli._staff_clock import local
from assignwork.cli._staff_shifts import Planned
from assignwork.reports._plan_text import Grid
from assignwork.reports._staffing_figures import Required, shares
from assignwork.reports._staffing_text import (
    by_interval,
    by_time,
    conflict_groups,
    heads_grid,
    on_call_grid,
    planned_sentences,
    required_sentences,
    shares_grid,
    short_grid,
)
from assignwork.reports.text import duration, plural
from assignwork.staffing import Roster

WEEK = 7
MOST_DAYS = 35
"""Days whose intervals are printed; JSON has all."""
MOST_SHORT = 20
"""Intervals with too few agents that are printed."""
OFF, LEAVE = ".", "leave"


def arrivals_text(table: Arrivals) -> str:
    """What the table holds, in one sentence."""
    zone = table.calendar.timezone
    first, last = (local(at, zone).date() for at in (table.start_at, table.end_at - 1))
    text = (
        f"{table.file}: {sum(table.planned):,.0f} arrivals in {sum(table.open):,} open intervals "
        f"of {duration(table.interval)}, {first} to {last} ({zone})"
    )
    outside = table.outside_hours
    return f"{text}; {outside:,.0f} came outside of the hours" if outside else text


def required_text(found: Required) -> str:
    """Peak, hours and what is binding; then agents by local time."""
    days = found.by_day
    blocks = ["\n".join(required_sentences(found))]
    if not found.staffed:
        return blocks[0]
    if len(days) == 1:
        grid = by_interval(next(iter(days.values())))
        return "\n\n".join([blocks[0], _table("By local time:", grid)])
    shown = list(days)[:MOST_DAYS]
    grid = by_time(found)
    for at in range(0, len(shown), WEEK):
        columns = [0, *range(1 + at, 1 + min(at + WEEK, len(shown)))]
        heads = tuple(grid.heads[i] for i in columns)
        rows = [[row[i] for i in columns] for row in grid.rows]
        kept = [row for row in rows if any(row[1:])]
        if kept:
            blocks.append(_table("Agents on the schedule, by local time:", Grid(heads, kept)))
    if len(days) > len(shown):
        blocks.append(f"And {plural(len(days) - len(shown), 'day')} more; --json has all.")
    return "\n\n".join(blocks)


def planned_text(found: Planned) -> str:
    """What was planned, and where it falls short; or why there is nothing."""
    result = found.result
    blocks = ["\n".join(planned_sentences(result, found.templates))]
    if result.conflict is not None:
        for heading, lines in conflict_groups(result.conflict):
            blocks.append("\n".join([f"{heading}:", *(f"  - {line}" for line in lines)]))
    if not result.found:
        return "\n\n".join(blocks)
    if isinstance(result, Roster):
        blocks += _weeks(result)
        blocks.append(_table("What each agent works:", shares_grid(shares(result))))
        if result.on_call:
            blocks.append(_table("On call:", on_call_grid(result)))
    else:
        blocks.append(_table("Agents on each shift:", heads_grid(result, found.templates)))
    short = short_grid(result, MOST_SHORT)
    if short.rows:
        blocks.append(_table("Too few agents:", short))
    return "\n\n".join(blocks)


def _weeks(found: Roster) -> list[str]:
    """The roster week by week: agents down, days across."""
    horizon = found.horizon
    blocks = []
    for week in horizon.weeks:
        heads = [("", ""), *((_day(found, day), "") for day in week)]
        rows = []
        for agent in found.problem.agents:
            worked = found.of(agent.id)
            away = dict.fromkeys(agent.leave, LEAVE)
            cells = [worked.get(day) or away.get(day, OFF) for day in week]
            rows.append([agent.id, *cells])
        blocks.append(_table(f"Roster from {horizon.label(week[0])}:", Grid(tuple(heads), rows)))
    return blocks


def _day(found: Roster, day: int) -> str:
    at: date | None = found.horizon.date_of(day)
    name = found.horizon.weekday(day).capitalize()
    return name if at is None else f"{name} {at.day}"


def _table(title: str, grid: Grid) -> str:
    rows: Sequence[Sequence[str]] = [[text for text, _ in grid.heads], *grid.rows]
    lines = aligned(rows, [kind == "n" for _, kind in grid.heads])
    note = [f"  {grid.note}"] if grid.note else []
    return "\n".join([title, *(f"  {line}" for line in lines), *note])
