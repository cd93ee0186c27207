"""A fit and its comparison with the log: the answer, headline figures and tables."""

from __future__ import annotations

import math
from datetime import tzinfo

from assignwork.reports._fitting_results import Compared, Fit, Rows, Validation
from assignwork.reports._plan_text import Grid
from assignwork.reports._simulation_text import figure, seconds
from assignwork.reports.findings import Headline
from assignwork.reports.text import duration, instant, percent, plural

MOST_ROWS = 40
"""Of a table."""
CLOSE = 0.1
"""Off by at most so much, the log's figure counts as told."""
_WORDS = frozenset({"of", "distribution", "from", "calendar", ""})
"""Heads of columns without numbers."""


def leads(fit: Fit, found: Validation | None) -> list[str]:
    """Whether the simulation tells what the log tells, in plain words."""
    if found is None:
        return [f"{_customers(fit)}. Nothing of it was simulated and compared with the log."]
    waits = _told("Waits", found.of("wait_mean"), "on average")
    works = _told("Handle times", found.of("handle_time_mean"), "on average")
    return [f"{waits} {works}", _judged(found), *found.doubts]


def _told(what: str, of: Compared, how: str) -> str:
    if not math.isfinite(of.logged) or not math.isfinite(of.simulated.mean):
        return f"{what} cannot be compared."
    said = f"{seconds(of.simulated.mean)} {how} simulated, {seconds(of.logged)} in the log"
    if of.simulated.mean == of.logged or (math.isfinite(of.off) and abs(of.off) <= CLOSE):
        return f"{what} come back: {said}."
    if of.within is True:
        return f"{what} come back roughly, and the rest may be chance: {said}."
    return f"{what} do not come back: {said}."


def _judged(found: Validation) -> str:
    if found.sample == "in":
        which = "a part of the log that was fitted, too"
        if found.fitted == (found.start, found.end):
            which = "the very log that was fitted"
        return f"Compared with {which}: it says whether the parts fit together."
    if found.sample == "partly":
        return (
            "Compared with a part of the log that was partly fitted: it does not say what it "
            "foretells."
        )
    if found.start >= found.fitted[1]:
        return (
            "Compared with a later part of the log that was kept back: it says what it foretells."
        )
    return "Compared with an earlier part of the log that was not fitted."


def _customers(fit: Fit) -> str:
    count = sum(stream.count for stream in fit.streams)
    return f"{plural(count, 'customer')} in {plural(len(fit.streams), 'stream')} were fitted"


def span(
    fit: Fit, found: Validation | None, zone: tzinfo, source: str | None, items: int | None
) -> str:
    """Which log, of what time, of whom."""
    scenario = fit.scenario
    begin = scenario.start + scenario.warm_up
    end = scenario.start + scenario.length
    parts = [] if source is None else [source]
    if items is not None:
        parts.append(plural(items, "item"))
    parts.append(f"{instant(begin, zone)} to {instant(end, zone)}, {duration(end - begin)}")
    if found is not None and (found.start, found.end) != (begin, end):
        parts[-1] = f"fitted: {parts[-1]}"
        which = "kept back" if found.sample == "out" else "compared"
        other = f"{instant(found.start, zone)} to {instant(found.end, zone)}"
        parts.append(f"{which}: {other}, {duration(found.end - found.start)}")
    parts[-1] += f" ({fit.time_zone} time)"
    desk = scenario.workspace
    parts.append(f"{plural(len(desk.agents), 'agent')} in {plural(len(desk.teams), 'team')}")
    return " · ".join(parts)


def headlines(fit: Fit, found: Validation | None) -> list[Headline]:
    """The figures to look at first: fitted, then simulated with the log below."""
    count = sum(stream.count for stream in fit.streams)
    a_week = sum(stream.a_week for stream in fit.streams)
    streams = plural(len(fit.streams), "stream")
    seen = sum(agent.traces > 0 for agent in fit.agents)
    most = max(fit.agents_by_hour(), default=0.0)
    shown = [
        Headline("customers fitted", f"{count:,}", f"{a_week:,.4g} a week, {streams}"),
        Headline("agents seen", f"{seen:,}", f"at most {most:,.3g} at a time on shift"),
    ]
    if found is None:
        return shown
    for measure, name, unit in (
        ("wait_mean", "mean wait, simulated", "seconds"),
        ("time_in_system_mean", "time in system, simulated", "seconds"),
        ("open_mean", "open items, simulated", "number"),
        ("throughput", "closed a day, simulated", "a day"),
    ):
        shown.append(_beside(name, found.of(measure), unit))
    known = [one for one in found.compared if one.within is not None]
    inside = sum(one.within is True for one in known)
    share = percent(inside / len(known)) if known else "-"
    shown.append(Headline("figures as in the log", share, f"{inside:,} of {len(known):,}"))
    return shown


def _beside(name: str, of: Compared, unit: str) -> Headline:
    a_day, unit = (24.0, "number") if unit == "a day" else (1.0, unit)
    simulated, logged = (figure(a_day * value, unit) for value in (of.simulated.mean, of.logged))
    return Headline(name, simulated, f"{logged} in the log")


def grids(tables: list[tuple[str, Rows]]) -> list[tuple[str, Grid]]:
    """Tables of text as the page has them: title and grid."""
    return [(title, grid(rows)) for title, rows in tables]


def grid(rows: Rows) -> Grid:
    """A table of text: numbers to the right, words to the left.

    Examples
    --------
    >>> grid([("kind", "customers", "from"), ("billing", "12", "all")]).heads
    (('kind', ''), ('customers', 'n'), ('from', ''))
    """
    head, *others = rows
    kinds = tuple((text, "" if not at or text in _WORDS else "n") for at, text in enumerate(head))
    return Grid(kinds, [list(row) for row in others])
