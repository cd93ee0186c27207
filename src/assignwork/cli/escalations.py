"""`assignwork escalations`: what people moved up the support lines, and what a path would."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import click

from assignwork.cli.replay import check_pictures
from assignwork.cli.verbs import Verb, check_targets, json_option
from assignwork.intake import FORMATS, study_escalations
from assignwork.wire import replacing


@click.command("escalations", cls=Verb)
@click.argument("format", type=click.Choice(FORMATS))
@click.argument("file")
@click.option(
    "--mapping",
    metavar="M",
    help="A file that says what the columns mean, with the support lines in groups.lines.",
)
@click.option(
    "--plan",
    metavar="PLAN",
    help="Your sla and paths, TOML or JSON, with the teams line-1, line-2, line-3.",
)
@click.option("--start", metavar="DAY", help="Keep items opened from this day or instant on.")
@click.option("--end", metavar="DAY", help="Keep items opened until this day, included.")
@click.option("--report", "report_path", metavar="OUT.html", help="Also write a page.")
@click.option(
    "--time-zone", default="UTC", metavar="ZONE", help="IANA name, for the page; default: UTC."
)
@click.option(
    "--out", metavar="DIR", help="Also write workspace, commands and events of each replay."
)
@json_option
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    format: str,  # noqa: A002  # click names parameters so
    file: str,
    mapping: str | None,
    plan: str | None,
    start: str | None,
    end: str | None,
    report_path: str | None,
    time_zone: str,
    out: str | None,
    as_json: bool,  # noqa: FBT001  # click passes options so
) -> None:
    """Compare the moves up the support lines of a real log with an escalation path.

    The log's items are replayed three times: as logged; moved by the path alone, with the same
    arrivals and the same work; and as logged with the path as a net below. By priority: the share
    moved up and when, time and waiting per line, targets met; and what to keep in mind.

    Targets and path are those of the plan, stated in the report; they are not the log owner's.

    \b
    Example:
      assignwork escalations volvo volvo_incidents.xes.gz --report escalations.html
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    check_targets([report_path], [path for path in (file, mapping, plan) if path])
    if report_path:
        check_pictures()
    study = study_escalations(format, file, mapping=mapping, plan=plan, start=start, end=end)
    if report_path:
        with tempfile.TemporaryDirectory() as folder, replacing(report_path) as page:
            made = Path(folder, "report.html")
            study.write_html(made, time_zone=time_zone)
            with made.open(encoding="utf-8") as text:
                shutil.copyfileobj(text, page)
    if out:
        study.write(out)
    click.echo(json.dumps(study.to_dict()) if as_json else str(study))
