"""Two scenarios, replication by replication: what differs, and what that can be believed of (120).

Replications of the same number and seed have the same customers, so that their difference varies
much less than the figures themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._extras import data_frame
from assignwork.errors import ConfigurationError
from assignwork.simulation import _comparison_text as text
from assignwork.simulation.estimates import (
    ROUNDING,
    Estimate,
    Intervals,
    Values,
    confidence_level,
    intervals,
    plain,
)
from assignwork.simulation.measures import (
    ALL,
    MEASURES,
    NEITHER,
    Group,
    group_kind,
    measure,
    one_group,
)
from assignwork.simulation.results import Results, in_order, objects
from assignwork.simulation.summary import column_of, row_of
from assignwork.simulation.tables import Differences

BETTER, WORSE, LESS, MORE = "better", "worse", "less", "more"
SAME, UNCLEAR, UNKNOWN, NO_VALUE = "same", "unclear", "unknown", "no value"


@attrs.frozen
class Difference:
    """One measure of one group in two scenarios.

    Attributes
    ----------
    group : tuple of (str, label)
    measure : str
    a, b : float
        Means over the replications in which both have a value; NaN where there is none.
    change : Estimate
        b - a, with the interval of the paired differences.
    variance_ratio : float
        How many times as many replications would be needed for the same interval if the customers
        were not the same: (variance of a + variance of b) / variance of the differences. Infinite
        where the difference never varies, NaN where nothing does or there are no two pairs.
    verdict : str
        ``better`` or ``worse``: the interval leaves out zero; ``less`` or ``more`` likewise, where
        neither direction is good in itself. ``same``: equal in every replication. ``unclear``: no
        difference that these replications can show. ``unknown``: one pair of values only.
        ``no value``: none.
    """

    group: Group
    measure: str
    a: float
    b: float
    change: Estimate
    variance_ratio: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        kind, label = self.group
        return {
            "kind": kind,
            "group": label,
            "measure": self.measure,
            "a": plain(self.a),
            "b": plain(self.b),
            "change": self.change.to_dict(),
            "variance_ratio": plain(self.variance_ratio),
            "verdict": self.verdict,
        }


@attrs.frozen
class Comparison:
    """Two results of the same customers.

    Attributes
    ----------
    a, b : Results
        What there is, and what it is compared with; differences are b - a.
    confidence : float
        Of each interval by itself. Of many intervals of nothing, one in so many leaves out zero by
        chance: of 95 % intervals, 1 in 20.
    """

    a: Results
    b: Results
    confidence: float

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of either."""
        return in_order((*self.a.groups, *self.b.groups))

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The measures of either."""
        found = {*self.a.measures, *self.b.measures}
        return (*MEASURES, *sorted(found - MEASURES.keys()))

    @cached_property
    def _pairs(self) -> tuple[Values, Values]:
        a, b = (found.array(self.groups, self.measures) for found in (self.a, self.b))
        there = ~(np.isnan(a) | np.isnan(b))
        return np.where(there, a, np.nan), np.where(there, b, np.nan)

    @cached_property
    def _intervals(self) -> tuple[Intervals, Intervals, Intervals]:
        a, b = self._pairs
        return (
            intervals(a, self.confidence),
            intervals(b, self.confidence),
            intervals(_changes(a, b), self.confidence),
        )

    @property
    def replications(self) -> int:
        """Pairs of replications."""
        return len(self.a)

    def difference(self, measure: str, **group: Any) -> Difference:
        """One measure, of all together or of one group such as ``priority=1``.

        Raises
        ------
        ConfigurationError
            For a measure or a group that neither has.
        """
        at = row_of(one_group(group), self.groups), column_of(measure, self.measures)
        return self._difference(*at)

    def differences(
        self, by: str | None = None, measures: Sequence[str] | None = None
    ) -> tuple[Difference, ...]:
        """Measures of all together, or of each group of a kind.

        Parameters
        ----------
        by : {'stream', 'kind', 'team', 'priority', 'channel', 'agent', 'hour'}, optional
        measures : sequence of str, optional
            Default: all.
        """
        kind = ALL[0] if by is None else group_kind(by)
        chosen = self.measures if measures is None else f.names(measures, "measures")
        columns = [column_of(name, self.measures) for name in chosen]
        rows = [row for row, group in enumerate(self.groups) if group[0] == kind]
        return tuple(self._difference(row, column) for row in rows for column in columns)

    def _difference(self, row: int, column: int) -> Difference:
        a, b, change = (found.at((row, column)) for found in self._intervals)
        of_a, of_b, of_change = (float(found.variance[row, column]) for found in self._intervals)
        name = self.measures[column]
        return Difference(
            group=self.groups[row],
            measure=name,
            a=a.mean,
            b=b.mean,
            change=change,
            variance_ratio=_ratio(of_a + of_b, of_change),
            verdict=_verdict(change, name, varied=of_change > 0),
        )

    def table(self, by: str | None = None, measures: Sequence[str] | None = None) -> Differences:
        """Both figures of each group of a kind and how they differ; of all together at the end.

        Parameters
        ----------
        by : {'stream', 'kind', 'team', 'priority', 'channel', 'agent', 'hour'}, optional
            Default: all together only.
        measures : sequence of str, optional
            Default: the main ones of customers, or of agents.
        """
        chosen = text.main_measures(self, by) if measures is None else f.names(measures, "measures")
        found = self.differences(by, chosen)
        if by is not None:
            found += self.differences(None, chosen)
        return Differences(self, by, found)

    @property
    def sentence(self) -> str:
        """What a support manager would want to know, in plain words."""
        return text.sentence(self)

    def to_frame(self, by: str | None = None) -> Any:
        """A `pandas.DataFrame` with a row per group and measure; it needs the extra ``frames``."""
        found = self.differences(by)
        return data_frame(
            {
                "group_kind": [row.group[0] for row in found],
                "group": objects(row.group[1] for row in found),
                "measure": [row.measure for row in found],
                "a": [row.a for row in found],
                "b": [row.b for row in found],
                "difference": [row.change.mean for row in found],
                "low": [row.change.low for row in found],
                "high": [row.change.high for row in found],
                "variance_ratio": [row.variance_ratio for row in found],
                "verdict": [row.verdict for row in found],
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: every difference of every group."""
        rows, columns = range(len(self.groups)), range(len(self.measures))
        return {
            "a": self.a.scenario,
            "b": self.b.scenario,
            "seed": self.a.seed,
            "replications": [found.number for found in self.a.summaries],
            "confidence": self.confidence,
            "sentence": self.sentence,
            "differences": [
                self._difference(row, column).to_dict() for row in rows for column in columns
            ],
        }

    def __str__(self) -> str:
        return text.comparison_text(self)

    def _repr_html_(self) -> str:
        return text.comparison_html(self)


