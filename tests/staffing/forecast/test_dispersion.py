"""Dispersion finds what made histories were made with."""

from datetime import timedelta

import numpy as np
import pytest
from forecast_offices import MONDAY, office

from assignwork.errors import ConfigurationError
from assignwork.staffing.forecast import ArrivalHistory, dispersion

START = "2026-01-05T00:00:00Z"


def made(draw):
    return ArrivalHistory(draw(np.random.default_rng(1)).ravel(), START, 3600)


def test_poisson_arrivals_are_poisson():
    found = dispersion(made(lambda rng: rng.poisson(20, (210, 24))))
    assert found.matched == pytest.approx(1, abs=0.05)
    assert found.within_days == pytest.approx(1, abs=0.05)
    assert found.day_cv < 0.02
    assert found.mean == pytest.approx(20, rel=0.01)
    assert found.days == 210


def test_busy_days_show_between_days_and_not_within():
    def draw(rng):
        return rng.poisson(20 * rng.gamma(25, 1 / 25, (210, 1)) * np.ones((210, 24)))

    found = dispersion(made(draw))
    assert found.day_cv == pytest.approx(0.2, abs=0.02)
    assert found.matched == pytest.approx(1 + 20 * 0.04, abs=0.15)
    assert found.within_days == pytest.approx(1, abs=0.07)  # three standard errors


def test_busy_hours_show_within_days():
    def draw(rng):
        return rng.poisson(20 * rng.gamma(25, 1 / 25, (210, 24)))

    found = dispersion(made(draw))
    assert found.within_days == pytest.approx(1 + 20 * 0.04, abs=0.1)
    assert found.matched == pytest.approx(1 + 20 * 0.04, abs=0.1)
    assert found.day_cv < 0.06


def test_weekdays_and_hours_that_differ_are_no_dispersion():
    found = dispersion(office(30, seed=1))
    assert found.matched == pytest.approx(1, abs=0.1)
    assert found.within_days == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("how", ["special", "excluded"])
def test_days_unlike_others_are_left_out(how):
    odd = (MONDAY + timedelta(15)).isoformat()
    options = {"special": {odd: "sale"}} if how == "special" else {"excluded": [odd]}
    history = office(
        30, seed=1, factor=lambda day: 5.0 if day.isoformat() == odd else 1.0, **options
    )
    assert dispersion(history).days == 149
    assert dispersion(history).matched < 1.1


def test_a_day_that_was_open_for_fewer_hours_is_left_out():
    history = office(30, seed=1).until(office(30).end_at - 60 * 3600)  # Friday until noon
    assert dispersion(history).days == 149


def test_one_week_has_nothing_to_compare():
    with pytest.raises(ConfigurationError, match=r"^history: no weekday has two days"):
        dispersion(office(1))


def test_it_is_shown_as_text_and_html():
    found = dispersion(office(10, seed=1))
    assert str(found).splitlines()[0] == "50 days by intervals of 1 h, against Poisson"
    assert found._repr_html_().count("<tr>") == 4
    assert found.to_dict()["days"] == 50
