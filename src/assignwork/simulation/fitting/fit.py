"""A scenario from a log: `fit_scenario`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem, Workspace
from assignwork.simulation.behaviour import Handling
from assignwork.simulation.fitting import _people, _rates
from assignwork.simulation.fitting import _work as w
from assignwork.simulation.fitting._behaviour import Behaviour
from assignwork.simulation.fitting._caveats import Doubts
from assignwork.simulation.fitting._classes import Class, Grouped, grouped, kind_names
from assignwork.simulation.fitting._clock import DAY, Clock
from assignwork.simulation.fitting._demand import Demand, demand
from assignwork.simulation.fitting._history import CLOSED, OPEN, History
from assignwork.simulation.fitting._people import Staff
from assignwork.simulation.fitting.fits import Fit, KindFit, StreamFit
from assignwork.simulation.fitting.logs import Log, read_log
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind, Stream
from assignwork.simulation.trial import Instants

WORK = ("elapsed", "shared")
CLOCKS = ("wall", "shift")
UNASSIGNED = ("abandoned", "left out")
_NIGHTS = 0.1
"""Share of finished items held while their agent's shift ended, from which shifts count."""
_LONGEST_DRAIN = 90 * DAY
_WEEK = 7 * DAY
_DIGITS = 3
"""Decimals of seconds: beyond are those of instants' rounding."""


