"""The parts of a scenario, made of the demand in a log, one after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem, Workspace
from assignwork.simulation.fitting import _people, _rates
from assignwork.simulation.fitting import _work as w
from assignwork.simulation.fitting._behaviour import Behaviour
from assignwork.simulation.fitting._caveats import Doubts
from assignwork.simulation.fitting._classes import Class, Grouped, grouped, kind_names
from assignwork.simulation.fitting._clock import DAY, Clock
from assignwork.simulation.fitting._demand import Demand
from assignwork.simulation.fitting._history import CLOSED, OPEN, History
from assignwork.simulation.fitting._people import Staff
from assignwork.simulation.fitting.fits import KindFit, StreamFit
from assignwork.simulation.streams import Kind, Stream
from assignwork.simulation.trial import Flags, Instants

_NIGHTS = 0.1
"""Share of finished items held while their agent's shift ended, from which shifts count."""
_WEEK = 7 * DAY
_LEAST_DRAIN, _LONGEST_DRAIN = _WEEK, 90 * DAY
_DIGITS = 3
"""Decimals of seconds: beyond are those of instants' rounding."""


class Maker:
    """The parts of a scenario, one after the other."""

    def __init__(
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

    def _across(self, presence: w.Presence) -> Flags:
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
        """Seconds of the longest stay in the log, in whole days.

        A week at least: who is left over on a Friday is served on Monday, which a log that ends in
        between has not seen.
        """
        stays = [
            course.ended_at - course.arrived_at
            for course in self._courses
            if course.ended_at is not None
        ]
        longest = max(stays, default=0.0)
        return min(max(math.ceil(longest / DAY) * DAY, _LEAST_DRAIN), _LONGEST_DRAIN)

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
            rates = _rates.weekly(at, self._clock)
            arrivals = _rates.fitted(at, self._clock, way, rates, days)
            streams.append(Stream(name, arrivals, [kind for kind, _ in made]))
            weeks = (self._clock.end - self._clock.begin) / _WEEK
            fits.append(StreamFit(name, len(rows), len(rows) / weeks, days, rates.per_hour))
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

    def _kind(
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
