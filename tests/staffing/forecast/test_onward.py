"""What a forecast is for: requirements, shifts, and the arrivals of a simulation."""

import numpy as np
import pytest
from offices import office

from assignwork.simulation import Overdispersed, RateTable
from assignwork.staffing import required_agents_table
from assignwork.staffing.forecast import dispersion, forecast_arrivals
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
