"""Maximum likelihood, family by family: the parameters, and how likely they make the sample.

Closed forms for the exponential and the lognormal; for gamma and Weibull the score equation of the
shape, which has one root, found by bisection and secants (Brent). Johnson, Kotz and Balakrishnan,
"Continuous Univariate Distributions" 1 (1994), chapters 14, 17, 19 and 21.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from assignwork.simulation.distributions._inputs import Floats
from assignwork.simulation.distributions.base import Distribution
from assignwork.simulation.distributions.families import (
    Exponential,
    Gamma,
    LogNormal,
    Weibull,
    weibull_spread,
)

Fitted: TypeAlias = tuple[Distribution, float]
"""The likeliest member of a family, and the logarithm of the sample's likelihood under it."""


def _root(score: Callable[[float], float], near: float) -> float:
    """The shape at which a falling score is 0; it is looked for around `near`.

    There is one wherever the values differ.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  # slow to import

    low = high = near
    while score(low) < 0:
        low /= 2
    while score(high) > 0:
        high *= 2
    found: float = brentq(score, low, high, xtol=1e-12, rtol=1e-12)
    return found


def exponential(values: Floats) -> Fitted:
    """The sample's mean."""
    mean = float(values.mean())
    return Exponential(mean), -len(values) * (math.log(mean) + 1)


def lognormal(values: Floats) -> Fitted:
    """Mean and variance of the logarithms."""
    logs = np.log(values)
    middle, spread = float(logs.mean()), float(logs.var())
    found = LogNormal(math.exp(middle + spread / 2), math.sqrt(math.expm1(spread)))
    return found, -len(values) * (middle + (math.log(2 * math.pi * spread) + 1) / 2)


def gamma(values: Floats) -> Fitted:
    """The shape k at which ln k - digamma(k) is ln(mean) - mean of the logarithms."""
    from scipy.special import digamma  # noqa: PLC0415  # slow to load

    mean, middle = float(values.mean()), float(np.log(values).mean())
    gap = math.log(mean) - middle

    def score(shape: float) -> float:
        return math.log(shape) - float(digamma(shape)) - gap

    shape = _root(score, 1 / (2 * gap))
    likelihood = (shape - 1) * middle - shape - shape * math.log(mean / shape) - math.lgamma(shape)
    return Gamma(mean, shape**-0.5), len(values) * likelihood


def weibull(values: Floats) -> Fitted:
    """The shape k at which Σ x^k ln x ÷ Σ x^k - 1/k is the mean of the logarithms."""
    logs = np.log(values)
    middle, most = float(logs.mean()), float(logs.max())
    logs -= most  # of values up to 1: no power of them is too large

    def score(shape: float) -> float:
        powers = np.exp(shape * logs)
        return 1 / shape + middle - most - float(powers @ logs / powers.sum())

    shape = _root(score, math.pi / math.sqrt(6) / float(logs.std()))
    log_scale = most + math.log(float(np.exp(shape * logs).mean())) / shape
    mean = math.exp(log_scale + math.lgamma(1 + 1 / shape))
    likelihood = math.log(shape) - log_scale + (shape - 1) * (middle - log_scale) - 1
    return Weibull(mean, math.sqrt(math.expm1(weibull_spread(shape)))), len(values) * likelihood


FAMILIES: dict[str, Callable[[Floats], Fitted]] = {
    "exponential": exponential,
    "gamma": gamma,
    "lognormal": lognormal,
    "weibull": weibull,
}
PARAMETERS = {"exponential": 1, "gamma": 2, "lognormal": 2, "weibull": 2}
"""How many were estimated, for Akaike's criterion."""
EVEN_ZERO = {"exponential"}
"""Families that a value of 0 seconds has a density in, whatever the parameters."""
