"""Queues with known answers: intervals that contain them as often as they say.

A small part of `benchmarks/simulation_proofs.py`, with fixed seeds.
"""

from functools import cache

import numpy as np
import pytest
from intervals import CONFIDENCE, believable, covered, distance, experiments
from systems import BY_NAME, SYSTEMS, cobham, erlang_c

from assignwork.staffing import erlang_a, mmc

EXPERIMENTS = 8
REPLICATIONS = 5
FAR = 4.0
"""Standard errors; the mean of 40 runs is farther off once in some thousand systems."""


@cache
def ran(name):
    return experiments(BY_NAME[name], EXPERIMENTS, REPLICATIONS)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_mean_of_all_runs_is_the_exact_answer(name):
    system = BY_NAME[name]
    far = {
        measure: distance(values, system.exact[measure]) for measure, values in ran(name).items()
    }
    assert max(map(abs, far.values())) < FAR, far


@pytest.mark.parametrize("name", BY_NAME)
def test_intervals_contain_the_exact_answer(name):
    system = BY_NAME[name]
    for measure, values in ran(name).items():
        hits = covered(values, system.exact[measure]).sum()
        assert believable(int(hits), EXPERIMENTS), (measure, hits)


def test_they_contain_it_as_often_as_they_say_over_all_systems():
    # one figure of each system: those of one system are not independent of each other
    hits = [
        covered(values, BY_NAME[name].exact[measure])
        for name in BY_NAME
        for measure, values in list(ran(name).items())[-1:]
    ]
    count = len(SYSTEMS) * EXPERIMENTS
    assert believable(int(np.sum(hits)), count), (int(np.sum(hits)), count, CONFIDENCE)


def test_where_nobody_can_wait_nobody_does():
    values = ran("M/M/20/20 at 0.9 (Erlang B)")
    assert not values["waiting"].any()
    assert not values["wait"].any()


def test_an_interval_of_another_queue_would_not_be_believed():
    # a share that is greater by a twentieth is told from the right one
    name = "M/M/1/4 at 0.9"
    values = ran(name)["blocked"]
    assert abs(distance(values, BY_NAME[name].exact["blocked"] * 1.05)) > FAR


def test_the_formulas_themselves_at_20_agents():
    found = mmc(18.0, 1.0, 20, interval=1.0)
    assert found.waiting == pytest.approx(0.5508, abs=5e-5)
    assert found.mean_wait == pytest.approx(0.2754, abs=5e-5)
    assert erlang_c(18.0, 20) == pytest.approx(found.waiting)
    impatient = erlang_a(18.0, 1.0, 20, 2.0, interval=1.0)
    assert impatient.waiting == pytest.approx(0.3978, abs=5e-5)
    assert impatient.mean_wait == pytest.approx(0.0757, abs=5e-5)
    assert impatient.abandonment == pytest.approx(0.0378, abs=5e-5)


def test_priorities_do_not_change_the_mean_wait_of_all():
    loads = [1.0, 1.2, 1.0]
    waits = cobham(4, loads)
    mean = sum(load * wait for load, wait in zip(loads, waits, strict=True)) / sum(loads)
    assert mean == pytest.approx(mmc(3.2, 1.0, 4, interval=1.0).mean_wait)
    assert waits == sorted(waits)
