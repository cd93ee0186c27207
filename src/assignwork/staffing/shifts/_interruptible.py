"""Searches in a thread of their own, so that an interrupt or an error ends the wait for them.

A thread that searches itself hears of an interrupt only when the search is over.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

STOPPING = 0.05
"""Seconds from one attempt to stop a search to the next: one that has not begun hears nothing."""


def interruptible(
    search: Callable[[Callable[[T], None]], R],
    tell: Callable[[T], None] | None = None,
    stop: Callable[[], object] | None = None,
) -> R:
    """What a search gives, or raises.

    Parameters
    ----------
    search : function
        Gets a function to tell by what it finds on its way.
    tell : function, optional
        Called with that, in the caller's thread.
    stop : function, optional
        Makes the search end soon. None: it cannot be stopped, and if the wait for it ends first it
        is left alone, to end by its own time limit or with the process.

    Examples
    --------
    >>> interruptible(lambda hear: hear("better") or "best", print)
    better
    'best'
    """
    heard: SimpleQueue[tuple[T] | None] = SimpleQueue()  # None: it is over
    given: list[R] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(search(lambda found: heard.put((found,))))
        except BaseException as error:  # noqa: BLE001  # told by who waits
            raised.append(error)
        finally:
            heard.put(None)

    thread = Thread(target=run, name="shift search", daemon=True)
    try:
        thread.start()
        while (found := heard.get()) is not None:
            if tell is not None:
                tell(*found)
    finally:
        while stop is not None and thread.is_alive():
            stop()
            thread.join(STOPPING)
    if raised:
        raise raised[0]
    return given[0]
