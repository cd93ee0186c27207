"""Lives of items by support line, replayed through a desk with other movers than the log had.

The desk is the real one: it keeps the queues, runs clocks and escalation paths, and writes the
events. What people do comes from the log, item by item, as work that takes its time:

- every logged second in somebody's hands is done, in the log's order, by the line of the log or
  a higher one; what needs a higher line than the item is in waits in the queue until it gets there;
- a move up a line costs the wait that the log shows for this item and line, or, where the log has
  no such move, the median wait after moves to this line at this priority;
- a move of the log that is not made costs nothing: neither it nor the wait after it takes place.

So with the log's moves and no path the replay is the log, to the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from math import inf
from statistics import median_low
from typing import Any

import attrs

from assignwork.commands import (
    Advance,
    Assign,
    Close,
    Command,
    Heartbeat,
    Release,
    Reopen,
    Reply,
    Submit,
    Transfer,
)
from assignwork.dispatcher import Dispatcher
from assignwork.events import Event
from assignwork.intake.lines import CLOSED, HELD, QUEUED, Life, Stay
from assignwork.model import WorkItem, Workspace

LOGGED, ALONE, NET = "as logged", "path alone", "log and path"
RUNS = (LOGGED, ALONE, NET)
"""The replays of a study: as the log says; items moved by an escalation path alone; as the log
says, with the path as a net below."""


def team_of(line: int) -> str:
    """The team of a line; its one agent has the same name.

    Examples
    --------
    >>> team_of(2), line_of("line-2")
    ('line-2', 2)
    """
    return f"line-{line}"


def line_of(team: str) -> int:
    """The line of a team."""
    return int(team.removeprefix("line-"))


@attrs.frozen
class LineReplay:
    """What a replay was made of, and what came of it.

    Attributes
    ----------
    workspace : Workspace
    commands : tuple of (float, Command)
        With their instants (POSIX seconds): a replay of them gives the events again.
    events : tuple of Event
    until : float
        The instant at which it ends, POSIX seconds.
    """

    workspace: Workspace
    commands: tuple[tuple[float, Command], ...]
    events: tuple[Event, ...]
    until: float


class Waits:
    """How long items waited after a move up: medians by line and priority, of a log.

    Examples
    --------
    >>> stays = [Stay(1, "held", 60.0), Stay(2, "queued", 30.0), Stay(2, "held", 90.0)]
    >>> waits = Waits([Life("t-1", 0.0, 3, None, tuple(stays))])
    >>> waits.typical(2, 3), waits.typical(2, 1), waits.typical(3, 3)
    (30.0, 30.0, 0.0)
    """

    def __init__(self, lives: Iterable[Life]) -> None:
        found: defaultdict[tuple[int, int | None], list[float]] = defaultdict(list)
        for life in lives:
            for line, seconds in life.entries():
                found[line, life.priority].append(seconds)
                found[line, None].append(seconds)
        self._medians = {key: median_low(waits) for key, waits in found.items()}

    def typical(self, line: int, priority: int) -> float:
        """Of this line and priority, else of the line, else none; in seconds."""
        found = self._medians.get((line, priority))
        return self._medians.get((line, None), 0.0) if found is None else found


_NEW, _IN_STAY, _WAITS, _DONE = range(4)
"""What people do next with an item: submit it, end its stay, take it up after a path's move."""


class _Track:
    """An item on its way: which of its stays it is in, and what the desk says of it."""

    __slots__ = (
        "blocked",
        "due",
        "held",
        "left",
        "life",
        "line",
        "phase",
        "place",
        "taken",
        "token",
    )

    def __init__(self, life: Life) -> None:
        self.life = life
        self.phase = _NEW
        self.place = 0  # the stay that it is in
        self.line = life.stays[0].line  # in which the desk has it
        self.held = False
        self.taken = False  # whether anybody ever took it
        self.blocked = False  # the stay needs a higher line than the item is in
        self.token = 0  # of what people do next; whatever else was planned is void
        self.due = inf  # when they do that
        self.left = 0.0  # seconds of the stay, when a move cut it short

    @property
    def stay(self) -> Stay:
        return self.life.stays[self.place]

    def line_before(self, place: int) -> int | None:
        """The line of the log before a stay, closings left out."""
        for stay in reversed(self.life.stays[:place]):
            if stay.state != CLOSED:
                return stay.line
        return None

    def logged_wait(self, line: int) -> float | None:
        """How long the log's next move up to this line made it wait; None: there is no such."""
        for place in range(self.place, len(self.life.stays)):
            stay = self.life.stays[place]
            before = self.line_before(place)
            if stay.state != CLOSED and stay.line == line and before is not None and before < line:
                return stay.seconds if stay.state == QUEUED else 0.0
        return None


def replay_lines(
    lives: Sequence[Life],
    workspace: Workspace,
    *,
    moves: bool,
    until: float,
    waits: Waits | None = None,
) -> LineReplay:
    """Replay items by line.

    Parameters
    ----------
    lives : sequence of Life
    workspace : Workspace
        With a manual team and an agent for each line, both named by `team_of`; its paths move
        items, too.
    moves : bool
        Whether people move items as the log says.
    until : float
        POSIX seconds at which it ends.
    waits : Waits, optional
        After moves that the log has not; default: of these lives.

    Examples
    --------
    >>> from assignwork import Agent, Team
    >>> desk = Workspace(
    ...     teams=[Team(f"line-{i}", manual=True, rank=i) for i in (1, 2)],
    ...     agents=[Agent(f"line-{i}", primary=[f"line-{i}"]) for i in (1, 2)],
    ... )
    >>> life = Life("t-1", 0.0, 3, None, (Stay(1, "held", 60.0), Stay(2, "held", 90.0)))
    >>> found = replay_lines([life], desk, moves=True, until=200.0)
    >>> [(event.kind, event.at) for event in found.events if event.kind[:2] in ("tr", "cl")]
    [('transferred', 60.0), ('closed', 150.0)]
    """
    run = _Run(lives, workspace, moves=moves, waits=Waits(lives) if waits is None else waits)
    run.until(until)
    return LineReplay(workspace, tuple(run.commands), tuple(run.events), until)


