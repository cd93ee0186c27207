"""`assignwork staff`: from arrivals to a forecast, to agents needed, to shifts, to a roster."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from assignwork.cli._staff_options import METHODS, MISSING, Options
from assignwork.cli.replay import check_pictures
from assignwork.cli.verbs import Verb, check_targets, json_option, refuse_stdout
from assignwork.wire import read_workspace, replacing, workspace_text

if TYPE_CHECKING:
    from assignwork.staffing import Progress

NOTHING_FOUND = 1
"""Exit code: what was asked is clear, and there is no such roster, or none was found in time."""


@click.command("staff", cls=Verb)
@click.option(
    "--arrivals",
    "arrivals_path",
    metavar="A.csv",
    help="Arrivals by interval: CSV with a header, an instant and a count a row. May be gzipped.",
)
@click.option("--time-column", metavar="NAME", help="Where the instant is; default: first column.")
@click.option("--count-column", metavar="NAME", help="Where the count is; default: the second.")
@click.option(
    "--interval", metavar="S", help="Add counts up to intervals of S seconds; default: as they are."
)
@click.option(
    "--time-zone",
    default="UTC",
    metavar="ZONE",
    help="IANA name: of times without an offset, of the hours, of all that is shown; default: UTC.",
)
@click.option(
    "--hours",
    multiple=True,
    metavar="DAYS=HOURS",
    help='Opening hours, such as "mon-fri=08:00-12:00,13:00-18:00". Repeatable; default: always.',
)
@click.option("--closed", multiple=True, metavar="DATE", help="A day that is closed. Repeatable.")
@click.option(
    "--missing",
    type=click.Choice(MISSING),
    default="refuse",
    help="What an open interval without a row is: an error (refuse, the default), without "
    "arrivals (zero), or not known (skip).",
)
@click.option(
    "--forecast",
    metavar="DAYS",
    help="The table is history: forecast the days after it. Without it the table is what to plan.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    help="How to forecast; default: regression, which needs the extra forecast.",
)
@click.option(
    "--level", default="0.9", metavar="SHARE", help="That the bounds shall cover; default: 0.9."
)
@click.option(
    "--factor",
    multiple=True,
    metavar="DATE=N",
    help="So many times as many come on this day as on others of its weekday. Repeatable.",
)
@click.option("--backtest", is_flag=True, help="Also say how far forecasts were off in the past.")
@click.option("--handle-time", metavar="S", help="Mean seconds that each arrival is worked on.")
@click.option("--service-level", metavar="SHARE", help="Share answered within --within: 0.8.")
@click.option("--within", metavar="S", help="Seconds of the service level; default: 20.")
@click.option("--mean-wait", metavar="S", help="Mean wait of at most so many seconds.")
@click.option("--occupancy", metavar="SHARE", help="Agents are busy at most so much: 0.85.")
@click.option(
    "--abandonment", metavar="SHARE", help="At most this share gives up; needs --patience."
)
@click.option(
    "--patience", metavar="S", help="Mean seconds until somebody gives up; default: nobody does."
)
@click.option(
    "--shrinkage", metavar="SHARE", help="Of paid time spent on breaks, training, illness: 0.3."
)
@click.option(
    "--shifts",
    "shifts_path",
    metavar="S.toml",
    help="Shift templates, JSON or TOML; with agents in it, a roster is planned.",
)
@click.option(
    "--time-limit", default="10", metavar="S", help="Seconds to search shifts; default: 10."
)
@click.option("--workspace", "workspace_path", metavar="W.json", help="A desk, for --write.")
@click.option(
    "--write",
    "write_path",
    metavar="OUT.json",
    help="Write the desk of --workspace with its agents on the shifts of the roster.",
)
@click.option("--report", "report_path", metavar="OUT.html", help="Also write a page.")
@click.option("--title", metavar="TEXT", help="The page's heading.")
@json_option
@click.pass_context
def verb(ctx: click.Context, /, *, as_json: bool, **given: Any) -> None:
    """Say how many agents are needed when, on which shifts, and who works them.

    Step by step, as far as options ask: --arrivals is what comes; --forecast says what will come;
    --handle-time and a target say how many agents each interval needs; --shifts puts them on
    shifts, or into a roster of named agents; --write puts the roster onto a desk.

    --shifts alone plans a file that has a demand of its own.

    Exit code 1: no such roster exists, or none was found in time; the reasons are told.

    \b
    Examples:
      assignwork staff --arrivals arrivals.csv --time-zone Europe/Madrid --hours mon-fri=08:00-20:00 \\
          --forecast 7 --handle-time 240 --service-level 0.8 --within 20 --shrinkage 0.3
      assignwork staff --arrivals arrivals.csv --handle-time 240 --mean-wait 30 \\
          --shifts shifts.toml --report plan.html
      assignwork staff --shifts roster.toml --workspace desk.json --write desk_with_shifts.json
    """  # noqa: D301, E501  # \b is click's mark: keep these lines as they stand
    options = Options.of(given)
    check_targets(
        [options.report_path, options.write_path],
        [
            path
            for path in (options.arrivals_path, options.shifts_path, options.workspace_path)
            if path
        ],
    )
    for option, path in (("--report", options.report_path), ("--write", options.write_path)):
        refuse_stdout(option, path, "the plan")
    if options.report_path:
        check_pictures()
    # numpy and what is above it: only who plans pays for it
    from assignwork.cli._staff_steps import take  # noqa: PLC0415

    desk = None if options.workspace_path is None else read_workspace(options.workspace_path)
    with _bar(options, as_json=as_json) as progress:
        found = take(options, desk, progress)
    if options.report_path:
        page = found.page(options.title)
        with replacing(options.report_path) as out:
            out.write(page)
    if options.write_path and found.desk is not None:
        with replacing(options.write_path) as out:
            out.write(workspace_text(found.desk))
    click.echo(json.dumps(found.document()) if as_json else found.text())
    if found.planned is not None and not found.planned.result.found:
        ctx.exit(NOTHING_FOUND)


@contextmanager
def _bar(options: Options, *, as_json: bool) -> Iterator[Callable[[Progress], None] | None]:
    """On a terminal, a bar of the time that the search has, with the best roster so far."""
    if as_json or options.shifts_path is None or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm  # noqa: PLC0415  # only where it is seen

    shape = "{desc} {bar} {n:.0f} of {total:.0f} s{postfix}"
    with tqdm(
        desc="shifts", total=options.time_limit, bar_format=shape, leave=False, file=sys.stderr
    ) as bar:

        def better(progress: Progress) -> None:
            gap = (progress.cost - progress.bound) / max(abs(progress.cost), 1)
            bar.update(min(progress.seconds, options.time_limit) - bar.n)
            bar.set_postfix_str(
                f"roster {progress.found:,}: {progress.cost:,} points, gap {100 * gap:.1f} %"
            )

        yield better
