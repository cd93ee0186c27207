"""Distributions fitted to samples."""

import json

import numpy as np
import pytest
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.simulation.distributions import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    LogNormal,
    Mixture,
    Weibull,
    fit_distribution,
)
from assignwork.simulation.distributions.fits import LEVELS

TRUTHS = {
    "exponential": Exponential(300),
    "gamma": Gamma(300, 0.6),
    "lognormal": LogNormal(420, 1.1),
    "weibull": Weibull(300, 1.7),
}


def drawn(of, count, seed=1):
    return of.at(np.random.default_rng(seed).random(count))


def families(sample, **options):
    return {fit.family: fit for fit in fit_distribution(sample, **options).families}


@pytest.mark.parametrize("name", TRUTHS)
class TestRecovery:
    def test_the_family_of_the_truth_is_chosen(self, name):
        fitted = fit_distribution(drawn(TRUTHS[name], 20_000))
        assert fitted.best.family == name
        assert fitted.distribution is fitted.best.distribution
        assert fitted.why == "the lowest AIC of the families that fit well"

    def test_its_parameters_are_found(self, name):
        found = fit_distribution(drawn(TRUTHS[name], 100_000)).distribution
        assert found.mean == pytest.approx(TRUTHS[name].mean, rel=0.02)
        assert found.variance == pytest.approx(TRUTHS[name].variance, rel=0.08)

    def test_likelihood_distance_and_quantiles_are_those_of_scipy(self, name):
        sample = drawn(TRUTHS["gamma"], 3000)
        fit = families(sample)[name]
        theirs = {
            "exponential": lambda: stats.expon(*stats.expon.fit(sample, floc=0)),
            "gamma": lambda: stats.gamma(*stats.gamma.fit(sample, floc=0)),
            "lognormal": lambda: stats.lognorm(*stats.lognorm.fit(sample, floc=0)),
            "weibull": lambda: stats.weibull_min(*stats.weibull_min.fit(sample, floc=0)),
        }[name]()
        assert fit.log_likelihood == pytest.approx(theirs.logpdf(sample).sum(), rel=1e-8)
        assert fit.distance == pytest.approx(stats.kstest(sample, theirs.cdf).statistic, abs=1e-5)
        assert fit.quantiles == pytest.approx(theirs.ppf(LEVELS), rel=1e-4)

    def test_aic_counts_the_parameters(self, name):
        fit = families(drawn(TRUTHS["gamma"], 100))[name]
        count = 1 if name == "exponential" else 2
        assert fit.aic == pytest.approx(2 * count - 2 * fit.log_likelihood)


class TestTheChoice:
    def test_families_stand_by_their_aic(self):
        aics = [fit.aic for fit in fit_distribution(drawn(TRUTHS["gamma"], 500)).families]
        assert aics == sorted(aics)

    def test_only_the_families_asked_for_are_fitted(self):
        fitted = fit_distribution(drawn(TRUTHS["lognormal"], 500), ["exponential", "gamma"])
        assert {fit.family for fit in fitted.families} == {"exponential", "gamma"}

    def test_where_none_is_near_the_sample_itself_is_chosen(self):
        two = Mixture((0.5, 0.5), (LogNormal(60, 0.3), LogNormal(900, 0.2)))
        sample = drawn(two, 5000)
        fitted = fit_distribution(sample)
        assert fitted.distribution == Empirical(sample)
        assert fitted.best is None
        assert fitted.why == "no family fits well"
        assert all(fit.misfit == "its distance is above 0.050" for fit in fitted.families)

    def test_in_small_samples_chance_is_allowed_for(self):
        fit = families(drawn(TRUTHS["exponential"], 25, seed=2))["exponential"]
        assert 0.05 < fit.distance < 1.36 / 5
        assert not fit.misfit

    def test_a_family_that_misses_the_mean_is_passed_over(self):
        rare_and_long = Mixture((0.995, 0.005), (LogNormal(300, 0.5), Constant(20_000)))
        sample = drawn(rare_and_long, 20_000)
        fitted = fit_distribution(sample, ["lognormal"])
        assert fitted.families[0].distance < 0.05
        assert fitted.families[0].misfit == "its mean is more than 19.4 s off"
        assert fitted.distribution == Empirical(sample)

    def test_values_of_0_leave_the_exponential_alone(self):
        sample = np.append(drawn(TRUTHS["exponential"], 2000), [0.0, 0.0])
        fitted = fit_distribution(sample)
        assert fitted.best.family == "exponential"
        gamma = next(fit for fit in fitted.families if fit.family == "gamma")
        assert gamma.distribution is None
        assert gamma.misfit == "it never gives 0 s; values that are: 2"

    def test_values_that_are_all_the_same_are_a_constant(self):
        fitted = fit_distribution([60] * 10)
        assert fitted.distribution == Constant(60)
        assert fitted.why == "all values are the same"

    def test_values_that_hardly_vary_are_kept_as_they_are(self):
        sample = [60 + at * 1e-4 for at in range(20)]
        fitted = fit_distribution(sample)
        assert fitted.distribution == Empirical(sample)
        assert fitted.families[0].misfit == "the values vary too little for it"

    def test_parameters_out_of_range_are_said(self):
        sample = np.maximum(drawn(Gamma(420, 40), 500), 1e-300)
        assert families(sample)["lognormal"].misfit == "its mean or cv would be out of range"


