"""What an agent holds, what he may still take, and what he would get next (X3)."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._obstacles import Obstacle, obstacle
from assignwork.dispatcher._state import ACTIVE, SECONDARY, AgentRecord, ItemRecord
from assignwork.explain._obstacles import obstacle_now
from assignwork.explain._shown import Shown, number
from assignwork.views import AgentView

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class Headroom:
    """What an agent may still take under one limit."""

    limit: str
    used: float
    allowed: float

    @property
    def left(self) -> float:
        """The difference; negative when over the limit."""
        return self.allowed - self.used


@attrs.frozen
class AgentExplanation(Shown):
    """What an agent holds, what he may still take, and what he would get next (X3).

    Attributes
    ----------
    agent : AgentView
    at : float or None
    limits : tuple of Headroom
        One per limit that applies to him.
    next_item : str or None
        The first queued item that he would get if only his presence, rate and limits let him.
    obstacle : Obstacle or None
        What keeps him from it now; None with a `next_item`: it waits in a manual inbox for a pull.
    why : str
        One sentence.
    on_shift : bool or None
        Whether a shift of his is under way; None: he has none, or the desk has not begun.
    """

    agent: AgentView
    at: float | None
    limits: tuple[Headroom, ...]
    next_item: str | None
    obstacle: Obstacle | None
    why: str
    on_shift: bool | None

    def _lines(self) -> list[str]:
        agent = self.agent
        held = ", ".join(agent.items) or "nothing"
        return [
            f"agent {agent.id} is {agent.presence} (by {agent.by}"
            + (f", {agent.reason})" if agent.reason else ")"),
            *self._shift(),
            f"holds {held}" + (f"; offered {', '.join(agent.offers)}" if agent.offers else ""),
            f"next: {self.why}",
        ]

    def _shift(self) -> list[str]:
        agent = self.agent
        shift = agent.agent.shift
        if shift is None or self.on_shift is None:
            return []
        text = f"T3 {'on' if self.on_shift else 'off'} shift (calendar {shift.calendar})"
        if self.on_shift:
            ends = agent.shift_ends_at
            text += ", which never ends" if ends is None else f" until {number(ends)}"
        starts = agent.shift_starts_at
        if starts is not None:
            return [f"{text}; the next begins at {number(starts)}"]
        return [text if agent.shift_ends_at is None and self.on_shift else f"{text}; none follows"]

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (h.limit, number(h.used), number(h.allowed), number(h.left)) for h in self.limits
        ]
        return ("limit", "used", "allowed", "left"), rows


def explain_agent(desk: Dispatcher, name: str) -> AgentExplanation:
    """What an agent holds and what he would get next (X3).

    Raises
    ------
    UnknownAgentError
    """
    agent = desk._agent(name)
    found: tuple[ItemRecord, Obstacle | None] | None = None
    heads = sorted(
        key
        for team in (*agent.primary, *agent.secondary)
        for lane in team.lanes.values()
        if lane.count and (key := lane.head(desk._items)) is not None
    )
    for key in heads:
        item = desk._items[key[-1]]
        if obstacle(desk, agent, item, free=True) is None:
            found = (item, obstacle_now(desk, agent, item))
            break
    if found is None:
        why = "nothing that waits in his inboxes would come to him"
    elif found[1] is None:
        why = f"{found[0].id}, by a pull: team {found[0].team.id} is manual"
    else:
        tier = agent.membership[found[0].team.id]
        why = (
            f"{found[0].id}, the first in item order that his skills and inboxes allow "
            f"({tier} in {found[0].team.id}), once {found[1].remedy}: {found[1]}"
        )
    return AgentExplanation(
        agent=desk._agent_view(agent),
        at=desk.now,
        limits=tuple(_limits(desk, agent)),
        next_item=None if found is None else found[0].id,
        obstacle=None if found is None else found[1],
        why=why,
        on_shift=_on_shift(desk, agent),
    )


def _on_shift(desk: Dispatcher, agent: AgentRecord) -> bool | None:
    if agent.plan is None:
        return None
    return agent.shift_ends != inf or (
        agent.shift_starts == inf and agent.plan.on_shift(desk._clock)
    )


def _limits(desk: Dispatcher, agent: AgentRecord) -> Iterable[Headroom]:
    yield Headroom("capacity", agent.load, agent.capacity)
    held = [item for item in agent.items.values() if item.counted]
    for team in (*agent.primary, *agent.secondary):
        limit = team.spec.agent_limit
        if limit is not None:
            used = sum(item.counted for item in held if item.team is team)
            yield Headroom(f"agent_limit of {team.id}", used, limit)
    for channel, limit in agent.spec.channel_limits.items():
        used = sum(item.counted for item in held if item.spec.channel == channel)
        yield Headroom(f"channel {channel}", used, limit)
    if agent.spec.secondary_limit is not None:
        used = sum(item.counted for item in held if agent.membership.get(item.team.id) == SECONDARY)
        yield Headroom("secondary_limit", used, agent.spec.secondary_limit)
    rate = desk._rate
    if rate is not None and agent.presence == ACTIVE:
        since = desk._clock - rate.per
        used = sum(1 for at in agent.given if at > since)
        yield Headroom(f"assignment rate per {rate.per:g} s", used, rate.items)