def fit_scenario(  # noqa: PLR0913  # each is a choice that the log does not make
    workspace: Workspace,
    log: Log,
    *,
    start: f.Instant | None = None,
    end: f.Instant | None = None,
    items: Iterable[WorkItem] | None = None,
    time_zone: str | None = None,
    arrivals: str = "weekly",
    work: str = "elapsed",
    clock: str | None = None,
    shifts: str = "guess",
    capacity: str = "guess",
    unassigned: str = "abandoned",
    paces: bool = False,
    least: int = 50,
    warm_up: float = 0.0,
    threshold: float = 20.0,
    name: str = "fitted",
) -> Fit:
    """Make a scenario of what a real desk did.

    A simulated customer is an item's stay with a team: an item that is passed on is another
    customer there, as work of that team.

    Parameters
    ----------
    workspace : Workspace
        As the log began with it.
    log : iterable of Event, or of (float, Command) or (int, float, Command)
        Events in their order, or commands, which are replayed. The assignments in them must be
        those of the desk that is fitted; for imports see `logged_events`.
    start, end : instant, optional
        Customers who arrive from `start` up to `end`; nothing after `end` is looked at. Default:
        the midnights around all who come from outside, and the log to its end.
    items : iterable of WorkItem, optional
        As submitted: events say neither channel nor skills. Not needed with commands.
    time_zone : str, optional
        Of hours of the week and shifts. Default: that of most calendars, else UTC.
    arrivals : {'weekly', 'counts', 'logged'}
        Rates by hour of the week, with days that vary more than by chance where that is clear; or
        as many as came in each hour; or exactly those of the log.
    work : {'elapsed', 'shared'}
        Of the time in which an item was held, snoozes and the customer's turns left out: all of it,
        or the agent's time divided equally among what he held at once. Agents of the scenario work
        accordingly: on all they hold at full speed, or at 1/k of it.
    clock : {'wall', 'shift'}, optional
        Whether held time counts on the clock of the wall, or within the agent's shifts only; then
        agents of the scenario put down what they have not finished. Default: 'shift' if more than
        10 % of what was finished was held across the end of a shift.
    shifts : {'guess', 'keep'}
        For agents without a shift.
    capacity : {'guess', 'always', 'keep'}
        The 95th percentile of what they held at once, for agents without one of their own, for all,
        or for nobody.
    unassigned : {'abandoned', 'left out'}
        What an item is that was closed without having been assigned: a customer who gave up, or
        somebody who needed no agent.
    paces : bool, default False
        Whether agents who are clearly faster or slower are.
    least : int, default 50
        Customers from which a class (team, priority, channel) has a stream of its own.
    warm_up : float, default 0
        Seconds at the beginning of the window that are not measured.
    threshold : float, default 20
        Seconds of the service level.
    name : str, default 'fitted'
        Of the scenario.

    Raises
    ------
    ConfigurationError
        For a log that is empty, in which nothing is closed, or nobody arrives in the window.
    UnknownTeamError, UnknownAgentError
        For a log of another workspace.

    Examples
    --------
    >>> from assignwork.simulation import Exponential, single_queue
    >>> from assignwork.simulation._engine import simulate_once
    >>> known = single_queue(4, per_hour=30, handle=Exponential(300), length=14 * 86_400)
    >>> log = []
    >>> _ = simulate_once(known, 1, 0, on_events=log.extend)
    >>> fit = fit_scenario(known.workspace, log, shifts="keep")
    >>> fit.kinds[0].work.describe()
    'exponential, mean 4.96 min'
    >>> fit.streams[0].spread.clear
    False
    """
    for value, field, known in (
        (arrivals, "arrivals", _rates.WAYS),
        (work, "work", WORK),
        (shifts, "shifts", _people.WAYS),
        (capacity, "capacity", _people.CAPACITIES),
        (unassigned, "unassigned", UNASSIGNED),
    ):
        f.choice(value, field, known)
    if clock is not None:
        f.choice(clock, "clock", CLOCKS)
    read = read_log(workspace, log, items)
    zone = _zone(workspace, time_zone)
    until = None if end is None else f.instant(end, "end")
    events = read.events if until is None else [e for e in read.events if e.at < until]
    history = History(workspace, events)
    window = _window(history, zone, None if start is None else f.instant(start, "start"), until)
    kept = demand(history, window, unassigned)
    doubts = Doubts(history, kept, unassigned)
    if time_zone is None and not workspace.calendars:
        doubts.no_zone()
    maker = _Maker(workspace, history, read.items, kept, Clock(zone, *window), doubts)
    staff = maker.staff(shifts, capacity)
    way = maker.measure(staff, work, clock)
    staff, factors = maker.paces(staff) if f.flag(paces, "paces") else (staff, {})
    streams, stream_fits, kind_fits = maker.streams(f.positive_int(least, "least"), arrivals)
    doubts.of_staff(staff, shifts)
    most = max([agent.capacity or workspace.default_capacity for agent in staff.workspace.agents])
    scenario = Scenario(
        staff.workspace,
        streams,
        length=window[1] - window[0],
        start=window[0],
        warm_up=warm_up,
        drain=maker.drain(),
        threshold=threshold,
        name=name,
        handling=Handling(
            speeds=[1.0 / k for k in range(1, most + 1)] if work == "shared" else (1.0,),
            finishes=way == "wall",
        ),
        pace=factors,
    )
    return Fit(
        scenario, zone, work, way, unassigned, stream_fits, kind_fits, staff.agents, doubts.said()
    )


def _zone(workspace: Workspace, given: str | None) -> str:
    from assignwork.model.hours import zone_name  # noqa: PLC0415  # known to be loaded by then

    if given is not None:
        return zone_name(given, "time_zone")
    zones = Counter(calendar.timezone for calendar in workspace.calendars)
    return zones.most_common(1)[0][0] if zones else "UTC"


def _window(
    history: History, zone: str, start: float | None, end: float | None
) -> tuple[float, float]:
    arrived = [course.arrived_at for course in history.courses if course.first]
    if not arrived:
        raise ConfigurationError(
            "nobody arrives in the log",
            field="log",
            value=0,
            limit="at least one item that is queued",
            remedy="give a log that has the arrivals of items, and its events from the first on",
        )
    clock = Clock(zone, min(arrived) - DAY, max(arrived) + DAY)
    first, last = clock.days(np.array([min(arrived), max(arrived)])).tolist()
    found = (
        clock.midnight(first) if start is None else start,
        clock.midnight(last + 1) if end is None else end,
    )
    inside = sum(found[0] <= at < found[1] for at in arrived)
    if not inside:
        field = "end" if start is None else "start"
        raise ConfigurationError(
            f"nobody arrives from {found[0]:.0f} to {found[1]:.0f}; the log's {len(arrived):,} "
            f"arrivals are from {min(arrived):.0f} to {max(arrived):.0f}",
            field=field,
            value=found[0] if field == "start" else found[1],
            limit="a window with arrivals, in POSIX seconds",
            remedy="give a start and an end that hold some of them",
        )
    return found


