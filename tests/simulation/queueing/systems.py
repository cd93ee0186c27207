"""Queues whose answers are known exactly, as scenarios and as formulas.

All times are in units of 100 s, the mean handle time, so that nothing depends on the size of a
second. What is compared are means over customers who came in the window and, for the waits, the
share of those who wait.
"""

from itertools import pairwise
from math import factorial

import attrs
import numpy as np

from assignwork import Agent, Team, Workspace
from assignwork.simulation import (
    Constant,
    Exponential,
    Gamma,
    Kind,
    LogNormal,
    Poisson,
    Scenario,
    Stream,
    simulate_once,
    single_queue,
)
from assignwork.staffing import erlang_a, erlang_b, mmc, mmck

HANDLE = 100.0
"""Seconds, mean."""
HOUR = 3600.0


@attrs.frozen
class System:
    """A queue with its exact answers.

    Attributes
    ----------
    name : str
    scenario : callable
        Window and warm-up, both in handle times, to a `Scenario`.
    exact : mapping of str to float
        Share of arrivals who wait (`waiting`), mean wait in handle times (`wait`; of all who come
        in, those who give up until they do), shares who give up (`gave_up`) and who are turned away
        (`blocked`); with priorities, mean waits by priority (`wait_1` ...).
    warm_up, window : float
        Handle times. The warm-up is many times the relaxation time of the queue.
    """

    name: str
    scenario: object
    exact: dict
    warm_up: float
    window: float

    def measured(self, seed, number, longer=1):
        """The same figures of one replication, of a window so many times as long."""
        scenario = self.scenario(self.window * longer, self.warm_up)
        trial = simulate_once(scenario, seed, number)
        return figures(trial, self.exact)


def figures(trial, names):
    """Figures of those who came in the window."""
    customers = trial.customers
    counted = customers.arrived_at >= trial.begin
    came = customers.arrived_at[counted]
    assigned = customers.assigned_at[counted]
    until = np.where(np.isnan(assigned), customers.closed_at[counted], assigned)
    waits = (until - came) / HANDLE
    gave_up, blocked = customers.abandoned[counted], customers.blocked[counted]
    assert not np.isnan(waits).any()  # the run is drained
    found = {}
    for name in names:
        if name.startswith("wait_"):
            found[name] = waits[customers.priority[counted] == int(name[5:])].mean()
        else:
            found[name] = {
                "waiting": ((waits > 0) & ~blocked).mean,
                "wait": waits[~blocked].mean,
                "gave_up": gave_up.mean,
                "blocked": blocked.mean,
            }[name]()
    return found


def queue(agents, load, handle=None, **fields):
    """A scenario of one queue: agents, offered erlangs, distribution of the handle time."""

    def made(window, warm_up):
        return single_queue(
            agents,
            per_hour=load * HOUR / HANDLE,
            handle=Exponential(HANDLE) if handle is None else handle,
            length=(warm_up + window) * HANDLE,
            warm_up=warm_up * HANDLE,
            drain=10_000_000.0,
            **fields,
        )

    return made


def _mm_c(agents, rho, window, warm_up):
    found = mmc(agents * rho, 1.0, agents, interval=1.0)
    exact = {"waiting": found.waiting, "wait": found.mean_wait}
    return System(f"M/M/{agents} at {rho:g}", queue(agents, agents * rho), exact, warm_up, window)


def _erlang_a(agents, rho, patience, window, warm_up):
    found = erlang_a(agents * rho, 1.0, agents, patience, interval=1.0)
    exact = {
        "waiting": found.waiting, "wait": found.mean_wait, "gave_up": found.abandonment,
    }  # fmt: skip
    scenario = queue(agents, agents * rho, patience=Exponential(patience * HANDLE))
    return System(
        f"M/M/{agents}+M at {rho:g}, patience {patience:g}", scenario, exact, warm_up, window
    )


