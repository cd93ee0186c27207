"""The workloads: what is measured on which desks, and what must be reached.

Each workload is a function that yields rows. Targets are ratios to the bare loop of the same run
where there is one; medians over `Plan.runs` runs, bare loop and desk in turn.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import attrs

from assignwork.bench import loops, replays
from assignwork.bench.draws import (
    CAPACITY,
    Draws,
    L,
    M,
    S,
    Scale,
    bare_agents,
    draw_everything,
    draw_steady,
    generator,
    plain_items,
    plain_workspace,
)
from assignwork.bench.rows import Row, Say, Target, figure_row, ratio_row
from assignwork.bench.timing import Pair, alternate, cleanly, percentile
from assignwork.dispatcher import Dispatcher

STEADY = Target(0.20)
SLOWDOWN = Target(2.0, at_most=True)
BACKLOG_SUBMIT = Target(0.25)
TAIL = Target(20.0, at_most=True)
QUEUED_BYTES = Target(1024, at_most=True)
EVERYTHING = Target(0.06)
EXPLAIN_MS = Target(5.0, at_most=True)
IMPORT_MS = Target(150.0, at_most=True)

HEAVY = ("numpy", "ortools")
"""What importing the library must not load."""


@attrs.frozen
class Plan:
    """How much is measured.

    Attributes
    ----------
    small : bool
        Sizes that run in seconds, for CI; their ratios say little.
    runs : int
        Of each, of which the median counts.
    log : Path, optional
        A ServiceNow incident log for the workload `replay`; without one that is skipped.
    """

    small: bool = False
    runs: int = 5
    log: Path | None = None
    say: Say = attrs.field(default=lambda _: None)

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The desks, smallest first."""
        return (S, M, Scale("L", 100, 2000)) if self.small else (S, M, L)

    @property
    def lifecycles(self) -> int:
        """Of a run, once the desk is full."""
        return 1_000 if self.small else 50_000

    @property
    def backlog(self) -> int:
        """Items submitted while everybody is away."""
        return 10_000 if self.small else 1_000_000

    @property
    def queued(self) -> int:
        """Items queued when one is explained, and when their memory is measured."""
        return 5_000 if self.small else 100_000


def steady(plan: Plan) -> Iterator[Row]:
    """Plain items at 90 % of the desk's capacity."""
    yield from _at_all_scales(plan, "steady", draw_steady, loops.run_steady, STEADY)


def everything(plan: Plan) -> Iterator[Row]:
    """All features at once."""
    yield from _at_all_scales(plan, "everything", draw_everything, loops.run_everything, EVERYTHING)


def _at_all_scales(
    plan: Plan,
    workload: str,
    draw: Callable[[Scale, int], Draws],
    run: Callable[[Draws], loops.Ran],
    target: Target,
) -> Iterator[Row]:
    """All scales in each round, so that L and S are compared at about the same time."""
    draws = [draw(scale, plan.lifecycles) for scale in plan.scales]
    counts: dict[str, Any] = {}
    pairs: dict[str, list[Pair]] = {scale.name: [] for scale in plan.scales}

    def ours(drawn: Draws) -> float:
        ran = run(drawn)
        counts[drawn.scale.name] = ran.counts
        return ran.seconds

    for number in range(plan.runs):
        for drawn in draws:
            plan.say(f"{workload} {drawn.scale.name}, run {number + 1} of {plan.runs}")
            pairs[drawn.scale.name] += alternate(
                lambda drawn=drawn: loops.run_bare(drawn),  # type: ignore[misc]  # lambda's default
                lambda drawn=drawn: ours(drawn),  # type: ignore[misc]
                runs=1,
            )
    for scale in plan.scales:
        yield ratio_row(
            workload,
            str(scale),
            pairs[scale.name],
            plan.lifecycles,
            target=target.limit if scale is M else None,
            counts=counts[scale.name],
        )
    both = zip(pairs["S"], pairs["L"], strict=True)
    slowdowns = [large.ours / small.ours for small, large in both]
    yield figure_row(workload, "L's time / S's", slowdowns, SLOWDOWN)


