"""The options of `assignwork simulate --from-log`, and which of them go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from assignwork.cli.verbs import skip_option

F = TypeVar("F", bound=Callable[..., Any])

ARRIVALS = ("weekly", "counts", "logged")
WORK = ("elapsed", "shared")
CLOCKS = ("wall", "shift")
UNASSIGNED = ("abandoned", "left out")

_OPTIONS = (
    click.option(
        "--from-log",
        is_flag=True,
        help="Instead of a SCENARIO: make one of a log, with --workspace and --commands.",
    ),
    click.option(
        "--commands",
        "commands_path",
        metavar="C.jsonl",
        help="The command log to fit, one JSON object a line, in time order; - is stdin.",
    ),
    click.option(
        "--scenario", "made_path", metavar="OUT.json", help="Where the fitted scenario goes."
    ),
    click.option(
        "--from",
        "since",
        metavar="INSTANT",
        help="Fit customers from this instant on: POSIX seconds or ISO 8601 with an offset.",
    ),
    click.option("--until", metavar="INSTANT", help="Fit what happened before this instant."),
    click.option(
        "--arrivals",
        type=click.Choice(ARRIVALS),
        default=ARRIVALS[0],
        help="Rates by hour of the week (weekly, the default), as many as came in each hour "
        "(counts), or exactly those of the log (logged).",
    ),
    click.option(
        "--work",
        type=click.Choice(WORK),
        default=WORK[0],
        help="Time held is work (elapsed, the default), or is divided among what an agent held "
        "at once (shared).",
    ),
    click.option(
        "--clock",
        type=click.Choice(CLOCKS),
        help="Held time counts always (wall) or within shifts (shift); default: by what the log "
        "shows.",
    ),
    click.option(
        "--unassigned",
        type=click.Choice(UNASSIGNED),
        default=UNASSIGNED[0],
        help="Who was closed before anybody was assigned gave up (abandoned, the default), or was "
        "dealt with by nobody who is named (left out).",
    ),
    click.option(
        "--validate",
        is_flag=True,
        help="Also simulate what was fitted, and say how far waits and loads are from the log.",
    ),
    click.option(
        "--keep-back",
        metavar="SHARE|INSTANT",
        help="Fit without the last part of the log (a share of its time such as 0.25, or from this "
        "instant on), and compare with that part: out of sample. Implies --validate.",
    ),
    skip_option,
)
_OF_FITS = (
    "commands_path", "made_path", "since", "until", "arrivals", "work", "clock", "unassigned",
    "validate", "keep_back", "skip_errors",
)  # fmt: skip
_OF_PLAYING = (
    "precision", "by", "add_agents", "like", "without", "busier", "against_path",
)  # fmt: skip
_OF_VALIDATING = ("replications", "seed", "processes")


def fitting_options(command: F) -> F:
    """The options of a fit, for the verb."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_fit(ctx: click.Context) -> bool:
    """Whether a log is to be fitted; what does not go with that, or only with it, is refused.

    Raises
    ------
    click.UsageError
    """
    names = {
        parameter.name: parameter.opts[-1]
        for parameter in ctx.command.params
        if parameter.name is not None
        and ctx.get_parameter_source(parameter.name) is not ParameterSource.DEFAULT
    }
    if not ctx.params["from_log"]:
        if ctx.params["scenario_path"] is None:
            raise click.UsageError("Give a SCENARIO, or --from-log with a log to make one of.")
        _none_of(names, _OF_FITS, "goes with --from-log.")
        return False
    if "scenario_path" in names:
        raise click.UsageError("--from-log makes the scenario; no SCENARIO beside it.")
    _none_of(names, _OF_PLAYING, "plays a scenario: fit first, then simulate the --scenario file.")
    if not ctx.params["validate"] and ctx.params["keep_back"] is None:
        _none_of(names, _OF_VALIDATING, "goes with --validate where a log is fitted.")
    if ctx.params["keep_back"] is not None and ctx.params["arrivals"] != ARRIVALS[0]:
        raise click.UsageError(
            "--keep-back needs --arrivals weekly: the others are those of the log's own days."
        )
    for name, option in (("workspace_path", "--workspace"), ("commands_path", "--commands")):
        if name not in names:
            raise click.UsageError(f"--from-log needs {option}.")
    return True


def _none_of(given: Mapping[str, str], wanted: tuple[str, ...], why: str) -> None:
    for name in wanted:
        if name in given:
            raise click.UsageError(f"{given[name]} {why}")
