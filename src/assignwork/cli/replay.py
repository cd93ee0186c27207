"""`assignwork replay`: a command log in; events, a summary and a report out."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import click

from assignwork.cli.logs import CommandLog
from assignwork.cli.verbs import (
    Verb,
    check_targets,
    commands_option,
    json_option,
    read_instant,
    skip_option,
    workspace_option,
)
from assignwork.errors import ConfigurationError
from assignwork.events import Event
from assignwork.model import Workspace
from assignwork.replay import replay
from assignwork.reports import Summary, summarize
from assignwork.wire import event_line, read_workspace, replacing


@click.command("replay", cls=Verb)
@workspace_option
@commands_option
@click.option(
    "--events",
    "events_path",
    default="-",
    metavar="OUT.jsonl",
    help="Where the events go; default: stdout. A name that ends in .gz is compressed.",
)
@click.option(
    "--report", "report_path", metavar="OUT.html", help="Also write a page with pictures."
)
@click.option("--title", metavar="TEXT", help="The page's heading; default: the workspace's name.")
@click.option(
    "--time-zone", default="UTC", metavar="ZONE", help="IANA name, for the page; default: UTC."
)
@click.option("--until", metavar="INSTANT", help="Summary and page end there: seconds or ISO 8601.")
@skip_option
@json_option
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    workspace_path: str,
    commands_path: str,
    events_path: str,
    report_path: str | None,
    title: str | None,
    time_zone: str,
    until: str | None,
    skip_errors: bool,  # noqa: FBT001  # click passes options so
    as_json: bool,  # noqa: FBT001
) -> None:
    """Run a command log through a desk.

    The events go to OUT.jsonl or stdout, a summary of waits, load and moves to stderr. The first
    line that cannot be used, or that the desk refuses, ends it with exit code 2 and a message
    that names file, line, field, value and remedy; then nothing is written. With --skip-errors
    each such line is reported and passed over, and the exit code is 0.

    With --json stderr holds one JSON object a line: the errors, then the summary.

    \b
    Example:
      assignwork replay --workspace desk.json --commands log.jsonl \\
          --events events.jsonl --report day.html
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    check_targets([events_path, report_path], [workspace_path, commands_path])
    if report_path:
        check_pictures()
    end = None if until is None else read_instant(until, "--until")
    workspace = read_workspace(workspace_path)
    log = CommandLog(commands_path, "replaying", skip_errors=skip_errors, as_json=as_json)
    page = replacing(report_path) if report_path else nullcontext()
    with page as html, replacing(events_path) as out:
        written = _Written(replay(workspace, log, on_refused=log.refuse), out)
        if html is None:
            summary = summarize(workspace, written, until=end)
        else:
            heading = title or Path(workspace_path).stem
            summary = _draw(html, workspace, written, heading, time_zone, end)
        for _ in written:  # what lies behind --until is run and written all the same
            pass
    if as_json:
        counts = {"commands": log.commands, "events": written.count, "errors": log.errors}
        log.say(json.dumps({**counts, "summary": summary.to_dict()}))
        return
    log.say(str(summary))
    log.say(f"{log.commands} commands run, {written.count} events.")
    if log.errors:
        log.say(log.count_of_errors())


class _Written:
    """Events that are written and counted as they pass; can be gone on with."""

    def __init__(self, events: Iterable[Event], out: TextIO) -> None:
        self._events = iter(events)
        self._out = out
        self.count = 0

    def __iter__(self) -> Iterator[Event]:
        for event in self._events:
            self._out.write(event_line(event))
            self.count += 1
            yield event


def _draw(  # as many as the page has parts
    html: TextIO,
    workspace: Workspace,
    events: Iterable[Event],
    title: str,
    time_zone: str,
    until: float | None,
) -> Summary:
    from assignwork.reports import write_html  # noqa: PLC0415  # only a report pays for it

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "report.html")
        summary = write_html(made, workspace, events, title=title, time_zone=time_zone, until=until)
        with made.open(encoding="utf-8") as page:
            shutil.copyfileobj(page, html)
    return summary


def check_pictures() -> None:
    """Refuse a report before the replay, not after it, where what draws it is not installed.

    Raises
    ------
    ConfigurationError
        Says how to install it.
    """
    missing = [name for name in ("plotly", "jinja2") if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"a report needs {' and '.join(missing)}",
            field="--report",
            value=missing,
            remedy="install it with: pip install 'assignwork[report]'",
        )
