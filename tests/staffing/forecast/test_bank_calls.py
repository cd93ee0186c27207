"""Calls to a bank: the library's method beats the simple ones on real arrivals."""

import pytest

from assignwork.staffing.forecast import backtest, dispersion, forecast_arrivals

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def four_weekly(bank):
    """A week's forecasts from every fourth Monday."""
    return backtest(bank, step=28)


def test_the_history_is_read_whole(bank):
    assert (bank.intervals, bank.days, bank.outside_hours) == (27_716, 164, 0)


def test_the_regression_beats_seasonal_naive_clearly(four_weekly):
    ours, naive = four_weekly["Poisson regression"], four_weekly["seasonal naive"]
    assert ours.mae < 0.8 * naive.mae
    assert ours.pinball < 0.8 * naive.pinball


def test_the_regression_beats_the_mean_of_eight_weeks(four_weekly):
    assert four_weekly.best == "Poisson regression"
    assert four_weekly["Poisson regression"].mae < 0.95 * four_weekly["mean of 8 weeks"].mae


def test_its_bounds_cover_what_they_say(four_weekly):
    assert four_weekly["Poisson regression"].coverage == pytest.approx(0.9, abs=0.04)


def test_calls_vary_more_than_poisson_between_days_and_within(bank):
    found = dispersion(bank)
    assert found.matched == pytest.approx(2.29, abs=0.01)
    assert found.day_cv == pytest.approx(0.064, abs=0.001)
    assert found.within_days == pytest.approx(1.39, abs=0.01)


def test_the_day_after_a_closed_monday_is_busier(bank):
    before = bank.until("2003-09-01T00:00:00-04:00")
    found = forecast_arrivals(before, 14)
    assert not found.on("2003-09-01").arrivals
    assert found.on("2003-09-02").arrivals > 1.05 * found.on("2003-09-09").arrivals
