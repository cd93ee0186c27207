"""Results in words: how long customers wait, how many give up, whether agents are too busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assignwork._words import html_lines, html_table, plural, text_table
from assignwork.simulation._text import amount, level, margin
from assignwork.simulation.measures import ATTAINMENT, HOUR, measure

if TYPE_CHECKING:
    from assignwork.simulation.results import Results
    from assignwork.simulation.tables import Table

MOST_ROWS = 20
_SHOWN = 0.95
_DAY = 86_400.0  # seconds


def results_text(results: Results) -> str:
    """What `print` shows: sentences on top, then a table for each question."""
    tables = ["\n" + text_table(*found) for found in _tables(results)]
    return "\n".join([*_lines(results), *tables, *_footnote(results)])


def results_html(results: Results) -> str:
    """The same sentences, and the customers' table, for notebooks."""
    tables = "".join(html_table(*found) for found in _tables(results)[:1])
    top = html_lines([*_lines(results), *(line for line in _footnote(results) if line)])
    return f'<div class="assignwork-results">{top}{tables}</div>'


# --- sentences ------------------------------------------------------------------------------------


def _lines(results: Results) -> list[str]:
    count = plural(results.replications, "replication")
    title = f"{results.scenario}: {count} of {amount(results.length, 'seconds')}"
    lines = [f"{title} (seed {results.seed})", _waits(results), _given_up(results)]
    return [*lines, _busy(results), *_unfinished(results), *_rule(results)]


def _said(results: Results, name: str) -> str:
    found = results.interval(name, _SHOWN)
    return margin(found.mean, found.half_width, measure(name).unit)


def _waits(results: Results) -> str:
    if not results.mean("assigned"):
        return "Nobody was assigned to an agent."
    half, most = (_said(results, name) for name in ("wait_p50", "wait_p90"))
    waits = f"Customers wait {_said(results, 'wait_mean')} on average; half of them up to {half}, "
    waits += f"90 % up to {most}."
    threshold, level = results.threshold, _said(results, "service_level")
    if threshold is None:
        return f"{waits} Within the threshold of their kind, {level} are assigned."
    return f"{waits} Within {amount(threshold, 'seconds')}, {level} are assigned."


def _given_up(results: Results) -> str:
    lost = "Nobody gives up."
    if results.mean("abandonment") > 0:
        lost = f"{_said(results, 'abandonment')} give up before anybody is assigned."
    if results.mean("blocked") > 0:
        lost += f" {_said(results, 'blocked')} find no place to wait and are turned away."
    return lost


def _busy(results: Results) -> str:
    agents = {agent: results.mean("occupancy", agent=agent) for agent in results.labels("agent")}
    busy = {agent: share for agent, share in agents.items() if share == share}  # noqa: PLR0124  # NaN
    if not busy:
        return "No agent was at work."
    most, least = max(busy, key=busy.__getitem__), min(busy, key=busy.__getitem__)
    said = f"Agents handle work {_said(results, 'occupancy')} of their time"
    if len(busy) > 1:
        ends = f"{amount(busy[least], 'share')} ({least}) to {amount(busy[most], 'share')} ({most})"
        if amount(busy[least], "share") != amount(busy[most], "share"):
            said += f", from {ends}"
    overtime = results.mean("overtime_hours")
    more = f"; {_said(results, 'overtime_hours')} of overtime together" if overtime > 0 else ""
    return f"{said}{more}."


def _unfinished(results: Results) -> list[str]:
    if not results.mean("unfinished") > 0:
        return []
    left = f"Of {_said(results, 'arrivals')} arrivals {_said(results, 'unfinished')} were still"
    but = "times of those assigned leave them out, and look better than they are"
    return [f"{left} there when the run ended; {but}."]


def _rule(results: Results) -> list[str]:
    if results.until is None:
        return []
    if results.reached:
        return [f"Precision reached: {results.until}."]
    return [f"Precision not reached: {results.until}."]


def _footnote(results: Results) -> list[str]:
    if results.replications == 1:
        return ["", "One replication does not tell how much of this is chance; run more."]
    return ["", f"± is half of the {level(_SHOWN)} interval over the replications (Student's t)."]


# --- tables ---------------------------------------------------------------------------------------


def by_words(results: Results, by: str) -> str:
    """By what a table tells customers apart; of hours, by whose clocks, and of how many days."""
    if by != HOUR:
        return f"by {by}"
    days = "; the same hours of all days together" if results.length > _DAY else ""
    return f"by hour of the day ({results.timezone}{days})"


def _tables(results: Results) -> list[tuple[str, list[list[str]]]]:
    by_priority = "priority" if len(results.labels("priority")) > 1 else None
    found = [("Customers", results.table(by_priority).rows())]
    told = [_figures(found[0][1])]
    for by in ("team", "channel", "stream"):
        rows = results.table(by).rows()
        if len(results.labels(by)) > 1 and _figures(rows) not in told:
            told.append(_figures(rows))
            found.append((f"Customers, by {by}", _cut(results.table(by))))
    targets = [name for name in results.measures if name.startswith(ATTAINMENT)]
    if targets:
        found.append(("Promises kept", results.table(by_priority, targets).rows()))
    if results.labels("agent"):
        found.append(("Agents", _cut(results.table("agent"))))
    return found


def _figures(rows: list[list[str]]) -> list[list[str]]:
    """A table without the names of its groups: groups of the same customers have the same."""
    return [row[1:] for row in rows]


def _cut(table: Table) -> list[list[str]]:
    rows = table.rows()
    if len(rows) <= MOST_ROWS + 2:
        return rows
    left = len(rows) - 2 - MOST_ROWS
    return [*rows[: MOST_ROWS + 1], [f"... {left:,} more", *[""] * (len(rows[0]) - 1)], rows[-1]]
