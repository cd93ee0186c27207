"""Figures in words: durations, shares and instants as people read them, and the summary as text.

Durations keep two or three digits and the unit that fits: 45 s, 12 min, 3.4 h, 2.3 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assignwork.reports.summary import AgentFigures, Distribution, Summary, Waits

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
_UNITS = ((90.0, 1.0, "s"), (90 * MINUTE, MINUTE, "min"), (48 * HOUR, HOUR, "h"))
_ONE_DIGIT = 10  # from here on a decimal says nothing
_SHOWN = 5
_TEAMS = 12
REASONS = {
    "hand": "somebody moved it by hand",
    "away": "the agent went away",
    "shift": "the shift ended",
    "removed": "the agent left the desk",
    "transfer": "it was transferred",
    "over_capacity": "the agent was full when it came back",
    "rebalance": "load was rebalanced",
    "reopened": "it was reopened",
}


def duration(seconds: float | None) -> str:
    """Seconds in the unit that fits; a dash for None.

    Examples
    --------
    >>> [duration(s) for s in (0.0, 0.2, 45.4, 700.0, 12_300.0, 200_000.0, None)]
    ['0 s', '<1 s', '45 s', '12 min', '3.4 h', '2.3 days', '-']
    """
    if seconds is None:
        return "-"
    if 0 < seconds < 1:
        return "<1 s"
    for limit, unit, name in _UNITS:
        if seconds < limit:
            value = seconds / unit
            digits = 1 if name == "h" and value < _ONE_DIGIT else 0
            return f"{value:.{digits}f} {name}"
    days = seconds / DAY
    return f"{days:,.{1 if days < _ONE_DIGIT else 0}f} days"


def cell(seconds: int) -> str:
    """The width of a cell of time, after "each".

    Examples
    --------
    >>> [cell(s) for s in (60, 900, 3600, 28800, 172800)]
    ['minute', '15 min', 'hour', '8 h', '2 days']
    """
    one = {MINUTE: "minute", HOUR: "hour", DAY: "day"}.get(seconds)
    if one:
        return one
    if seconds < HOUR:
        return f"{seconds // 60} min"
    return f"{seconds // 3_600} h" if seconds < DAY else f"{seconds // 86_400} days"


def hours(seconds: float) -> str:
    """Working time: never in days, whose length nobody could tell.

    Examples
    --------
    >>> hours(200_000.0), hours(9_000.0), hours(600.0)
    ('56 h', '2.5 h', '10 min')
    """
    if seconds < 2 * DAY:
        return duration(seconds)
    return f"{seconds / HOUR:,.0f} h"


def percent(value: float) -> str:
    """A share from 0 to 1 in per cent; one decimal only below 10 %.

    Examples
    --------
    >>> percent(0.856), percent(0.034), percent(0.0), percent(0.9999), percent(0.0001)
    ('86 %', '3.4 %', '0 %', '>99 %', '<0.1 %')
    """
    if 1 > value >= 0.995:  # noqa: PLR2004  # would be rounded to 100 %
        return ">99 %"
    if 0 < value < 0.0005:  # noqa: PLR2004  # would be rounded to 0
        return "<0.1 %"
    shown = 100 * value
    return f"{shown:.{1 if 0 < shown < _ONE_DIGIT else 0}f} %"


def plural(count: float, noun: str) -> str:
    """The count with its noun.

    Examples
    --------
    >>> plural(1, "item"), plural(8012, "item")
    ('1 item', '8,012 items')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def instant(at: float | None, zone: tzinfo = UTC) -> str:
    """Weekday, date and minute in this zone; a dash for None.

    Examples
    --------
    >>> instant(0.0)
    'Thu 1970-01-01 00:00'
    """
    return "-" if at is None else datetime.fromtimestamp(at, zone).strftime("%a %Y-%m-%d %H:%M")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of a table as lines: the first column to the left, the others to the right.

    Columns with no heading (an empty first cell) are to the left, too: they hold words.

    Examples
    --------
    >>> aligned([["team", "items", ""], ["tech", "10", "busy"], ["returns", "5", "calm"]])
    ['  team     items', '  tech        10  busy', '  returns      5  calm']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    place = [str.rjust if i and head else str.ljust for i, head in enumerate(rows[0])]
    return [
        "  " + "  ".join(put(c, w) for put, c, w in zip(place, row, widths, strict=True)).rstrip()
        for row in rows
    ]


Table = tuple[str, list[list[str]]]


def summary_text(summary: Summary) -> str:
    """The text of a `Summary`: a title, then one aligned table per question."""
    lines = [*_title(summary)]
    for heading, rows in tables(summary):
        lines += ["", heading, *(aligned(rows) if rows else [])]
    return "\n".join(lines)


def summary_html(summary: Summary) -> str:
    """The same tables in HTML, for notebooks."""
    parts = [f"<p>{'<br>'.join(map(escape, _title(summary)))}</p>"]
    for heading, rows in tables(summary):
        cells = [
            "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
            for tag, row in zip(["th", *["td"] * len(rows)], rows, strict=False)
        ]
        parts.append(f"<table><caption>{escape(heading)}</caption>{''.join(cells)}</table>")
    return f'<div class="assignwork-summary">{"".join(parts)}</div>'


