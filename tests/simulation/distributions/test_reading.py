"""How distributions are given, stored and sent to other processes."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignwork.errors import ConfigurationError
from assignwork.simulation.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    LogNormal,
    Mixture,
    Uniform,
    Weibull,
    distribution,
    optional_distribution,
)

MEANS = st.floats(1e-3, 1e7)
SECONDS = st.floats(0, 1e7)
CVS = st.floats(0.01, 50)
SIMPLE = st.one_of(
    st.builds(Constant, SECONDS),
    st.builds(Exponential, MEANS),
    st.builds(LogNormal, MEANS, CVS),
    st.builds(Gamma, MEANS, CVS),
    st.builds(Weibull, MEANS, CVS),
    st.tuples(SECONDS, st.floats(1, 100)).map(lambda at: Uniform(at[0], at[0] + at[1])),
    st.tuples(st.floats(1, 100), st.floats(0.5, 60)).map(
        lambda at: Geometric(at[0] * at[1], at[1])
    ),
    st.builds(Empirical, st.lists(SECONDS, min_size=1, max_size=9), st.booleans()),
)
ANY = st.one_of(SIMPLE, st.tuples(SIMPLE, SIMPLE).map(lambda parts: Mixture((0.25, 0.75), parts)))


@given(ANY)
def test_what_is_written_as_json_is_read_back(ours):
    assert distribution(json.loads(json.dumps(ours.to_dict()))) == ours


@given(ANY)
def test_pickled_ones_are_equal_and_give_the_same(ours):
    u = np.array([0.0, 0.3, 0.99])
    before = ours.at(u)  # what is kept for later calls must not disturb
    other = pickle.loads(pickle.dumps(ours))
    assert other == ours
    assert hash(other) == hash(ours)
    assert other.at(u).tolist() == before.tolist()


@given(ANY, st.floats(0, 1, exclude_max=True))
def test_every_number_gives_a_finite_duration(ours, u):
    (found,) = ours.at(np.array([u]))
    assert 0 <= found < np.inf


@given(ANY, st.floats(0.01, 100))
def test_scaled_scales_the_moments(ours, factor):
    scaled = ours.scaled(factor)
    assert scaled.mean == pytest.approx(factor * ours.mean, rel=1e-9)
    assert scaled.variance == pytest.approx(factor**2 * ours.variance, rel=1e-6, abs=1e-6)


def test_wire_form_names_the_distribution():
    assert LogNormal(420, 1.1).to_dict() == {"distribution": "lognormal", "mean": 420.0, "cv": 1.1}


def test_a_constant_is_a_plain_number_in_wire_data():
    assert Constant(90).to_dict() == 90.0
    assert distribution({"distribution": "constant", "seconds": 90}) == Constant(90)


def test_a_mixture_writes_its_parts():
    assert Mixture((0.5, 0.5), (60, Exponential(90))).to_dict() == {
        "distribution": "mixture",
        "shares": [0.5, 0.5],
        "parts": [60.0, {"distribution": "exponential", "mean": 90.0}],
    }


def test_a_distribution_is_taken_as_it_is():
    ours = Exponential(60)
    assert distribution(ours) is ours


def test_none_is_optional():
    assert optional_distribution(None) is None
    assert optional_distribution(60) == Constant(60)


def test_each_class_reads_its_own_wire_form():
    assert Gamma.from_dict(Gamma(60, 2).to_dict()) == Gamma(60, 2)
    assert Distribution.from_dict(60) == Constant(60)


def test_equal_parameters_of_another_family_are_not_equal():
    assert Gamma(60, 2) != Weibull(60, 2)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            -3,
            "handle: -3 is not a number of seconds, finite and not negative "
            "(allowed: 0 to 1e+10); give a number in this range",
        ),
        (
            True,
            "handle: True is not a distribution of durations; give seconds, a Distribution or "
            '{"distribution": "exponential", "mean": 300}',
        ),
        (
            None,
            "handle: None is not a distribution of durations; give seconds, a Distribution or "
            '{"distribution": "exponential", "mean": 300}',
        ),
        (
            {"distribution": "lognorml", "mean": 60, "cv": 1},
            "handle.distribution: 'lognorml' is no known name; did you mean 'lognormal'?",
        ),
        (
            {"distribution": 7},
            "handle.distribution: 7 is no known name; known are: constant, empirical, "
            "exponential, gamma, geometric, lognormal, mixture, uniform, weibull",
        ),
        (
            {"mean": 60},
            "handle.distribution: this field is missing; give its name; known are: constant, "
            "empirical, exponential, gamma, geometric, lognormal, mixture, uniform, weibull",
        ),
        (
            {"distribution": "gamma", "mean": 60},
            "handle.cv: this field is missing; give it: a Gamma needs it",
        ),
        (
            {"distribution": "gamma", "mean": 60, "cvs": 1},
            "handle.cvs: unknown key; did you mean 'cv'?",
        ),
        (
            {"distribution": "exponential", "mean": "60"},
            "handle.mean: '60' is not a number of seconds above zero "
            "(allowed: 1e-06 to 1e+10); give a number in this range",
        ),
    ],
)
def test_refusals_name_the_path(value, message):
    with pytest.raises(ConfigurationError) as caught:
        distribution(value, "handle")
    assert str(caught.value) == message


def test_another_class_than_the_one_asked_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        Gamma.from_dict({"distribution": "exponential", "mean": 60})
    assert str(caught.value) == "distribution: 'exponential' is not a Gamma; give a Gamma"


def test_the_library_itself_loads_neither_numpy_nor_the_simulation():
    program = (
        "import sys, assignwork; "
        "print(sorted({'numpy', 'scipy', 'assignwork.simulation'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
