"""What a forecast is for: requirements, shifts, and the arrivals of a simulation."""

import numpy as np
import pytest
from forecast_offices import office

from assignwork.model import Calendar
from assignwork.simulation import Overdispersed, RateTable
from assignwork.staffing import required_agents_table
from assignwork.staffing.forecast import (
    ArrivalHistory,
    Forecast,
    WeekdayMean,
    dispersion,
    forecast_arrivals,
)
from assignwork.staffing.shifts import needs_of, schedule_shifts


def test_a_forecast_becomes_requirements_and_shifts():
    week = forecast_arrivals(office(8, seed=1), 7)
    table = required_agents_table(
        week.mean, 240.0, interval=week.interval, targets={"service_level": 0.8}
    )
    assert table.agents[:9] == (0,) * 9
    assert all(agents > 0 for agents in table.agents[9:17])
    shifts = [
        {"id": "early", "hours": "09:00-13:00"},
        {"id": "late", "hours": "13:00-17:00"},
    ]
    plan = schedule_shifts(shifts, needs_of(table), days=7, starts_on="2026-03-02")
    assert plan.status == "optimal"
    monday = [shift.agents for shift in plan.shifts if shift.day == 0]
    assert monday == [max(table.agents[9:13]), max(table.agents[13:17])]


def test_a_forecast_becomes_the_arrivals_of_a_simulation():
    history = office(8, seed=1)
    week = forecast_arrivals(history, 7)
    rates = RateTable(week.per_hour, interval=week.interval)
    assert rates.expected(week.start_at, week.end_at) == pytest.approx(week.arrivals)
    busy = Overdispersed(rates, cv=max(dispersion(history).day_cv, 0.01))
    came = busy.instants(week.start_at, week.end_at, np.random.default_rng(1))
    assert len(came) == pytest.approx(week.arrivals, rel=0.15)


def ahead_of(start, weeks=10):
    """Two weeks after ten, half-hours of a shop that is open from 9 to 17 each day."""
    shop = Calendar("o", "Europe/Madrid", {"mon-sun": ["09:00-17:00"]})
    history = ArrivalHistory([20] * 7 * weeks * 48, start, 1800, shop)
    return forecast_arrivals(history, 14, method=WeekdayMean())


CHANGES = {"March": ("2026-01-12T00:00:00+01:00", 670), "October": ("2026-08-10T00:00+02:00", 674)}


@pytest.mark.parametrize("month", CHANGES)
def test_shifts_of_a_forecast_keep_to_the_clock_when_it_changes(month):
    start, intervals = CHANGES[month]
    ahead = ahead_of(start)
    assert len(ahead) == intervals  # of real time: an hour less or more than 14 days of 48
    table = required_agents_table(
        ahead.local_mean, 240.0, interval=1800, targets={"service_level": 0.8}
    )
    day = [{"id": "day", "hours": "09:00-17:00"}]
    plan = schedule_shifts(
        day, needs_of(table), days=len(ahead.local_days), starts_on=ahead.local_days[0]
    )
    assert plan.status == "optimal"
    assert [shift.agents for shift in plan.shifts] == [max(table.scheduled)] * 14


@pytest.mark.parametrize("month", CHANGES)
def test_every_local_day_has_as_many_means_as_any_other(month):
    ahead = ahead_of(CHANGES[month][0])
    days = np.reshape(ahead.local_mean, (14, 48))
    assert (days == [0.0] * 18 + [20.0] * 16 + [0.0] * 14).all()


def by_hand(start_at, mean, interval=3600, zone="Europe/Madrid"):
    return Forecast(
        start_at=start_at, interval=interval, time_zone=zone, mean=mean, lower=[0] * len(mean),
        upper=mean, level=0.9, cv=0.0, method="by hand",
    )  # fmt: skip


def test_of_an_hour_that_comes_twice_the_larger_mean_counts():
    for twice in ([7, 3], [3, 7]):
        night = by_hand("2026-10-25T00:00:00+02:00", [1, 2, *twice, *range(30, 51)])
        assert night.local_mean == (1, 2, 7, *range(30, 51))


def test_an_hour_that_is_skipped_has_nobody():
    night = by_hand("2026-03-29T00:00:00+01:00", [1, 2, *range(30, 51)])
    assert night.local_mean == (1, 2, 0, *range(30, 51))


def test_before_and_after_a_forecast_of_part_of_a_day_is_nobody():
    evening = by_hand("2026-06-01T22:00:00+02:00", [4, 5, 6])
    assert evening.local_days == ("2026-06-01", "2026-06-02")
    assert evening.local_mean == (*[0] * 22, 4, 5, 6, *[0] * 23)


def test_where_clocks_change_by_half_an_interval_it_counts_for_both_that_it_reaches_into():
    night = by_hand("2026-10-04T00:00:00+10:30", [1, 2, 9, 4], zone="Australia/Lord_Howe")
    # from 02:00 to 02:30 there is no time: the third hour begins at 02:30, the fourth at 03:30
    assert night.local_mean[:6] == (1, 2, 9, 9, 4, 0)
