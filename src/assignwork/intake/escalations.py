"""A log with support lines as a study of escalation: what people did, and what a path would do.

`study_escalations` replays the log's items three times: as logged, moved by an escalation path
alone, and moved by people as logged with the path as a net below. What holds of the replays, and
what does not, stands in `line_replay` and in the notes that the study prints.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError, InputError
from assignwork.intake.cases import Tally, read_cases
from assignwork.intake.escalation_text import study_section, study_tables, study_title
from assignwork.intake.imports import cases_within, mapping_of, rows_of
from assignwork.intake.line_figures import (
    Agreement,
    Course,
    LineFigures,
    agreement,
    courses,
    line_figures,
)
from assignwork.intake.line_replay import (
    ALONE,
    LOGGED,
    NET,
    RUNS,
    LineReplay,
    Waits,
    replay_lines,
    team_of,
)
from assignwork.intake.lines import Life, lives
from assignwork.intake.mapping import LogMapping
from assignwork.model import Agent, Step, Team, Workspace
from assignwork.model.files import read_data
from assignwork.model.paths import TIMED
from assignwork.reports import (
    CategoryEscalations,
    EscalationShare,
    Section,
    recurring_escalations,
    write_html,
)
from assignwork.reports.text import tables_html, tables_text
from assignwork.wire import Source, command_line, event_line, replacing, workspace_text

_FILES = {LOGGED: "logged", ALONE: "path", NET: "net"}


@attrs.frozen
class EscalationStudy:
    """What people did and what a path would do; made by `study_escalations`.

    It prints as text, shows as tables in a notebook, and goes into a page with `write_html`.

    Attributes
    ----------
    source : str
        The log.
    window : mapping of str to float or None
        Items opened from `start` on, before `end`; POSIX seconds.
    replays : mapping of str to LineReplay
        By the names of `RUNS`.
    figures : mapping of str to LineFigures
        Likewise.
    agreement : mapping of str to Agreement
        By priority, and ``all``: of the first moves up as logged and by the path alone.
    recurring : tuple of CategoryEscalations
        Every category, by its items that the log moves up a line (`recurring_escalations`).
    log_notes : tuple of str
        What the mapping says of the log.
    """

    source: str
    window: Mapping[str, float | None]
    replays: Mapping[str, LineReplay]
    figures: Mapping[str, LineFigures]
    agreement: Mapping[str, Agreement]
    recurring: tuple[CategoryEscalations, ...]
    log_notes: tuple[str, ...]

    @property
    def workspace(self) -> Workspace:
        """The desk with targets and paths."""
        return self.replays[ALONE].workspace

    def __str__(self) -> str:
        section = study_section(self)
        notes = ["", "What to keep in mind", *(f"- {note}" for note in section.notes)]
        head = [study_title(self), *section.paragraphs]
        return "\n".join([*head, *tables_text(study_tables(self)), *notes])

    def _repr_html_(self) -> str:
        return f'<div class="assignwork-study">{tables_html(study_tables(self))}</div>'

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: all figures, none of the log's own rows."""
        plan = self.workspace.to_dict()
        return {
            "source": self.source,
            "window": dict(self.window),
            "plan": {"sla": plan.get("sla", []), "paths": plan.get("paths", [])},
            "runs": {
                name: {
                    "all": found.overall.to_dict(),
                    "by_priority": {str(p): row.to_dict() for p, row in found.by_priority.items()},
                }
                for name, found in self.figures.items()
            },
            "agreement": {name: row.to_dict() for name, row in self.agreement.items()},
            "recurring": [row.to_dict() for row in self.recurring if row.recurring],
            "notes": list(study_section(self).notes),
        }

    def section(self, *, pictures: bool = False) -> Section:
        """The study as a section of a page; its pictures need the extra ``report``."""
        return study_section(self, pictures=pictures)

    def write_html(self, path: str | Path, *, time_zone: str = "UTC") -> None:
        """Write a page: the study, then the pictures of the replay with the path alone.

        Needs the extra ``report``; see `assignwork.reports.write_html`.
        """
        shown = self.replays[ALONE]
        title = f"{study_title(self)}. Figures and pictures around it: {ALONE}"
        write_html(
            path, shown.workspace, shown.events, title=title, time_zone=time_zone,
            until=shown.until, sections=(self.section(pictures=True),),
        )  # fmt: skip

    def write(self, folder: str | Path) -> list[Path]:
        """Write workspace, commands and events of each replay, for `assignwork replay`.

        Returns
        -------
        list of Path
            Of the files; each replaces one that is there when it is whole.
        """
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for run, name in _FILES.items():
            replay = self.replays[run]
            texts = (
                ("workspace.json", [workspace_text(replay.workspace)]),
                ("commands.jsonl", (command_line(at, command) for at, command in replay.commands)),
                ("events.jsonl", (event_line(event) for event in replay.events)),
            )
            for end, lines in texts:
                target = out / f"{name}-{end}"
                with replacing(target) as file:
                    file.writelines(lines)
                written.append(target)
        return written


