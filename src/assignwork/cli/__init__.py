"""The command line: one verb per capability, each also a function of the library.

A verb's module is loaded when the verb is called, and loads what is heavy itself inside its
function: `assignwork --help` costs no more than click. To add a verb, name it in `VERBS`.
"""

from __future__ import annotations

from importlib import import_module

import click

VERBS: dict[str, tuple[str, str]] = {
    "replay": ("assignwork.cli.replay", "Run a command log through a desk; events out."),
    "explain": ("assignwork.cli.explain", "Say why an item or agent stands where it stands."),
    "timeline": ("assignwork.cli.timeline", "Show an item's whole history: who, when and why."),
    "rebalance": (
        "assignwork.cli.rebalance",
        "Plan who should hold what, and what that gains.",
    ),
    "simulate": ("assignwork.cli.simulate", "Play a scenario: waits, who gives up, what if."),
    "staff": ("assignwork.cli.staff", "Say how many agents are needed, and who works when."),
    "import": ("assignwork.cli.intake", "Make a workspace and commands from a real export."),
    "escalations": (
        "assignwork.cli.escalations",
        "Compare a real log's escalations with an escalation path.",
    ),
    "erase": ("assignwork.cli.erase", "Remove a person's names from logs, snapshots, desks."),
    "bench": ("assignwork.cli.bench", "Measure how fast this is here, or your own desk."),
}
"""Verb -> the module whose `verb` is its click command, and its line in `--help`."""


class Verbs(click.Group):
    """A group that imports a verb's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The verbs, in the order of `VERBS`."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The click command of a verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(VERBS[cmd_name][0]).verb
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.command(cls=Verbs, subcommand_metavar="VERB [ARGS]...")
@click.version_option(
    package_name="assignwork", prog_name="assignwork", message="%(prog)s %(version)s"
)
def main() -> None:
    """Decide who in a support team gets which work, now and next.

    \b
    Example:
      assignwork replay --workspace desk.json --commands log.jsonl --report day.html
    """  # noqa: D301  # \b is click's mark: keep these lines as they stand
