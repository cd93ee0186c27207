"""A validation in words and tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assignwork._words import Rows, html_lines, html_table, plural, text_table
from assignwork.simulation._text import NONE, amount, span
from assignwork.simulation.fitting._fit_text import minute
from assignwork.simulation.measures import group_words, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assignwork.simulation.fitting.compared import Compared
    from assignwork.simulation.fitting.validation import Validation

MOST_AGENTS = 10
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_SPANS = 4
_SAID = ("wait_mean", "handle_time_mean", "throughput", "open_mean")


def validation_text(of: Validation) -> str:
    """What `print` shows."""
    tables = ["\n" + text_table(*found) for found in tables_of(of, MOST_AGENTS)]
    doubts = ["", "To doubt:", *(f"- {line}" for line in of.caveats)]
    return "\n".join([*sentences(of), *tables, *doubts])


def validation_html(of: Validation) -> str:
    """The same for notebooks."""
    tables = "".join(html_table(*found) for found in tables_of(of, MOST_AGENTS))
    return (
        f'<div class="assignwork-validation">{html_lines(sentences(of))}{tables}'
        f"{html_lines([f'To doubt: {line}' for line in of.caveats])}</div>"
    )


def sentences(of: Validation) -> list[str]:
    """What was compared with what, and how far they are apart."""
    many = plural(len(of.results), "replication")
    lines = [f"{of.scenario}, {many} against the log, {_sample(of)}.", *doubts(of)]
    if of.warm_up:
        lines.append(
            f"It is simulated from {minute(of.start - of.warm_up)} UTC on, so that the desk is not "
            "empty when the comparison begins."
        )
    lines += [sentence(of.of(name)) for name in _SAID]
    known = [found for found in of.compared if found.within is not None]
    inside = sum(found.within is True for found in known)
    lines.append(
        f"{inside:,} of {len(known):,} figures of the log are such as one more replication would "
        "have (95 % each)."
    )
    lines += [
        f"Quantiles of the {found.name} are {amount(found.seconds, 'seconds')} apart on average"
        + ("" if math.isnan(found.share) else f", {found.share:.0%} of its logged mean")
        + f"; the distribution functions differ by {found.most:.2f} at most."
        for found in of.distances
    ]
    lines.append(
        f"Correlation of log and simulation: arrivals by hour of the week {_shown(of.hours)}, "
        f"hours of handling by agent {_shown(of.agents)}."
    )
    return lines


def _sample(of: Validation) -> str:
    """Whether what is compared was fitted, and what the comparison says therefore."""
    part = f"this part of the log, from {minute(of.start)} to {minute(of.end)} UTC"
    begin, end = of.fitted
    if of.sample == "out":
        return f"out of sample: the scenario was not fitted to {part}"
    if of.sample == "partly":
        both = min(end, of.end) - max(begin, of.start)
        return (
            f"partly out of sample: the scenario was fitted to {both / (of.end - of.start):.0%} of "
            f"{part}, so that this does not say what it foretells"
        )
    told = "so that this says whether it can tell what it was told, and not what it foretells"
    if (of.start, of.end) == of.fitted:
        return f"within the sample: the scenario was fitted to this very log, {told}"
    return f"within the sample, {told}: the scenario was fitted to {part}"


def doubts(of: Validation) -> list[str]:
    """What the part that was fitted cannot have told."""
    if not of.unseen:
        return []
    came = f"{of.unseen_arrivals:,} of the log's {of.of('arrivals').logged:,.0f} customers"
    said = (
        f"To doubt: the part that was fitted has none of {plural(len(of.unseen), 'hour')} of the "
        f"week that are compared, {_hours(of.unseen)} ({of.week.time_zone}), in which {came} came: "
        "what the scenario does then is taken from other days. Fit whole weeks, and keep whole "
        "weeks back."
    )
    return [said]


def _hours(of: Sequence[int]) -> str:
    """Hours of the week as spans of local time.

    Examples
    --------
    >>> _hours([8, 9, 120, 167])
    'Mon 08:00 to 10:00, Sat 00:00 to 01:00, Sun 23:00 to 24:00'
    """
    spans: list[list[int]] = []
    for hour in of:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    said = [f"{_at(begin)} to {_until(begin, end)}" for begin, end in spans[:_MOST_SPANS]]
    more = [f"and {len(spans) - _MOST_SPANS} more spans"] if len(spans) > _MOST_SPANS else []
    return ", ".join([*said, *more])


def _at(hour: int) -> str:
    return f"{_DAYS[hour // 24]} {hour % 24:02}:00"


def _until(begin: int, end: int) -> str:
    """The end of a span; 24:00 is of the day that ends."""
    day, hour = (end - 1) // 24, (end - 1) % 24 + 1
    return f"{hour:02}:00" if day == begin // 24 else f"{_DAYS[day]} {hour:02}:00"


def _shown(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:.2f}"


def sentence(of: Compared) -> str:
    """One figure: of the log, of the simulation, how far apart."""
    found = measure(of.measure)
    logged, simulated = amount(of.logged, found.unit), amount(of.simulated.mean, found.unit)
    said = f"{found.words.capitalize()}: {simulated} simulated, {logged} in the log"
    if not math.isnan(of.off):
        less = "less" if of.off < 0 else "more"
        said += f" ({amount(abs(of.off), 'share')} {less})"
    if of.within is None:
        return f"{said}."
    reach = span(of.low, of.high, found.unit)
    return f"{said}; the log lies {'within' if of.within else 'outside'} {reach}."


def tables_of(of: Validation, most: int) -> list[tuple[str, Rows]]:
    """All figures but those of agents; then of the agents who handled most, at most so many."""
    found = [("Log and simulation", _rows([c for c in of.compared if c.group[0] != "agent"]))]
    agents = [c for c in of.compared if c.group[0] == "agent"]
    shown = sorted(
        {c.group for c in agents},
        key=lambda group: (
            -max(
                (c.logged for c in agents if c.group == group and c.measure == "handling_hours"),
                default=0.0,
            )
        ),
    )[:most]
    rows = [c for group in shown for c in agents if c.group == group]
    if rows:
        found.append((f"Agents, the {len(shown)} who handled most", _rows(rows)))
    return found


def _rows(of: list[Compared]) -> Rows:
    rows = [("figure", "of", "log", "simulated", "one more replication", "off", "")]
    for c in of:
        unit = measure(c.measure).unit
        rows.append(
            (
                measure(c.measure).words, group_words(c.group), amount(c.logged, unit),
                amount(c.simulated.mean, unit),
                NONE if math.isnan(c.low) else span(c.low, c.high, unit),
                NONE if math.isnan(c.off) else f"{100 * c.off:+,.0f} %",
                {True: "within", False: "outside", None: ""}[c.within],
            )
        )  # fmt: skip
    return rows
