"""What a fit has found: per family, and what was chosen."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import attrs

from assignwork._words import html_lines, html_table, text_table
from assignwork.simulation._text import NONE, amount
from assignwork.simulation.distributions.base import Distribution

LEVELS = (0.1, 0.5, 0.9, 0.95, 0.99)
"""Of the quantiles that are compared."""

Row: TypeAlias = tuple[str, ...]
_HEAD = ("", "AIC", "distance", "p-value", "mean", *(f"p{round(100 * q)}" for q in LEVELS))
_UNITS = ((120.0, 1.0, "s"), (7200.0, 60.0, "min"), (math.inf, 3600.0, "h"))
"""Up to which mean, in seconds; how many seconds; name."""


@attrs.frozen(kw_only=True)
class FamilyFit:
    """One family, fitted to a sample by maximum likelihood.

    Attributes
    ----------
    family : str
    misfit : str
        What keeps it from fitting well, or from being fitted; empty: nothing.
    distribution : Distribution or None
        The likeliest member; None, as all that follows, where there is none.
    log_likelihood : float or None
        The natural logarithm of the sample's density, in 1/s.
    aic : float or None
        Akaike's criterion; lower is better.
    distance : float or None
        Kolmogorov-Smirnov: the largest difference of the distribution functions, 0 to 1.
    p_value : float or None
        By parametric bootstrap, the parameters estimated in each resample; None: not asked for.
    quantiles : tuple of float
        Seconds, at the `LEVELS` 10, 50, 90, 95 and 99 %.
    """

    family: str
    misfit: str = ""
    distribution: Distribution | None = None
    log_likelihood: float | None = None
    aic: float | None = None
    distance: float | None = None
    p_value: float | None = None
    quantiles: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = {field.name: getattr(self, field.name) for field in attrs.fields(FamilyFit)}
        found["distribution"] = None if self.distribution is None else self.distribution.to_dict()
        found["quantiles"] = list(self.quantiles)
        return found

    def row(self, unit: float) -> Row:
        """Its line in the table, with durations in units of so many seconds."""
        if self.distribution is None or self.aic is None or self.distance is None:
            return (self.family, *([NONE] * (len(_HEAD) - 1)))
        p_value = NONE if self.p_value is None else f"{self.p_value:.3f}"
        figures = (f"{self.aic:,.1f}", f"{self.distance:.4f}", p_value)
        return self.family, *figures, *_durations(unit, self.distribution.mean, self.quantiles)


@attrs.frozen(kw_only=True)
class FittedDistribution:
    """The distribution that was chosen for a sample, with what it was chosen from.

    Attributes
    ----------
    distribution : Distribution
        The chosen one.
    best : FamilyFit or None
        Its family's fit; None where no family fits well, and the sample itself was chosen, or a
        constant.
    why : str
        In words.
    families : tuple of FamilyFit
        By their AIC, the best first; those that could not be fitted last.
    count : int
        Values in the sample.
    mean : float
        Seconds, of the sample.
    cv : float
        Standard deviation ÷ mean of the sample.
    quantiles : tuple of float
        Seconds, of the sample, at the `LEVELS` 10, 50, 90, 95 and 99 %.
    """

    distribution: Distribution
    best: FamilyFit | None
    why: str
    families: tuple[FamilyFit, ...]
    count: int
    mean: float
    cv: float
    quantiles: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; durations in seconds."""
        return {
            "distribution": self.distribution.to_dict(),
            "best": None if self.best is None else self.best.family,
            "why": self.why,
            "families": [fit.to_dict() for fit in self.families],
            "count": self.count,
            "mean": self.mean,
            "cv": self.cv,
            "levels": list(LEVELS),
            "quantiles": list(self.quantiles),
        }

    def _title(self) -> str:
        sample = f"{self.count:,} values, mean {amount(self.mean, 'seconds')}, cv {self.cv:.3g}"
        return f"{sample}: {self.distribution.describe()} ({self.why})"

    def _rows(self) -> list[Row]:
        unit, name = next((unit, name) for most, unit, name in _UNITS if self.mean < most)
        sample = ("sample", *([NONE] * 3), *_durations(unit, self.mean, self.quantiles))
        head = (f"durations in {name}", *_HEAD[1:])
        return [head, sample, *(fit.row(unit) for fit in self.families)]

    def _notes(self) -> list[str]:
        notes = [f"{fit.family}: {fit.misfit}" for fit in self.families if fit.misfit]
        if any(fit.distance is not None and fit.p_value is None for fit in self.families):
            notes.append("distances only; for p-values give resamples")
        return notes

    def __str__(self) -> str:
        return "\n  ".join([text_table(self._title(), self._rows()), *self._notes()])

    def _repr_html_(self) -> str:
        return html_table(self._title(), self._rows()) + html_lines(self._notes())


def _durations(unit: float, mean: float, quantiles: tuple[float, ...]) -> Row:
    return tuple(f"{seconds / unit:,.2f}" for seconds in (mean, *quantiles))
