"""Why: the dispatcher's reasons as objects that print as text and show as tables (X1 to X3).

`Dispatcher.explain` makes them for an item or an agent; `explain_event` needs nothing but the event
log. Nothing here is computed unless somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import attrs

from assignwork._codec import plain
from assignwork.dispatcher._obstacles import Obstacle, obstacle
from assignwork.dispatcher._state import (
    ACTIVE,
    PRIMARY,
    QUEUED,
    SECONDARY,
    AgentRecord,
    ItemRecord,
)
from assignwork.errors import UnknownItemError
from assignwork.events import Assigned, Event, Offered
from assignwork.policies.ordering import NEVER
from assignwork.views import AgentView, ItemView

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


class _Shown:
    """Text for a terminal, a table for a notebook; both from `_lines` and `_table`."""

    __slots__ = ()

    def _lines(self) -> list[str]:
        raise NotImplementedError

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        raise NotImplementedError

    def __str__(self) -> str:
        head, rows = self._table()
        if not rows:
            return "\n".join(self._lines())
        widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
        table = [
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in [head, *rows]
        ]
        return "\n".join([*self._lines(), *(line.rstrip() for line in table)])

    def _repr_html_(self) -> str:
        head, rows = self._table()
        lines = "".join(f"<p>{escape(line)}</p>" for line in self._lines())
        if not rows:
            return lines
        cells = "".join(f"<th>{escape(name)}</th>" for name in head)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"{lines}<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return attrs.asdict(self, value_serializer=_serialize)  # type: ignore[arg-type]  # every subclass is attrs


def _serialize(_: Any, __: Any, value: Any) -> Any:
    if isinstance(value, float) and value == NEVER:
        return None
    if hasattr(value, "to_dict") and not isinstance(value, _Shown):
        return value.to_dict()
    return plain(value) if isinstance(value, (tuple, list)) and not value else value


@attrs.frozen
class Standing:
    """How one agent of the item's team stands to it; no obstacle: he is eligible."""

    agent: str
    tier: str
    obstacle: Obstacle | None


@attrs.frozen
class ItemExplanation(_Shown):
    """Where an item stands now, and why nobody, or somebody, has it (X1).

    Attributes
    ----------
    item : ItemView
    at : float or None
        The instant it speaks of, POSIX seconds.
    position, inbox_position : int or None
        Its place among all queued items and in its own inbox, from 1; None: not queued.
    queued, inbox_queued : int
        How many items wait, in all inboxes and in its own.
    key : tuple of (str, value)
        Its key in item order, criterion by criterion.
    manual : bool
        Whether its inbox is never dispatched (A4).
    agents : tuple of Standing
        Every agent of its team: primary ones first, in registration order.
    """

    item: ItemView
    at: float | None
    position: int | None
    inbox_position: int | None
    queued: int
    inbox_queued: int
    key: tuple[tuple[str, Any], ...]
    manual: bool
    agents: tuple[Standing, ...]

    def _lines(self) -> list[str]:
        item = self.item
        lines = [f"item {item.id} is {item.state} in team {item.team}{_holder(item)}"]
        if self.position is not None:
            lines.append(
                f"position {self.position} of {self.queued} in all inboxes, "
                f"{self.inbox_position} of {self.inbox_queued} in {item.team}"
            )
        key = ", ".join(f"{name} {_number(value)}" for name, value in self.key)
        lines.append(f"its place in the item order: {key}")
        if item.state == QUEUED and self.manual:
            lines.append(f"A4 team {item.team} is manual: somebody assigns it or pulls")
        if item.state == QUEUED and not self.agents:
            lines.append(f"team {item.team} has no agents: make it a team of somebody's")
        return lines

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (
                standing.agent,
                standing.tier,
                "eligible" if standing.obstacle is None else str(standing.obstacle),
                "" if standing.obstacle is None else standing.obstacle.remedy,
            )
            for standing in self.agents
        ]
        return ("agent", "tier", "what stops him", "what would have to change"), rows


def _holder(item: ItemView) -> str:
    if item.offered_to is not None:
        return f", offered to {item.offered_to} until {_number(item.offer_expires_at)}"
    if item.state == "closed":
        return "" if item.owner is None else f", last owned by {item.owner}"
    owner = "" if item.owner is None else f", owned by {item.owner}"
    if item.state == "snoozed":
        until = item.snoozed_until
        return f"{owner}, until {'its customer replies' if until is None else _number(until)}"
    return owner


def _number(value: Any) -> str:
    if value is None or value == NEVER:
        return "none"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def explain_item(desk: Dispatcher, name: str) -> ItemExplanation:
    """Why an item stands where it stands (X1).

    Raises
    ------
    UnknownItemError
    """
    record = desk._items.get(name)
    queued = sum(team.queued for team in desk._teams.values())
    if record is None:
        if name not in desk._closed:
            desk._unknown_item(name)
        view = desk._closed_view(name)
        return ItemExplanation(
            item=view,
            at=desk.now,
            position=None,
            inbox_position=None,
            queued=queued,
            inbox_queued=0,
            key=(),
            manual=False,
            agents=(),
        )
    position = desk.position(name)
    own_key = record.key if record.key is not None else desk._key_of(record)
    order = desk._settings.item_order
    names = [entry if isinstance(entry, str) else entry.name for entry in order]
    team = record.team
    standings = [
        Standing(agent.id, tier, obstacle(desk, agent, record))
        for tier, members in ((PRIMARY, team.primary), (SECONDARY, team.secondary))
        for _, agent in sorted(members.items())
    ]
    return ItemExplanation(
        item=desk._item_view(record),
        at=desk.now,
        position=None if position is None else position[0],
        inbox_position=None if position is None else position[1],
        queued=queued,
        inbox_queued=team.queued,
        key=tuple(zip([*names, "sequence number"], own_key, strict=False)),
        manual=team.manual,
        agents=tuple(standings),
    )