def _places(agents, rho, places, window, warm_up):
    load = agents * rho
    if places:
        found = mmck(load, 1.0, agents, places, interval=1.0)
        exact = {"waiting": found.waiting, "wait": found.mean_wait, "blocked": found.blocked}
    else:
        exact = {"waiting": 0.0, "wait": 0.0, "blocked": erlang_b(load, agents)}
    name = f"M/M/{agents}/{agents + places} at {rho:g}" + ("" if places else " (Erlang B)")
    return System(name, queue(agents, load, places=places), exact, warm_up, window)


def _m_g_1(name, handle, cv2, rho, window, warm_up):
    """Pollaczek (1930), Khinchine (1932): W = rho (1 + cv²) / (2 (1 - rho)); rho have to wait."""
    exact = {"waiting": rho, "wait": rho * (1 + cv2) / (2 * (1 - rho))}
    return System(f"M/{name}/1 at {rho:g}", queue(1, rho, handle), exact, warm_up, window)


def erlang_c(load, agents):
    """The share who wait in M/M/c, as it stands in textbooks: for few agents."""
    busy = load**agents / factorial(agents) * agents / (agents - load)
    return busy / (sum(load**k / factorial(k) for k in range(agents)) + busy)


def cobham(agents, loads):
    """Mean waits by priority, most urgent first, in handle times: M/M/c, not preemptive.

    Cobham (1954), Priority assignment in waiting line problems, Operations Research 2: with the
    share who wait C and s_k the offered load of class k and all before it, as a share of the
    agents, W_k = C / (c (1 - s_(k-1)) (1 - s_k)).
    """
    share = erlang_c(sum(loads), agents)
    before = [sum(loads[:k]) / agents for k in range(len(loads) + 1)]
    return [share / (agents * (1 - low) * (1 - high)) for low, high in pairwise(before)]


def _priorities(agents, loads, window, warm_up):
    exact = {f"wait_{k + 1}": wait for k, wait in enumerate(cobham(agents, loads))}
    workspace = Workspace(
        teams=[Team("queue")],
        agents=[Agent(f"agent-{i}", capacity=1, primary=["queue"]) for i in range(agents)],
    )

    def made(window, warm_up):
        streams = [
            Stream(
                f"class-{k + 1}",
                Poisson(load * HOUR / HANDLE),
                Kind("queue", Exponential(HANDLE), priority=k + 1),
            )
            for k, load in enumerate(loads)
        ]
        return Scenario(
            workspace, streams, length=(warm_up + window) * HANDLE, warm_up=warm_up * HANDLE,
            drain=10_000_000.0,
        )  # fmt: skip

    rho = sum(loads) / agents
    return System(f"M/M/{agents} at {rho:g}, {len(loads)} priorities", made, exact, warm_up, window)


CV = 1.2
SYSTEMS = (
    _mm_c(1, 0.5, window=1200, warm_up=100),
    _mm_c(1, 0.8, window=2500, warm_up=500),
    _mm_c(2, 0.7, window=1000, warm_up=100),
    _mm_c(5, 0.8, window=500, warm_up=100),
    _mm_c(20, 0.9, window=250, warm_up=150),
    _erlang_a(1, 1.2, 2.0, window=800, warm_up=40),
    _erlang_a(20, 0.9, 2.0, window=100, warm_up=30),
    _erlang_a(10, 1.3, 0.5, window=120, warm_up=20),
    _places(1, 0.9, 3, window=1000, warm_up=60),
    _places(5, 1.1, 4, window=250, warm_up=30),
    _places(20, 0.9, 0, window=80, warm_up=20),
    _places(3, 1.5, 0, window=300, warm_up=20),
    _m_g_1("D", Constant(HANDLE), 0.0, 0.8, window=2000, warm_up=300),
    _m_g_1("lognormal", LogNormal(HANDLE, cv=CV), CV**2, 0.5, window=3500, warm_up=200),
    _m_g_1("gamma", Gamma(HANDLE, cv=0.5), 0.25, 0.7, window=1500, warm_up=200),
    _priorities(1, [0.2, 0.3, 0.2], window=2000, warm_up=250),
    _priorities(4, [1.0, 1.2, 1.0], window=800, warm_up=150),
)
BY_NAME = {system.name: system for system in SYSTEMS}
