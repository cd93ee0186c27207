"""The formulas against birth-and-death chains solved by numpy, and against linear equations."""

import random

import numpy as np
import pytest
from chains import Chain, answered_by_integration, by_elimination

from assignwork.staffing import erlang_a, erlang_b, erlang_c, mmc, mmck

HANDLE_TIME = 100.0


def agree(found, chain, rel=1e-10):
    expected = {
        "waiting": chain.waiting,
        "queue_length": chain.queue_length,
        "abandonment": chain.abandonment,
        "occupancy": chain.occupancy,
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(float(value), rel=rel, abs=1e-250), name


@pytest.mark.parametrize("seed", range(20))
def test_erlang_a(seed):
    """20 x 20 cases of 1 to 800 agents, patience of 1/100 to 200 handle times, load to 300 %."""
    draw = random.Random(seed)
    for _ in range(20):
        agents = round(10 ** draw.uniform(0, 2.9))
        rho = draw.choice([draw.uniform(0.05, 0.99), draw.uniform(0.9, 1.1), draw.uniform(1, 3)])
        ratio = 10 ** draw.uniform(-2, 2.3)
        threshold = draw.choice([0, 5, 20, 100, 300])
        load = agents * rho
        found = erlang_a(
            load, HANDLE_TIME, agents, HANDLE_TIME * ratio,
            interval=HANDLE_TIME, threshold=threshold,
        )  # fmt: skip
        chain = Chain(load, agents, 1 / ratio)
        agree(found, chain)
        assert found.mean_wait == pytest.approx(chain.mean_wait * HANDLE_TIME, rel=1e-10)
        events = (agents + chain.room / ratio) * threshold / HANDLE_TIME
        if events * chain.room < 1e6:  # what uniformization takes
            level = chain.answered_within(threshold / HANDLE_TIME)
            assert found.service_level == pytest.approx(level, abs=1e-10)
            answered = level / (1 - chain.abandonment)
            assert found.service_level_of_answered == pytest.approx(answered, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize(
    ("load", "agents", "ratio"),
    [(1e4, 10_000, 10.0), (9990.0, 10_000, 30.0), (10_100.0, 10_000, 30.0), (1e4, 9000, 20.0),
     (100.0, 1, 1000.0), (1000.0, 990, 1000.0), (990.0, 1000, 1000.0), (500.0, 500, 1000.0),
     (1e4, 10_000, 1e-3), (1e4, 1, 1e-3), (1e4, 100, 1.0), (1e-6, 1, 1e3)],
)  # fmt: skip
def test_erlang_a_of_extreme_arguments(load, agents, ratio):
    found = erlang_a(load, 100.0, agents, 100.0 * ratio, interval=100)
    agree(found, Chain(load, agents, 1 / ratio))


@pytest.mark.parametrize(
    ("load", "agents", "ratio"),
    [(1e4, 10_000, 10.0), (9990.0, 10_000, 30.0), (10_100.0, 10_000, 30.0), (1e4, 9000, 20.0),
     (1e4, 10_000, 1000.0), (9999.9, 10_000, 1000.0), (1e4, 9999, 1000.0), (1e4, 9000, 1000.0),
     (100.0, 1, 1000.0), (1000.0, 990, 1000.0), (990.0, 1000, 1000.0), (500.0, 500, 1000.0),
     (1e4, 100, 1.0), (20.0, 25, 0.5), (60.0, 40, 3.0), (1e4, 10_000, 0.01), (5.0, 1, 30.0)],
)  # fmt: skip
def test_service_levels_of_extreme_arguments(load, agents, ratio):
    most = max(10 / agents, 1.3 * ratio * max(0.0, np.log(load / agents)), ratio / agents**0.5)
    for threshold in (most * 1e-4, most * 0.03, most * 0.3, most * 0.7, most * 0.8, most):
        found = erlang_a(load, 1.0, agents, ratio, interval=1, threshold=threshold)
        expected = answered_by_integration(load, agents, 1 / ratio, threshold)
        at_once = 1.0 - found.waiting
        level = at_once + found.waiting * expected
        assert found.service_level == pytest.approx(level, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_erlang_c(seed):
    draw = random.Random(seed)
    for _ in range(10):
        agents = round(10 ** draw.uniform(0, 2.7))
        load = agents * draw.uniform(0.05, 0.97)
        threshold = draw.choice([0, 5, 20, 100])
        found = mmc(load, HANDLE_TIME, agents, interval=HANDLE_TIME, threshold=threshold)
        chain = Chain(load, agents)
        agree(found, chain)
        assert erlang_c(load, agents) == pytest.approx(found.waiting, rel=1e-14)
        if agents * chain.room * threshold / HANDLE_TIME < 1e6:
            level = chain.answered_within(threshold / HANDLE_TIME)
            assert found.service_level == pytest.approx(level, abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_limited_places(seed):
    draw = random.Random(seed)
    for _ in range(10):
        agents = round(10 ** draw.uniform(0, 2.3))
        load = agents * draw.uniform(0.05, 3)
        places = draw.choice([0, 1, 2, 7, 30, 200])
        threshold = draw.choice([0, 5, 20, 100])
        found = mmck(load, HANDLE_TIME, agents, places, interval=HANDLE_TIME, threshold=threshold)
        chain = Chain(load, agents, places=places)
        agree(found, chain, rel=1e-9)
        assert found.blocked == pytest.approx(float(chain.lost), rel=1e-9)
        level = chain.answered_within(threshold / HANDLE_TIME, places=places)
        assert found.service_level == pytest.approx(level, abs=1e-10)


@pytest.mark.parametrize("agents", [1, 2, 7, 30])
@pytest.mark.parametrize("rho", [0.4, 1.0, 1.7])
def test_linear_equations_agree_with_the_chain_and_with_erlang_b(agents, rho):
    """The chains' products are the same as what the balance equations say."""
    load = agents * rho
    numbers = np.arange(1, agents + 1)
    found = by_elimination(np.full(agents, load), numbers.astype(float))
    assert erlang_b(load, agents) == pytest.approx(found[-1], rel=1e-9)
    chain = Chain(load, agents, 0.8)
    solved = by_elimination(chain.births[:150], chain.deaths[:150])
    assert solved == pytest.approx(chain.shares[:151], abs=1e-11)