# --- agents -------------------------------------------------------------------------------------


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
class AgentExplanation(_Shown):
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
    """

    agent: AgentView
    at: float | None
    limits: tuple[Headroom, ...]
    next_item: str | None
    obstacle: Obstacle | None
    why: str

    def _lines(self) -> list[str]:
        agent = self.agent
        held = ", ".join(agent.items) or "nothing"
        return [
            f"agent {agent.id} is {agent.presence} (by {agent.by}"
            + (f", {agent.reason})" if agent.reason else ")"),
            f"holds {held}" + (f"; offered {', '.join(agent.offers)}" if agent.offers else ""),
            f"next: {self.why}",
        ]

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (h.limit, _number(h.used), _number(h.allowed), _number(h.left)) for h in self.limits
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
            found = (item, obstacle(desk, agent, item))
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


# --- events -------------------------------------------------------------------------------------

_CRITERIA = {
    "balanced": ("load",),
    "least_occupied": ("load / capacity",),
    "most_headroom": ("-headroom",),
    "longest_idle": ("busy", "idle since"),
    "best_skilled": ("-skill levels",),
    "least_recently_assigned": ("last assignment",),
    "round_robin": ("wrapped", "registration"),
}
_TAILS = {"longest_idle": ("load",), "best_skilled": ("load",)}


@attrs.frozen
class AssignmentExplanation(_Shown):
    """Why an item went to an agent, from the event log alone (X2).

    Attributes
    ----------
    event : Assigned or Offered
        The event that was asked about.
    decision : Assigned or Offered
        The event of the decision: for an accepted offer, the offer.
    key : tuple of (str, value)
        The chosen agent's values for the selection's criteria, in turn; smaller wins.
    """

    event: Assigned | Offered
    decision: Assigned | Offered
    key: tuple[tuple[str, Any], ...]

    def _lines(self) -> list[str]:
        event = self.event
        what = "was offered to" if isinstance(event, Offered) else "went to"
        lines = [f"item {event.item} {what} {event.agent} at {_number(event.at)}: {self._why()}"]
        decision = self.decision
        if decision is not event:
            lines.append(f"offered at {_number(decision.at)}, accepted at {_number(event.at)}")
        flags = event.flags if isinstance(event, Assigned) else ()
        if flags:
            lines.append("in spite of: " + ", ".join(flags))
        return lines

    def _why(self) -> str:
        decision = self.decision
        if isinstance(decision, Assigned) and decision.by == "hand":
            return "somebody assigned it by hand (M1)"
        if isinstance(decision, Assigned) and decision.by == "pull":
            return f"he pulled it, as a {decision.tier} agent (M3)"
        if isinstance(decision, Assigned) and decision.by == "rebalance":
            return "a rebalancing plan moved it"
        if decision.selection == "affinity":
            return f"it prefers him, and he was eligible as a {decision.tier} agent (F1)"
        rival = (
            "the only one eligible"
            if decision.runner_up is None
            else f"before {decision.runner_up}, the runner-up"
        )
        return f"first by {decision.selection} among the {decision.tier} agents, {rival}"

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [(name, _number(value)) for name, value in self.key]
        return ("criterion", "his value"), rows


def explain_event(events: Iterable[Event], seq: int) -> AssignmentExplanation:
    """Explain an `assigned` or `offered` event from the log alone (X2).

    Parameters
    ----------
    events : iterable of Event
        The log, in order, at least up to that event.
    seq : int

    Raises
    ------
    UnknownItemError
        When the log has no such event, or it is of another kind.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace([Team("t")], [Agent("ana", primary=["t"])]))
    >>> print(explain_event(desk.submit(WorkItem("1", team="t"), now=0.0), 2))
    item 1 went to ana at 0: first by balanced among the primary agents, the only one eligible
      criterion        his value
      load             0
      last assignment  0
      registration     0
    """
    offers: dict[str, Offered] = {}
    for event in events:
        if isinstance(event, Offered):
            offers[event.item] = event
        if event.seq == seq:
            if not isinstance(event, (Assigned, Offered)):
                break
            decision = event
            if isinstance(event, Assigned) and event.by == "offer":
                decision = offers.get(event.item, event)
            return AssignmentExplanation(event, decision, _named(decision))
    raise UnknownItemError(
        f"event {seq} is no assignment or offer of this log",
        value=seq,
        remedy="give the seq of an assigned or offered event",
    )


def _named(event: Assigned | Offered) -> tuple[tuple[str, Any], ...]:
    if not event.key:
        return ()
    names: list[str] = []
    parts = event.selection.split("+")
    for part in parts:
        names.extend(_CRITERIA.get(part, (part,)))
    names.extend(_TAILS.get(parts[-1], ()))
    if parts[-1] != "round_robin":
        names.extend(("last assignment", "registration"))
    return tuple(zip(names, event.key, strict=False))
