"""Random workspaces and commands: the real desk against the reference, step by step.

As a program it runs many seeds and prints the end of the first divergence, made as small as it
gets: `python tests/properties/fuzz.py --seeds 0-200 --steps 300`; `--full` prints all of it,
`--time` and `--no-time` force the features of time on or off. `Pair` is also what the Hypothesis
machine compares with.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

import attrs

from assignwork import Dispatcher, Workspace
from assignwork.commands import VERBS, Command, command_from_dict
from assignwork.errors import AssignworkError
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
)
from assignwork.testing.reference import ReferenceDesk

# A log entry is the instant and the command; None for it: the real desk is saved and restored.
Entry = tuple[float, Command | None]

# What the views call otherwise, or tell only in some states, is compared apart.
APART = ("owner", "last_owner", "excluded", "queued_at", "clocks")
CALLED = {"due": "due_at"}  # by the reference, by the views
LAST = 5  # commands of a divergence that are shown
WIDTH = 600  # characters of a value that are shown


class Pair:
    """The real desk and the reference, held against each other after each command."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace  # as at first
        self.reference = ReferenceDesk(workspace)
        self.desk = Dispatcher(workspace, validate=True)

    def do(self, now: float, command: Command | None) -> str | None:
        """Both carry the command out; what they disagree about, or None."""
        if command is None:
            return self.restore()
        expected = _outcome(self.reference, now, command)
        found = _outcome(self.desk, now, command)
        if found != expected:
            return _apart("events" if isinstance(expected, list) else "outcome", found, expected)
        return self.compare()

    def restore(self) -> str | None:
        """Replace the real desk by one made from its snapshot; what is different then."""
        document = json.loads(json.dumps(self.desk.snapshot()))
        try:
            self.desk = Dispatcher.restore(document, validate=True)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
            return f"restore: {error!r}"
        again = json.loads(json.dumps(self.desk.snapshot()))
        if again != document:
            return _apart("snapshot after restore", again, document)
        return self.compare()

    def compare(self) -> str | None:
        """What the two states disagree about, or None."""
        state = self.reference.state()
        if self.desk.next_wakeup() != self.reference.next_wakeup():
            return _apart("next_wakeup", self.desk.next_wakeup(), self.reference.next_wakeup())
        queue = [getattr(entry, "id", entry) for entry in self.desk.queue()]
        if queue != state["queue"]:
            return _apart("queue", queue, state["queue"])
        for what, views in (("items", self.desk.items), ("agents", self.desk.agents)):
            if sorted(views) != sorted(state[what]):
                return _apart(what, sorted(views), sorted(state[what]))
            for name, expected in state[what].items():
                wrong = _view_apart(views[name], expected)
                if wrong:
                    return f"{what}[{name}].{wrong}"
        return None


def _outcome(desk: Any, now: float, command: Command) -> list[str] | str:
    """The events as the wire has them, byte for byte, or the class of the refusal."""
    try:
        events = desk.handle(command, now=now)
    except AssignworkError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
        return repr(error)
    return [json.dumps(event.to_dict()) for event in events]


def _view_apart(view: Any, expected: dict[str, Any]) -> str | None:
    for name, value in expected.items():
        found = None if name in APART else getattr(view, CALLED.get(name, name))
        if name not in APART and _listed(found) != _listed(value):
            return _apart(name, found, value)
    if "clocks" in expected:
        wrong = _clocks_apart(view.targets, expected["clocks"])
        if wrong:
            return wrong
    if "owner" in expected:
        owner = expected["last_owner" if expected["state"] == "closed" else "owner"]
        if view.owner != owner:
            return _apart("owner", view.owner, owner)
        if expected["state"] in ("queued", "offered") and view.queued_at != expected["queued_at"]:
            return _apart("queued_at", view.queued_at, expected["queued_at"])
        if sorted(view.excluded) != expected["excluded"]:
            return _apart("excluded", view.excluded, expected["excluded"])
    return None


