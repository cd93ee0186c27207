"""What all verbs share: their errors, their common options, what they say on stderr.

An error of the input ends a verb with exit code 2 and one line on stderr that names file, line,
field, value and remedy; with `--json` as one JSON object.
"""

from __future__ import annotations

import errno
import io
import json
import math
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from assignwork import _fields
from assignwork._words import one_line
from assignwork.errors import AssignworkError, ConfigurationError, InputError
from assignwork.wire.targets import require_writable

MAX_SHOWN = 200
"""Characters of a value that an error shows in JSON."""

workspace_option = click.option(
    "--workspace",
    "workspace_path",
    required=True,
    metavar="W.json",
    help="The desk: teams, agents, rules. JSON or TOML.",
)
commands_option = click.option(
    "--commands",
    "commands_path",
    required=True,
    metavar="C.jsonl",
    help="The command log, one JSON object a line, in time order. May be gzipped; - is stdin.",
)
skip_option = click.option(
    "--skip-errors",
    is_flag=True,
    help="Report each line that cannot be used or is refused, go on, and count them at the end.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs: speak JSON.")


class Failure(click.ClickException):
    """An error of the input as the verb's end."""

    exit_code = 2

    def __init__(self, error: Exception, *, as_json: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.as_json = as_json

    def show(self, file: Any = None) -> None:
        """Print it on stderr."""
        click.echo(error_text(self.error, as_json=self.as_json), file=file, err=True)


class Verb(click.Command):
    """A click command whose errors of input end it with a `Failure`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it.

        Raises
        ------
        Failure
            For an error of the library, or a file that cannot be written.
        """
        if isinstance(sys.stdout, io.TextIOWrapper):  # letters that it lacks do not end a run
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except AssignworkError as error:
            raise Failure(error, as_json=ctx.params.get("as_json", False)) from error
        except UnicodeEncodeError as error:
            refused = ConfigurationError(
                "a text has halves of characters, which no file can hold",
                value=error.object[error.start : error.end],
                limit="whole characters",
                remedy="look at the options' texts, and at the terminal's encoding",
            )
            raise Failure(refused, as_json=ctx.params.get("as_json", False)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has gone: no error of ours
                raise
            raise Failure(error, as_json=ctx.params.get("as_json", False)) from error


def check_targets(
    outputs: Iterable[str | None], inputs: Iterable[str], *, makes_folder: bool = False
) -> None:
    """Refuse to write over an input, two outputs into one file, or where nothing can be written.

    It is asked before the work, so that nobody waits for what is then lost. Who makes the folder of
    the outputs says so.

    Raises
    ------
    InputError
        Names the file.
    """
    taken = {os.path.realpath(path): "is an input of this run" for path in inputs if path != "-"}
    for path in outputs:
        if path is None or path == "-" or Path(path).is_relative_to("/dev"):
            continue
        if os.path.realpath(path) in taken:
            raise InputError(
                f"cannot be written: it {taken[os.path.realpath(path)]}",
                file=path,
                value=path,
                remedy="give each file its own path",
            )
        if not makes_folder:
            require_writable(path)
        taken[os.path.realpath(path)] = "is another output of this run"


def refuse_stdout(option: str, path: str | None, taken_by: str) -> None:
    """Refuse `-` as the path of an option where standard output says something else.

    Raises
    ------
    ConfigurationError
        With the option's name.
    """
    if path == "-":
        raise ConfigurationError(
            f"standard output is taken by {taken_by}",
            field=option,
            value=path,
            remedy="give the path of a file",
        )


def refuse_as(error: AssignworkError, option: str, parameter: str = "") -> NoReturn:
    """Raise the same error as one of the option that gave the value.

    The option's name takes the place of the parameter's, where a message begins with that.

    Raises
    ------
    ConfigurationError
        With the option's name.
    """
    raise ConfigurationError(
        error.what.removeprefix(f"{parameter}: "),
        field=option,
        value=error.value,
        limit=error.limit,
        remedy=error.remedy,
    ) from error


def error_text(error: Exception, *, as_json: bool = False) -> str:
    r"""One line for an error: for people, or as JSON.

    Examples
    --------
    >>> error_text(ConfigurationError("unknown key", field="two\nlines"))
    'error: two\\nlines: unknown key'
    """
    return json.dumps(error_dict(error)) if as_json else one_line(f"error: {error}")


def error_dict(error: Exception) -> dict[str, Any]:
    """The error's parts under the keys of its attributes, those that it has."""
    found: dict[str, Any] = {"error": type(error.__cause__ or error).__name__}
    if isinstance(error, InputError):
        found |= {"file": error.file or None, "line": error.line}
    if isinstance(error, ConfigurationError):
        found["field"] = error.field or None
    if isinstance(error, AssignworkError):
        found |= {"value": _shown(error.value), "limit": error.limit}
        found["remedy"] = error.remedy or None
    found["message"] = str(error)
    return {key: value for key, value in found.items() if value is not None}


def _shown(value: Any) -> Any:
    """The value if it is plain and short, else the beginning of its text."""
    if value is None or isinstance(value, (bool, float)):
        return value if value is None or math.isfinite(value) else str(value)
    text = value if isinstance(value, str) else repr(value)
    if len(text) > MAX_SHOWN:
        return text[: MAX_SHOWN - 3] + "..."
    return value if isinstance(value, int) else text


def read_instant(text: str, option: str) -> float:
    """An instant as an option has it: POSIX seconds, or ISO 8601 with an offset.

    Raises
    ------
    ConfigurationError
        With the option's name.
    """
    try:
        return _fields.instant(float(text), option)
    except ConfigurationError:
        raise
    except ValueError:
        return _fields.instant(text, option)
