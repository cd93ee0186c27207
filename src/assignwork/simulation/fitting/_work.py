"""How much of the time in which items were held was work.

`elapsed` takes all of it; `shared` divides an agent's time equally among what he held at the same
time, as processor sharing does. Either on the clock of the wall or only within his shifts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from assignwork.model import Workspace
from assignwork.service.calendars import compile_calendars
from assignwork.service.shifts import ShiftPlan
from assignwork.simulation.fitting._history import Course
from assignwork.simulation.trial import Codes, Instants


@attrs.frozen(eq=False)
class Stretches:
    """Held time, a row per stretch.

    Attributes
    ----------
    agent, course, visit : array of int
        Codes of the agent and the course, number of the visit from 0.
    begin, end : array of float
    """

    agent: Codes
    course: Codes
    visit: Codes
    begin: Instants
    end: Instants


def stretches(courses: Sequence[Course], agents: Mapping[str, int]) -> Stretches:
    """The held time of all courses."""
    rows = [
        (agents[agent], row, visit, begin, end)
        for row, course in enumerate(courses)
        for agent, begin, end, visit in course.held
    ]
    table = np.array(rows, np.float64).reshape(-1, 5)
    codes = table[:, :3].astype(np.int32)
    return Stretches(codes[:, 0], codes[:, 1], codes[:, 2], table[:, 3], table[:, 4])


class Presence:
    """When agents are on shift in a span of time; who has no shift always is.

    Parameters
    ----------
    workspace : Workspace
    begin, end : float
    """

    def __init__(self, workspace: Workspace, begin: float, end: float) -> None:
        calendars = compile_calendars(workspace.calendars)
        self.begin, self.end = begin, end
        self.spans: list[tuple[Instants, Instants]] = []
        for agent in workspace.agents:
            if agent.shift is None:
                always = ([begin], [end]) if agent.presence == "active" else ([], [])
                self.spans.append((np.array(always[0]), np.array(always[1])))
            else:
                plan = ShiftPlan(agent.shift, calendars[agent.shift.calendar])
                self.spans.append(_on_shift(plan, begin, end))

    def hours(self) -> Instants:
        """Hours on shift, by agent."""
        return np.array([float((until - since).sum()) / 3600 for since, until in self.spans])


def _on_shift(plan: ShiftPlan, begin: float, end: float) -> tuple[Instants, Instants]:
    since, until = [], []
    at = begin
    while at < end:
        change = min(plan.next_change(at), end)
        if plan.on_shift(at):
            since.append(at)
            until.append(change)
        at = change
    return np.array(since), np.array(until)


def worked(of: Stretches, presence: Presence | None, *, shared: bool) -> Instants:
    """Seconds of work of each stretch; only within the shifts, if they are given."""
    found = np.zeros(len(of.begin))
    order = np.argsort(of.agent, kind="stable")
    codes, firsts = np.unique(of.agent[order], return_index=True)
    lasts = np.append(firsts, len(order))[1:]
    for agent, first, last in zip(codes, firsts, lasts, strict=True):
        rows = order[first:last]
        spans = None if presence is None else presence.spans[agent]
        found[rows] = _worked(of.begin[rows], of.end[rows], spans, shared=shared)
    return found


def _worked(
    begin: Instants, end: Instants, spans: tuple[Instants, Instants] | None, *, shared: bool
) -> Instants:
    parts = [begin, end] if spans is None else [begin, end, *spans]
    edges = np.unique(np.concatenate(parts))
    if len(edges) < 2:  # noqa: PLR2004  # no time passes
        return np.zeros(len(begin))
    rate = np.ones(len(edges) - 1)
    if shared:
        rate /= np.maximum(_many(edges, begin, end), 1)
    if spans is not None:
        rate *= _many(edges, *spans) > 0
    done = np.concatenate(([0.0], np.cumsum(rate * np.diff(edges))))
    found: Instants = done[np.searchsorted(edges, end)] - done[np.searchsorted(edges, begin)]
    return found


def _many(edges: Instants, begin: Instants, end: Instants) -> Instants:
    """How many spans are under way between one edge and the next."""
    change = np.zeros(len(edges))
    np.add.at(change, np.searchsorted(edges, begin), 1.0)
    np.add.at(change, np.searchsorted(edges, end), -1.0)
    return np.cumsum(change)[:-1]


def at_once(of: Stretches, agents: int) -> list[Instants]:
    """Per agent how many items he held whenever he took up one, that one included."""
    found: list[Instants] = []
    for agent in range(agents):
        rows = of.agent == agent
        begin, end = np.sort(of.begin[rows]), np.sort(of.end[rows])
        held = np.searchsorted(begin, begin, side="right") - np.searchsorted(
            end, begin, side="right"
        )
        found.append(held.astype(np.float64))
    return found
