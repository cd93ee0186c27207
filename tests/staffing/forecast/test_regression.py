"""Poisson regression learns what days have in common, and says how far it is off."""

import sys
from datetime import date, timedelta

import numpy as np
import pytest
from forecast_offices import BY_HOUR, HOURS, MONDAY, ZONE, at, office, usual

from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.staffing.forecast import (
    ArrivalHistory,
    PoissonRegression,
    WeekdayMean,
    forecast_arrivals,
)

MONTH_ON, MONTH_OFF = PoissonRegression(month=True), PoissonRegression(month=False)


def total(forecast, day):
    return forecast.on(day.isoformat()).arrivals


def usually(day):
    return sum(usual(day, hour) for hour in range(9, 17))


def off(forecast):
    """Mean absolute difference from what is usual."""
    open_hours = [(at.date(), at.hour) for at in forecast.local_starts]
    return np.mean([
        abs(mean - usual(day, hour))
        for mean, (day, hour) in zip(forecast.mean, open_hours, strict=True)
        if day.weekday() < 5 and 9 <= hour < 17
    ])  # fmt: skip


def test_it_finds_weekdays_and_hours():
    ahead = forecast_arrivals(office(12, seed=1), 7)
    for n in range(5):
        day = MONDAY + timedelta(84 + n)
        assert total(ahead, day) == pytest.approx(usually(day), rel=0.06)
    thursday = ahead.on("2026-04-02").mean[9:17]
    assert thursday == pytest.approx(0.9 * np.array(BY_HOUR), rel=0.25)


def test_it_is_nearer_to_what_is_usual_than_the_mean_of_the_last_weeks():
    histories = [office(12, seed=seed) for seed in range(5)]
    ours = [off(forecast_arrivals(history, 7)) for history in histories]
    means = [off(forecast_arrivals(history, 7, method=WeekdayMean())) for history in histories]
    assert sum(ours) < 0.95 * sum(means)


def test_it_learns_that_more_come_after_a_closed_day():
    closed = ("2026-01-27", "2026-02-24", "2026-03-17", "2026-03-31")
    after = {date.fromisoformat(day) + timedelta(1) for day in closed}
    history = office(
        12, closed=closed[:3], shut=closed, factor=lambda day: 1.5 if day in after else 1.0
    )
    wednesday = date(2026, 4, 1)
    learned = forecast_arrivals(history, 7)
    not_learned = forecast_arrivals(history, 7, method=PoissonRegression(after_closed=False))
    assert total(learned, wednesday) == pytest.approx(1.5 * usually(wednesday), rel=0.05)
    assert total(not_learned, wednesday) < 1.3 * usually(wednesday)


def test_a_weekend_is_no_closed_day():
    closed = ("2026-01-27",)
    history = office(6, closed=closed, factor=lambda day: 2.0 if day == date(2026, 1, 28) else 1.0)
    monday = date(2026, 2, 16)
    assert total(forecast_arrivals(history, 7), monday) == pytest.approx(usually(monday), rel=0.05)


def of_month(day):
    return 1.0 + 0.4 * np.cos(2 * np.pi * (day.day - 1) / 30)


def test_it_learns_the_course_of_the_month():
    history = office(20, factor=of_month)
    first = date(2026, 6, 1)
    ahead = forecast_arrivals(history, 28)
    assert total(ahead, first) == pytest.approx(of_month(first) * usually(first), rel=0.05)
    without = forecast_arrivals(history, 28, method=MONTH_OFF)
    assert total(without, first) < 1.2 * usually(first)


@pytest.mark.parametrize(("weeks", "like"), [(13, MONTH_OFF), (14, MONTH_ON)])
def test_the_month_is_learned_from_three_of_them_on(weeks, like):
    history = office(weeks, factor=of_month)
    assert forecast_arrivals(history, 7).mean == forecast_arrivals(history, 7, method=like).mean
    assert (
        forecast_arrivals(history, 7, method=MONTH_ON).mean
        != forecast_arrivals(history, 7, method=MONTH_OFF).mean
    )


def test_with_a_shorter_half_life_it_follows_a_change_faster():
    change = MONDAY + timedelta(70)
    history = office(12, factor=lambda day: 2.0 if day >= change else 1.0)
    totals = [
        forecast_arrivals(
            history, 7, method=PoissonRegression(half_life=days, month=False)
        ).arrivals
        for days in (None, 84, 7)
    ]
    assert totals == sorted(totals)
    assert totals[2] > 1.3 * totals[0]


def test_a_higher_penalty_makes_days_more_alike():
    history = office(8)
    ratio = [
        total(ahead, MONDAY + timedelta(56)) / total(ahead, MONDAY + timedelta(58))
        for ahead in (
            forecast_arrivals(history, 7, method=PoissonRegression(penalty=penalty))
            for penalty in (1, 1e4, 1e7)
        )
    ]
    assert ratio[0] > ratio[1] > ratio[2] > 0.99


def sale(weeks, day, factor, **more):
    return office(
        weeks, factor=lambda at: factor if at == day else 1.0, special={day: "sale", **more}
    )


