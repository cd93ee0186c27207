"""What a distribution of durations is, and how one is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork._codec import unstructure
from assignwork.model.records import Record
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats, Wire

WIRE: Wire[Distribution] = Wire("distribution")


@attrs.frozen
class Distribution(Record, ABC):
    """A distribution of durations in seconds, as its quantile function; the base of all.

    One uniform number per customer and purpose is turned into seconds, so that another
    distribution, or another mean, changes the seconds and not the luck.
    """

    wire_name: ClassVar[str] = ""
    """The name in wire data."""
    in_seconds: ClassVar[tuple[str, ...]] = ("mean",)
    """The fields that scale with the durations."""

    @abstractmethod
    def at(self, u: Floats) -> Floats:
        """The seconds for uniform numbers in [0, 1): the quantiles.

        Finite and not negative for every number that `numpy.random.Generator.random` gives.
        """

    @abstractmethod
    def cdf(self, x: Floats) -> Floats:
        """The share of durations of at most `x` seconds."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Seconds; exact."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """Seconds squared; exact."""

    @abstractmethod
    def describe(self) -> str:
        """In plain words, with units."""

    def scaled(self, factor: float) -> Distribution:
        """The distribution of `factor` times as many seconds; a factor of 0 gives always 0.

        Raises
        ------
        ConfigurationError
            If the factor is negative, not finite, or takes the durations out of their range.

        Examples
        --------
        >>> distribution({"distribution": "uniform", "low": 60, "high": 120}).scaled(1.5)
        Uniform(low=90.0, high=180.0)
        """
        by = i.factor(factor, "factor")
        return self._times(by) if by else distribution(0)

    def _times(self, factor: float) -> Distribution:
        """As `scaled`, for a factor above 0."""
        changed = {name: getattr(self, name) * factor for name in self.in_seconds}
        return attrs.evolve(self, **changed)

    def to_dict(self) -> Any:
        """JSON-ready: the fields and, as ``distribution``, which one it is."""
        return {WIRE.key: self.wire_name, **unstructure(self)}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what `to_dict` gives.

        Raises
        ------
        ConfigurationError
            With the path of the field that cannot be used, or if it is another distribution.
        """
        found = distribution(data)
        if not isinstance(found, cls):
            f.refuse(WIRE.key, found.wire_name, f"a {cls.__name__}")
        return found


AnyDistribution: TypeAlias = Distribution | float | Mapping[str, Any]
"""What a distribution may be given as: one, a number of seconds, or its wire form."""


def distribution(value: AnyDistribution, field: str = "") -> Distribution:
    """A distribution as it is; a number of seconds: always that; a mapping: the wire form.

    Raises
    ------
    ConfigurationError
        With the path of the field that cannot be used; for a name that is not known, with the
        nearest one.

    Examples
    --------
    >>> distribution(420)
    Constant(seconds=420.0)
    >>> distribution({"distribution": "lognormal", "mean": 420, "cv": 1.1})
    LogNormal(mean=420.0, cv=1.1)
    >>> distribution({"distribution": "gama"})  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: distribution: 'gama' is no known name; did you mean
    'gamma'?
    """
    if isinstance(value, Distribution):
        return value
    if isinstance(value, Mapping):
        return WIRE.read(value, field)
    if not i.is_number(value):
        remedy = 'give seconds, a Distribution or {"distribution": "exponential", "mean": 300}'
        f.refuse(field, value, "a distribution of durations", remedy)
    return WIRE.read({WIRE.key: "constant", "seconds": i.seconds(value, field)}, field)


def optional_distribution(value: AnyDistribution | None, field: str = "") -> Distribution | None:
    """As `distribution`, or None."""
    return None if value is None else distribution(value, field)
