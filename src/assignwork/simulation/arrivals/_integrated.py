"""From a rate to instants, in one place: the integrated rate, and the points that it reaches."""

from __future__ import annotations

import math
from abc import abstractmethod

import attrs
import numpy as np

from assignwork.simulation.arrivals.base import Arrivals
from assignwork.simulation.distributions._inputs import Floats

_FEWEST = 16
"""Gaps that are drawn at once, at least."""


@attrs.frozen(eq=False)
class Steps:
    """A rate that is constant between edges.

    Attributes
    ----------
    edges : array of float
        Seconds from the begin; the first is 0, they rise.
    rates : array of float
        Customers per second between an edge and the next, one fewer than edges.
    """

    edges: Floats
    rates: Floats

    def reached(self) -> Floats:
        """Mean number of customers until each edge.

        Summed from the first on, so that a later end changes nothing of what is before.
        """
        return np.concatenate(([0.0], np.cumsum(self.rates * np.diff(self.edges))))

    def times(self, factors: Floats, borders: Floats) -> Steps:
        """With the rates multiplied by these factors between these borders, and by 1 elsewhere."""
        inside = borders[(borders > 0) & (borders < self.edges[-1])]
        edges = np.union1d(self.edges, inside)
        begun = edges[:-1]
        own = self.rates[np.searchsorted(self.edges, begun, side="right") - 1]
        # one factor more before the first border and after the last
        factor = np.concatenate(([1.0], factors, [1.0]))
        return Steps(edges, own * factor[np.searchsorted(borders, begun, side="right")])


def unit_points(until: float, rng: np.random.Generator) -> Floats:
    """The points in (0, until) of a Poisson process of rate 1.

    The n-th is the same whatever `until` is: the gaps are drawn one after the other, however many
    at once, and summed in their order.
    """
    size = int(until + 6.0 * math.sqrt(until)) + _FEWEST
    chunks: list[Floats] = []
    total = 0.0
    while total < until or not chunks:
        gaps = rng.standard_exponential(size)
        gaps[0] += total
        chunks.append(np.cumsum(gaps, out=gaps))
        total = float(gaps[-1])
        size = max(_FEWEST, size // 8)
    points = np.concatenate(chunks) if len(chunks) > 1 else chunks[0]
    return points[: int(np.searchsorted(points, until))]


@attrs.frozen
class RateArrivals(Arrivals):
    """Arrivals that have a rate at each instant: Poisson processes, and what is made of them."""

    @abstractmethod
    def steps(self, begin: float, end: float, luck: np.random.Generator | None) -> Steps:
        """The rate in [begin, end).

        Parameters
        ----------
        begin, end : float
            POSIX seconds; `end` lies after `begin`.
        luck : numpy.random.Generator or None
            What is random about the rate itself is drawn from children of this generator, so that
            its own numbers are left to the customers. None: the mean rate.
        """

    def _instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats:
        if end == begin:
            return np.empty(0)
        steps = self.steps(begin, end, rng)
        reached = steps.reached()
        self._refuse_crowds(float(reached[-1]))
        points = unit_points(float(reached[-1]), rng)
        # how many lie in each step; where nobody comes there are none
        many = np.diff(np.searchsorted(points, reached))
        busy = many > 0
        many = many[busy]
        points -= np.repeat(reached[:-1][busy], many)
        points *= np.repeat(1.0 / steps.rates[busy], many)
        points += np.repeat(steps.edges[:-1][busy], many)
        np.minimum(points, np.repeat(steps.edges[1:][busy], many), out=points)
        points += begin
        return points[: int(np.searchsorted(points, end))]

    def _expected(self, begin: float, end: float) -> float:
        return float(self.steps(begin, end, None).reached()[-1]) if end > begin else 0.0
