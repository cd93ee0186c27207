"""Processes of our own for replications: started afresh, ended when nobody waits for them.

Three things of `ProcessPoolExecutor` are worked around, each of which leaves processes behind or
hangs when something goes wrong:

- Its processes outlive a parent that is killed, and finish what they are at, and what was queued
  for them, when the parent is interrupted. Here each watches a pipe that only the parent holds
  open.
- An interrupt while it starts a process or takes a lock leaves a process that nobody ends, or the
  lock taken. Interrupts reach the main thread alone; here another one talks to it.
- Where a process has died and a caller has cancelled a future, it trips over that and leaves the
  other processes (Python 3.11). Here nobody cancels but it itself, when it is shut down.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeAlias

from assignwork.errors import ConfigurationError

Told: TypeAlias = Callable[[Future[Any]], None]
"""Called with a future that has ended, in some thread."""
Begin: TypeAlias = Callable[[int, Told], Future[Any]]
"""Begins the replication of a number."""

GRACE = 5.0
"""Seconds that a process has to send what it has made, and to end as others do."""


@contextmanager
def own_processes(run: Any, task: Callable[[Any, int], Any], processes: int) -> Iterator[Begin]:
    """Processes that do the task with the run: afresh, as a copy of one with threads may hang.

    They are given the run once each, as bytes, so that one that cannot be read is an error of a
    replication instead of a dead process. At the end, whatever is not done is given up.

    Raises
    ------
    ConfigurationError
        For a run that cannot be sent, and in a process that may have none of its own.
    """
    if multiprocessing.current_process().daemon:
        raise ConfigurationError(
            "a daemonic process may not have processes of its own",
            field="processes",
            value=processes,
            remedy="leave processes out, or begin this process with daemon=False",
        )
    try:
        pickled = pickle.dumps(run)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ConfigurationError(
            f"it cannot be sent to another process: {error}",
            field="run",
            value=run,
            remedy="define functions and classes at the top of a module, or leave processes out",
        ) from error
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
    watched, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(pickled, watched)
    )
    clerk = _Clerk(lambda number: pool.submit(_do, number, task))
    try:
        yield clerk.begin
    finally:
        held.close()
        clerk.end()
        pool.shutdown(wait=True, cancel_futures=True)
        watched.close()


class _Clerk:
    """Talks to the pool in a thread that no interrupt reaches."""

    def __init__(self, submit: Callable[[int], Future[Any]]) -> None:
        self._submit = submit
        self._asked: SimpleQueue[tuple[int, Told] | None] = SimpleQueue()
        self._begun: SimpleQueue[Future[Any] | BaseException] = SimpleQueue()
        self._thread = Thread(target=self._work, name="replications", daemon=True)
        self._thread.start()

    def begin(self, number: int, told: Told) -> Future[Any]:
        """Begin a replication."""
        self._asked.put((number, told))
        begun = self._begun.get()
        if isinstance(begun, BaseException):
            raise begun
        return begun

    def end(self) -> None:
        """Wait until nothing is being begun."""
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            number, told = asked
            try:
                future = self._submit(number)
                future.add_done_callback(told)
                self._begun.put(future)
            except BaseException as error:  # noqa: BLE001  # raised by who asked
                self._begun.put(error)


# --- in the process -------------------------------------------------------------------------------

_LOCK = Lock()
_HELD: dict[str, Any] = {"busy": False, "over": False}
"""What this process was started with, whether it replicates, and whether anybody still waits."""


def _begin(pickled: bytes, watched: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends us
    _HELD["pickled"] = pickled
    Thread(target=_watch, args=(watched,), name="parent", daemon=True).start()


def _watch(watched: Connection) -> None:
    """End this process when nobody waits for it; at once, if it replicates or the parent died."""
    parent: Any = multiprocessing.parent_process()
    wait([watched, parent.sentinel])
    with _LOCK:
        _HELD["over"] = True
        if _HELD["busy"]:
            os._exit(1)
    parent.join(GRACE)  # not in the midst of sending: who reads would wait for the rest
    os._exit(1)


def _do(number: int, task: Callable[[Any, int], Any]) -> Any:
    """The task with what this process holds; that is read once, and what fails can be told."""
    with _LOCK:
        if _HELD["over"]:
            raise RuntimeError("nobody waits for it any more")
        _HELD["busy"] = True
    try:
        if "run" not in _HELD:
            _HELD["run"] = pickle.loads(_HELD["pickled"])  # noqa: S301  # written by our parent
        return task(_HELD["run"], number)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301  # what was written the line before
        except Exception as unsendable:
            name = type(error).__name__
            raise RuntimeError(f"{name}: {error}") from unsendable
        raise
    finally:
        with _LOCK:
            _HELD["busy"] = False
