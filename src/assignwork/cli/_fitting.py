"""`assignwork simulate --from-log`: a log becomes a scenario, and is compared with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from assignwork import _fields
from assignwork import commands as c
from assignwork.cli._bars import replications_bar
from assignwork.cli.logs import CommandLog
from assignwork.cli.replay import check_pictures
from assignwork.cli.verbs import (
    check_targets,
    read_instant,
    refuse_as,
    refuse_stdout,
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

SCHEMA = 1
"""Of what `--json` and `--results` write; grows when a key changes its meaning or goes."""
NAME = "fitted"

_TARGETS = (
    ("--scenario", "made_path"), ("--results", "results_path"), ("--report", "report_path"),
)  # fmt: skip
_BY_PEOPLE = (c.Assign, c.Release, c.Pull, c.Accept, c.Decline, c.SetPresence, c.Heartbeat)
_BLAMED = {
    "start": "--from", "end": "--until", "time_zone": "--time-zone", "log": "--commands",
    "keep_back": "--keep-back",
}  # fmt: skip
_DECIDED = (
    "nothing in this log says who was there or who took what: the dispatcher decided all of it, "
    "with everybody there at all hours. Was it imported? Then import it with --assignments."
)


@attrs.frozen
class FitLog:
    """A log, how it is fitted, and what becomes of that.

    Attributes
    ----------
    workspace_path, commands_path : str
    made_path, results_path, report_path : str or None
        Where the scenario, the JSON and the page go.
    title : str or None
        Of the page.
    options : mapping
        Of `fit_scenario`.
    replays : mapping or None
        Options of `validate_fit`; None: no validation.
    keep_back : float or None
        What is not fitted but compared with: a share of the time, or from an instant on.
    skip_errors, as_json : bool
    """

    workspace_path: str
    commands_path: str
    made_path: str | None
    results_path: str | None
    report_path: str | None
    title: str | None
    options: Mapping[str, Any]
    replays: Mapping[str, Any] | None
    keep_back: float | None
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
        made_path, report_path = given["made_path"], given["report_path"]
        check_targets(
            [made_path, given["results_path"], report_path],
            [given["workspace_path"], given["commands_path"]],
        )
        for option, name in _TARGETS:
            refuse_stdout(option, given[name], "the fit")
        _refuse_ending(made_path)
        if report_path is not None:
            check_pictures()
        keep_back = _kept(given["keep_back"])
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
            report_path=report_path,
            title=given["title"],
            options={"name": NAME} | {name: v for name, v in found.items() if v is not None},
            replays=replays if given["validate"] or keep_back is not None else None,
            keep_back=keep_back,
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
        if self.report_path is not None:
            self._report(self.report_path, fit, found, read, caveats)
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
        from assignwork.simulation.fitting import (  # noqa: PLC0415  # loads numpy
            fit_scenario,
            split_log,
            validate_fit,
        )

        options: dict[str, Any] = dict(self.options)
        part: dict[str, Any] = {}
        with _blamed():
            parts = None
            if self.keep_back is not None:
                window = {name: options.get(name) for name in ("start", "end", "time_zone")}
                parts = split_log(workspace, read.events, self.keep_back, **window)
                options["end"] = parts.cut
            fit = fit_scenario(workspace, read.events, items=read.items, **options)
            if self.replays is None:
                return fit, None
            if parts is not None:
                part = {"start": parts.cut, "end": parts.end, "warm_up": parts.warm_up(fit)}
            with replications_bar(fit.scenario.name, as_json=self.as_json) as progress:
                return fit, validate_fit(
                    fit, read.events, items=read.items, on_progress=progress, **part, **self.replays
                )

    def _report(
        self, path: str, fit: Fit, found: Validation | None, read: _Read, caveats: list[str]
    ) -> None:
        from assignwork.reports import fitting_html  # noqa: PLC0415  # if asked for

        page = fitting_html(
            fit,
            found,
            source=None if self.commands_path == "-" else Path(self.commands_path).name,
            items=len(read.items),
            caveats=caveats,
            **({} if self.title is None else {"title": self.title}),
        )
        with replacing(path) as out:
            out.write(page)


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


def _kept(text: str | None) -> float | None:
    """A share of the time below 1, or an instant."""
    if text is None:
        return None
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return read_instant(text, "--keep-back")
    if share >= 1 and not text.endswith("%"):
        return read_instant(text, "--keep-back")
    if not 0 < share < 1:
        _fields.refuse(
            "--keep-back",
            text,
            "a share of the time above 0 and below 1, or an instant",
            "give one such as 0.25, or 2026-05-09T00:00:00Z",
        )
    return share


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
