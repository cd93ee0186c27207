"""`assignwork erase`: copies of logs, snapshots and workspaces without a person's names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import click

from assignwork.cli.verbs import Verb, check_targets, json_option
from assignwork.erasure import Eraser, ErasureReport
from assignwork.errors import ConfigurationError, InputError
from assignwork.model.files import read_data
from assignwork.wire import read_lines, replacing


@click.command("erase", cls=Verb)
@click.option("--subject", required=True, metavar="NAME", help="The person's id or name.")
@click.option(
    "--commands", "commands", multiple=True, metavar="C.jsonl", help="A command log; repeatable."
)
@click.option(
    "--events", "events", multiple=True, metavar="E.jsonl", help="An event log; repeatable."
)
@click.option(
    "--snapshot", "snapshots", multiple=True, metavar="S.json", help="A snapshot; repeatable."
)
@click.option(
    "--workspace",
    "workspaces",
    multiple=True,
    metavar="W.json",
    help="A workspace, JSON or TOML (its copy is JSON); repeatable.",
)
@click.option("--out", required=True, metavar="DIR", help="Where the copies go, by their names.")
@click.option(
    "--pseudonym", metavar="NAME", help="What to put in its place; default: erased-1 or so."
)
@json_option
def verb(
    subject: str,
    commands: tuple[str, ...],
    events: tuple[str, ...],
    snapshots: tuple[str, ...],
    workspaces: tuple[str, ...],
    out: str,
    pseudonym: str | None,
    as_json: bool,  # noqa: FBT001  # click passes options so
) -> None:
    """Write copies of files in which a person's name is a pseudonym.

    Give all files that belong together at once, so that the pseudonym is one that is free in all
    of them. The name is replaced wherever a person is named; subjects of the person's own items
    are emptied; in other free texts the name is replaced where it is a word of its own. Ids of
    items and teams, tags and categories stay; where the name occurs in them is counted.

    All copies are written, or none. The originals stay as they are: removing them, and their
    backups, is up to you.

    \b
    Example:
      assignwork erase --subject "Jane Doe" --commands log.jsonl --events events.jsonl \\
          --workspace desk.json --out erased
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    logs, documents = (*commands, *events), (*workspaces, *snapshots)
    if not logs and not documents:
        raise click.UsageError("give at least one of --commands, --events, --snapshot, --workspace")
    if "-" in logs:
        raise click.UsageError("each file is read twice, so standard input cannot be one")
    folder = Path(out)
    targets = {path: folder / _copy_of(path) for path in (*logs, *documents)}
    outputs = [str(target) for target in targets.values()]
    check_targets(outputs, [*logs, *documents], makes_folder=True)
    eraser = Eraser(subject, pseudonym)
    read = {path: _read(path) for path in documents}
    for path in documents:
        _within(path, eraser.look, read[path])
    for log in logs:
        for _ in read_lines(log, eraser.look):
            pass
    report = eraser.report  # refuses what cannot be done before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        for path in documents:
            file = stack.enter_context(replacing(targets[path]))
            file.write(json.dumps(eraser.erase(read[path]), indent=1, allow_nan=False) + "\n")
        for log in logs:
            lines = stack.enter_context(replacing(targets[log]))
            for _, line in read_lines(log, eraser.erase):
                lines.write(json.dumps(line, allow_nan=False) + "\n")
        report = eraser.report
    written = [str(target) for target in targets.values()]
    if as_json:
        click.echo(json.dumps({**attrs.asdict(report), "files": written}))
    else:
        click.echo("\n".join(told(report, len(written), out)))


def _copy_of(path: str) -> str:
    name = Path(path).name
    return name.removesuffix(".toml") + ".json" if name.endswith(".toml") else name


def _read(path: str) -> Any:
    try:
        return read_data(path)
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            file=path,
            value=path,
            remedy="give the path of a workspace or snapshot",
        ) from None


def _within(path: str, look: Any, document: Any) -> None:
    try:
        look(document)
    except ConfigurationError as error:
        raise InputError.of(error, file=path) from error


def told(report: ErasureReport, files: int, out: str) -> Iterator[str]:
    r"""The report in words.

    Examples
    --------
    >>> print("\n".join(told(ErasureReport("erased-1", 7, 1, 0, {"tags": 2}), 2, "out")))
    erased-1 stands in its place: 7 times as a person, 1 text, 0 subjects emptied
    left as they are: tags 2; the name occurs there within ids, tags or longer words
    2 files written to out
    """
    texts = "1 text" if report.texts == 1 else f"{report.texts} texts"
    subjects = "1 subject" if report.subjects == 1 else f"{report.subjects} subjects"
    yield (
        f"{report.pseudonym} stands in its place: {report.identifiers} times as a person, "
        f"{texts}, {subjects} emptied"
    )
    if report.left:
        places = ", ".join(f"{field} {count}" for field, count in report.left.items())
        yield f"left as they are: {places}; the name occurs there within ids, tags or longer words"
    yield f"{files} {'file' if files == 1 else 'files'} written to {out}"
