"""What an agent may be asked to work: contracts, and the agents of a roster."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record
from assignwork.staffing.shifts import _clock as c


def _count(value: int | None, field: str = "") -> int | None:
    if value is None or (type(value) is int and 0 <= value <= f.MAX_UNITS):
        return value
    return f.refuse(field, value, "a whole number of 0 or more, or None")


def _in_week(value: int | None, field: str = "") -> int | None:
    if value is None or (type(value) is int and 0 <= value <= c.WEEK):
        return value
    return f.refuse(field, value, "a number of days of a week (0 to 7), or None")


@attrs.frozen(field_transformer=f.named)
class Contract(Record):
    """Limits on what an agent works; those left out do not hold.

    A week is a block of seven days from day 0 on. Most of a week also holds for a last block that
    is shorter; a least does not. A day off is one on which no shift starts.

    Parameters
    ----------
    id : str
        Agents who share a contract are compared where fairness is asked for.
    min_paid, max_paid : float, optional
        Paid seconds of the whole horizon, whole minutes.
    min_paid_per_week, max_paid_per_week : float, optional
        The same of each week.
    min_shifts, max_shifts : int, optional
        Shifts of the whole horizon.
    max_shifts_per_week : int, optional
    max_days_in_a_row, max_nights_in_a_row : int, optional
        Most days in a row on which a shift, or a night, starts.
    min_rest : float, default 0
        Least seconds from the end of a shift to the start of the next, whole minutes.
    days_off_per_week : int, optional
        Least days off in each week.
    days_off_in_a_row : int, optional
        In each week there are at least so many days off in a row.
    free_weekends : int, optional
        Least weekends of the horizon with no work from Saturday 00:00 to Sunday 24:00, nights
        begun on Friday included.

    Examples
    --------
    >>> Contract("full time", max_paid_per_week=40 * 3600, min_rest=11 * 3600).min_rest
    39600.0
    """

    id: str = attrs.field(converter=f.identifier)
    min_paid: float | None = attrs.field(default=None, converter=c.optional_whole_minutes)
    max_paid: float | None = attrs.field(default=None, converter=c.optional_whole_minutes)
    min_paid_per_week: float | None = attrs.field(default=None, converter=c.optional_whole_minutes)
    max_paid_per_week: float | None = attrs.field(default=None, converter=c.optional_whole_minutes)
    min_shifts: int | None = attrs.field(default=None, converter=_count)
    max_shifts: int | None = attrs.field(default=None, converter=_count)
    max_shifts_per_week: int | None = attrs.field(default=None, converter=_count)
    max_days_in_a_row: int | None = attrs.field(default=None, converter=_count)
    max_nights_in_a_row: int | None = attrs.field(default=None, converter=_count)
    min_rest: float = attrs.field(default=0.0, converter=c.whole_minutes)
    days_off_per_week: int | None = attrs.field(default=None, converter=_in_week)
    days_off_in_a_row: int | None = attrs.field(default=None, converter=_in_week)
    free_weekends: int | None = attrs.field(default=None, converter=_count)

    def __attrs_post_init__(self) -> None:
        for least, most in (
            ("min_paid", "max_paid"),
            ("min_paid_per_week", "max_paid_per_week"),
            ("min_shifts", "max_shifts"),
        ):
            low, high = getattr(self, least), getattr(self, most)
            if low is not None and high is not None and low > high:
                raise ConfigurationError(
                    f"contract {self.id!r} asks for at least {low:g} and allows at most {high:g}",
                    field=least,
                    value=low,
                    limit=f"at most {most} ({high:g})",
                    remedy=f"lower it, or raise {most}",
                )


FREE = Contract("none")
"""That of agents who have none: it asks for nothing."""


def _history(value: Iterable[str | None], field: str = "") -> tuple[str | None, ...]:
    return tuple(
        f.optional_identifier(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of templates, or None for off"))
    )


def _may_work(value: Iterable[str] | None, field: str = "") -> tuple[str, ...] | None:
    return None if value is None else f.names(value, field)


def _days(value: Iterable[int | str | date], field: str = "") -> tuple[Any, ...]:
    return tuple(f.entries(value, field, "a list of days"))


def _unavailable(value: Any, field: str = "") -> tuple[tuple[Any, str], ...]:
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of days with hours")):
        path = f"{field}[{i}]"
        pair = tuple(f.entries(entry, path, "a day and its hours"))
        if len(pair) != 2:  # noqa: PLR2004  # a day, its hours
            f.refuse(path, entry, "a day and its hours, such as (0, '09:00-12:00')")
        found.append((pair[0], c.hours([pair[1]], path)[0]))
    return tuple(found)


@attrs.frozen(field_transformer=f.named)
class RosterAgent(Record):
    """A person on the roster.

    Parameters
    ----------
    id : str
    skills : list of str
    contract : str, optional
        The id of a contract of the problem; None: no limits.
    templates : list of str, optional
        Those that he may work; None: all.
    leave : list of day
        Days, counted from 0 or as dates, on which he does not work from 00:00 to 24:00, nor a
        night that runs into them.
    unavailable : list of (day, hours)
        The same of hours such as ``(2, "09:00-12:00")``.
    history : list of str or None
        What he worked on the days before day 0, the last of them last; None: off. Rest, sequences
        and days in a row hold across the seam, and a night before day 0 covers its first hours.

    Examples
    --------
    >>> RosterAgent("ana", ["es"], "full time", leave=[2], history=["late", None, "night"]).leave
    (2,)
    """

    id: str = attrs.field(converter=f.identifier)
    skills: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    contract: str | None = attrs.field(default=None, converter=f.optional_identifier)
    templates: tuple[str, ...] | None = attrs.field(default=None, converter=_may_work)
    leave: tuple[Any, ...] = attrs.field(default=(), converter=_days)
    unavailable: tuple[tuple[Any, str], ...] = attrs.field(default=(), converter=_unavailable)
    history: tuple[str | None, ...] = attrs.field(default=(), converter=_history)
