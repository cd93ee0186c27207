"""The simulator and the scheduling of shifts as pytest-benchmark cases, small unless `--full`."""

import pytest
from shifts import week_of_72

from assignwork.simulation import Exponential, simulate_once, single_queue, summarize


@pytest.fixture
def customers(plan):
    return 2_000 if plan.small else 50_000


def queue(customers, **others):
    return single_queue(
        20, per_hour=18 * 3600, handle=Exponential(1.0), length=customers / 18, **others
    )


def test_a_queue(benchmark, customers):
    """The desk is told that he came, and that he is done: no more commands, no more events."""
    trial = benchmark(simulate_once, queue(customers, answers="never"), 1, 0)
    came = len(trial.customers.arrived_at)
    assert came > 0.9 * customers
    assert trial.commands == 2 * came + 1  # and one to begin with
    assert trial.events == 3 * came


def test_a_queue_of_people_who_give_up(benchmark, customers):
    trial = benchmark(simulate_once, queue(customers, patience=Exponential(2.0)), 1, 0)
    came, lost = len(trial.customers.arrived_at), trial.customers.abandoned.sum()
    assert 0 < lost < 0.2 * came
    assert trial.commands == 3 * came - lost + 1


def test_measuring(benchmark, customers):
    trial = simulate_once(queue(customers), 1, 0)
    assert benchmark(summarize, trial).value("arrivals") == len(trial.customers.arrived_at)


def test_a_circular_week(benchmark):
    assert benchmark(week_of_72(seed=1)).status == "optimal"
