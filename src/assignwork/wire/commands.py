"""Command logs: JSON Lines of commands with their instants, in time order."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from assignwork.commands import Command, command_from_dict
from assignwork.errors import ConfigurationError
from assignwork.wire.lines import Given, OnError, read_lines
from assignwork.wire.targets import replacing

_encode = json.JSONEncoder(allow_nan=False).encode


def read_commands(
    source: Given,
    *,
    on_error: OnError | None = None,
    ordered: bool = True,
    policies: Mapping[str, Any] | None = None,
) -> Iterator[tuple[int, float, Command]]:
    """Each command of a log with its line number (from 1) and its instant (POSIX seconds).

    Parameters
    ----------
    source : Source, str or Path
        Plain or gzip; ``-`` is standard input.
    on_error : callable, optional
        Called with the `InputError` of a line that cannot be used; reading then goes on.
    ordered : bool, default True
        Whether an instant before the previous line's is an error here. A desk judges that itself.
    policies : mapping of str to object, optional
        The caller's own policies by name.

    Raises
    ------
    InputError
        With file, line, field, value and remedy.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.commands import Close
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = write_commands(Path(folder, "log.jsonl"), [(5.0, Close("t-1"))])
    ...     list(read_commands(log))
    [(1, 5.0, Close(item='t-1'))]
    """
    before = -math.inf

    def convert(data: Any) -> tuple[float, Command]:
        nonlocal before
        at, command = command_from_dict(data, policies)
        if ordered and at < before:
            _refuse_order(at, before)
        before = at
        return at, command

    for line, (at, command) in read_lines(source, convert, expected="commands", on_error=on_error):
        yield line, at, command


def _refuse_order(at: float, before: float) -> NoReturn:
    raise ConfigurationError(
        f"time goes backwards: {at} after {before}",
        field="at",
        value=at,
        limit=f"{before} or later",
        remedy="sort the lines by their instant",
    )


def command_line(at: float, command: Command) -> str:
    r"""One command as a line of the log, with its line end.

    Examples
    --------
    >>> from assignwork.commands import Close
    >>> command_line(5.0, Close("t-1"))
    '{"at": 5.0, "do": "close", "item": "t-1"}\n'
    """
    return _encode(command.to_dict(at)) + "\n"


def write_commands(path: str | Path, commands: Iterable[tuple[float, Command]]) -> Path:
    """Write a command log; the file at `path` is replaced when all of it is written.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.gz`` is compressed.
    commands : iterable of (float, Command)
        With their instants, in time order.

    Returns
    -------
    Path
        Of the file.
    """
    with replacing(path) as out:
        out.writelines(command_line(at, command) for at, command in commands)
    return Path(path)
