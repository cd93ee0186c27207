"""The chosen items of a problem in groups, which differ in nothing but urgency."""

from __future__ import annotations

import numpy as np

from assignwork.solver._columns import Columns, Numbers


def everything(columns: Columns) -> Numbers:
    """All free items, for `Network`."""
    return np.arange(len(columns.free), dtype=np.int64)


class Groups:
    """Chosen items sorted into groups; inside a group the most urgent come first.

    Parameters
    ----------
    columns : Columns
    chosen : (k,) indices into `columns.free`
    by_weight : bool
        Whether items of different weights may be chosen, and are in groups of their own.

    Attributes
    ----------
    order : (k,) the chosen items, sorted
    group : (k,) by sorted item, its group
    starts, sizes : (g,) by group: its first sorted item, how many items it has
    owner, preferred, leave, weight : (g,) what its items have in common, as in `columns`
    hub : (g,) its hub, an index into `columns.hubs`
    hub_node : (g,) the same, as a number among the hubs in use: one for each weight, if by weight
    hubs, hub_weight : (h,) by hub in use: its index into `columns.hubs`, what its items weigh
    """

    def __init__(self, columns: Columns, chosen: Numbers, *, by_weight: bool) -> None:
        hub = columns.hub[chosen]
        several = 1
        if by_weight:  # one hub per weight, so that what it hands on can be told apart
            kinds, weight_of = np.unique(columns.weight[chosen], return_inverse=True)
            several = max(1, len(kinds))
            hub = hub * several + weight_of
        owner = columns.owner[chosen]
        preferred = columns.preferred[chosen]
        leave = columns.leave[chosen]
        left = columns.left[chosen]
        order = np.lexsort((chosen, -left, leave, preferred, owner, hub))
        self.order = order
        table = np.stack([hub, owner, preferred, leave])[:, order]
        fresh = np.ones(len(order), dtype=bool)
        if len(order):
            fresh[1:] = (table[:, 1:] != table[:, :-1]).any(axis=0)
        self.group = np.cumsum(fresh) - 1
        starts = np.flatnonzero(fresh)
        self.starts = starts
        self.sizes = np.diff(np.append(starts, len(order)))
        numbers, self.owner, self.preferred, self.leave = table[:, starts]
        self.weight = columns.weight[chosen][order][starts]
        used, self.hub_node = np.unique(numbers, return_inverse=True)
        self.hub = numbers // several
        self.hubs = used // several
        self.hub_weight = np.zeros(len(used), dtype=np.int64)
        self.hub_weight[self.hub_node] = self.weight