class TestPValues:
    def test_none_without_resamples(self):
        assert families(drawn(TRUTHS["gamma"], 50))["gamma"].p_value is None

    def test_small_for_the_wrong_family_and_not_for_the_right_one(self):
        fits = families(drawn(TRUTHS["lognormal"], 500), resamples=99)
        assert fits["exponential"].p_value == 0.01
        assert fits["lognormal"].p_value > 0.1

    def test_uniform_where_the_family_is_right(self):
        """As a p-value has to be; the tables for known parameters would give far too large ones."""
        found = [
            families(drawn(Exponential(60), 40, seed), among="exponential", resamples=49, seed=seed)
            for seed in range(150)
        ]
        values = np.array([fits["exponential"].p_value for fits in found])
        counts, _ = np.histogram(values, np.array([0, 10, 20, 30, 40, 50]) / 50 + 0.01)
        assert stats.chisquare(counts).pvalue > 0.01

    def test_the_seed_is_all_they_hang_on(self):
        sample = drawn(TRUTHS["gamma"], 60)
        one, same, other = (
            families(sample, resamples=30, seed=seed)["lognormal"].p_value for seed in (1, 1, 2)
        )
        assert one == same != other

    def test_other_families_do_not_change_one(self):
        sample = drawn(TRUTHS["gamma"], 60)
        alone = families(sample, among="weibull", resamples=30)["weibull"]
        assert alone == families(sample, resamples=30)["weibull"]


class TestShown:
    FITTED = fit_distribution(drawn(TRUTHS["lognormal"], 400), resamples=19)

    def test_text_has_a_line_for_the_sample_and_each_family(self):
        lines = str(self.FITTED).splitlines()
        assert lines[0].startswith("400 values, mean ")
        assert lines[0].endswith("(the lowest AIC of the families that fit well)")
        head = "durations in min AIC distance p-value mean p10 p50 p90 p95 p99"
        assert lines[1].split() == head.split()
        assert [line.split()[0] for line in lines[2:7]] == [
            "sample", "lognormal", "gamma", "weibull", "exponential",
        ]  # fmt: skip

    def test_figures_of_the_sample_are_its_quantiles(self):
        sample = drawn(TRUTHS["lognormal"], 400)
        shown = str(self.FITTED).splitlines()[2].split()[-5:]
        assert shown == [f"{seconds / 60:,.2f}" for seconds in np.quantile(sample, LEVELS)]

    def test_text_says_that_p_values_were_not_asked_for(self):
        text = str(fit_distribution(drawn(TRUTHS["gamma"], 50)))
        assert text.endswith("distances only; for p-values give resamples")
        assert "distances only" not in str(self.FITTED)

    def test_text_says_which_families_could_not_be_fitted(self):
        text = str(fit_distribution([0.0, *drawn(TRUTHS["exponential"], 300)]))
        line = next(line for line in text.splitlines() if line.startswith("  gamma "))
        assert line.split()[1:] == ["-"] * 9
        assert "\n  gamma: it never gives 0 s; values that are: 1\n" in text

    def test_text_of_a_constant_has_no_families(self):
        assert len(str(fit_distribution([60] * 10)).splitlines()) == 3

    def test_html_is_a_table_of_the_same(self):
        html = self.FITTED._repr_html_()
        assert html.count("<tr>") == 6
        assert html.startswith("<table><caption>400 values")

    def test_dict_is_json_with_the_distribution_to_read_back(self):
        data = json.loads(json.dumps(self.FITTED.to_dict()))
        assert LogNormal.from_dict(data["distribution"]) == self.FITTED.distribution
        assert data["best"] == "lognormal"
        assert data["levels"] == [0.1, 0.5, 0.9, 0.95, 0.99]
        assert data["families"][0]["distance"] == self.FITTED.best.distance
        assert data["families"][0]["p_value"] == self.FITTED.best.p_value


class TestRefusals:
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            (
                [],
                "values: it is empty, and not a list of durations in seconds; give at least one",
            ),
            (
                [1.0] * 9,
                "values: 9 values are too few to fit a distribution to (allowed: at least 10); "
                "give more, or Empirical(values) for just these",
            ),
            (
                [*range(12), -1],
                "values[12]: -1 is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
            (
                [*range(12), float("nan")],
                "values[12]: nan is not a number of seconds, finite and not negative "
                "(allowed: 0 to 1e+10); give a number in this range",
            ),
        ],
    )
    def test_of_values(self, values, message):
        with pytest.raises(ConfigurationError) as caught:
            fit_distribution(values)
        assert str(caught.value) == message

    def test_names_the_field_that_the_caller_names(self):
        with pytest.raises(ConfigurationError, match=r"^handle_times\[0\]: "):
            fit_distribution([-1] * 10, field="handle_times")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"among": ["lognorml"]},
                "among[0]: 'lognorml' is not one of exponential, gamma, lognormal, weibull; "
                "did you mean 'lognormal'?",
            ),
            (
                {"among": []},
                "among: () is not a list of families; "
                "known are: exponential, gamma, lognormal, weibull",
            ),
            (
                {"resamples": -1},
                "resamples: -1 is not a whole number from 0 to 100,000; "
                "give a whole number from 0 to 100,000",
            ),
            (
                {"seed": 1.5},
                "seed: 1.5 is not a whole number from 0 to 2,147,483,647; "
                "give a whole number from 0 to 2,147,483,647",
            ),
        ],
    )
    def test_of_options(self, options, message):
        with pytest.raises(ConfigurationError) as caught:
            fit_distribution(range(1, 20), **options)
        assert str(caught.value) == message
