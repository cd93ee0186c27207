"""The same queue in SimPy and Ciw: the same answers, and with the same customers the same waits."""

import ciw
import numpy as np
import pytest
import simpy
from intervals import CONFIDENCE
from scipy import stats
from systems import HANDLE, HOUR, figures

from assignwork.simulation import Exponential, LogNormal, simulate_once, single_queue
from assignwork.staffing import mmc

AGENTS, RHO = 20, 0.9
RATE = AGENTS * RHO / HANDLE
"""Customers per second."""
WINDOW, WARM_UP = 300 * HANDLE, 100 * HANDLE
RUNS = 12


def scenario(patience=None, handle=None):
    return single_queue(
        AGENTS,
        per_hour=RATE * HOUR,
        handle=Exponential(HANDLE) if handle is None else handle,
        patience=patience,
        length=WINDOW + WARM_UP,
        warm_up=WARM_UP,
        drain=10_000_000.0,
    )


# --- SimPy ----------------------------------------------------------------------------------------


def in_simpy(arrived, work, patience, agents=AGENTS):
    """Waits of these customers with `agents` servers, first come first served; and who gave up."""
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=agents)
    waits = np.full(len(arrived), np.nan)
    gave_up = np.zeros(len(arrived), np.bool_)

    def customer(row):
        yield env.timeout(arrived[row])
        with servers.request() as turn:
            if np.isinf(patience[row]):
                yield turn
            else:
                yield turn | env.timeout(patience[row])
            waits[row] = env.now - arrived[row]
            if turn.triggered:
                yield env.timeout(work[row])
            else:
                gave_up[row] = True

    for row in range(len(arrived)):
        env.process(customer(row))
    env.run()
    return waits, gave_up


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("patience", [None, Exponential(50), LogNormal(200, cv=2)])
@pytest.mark.parametrize("handle", [None, LogNormal(HANDLE, cv=1.5)])
def test_simpy_gives_the_same_customers_the_same_waits(seed, patience, handle):
    customers = simulate_once(scenario(patience, handle), seed, 0).customers
    waits, gave_up = in_simpy(customers.arrived_at, customers.work, customers.patience)
    until = np.where(customers.abandoned, customers.closed_at, customers.assigned_at)
    ours = until - customers.arrived_at
    assert (ours > 0).mean() > 0.2  # there is something to compare
    assert np.array_equal(gave_up, customers.abandoned)
    assert gave_up.any() == (patience is not None)
    assert np.abs(waits - ours).max() < 1e-9


def simpy_figures(seed):
    """One run with customers of its own."""
    luck = np.random.default_rng([7, seed])
    gaps = luck.exponential(1 / RATE, int(2 * (WINDOW + WARM_UP) * RATE))
    arrived = np.cumsum(gaps)
    arrived = arrived[arrived < WINDOW + WARM_UP]
    work = luck.exponential(HANDLE, len(arrived))
    waits, _ = in_simpy(arrived, work, np.full(len(arrived), np.inf))
    counted = waits[arrived >= WARM_UP]
    return (counted > 0).mean(), counted.mean() / HANDLE


# --- Ciw ------------------------------------------------------------------------------------------


def ciw_figures(seed):
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Exponential(1 / HANDLE)],
        number_of_servers=[AGENTS],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(WARM_UP + WINDOW + 50 * HANDLE)
    waits = np.array(
        [
            record.waiting_time
            for record in simulation.get_all_records()
            if WARM_UP <= record.arrival_date < WARM_UP + WINDOW
        ]
    )
    return (waits > 1e-9).mean(), waits.mean() / HANDLE


# --- the same answers -----------------------------------------------------------------------------


def our_figures(seed):
    found = figures(simulate_once(scenario(), 1000 + seed, 0), ("waiting", "wait"))
    return found["waiting"], found["wait"]


@pytest.fixture(scope="module")
def runs():
    makers = {"ours": our_figures, "simpy": simpy_figures, "ciw": ciw_figures}
    return {name: np.array([made(seed) for seed in range(RUNS)]) for name, made in makers.items()}


@pytest.mark.parametrize("other", ["simpy", "ciw"])
@pytest.mark.parametrize("figure", ["waiting", "wait"])
def test_others_agree_within_intervals(runs, other, figure):
    column = ("waiting", "wait").index(figure)
    ours, theirs = runs["ours"][:, column], runs[other][:, column]
    difference = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(CONFIDENCE)
    assert difference.low <= 0 <= difference.high


@pytest.mark.parametrize("name", ["ours", "simpy", "ciw"])
@pytest.mark.parametrize("figure", ["waiting", "wait"])
def test_each_agrees_with_the_formula(runs, name, figure):
    values = runs[name][:, ("waiting", "wait").index(figure)]
    exact = mmc(AGENTS * RHO, 1.0, AGENTS, interval=1.0)
    expected = exact.waiting if figure == "waiting" else exact.mean_wait
    assert stats.ttest_1samp(values, expected).pvalue > 0.001
