"""An escalation study in words: its plan, its tables, what to keep in mind, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assignwork.intake.line_replay import ALONE, LOGGED, NET, RUNS
from assignwork.model import EscalationPath, Step
from assignwork.reports import Section
from assignwork.reports._promise_text import TARGETS, WHENS, p_value
from assignwork.reports.figures import Distribution
from assignwork.reports.promises import Attainment
from assignwork.reports.text import Table, duration, instant, percent

if TYPE_CHECKING:
    from assignwork.intake.escalations import EscalationStudy
    from assignwork.intake.line_figures import Moves

_CATEGORIES = 12


def study_title(study: EscalationStudy) -> str:
    """What was studied."""
    items = study.figures[LOGGED].overall.moved.items
    return f"Escalation study: {items:,} items of {study.source.rpartition('/')[2]}"


def study_section(study: EscalationStudy, *, pictures: bool = False) -> Section:
    """The study as a section of a page."""
    return Section(
        "escalation-study",
        "Moves up the support lines: as logged, and by an escalation path",
        paragraphs=(*_findings(study), *_plan(study)),
        tables=tuple(study_tables(study)),
        notes=tuple(_notes(study)),
        pictures=_pictures(study) if pictures else (),
    )


def study_tables(study: EscalationStudy) -> list[Table]:
    """All tables of the study."""
    return [_moved(study), _agreed(study), *_lines(study), _targets(study), _recurring(study)]


def _findings(study: EscalationStudy) -> Iterator[str]:
    logged, alone, net = (study.figures[name].overall for name in RUNS)
    both = study.agreement["all"]
    yield (
        f"People moved {percent(logged.moved.share)} of the items up a line, half of those within "
        f"{duration(logged.until_first.p50)} of their arrival. The path alone would move "
        f"{percent(alone.moved.share)}, half of those within {duration(alone.until_first.p50)}."
    )
    moved = both.both + both.logged
    yield (
        f"Of the {moved:,} items that people moved up the path alone would move {both.both:,}, "
        f"{both.path_first:,} of them before people did; and it would move {both.path:,} that "
        "people left where they were."
    )
    yield (
        f"As a net below what people do, the path would move {net.by_path:,} items "
        f"({percent(net.by_path / (net.moved.items or 1))}) and tell somebody of {net.notified:,}."
    )


def _plan(study: EscalationStudy) -> Iterator[str]:
    """The path in words; targets stand in their table."""
    if study.workspace.paths:
        yield "The path, ours and not the log's owner's, by the time since an item entered it:"
    for path in study.workspace.paths:
        yield f"{path.id}{_matches(path)}: " + "; ".join(map(_step, path.steps)) + "."


def _matches(path: EscalationPath) -> str:
    asked = [f"priority {', '.join(map(str, path.priorities))}"] if path.priorities else []
    asked += [f"{name} {', '.join(of)}" for name, of in (("category", path.categories),
                                                        ("tag", path.tags)) if of]  # fmt: skip
    return f" ({'; '.join(asked)})" if asked else ""


def _step(step: Step) -> str:
    do = step.do
    done = [
        *([f"to {do.transfer}"] if do.transfer else []),
        *([f"priority {do.priority}"] if do.priority is not None else []),
        *([f"tell {', '.join(map(_name, do.notify))}"] if do.notify else []),
        *([f"watched by {', '.join(map(_name, do.watchers))}"] if do.watchers else []),
        *([f"on to path {do.path}"] if do.path else []),
    ]
    when = WHENS.get(step.when, step.when).replace("had replied", "has replied")
    when = {"nobody had it": "if nobody has it", "it was not closed": "if not closed"}.get(
        when, when
    )
    target = f" ({TARGETS[step.target]})" if step.target else ""
    after = f"after {duration(step.after)} " if step.after else ""
    calendar = "" if step.calendar == "24x7" else f" of {step.calendar}"
    return f"{after}{calendar.strip()}{when}{target} {', '.join(done)}"


def _name(person: Any) -> str:
    return person if isinstance(person, str) else f"on call in {person.on_call}"


# --- tables ---------------------------------------------------------------------------------------


def _moved(study: EscalationStudy) -> Table:
    head = ["priority", "items", *RUNS, "of these by the path", *(f"told, {n}" for n in RUNS[1:])]
    rows = [head]
    for name, runs in _by_priority(study):
        rows.append([
            name, f"{runs[0].moved.items:,}", *map(_share_and_time, runs), f"{runs[-1].by_path:,}",
            *(f"{run.notified:,}" for run in runs[1:]),
        ])  # fmt: skip
    heading = "Items moved up a line at least once: share, and median time after their arrival"
    return f"{heading}; items of which the path told somebody", rows


def _share_and_time(run: Moves) -> str:
    share = percent(run.moved.share)
    return f"{share}, {duration(run.until_first.p50)}" if run.until_first.count else share


def _by_priority(study: EscalationStudy) -> Iterator[tuple[str, list[Moves]]]:
    """For each priority, then all, the figures of the three replays."""
    tables = [study.figures[run].rows for run in RUNS]
    for i, (name, _) in enumerate(tables[0]):
        yield name, [rows[i][1] for rows in tables]


def _agreed(study: EscalationStudy) -> Table:
    rows = [["priority", "by both", "by people alone", "by the path alone", "by none",
             "path first", "path later by (median)"]]  # fmt: skip
    for name, found in study.agreement.items():
        later = found.later_by.p50
        gap = "-" if later is None else duration(later) if later >= 0 else f"-{duration(-later)}"
        counts = (found.both, found.logged, found.path, found.neither, found.path_first)
        rows.append([name, *(f"{count:,}" for count in counts), gap])
    return "Whom the path alone would move up, of those whom people did", rows


def _lines(study: EscalationStudy) -> Iterator[Table]:
    times = [["priority and line", *(f"items, {run}" for run in RUNS), *RUNS]]
    waits = [["priority and line", *RUNS]]
    for name, runs in _by_priority(study):
        for line in sorted({line for run in runs for line in run.lines}):
            found = [run.lines.get(line) for run in runs]
            of = f"{name}, line {line}"
            items = [f"{row.items:,}" if row else "0" for row in found]
            times.append([of, *items, *(_spread(row.time) if row else "-" for row in found)])
            waits.append([of, *(_spread(row.waiting) if row else "-" for row in found)])
    yield "Time in each line, of the items that were in it: median / 90 % within", times
    yield "Of it waiting in the line's queue: median / 90 % within", waits


def _spread(found: Distribution) -> str:
    return f"{duration(found.p50)} / {duration(found.p90)}"


def _targets(study: EscalationStudy) -> Table:
    rows = [["priority and target", "within", "clocks", *RUNS]]
    for name, runs in _by_priority(study):
        for target, clocks in runs[0].targets.items():
            found = [run.targets.get(target) for run in runs]
            rows.append([
                f"{name}, {TARGETS[target]}", _promised(study, name, target),
                f"{clocks.clocks:,}", *map(_met, found),
            ])  # fmt: skip
    return "Targets (ours): share met of those decided, and how many were breached", rows


def _met(found: Attainment | None) -> str:
    if found is None or not found.met + found.breached:
        return "-"
    return f"{percent(found.share)}, {found.breached:,}"


def _promised(study: EscalationStudy, priority: str, target: str) -> str:
    """The seconds that the first policy with such a target gives this priority, in words."""
    for policy in study.workspace.sla:
        targets = policy.targets.get(priority) or policy.targets.get("*") or {}
        if target in targets:
            return duration(targets[target].seconds)
    return ""


def _recurring(study: EscalationStudy) -> Table:
    found = [row for row in study.recurring if row.recurring]
    heading = f"Categories that people moved up more often than the rest: {len(found)} of "
    heading += f"{len(study.recurring):,} (one-sided Fisher exact test, Holm-adjusted, level 0.05)"
    rows = [["category", "items", "moved up", "share", "share of the rest", "p"]]
    rows += [
        [row.category, f"{row.items:,}", f"{row.escalated:,}", percent(row.share),
         percent(row.rest.share), p_value(row.p_value)]
        for row in found[:_CATEGORIES]
    ]  # fmt: skip
    if len(found) > _CATEGORIES:
        heading += f"; the first {_CATEGORIES}"
    return heading, rows if found else []


# --- notes ----------------------------------------------------------------------------------------


def _notes(study: EscalationStudy) -> Iterator[str]:
    still_open = [study.replays[run] for run in RUNS]
    counts = [_open_at_end(replay.events) for replay in still_open]
    begin, end = (instant(study.window.get(name)) for name in ("start", "end"))
    yield (
        f"Items opened from {begin} to {end} (UTC), followed to {instant(still_open[0].until)}. "
        f"Open at the end: {', '.join(f'{n} {run}' for n, run in zip(counts, RUNS, strict=True))}."
    )
    yield (
        f"“{LOGGED}”: each item is in the line of its group, in the queue or in somebody's hands, "
        "at the instants of the log. Waits for users, suppliers and changes count as in somebody's "
        "hands. First response is the first time that somebody took the item. Clocks run day and "
        "night, and do not stand still for such waits."
    )
    yield (
        f"“{ALONE}”: nobody but the path moves items. All work is still to be done: every second "
        "in somebody's hands, in the log's order, by the line of the log or a higher one. What "
        "needs a higher line waits in the queue until the path brings it there. After a move by "
        "the path an item waits as long as the log shows for this item and line, or, where the "
        "log has no such move, the median of that line and priority. Moves of the log that are "
        "not made cost nothing, and passing back down is not simulated."
    )
    yield (
        f"“{NET}”: people move items as logged, unless the path has done so before; the path moves "
        "what lies too long. A move by hand to another line begins that line's path anew."
    )
    yield (
        "So differences in the targets met come from waits saved or added by moves alone. Whether "
        "a higher line works faster, has the hands for more items, or would have to ask back, the "
        "log does not say: queues of the lines do not grow here when more is moved to them."
    )
    yield (
        f"“{ALONE}” is no proposal. People see at once what is not theirs; a path sees only time. "
        f"It is there to show what each of the two finds, and “{NET}” what a path would add."
    )
    yield from (f"Of the log: {note}." for note in study.log_notes)


def _open_at_end(events: Any) -> int:
    state = {"queued": True, "reopened": True, "closed": False}
    found: dict[str, bool] = {}
    for event in events:
        if event.kind in state:
            found[event.item] = state[event.kind]
    return sum(found.values())


# --- pictures -------------------------------------------------------------------------------------

_COLOURS = dict(zip(RUNS, ("#2f81c7", "#e69f00", "#9aa0a6"), strict=True))


def _pictures(study: EscalationStudy) -> tuple[Any, ...]:
    from assignwork.reports.pictures.bars import grouped  # noqa: PLC0415  # only a page pays for it

    rows = dict(_by_priority(study))
    names = [name if name == "all" else f"priority {name}" for name in rows]
    moved: dict[str, list[float]] = {run: [] for run in RUNS}
    met: dict[str, list[float]] = {run: [] for run in RUNS}
    for runs in rows.values():
        for name, run in zip(RUNS, runs, strict=True):
            resolved = run.targets.get("resolution")
            moved[name].append(100 * run.moved.share)
            met[name].append(100 * resolved.share if resolved else 0.0)
    return (
        grouped(
            "study-moved", "Who went up a line", "Share of the items moved up at least once.",
            names, moved, _COLOURS,
        ),
        grouped(
            "study-met", "Resolved in time", "Share of resolution targets met, of those decided.",
            names, met, _COLOURS,
        ),
    )  # fmt: skip
