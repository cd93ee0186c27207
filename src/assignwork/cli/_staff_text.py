"""What `assignwork staff` says: sentences first, then tables by day and local time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import attrs

from assignwork.cli._staff_arrivals import Arrivals, local, local_text
from assignwork.cli._staff_shifts import Planned
from assignwork.staffing import Requirement, RequirementTable, Roster
from assignwork.staffing._text import Row, duration, text_table
from assignwork.staffing.results import WORDS
from assignwork.staffing.shifts import CoverageRow

WEEK = 7
MOST_DAYS = 35
"""Days whose intervals are printed; JSON and the page have all."""
MOST_SHORT = 20
"""Intervals with too few agents that are told one by one."""
_HOUR = 3600.0


@attrs.frozen
class Required:
    """A requirement, and when its intervals begin.

    Attributes
    ----------
    table : RequirementTable
    starts : tuple of float
        POSIX seconds.
    zone : str
        In which times are told.
    """

    table: RequirementTable
    starts: tuple[float, ...]
    zone: str

    @property
    def peak(self) -> tuple[float, Requirement]:
        """When most agents are needed, and that interval; of equals the first."""
        at = max(range(len(self.table)), key=lambda i: self.table[i].agents)
        return self.starts[at], self.table[at]

    @property
    def days(self) -> int:
        """Local days on which anybody is needed."""
        rows = zip(self.starts, self.table, strict=True)
        return len({local(at, self.zone).date() for at, found in rows if found.agents})

    @property
    def binding(self) -> dict[str, int]:
        """Target -> intervals in which one agent fewer would miss it, most first."""
        found = Counter(name for entry in self.table for name in entry.binding)
        return dict(found.most_common())

    def sentence(self) -> str:
        """Peak, hours a day and what is binding."""
        at, most = self.peak
        if not most.agents:
            return "Nobody is needed: nobody comes."
        needed = sum(1 for entry in self.table if entry.agents)
        each = self.table.agent_hours / self.days
        when = local_text(at, self.zone)
        on = f" ({most.scheduled:,} on the schedule)" if most.shrinkage else ""
        text = f"At most {_agents(most.agents)} at once are needed{on}, {when} ({self.zone}); "
        text += f"{each:,.1f} agent hours a day, {self.table.agent_hours:,.1f} in all."
        words = [
            f"{WORDS[name]} ({count:,} of {needed:,})" for name, count in self.binding.items()
        ]
        return f"{text} What one agent fewer would miss, by intervals: {', '.join(words)}." * (
            bool(words)
        ) or text

    def rows(self) -> list[Row]:
        """Local times down, days across: agents on the schedule. Or one day in detail."""
        raise NotImplementedError