def study_escalations(
    format: str,  # noqa: A002  # the word of the command line
    file: str | Path,
    *,
    mapping: LogMapping | Mapping[str, Any] | str | Path | None = None,
    plan: Mapping[str, Any] | str | Path | None = None,
    start: float | str | datetime | None = None,
    end: float | str | datetime | None = None,
) -> EscalationStudy:
    """Compare a log's moves up the support lines with what an escalation path would do.

    Parameters
    ----------
    format, file, mapping, start, end
        As in `import_log`; the mapping needs `groups.lines`.
    plan : mapping, str or Path, optional
        ``sla`` and ``paths`` as in a workspace, in which the teams are ``line-1``, ``line-2`` and
        so on; or a TOML or JSON file with them. Default: the plan for three lines that comes with
        the library. Steps may not assign: who takes an item, and when, comes from the log.

    Raises
    ------
    ConfigurationError
        For a mapping without lines, or a plan that cannot be used.
    InputError
        For a file that cannot be used.
    """
    how = mapping_of(format, mapping)
    if not how.groups.lines:
        raise ConfigurationError(
            f"the mapping {how.name!r} knows no support lines", field="mapping.groups.lines",
            remedy='name them, such as lines = { "2nd" = 2, "3rd" = 3 }',
        )  # fmt: skip
    source = Source(file)
    tally = Tally()
    with closing(rows_of(source, how)) as rows:
        cases = read_cases(rows, how, source.name, tally)
    kept, window = cases_within(cases, how, source.name, start, end, tally)
    until = max(moment.at for case in cases for moment in case.moments)
    found = lives(kept, how)
    planned = desk_of(sorted({1, *how.groups.lines.values()}), plan)
    desks = {LOGGED: attrs.evolve(planned, paths=()), ALONE: planned, NET: planned}
    waits = Waits(found)
    replays = {
        name: replay_lines(found, desk, moves=name != ALONE, until=until, waits=waits)
        for name, desk in desks.items()
    }
    return _study(source.name, window, replays, found, how)


def _study(
    source: str,
    window: Mapping[str, float | None],
    replays: Mapping[str, LineReplay],
    found: list[Life],
    mapping: LogMapping,
) -> EscalationStudy:
    went = {name: courses(replay) for name, replay in replays.items()}
    logged, alone = went[LOGGED], went[ALONE]
    levels: list[int | None] = [*sorted({life.priority for life in found}), None]
    compared = {
        "all" if level is None else str(level): agreement(logged, alone, level) for level in levels
    }
    return EscalationStudy(
        source=source,
        window=window,
        replays=replays,
        figures={name: line_figures(replays[name], went[name]) for name in RUNS},
        agreement=compared,
        recurring=recurring_escalations(_by_category(logged)),
        log_notes=mapping.notes,
    )


def _by_category(found: Mapping[str, Course]) -> dict[str | None, EscalationShare]:
    counts: dict[str | None, list[int]] = {}
    for course in found.values():
        row = counts.setdefault(course.category, [0, 0])
        row[0] += 1
        row[1] += course.moved_at is not None
    return {name: EscalationShare(*row) for name, row in counts.items()}


def desk_of(lines: list[int], plan: Mapping[str, Any] | str | Path | None = None) -> Workspace:
    """A desk with a manual team and one agent, of any capacity, for each line.

    Parameters
    ----------
    lines : list of int
    plan : mapping, str or Path, optional
        As in `study_escalations`.

    Raises
    ------
    ConfigurationError
        For a plan that cannot be used; with the file's name where it is one.

    Examples
    --------
    >>> [path.id for path in desk_of([1, 2, 3]).paths][:2]
    ['urgent, line 1', 'other, line 1']
    """
    if not isinstance(plan, (str, Path)):
        return _desk(lines, _default() if plan is None else plan)
    try:
        return _desk(lines, read_data(plan))
    except InputError:
        raise
    except ConfigurationError as error:
        raise InputError.of(error, file=str(plan)) from error
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", file=str(plan),
            value=str(plan), remedy="give the path of a plan in TOML or JSON",
        ) from None  # fmt: skip


def _default() -> dict[str, Any]:
    file = resources.files("assignwork.intake") / "plans" / "three_lines.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _desk(lines: list[int], plan: Any) -> Workspace:
    if not isinstance(plan, Mapping):
        f.refuse("", plan, "a plan: an object with sla and paths")
    for key in plan:
        if key not in _PLAN_KEYS:
            raise ConfigurationError(
                "unknown key", field=f.shortened(str(key)), value=key,
                remedy=f.nearest(key, _PLAN_KEYS),
            )  # fmt: skip
    workspace = Workspace(
        teams=[Team(team_of(line), rank=line, manual=True) for line in lines],
        agents=[
            Agent(team_of(line), capacity=f.MAX_UNITS, primary=[team_of(line)]) for line in lines
        ],
        **plan,
    )
    for i, path in enumerate(workspace.paths):
        for j, step in enumerate(path.steps):
            _check(step, f"paths[{i}].steps[{j}]")
    return workspace


_PLAN_KEYS = ("sla", "paths", "calendars", "groups", "rotations", "priority_levels")


def _check(step: Step, field: str) -> None:
    if step.do.assign is not None:
        raise ConfigurationError(
            "a step of a study may not assign: the log says who takes an item, and when",
            field=f"{field}.do.assign", value=step.do.assign, remedy="transfer to a line",
        )  # fmt: skip
    if step.when in TIMED and not step.after:
        raise ConfigurationError(
            "a step of a study fires some time after an item entered its path",
            field=f"{field}.after", value=step.after, remedy="give seconds above 0",
        )  # fmt: skip
