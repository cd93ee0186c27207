"""Scenarios fitted to the real logs, and how far their simulation is from them.

For each log: import it with who held what, fit, simulate, compare:

    python benchmarks/fitting_logs.py [italy|servicenow|volvo ...] [--replications 5]

Logs that are not at ``../shared/data`` are skipped.
"""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import click

from assignwork.commands import Submit
from assignwork.events import Event
from assignwork.intake import Imported, import_log
from assignwork.model import WorkItem
from assignwork.replay import replay
from assignwork.simulation.fitting import Fit, fit_scenario, validate_fit

DATA = Path(__file__).parents[2] / "shared" / "data"


@attrs.frozen
class RealLog:
    """A log, and how it is fitted.

    Attributes
    ----------
    file : str
    time_zone : str
        Of its hours, as far as they look like a day's.
    unassigned : str
        What items are that are closed without an agent's name.
    arrivals : str
        Volvo's log has mostly what was closed in May, so that its arrivals are no weeks alike.
    """

    file: str
    time_zone: str
    unassigned: str = "left out"
    arrivals: str = "weekly"


LOGS = {
    "italy": RealLog("helpdesk_italy.xes.gz", "Europe/Rome"),
    "servicenow": RealLog("servicenow_incidents.csv.gz", "UTC"),
    "volvo": RealLog("volvo_incidents_2013.xes.gz", "Europe/Stockholm", arrivals="counts"),
}


@attrs.frozen(slots=False)
class Desk:
    """An import as events."""

    found: Imported = attrs.field(repr=False)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What a replay tells."""
        log = [(line, *entry) for line, entry in enumerate(self.found.commands, 1)]
        return tuple(replay(self.found.workspace, log))

    @property
    def items(self) -> tuple[WorkItem, ...]:
        """As submitted."""
        return tuple(c.item for _, c in self.found.commands if isinstance(c, Submit))


def read_desk(name: str, *, start: str | None = None, end: str | None = None) -> Desk:
    """The desk of a real log as it was, its items opened from `start` to `end` (dates)."""
    file = DATA / LOGS[name].file
    return Desk(import_log(name, file, start=start, end=end, assignments=True))


def fit_log(name: str, desk: Desk, **options: Any) -> Fit:
    """Fit with what is known of the log."""
    log = LOGS[name]
    known = {field: getattr(log, field) for field in ("time_zone", "unassigned", "arrivals")}
    given = {"name": name, **known, **options}
    return fit_scenario(desk.found.workspace, desk.events, items=desk.items, **given)


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
