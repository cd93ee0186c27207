"""From a flow back to items: inside a group the most urgent stay, the least are left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Numbers
from assignwork.solver._network._groups import Groups


class Shares(NamedTuple):
    """A flow as counts of items.

    `stays`, `wants`, `goes` say by group how many stay with their owner, go to their preferred
    agent, go to their hub; `passed` by arc from a hub (`tails`) to an agent (`agents`) how many go
    there.
    """

    stays: Numbers
    wants: Numbers
    goes: Numbers
    passed: Numbers
    tails: Numbers
    agents: Numbers


def holders_of(groups: Groups, shares: Shares) -> Numbers:
    """Who holds each chosen item, -1: nobody."""
    position = np.arange(len(groups.order), dtype=np.int64) - groups.starts[groups.group]
    first = shares.stays[groups.group]
    second = first + shares.wants[groups.group]
    third = second + shares.goes[groups.group]
    by_order = np.full(len(groups.order), -1, dtype=np.int64)
    stay = position < first
    by_order[stay] = groups.owner[groups.group[stay]]
    want = (position >= first) & (position < second)
    by_order[want] = groups.preferred[groups.group[want]]
    _hand_out(groups, shares, np.flatnonzero((position >= second) & (position < third)), by_order)
    holders = np.empty_like(by_order)
    holders[groups.order] = by_order
    return holders


def _hand_out(groups: Groups, shares: Shares, go: Numbers, holders: Numbers) -> None:
    """Give the items that reach a hub to the agents whom it leads to."""
    agents = np.repeat(shares.agents, shares.passed)
    hubs = np.repeat(shares.tails, shares.passed)  # rising
    of = groups.hub_node[groups.group[go]]
    order = np.argsort(of, kind="stable")
    counts = np.bincount(hubs, minlength=len(groups.hubs))
    asked = np.bincount(of, minlength=len(groups.hubs))
    rank = np.arange(len(of), dtype=np.int64) - np.repeat(np.cumsum(asked) - asked, asked)
    served = rank < counts[of[order]]
    source = (np.cumsum(counts) - counts)[of[order]] + rank
    holders[go[order][served]] = agents[source[served]]
