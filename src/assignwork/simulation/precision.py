"""When enough replications have been made: the interval of one measure is narrow enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount, level
from assignwork.simulation.estimates import Estimate, confidence_level, intervals
from assignwork.simulation.measures import (
    Group,
    empty,
    group_words,
    measure,
    one_group,
)
from assignwork.simulation.summary import Summary, column_of, row_of

_LEAST = 2


@attrs.frozen(init=False)
class Precision:
    """Stop when the half-width of an interval is narrow enough.

    It is asked after each replication from `at_least` on, in the order of their numbers, so that
    the same replications count whoever made them in whatever order. Looking again and again at an
    interval makes it hold a little less often than its confidence says: of 95 % intervals of
    normal values some 92 to 94 %, and 90 % where it may stop at 2 replications.

    Parameters
    ----------
    measure : str
        A name of `MEASURES`, or ``attainment:TARGET``.
    relative : float, optional
        Half-width as a share of the mean, above 0; a mean of 0 never satisfies it.
    absolute : float, optional
        Half-width in the measure's unit, above 0. One of the two is given.
    confidence : float, default 0.95
    at_least, at_most : int
        Replications; 2 to 1,000,000.
    **group
        Of which group, such as ``priority=1``; default: all together.

    Examples
    --------
    >>> print(Precision("wait_mean", relative=0.05, priority=1))
    wait_mean of priority 1 to 5 % of its mean (95 % interval; 5 to 200 replications)
    """

    measure: str
    relative: float | None
    absolute: float | None
    confidence: float
    at_least: int
    at_most: int
    group: Group

    def __init__(
        self,
        measure: str,
        *,
        relative: float | None = None,
        absolute: float | None = None,
        confidence: float = 0.95,
        at_least: int = 5,
        at_most: int = 200,
        **group: Any,
    ) -> None:
        self.__attrs_init__(
            _measure(measure),
            _width(relative, "relative"),
            _width(absolute, "absolute"),
            confidence_level(confidence),
            _count(at_least, "at_least"),
            _count(at_most, "at_most"),
            one_group(group),
        )
        if (relative is None) == (absolute is None):
            raise ConfigurationError(
                "how narrow the interval shall be is given "
                + ("not at all" if relative is None else "twice"),
                field="relative",
                value=relative,
                limit="one of relative and absolute",
                remedy="give relative=0.05 for 5 % of the mean, or absolute in the measure's unit",
            )
        if self.at_most < self.at_least:
            raise ConfigurationError(
                f"at most {at_most} replications are fewer than at least {at_least}",
                field="at_most",
                value=at_most,
                limit=f"at least {at_least}",
                remedy="raise at_most or lower at_least",
            )

    def value(self, found: Summary) -> float:
        """The measure of one replication."""
        if self.group in found.groups:
            row = found.values[row_of(self.group, found.groups)]
            return float(row[column_of(self.measure, found.measures)])
        return empty(self.measure, self.group[0])

    def require_group(self, found: Sequence[Summary]) -> None:
        """Refuse a group or a target that none of the replications has.

        A priority may be rare; it is missed only after `at_least` replications.
        """
        column_of(self.measure, found[-1].measures)
        if self.group[0] == "priority" and len(found) < self.at_least:
            return
        known = {group: None for summary in found for group in summary.groups}
        row_of(self.group, tuple(known))

    def holds(self, values: Sequence[float]) -> bool:
        """Whether the interval of these values, one per replication, is narrow enough."""
        return len(values) >= self.at_least and self.met(
            intervals(np.array(values), self.confidence).at()
        )

    def met(self, found: Estimate) -> bool:
        """Whether an estimate is as precise as is asked for; without an interval it is not."""
        if self.absolute is not None:
            return found.half_width <= self.absolute
        return bool(found.mean) and found.half_width <= (self.relative or 0.0) * abs(found.mean)

    def to_dict(self) -> Mapping[str, Any]:
        """JSON-ready."""
        found = attrs.asdict(self)
        kind, label = self.group
        found["group"] = {"kind": kind, "label": label}
        return found

    def __str__(self) -> str:
        width = (
            f"{level(self.relative)} of its mean"
            if self.relative is not None
            else amount(self.absolute or 0.0, measure(self.measure).unit)
        )
        return (
            f"{self.measure} of {group_words(self.group)} to {width} ({level(self.confidence)} "
            f"interval; {self.at_least} to {self.at_most:,} replications)"
        )


def _measure(name: str) -> str:
    return measure(name).name


def _width(value: float | None, field: str) -> float | None:
    return None if value is None else f.amount(value, field, "a half-width above 0")


def _count(value: int, field: str) -> int:
    if type(value) is int and _LEAST <= value <= MOST:
        return value
    return f.refuse(field, value, f"a number of replications ({_LEAST} to {MOST:,})")


MOST = 1_000_000
"""Replications of one run."""
