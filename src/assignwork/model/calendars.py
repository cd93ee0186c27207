"""Calendars: working hours as configured, and the public holidays on which none are (rule T1).

What is contradictory, or leaves no working time at all, is refused here, so that what computes with
it (`assignwork.service`) never meets it. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError
from assignwork.model.hours import (
    WEEKDAYS,
    Spans,
    by_ordinal,
    dated_hours,
    minutes_of,
    overlap,
    overlap_error,
    refuse_overlaps,
    weekly_hours,
    zone_name,
)
from assignwork.model.records import Record

ALWAYS = "24x7"
"""The id of the calendar that is built in: all time is working time."""
HOLIDAY_YEARS = range(1900, 2101)
"""Years whose public holidays are looked up; the `holidays` package knows none after 2100."""
HOLIDAY_DAYS = range(date(1900, 1, 1).toordinal(), date(2101, 1, 1).toordinal())
"""Their dates, by ordinal."""


@attrs.frozen(field_transformer=f.named)
class Holidays(Record):
    """Public holidays of a country, or of one of its subdivisions, as the `holidays` package has.

    Parameters
    ----------
    country : str
        ISO 3166-1 code, such as ``PT``.
    subdivision : str, optional
        ISO 3166-2 code without the country, such as ``CA`` for California.

    Raises
    ------
    ConfigurationError
        When the package does not know them, or is not installed.

    Notes
    -----
    Dates are those of the installed version of the package; two versions may differ.

    Examples
    --------
    >>> sorted(Holidays("PT").in_year(2026))[0].isoformat()
    '2026-01-01'
    """

    country: str = attrs.field(converter=f.identifier)
    subdivision: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def __attrs_post_init__(self) -> None:
        known = _holidays_package().list_supported_countries()
        if self.country not in known:
            what = "a country whose holidays are known"
            refuse("country", self.country, what, f.nearest(self.country, known))
        try:
            self.in_year(HOLIDAY_YEARS[-1])
        except NotImplementedError:
            what = f"a subdivision of {self.country} whose holidays are known"
            remedy = f.nearest(self.subdivision, known[self.country])
            refuse("subdivision", self.subdivision, what, remedy)

    def in_year(self, year: int) -> frozenset[date]:
        """Their dates in a year (1900 to 2100; in other years none is known).

        Each call computes them anew, in some tenths of a millisecond.
        """
        if year not in HOLIDAY_YEARS:
            return frozenset()
        # a language, which nobody will see, keeps the package from asking the environment for one
        found = _holidays_package().country_holidays(
            self.country, subdiv=self.subdivision, years=year, expand=False, language="en_US"
        )
        return frozenset(day for day in found if day.year == year)

    def to_dict(self) -> Any:
        """The bare country where that says all, else an object."""
        return self.country if self.subdivision is None else super().to_dict()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | str) -> Self:
        """Make one from its wire form: a country, or an object."""
        return cls(data) if isinstance(data, str) else structure(cls, data)


def _holidays_package() -> Any:
    try:
        import holidays  # noqa: PLC0415  # an optional dependency, and slow to import
    except ImportError:
        raise ConfigurationError(
            "public holidays need the package 'holidays'",
            remedy="pip install 'assignwork[calendars]'",
        ) from None
    return holidays


def _holidays(value: Holidays | str | Mapping[str, Any] | None, field: str = "") -> Holidays | None:
    if value is None or isinstance(value, Holidays):
        return value
    return structure(Holidays, {"country": value} if isinstance(value, str) else value, field)


@attrs.frozen(field_transformer=f.named)
class Calendar(Record):
    """Working hours: weekly ones, other ones on some dates, none on public holidays.

    Parameters
    ----------
    id : str
        Any but ``24x7``, which is built in.
    timezone : str, default 'UTC'
        Name in the IANA database.
    hours : mapping of str to list of str
        Weekday (``mon`` to ``sun``) or range (``mon-fri``) -> intervals such as ``09:00-17:00``.
        One that ends before it starts ends on the next day.
    exceptions : mapping of date to list of str
        Intervals that start on that date, instead of the weekly ones, also on a public holiday;
        none: closed.
    holidays : Holidays or str, optional
        On these dates no weekly interval starts; one that runs across midnight into them does run.

    Raises
    ------
    ConfigurationError
        For what is no weekday, date, interval or time zone; for intervals that overlap; and for a
        calendar without any working time.

    Examples
    --------
    >>> lisbon = Calendar("lisbon", "Europe/Lisbon", {"mon-fri": ["9:00-12:30", "13:30-18:00"]})
    >>> lisbon.hours["fri"]
    ('09:00-12:30', '13:30-18:00')
    >>> Calendar("night", hours={"sun": ["22:00-06:00"], "mon": ["05:00-13:00"]})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: hours.mon: '05:00-13:00' overlaps '22:00-06:00' of the \
day before; end the first in time, or start the second later
    """

    id: str = attrs.field(converter=f.identifier)
    timezone: str = attrs.field(default="UTC", converter=zone_name)
    hours: Mapping[str, tuple[str, ...]] = attrs.field(default=FrozenDict(), converter=weekly_hours)
    exceptions: Mapping[str, tuple[str, ...]] = attrs.field(
        default=FrozenDict(), converter=dated_hours
    )
    holidays: Holidays | None = attrs.field(default=None, converter=_holidays)

    def __attrs_post_init__(self) -> None:
        if self.id == ALWAYS:
            refuse("id", self.id, "free: this calendar is built in", "give it another id")
        week = self.week()
        for i, day in enumerate(WEEKDAYS):
            if overlap(week[i - 1], week[i]):
                raise overlap_error(f"hours.{day}", week[i - 1], week[i])
        refuse_overlaps(self.dated(), self.dated(), week, self.is_holiday, "exceptions")
        if not self._ever_opens():
            raise ConfigurationError(
                f"calendar {self.id!r} has no working time",
                field="hours",
                value=self.hours,
                remedy='give hours, such as {"mon-fri": ["09:00-17:00"]}, on days that are no '
                f"holiday; for all time use the calendar {ALWAYS!r}",
            )

    def week(self) -> tuple[Spans, ...]:
        """The weekly intervals in minutes, Monday's first."""
        return tuple(minutes_of(self.hours.get(day, ())) for day in WEEKDAYS)

    def dated(self) -> dict[int, Spans]:
        """The exceptions in minutes, by the ordinal of their date."""
        return by_ordinal(self.exceptions)

    def is_holiday(self, ordinal: int) -> bool:
        """Whether the date of this ordinal is a public holiday."""
        if self.holidays is None or ordinal not in HOLIDAY_DAYS:
            return False
        day = date.fromordinal(ordinal)
        return day in self.holidays.in_year(day.year)

    def _ever_opens(self) -> bool:
        if any(self.exceptions.values()) or not self.hours or self.holidays is None:
            return any(self.exceptions.values()) or bool(self.hours)
        # the first year tells, unless a package calls, say, each Sunday a holiday
        for year in HOLIDAY_YEARS:
            closed = self.holidays.in_year(year)
            days = (date(year, 1, 1) + timedelta(n) for n in range(365))
            if any(WEEKDAYS[day.weekday()] in self.hours and day not in closed for day in days):
                return True
        return False
