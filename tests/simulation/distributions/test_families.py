"""Distributions with a formula, against scipy's and against closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.simulation.distributions import (
    Constant,
    Exponential,
    Gamma,
    Geometric,
    LogNormal,
    Uniform,
    Weibull,
)

LAST = float(np.nextafter(1.0, 0.0))
U = np.concatenate((np.linspace(0.001, 0.999, 37), [1e-9, 1 - 1e-9]))
X = np.array([-1.0, 0.0, 1e-3, 1.0, 59.0, 300.0, 1e4])


def scipy_lognormal(mean, cv):
    sigma = math.sqrt(math.log(1 + cv**2))
    return stats.lognorm(sigma, scale=mean / math.sqrt(1 + cv**2))


def scipy_weibull(mean, shape):
    scale = mean / math.gamma(1 + 1 / shape)
    found = stats.weibull_min(shape, scale=scale)
    return Weibull(mean, found.std() / mean), found


PAIRS = [
    (Exponential(300), stats.expon(scale=300)),
    (LogNormal(420, 1.1), scipy_lognormal(420, 1.1)),
    (LogNormal(420, 0.01), scipy_lognormal(420, 0.01)),
    (Gamma(300, 0.5), stats.gamma(4, scale=75)),
    (Gamma(300, 2), stats.gamma(0.25, scale=1200)),
    scipy_weibull(120, 0.7),
    scipy_weibull(120, 1.0),
    scipy_weibull(120, 3.5),
    (Uniform(60, 180), stats.uniform(60, 120)),
]
CONTINUOUS = [ours for ours, _ in PAIRS]
ALL = [*CONTINUOUS, Constant(90), Geometric(3), Geometric(1), Geometric(180, 60)]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=[str(ours) for ours, _ in PAIRS])
class TestAgainstScipy:
    def test_quantiles(self, ours, theirs):
        np.testing.assert_allclose(ours.at(U), theirs.ppf(U), rtol=1e-9)

    def test_cdf(self, ours, theirs):
        np.testing.assert_allclose(ours.cdf(X), theirs.cdf(X), rtol=1e-9, atol=1e-15)

    def test_mean(self, ours, theirs):
        assert ours.mean == pytest.approx(theirs.mean(), rel=1e-12)

    def test_variance(self, ours, theirs):
        assert ours.variance == pytest.approx(theirs.var(), rel=1e-9)


class TestGeometric:
    def test_quantiles(self):
        np.testing.assert_array_equal(Geometric(4).at(U), stats.geom(0.25).ppf(U))

    def test_cdf(self):
        np.testing.assert_allclose(Geometric(4).cdf(X), stats.geom(0.25).cdf(X))

    def test_moments(self):
        theirs = stats.geom(0.25)
        assert (Geometric(4).mean, Geometric(4).variance) == (theirs.mean(), theirs.var())

    def test_a_mean_of_one_is_always_one(self):
        one = Geometric(1)
        assert one.at(np.array([0.0, 0.5, LAST])).tolist() == [1, 1, 1]
        assert one.variance == 0
        assert one.cdf(np.array([0.99, 1.0])).tolist() == [0, 1]

    def test_units_are_multiplied(self):
        u = np.array([0.0, 0.5, 0.9])
        assert Geometric(180, 60).at(u).tolist() == (60 * Geometric(3).at(u)).tolist()

    def test_the_cdf_of_a_multiple_of_a_unit_counts_it(self):
        found = Geometric(0.5, 0.1)
        assert found.cdf(np.array([0.1 * 3]))[0] == pytest.approx(1 - 0.8**3)


class TestConstant:
    def test_every_quantile_is_it(self):
        assert Constant(90).at(np.array([0.0, 0.5, LAST])).tolist() == [90, 90, 90]

    def test_cdf_jumps_at_it(self):
        assert Constant(90).cdf(np.array([89.9, 90.0])).tolist() == [0, 1]

    def test_does_not_vary(self):
        assert (Constant(90).mean, Constant(90).variance) == (90, 0)


@pytest.mark.parametrize("ours", ALL, ids=str)
class TestAll:
    def test_ends_of_the_unit_interval_are_finite_and_not_negative(self, ours):
        low, high = ours.at(np.array([0.0, LAST]))
        assert 0 <= low <= high < math.inf

    def test_quantiles_rise(self, ours):
        assert (np.diff(ours.at(np.linspace(0, LAST, 1001))) >= 0).all()

    def test_scaled_scales_every_quantile(self, ours):
        np.testing.assert_allclose(ours.scaled(1.7).at(U), 1.7 * ours.at(U), rtol=1e-9)

    def test_scaled_by_nothing_is_always_0(self, ours):
        assert ours.scaled(0) == Constant(0)

    def test_input_is_left_alone(self, ours):
        u = np.array([0.25, 0.5])
        ours.at(u)
        assert u.tolist() == [0.25, 0.5]


@pytest.mark.parametrize("ours", CONTINUOUS, ids=str)
class TestContinuous:
    def test_cdf_undoes_the_quantiles(self, ours):
        u = np.linspace(0.01, 0.99, 99)
        np.testing.assert_allclose(ours.cdf(ours.at(u)), u, rtol=1e-9)

    def test_drawn_numbers_follow_the_cdf(self, ours):
        drawn = ours.at(np.random.default_rng(7).random(20_000))
        assert stats.kstest(drawn, ours.cdf).pvalue > 0.01

    def test_drawn_numbers_have_the_moments(self, ours):
        drawn = ours.at(np.random.default_rng(8).random(400_000))
        error = math.sqrt(ours.variance / len(drawn))
        assert drawn.mean() == pytest.approx(ours.mean, abs=4 * error)


@pytest.mark.parametrize("cv", [0.001, 0.3, 1.0, 7.0, 100.0])
def test_a_weibull_shape_gives_back_the_cv(cv):
    shape = Weibull(60, cv)._shape
    square = math.exp(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)) - 1
    assert math.sqrt(square) == pytest.approx(cv, rel=1e-6)


@pytest.mark.parametrize("cls", [LogNormal, Gamma, Weibull])
@pytest.mark.parametrize("cv", [0.001, 100.0])
def test_extreme_variation_stays_finite(cls, cv):
    found = cls(1e10, cv).at(np.array([0.0, 0.5, LAST]))
    assert np.isfinite(found).all()
    assert (found >= 0).all()


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (Constant(90), "always 90 s"),
        (Exponential(300), "exponential, mean 5 min"),
        (LogNormal(9000, 1.09747), "lognormal, mean 2.5 h, cv 1.1"),
        (Gamma(300, 0.5), "gamma, mean 5 min, cv 0.5"),
        (Weibull(300_000, 2), "Weibull, mean 83.3 h, cv 2"),
        (Uniform(0, 600), "uniform from 0 s to 10 min"),
        (Geometric(3), "geometric from 1 on, mean 3"),
        (Geometric(180, 60), "geometric, in multiples of 60 s, mean 3 min"),
    ],
)
def test_description_in_words(ours, words):
    assert ours.describe() == words


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Exponential(0),
            "mean: 0 is not a number of seconds above zero (allowed: 1e-06 to 1e+10); "
            "give a number in this range",
        ),
        (
            lambda: Constant(-1),
            "seconds: -1 is not a number of seconds, finite and not negative "
            "(allowed: 0 to 1e+10); give a number in this range",
        ),
        (
            lambda: Gamma(60, 0),
            "cv: 0 is not a coefficient of variation (standard deviation ÷ mean) "
            "(allowed: 0.001 to 100); give a number in this range",
        ),
        (
            lambda: Uniform(60, 60),
            "high: 60 s is not above low, 60 s (allowed: above 60 s); give the shorter one as low, "
            "or one number for what is always the same",
        ),
        (
            lambda: Geometric(0.5),
            "mean: a mean of 0.5 is less than the least number, 1 (allowed: at least 1); "
            "give the mean of whole numbers from 1 on, times the unit",
        ),
        (
            lambda: Exponential(60).scaled(-1),
            "factor: -1 is not a factor, finite and not negative (allowed: 0 to 1e+06); "
            "give a number in this range",
        ),
    ],
)
def test_refusals_say_field_value_limit_and_way_out(make, message):
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0, True, "60", None])
@pytest.mark.parametrize("cls", [LogNormal, Gamma, Weibull])
def test_parameters_that_are_no_positive_numbers_are_refused(cls, bad):
    with pytest.raises(ConfigurationError, match=r"^mean: "):
        cls(bad, 1)
    with pytest.raises(ConfigurationError, match=r"^cv: "):
        cls(60, bad)


def test_numbers_of_numpy_are_taken_as_plain_ones():
    found = LogNormal(np.float64(60), np.int64(1))
    assert found == LogNormal(60, 1)
    assert (type(found.mean), type(found.cv)) == (float, float)
