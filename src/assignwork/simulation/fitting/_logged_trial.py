"""A log as a `Trial`: what happened, in the very columns that a replication has.

So what is measured of the log and of the simulation is counted by the same code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np

from assignwork.model import WorkItem
from assignwork.simulation.fitting import _work as w
from assignwork.simulation.fitting._classes import Class
from assignwork.simulation.fitting._history import CLOSED, PASSED_ON, Course
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.trial import (
    NOBODY,
    Codes,
    Customers,
    Instants,
    Presences,
    Promises,
    Stays,
    Stretches,
    Trial,
    Visits,
)

UNSEEN = "not in the fit"
_NAN = float("nan")


def logged_trial(
    scenario: Scenario,
    courses: Sequence[Course],
    items: Mapping[str, WorkItem],
    ended_at: float,
    *,
    within_shifts: bool,
) -> Trial:
    """The courses of a log as one replication of a scenario would have them.

    Parameters
    ----------
    scenario : Scenario
        Names the streams, kinds and agents, and has the window.
    courses : sequence of Course
        Who arrived in it, in order.
    items : mapping of str to WorkItem
    ended_at : float
        Of the log, POSIX seconds.
    within_shifts : bool
        Whether held time counts within the scenario's shifts only.
    """
    workspace = scenario.workspace
    agents = {agent.id: code for code, agent in enumerate(workspace.agents)}
    teams = {team.id: code for code, team in enumerate(workspace.teams)}
    names, codes, stream_of = _kinds(scenario)
    last = len(names) - 1
    known = [kind for stream in scenario.streams for kind in stream.kinds]
    kinds = [codes.get(Class.of(course, items), last) for course in courses]
    presence = w.Presence(workspace, scenario.start, max(ended_at, scenario.end))
    held = w.stretches(courses, agents)
    return Trial(
        number=0,
        seed=0,
        begin=scenario.start + scenario.warm_up,
        end=scenario.end,
        ended_at=ended_at,
        timezone=scenario.zone,
        streams=(*(stream.name for stream in scenario.streams), UNSEEN),
        kinds=names,
        teams=tuple(teams),
        agents=tuple(agents),
        targets=(),
        channels=(*(kind.channel for kind in known), None),
        thresholds=(*map(scenario.threshold_of, known), scenario.threshold),
        customers=_customers(courses, kinds, stream_of, teams, agents),
        visits=_visits(courses),
        stretches=_stretches(held, presence if within_shifts else None),
        presences=_presences(presence),
        stays=_stays(courses, teams),
        promises=Promises(_codes([]), _codes([]), np.empty(0, np.bool_)),
        commands=0,
        events=0,
    )


def _kinds(scenario: Scenario) -> tuple[tuple[str, ...], dict[Class, int], list[int]]:
    """Names of kinds, the code of each class, and the stream of each kind."""
    names: list[str] = []
    codes: dict[Class, int] = {}
    stream_of: list[int] = []
    for place, stream in enumerate(scenario.streams):
        for kind in stream.kinds:
            codes[Class.of_kind(kind)] = len(names)
            names.append(f"{stream.name}/{kind.name}")
            stream_of.append(place)
    stream_of.append(len(scenario.streams))
    return (*names, UNSEEN), codes, stream_of


def _codes(values: Sequence[int]) -> Codes:
    return np.array(values, np.int32)


def _instants(values: Sequence[float | None]) -> Instants:
    return np.array([_NAN if value is None else value for value in values], np.float64)


def _customers(
    courses: Sequence[Course],
    kinds: Sequence[int],
    stream_of: Sequence[int],
    teams: Mapping[str, int],
    agents: Mapping[str, int],
) -> Customers:
    many = len(courses)
    return Customers(
        arrived_at=_instants([course.arrived_at for course in courses]),
        stream=_codes([stream_of[kind] for kind in kinds]),
        kind=_codes(kinds),
        team=_codes([teams[course.team] for course in courses]),
        priority=_codes([course.priority for course in courses]),
        work=np.full(many, _NAN),
        patience=np.full(many, np.inf),
        assigned_at=_instants([course.assigned_at for course in courses]),
        agent=_codes(
            [NOBODY if course.agent is None else agents[course.agent] for course in courses]
        ),
        begun_at=_instants([course.assigned_at for course in courses]),
        answered_at=_instants([course.answered_at for course in courses]),
        closed_at=_instants([course.ended_at for course in courses]),
        abandoned=np.array(
            [course.assigned_at is None and course.ended == CLOSED for course in courses], np.bool_
        ),
        visits=_codes([len(course.returns) + 1 for course in courses]),
    )


def _visits(courses: Sequence[Course]) -> Visits:
    rows: list[tuple[int, float, float]] = []
    for row, course in enumerate(courses):
        ends = [*course.closes]
        if course.ended == PASSED_ON and course.ended_at is not None:
            ends.append(course.ended_at)
        begins = (course.arrived_at, *course.returns)
        rows += [(row, begin, end) for begin, end in zip_longest(begins, ends, fillvalue=_NAN)]
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Visits(table[:, 0].astype(np.int32), table[:, 1], table[:, 2])


def _stretches(held: w.Stretches, presence: w.Presence | None) -> Stretches:
    if presence is None:
        return Stretches(held.agent, held.course, held.begin, held.end)
    rows, begins, ends = [], [], []
    for row, (agent, begin, end) in enumerate(
        zip(held.agent.tolist(), held.begin.tolist(), held.end.tolist(), strict=True)
    ):
        since, until = presence.spans[agent]
        first, last = np.searchsorted(until, begin, "right"), np.searchsorted(since, end, "left")
        if last <= first:  # outside of all his shifts
            rows.append(row)
            begins.append(np.array([begin]))
            ends.append(np.array([end]))
        else:
            rows += [row] * int(last - first)
            begins.append(np.maximum(since[first:last], begin))
            ends.append(np.minimum(until[first:last], end))
    place = np.array(rows, np.int64)
    nothing = [np.empty(0)]
    return Stretches(
        held.agent[place],
        held.course[place],
        np.concatenate(begins or nothing),
        np.concatenate(ends or nothing),
    )


def _presences(presence: w.Presence) -> Presences:
    agent = [np.full(len(since), code) for code, (since, _) in enumerate(presence.spans)]
    since = [since for since, _ in presence.spans]
    until = [until for _, until in presence.spans]
    return Presences(
        np.concatenate(agent).astype(np.int32), np.concatenate(since), np.concatenate(until)
    )


def _stays(courses: Sequence[Course], teams: Mapping[str, int]) -> Stays:
    rows = [
        (row, teams[course.team], begin, _NAN if end is None else end)
        for row, course in enumerate(courses)
        for begin, end in course.stays
    ]
    table = np.array(rows, np.float64).reshape(-1, 4)
    codes = table[:, :2].astype(np.int32)
    return Stays(codes[:, 0], codes[:, 1], table[:, 2], table[:, 3])
