"""Prices of a solved flow: the shortest way from each node to the sink in what is left open."""

from __future__ import annotations

import numpy as np

from assignwork.solver._columns import Numbers
from assignwork.solver._network import Network


def distances(network: Network) -> Numbers:
    """By node of the solved network, what one more unit there would cost on its way to the sink.

    The binding of the flow solver has no duals; these are them (Bellman-Ford over all arcs at
    once; what an optimal flow leaves open has no circle of negative cost).
    """
    tails, heads, capacities, costs, supply = network.arrays()
    forth, back = network.flows < capacities, network.flows > 0
    starts = np.concatenate([tails[forth], heads[back]])
    ends = np.concatenate([heads[forth], tails[back]])
    lengths = np.concatenate([costs[forth], -costs[back]])
    # Every node reaches the sink at this cost, open or not.
    far = int(np.abs(costs).max(initial=0)) * 2 + 1
    found = np.full(len(supply), far, dtype=np.int64)
    found[network.sink] = 0
    for _ in range(len(supply)):
        before = found.copy()
        np.minimum.at(found, starts, found[ends] + lengths)
        if (found == before).all():
            break
    return found
