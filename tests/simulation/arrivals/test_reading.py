"""How arrivals are given, stored and sent to other processes."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignwork.errors import ConfigurationError
from assignwork.simulation.arrivals import (
    Arrivals,
    Counts,
    Logged,
    Overdispersed,
    Poisson,
    RateTable,
    Regular,
    Scaled,
    Weekly,
    arrivals,
)

RATES = st.floats(0, 1000)
WITH_RATE = st.recursive(
    st.one_of(
        st.builds(Poisson, RATES),
        st.builds(
            RateTable,
            st.lists(RATES, min_size=1, max_size=9),
            st.floats(60, 7200),
            repeat=st.just(True),
        ),
        st.builds(
            Weekly,
            st.lists(RATES, min_size=168, max_size=168),
            st.sampled_from(["UTC", "Europe/Madrid", "Australia/Lord_Howe"]),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(Overdispersed, inner, st.floats(0.01, 3), st.floats(600, 1e6)),
        st.builds(Scaled, inner, st.floats(0, 9), st.floats(0, 5000), st.floats(5001, 1e5)),
    ),
    max_leaves=3,
)
ANY = st.one_of(
    WITH_RATE,
    st.builds(Regular, st.floats(1, 1e4), st.floats(0, 1e4)),
    st.builds(Counts, st.lists(st.integers(0, 99), min_size=1, max_size=9), st.floats(7201, 1e5)),
    st.builds(
        Logged, st.lists(st.floats(0, 7200), min_size=1, max_size=9).map(lambda at: [1, *at])
    ),
)


@given(ANY)
def test_what_is_written_as_json_is_read_back(ours):
    assert arrivals(json.loads(json.dumps(ours.to_dict()))) == ours


@given(ANY)
def test_pickled_ones_are_equal_and_give_the_same(ours):
    before = ours.instants(0, 7200, np.random.default_rng(1))
    other = pickle.loads(pickle.dumps(ours))
    assert other == ours
    assert hash(other) == hash(ours)
    assert other.instants(0, 7200, np.random.default_rng(1)).tolist() == before.tolist()


@given(ANY, st.floats(0, 7200), st.integers(0, 9))
def test_instants_are_sorted_and_within_the_time(ours, length, seed):
    found = ours.instants(1.0, 2.0 + length, np.random.default_rng(seed))
    assert (np.diff(found) >= 0).all()
    assert ((found >= 1.0) & (found < 2.0 + length)).all()


@given(WITH_RATE, st.floats(1, 7200))
def test_as_many_are_expected_as_come_on_average(ours, length):
    """Within what chance allows for."""
    if isinstance(ours, Overdispersed) or "cv" in ours.describe():
        return
    counts = [len(ours.instants(0, length, np.random.default_rng(seed))) for seed in range(20)]
    expected = ours.expected(0, length)
    assert np.mean(counts) == pytest.approx(expected, abs=5 * (expected / 20) ** 0.5 + 0.5)


def test_wire_form_names_the_arrivals():
    assert Poisson(120).to_dict() == {"arrivals": "poisson", "per_hour": 120.0}


def test_wire_form_of_one_within_another():
    assert Scaled(Poisson(60), 3, after=60).to_dict() == {
        "arrivals": "scaled",
        "of": {"arrivals": "poisson", "per_hour": 60.0},
        "factor": 3.0,
        "after": 60.0,
    }


def test_a_number_is_so_many_per_hour():
    assert arrivals(120) == arrivals(np.float64(120)) == Poisson(120)


def test_arrivals_are_taken_as_they_are():
    ours = Poisson(60)
    assert arrivals(ours) is ours


def test_each_class_reads_its_own_wire_form():
    assert Regular.from_dict(Regular(60).to_dict()) == Regular(60)
    assert Arrivals.from_dict(60) == Poisson(60)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            -3,
            "streams[0].arrivals: -3 is not a number of customers per hour "
            "(allowed: 0 to 1e+09); give a number in this range",
        ),
        (
            "often",
            "streams[0].arrivals: 'often' is not arrivals; give a number per hour, Arrivals or "
            '{"arrivals": "poisson", "per_hour": 120}',
        ),
        (
            {"arrivals": "weekley", "per_hour": 60},
            "streams[0].arrivals.arrivals: 'weekley' is no known name; did you mean 'weekly'?",
        ),
        (
            {"per_hour": 60},
            "streams[0].arrivals.arrivals: this field is missing; give its name; known are: "
            "counts, logged, overdispersed, poisson, rate_table, regular, scaled, weekly",
        ),
        (
            {"arrivals": "scaled", "factor": 2, "of": {"arrivals": "poisson", "per_hour": "x"}},
            "streams[0].arrivals.of.per_hour: 'x' is not a number of customers per hour "
            "(allowed: 0 to 1e+09); give a number in this range",
        ),
        (
            {"arrivals": "poisson", "per_houre": 60},
            "streams[0].arrivals.per_houre: unknown key; did you mean 'per_hour'?",
        ),
    ],
)
def test_refusals_name_the_path(value, message):
    with pytest.raises(ConfigurationError) as caught:
        arrivals(value, "streams[0].arrivals")
    assert str(caught.value) == message


def test_another_class_than_the_one_asked_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        Regular.from_dict({"arrivals": "poisson", "per_hour": 60})
    assert str(caught.value) == "arrivals: 'poisson' is not a Regular; give a Regular"
