"""Forecasts of the calls to a bank against simple methods, and how far calls are from Poisson.

    python benchmarks/forecast.py

Back-tests for a week and for four weeks ahead, from Mondays after eight weeks of history; what the
parts of the regression are worth; seconds for one forecast. Needs
`../shared/data/bank_calls_5min.csv.gz`. A minute and a half of processor time.
"""

import csv
import gzip
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from assignwork.model import Calendar
from assignwork.staffing.forecast import (
    ArrivalHistory,
    PoissonRegression,
    SeasonalNaive,
    WeekdayMean,
    backtest,
    dispersion,
    forecast_arrivals,
)

CALLS = Path(__file__).parents[2] / "shared" / "data" / "bank_calls_5min.csv.gz"
ZONE = "America/New_York"
CLOSED = ("2003-04-04", "2003-04-07", "2003-05-26", "2003-07-04", "2003-09-01", "2003-10-14")
METHODS = (PoissonRegression(), WeekdayMean(4), WeekdayMean(8), WeekdayMean(40), SeasonalNaive())
RUNS = 5


@attrs.frozen
class Named:
    """A method under another name."""

    name: str
    method: PoissonRegression

    @property
    def parameters(self):
        return self.method.parameters

    def expected(self, history, ahead):
        return self.method.expected(history, ahead)


VARIANTS = (
    Named("as it is", PoissonRegression()),
    Named("all weeks alike", PoissonRegression(half_life=None)),
    Named("half-life 28 days", PoissonRegression(half_life=28)),
    Named("without the month", PoissonRegression(month=False)),
    Named("without closed days", PoissonRegression(after_closed=False)),
    Named("penalty 1", PoissonRegression(penalty=1)),
    Named("penalty 1,000", PoissonRegression(penalty=1000)),
)


def calls():
    with gzip.open(CALLS, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    starts = [
        datetime.fromisoformat(row["DateTime"]).replace(tzinfo=ZoneInfo(ZONE)) for row in rows
    ]
    calendar = Calendar("bank", ZONE, {"mon-fri": ["07:00-21:05"]}, {day: [] for day in CLOSED})
    counts = [float(row["Calls"]) for row in rows]
    return ArrivalHistory.of_intervals(starts, counts, 300, calendar=calendar)


def say(text):
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


def seconds(history):
    found = []
    for _ in range(RUNS):
        started = time.process_time()
        forecast_arrivals(history, 7)
        found.append(time.process_time() - started)
    return statistics.median(found)


def main():
    if not CALLS.is_file():
        sys.exit(f"{CALLS.name} is not at ../shared/data")
    history = calls()
    say(history)
    say(dispersion(history))
    for days in (7, 28):
        say(backtest(history, METHODS, horizon=days))
    say(backtest(history, VARIANTS))
    say(f"a week's forecast: {seconds(history):.2f} s of processor time, median of {RUNS}")


if __name__ == "__main__":
    main()
