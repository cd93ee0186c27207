"""A command log as a verb reads it: a bar shows how far, an error ends the verb or is reported."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import click

from assignwork.cli.verbs import error_text
from assignwork.commands import Command
from assignwork.errors import InputError
from assignwork.replay import Refusal
from assignwork.wire import Source, read_commands

T = TypeVar("T")

BAR_EVERY = 256
"""Commands between two movements of the bar."""


class CommandLog:
    """The commands of a file, for one run through a desk.

    Parameters
    ----------
    path : str
        ``-`` is standard input.
    title : str
        What the bar says.
    skip_errors : bool
        Report errors on stderr and go on, instead of raising the first.
    as_json : bool
        Report them as JSON, and show no bar.

    Attributes
    ----------
    commands : int
        How many were carried out so far.
    errors : int
        How many lines could not be used or were refused.
    """

    def __init__(self, path: str, title: str, *, skip_errors: bool, as_json: bool) -> None:
        self._source = Source(path)
        self._title = title
        self._skip_errors = skip_errors
        self._as_json = as_json
        self._bar: Any = None
        self.commands = 0
        self.errors = 0

    def __iter__(self) -> Iterator[tuple[int, float, Command]]:
        # the desk judges the order: a command that it refused is not what the next follows on
        entries = read_commands(self._source, on_error=self._report, ordered=False)
        for entry in self._watched(entries):
            self.commands += 1
            yield entry

    def refuse(self, refusal: Refusal) -> None:
        """Take note that the desk refused one of the commands.

        Raises
        ------
        InputError
            Unless errors are skipped.
        """
        self.commands -= 1
        self._report(refusal.as_input_error(self._source.name))

    def say(self, text: str) -> None:
        """Print on stderr, the bar out of its way."""
        if self._bar is not None:
            self._bar.clear()
        click.echo(text, err=True)

    def count_of_errors(self) -> str:
        """The sentence that ends a run in which errors were passed over."""
        lines = "line" if self.errors == 1 else "lines"
        return f"{self.errors} {lines} in error: reported above, passed over."

    def _report(self, error: InputError) -> None:
        if not self._skip_errors:
            raise error from error.__cause__
        self.errors += 1
        self.say(error_text(error, as_json=self._as_json))

    def _watched(self, entries: Iterable[T]) -> Iterator[T]:
        """The entries; the bar, on a terminal, moves with the bytes read for them."""
        if self._as_json or not sys.stderr.isatty():
            yield from entries
            return
        from tqdm import tqdm  # noqa: PLC0415  # only where it is seen

        with tqdm(
            desc=self._title,
            total=self._source.size,
            unit="B",
            unit_scale=True,
            leave=False,
            file=sys.stderr,
        ) as bar:
            self._bar = bar
            for count, entry in enumerate(entries):
                yield entry
                if count % BAR_EVERY == 0:
                    bar.update(self._source.position - bar.n)
        self._bar = None
