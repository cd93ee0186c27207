"""How many agents are needed when: intervals of any length, by skill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate, pairwise
from typing import Any, Self, overload

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.errors import ConfigurationError
from assignwork.model.hours import DAY
from assignwork.model.records import Record
from assignwork.staffing import _inputs
from assignwork.staffing.results import RequirementTable
from assignwork.staffing.shifts import _clock as c
from assignwork.staffing.shifts.horizon import Horizon, some_days


def agent_count(value: int, field: str = "") -> int:
    """A number of agents, 0 or more."""
    return _inputs.count(value, field, 0)


def _hours(value: str, field: str = "") -> str:
    """One interval of the local clock, as it is written."""
    return c.hours([value], field)[0]


_DAY = "a day counted from 0, a date, weekdays such as mon-fri, or a list of these"


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

    @overload
    @classmethod
    def on(cls, day: int, hours: str, agents: int, skill: str | None = None) -> Self: ...

    @overload
    @classmethod
    def on(
        cls,
        day: str | date | Iterable[int | str | date],
        hours: str,
        agents: int,
        skill: str | None = None,
    ) -> DailyNeed: ...

    @classmethod
    def on(cls, day: Any, hours: str, agents: int, skill: str | None = None) -> Self | DailyNeed:
        """From hours such as ``09:00-10:00`` or ``22:00-06:00`` of a day, or of some days.

        A day counted from 0 gives a need. A date, a weekday, weekdays from one to another
        (``mon-fri``), or a list of any of these, gives one of these hours on each of the days that
        are planned: a `DailyNeed`.

        Examples
        --------
        >>> Need.on("mon-fri", "09:00-17:00", 2, "es")
        DailyNeed(hours='09:00-17:00', agents=2, skill='es', days=('mon-fri',))

        Raises
        ------
        ConfigurationError
            For what is no day, or no hours.
        """
        if not isinstance(day, int):
            days = [day] if isinstance(day, str | date) else f.entries(day, "day", _DAY)
            return DailyNeed(hours, agents, skill, days)
        if type(day) is not int or day < 0:
            f.refuse("day", day, "a day, counted from 0")
        ((start, end),) = c.spans_of([_hours(hours, "hours")])
        return cls(60.0 * (day * DAY + start), 60.0 * (day * DAY + end), agents, skill)

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end, in minutes after midnight of day 0."""
        return int(self.start) // 60, int(self.end) // 60


@attrs.frozen(field_transformer=f.named)
class DailyNeed(Record):
    """At least so many agents at each moment of the same hours of some days.

    Parameters
    ----------
    hours : str
        Such as ``09:00-17:00``, or ``22:00-06:00`` into the next day.
    agents : int
        0 or more.
    skill : str, optional
        As of a `Need`.
    days : list of day, optional
        Counted from 0, dates where ``starts_on`` is one, weekdays, or weekdays from one to another
        (``mon-fri``); None: all that are planned.

    Examples
    --------
    >>> DailyNeed("09:00-17:00", 2, days=["mon-fri"]).to_dict()
    {'hours': '09:00-17:00', 'agents': 2, 'days': ['mon-fri']}
    """

    hours: str = attrs.field(converter=_hours)
    agents: int = attrs.field(converter=agent_count)
    skill: str | None = attrs.field(default=None, converter=f.optional_identifier)
    days: Any = attrs.field(default=None, converter=some_days)

    def needs(self, horizon: Horizon, field: str = "") -> list[Need]:
        """A need for each of its days.

        Raises
        ------
        ConfigurationError
            For a day that is not planned; `field` is what the need is called.
        """
        days: Iterable[int] = range(horizon.days)
        if self.days is not None:
            days = horizon.days_of(self.days, f"{field}.days")
        return [Need.on(day, self.hours, self.agents, self.skill) for day in days]


