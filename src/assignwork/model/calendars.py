"""Working hours, shifts and on-call rotations, as configured (rules T1, T3, T4, T5).

Times of day are local to the time zone of the record that names them; an interval belongs to the
date on which it starts. What is contradictory, or leaves no working time at all, is refused here,
so that what computes with it (`assignwork.service`) never meets it. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Self, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record

ALWAYS = "24x7"
"""The id of the calendar that is built in: all time is working time."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_YEARS = range(1900, 2101)
"""Years whose public holidays are looked up; the `holidays` package knows none after 2100."""
HOLIDAY_DAYS = range(date(1900, 1, 1).toordinal(), date(2101, 1, 1).toordinal())
"""Their dates, by ordinal."""
HANDOFF_MODES = ("waiting", "all", "on_reply")
"""As `REASSIGN_MODES` of a workspace, which agents and so their shifts cannot import."""
MACHINE_ZONES = {"localtime", "posixrules"}
"""Files beside the time zones that say what the machine is set to."""

DAY = 24 * 60
"""Minutes of a day."""

Intervals: TypeAlias = Iterable[str]
Dated: TypeAlias = Mapping[str, Intervals] | Mapping[date, Intervals]
Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Start and end of intervals in minutes after their date's midnight; past 1440: the next day."""

# --- what fields accept ---------------------------------------------------------------------------


def _clock(text: str) -> int | None:
    """Minutes after midnight, 0 to 1440; None for what is no time of day."""
    hour, _, minute = text.partition(":")
    digits = text.isascii() and hour.isdigit() and minute.isdigit()
    if not digits or len(hour) > 2 or len(minute) != 2 or int(minute) >= 60:  # noqa: PLR2004
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= DAY else None


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _text(span: Sequence[Any]) -> str:
    """The canonical text of an interval that starts and ends at these minutes."""
    start, end = span[:2]
    return f"{_shown(start)}-{_shown(end if end <= DAY else end - DAY)}"


def minutes_of(intervals: Iterable[str]) -> Spans:
    """Start and end of canonical intervals, in minutes after midnight of the date they start on.

    Examples
    --------
    >>> minutes_of(["09:00-17:00", "22:00-06:00"])
    ((540, 1020), (1320, 1800))
    """
    return tuple(_interval(text, "") for text in intervals)


def _interval(value: Any, field: str) -> tuple[int, int]:
    times = [_clock(part.strip()) for part in value.split("-")] if isinstance(value, str) else []
    start, end = times if len(times) == 2 else (None, None)  # noqa: PLR2004  # start and end
    if start is None or end is None or start == DAY:
        refuse(
            field,
            value,
            "an interval of local time",
            "write it as 09:00-17:00, or 22:00-06:00 across midnight; 24:00 is the end of a day",
        )
    if start == end:
        raise ConfigurationError(
            f"{f.shown(value)} has no length",
            field=field,
            value=value,
            remedy="leave it out, or give 00:00-24:00 for a whole day",
        )
    return start, end if end > start else end + DAY


def _intervals(value: Intervals, field: str) -> tuple[str, ...]:
    """Canonical intervals of one day, by their start."""
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of intervals")):
        start, end = _interval(entry, f"{field}[{i}]")
        found.append((start, end, f"{field}[{i}]"))
    found.sort()
    for earlier, later in pairwise(found):
        if later[0] < earlier[1]:
            raise ConfigurationError(
                f"{_text(later)!r} overlaps {_text(earlier)!r}",
                field=later[2],
                value=_text(later),
                remedy="give one interval that covers both, or end the first in time",
            )
    return tuple(_text(span) for span in found)


def _hours(value: Mapping[str, Intervals], field: str = "") -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        refuse(field, value, "a mapping of weekdays", 'write it as {"mon-fri": ["09:00-17:00"]}')
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in value.items():
        path = f"{field}.{f.shortened(str(key))}"
        first, dash, last = key.partition("-") if isinstance(key, str) else (key, "", "")
        start = WEEKDAYS.index(f.choice(first, path, WEEKDAYS))
        stop = WEEKDAYS.index(f.choice(last, path, WEEKDAYS)) if dash else start
        for i in range(start, start + (stop - start) % 7 + 1):
            day = WEEKDAYS[i % 7]
            if day in found:
                raise ConfigurationError(
                    f"{day} is there twice", field=path, value=key, remedy="name each weekday once"
                )
            found[day] = _intervals(entry, path)
    return FrozenDict({day: found[day] for day in WEEKDAYS if found.get(day)})


