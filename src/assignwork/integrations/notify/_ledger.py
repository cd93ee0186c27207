"""What was published and what became of it: settled, on its way, or among the dead.

An event is settled when each of its messages was delivered or is a dead letter of which the host
was told. Every method may be called from any thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Condition

import attrs

from assignwork.integrations.notify._messages import Message

REMEMBERED = 100_000
"""Of how many events that told somebody something a second copy is known as such."""


@attrs.frozen
class DeadLetter:
    """A message that did not reach its receiver.

    Attributes
    ----------
    message : Message
    reason : str
        ``no route``: nobody said where to send it; ``queue full``: too many wait for its URL;
        ``not delivered``: every attempt failed; ``template``: its template could not be rendered;
        ``closed``: the notifier was closed first (an attempt under way may still succeed);
        ``no thread``: the system gave none to deliver in.
    attempts : int
        How often it was tried, from 0.
    error : str
        What the last attempt, or the template, said; without the URL's secrets.
    at : float
        When it was given up, POSIX seconds.
    """

    message: Message
    reason: str
    attempts: int
    error: str
    at: float


class Ledger:
    """The books of one notifier."""

    def __init__(self, after_seq: int) -> None:
        self._changed = Condition()
        self._highest = after_seq
        self._floor = after_seq
        self._open: Counter[int] = Counter()
        self._underway = 0
        self._dead: list[DeadLetter] = []
        self._known: dict[int, None] = {}

    def claim(self, seq: int, messages: int) -> bool:
        """Open an event with so many messages; False if it was claimed before."""
        with self._changed:
            if seq in self._known:
                return False
            self._known[seq] = None
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
            self._open[seq] += messages
            self._underway += messages
            return True

    def advance(self, seq: int) -> None:
        """All events up to this one were published."""
        with self._changed:
            self._highest = max(self._highest, seq)

    def settle(self, message: Message) -> None:
        """It was delivered, or its death is known to the host."""
        with self._changed:
            self._underway -= 1
            if not message.retried:
                self._open[message.seq] -= 1
                if not self._open[message.seq]:
                    del self._open[message.seq]
            if not self._underway:
                self._changed.notify_all()

    def reopen(self) -> None:
        """A dead letter is on its way again."""
        with self._changed:
            self._underway += 1

    def bury(self, letter: DeadLetter) -> None:
        """Add it to the dead; it is settled later, when the host was told."""
        with self._changed:
            self._dead.append(letter)

    def take(self, wanted: Callable[[DeadLetter], bool]) -> tuple[DeadLetter, ...]:
        """Remove these from the dead, and return them."""
        with self._changed:
            taken = tuple(letter for letter in self._dead if wanted(letter))
            self._dead = [letter for letter in self._dead if not wanted(letter)]
            return taken

    def wait(self, timeout: float | None) -> bool:
        """Until nothing is on its way, at most so many seconds; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._underway, timeout)

    @property
    def dead(self) -> tuple[DeadLetter, ...]:
        """The dead letters, oldest first."""
        with self._changed:
            return tuple(self._dead)

    @property
    def underway(self) -> int:
        """Messages that wait or are being delivered."""
        with self._changed:
            return self._underway

    @property
    def settled_up_to(self) -> int:
        """The seq up to which every published event is settled."""
        with self._changed:
            reached = min(self._open) - 1 if self._open else self._highest
            self._floor = max(self._floor, reached)
            return self._floor
