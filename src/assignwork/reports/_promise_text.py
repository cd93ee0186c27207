"""What was promised, in words: the tables of a summary that only some desks have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assignwork.reports.recurring import LEVEL
from assignwork.reports.text import Table, duration, percent, plural, spread

if TYPE_CHECKING:
    from assignwork.reports.promises import Attainment, Escalations
    from assignwork.reports.recurring import CategoryEscalations
    from assignwork.reports.summary import Summary

_CATEGORIES = 8
TARGETS = {
    "first_response": "first response",
    "next_response": "next response",
    "resolution": "resolution",
}
WHENS = {
    "unassigned": "nobody had it",
    "unacknowledged": "nobody took notice",
    "no_response": "nobody had replied",
    "unresolved": "it was not closed",
    "at_risk": "a target was at risk",
    "breached": "a target was breached",
    "manual": "by hand alone",
}
SKIPS = {
    "assigned": "somebody had it",
    "acknowledged": "somebody had taken notice",
    "answered": "an agent had replied",
    "snoozed": "it was snoozed",
    "met": "the target was met",
    "no_target": "it had no such target",
}


def promise_tables(summary: Summary) -> list[Table]:
    """A table for each of the subjects of which there is anything to say."""
    found: list[Table] = []
    if summary.service_levels.clocks:
        found += _service_levels(summary)
    if summary.escalations.fired or summary.escalations.skipped:
        found += _escalations(summary.escalations)
    others = other_promises(summary)
    if others:
        found.append(("Approvals, handoffs and satisfaction", others))
    return found


def _service_levels(summary: Summary) -> list[Table]:
    levels = summary.service_levels
    head = ["target", "clocks", "met", "breached", "undecided", "at risk", "met of decided"]
    rows = [head, *_attained("", levels.by_target)]
    for priority, by_target in levels.by_priority.items():
        rows += _attained(f"  priority {priority}: ", by_target)
    found: list[Table] = [("Service levels by target and priority", rows)]
    if len(levels.by_policy) > 1:
        rows = [["policy", *head]]
        for policy, by_target in levels.by_policy.items():
            rows += [[policy, *row] for row in _attained("", by_target)]
        found.append(("Service levels by policy", rows))
    return found


def _attained(prefix: str, by_target: Mapping[str, Attainment]) -> list[list[str]]:
    return [
        [
            f"{prefix}{TARGETS[target]}", f"{found.clocks:,}", f"{found.met:,}",
            f"{found.breached:,}", f"{found.undecided:,}", f"{found.at_risk:,}",
            percent(found.share) if found.met + found.breached else "-",
        ]
        for target, found in by_target.items()
    ]  # fmt: skip


def _escalations(found: Escalations) -> list[Table]:
    overall = found.overall
    rows = [["", "number", ""]]
    rows.append(["items escalated", f"{overall.escalated:,}", f"{percent(overall.share)} of all"])
    until = found.until_first
    if until.count:
        rows.append(["  until first (median)", duration(until.p50), f"p90 {duration(until.p90)}"])
    rows += [
        [f"  of priority {level}", f"{row.escalated:,}", f"{percent(row.share)} of {row.items:,}"]
        for level, row in found.by_priority.items()
        if row.escalated
    ]
    rows.append(["steps that fired", f"{found.fired:,}", _by_hand(found.by_hand)])
    rows += [[f"  {WHENS.get(when, when)}", f"{n:,}", ""] for when, n in found.by_when.items()]
    for path, levels in found.steps.items():
        steps = ", ".join(f"step {level}: {n:,}" for level, n in levels.items())
        rows.append([f"  path {path}", f"{sum(levels.values()):,}", steps])
    if found.skipped:
        rows.append(["steps skipped", f"{sum(found.skipped.values()):,}", ""])
        rows += [[f"  {SKIPS.get(why, why)}", f"{n:,}", ""] for why, n in found.skipped.items()]
    if found.acknowledged:
        rows.append(["items somebody took notice of", f"{found.acknowledged:,}", ""])
    tables: list[Table] = [("Escalations", rows)]
    if found.by_category and found.fired:
        tables.append(recurring_table(found.recurring, len(found.by_category)))
    return tables


def _by_hand(count: int) -> str:
    return f"{count:,} by hand" if count else ""


def recurring_table(
    recurring: tuple[CategoryEscalations, ...], tested: int, level: float = LEVEL
) -> Table:
    """Categories that stand out, of so many tested at this level."""
    how = f"Fisher exact test, one-sided, Holm-adjusted, level {level:g}"
    of = plural(tested, "category").replace("categorys", "categories")
    if not recurring:
        return f"Recurring escalations: none of {of} above the rest by more than chance ({how})", []
    rows = [["category", "items", "escalated", "share", "share of the rest", "p"]]
    rows += [
        [row.category, f"{row.items:,}", f"{row.escalated:,}", percent(row.share),
         percent(row.rest.share), p_value(row.p_value)]
        for row in recurring[:_CATEGORIES]
    ]  # fmt: skip
    more = len(recurring) - _CATEGORIES
    hidden = f", the first {_CATEGORIES} shown" if more > 0 else ""
    return f"Recurring escalations: {len(recurring)} of {of}{hidden} ({how})", rows


def p_value(value: float) -> str:
    """A p value as people read it.

    Examples
    --------
    >>> p_value(0.0312), p_value(0.0004), p_value(1e-9)
    ('0.031', '0.0004', '<0.0001')
    """
    return "<0.0001" if value < 0.0001 else f"{value:.2g}"  # noqa: PLR2004  # smaller says no more


def other_promises(summary: Summary) -> list[list[str]]:
    """Rows on approvals, handoffs and satisfaction, a head first; none where there was nothing."""
    rows = [["", "number", ""]]
    asked, handed, rated = summary.approvals, summary.handoffs, summary.satisfaction
    if asked.held:
        rows += [
            ["held for approval", f"{asked.held:,}", f"{asked.waiting:,} still wait"],
            ["  approved", f"{asked.approved:,}", _took(spread(asked.approved_after))],
            ["  refused", f"{asked.rejected:,}", _took(spread(asked.rejected_after))],
        ]
        if asked.closed:
            rows.append(["  closed without either", f"{asked.closed:,}", ""])
    if handed.count:
        open_for = f"open for {duration(handed.open_for.p50)} by then (median)"
        rows.append(["handed off at a shift's end", f"{handed.count:,}", open_for])
    if rated.items:
        mean = f"mean {rated.mean:.1f} of 5, {percent(rated.share)} with 4 or 5"
        rows.append(["items rated", f"{rated.items:,}", mean])
    return rows if len(rows) > 1 else []


def _took(times: list[str]) -> str:
    median, ninety, *_ = times
    return "" if median == "-" else f"median {median}, 90 % within {ninety}"
