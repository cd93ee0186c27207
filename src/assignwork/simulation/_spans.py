"""Spans of time, [begin, end) each: how many at once, averaged, at most, and by cells of a grid."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.simulation.trial import Instants

Codes = npt.NDArray[np.signedinteger[Any]]


@attrs.frozen(eq=False)
class Spans:
    """Spans of time that belong to groups.

    Attributes
    ----------
    group : array of int
        Codes from 0.
    begun_at, ended_at : array of float
    """

    group: Codes
    begun_at: Instants
    ended_at: Instants

    def clipped(self, begin: float, end: float) -> Spans:
        """What of them lies in [begin, end); those outside it, or without length, are left out."""
        since, until = np.maximum(self.begun_at, begin), np.minimum(self.ended_at, end)
        inside = until > since
        return Spans(self.group[inside], since[inside], until[inside])

    def seconds(self, groups: int) -> Instants:
        """The sum of their lengths, by group."""
        lengths = self.ended_at - self.begun_at
        found = np.bincount(self.group, weights=lengths, minlength=groups)
        return found.astype(np.float64, copy=False)  # whole zeros where there are no spans

    def regrouped(self, group: Codes) -> Spans:
        """The same spans in other groups."""
        return Spans(group, self.begun_at, self.ended_at)

    def kept(self, which: Any) -> Spans:
        """Those that are marked."""
        return Spans(self.group[which], self.begun_at[which], self.ended_at[which])


class Steps:
    """The begins and ends of spans in the order of time, sorted once for any grouping of them.

    At one instant the ends come first, so that who goes and who comes are not counted together.
    """

    def __init__(self, spans: Spans) -> None:
        count = len(spans.begun_at)
        order = np.argsort(np.concatenate((spans.ended_at, spans.begun_at)), kind="stable")
        self._span = order % max(count, 1)
        self._change = np.where(order < count, -1, 1).astype(np.int32)

    def most(self, group: Codes, groups: int) -> Instants:
        """Most spans at once, by group; all spans must have some length."""
        found = np.zeros(groups)
        if not len(self._span):
            return found
        codes = small(group[self._span])
        order = np.argsort(codes, kind="stable")
        ordered = codes[order]
        # Each group's changes sum to 0, so that one running sum serves them all.
        level = np.cumsum(self._change[order])
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        found[ordered[first]] = np.maximum.reduceat(level, first)
        return found


def small(codes: Codes) -> Any:
    """The codes in two bytes where they fit: numpy sorts those in one pass over them."""
    return codes.astype(np.int16) if codes.size and codes.max() < 2**15 else codes


def by_cell(spans: Spans, edges: Instants) -> Instants:
    """How many at once, averaged over each cell between two edges of equal distance.

    The spans must lie inside the first edge and the last.
    """
    together = spans.regrouped(np.zeros(len(spans.begun_at), np.int32))
    found: Instants = by_group_and_cell(together, 1, edges)[0]
    return found


def by_group_and_cell(spans: Spans, groups: int, edges: Instants) -> npt.NDArray[np.float64]:
    """As `by_cell`, a row for each group."""
    cells, begin = len(edges) - 1, edges[0]
    width, columns = (edges[-1] - begin) / cells, cells + 1
    found = np.zeros((groups, columns))
    row = spans.group.astype(np.int64) * columns
    for instants, sign in ((spans.begun_at, 1.0), (spans.ended_at, -1.0)):
        at = (instants - begin) / width
        cell = np.minimum(at.astype(np.int64), cells - 1)
        rest = np.bincount(row + cell, weights=cell + 1 - at, minlength=found.size)
        # whole cells, from the next one on
        counts = np.bincount(row + cell + 1, minlength=found.size).reshape(found.shape)
        found += sign * (rest.reshape(found.shape) + np.cumsum(counts, axis=1))
    return found[:, :cells]


@attrs.frozen(eq=False)
class Working:
    """Time of agents, in stretches between which nothing changes, in seconds.

    Attributes
    ----------
    handling, active, overtime, work : Spans
        At least one item is worked on; active; worked on while not active; active or worked on.
    items : Spans
        Each item worked on: two at a time for a second are two seconds.
    """

    handling: Spans
    active: Spans
    overtime: Spans
    work: Spans
    items: Spans


def working(stretches: Spans, presences: Spans) -> Working:
    """One sweep over what agents worked on and when they were active; both are clipped before."""
    instants = np.concatenate(
        (stretches.begun_at, stretches.ended_at, presences.begun_at, presences.ended_at)
    )
    agent = np.concatenate((stretches.group, stretches.group, presences.group, presences.group))
    worked, present = len(stretches.group), len(presences.group)
    ones, zeros = np.ones(worked, np.int32), np.zeros(present, np.int32)
    items = np.concatenate((ones, -ones, zeros, zeros))
    there = np.zeros(len(instants), np.int32)
    there[2 * worked : 2 * worked + present] = 1
    there[2 * worked + present :] = -1
    order = np.argsort(instants, kind="stable")
    order = order[np.argsort(small(agent[order]), kind="stable")]
    items, there = np.cumsum(items[order]), np.cumsum(there[order])  # both 0 after an agent's last
    since, agent = instants[order], agent[order].astype(np.int32)
    pieces = Spans(agent[:-1], since[:-1], since[1:])
    items, there = items[:-1], there[:-1]
    kept = (items > 0) | (there > 0)
    kept &= pieces.ended_at > pieces.begun_at
    pieces, items, there = pieces.kept(kept), items[kept], there[kept]
    return Working(
        handling=pieces.kept(items > 0),
        active=pieces.kept(there > 0),
        overtime=pieces.kept((items > 0) & (there == 0)),
        work=pieces,
        items=stretches,
    )
