"""Figures of a staffing plan: what is needed when, who is there, and how it is shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import TypeGuard, cast

import attrs

from assignwork.reports._rosters import (
    Heads,
    Horizon,
    Need,
    Planned,
    Requirement,
    RequirementTable,
    Roster,
    Template,
)

DAY = 1440
"""Minutes."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY = date(2001, 1, 1)
"""Stands in where days have no dates."""


@attrs.frozen
class Required:
    """A requirement, and when its intervals are.

    Attributes
    ----------
    table : RequirementTable
        At least one interval.
    start_at : float
        POSIX seconds at which the first begins; each follows the one before.
    zone : tzinfo
        In which times are told.
    """

    table: RequirementTable
    start_at: float
    zone: tzinfo = UTC

    @property
    def moments(self) -> list[datetime]:
        """When the intervals begin, on the local clock."""
        length = self.table[0].interval
        return [
            datetime.fromtimestamp(self.start_at + length * i, self.zone)
            for i in range(len(self.table))
        ]

    @property
    def peak(self) -> tuple[datetime, Requirement]:
        """When most agents are needed, and that interval; of equals the first."""
        at = max(range(len(self.table)), key=lambda i: self.table[i].agents)
        return self.moments[at], self.table[at]

    @property
    def by_day(self) -> dict[date, list[tuple[datetime, Requirement]]]:
        """The intervals of each local day."""
        found: dict[date, list[tuple[datetime, Requirement]]] = {}
        for moment, entry in zip(self.moments, self.table, strict=True):
            found.setdefault(moment.date(), []).append((moment, entry))
        return found

    @property
    def days(self) -> int:
        """Local days on which anybody is needed."""
        return sum(any(entry.agents for _, entry in of) for of in self.by_day.values())

    @property
    def staffed(self) -> int:
        """Intervals in which anybody is needed."""
        return sum(1 for entry in self.table if entry.agents)

    @property
    def binding(self) -> dict[str, int]:
        """Target -> intervals in which one agent fewer would miss it, most first."""
        return dict(Counter(name for entry in self.table for name in entry.binding).most_common())


def hours_of(entries: Sequence[Requirement]) -> float:
    """Agent hours on the schedule."""
    return sum(entry.scheduled * entry.interval for entry in entries) / 3600.0


def has_names(found: Heads | Roster | None) -> TypeGuard[Roster]:
    """Whether it is a roster, and not head counts."""
    return hasattr(found, "assignments")


def counts(found: Heads | Roster) -> dict[tuple[int, str], int]:
    """Agents by day and template."""
    if has_names(found):
        return Counter((entry.day, entry.template) for entry in found.assignments)
    return {(shift.day, shift.template): shift.agents for shift in cast("Heads", found).shifts}


@attrs.frozen
class Step:
    """A stretch of time in which nothing changes; minutes after midnight of day 0."""

    start: int
    end: int
    needed: int
    planned: int


def steps(found: Heads | Roster, templates: Sequence[Template]) -> list[Step]:
    """Needed (of all skills together) and at work, over the days planned."""
    end = found.horizon.days * DAY
    changes: dict[int, list[int]] = {0: [0, 0], end: [0, 0]}
    for row in found.coverage:
        _add(changes, row.need.minutes, 0, row.need.agents)
    for span, agents in work(found, templates):
        _add(changes, span, 1, agents)
    at = sorted(changes)
    needed = planned = 0
    made = []
    for start, stop in pairwise(at):
        needed += changes[start][0]
        planned += changes[start][1]
        if 0 <= start < end:
            made.append(Step(start, stop, needed, planned))
    return made


def _add(changes: dict[int, list[int]], span: tuple[int, int], which: int, agents: int) -> None:
    for at, sign in zip(span, (1, -1), strict=True):
        changes.setdefault(at, [0, 0])[which] += sign * agents


def work(found: Heads | Roster, templates: Sequence[Template]) -> list[tuple[tuple[int, int], int]]:
    """When who is at work: minutes after midnight of day 0, and how many."""
    spans = {template.id: template.spans for template in templates}
    return [
        ((day * DAY + start, day * DAY + stop), agents)
        for (day, name), agents in counts(found).items()
        for start, stop in spans[name]
    ]


def short_hours(found: Planned) -> float:
    """Agent hours that are missing."""
    return sum(row.short_minutes for row in found.coverage) / 60


def hours_needed(needs: Sequence[Need]) -> float:
    """Agent hours that are asked for."""
    return sum(need.agents * (need.minutes[1] - need.minutes[0]) for need in needs) / 60


def paid_hours(found: Heads | Roster, templates: Sequence[Template]) -> float:
    """Hours that are paid, of everybody."""
    paid = {template.id: template.paid_minutes for template in templates}
    return sum(paid[name] * agents for (_, name), agents in counts(found).items()) / 60


@attrs.frozen
class Share:
    """What an agent works.

    Attributes
    ----------
    shifts : mapping of str to int
        Template -> how often.
    hours : float
        Paid.
    unpopular, nights, weekends : int
        Shifts of these kinds, and weekends of the days planned with work on Saturday or Sunday,
        also of a night that began on Friday.
    leave : int
        Days.
    """

    agent: str
    contract: str | None
    shifts: dict[str, int]
    hours: float
    unpopular: int
    nights: int
    weekends: int
    leave: int


def shares(found: Roster) -> list[Share]:
    """What each agent works, in the order of the roster."""
    known = {template.id: template for template in found.problem.templates}
    horizon = found.horizon
    saturdays = [day for day in range(horizon.days - 1) if horizon.weekday(day) == "sat"]
    made = []
    for agent in found.problem.agents:
        own = [entry for entry in found.assignments if entry.agent == agent.id]
        worked = [known[entry.template] for entry in own]
        spans = [
            (entry.day * DAY + start, entry.day * DAY + end)
            for entry in own
            for start, end in known[entry.template].spans
        ]
        made.append(
            Share(
                agent.id,
                agent.contract,
                dict(Counter(template.id for template in worked)),
                sum(template.paid_minutes for template in worked) / 60,
                sum(template.unpopular for template in worked),
                sum(template.night for template in worked),
                sum(
                    any(start < (day + 2) * DAY and day * DAY < end for start, end in spans)
                    for day in saturdays
                ),
                len(agent.leave),
            )
        )
    return made


def moment(horizon: Horizon, minutes: int) -> datetime:
    """Minutes after midnight of day 0, as the local clock shows them.

    Where days have no dates, in a week of 2001 that begins as they do.
    """
    first = horizon.first_date
    if first is None:
        first = _MONDAY + timedelta(WEEKDAYS.index(horizon.weekday(0)))
    return datetime(first.year, first.month, first.day) + timedelta(minutes=minutes)  # noqa: DTZ001  # what a clock shows
