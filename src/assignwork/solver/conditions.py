"""When to rebalance beside the clock: the queue is long, loads are apart, somebody came online.

A condition is asked after commands, with the events that they caused. So it looks only at what
these events can have changed: a counter per team, an agent's load, the words of an event.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import attrs

from assignwork import _fields as f
from assignwork.events import Configured, Event, ItemUpdated, PresenceChanged, Queued, Snoozed

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher

ACTIVE = "active"


def _count(value: int, field: str) -> int:
    if type(value) is int and value >= 0:
        return value
    return f.refuse(field, value, "a whole number of 0 or more")


def _share(value: float, field: str) -> float:
    if type(value) in (int, float) and 0 <= value <= 1:
        return float(value)
    return f.refuse(field, value, "a share of capacity from 0 to 1, such as 0.5 for half of it")


class Condition(Protocol):
    """What `schedule_rebalance` asks, besides the clock, whether it is time for a plan."""

    @property
    def name(self) -> str:
        """One word for it; it stands before the reason."""
        ...

    def met(self, desk: Dispatcher, events: Sequence[Event]) -> str | None:
        """Why it is time now, in words; None: these events are no reason.

        Parameters
        ----------
        desk : Dispatcher
            As it is after the events. It is to be read only.
        events : sequence of Event
            What happened since it was asked last; never empty.
        """
        ...


@attrs.frozen
class QueueOver:
    """More than `items` wait, in one team's inbox or in all of them together.

    It is asked again when something is queued: a queue that only gets shorter is no reason.

    Parameters
    ----------
    items : int
        0 or more.
    team : str, optional
        Its inbox; None: all inboxes that are not manual. While the desk has no such team it is
        never met.

    Examples
    --------
    >>> from assignwork import Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace(teams=[Team("billing")]))
    >>> QueueOver(0).met(desk, desk.submit(WorkItem("t-1", team="billing"), now=0.0))
    '1 item waits, more than 0'
    """

    items: int = f.checked(_count)
    team: str | None = f.checked(f.optional_identifier, default=None)

    @property
    def name(self) -> str:
        """queue_over."""
        return "queue_over"

    def met(self, desk: Dispatcher, events: Sequence[Event]) -> str | None:
        """The number that waits, if it is too large and something was queued."""
        teams = {event.team for event in events if isinstance(event, Queued)}
        if not teams or (self.team is not None and self.team not in teams):
            return None
        waiting = _waiting(desk, self.team)
        if waiting <= self.items:
            return None
        where = "" if self.team is None else f" in {self.team}"
        verb = "item waits" if waiting == 1 else "items wait"
        return f"{waiting} {verb}{where}, more than {self.items}"


class _Loads:
    """Load ÷ capacity of active agents by team, least first."""

    __slots__ = ("agents", "desk", "seen", "teams")

    def __init__(self) -> None:
        self.desk: Dispatcher | None = None
        self.seen = 0
        self.teams: dict[str, list[tuple[float, str]]] = {}
        self.agents: dict[str, tuple[float, tuple[str, ...]]] = {}

    def follow(self, desk: Dispatcher, events: Sequence[Event]) -> Iterable[str]:
        """Take over what the events changed; the teams whose loads may have."""
        gap = desk is not self.desk or events[0].seq != self.seen + 1
        self.desk, self.seen = desk, events[-1].seq
        if gap or any(isinstance(event, Configured) for event in events):
            self.teams.clear()
            self.agents.clear()
            for name in desk.agents:
                self._put(name, _load_of(desk, name))
            return list(self.teams)
        touched: dict[str, None] = {}
        changed: dict[str, None] = {}
        for event in events:
            who: str | None = getattr(event, "agent", None)
            if who is None and isinstance(event, (ItemUpdated, Snoozed)):
                who = _holder(desk, event.item)
            if who is not None:
                touched[who] = None
        for agent in touched:
            before, now = self.agents.get(agent), _load_of(desk, agent)
            if now != before:
                self._take(agent, before)
                self._put(agent, now)
                changed.update(dict.fromkeys((before or now or (0.0, ()))[1]))
        return changed

    def _put(self, name: str, load: tuple[float, tuple[str, ...]] | None) -> None:
        if load is not None:
            self.agents[name] = load
            for team in load[1]:
                insort(self.teams.setdefault(team, []), (load[0], name))

    def _take(self, name: str, load: tuple[float, tuple[str, ...]] | None) -> None:
        if load is not None:
            del self.agents[name]
            for team in load[1]:
                loads = self.teams[team]
                del loads[bisect_left(loads, (load[0], name))]


@attrs.frozen
class SpreadOver:
    """Within one team the fullest and the emptiest active agent are more than `share` apart.

    Load is taken ÷ capacity, of the team's primary agents. It is looked at within a team, as work
    can only be evened out between those who share an inbox: over all agents a full team beside an
    idle one would be a reason for ever. The difference, not a deviation, says what people see (one
    is full, a colleague idle), and means the same in a team of three as in one of three hundred.

    Loads are followed by the events, in O(log n) each; they are read from the desk anew whenever
    some events were not shown to it.

    Parameters
    ----------
    share : float
        0.5: half of the capacity. From 0 to 1: further apart is only who holds more than he may.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace(
    ...     teams=[Team("billing")],
    ...     agents=[Agent(name, capacity=2, primary=["billing"]) for name in ("ana", "ben")],
    ... ))
    >>> SpreadOver(0.4).met(desk, desk.submit(WorkItem("t-1", team="billing"), now=0.0))
    'ana is at 50 % of capacity and ben at 0 %, both in billing'
    """

    share: float = f.checked(_share)
    _loads: _Loads = attrs.field(init=False, factory=_Loads, eq=False, repr=False)

    @property
    def name(self) -> str:
        """spread_over."""
        return "spread_over"

    def met(self, desk: Dispatcher, events: Sequence[Event]) -> str | None:
        """Who is how far apart, in the first team that these events have changed so."""
        for team in self._loads.follow(desk, events):
            loads = self._loads.teams.get(team)
            if loads and loads[-1][0] - loads[0][0] > self.share:
                (least, idle), (most, full) = loads[0], loads[-1]
                return (
                    f"{full} is at {most:.0%} of capacity and {idle} at {least:.0%}, both in {team}"
                ).replace("%", " %")
        return None


@attrs.frozen
class CameOnline:
    """Somebody became active, or was added to the desk and is.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Workspace
    >>> desk = Dispatcher(Workspace(agents=[Agent("ana", presence="offline")]))
    >>> CameOnline().met(desk, desk.set_presence("ana", "active", now=0.0))
    'ana came online'
    """

    @property
    def name(self) -> str:
        """came_online."""
        return "came_online"

    def met(self, desk: Dispatcher, events: Sequence[Event]) -> str | None:
        """The last one who did, if he still is."""
        for event in reversed(events):
            if isinstance(event, PresenceChanged) and event.presence == ACTIVE:
                who = event.agent
            elif isinstance(event, Configured) and event.what == "add_agent":
                who = event.target
            else:
                continue
            if _is_active(desk, who):
                return f"{who} came online"
        return None


# --- reading the desk: its own records, as a view of each would cost more than the rest ----


def _waiting(desk: Dispatcher, team: str | None) -> int:
    teams = desk._teams
    if team is not None:
        return teams[team].queued if team in teams else 0
    return sum(record.queued for record in teams.values() if not record.manual)


def _is_active(desk: Dispatcher, agent: str) -> bool:
    record = desk._agents.get(agent)
    return record is not None and record.presence == ACTIVE


def _load_of(desk: Dispatcher, agent: str) -> tuple[float, tuple[str, ...]] | None:
    """His load ÷ capacity, and his primary teams; None: he is not active."""
    record = desk._agents.get(agent)
    if record is None or record.presence != ACTIVE:
        return None
    return record.load / record.capacity, record.spec.primary


def _holder(desk: Dispatcher, item: str) -> str | None:
    record = desk._items.get(item)
    return None if record is None or record.agent is None else record.agent.id


__all__ = ["CameOnline", "Condition", "QueueOver", "SpreadOver"]
