"""What a method of forecasting is, and the two that anything better has to beat."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.staffing import _inputs
from assignwork.staffing.forecast._grid import WEEK, Floats, Grid, by_slot
from assignwork.staffing.forecast._spread import extra_variance
from assignwork.staffing.forecast.history import ArrivalHistory, date_of, day_of

MOST_WEEKS = 520
LEAST_DAYS = 12
"""Of history, from the first that is known to the last: two working weeks."""


@attrs.frozen(eq=False)
class Expected:
    """What a method expects.

    Attributes
    ----------
    mean : array of float
        Arrivals in each interval of the grid that was asked for; what it says of closed intervals
        is not read.
    extra : float
        By how much the true mean may differ: squared coefficient of variation, beyond what chance
        makes of counts (Poisson).
    """

    mean: Floats
    extra: float


@runtime_checkable
class Method(Protocol):
    """A way to forecast arrivals."""

    @property
    def name(self) -> str:
        """As tables show it."""

    @property
    def parameters(self) -> dict[str, Any]:
        """What it was set to, JSON-ready."""

    def expected(self, history: ArrivalHistory, ahead: Grid) -> Expected:
        """What to expect in the intervals of `ahead`, which begin where the history ends.

        Raises
        ------
        ConfigurationError
            For a history that is too short.
        """


def refuse_short(history: ArrivalHistory, least: int, method: str) -> None:
    """Refuse a history that spans fewer than `least` days, or in which nobody came."""
    days = history.grid.day[~np.isnan(history.known)]
    span = int(days[-1] - days[0]) + 1 if len(days) else 0
    if span < least:
        raise ConfigurationError(
            f"{span} days of history are too few for {method}: what repeats is the week",
            field="history",
            value=span,
            limit=f"at least {least} days from the first that is known to the last",
            remedy="give more history",
        )
    if not history.arrivals:
        raise ConfigurationError(
            "nobody came in the whole history",
            field="history",
            value=0,
            limit="at least 1 arrival in open hours",
            remedy="give the arrivals of the hours in which the calendar is open",
        )


def _weeks(value: int, field: str = "") -> int:
    number = _inputs.plain(value)
    if type(number) is int and 1 <= number <= MOST_WEEKS:
        return number
    return f.refuse(field, value, f"a whole number of weeks, 1 to {MOST_WEEKS}")


@attrs.frozen(field_transformer=f.named)
class WeekdayMean:
    """The mean of the last same weekdays, at the same time of day.

    Known to be hard to beat weeks ahead in call centres (Taylor, "A comparison of univariate time
    series methods for forecasting intraday arrivals at a call center", Management Science 54,
    2008). Closed, excluded and special days are left out, and earlier ones taken instead.

    A special day ahead is as the mean of the last special days of its name, whatever their weekday;
    at times of day of which nothing is known from these, as any same weekday.

    Parameters
    ----------
    weeks : int, default 8
        How many of the last same weekdays, or of the last days of a name.
    """

    weeks: int = attrs.field(default=8, converter=_weeks)

    @property
    def name(self) -> str:
        """As tables show it."""
        return f"mean of {self.weeks} weeks"

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"weeks": self.weeks}

    def expected(self, history: ArrivalHistory, ahead: Grid) -> Expected:
        """See `Method`."""
        refuse_short(history, LEAST_DAYS, f"the {self.name}")
        return last_weekdays(history, ahead, self.weeks)


@attrs.frozen
class SeasonalNaive:
    """As a week before: the last same weekday, at the same time of day.

    Closed, excluded and special days are left out, and the one before taken instead. A special day
    ahead is as the last special day of its name, whatever its weekday; at times of day of which
    nothing is known from that, as the one before, or else as any same weekday.
    """

    name: str = attrs.field(default="seasonal naive", init=False)

    @property
    def parameters(self) -> dict[str, Any]:
        """It has none."""
        return {}

    def expected(self, history: ArrivalHistory, ahead: Grid) -> Expected:
        """See `Method`."""
        refuse_short(history, LEAST_DAYS, f"the {self.name}")
        return last_weekdays(history, ahead, 1)


def last_weekdays(history: ArrivalHistory, ahead: Grid, weeks: int) -> Expected:
    """The mean of the last known same weekdays, and how far it was off within the history.

    Of a special day, that of the last days of its name. How far it was off is told of ordinary days
    alone.
    """
    table, first = by_slot(ordinary(history), history.grid)
    if np.isnan(table).all():
        raise ConfigurationError(
            "all days of the history are special ones",
            field="history.special",
            value=len(history.special),
            limit="at least 1 open day that is not special",
            remedy="give a history with ordinary days, or name fewer days special",
        )
    known, _ = by_slot(history.known, history.grid)
    mean = np.zeros(len(ahead))
    for day in np.unique(ahead.day):
        of_day = ahead.day == day
        by_time = _before(table, int(day) - first, weeks, float(np.nanmean(table)))
        name = history.special.get(date_of(int(day)))
        if name is not None:
            by_time = _latest(_of_name(history, known, first, name), weeks, by_time)
        mean[of_day] = by_time[ahead.slot[of_day]]
    past = np.array([_before(table, row, weeks, np.nan) for row in range(len(table))])
    return Expected(mean, extra_variance(table, past))


def ordinary(history: ArrivalHistory) -> Floats:
    """The known counts without those of special days."""
    special = np.isin(history.grid.day, [day_of(text) for text in history.special])
    return np.where(special, np.nan, history.known)


def _of_name(history: ArrivalHistory, known: Floats, first: int, name: str) -> Floats:
    """The rows of the special days of a name within the history, the last of them first."""
    rows = sorted((day_of(day) - first for day, of in history.special.items() if of == name))
    return known[[row for row in reversed(rows) if 0 <= row < len(known)]]


def _before(table: Floats, row: int, weeks: int, otherwise: float) -> Floats:
    """By time of day, the mean of the last known same weekdays before a row of the table.

    `otherwise` for a time of day that was never open on that weekday.
    """
    start = row - WEEK
    while start >= len(table):
        start -= WEEK
    past = table[start::-WEEK] if start >= 0 else table[:0]
    return _latest(past, weeks, otherwise)


def _latest(past: Floats, most: int, otherwise: Floats | float) -> Floats:
    """By time of day, the mean of the first known rows; `otherwise` where none is known."""
    known = ~np.isnan(past)
    used = known & (np.cumsum(known, axis=0) <= most)
    count = used.sum(axis=0)
    total = np.where(used, past, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)


def naive_error(history: ArrivalHistory) -> float:
    """Mean absolute error within the history of "as a week before"; NaN where it has none."""
    table, _ = by_slot(history.known, history.grid)
    errors = np.abs(table[WEEK:] - table[:-WEEK])
    return float(np.nanmean(errors)) if (~np.isnan(errors)).any() else float("nan")
