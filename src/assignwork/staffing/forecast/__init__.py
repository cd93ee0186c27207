"""Forecasts of arrivals from their history, and whether they can be trusted.

Counts per interval in, expected arrivals with bounds out; the forecasting itself is scikit-learn's.
See `docs/forecasting.md`.
"""

from assignwork.staffing.forecast.backtesting import backtest
from assignwork.staffing.forecast.dispersion import Dispersion, dispersion
from assignwork.staffing.forecast.forecasting import forecast_arrivals
from assignwork.staffing.forecast.history import ArrivalHistory, arrivals_of, counts_of
from assignwork.staffing.forecast.methods import Expected, Method, SeasonalNaive, WeekdayMean
from assignwork.staffing.forecast.regression import PoissonRegression
from assignwork.staffing.forecast.result import Forecast
from assignwork.staffing.forecast.scores import Backtest, Lead, Score

__all__ = [
    "ArrivalHistory",
    "Backtest",
    "Dispersion",
    "Expected",
    "Forecast",
    "Lead",
    "Method",
    "PoissonRegression",
    "Score",
    "SeasonalNaive",
    "WeekdayMean",
    "arrivals_of",
    "backtest",
    "counts_of",
    "dispersion",
    "forecast_arrivals",
]