def _title(summary: Summary) -> list[str]:
    if summary.start is None:
        return ["Nothing happened: the log has no events"]
    total, span = summary.volumes.total, f"{instant(summary.start)} to {instant(summary.end)}"
    who = f"{plural(len(summary.agents), 'agent')}, {plural(len(summary.queues), 'team')}"
    came = f"{plural(total.arrived, 'item')} arrived, {total.closed:,} closed"
    return [
        f"{span} UTC ({duration(summary.lasted)})",
        f"{came} and {total.open:,} open at the end; {who}",
    ]


def tables(summary: Summary) -> list[Table]:
    """What the summary shows, as headings and rows of cells; a table's first row is its head."""
    if summary.start is None:
        return []
    return [*_waits(summary), _times(summary), _queues(summary), *_agents(summary), _moves(summary)]


def _waits(summary: Summary) -> list[Table]:
    waits = summary.waits
    head = [
        "items", "median", "90 % within", "99 % within", "longest",
        f"within {duration(waits.threshold)}", "never assigned",
    ]  # fmt: skip
    by_priority = [
        ["priority", *head],
        *(_wait(str(priority), row) for priority, row in waits.by_priority.items()),
        _wait("all", waits.overall),
    ]
    large = waits.large_teams
    by_team = [["team", *head], *(_wait(team, waits.by_team[team]) for team in large[:_TEAMS])]
    heading = "Wait by team"
    if len(by_team) - 1 < len(waits.by_team):
        heading += f" (the {len(by_team) - 1} with the longest waits of those with many items)"
    return [("Wait by priority (arrival to first assignment)", by_priority), (heading, by_team)]


def _wait(name: str, waits: Waits) -> list[str]:
    return [
        name, f"{waits.items:,}", *_spread(waits.seconds), percent(waits.service_level),
        f"{waits.never:,}",
    ]  # fmt: skip


def _spread(found: Distribution) -> list[str]:
    return [duration(value) for value in (found.p50, found.p90, found.p99, found.max)]


def _times(summary: Summary) -> Table:
    times = summary.times
    rows = [["time", "count", "median", "90 % within", "99 % within", "longest"]]
    for name, found in times.named:
        rows.append([name, f"{found.count:,}", *_spread(found)])
    return "Other times", rows


def _queues(summary: Summary) -> Table:
    rows = [["team", "peak", "peak since (UTC)", "mean", "at the end"]]
    found = sorted(summary.queues.items(), key=lambda entry: (-entry[1].mean, entry[0]))
    for team, queue in found[:_TEAMS]:
        peak_at = instant(queue.peak_at)
        rows.append([team, f"{queue.peak:,}", peak_at, f"{queue.mean:.1f}", f"{queue.at_end:,}"])
    longest = f", the {_TEAMS} longest of {len(found)}" if len(found) > _TEAMS else ""
    return f"Queues (items waiting{longest})", rows


def _agents(summary: Summary) -> list[Table]:
    head = [
        "agent",
        "team",
        "occupancy",
        "mean load",
        "max",
        "capacity",
        "active",
        "assigned",
        "closed",
    ]
    ranked = summary.busiest
    busy = ranked[:_SHOWN]
    idle = [agent for agent in ranked[-_SHOWN:] if agent not in busy]
    found: list[Table] = []
    if busy:
        found.append(("Busiest agents", [head, *map(_agent, busy)]))
    if idle:
        found.append(("Idlest agents", [head, *map(_agent, idle)]))
    over = summary.over_capacity
    if not over:
        return [*found, ("Over capacity: nobody", [])]
    lasted = hours(sum(agent.over.lasted for agent in over))
    rows = [["agent", "for", "of it active", "times", "most above", "capacity"]]
    for agent in over[:_SHOWN]:
        o = agent.over
        rows.append([
            agent.agent, hours(o.lasted), hours(o.active_for), f"{o.times:,}", f"+{o.most}",
            str(agent.capacity),
        ])  # fmt: skip
    heading = f"Over capacity: {plural(len(over), 'agent')}, {lasted} together"
    return [*found, (heading + (", the longest:" if len(over) > _SHOWN else ""), rows)]


def _agent(agent: AgentFigures) -> list[str]:
    load = agent.load
    return [
        agent.agent, agent.team, percent(load.occupancy), f"{load.mean:.1f}", str(load.max),
        str(agent.capacity), hours(agent.active_for), f"{agent.assigned:,}", f"{agent.closed:,}",
    ]  # fmt: skip


def _moves(summary: Summary) -> Table:
    flow = summary.flow
    per_100 = f"{100 * flow.reassignments_per_item:.1f} per 100 items"
    of_dispatched = f"{percent(flow.secondary_share)} of those not by hand"
    rows = [
        ["", "number", ""],
        ["assignments", f"{flow.assignments:,}", ""],
        ["  to helpers (secondary)", f"{flow.secondary:,}", of_dispatched],
        ["  by hand", f"{flow.manual:,}", f"{percent(flow.manual_share)} of all"],
        ["reassignments", f"{flow.reassignments:,}", per_100],
        *([f"  {REASONS.get(why, why)}", f"{n:,}", ""] for why, n in flow.reassigned.items()),
        ["transfers", f"{flow.transfers:,}", ""],
        ["reopened", f"{summary.volumes.reopenings:,}", ""],
    ]
    if flow.offers.made:
        shown = (("accepted", flow.offers.accepted), ("declined", flow.offers.declined),
                 ("missed", flow.offers.missed))  # fmt: skip
        how = ", ".join(f"{count:,} {name}" for name, count in shown)
        rows.append(["offers", f"{flow.offers.made:,}", how])
    return "How work moved", rows
