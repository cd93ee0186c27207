"""Which distribution a sample is from: families fitted by maximum likelihood, and compared.

The rule: of the families that fit well the one with the lowest AIC (Akaike's criterion, 2 ·
parameters - 2 · log-likelihood); where none fits well, the sample itself (`Empirical`). A family
fits well if

- its distance from the sample (Kolmogorov-Smirnov, the largest difference of the two distribution
  functions) is at most 0.05 or, in small samples, 1.36 ÷ √n, which chance alone reaches in fewer
  than 5 of 100 samples; and
- its mean is within 5 % of the sample's or, in small samples, two standard errors of it: the mean
  is what fills agents' days, and a likely family may still miss it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats
from assignwork.simulation.distributions._likelihood import EVEN_ZERO, FAMILIES, PARAMETERS
from assignwork.simulation.distributions.base import Distribution
from assignwork.simulation.distributions.composed import Empirical
from assignwork.simulation.distributions.families import Constant
from assignwork.simulation.distributions.fits import LEVELS, FamilyFit, FittedDistribution

FEWEST = 10
"""Values that are enough to fit a family to."""
MOST_RESAMPLES = 100_000
_DISTANCE, _CHANCE_DISTANCE = 0.05, 1.36
_MEAN_OFF, _STANDARD_ERRORS = 0.05, 2.0


def fit_distribution(
    values: Iterable[float],
    among: Iterable[str] | None = None,
    *,
    resamples: int = 0,
    seed: int = 0,
    field: str = "values",
) -> FittedDistribution:
    """The distribution of a sample of durations: the best family, or the sample itself.

    Of the families that fit well the one with the lowest AIC; where none does, `Empirical`. A
    family fits well if its Kolmogorov-Smirnov distance is at most 0.05 (in small samples 1.36 ÷ √n)
    and its mean is within 5 % of the sample's (in small samples two standard errors).

    Parameters
    ----------
    values : iterable of float
        Seconds, from 0; at least 10.
    among : iterable of str, optional
        Of ``exponential``, ``gamma``, ``lognormal``, ``weibull``; None: all of them.
    resamples : int, default 0
        How many samples are drawn from each fitted family, and fitted in their turn, for its
        p-value: the share of them whose distance is as large as the sample's (parametric bootstrap;
        for estimated parameters the tables of the Kolmogorov-Smirnov test do not hold). 0: distance
        only. 199 tell 0.05 from 0.01; the time is that of as many fits.
    seed : int, default 0
        Of the resamples.
    field : str, default "values"
        What errors call the values.

    Raises
    ------
    ConfigurationError
        For fewer than 10 values, a value that is negative, not finite or no number, all values 0,
        or a family that is not known.

    Notes
    -----
    The bootstrap is that of Stute, González Manteiga and Presedo Quindimil, "Bootstrap based
    goodness-of-fit tests", Metrika 40 (1993). With many values each p-value is small: no family is
    exactly right, and the distance tells how far off it is.

    Examples
    --------
    >>> from assignwork.simulation.distributions import LogNormal
    >>> seen = LogNormal(420, 1.1).at(np.random.default_rng(1).random(5000))
    >>> fitted = fit_distribution(seen)
    >>> fitted.distribution.describe()
    'lognormal, mean 6.93 min, cv 1.09'
    >>> fitted.best.distance < 0.02
    True
    """
    sample = np.sort(i.durations(values, field))
    if len(sample) < FEWEST:
        raise ConfigurationError(
            f"{len(sample)} values are too few to fit a distribution to",
            field=field,
            value=len(sample),
            limit=f"at least {FEWEST}",
            remedy="give more, or Empirical(values) for just these",
        )
    known = _families(among)
    count = _whole(resamples, "resamples", MOST_RESAMPLES)
    chance = np.random.SeedSequence(_whole(seed, "seed", f.MAX_UNITS))
    if sample[0] == sample[-1]:
        return _all_the_same(sample)
    # a family's luck hangs on its name: which others are asked for does not show in it
    streams = dict(zip(FAMILIES, chance.spawn(len(FAMILIES)), strict=True))
    fits = [_fit(name, sample, count, streams[name]) for name in known]
    fits.sort(key=lambda fit: math.inf if fit.aic is None else fit.aic)
    return _chosen(sample, tuple(fits))


def _families(among: Iterable[str] | None) -> tuple[str, ...]:
    if among is None:
        return tuple(FAMILIES)
    found = f.names((among,) if isinstance(among, str) else among, "among")
    for at, name in enumerate(found):
        f.choice(name, f"among[{at}]", FAMILIES)
    if not found:
        f.refuse("among", found, "a list of families", f.nearest("", FAMILIES))
    return found


def _whole(value: Any, field: str, most: int) -> int:
    found = i.plain(value)
    if type(found) is int and 0 <= found <= most:
        return found
    return f.refuse(field, found, f"a whole number from 0 to {most:,}")


def _all_the_same(sample: Floats) -> FittedDistribution:
    found = Constant(float(sample[0]))
    return _result(sample, found, None, (), "all values are the same")


def _chosen(sample: Floats, fits: tuple[FamilyFit, ...]) -> FittedDistribution:
    for fit in fits:
        if fit.distribution is not None and not fit.misfit:
            why = "the lowest AIC of the families that fit well"
            return _result(sample, fit.distribution, fit, fits, why)
    return _result(sample, Empirical(sample), None, fits, "no family fits well")


def _result(
    sample: Floats,
    found: Distribution,
    best: FamilyFit | None,
    fits: tuple[FamilyFit, ...],
    why: str,
) -> FittedDistribution:
    return FittedDistribution(
        distribution=found,
        best=best,
        why=why,
        families=fits,
        count=len(sample),
        mean=float(sample.mean()),
        cv=float(sample.std() / sample.mean()) if sample[-1] else 0.0,
        quantiles=tuple(np.quantile(sample, LEVELS).tolist()),
    )


def _fit(name: str, sample: Floats, resamples: int, chance: np.random.SeedSequence) -> FamilyFit:
    if sample.std() < i.LEAST_CV * sample.mean():
        return FamilyFit(family=name, misfit="the values vary too little for it")
    zeros = int(np.searchsorted(sample, 0.0, side="right"))
    if zeros and name not in EVEN_ZERO:
        return FamilyFit(family=name, misfit=f"it never gives 0 s; values that are: {zeros:,}")
    try:
        found, likelihood = FAMILIES[name](sample)
    except (ConfigurationError, OverflowError):  # what no distribution may have, or no float
        return FamilyFit(family=name, misfit="its mean or cv would be out of range")
    apart = distance(found, sample)
    return FamilyFit(
        family=name,
        distribution=found,
        log_likelihood=likelihood,
        aic=2 * PARAMETERS[name] - 2 * likelihood,
        distance=apart,
        p_value=_p_value(name, found, apart, len(sample), resamples, chance) if resamples else None,
        quantiles=tuple(found.at(np.array(LEVELS)).tolist()),
        misfit=_misfit(found, apart, sample),
    )


def distance(of: Distribution, sample: Floats) -> float:
    """The largest difference of the distribution function and that of the sorted sample.

    Examples
    --------
    >>> from assignwork.simulation.distributions import Uniform
    >>> distance(Uniform(0, 4), np.array([1.0, 2.0, 3.0, 4.0]))
    0.25
    """
    share = of.cdf(sample)
    steps = np.arange(len(sample) + 1.0) / len(sample)
    return float(max((steps[1:] - share).max(), (share - steps[:-1]).max()))


def _misfit(found: Distribution, apart: float, sample: Floats) -> str:
    """What keeps a fitted family from fitting well; empty: nothing."""
    mean, root = float(sample.mean()), math.sqrt(len(sample))
    most = max(_DISTANCE, _CHANCE_DISTANCE / root)
    if apart > most:
        return f"its distance is above {most:.3f}"
    off = max(_MEAN_OFF * mean, _STANDARD_ERRORS * float(sample.std()) / root)
    if abs(found.mean - mean) > off:
        return f"its mean is more than {amount(off, 'seconds')} off"
    return ""


def _p_value(
    name: str,
    found: Distribution,
    apart: float,
    size: int,
    resamples: int,
    chance: np.random.SeedSequence,
) -> float:
    """The share of resamples, the sample counted as one of them, that lie as far or farther."""
    rng = np.random.default_rng(chance)
    tiny = np.finfo(np.float64).tiny  # 0 comes of rounding alone
    farther = 1
    for _ in range(resamples):
        drawn = np.sort(np.maximum(found.at(rng.random(size)), tiny))
        farther += distance(FAMILIES[name](drawn)[0], drawn) >= apart
    return farther / (resamples + 1)
