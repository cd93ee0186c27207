"""How far a simulation of a fitted scenario is from a log: `validate_fit`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem
from assignwork.simulation.estimates import Estimate, intervals, plain
from assignwork.simulation.fitting import _validation_text as text
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._demand import demand
from assignwork.simulation.fitting._history import History
from assignwork.simulation.fitting._logged_trial import logged_trial
from assignwork.simulation.fitting.fits import Fit
from assignwork.simulation.fitting.logs import Log, read_log
from assignwork.simulation.measures import ALL, Group
from assignwork.simulation.replications import Progress
from assignwork.simulation.results import Results
from assignwork.simulation.simulating import played
from assignwork.simulation.summary import Summary, summarize
from assignwork.simulation.trial import Instants, Trial

OVERALL = (
    "arrivals", "abandonment", "wait_mean", "wait_p50", "wait_p90", "handle_time_mean",
    "time_in_system_mean", "time_in_system_p50", "time_in_system_p90", "returns", "throughput",
    "open_mean", "unfinished", "occupancy",
)  # fmt: skip
BY_GROUP = ("arrivals", "wait_mean", "wait_p50", "wait_p90", "handle_time_mean")
BY_AGENT = ("assigned", "handling_hours")
MOST_TEAMS = 10
PERCENTS = np.arange(1.0, 100.0)
_LEAST = 2
_CONFIDENCE = 0.95


@attrs.frozen
class Compared:
    """A figure of the log and of the simulation.

    Attributes
    ----------
    measure : str
        A name of `assignwork.simulation.measures.MEASURES`.
    group : (str, label)
        Of which customers or agents.
    logged : float
        NaN where there is no value; so for the others.
    simulated : Estimate
        The mean over replications and its interval.
    low, high : float
        Between them one more replication would lie, with 95 %: the log is one course of events.
    """

    measure: str
    group: Group
    logged: float
    simulated: Estimate
    low: float
    high: float

    @property
    def within(self) -> bool | None:
        """Whether the log could be a replication; None: there is no value to compare."""
        if math.isnan(self.logged) or math.isnan(self.low):
            return None
        return self.low <= self.logged <= self.high

    @property
    def off(self) -> float:
        """(simulated - logged) ÷ logged; NaN where the log has 0."""
        return (self.simulated.mean - self.logged) / self.logged if self.logged else math.nan

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        kind, label = self.group
        return {
            "measure": self.measure,
            "group": {"kind": kind, "label": label},
            "logged": plain(self.logged),
            "simulated": self.simulated.to_dict(),
            "low": plain(self.low),
            "high": plain(self.high),
            "within": self.within,
            "off": plain(self.off),
        }


@attrs.frozen
class Distance:
    """How far two distributions are apart.

    Attributes
    ----------
    name : {'wait', 'handle time', 'time in system'}
    seconds : float
        Mean distance of their quantiles at 1, 2 ... 99 %.
    share : float
        That, of the mean of the logged ones.
    most : float
        The largest difference of their distribution functions (Kolmogorov-Smirnov), 0 to 1.
    logged, simulated : tuple of float
        The quantiles, seconds.
    """

    name: str
    seconds: float
    share: float
    most: float
    logged: tuple[float, ...] = attrs.field(repr=False)
    simulated: tuple[float, ...] = attrs.field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = {name: plain(getattr(self, name)) for name in ("name", "seconds", "share", "most")}
        return {**found, "logged": list(self.logged), "simulated": list(self.simulated)}


@attrs.frozen
class Validation:
    """A log and the simulation of what was fitted to a log, figure by figure.

    Attributes
    ----------
    scenario : str
    in_sample : bool
        Whether it is the log that was fitted; then the figures say whether the model can tell what
        it was told, and not what it would foretell.
    compared : tuple of Compared
    distances : tuple of Distance
    hours : float
        Correlation of logged and simulated arrivals over the hours of the week; NaN: not defined.
    agents : float
        Correlation of logged and simulated hours of handling over agents; NaN: not defined.
    results : Results
        Of the simulation.
    caveats : tuple of str
        Those of the fit.
    """

    scenario: str
    in_sample: bool
    compared: tuple[Compared, ...] = attrs.field(repr=False)
    distances: tuple[Distance, ...] = attrs.field(repr=False)
    hours: float
    agents: float
    results: Results = attrs.field(repr=False)
    caveats: tuple[str, ...] = attrs.field(repr=False)

    def of(self, measure: str, **group: Any) -> Compared:
        """One figure, of all together or of one group, such as ``priority=1``.

        Raises
        ------
        ConfigurationError
            When it was not compared.
        """
        wanted = next(iter(group.items())) if group else ALL
        for found in self.compared:
            if (found.measure, found.group) == (measure, wanted):
                return found
        known = [found.measure for found in self.compared if found.group == wanted]
        return f.refuse("measure", measure, "a figure that was compared", f.nearest(measure, known))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        return {
            "scenario": self.scenario,
            "in_sample": self.in_sample,
            "replications": len(self.results),
            "compared": [found.to_dict() for found in self.compared],
            "distances": [found.to_dict() for found in self.distances],
            "hours": plain(self.hours),
            "agents": plain(self.agents),
            "caveats": list(self.caveats),
        }

    def __str__(self) -> str:
        return text.validation_text(self)

    def _repr_html_(self) -> str:
        return text.validation_html(self)


def validate_fit(  # noqa: PLR0913  # which part of the log, and how often
    fit: Fit,
    log: Log,
    *,
    start: f.Instant | None = None,
    end: f.Instant | None = None,
    items: Iterable[WorkItem] | None = None,
    warm_up: float = 0.0,
    replications: int = 10,
    seed: int = 1,
    processes: int | None = None,
    on_progress: Progress | None = None,
) -> Validation:
    """Simulate a fitted scenario, and compare with a log.

    Parameters
    ----------
    fit : Fit
    log : iterable
        As `fit_scenario` takes it: the same one or, for a forecast, a later part of it.
    start, end : instant, optional
        The part of the log that is compared; default: that of the fit. For another part the
        scenario is `Fit.over` it.
    items : iterable of WorkItem, optional
        As for `fit_scenario`.
    warm_up : float, default 0
        Seconds that are simulated before another `start`, as the desk of the log was not empty.
    replications : int, default 10
        At least 2.
    seed : int, default 1
    processes : int, optional
        As in `assignwork.simulation.simulate`.
    on_progress : callable, optional
        Called with the number of replications done and the most there will be.

    Raises
    ------
    ConfigurationError
        For a log that is empty, or in which nobody arrives in the window.
    """
    if type(replications) is not int or replications < _LEAST:
        f.refuse("replications", replications, "a number of replications, at least 2")
    scenario = fit.scenario
    in_sample = start is None and end is None
    if not in_sample:
        first = scenario.start + scenario.warm_up if start is None else f.instant(start, "start")
        last = scenario.end if end is None else f.instant(end, "end")
        scenario = fit.over(first, last, warm_up=warm_up)
    read = read_log(scenario.workspace, log, items)
    history = History(scenario.workspace, read.events)
    courses = demand(history, (scenario.start, scenario.end), fit.unassigned).courses
    if not any(course.arrived_at >= scenario.start + scenario.warm_up for course in courses):
        raise ConfigurationError(
            "nobody arrives in the part of the log that is compared",
            field="log" if in_sample else "start",
            value=scenario.start,
            limit=f"arrivals from {scenario.start:.0f} to {scenario.end:.0f}, POSIX seconds",
            remedy="give the log of the fit, or a start and an end that hold some of it",
        )
    logged = logged_trial(
        scenario, courses, read.items, history.end, within_shifts=fit.clock == "shift"
    )
    results = played(
        scenario,
        replications=replications,
        seed=seed,
        processes=processes,
        keep_trials=True,
        on_progress=on_progress,
    )
    summary = summarize(logged)
    return Validation(
        scenario=scenario.name,
        in_sample=in_sample,
        compared=tuple(_compared(summary, results)),
        distances=tuple(_distances(logged, results.trials)),
        hours=_hours(logged, results.trials, fit.time_zone),
        agents=_agents(summary, results),
        results=results,
        caveats=fit.caveats,
    )


def _compared(logged: Summary, results: Results) -> Iterable[Compared]:
    found = [(measure, ALL) for measure in OVERALL]
    teams = sorted(
        (group for group in logged.groups if group[0] == "team"),
        key=lambda group: -_value(logged, "arrivals", group),
    )
    priorities, channels = (
        [group for group in logged.groups if group[0] == kind] for kind in ("priority", "channel")
    )
    several = channels if len(channels) > 1 else []
    for group in (*priorities, *several, *teams[:MOST_TEAMS]):
        found += [(measure, group) for measure in BY_GROUP]
    agents = [group for group in logged.groups if group[0] == "agent"]
    found += [(measure, group) for group in agents for measure in BY_AGENT]
    for measure, group in found:
        yield _figure(measure, group, _value(logged, measure, group), results)


def _value(of: Summary, measure: str, group: Group) -> float:
    return float(of.values[of.groups.index(group), of.measures.index(measure)])


def _figure(measure: str, group: Group, logged: float, results: Results) -> Compared:
    values = results.array((group,), (measure,)).reshape(-1)
    found = intervals(values, _CONFIDENCE).at()
    # One more value of a normal distribution: its spread, and that of the mean.
    reach = found.half_width * math.sqrt(found.replications + 1) if found.known else math.nan
    low = found.mean - reach  # no figure is below 0
    return Compared(measure, group, logged, found, max(low, 0.0), found.mean + reach)


def _times(trial: Trial) -> dict[str, Instants]:
    people = trial.customers
    counted = (people.arrived_at >= trial.begin) & (people.arrived_at < trial.end)
    done = counted & ~np.isnan(people.closed_at) & ~np.isnan(people.assigned_at)
    of = trial.stretches
    work = np.bincount(
        of.customer, weights=of.ended_at - of.begun_at, minlength=len(people.arrived_at)
    ).astype(np.float64)
    assigned = counted & ~np.isnan(people.assigned_at)
    return {
        "wait": (people.assigned_at - people.arrived_at)[assigned],
        "handle time": work[done],
        "time in system": (people.closed_at - people.arrived_at)[done],
    }


def _distances(logged: Trial, trials: Sequence[Trial]) -> Iterable[Distance]:
    theirs = [_times(trial) for trial in trials]
    for name, mine in _times(logged).items():
        other = np.concatenate([found[name] for found in theirs])
        if len(mine) and len(other):
            yield distance(name, mine, other)


def distance(name: str, logged: Instants, simulated: Instants) -> Distance:
    """Of two samples.

    Examples
    --------
    >>> found = distance("wait", np.array([0.0, 10.0]), np.array([5.0, 15.0]))
    >>> found.seconds, found.share, found.most
    (5.0, 1.0, 0.5)
    """
    a, b = np.percentile(logged, PERCENTS), np.percentile(simulated, PERCENTS)
    every = np.unique(np.concatenate((logged, simulated)))
    shares = [
        np.searchsorted(np.sort(values), every, side="right") / len(values)
        for values in (logged, simulated)
    ]
    seconds = float(np.abs(a - b).mean())
    mean = float(logged.mean())
    return Distance(
        name, seconds, seconds / mean if mean else math.nan,
        float(np.abs(shares[0] - shares[1]).max()), tuple(a.tolist()), tuple(b.tolist()),
    )  # fmt: skip


def _hours(logged: Trial, trials: Sequence[Trial], zone: str) -> float:
    clock = Clock(zone, logged.begin, logged.end)

    def counts(trial: Trial) -> Instants:
        at = trial.customers.arrived_at
        inside = at[(at >= trial.begin) & (at < trial.end)]
        found: Instants = np.bincount(clock.hours_of_week(inside), minlength=168).astype(np.float64)
        return found

    return correlation(counts(logged), np.mean([counts(trial) for trial in trials], axis=0))


def _agents(logged: Summary, results: Results) -> float:
    groups = tuple(group for group in logged.groups if group[0] == "agent")
    mine = np.array([_value(logged, "handling_hours", group) for group in groups])
    theirs = results.array(groups, ("handling_hours",))[:, :, 0].mean(axis=0)
    return correlation(mine, theirs)


def correlation(a: Instants, b: Instants) -> float:
    """Pearson's; NaN where one of them does not vary.

    Examples
    --------
    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])), 6)
    1.0
    """
    if len(a) < _LEAST or not a.std() or not b.std():
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])
