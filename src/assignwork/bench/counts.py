"""Operation counts of fixed small runs: what no noisy machine disturbs, and so what CI gates.

The runs are drawn from seeds, so their counts are the same on every machine. They may fall, but not
grow beyond `TOLERANCE` over those that are kept in a file. `benchmarks/update_counts.py` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assignwork.bench.draws import (
    S,
    Scale,
    bare_agents,
    draw_everything,
    draw_steady,
    generator,
    plain_items,
    plain_workspace,
)
from assignwork.bench.loops import assigned, drive_everything, ramped_up
from assignwork.dispatcher import Dispatcher
from assignwork.errors import ConfigurationError
from assignwork.wire import replacing

TOLERANCE = 0.02
"""By which share a count may be larger than the one it is compared with."""
SCHEMA = 1
KIND = "assignwork.counts"
TEN_TIMES = Scale("10 S", 50, 1000)
"""Ten desks of size S side by side: the same team size, ten times of everything else."""

Counts = dict[str, float]
"""Operations per assignment, by name; and how many `assignments` there were."""


def count_steady(scale: Scale, lifecycles: int) -> Counts:
    """Of the workload `steady`, once the desk is full."""
    draws = draw_steady(scale, lifecycles)
    desk, host = ramped_up(draws)
    before, made = desk.operations, host.assigned
    now = float(len(draws.ramp))
    for item, closing in draws.arrivals:
        now += 1.0
        host.look(desk.submit(item, now=now), now)
        host.look(desk.close(closing, now=now), now)
    return _per_assignment(desk, host.assigned - made, before)


def count_everything(scale: Scale, lifecycles: int) -> Counts:
    """Of the workload `everything`, once the desk is full."""
    draws = draw_everything(scale, lifecycles)
    desk, host = ramped_up(draws)
    before, made = desk.operations, host.assigned
    drive_everything(desk, host, draws)
    return _per_assignment(desk, host.assigned - made, before)


def count_queueing(scale: Scale, items: int) -> Counts:
    """Of submits that find nobody: per item, not per assignment, for there is none."""
    drawn, _ = plain_items(scale, items, generator(3))
    desk = Dispatcher(plain_workspace(scale, presence="away"))
    for number, item in enumerate(drawn):
        desk.submit(item, now=float(number))
    return _per_assignment(desk, items, {})


def count_backlog(scale: Scale, queued: int, lifecycles: int) -> Counts:
    """Of closes, while that many items wait behind a desk that is full."""
    numbers = generator(3)
    items, _ = plain_items(scale, queued, numbers)
    desk = Dispatcher(plain_workspace(scale, presence="away"))
    held: list[str] = []
    now = 0.0
    for item in items:
        now += 1.0
        desk.submit(item, now=now)
    for number in range(len(bare_agents(scale))):
        now += 1.0
        held += assigned(desk.set_presence(f"agent-{number}", "active", now=now))
    before = desk.operations
    made = 0
    for _ in range(lifecycles):
        now += 1.0
        place = numbers.randrange(len(held))
        taken = assigned(desk.close(held[place], now=now))
        made += len(taken)
        held[place : place + 1] = taken
    return _per_assignment(desk, made, before)


def _per_assignment(desk: Dispatcher, assignments: int, before: Mapping[str, int]) -> Counts:
    """Counters but for `events`, which say what happened, not what it cost."""
    found: Counts = {"assignments": assignments}
    for name, total in sorted(desk.operations.items()):
        if name != "events":
            found[name] = round((total - before.get(name, 0)) / assignments, 4)
    return found


RUNS: dict[str, Callable[[], Counts]] = {
    "steady, S": lambda: count_steady(S, 1000),
    "steady, 10 S": lambda: count_steady(TEN_TIMES, 2000),
    "everything, S": lambda: count_everything(S, 1000),
    "everything, 10 S": lambda: count_everything(TEN_TIMES, 2000),
    "queueing, S": lambda: count_queueing(S, 5000),
    "backlog, S": lambda: count_backlog(S, queued=5000, lifecycles=1000),
}
"""Name -> what counts it."""


def count_all() -> dict[str, Counts]:
    """The counts of all `RUNS`."""
    return {name: run() for name, run in RUNS.items()}


def grown(
    baseline: Mapping[str, float], now: Mapping[str, float], tolerance: float = TOLERANCE
) -> list[str]:
    """Which counts grew by more than `tolerance`, a share, and by how much.

    Examples
    --------
    >>> grown({"choices": 1.0, "keys_computed": 0.0}, {"choices": 1.5, "keys_computed": 0.0})
    ['choices grew from 1.0 to 1.5 (+50.0 %, tolerance 2.0 %)']
    >>> grown({"choices": 1.0}, {"choices": 1.01})
    []
    """
    found = []
    for name, before in baseline.items():
        after = now.get(name)
        if after is not None and after > before * (1 + tolerance) + 1e-9:
            by = f"+{after / before - 1:.1%}".replace("%", " %") if before else "from nothing"
            allowed = f"{tolerance:.1%}".replace("%", " %")
            found.append(f"{name} grew from {before} to {after} ({by}, tolerance {allowed})")
    return found


def gate(baseline: Mapping[str, Mapping[str, float]], now: Mapping[str, Counts]) -> list[str]:
    """What is wrong with the counts now, measured by those kept: one line each.

    Runs that came or went, and runs that no longer make the same assignments, are wrong too: their
    counts cannot be compared, and the file must be written anew.
    """
    wrong = [f"{name}: not in both" for name in sorted(set(baseline) ^ set(now))]
    for name in baseline:
        if name in now:
            before, after = baseline[name], now[name]
            if list(before) != list(after):
                wrong.append(f"{name}: counts {', '.join(after)}, kept {', '.join(before)}")
            if before.get("assignments") != after["assignments"]:
                wrong.append(
                    f"{name}: {after['assignments']} assignments, kept {before.get('assignments')}"
                )
            else:
                wrong += [f"{name}: {line}" for line in grown(before, after)]
    return wrong


def write_counts(path: str | Path, counts: Mapping[str, Counts]) -> None:
    """Keep the counts in a JSON file."""
    document = {"kind": KIND, "schema": SCHEMA, "runs": counts}
    with replacing(path) as out:
        out.write(json.dumps(document, indent=2) + "\n")


def read_counts(path: str | Path) -> dict[str, Counts]:
    """The counts that were kept.

    Raises
    ------
    ConfigurationError
        When the file is of another kind or schema.
    OSError
    """
    document: Any = json.loads(Path(path).read_text("utf-8"))
    if (document.get("kind"), document.get("schema")) != (KIND, SCHEMA):
        raise ConfigurationError(
            f"{path} holds no operation counts that this version reads",
            value=document.get("schema"),
            limit=f"schema {SCHEMA}",
            remedy="write it anew with benchmarks/update_counts.py",
        )
    runs: dict[str, Counts] = document["runs"]
    return runs
