"""The families with a formula; most are given by mean and coefficient of variation.

The coefficient of variation (cv) is standard deviation ÷ mean: 0 for what is always the same, 1 for
an exponential.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, ClassVar

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats
from assignwork.simulation.distributions.base import WIRE, Distribution


@WIRE.name("constant")
@attrs.frozen(field_transformer=f.named)
class Constant(Distribution):
    """Always the same. In wire data a plain number of seconds.

    Parameters
    ----------
    seconds : float
        From 0.

    Examples
    --------
    >>> Constant(90).describe()
    'always 90 s'
    >>> Constant(90).to_dict()
    90.0
    """

    in_seconds: ClassVar[tuple[str, ...]] = ("seconds",)

    seconds: float = attrs.field(converter=i.seconds)

    def at(self, u: Floats) -> Floats:
        """The same for every `u`."""
        return np.full(np.shape(u), self.seconds)

    def cdf(self, x: Floats) -> Floats:
        """0 below the value, 1 from it on."""
        return np.where(np.asarray(x) >= self.seconds, 1.0, 0.0)

    @property
    def mean(self) -> float:
        """Seconds."""
        return self.seconds

    @property
    def variance(self) -> float:
        """0."""
        return 0.0

    def describe(self) -> str:
        """In plain words, with units."""
        return f"always {amount(self.seconds, 'seconds')}"

    def to_dict(self) -> Any:
        """The number of seconds."""
        return self.seconds


@WIRE.name("exponential")
@attrs.frozen(field_transformer=f.named)
class Exponential(Distribution):
    """Exponential: how long it still takes does not depend on how long it took.

    Parameters
    ----------
    mean : float
        Seconds, above 0.

    Examples
    --------
    >>> Exponential(300).at(np.array([0.0, 0.5])).round(1)
    array([  0. , 207.9])
    """

    mean: float = attrs.field(converter=i.positive_seconds)

    def at(self, u: Floats) -> Floats:
        """-mean · ln(1 - u)."""
        return self.mean * -np.log1p(-np.asarray(u))

    def cdf(self, x: Floats) -> Floats:
        """1 - exp(-x ÷ mean)."""
        return -np.expm1(-np.maximum(x, 0.0) / self.mean)

    @property
    def variance(self) -> float:
        """The mean, squared."""
        return self.mean**2

    def describe(self) -> str:
        """In plain words, with units."""
        return f"exponential, mean {amount(self.mean, 'seconds')}"


@WIRE.name("lognormal")
@attrs.frozen(field_transformer=f.named)
class LogNormal(Distribution):
    """Lognormal: its logarithm is normal.

    What handle times often look like: Brown and others, "Statistical analysis of a telephone call
    center", Journal of the American Statistical Association 100 (2005).

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv : float
        Standard deviation ÷ mean, 0.001 to 100.

    Examples
    --------
    >>> handle = LogNormal(420, 1.1)
    >>> handle.describe()
    'lognormal, mean 7 min, cv 1.1'
    >>> handle.at(np.array([0.5, 0.9])).round()
    array([283., 884.])
    """

    mean: float = attrs.field(converter=i.positive_seconds)
    cv: float = attrs.field(converter=i.variation)

    @cached_property
    def _sigma(self) -> float:
        """Of the logarithm: ln(1 + cv²), its root."""
        return math.sqrt(math.log1p(self.cv**2))

    @cached_property
    def _median(self) -> float:
        """Seconds: mean ÷ √(1 + cv²)."""
        return self.mean / math.sqrt(1 + self.cv**2)

    def at(self, u: Floats) -> Floats:
        """The median times exp(s · z), with z the standard normal's quantile."""
        from scipy.special import ndtri  # noqa: PLC0415  # slow to load

        return self._median * np.exp(self._sigma * np.asarray(ndtri(u)))

    def cdf(self, x: Floats) -> Floats:
        """The standard normal's at ln(x ÷ median) ÷ s, s² = ln(1 + cv²)."""
        from scipy.special import ndtr  # noqa: PLC0415  # slow to load

        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(x, 0.0) / self._median)
        return np.asarray(ndtr(logs / self._sigma))

    @property
    def variance(self) -> float:
        """(cv · mean)²."""
        return (self.cv * self.mean) ** 2

    def describe(self) -> str:
        """In plain words, with units."""
        return f"lognormal, mean {amount(self.mean, 'seconds')}, cv {self.cv:.3g}"


