"""Rates by hour of the week come back, and so does what days vary more than by chance."""

import numpy as np
import pytest
from known_desks import DAY, MONDAY, WEEK, calls, log_of, office

from assignwork.simulation import Counts, Logged, Overdispersed, Weekly
from assignwork.simulation.fitting import fit_scenario
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._rates import spread, weekly

BERLIN = "Europe/Berlin"


def came(arrivals, weeks, seed=1, begin=MONDAY):
    return arrivals.instants(begin, begin + weeks * 7 * DAY, np.random.default_rng(seed))


def clock(weeks, zone="UTC", begin=MONDAY):
    return Clock(zone, begin, begin + weeks * 7 * DAY)


def test_rates_by_hour_of_the_week_come_back():
    weeks = 200
    found = np.array(weekly(came(Weekly(WEEK), weeks), clock(weeks)).per_hour)
    true = np.array(WEEK)
    assert found[true == 0].max() == 0
    # Poisson: each count is within five standard deviations
    assert np.abs(found - true)[true > 0].max() < 5 * np.sqrt(6.0 / weeks)


def test_as_many_are_expected_as_came():
    at = came(Weekly(WEEK, BERLIN), 9)
    span = clock(9, BERLIN)
    assert weekly(at, span).expected(span.begin, span.end) == pytest.approx(len(at))


def test_hours_are_those_of_the_time_zone():
    found = weekly(came(Weekly(WEEK, BERLIN), 20), clock(20, BERLIN)).per_hour
    assert [rate > 0 for rate in found[7:19]] == [False, *[True] * 10, False]


def test_an_hour_that_comes_twice_is_counted_as_two():
    october = 1_792_965_600.0  # 2026-10-25T22:00Z less a day: the night in which clocks go back
    span = Clock(BERLIN, october - 3 * DAY, october + 4 * DAY)
    assert span.lasted().sum() == pytest.approx(7 * 24)
    assert span.lasted()[6 * 24 + 2] == 2.0


def test_days_of_a_poisson_process_do_not_vary_clearly():
    found = spread(came(Weekly(WEEK), 30), clock(30))
    assert not found.clear
    assert found.dispersion == pytest.approx(1.0, abs=0.25)


def test_the_variation_of_days_comes_back():
    at = came(Overdispersed(Weekly(WEEK), 0.4), 60)
    found = spread(at, clock(60))
    assert found.clear
    assert found.cv == pytest.approx(0.4, abs=0.06)


def test_days_that_vary_clearly_are_simulated_so():
    at = came(Overdispersed(Weekly(WEEK), 0.5), 10)
    scenario = office(10)
    logged = scenario.changed(
        streams=[scenario.streams[0].from_dict(
            {"name": "mail", "arrivals": {"arrivals": "logged", "at": at.tolist()},
             "kinds": [scenario.streams[0].kinds[0].to_dict()]}
        )]
    )  # fmt: skip
    fit = fit_scenario(scenario.workspace, log_of(logged))
    assert isinstance(fit.scenario.streams[0].arrivals, Overdispersed)


def test_counts_have_as_many_in_each_hour():
    scenario = calls(weeks=1)
    log = log_of(scenario)
    fit = fit_scenario(scenario.workspace, log, arrivals="counts")
    (stream,) = fit.scenario.streams
    at = np.array([event.at for event in log if event.kind == "queued"])
    assert isinstance(stream.arrivals, Counts)
    assert stream.arrivals.counts[:24] == tuple(
        np.histogram(at, MONDAY + 3600.0 * np.arange(25))[0].tolist()
    )


def test_logged_arrivals_are_those_of_the_log():
    scenario = calls(weeks=1)
    log = log_of(scenario)
    fit = fit_scenario(scenario.workspace, log, arrivals="logged")
    (stream,) = fit.scenario.streams
    assert isinstance(stream.arrivals, Logged)
    assert stream.arrivals.at == tuple(event.at for event in log if event.kind == "queued")


def test_more_customers_later_on_are_told():
    at = came(Weekly(WEEK), 10)
    late = at[at > MONDAY + 5 * 7 * DAY]
    scenario = office(10)
    kind = scenario.streams[0].kinds[0]
    grown = scenario.changed(
        streams=[
            scenario.streams[0],
            {"name": "more", "arrivals": {"arrivals": "logged", "at": late.tolist()},
             "kinds": [kind]},
        ]
    )  # fmt: skip
    found = fit_scenario(scenario.workspace, log_of(grown)).caveats
    assert any("more customers came in the second half" in line for line in found)
    assert not any("half" in line for line in fit_scenario(
        scenario.workspace, log_of(scenario)).caveats)  # fmt: skip
