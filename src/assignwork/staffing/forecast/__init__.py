"""Forecasts of arrivals from their history, and whether they can be trusted.

Counts per interval in, expected arrivals with bounds out; the forecasting itself is scikit-learn's.
See `docs/forecasting.md`.
"""

from assignwork.staffing.forecast.forecasting import forecast_arrivals
from assignwork.staffing.forecast.history import ArrivalHistory, arrivals_of, counts_of
from assignwork.staffing.forecast.methods import Expected, Method, SeasonalNaive, WeekdayMean
from assignwork.staffing.forecast.regression import PoissonRegression
from assignwork.staffing.forecast.result import Forecast

__all__ = [
    "ArrivalHistory",
    "Expected",
    "Forecast",
    "Method",
    "PoissonRegression",
    "SeasonalNaive",
    "WeekdayMean",
    "arrivals_of",
    "counts_of",
    "forecast_arrivals",
]
