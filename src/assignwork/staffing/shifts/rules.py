"""Rules of a roster beside contracts: fixed shifts, posts, wishes, being on call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.model.records import Record
from assignwork.staffing.shifts import _clock as c
from assignwork.staffing.shifts.demand import agent_count
from assignwork.staffing.shifts.horizon import some_days

MOST_POINTS = 1_000_000


def _some_names(value: Iterable[str] | None, field: str = "") -> tuple[str, ...] | None:
    return None if value is None else f.names(value, field)


def _points(value: int, field: str = "") -> int:
    if type(value) is int and 0 < abs(value) <= MOST_POINTS:
        return value
    return f.refuse(field, value, f"points (a whole number, not 0, up to ±{MOST_POINTS:,})")


@attrs.frozen(field_transformer=f.named)
class Pin(Record):
    """An agent works this template on this day; None: he is off.

    Examples
    --------
    >>> Pin("ana", 0, "early").to_dict()
    {'agent': 'ana', 'day': 0, 'template': 'early'}
    """

    agent: str = attrs.field(converter=f.identifier)
    day: Any = attrs.field()  # checked by the problem, which knows its days
    template: str | None = attrs.field(converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Ban(Record):
    """An agent does not work this template on these days; None: on no day.

    Examples
    --------
    >>> Ban("ana", "night", [0, 1]).to_dict()
    {'agent': 'ana', 'template': 'night', 'days': [0, 1]}
    """

    agent: str = attrs.field(converter=f.identifier)
    template: str = attrs.field(converter=f.identifier)
    days: Any = attrs.field(default=None, converter=some_days)


@attrs.frozen(field_transformer=f.named)
class Post(Record):
    """At least so many agents on a template, whoever else is at work.

    Parameters
    ----------
    template : str
    agents : int
        0 or more.
    days : list of day, optional
        None: on all days on which the template may start.
    """

    template: str = attrs.field(converter=f.identifier)
    agents: int = attrs.field(converter=agent_count)
    days: Any = attrs.field(default=None, converter=some_days)


@attrs.frozen(field_transformer=f.named)
class Wish(Record):
    """What an agent would like, or not.

    Parameters
    ----------
    agent : str
    points : int
        Above 0: what each of the days costs on which it is not so. Below 0: what each of the days
        costs on which it is so.
    days : list of day, optional
        None: every day.
    templates : list of str, optional
        Working one of these; None: working at all.

    Examples
    --------
    >>> free_friday = Wish("ana", -60, days=[4])
    >>> mornings = Wish("ben", -30, templates=["late", "night"])
    """

    agent: str = attrs.field(converter=f.identifier)
    points: int = attrs.field(converter=_points)
    days: Any = attrs.field(default=None, converter=some_days)
    templates: tuple[str, ...] | None = attrs.field(default=None, converter=_some_names)


def _periods(value: Any, field: str = "") -> tuple[tuple[str, ...], ...]:
    return tuple(
        f.names(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of periods"))
    )


@attrs.frozen(field_transformer=f.named)
class OnCall(Record):
    """A rotation: in each period exactly so many agents are on call. That is no coverage.

    Parameters
    ----------
    id : str
    days : int, default 7
        That a period lasts, from day 0 on; the last may be shorter.
    agents : int, default 1
        On call in each.
    members : list of str, optional
        Who may be; None: all agents.
    every : int, default 1
        In so many periods in a row nobody is on call more than once.
    rest : float, default 0
        Seconds after a period in which who was on call does not work, whole minutes.
    history : list of list of str
        Who was on call in the periods before day 0, the last of them last; it may name former
        staff.

    Notes
    -----
    Nobody is on call in a period that has a day of his leave. He may work shifts meanwhile.

    Examples
    --------
    >>> OnCall("second line", every=3, history=[["ana"], ["ben"]]).days
    7
    """

    id: str = attrs.field(converter=f.identifier)
    days: int = attrs.field(default=c.WEEK, converter=f.positive_int)
    agents: int = attrs.field(default=1, converter=f.positive_int)
    members: tuple[str, ...] | None = attrs.field(default=None, converter=_some_names)
    every: int = attrs.field(default=1, converter=f.positive_int)
    rest: float = attrs.field(default=0.0, converter=c.whole_minutes)
    history: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_periods)

    def periods(self, days: int) -> list[range]:
        """The days of each period of a horizon of so many days."""
        return [range(i, min(i + self.days, days)) for i in range(0, days, self.days)]


def sequences(value: Any, field: str = "") -> tuple[tuple[str | None, ...], ...]:
    """Sequences of two templates or more, None for a day off."""
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of sequences")):
        path = f"{field}[{i}]"
        names = tuple(
            f.optional_identifier(name, f"{path}[{j}]")
            for j, name in enumerate(f.entries(entry, path, "a list of templates"))
        )
        if len(names) < 2 or not any(names):  # noqa: PLR2004  # one day is no sequence
            f.refuse(path, entry, "a sequence of two or more with a template among them")
        found.append(names)
    return tuple(found)
