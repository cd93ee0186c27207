"""Figures in words: durations, shares, instants and tables as people read them.

Durations keep two or three digits and the unit that fits: 45 s, 12 min, 3.4 h, 2.3 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from html import escape
from typing import TypeAlias

from assignwork import _words
from assignwork._words import plural
from assignwork.reports.figures import Distribution

__all__ = [
    "DAY", "HOUR", "MINUTE", "MISFITS", "REASONS", "Table", "aligned", "cell", "duration", "hours",
    "instant", "percent", "plural", "spread", "tables_html", "tables_text",
]  # fmt: skip

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
_UNITS = ((90.0, 1.0, "s"), (90 * MINUTE, MINUTE, "min"), (48 * HOUR, HOUR, "h"))
_ONE_DIGIT = 10  # from here on a decimal says nothing
REASONS = {
    "hand": "somebody moved it by hand",
    "away": "the agent went away",
    "shift": "the shift ended",
    "removed": "the agent left the desk",
    "transfer": "it was transferred",
    "over_capacity": "the agent was full when it came back",
    "escalation": "it was escalated",
    "rebalance": "load was rebalanced",
    "reopened": "it was reopened",
}
MISFITS = {
    "unknown_item": "there is no such item",
    "unknown_agent": "there is no such agent",
    "closed": "it was closed",
    "done": "it was there already",
    "moved": "it was no more where the plan had seen it",
    "not_eligible": "the agent could not take it",
    "full": "the agent had no room for it",
    "pointless": "it made room for what was skipped",
}
"""Why a move of a rebalancing plan was skipped."""


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


def spread(found: Distribution) -> list[str]:
    """Median, p90, p99 and maximum of durations."""
    return [duration(value) for value in (found.p50, found.p90, found.p99, found.max)]


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
    right = [bool(i and head) for i, head in enumerate(rows[0])]
    return [f"  {line}" for line in _words.aligned(rows, right)]


Table: TypeAlias = tuple[str, list[list[str]]]
"""A heading and rows of cells, the first row the head; no rows: the heading says it all."""


def tables_text(tables: Sequence[Table]) -> list[str]:
    """Tables as lines, each after an empty one."""
    lines: list[str] = []
    for heading, rows in tables:
        lines += ["", heading, *(aligned(rows) if rows else [])]
    return lines


def tables_html(tables: Sequence[Table]) -> str:
    """The same in HTML, for notebooks."""
    return "".join(_table_html(heading, rows) for heading, rows in tables)


def _table_html(heading: str, rows: Sequence[Sequence[str]]) -> str:
    if not rows:  # a caption is as wide as its table
        return f"<p>{escape(heading)}</p>"
    cells = [
        "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
        for tag, row in zip(["th", *["td"] * len(rows)], rows, strict=False)
    ]
    return f"<table><caption>{escape(heading)}</caption>{''.join(cells)}</table>"
