"""`assignwork simulate --from-log`: a log becomes a scenario, and is compared with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click
from click.core import ParameterSource

from assignwork import commands as c
from assignwork.cli._bars import replications_bar
from assignwork.cli.logs import CommandLog
from assignwork.cli.verbs import (
    check_targets,
    read_instant,
    refuse_as,
    refuse_stdout,
    skip_option,
)
from assignwork.errors import (
    ConfigurationError,
    InputError,
    UnknownAgentError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.model import WorkItem, Workspace
from assignwork.replay import replay
from assignwork.wire import read_workspace, replacing

if TYPE_CHECKING:
    from assignwork.simulation import Fit, Scenario, Validation

F = TypeVar("F", bound=Callable[..., Any])

SCHEMA = 1
"""Of what `--json` and `--results` write; grows when a key changes its meaning or goes."""
ARRIVALS = ("weekly", "counts", "logged")
WORK = ("elapsed", "shared")
CLOCKS = ("wall", "shift")
UNASSIGNED = ("abandoned", "left out")
NAME = "fitted"

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
    skip_option,
)
_OF_FITS = (
    "commands_path", "made_path", "since", "until", "arrivals", "work", "clock", "unassigned",
    "validate", "skip_errors",
)  # fmt: skip
_OF_PLAYING = (
    "precision", "by", "add_agents", "like", "without", "busier", "against_path", "report_path",
    "title",
)  # fmt: skip
_OF_VALIDATING = ("replications", "seed", "processes")
_BY_PEOPLE = (c.Assign, c.Release, c.Pull, c.Accept, c.Decline, c.SetPresence, c.Heartbeat)
_BLAMED = {"start": "--from", "end": "--until", "time_zone": "--time-zone", "log": "--commands"}
_DECIDED = (
    "nothing in this log says who was there or who took what: the dispatcher decided all of it, "
    "with everybody there at all hours. Was it imported? Then import it with --assignments."
)


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
    if not ctx.params["validate"]:
        _none_of(names, _OF_VALIDATING, "goes with --validate where a log is fitted.")
    for name, option in (("workspace_path", "--workspace"), ("commands_path", "--commands")):
        if name not in names:
            raise click.UsageError(f"--from-log needs {option}.")
    return True


def _none_of(given: Mapping[str, str], wanted: tuple[str, ...], why: str) -> None:
    for name in wanted:
        if name in given:
            raise click.UsageError(f"{given[name]} {why}")


@attrs.frozen
class FitLog:
    """A log, how it is fitted, and what becomes of that.

    Attributes
    ----------
    workspace_path, commands_path : str
    made_path, results_path : str or None
        Where the scenario and the JSON go.
    options : mapping
        Of `fit_scenario`.
    replays : mapping or None
        Options of `validate_fit`; None: no validation.
    skip_errors, as_json : bool
    """

    workspace_path: str
    commands_path: str
    made_path: str | None
    results_path: str | None
    options: Mapping[str, Any]
    replays: Mapping[str, Any] | None
    skip_errors: bool
    as_json: bool

    @classmethod
    def of(
        cls,
        given: Mapping[str, Any],
        *,
        threshold: float | None,
        replays: Mapping[str, Any],
    ) -> FitLog:
        """As the verb's options say; what is a number is given as one.

        Raises
        ------
        ConfigurationError, InputError
            For an instant or a path that cannot be used.
        """
        made_path = given["made_path"]
        check_targets(
            [made_path, given["results_path"]], [given["workspace_path"], given["commands_path"]]
        )
        refuse_stdout("--scenario", made_path, "the fit")
        refuse_stdout("--results", given["results_path"], "the fit")
        _refuse_ending(made_path)
        found = {
            "start": _instant(given["since"], "--from"),
            "end": _instant(given["until"], "--until"),
            "time_zone": given["time_zone"],
            "threshold": threshold,
            "name": None if made_path is None else Path(made_path).stem,
            **{name: given[name] for name in ("arrivals", "work", "clock", "unassigned")},
        }
        return cls(
            workspace_path=given["workspace_path"],
            commands_path=given["commands_path"],
            made_path=made_path,
            results_path=given["results_path"],
            options={"name": NAME} | {name: v for name, v in found.items() if v is not None},
            replays=replays if given["validate"] else None,
            skip_errors=given["skip_errors"],
            as_json=given["as_json"],
        )

    def run(self) -> None:
        """Read, fit, write, compare, and say it.

        Raises
        ------
        AssignworkError
            For a log that cannot be used.
        """
        workspace = read_workspace(self.workspace_path)
        log = CommandLog(
            self.commands_path, "reading", skip_errors=self.skip_errors, as_json=self.as_json
        )
        read = _Read(workspace, log)
        caveats = [_DECIDED] if read.decided else []
        for text in caveats:
            log.say(json.dumps({"warning": text}) if self.as_json else f"warning: {text}")
        fit, found = self._fitted(workspace, read)
        if self.made_path is not None:
            _write(self.made_path, fit.scenario)
        document = ""
        if self.as_json or self.results_path is not None:
            compared = None if found is None else found.to_dict()
            document = json.dumps(
                {
                    "schema": SCHEMA,
                    "warnings": caveats,
                    "fit": fit.to_dict(),
                    "validation": compared,
                }
            )
        if self.results_path is not None:
            with replacing(self.results_path) as out:
                out.write(document + "\n")
        click.echo(document if self.as_json else _text(fit, found))
        if self.made_path is not None and not self.as_json:
            log.say(f"the scenario is in {self.made_path}")
        if log.errors:
            said = json.dumps({"errors": log.errors}) if self.as_json else log.count_of_errors()
            log.say(said)

    def _fitted(self, workspace: Workspace, read: _Read) -> tuple[Fit, Validation | None]:
        # Loads numpy: not for --help.
        from assignwork.simulation import fit_scenario, validate_fit  # noqa: PLC0415

        with _blamed():
            fit = fit_scenario(workspace, read.events, items=read.items, **self.options)
            if self.replays is None:
                return fit, None
            with replications_bar(fit.scenario.name, as_json=self.as_json) as progress:
                return fit, validate_fit(
                    fit, read.events, items=read.items, on_progress=progress, **self.replays
                )


class _Read:
    """A log as its desk told it."""

    def __init__(self, workspace: Workspace, log: CommandLog) -> None:
        self.items: list[WorkItem] = []
        self._by_people = any(agent.shift is not None for agent in workspace.agents)
        self.events: list[Event] = list(
            replay(workspace, log, on_refused=log.refuse, on_command=self._see)
        )

    @property
    def decided(self) -> bool:
        """Whether nothing that people did is in it."""
        return not self._by_people

    def _see(self, _: float, command: c.Command) -> None:
        if isinstance(command, c.Submit):
            self.items.append(command.item)
        elif isinstance(command, _BY_PEOPLE):
            self._by_people = True


@contextmanager
def _blamed() -> Iterator[None]:
    """What cannot be fitted is told as an error of the option that gave it."""
    try:
        yield
    except InputError:
        raise
    except ConfigurationError as error:
        if error.field in _BLAMED:
            refuse_as(error, _BLAMED[error.field])
        raise
    except (UnknownAgentError, UnknownTeamError) as error:  # added in the middle of the log
        refuse_as(error, "--workspace", "log")


def _write(path: str, scenario: Scenario) -> None:
    text = json.dumps(scenario.to_dict(), indent=1, allow_nan=False)
    with replacing(path) as out:
        out.write(text + "\n")


def _text(fit: Fit, found: Validation | None) -> str:
    """The fit, then how far a simulation of it is from the log; what is to be doubted once."""
    if found is None:
        return str(fit)
    return str(fit).partition("\n\nTo doubt:")[0] + f"\n\n{found}"


def _instant(text: str | None, option: str) -> float | None:
    return None if text is None else read_instant(text, option)


def _refuse_ending(path: str | None) -> None:
    """A scenario is written, and read again, as plain JSON."""
    if path is not None and path.endswith((".toml", ".gz")):
        raise ConfigurationError(
            "a fitted scenario is written as plain JSON",
            field="--scenario",
            value=path,
            limit="a name such as desk.json",
            remedy="give another ending",
        )
