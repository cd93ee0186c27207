"""Many replications, here or in other processes, always with the same results (104).

Any `concurrent.futures.Executor` will do; only its `submit` is used. A replication is summarised
where it ran, so that tables cross between processes and not customers.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.errors import AssignworkError, ConfigurationError
from assignwork.simulation.precision import Precision
from assignwork.simulation.results import Results
from assignwork.simulation.summary import Summary, summarize
from assignwork.simulation.trial import Trial

Run: TypeAlias = Callable[[int, int], Trial]
"""Seed and number of a replication to what happened in it; can be pickled."""
Outcome: TypeAlias = tuple[Summary, Trial | None]
Progress: TypeAlias = Callable[[int, int], Any]
"""Told in the caller's thread how many replications are done, and of how many at most."""

MOST = 1_000_000
_AHEAD_OF_RULE = 0.5
"""Of those done, how many more are under way while a stopping rule may end the run."""


class ReplicationError(AssignworkError, RuntimeError):
    """A replication failed; its error is the cause, and `number` and `seed` make it again.

    Examples
    --------
    >>> str(ReplicationError("replication 3 (seed 1) failed: out of memory", number=3, seed=1))
    'replication 3 (seed 1) failed: out of memory'
    """

    @property
    def number(self) -> int:
        """Of the replication."""
        return int(self.fields["number"])

    @property
    def seed(self) -> int:
        """Of the replication."""
        return int(self.fields["seed"])


def run_replications(  # noqa: PLR0913  # what to run, how often, where, and who is told
    run: Run,
    replications: int | None = None,
    *,
    seed: int,
    scenario: str = "scenario",
    executor: Executor | None = None,
    processes: int | None = None,
    until: Precision | None = None,
    keep_trials: bool = False,
    on_progress: Progress | None = None,
) -> Results:
    """Replications 0, 1, 2 ... of one scenario, in the order of their numbers.

    The results do not depend on where the replications ran or in which order they ended.

    Parameters
    ----------
    run : callable
        Takes seed and number, gives a `Trial`. With processes it must be possible to pickle it:
        a function of a module, or a `functools.partial` of one.
    replications : int, optional
        How many, 1 to 1,000,000; with `until`, at most so many (default: its `at_most`).
    seed : int
        0 or above; the same seed gives the same results.
    scenario : str
        What the results are called.
    executor : concurrent.futures.Executor, optional
        Where to run; it is left open. `ThreadPoolExecutor`, `ProcessPoolExecutor`, that of dask
        (``client.get_executor()``) or another.
    processes : int, optional
        Run in so many processes of one's own, closed at the end. They are started afresh, so that
        a script must keep its top level under ``if __name__ == "__main__"``. Neither: run here.
    until : Precision, optional
        Stop when an interval is narrow enough.
    keep_trials : bool, default False
        Keep what happened in each replication, too: every customer of all of them.
    on_progress : callable, optional
        Called with the number done and the number at most, after each replication.

    Returns
    -------
    Results

    Raises
    ------
    ReplicationError
        When a replication fails: the one of the lowest number. Those not begun are cancelled.
    ConfigurationError
        For arguments that cannot be used.
    """
    most = _most(replications, until)
    seed = _seed(seed)
    book = _Book(most, until, on_progress)
    with _place(run, executor, processes) as place:
        _fill(book, place, partial(_start, seed=seed, keep=f.flag(keep_trials, "keep_trials")))
    outcomes = book.outcomes()
    return Results(
        scenario=scenario,
        seed=seed,
        summaries=tuple(summary for summary, _ in outcomes),
        trials=tuple(trial for _, trial in outcomes if trial is not None),
        until=until,
    )
