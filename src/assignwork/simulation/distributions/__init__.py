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
from assignwork.simulation.distributions.fits import FamilyFit, FittedDistribution
from assignwork.simulation.distributions.fitting import fit_distribution

__all__ = [
    "AnyDistribution",
    "Constant",
    "Distribution",
    "Empirical",
    "Exponential",
    "FamilyFit",
    "FittedDistribution",
    "Gamma",
    "Geometric",
    "LogNormal",
    "Mixture",
    "Uniform",
    "Weibull",
    "distribution",
    "fit_distribution",
    "optional_distribution",
]
