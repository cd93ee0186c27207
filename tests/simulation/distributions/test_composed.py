"""Samples as they are, and mixtures."""

import math

import numpy as np
import pytest
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.simulation.distributions import Constant, Empirical, Exponential, Mixture, Uniform

LAST = float(np.nextafter(1.0, 0.0))
SEEN = (60.0, 120.0, 120.0, 300.0)


class TestEmpirical:
    def test_values_are_kept_sorted(self):
        assert Empirical([300, 120, 60, 120]).values == SEEN

    def test_every_value_is_as_likely_as_any_other(self):
        found = Empirical(SEEN).at(np.array([0.0, 0.249, 0.25, 0.5, 0.749, 0.75, LAST]))
        assert found.tolist() == [60, 60, 120, 120, 120, 300, 300]

    def test_mean_and_variance_are_those_of_the_sample(self):
        assert Empirical(SEEN).mean == np.mean(SEEN)
        assert Empirical(SEEN).variance == np.var(SEEN)

    def test_mean_of_many_even_draws_is_the_sample_mean(self):
        u = (np.arange(4000) + 0.5) / 4000
        assert Empirical(SEEN).at(u).mean() == pytest.approx(np.mean(SEEN))

    def test_cdf_counts_the_sample(self):
        assert Empirical(SEEN).cdf(np.array([59, 60, 120, 299, 300])).tolist() == [
            0, 0.25, 0.75, 0.75, 1,
        ]  # fmt: skip

    def test_a_number_just_below_1_gives_the_last_of_a_large_sample(self):
        found = Empirical(np.arange(100_003.0))
        assert found.at(np.array([LAST])).tolist() == [100_002]

    def test_interpolated_quantiles_are_those_of_numpy(self):
        u = np.linspace(0, LAST, 57)
        np.testing.assert_allclose(Empirical(SEEN, interpolated=True).at(u), np.quantile(SEEN, u))

    def test_interpolated_moments_are_those_of_its_pieces(self):
        ours = Empirical(SEEN, interpolated=True)
        pieces = [stats.uniform(60, 60), stats.uniform(120, 0), stats.uniform(120, 180)]
        first = np.mean([90, 120, 210])
        second = np.mean([pieces[0].moment(2), 120**2, pieces[2].moment(2)])
        assert ours.mean == pytest.approx(first)
        assert ours.variance == pytest.approx(second - first**2)

    def test_interpolated_cdf_undoes_the_quantiles(self):
        ours = Empirical([10, 20, 50, 90], interpolated=True)
        u = np.linspace(0.0, 0.999, 31)
        np.testing.assert_allclose(ours.cdf(ours.at(u)), u, atol=1e-12)

    def test_interpolated_cdf_jumps_where_values_are_the_same(self):
        ours = Empirical(SEEN, interpolated=True)
        found = ours.cdf(np.array([59.9, 90, 119.999999, 120, 210, 300, 301]))
        np.testing.assert_allclose(found, [0, 1 / 6, 1 / 3, 2 / 3, 5 / 6, 1, 1], atol=1e-6)

    @pytest.mark.parametrize("interpolated", [True, False])
    def test_one_value_is_a_constant(self, interpolated):
        one = Empirical([60], interpolated)
        u = np.array([0.0, 0.5, LAST])
        assert one.at(u).tolist() == [60, 60, 60]
        assert (one.mean, one.variance) == (60, 0)
        assert one.cdf(np.array([59.0, 60.0])).tolist() == [0, 1]

    @pytest.mark.parametrize("interpolated", [True, False])
    def test_scaled_scales_the_values(self, interpolated):
        found = Empirical(SEEN, interpolated).scaled(2)
        assert found == Empirical([120, 240, 240, 600], interpolated)

    def test_a_large_sample_is_shown_in_short(self):
        assert len(repr(Empirical(np.arange(10_000.0)))) < 150

    def test_description(self):
        assert Empirical(SEEN).describe() == "as in a sample of 4 values, mean 2.5 min"
        assert (
            Empirical([60], interpolated=True).describe()
            == "as in a sample of 1 value, interpolated, mean 60 s"
        )

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ([], "values: it is empty, and not a list of durations in seconds; give at least one"),
            (
                [60, 120, -5],
                "values[2]: -5 is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                np.array([60.0, math.nan]),
                "values[1]: nan is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                [60, True],
                "values[1]: True is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                ["60"],
                "values[0]: '60' is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                [[60], [60, 70]],
                "values[0]: [60] is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                "60",
                "values: '60' is not a list of durations in seconds; "
                "give a list of durations in seconds",
            ),
        ],
    )
    def test_refusals(self, values, message):
        with pytest.raises(ConfigurationError) as caught:
            Empirical(values)
        assert str(caught.value) == message


