"""Distributions of durations in seconds: given by a formula, taken from a sample, fitted to one."""

from assignwork.simulation.distributions.base import (
    AnyDistribution,
    Distribution,
    distribution,
    optional_distribution,
)
from assignwork.simulation.distributions.composed import Empirical, Mixture
from assignwork.simulation.distributions.families import (
    Constant,
    Exponential,
    Gamma,
    Geometric,
    LogNormal,
    Uniform,
    Weibull,
)

__all__ = [
    "AnyDistribution",
    "Constant",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Geometric",
    "LogNormal",
    "Mixture",
    "Uniform",
    "Weibull",
    "distribution",
    "optional_distribution",
]
