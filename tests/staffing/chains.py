"""The same queues as truncated birth-and-death chains, solved by numpy: slow, and no formula.

States are numbers of items, waiting or being handled. Waits come from the chain too: who finds
`ahead` others waiting is answered after that many + 1 departures, and meanwhile may give up.
Handle times are the unit of time.
"""

import math

import numpy as np


def stationary(births, deaths):
    """Probabilities of the states 0 to n: `births` out of 0 to n-1, `deaths` out of 1 to n."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(births) - np.log(deaths))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def by_elimination(births, deaths):
    """The same from the balance equations, as a linear system; for small chains."""
    n = len(births) + 1
    rates = np.diag(births, 1) + np.diag(deaths, -1)
    rates -= np.diag(rates.sum(axis=1))
    system = np.vstack([rates.T, np.ones(n)])
    found, *_ = np.linalg.lstsq(system, np.concatenate([np.zeros(n), [1.0]]), rcond=None)
    return found


def waiting_room(load, agents, leaving, places=None):
    """How many places the truncation needs: beyond, not even 1e-18 of the probability is left."""
    if places is not None:
        return places
    room, weight, total = 0, 0.0, 0.0
    while True:
        room += 1
        step = math.log(load / (agents + room * leaving))
        weight += step
        total = max(total, weight)
        if step < 0 and weight - total - math.log(-math.expm1(step)) < -46 and room > 20:
            return room


def answered_by_integration(load, agents, leaving, threshold, panels=4000):
    """Of those who find all agents busy, the share answered within the threshold.

    The density of the offered wait v is as exp(load (1 - e^(-leaving v)) / leaving - agents v), by
    Mandelbaum and Zeltyn's M/M/n+G; here it is integrated by Gauss and Legendre, panel by panel.
    """

    def exponent(v):
        return -load * np.expm1(-leaving * v) / leaving - agents * v

    top = max(0.0, math.log(load / agents) / leaving)
    end = top + 1e-3 / agents
    while exponent(end) > exponent(top) - 60:
        end = top + 1.2 * (end - top)
    nodes, weights = np.polynomial.legendre.leggauss(12)

    def integral(low, high, loss):
        edges = np.linspace(low, high, panels + 1)
        half = (edges[1:] - edges[:-1])[:, None] / 2
        v = edges[:-1, None] + half * (nodes + 1)
        return float((half * weights * np.exp(exponent(v) - exponent(top) - loss * v)).sum())

    return integral(0.0, min(threshold, end), leaving) / integral(0.0, end, 0.0)


class Chain:
    """A queue of `agents` with `load`; who waits leaves at the rate `leaving`."""

    def __init__(self, load, agents, leaving=0.0, places=None):
        self.load, self.agents, self.leaving = load, agents, leaving
        self.room = waiting_room(load, agents, leaving, places)
        n = agents + self.room
        number = np.arange(1, n + 1)
        queued = np.maximum(0, number - agents)
        self.births = np.full(n, float(load))
        self.deaths = np.minimum(number, agents) + leaving * queued
        self.shares = stationary(self.births, self.deaths)
        self.queue = np.concatenate([[0], queued])
        busy = self.shares[agents:]
        self.lost = self.shares[-1] if places is not None else 0.0
        self.waiting = busy.sum() - self.lost
        self.queue_length = float(self.queue @ self.shares)
        self.abandonment = leaving * self.queue_length / load
        self.mean_wait = self.queue_length / load  # by Little, of all arrivals
        self.occupancy = float(np.minimum(np.arange(n + 1), agents) @ self.shares) / agents

    def answered_within(self, threshold, places=None):
        """Share of arrivals answered within a time: the chain of those ahead, uniformized.

        A marked customer gives up at the rate `leaving`; with k ahead of him one of those leaves
        at the rate agents + k * leaving, where agents counts the departure that lets him in.
        """
        found = self.shares[self.agents :].copy()
        if places is not None:
            found = found[:-1]
        if not len(found):
            return float(self.shares[: self.agents].sum())
        k = np.arange(len(found))
        step = self.agents + k * self.leaving  # k -> k - 1, or 0 -> answered
        rate = float(step.max() + self.leaving)
        answered, state = 0.0, found
        total = 0.0
        mean = rate * threshold
        # after n steps with Poisson probability; answered is what has been let in by then
        spread = int(mean + 10 * math.sqrt(mean) + 40)
        log_mean = math.log(mean) if mean else -math.inf
        for n in range(spread):
            logged = -mean + (n * log_mean if n else 0.0) - math.lgamma(n + 1)
            total += math.exp(logged) * answered
            answered += state[0] * step[0] / rate
            following = state * (1.0 - (step + self.leaving) / rate)
            following[:-1] += state[1:] * step[1:] / rate
            state = following
        return float(self.shares[: self.agents].sum() + total)
