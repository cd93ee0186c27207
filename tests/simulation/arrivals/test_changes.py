"""Good days and bad, and what-ifs."""

import numpy as np
import pytest

from assignwork.errors import ConfigurationError
from assignwork.simulation.arrivals import (
    Counts,
    Logged,
    Overdispersed,
    Poisson,
    RateTable,
    Regular,
    Scaled,
    Weekly,
)

HOUR, DAY = 3600.0, 86_400.0


def counted(ours, periods, length, seed=1):
    came = ours.instants(0, periods * length, np.random.default_rng(seed))
    return np.histogram(came, length * np.arange(periods + 1.0))[0]


class TestOverdispersed:
    @pytest.mark.parametrize("per_hour", [5, 50])
    def test_dispersion_grows_with_the_rate(self, per_hour):
        counts = counted(Overdispersed(per_hour, cv=0.3), 4000, DAY)
        mean = 24 * per_hour
        assert counts.mean() == pytest.approx(mean, rel=0.03)
        assert counts.var() / counts.mean() == pytest.approx(1 + 0.09 * mean, rel=0.15)

    def test_periods_are_independent(self):
        counts = counted(Overdispersed(50, cv=0.3), 2000, DAY)
        assert abs(np.corrcoef(counts[:-1], counts[1:])[0, 1]) < 0.06

    def test_within_a_period_the_factor_is_the_same(self):
        halves = counted(Overdispersed(500, cv=0.3), 800, DAY / 2).reshape(400, 2)
        assert np.corrcoef(halves[:, 0], halves[:, 1])[0, 1] > 0.95

    def test_the_period_is_what_is_given(self):
        by_hour = counted(Overdispersed(500, cv=0.3, period=HOUR), 2400, HOUR)
        by_day = counted(Overdispersed(500, cv=0.3), 2400, HOUR)
        between = by_hour.reshape(100, 24).mean(axis=1).std()
        assert between < 0.5 * by_day.reshape(100, 24).mean(axis=1).std()
        assert abs(np.corrcoef(by_hour[:-1], by_hour[1:])[0, 1]) < 0.1

    def test_expected_is_that_of_what_it_varies(self):
        table = RateTable([10, 30])
        assert Overdispersed(table, 2).expected(0, 7200) == table.expected(0, 7200)

    def test_rates_of_a_table_keep_their_shape(self):
        nights = Overdispersed(RateTable([0] * 8 + [60] * 16, repeat=True), cv=0.5)
        counts = counted(nights, 24 * 50, HOUR).reshape(50, 24)
        assert (counts[:, :8] == 0).all()
        assert (counts[:, 8:].sum(axis=1) > 0).all()


class TestScaled:
    def test_the_rate_is_multiplied_between_the_offsets(self):
        spike = Scaled(60, factor=3, after=2 * HOUR, until=5 * HOUR)
        by_hour = [spike.expected(0, HOUR * hour) for hour in range(8)]
        assert np.diff(by_hour) == pytest.approx([60, 60, 180, 180, 180, 60, 60])

    def test_customers_come_so(self):
        spike = Scaled(2000, factor=3, after=2 * HOUR, until=5 * HOUR)
        counts = counted(spike, 8, HOUR)
        assert counts == pytest.approx([2000, 2000, 6000, 6000, 6000, 2000, 2000, 2000], rel=0.08)

    def test_offsets_need_not_fall_on_the_steps_of_a_table(self):
        spike = Scaled(RateTable([60, 120]), factor=2, after=1800, until=5400)
        assert spike.expected(0, 7200) == pytest.approx(30 + 60 + 120 + 60)

    def test_without_until_it_lasts(self):
        assert Scaled(60, 2, after=HOUR).expected(0, 3 * HOUR) == pytest.approx(300)

    def test_without_offsets_it_is_all_the_time(self):
        assert Scaled(60, 1.1).expected(0, HOUR) == pytest.approx(66)

    def test_nobody_comes_at_factor_0(self):
        assert counted(Scaled(60, 0, after=HOUR), 3, HOUR)[1:].tolist() == [0, 0]

    def test_a_spike_after_the_end_changes_nothing(self):
        assert Scaled(60, 3, after=DAY).expected(0, HOUR) == 60

    def test_the_weekly_rate_of_a_zone_can_be_scaled(self):
        week = Weekly(range(168))
        assert Scaled(week, 2).expected(0, DAY) == pytest.approx(2 * week.expected(0, DAY))

    def test_good_and_bad_days_can_be_scaled(self):
        plain, doubled = (
            counted(Scaled(Overdispersed(500, 0.5), factor), 60, DAY) for factor in (1, 2)
        )
        assert doubled / plain == pytest.approx(np.full(60, 2.0), rel=0.2)

    def test_scaled_days_can_vary(self):
        counts = counted(Overdispersed(Scaled(50, 2), cv=0.3), 1000, DAY)
        assert counts.mean() == pytest.approx(2400, rel=0.05)

    def test_an_until_before_after_is_refused(self):
        with pytest.raises(ConfigurationError) as caught:
            Scaled(60, 2, after=60, until=60)
        assert str(caught.value) == (
            "until: 60 s is not later than after, 60 s (allowed: above 60 s); "
            "give seconds from the begin, or None for all that follows"
        )


@pytest.mark.parametrize("of", [Counts([3]), Logged([10.0]), Regular(60)])
@pytest.mark.parametrize("change", [Scaled, Overdispersed])
def test_arrivals_without_a_rate_cannot_be_changed(change, of):
    with pytest.raises(ConfigurationError) as caught:
        change(of, 2)
    assert str(caught.value) == (
        f"of: {of.wire_name} arrivals have no rate that could be multiplied (allowed: poisson, "
        "rate_table, weekly, overdispersed or scaled); give a RateTable of how many come per hour"
    )


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (
            Overdispersed(60, cv=0.2, period=7 * DAY),
            "60 an hour, times a factor of mean 1, cv 0.2, drawn every 168 h",
        ),
        (Scaled(60, 1.2), "60 an hour, times 1.2"),
        (Scaled(Poisson(60), 3, 32_400, 43_200), "60 an hour, times 3 after 9 h until 12 h"),
    ],
)
def test_description_in_words(ours, words):
    assert ours.describe() == words
