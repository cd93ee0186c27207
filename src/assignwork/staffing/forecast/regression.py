"""Poisson regression on the local clock and calendar, by scikit-learn."""

from __future__ import annotations

import calendar as gregorian
import math
import warnings
from datetime import date
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._extras import load_extra
from assignwork.model.calendars import Calendar
from assignwork.service.offsets import EPOCH_DAY
from assignwork.staffing import _inputs as i
from assignwork.staffing.forecast._grid import WEEK, Floats, Grid, Ints, after_closed, weekday
from assignwork.staffing.forecast._spread import extra_variance
from assignwork.staffing.forecast.history import ArrivalHistory, day_of
from assignwork.staffing.forecast.methods import LEAST_DAYS, Expected, refuse_short

MONTHS_LEARNED = 92
"""Days of history from which on the course of the month is learned: it was seen three times."""
_FOLDS = 5
"""Into which the weeks of the history are divided to see how far forecasts are off."""
_MOST_STEPS = 500
"""Of the solver; it needs some ten."""


def _half_life(value: float | None, field: str = "") -> float | None:
    if value is None:
        return None
    return i.number(value, field, "a half-life in days", 1.0, 36_500.0)


def _penalty(value: float, field: str = "") -> float:
    return i.number(value, field, "a penalty", 1e-6, 1e9)


def _optional_flag(value: Any, field: str = "") -> bool | None:
    return None if value is None else f.flag(value, field)


