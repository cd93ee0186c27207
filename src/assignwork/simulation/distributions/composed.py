"""Distributions made of what was measured, or of other distributions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._words import plural
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats
from assignwork.simulation.distributions.base import (
    WIRE,
    AnyDistribution,
    Distribution,
    distribution,
)

_BELOW_ONE = float(np.nextafter(1.0, 0.0))
_ROUNDING = 1e-9
"""By which the sum of shares may differ from 1."""


def _sample(value: Any, field: str = "") -> tuple[float, ...]:
    return tuple(np.sort(i.durations(value, field)).tolist())


@WIRE.name("empirical")
@attrs.frozen(field_transformer=f.named)
class Empirical(Distribution):
    """The values of a sample, each as likely as any other; as they are, without a formula.

    Parameters
    ----------
    values : iterable of float
        Seconds, from 0; kept sorted.
    interpolated : bool, default False
        Whether what lies between two neighbouring values is drawn as well, evenly; then the mean is
        no longer exactly that of the sample.

    Examples
    --------
    >>> seen = Empirical([300, 60, 120, 120])
    >>> seen.mean
    150.0
    >>> seen.at(np.array([0.0, 0.25, 0.74, 0.75]))
    array([ 60., 120., 120., 300.])
    """

    in_seconds: ClassVar[tuple[str, ...]] = ()

    values: tuple[float, ...] = attrs.field(converter=_sample, repr=f.shown)
    interpolated: bool = attrs.field(default=False, converter=f.flag)

    @cached_property
    def _array(self) -> Floats:
        return np.array(self.values)

    @property
    def _gaps(self) -> int:
        """Between neighbouring values; one at least, of no length, if there is one value."""
        return max(1, len(self.values) - 1)

    def at(self, u: Floats) -> Floats:
        """The value before which the share `u` of the sample lies."""
        if self.interpolated:
            return np.interp(np.asarray(u) * self._gaps, np.arange(len(self.values)), self._array)
        place = (np.asarray(u) * len(self.values)).astype(np.intp)
        return self._array[np.minimum(place, len(self.values) - 1)]  # u · n may be rounded to n

    def cdf(self, x: Floats) -> Floats:
        """The share of the sample of at most `x`."""
        below = np.searchsorted(self._array, x, side="right")
        if not self.interpolated:
            return below / len(self.values)
        left = self._array[np.maximum(below - 1, 0)]
        right = self._array[np.minimum(below, len(self.values) - 1)]
        width = np.where(right > left, right - left, 1.0)
        inside = (below - 1 + (np.asarray(x) - left) / width) / self._gaps
        return np.where(below == 0, 0.0, np.where(below == len(self.values), 1.0, inside))

    @cached_property
    def mean(self) -> float:
        """Seconds."""
        if not self.interpolated or len(self.values) == 1:
            return float(self._array.mean())
        return float((self._array[1:] + self._array[:-1]).mean()) / 2

    @cached_property
    def variance(self) -> float:
        """Seconds squared; that of the values themselves, not an estimate for others."""
        if not self.interpolated or len(self.values) == 1:
            return float(self._array.var())
        left, right = self._array[:-1] - self.mean, self._array[1:] - self.mean
        return float((left * left + left * right + right * right).mean()) / 3

    def describe(self) -> str:
        """In plain words, with units."""
        between = ", interpolated" if self.interpolated else ""
        values = plural(len(self.values), "value")
        return f"as in a sample of {values}{between}, mean {amount(self.mean, 'seconds')}"

    def _times(self, factor: float) -> Distribution:
        return Empirical(self._array * factor, self.interpolated)


def _shares(value: Any, field: str = "") -> tuple[float, ...]:
    found = i.numbers(value, field, "a list of shares", "a share from 0 to 1", 0.0, 1.0)
    if abs(found.sum() - 1.0) > _ROUNDING:
        raise ConfigurationError(
            f"the shares add up to {found.sum():.10g}",
            field=field,
            value=value,
            limit="1",
            remedy="give what each part is of the whole, such as (0.8, 0.2)",
        )
    return tuple(found.tolist())


def _parts(value: Iterable[AnyDistribution], field: str = "") -> tuple[Distribution, ...]:
    given = f.entries(value, field, "a list of distributions")
    return tuple(distribution(part, f"{field}[{at}]") for at, part in enumerate(given))


@WIRE.name("mixture")
@attrs.frozen(field_transformer=f.named)
class Mixture(Distribution):
    """Of several kinds, each with its share: quick answers, and some long cases.

    One uniform number chooses the part and, stretched to [0, 1) again, the duration within it; so
    that it is no quantile function: it rises within each part only.

    Parameters
    ----------
    shares : iterable of float
        From 0 to 1, together 1.
    parts : iterable of Distribution
        As many.

    Examples
    --------
    >>> calls = Mixture((0.9, 0.1), (120, {"distribution": "exponential", "mean": 1800}))
    >>> calls.describe()
    '90.0 % always 2 min; 10.0 % exponential, mean 30 min'
    >>> calls.mean
    288.0
    """

    shares: tuple[float, ...] = attrs.field(converter=_shares)
    parts: tuple[Distribution, ...] = attrs.field(converter=_parts)

    def __attrs_post_init__(self) -> None:
        if len(self.shares) != len(self.parts):
            raise ConfigurationError(
                f"there are {len(self.parts)} parts and {len(self.shares)} shares",
                field="parts",
                value=len(self.parts),
                limit=f"{len(self.shares)}",
                remedy="give one part for each share",
            )

    def at(self, u: Floats) -> Floats:
        """The seconds of the part that `u` falls into."""
        given = np.asarray(u)
        found = np.empty(given.shape)
        before = 0.0
        chosen = [
            (share, part) for share, part in zip(self.shares, self.parts, strict=True) if share
        ]
        for at, (share, part) in enumerate(chosen, 1):
            last = at == len(chosen)  # takes what rounding has left over
            mine = (given >= before) & (True if last else given < before + share)
            inner = np.minimum((given[mine] - before) / share, _BELOW_ONE)
            found[mine] = part.at(inner)
            before += share
        return found

    def cdf(self, x: Floats) -> Floats:
        """Those of the parts, times their shares."""
        return np.asarray(
            sum(share * part.cdf(x) for share, part in zip(self.shares, self.parts, strict=True))
        )

    @property
    def mean(self) -> float:
        """Seconds."""
        return sum(share * part.mean for share, part in zip(self.shares, self.parts, strict=True))

    @property
    def variance(self) -> float:
        """Seconds squared: within the parts, and between their means."""
        mean = self.mean
        return sum(
            share * (part.variance + (part.mean - mean) ** 2)
            for share, part in zip(self.shares, self.parts, strict=True)
        )

    def describe(self) -> str:
        """In plain words, with units."""
        parts = zip(self.shares, self.parts, strict=True)
        return "; ".join(f"{amount(share, 'share')} {part.describe()}" for share, part in parts)

    def _times(self, factor: float) -> Distribution:
        return Mixture(self.shares, tuple(part.scaled(factor) for part in self.parts))
