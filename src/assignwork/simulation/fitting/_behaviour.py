"""How long, how patient, whether back: what customers and their items do, by pools of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.simulation.behaviour import Conversation, Return
from assignwork.simulation.distributions import (
    Distribution,
    Empirical,
    Exponential,
    FittedDistribution,
    Geometric,
    fit_distribution,
)
from assignwork.simulation.distributions.fitting import FEWEST
from assignwork.simulation.fitting._classes import Class, Counts, Pool, Pools, Rows
from assignwork.simulation.fitting._history import CLOSED, PASSED_ON, Course
from assignwork.simulation.trial import Flags, Instants

LEAST = 30
"""Handle times from which a pool is fitted on its own."""
ENOUGH = 100
"""Who waited, closes or visits from which a pool tells on its own whether customers give up, come
back or answer: of so many, nobody is an answer, too."""
_MOST_VALUES = 1000
_TALKS = 0.01
"""Share of visits with an answer of the customer from which there are conversations."""
_ANSWERED = 0.05
_EXPONENTIAL_OFF, _BY_CHANCE = 0.05, 1.36
_TURNS_OFF = 0.05
_AT_RISK = 10

Fitted: TypeAlias = tuple[Distribution, FittedDistribution | None]


def lean(of: Distribution) -> Distribution:
    """A sample of many values as the means of a thousand equal parts: its mean stays the same."""
    if not isinstance(of, Empirical) or len(of.values) <= _MOST_VALUES:
        return of
    reached = np.concatenate(([0.0], np.cumsum(of.values)))
    borders = np.linspace(0.0, len(of.values), _MOST_VALUES + 1)
    sums = np.diff(np.interp(borders, np.arange(len(reached)), reached))
    return Empirical(sums * (_MOST_VALUES / len(of.values)))


def durations(values: Instants) -> Fitted:
    """The distribution of a sample; of a small one the sample itself."""
    if len(values) < FEWEST:
        return Empirical(values), None
    fit = fit_distribution(values)
    return lean(fit.distribution), fit


@attrs.frozen
class PatienceFit:
    """How long customers wait before they leave.

    Attributes
    ----------
    pool : str
        What was looked at together.
    waited, abandoned : int
        How many waited, and how many of them left.
    mean : float
        Seconds: all waiting ÷ those who left, the maximum likelihood of an exponential
        distribution where who was assigned before is censored.
    distance : float
        The largest difference between that and the Kaplan-Meier estimate.
    distribution : Distribution
        Exponential, or the Kaplan-Meier estimate where that is far from it.
    """

    pool: str
    waited: int
    abandoned: int
    mean: float
    distance: float
    distribution: Distribution


def kaplan_meier(waits: Instants, left: Flags) -> tuple[Instants, Instants]:
    """Instants at which somebody left, and the share that has not left until just after each.

    Kaplan and Meier, "Nonparametric estimation from incomplete observations", Journal of the
    American Statistical Association 53 (1958). At one instant, who leaves comes before who is
    assigned.

    Examples
    --------
    >>> at, stays = kaplan_meier(np.array([2.0, 3.0, 3.0, 5.0]), np.array([1, 0, 1, 1], bool))
    >>> at.tolist(), stays.round(3).tolist()
    ([2.0, 3.0, 5.0], [0.75, 0.5, 0.0])
    """
    at, gone = np.unique(waits[left], return_counts=True)
    there = len(waits) - np.searchsorted(np.sort(waits), at, side="left")
    stays: Instants = np.cumprod(1.0 - gone / there).astype(np.float64)
    return at, stays


def patience(waits: Instants, left: Flags, pool: str) -> PatienceFit:
    """Censored estimation; at least one must have left."""
    gone = int(left.sum())
    mean = max(float(waits.sum()) / gone, 1e-3)
    at, stays = kaplan_meier(waits, left)
    there = len(waits) - np.searchsorted(np.sort(waits), at, side="left")
    sure = there >= _AT_RISK
    theirs = np.exp(-at / mean)
    distance = float(np.abs(stays - theirs)[sure].max()) if sure.any() else 0.0
    found: Distribution = Exponential(mean)
    if gone >= LEAST and distance > max(_EXPONENTIAL_OFF, _BY_CHANCE / np.sqrt(gone)):
        found = Empirical(_quantiles(at, stays, mean))
    return PatienceFit(pool, len(waits), gone, mean, distance, found)


def _quantiles(at: Instants, stays: Instants, mean: float) -> Instants:
    """Values that spread as the estimate does; beyond the last who left, exponentially."""
    u = (np.arange(_MOST_VALUES / 2) + 0.5) / (_MOST_VALUES / 2)
    place = np.searchsorted(1.0 - stays, u, side="left")
    inside = place < len(at)
    last = stays[-1]
    with np.errstate(divide="ignore"):
        beyond = at[-1] - mean * np.log((1.0 - u) / last) if last > 0 else np.full(len(u), at[-1])
    return np.where(inside, at[np.minimum(place, len(at) - 1)], np.maximum(beyond, at[-1]))


@attrs.frozen
class ReturnFit:
    """Who comes back after the close.

    Attributes
    ----------
    pool : str
    closes, returns : int
        Of items that somebody had been assigned to; passed on counts as closed.
    distribution : Return
    """

    pool: str
    closes: int
    returns: int
    distribution: Return


@attrs.frozen
class TalkFit:
    """Turns of agent and customer.

    Attributes
    ----------
    pool : str
    visits, answers : int
        Visits, and answers of the customer in them.
    distribution : Conversation
    """

    pool: str
    visits: int
    answers: int
    distribution: Conversation


class Behaviour:
    """What the courses of a log say of their classes.

    Parameters
    ----------
    courses : sequence of Course
    classes : sequence of Class
        Of each of them.
    work : array of float
        Seconds of the first visit; NaN where it was not finished.
    later : list of (int, float)
        Row of the course and seconds, of visits after the first.
    until : float
        POSIX seconds at which the log ends.
    """

    def __init__(
        self,
        courses: Sequence[Course],
        classes: Sequence[Class],
        work: Instants,
        later: Sequence[tuple[int, float]],
        until: float,
    ) -> None:
        self._pools = Pools(classes)
        self._parted: dict[str, dict[Class, Pool]] = {}
        self._courses = courses
        self._work = work
        self._later = later
        self._wait = np.array(
            [_first(c.assigned_at, c.ended_at, until) - c.arrived_at for c in courses]
        )
        self._left = np.array([c.assigned_at is None and c.ended == CLOSED for c in courses], bool)
        served = [c.assigned_at is not None for c in courses]
        self._closes = np.array(
            [
                len(c.closes) + (c.ended == PASSED_ON) if ok else 0
                for c, ok in zip(courses, served, strict=True)
            ]
        )
        self._returned = np.array(
            [len(c.returns) if ok else 0 for c, ok in zip(courses, served, strict=True)]
        )
        self._visits = np.array([len(c.turns) if c.held else 0 for c in courses])
        self._fitted: dict[tuple[str, int], Any] = {}
        self.answers = self._when_answered()

    def _pool(self, purpose: str, of: Class, counts: Counts, least: int) -> Pool:
        if purpose not in self._parted:
            self._parted[purpose] = self._pools.parted(counts, least)
        return self._parted[purpose][of]

    def _once(self, purpose: str, rows: Rows, make: Any) -> Any:
        key = (purpose, id(rows))  # the pools keep their rows
        if key not in self._fitted:
            self._fitted[key] = make()
        return self._fitted[key]

    # --- work ------------------------------------------------------------------------------------

    def handle(self, of: Class) -> tuple[str, Distribution, FittedDistribution | None]:
        """Pool, distribution and its fit."""
        done = ~np.isnan(self._work)
        pool, rows = self._pool("work", of, done, LEAST)
        found, fit = self._once("work", rows, lambda: durations(self._work[rows][done[rows]]))
        return pool, found, fit

    # --- waiting ---------------------------------------------------------------------------------

    def patience(self, of: Class) -> PatienceFit | None:
        """None where nobody of its pool ever left."""
        left = self._left
        pool, rows = self._pool("patience", of, left | (self._wait > 0), ENOUGH)
        if not left[rows].any():
            return None
        found: PatienceFit = self._once(
            "patience", rows, lambda: patience(self._wait[rows], left[rows], pool)
        )
        return found

    # --- coming back -----------------------------------------------------------------------------

    def comes_back(self, of: Class) -> ReturnFit | None:
        """None where nobody of its pool ever did."""
        pool, rows = self._pool("back", of, self._closes, ENOUGH)
        if not self._returned[rows].any():
            return None
        found: ReturnFit = self._once("back", rows, lambda: self._returns(pool, rows))
        return found

    def _returns(self, pool: str, rows: Rows) -> ReturnFit:
        delays = [
            back - closed
            for row in rows
            if self._returned[row]
            for closed, back in zip(
                self._courses[row].closes, self._courses[row].returns, strict=False
            )
        ]
        mine = set(rows.tolist())
        again = np.array([seconds for row, seconds in self._later if row in mine])
        closes, returns = int(self._closes[rows].sum()), int(self._returned[rows].sum())
        return ReturnFit(
            pool,
            closes,
            returns,
            Return(
                probability=returns / closes,
                after=durations(np.array(delays))[0],
                handle=durations(again)[0] if len(again) >= LEAST else None,
                at_most=max(int(self._returned[rows].max()), 1),
            ),
        )

    # --- talking ---------------------------------------------------------------------------------

    def conversation(self, of: Class) -> TalkFit | None:
        """None where customers of its pool hardly ever answer."""
        pool, rows = self._pool("talk", of, self._visits, ENOUGH)
        found: TalkFit | None = self._once("talk", rows, lambda: self._talk(pool, rows))
        return found

    def _talk(self, pool: str, rows: Rows) -> TalkFit | None:
        courses = [self._courses[row] for row in rows if self._courses[row].held]
        turns = np.array([many for course in courses for many in course.turns], np.float64)
        if int((turns > 1).sum()) < max(_TALKS * len(turns), 1):
            return None
        waits = np.array([wait for course in courses for wait in course.answers])
        snoozed = sum(course.snoozed_turns for course in courses)
        talk = Conversation(
            turns=_turns(turns), customer_after=durations(waits)[0],
            snoozes=2 * snoozed > len(waits),
        )  # fmt: skip
        return TalkFit(pool, len(turns), len(waits), talk)

    def _when_answered(self) -> str:
        """Whether agents' first words come at the start of the work, at its end, or never."""
        held = [c for c in self._courses if c.assigned_at is not None and c.ended == CLOSED]
        said = [c for c in held if c.answered_at is not None]
        if len(said) <= _ANSWERED * len(held):
            return "never"
        places = [
            (c.answered_at - c.assigned_at) / (c.ended_at - c.assigned_at)
            for c in said
            if c.answered_at is not None
            and c.assigned_at is not None
            and c.ended_at is not None
            and c.ended_at > c.assigned_at
        ]
        return "start" if not places or float(np.median(places)) < 0.5 else "end"  # noqa: PLR2004


def _first(*of: float | None) -> float:
    return next(at for at in of if at is not None)


def _turns(turns: npt.NDArray[np.float64]) -> Distribution:
    """Geometric where that is near, else as they were."""
    found = Geometric(float(turns.mean()))
    values, counts = np.unique(turns, return_counts=True)
    seen = np.cumsum(counts) / len(turns)
    if float(np.abs(found.cdf(values) - seen).max()) <= _TURNS_OFF:
        return found
    return lean(Empirical(turns))
