"""`assignwork rebalance`: who should hold what at an instant of a log, and the command for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from assignwork import _fields
from assignwork.cli.logs import CommandLog
from assignwork.cli.replay import check_pictures
from assignwork.cli.verbs import (
    Verb,
    check_targets,
    commands_option,
    json_option,
    read_instant,
    refuse_as,
    refuse_stdout,
    skip_option,
    workspace_option,
)
from assignwork.dispatcher import Dispatcher
from assignwork.errors import (
    ConfigurationError,
    CostRangeError,
    InfeasiblePinError,
    UnknownAgentError,
    UnknownItemError,
)
from assignwork.events import MoveSkipped, Rebalanced
from assignwork.replay import replay
from assignwork.wire import command_line, read_workspace, replacing

if TYPE_CHECKING:
    from assignwork.commands import Command
    from assignwork.solver import Plan

MOST_SKIPPED = 10
"""Moves that did not fit, told one by one."""
MOST_DIGITS = 10
"""Of the largest whole number; zeros may stand before them."""


@click.command("rebalance", cls=Verb)
@workspace_option
@commands_option
@click.option(
    "--at",
    required=True,
    metavar="INSTANT",
    help="Plan for this instant: POSIX seconds or ISO 8601 with an offset. What the log has at "
    "this very instant is run.",
)
@click.option("--max-moves", metavar="N", help="At most N items leave the agent who has them.")
@click.option(
    "--max-moves-per-agent",
    metavar="N",
    help="Each agent takes part in at most N, losing or getting.",
)
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="TERM=N",
    help="What a term of the cost weighs, such as move=0. May be given for each term; also "
    "spread=lexicographic and priorities=lexicographic.",
)
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="ITEM[=AGENT]",
    help="The item stays where it is, or must go to the agent. May be given often.",
)
@click.option(
    "--together",
    type=click.Choice(["customer", "requester"]),
    help="Items that share it shall have one agent.",
)
@click.option("--time-limit", metavar="S", help="Seconds of wall time for the search; default: 1.")
@click.option(
    "--deterministic-limit",
    metavar="S",
    help="Seconds of the solver's own clock instead: the same plan on every machine.",
)
@click.option(
    "--engine",
    default="auto",
    metavar="NAME",
    help="auto (default), flow, neighbourhoods, pairs or keep.",
)
@click.option("--report", "report_path", metavar="OUT.html", help="Also write a page.")
@click.option("--title", metavar="TEXT", help="The page's heading.")
@click.option(
    "--time-zone", default="UTC", metavar="ZONE", help="IANA name, for the page; default: UTC."
)
@click.option(
    "--apply",
    "apply_path",
    metavar="OUT.jsonl",
    help="Write the plan as a line of a command log, after trying it on the replayed desk. It "
    "belongs into the log at that instant: after the lines up to --at, before all later ones.",
)
@skip_option
@json_option
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    workspace_path: str,
    commands_path: str,
    at: str,
    max_moves: str | None,
    max_moves_per_agent: str | None,
    weights: tuple[str, ...],
    pins: tuple[str, ...],
    together: str | None,
    time_limit: str | None,
    deterministic_limit: str | None,
    engine: str,
    report_path: str | None,
    title: str | None,
    time_zone: str,
    apply_path: str | None,
    skip_errors: bool,  # noqa: FBT001  # click passes options so
    as_json: bool,  # noqa: FBT001  # as above
) -> None:
    """Plan who should hold what at an instant, and what that gains.

    The log is run up to the instant, the instant included. The plan goes to stdout: its gain, how
    far it is from the best, each move with its reason, and what stays without an agent and why.
    Nothing is carried out, but --apply writes the command that does. Put that line into the log at
    its instant: at the end if the log ends there, else before the first later line.

    \b
    Examples:
      assignwork rebalance --workspace desk.json --commands log.jsonl \\
          --at 2026-01-05T09:00:00Z --max-moves 20 --report plan.html
      assignwork rebalance --workspace desk.json --commands log.jsonl \\
          --at 1767603600 --weight move=0 --pin t-7 --apply moves.jsonl
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    check_targets([report_path, apply_path], [workspace_path, commands_path])
    for option, path in (("--report", report_path), ("--apply", apply_path)):
        refuse_stdout(option, path, "the plan")
    if report_path:
        from assignwork.reports.page import zone_named  # noqa: PLC0415  # with the report

        check_pictures()
        zone_named(time_zone)
    until = read_instant(at, "--at")
    options: dict[str, Any] = {
        "weights": _weights(weights),
        "max_moves": _whole(max_moves, "--max-moves"),
        "max_moves_per_agent": _whole(max_moves_per_agent, "--max-moves-per-agent"),
        "time_limit": _seconds(time_limit, "--time-limit"),
        "deterministic_limit": _seconds(deterministic_limit, "--deterministic-limit"),
        "together": together,
        "engine": _engine(engine),
    }
    workspace = read_workspace(workspace_path)
    log = CommandLog(commands_path, "replaying", skip_errors=skip_errors, as_json=as_json)
    desk = Dispatcher(workspace)
    later: list[int] = []
    entries = _until(log, until, later)
    for _ in replay(workspace, entries, desk=desk, until=until, on_refused=log.refuse):
        pass
    plan = _planned(desk, pins, options)
    if report_path:
        _report(report_path, plan, title, until, time_zone)
    click.echo(json.dumps(plan.to_dict()) if as_json else str(plan))
    if apply_path:
        _apply(desk, plan, apply_path, until, log, later, as_json=as_json)
    if log.errors:
        log.say(json.dumps({"errors": log.errors}) if as_json else log.count_of_errors())


