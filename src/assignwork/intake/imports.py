"""A real export in, a workspace and its commands out.

`import_log` reads the rows (`tables`, `xes`), gathers them into items (`cases`), makes commands
(`translation`) and agents (`people`) of them, and counts what it did (`report`). On request the
commands say also who held what (`owners`).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.commands import Command
from assignwork.errors import ConfigurationError, InputError
from assignwork.intake import report as reports
from assignwork.intake.cases import Case, Tally, read_cases
from assignwork.intake.instants import InstantReader
from assignwork.intake.mapping import READERS, LogMapping
from assignwork.intake.owners import owners
from assignwork.intake.people import Workforce
from assignwork.intake.shipped import SHIPPED, load_mapping, shipped_mapping
from assignwork.intake.tables import Row, csv_rows, json_rows
from assignwork.intake.translation import Translator
from assignwork.intake.xes import xes_rows
from assignwork.model import Team, Workspace
from assignwork.wire import Source, command_line, replacing, workspace_text

FORMATS = (*SHIPPED, *READERS)
"""What `import_log` reads: exports with a mapping of their own, and file formats that need one."""


@attrs.frozen
class Imported:
    """A desk as a log shows it.

    Attributes
    ----------
    workspace : Workspace
        Teams from groups, agents from assignees. With assignments all are offline.
    commands : tuple of (float, Command)
        With their instants (POSIX seconds), in time order.
    report : dict
        JSON-ready: what was read, kept, dropped and why, and what is assumed.
    """

    workspace: Workspace
    commands: tuple[tuple[float, Command], ...]
    report: dict[str, Any]

    def write(self, workspace: str | Path, commands: str | Path) -> None:
        """Write the workspace as JSON and the commands as JSON Lines (``.gz``: compressed).

        Both files are replaced when both are written, or neither is.

        Raises
        ------
        InputError
            When nothing can be written there.
        """
        with replacing(workspace) as out, replacing(commands) as lines:
            out.write(workspace_text(self.workspace))
            lines.writelines(command_line(at, command) for at, command in self.commands)


def import_log(
    format: str,  # noqa: A002  # the word of the command line
    file: str | Path,
    *,
    mapping: LogMapping | Mapping[str, Any] | str | Path | None = None,
    start: float | str | datetime | None = None,
    end: float | str | datetime | None = None,
    assignments: bool = False,
) -> Imported:
    r"""Make a workspace and commands from an export of real work.

    Parameters
    ----------
    format : {'italy', 'servicenow', 'volvo', 'csv', 'xes', 'jsonl'}
        An export with a mapping of its own, or the file format of `mapping`.
    file : str or Path
        Plain or gzip.
    mapping : LogMapping, mapping, str or Path, optional
        What the columns mean: an object, its wire form, or the path of a mapping file. Needed
        for csv, xes and jsonl; for the others it replaces theirs.
    start, end : instant, optional
        Items opened from `start` up to, but not at, `end` are kept; None: as the mapping says. A
        date such as ``2016-05-31`` is a day in the mapping's zone, as `end` that day included.
    assignments : bool, default False
        Whether who held what becomes commands, assignments and releases by hand, on a desk where
        nobody is active: it then replays as it was, for its figures, or for
        `assignwork.simulation.fit_scenario`. Default: the dispatcher decides who gets what.

    Returns
    -------
    Imported
        The same for the same file and mapping, byte for byte.

    Raises
    ------
    ConfigurationError
        For an unknown format, a mapping or a bound that cannot be used.
    InputError
        For a file that cannot be used; names file, line, field, value and remedy.

    Examples
    --------
    >>> import tempfile
    >>> rows = "id,opened,solved,team,who\n7,2026-01-05T09:00,2026-01-05T10:00,billing,ana\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export = Path(folder, "tickets.csv")
    ...     _ = export.write_text(rows)
    ...     found = import_log("csv", export, mapping={
    ...         "name": "tickets", "reader": "csv",
    ...         "fields": {"case": "id", "opened_at": "opened", "resolved_at": "solved",
    ...                    "group": "team", "agent": "who"},
    ...     })
    >>> found.workspace.agents[0].to_dict()
    {'id': 'ana', 'capacity': 1, 'primary': ['billing']}
    >>> [(at, command.verb) for at, command in found.commands]
    [(1767603600.0, 'submit'), (1767607200.0, 'close')]
    """
    how = mapping_of(format, mapping)
    source = Source(file)
    tally = Tally()
    with closing(rows_of(source, how)) as rows:
        found = read_cases(rows, how, source.name, tally)
    kept, window = cases_within(found, how, source.name, start, end, tally)
    commands = _commands(kept, how, source.name, tally)
    workforce = Workforce(kept, how)
    workspace = _workspace(workforce, how)
    if f.flag(assignments, "assignments"):
        workspace, commands = _as_it_was(workspace, commands, kept, how)
    report = {
        "format": format,
        "mapping": how.name,
        "window": window,
        "read": {"rows": tally.rows, "cases": len(found)},
        "kept": {"rows": sum(len(case.moments) for case in kept), "cases": len(kept)},
        "dropped": reports.in_order(tally.dropped),
        "adjusted": reports.in_order(tally.adjusted),
        "commands": reports.count_commands(commands),
        "workspace": reports.summary_of_workspace(workspace, workforce),
        "priority_matrix": reports.priority_matrix(found),
        "lines": reports.summary_of_lines(how, found),
        "assumptions": reports.assumptions(how, assignments=assignments),
    }
    return Imported(workspace, commands, report)


def mapping_of(name: str, given: LogMapping | Mapping[str, Any] | str | Path | None) -> LogMapping:
    """What the columns of this format mean: as given, else as the library has it.

    Raises
    ------
    ConfigurationError
    """
    if name not in FORMATS:
        raise ConfigurationError(
            f"{name!r} is no format", field="format", value=name, limit=", ".join(FORMATS),
            remedy=f.nearest(name, FORMATS),
        )  # fmt: skip
    if given is None:
        if name in SHIPPED:
            return shipped_mapping(name)
        raise ConfigurationError(
            f"the format {name!r} needs a mapping that says what its columns mean",
            field="mapping",
            remedy="give a mapping file, or one of the formats " + ", ".join(SHIPPED),
        )
    if isinstance(given, LogMapping):
        found = given
    elif isinstance(given, (str, Path)):
        found = load_mapping(given)
    else:
        found = structure(LogMapping, given, "mapping")
    if name in READERS and found.reader != name:
        raise ConfigurationError(
            f"the mapping {found.name!r} is for {found.reader} files, not {name}",
            field="mapping.reader",
            value=found.reader,
            remedy=f"import with the format {found.reader}, or give another mapping",
        )
    return found


def rows_of(source: Source, mapping: LogMapping) -> Generator[Row, None, None]:
    """The rows of an export, with the columns that the mapping names."""
    columns = mapping.fields.columns()
    if mapping.reader == "csv":
        shape = mapping.file
        return csv_rows(source, columns, encoding=shape.encoding, delimiter=shape.delimiter)
    return (xes_rows if mapping.reader == "xes" else json_rows)(source, columns)


def cases_within(
    cases: list[Case],
    mapping: LogMapping,
    file: str,
    start: float | str | datetime | None,
    end: float | str | datetime | None,
    tally: Tally,
) -> tuple[list[Case], dict[str, float | None]]:
    """The cases opened in the window, and the window."""
    bounds = InstantReader(mapping.time)
    since = bounds.bound(mapping.window.start if start is None else start, "start")
    until = bounds.bound(mapping.window.end if end is None else end, "end", end=True)
    if since is not None and until is not None and since >= until:
        raise ConfigurationError(
            f"the window ends at {until} before it starts at {since}", field="end", value=end,
            remedy="give an end after the start",
        )  # fmt: skip
    kept = []
    for case in cases:
        if since is not None and case.opening < since:
            tally.dropped["cases opened before the window"] += 1
        elif until is not None and case.opening >= until:
            tally.dropped["cases opened after the window"] += 1
        else:
            kept.append(case)
    if not kept:
        openings = [case.opening for case in cases]
        raise InputError(
            f"no case was opened from {since} to {until}; the log has {len(cases)}, opened from "
            f"{min(openings)} to {max(openings)}",
            file=file,
            field="start",
            value=since,
            remedy="give a start and an end that hold some of them",
        )
    return kept, {"start": since, "end": until}


def _commands(
    cases: list[Case], mapping: LogMapping, file: str, tally: Tally
) -> tuple[tuple[float, Command], ...]:
    translator = Translator(mapping, file, tally)
    found = [entry for case in cases for entry in translator.commands(case)]
    found.sort(key=lambda entry: entry[0])  # stable: at one instant as the cases stand in the log
    return tuple(found)


def _as_it_was(
    workspace: Workspace,
    commands: tuple[tuple[float, Command], ...],
    cases: list[Case],
    mapping: LogMapping,
) -> tuple[Workspace, tuple[tuple[float, Command], ...]]:
    # Loads numpy, which nothing else of an import needs.
    from assignwork.simulation.fitting import logged_commands  # noqa: PLC0415

    untaken = frozenset(mapping.states.untaken)
    held = [entry for case in cases for entry in owners(case, untaken)]
    return logged_commands(workspace, commands, held)


def _workspace(workforce: Workforce, mapping: LogMapping) -> Workspace:
    lines = bool(mapping.groups.lines)
    teams = tuple(
        Team(name, rank=reports.support_line(name, mapping) if lines else 0)
        for name in workforce.teams
    )
    try:
        return structure(
            Workspace, {**mapping.workspace, "teams": teams, "agents": workforce.agents()}
        )
    except ConfigurationError as error:
        raise error.within("mapping.workspace") from None
