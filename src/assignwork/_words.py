"""What all texts share: counts with their nouns, and tables as text and for notebooks.

How a figure is rounded is not here: a plan, a forecast and a simulation each show other digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TypeAlias

Rows: TypeAlias = Sequence[Sequence[str]]
"""The cells of a table, row by row."""


def plural(count: float, noun: str) -> str:
    """The count with its noun.

    Examples
    --------
    >>> plural(1, "item"), plural(8012, "item")
    ('1 item', '8,012 items')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def one_line(text: str) -> str:
    r"""The text, what a terminal should not be sent written as an escape.

    Examples
    --------
    >>> one_line("two\nlines")
    'two\\nlines'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def aligned(rows: Rows, right: Sequence[bool] | None = None) -> list[str]:
    """Rows as lines.

    Parameters
    ----------
    rows : rows of cells
        All of one length.
    right : sequence of bool, optional
        Which columns stand to the right; default: all but the first.

    Examples
    --------
    >>> aligned([["team", "items"], ["returns", "5"]])
    ['team     items', 'returns      5']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = [bool(i) for i in range(len(widths))] if right is None else right
    put = [str.rjust if side else str.ljust for side in sides]
    lines = []
    for row in rows:
        cells = (to(cell, width) for to, cell, width in zip(put, row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return lines


def text_table(title: str, rows: Rows) -> str:
    """A title and aligned lines: the first column to the left, the others to the right.

    Examples
    --------
    >>> print(text_table("work", [["team", "items"], ["returns", "5"]]))
    work
      team     items
      returns      5
    """
    return "\n".join([title, *(f"  {line}" for line in aligned(rows))])


def html_table(
    title: str, rows: Rows, *, head: bool = True, right: Sequence[bool] | None = None
) -> str:
    """The same in HTML, all of it escaped; `right` as for `aligned`.

    With a head the first row is one.

    Examples
    --------
    >>> html_table("<work>", [["returns", "5"]], head=False)  # doctest: +NORMALIZE_WHITESPACE
    '<table><caption>&lt;work&gt;</caption><tr><td style="text-align:left">returns</td><td
    style="text-align:right">5</td></tr></table>'
    """
    body = "".join(
        f"<tr>{''.join(_cells(row, 'td' if at or not head else 'th', right))}</tr>"
        for at, row in enumerate(rows)
    )
    return f"<table><caption>{escape(title)}</caption>{body}</table>"


def _cells(row: Sequence[str], tag: str, right: Sequence[bool] | None) -> Iterable[str]:
    for i, text in enumerate(row):
        side = "right" if (i if right is None else right[i]) else "left"
        yield f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>'


def html_lines(lines: Iterable[str]) -> str:
    """Sentences as one paragraph of HTML.

    Examples
    --------
    >>> html_lines(["1 < 2", "2 > 1"])
    '<p>1 &lt; 2<br>2 &gt; 1</p>'
    """
    return f"<p>{'<br>'.join(map(escape, lines))}</p>"