def needs_of(
    table: RequirementTable | Iterable[int],
    *,
    interval: float | None = None,
    skill: str | None = None,
    starts_after: float = 0.0,
    hours: str | None = None,
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
        Seconds from midnight of day 0 to the first interval, whole minutes; with `hours`, to the
        midnight of the first day.
    hours : str, optional
        The intervals are those of these hours, day after day; nobody is needed between them. None:
        they follow each other round the clock.

    Raises
    ------
    ConfigurationError
        For what is no such table, or does not fill the hours of whole days.

    Examples
    --------
    >>> [(need.minutes, need.agents) for need in needs_of([2, 0, 3], interval=1800)]
    [((0, 30), 2), ((30, 60), 0), ((60, 90), 3)]

    The same from 9 to 11 on each of five days:

    >>> week = needs_of([3, 4] * 5, interval=3600, hours="09:00-11:00")
    >>> [(need.minutes, need.agents) for need in week[:3]]
    [((540, 600), 3), ((600, 660), 4), ((1980, 2040), 3)]
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
    minutes = [c.whole_minutes(length, "interval") / 60 for length in lengths]
    starts = _starts(minutes) if hours is None else _starts_within(hours, minutes, at)
    found = []
    for i, (agents, start, length) in enumerate(zip(counts, starts, minutes, strict=True)):
        try:
            found.append(Need(at + 60 * start, at + 60 * (start + length), agents, skill))
        except ConfigurationError as error:
            raise error.within(f"table[{i}]") from None
    return tuple(found)


def _starts(minutes: list[float]) -> list[float]:
    """When each of these intervals begins, one after the other."""
    return list(accumulate(minutes, initial=0.0))[: len(minutes)]


def _starts_within(hours: str, minutes: list[float], at: float) -> list[float]:
    """The same within these hours, day after day from midnight at `at` seconds on."""
    if at % (60 * DAY):
        remedy = "the hours say when a day begins: give a multiple of 86400, or leave it out"
        f.refuse("starts_after", at, "a whole number of days, in seconds", remedy)
    ((first, last),) = c.spans_of([_hours(hours, "hours")])
    length = minutes[0]
    if not length or (last - first) % length or any(other != length for other in minutes):
        what = f"hours that intervals of {60 * length:g} s fill"
        f.refuse("hours", hours, what, "give another length, or other hours")
    each = int((last - first) // length)
    if len(minutes) % each:
        raise ConfigurationError(
            f"{len(minutes):,} intervals are no whole days: from {hours} are {each:,}",
            field="table",
            value=len(minutes),
            limit=f"a multiple of {each:,}",
            remedy="give numbers for all of each day's hours, 0 where nobody is needed",
        )
    return [i // each * DAY + first + i % each * length for i in range(len(minutes))]


def demand(value: Any, field: str = "") -> tuple[Need | DailyNeed, ...]:
    """Needs from needs, from a table, or from a table for each skill."""
    if isinstance(value, RequirementTable):
        return needs_of(value)
    if isinstance(value, Mapping):
        found: list[Need | DailyNeed] = []
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


def _need(value: Any, field: str) -> Need | DailyNeed:
    if isinstance(value, Need | DailyNeed):
        return value
    if not isinstance(value, Mapping):
        remedy = "numbers alone do not tell when: give needs_of(numbers, interval=1800)"
        f.refuse(field, value, "a Need", remedy)
    if "hours" in value or "days" in value:
        return structure(DailyNeed, value, field)
    found: Need = structure(Need, value, field)
    return found


def planned_needs(
    given: Iterable[Need | DailyNeed], horizon: Horizon, *, circular: bool = False
) -> tuple[Need, ...]:
    """The needs of all days of the horizon.

    Raises
    ------
    ConfigurationError
        For a need outside the horizon, and for two of one skill at a time. Its field says which of
        those given, such as ``demand[2]``.
    """
    found = [
        (need, f"demand[{i}]")
        for i, entry in enumerate(given)
        for need in ([entry] if isinstance(entry, Need) else entry.needs(horizon, f"demand[{i}]"))
    ]
    _check(found, horizon, circular=circular)
    return tuple(need for need, _ in found)


def _check(needs: list[tuple[Need, str]], horizon: Horizon, *, circular: bool) -> None:
    length = horizon.days * DAY
    spans: dict[str | None, list[tuple[int, int, int]]] = {}
    for i, (need, field) in enumerate(needs):
        start, end = need.minutes
        if start >= length or end - start > length or (end > length and not circular):
            raise ConfigurationError(
                f"{horizon.span(start, end)} is not within the {horizon.days} days planned",
                field=field,
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
                    field=needs[i][1],
                    value=needs[i][0],
                    remedy="give each moment one number of agents per skill",
                )
