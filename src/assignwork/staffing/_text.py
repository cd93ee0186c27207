"""Figures in words: as text, and as small tables for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeAlias

Row: TypeAlias = tuple[str, ...]

_MINUTE, _HOUR = 60.0, 3600.0
_SHORT = 10.0  # seconds below which decimals are shown


def percent(share: float) -> str:
    """A share in per cent, one decimal.

    Never 0 or 100 for what is not.

    Examples
    --------
    >>> percent(0.8083), percent(1e-9), percent(1.0), percent(0.99999)
    ('80.8 %', '<0.1 %', '100.0 %', '>99.9 %')
    """
    shown = f"{100 * share:.1f}"
    if shown == "0.0" and share > 0:
        return "<0.1 %"
    if shown == "100.0" and share < 1:
        return ">99.9 %"
    return f"{shown} %"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours.

    Examples
    --------
    >>> duration(0.05), duration(24.0), duration(1800.0), duration(5400.0)
    ('0.05 s', '24 s', '30 min', '1.5 h')
    """
    if seconds < _SHORT:
        return f"{seconds:.2g} s"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.3g} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.3g} min"
    return f"{seconds / _HOUR:,.4g} h"


def text_table(title: str, rows: Sequence[Row], *, head: bool = False) -> str:
    """A title and aligned lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if i and (head or len(row) > 1) else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([title, *(f"  {line}" for line in lines)])


def html_table(title: str, rows: Sequence[Row], *, head: bool = False) -> str:
    """The same in HTML; with a head the first row is one."""
    body = "".join(
        "<tr>" + "".join(_cell(cell, i, head and not at) for i, cell in enumerate(row)) + "</tr>"
        for at, row in enumerate(rows)
    )
    return f"<table><caption>{escape(title)}</caption>{body}</table>"


def _cell(text: str, column: int, head: bool) -> str:  # noqa: FBT001  # mapped over
    tag, side = ("th" if head else "td"), ("right" if column else "left")
    return f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>'