def test_a_special_day_is_like_the_last_of_its_name():
    before, ahead = date(2026, 2, 3), date(2026, 3, 5)
    found = forecast_arrivals(sale(8, before, 3.0, **{"2026-03-05": "sale"}), 7)
    assert total(found, ahead) == pytest.approx(3.0 * usually(ahead), rel=0.05)


def test_a_special_day_teaches_nothing_about_others():
    before = date(2026, 2, 3)
    plain, odd = office(8), sale(8, before, 3.0)
    tuesday = date(2026, 3, 3)
    assert total(forecast_arrivals(odd, 7), tuesday) == pytest.approx(
        total(forecast_arrivals(plain, 7), tuesday), rel=0.01
    )
    assert forecast_arrivals(odd, 7).cv == pytest.approx(forecast_arrivals(plain, 7).cv, abs=0.01)


def test_a_factor_goes_before_what_was_learned_of_a_name():
    ahead = date(2026, 3, 5)
    history = sale(8, date(2026, 2, 3), 3.0, **{"2026-03-05": "sale"})
    for factors in ({"sale": 1.5}, {"2026-03-05": 1.5}, {ahead: 1.5}):
        found = forecast_arrivals(history, 7, factors=factors)
        assert total(found, ahead) == pytest.approx(1.5 * usually(ahead), rel=0.05)


def test_good_days_and_bad_make_the_bounds_wider():
    rng = np.random.default_rng(5)
    busy = {MONDAY + timedelta(n): rng.gamma(25, 1 / 25) for n in range(84)}  # cv 0.2
    quiet = forecast_arrivals(office(12, seed=6), 7)
    varied = forecast_arrivals(office(12, seed=6, factor=busy.get), 7)
    assert quiet.cv < 0.08
    assert varied.cv == pytest.approx(0.2, abs=0.06)
    assert varied.upper[10] - varied.lower[10] > 1.3 * (quiet.upper[10] - quiet.lower[10])


def test_around_the_clock_the_curve_closes():
    calendar = Calendar("always", "UTC", {"mon-sun": ["00:00-24:00"]})
    hours = np.arange(24 * 42)
    counts = np.round(100 + 60 * np.cos(2 * np.pi * hours / 24))
    history = ArrivalHistory(counts, "2026-01-05T00:00:00Z", 3600, calendar)
    found = forecast_arrivals(history, 7)
    assert found.mean[24:48] == pytest.approx(counts[:24], abs=3)
    assert found.mean[23] == pytest.approx(found.mean[25], rel=0.01)  # alike, on either side of 0


@pytest.mark.parametrize("hours", ["09:00-10:00", "09:00-11:00", "09:00-12:00"])
def test_few_open_hours_do(hours):
    calendar = Calendar("short", "UTC", {"mon-fri": [hours]})
    history = ArrivalHistory(np.full(24 * 42, 30), "2026-01-05T00:00:00Z", 3600, calendar)
    assert forecast_arrivals(history, 7).on("2026-02-16").mean[9] == pytest.approx(30, rel=0.01)


def test_a_weekday_that_was_never_open_is_as_the_others_together():
    open_now = {"2026-02-07": ["09:00-17:00"]}
    plain = office(4)
    calendar = Calendar("office", ZONE, HOURS, open_now)
    history = ArrivalHistory(plain.counts, plain.start_at, 3600, calendar)
    saturday = total(forecast_arrivals(history, 7), date(2026, 2, 7))
    assert 0.8 * sum(BY_HOUR) < saturday < 1.4 * sum(BY_HOUR)


def test_a_forecast_within_a_day_begins_there():
    history = office(4).until(at(date(2026, 1, 27), 12))
    found = forecast_arrivals(history, 1)
    assert (found.start_at, len(found)) == (at(date(2026, 1, 27), 12), 24)
    assert found.mean[0] == pytest.approx(usual(date(2026, 1, 27), 12), rel=0.2)


def test_the_same_history_gives_the_same_forecast():
    assert forecast_arrivals(office(6, seed=1), 7) == forecast_arrivals(office(6, seed=1), 7)


def test_a_horizon_of_closed_days_only_is_nothing():
    history = office(4, shut=[f"2026-02-0{n}" for n in range(2, 7)])
    assert not forecast_arrivals(history, 5).arrivals


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("half_life", 0), ("half_life", "84"), ("penalty", 0), ("month", 1), ("after_closed", None)],
)
def test_what_it_cannot_be_set_to_is_refused(field, wrong):
    with pytest.raises(ConfigurationError, match=rf"^{field}: "):
        PoissonRegression(**{field: wrong})


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ConfigurationError, match="needs sklearn") as refused:
        forecast_arrivals(office(4), 7)
    assert "assignwork[forecast]" in refused.value.remedy


@pytest.mark.filterwarnings("error")
def test_weeks_in_which_nobody_came_are_learned_from():
    counts = np.zeros(4 * 7 * 24)
    counts[9:17] = 1  # on the first day alone
    rare = ArrivalHistory(counts, at(MONDAY), 3600, Calendar("office", ZONE, HOURS))
    ahead = forecast_arrivals(rare, 7)
    assert 0 < ahead.arrivals < 8
    assert ahead.cv > 0
