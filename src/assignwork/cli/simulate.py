"""`assignwork simulate`: what if, played with the very dispatcher that runs in production."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import attrs
import click

from assignwork import _fields
from assignwork.cli._bars import replications_bar
from assignwork.cli._fitting import FitLog
from assignwork.cli._fitting_options import fitting_options, is_fit
from assignwork.cli._whatif import WhatIf, changed_scenario
from assignwork.cli.replay import check_pictures
from assignwork.cli.verbs import Verb, check_targets, json_option, refuse_as, refuse_stdout
from assignwork.errors import ConfigurationError, InputError
from assignwork.wire import replacing

if TYPE_CHECKING:
    from assignwork.simulation import Scenario
    from assignwork.simulation.comparison import Comparison
    from assignwork.simulation.precision import Precision
    from assignwork.simulation.results import Results

SCHEMA = 1
"""Of what `--json` and `--results` write; grows when a key changes its meaning or goes."""
MOST_DIGITS = 9
"""Of a whole number: more than there can be replications or agents."""


@click.command("simulate", cls=Verb)
@click.argument("scenario_path", metavar="[SCENARIO]", required=False)
@click.option(
    "--replications",
    metavar="N",
    help="How often it is played, each time with other chance; "
    "default: 20. With --precision at most so often, by default 200; with --validate 10.",
)
@click.option("--seed", default="0", metavar="N", help="Another seed is other chance; default: 0.")
@click.option("--processes", metavar="N", help="Share the replications among N processes.")
@click.option(
    "--precision",
    metavar="MEASURE=WIDTH",
    help="Stop as soon as half the interval of a measure is so narrow: wait_mean=5% (of its mean) "
    "or wait_mean=3 (seconds; a share as 0.01). Of a group: wait_mean=5%,priority=1.",
)
@click.option(
    "--threshold",
    metavar="S",
    help="Seconds of the service level, instead of the scenario's; kinds of customers that have "
    "their own keep it.",
)
@click.option(
    "--by",
    metavar="A,B",
    help="Tables by these instead of the usual ones: stream, kind, team, priority, channel, agent, "
    "hour (of the day).",
)
@click.option("--add-agents", metavar="N", help="What if there were N more agents, as --like.")
@click.option("--like", metavar="ID", help="The agent whom those of --add-agents are like.")
@click.option(
    "--without", multiple=True, metavar="ID", help="What if this agent were away? Repeatable."
)
@click.option("--busier", metavar="FACTOR", help="What if so many times the customers came?")
@click.option(
    "--workspace",
    "workspace_path",
    metavar="OTHER.json",
    help="What if the desk were this one: other rules, teams, agents? With --from-log: the desk "
    "of the log.",
)
@click.option(
    "--against",
    "against_path",
    metavar="OTHER.toml",
    help="Compare with another scenario, instead of a what-if of this one.",
)
@click.option("--report", "report_path", metavar="OUT.html", help="Also write a page.")
@click.option("--title", metavar="TEXT", help="The page's heading.")
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="IANA name, for the page; default: the scenario's. With --from-log of hours of the week "
    "and shifts; default: that of most calendars.",
)
@click.option(
    "--results",
    "results_path",
    metavar="OUT.json",
    help="Also keep everything as JSON: what --json prints.",
)
@fitting_options
@json_option
@click.pass_context
def verb(  # noqa: PLR0913, PLR0917  # click passes every option
    ctx: click.Context,
    /,
    scenario_path: str,
    replications: str | None,
    seed: str,
    processes: str | None,
    precision: str | None,
    threshold: str | None,
    by: str | None,
    add_agents: str | None,
    like: str | None,
    without: tuple[str, ...],
    busier: str | None,
    workspace_path: str | None,
    against_path: str | None,
    report_path: str | None,
    title: str | None,
    time_zone: str | None,
    results_path: str | None,
    as_json: bool,  # noqa: FBT001  # click passes options so
    **_: Any,
) -> None:
    """Play a scenario: how long customers wait, who gives up, how busy agents are.

    SCENARIO is a JSON or TOML file: a desk, who comes when with what, how agents work. It is played
    several times with the dispatcher that runs in production; every figure has its margin.

    With a what-if (--add-agents, --without, --busier, --workspace; together they are one) both are
    played with the very same customers, and what differs is told, and whether that may be chance.

    With --from-log a command log becomes such a scenario: what was estimated is told, how well it
    fits, and what to doubt; with --keep-back, how well it foretells a part that was not fitted.

    \b
    Examples:
      assignwork simulate launch_day.toml --report launch.html
      assignwork simulate launch_day.toml --add-agents 1 --like ana --busier 1.2
      assignwork simulate launch_day.toml --precision wait_mean=5% --processes 2
      assignwork simulate --from-log --workspace desk.json --commands log.jsonl \\
          --scenario fitted.json --validate --report fitted.html
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
    seconds = _number(threshold, "--threshold", "a number of seconds, finite and not negative")
    if is_fit(ctx):
        chosen = {
            "replications": _whole(replications, "--replications", least=2),
            "seed": _whole(seed, "--seed"),
            "processes": _whole(processes, "--processes", least=1),
        }
        replays = {name: number for name, number in chosen.items() if number is not None}
        FitLog.of(ctx.params, threshold=seconds, replays=replays).run()
        return
    inputs = [path for path in (scenario_path, workspace_path, against_path) if path]
    check_targets([report_path, results_path], inputs)
    for option, path in (("--report", report_path), ("--results", results_path)):
        refuse_stdout(option, path, "the results")
    if report_path:
        from assignwork.reports.page import zone_named  # noqa: PLC0415  # with the report

        check_pictures()
        if time_zone is not None:
            zone_named(time_zone)
    run = _Run(
        replications=_whole(replications, "--replications", least=1),
        seed=_whole(seed, "--seed") or 0,
        processes=_whole(processes, "--processes", least=1),
        until=_precision(precision),
        as_json=as_json,
    )
    tables = _groups(by)
    scenario = _scenario(scenario_path, seconds)
    changed = changed_scenario(
        scenario,
        WhatIf(
            add_agents=_whole(add_agents, "--add-agents", least=1),
            like=like,
            without=without,
            busier=_number(busier, "--busier", "a factor, finite and not negative"),
            workspace_path=workspace_path,
        ),
    )
    if against_path:
        if changed is not None:
            raise click.UsageError(
                "--against compares with another scenario; no what-if beside it."
            )
        changed = _scenario(against_path, seconds)
    results = run.play(scenario)
    comparison = None if changed is None else _compared(results, run.play(changed, results))
    if report_path:
        _report(
            report_path,
            results,
            comparison,
            scenario=scenario,
            caveats=run.caveats,
            time_zone=time_zone,
            **({} if title is None else {"title": title}),
        )
    document = ""
    if as_json or results_path:
        document = json.dumps(_document(results, comparison, run.caveats))
    if results_path:
        with replacing(results_path) as out:
            out.write(document + "\n")
    click.echo(document if as_json else _text(results, comparison, tables))