@WIRE.name("gamma")
@attrs.frozen(field_transformer=f.named)
class Gamma(Distribution):
    """Gamma: of several exponential steps, where 1 ÷ cv² is how many; Erlang if that is whole.

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv : float
        Standard deviation ÷ mean, 0.001 to 100.

    Examples
    --------
    >>> Gamma(300, cv=0.5).at(np.array([0.5, 0.9])).round()
    array([275., 501.])
    """

    mean: float = attrs.field(converter=i.positive_seconds)
    cv: float = attrs.field(converter=i.variation)

    @property
    def _shape(self) -> float:
        return self.cv**-2

    def at(self, u: Floats) -> Floats:
        """The scale, mean · cv², times the inverse of the regularised incomplete gamma function."""
        from scipy.special import gammaincinv  # noqa: PLC0415  # slow to load

        return self.mean * self.cv**2 * np.asarray(gammaincinv(self._shape, u))

    def cdf(self, x: Floats) -> Floats:
        """The regularised lower incomplete gamma function."""
        from scipy.special import gammainc  # noqa: PLC0415  # slow to load

        return np.asarray(gammainc(self._shape, np.maximum(x, 0.0) / (self.mean * self.cv**2)))

    @property
    def variance(self) -> float:
        """(cv · mean)²."""
        return (self.cv * self.mean) ** 2

    def describe(self) -> str:
        """In plain words, with units."""
        return f"gamma, mean {amount(self.mean, 'seconds')}, cv {self.cv:.3g}"


@WIRE.name("weibull")
@attrs.frozen(field_transformer=f.named)
class Weibull(Distribution):
    """Weibull: with a cv above 1, the longer it took, the longer it still takes; below, shorter.

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv : float
        Standard deviation ÷ mean, 0.001 to 100. The shape is solved from it.

    Examples
    --------
    >>> Weibull(120, cv=1).at(np.array([0.5])).round(3)  # an exponential
    array([83.178])
    >>> Weibull(120, cv=1.5).at(np.array([0.5])).round()
    array([54.])
    """

    mean: float = attrs.field(converter=i.positive_seconds)
    cv: float = attrs.field(converter=i.variation)

    @cached_property
    def _shape(self) -> float:
        """The k at which 1 + cv² = Γ(1 + 2/k) ÷ Γ(1 + 1/k)², which falls as k rises."""
        from scipy.optimize import brentq  # noqa: PLC0415  # slow to import

        aim = math.log1p(self.cv**2)

        def above(log_inverse: float) -> float:
            return weibull_spread(math.exp(-log_inverse)) - aim

        root: float = brentq(above, *_LOG_INVERSE_SHAPES, xtol=1e-15, rtol=1e-14)
        return math.exp(-root)

    @cached_property
    def _scale(self) -> float:
        """Seconds: mean ÷ Γ(1 + 1/k)."""
        return self.mean * math.exp(-math.lgamma(1 + 1 / self._shape))

    def at(self, u: Floats) -> Floats:
        """Scale · (-ln(1 - u))^(1/k)."""
        return self._scale * (-np.log1p(-np.asarray(u))) ** (1 / self._shape)

    def cdf(self, x: Floats) -> Floats:
        """1 - exp(-(x ÷ scale)^k)."""
        return -np.expm1(-((np.maximum(x, 0.0) / self._scale) ** self._shape))

    @property
    def variance(self) -> float:
        """(cv · mean)²."""
        return (self.cv * self.mean) ** 2

    def describe(self) -> str:
        """In plain words, with units."""
        return f"Weibull, mean {amount(self.mean, 'seconds')}, cv {self.cv:.3g}"


