"""The two simple methods, and what all have to keep to: the local clock and the calendar."""

from datetime import date, timedelta

import numpy as np
import pytest
from forecast_offices import BY_HOUR, MONDAY, ZONE, at, office, usual

from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.staffing.forecast import (
    ArrivalHistory,
    PoissonRegression,
    SeasonalNaive,
    WeekdayMean,
    forecast_arrivals,
)

METHODS = [SeasonalNaive(), WeekdayMean(), PoissonRegression()]
ids = [method.name for method in METHODS]


def said(forecast, day):
    """The means of a local day by hour, 9 to 17."""
    return np.array(forecast.on(day.isoformat()).mean[9:17])


def test_seasonal_naive_says_what_came_a_week_before():
    history = office(3, seed=1)
    ahead = forecast_arrivals(history, 7, method=SeasonalNaive())
    last = history.counts[-168:]
    assert np.array_equal(ahead.mean, np.where(history.grid.open[-168:], last, 0))


def test_beyond_a_week_seasonal_naive_repeats_the_last_known_week():
    ahead = forecast_arrivals(office(3, seed=1), 14, method=SeasonalNaive())
    assert ahead.mean[:168] == ahead.mean[168:]


def test_the_weekday_mean_is_that_of_the_last_weeks():
    history = office(5, factor=lambda day: 1 + (day - MONDAY).days // 7)
    ahead = forecast_arrivals(history, 7, method=WeekdayMean(3))
    wednesday = date(2026, 2, 11)
    usually = np.array([usual(wednesday, hour) for hour in range(9, 17)])
    assert said(ahead, wednesday) == pytest.approx(4 * usually, abs=0.5)


def test_as_many_weeks_as_there_are_do():
    history = office(2, factor=lambda day: 1 + (day - MONDAY).days // 7)
    ahead = forecast_arrivals(history, 7, method=WeekdayMean(8))
    tuesday = date(2026, 1, 20)
    assert said(ahead, tuesday) == pytest.approx(1.5 * np.array(BY_HOUR), abs=0.5)


@pytest.mark.parametrize("weeks", [0, 1.5, True, 521, "4"])
def test_weeks_are_whole(weeks):
    with pytest.raises(ConfigurationError, match=r"^weeks: "):
        WeekdayMean(weeks)


@pytest.mark.parametrize("method", METHODS[:2], ids=ids[:2])
@pytest.mark.parametrize("how", ["closed", "excluded", "special"])
def test_a_day_unlike_others_is_replaced_by_the_one_before(method, how):
    odd = "2026-01-20"  # a Tuesday, the last of the history
    factor = lambda day: 9.0 if day.isoformat() == odd else 1.0  # noqa: E731
    options = {
        "closed": {"closed": (odd,)},
        "excluded": {"excluded": (odd,)},
        "special": {"special": {odd: "sale"}},
    }[how]
    ahead = forecast_arrivals(office(3, factor=factor, **options), 7, method=method)
    assert said(ahead, date(2026, 1, 27)) == pytest.approx(BY_HOUR)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_closed_hours_and_days_ahead_have_none(method):
    history = office(4, shut=("2026-02-03",), seed=2)
    ahead = forecast_arrivals(history, 7, method=method)
    assert not said(ahead, date(2026, 2, 3)).any()
    night = [*ahead.on("2026-02-04").upper[:9], *ahead.on("2026-02-04").upper[17:]]
    assert not any(night)
    assert (said(ahead, date(2026, 2, 4)) > 5).all()


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_what_repeats_is_the_local_time_of_day_when_clocks_go_forward(method):
    history = office(4, first=date(2026, 3, 2))  # until the Sunday on which they change
    ahead = forecast_arrivals(history, 7, method=method)
    assert len(ahead) == 168
    friday = date(2026, 4, 3)
    usually = [usual(friday, hour) for hour in range(9, 17)]
    assert said(ahead, friday) == pytest.approx(usually, rel=0.2)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_what_repeats_is_the_local_time_of_day_when_clocks_go_back(method):
    history = office(4, first=date(2026, 9, 21))  # ends with Sunday 2026-10-18
    ahead = forecast_arrivals(history, 14, method=method)
    assert len(ahead) == 14 * 24 + 1
    friday = date(2026, 10, 30)
    usually = [usual(friday, hour) for hour in range(9, 17)]
    assert said(ahead, friday) == pytest.approx(usually, rel=0.2)


def test_an_hour_that_the_clock_shows_twice_is_one_time_of_day():
    calendar = Calendar("always", ZONE, {"mon-sun": ["00:00-24:00"]})
    start = at(date(2026, 10, 12))
    local = np.arange(14 * 24 + 1)  # two weeks, the last night with 2 o'clock twice
    hour = np.where(local < 13 * 24 + 3, local % 24, (local - 1) % 24)
    history = ArrivalHistory(10 + hour, start, 3600, calendar)
    ahead = forecast_arrivals(history, 7, method=SeasonalNaive())
    assert ahead.mean == tuple(10 + np.tile(np.arange(24), 7))


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_less_than_two_weeks_are_refused(method):
    with pytest.raises(ConfigurationError, match=r"^history: 5 days of history are too few"):
        forecast_arrivals(office(1), 7, method=method)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_a_history_in_which_nobody_came_is_refused(method):
    with pytest.raises(ConfigurationError, match=r"^history: nobody came"):
        forecast_arrivals(office(3, factor=lambda _: 0), 7, method=method)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_what_comes_later_does_not_change_a_forecast(method):
    origin = at(MONDAY + timedelta(28))
    ahead = [
        forecast_arrivals(office(5, seed=3, factor=factor).until(origin), 7, method=method)
        for factor in (None, lambda day: 1.0 if day < MONDAY + timedelta(28) else 20.0)
    ]
    assert ahead[0] == ahead[1]


def test_seasonal_naive_has_wider_bounds_than_the_mean_of_weeks():
    history = office(9, seed=4)
    naive, mean = (forecast_arrivals(history, 7, method=method) for method in METHODS[:2])
    assert naive.cv > mean.cv
    assert np.subtract(naive.upper, naive.lower).sum() > np.subtract(mean.upper, mean.lower).sum()


@pytest.mark.parametrize("method", [SeasonalNaive(), WeekdayMean()], ids=ids[:2])
def test_a_history_of_special_days_alone_is_refused(method):
    days = {(MONDAY + timedelta(n)).isoformat(): "sale" for n in range(21)}
    with pytest.raises(ConfigurationError, match="special"):
        forecast_arrivals(office(3, special=days), 7, method=method)


SALES = {"2026-01-15": "sale", "2026-01-22": "sale"}  # Thursdays, of four weeks from January 5
AHEAD = "2026-02-03"  # a Tuesday


def with_sales(**options):
    times = {"2026-01-15": 3.0, "2026-01-22": 5.0}
    return office(4, factor=lambda day: times.get(day.isoformat(), 1.0), **options)


@pytest.mark.parametrize(
    ("method", "times"), [(SeasonalNaive(), 5.0), (WeekdayMean(1), 5.0), (WeekdayMean(), 4.0)]
)
def test_a_special_day_ahead_is_as_the_last_days_of_its_name(method, times):
    history = with_sales(special={**SALES, AHEAD: "sale"})
    found = forecast_arrivals(history, 7, method=method)
    thursday = np.array([usual(date(2026, 1, 15), hour) for hour in range(9, 17)])
    assert said(found, date(2026, 2, 3)) == pytest.approx(times * thursday, abs=0.5)


def test_a_special_day_of_another_name_does_not_count():
    other = {**SALES, "2026-01-22": "strike", AHEAD: "sale"}
    found = forecast_arrivals(with_sales(special=other), 7, method=SeasonalNaive())
    thursday = np.array([usual(date(2026, 1, 15), hour) for hour in range(9, 17)])
    assert said(found, date(2026, 2, 3)) == pytest.approx(3 * thursday, abs=0.5)


def test_times_at_which_no_day_of_the_name_was_open_are_as_on_the_same_weekday():
    hours = {"mon-fri": ["09:00-17:00"], "sat": ["09:00-12:00"]}
    calendar = Calendar("office", ZONE, hours)
    counts = np.tile([10] * 5 * 24 + [40] * 24 + [0] * 24, 3)
    special = {"2026-01-24": "sale", "2026-01-27": "sale"}  # a Saturday, then a Tuesday
    history = ArrivalHistory(counts, at(MONDAY), 3600, calendar, special)
    found = forecast_arrivals(history, 7, method=SeasonalNaive())
    assert said(found, date(2026, 1, 27)).tolist() == [40] * 3 + [10] * 5


@pytest.mark.parametrize("method", METHODS[:2], ids=ids[:2])
def test_a_factor_for_a_special_day_is_of_an_ordinary_one(method):
    history = with_sales(special={**SALES, AHEAD: "sale"})
    found = forecast_arrivals(history, 7, method=method, factors={"sale": 2})
    assert said(found, date(2026, 2, 3)) == pytest.approx(2 * np.array(BY_HOUR), abs=0.5)