@attrs.frozen(field_transformer=f.named, kw_only=True)
class PoissonRegression:
    """A smooth curve for each weekday, and what days have in common: scikit-learn's regression.

    The logarithm of the expected count is a sum of: a smooth curve over the local time of day (a
    cubic spline with a knot each hour), another one for each weekday, the day of the month (two
    waves), whether the day before was a closed day, and a term for each name of special days. It
    knows dates and counts only, nothing that the horizon would put out of reach, so that a forecast
    for the day after tomorrow and one for next month are made alike. It knows no trend; old weeks
    fade by their half-life.

    How far it is off is seen on weeks that it has not learned from (cross-validation by weeks).

    Needs the extra ``forecast``.

    Parameters
    ----------
    half_life : float, optional
        Days after which what was seen counts half; None: all counts alike.
    month : bool, optional
        Whether to learn the course of the month; None: from 92 days of history on.
    after_closed : bool, default True
        Whether to learn that the first day after a closed one is different, if there was any.
    penalty : float, default 10
        How strongly differences are smoothed out: a ridge penalty, in observations. More for desks
        where few come.
    """

    half_life: float | None = attrs.field(default=84.0, converter=_half_life)
    month: bool | None = attrs.field(default=None, converter=_optional_flag)
    after_closed: bool = attrs.field(default=True, converter=f.flag)
    penalty: float = attrs.field(default=10.0, converter=_penalty)

    @property
    def name(self) -> str:
        """As tables show it."""
        return "Poisson regression"

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON-ready."""
        return attrs.asdict(self)

    def expected(self, history: ArrivalHistory, ahead: Grid) -> Expected:
        """See `Method`.

        Raises
        ------
        ConfigurationError
            For less than 12 days of history, and where scikit-learn is not installed.
        """
        linear, choosing, threads = (
            load_extra(module, f"the {self.name} needs", "forecast")
            for module in ("sklearn.linear_model", "sklearn.model_selection", "threadpoolctl")
        )
        refuse_short(history, LEAST_DAYS, f"the {self.name}")
        where = history.grid
        known = ~np.isnan(history.known)
        came, day = history.known[known], where.day[known]
        design = _Design.of(self, history, ahead)
        seen = design.matrix(day, where.slot[known])
        weights = self._weights(day, int(where.day[-1]))
        model = linear.PoissonRegressor(
            alpha=self.penalty / float(weights.sum()),
            solver="newton-cholesky",
            max_iter=_MOST_STEPS,
        )
        week = (day - day[0]) // WEEK
        folds = choosing.GroupKFold(min(_FOLDS, len(np.unique(week))))
        # One thread: for matrices of this size more cost more than they give, many times as much on
        # a busy machine, and sums do not depend on how many processors there are.
        with threads.threadpool_limits(limits=1), warnings.catch_warnings():
            # Where counts are nearly what the model expects from the first step on, rounding hides
            # that the solver is there; it goes on with another, whose own warnings are heard.
            warnings.filterwarnings("ignore", "Line search of Newton solver .*resort to lbfgs")
            unseen = np.zeros(len(came))
            for train, test in folds.split(seen, came, groups=week):
                if came[train].any():  # of nobody no logarithm can be learned: then 0 is expected
                    model.fit(seen[train], came[train], sample_weight=weights[train])
                    unseen[test] = model.predict(seen[test])
            model.fit(seen, came, sample_weight=weights)
        regular = ~np.isin(day, [day_of(text) for text in history.special])
        mean = np.zeros(len(ahead))
        if ahead.open.any():
            mean[ahead.open] = model.predict(
                design.matrix(ahead.day[ahead.open], ahead.slot[ahead.open])
            )
        return Expected(mean, extra_variance(came[regular], unseen[regular]))

    def _weights(self, day: Ints, last: int) -> Floats:
        if self.half_life is None:
            return np.ones(len(day))
        return np.exp2((day - last) / self.half_life)


@attrs.frozen(eq=False)
class _Design:
    """The columns of the regression: the same for the past and what is ahead.

    Attributes
    ----------
    curve : array of float
        A row per time of day, a column per spline.
    weekdays : array of int
        Those that were open in the past; Monday is 0. Others are as all together.
    names : tuple of (str, array of int)
        Special days by name, as far as there were any in the past.
    """

    curve: Floats
    calendar: Calendar | None
    weekdays: Ints
    names: tuple[tuple[str, Ints], ...]
    month: bool
    after_closed: bool

    @classmethod
    def of(cls, asked: PoissonRegression, history: ArrivalHistory, ahead: Grid) -> _Design:
        where = history.grid
        known = ~np.isnan(history.known)
        slots = np.concatenate((where.slot[known], ahead.slot[ahead.open]))
        span = int(where.day[-1] - where.day[0]) + 1
        month = span >= MONTHS_LEARNED if asked.month is None else asked.month
        past = np.unique(where.day[known])
        by_name: dict[str, list[int]] = {}
        for text, name in history.special.items():
            by_name.setdefault(name, []).append(day_of(text))
        names = tuple(
            (name, np.array(days, dtype=np.int64))
            for name, days in sorted(by_name.items())
            if np.isin(days, past).any()
        )
        return cls(
            _curve(slots, where.slots),
            history.calendar,
            np.unique(weekday(past)),
            names,
            month,
            asked.after_closed,
        )

    def matrix(self, day: Ints, slot: Ints) -> Floats:
        """A row per interval, given by its day and time of day."""
        curve = self.curve[slot]
        of_week = weekday(day)
        parts = [curve]
        for each in self.weekdays:
            same = (of_week == each)[:, None].astype(np.float64)
            parts.extend((same, curve * same))
        if self.month:
            parts.append(_month(day))
        if self.after_closed:
            parts.append(after_closed(day, self.calendar)[:, None].astype(np.float64))
        parts.extend(np.isin(day, days)[:, None].astype(np.float64) for _, days in self.names)
        return np.hstack(parts)


def _curve(slots: Ints, of_day: int) -> Floats:
    """Splines over the time of day, with a knot each hour of those in which anybody comes.

    Over a whole day they close to a circle.
    """
    preprocessing = load_extra("sklearn.preprocessing", "the Poisson regression needs", "forecast")
    first, last = int(slots.min()), int(slots.max())
    around = last - first + 1 == of_day
    hours = math.ceil((last - first + 1) * 24 / of_day)
    if first == last:
        return np.zeros((of_day, 1))
    knots = np.linspace(first, last + around, hours + 1)[:, None]
    beyond = "periodic" if around else "constant"
    splines = preprocessing.SplineTransformer(degree=3, knots=knots, extrapolation=beyond)
    times = np.arange(of_day, dtype=np.float64)[:, None]
    found: Floats = splines.fit(times).transform(times)
    return found


def _month(day: Ints) -> Floats:
    distinct, place = np.unique(day, return_inverse=True)
    waves = np.array([_waves(int(each)) for each in distinct])
    found: Floats = waves[place]
    return found


def _waves(day: int) -> list[float]:
    on = date.fromordinal(day + EPOCH_DAY)
    angle = 2 * math.pi * (on.day - 1) / gregorian.monthrange(on.year, on.month)[1]
    return [wave(k * angle) for k in (1, 2) for wave in (math.sin, math.cos)]
