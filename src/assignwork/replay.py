"""A command log run through a desk: events out, refusals told apart.

The commands come as `assignwork.wire.read_commands` yields them. Nothing is kept: a log of any
length takes the memory of the desk alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol, TypeAlias

import attrs

from assignwork.commands import Advance, Command
from assignwork.dispatcher import Dispatcher
from assignwork.errors import (
    AssignworkError,
    ClockRegressionError,
    ConfigurationError,
    DuplicateAgentError,
    DuplicateItemError,
    DuplicateTeamError,
    InputError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.model import Workspace
from assignwork.schedules import Scheduler


class Desk(Protocol):
    """What a replay needs of a desk: its one door, and its clock."""

    @property
    def now(self) -> float | None:
        """The latest instant it has seen, POSIX seconds; None before the first command."""

    def handle(self, command: Command, *, now: float) -> tuple[Event, ...]:
        """Carry out `command` at `now` (POSIX seconds); the events that it caused."""


@attrs.frozen
class Refusal:
    """A command of the log that the desk refused; it has changed nothing (rule D6).

    Attributes
    ----------
    line : int
        Its line in the log, or its place among the commands where these have no lines; from 1.
    at : float
        Its instant, POSIX seconds.
    command : Command
    error : AssignworkError
        Why.
    """

    line: int
    at: float
    command: Command
    error: AssignworkError

    @property
    def field(self) -> str:
        """The field of the command's wire form that the error is about; ``do`` for its verb."""
        if isinstance(self.error, ConfigurationError) and self.error.field:
            return self.error.field
        if isinstance(self.error, ClockRegressionError):
            return "at"
        found = list(_places(self.error.value, self.command.to_dict(self.at)))
        named = _NAMED_BY.get(type(self.error), ())
        fitting = [path for path in found if path.rpartition(".")[2].partition("[")[0] in named]
        return (fitting or found or ["do"])[0]

    def as_input_error(self, file: str) -> InputError:
        """The error with its place in the log."""
        stated = InputError.of(self.error, file=file, line=self.line, field=self.field)
        stated.__cause__ = self.error
        return stated


Entry: TypeAlias = tuple[float, Command] | tuple[int, float, Command]
"""A command of a log with its instant, and before them its line where the log has lines."""
_WITH_LINE: Final = 3
OnRefused: TypeAlias = Callable[[Refusal], None]
OnCommand: TypeAlias = Callable[[float, Command], None]
"""Told each command that was carried out, and its instant."""

_NAMED_BY: dict[type[AssignworkError], tuple[str, ...]] = {
    UnknownAgentError: ("agent", "only_agent", "where"),
    UnknownTeamError: ("team", "move_to", "primary", "secondary"),
    UnknownItemError: ("item",),
    DuplicateItemError: ("id",),
    DuplicateAgentError: ("id",),
    DuplicateTeamError: ("id",),
}


def _places(value: Any, data: Any, path: str = "") -> Iterator[str]:
    """The paths at which `value` stands in wire data, in its order."""
    if isinstance(data, dict):
        for key, entry in data.items():
            if key not in ("at", "do"):
                yield from _places(value, entry, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for i, entry in enumerate(data):
            yield from _places(value, entry, f"{path}[{i}]")
    elif type(data) is type(value) and data == value:
        yield path


def replay(
    workspace: Workspace,
    commands: Iterable[Entry],
    *,
    desk: Desk | None = None,
    until: float | None = None,
    on_refused: OnRefused | None = None,
    rebalancing: Scheduler | None = None,
    on_command: OnCommand | None = None,
) -> Iterator[Event]:
    """Run commands through a desk, and yield the events as they happen.

    Parameters
    ----------
    workspace : Workspace
    commands : iterable of (float, Command) or (int, float, Command)
        Instant (POSIX seconds) and command, in time order; before them the line, if there is one.
    desk : Desk, optional
        The desk that goes on, such as one restored from a snapshot; default: a new `Dispatcher`.
    until : float, optional
        Stop before the first command after this instant, and let time pass until then.
    on_refused : callable, optional
        Called with the `Refusal` of each command that the desk refuses; the replay then goes on.
    rebalancing : callable, optional
        ``rebalancing(desk, apply)`` makes the `Schedule` of this desk, whose commands it gives to
        ``apply(command, now)``. It is asked at its instants, after the log's commands of the same
        instant, and closed at the end.
    on_command : callable, optional
        Called with the instant and the command, for each that was carried out, the schedule's and
        the passing of time at the end included. They are a log that gives the same events without
        a schedule.

    Raises
    ------
    AssignworkError
        Of the first command that the desk refuses, with a note that names its line, unless
        `on_refused` is given.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem
    >>> from assignwork.commands import Close, Submit
    >>> workspace = Workspace(teams=[Team("billing")], agents=[Agent("ana", primary=["billing"])])
    >>> log = [(0.0, Submit(WorkItem("t-1", team="billing"))), (5.0, Close("t-1"))]
    >>> [event.kind for event in replay(workspace, log)]
    ['queued', 'assigned', 'closed']
    """
    run = _Run(Dispatcher(workspace) if desk is None else desk, on_command, rebalancing)
    try:
        yield from _replayed(run, commands, until, on_refused)
    finally:
        run.close()


def _replayed(
    run: _Run,
    commands: Iterable[Entry],
    until: float | None,
    on_refused: OnRefused | None,
) -> Iterator[Event]:
    pending = False  # events of timers that fired before a refused command
    for place, entry in enumerate(commands, start=1):
        line, at, command = entry if len(entry) == _WITH_LINE else (place, *entry)
        if until is not None and at > until:
            break
        yield from run.acts(before=at)
        try:
            events = run.step(command, at)
        except AssignworkError as error:
            if on_refused is None:
                error.add_note(f"refused: line {line}, {command}")
                raise
            pending = True
            on_refused(Refusal(line, at, command, error))
        else:
            pending = False
            yield from events
    last = run.desk.now if until is None else until
    if last is not None:
        yield from run.acts(before=math.nextafter(last, math.inf))
    if until is not None:
        yield from run.do(Advance(), until)
    elif pending and last is not None:
        yield from run.do(Advance(), last)


class _Run:
    """A desk, who acts on it between the commands, and who is told of all commands."""

    def __init__(
        self, desk: Desk, on_command: OnCommand | None, rebalancing: Scheduler | None
    ) -> None:
        self.desk = desk
        self._on_command = on_command
        self._schedule = None if rebalancing is None else rebalancing(desk, self.do)

    def do(self, command: Command, now: float) -> tuple[Event, ...]:
        """Carry out a command of anybody's."""
        events = self.desk.handle(command, now=now)
        if self._on_command is not None:
            self._on_command(now, command)
        return events

    def step(self, command: Command, now: float) -> tuple[Event, ...]:
        """Carry out a command of the log."""
        events = self.do(command, now)
        if self._schedule is not None:
            self._schedule.see(events, now=now)
        return events

    def acts(self, *, before: float) -> Iterator[Event]:
        """What the schedule does before that instant."""
        schedule = self._schedule
        if schedule is None:
            return
        while (due := schedule.next_at()) is not None and due < before:
            now = due if self.desk.now is None else max(due, self.desk.now)
            yield from schedule.tick(now=now)

    def close(self) -> None:
        if self._schedule is not None:
            self._schedule.close()
