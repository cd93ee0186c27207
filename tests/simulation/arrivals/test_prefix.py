"""The n-th customer is the same one, whatever the rate is and however long the time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignwork.simulation.arrivals import (
    Counts,
    Overdispersed,
    Poisson,
    RateTable,
    Regular,
    Scaled,
    Weekly,
)
from assignwork.simulation.arrivals._integrated import unit_points

HOUR, DAY = 3600.0, 86_400.0
BEGIN = 1_774_738_800.0  # 2026-03-29 00:00 in Madrid, where clocks are set forward two hours later

GROWING = [
    Poisson(40),
    RateTable([0, 30, 90, 0, 10], interval=1700, repeat=True),
    Weekly([(hour * 7) % 31 for hour in range(168)], "Europe/Madrid"),
    Overdispersed(40, cv=0.7, period=5000),
    Overdispersed(Overdispersed(40, cv=0.7, period=5000), cv=0.2, period=7000),
    Scaled(40, factor=5, after=10_000, until=90_000),
    Scaled(RateTable([20, 50], repeat=True), factor=0, after=4000, until=9000),
    Counts([7, 0, 3, 12] * 40),
    Regular(700, first=30),
]


def came(ours, length, seed=5):
    return ours.instants(BEGIN, BEGIN + length, np.random.default_rng(seed))


@pytest.mark.parametrize("ours", GROWING, ids=lambda ours: ours.describe())
@pytest.mark.parametrize("length", [0.0, 1.0, 4321.5, 90_000.0, 3 * DAY])
def test_a_longer_time_only_appends(ours, length):
    long, short = came(ours, 6 * DAY), came(ours, length)
    assert short.tolist() == long[: len(short)].tolist()
    assert len(long) == len(short) or long[len(short)] >= BEGIN + length


@pytest.mark.parametrize("ours", GROWING, ids=lambda ours: ours.describe())
def test_the_same_seed_gives_the_same_customers_and_another_one_others(ours):
    assert came(ours, DAY).tolist() == came(ours, DAY).tolist()
    assert isinstance(ours, Regular) or came(ours, DAY).tolist() != came(ours, DAY, 6).tolist()


@given(st.floats(0.01, 5000), st.floats(0.01, 5000))
def test_unit_points_do_not_hang_on_how_many_are_needed(one, other):
    short, long = sorted((one, other))
    few = unit_points(short, np.random.default_rng(3))
    many = unit_points(long, np.random.default_rng(3))
    assert few.tolist() == many[: len(few)].tolist()
    assert (many < long).all()


def test_unit_points_are_drawn_until_there_are_enough():
    class Slow:
        def __init__(self):
            self._rng = np.random.default_rng(3)

        def standard_exponential(self, size):
            return self._rng.standard_exponential(size) / 20  # far more points than expected

    points = unit_points(100, Slow())
    assert len(points) == pytest.approx(2000, rel=0.1)
    assert points[-1] > 99


def test_at_a_higher_rate_the_same_customers_come_earlier():
    slow, fast = came(Poisson(40), 10 * DAY) - BEGIN, came(Poisson(100), 10 * DAY) - BEGIN
    np.testing.assert_allclose(fast[: len(slow)] * 2.5, slow, atol=1e-5)


def test_all_that_has_a_rate_reaches_the_same_unit_points():
    points = unit_points(3000, np.random.default_rng(5))
    table = RateTable([30, 0, 200], interval=HOUR, repeat=True)
    found = came(table, DAY)
    reached = [table.expected(BEGIN, at) for at in found]
    np.testing.assert_allclose(reached, points[: len(found)], rtol=1e-6)


def test_good_and_bad_days_are_drawn_apart_from_the_customers():
    """With hardly any variation they are those of the plain process."""
    plain, varied = came(Poisson(40), DAY), came(Overdispersed(40, cv=0.001), DAY)
    np.testing.assert_allclose(plain[:500] - BEGIN, varied[:500] - BEGIN, rtol=0.01)


def test_more_variation_makes_the_same_good_days_better():
    days = BEGIN + DAY * np.arange(41)
    one = np.histogram(came(Overdispersed(200, cv=0.2), 40 * DAY), days)[0]
    two = np.histogram(came(Overdispersed(200, cv=0.4), 40 * DAY), days)[0]
    assert np.corrcoef(one, two)[0, 1] > 0.97
    assert two.std() > 1.7 * one.std()


def test_before_a_spike_nothing_changes():
    plain, spike = came(Poisson(40), DAY), came(Scaled(40, factor=3, after=4 * HOUR), DAY)
    before = plain[plain < BEGIN + 4 * HOUR]
    assert spike[: len(before)].tolist() == before.tolist()
