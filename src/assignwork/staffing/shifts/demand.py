"""How many agents are needed when: intervals of any length, by skill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.errors import ConfigurationError
from assignwork.model.hours import DAY
from assignwork.model.records import Record
from assignwork.staffing import _inputs
from assignwork.staffing.results import RequirementTable
from assignwork.staffing.shifts import _clock as c
from assignwork.staffing.shifts.horizon import Horizon


def agent_count(value: int, field: str = "") -> int:
    """A number of agents, 0 or more."""
    return _inputs.count(value, field, 0)


@attrs.frozen(field_transformer=f.named)
class Need(Record):
    """At least so many agents at work at each moment of an interval.

    Parameters
    ----------
    start, end : float
        Seconds after midnight of day 0 on the local clock, whole minutes. In a week that repeats
        an interval may end in the next one.
    agents : int
        0 or more.
    skill : str, optional
        What they have to be able to do; None: anybody will do. Each agent counts for one need at
        a time, so of five of whom one speaks Spanish four are needed without a skill.

    Examples
    --------
    >>> Need.on(1, "09:00-10:00", 3, "es")
    Need(start=118800.0, end=122400.0, agents=3, skill='es')
    """

    start: float = attrs.field(converter=c.whole_minutes)
    end: float = attrs.field(converter=c.whole_minutes)
    agents: int = attrs.field(converter=agent_count)
    skill: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            f.refuse("end", self.end, f"an instant after the start ({self.start:g} s)")

    @classmethod
    def on(cls, day: int, hours: str, agents: int, skill: str | None = None) -> Self:
        """From a day counted from 0 and hours such as ``09:00-10:00`` or ``22:00-06:00``."""
        if type(day) is not int or day < 0:
            f.refuse("day", day, "a day, counted from 0")
        ((start, end),) = c.spans_of(c.hours([hours], "hours"))
        return cls(60.0 * (day * DAY + start), 60.0 * (day * DAY + end), agents, skill)

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end, in minutes after midnight of day 0."""
        return int(self.start) // 60, int(self.end) // 60


def needs_of(
    table: RequirementTable | Iterable[int],
    *,
    interval: float | None = None,
    skill: str | None = None,
    starts_after: float = 0.0,
) -> tuple[Need, ...]:
    """A need for each interval of a table.

    Parameters
    ----------
    table : RequirementTable or list of int
        Of a `RequirementTable`, the agents on the schedule (`scheduled`) count.
    interval : float, optional
        Seconds that each lasts, whole minutes; a `RequirementTable` knows it.
    skill : str, optional
    starts_after : float, default 0
        Seconds from midnight of day 0 to the first interval, whole minutes.

    Raises
    ------
    ConfigurationError
        For what is no such table.

    Examples
    --------
    >>> [(need.minutes, need.agents) for need in needs_of([2, 0, 3], interval=1800)]
    [((0, 30), 2), ((30, 60), 0), ((60, 90), 3)]
    """
    if isinstance(table, RequirementTable):
        lengths = [found.interval for found in table]
        counts: list[Any] = list(table.scheduled)
    else:
        counts = _inputs.listed(table, "table")
        if interval is None:
            f.refuse("interval", interval, "a length in seconds: numbers alone do not tell it")
        lengths = [interval] * len(counts)
    at = c.whole_minutes(starts_after, "starts_after")
    found = []
    for i, (agents, length) in enumerate(zip(counts, lengths, strict=True)):
        seconds = c.whole_minutes(length, "interval")
        try:
            found.append(Need(at, at + seconds, agents, skill))
        except ConfigurationError as error:
            raise error.within(f"table[{i}]") from None
        at += seconds
    return tuple(found)


def demand(value: Any, field: str = "") -> tuple[Need, ...]:
    """Needs from needs, from a table, or from a table for each skill."""
    if isinstance(value, RequirementTable):
        return needs_of(value)
    if isinstance(value, Mapping):
        found: list[Need] = []
        for skill, entry in f.pairs(value, field):
            if isinstance(entry, RequirementTable):
                found.extend(needs_of(entry, skill=skill))
                continue
            for i, need in enumerate(f.entries(entry, f"{field}.{skill}", "a table or needs")):
                one = _need(need, f"{field}.{skill}[{i}]")
                found.append(attrs.evolve(one, skill=skill))
        return tuple(found)
    listed = f.entries(value, field, "a list of needs, a RequirementTable, or one for each skill")
    return tuple(_need(entry, f"{field}[{i}]") for i, entry in enumerate(listed))


def _need(value: Any, field: str) -> Need:
    if isinstance(value, Need):
        return value
    if not isinstance(value, Mapping):
        remedy = "numbers alone do not tell when: give needs_of(numbers, interval=1800)"
        f.refuse(field, value, "a Need", remedy)
    found: Need = structure(Need, value, field)
    return found


def check_demand(
    needs: tuple[Need, ...], horizon: Horizon, field: str = "demand", *, circular: bool = False
) -> None:
    """Refuse needs outside the horizon, and two of one skill at a time.

    Raises
    ------
    ConfigurationError
        Its field says which, such as ``demand[2]``.
    """
    length = horizon.days * DAY
    spans: dict[str | None, list[tuple[int, int, int]]] = {}
    for i, need in enumerate(needs):
        start, end = need.minutes
        if start >= length or end - start > length or (end > length and not circular):
            raise ConfigurationError(
                f"{horizon.span(start, end)} is not within the {horizon.days} days planned",
                field=f"{field}[{i}]",
                value=need,
                limit=f"0 to {length * 60} seconds after midnight of day 0",
                remedy="plan more days, or leave it out",
            )
        found = spans.setdefault(need.skill, [])
        found.append((start, min(end, length), i))
        if end > length:
            found.append((0, end - length, i))
    for skill, found in spans.items():
        for (_, before, _), (start, end, i) in pairwise(sorted(found)):
            if start < before:
                of = "" if skill is None else f" for {skill!r}"
                raise ConfigurationError(
                    f"{horizon.span(start, end)}{of} overlaps another need",
                    field=f"{field}[{i}]",
                    value=needs[i],
                    remedy="give each moment one number of agents per skill",
                )
