"""Parts of sentences."""

from __future__ import annotations

from collections.abc import Sequence

from assignwork._words import plural
from assignwork.staffing.shifts.demand import Need
from assignwork.staffing.shifts.horizon import Horizon

MOST_NAMES = 8


def counted(count: int, what: str) -> str:
    """So many of what.

    Examples
    --------
    >>> counted(1, "shift"), counted(2, "day in a row")
    ('1 shift', '2 days in a row')
    """
    noun, _, rest = what.partition(" ")
    return f"{plural(count, noun)}{rest and ' '}{rest}"


def listed(names: Sequence[str]) -> str:
    """Names one after the other, cut where they are many."""
    if not names:
        return "nobody"
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def need(of: Need, horizon: Horizon) -> tuple[str, str]:
    """A need as a rule, and what giving way would be."""
    label = horizon.span(*of.minutes)
    skilled = "" if of.skill is None else f" with skill {of.skill!r}"
    agents = plural(of.agents, "agent")
    return f"{label} needs {agents}{skilled}", f"fewer agents{skilled} on {label}"
