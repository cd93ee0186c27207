"""What happened to each customer of a log, read from its events once, in order.

A stay of an item with a team is one `Course`, as a simulated customer stays with his team: where an
item is transferred, the next team gets a new one. Held time is what counts as in somebody's hands
and to be worked on: not in a queue, not snoozed, not the customer's turn (from the agent's last
reply to the customer's).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from assignwork import events as e
from assignwork.errors import UnknownAgentError, UnknownTeamError
from assignwork.model import Workspace

CLOSED, PASSED_ON, OPEN = "closed", "passed on", "open"
FINISHING = 4 * 3600.0
"""Seconds for which what he does to an item after he took it up does not tell that he is on shift:
who leaves finishes what he has begun."""


class Course:
    """An item's stay with a team.

    Attributes
    ----------
    item, team : str
    priority, weight : int
        At its arrival there.
    arrived_at : float
    first : bool
        Whether it came from outside, and was not passed on by another team.
    stays : list of (float, float or None)
        In the queue: begin and end.
    assigned_at, answered_at, ended_at : float or None
        First assignment and first reply; the last close, or when it was passed on.
    agent : str or None
        Of the first assignment.
    held : list of [str, float, float, int]
        Agent, begin, end and number of the visit, from 0.
    ended : {'open', 'closed', 'passed on'}
    closes : list of float
    returns : list of float
        When it was reopened.
    turns : list of int
        Of the agent, per visit.
    answers : list of float
        How long the customer took for each reply, seconds.
    snoozed_turns : int
        Replies of the customer that ended a snooze.
    """

    __slots__ = (
        "agent", "answered_at", "answers", "arrived_at", "assigned_at", "closes", "ended",
        "ended_at", "first", "held", "item", "priority", "returns", "snoozed_turns", "stays",
        "team", "turns", "weight",
    )  # fmt: skip

    def __init__(
        self, item: str, team: str, priority: int, weight: int, at: float, *, first: bool
    ) -> None:
        self.item, self.team, self.priority, self.weight = item, team, priority, weight
        self.arrived_at, self.first = at, first
        self.stays: list[tuple[float, float | None]] = []
        self.assigned_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.agent: str | None = None
        self.held: list[list[Any]] = []
        self.ended = OPEN
        self.closes: list[float] = []
        self.returns: list[float] = []
        self.turns = [1]
        self.answers: list[float] = []
        self.snoozed_turns = 0


class _Open:
    """An item that is open: where it is now."""

    __slots__ = ("course", "mark", "owner", "priority", "queued_at", "replied_at", "since",
                 "snoozed", "taken_at", "was_snoozed", "weight")  # fmt: skip

    def __init__(self) -> None:
        self.course: Course | None = None
        self.owner: str | None = None
        self.priority = self.weight = 1
        self.since: float | None = None  # when the stretch under way began
        self.taken_at = -inf  # when its owner was assigned
        self.queued_at: float | None = None
        self.snoozed = self.was_snoozed = False
        self.replied_at: float | None = None  # the agent's last reply since the customer's
        self.mark = 0  # how many stretches there were then


class History:
    """Everything that a fit asks of a log.

    Parameters
    ----------
    workspace : Workspace
    events : iterable of Event
        In their order, from the first of the desk.

    Attributes
    ----------
    courses : list of Course
        In the order of arrival.
    acts : dict of str to list of float
        Agent -> instants at which he did something that tells that he was on shift.
    actives : dict of str to list of (float, float)
        Agent -> when he was active, where the log says that.
    counts : Counter
        What a fit has caveats about.
    begin, end : float
        Of the first and the last event.

    Raises
    ------
    UnknownTeamError, UnknownAgentError
        For one that the workspace does not have.
    """

    def __init__(self, workspace: Workspace, events: Iterable[e.Event]) -> None:
        self._teams = {team.id for team in workspace.teams}
        self._agents = {agent.id: agent for agent in workspace.agents}
        self.courses: list[Course] = []
        self.acts: defaultdict[str, list[float]] = defaultdict(list)
        self.actives: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.begin = self.end = 0.0
        self._open: defaultdict[str, _Open] = defaultdict(_Open)
        self._active_since: dict[str, float] = {}
        self._see: dict[type[e.Event], Callable[[Any], None]] = {
            e.Queued: self._on_queued,
            e.Assigned: self._on_assigned,
            e.Released: self._on_released,
            e.Transferred: self._on_transferred,
            e.Snoozed: self._on_snoozed,
            e.Woken: self._on_given_back,
            e.Reopened: self._on_reopened,
            e.Replied: self._on_replied,
            e.Closed: self._on_closed,
            e.ItemUpdated: self._on_updated,
            e.PresenceChanged: self._on_presence,
            e.Configured: self._on_configured,
        }
        self._read(events)

    def _read(self, events: Iterable[e.Event]) -> None:
        first = True
        for event in events:
            if first:
                self.begin, first = event.at, False
            self.end = event.at
            seen = self._see.get(type(event))
            if seen is not None:
                seen(event)
        for agent, since in self._active_since.items():
            self.actives[agent].append((since, self.end))
        for state in self._open.values():
            self._end_stay(state, None)
            self._put_down(state, self.end)
        for course in self.courses:
            course.held = _joined(course.held)

    # --- stretches and stays ---------------------------------------------------------------------

    def _take_up(self, state: _Open, agent: str, at: float) -> None:
        state.owner, state.since = agent, at

    def _put_down(self, state: _Open, at: float) -> None:
        if state.since is not None and state.owner is not None and state.course is not None:
            if at > state.since:
                visit = len(state.course.returns)
                state.course.held.append([state.owner, state.since, at, visit])
            state.since = None

    def _end_stay(self, state: _Open, at: float | None) -> None:
        if state.queued_at is not None and state.course is not None:
            state.course.stays.append((state.queued_at, at))
            state.queued_at = None

    def _arrives(self, item: str, state: _Open, team: str, at: float, *, first: bool) -> Course:
        if team not in self._teams:
            raise UnknownTeamError(
                f"log: item {item!r} is of team {team!r}, which the workspace does not have",
                value=team,
                remedy="give the workspace that the log was made with",
            )
        fresh = Course(item, team, state.priority, state.weight, at, first=first)
        state.course = fresh
        state.replied_at, state.was_snoozed = None, False
        self.courses.append(fresh)
        return fresh

    def _acts(self, agent: str | None, at: float, state: _Open) -> None:
        if agent is not None and at - state.taken_at > FINISHING:
            self.acts[agent].append(at)

    # --- events ----------------------------------------------------------------------------------

    def _on_queued(self, event: e.Queued) -> None:
        state = self._open[event.item]
        state.priority, state.weight = event.priority, event.weight
        if state.course is None:
            self._arrives(event.item, state, event.team, event.at, first=True)
        elif state.course.arrived_at == event.at and not state.course.first:
            state.course.priority, state.course.weight = event.priority, event.weight
        self._put_down(state, event.at)
        state.owner, state.snoozed = None, False
        state.queued_at = event.at

    def _on_assigned(self, event: e.Assigned) -> None:
        if event.agent not in self._agents:
            raise UnknownAgentError(
                f"log: item {event.item!r} was assigned to {event.agent!r}, whom the workspace "
                "does not have",
                value=event.agent,
                remedy="give a workspace with everybody who worked in the log",
            )
        state = self._open[event.item]
        course = state.course
        if course is None:  # nothing was said of its arrival: the log began before it
            self.counts["assigned without an arrival"] += 1
            return
        self._end_stay(state, event.at)
        if course.assigned_at is None:
            course.assigned_at, course.agent = event.at, event.agent
        elif event.agent not in {course.agent, state.owner}:
            self.counts["reassigned"] += 1
        agent = self._agents[event.agent]
        if event.team not in agent.primary and event.team not in agent.secondary:
            self.counts["not a member"] += 1
        self._put_down(state, event.at)
        self._take_up(state, event.agent, event.at)
        self.acts[event.agent].append(event.at)
        state.taken_at = event.at

    def _on_released(self, event: e.Released) -> None:
        state = self._open[event.item]
        self._put_down(state, event.at)
        state.owner = None
        if event.why == "hand":
            self._acts(event.agent, event.at, state)

    def _on_transferred(self, event: e.Transferred) -> None:
        state = self._open[event.item]
        course, at = state.course, event.at
        if course is None:
            return
        self.counts["passed on"] += 1
        self._acts(event.agent, at, state)
        self._end_stay(state, at)
        self._put_down(state, at)
        course.ended, course.ended_at = PASSED_ON, at
        fresh = self._arrives(event.item, state, event.team, at, first=False)
        state.owner = event.agent
        if event.agent is not None:
            fresh.assigned_at, fresh.agent = at, event.agent
            self._take_up(state, event.agent, at)

    def _on_snoozed(self, event: e.Snoozed) -> None:
        state = self._open[event.item]
        self._acts(state.owner, event.at, state)
        self._end_stay(state, event.at)
        self._put_down(state, event.at)
        state.snoozed = state.was_snoozed = True

    def _on_given_back(self, event: e.Woken) -> None:
        state = self._open[event.item]
        state.snoozed = False
        if event.agent is not None:
            self._take_up(state, event.agent, event.at)

    def _on_reopened(self, event: e.Reopened) -> None:
        state = self._open[event.item]
        course = state.course
        if course is None:
            return
        course.returns.append(event.at)
        course.turns.append(1)
        course.ended, course.ended_at = OPEN, None
        state.replied_at = None
        if event.agent is not None:
            self._take_up(state, event.agent, event.at)

    def _on_replied(self, event: e.Replied) -> None:
        state = self._open[event.item]
        course, at = state.course, event.at
        if course is None:
            return
        if event.by == "customer":
            self._customer_replies(state, course, at)
            return
        self._acts(event.agent, at, state)
        if course.answered_at is None:
            course.answered_at = at
        if state.since is not None:
            self._put_down(state, at)
            state.since = at
        state.replied_at, state.mark, state.was_snoozed = at, len(course.held), state.snoozed

    def _customer_replies(self, state: _Open, course: Course, at: float) -> None:
        if state.replied_at is None:
            return
        del course.held[state.mark :]  # it was the customer's turn since
        if state.since is not None:
            state.since = at
        course.answers.append(at - state.replied_at)
        course.turns[-1] += 1
        course.snoozed_turns += state.was_snoozed
        state.replied_at = None

    def _on_closed(self, event: e.Closed) -> None:
        state = self._open[event.item]
        course, at = state.course, event.at
        if course is None:  # refused before anybody saw it
            return
        self._acts(event.agent, at, state)
        self._end_stay(state, at)
        self._put_down(state, at)
        state.owner, state.snoozed, state.replied_at = None, False, None
        course.ended, course.ended_at = CLOSED, at
        course.closes.append(at)

    def _on_updated(self, event: e.ItemUpdated) -> None:
        self._open[event.item].priority = event.priority
        if "priority" in event.changes or "impact" in event.changes or "urgency" in event.changes:
            self.counts["changed priority"] += 1

    def _on_presence(self, event: e.PresenceChanged) -> None:
        since = self._active_since.pop(event.agent, None)
        if since is not None:
            self.actives[event.agent].append((since, event.at))
        if event.presence == "active":
            self._active_since[event.agent] = event.at

    def _on_configured(self, event: e.Configured) -> None:
        del event
        self.counts["configured"] += 1


def _joined(held: list[list[Any]]) -> list[list[Any]]:
    """Stretches of one agent that touch are one."""
    found: list[list[Any]] = []
    for agent, begin, end, visit in held:
        last = found[-1] if found else None
        if last is not None and (last[0], last[2], last[3]) == (agent, begin, visit):
            last[2] = end
        else:
            found.append([agent, begin, end, visit])
    return found
