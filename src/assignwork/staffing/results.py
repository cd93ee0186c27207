"""How many agents an interval needs, and a table of intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import attrs

from assignwork._words import html_table, plural, text_table
from assignwork.staffing._text import Row, duration, percent
from assignwork.staffing.performance import Performance
from assignwork.staffing.targets import Targets

_WORDS = {
    "service_level": "service level",
    "mean_wait": "mean wait",
    "occupancy": "occupancy",
    "abandonment": "abandonment",
    "stability": "a queue that does not grow forever",
}


@attrs.frozen
class Requirement:
    """The fewest agents for the targets of one interval.

    Attributes
    ----------
    arrivals : float
        Per interval.
    interval, handle_time : float
        Seconds.
    load : float
        Erlangs.
    targets : Targets
    shrinkage : float
        Share of paid time for which an agent is not available, 0 to below 1.
    agents : int
        Agents who have to be at work; 0 where nobody comes.
    scheduled : int
        Agents on the schedule, so that after shrinkage `agents` are left:
        agents ÷ (1 - shrinkage), rounded up.
    binding : tuple of str
        The targets that one agent fewer would miss, or ``stability``: without him the queue would
        grow forever. Empty: nobody can be spared, or none is needed.
    performance : Performance or None
        With `agents`; None where nobody comes.
    """

    arrivals: float
    interval: float
    handle_time: float
    load: float
    targets: Targets
    shrinkage: float
    agents: int
    scheduled: int
    binding: tuple[str, ...]
    performance: Performance | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = attrs.asdict(self)
        found["binding"] = list(self.binding)
        return found

    @property
    def _because(self) -> str:
        return ", ".join(_WORDS[name] for name in self.binding)

    def _title(self) -> str:
        title = f"{plural(self.agents, 'agent')} for {self.targets}"
        if self.shrinkage:
            title += f"; {self.scheduled:,} on the schedule (shrinkage {percent(self.shrinkage)})"
        return f"{title}; one fewer misses: {self._because}" if self.binding else title

    def __str__(self) -> str:
        if self.performance is None:
            return f"{self._title()}; nobody comes"
        return f"{self._title()}\n{self.performance}"

    def _repr_html_(self) -> str:
        if self.performance is None:
            return html_table(str(self), ())
        return html_table(self._title(), self.performance.rows(), head=False)


@attrs.frozen
class RequirementTable(Sequence[Requirement]):
    """A requirement per interval, in their order; as long as the table of arrivals.

    Attributes
    ----------
    intervals : tuple of Requirement
    """

    intervals: tuple[Requirement, ...]

    @overload
    def __getitem__(self, at: int) -> Requirement: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Requirement, ...]: ...
    def __getitem__(self, at: int | slice) -> Requirement | tuple[Requirement, ...]:
        return self.intervals[at]

    def __len__(self) -> int:
        return len(self.intervals)

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.intervals)

    @property
    def agents(self) -> tuple[int, ...]:
        """Agents who have to be at work, by interval."""
        return tuple(found.agents for found in self.intervals)

    @property
    def scheduled(self) -> tuple[int, ...]:
        """Agents on the schedule, by interval."""
        return tuple(found.scheduled for found in self.intervals)

    @property
    def agent_hours(self) -> float:
        """Paid hours of all intervals: scheduled times interval."""
        return sum(found.scheduled * found.interval for found in self.intervals) / 3600.0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "agent_hours": self.agent_hours,
            "intervals": [found.to_dict() for found in self.intervals],
        }

    def _rows(self) -> list[Row]:
        head = ("interval", "arrivals", "agents", "scheduled", "service level", "mean wait")
        rows: list[Row] = [(*head, "occupancy", "one fewer misses")]
        for at, found in enumerate(self.intervals, 1):
            seen = found.performance
            figures = ("", "", "")
            if seen is not None:
                level = seen.service_level
                if found.targets.counted == "answered":
                    level = seen.service_level_of_answered
                figures = percent(level), duration(seen.mean_wait), percent(seen.occupancy)
            numbers = f"{found.arrivals:,g}", f"{found.agents:,}", f"{found.scheduled:,}"
            rows.append((str(at), *numbers, *figures, found._because))  # noqa: SLF001  # its own kind
        return rows

    def _title(self) -> str:
        first = self.intervals[0]
        count = plural(len(self), "interval")
        hours = f"{self.agent_hours:,.1f} agent hours"
        return f"{count} of {duration(first.interval)} for {first.targets}: {hours}"

    def __str__(self) -> str:
        return text_table(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return html_table(self._title(), self._rows())