def _date(value: str | date, field: str = "") -> str:
    """An ISO date, from one or from a `date`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    return refuse(field, value, "a date", "write it as 2026-12-31")


def _dated(value: Dated, field: str = "") -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        refuse(field, value, "a mapping of dates", 'write it as {"2026-12-24": ["09:00-12:00"]}')
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in value.items():
        day = _date(key, f"{field}.{f.shortened(str(key))}")
        if day in found:
            raise ConfigurationError(
                f"{day} is there twice", field=field, value=key, remedy="name each date once"
            )
        found[day] = _intervals(entry, f"{field}.{day}")
    return FrozenDict(sorted(found.items()))


def _timezone(value: str, field: str = "") -> str:
    name = f.identifier(value, field)
    if name == "UTC":
        return name
    # slow to import, and most desks have no calendar
    from zoneinfo import ZoneInfo, available_timezones  # noqa: PLC0415

    try:
        if name not in MACHINE_ZONES:
            return ZoneInfo(name).key
    except (ValueError, LookupError, OSError):
        pass
    remedy = f.nearest(name, sorted(available_timezones() - MACHINE_ZONES))
    return refuse(field, value, "a time zone of the IANA database", remedy)


# --- calendars ------------------------------------------------------------------------------------


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
    timezone: str = attrs.field(default="UTC", converter=_timezone)
    hours: Mapping[str, tuple[str, ...]] = attrs.field(default=FrozenDict(), converter=_hours)
    exceptions: Mapping[str, tuple[str, ...]] = attrs.field(default=FrozenDict(), converter=_dated)
    holidays: Holidays | None = attrs.field(default=None, converter=_holidays)

    def __attrs_post_init__(self) -> None:
        if self.id == ALWAYS:
            refuse("id", self.id, "free: this calendar is built in", "give it another id")
        week = self.week()
        for i, day in enumerate(WEEKDAYS):
            if _overlap(week[i - 1], week[i]):
                raise _overlap_error(f"hours.{day}", week[i - 1], week[i])
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


def by_ordinal(dated: Mapping[str, tuple[str, ...]]) -> dict[int, Spans]:
    """Canonical dated intervals in minutes, by the proleptic ordinal of their date."""
    return {date.fromisoformat(day).toordinal(): minutes_of(of) for day, of in dated.items()}


def _overlap(before: Spans, after: Spans) -> bool:
    """Whether a day's last interval runs into the first of the next day."""
    return bool(before and after) and before[-1][1] - DAY > after[0][0]


def refuse_overlaps(
    given: Iterable[int],
    dated: Mapping[int, Spans],
    week: Sequence[Spans],
    is_holiday: Callable[[int], bool],
    field: str,
) -> None:
    """Refuse intervals of a `given` ordinal date that overlap those of the day before or after.

    `dated` has the intervals of these and other dates; the others have those of the week, and none
    on a holiday.

    Raises
    ------
    ConfigurationError
        With the date's path in `field`.
    """
    named = set(given)
    for day in sorted(named | {of + 1 for of in named}):
        pair = (day - 1, day)
        before, after = (dated.get(of, week[(of - 1) % 7]) for of in pair)
        if _overlap(before, after) and not any(of not in dated and is_holiday(of) for of in pair):
            at = date.fromordinal(day if day in named else day - 1)
            raise _overlap_error(f"{field}.{at.isoformat()}", before, after)


def _overlap_error(field: str, before: Spans, after: Spans) -> ConfigurationError:
    earlier, later = _text(before[-1]), _text(after[0])
    return ConfigurationError(
        f"{later!r} overlaps {earlier!r} of the day before",
        field=field,
        value=later,
        remedy="end the first in time, or start the second later",
    )


# --- shifts ---------------------------------------------------------------------------------------


