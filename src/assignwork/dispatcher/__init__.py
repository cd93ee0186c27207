"""The dispatcher: commands in, events out, time passed in.

`Dispatcher` is the public face; how it works stands in the headers of the private modules, bottom
up: `_care`, `_state`, `_timers`, `_queue`, `_journal`, `_ground`, `_undoing`, `_engine`,
`_reading`, `_holding`, `_lanes`, `_choosing`, `_dispatching`, `_clocks`, `_offers`,
`_conversations`, `_moves`, `_catalog`, `_items`, `_presence`, `_escalation`, `_communication`,
`_approvals`, `_shifts`, `_configuration`, `_rebalancing`; beside them `_snapshot`, `_obstacles`,
`_invariants`, `_making`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher import _snapshot
from assignwork.dispatcher._invariants import check
from assignwork.dispatcher._reading import near
from assignwork.dispatcher._rebalancing import RebalancingCommands
from assignwork.dispatcher._state import QUEUED
from assignwork.dispatcher._timers import instant_of
from assignwork.events import Event
from assignwork.explain import AgentExplanation, ItemExplanation, explain_agent, explain_item
from assignwork.model import Workspace
from assignwork.views import AgentView, ItemView, TeamView

if TYPE_CHECKING:
    from assignwork.commands import Command, Rebalance
    from assignwork.solver import Plan

V = TypeVar("V")


class _Views(Mapping[str, V]):
    """A read-only mapping id -> snapshot; a snapshot is made when it is asked for."""

    __slots__ = ("_make", "_order", "_stores")

    def __init__(
        self,
        make: Callable[[str], V],
        *stores: Mapping[str, Any],
        order: Callable[[str], int] | None = None,
    ) -> None:
        self._make = make
        self._stores = stores
        self._order = order

    def __getitem__(self, key: str) -> V:
        if not any(key in store for store in self._stores):
            raise KeyError(key)
        return self._make(key)

    def __iter__(self) -> Iterator[str]:
        if self._order is None:
            for store in self._stores:
                yield from store
        else:
            names = [name for store in self._stores for name in store]
            yield from sorted(names, key=self._order)

    def __len__(self) -> int:
        return sum(len(store) for store in self._stores)

    def __repr__(self) -> str:
        return f"<{len(self)} snapshots>"


class Applicable(Protocol):
    """What `Dispatcher.apply` takes: a plan, or whatever else knows its command."""

    def command(self, *, all_or_nothing: bool = False) -> Rebalance:
        """The command that carries it out."""
        ...


class Dispatcher(RebalancingCommands):
    """Decides who gets which work, now and next.

    Every command is a method that takes `now` and returns the events it caused, in order; what is
    refused raises and changes nothing. The desk reads no clock: call `advance` at `next_wakeup`.

    Parameters
    ----------
    workspace : Workspace
    validate : bool, default False
        Check all invariants after each command and timer (slow; for tests).

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace(
    ...     teams=[Team("spanish")],
    ...     agents=[Agent("ana", capacity=4, primary=["spanish"])],
    ... ))
    >>> queued, assigned = desk.submit(WorkItem("t-1", team="spanish"), now=0.0)
    >>> assigned.agent
    'ana'
    >>> desk.load("ana")
    1
    """

    __slots__ = ()

    def handle(self, command: Command, *, now: Any) -> tuple[Event, ...]:
        """Carry out a command given as an object: what logs, stores and replays use.

        Raises
        ------
        AssignworkError
            As the method of that verb.
        """
        handler = _BY_VERB.get(getattr(type(command), "verb", ""))
        if handler is None:
            raise errors.ConfigurationError(
                f"{type(command).__name__} is no command",
                field="command",
                value=command,
                remedy="give an object of assignwork.commands",
            )
        return handler(self, command, now)

    def plan_rebalance(self, **options: Any) -> Plan:
        """Who should hold what: the plan that the optimizer finds; nothing changes.

        Parameters
        ----------
        **options
            As `assignwork.solver.plan_rebalance` takes them: `weights`, `pinned`, `together`,
            `max_moves`, `max_moves_per_agent`, `time_limit`, `deterministic_limit`, `workers`,
            `engine`, `executor`.

        Examples
        --------
        >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
        >>> desk = Dispatcher(Workspace(
        ...     teams=[Team("spanish")],
        ...     agents=[Agent("ana", capacity=4, primary=["spanish"]),
        ...             Agent("ben", capacity=4, primary=["spanish"], presence="away")],
        ... ))
        >>> for name in ("t-1", "t-2"):
        ...     _ = desk.submit(WorkItem(name, team="spanish"), now=0.0)
        >>> _ = desk.set_presence("ben", "active", now=60.0)
        >>> plan = desk.plan_rebalance(weights={"move": 1})
        >>> [(move.item, move.owner, move.agent) for move in plan.moves]
        [('t-2', 'ana', 'ben')]
        """
        from assignwork.solver import plan_rebalance  # noqa: PLC0415  # loaded by who plans only

        return plan_rebalance(self, **options)

    def apply(
        self, plan: Applicable, *, all_or_nothing: bool = False, now: Any
    ) -> tuple[Event, ...]:
        """Carry out a plan: the command `rebalance` with its moves (rule B).

        Parameters
        ----------
        plan : Plan
            What `plan_rebalance` returned.
        all_or_nothing : bool, default False
            Whether one move that no longer fits refuses them all.

        Raises
        ------
        ConfigurationError
            When it is no plan.
        StalePlanError
            When it was made for another desk; with `all_or_nothing`, when a move does not fit.
        """
        command = getattr(plan, "command", None)
        if not callable(command):
            raise errors.ConfigurationError(
                f"{f.shown(plan)} is no plan",
                field="plan",
                value=plan,
                remedy="give what plan_rebalance returned, or use rebalance for moves of your own",
            )
        return self.handle(command(all_or_nothing=all_or_nothing), now=now)

    def advance(self, *, now: Any) -> tuple[Event, ...]:
        """Nothing but time passes: what is due fires.

        A target that is due at exactly `now` is breached by this: nothing more comes in time.

        Raises
        ------
        ClockRegressionError
        """
        now = self._enter(now)
        if self._timers.heap:
            self._fire_late(now)
        self._begin(now)
        return self._finish()

    def next_wakeup(self) -> float | None:
        """The instant of the earliest timer, POSIX seconds; None if there is none (N3)."""
        timer = self._timers.first()
        return None if timer is None else instant_of(timer)

    # --- reading -------------------------------------------------------------------------------

    @property
    def now(self) -> float | None:
        """The latest instant the desk has seen; None before the first command."""
        return self._clock if self._started else None

    @property
    def workspace(self) -> Workspace:
        """The workspace as configured now."""
        return _snapshot.current_workspace(self)

    @property
    def items(self) -> Mapping[str, ItemView]:
        """All items by id, in order of submission; each access makes a snapshot."""
        return _Views(self._any_item, self._items, self._closed, order=self._place_of)

    @property
    def open_items(self) -> Mapping[str, ItemView]:
        """The items that are not closed, by id, in order of submission."""
        return _Views(self._any_item, self._items, order=self._place_of)

    def _place_of(self, item: str) -> int:
        record = self._items.get(item)
        return self._closed[item][1] if record is None else record.seq

    @property
    def agents(self) -> Mapping[str, AgentView]:
        """All agents by id, in registration order."""
        return _Views(lambda name: self._agent_view(self._agents[name]), self._agents)

    @property
    def teams(self) -> Mapping[str, TeamView]:
        """All teams by id."""
        return _Views(lambda name: self._team_view(self._teams[name]), self._teams)

    def _any_item(self, item: str) -> ItemView:
        record = self._items.get(item)
        return self._closed_view(item) if record is None else self._item_view(record)

    def queue(self, team: str | None = None) -> tuple[str, ...]:
        """Ids of the queued items in item order: of one team inbox, or of all, manual ones too.

        Raises
        ------
        UnknownTeamError
        """
        teams = self._teams.values() if team is None else (self._team(team),)
        keys = [
            key
            for record in teams
            for lane in record.lanes.values()
            if lane.count
            for key in lane.in_order(self._items)
        ]
        return tuple(key[-1] for key in sorted(keys))

    def load(self, agent: str) -> int:
        """The weight the agent holds now (C2).

        Raises
        ------
        UnknownAgentError
        """
        return self._agent(agent).load

    def position(self, item: str) -> tuple[int, int] | None:
        """Where a queued item stands: (in the order of all inboxes, in its own), from 1.

        None when it is not queued.

        Raises
        ------
        UnknownItemError
        """
        record = self._items.get(f.identifier(item, "item"))
        if record is None:
            if item not in self._closed:
                self._unknown_item(item)
            return None
        key = record.key
        if record.state != QUEUED or key is None:
            return None
        overall = own = 1
        for team in self._teams.values():
            if team.queued:
                ahead = sum(
                    bisect_left(lane.in_order(self._items), key)
                    for lane in team.lanes.values()
                    if lane.count
                )
                overall += ahead
                if team is record.team:
                    own += ahead
        return overall, own

    def explain(self, subject: str) -> ItemExplanation | AgentExplanation:
        """Why an item stands where it stands, or what an agent would get next and why (X1, X3).

        An id that names both an item and an agent means the item.

        Raises
        ------
        UnknownItemError
            When it is neither an item nor an agent.
        """
        f.identifier(subject, "subject")
        if not any(subject in known for known in (self._items, self._closed, self._agents)):
            raise errors.UnknownItemError(
                f"{subject!r} is neither an item nor an agent",
                value=subject,
                remedy=near(subject, self._agents) or "give the id of one",
            )
        if subject not in self._items and subject not in self._closed and subject in self._agents:
            return explain_agent(self, subject)
        return explain_item(self, subject)

    @property
    def operations(self) -> dict[str, int]:
        """How much work the desk has done since it was made: for benchmarks and their gates."""
        return {
            "keys_computed": self._keys_made,
            "choices": self._choices,
            "agents_looked_at": self._agents_looked,
            "lanes_looked_at": self._lanes_looked,
            "timers_created": self._timers.created,
            "events": self._seq,
        }

    # --- keeping -------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """The whole state as one JSON-ready document with a schema version.

        Policies of the caller's stand in it by name.
        """
        return _snapshot.snapshot(self)

    @classmethod
    def restore(
        cls,
        document: Mapping[str, Any],
        *,
        policies: Mapping[str, Any] | None = None,
        validate: bool = False,
    ) -> Dispatcher:
        """The desk of a snapshot: it goes on exactly where that one was.

        Parameters
        ----------
        document : mapping
            What `snapshot` returned.
        policies : mapping of str to object, optional
            The caller's own policies by name.

        Raises
        ------
        SnapshotError
            When the document is none, of an unknown schema, or damaged.
        ConfigurationError
            When a policy is missing.
        """
        if not isinstance(document, Mapping) or document.get("kind") != "assignwork.snapshot":
            raise errors.SnapshotError(
                "this is no snapshot of a desk", remedy="give what Dispatcher.snapshot returned"
            )
        schema = document.get("schema")
        if type(schema) is not int or schema != _snapshot.SNAPSHOT_SCHEMA:
            raise errors.SnapshotError(
                f"snapshots of schema {document.get('schema')!r} cannot be read",
                value=document.get("schema"),
                limit=_snapshot.SNAPSHOT_SCHEMA,
                remedy="restore it with the version of assignwork that wrote it",
            )
        desk = cls(_snapshot.workspace_of(document, policies or {}))
        _snapshot.restore(desk, document)
        desk._validating = validate
        return desk

    def _validate(self) -> None:
        check(self)

    def __repr__(self) -> str:
        waiting = sum(team.queued for team in self._teams.values())
        return (
            f"<Dispatcher: {len(self._teams)} teams, {len(self._agents)} agents, "
            f"{len(self._items)} open items, {waiting} queued>"
        )


_BY_VERB: dict[str, Callable[[Dispatcher, Any, Any], tuple[Event, ...]]] = {
    "submit": lambda desk, x, now: desk.submit(x.item, now=now),
    "assign": lambda desk, x, now: desk.assign(x.item, x.agent, strict=x.strict, now=now),
    "release": lambda desk, x, now: desk.release(x.item, now=now),
    "transfer": lambda desk, x, now: desk.transfer(
        x.item, x.team, keep_agent=x.keep_agent, now=now
    ),
    "pull": lambda desk, x, now: desk.pull(x.agent, now=now),
    "snooze": lambda desk, x, now: desk.snooze(x.item, x.until, now=now),
    "wake": lambda desk, x, now: desk.wake(x.item, now=now),
    "reply": lambda desk, x, now: desk.reply(x.item, by=x.by, now=now),
    "close": lambda desk, x, now: desk.close(x.item, now=now),
    "reopen": lambda desk, x, now: desk.reopen(x.item, now=now),
    "update_item": lambda desk, x, now: desk.update_item(x.item, now=now, **x.changes),
    "accept": lambda desk, x, now: desk.accept(x.item, x.agent, now=now),
    "decline": lambda desk, x, now: desk.decline(x.item, x.agent, now=now),
    "set_presence": lambda desk, x, now: desk.set_presence(
        x.agent, x.presence, reason=x.reason, by=x.by, now=now
    ),
    "heartbeat": lambda desk, x, now: desk.heartbeat(x.agent, now=now),
    "advance": lambda desk, _, now: desk.advance(now=now),
    "acknowledge": lambda desk, x, now: desk.acknowledge(x.item, by=x.by, now=now),
    "escalate": lambda desk, x, now: desk.escalate(x.item, x.reason, by=x.by, now=now),
    "approve": lambda desk, x, now: desk.approve(x.item, x.by, now=now),
    "reject": lambda desk, x, now: desk.reject(x.item, x.by, x.reason, now=now),
    "post_update": lambda desk, x, now: desk.post_update(x.item, x.content, by=x.by, now=now),
    "post_report": lambda desk, x, now: desk.post_report(x.item, x.content, by=x.by, now=now),
    "rate": lambda desk, x, now: desk.rate(x.item, x.score, by=x.by, now=now),
    "rebalance": lambda desk, x, now: desk.rebalance(
        x.moves, all_or_nothing=x.all_or_nothing, seen=x.seen, now=now
    ),
    "add_agent": lambda desk, x, now: desk.add_agent(x.agent, now=now),
    "update_agent": lambda desk, x, now: desk.update_agent(x.agent, now=now, **x.changes),
    "update_agents": lambda desk, x, now: desk.update_agents(x.where, now=now, **x.changes),
    "remove_agent": lambda desk, x, now: desk.remove_agent(x.agent, now=now),
    "add_team": lambda desk, x, now: desk.add_team(x.team, now=now),
    "update_team": lambda desk, x, now: desk.update_team(x.team, now=now, **x.changes),
    "remove_team": lambda desk, x, now: desk.remove_team(x.team, move_to=x.move_to, now=now),
    "update_workspace": lambda desk, x, now: desk.update_workspace(now=now, **x.changes),
}
