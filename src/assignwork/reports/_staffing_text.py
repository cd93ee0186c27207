"""A staffing plan in plain sentences, headline figures and tables, for a planner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime

from assignwork.reports._plan_text import Grid, listed
from assignwork.reports._rosters import (
    Backtest,
    Conflict,
    Heads,
    Planned,
    Requirement,
    Roster,
    Template,
)
from assignwork.reports._staffing_figures import (
    Required,
    Share,
    counts,
    has_names,
    hours_of,
    paid_hours,
    short_hours,
)
from assignwork.reports.text import duration, percent, plural

WORDS = {
    "service_level": "service level",
    "mean_wait": "mean wait",
    "occupancy": "occupancy",
    "abandonment": "abandonment",
    "stability": "that the queue does not grow for ever",
}
"""What one agent fewer would miss."""
TERMS = {
    "shortage": "agents missing",
    "overstaffing": "agents whom nobody needs",
    "paid": "paid time",
    "wishes": "wishes that are not met",
    "unpopular": "unpopular shifts, unevenly shared",
    "weekends": "weekends, unevenly shared",
    "hours": "hours, unevenly shared",
    "on_call": "on call, unevenly shared",
}
"""The terms of the cost, as a planner reads them."""
MOST_ROWS = 100
MOST_NAMES = 6
_HIGH_OCCUPANCY = 0.9
_ROUND = 10.0


# --- in words ------------------------------------------------------------------------------------


def local(at: datetime) -> str:
    """Weekday, date and minute.

    Examples
    --------
    >>> local(datetime(2026, 1, 5, 9, 30))
    'Mon 2026-01-05 09:30'
    """
    return f"{at:%a %Y-%m-%d %H:%M}"


def hours(amount: float) -> str:
    """An amount of agent hours; one decimal where it says something.

    Examples
    --------
    >>> hours(7.25), hours(61.0), hours(1234.5)
    ('7.2', '61', '1,234')
    """
    if amount < _ROUND and amount != int(amount):
        return f"{amount:.1f}"
    return f"{amount:,.0f}"


def required_sentences(found: Required) -> list[str]:
    """The peak, agent hours a day, and what is binding."""
    at, most = found.peak
    if not most.agents:
        return ["Nobody is needed: nobody comes."]
    on = f", {most.scheduled:,} on the schedule" if most.shrinkage else ""
    each = found.table.agent_hours / found.days
    hours_a_day = f"{hours(each)} agent hours a day"
    if found.days > 1:
        hours_a_day += f", {hours(found.table.agent_hours)} in all {found.days:,} days"
    text = f"Most are needed on {local(at)}: {plural(most.agents, 'agent')} at once{on}; "
    said = [f"{text}{hours_a_day}."]
    if found.binding:
        words = [f"{WORDS.get(name, name)} in {count:,}" for name, count in found.binding.items()]
        of = plural(found.staffed, "interval")
        said.append(f"One agent fewer would miss, of {of}: {', '.join(words)}.")
    return said


def standing(found: Planned) -> str:
    """How good it is, as the end of a sentence."""
    if found.status == "optimal":
        return "proven: none costs less"
    if found.gap is None:
        return "not known how far from the best"
    return f"at most {percent(found.gap)} above the best there can be"


def planned_sentences(found: Heads | Roster, templates: Sequence[Template]) -> list[str]:
    """What was planned, whether it is enough, and how good it is."""
    what = "roster" if has_names(found) else "schedule"
    if not found.found:
        if found.conflict is not None:
            return [f"No {what} exists: its rules cannot all be kept."]
        return [f"No {what} was found within {duration(found.seconds)}; none is known to exist."]
    shifts = sum(counts(found).values())
    paid = paid_hours(found, templates)
    who = f" for {plural(len(found.problem.agents), 'agent')}" if has_names(found) else ""
    days = plural(found.horizon.days, "day")
    text = f"{plural(shifts, 'shift')}{who} on {days}, {hours(paid)} paid hours"
    missing = short_hours(found)
    if not found.coverage:
        met = "nothing says how many are needed"
    elif missing:
        short = sum(1 for row in found.coverage if row.short_minutes)
        met = f"{hours(missing)} agent hours are missing, in {plural(short, 'interval')}"
    else:
        met = "every need is met"
    return [f"{text}: {met}.", f"It costs {found.cost:,} points, {standing(found)}."]


def conflict_groups(found: Conflict) -> list[tuple[str, list[str]]]:
    """Why there is none, in headings and lines."""
    title = (
        "These rules cannot all be kept together"
        if found.irreducible
        else "Some of these rules cannot all be kept (there was no time to find out which)"
    )
    groups = [(title, [clash.text for clash in found.clashes])]
    if found.facts:
        groups.append(("Because", list(found.facts)))
    if found.helps:
        groups.append(
            ("Any one of these alone would help", [clash.remedy for clash in found.helps])
        )
    elif found.repair:
        proven = "" if found.fewest else " (not proven fewest)"
        remedies = [clash.remedy for clash in found.repair]
        groups.append((f"All of these together would help{proven}", remedies))
    return groups


# --- tables --------------------------------------------------------------------------------------


def day_head(day: date) -> str:
    """A day as the head of a column.

    Examples
    --------
    >>> day_head(date(2026, 1, 5))
    'Mon 5 Jan'
    """
    return f"{day:%a} {day.day} {day:%b}"


def by_time(found: Required) -> Grid:
    """Agents on the schedule: local times down, days across; nothing where nobody is needed."""
    days = list(found.by_day)
    cells: dict[str, dict[date, int]] = {}
    for day, entries in found.by_day.items():
        for at, entry in entries:
            row = cells.setdefault(f"{at:%H:%M}", {})
            row[day] = max(entry.scheduled, row.get(day, 0))  # an hour may come twice
    rows = [
        [time, *(str(row.get(day) or "") for day in days)]
        for time, row in sorted(cells.items())
        if any(row.values())
    ]
    heads = (("from", ""), *((day_head(day), "n") for day in days))
    return Grid(heads, rows)


def by_interval(entries: Sequence[tuple[datetime, Requirement]]) -> Grid:
    """Each interval in which anybody comes, with what its agents reach."""
    heads = (
        ("From", ""), ("Arrivals", "n"), ("Agents", "n"), ("On the schedule", "n"),
        ("Service level", "n"), ("Mean wait", "n"), ("Occupancy", "n"), ("One fewer misses", "w"),
    )  # fmt: skip
    rows = []
    for at, entry in entries:
        seen = entry.performance
        if seen is None:
            continue
        level = seen.service_level
        if entry.targets.counted == "answered":
            level = seen.service_level_of_answered
        rows.append([
            f"{at:%H:%M}", f"{entry.arrivals:,.1f}", f"{entry.agents:,}", f"{entry.scheduled:,}",
            percent(level), duration(seen.mean_wait), percent(seen.occupancy),
            ", ".join(WORDS.get(name, name) for name in entry.binding),
        ])  # fmt: skip
    return Grid(heads, rows)


def days_grid(found: Required) -> Grid:
    """Arrivals, the peak and agent hours of each day."""
    heads = (
        ("Day", ""), ("Arrivals", "n"), ("Most agents", "n"), ("At", "n"), ("On the schedule", "n"),
        ("Agent hours", "n"),
    )  # fmt: skip
    rows = []
    for day, entries in found.by_day.items():
        at, most = max(entries, key=lambda entry: entry[1].agents)
        came = sum(entry.arrivals for _, entry in entries)
        spent = hours_of([entry for _, entry in entries])
        peak = [f"{most.agents:,}", f"{at:%H:%M}", f"{most.scheduled:,}"]
        shown = peak if most.agents else ["", "", ""]
        rows.append([day_head(day), f"{came:,.0f}", *shown, hours(spent)])
    return Grid(heads, rows[:MOST_ROWS], _more(rows, "day"))


def scores_grid(found: Backtest) -> Grid:
    """The errors of forecasts, by method."""
    covers = f"within {percent(found.level)} bounds"
    heads = (("Method", "w"), ("Off by, mean", "n"), ("Of arrivals", "n"), ("Bias", "n"),
             (covers, "n"))  # fmt: skip
    rows = [
        [
            score.method,
            f"{score.mae:.2f}",
            "" if math.isnan(score.wape) else percent(score.wape),
            f"{score.bias:+.2f}",
            percent(score.coverage),
        ]
        for score in found.scores
    ]
    return Grid(heads, rows)


def heads_grid(found: Heads, templates: Sequence[Template]) -> Grid:
    """Agents on each shift: days down, templates across."""
    worked = counts(found)
    names = [t.id for t in templates if any(name == t.id for _, name in worked)]
    heads = (("Day", ""), *((name, "n") for name in names), ("All", "n"))
    rows = []
    for day in range(found.horizon.days):
        cells = [worked.get((day, name), 0) for name in names]
        rows.append([found.horizon.label(day), *(str(n or "") for n in cells), str(sum(cells))])
    return Grid(heads, rows[:MOST_ROWS], _more(rows, "day"))


def shares_grid(found: Sequence[Share]) -> Grid:
    """What each agent works."""
    heads = [("Agent", ""), ("Contract", ""), ("Shifts", "n"), ("Paid hours", "n")]
    columns = ["unpopular", "nights", "weekends", "leave"]
    shown = [name for name in columns if any(getattr(share, name) for share in found)]
    heads += [({"leave": "days of leave"}.get(name, name).capitalize(), "n") for name in shown]
    rows = [
        [
            share.agent,
            share.contract or "",
            str(sum(share.shifts.values())),
            hours(share.hours),
            *(str(getattr(share, name)) for name in shown),
        ]
        for share in found
    ]
    if not any(share.contract for share in found):
        heads.pop(1)
        rows = [[row[0], *row[2:]] for row in rows]
    return Grid(tuple(heads), rows)


def short_grid(found: Planned, most: int = MOST_ROWS) -> Grid:
    """Intervals in which somebody is missing."""
    heads: tuple[tuple[str, str], ...] = (
        ("Interval", ""), ("Skill", ""), ("Needed", "n"), ("Planned", "n"), ("Hours missing", "n"),
    )  # fmt: skip
    rows = [
        [
            row.label,
            row.need.skill or "any",
            f"{row.need.agents:,}",
            f"{row.planned:,}",
            hours(row.short_minutes / 60),
        ]
        for row in found.coverage
        if row.short_minutes
    ]
    if all(row.need.skill is None for row in found.coverage):
        heads = (heads[0], *heads[2:])
        rows = [[row[0], *row[2:]] for row in rows]
    return Grid(heads, rows[:most], _more(rows, "interval", most))


def terms_grid(found: Planned) -> Grid:
    """The cost by term, in points."""
    rows = [
        [TERMS.get(name, name), name, f"{points:,}"]
        for name, points in found.terms.items()
        if points
    ]
    rows.append(["total", "", f"{found.cost:,}"])
    return Grid((("What costs", "w"), ("Term", ""), ("Points", "n")), rows)


def on_call_grid(found: Roster) -> Grid:
    """Who is on call when."""
    label = found.horizon.label
    rows = [
        [turn.rotation, label(turn.first_day), label(turn.last_day), listed(turn.agents)]
        for turn in found.on_call
    ]
    return Grid((("On call", ""), ("From", ""), ("To", ""), ("Agents", "w")), rows)


def _more(rows: Sequence[list[str]], noun: str, most: int = MOST_ROWS) -> str:
    hidden = len(rows) - most
    return f"And {plural(hidden, noun)} more." if hidden > 0 else ""