class _Run:
    def __init__(
        self, lives: Sequence[Life], workspace: Workspace, *, moves: bool, waits: Waits
    ) -> None:
        self.commands: list[tuple[float, Command]] = []
        self.events: list[Event] = []
        self._desk = Dispatcher(workspace)
        self._moves = moves
        self._waits = waits
        self._tracks = {life.id: _Track(life) for life in lives}
        self._numbers = count(1)
        self._heap: list[tuple[float, int, str]] = []  # what people do next
        self._agent = workspace.agents[0].id
        for track in self._tracks.values():
            self._plan(track, track.life.opened_at)

    # --- time -----------------------------------------------------------------------------------

    def until(self, end: float) -> None:
        beaten = -inf
        while True:
            at = self._heap[0][0] if self._heap else inf
            wakeup = self._desk.next_wakeup()
            timer = inf if wakeup is None else wakeup
            if min(at, timer) > end:
                break
            if timer < at:
                self._do(timer, Advance())
            elif timer == at != beaten:
                # What is due now comes first, but a target that is met now is met in time: only
                # `advance` says that nothing more came at this instant.
                beaten = at
                self._do(at, Heartbeat(self._agent))
            else:
                self._act(*heappop(self._heap))
        self._do(end, Advance())

    def _plan(self, track: _Track, at: float) -> None:
        """The next thing that people do with the item."""
        track.token, track.due = next(self._numbers), at
        if at < inf:
            heappush(self._heap, (at, track.token, track.life.id))

    def _do(self, at: float, command: Command) -> None:
        self.commands.append((at, command))
        for event in self._desk.handle(command, now=at):
            self.events.append(event)
            self._see(event)

    def _see(self, event: Any) -> None:
        """What the desk says of an item; a path may have moved it."""
        match event.kind:
            case "assigned":
                self._tracks[event.item].held = True
            case "released" | "closed":
                self._tracks[event.item].held = False
            case "reopened":
                self._tracks[event.item].held = event.agent is not None
            case "transferred":
                self._tracks[event.item].line = line_of(event.team)
            case "escalated" if event.team is not None:
                self._moved(self._tracks[event.item], event.at, line_of(event.team))

    def _moved(self, track: _Track, at: float, line: int) -> None:
        """A path moved the item: it waits until somebody of its new line takes it."""
        if track.phase == _IN_STAY and not track.blocked:
            track.left = track.due - at if track.stay.state == HELD else 0.0
        wait = track.logged_wait(line)
        if wait is None:
            wait = self._waits.typical(line, track.life.priority)
        track.phase = _WAITS
        self._plan(track, at + wait)

    # --- people ---------------------------------------------------------------------------------

    def _act(self, at: float, token: int, item: str) -> None:
        track = self._tracks[item]
        if token != track.token:
            return
        phase, track.phase = track.phase, _IN_STAY
        if phase == _NEW:
            self._submit(track, at)
            self._enter(track, at)
        elif phase == _WAITS:
            self._resume(track, at)
        else:
            self._next(track, at)

    def _submit(self, track: _Track, at: float) -> None:
        life = track.life
        item = WorkItem(
            life.id, team_of(track.line), priority=life.priority, category=life.category,
            created_at=at,
        )  # fmt: skip
        self._do(at, Submit(item))

    def _resume(self, track: _Track, at: float) -> None:
        """Somebody of the line to which a path moved the item takes it up."""
        self._take(track, at)
        if track.blocked:
            track.blocked = False
            self._enter(track, at)
        elif track.stay.state == HELD:
            self._plan(track, at + track.left)
        else:
            self._next(track, at)  # it waited in its old line, and need not wait again

    def _next(self, track: _Track, at: float) -> None:
        over = track.stay
        track.place += 1
        if over.state == CLOSED:
            self._do(at, Reopen(track.life.id))
        self._enter(track, at)

    def _enter(self, track: _Track, at: float) -> None:
        """Begin the item's next stay that takes place."""
        item = track.life.id
        while track.place < len(track.life.stays):
            stay, before = track.stay, track.line_before(track.place)
            if stay.state == CLOSED:
                self._do(at, Close(item))
            elif stay.line > track.line and not self._moves:
                track.blocked = True
                self._plan(track, inf)
                self._let_go(track, at)
                return
            elif stay.line > track.line or (
                self._moves and before is not None and stay.line < min(before, track.line)
            ):
                self._do(at, Transfer(item, team_of(stay.line)))
            elif stay.state == QUEUED and before not in (None, stay.line):
                track.place += 1
                continue  # the move is not made, so there is no wait after it
            self._plan(track, at + stay.seconds)
            if stay.state == HELD:
                self._take(track, at)
            elif stay.state == QUEUED:
                self._let_go(track, at)
            return
        track.phase = _DONE
        self._do(at, Close(item))

    def _take(self, track: _Track, at: float) -> None:
        if not track.held:
            self._do(at, Assign(track.life.id, team_of(track.line)))
        if not track.taken:
            track.taken = True
            self._do(at, Reply(track.life.id, "agent"))

    def _let_go(self, track: _Track, at: float) -> None:
        if track.held:
            self._do(at, Release(track.life.id))
