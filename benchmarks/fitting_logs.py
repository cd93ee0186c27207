"""Scenarios fitted to the real logs, and how far their simulation is from them.

For each log: import it, add who held what (which an import leaves out), fit, simulate, compare:

    python benchmarks/fitting_logs.py [italy|servicenow|volvo ...] [--replications 5]

What the rows of the exports mean for who holds an item is stated at `owners`. Logs that are not at
``../shared/data`` are skipped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import click

from assignwork.commands import Command, Submit
from assignwork.events import Event
from assignwork.intake import import_log
from assignwork.intake.cases import Case, Tally, read_cases
from assignwork.intake.imports import cases_within, mapping_of, rows_of
from assignwork.intake.translation import statuses
from assignwork.model import WorkItem, Workspace
from assignwork.simulation.fitting import Fit, fit_scenario, logged_events, validate_fit
from assignwork.simulation.fitting.logs import Owner
from assignwork.wire import Source

DATA = Path(__file__).parents[2] / "shared" / "data"


@attrs.frozen
class RealLog:
    """A log, and how it is read.

    Attributes
    ----------
    file : str
    time_zone : str
        Of its hours, as far as they look like a day's.
    not_yet : tuple of str
        States in which nobody has taken the item up, whoever made the row.
    unassigned : str
        What items are that are closed without an agent's name.
    arrivals : str
        Volvo's log has mostly what was closed in May, so that its arrivals are no weeks alike.
    """

    file: str
    time_zone: str
    not_yet: tuple[str, ...]
    unassigned: str
    arrivals: str = "weekly"


LOGS = {
    "italy": RealLog(
        "helpdesk_italy.xes.gz", "Europe/Rome", ("Assign seriousness", "Insert ticket"), "left out"
    ),
    "servicenow": RealLog("servicenow_incidents.csv.gz", "UTC", (), "left out"),
    "volvo": RealLog("volvo_incidents_2013.xes.gz", "Europe/Stockholm", (), "left out", "counts"),
}


@attrs.frozen
class Desk:
    """What a log says: a workspace, items and events with the assignments of its people."""

    workspace: Workspace
    items: tuple[WorkItem, ...] = attrs.field(repr=False)
    events: tuple[Event, ...] = attrs.field(repr=False)


def read_desk(name: str, *, start: str | None = None, end: str | None = None) -> Desk:
    """The desk of a real log, its items opened from `start` to `end` (dates)."""
    log = LOGS[name]
    file = DATA / log.file
    found = import_log(name, file, start=start, end=end)
    mapping, source, tally = mapping_of(name, None), Source(file), Tally()
    with closing(rows_of(source, mapping)) as rows:
        every = read_cases(rows, mapping, source.name, tally)
    kept, _ = cases_within(every, mapping, source.name, start, end, tally)
    holders = [entry for case in kept for entry in owners(case, log.not_yet)]
    commands: tuple[tuple[float, Command], ...] = found.commands
    items = tuple(command.item for _, command in commands if isinstance(command, Submit))
    return Desk(found.workspace, items, logged_events(found.workspace, commands, holders))


def owners(case: Case, not_yet: tuple[str, ...]) -> Iterator[Owner]:
    """Who holds an item from each of its rows on.

    The agent whom the row names; nobody where it is in a queue, or in a state of `not_yet`. Rows
    of closed items say nothing.
    """
    for moment, status in statuses(case):
        if status == "done":
            continue
        taken = status != "queued" and moment.state not in not_yet
        yield moment.at, case.id, moment.agent if taken else None


def fit_log(name: str, desk: Desk, **options: Any) -> Fit:
    """Fit with what is known of the log."""
    log = LOGS[name]
    known = {field: getattr(log, field) for field in ("time_zone", "unassigned", "arrivals")}
    given = {"name": name, **known, **options}
    return fit_scenario(desk.workspace, desk.events, items=desk.items, **given)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(tuple(LOGS)))
@click.option("--replications", default=5, show_default=True)
@click.option("--work", default="elapsed", type=click.Choice(("elapsed", "shared")))
def main(names: tuple[str, ...], replications: int, work: str) -> None:
    """Print the figures of the logs and of their simulation."""
    for name in names or LOGS:
        if not (DATA / LOGS[name].file).is_file():
            click.echo(f"{name}: skipped, the log is not at ../shared/data", err=True)
            continue
        begun = time.perf_counter()
        desk = read_desk(name)
        read = time.perf_counter()
        fit = fit_log(name, desk, work=work)
        fitted = time.perf_counter()
        click.echo(fit)
        found = validate_fit(fit, desk.events, items=desk.items, replications=replications)
        done = time.perf_counter()
        click.echo(f"\n{found}\n")
        click.echo(
            f"{name}: read in {read - begun:.1f} s, fitted in {fitted - read:.1f} s, "
            f"{replications} replications in {done - fitted:.1f} s\n"
        )


if __name__ == "__main__":
    main()
