"""How far a simulation of a fitted scenario is from a log: `validate_fit`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._words import Rows
from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem
from assignwork.simulation.curves import OVER_TIME, Curve, instants
from assignwork.simulation.estimates import intervals, plain
from assignwork.simulation.fitting import _validation_text as text
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._demand import demand
from assignwork.simulation.fitting._history import OPEN, Course, History
from assignwork.simulation.fitting._logged_trial import logged_trial
from assignwork.simulation.fitting.compared import (
    Compared,
    Distance,
    Week,
    correlation,
    distance,
)
from assignwork.simulation.fitting.fits import Fit
from assignwork.simulation.fitting.logs import Log, read_log
from assignwork.simulation.measures import ALL, Group
from assignwork.simulation.replications import Progress
from assignwork.simulation.results import Results
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.simulating import played
from assignwork.simulation.summary import Summary, summarize
from assignwork.simulation.trial import Instants, Trial

OVERALL = (
    "arrivals", "abandonment", "wait_mean", "wait_p50", "wait_p90", "service_level",
    "first_response_mean", "first_response_p50", "first_response_p90", "handle_time_mean",
    "time_in_system_mean", "time_in_system_p50", "time_in_system_p90", "returns", "throughput",
    "open_mean", "unfinished", "occupancy",
)  # fmt: skip
RESPONSES = ("first_response_mean", "first_response_p50", "first_response_p90")
BY_GROUP = ("arrivals", "wait_mean", "wait_p50", "wait_p90", "handle_time_mean")
BY_AGENT = ("assigned", "handling_hours")
MOST_TEAMS = 10
_LEAST = 2
_CONFIDENCE = 0.95
_LEAST_HOURS = 1e-9
"""Of an hour of the week that the window does not have; nobody came in it, either."""


@attrs.frozen
class Validation:
    """A log and the simulation of what was fitted to a log, figure by figure.

    Attributes
    ----------
    scenario : str
    fitted : (float, float)
        POSIX seconds from which and up to which customers were fitted.
    compared : tuple of Compared
    distances : tuple of Distance
    hours : float
        Correlation of logged and simulated arrivals over the hours of the week; NaN: not defined.
    agents : float
        Correlation of logged and simulated hours of handling over agents; NaN: not defined.
    warm_up : float
        Seconds that were simulated before what is compared.
    week : Week
        Arrivals by hour of the week.
    unseen : tuple of int
        Local hours of the week, from Monday 00:00 on, that are compared, but of which the part that
        was fitted has none: what the scenario does in them is taken from other days.
    unseen_arrivals : int
        Customers of the log who came in these.
    logged : Summary
        The log, measured as a replication is.
    results : Results
        Of the simulation.
    caveats : tuple of str
        Those of the fit.
    """

    scenario: str
    fitted: tuple[float, float]
    compared: tuple[Compared, ...] = attrs.field(repr=False)
    distances: tuple[Distance, ...] = attrs.field(repr=False)
    hours: float
    agents: float
    warm_up: float
    week: Week = attrs.field(repr=False)
    unseen: tuple[int, ...] = attrs.field(repr=False)
    unseen_arrivals: int
    logged: Summary = attrs.field(repr=False)
    results: Results = attrs.field(repr=False)
    caveats: tuple[str, ...] = attrs.field(repr=False)

    @property
    def start(self) -> float:
        """POSIX seconds from which on customers are compared."""
        return self.logged.begin

    @property
    def end(self) -> float:
        """POSIX seconds up to which."""
        return self.logged.end

    @property
    def sample(self) -> str:
        """Whether what is compared was fitted: 'in', 'partly' or 'out' of the sample."""
        begin, end = self.fitted
        if begin <= self.start and self.end <= end:
            return "in"
        return "out" if self.end <= begin or end <= self.start else "partly"

    @property
    def in_sample(self) -> bool:
        """Whether all that is compared was fitted.

        Then the figures say whether the model can tell what it was told, and not what it would
        foretell.
        """
        return self.sample == "in"

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is to be doubted of the comparison itself."""
        return tuple(text.doubts(self))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What begins the text: what was compared, and how far apart they are; times in UTC."""
        return tuple(text.sentences(self))

    def tables(self, most_agents: int = text.MOST_AGENTS) -> list[tuple[str, Rows]]:
        """The figures as text: tables with a title, and rows of which the first is a head."""
        return text.tables_of(self, most_agents)

    def logged_curve(self, name: str) -> Curve:
        """What `results.curve` is of the simulation, of the log; its interval is the value itself.

        Parameters
        ----------
        name : {'waiting', 'open', 'occupancy'}
        """
        wanted = f.choice(name, "name", OVER_TIME)
        at, found = instants(self.logged.curves), self.logged.curves.of(wanted, ALL)
        values = np.zeros(len(at)) if found is None else found
        return Curve(wanted, at, values, values, values, 1.0)

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
            "sample": self.sample,
            "fitted": {"start": self.fitted[0], "end": self.fitted[1]},
            "start": self.start,
            "end": self.end,
            "warm_up": self.warm_up,
            "replications": len(self.results),
            "compared": [found.to_dict() for found in self.compared],
            "distances": [found.to_dict() for found in self.distances],
            "hours": plain(self.hours),
            "agents": plain(self.agents),
            "unseen": list(self.unseen),
            "unseen_arrivals": self.unseen_arrivals,
            "doubts": list(self.doubts),
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

    Both are followed up for the same time: up to the scenario's `drain` after the end, and no
    longer than the log goes on, if it leaves customers who are not done. So what a log does not see
    the end of, the simulation does not see, either.

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
    other = start is not None or end is not None
    if other:
        first = scenario.start + scenario.warm_up if start is None else f.instant(start, "start")
        last = scenario.end if end is None else f.instant(end, "end")
        scenario = fit.over(first, last, warm_up=warm_up)
    read = read_log(scenario.workspace, log, items)
    until = min(scenario.end + scenario.drain, read.events[-1].at)
    history = History(scenario.workspace, [event for event in read.events if event.at <= until])
    courses = demand(history, (scenario.start, scenario.end), fit.unassigned).courses
    if not any(course.arrived_at >= scenario.start + scenario.warm_up for course in courses):
        raise ConfigurationError(
            "nobody arrives in the part of the log that is compared",
            field="start" if other else "log",
            value=scenario.start,
            limit=f"arrivals from {scenario.start:.0f} to {scenario.end:.0f}, POSIX seconds",
            remedy="give the log of the fit, or a start and an end that hold some of it",
        )
    scenario = _followed_up(scenario, courses, until)
    logged = logged_trial(scenario, courses, read.items, until, within_shifts=fit.clock == "shift")
    results = played(
        scenario,
        replications=replications,
        seed=seed,
        processes=processes,
        keep_trials=True,
        on_progress=on_progress,
    )
    summary = summarize(logged)
    week = _week(logged, results.trials, fit.time_zone)
    unseen, unseen_arrivals = _unseen(fit, logged)
    return Validation(
        scenario=scenario.name,
        fitted=(fit.scenario.start, fit.scenario.end),
        compared=tuple(_compared(summary, results)),
        distances=tuple(_distances(logged, results.trials)),
        hours=correlation(np.array(week.logged), np.array(week.simulated)),
        agents=_agents(summary, results),
        warm_up=scenario.warm_up,
        week=week,
        unseen=unseen,
        unseen_arrivals=unseen_arrivals,
        logged=summary,
        results=results,
        caveats=fit.caveats,
    )


def _followed_up(scenario: Scenario, courses: Sequence[Course], until: float) -> Scenario:
    """The scenario that ends when the log does, unless the log saw all of its customers done."""
    if all(course.ended != OPEN for course in courses):
        return scenario
    return scenario.changed(drain=min(scenario.drain, max(0.0, until - scenario.end)))


def _unseen(fit: Fit, logged: Trial) -> tuple[tuple[int, ...], int]:
    """Hours of the week that the fitted part has none of, and how many came in them."""
    told = Clock(fit.time_zone, fit.scenario.start, fit.scenario.end).lasted()
    clock = Clock(fit.time_zone, logged.begin, logged.end)
    hours = np.flatnonzero((clock.lasted() > 0) & (told == 0))
    return tuple(hours.tolist()), int(clock.counts_by_hour(_arrivals(logged))[hours].sum())


def _arrivals(of: Trial) -> Instants:
    """Instants of those who are counted."""
    at = of.customers.arrived_at
    return at[(at >= of.begin) & (at < of.end)]


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
        value = _value(logged, measure, group)
        if measure in RESPONSES and math.isnan(value):
            continue  # a log that does not note replies
        yield _figure(measure, group, value, results)


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


def _week(logged: Trial, trials: Sequence[Trial], zone: str) -> Week:
    clock = Clock(zone, logged.begin, logged.end)
    lasted = np.maximum(clock.lasted(), _LEAST_HOURS)

    def rates(trial: Trial) -> Instants:
        return clock.counts_by_hour(_arrivals(trial)) / lasted

    mine, theirs = rates(logged), np.mean([rates(trial) for trial in trials], axis=0)
    return Week(zone, tuple(mine.tolist()), tuple(theirs.tolist()))


def _agents(logged: Summary, results: Results) -> float:
    groups = tuple(group for group in logged.groups if group[0] == "agent")
    mine = np.array([_value(logged, "handling_hours", group) for group in groups])
    theirs = results.array(groups, ("handling_hours",))[:, :, 0].mean(axis=0)
    return correlation(mine, theirs)
