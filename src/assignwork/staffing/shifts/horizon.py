"""The days that are planned, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.model.hours import DAY, WEEKDAYS, iso_date
from assignwork.staffing.shifts._clock import WEEK, clock

MOST_DAYS = 366


def day_count(value: int, field: str = "") -> int:
    """A number of days, 1 to 366."""
    if type(value) is int and 1 <= value <= MOST_DAYS:
        return value
    return f.refuse(field, value, f"a number of days (1 to {MOST_DAYS})")


def first_day(value: str | date, field: str = "") -> str:
    """A weekday or a date."""
    if isinstance(value, str) and value in WEEKDAYS:
        return value
    if isinstance(value, str) and not value[:1].isdigit():
        return f.choice(value, field, WEEKDAYS)
    return iso_date(value, field)


def weekdays(value: Any, field: str = "") -> tuple[str, ...] | None:
    """Weekdays in the order of the week, or None."""
    if value is None:
        return None
    found = f.names(value, field)
    for i, name in enumerate(found):
        f.choice(name, f"{field}[{i}]", WEEKDAYS)
    return tuple(name for name in WEEKDAYS if name in found)


def _weekdays_from(value: str, field: str) -> set[str]:
    """Those of a weekday, or of a range that may go round the end of the week."""
    first, dash, last = value.partition("-")
    start = WEEKDAYS.index(f.choice(first, field, WEEKDAYS))
    stop = WEEKDAYS.index(f.choice(last, field, WEEKDAYS)) if dash else start
    return {WEEKDAYS[(start + i) % WEEK] for i in range((stop - start) % WEEK + 1)}


def some_days(value: Iterable[int | str | date] | None, field: str = "") -> Any:
    """Days as they were given, for a horizon to number; None: all."""
    if value is None:
        return None
    listed = f.entries(value, field, "a list of days, or None")
    return tuple(
        iso_date(day, f"{field}[{i}]") if isinstance(day, date) else day
        for i, day in enumerate(listed)
    )


@attrs.frozen(field_transformer=f.named)
class Horizon:
    """The days that are planned, counted from 0, on the local clock.

    Parameters
    ----------
    days : int
        1 to 366.
    starts_on : str or date, default 'mon'
        What day 0 is: a date, or a weekday where the dates do not matter.

    Examples
    --------
    >>> horizon = Horizon(14, "2026-01-05")
    >>> horizon.label(1), horizon.weekday(5), horizon.day("2026-01-07", "day")
    ('Tue 2026-01-06', 'sat', 2)
    >>> Horizon(7, "sun").span(1500, 1560)
    'Mon 01:00-02:00'
    """

    days: int = attrs.field(converter=day_count)
    starts_on: str = attrs.field(default="mon", converter=first_day)

    @property
    def first_date(self) -> date | None:
        """That of day 0, if it is known."""
        return None if self.starts_on in WEEKDAYS else date.fromisoformat(self.starts_on)

    def date_of(self, day: int) -> date | None:
        """That of a day, also of one before or after the horizon."""
        first = self.first_date
        return None if first is None else first + timedelta(day)

    @property
    def _first(self) -> int:
        first = self.first_date
        return WEEKDAYS.index(self.starts_on) if first is None else first.weekday()

    def weekday(self, day: int) -> str:
        """Its short name, such as ``mon``."""
        return WEEKDAYS[(self._first + day) % WEEK]

    def label(self, day: int) -> str:
        """What the day is called."""
        name = self.weekday(day).capitalize()
        at = self.date_of(day)
        if at is not None:
            return f"{name} {at.isoformat()}"
        return name if 0 <= day < WEEK else f"{name} (day {day})"

    def span(self, start: int, end: int) -> str:
        """An interval in words; both in minutes after midnight of day 0."""
        day = start // DAY
        last = "24:00" if end == (day + 1) * DAY else clock(end)
        return f"{self.label(day)} {clock(start)}-{last}"

    def day(self, value: Any, field: str) -> int:
        """The number of a day that is given as one, or as its date."""
        first = self.first_date
        text = isinstance(value, str) and (first is not None or value[:1].isdigit())
        if text or isinstance(value, date):
            if first is None:
                f.refuse(field, value, "the number of a day", "give `starts_on` as a date")
            number = (date.fromisoformat(iso_date(value, field)) - first).days
        else:
            number = value
        if type(number) is int and 0 <= number < self.days:
            return number
        dates = "" if first is None else f", or {first} to {self.date_of(self.days - 1)}"
        what = f"a day of the horizon (0 to {self.days - 1}{dates})"
        return f.refuse(field, value, what, "count days from 0, or give the date")

    def days_of(self, values: Any, field: str) -> tuple[int, ...]:
        """The numbers of several days, in their order.

        Each entry is a number, a date, a weekday, or weekdays from one to another: ``mon-fri``.

        Examples
        --------
        >>> Horizon(9, "2026-01-05").days_of([3, "2026-01-07", "sat-mon"], "days")
        (0, 2, 3, 5, 6, 7)
        """
        found: set[int] = set()
        for i, value in enumerate(f.entries(values, field, "a list of days")):
            path = f"{field}[{i}]"
            if isinstance(value, str) and not value[:1].isdigit():
                names = _weekdays_from(value, path)
                found |= {day for day in range(self.days) if self.weekday(day) in names}
            else:
                found.add(self.day(value, path))
        return tuple(sorted(found))

    @property
    def weeks(self) -> tuple[range, ...]:
        """Blocks of seven days from day 0 on; the last may be shorter."""
        return tuple(range(i, min(i + WEEK, self.days)) for i in range(0, self.days, WEEK))

    @property
    def weekends(self) -> tuple[int, ...]:
        """The Saturdays whose Sunday is planned too."""
        return tuple(day for day in range(self.days - 1) if self.weekday(day) == "sat")
