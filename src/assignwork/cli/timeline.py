"""`assignwork timeline`: an item's whole history, from the event log alone."""

from __future__ import annotations

import json

import click

from assignwork.cli.verbs import Verb, check_targets, error_text, json_option, read_instant
from assignwork.errors import InputError, UnknownItemError
from assignwork.reports import timeline
from assignwork.reports.page import zone_named
from assignwork.wire import Source, read_events, replacing


@click.command("timeline", cls=Verb)
@click.option(
    "--events",
    "events_path",
    required=True,
    metavar="E.jsonl",
    help="An event log. May be gzipped; - is stdin.",
)
@click.option("--item", required=True, metavar="ID", help="The item whose history it is.")
@click.option("--until", metavar="INSTANT", help="End there: POSIX seconds or ISO 8601.")
@click.option(
    "--time-zone", default="UTC", metavar="ZONE", help="IANA name, for instants; default: UTC."
)
@click.option("--html", "html_path", metavar="OUT.html", help="Also write a page with a bar.")
@click.option(
    "--skip-errors", is_flag=True, help="Report each line that cannot be used, and go on."
)
@json_option
def verb(
    events_path: str,
    item: str,
    until: str | None,
    time_zone: str,
    html_path: str | None,
    skip_errors: bool,  # noqa: FBT001  # click passes options so
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show every event of an item: when, who and why, and how long it was where.

    With --html the same goes to a page of its own, with a bar of the item's states over time and
    marks for replies, targets and escalations. It loads nothing.

    \b
    Example:
      assignwork timeline --events events.jsonl --item t-1 --html t-1.html
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    check_targets([html_path], [events_path])
    zone = zone_named(time_zone)
    end = None if until is None else read_instant(until, "--until")
    source = Source(events_path)

    def report(error: InputError) -> None:
        click.echo(error_text(error, as_json=as_json), err=True)

    events = read_events(source, on_error=report if skip_errors else None)
    try:
        found = timeline(events, item, until=end, zone=zone)
    except UnknownItemError as error:
        raise InputError.of(error, file=source.name, field="item") from error
    if html_path:
        with replacing(html_path) as out:
            out.write(found.to_html())
    click.echo(json.dumps(found.to_dict()) if as_json else str(found))
