"""Arrivals of the past, counted by interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, Self

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._fields import FrozenDict, Instant
from assignwork._words import plural
from assignwork.errors import ConfigurationError
from assignwork.events import Event, Queued
from assignwork.model.calendars import Calendar
from assignwork.service.offsets import EPOCH_DAY, Offsets
from assignwork.staffing._text import duration
from assignwork.staffing.forecast import _inputs as i
from assignwork.staffing.forecast._grid import Flags, Floats, Grid, grid, zone_of

MISSING = ("refuse", "skip")


def counts_of(
    instants: Iterable[Instant] | Any, interval: float, start: Instant, end: Instant
) -> Floats:
    """How many arrived in each interval from `start` to `end`.

    Parameters
    ----------
    instants : iterable of instant, or array of POSIX seconds
        In any order; those before `start`, or at or after `end`, are not counted.
    interval : float
        Seconds; has to divide an hour.
    start, end : instant
        A whole number of intervals apart.

    Returns
    -------
    array of float
        Whole numbers.

    Raises
    ------
    ConfigurationError

    Examples
    --------
    >>> counts_of([0, 10, 899, 900, 2700], 900, 0, 2700)
    array([3., 1., 0.])
    """
    length = i.interval(interval, "interval")
    begin, stop = f.instant(start, "start"), f.instant(end, "end")
    intervals = (stop - begin) / length
    if not (0 < intervals <= i.MOST_INTERVALS and intervals == int(intervals)):
        raise ConfigurationError(
            f"from start to end are {stop - begin:,g} s, {intervals:,g} intervals",
            field="end",
            value=end,
            limit=f"1 to {i.MOST_INTERVALS:,} whole intervals of {length:,} s after the start",
            remedy="move the end",
        )
    at = i.instants(instants, "instants")
    at = at[(at >= begin) & (at < stop)]
    place = ((at - begin) // length).astype(np.int64)
    return np.bincount(place, minlength=int(intervals)).astype(np.float64)


def arrivals_of(events: Iterable[Event], team: str | None = None) -> tuple[float, ...]:
    """When work items arrived, by an event log: the first time that each was queued.

    Parameters
    ----------
    events : iterable of Event
        In their order. An item that was queued before the log begins and comes back in it counts
        when it comes back.
    team : str, optional
        Only items that were first queued for it.

    Returns
    -------
    tuple of float
        POSIX seconds.
    """
    seen: set[str] = set()
    found = []
    for event in events:
        if isinstance(event, Queued) and event.item not in seen:
            seen.add(event.item)
            if team is None or event.team == team:
                found.append(event.at)
    return tuple(found)


def _calendar(value: Calendar | None, field: str = "") -> Calendar | None:
    if value is None or isinstance(value, Calendar):
        return value
    return f.refuse(field, value, "a Calendar", "give a Calendar, or None for all hours in UTC")


def _missing(value: str, field: str = "") -> str:
    return f.choice(value, field, MISSING)


@attrs.frozen(field_transformer=f.named)
class ArrivalHistory:
    """Arrivals per interval, without a gap from the first interval to the last.

    Parameters
    ----------
    counts : sequence or array
        Arrivals of each interval; whole numbers, None or NaN where not known. Intervals outside of
        the calendar's hours may hold anything: nothing is learned from them.
    start_at : instant
        When the first interval begins: on the calendar's local clock, a whole number of intervals
        after midnight.
    interval : float
        Seconds; has to divide an hour.
    calendar : Calendar, optional
        Time zone and opening hours; its exceptions and holidays, future ones too, are the closed
        days. None: open all hours, in UTC.
    special : mapping of date to str
        Days that are not like others but foreseeable, past and future ones, by what is special
        about them, such as ``{"2026-11-27": "sale"}``. Their pattern is kept apart, and serves for
        the next day of the same name.
    excluded : iterable of date
        Days that nobody could foresee, such as an outage: neither learned from nor compared with.
    missing : {'refuse', 'skip'}
        What to do where hours are open and the count is not known.

    Raises
    ------
    ConfigurationError
        For a negative or broken count, a gap, an interval that does not divide an hour, a start
        that is none of the clock's.

    Examples
    --------
    >>> office = Calendar("office", "Europe/Madrid", {"mon-fri": ["09:00-17:00"]})
    >>> day = [None] * 9 + [12, 30, 41, 38, 22, 19, 25, 14] + [None] * 7
    >>> history = ArrivalHistory(day, "2026-01-05T00:00:00+01:00", 3600, office)
    >>> print(history)
    201 arrivals in 8 open intervals of 1 h on 1 day, 2026-01-05 to 2026-01-05 (Europe/Madrid)
    >>> history.arrivals, history.intervals
    (201, 8)
    """

    counts: Floats = attrs.field(
        converter=i.counts,
        eq=attrs.cmp_using(eq=partial(np.array_equal, equal_nan=True)),
        hash=False,
    )
    start_at: float = attrs.field(converter=f.instant)
    interval: int = attrs.field(converter=i.interval)
    calendar: Calendar | None = attrs.field(default=None, converter=_calendar)
    special: Mapping[str, str] = attrs.field(default=FrozenDict(), converter=i.named_days)
    excluded: tuple[str, ...] = attrs.field(default=(), converter=i.dates)
    missing: str = attrs.field(default="refuse", converter=_missing)
    grid: Grid = attrs.field(init=False, repr=False, eq=False)
    known: Floats = attrs.field(init=False, repr=False, eq=False)
    """The counts that can be learned from; NaN where closed, excluded or not known."""

    def __attrs_post_init__(self) -> None:
        self._check_start()
        where = grid(self.start_at, self.interval, len(self.counts), self.calendar)
        counted = where.open & ~self._on(where, self.excluded)
        known = np.where(counted, self.counts, np.nan)
        if self.missing == "refuse":
            _refuse_gaps(counted & np.isnan(known))
        known.flags.writeable = False
        object.__setattr__(self, "grid", where)
        object.__setattr__(self, "known", known)

    def _check_start(self) -> None:
        start = self.start_at
        if start == int(start):
            local = int(start) + Offsets(self.time_zone).at(int(start))
            if local % self.interval == 0:
                return
        raise ConfigurationError(
            f"{start:.15g} is no whole interval of {duration(self.interval)} after midnight in "
            f"{self.time_zone}",
            field="start_at",
            value=start,
            limit="a whole number of intervals after midnight on the local clock",
            remedy="begin with the next whole interval, or give the calendar of the time zone",
        )

    @staticmethod
    def _on(where: Grid, dates: Iterable[str]) -> Flags:
        return np.isin(where.day, [day_of(text) for text in dates])

    @classmethod
    def of_intervals(
        cls, starts: Iterable[Instant] | Any, counts: Any, interval: float, **options: Any
    ) -> Self:
        """Make one from a table with a row per interval, in any order; closed ones may be left out.

        Parameters
        ----------
        starts : iterable of instant, or array of POSIX seconds
            When each interval begins.
        counts : sequence or array
            Arrivals of each.
        interval : float
            Seconds.
        **options
            The other fields, by name.

        Raises
        ------
        ConfigurationError
            As for the class; for as many starts as there are no counts, a start twice, or one that
            is no whole number of intervals from the first.

        Examples
        --------
        >>> rows = ["2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z", "2026-01-06T09:00:00Z"]
        >>> morning = Calendar("morning", hours={"mon-fri": ["09:00-11:00"]})
        >>> ArrivalHistory.of_intervals(rows, [7, 4, 9], 3600, calendar=morning).arrivals
        20
        """
        length = i.interval(interval, "interval")
        at = i.instants(starts, "starts")
        came = i.counts(counts, "counts")
        if len(at) != len(came):
            raise ConfigurationError(
                f"there are {len(at):,} starts and {len(came):,} counts",
                field="starts",
                value=len(at),
                limit=f"{len(came):,}",
                remedy="give a start for each count",
            )
        place = (at - at.min()) / length
        _check_places(place, at, length)
        whole = np.full(int(place.max()) + 1, np.nan)
        whole[place.astype(np.int64)] = came
        return cls(whole, float(at.min()), length, **options)

    @classmethod
    def of_arrivals(
        cls,
        instants: Iterable[Instant] | Any,
        interval: float,
        start: Instant,
        end: Instant,
        **options: Any,
    ) -> Self:
        """Make one from the instants of arrivals; see `counts_of`.

        Parameters
        ----------
        instants : iterable of instant, or array of POSIX seconds
        interval : float
            Seconds.
        start, end : instant
            What was counted: an interval without an arrival has none, and is no gap.
        **options
            The other fields, by name.
        """
        return cls(counts_of(instants, interval, start, end), f.instant(start), interval, **options)

    @property
    def time_zone(self) -> str:
        """In which days and times of day are told; UTC without a calendar."""
        return zone_of(self.calendar)

    @property
    def end_at(self) -> float:
        """POSIX seconds at which the last interval ends."""
        return self.start_at + self.interval * len(self.counts)

    @property
    def arrivals(self) -> int:
        """In all intervals that can be learned from."""
        return int(np.nansum(self.known))

    @property
    def intervals(self) -> int:
        """How many can be learned from."""
        return int(np.count_nonzero(~np.isnan(self.known)))

    @property
    def outside_hours(self) -> int:
        """Arrivals in closed intervals, which nothing is learned from.

        Many of them say that the opening hours are not those in which customers come.
        """
        return int(np.nansum(self.counts[~self.grid.open]))

    @property
    def days(self) -> int:
        """Local days with an interval that can be learned from."""
        return len(np.unique(self.grid.day[~np.isnan(self.known)]))

    def until(self, at: Instant) -> Self:
        """What was known at an instant: the intervals that had ended by then.

        The calendar and the special days stay whole, for they are known ahead.

        Raises
        ------
        ConfigurationError
            For an instant before the end of the first interval.
        """
        limit = f.instant(at, "at")
        length = int((limit - self.start_at) // self.interval)
        if length < 1:
            f.refuse("at", limit, "an instant after the first interval")
        return attrs.evolve(self, counts=self.counts[:length])

    def with_special(self, special: Mapping[str, str]) -> Self:
        """The same with other special days."""
        return attrs.evolve(self, special=special)

    def __str__(self) -> str:
        first, last = (date_of(int(self.grid.day[at])) for at in (0, -1))
        days = plural(self.days, "day")
        text = (
            f"{self.arrivals:,} arrivals in {self.intervals:,} open intervals of "
            f"{duration(self.interval)} on {days}, {first} to {last} ({self.time_zone})"
        )
        outside = self.outside_hours
        return f"{text}; {outside:,} came outside of the hours" if outside else text


def day_of(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return date.fromisoformat(text).toordinal() - EPOCH_DAY


def date_of(day: int) -> str:
    """The ISO date of days since 1970-01-01."""
    return date.fromordinal(day + EPOCH_DAY).isoformat()


def _refuse_gaps(gaps: Flags) -> None:
    if not gaps.any():
        return
    at = int(np.argmax(gaps))
    raise ConfigurationError(
        f"the hours are open and the count is not known, in {int(gaps.sum()):,} intervals",
        field=f"counts[{at}]",
        value=None,
        limit="a count for each open interval",
        remedy="count it, close its day by an exception of the calendar, name its day in excluded, "
        "or leave out what is not known by missing='skip'",
    )


def _check_places(place: Floats, at: Floats, length: int) -> None:
    broken = place != np.floor(place)
    if broken.any():
        first = int(np.argmax(broken))
        raise ConfigurationError(
            f"{at[first]:.15g} is no whole number of intervals from the earliest start",
            field=f"starts[{first}]",
            value=float(at[first]),
            limit=f"multiples of {length:,} s from {at.min():.15g}",
            remedy="give the instants at which the intervals begin",
        )
    if place.max() >= i.MOST_INTERVALS:
        raise ConfigurationError(
            f"from the first start to the last are {place.max() + 1:,.0f} intervals",
            field="starts",
            value=float(at.max()),
            limit=f"{i.MOST_INTERVALS:,} intervals",
            remedy="give less history, or longer intervals",
        )
    distinct, many = np.unique(place, return_counts=True)
    if (many > 1).any():
        twice = float(at.min() + length * distinct[np.argmax(many > 1)])
        raise ConfigurationError(
            f"{twice:.15g} is there twice",
            field="starts",
            value=twice,
            limit="each start once",
            remedy="where clocks are set back, tell the two hours apart by their offset (fold=1)",
        )