def _until(
    log: Iterable[tuple[int, float, Command]], until: float, later: list[int]
) -> Iterator[tuple[int, float, Command]]:
    """The commands; the number of the first line after the instant, if there is one, in `later`."""
    for entry in log:
        if entry[1] > until and not later:
            later.append(entry[0])
        yield entry


def _planned(desk: Dispatcher, pins: Iterable[str], options: dict[str, Any]) -> Plan:
    from assignwork.solver import plan_rebalance  # noqa: PLC0415  # only who plans pays for it

    try:
        return plan_rebalance(desk, pinned=_pinned(desk, pins), **options)
    except (InfeasiblePinError, UnknownAgentError, UnknownItemError) as error:
        refuse_as(error, "--pin")
    except CostRangeError as error:
        refuse_as(error, "--weight")


def _report(path: str, plan: Plan, title: str | None, at: float, time_zone: str) -> None:
    from assignwork.reports import rebalance_html  # noqa: PLC0415  # only a report pays for it

    heading = {} if title is None else {"title": title}
    page = rebalance_html(plan, at=at, time_zone=time_zone, **heading)
    with replacing(path) as out:
        out.write(page)


def _apply(
    desk: Dispatcher,
    plan: Plan,
    path: str,
    at: float,
    log: CommandLog,
    later: list[int],
    *,
    as_json: bool,
) -> None:
    """Try the plan on the desk it was made for, and write the command that carries it out."""
    events = desk.apply(plan, now=at)
    skipped = [event for event in events if isinstance(event, MoveSkipped)]
    done = sum(event.moves for event in events if isinstance(event, Rebalanced))
    with replacing(path) as out:
        out.write(command_line(at, plan.command()))
    if as_json:
        told = {"carried_out": done, "skipped": len(skipped), "before_line": None}
        log.say(json.dumps({**told, "before_line": later[0]} if later else told))
        return
    log.say(f"carried out on a trial: {done:,} of {len(plan.moves):,}; the command is in {path}")
    for event in skipped[:MOST_SKIPPED]:
        log.say(f"  {event.item}: {event.detail or event.why}")
    if later:
        log.say(
            f"note: the log goes on after --at: put the command before line {later[0]}; at the end "
            "it would be refused"
        )


# --- options -------------------------------------------------------------------------------------


def _weights(given: Iterable[str]) -> Any:
    """`TERM=N ...` as weights; those that are not named as by default."""
    import attrs  # noqa: PLC0415  # with the solver

    from assignwork.solver import Weights  # noqa: PLC0415  # only who plans pays for it

    known = [field.name for field in attrs.fields(Weights)]
    found: dict[str, Any] = {}
    for text in given:
        term, sign, value = text.partition("=")
        if not sign or term not in known:
            what = "is no TERM=N" if not sign else "names no term of the cost"
            raise ConfigurationError(
                f"{_fields.shown(text)} {what}",
                field="--weight",
                value=text,
                remedy=_fields.nearest(term, known) if sign else "give it such as move=0",
            )
        if term in found:
            raise ConfigurationError(
                f"{term!r} is given twice", field="--weight", value=text, remedy="give it once"
            )
        found[term] = value
        if value.isascii():
            with suppress(ValueError):  # else the weights say what is wrong with it
                found[term] = int(value)
    try:
        return Weights(**found)
    except ConfigurationError as error:
        refuse_as(error, f"--weight {error.field}")


def _pinned(desk: Dispatcher, pins: Iterable[str]) -> dict[str, str | None]:
    """`ITEM[=AGENT] ...` as item -> agent; an id may hold the sign itself."""
    found: dict[str, str | None] = {}
    for text in pins:
        item, sign, agent = (text, "", "") if text in desk.items else text.rpartition("=")
        item = item if sign else text
        if item in found:
            raise ConfigurationError(
                f"item {_fields.shown(item)} is pinned twice",
                field="--pin",
                value=text,
                remedy="pin it once",
            )
        found[item] = agent if sign else None
    return found


def _engine(name: str) -> str:
    from assignwork.solver import ENGINES  # noqa: PLC0415  # only who plans pays for it

    return _fields.choice(name, "--engine", ENGINES)


def _whole(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    number = int(text[-MOST_DIGITS:]) if text.isascii() and text.isdecimal() else -1
    if text[:-MOST_DIGITS].strip("0") or not 0 <= number <= _fields.MAX_UNITS:
        _fields.refuse(option, text, f"a whole number from 0 to {_fields.MAX_UNITS}")
    return number


def _seconds(text: str | None, option: str) -> float | None:
    if text is None:
        return None
    try:
        return _fields.seconds(float(text if text.isascii() else "?"), option)
    except ConfigurationError:
        raise
    except ValueError:
        _fields.refuse(option, text, "a number of seconds, finite and not negative")