def compare(a: Results, b: Results, *, confidence: float = 0.95) -> Comparison:
    """Compare results of two scenarios, pairing replications of the same number.

    Parameters
    ----------
    a, b : Results
        Of the same seed, numbers, window, zone and thresholds; differences are b - a.
    confidence : float, default 0.95

    Raises
    ------
    ConfigurationError
        When they do not fit together; says what differs.

    Examples
    --------
    >>> from functools import partial
    >>> from assignwork.simulation import Exponential, single_queue
    >>> from assignwork.simulation import simulate_once
    >>> from assignwork.simulation.replications import run_replications
    >>> def results(agents):
    ...     desk = single_queue(agents, per_hour=40, handle=Exponential(180), length=36_000)
    ...     name = f"{agents} agents"
    ...     return run_replications(partial(simulate_once, desk), 10, seed=1, scenario=name)
    >>> found = compare(results(3), results(4))
    >>> found.difference("wait_mean").verdict, found.difference("arrivals").verdict
    ('better', 'same')
    """
    for name, given in (("a", a), ("b", b)):
        if not isinstance(given, Results):
            f.refuse(name, given, "results", "give what simulate returned")
    _refuse_other(a, b)
    return Comparison(a, b, confidence_level(confidence))


def _refuse_other(a: Results, b: Results) -> None:
    _refuse_unlike("seed", a.seed, b.seed, "run both with the same seed")
    numbers = [tuple(found.number for found in each.summaries) for each in (a, b)]
    if numbers[0] != numbers[1]:
        shorter = min(map(len, numbers))
        of_same = numbers[0][:shorter] == numbers[1][:shorter]
        remedy = "run both with the same number of replications"
        if of_same:
            longer = "a" if len(numbers[0]) > shorter else "b"
            remedy += f", or give {longer}.first({shorter})"
        raise ConfigurationError(
            f"the replications differ: a has {_listed(numbers[0])}, b has {_listed(numbers[1])}",
            field="b",
            value=_listed(numbers[1]),
            limit=_listed(numbers[0]),
            remedy=remedy,
        )
    remedy = "give both scenarios the same start, length and warm-up"
    for name in ("begin", "end"):
        _refuse_unlike(name, getattr(a.summaries[0], name), getattr(b.summaries[0], name), remedy)
    remedy = "give both scenarios the same zone, so that their hours of the day are the same"
    _refuse_unlike("timezone", a.timezone, b.timezone, remedy)
    remedy = "give both scenarios the same threshold, so that their service levels are of one kind"
    if a.threshold is not None and b.threshold is not None:
        _refuse_unlike("threshold", a.threshold, b.threshold, remedy)
    for kind, threshold in a.thresholds.items():
        its = b.thresholds.get(kind, threshold)
        _refuse_unlike("thresholds", threshold, its, remedy, f"threshold of {kind!r}")


def _refuse_unlike(
    name: str, a: float | str, b: float | str, remedy: str, words: str | None = None
) -> None:
    if a != b:
        raise ConfigurationError(
            f"the {words or name} differs: {a} of a, {b} of b",
            field=f"b.{name}",
            value=b,
            limit=a,
            remedy=remedy,
        )


def _listed(numbers: tuple[int, ...]) -> str:
    return f"{len(numbers)} (number {numbers[0]} to {numbers[-1]})"


def _changes(a: Values, b: Values) -> Values:
    """What differs in each pair: sums of the same terms in another order are the same."""
    size = np.maximum(np.abs(a), np.abs(b))
    found: Values = np.where(np.abs(b - a) <= ROUNDING * size, 0.0, b - a)
    return found


def _ratio(apart: float, paired: float) -> float:
    if paired > 0:
        return apart / paired
    return float("inf") if apart > 0 and paired == 0 else float("nan")


def _verdict(change: Estimate, name: str, *, varied: bool) -> str:
    if not change.replications:
        return NO_VALUE
    if not change.known:
        return UNKNOWN
    if not varied and change.mean == 0:
        return SAME
    if change.low <= 0 <= change.high:
        return UNCLEAR
    better = measure(name).better
    if better == NEITHER:
        return MORE if change.mean > 0 else LESS
    return BETTER if (change.mean > 0) == (better == "higher") else WORSE
