"""How much counts vary beyond chance, and whether whole days do or single intervals."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import numpy as np

from assignwork._words import html_table, text_table
from assignwork.errors import ConfigurationError
from assignwork.staffing._text import Row, duration
from assignwork.staffing.forecast._grid import Floats, by_slot, weekday
from assignwork.staffing.forecast.history import ArrivalHistory
from assignwork.staffing.forecast.methods import ordinary


@attrs.frozen
class Dispersion:
    """How much counts vary, compared with Poisson arrivals.

    Attributes
    ----------
    interval : int
        Seconds.
    days : int
        Days that were compared, each with others of its weekday.
    mean : float
        Arrivals in an interval.
    matched : float
        Variance ÷ mean of counts at the same weekday and time of day; 1: Poisson.
    day_cv : float
        Coefficient of variation of the day's busyness: a factor of mean 1 that multiplies the
        arrivals of a whole day; 0: all days of a weekday are alike but for chance.
    within_days : float
        Variance ÷ mean of counts within days, given how many came on the day; 1: Poisson.
    """

    interval: int
    days: int
    mean: float
    matched: float
    day_cv: float
    within_days: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return attrs.asdict(self)

    def _title(self) -> str:
        return f"{self.days:,} days by intervals of {duration(self.interval)}, against Poisson"

    def _rows(self) -> list[Row]:
        return [
            ("arrivals in an interval", f"{self.mean:,.4g}"),
            ("variance ÷ mean, same weekday and time of day", f"{self.matched:.2f}"),
            ("coefficient of variation of a day's busyness", f"{self.day_cv:.3f}"),
            ("variance ÷ mean, within days", f"{self.within_days:.2f}"),
        ]

    def __str__(self) -> str:
        return text_table(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return html_table(self._title(), self._rows(), head=False)


def dispersion(history: ArrivalHistory) -> Dispersion:
    """How much the counts of a history vary beyond chance.

    Special and excluded days are left out, and days that were not open as most of their weekday.

    Raises
    ------
    ConfigurationError
        When no weekday has two days with arrivals to compare.

    Notes
    -----
    The model is the doubly stochastic one of Avramidis, Deslauriers and L'Ecuyer, "Modeling daily
    arrivals to a telephone call center", Management Science 50 (2004): the mean of weekday and time
    of day, times a factor of the day. With :math:`y` the count of day :math:`d` in interval
    :math:`t`, and all sums within weekdays:

    - `matched`: the variances of :math:`y` over days, summed over all intervals, ÷ the means.
    - `day_cv`: by moments of the days' totals, whose variance is :math:`M + c^2 M^2`:
      :math:`c^2` = sum of (variance - mean) ÷ sum of mean², weighted by days less one; at least 0.
    - `within_days`: Pearson's chi-squared statistic of the table of days by intervals ÷ its degrees
      of freedom, (days - 1) · (intervals - 1). Given a day's total, Poisson counts are multinomial,
      whatever the factor was.

    Drift over weeks and months counts as variation between days. Few arrivals show little: with
    fewer than 1 per interval all but `day_cv` are near 1 in any case.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> busy = rng.gamma(25, 1 / 25, size=(140, 1))  # coefficient of variation 0.2
    >>> days = rng.poisson(20 * busy * np.ones((140, 24)))
    >>> print(dispersion(ArrivalHistory(days.ravel(), "2026-01-05T00:00:00Z", 3600)))
    140 days by intervals of 1 h, against Poisson
      arrivals in an interval                        19.58
      variance ÷ mean, same weekday and time of day   1.67
      coefficient of variation of a day's busyness   0.180
      variance ÷ mean, within days                    1.02
    """
    table, first = by_slot(ordinary(history), history.grid)
    days_of_week = weekday(first + np.arange(len(table)))
    groups = [
        found
        for each in np.unique(days_of_week)
        if len(found := _alike(table[days_of_week == each])) > 1 and found.sum() > 0
    ]
    if not groups:
        raise ConfigurationError(
            "no weekday has two days with arrivals, open alike, to compare",
            field="history",
            value=history.days,
            limit="at least 2 days of a weekday",
            remedy="give more history",
        )
    freedom = [len(group) - 1 for group in groups]
    cells = sum(group.shape[1] * free for group, free in zip(groups, freedom, strict=True))
    means = sum(
        free * group.mean(axis=0).sum() for group, free in zip(groups, freedom, strict=True)
    )
    variances = sum(
        free * group.var(axis=0, ddof=1).sum() for group, free in zip(groups, freedom, strict=True)
    )
    return Dispersion(
        interval=history.interval,
        days=sum(map(len, groups)),
        mean=float(means / cells),
        matched=float(variances / means),
        day_cv=_day_cv(groups),
        within_days=_within_days(groups),
    )


def _alike(days: Floats) -> Floats:
    """Of the days of a weekday those with the commonest open hours, and only these hours."""
    hours = [tuple(np.flatnonzero(~np.isnan(day))) for day in days]
    worked = Counter(open_at for open_at in hours if open_at)
    if not worked:
        return np.empty((0, 0))
    commonest = worked.most_common(1)[0][0]
    same = [open_at == commonest for open_at in hours]
    found: Floats = days[same][:, list(commonest)]
    return found


def _day_cv(groups: list[Floats]) -> float:
    beyond, squares = 0.0, 0.0
    for group in groups:
        totals = group.sum(axis=1)
        free = len(group) - 1
        beyond += free * (totals.var(ddof=1) - totals.mean())
        squares += free * totals.mean() ** 2
    return float(np.sqrt(max(0.0, beyond / squares)))


def _within_days(groups: list[Floats]) -> float:
    statistic, freedom = 0.0, 0
    for group in groups:
        busy = group[group.sum(axis=1) > 0][:, group.sum(axis=0) > 0]
        expected = np.outer(busy.sum(axis=1), busy.sum(axis=0)) / busy.sum()
        statistic += float(np.sum((busy - expected) ** 2 / expected))
        freedom += (busy.shape[0] - 1) * (busy.shape[1] - 1)
    return statistic / freedom if freedom else float("nan")