def _clocks_apart(targets: Any, clocks: Mapping[str, dict[str, Any]]) -> str | None:
    found = {view.target: view for view in targets}
    if sorted(found) != sorted(clocks):
        return _apart("clocks", sorted(found), sorted(clocks))
    for name, clock in clocks.items():
        wrong = _view_apart(found[name], clock)
        if wrong:
            return f"clocks[{name}].{wrong}"
    return None


def _listed(value: Any) -> Any:
    """Tuples as lists, as the reference may have either."""
    return [_listed(entry) for entry in value] if isinstance(value, (tuple, list)) else value


def _apart(what: str, found: Any, expected: Any) -> str:
    """The first place at which the two differ."""
    found, expected = _listed(found), _listed(expected)
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in dict.fromkeys([*expected, *found]):
            pair = found.get(name, "(none)"), expected.get(name, "(none)")
            if pair[0] != pair[1]:
                return _apart(f"{what}.{name}", *pair)
    if isinstance(found, list) and isinstance(expected, list):
        for i, (one, other) in enumerate(zip_longest(found, expected, fillvalue="(none)")):
            if one != other:
                return _apart(f"{what}[{i}]", one, other)
    return f"{what}:\n    desk      {_shown(found)}\n    reference {_shown(expected)}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]} ..."


@attrs.frozen
class Divergence:
    """Where the two part, and the shortest known way there; `options` make the same seed again."""

    workspace: Workspace
    log: list[Entry]
    what: str
    seed: int = -1
    options: str = ""

    def __str__(self) -> str:
        lines = [
            f"seed {self.seed}: after {len(self.log)} commands; all of it: "
            f"python tests/properties/fuzz.py --seeds {self.seed}{self.options} --full"
        ]
        lines += [_shown(json.dumps(_wire(entry))) for entry in self.log[-LAST:]]
        return "\n".join([*lines, self.what])

    def full(self) -> str:
        """The workspace, all commands, and what is different then."""
        lines = [f"seed {self.seed}: after {len(self.log)} commands"]
        lines.append(json.dumps(self.workspace.to_dict()))
        lines += [json.dumps(_wire(entry)) for entry in self.log]
        return "\n".join([*lines, self.what])


def _wire(entry: Entry) -> dict[str, Any]:
    now, command = entry
    return {"at": now, "do": "(restore)"} if command is None else command.to_dict(now)


def _entry(data: dict[str, Any]) -> Entry:
    return (data.get("at", 0.0), None) if data.get("do") == "(restore)" else command_from_dict(data)


def run(seed: int, steps: int, *, time: bool | None = None) -> Divergence | None:
    """Drive a made-up workspace with that many commands; the first divergence, or None.

    In every second workspace some verbs are favoured, so that rare ones meet each other. `time`
    forces the features of time on or off.
    """
    options = f" --steps {steps}{'' if time is None else ' --time' if time else ' --no-time'}"
    dice = RandomDice(random.Random(seed))
    workspace = generate_workspace(dice, time=time)
    favoured = [dice.pick(list(VERBS)) for _ in range(3)] if dice.chance(50) else []
    pair, log = Pair(workspace), []
    for _ in range(steps):
        state = pair.reference.state()
        now = generate_instant(dice, state["clock"], pair.reference.next_wakeup(), workspace)
        if dice.chance(1):
            now -= dice.integer(1, 3)
        command = None
        if not dice.chance(3):
            command = generate_command(dice, state, now, favoured, workspace)
        log.append((now, command))
        what = pair.do(now, command)
        if what is not None:
            return Divergence(workspace, log, what, seed, options)
    return None


def replay(workspace: Workspace, log: list[Entry]) -> Divergence | None:
    """The first divergence on this log, or None."""
    pair = Pair(workspace)
    for i, (now, command) in enumerate(log):
        what = pair.do(now, command)
        if what is not None:
            return Divergence(workspace, log[: i + 1], what)
    return None


