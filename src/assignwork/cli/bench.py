"""`assignwork bench`: how fast this is here, beside a bare loop of the same run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from assignwork.bench import (
    WORKLOADS,
    DeskFigures,
    Plan,
    compare,
    document,
    measure_desk,
    read_document,
    table,
)
from assignwork.bench.comparison import RATIO_TOLERANCE
from assignwork.bench.rows import Row, Say
from assignwork.cli.verbs import Verb, check_targets
from assignwork.wire import replacing


@click.command("bench", cls=Verb)
@click.option(
    "--workloads",
    "names",
    metavar="A,B",
    help=f"Which to measure, of {', '.join(WORKLOADS)}; default: all.",
)
@click.option("--small", is_flag=True, help="Sizes that run in seconds; their ratios say little.")
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Runs of each, of which the median counts.",
)
@click.option("--workspace", "workspace_path", metavar="W.json", help="Measure this desk instead.")
@click.option("--commands", "commands_path", metavar="C.jsonl", help="Its log.")
@click.option(
    "--json",
    "json_path",
    metavar="OUT",
    help="Also keep the figures as JSON; with - they go to stdout, the table to stderr.",
)
@click.option(
    "--compare",
    "baseline_path",
    metavar="BASELINE.json",
    help="Exit with code 1 where this run is slower than one kept by --json.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0, max=1),
    default=RATIO_TOLERANCE,
    show_default=True,
    help="By which share a ratio may fall before that counts as slower.",
)
@click.option(
    "--log",
    "log_path",
    metavar="FILE",
    help="A ServiceNow incident log for the workload replay; without one that is skipped.",
)
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    names: str | None,
    small: bool,  # noqa: FBT001  # click passes options so
    runs: int,
    workspace_path: str | None,
    commands_path: str | None,
    json_path: str | None,
    baseline_path: str | None,
    tolerance: float,
    log_path: str | None,
) -> None:
    """Measure how fast this is here, beside a bare loop of heaps in the same run.

    Without options all workloads run in full, which takes some eight minutes. With --workspace and
    --commands your own desk is measured on its own log: lifecycles and commands a second, the
    ratio to the bare loop, operation counts, and what single calls take.

    With --compare the exit code is 1 when operation counts per lifecycle grow by more than 2 %
    or a ratio falls beyond the tolerance; 2 when the baseline is of another desk or schema.

    \b
    Example:
      assignwork bench --workspace desk.json --commands log.jsonl --json today.json \\
          --compare baseline.json
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    chosen = _chosen(names)
    inputs = [path for path in (workspace_path, commands_path, baseline_path) if path]
    check_targets([json_path], inputs)
    baseline = read_document(baseline_path) if baseline_path else None
    if workspace_path and commands_path:
        if names or small:
            raise click.UsageError("--workloads and --small are not for a desk of your own.")
        found = _desk(workspace_path, commands_path, runs, to_stderr=json_path == "-")
    elif workspace_path or commands_path:
        raise click.UsageError("A desk of your own needs both --workspace and --commands.")
    else:
        plan = Plan(
            small=small, runs=runs, log=Path(log_path) if log_path else None, say=_progress()
        )
        found = _workloads(chosen, plan, to_stderr=json_path == "-")
    if json_path:
        with replacing(json_path) as out:
            out.write(json.dumps(found, indent=2) + "\n")
    if baseline is not None and baseline_path:
        _judge(baseline, found, baseline_path, tolerance)


def _chosen(names: str | None) -> list[str]:
    chosen = list(WORKLOADS) if names is None else [name.strip() for name in names.split(",")]
    for name in chosen:
        if name not in WORKLOADS:
            raise click.BadParameter(
                f"{name!r} is none of {', '.join(WORKLOADS)}.", param_hint="'--workloads'"
            )
    return [name for name in WORKLOADS if name in chosen]


def _workloads(chosen: list[str], plan: Plan, *, to_stderr: bool) -> dict[str, Any]:
    rows: list[Row] = []
    for name in chosen:
        rows += WORKLOADS[name](plan)
    plan.say("")
    click.echo(table(rows), err=to_stderr)
    return document({"workloads": "small" if plan.small else "full"}, rows, runs=plan.runs)


def _desk(workspace_path: str, commands_path: str, runs: int, *, to_stderr: bool) -> dict[str, Any]:
    say = _progress()
    found = measure_desk(workspace_path, commands_path, runs=runs, say=say)
    say("")
    click.echo(f"{table(found.rows)}\n\n{desk_details(found)}", err=to_stderr)
    calls = {
        verb: {"count": call.count, "p50_us": call.p50, "p99_us": call.p99}
        for verb, call in found.latencies.items()
    }
    return document(
        {"desk": found.fingerprint},
        found.rows,
        runs=runs,
        operations=dict(found.operations),
        calls=calls,
    )


def desk_details(found: DeskFigures) -> str:
    """Operations per lifecycle, and what single calls took."""
    counts = found.rows[0].counts
    width = max(map(len, (*found.latencies, "command")))
    lines = ["operations per lifecycle: "]
    lines[0] += ", ".join(f"{name} {count:.2f}" for name, count in counts.items())
    lines.append(f"{'command':{width}}  {'calls':>9}  {'p50 µs':>8}  {'p99 µs':>8}")
    lines += [
        f"{verb:{width}}  {call.count:>9,}  {call.p50:>8,.1f}  {call.p99:>8,.1f}"
        for verb, call in found.latencies.items()
    ]
    return "\n".join(lines)


def _judge(baseline: dict[str, Any], found: dict[str, Any], path: str, tolerance: float) -> None:
    """Say what became slower, and end with exit code 1 if anything did."""
    compared = compare(baseline, found, file=path, tolerance=tolerance)
    for line in compared.slower:
        click.echo(f"slower: {line}", err=True)
    if compared.slower:
        raise click.exceptions.Exit(1)
    rows = "row" if compared.compared == 1 else "rows"
    click.echo(f"not slower than {path} ({compared.compared} {rows} compared)", err=True)


def _progress() -> Say:
    """What is measured now, on a line of its own on a terminal; "" wipes it out."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"\r\x1b[K{text}", nl=False, err=True)