class _Maker:
    """The parts of a scenario, one after the other."""

    def __init__(  # noqa: PLR0913  # what all parts are made of
        self,
        workspace: Workspace,
        history: History,
        items: Mapping[str, WorkItem],
        kept: Demand,
        clock: Clock,
        doubts: Doubts,
    ) -> None:
        self._workspace = workspace
        self._history = history
        self._courses = kept.courses
        self._clock = clock
        self._doubts = doubts
        self._codes = {agent.id: code for code, agent in enumerate(workspace.agents)}
        self._classes = [Class.of(course, items) for course in kept.courses]
        self._held = w.stretches(kept.courses, self._codes)
        self._arrived = np.array([course.arrived_at for course in kept.courses])
        self._work: Instants = np.empty(0)
        self._later: list[tuple[int, float]] = []

    # --- agents ----------------------------------------------------------------------------------

    def staff(self, shifts: str, capacity: str) -> Staff:
        """Who is there when, and holds how much."""
        teams = [attrs.evolve(team, manual=False) for team in self._workspace.teams]
        self._doubts.manual(sum(team.manual for team in self._workspace.teams))
        open_to_all = attrs.evolve(self._workspace, teams=teams)
        found = _people.with_shifts(open_to_all, self._history, self._clock, shifts)
        heaviest = max(entry.weight for entry in self._classes)
        held = w.at_once(self._held, len(self._codes))
        return _people.with_capacities(found, held, capacity, heaviest)

    def paces(self, staff: Staff) -> tuple[Staff, dict[str, float]]:
        """Who is faster or slower."""
        alone = np.full(len(self._courses), np.nan)
        for row, course in enumerate(self._courses):
            people = {entry[0] for entry in course.held if entry[3] == 0}
            if len(people) == 1:
                alone[row] = self._codes[people.pop()]
        return _people.with_paces(staff, alone, self._work, self._classes)

    # --- work ------------------------------------------------------------------------------------

    def measure(self, staff: Staff, work: str, clock: str | None) -> str:
        """The work of each course; which clock was taken."""
        held, courses = self._held, self._courses
        presence = w.Presence(staff.workspace, self._clock.begin, self._history.end + DAY)
        shared = work == "shared"
        wall = w.worked(held, None, shared=shared)
        within = w.worked(held, presence, shared=shared)
        if clock is None:
            across = np.unique(held.course[self._across(presence)])
            done = sum(course.ended != OPEN and bool(course.held) for course in courses)
            clock = "shift" if len(across) > _NIGHTS * done else "wall"
        seconds = wall
        if clock == "shift":
            seconds = np.where(within > 0, within, wall)
            self._doubts.outside(int(((within == 0) & (wall > 0)).sum()), len(held.begin))
        self._sum_up(seconds)
        return clock

    def _across(self, presence: w.Presence) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which stretches hold the end of a shift of their agent."""
        found = np.zeros(len(self._held.begin), np.bool_)
        for code, (_, until) in enumerate(presence.spans):
            rows = self._held.agent == code
            ends = until[until < presence.end]
            before, after = (
                np.searchsorted(ends, at[rows]) for at in (self._held.begin, self._held.end)
            )
            found[rows] = after > before
        return found

    def _sum_up(self, seconds: Instants) -> None:
        """Per course the work of its first visit, and of the later ones."""
        held, courses = self._held, self._courses
        visits = max((len(course.returns) for course in courses), default=0) + 1
        cell = held.course.astype(np.int64) * visits + held.visit
        sums = np.bincount(cell, weights=seconds, minlength=len(courses) * visits)
        sums = sums.reshape(-1, visits).round(_DIGITS)
        self._work = np.full(len(courses), np.nan)
        for row, course in enumerate(courses):
            if course.assigned_at is None:
                continue
            over = len(course.closes) if course.ended in (OPEN, CLOSED) else len(course.returns) + 1
            if over:
                self._work[row] = sums[row, 0]
            self._later += [(row, float(sums[row, visit])) for visit in range(1, over)]
        done = int((~np.isnan(self._work)).sum())
        if not done:
            raise ConfigurationError(
                "nothing that was assigned is closed, so that no handle time is known",
                field="log",
                value=0,
                limit="at least one item that is assigned and closed",
                remedy="give a longer log; for an import, the assignments too (logged_events)",
            )

    def drain(self) -> float:
        """Seconds after which what the log had open was closed, in whole days."""
        ends = [course.ended_at for course in self._courses if course.ended_at is not None]
        late = max([*ends, self._clock.end]) - self._clock.end
        return min(max(math.ceil(late / DAY) * DAY, DAY), _LONGEST_DRAIN)

    # --- customers -------------------------------------------------------------------------------

    def streams(
        self, least: int, way: str
    ) -> tuple[list[Stream], tuple[StreamFit, ...], tuple[KindFit, ...]]:
        """All streams, with what they were made of."""
        parts = grouped(self._classes, least)
        self._doubts.merged(parts.merged, parts.merged_items, least)
        behaviour = Behaviour(
            self._courses, self._classes, self._work, self._later, self._history.end
        )
        streams, fits = [], []
        kinds: list[KindFit] = []
        for name, rows in self._rows(parts).items():
            at = self._arrived[rows]
            days = _rates.spread(at, self._clock)
            made = self._kinds(name, [self._classes[row] for row in rows], behaviour)
            streams.append(
                Stream(
                    name, _rates.fitted(at, self._clock, way, days), [kind for kind, _ in made]
                )
            )
            weeks = (self._clock.end - self._clock.begin) / _WEEK
            fits.append(StreamFit(name, len(rows), len(rows) / weeks, days))
            kinds += [fit for _, fit in made]
        self._doubts.of_kinds(kinds)
        self._doubts.trend(self._arrived, self._clock)
        return streams, tuple(fits), tuple(kinds)

    def _rows(self, parts: Grouped) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, entry in enumerate(self._classes):
            found.setdefault(parts.stream[entry], []).append(row)
        return dict(sorted(found.items()))

    def _kinds(
        self, stream: str, classes: Sequence[Class], behaviour: Behaviour
    ) -> list[tuple[Kind, KindFit]]:
        counts = Counter(classes)
        names = kind_names(counts)
        return [
            self._kind(stream, names[entry], entry, count, len(classes), behaviour)
            for entry, count in counts.items()
        ]

    def _kind(  # noqa: PLR0913, PLR0917  # what it is called, and how common
        self, stream: str, name: str, entry: Class, count: int, total: int, behaviour: Behaviour
    ) -> tuple[Kind, KindFit]:
        pool, work, fit = behaviour.handle(entry)
        patience = behaviour.patience(entry)
        back, talk = behaviour.comes_back(entry), behaviour.conversation(entry)
        answers = behaviour.answers
        kind = Kind(
            entry.team,
            work,
            name=name,
            share=float(count),
            patience=None if patience is None else patience.distribution,
            answers="end" if talk is not None and answers == "never" else answers,
            conversation=None if talk is None else talk.distribution,
            comes_back=None if back is None else back.distribution,
            priority=entry.priority,
            weight=entry.weight,
            channel=entry.channel,
            skills=entry.skills,
        )
        return kind, KindFit(
            kind=f"{stream}/{name}",
            count=count,
            share=count / total,
            work_from=pool,
            work=work,
            work_fit=fit,
            patience_from=None if patience is None else patience.pool,
            abandoned=0 if patience is None else patience.abandoned,
            patience_mean=None if patience is None else patience.mean,
            patience_distance=None if patience is None else patience.distance,
            returns_from=None if back is None else back.pool,
            returns=None if back is None else back.distribution.probability,
            turns_from=None if talk is None else talk.pool,
            turns=None if talk is None else talk.distribution.turns.mean,
        )
