"""Forecasts of arrivals: from a history and a method to a table of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.service.offsets import DAY_SECONDS, Offsets
from assignwork.staffing.forecast import _inputs as i
from assignwork.staffing.forecast._grid import Floats, Grid, grid
from assignwork.staffing.forecast._spread import quantiles
from assignwork.staffing.forecast.history import ArrivalHistory, date_of, day_of
from assignwork.staffing.forecast.methods import Method
from assignwork.staffing.forecast.regression import PoissonRegression
from assignwork.staffing.forecast.result import Forecast


def forecast_arrivals(
    history: ArrivalHistory,
    horizon: int,
    *,
    method: Method | None = None,
    level: float = 0.9,
    factors: Mapping[str, float] | Mapping[date, float] | None = None,
) -> Forecast:
    """How many will arrive in each interval after the history.

    Parameters
    ----------
    history : ArrivalHistory
        Its calendar says the closed days and hours ahead; in those 0 are forecast.
    horizon : int
        Days of the local clock, from the end of the history on.
    method : Method, optional
        None: `PoissonRegression()`.
    level : float, default 0.9
        The share of counts that shall lie from `lower` to `upper`.
    factors : mapping of date or name to float, optional
        For dates, or names of special days: how many times as many will come as on such a weekday
        without anything special. A special day ahead needs one if none of that name was yet.

    Raises
    ------
    ConfigurationError
        For a history that is too short, a special day ahead that nothing is known of, and where
        scikit-learn is needed and not installed.

    Notes
    -----
    Bounds are quantiles of a negative binomial distribution: chance, and beside it what the method
    was wrong by in the past. They are of single intervals; the errors of a day's intervals go
    together, so that the sum of all upper bounds is no upper bound of the day.

    Examples
    --------
    >>> from assignwork.model import Calendar
    >>> from assignwork.staffing.forecast import SeasonalNaive
    >>> office = Calendar("office", "Europe/Madrid", {"mon-fri": ["09:00-12:00"]})
    >>> week = ([None] * 9 + [12, 30, 20] + [None] * 12) * 5 + [None] * 48
    >>> history = ArrivalHistory(week * 3, "2026-01-05T00:00:00+01:00", 3600, office)
    >>> ahead = forecast_arrivals(history, 7, method=SeasonalNaive(), factors={"2026-01-27": 1.5})
    >>> ahead.mean[9:12], ahead.mean[33:36]
    ((12.0, 30.0, 20.0), (18.0, 45.0, 30.0))
    >>> ahead.lower[9:12], ahead.upper[9:12]
    ((7.0, 21.0, 13.0), (18.0, 39.0, 28.0))
    """
    if not isinstance(history, ArrivalHistory):
        f.refuse("history", history, "an ArrivalHistory")
    if method is not None and not isinstance(method, Method):
        f.refuse("method", method, "a method", "give one such as SeasonalNaive(), or None")
    asked = i.days(horizon, "horizon")
    share = i.level(level, "level")
    times = {} if factors is None else i.factors(factors, "factors")
    ahead = grid_ahead(history, asked)
    _refuse_unknown(history, ahead, times)
    return make_forecast(history, ahead, method or PoissonRegression(), share, times)


def grid_ahead(history: ArrivalHistory, horizon: int) -> Grid:
    """The intervals of so many local days after the history."""
    start = int(history.end_at)
    offsets = Offsets(history.time_zone)
    end = offsets.when(start + offsets.at(start) + horizon * DAY_SECONDS)
    length = int((end - start) // history.interval)
    return grid(float(start), history.interval, length, history.calendar)


def make_forecast(
    history: ArrivalHistory,
    ahead: Grid,
    method: Method,
    level: float,
    factors: Mapping[str, float] | None = None,
) -> Forecast:
    """As `forecast_arrivals`, of what was checked; special days of a new name are as any others."""
    times = factors or {}
    given = _factors(history, ahead, times)
    told = history
    if times:  # what a factor is given for is, but for that, a day like any other
        ordinary = {
            day: name
            for day, name in history.special.items()
            if day_of(day) < ahead.day[0] or not {day, name} & times.keys()
        }
        told = history.with_special(ordinary)
    found = method.expected(told, ahead)
    mean = np.where(ahead.open, np.maximum(found.mean, 0.0) * given, 0.0)
    tail = (1.0 - level) / 2
    return Forecast(
        start_at=ahead.start_at,
        interval=ahead.interval,
        time_zone=history.time_zone,
        mean=mean,
        lower=np.minimum(quantiles(mean, found.extra, tail), mean),
        upper=np.maximum(quantiles(mean, found.extra, 1.0 - tail), mean),
        level=level,
        cv=float(np.sqrt(found.extra)),
        method=method.name,
        parameters=method.parameters,
    )


def _factors(history: ArrivalHistory, ahead: Grid, times: Mapping[str, float]) -> Floats:
    """Of each interval ahead; a date's own goes before that of its name."""
    distinct, place = np.unique(ahead.day, return_inverse=True)
    texts = [date_of(int(day)) for day in distinct]
    found = [times.get(day, times.get(history.special.get(day, ""), 1.0)) for day in texts]
    return np.array(found)[place]


def _refuse_unknown(history: ArrivalHistory, ahead: Grid, times: Mapping[str, float]) -> None:
    past = np.unique(history.grid.day[~np.isnan(history.known)])
    seen = {name for day, name in history.special.items() if day_of(day) in past}
    for day in np.unique(ahead.day[ahead.open]):
        text = date_of(int(day))
        name = history.special.get(text)
        if name is not None and name not in seen and not {text, name} & times.keys():
            raise ConfigurationError(
                f"nothing is known of days named {name!r}",
                field=f"special.{text}",
                value=name,
                limit="a name that a day of the history has, or a factor",
                remedy=f'say how many times as many come, such as factors={{"{name}": 1.5}}',
            )
    dates = {date_of(int(day)) for day in np.unique(ahead.day)}
    for key in times:
        if key not in dates and key not in set(history.special.values()):
            raise ConfigurationError(
                f"{key!r} is neither a day ahead nor the name of a special day",
                field="factors",
                value=key,
                limit=f"{min(dates)} to {max(dates)}, or a name in history.special",
                remedy="correct it, or leave it out",
            )
