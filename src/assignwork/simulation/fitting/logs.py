"""Logs of real desks as events: read as they are, replayed from commands, put together with owners.

Whoever has the commands of an assignwork desk has all: a replay gives the events again. An import
of another system's export has no assignments, only commands that need none; who held what goes
beside them, and `logged_events` runs both through a desk that decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.commands import (
    Assign,
    Command,
    Heartbeat,
    Release,
    Reopen,
    SetPresence,
    Submit,
    Transfer,
    Wake,
)
from assignwork.dispatcher import Dispatcher
from assignwork.errors import AssignworkError, ConfigurationError
from assignwork.events import (
    Assigned,
    Closed,
    Event,
    Queued,
    Released,
    Reopened,
    Snoozed,
    Transferred,
    Woken,
)
from assignwork.model import WorkItem, Workspace

Log: TypeAlias = Iterable[Event | tuple[Any, ...]]
"""Events, or commands as ``(at, command)`` or ``(line, at, command)``."""
Owner: TypeAlias = tuple[float, str, str | None]
"""From this instant on, this item is held by this agent, or by nobody."""

_BEFORE_OWNERS = (Submit, Reopen, Transfer, Wake)
"""What comes before a change of owner at the same instant: they take it from its owner."""
_LENGTHS = (2, 3)


@attrs.frozen
class ReadLog:
    """A log, read.

    Attributes
    ----------
    events : tuple of Event
    items : mapping of str to WorkItem
        As submitted, where that is known; events do not say all of an item.
    """

    events: tuple[Event, ...] = attrs.field(repr=False)
    items: Mapping[str, WorkItem] = attrs.field(repr=False)


def read_log(workspace: Workspace, log: Log, items: Iterable[WorkItem] | None = None) -> ReadLog:
    """The events of a log; commands are replayed.

    Raises
    ------
    ConfigurationError
        For a log that is empty or out of order, or an entry that is neither event nor command; the
        field names its place.
    AssignworkError
        Of a command that the desk refuses, with a note that names its place.
    """
    known = {} if items is None else {item.id: item for item in items}
    entries = list(f.entries(log, "log", "a list of events or commands"))
    if not entries:
        raise ConfigurationError(
            "the log is empty",
            field="log",
            value=0,
            limit="at least one event or command",
            remedy="give the log's events, or its commands with their instants",
        )
    if isinstance(entries[0], Event):
        return ReadLog(_events(entries), known)
    return _replayed(workspace, entries, known)


def _events(entries: list[Any]) -> tuple[Event, ...]:
    last = f.FIRST_INSTANT
    for i, entry in enumerate(entries):
        if not isinstance(entry, Event):
            f.refuse(f"log[{i}]", entry, "an event, as those before it")
        _in_order(entry.at, last, i)
        last = entry.at
    return tuple(entries)


def _replayed(workspace: Workspace, entries: list[Any], known: dict[str, WorkItem]) -> ReadLog:
    desk = Dispatcher(workspace)
    events: list[Event] = []
    last = f.FIRST_INSTANT
    for i, entry in enumerate(entries):
        at, command = _command(entry, i)
        _in_order(at, last, i)
        last = at
        if isinstance(command, Submit):
            known.setdefault(command.item.id, command.item)
        try:
            events += desk.handle(command, now=at)
        except AssignworkError as error:
            error.add_note(f"refused: log[{i}], {command}")
            raise
    return ReadLog(tuple(events), known)


def _command(entry: Any, place: int) -> tuple[float, Command]:
    if isinstance(entry, (tuple, list)) and len(entry) in _LENGTHS:
        at, command = entry[-2:]
        if isinstance(command, Command):
            return f.instant(at, f"log[{place}].at"), command
    return f.refuse(
        f"log[{place}]",
        entry,
        "an event or a command with its instant",
        "give Event objects, or (at, command) as read_commands yields them",
    )


def _in_order(at: float, last: float, place: int) -> None:
    if at < last:
        raise ConfigurationError(
            f"{at} lies before the entry in front of it",
            field=f"log[{place}].at",
            value=at,
            limit=f"at least {last}",
            remedy="sort the log by its instants",
        )


def logged_events(
    workspace: Workspace,
    commands: Iterable[tuple[Any, ...]],
    owners: Iterable[Owner],
) -> tuple[Event, ...]:
    """What a desk would have told if the people of the log had assigned by hand, as they did.

    The commands run through a desk where nobody is active, so that it gives nothing to anybody;
    the owners are assignments and releases by hand.

    Parameters
    ----------
    workspace : Workspace
    commands : iterable of (float, Command) or (int, float, Command)
        In time order, such as those of an import. Presence in them is left out.
    owners : iterable of (float, str, str or None)
        Instant, item and who holds it from then on; None: nobody. In any order; what changes
        nothing, or comes after the close, is passed over.

    Returns
    -------
    tuple of Event

    Raises
    ------
    ConfigurationError
        For an entry that cannot be used; the field names it.
    AssignworkError
        Of a command that the desk refuses.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem
    >>> from assignwork.commands import Close, Submit
    >>> desk = Workspace([Team("billing")], [Agent("ana", primary=["billing"])])
    >>> log = [(0.0, Submit(WorkItem("t-1", team="billing"))), (900.0, Close("t-1"))]
    >>> [(e.at, e.kind) for e in logged_events(desk, log, [(300.0, "t-1", "ana")])]
    [(0.0, 'queued'), (300.0, 'assigned'), (900.0, 'closed')]
    """
    return _by_hand(workspace, commands, owners).events


def logged_commands(
    workspace: Workspace,
    commands: Iterable[tuple[Any, ...]],
    owners: Iterable[Owner],
) -> tuple[Workspace, tuple[tuple[float, Command], ...]]:
    """A workspace and a command log that replay as the people of the log had it.

    As `logged_events`, whose events they give: nobody of the workspace is active, and each change
    of owner is an assignment or a release by hand.

    Parameters
    ----------
    workspace, commands, owners
        As `logged_events` takes them.

    Returns
    -------
    Workspace, tuple of (float, Command)
        The commands with their instants (POSIX seconds), in time order.

    Raises
    ------
    ConfigurationError
        For an entry that cannot be used; the field names it.
    AssignworkError
        Of a command that the desk refuses.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem
    >>> from assignwork.commands import Close, Submit
    >>> desk = Workspace([Team("billing")], [Agent("ana", primary=["billing"])])
    >>> log = [(0.0, Submit(WorkItem("t-1", team="billing"))), (900.0, Close("t-1"))]
    >>> found, commands = logged_commands(desk, log, [(300.0, "t-1", "ana")])
    >>> found.agents[0].presence, [(at, command.verb) for at, command in commands]
    ('offline', [(0.0, 'submit'), (300.0, 'assign'), (900.0, 'close')])
    """
    hands = _by_hand(workspace, commands, owners)
    return hands.workspace, tuple(hands.done)


def _by_hand(
    workspace: Workspace, commands: Iterable[tuple[Any, ...]], owners: Iterable[Owner]
) -> _Hands:
    courses: dict[str, list[tuple[float, Command | Owner]]] = {}
    rest: list[tuple[float, Command | Owner]] = []
    for i, entry in enumerate(f.entries(commands, "commands", "a list of commands")):
        at, command = _command(entry, i)
        item = getattr(command, "item", None)
        if isinstance(command, (SetPresence, Heartbeat)):
            continue
        name = item.id if isinstance(item, WorkItem) else item
        (rest if name is None else courses.setdefault(name, [])).append((at, command))
    for i, owner in enumerate(f.entries(owners, "owners", "a list of owners")):
        _add_owner(courses, owner, i)
    merged = [*rest, *(entry for course in courses.values() for entry in course)]
    merged.sort(key=lambda entry: entry[0])  # stable: each item's own order is kept
    hands = _Hands(workspace)
    hands.run(merged)
    return hands


def _add_owner(
    courses: dict[str, list[tuple[float, Command | Owner]]], owner: Any, place: int
) -> None:
    if not isinstance(owner, (tuple, list)) or len(owner) != 3:  # noqa: PLR2004  # as it says
        f.refuse(f"owners[{place}]", owner, "an instant, an item and an agent or None")
    at = f.instant(owner[0], f"owners[{place}][0]")
    course = courses.get(owner[1])
    if course is None:
        f.refuse(f"owners[{place}][1]", owner[1], "an item that the commands submit")
    found = len(course)
    while found and (
        course[found - 1][0] > at
        or (
            course[found - 1][0] == at
            and isinstance(course[found - 1][1], Command)
            and not isinstance(course[found - 1][1], _BEFORE_OWNERS)
        )
    ):
        found -= 1
    course.insert(found, (at, (at, owner[1], owner[2])))


class _Hands:
    """A desk where nobody is active, who holds what, and what was done."""

    def __init__(self, workspace: Workspace) -> None:
        agents = [attrs.evolve(agent, presence="offline", shift=None) for agent in workspace.agents]
        self.workspace = attrs.evolve(workspace, agents=agents, auto_return=False)
        self.done: list[tuple[float, Command]] = []
        self._desk = Dispatcher(self.workspace)
        self._owner: dict[str, str | None] = {}
        """Of the items that are open."""
        self._snoozed: dict[str, str | None] = {}
        """Whose they shall be when they are back: an assignment would wake them."""
        self._found: list[Event] = []

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(self._found)

    def run(self, merged: list[tuple[float, Command | Owner]]) -> None:
        for at, entry in merged:
            if isinstance(entry, Command):
                self._do(entry, at)
            elif entry[1] in self._snoozed:
                self._snoozed[entry[1]] = entry[2]
            else:
                self._give(entry[1], entry[2], at)

    def _give(self, item: str, agent: str | None, at: float) -> None:
        if item in self._owner and self._owner[item] != agent:
            self._do(Release(item) if agent is None else Assign(item, agent, strict=False), at)

    def _do(self, command: Command, at: float) -> None:
        try:
            events = self._desk.handle(command, now=at)
        except AssignworkError as error:
            error.add_note(f"refused at {at}: {command}")
            raise
        self.done.append((at, command))
        self._found += events
        back = [item for event in events if (item := self._follow(event)) is not None]
        for item in back:
            self._give(item, self._snoozed.pop(item), at)

    def _follow(self, event: Event) -> str | None:
        """Learn who holds what; the item that is back from a snooze, if one is."""
        owner, snoozed = self._owner, self._snoozed
        if isinstance(event, (Queued, Released)):
            owner[event.item] = None
        elif isinstance(event, (Assigned, Reopened, Woken, Transferred)):
            owner[event.item] = event.agent
        elif isinstance(event, Snoozed):
            snoozed[event.item] = owner.get(event.item)
        elif isinstance(event, Closed):
            owner.pop(event.item, None)
            snoozed.pop(event.item, None)
        return event.item if isinstance(event, Woken) and event.item in snoozed else None
