"""A fit in words and tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assignwork._words import Rows, html_lines, html_table, plural, text_table
from assignwork.simulation._text import NONE, amount

if TYPE_CHECKING:
    from assignwork.simulation.fitting.fits import Fit, KindFit

MOST_ROWS = 15


def fit_text(fit: Fit) -> str:
    """What `print` shows."""
    tables = ["\n" + text_table(*found) for found in tables_of(fit, MOST_ROWS)]
    doubts = ["", "To doubt:", *(f"- {line}" for line in fit.caveats)]
    return "\n".join([*sentences(fit), *tables, *doubts])


def fit_html(fit: Fit) -> str:
    """The same for notebooks."""
    tables = "".join(html_table(*found) for found in tables_of(fit, MOST_ROWS))
    return (
        f'<div class="assignwork-fit">{html_lines(sentences(fit))}{tables}'
        f"{html_lines([f'To doubt: {line}' for line in fit.caveats])}</div>"
    )


def sentences(fit: Fit) -> list[str]:
    """Who came when, what was taken for work, whose shifts were guessed."""
    scenario = fit.scenario
    customers = sum(stream.count for stream in fit.streams)
    since, until = minute(scenario.start + scenario.warm_up), minute(scenario.end)
    calendars = {found.calendar for found in fit.agents if found.calendar is not None}
    guessed = sum(found.calendar is not None for found in fit.agents)
    work = "time held" if fit.work == "elapsed" else "time held, divided among what is held at once"
    agents, weeks = plural(len(fit.agents), "agent"), plural(len(calendars), "calendar")
    who = f"{plural(customers, 'customer')} in {plural(len(fit.streams), 'stream')}"
    return [
        f"{scenario.name}: {who} from {since} to {until} UTC",
        f"Work is {work}{', within shifts' if fit.clock == 'shift' else ''}.",
        f"Shifts guessed for {guessed} of {agents}, in {weeks} (hours in {fit.time_zone})."
        if guessed
        else f"Shifts of {agents} as in the workspace (hours in {fit.time_zone}).",
    ]


def minute(at: float) -> str:
    """An instant in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def tables_of(fit: Fit, most: int) -> list[tuple[str, Rows]]:
    """Streams, kinds and agents, the largest first, of each at most so many."""
    return [_streams(fit, most), _kinds(fit, most), _agents(fit, most)]


def _more(count: int, most: int) -> str:
    return f", the first {most} of {count:,}" if count > most else ""


def _streams(fit: Fit, most: int) -> tuple[str, Rows]:
    found = sorted(fit.streams, key=lambda stream: -stream.count)
    rows = [("stream", "customers", "a week", "days vary by", "p-value", "cv of days")]
    rows += [
        (
            stream.stream, f"{stream.count:,}", f"{stream.a_week:,.1f}",
            f"{stream.spread.dispersion:.2f}", f"{stream.spread.p_value:.3f}",
            f"{stream.spread.cv:.2f}" if stream.spread.clear else NONE,
        )
        for stream in found[:most]
    ]  # fmt: skip
    return f"Arrivals (variance ÷ mean of days){_more(len(found), most)}", rows


def _kinds(fit: Fit, most: int) -> tuple[str, Rows]:
    found = sorted(fit.kinds, key=lambda kind: -kind.count)
    rows = [
        ("kind", "customers", "mean work", "distribution", "distance", "from", "patience",
         "come back", "turns")
    ]  # fmt: skip
    rows += [
        (
            kind.kind, f"{kind.count:,}", amount(kind.work.mean, "seconds"), *_work(kind),
            kind.work_from,
            NONE if kind.patience_mean is None else amount(kind.patience_mean, "seconds"),
            NONE if kind.returns is None else amount(kind.returns, "share"),
            NONE if kind.turns is None else f"{kind.turns:.2f}",
        )
        for kind in found[:most]
    ]  # fmt: skip
    return f"Kinds{_more(len(found), most)}", rows


def _work(kind: KindFit) -> tuple[str, str]:
    name = kind.work.wire_name
    best = None if kind.work_fit is None else kind.work_fit.best
    return name, NONE if best is None or best.distance is None else f"{best.distance:.3f}"


def _agents(fit: Fit, most: int) -> tuple[str, Rows]:
    found = sorted(fit.agents, key=lambda agent: -agent.traces)
    rows = [("agent", "traces", "days", "calendar", "hours a week", "away", "capacity", "pace")]
    rows += [
        (
            agent.agent, f"{agent.traces:,}", f"{agent.days:,}",
            (agent.calendar or NONE) + (" (rare)" if agent.rare else ""),
            NONE if agent.calendar is None else f"{agent.hours:.1f}",
            amount(agent.absent / agent.scheduled, "share") if agent.scheduled else NONE,
            str(agent.capacity), f"{agent.pace:g}",
        )
        for agent in found[:most]
    ]  # fmt: skip
    title = "Agents (away: share of their days without a trace)"
    return f"{title}{_more(len(found), most)}", rows