def shrink(divergence: Divergence) -> Divergence:
    """Drop commands, then fields, as long as the two still part in the same kind of way."""
    smaller = _with_fewer_fields(_with_fewer_commands(divergence))
    while _size(smaller) < _size(divergence):
        divergence = smaller
        smaller = _with_fewer_fields(_with_fewer_commands(divergence))
    return divergence


def _with_fewer_commands(best: Divergence) -> Divergence:
    size = len(best.log) // 2
    while size:
        start = 0
        while start < len(best.log):
            log = best.log[:start] + best.log[start + size :]
            found = _still(best, best.workspace.to_dict(), [_wire(entry) for entry in log])
            best, start = (found, start) if found is not None else (best, start + size)
        size //= 2
    return best


def _with_fewer_fields(best: Divergence) -> Divergence:
    at = 0
    while (candidate := next(islice(_smaller(best), at, None), None)) is not None:
        found = _still(best, *candidate)
        best, at = (found, at) if found is not None else (best, at + 1)
    return best


def _still(
    best: Divergence, workspace: dict[str, Any], log: list[dict[str, Any]]
) -> Divergence | None:
    """The divergence of the smaller case, if it has one of the same kind."""
    try:
        found = replay(Workspace.from_dict(workspace), [_entry(data) for data in log])
    except AssignworkError:  # too small to be made
        return None
    if found is None or _kind(found.what) != _kind(best.what) or _size(found) >= _size(best):
        return None
    return attrs.evolve(found, seed=best.seed, options=best.options)


def _size(divergence: Divergence) -> int:
    log = [_wire(entry) for entry in divergence.log]
    return len(json.dumps([divergence.workspace.to_dict(), log]))


def _kind(what: str) -> str:
    broken = "BrokenInvariantError" if "BrokenInvariantError" in what else ""
    return broken or what.partition(":")[0].partition("[")[0]


def _smaller(now: Divergence) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The same commands in wire form, with one field or entry left out somewhere."""
    workspace, log = now.workspace.to_dict(), [_wire(entry) for entry in now.log]
    for smaller in _without_a_part(workspace):
        yield smaller, log
    for i, data in enumerate(log):
        for smaller in _without_a_part(data):
            yield workspace, [*log[:i], smaller, *log[i + 1 :]]


def _without_a_part(data: Any) -> Iterator[Any]:
    """The wire object with one key or entry left out, at any depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield {k: v for k, v in data.items() if k != key}
            for smaller in _without_a_part(value):
                yield {**data, key: smaller}
    elif isinstance(data, list):
        if len(data) > LAST:  # calendars have many intervals
            yield data[: len(data) // 2]
            yield data[len(data) // 2 :]
        for i, value in enumerate(data):
            yield data[:i] + data[i + 1 :]
            for smaller in _without_a_part(value):
                yield [*data[:i], smaller, *data[i + 1 :]]


def main() -> int:
    """Run the seeds asked for; 1 at the first divergence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-200", help="one seed, or first-last")
    parser.add_argument("--steps", type=int, default=300, help="commands per seed")
    parser.add_argument("--keep-going", action="store_true", help="report every seed, unshrunk")
    parser.add_argument("--full", action="store_true", help="print workspace and commands")
    parser.add_argument(
        "--time",
        action=argparse.BooleanOptionalAction,
        help="calendars, shifts, targets, paths, protocols, catalog; default: in many seeds",
    )
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    failed = 0
    for seed in range(int(first), int(last or first) + 1):
        divergence = run(seed, options.steps, time=options.time)
        if divergence is None:
            continue
        failed += 1
        if not options.keep_going:
            smallest = shrink(divergence)
            sys.stdout.write(f"{smallest.full() if options.full else smallest}\n")
            return 1
        head = " ".join(divergence.what.split())
        sys.stdout.write(f"seed {seed}: after {len(divergence.log)} commands: {head}\n")
    sys.stdout.write(f"{failed} of {int(last or first) - int(first) + 1} seeds diverge\n")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