# --- playing -------------------------------------------------------------------------------------


@attrs.frozen
class _Run:
    """How scenarios are played: how often, where, and what is said meanwhile."""

    replications: int | None
    seed: int
    processes: int | None
    until: Precision | None
    as_json: bool
    caveats: list[str] = attrs.field(factory=list)

    def play(self, scenario: Scenario, like: Results | None = None) -> Results:
        """Simulate it; as often as another one was, where that is given."""
        from assignwork.simulation.simulating import simulate  # noqa: PLC0415  # as the options

        often = self.replications if like is None else len(like)
        until = self.until if like is None else None
        try:
            bar = replications_bar(scenario.name, as_json=self.as_json)
            with self._told(scenario.name), bar as progress:
                return simulate(
                    scenario,
                    replications=often,
                    seed=self.seed,
                    processes=self.processes,
                    until=until,
                    on_progress=progress,
                )
        except ConfigurationError as error:
            if until is not None and error.field in {"measure", until.group[0]}:
                refuse_as(error, "--precision")  # a target or a group that this scenario has not
            raise

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """A desk that cannot keep up is told in one line on stderr, before it is played."""
        from assignwork.simulation import UnstableWarning  # noqa: PLC0415  # as the options

        with warnings.catch_warnings():
            warnings.simplefilter("always", UnstableWarning)
            elsewhere = warnings.showwarning

            def show(  # as `warnings.showwarning` is called
                message: Warning | str,
                category: type[Warning],
                filename: str,
                lineno: int,
                file: TextIO | None = None,
                line: str | None = None,
            ) -> None:
                if not issubclass(category, UnstableWarning):
                    elsewhere(message, category, filename, lineno, file, line)
                    return
                text = f"{name}: {message}"
                self.caveats.append(text)
                shown = json.dumps({"warning": text}) if self.as_json else f"warning: {text}"
                click.echo(shown, err=True)

            warnings.showwarning = show
            yield


