"""`assignwork import`: an export of real work in; a workspace and a command log out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from assignwork.cli.verbs import Verb, check_targets, json_option
from assignwork.intake import FORMATS, import_log
from assignwork.wire import command_line, replacing, workspace_text


@click.command("import", cls=Verb)
@click.argument("format", type=click.Choice(FORMATS))
@click.argument("file")
@click.option(
    "--workspace",
    "workspace_path",
    required=True,
    metavar="W.json",
    help="Where the workspace goes.",
)
@click.option(
    "--commands",
    "commands_path",
    required=True,
    metavar="C.jsonl",
    help="Where the commands go. A name that ends in .gz is compressed.",
)
@click.option(
    "--mapping",
    metavar="M",
    help="A file that says what the columns mean; needed for csv, xes and jsonl.",
)
@click.option("--start", metavar="DAY", help="Keep items opened from this day or instant on.")
@click.option("--end", metavar="DAY", help="Keep items opened until this day, included.")
@click.option(
    "--assignments",
    is_flag=True,
    help="Also say who held what, as the log has it: it then replays as the desk was, and can be "
    "fitted. Without it the dispatcher decides who gets what.",
)
@json_option
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    format: str,  # noqa: A002  # click names parameters so
    file: str,
    workspace_path: str,
    commands_path: str,
    mapping: str | None,
    start: str | None,
    end: str | None,
    assignments: bool,  # noqa: FBT001  # click passes options so
    as_json: bool,  # noqa: FBT001  # as above
) -> None:
    """Make a workspace and a command log from an export of real work.

    FILE may be gzipped. What was read, kept, dropped and assumed goes to stderr, with --json as
    one JSON object.

    \b
    Examples:
      assignwork import servicenow incidents.csv --start 2016-03-01 --end 2016-05-31 \\
          --workspace desk.json --commands log.jsonl
      assignwork import italy helpdesk.xes.gz --assignments \\
          --workspace desk.json --commands log.jsonl
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    check_targets([workspace_path, commands_path], [file, *([mapping] if mapping else [])])
    found = import_log(format, file, mapping=mapping, start=start, end=end, assignments=assignments)
    with replacing(workspace_path) as workspace, replacing(commands_path) as commands:
        workspace.write(workspace_text(found.workspace))
        commands.writelines(command_line(at, command) for at, command in found.commands)
    click.echo(json.dumps(found.report) if as_json else "\n".join(outline(found.report)), err=True)


def outline(document: Any, depth: int = 0) -> Iterator[str]:
    r"""The lines of a JSON document for people: entries indented under their names.

    Examples
    --------
    >>> print("\n".join(outline({"read": {"rows": 3}, "assumptions": ["one", "two"]})))
    read
      rows: 3
    assumptions
      - one
      - two
    """
    indent = "  " * depth
    if isinstance(document, dict):
        for key, entry in document.items():
            if not isinstance(entry, (dict, list)):
                if entry is not None:
                    yield f"{indent}{key}: {entry}"
            elif within := list(outline(entry, depth + 1)):
                yield f"{indent}{key}"
                yield from within
        return
    for entry in document:
        if isinstance(entry, dict):
            yield f"{indent}- " + ", ".join(f"{key} {value}" for key, value in entry.items())
        else:
            yield f"{indent}- {entry}"
