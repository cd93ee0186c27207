"""Back-tests: what forecasts would have said in the past, compared with what came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.service.offsets import DAY_SECONDS, Offsets
from assignwork.staffing.forecast import _inputs as i
from assignwork.staffing.forecast._grid import Floats, working_time
from assignwork.staffing.forecast.forecasting import grid_ahead, make_forecast
from assignwork.staffing.forecast.history import ArrivalHistory
from assignwork.staffing.forecast.methods import Method, SeasonalNaive, WeekdayMean, naive_error
from assignwork.staffing.forecast.regression import PoissonRegression
from assignwork.staffing.forecast.scores import Backtest, Errors, Score


def backtest(
    history: ArrivalHistory,
    methods: Sequence[Method] | None = None,
    *,
    horizon: int = 7,
    step: int | None = None,
    train: int = 56,
    level: float = 0.9,
) -> Backtest:
    """Let methods forecast from instants of the past, and compare with what came.

    From each origin, a local midnight, each method sees the history that had ended by then, and no
    later count; the calendar and the special days it knows ahead, as one does. Only open intervals
    with known counts are compared.

    Parameters
    ----------
    history : ArrivalHistory
    methods : sequence of Method, optional
        None: `PoissonRegression()`, `WeekdayMean()` and `SeasonalNaive()`. Their names must differ.
    horizon : int, default 7
        Days that are forecast from each origin.
    step : int, optional
        Days from an origin to the next; None: as the horizon.
    train : int, default 56
        Days from the midnight before the history to the first origin.
    level : float, default 0.9
        Of the prediction intervals.

    Raises
    ------
    ConfigurationError
        When the history is too short for an origin.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> history = ArrivalHistory(rng.poisson(10, 24 * 70), "2026-01-05T00:00:00Z", 3600)
    >>> found = backtest(history, [WeekdayMean(), SeasonalNaive()])
    >>> found.best, len(found.origins)
    ('mean of 8 weeks', 2)
    """
    asked = _methods(methods)
    ahead, trained = i.days(horizon, "horizon"), i.days(train, "train")
    every = ahead if step is None else i.days(step, "step")
    share = i.level(level, "level")
    origins = _origins(history, trained, every, ahead)
    found: dict[str, list[Errors]] = {method.name: [] for method in asked}
    for origin in origins:
        past = history.until(origin)
        where = grid_ahead(past, ahead)
        came = _came(history, len(past.counts), len(where))
        scale = naive_error(past)
        for method in asked:
            said = make_forecast(past, where, method, share)
            found[method.name].append(Errors.of(said, came, scale))
    return Backtest(
        horizon=ahead,
        step=every,
        level=share,
        origins=tuple(origins),
        scores=tuple(Score.of(name, errors) for name, errors in found.items()),
    )


def _methods(methods: Sequence[Method] | None) -> tuple[Method, ...]:
    if methods is None:
        return PoissonRegression(), WeekdayMean(), SeasonalNaive()
    asked = tuple(f.entries(methods, "methods", "a list of methods"))
    for at, method in enumerate(asked):
        if not isinstance(method, Method):
            f.refuse(f"methods[{at}]", method, "a method", "give one such as SeasonalNaive()")
    names = [method.name for method in asked]
    twice = [name for at, name in enumerate(names) if name in names[:at]]
    if twice or not names:
        raise ConfigurationError(
            f"two methods are named {twice[0]!r}" if twice else "there is no method",
            field="methods",
            value=twice[0] if twice else (),
            limit="at least one, each with its own name",
            remedy="give WeekdayMean(4) and WeekdayMean(8), say, or wrap one under another name",
        )
    return asked


def _origins(history: ArrivalHistory, train: int, step: int, horizon: int) -> list[float]:
    """Local midnights from which the whole horizon is known."""
    offsets, hours = Offsets(history.time_zone), working_time(history.calendar)
    local = int(history.start_at) + offsets.at(int(history.start_at))
    day = local // DAY_SECONDS + train
    end = history.end_at
    known_until = end if hours.is_working(end) else hours.next_opening(end)
    found = []
    while offsets.when((day + horizon) * DAY_SECONDS) <= known_until:
        origin = offsets.when(day * DAY_SECONDS)
        if origin < end and _any_known(
            history, origin, offsets.when((day + horizon) * DAY_SECONDS)
        ):
            found.append(origin)
        elif origin >= end:
            break
        day += step
    if not found:
        whole = (end - history.start_at) / DAY_SECONDS
        raise ConfigurationError(
            f"{whole:,.4g} days of history leave no origin with {train} days before it and "
            f"{horizon} days after it",
            field="history",
            value=whole,
            limit=f"at least {train + horizon} whole days",
            remedy="give more history, or a smaller train or horizon",
        )
    return found


def _any_known(history: ArrivalHistory, start: float, end: float) -> bool:
    first, last = (int((at - history.start_at) // history.interval) for at in (start, end))
    return bool((~np.isnan(history.known[first:last])).any())


def _came(history: ArrivalHistory, first: int, length: int) -> Floats:
    """Known counts from an interval on; NaN also past the end of the history."""
    found = np.full(length, np.nan)
    part = history.known[first : first + length]
    found[: len(part)] = part
    return found
