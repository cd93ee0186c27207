"""Sections of the page that are words and tables: its own, and those that a caller adds."""

from __future__ import annotations

import attrs

from assignwork.reports._promise_text import other_promises, recurring_table
from assignwork.reports.pictures import Picture
from assignwork.reports.summary import Summary
from assignwork.reports.text import Table


@attrs.frozen
class Section:
    """A part of the page with a heading of its own; all is plain text.

    Attributes
    ----------
    name : str
        Its place on the page, unique there.
    title : str
    paragraphs : tuple of str
        What to know before the tables.
    tables : tuple of Table
        A heading and rows of cells each, the first row the head; a column without a head holds
        words, as the first one does, the others numbers.
    notes : tuple of str
        What to keep in mind: a list below the tables.
    pictures : tuple of Picture
        Drawn below the paragraphs; they need the extra ``report``.

    Examples
    --------
    >>> section = Section("volumes", "How much", tables=(("", [["team", "items"], ["a", "3"]]),))
    >>> section.notes
    ()
    """

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


def promise_sections(summary: Summary) -> list[Section]:
    """What of promises is no picture, where there is anything to say."""
    found = []
    escalations = summary.escalations
    if escalations.recurring:
        heading, rows = recurring_table(escalations.recurring, len(escalations.by_category))
        found.append(
            Section(
                "recurring",
                "What keeps being escalated",
                paragraphs=(f"{heading}.", "A common cause is worth looking for."),
                tables=(("", rows),),
            )
        )
    others = other_promises(summary)
    if others:
        found.append(Section("others", "Approvals, handoffs, satisfaction", tables=(("", others),)))
    return found
