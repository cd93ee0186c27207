"""The errors of forecasts, by method, and which method is better by how much."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import attrs
import numpy as np

from assignwork._extras import data_frame
from assignwork._words import html_table, text_table
from assignwork.staffing._text import Row, percent
from assignwork.staffing.forecast._grid import Floats
from assignwork.staffing.forecast.result import Forecast

CONFIDENCE = 0.95
"""Of the interval of a difference between two methods."""
_LEAST_ORIGINS = 3
"""For such an interval."""
_FIGURES = ("mae", "rmse", "wape", "mase", "bias", "coverage", "pinball")


@attrs.frozen
class Errors:
    """Sums over the intervals that were forecast from one origin and are known.

    Attributes
    ----------
    scale : float
        Mean absolute error of the seasonal naive method within the history, for MASE.
    """

    intervals: int
    came: float
    absolute: float
    squared: float
    signed: float
    pinball: float
    inside: int
    scale: float

    @classmethod
    def of(cls, said: Forecast, came: Floats, scale: float) -> Errors:
        """Of what was said, compared with what came; NaN: not known."""
        known = ~np.isnan(came)
        real = came[known]
        mean, lower, upper = (
            np.array(figures)[known] for figures in (said.mean, said.lower, said.upper)
        )
        error = mean - real
        tail = (1.0 - said.level) / 2
        pinball = (_pinball(real, lower, tail) + _pinball(real, upper, 1.0 - tail)) / 2
        return cls(
            intervals=len(real),
            came=float(real.sum()),
            absolute=float(np.abs(error).sum()),
            squared=float((error**2).sum()),
            signed=float(error.sum()),
            pinball=pinball,
            inside=int(np.count_nonzero((lower <= real) & (real <= upper))),
            scale=scale,
        )

    @property
    def mae(self) -> float:
        """Mean absolute error, in arrivals per interval."""
        return self.absolute / self.intervals


def _pinball(real: Floats, bound: Floats, share: float) -> float:
    over = real - bound
    return float(np.maximum(share * over, (share - 1.0) * over).sum())


@attrs.frozen
class Score:
    """How far a method's forecasts were off, over all origins.

    Attributes
    ----------
    method : str
    intervals : int
        That were compared.
    mae, rmse : float
        Mean absolute error and root mean square error, in arrivals per interval.
    wape : float
        Sum of absolute errors ÷ sum of arrivals; NaN where nobody came.
    mase : float
        Mean over origins of the mean absolute error ÷ that of "as a week before" within the history
        (Hyndman and Koehler, "Another look at measures of forecast accuracy", International Journal
        of Forecasting 22, 2006); NaN where that is 0.
    bias : float
        Mean of forecast - actual, in arrivals per interval; above 0: too many were forecast.
    coverage : float
        Share of counts within the prediction interval; its level is what it should be.
    pinball : float
        Mean pinball loss of the two bounds, in arrivals per interval: less is better. It asks for
        bounds that are right and close.
    by_origin : tuple of float
        Mean absolute error from each origin.
    """

    method: str
    intervals: int
    mae: float
    rmse: float
    wape: float
    mase: float
    bias: float
    coverage: float
    pinball: float
    by_origin: tuple[float, ...]

    @classmethod
    def of(cls, method: str, errors: Sequence[Errors]) -> Score:
        """The score of errors by origin."""
        intervals = sum(found.intervals for found in errors)
        came = sum(found.came for found in errors)
        absolute = sum(found.absolute for found in errors)
        scaled = [found.mae / found.scale if found.scale else float("nan") for found in errors]
        return cls(
            method=method,
            intervals=intervals,
            mae=absolute / intervals,
            rmse=float(np.sqrt(sum(found.squared for found in errors) / intervals)),
            wape=absolute / came if came else float("nan"),
            mase=float(np.mean(scaled)),
            bias=sum(found.signed for found in errors) / intervals,
            coverage=sum(found.inside for found in errors) / intervals,
            pinball=sum(found.pinball for found in errors) / intervals,
            by_origin=tuple(found.mae for found in errors),
        )


@attrs.frozen
class Lead:
    """By how much the best method is ahead of another.

    Attributes
    ----------
    over : str
        The other method.
    share : float
        By which share of the other's mean absolute error the best one's is smaller, origins counted
        alike.
    low, high : float or None
        A 95 % interval of it, Student's t of the differences by origin; None where forecasts
        overlap or origins are fewer than 3. It does not know that the best was chosen by the same
        figures.
    """

    over: str
    share: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        text = f"{percent(self.share)} below that of {self.over}"
        if self.low is None or self.high is None:
            return text
        chance = "" if self.low > 0 else ", which may be chance"
        return f"{text} (95 % interval {100 * self.low:.1f} to {100 * self.high:.1f} %{chance})"


@attrs.frozen
class Backtest:
    """What a back-test found.

    Attributes
    ----------
    horizon, step : int
        Days that were forecast from each origin, and from an origin to the next.
    level : float
        Of the prediction intervals.
    origins : tuple of float
        POSIX seconds.
    scores : tuple of Score
        In the order of the methods.
    """

    horizon: int
    step: int
    level: float
    origins: tuple[float, ...]
    scores: tuple[Score, ...]

    def __getitem__(self, method: str) -> Score:
        return {score.method: score for score in self.scores}[method]

    @property
    def best(self) -> str:
        """The method with the least mean absolute error; of equals the first."""
        return min(self.scores, key=lambda score: score.mae).method

    @property
    def leads(self) -> tuple[Lead, ...]:
        """By how much the best one is ahead of each of the others."""
        best = self[self.best]
        return tuple(self._lead(best, other) for other in self.scores if other is not best)

    def _lead(self, best: Score, other: Score) -> Lead:
        differences = np.subtract(other.by_origin, best.by_origin)
        base = float(np.mean(other.by_origin))
        share = float(differences.mean()) / base if base else 0.0
        if self.step < self.horizon or len(differences) < _LEAST_ORIGINS or not base:
            return Lead(other.method, share, None, None)
        from scipy import stats  # noqa: PLC0415  # slow to import

        quantile = stats.t.ppf((1 + CONFIDENCE) / 2, len(differences) - 1)
        half = float(quantile * differences.std(ddof=1) / np.sqrt(len(differences))) / base
        return Lead(other.method, share, share - half, share + half)

    def verdict(self) -> str:
        """Which is best, and by how much, in a sentence or two."""
        origins = "1 origin" if len(self.origins) == 1 else f"{len(self.origins)} origins"
        leads = [str(lead) for lead in self.leads]
        if not leads:
            return f"Only {self.best} was tried, from {origins}."
        said = "; ".join(leads)
        text = (
            f"Best is {self.best}, over {origins}: its mean absolute error per interval is {said}."
        )
        if self.step < self.horizon:
            text += " The horizons overlap, so that no interval is told for the difference."
        return text

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            **attrs.asdict(self),
            "best": self.best,
            "leads": [attrs.asdict(lead) for lead in self.leads],
        }

    def to_frame(self) -> Any:
        """A `pandas.DataFrame` with a row per method.

        Raises
        ------
        ConfigurationError
            When pandas is not installed.
        """
        names = ("method", "intervals", *_FIGURES)
        columns = {name: [getattr(score, name) for score in self.scores] for name in names}
        return data_frame(columns).set_index("method")

    def _title(self) -> str:
        intervals = self.scores[0].intervals
        return (
            f"Forecasts of {self.horizon} days from {len(self.origins)} origins, {self.step} days "
            f"apart: {intervals:,} intervals compared"
        )

    def _rows(self) -> list[Row]:
        covers = f"within {percent(self.level)} bounds"
        rows: list[Row] = [("method", "MAE", "RMSE", "WAPE", "MASE", "bias", covers, "pinball")]
        rows.extend(
            (
                score.method,
                f"{score.mae:.2f}",
                f"{score.rmse:.2f}",
                percent(score.wape) if score.wape == score.wape else "",  # NaN
                f"{score.mase:.3f}",
                f"{score.bias:+.2f}",
                percent(score.coverage),
                f"{score.pinball:.2f}",
            )
            for score in self.scores
        )
        return rows

    def __str__(self) -> str:
        return f"{text_table(self._title(), self._rows())}\n{self.verdict()}"

    def _repr_html_(self) -> str:
        return f"{html_table(self._title(), self._rows())}<p>{escape(self.verdict())}</p>"
