"""Command logs as workloads: a user's own desk, and the real log that the targets name.

The bare loop gets the submits and closes of the log alone; an agent serves his first inbox. Both
are timed over commands that were read before; a third figure is for the whole way from the file.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from typing import Any

import attrs

from assignwork.bench.floor import BareLoop
from assignwork.bench.rows import Row, Say, Target, figure_row, operations_per, ratio_row
from assignwork.bench.timing import alternate, cleanly, clock, percentile
from assignwork.commands import Close, Command, Submit
from assignwork.dispatcher import Dispatcher
from assignwork.intake import import_log
from assignwork.model import DEFAULT_PRIORITY, WorkItem, Workspace
from assignwork.replay import Refusal, replay
from assignwork.wire import command_line, event_line, read_commands, read_workspace

"""The real log, where it is at hand."""
FROM_FILE = Target(20_000)
"""Commands per second."""

Timed = tuple[float, Command]


@attrs.frozen
class Latency:
    """Microseconds of the calls of one verb, by the wall clock."""

    count: int
    p50: float
    p99: float


@attrs.frozen
class DeskFigures:
    """What was measured of one desk and its log.

    Attributes
    ----------
    fingerprint : str
        Of workspace and commands: what says whether two measurements are of the same desk.
    rows : tuple of Row
    latencies : mapping of str to Latency
        By verb.
    operations : mapping of str to int
        The desk's counters after the whole log.
    """

    fingerprint: str
    rows: tuple[Row, ...]
    latencies: Mapping[str, Latency]
    operations: Mapping[str, int]


def measure_desk(
    workspace_path: str | Path,
    commands_path: str | Path,
    *,
    runs: int = 5,
    say: Say = lambda _: None,
) -> DeskFigures:
    """Measure a desk on its own log.

    Parameters
    ----------
    workspace_path, commands_path : str or Path
        As `assignwork replay` takes them.
    runs : int
        Of which the median counts.

    Raises
    ------
    InputError
        For a line that cannot be used, or that the desk refuses.
    """
    workspace = read_workspace(workspace_path)
    log = read_log(workspace, commands_path)
    rows, operations = desk_rows("desk", workspace, log, runs, say)
    rows.append(
        from_file_row("desk: from the file", workspace_path, commands_path, len(log), runs, say)
    )
    say("single calls")
    return DeskFigures(
        fingerprint(workspace, log), tuple(rows), latencies(workspace, log), operations
    )


def read_log(workspace: Workspace, path: str | Path) -> list[Timed]:
    """The commands of a log, once all of it is known to be accepted.

    Raises
    ------
    InputError
        With file, line and field.
    """
    entries = list(read_commands(path, ordered=False))

    def refuse(refusal: Refusal) -> None:
        raise refusal.as_input_error(str(path))

    for _ in replay(workspace, entries, on_refused=refuse):
        pass
    return [(at, command) for _, at, command in entries]


def desk_rows(
    name: str, workspace: Workspace, log: list[Timed], runs: int, say: Say
) -> tuple[list[Row], dict[str, int]]:
    """Lifecycles beside the bare loop's, commands a second; and the desk's counters."""
    bare_desk, bare_log = bare_draws(workspace, log)
    submits = sum(1 for _, command in log if type(command) is Submit)
    operations: dict[str, int] = {}

    def ours() -> float:
        say(f"{name}: the log of {len(log):,} commands")
        desk = Dispatcher(workspace)
        handle = desk.handle
        seen = 0
        started = clock()
        for at, command in log:
            for event in handle(command, now=at):
                seen += event.seq
        seconds = clock() - started
        operations.update(desk.operations)
        return seconds

    pairs = alternate(lambda: run_bare_log(bare_desk, bare_log), ours, runs)
    counts = operations_per(submits, operations, {})
    size = f"{len(workspace.teams):,} x {len(workspace.agents):,}, {submits:,} items"
    rates = [len(log) / pair.ours for pair in pairs]
    rows = [
        ratio_row(name, size, pairs, submits, counts=counts),
        figure_row(
            f"{name}: commands", f"{len(log):,} commands", rates, None, unit="/s",
            ours=median(rates), what="commands",
        ),
    ]  # fmt: skip
    return rows, operations


BareStep = tuple[str, int, int]
CLOSING = -1


def bare_draws(
    workspace: Workspace, log: list[Timed]
) -> tuple[tuple[int, list[tuple[int, int]]], list[BareStep]]:
    """What the bare loop needs of a desk, and of its log: (item, team or `CLOSING`, priority)."""
    numbers = {team.id: number for number, team in enumerate(workspace.teams)}
    steps: list[BareStep] = []
    for _, command in log:
        if type(command) is Submit:
            item: WorkItem = command.item
            team = numbers.setdefault(item.team, len(numbers))  # added on the way
            given = item.priority
            steps.append((item.id, team, given if isinstance(given, int) else DEFAULT_PRIORITY))
        elif type(command) is Close:
            steps.append((command.item, CLOSING, 0))
    agents = [
        (
            numbers[(*agent.primary, *agent.secondary)[0]],
            agent.capacity or workspace.default_capacity,
        )
        for agent in workspace.agents
        if agent.primary or agent.secondary
    ]
    return (len(numbers), agents), steps


def run_bare_log(desk: tuple[int, list[tuple[int, int]]], steps: list[BareStep]) -> float:
    """Seconds of the bare loop for the submits and closes of a log."""
    bare = BareLoop(*desk)
    submit = bare.submit
    close = bare.close
    started = clock()
    for item, team, priority in steps:
        if team == CLOSING:
            close(item)
        else:
            submit(item, team, priority)
    return clock() - started


def from_file_row(
    name: str,
    workspace_path: str | Path,
    commands_path: str | Path,
    commands: int,
    runs: int,
    say: Say,
    target: Target | None = None,
) -> Row:
    """Commands a second from the file of commands to a file of events."""
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            say(f"{name}, run {number + 1} of {runs}")
            seconds = cleanly(
                lambda: _from_file(workspace_path, commands_path, Path(folder, "events.jsonl"))
            )
            rates.append(commands / seconds)
    return figure_row(
        name, f"{commands:,} commands", rates, target, unit="/s", ours=median(rates),
        what="commands",
    )  # fmt: skip


def _from_file(workspace_path: str | Path, commands_path: str | Path, events_path: Path) -> float:
    started = clock()
    replay_files(workspace_path, commands_path, events_path)
    return clock() - started


def replay_files(
    workspace_path: str | Path, commands_path: str | Path, events_path: str | Path
) -> None:
    """The whole way: commands from a file through a desk to a file of events."""
    log = read_commands(commands_path, ordered=False)
    with Path(events_path).open("w", encoding="utf-8") as out:
        out.writelines(event_line(event) for event in replay(read_workspace(workspace_path), log))


def latencies(workspace: Workspace, log: list[Timed]) -> dict[str, Latency]:
    """How long single calls took, by verb."""
    handle = Dispatcher(workspace).handle
    taken: dict[str, list[int]] = {}
    for at, command in log:
        begun = perf_counter_ns()
        handle(command, now=at)
        taken.setdefault(command.verb, []).append(perf_counter_ns() - begun)
    return {
        verb: Latency(len(calls), percentile(calls, 0.5) / 1000, percentile(calls, 0.99) / 1000)
        for verb, calls in sorted(taken.items())
    }


def fingerprint(workspace: Workspace, log: list[Timed]) -> str:
    """Says whether two desks and logs mean the same, however they are written down."""
    digest = hashlib.sha256(json.dumps(workspace.to_dict(), sort_keys=True).encode())
    for at, command in log:
        digest.update(command_line(at, command).encode())
    return digest.hexdigest()


def replay_servicenow(log: Path | None, *, small: bool, runs: int, say: Say) -> Iterator[Row]:
    """The incidents of the ServiceNow log, imported; of one week where `small`."""
    if log is None or not log.exists():
        reason = "no log given" if log is None else f"no {log}"
        yield Row("replay", "ServiceNow log", unit="/s", target=FROM_FILE, skipped=reason)
        return
    say("replay: importing the ServiceNow log")
    window: dict[str, Any] = {"start": "2016-03-01", "end": "2016-03-07"} if small else {}
    found = import_log("servicenow", log, **window)
    with tempfile.TemporaryDirectory() as folder:
        workspace_path = Path(folder, "workspace.json")
        commands_path = Path(folder, "commands.jsonl")
        found.write(workspace_path, commands_path)
        commands = len(found.commands)
        yield from_file_row(
            "replay: from the file", workspace_path, commands_path, commands, runs, say, FROM_FILE
        )
    rows, _ = desk_rows("replay: desk alone", found.workspace, list(found.commands), runs, say)
    yield rows[0]
