"""Who belongs to which group of a trial, and sums and quantiles by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.simulation._hours import hours
from assignwork.simulation._spans import small
from assignwork.simulation.measures import HOUR, OVERALL, Label
from assignwork.simulation.trial import NOBODY, Codes, Flags, Instants, Trial

Numbers = npt.NDArray[Any]


@attrs.frozen(eq=False)
class Grouping:
    """Customers by one of their attributes.

    Attributes
    ----------
    kind : str
        One of `measures.GROUPS`, or overall.
    labels : sequence
        Of the groups, in their order.
    codes : array of int
        Each customer's place in `labels`; those of nobody's have the code after the last.
    """

    kind: str
    labels: Sequence[Label]
    codes: Codes

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, rows: Any) -> Grouping:
        """The same groups of some of the customers."""
        return attrs.evolve(self, codes=self.codes[rows])

    def count(self, which: Flags | None = None) -> Instants:
        """How many there are, or of those marked, by group."""
        codes = self.codes if which is None else self.codes[which]
        return np.bincount(codes, minlength=len(self) + 1)[: len(self)].astype(np.float64)

    def mean(self, values: Numbers, which: Flags) -> Instants:
        """Mean of the values of those marked, by group; NaN where there is none."""
        codes = self.codes[which]
        sums = np.bincount(codes, weights=values[which], minlength=len(self) + 1)[: len(self)]
        return over(sums, self.count(which))


def groupings(trial: Trial) -> Iterator[Grouping]:
    """All groupings of the trial's customers."""
    people = trial.customers
    yield Grouping(OVERALL, ("",), np.zeros(len(people.kind), np.int32))
    yield Grouping("stream", trial.streams, people.stream)
    yield Grouping("kind", trial.kinds, people.kind)
    yield by_team(trial)
    yield by_priority(trial)
    channels = tuple(dict.fromkeys(trial.channels))
    of_kind = np.array([channels.index(name) for name in trial.channels], np.int32)
    yield Grouping("channel", channels, of_kind[people.kind])
    agents = np.where(people.agent == NOBODY, len(trial.agents), people.agent).astype(np.int32)
    yield Grouping("agent", trial.agents, agents)
    clock = hours(trial.timezone, trial.begin, trial.end)
    yield Grouping(HOUR, clock.labels, clock.of(people.arrived_at))


def by_team(trial: Trial) -> Grouping:
    """The customers by the teams at which they arrived."""
    return Grouping("team", trial.teams, trial.customers.team)


def by_priority(trial: Trial) -> Grouping:
    """The customers by their priorities as submitted."""
    values, codes = np.unique(trial.customers.priority, return_inverse=True)
    return Grouping("priority", tuple(map(int, values)), codes.astype(np.int32))


def over(part: Numbers, whole: Numbers) -> Instants:
    """`part` / `whole`, NaN where the whole is 0."""
    found: Instants = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


class Ranked:
    """Values sorted once, for quantiles by any grouping; what is NaN is left out.

    Quantiles are nearest ranks, as in the reports: the smallest value that at least so many per
    cent do not exceed.
    """

    def __init__(self, values: Instants) -> None:
        order = np.argsort(values, kind="stable")  # NaN goes to the end
        self._order = order[: len(values) - int(np.isnan(values).sum())]
        self._values = values[self._order]

    def quantiles(self, grouping: Grouping, percents: Sequence[int]) -> npt.NDArray[np.float64]:
        """One row per group, one column per percentage (whole, 0 to 100)."""
        codes = grouping.codes[self._order]
        values = self._values[np.argsort(small(codes), kind="stable")]
        counts = np.bincount(codes, minlength=len(grouping) + 1)
        first = (np.cumsum(counts) - counts)[: len(grouping), None]
        counts = counts[: len(grouping), None]
        # -(-a // b) rounds up in whole numbers; 0.9 * count would not be exact
        ranks = np.maximum(-(-np.asarray(percents)[None, :] * counts // 100), 1) - 1
        found = np.full(ranks.shape, np.nan)
        filled = counts[:, 0] > 0
        found[filled] = values[(first + ranks)[filled]]
        return found