def backlog(plan: Plan) -> Iterator[Row]:
    """Everybody away while items pile up; all come; then closing."""
    numbers = generator(3)
    items, bare = plain_items(M, plan.backlog, numbers)
    picks = [numbers.random() for _ in range(min(plan.lifecycles, plan.backlog // 2))]
    draws = Draws(
        M,
        plain_workspace(M, presence="away"),
        [],
        [(item, "") for item in items],
        bare_agents(M),
        [],
        bare,
    )
    ran: list[tuple[loops.Backlog, loops.Backlog]] = []
    for number in range(plan.runs):
        plan.say(f"backlog, run {number + 1} of {plan.runs}")
        ran.append(
            (_run(loops.run_bare_backlog, draws, picks), _run(loops.run_backlog, draws, picks))
        )
    size = f"M, {plan.backlog:,} items"
    yield ratio_row(
        "backlog: submit", size, [Pair(b.submitting, o.submitting) for b, o in ran], plan.backlog,
        target=BACKLOG_SUBMIT.limit, what="items",
    )  # fmt: skip
    yield ratio_row(
        "backlog: all come", size, [Pair(b.coming, o.coming) for b, o in ran], M.agents,
        what="agents",
    )  # fmt: skip
    yield ratio_row(
        "backlog: closing", size, [Pair(b.closing, o.closing) for b, o in ran], len(picks),
        counts=ran[-1][1].counts,
    )  # fmt: skip
    yield from _tails(plan, draws, picks, size)
    plan.say("backlog, memory")
    used = loops.bytes_per_queued_item(plain_workspace(M, presence="away"), plan.queued)
    yield figure_row(
        "backlog: memory an item", f"M, {plan.queued:,} items", [used], QUEUED_BYTES, unit="B"
    )


def _run(
    run: Callable[[Draws, list[float]], loops.Backlog], draws: Draws, picks: list[float]
) -> loops.Backlog:
    found: list[loops.Backlog] = []
    cleanly(lambda: found.append(run(draws, picks)) or 0.0)  # type: ignore[func-returns-value]
    return found[0]


def _tails(plan: Plan, draws: Draws, picks: list[float], size: str) -> Iterator[Row]:
    """The slowest hundredth of the calls, as a multiple of their median."""
    tails: tuple[list[float], list[float]] = ([], [])
    for number in range(plan.runs):
        plan.say(f"backlog, single calls, run {number + 1} of {plan.runs}")
        for tail, calls in zip(tails, loops.time_calls(draws, picks), strict=True):
            tail.append(percentile(calls, 0.99) / median(calls))
    for verb, tail in zip(("submit", "close"), tails, strict=True):
        yield figure_row(f"backlog: p99 / median, {verb}", size, tail, TAIL)


def replay(plan: Plan) -> Iterator[Row]:
    """The real log, from its file to a file of events."""
    yield from replays.replay_servicenow(plan.log, small=plan.small, runs=plan.runs, say=plan.say)


def explain(plan: Plan) -> Iterator[Row]:
    """`explain` of queued items, everybody busy."""
    numbers = generator(4)
    asked = 10 if plan.small else 50
    held = M.agents * CAPACITY
    items, _ = plain_items(M, held + plan.queued + plan.runs * asked, numbers)
    fresh = items[held + plan.queued :]
    desk = Dispatcher(plain_workspace(M))
    for number, item in enumerate(items[: held + plan.queued]):
        desk.submit(item, now=float(number))
    queued = list(desk.queue())
    seconds = []
    for number in range(plan.runs):
        plan.say(f"explain, run {number + 1} of {plan.runs}")
        chosen = numbers.sample(queued, asked)
        taken = fresh[number * asked : (number + 1) * asked]
        seconds.append(median(loops.time_explain(desk, chosen, taken)))
    yield figure_row(
        "explain", f"M, {plan.queued:,} queued", [1000 * s for s in seconds], EXPLAIN_MS,
        unit="ms", ours=1 / median(seconds), what="explanations",
    )  # fmt: skip


def importing(plan: Plan) -> Iterator[Row]:
    """`import assignwork` in a fresh process, compiled before."""
    milliseconds = []
    heavy: set[str] = set()
    for number in range(plan.runs + 1):
        plan.say(f"import, run {number} of {plan.runs}")
        took, loaded = _import_once()
        heavy |= loaded
        if number:  # the first may have compiled it
            milliseconds.append(took)
    size = f"loads {', '.join(sorted(heavy))}" if heavy else "no numpy, no OR-Tools"
    row = figure_row("import", size, milliseconds, IMPORT_MS, unit="ms")
    yield attrs.evolve(row, target=Target(0.0, at_most=True)) if heavy else row


def _import_once() -> tuple[float, set[str]]:
    """Milliseconds of the import as `-X importtime` says, and which heavy modules it loaded."""
    program = "import assignwork, sys; print(*sys.modules)"
    ran = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-X", "importtime", "-c", program],
        capture_output=True,
        check=True,
        text=True,
    )
    lines = (line.split("|") for line in ran.stderr.splitlines())
    took = next(float(line[1]) for line in lines if line[-1] == " assignwork")
    return took / 1000, set(HEAVY) & set(ran.stdout.split())


WORKLOADS: dict[str, Callable[[Plan], Iterator[Row]]] = {
    "steady": steady,
    "backlog": backlog,
    "everything": everything,
    "replay": replay,
    "explain": explain,
    "import": importing,
}
"""Name -> what measures it, in the order of the table."""
