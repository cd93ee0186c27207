"""Many replications, here or in other processes, always with the same results (104).

Any `concurrent.futures.Executor` will do; only its `submit` is used. A replication is summarised
where it ran, so that tables cross between processes and not customers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.errors import AssignworkError, ConfigurationError
from assignwork.simulation._processes import Told, own_processes
from assignwork.simulation.precision import MOST, Precision
from assignwork.simulation.results import Results
from assignwork.simulation.summary import Summary, summarize
from assignwork.simulation.trial import Trial

Run: TypeAlias = Callable[[int, int], Trial]
"""Seed and number of a replication to what happened in it; can be pickled."""
Outcome: TypeAlias = tuple[Summary, Trial | None]
Progress: TypeAlias = Callable[[int, int], Any]
"""Told in the caller's thread how many replications are done, and of how many at most."""

MOST_PENDING = 1000
"""Replications that an executor is given ahead; it must not be told of all of a million."""

DIED = (
    "a process died: it was killed, ran out of memory, or could not begin (a script needs its top "
    'level under if __name__ == "__main__"; one read from standard input cannot have processes)'
)


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

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> from assignwork.simulation import simulate_once
    >>> desk = single_queue(3, per_hour=40, handle=200, length=36_000)
    >>> found = run_replications(partial(simulate_once, desk), 3, seed=1)
    >>> [summary.number for summary in found.summaries], round(found.mean("handle_time_mean"), 6)
    ([0, 1, 2], 200.0)
    """
    if type(seed) is not int or seed < 0:
        f.refuse("seed", seed, "an integer from 0 on")
    if not (until is None or isinstance(until, Precision)):
        f.refuse("until", until, "a Precision", 'such as Precision("wait_mean", relative=0.05)')
    if not (executor is None or callable(getattr(executor, "submit", None))):
        f.refuse("executor", executor, "an executor", "give one, or a number of processes")
    book = _Book(_most(replications, until), seed, until, on_progress)
    task = partial(_replicate, seed=seed, keep=f.flag(keep_trials, "keep_trials"))
    with _place(run, task, executor, processes) as place:
        _fill(book, place)
    made = book.made()
    return Results(
        scenario=scenario,
        seed=seed,
        summaries=tuple(summary for summary, _ in made),
        trials=tuple(trial for _, trial in made if trial is not None),
        until=until,
    )


def _most(replications: int | None, until: Precision | None) -> int:
    if replications is None:
        if until is None:
            raise ConfigurationError(
                "how many replications shall be made is not given",
                field="replications",
                limit=f"1 to {MOST:,}, or a rule",
                remedy="give replications=20, or until=Precision(...)",
            )
        return until.at_most
    if type(replications) is not int or not 0 < replications <= MOST:
        f.refuse("replications", replications, f"a number of replications (1 to {MOST:,})")
    return replications if until is None else min(replications, until.at_most)


# --- one replication, where it runs ---------------------------------------------------------------


def _replicate(run: Run, number: int, *, seed: int, keep: bool) -> Outcome:
    trial = run(seed, number)
    if (trial.seed, trial.number) != (seed, number):
        raise ConfigurationError(
            f"a trial of seed {trial.seed} and number {trial.number} was given for seed {seed} "
            f"and number {number}",
            field="run",
            remedy="let it give the trial of the seed and the number that it is called with",
        )
    return summarize(trial), trial if keep else None


# --- where replications run -----------------------------------------------------------------------


@attrs.frozen(eq=False)
class _Place:
    """Where replications run.

    Attributes
    ----------
    begin : callable
        Begins the one of a number.
    width : int or None
        How many are under way where none is to be wasted.
    cancels : bool
        Whether those that are not wanted any more are to be cancelled one by one.
    """

    begin: Callable[[int, Told], Future[Outcome]]
    width: int | None
    cancels: bool = True


@contextmanager
def _place(
    run: Run, task: Callable[[Run, int], Outcome], executor: Executor | None, processes: int | None
) -> Iterator[_Place]:
    if executor is not None:
        if processes is not None:
            raise ConfigurationError(
                "an executor and a number of processes are given",
                field="processes",
                value=processes,
                limit="one of executor and processes",
                remedy="leave one of them out",
            )
        yield _Place(partial(_sent, executor, task, run), None)
    elif processes is None or f.positive_int(processes, "processes") == 1:
        yield _Place(partial(_here, task, run), 1)
    else:
        with own_processes(run, task, processes) as begin:
            yield _Place(begin, processes, cancels=False)


def _sent(
    executor: Executor, task: Callable[[Run, int], Outcome], run: Run, number: int, told: Told
) -> Future[Outcome]:
    future = executor.submit(task, run, number)
    future.add_done_callback(told)
    return future


def _here(
    task: Callable[[Run, int], Outcome], run: Run, number: int, told: Told
) -> Future[Outcome]:
    done: Future[Outcome] = Future()
    try:
        done.set_result(task(run, number))
    except Exception as error:  # noqa: BLE001  # told with its number, as from another process
        done.set_exception(error)
    told(done)
    return done


# --- putting them together ------------------------------------------------------------------------


def _fill(book: _Book, place: _Place) -> None:
    pending: dict[Future[Outcome], int] = {}
    # Not `concurrent.futures.wait`: it takes the locks of all that it waits for, and an interrupt
    # while it does leaves them taken, so that no process can hand in what it has made.
    ended: SimpleQueue[Future[Outcome]] = SimpleQueue()
    try:
        while not book.finished:
            while book.may_begin(len(pending), place.width):
                future = _begun(place, book.begun, ended.put)
                pending[future] = book.begun
                book.begun += 1
            done = [ended.get()]
            while not ended.empty():
                done.append(ended.get())
            for future in sorted((one for one in done if one in pending), key=pending.__getitem__):
                book.add(pending.pop(future), future)
            for future in [late for late, number in pending.items() if number >= book.most]:
                del pending[future]
                if place.cancels:
                    future.cancel()
    finally:
        if place.cancels:
            for future in pending:
                future.cancel()


def _begun(place: _Place, number: int, told: Told) -> Future[Outcome]:
    try:
        return place.begin(number, told)
    except BrokenExecutor as error:  # one of its processes has died: the earlier ones say so, too
        failed: Future[Outcome] = Future()
        failed.set_exception(error)
        told(failed)
        return failed


class _Book:
    """Outcomes by number; what counts is what stands before the first gap.

    Attributes
    ----------
    begun : int
        The next number to begin.
    most : int
        Replications that can still count: those before one that failed.
    finished : bool
    """

    def __init__(
        self, most: int, seed: int, until: Precision | None, on_progress: Progress | None
    ) -> None:
        self.begun, self.most, self.finished = 0, most, False
        self._seed, self._at_most, self._until, self._on_progress = seed, most, until, on_progress
        self._done: dict[int, Future[Outcome]] = {}
        self._made: list[Outcome] = []
        self._values: list[float] = []

    def may_begin(self, pending: int, width: int | None) -> bool:
        """Whether to begin another: with a rule, few that may come to nothing."""
        if self.begun >= self.most or pending >= MOST_PENDING:
            return False
        rule = self._until
        if rule is None:
            return width != 1 or not pending
        counted = len(self._made)
        ahead = max(rule.at_least, counted // 2, 2 * (width or 0))  # those that ended out of order
        return self.begun - counted < ahead and pending < (width or MOST_PENDING)

    def add(self, number: int, outcome: Future[Outcome]) -> None:
        """One that has ended, however."""
        self._done[number] = outcome
        if outcome.cancelled() or isinstance(outcome.exception(), Exception):
            self.most = min(self.most, number + 1)
        elif self._on_progress is not None:
            self._on_progress(len(self._made) + len(self._done), self._at_most)
        while not self.finished and len(self._made) in self._done:
            self._count(self._done.pop(len(self._made)))

    def _count(self, outcome: Future[Outcome]) -> None:
        number = len(self._made)
        try:
            self._made.append(outcome.result())
        except Exception as error:
            why = str(error) or type(error).__name__
            if isinstance(error, BrokenExecutor):
                why = DIED
            raise ReplicationError(
                f"replication {number} (seed {self._seed}) failed: {why}",
                number=number,
                seed=self._seed,
            ) from error
        self.finished = len(self._made) == self.most or self._enough()

    def _enough(self) -> bool:
        rule = self._until
        if rule is None:
            return False
        if len(self._made) <= rule.at_least:
            rule.require_group([summary for summary, _ in self._made])
        self._values.append(rule.value(self._made[-1][0]))
        return rule.holds(self._values)

    def made(self) -> list[Outcome]:
        """What counts, in the order of the numbers."""
        return self._made
