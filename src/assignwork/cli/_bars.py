"""A bar of replications, for who watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def replications_bar(name: str, *, as_json: bool) -> Iterator[Callable[[int, int], None] | None]:
    """On a terminal, a bar of the replications that are done; else None."""
    if as_json or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm  # noqa: PLC0415  # only where it is seen

    with tqdm(desc=name, unit=" replications", leave=False, file=sys.stderr) as bar:

        def moved(done: int, most: int) -> None:
            bar.total = most
            bar.update(done - bar.n)

        yield moved
