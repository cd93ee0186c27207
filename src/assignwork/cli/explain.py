"""`assignwork explain`: why an item or an agent stands where it stands, or an event came about."""

from __future__ import annotations

import json
from typing import Any

import click

from assignwork.cli.logs import CommandLog
from assignwork.cli.verbs import Verb, error_text, json_option, read_instant, skip_option
from assignwork.dispatcher import Dispatcher
from assignwork.errors import InputError, UnknownItemError
from assignwork.explain import explain_event
from assignwork.replay import replay
from assignwork.wire import Source, read_events, read_workspace


@click.command("explain", cls=Verb)
@click.argument("item_or_agent", required=False)
@click.option("--workspace", "workspace_path", metavar="W.json", help="The desk. JSON or TOML.")
@click.option("--commands", "commands_path", metavar="C.jsonl", help="The command log. - is stdin.")
@click.option(
    "--at",
    "until",
    metavar="INSTANT",
    help="Look at this instant: POSIX seconds or ISO 8601 with an offset. Default: the log's end.",
)
@click.option(
    "--events", "events_path", metavar="E.jsonl", help="An event log, for --event. - is stdin."
)
@click.option(
    "--event",
    "seq",
    type=int,
    metavar="SEQ",
    help="Explain the assignment with this seq from the event log alone.",
)
@skip_option
@json_option
def verb(
    item_or_agent: str | None,
    workspace_path: str | None,
    commands_path: str | None,
    until: str | None,
    events_path: str | None,
    seq: int | None,
    skip_errors: bool,  # noqa: FBT001  # click passes options so
    as_json: bool,  # noqa: FBT001
) -> None:
    """Say why ITEM_OR_AGENT stands where it stands.

    Of an item: its state, its position in the queue, its key, and for every agent of the team the
    first rule that stops him, with numbers. Of an agent: what he holds, his headroom under each
    limit, and which item he would get next. With --event: why an assignment was made as it was.

    \b
    Examples:
      assignwork explain --workspace desk.json --commands log.jsonl --at 1767225600 t-1
      assignwork explain --events events.jsonl --event 7
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    if seq is not None:
        _refuse_mixture(events_path, item_or_agent)
        explanation = _of_event(str(events_path), seq, skip_errors=skip_errors, as_json=as_json)
    elif workspace_path and commands_path and item_or_agent:
        explanation = _of_now(
            workspace_path,
            commands_path,
            item_or_agent,
            until,
            skip_errors=skip_errors,
            as_json=as_json,
        )
    else:
        raise click.UsageError(
            "give --workspace, --commands and ITEM_OR_AGENT, or --events and --event"
        )
    click.echo(json.dumps(explanation.to_dict()) if as_json else str(explanation))


def _refuse_mixture(events_path: str | None, item_or_agent: str | None) -> None:
    if events_path is None:
        raise click.UsageError("--event needs --events E.jsonl, the log in which it stands")
    if item_or_agent is not None:
        raise click.UsageError(
            "--event explains one event of a log; leave ITEM_OR_AGENT away, or --event"
        )


def _of_event(events_path: str, seq: int, *, skip_errors: bool, as_json: bool) -> Any:
    source = Source(events_path)

    def report(error: InputError) -> None:
        click.echo(error_text(error, as_json=as_json), err=True)

    try:
        return explain_event(read_events(source, on_error=report if skip_errors else None), seq)
    except UnknownItemError as error:
        raise InputError.of(error, file=source.name, field="seq") from error


def _of_now(
    workspace_path: str,
    commands_path: str,
    item_or_agent: str,
    until: str | None,
    *,
    skip_errors: bool,
    as_json: bool,
) -> Any:
    limit = None if until is None else read_instant(until, "--at")
    workspace = read_workspace(workspace_path)
    log = CommandLog(commands_path, "replaying", skip_errors=skip_errors, as_json=as_json)
    desk = Dispatcher(workspace)
    for _ in replay(workspace, log, desk=desk, until=limit, on_refused=log.refuse):
        pass
    if log.errors:
        log.say(json.dumps({"errors": log.errors}) if as_json else log.count_of_errors())
    return desk.explain(item_or_agent)
