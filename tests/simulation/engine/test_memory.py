"""A run holds off the garbage collector, for which it leaves nothing to do."""

import gc

import pytest

from assignwork.simulation import Exponential, Kind, single_queue
from assignwork.simulation._engine import Run, simulate_once

SCENARIO = single_queue(
    4, per_hour=60, handle=Exponential(300), patience=Exponential(120), length=7200, capacity=2
)


@pytest.fixture
def collector():
    """As it was before, afterwards."""
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_as_it_was_before(collector, on):
    (gc.enable if on else gc.disable)()
    simulate_once(SCENARIO, 1, 0)
    assert gc.isenabled() is on


def test_the_collector_is_as_it_was_before_when_a_run_fails(collector):
    def fail(events):
        raise RuntimeError

    gc.enable()
    with pytest.raises(RuntimeError):
        simulate_once(SCENARIO, 1, 0, on_events=fail)
    assert gc.isenabled()


def test_a_run_leaves_no_cycles_while_it_lasts(collector):
    """Offers, talks, breaks and returns included."""
    kind = Kind(
        "queue", handle=Exponential(300), patience=Exponential(300),
        conversation={"turns": 3, "customer_after": 60},
        comes_back={"probability": 0.3, "after": 600},
    )  # fmt: skip
    stream = {"name": "chats", "arrivals": 40.0, "kinds": [kind]}
    scenario = SCENARIO.changed(
        streams=[stream],
        breaks=[{"name": "coffee", "lasts": 300, "every": Exponential(1800)}],
        handling={"at_once": 2, "speeds": [1, 0.7]},
    )
    run = Run(scenario, seed=1, number=0)
    gc.collect()
    gc.disable()
    run.run()
    assert gc.collect() == 0
