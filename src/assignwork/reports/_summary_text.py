"""The summary as text, and as tables for notebooks: one table per question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assignwork._words import html_lines
from assignwork.reports._promise_text import promise_tables
from assignwork.reports.text import (
    REASONS,
    Table,
    duration,
    hours,
    instant,
    percent,
    plural,
    spread,
    tables_html,
    tables_text,
)

if TYPE_CHECKING:
    from assignwork.reports.summary import AgentFigures, Summary, Waits

_SHOWN = 5
_TEAMS = 12


def summary_text(summary: Summary) -> str:
    """The text of a `Summary`: a title, then one aligned table per question."""
    return "\n".join([*_title(summary), *tables_text(tables(summary))])


def summary_html(summary: Summary) -> str:
    """The same tables in HTML, for notebooks."""
    title = html_lines(_title(summary))
    return f'<div class="assignwork-summary">{title}{tables_html(tables(summary))}</div>'


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
    return [
        *_waits(summary), _times(summary), *promise_tables(summary), _queues(summary),
        *_agents(summary), _moves(summary),
    ]  # fmt: skip


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
        name, f"{waits.items:,}", *spread(waits.seconds), percent(waits.service_level),
        f"{waits.never:,}",
    ]  # fmt: skip


def _times(summary: Summary) -> Table:
    times = summary.times
    rows = [["time", "count", "median", "90 % within", "99 % within", "longest"]]
    for name, found in times.named:
        rows.append([name, f"{found.count:,}", *spread(found)])
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
        *([["  by escalation", f"{flow.escalated:,}", ""]] if flow.escalated else []),
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