_LOG_INVERSE_SHAPES = (-8.0, 3.0)
"""Of the shapes for every cv that is allowed: ln(1/k)."""


def weibull_spread(shape: float) -> float:
    """ln(1 + cv²) of a Weibull distribution of this shape."""
    return math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)


@WIRE.name("uniform")
@attrs.frozen(field_transformer=f.named)
class Uniform(Distribution):
    """Uniform between two durations.

    Parameters
    ----------
    low, high : float
        Seconds, from 0; `high` is above `low`.

    Examples
    --------
    >>> Uniform(60, 120).mean
    90.0
    """

    in_seconds: ClassVar[tuple[str, ...]] = ("low", "high")

    low: float = attrs.field(converter=i.seconds)
    high: float = attrs.field(converter=i.seconds)

    def __attrs_post_init__(self) -> None:
        if self.high <= self.low:
            raise ConfigurationError(
                f"{self.high:g} s is not above low, {self.low:g} s",
                field="high",
                value=self.high,
                limit=f"above {self.low:g} s",
                remedy="give the shorter one as low, or one number for what is always the same",
            )

    def at(self, u: Floats) -> Floats:
        """Low + (high - low) · u."""
        return self.low + (self.high - self.low) * np.asarray(u)

    def cdf(self, x: Floats) -> Floats:
        """(x - low) ÷ (high - low), from 0 to 1."""
        return np.clip((np.asarray(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    @property
    def mean(self) -> float:
        """Seconds."""
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        """(high - low)² ÷ 12."""
        return (self.high - self.low) ** 2 / 12

    def describe(self) -> str:
        """In plain words, with units."""
        return f"uniform from {amount(self.low, 'seconds')} to {amount(self.high, 'seconds')}"


@WIRE.name("geometric")
@attrs.frozen(field_transformer=f.named)
class Geometric(Distribution):
    """Geometric: whole numbers from 1, each next one with the same chance; for numbers of turns.

    Parameters
    ----------
    mean : float
        From `unit` on.
    unit : float, default 1
        What the whole numbers are multiplied by: 1 for turns; seconds for durations.

    Examples
    --------
    >>> Geometric(3).at(np.array([0.0, 0.5, 0.9]))
    array([1., 2., 6.])
    """

    in_seconds: ClassVar[tuple[str, ...]] = ("mean", "unit")

    mean: float = attrs.field(converter=i.positive_seconds)
    unit: float = attrs.field(default=1.0, converter=i.positive_seconds)

    def __attrs_post_init__(self) -> None:
        if self.mean < self.unit:
            raise ConfigurationError(
                f"a mean of {self.mean:g} is less than the least number, {self.unit:g}",
                field="mean",
                value=self.mean,
                limit=f"at least {self.unit:g}",
                remedy="give the mean of whole numbers from 1 on, times the unit",
            )

    @property
    def _again(self) -> float:
        """The chance that one more follows."""
        return 1 - self.unit / self.mean

    def at(self, u: Floats) -> Floats:
        """The least n with 1 - (1 - unit ÷ mean)^n of at least `u`, times the unit."""
        if self._again <= 0:
            return np.full(np.shape(u), self.unit)
        whole = np.ceil(np.log1p(-np.asarray(u)) / math.log(self._again))
        return self.unit * np.maximum(whole, 1.0)

    def cdf(self, x: Floats) -> Floats:
        """1 - (1 - unit ÷ mean)^n, with n the whole units in `x`."""
        whole = np.floor(np.maximum(x, 0.0) / self.unit * (1 + 1e-12))  # 3 units are 3, if rounded
        return 1 - self._again**whole

    @property
    def variance(self) -> float:
        """Mean · (mean - unit)."""
        return self.mean * (self.mean - self.unit)

    def describe(self) -> str:
        """In plain words, with units."""
        if self.unit == 1:
            return f"geometric from 1 on, mean {self.mean:g}"
        unit, mean = amount(self.unit, "seconds"), amount(self.mean, "seconds")
        return f"geometric, in multiples of {unit}, mean {mean}"