def _handoff_mode(value: str | None, field: str = "") -> str | None:
    return None if value is None else f.choice(value, field, HANDOFF_MODES)


@attrs.frozen(field_transformer=f.named)
class Handoff(Record):
    """What moves on at a shift's end (rule T4).

    Parameters
    ----------
    reassign : {'waiting', 'all', 'on_reply'}, optional
        What is given back (rule P2); None: as the workspace says.
    priority_at_most : int, optional
        Only items of this priority or a more urgent one (a smaller number) move; None: any.
    """

    reassign: str | None = attrs.field(default=None, converter=_handoff_mode)
    priority_at_most: int | None = attrs.field(default=None, converter=f.optional_positive_int)


def _handoff(value: Handoff | Mapping[str, Any] | None, field: str = "") -> Handoff | None:
    return (
        value if value is None or isinstance(value, Handoff) else structure(Handoff, value, field)
    )


@attrs.frozen(field_transformer=f.named)
class Shift(Record):
    """When an agent works: a calendar, other hours on some dates, and what becomes of his work.

    Parameters
    ----------
    calendar : str
        Id of a calendar of the desk, or ``24x7``.
    overrides : mapping of date to list of str
        Intervals that start on that date, in the calendar's time zone, instead of the calendar's;
        none: leave.
    handoff : Handoff, optional

    Examples
    --------
    >>> Shift("late", {"2026-12-24": []}).to_dict()
    {'calendar': 'late', 'overrides': {'2026-12-24': []}}
    >>> Shift("late").to_dict()
    'late'
    """

    calendar: str = attrs.field(converter=f.identifier)
    overrides: Mapping[str, tuple[str, ...]] = attrs.field(default=FrozenDict(), converter=_dated)
    handoff: Handoff | None = attrs.field(default=None, converter=_handoff)

    def to_dict(self) -> Any:
        """The bare calendar where that says all, else an object."""
        return super().to_dict() if self.overrides or self.handoff else self.calendar

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | str) -> Self:
        """Make one from its wire form: a calendar's id, or an object."""
        return cls(data) if isinstance(data, str) else structure(cls, data)


def shift(value: Shift | str | Mapping[str, Any] | None, field: str = "") -> Shift | None:
    """A shift from one, from its calendar's id or from its wire form; or None.

    Examples
    --------
    >>> shift("late")
    Shift(calendar='late', overrides={}, handoff=None)
    """
    if value is None or isinstance(value, Shift):
        return value
    if isinstance(value, str):
        return Shift(f.identifier(value, field))
    return structure(Shift, value, field)


# --- rotations ------------------------------------------------------------------------------------


@attrs.frozen(field_transformer=f.named)
class Override(Record):
    """Who is on call from `starts_at` on, up to but not at `ends_at`, whoever's turn it is.

    Both are instants: POSIX seconds, ISO 8601 with an offset, or an aware datetime.
    """

    starts_at: float = attrs.field(converter=f.instant)
    ends_at: float = attrs.field(converter=f.instant)
    member: str = attrs.field(converter=f.identifier)

    def __attrs_post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            what = f"an instant after its start ({self.starts_at})"
            refuse("ends_at", self.ends_at, what)


def _overrides(
    value: Iterable[Override | Mapping[str, Any]], field: str = ""
) -> tuple[Override, ...]:
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of overrides")):
        path = f"{field}[{i}]"
        one = entry if isinstance(entry, Override) else structure(Override, entry, path)
        found.append((one.starts_at, i, one))
    found.sort()
    for (_, _, earlier), (start, i, later) in pairwise(found):
        if start < earlier.ends_at:
            raise ConfigurationError(
                f"this override, of {later.member!r}, overlaps that of {earlier.member!r}",
                field=f"{field}[{i}]",
                value=later,
                remedy=f"start it at {earlier.ends_at}, or end the other one in time",
            )
    return tuple(one for _, _, one in found)