def _compared(before: Results, after: Results) -> Comparison:
    from assignwork.simulation.comparison import compare  # noqa: PLC0415  # as the options

    try:
        return compare(before, after)
    except ConfigurationError as error:
        refuse_as(error, "--against")


# --- what is played ------------------------------------------------------------------------------


def _scenario(path: str, threshold: float | None) -> Scenario:
    from assignwork.simulation import Scenario  # noqa: PLC0415  # loads numpy; not for --help

    try:
        scenario = Scenario.load(path)
    except OSError as error:  # of this file, or of the workspace that it names
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            file=str(error.filename or path),
            value=path,
            remedy="give the path of a scenario in JSON or TOML",
        ) from None
    return scenario if threshold is None else scenario.changed(threshold=threshold)


# --- what is said --------------------------------------------------------------------------------


def _text(results: Results, comparison: Comparison | None, by: Sequence[str]) -> str:
    """What differs first, then how each is; sentences before tables."""
    if comparison is None:
        return _described(results, by) if by else str(results)
    both = (_described(found, by) for found in (comparison.a, comparison.b))
    return "\n\n".join([str(comparison), *both])


def _described(results: Results, by: Sequence[str]) -> str:
    """The sentences that begin the text of results, and the tables that were asked for."""
    sentences = str(results).partition("\n\n")[0]
    return "\n\n".join([sentences, *(str(results.table(kind)) for kind in by)])


def _document(
    results: Results, comparison: Comparison | None, caveats: Sequence[str]
) -> dict[str, Any]:
    """Everything, JSON-ready; docs/simulation.md says what the keys mean."""
    return {
        "schema": SCHEMA,
        "warnings": list(caveats),
        "results": results.to_dict(),
        "changed": None if comparison is None else comparison.b.to_dict(),
        "comparison": None if comparison is None else comparison.to_dict(),
    }


def _report(path: str, results: Results, comparison: Comparison | None, **parts: Any) -> None:
    from assignwork.reports import simulation_html  # noqa: PLC0415  # if asked for

    page = simulation_html(results, comparison, **parts)
    with replacing(path) as out:
        out.write(page)


# --- options -------------------------------------------------------------------------------------


def _whole(text: str | None, option: str, least: int = 0) -> int | None:
    if text is None:
        return None
    digits = text.lstrip("0") or "0"
    right = text.isascii() and text.isdecimal() and len(digits) <= MOST_DIGITS
    if not right or int(digits) < least:
        _fields.refuse(option, text, f"a whole number from {least} to {10**MOST_DIGITS - 1:,}")
    return int(digits)


def _number(text: str | None, option: str, requirement: str) -> float | None:
    if text is None:
        return None
    try:
        found = float(text if text.isascii() else "?")
    except ValueError:
        _fields.refuse(option, text, requirement)
    return _fields.amount(found, option, requirement, zero=True)


def _precision(text: str | None) -> Precision | None:
    """`MEASURE=WIDTH[,GROUP=NAME]` as a rule that ends the run."""
    if text is None:
        return None
    from assignwork.simulation.measures import NUMBERED  # noqa: PLC0415  # loads numpy
    from assignwork.simulation.precision import Precision  # noqa: PLC0415  # loads numpy

    first, *others = text.split(",", maxsplit=1)
    name, sign, width = first.partition("=")
    group: dict[str, Any] = {}
    for other in others:
        kind, equals, label = other.partition("=")
        sign = sign and equals
        number = kind in NUMBERED and label.isascii() and label.isdecimal()
        group[kind] = int(label) if number else label
    if not sign:
        raise ConfigurationError(
            f"{_fields.shown(text)} is no MEASURE=WIDTH",
            field="--precision",
            value=text,
            remedy="give it such as wait_mean=5%, or wait_mean=3,priority=1",
        )
    share = width.endswith("%")
    amount = _number(
        width.removesuffix("%"), "--precision", "a half-width such as 5% or 3, above 0"
    )
    try:
        if share:
            return Precision(name, relative=(amount or 0.0) / 100, **group)
        return Precision(name, absolute=amount, **group)
    except ConfigurationError as error:
        refuse_as(error, "--precision")


def _groups(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    from assignwork.simulation.measures import GROUPS  # noqa: PLC0415  # loads numpy

    return tuple(_fields.choice(name.strip(), "--by", GROUPS) for name in text.split(","))