class TestMixture:
    CALLS = Mixture((0.9, 0.1), (Uniform(0, 100), Exponential(1800)))

    def test_one_number_chooses_the_part_and_the_duration_within_it(self):
        u = np.array([0.0, 0.45, 0.9, 0.95])
        inner = np.array([0.0, 0.5])
        expected = [*Uniform(0, 100).at(inner), *Exponential(1800).at(inner)]
        np.testing.assert_allclose(self.CALLS.at(u), expected, atol=1e-9)

    def test_mean_and_variance_of_parts_together(self):
        drawn = self.CALLS.at((np.arange(2_000_000) + 0.5) / 2_000_000)
        assert drawn.mean() == pytest.approx(self.CALLS.mean, rel=1e-4)
        assert drawn.var() == pytest.approx(self.CALLS.variance, rel=1e-3)

    def test_drawn_numbers_follow_the_cdf(self):
        drawn = self.CALLS.at(np.random.default_rng(3).random(20_000))
        assert stats.kstest(drawn, self.CALLS.cdf).pvalue > 0.01

    def test_shares_that_do_not_quite_add_up_leave_nothing_over(self):
        thirds = Mixture([1 / 3] * 3, (10, 20, 30))
        assert thirds.at(np.array([0.0, 0.5, LAST])).tolist() == [10, 20, 30]

    def test_a_part_without_a_share_is_never_drawn(self):
        mixed = Mixture((0, 0.5, 0.5, 0), (1, 2, 3, 4))
        assert mixed.at(np.array([0.0, 0.49, 0.5, LAST])).tolist() == [2, 2, 3, 3]

    def test_the_last_number_below_1_is_finite(self):
        assert self.CALLS.at(np.array([LAST]))[0] < math.inf

    def test_scaled_scales_every_part(self):
        assert self.CALLS.scaled(2) == Mixture((0.9, 0.1), (Uniform(0, 200), Exponential(3600)))

    def test_description(self):
        words = "90.0 % uniform from 0 s to 100 s; 10.0 % exponential, mean 30 min"
        assert self.CALLS.describe() == words

    def test_plain_numbers_are_constants(self):
        assert Mixture((1,), (5,)).parts == (Constant(5),)

    @pytest.mark.parametrize(
        ("shares", "parts", "message"),
        [
            (
                (0.8, 0.3),
                (1, 2),
                "shares: the shares add up to 1.1 (allowed: 1); "
                "give what each part is of the whole, such as (0.8, 0.2)",
            ),
            (
                (0.5, 0.5),
                (1,),
                "parts: there are 1 parts and 2 shares (allowed: 2); give one part for each share",
            ),
            (
                (1,),
                ({"distribution": "gamma", "mean": 3, "cv": -1},),
                "parts[0].cv: -1 is not a coefficient of variation (standard deviation ÷ mean) "
                "(allowed: 0.001 to 100); give a number in this range",
            ),
            (
                (1.5, -0.5),
                (1, 2),
                "shares[0]: 1.5 is not a share from 0 to 1 (allowed: 0 to 1); "
                "give a number in this range",
            ),
        ],
    )
    def test_refusals(self, shares, parts, message):
        with pytest.raises(ConfigurationError) as caught:
            Mixture(shares, parts)
        assert str(caught.value) == message