def _members(value: Iterable[str | None], field: str = "") -> tuple[str | None, ...]:
    found = tuple(
        f.optional_identifier(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of members"))
    )
    f.names([name for name in found if name is not None], field)
    if not any(found):
        refuse(field, value, "a list with a member", "name at least one who is on call")
    return found


def _weekday(value: str | None, field: str = "") -> str | None:
    return None if value is None else f.choice(value, field, WEEKDAYS)


def _time(value: str, field: str = "") -> str:
    minutes = _clock(value.strip()) if isinstance(value, str) else None
    if minutes is None or minutes == DAY:
        refuse(field, value, "a time of day", "write it as 09:00")
    return _shown(minutes)


def _optional_date(value: str | date | None, field: str = "") -> str | None:
    return None if value is None else _date(value, field)


@attrs.frozen(field_transformer=f.named)
class Rotation(Record):
    """Who is on call in turn (rule T5).

    Parameters
    ----------
    id : str
    members : list of str or None
        In the order of their turns; None is a vacant turn, which the next member takes.
    timezone : str, default 'UTC'
        Name in the IANA database.
    weekday : {'mon', ..., 'sun'}, optional
        On which turns are handed off, if they last whole weeks; None: Monday, or that of
        `starts_on`.
    time : str, default '09:00'
        Local time of day at which turns are handed off.
    days : int, default 7
        Local calendar days that a turn lasts.
    starts_on : date, optional
        Of the first member's turn, before which the turns go round likewise; None: the first such
        weekday from 1970-01-05 (a Monday) on.
    overrides : list of Override
        Kept by their start; who stands in need not be a member.

    Raises
    ------
    ConfigurationError
        Without a member, for one named twice, an unknown time zone, a start on another weekday
        than the one given, overrides that overlap.

    Notes
    -----
    To remove a member, use `without`: the turns of all others stay as they are. Deleting a name
    from the list deals all turns anew, those of the past included; so does appending one.

    Examples
    --------
    >>> rotation = Rotation("night", ["ana", "ben", "cai"], starts_on="2026-01-05")
    >>> rotation.without("ben").members
    ('ana', None, 'cai')
    >>> rotation.without("ben").with_member("dov").members
    ('ana', 'dov', 'cai')
    """

    id: str = attrs.field(converter=f.identifier)
    members: tuple[str | None, ...] = attrs.field(converter=_members)
    timezone: str = attrs.field(default="UTC", converter=_timezone)
    weekday: str | None = attrs.field(default=None, converter=_weekday)
    time: str = attrs.field(default="09:00", converter=_time)
    days: int = attrs.field(default=7, converter=f.positive_int)
    starts_on: str | None = attrs.field(default=None, converter=_optional_date)
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=_overrides)

    def __attrs_post_init__(self) -> None:
        if self.starts_on is None or self.weekday is None or self.days % 7:
            return
        found = WEEKDAYS[date.fromisoformat(self.starts_on).weekday()]
        if found != self.weekday:
            remedy = f"that day is a {found}: move it, or leave the weekday out"
            refuse("starts_on", self.starts_on, f"a day of handoff ({self.weekday})", remedy)

    def first_handoff(self) -> tuple[date, int]:
        """Local date and minutes after midnight at which the first member's turn starts."""
        hour, minute = map(int, self.time.split(":"))
        if self.starts_on is not None:
            return date.fromisoformat(self.starts_on), hour * 60 + minute
        monday = date(1970, 1, 5)
        return monday + timedelta(WEEKDAYS.index(self.weekday or "mon")), hour * 60 + minute

    def without(self, member: str) -> Self:
        """The rotation with that member's turn vacant and his overrides dropped.

        Who is on call stays the same at each instant at which it was not he.

        Raises
        ------
        ConfigurationError
            When he is no member, or the only one.
        """
        if member not in self.members:
            known = [name for name in self.members if name is not None]
            refuse("member", member, f"a member of rotation {self.id!r}", f.nearest(member, known))
        return attrs.evolve(
            self,
            members=[None if name == member else name for name in self.members],
            overrides=[entry for entry in self.overrides if entry.member != member],
        )

    def with_member(self, member: str) -> Self:
        """The rotation with that member in its first vacant turn, or, if none is, after the last.

        Raises
        ------
        ConfigurationError
            When he is a member already.
        """
        members = list(self.members)
        vacant = members.index(None) if None in members else len(members)
        return attrs.evolve(self, members=[*members[:vacant], member, *members[vacant + 1 :]])
