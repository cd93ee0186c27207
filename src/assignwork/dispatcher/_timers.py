"""Timers: everything that time alone changes (rule N2), in (due, creation) order.

A timer is a flat tuple (due, number, kind, subject, extra) of plain values, where the number counts
creations. Cancelling only forgets the number; the heap drops forgotten entries when it meets them.

A late timer (`add_late`) fires after everything else of its instant, once time passes beyond it: it
stands in the heap at the next float, with a negative number, so that it is first there.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf, nextafter
from typing import Any

Timer = tuple[float, int, str, str, Any]

_LATE = -(2**62)  # what the numbers of late timers begin at
_FEW = 64  # heap entries, below which dead ones do no harm


class Timers:
    """A heap of timers with lazy cancellation; all operations O(log n), amortised."""

    __slots__ = ("created", "heap", "journal", "live")

    def __init__(self) -> None:
        self.heap: list[Timer] = []
        self.live: dict[int, Timer] = {}
        self.created = 0
        self.journal: list[tuple[int, Timer | None]] | None = None

    def add(self, due: float, kind: str, subject: str, extra: Any = None) -> int:
        """Create a timer; its number cancels it."""
        number = self.created = self.created + 1
        timer = (due, number, kind, subject, extra)
        self.live[number] = timer
        heappush(self.heap, timer)
        if self.journal is not None:
            self.journal.append((number, None))
        return number

    def add_late(self, instant: float, kind: str, subject: str, extra: Any = None) -> int:
        """Create a timer that fires when time passes beyond its instant."""
        self.created += 1
        number = _LATE + self.created
        timer = (nextafter(instant, inf), number, kind, subject, extra)
        self.live[number] = timer
        heappush(self.heap, timer)
        if self.journal is not None:
            self.journal.append((number, None))
        return number

    def late_at(self, instant: float) -> list[Timer]:
        """The late timers of an instant, in order of creation."""
        return [timer for timer in self.due(nextafter(instant, inf)) if timer[1] < 0]

    def cancel(self, number: int) -> None:
        """Forget a timer that has not fired."""
        timer = self.live.pop(number, None)
        if timer is None:
            return
        if self.journal is not None:
            self.journal.append((number, timer))
        heap = self.heap
        if len(heap) > _FEW and len(heap) > 3 * len(self.live):
            heap[:] = self.live.values()
            heapify(heap)

    def first(self) -> Timer | None:
        """The earliest timer, or None."""
        heap = self.heap
        live = self.live
        while heap:
            timer = heap[0]
            if timer[1] in live:
                return timer
            heappop(heap)
        return None

    def due(self, instant: float) -> list[Timer]:
        """All timers due at or before an instant, in (due, creation) order."""
        heap = self.heap
        found = []
        places = [0]
        while places:
            place = places.pop()
            if place < len(heap) and heap[place][0] <= instant:
                if heap[place][1] in self.live:
                    found.append(heap[place])
                places += (2 * place + 1, 2 * place + 2)
        found.sort()
        return found

    def due_of(self, number: int) -> float:
        """The instant of the timer."""
        return instant_of(self.live[number])

    def undo(self, journal: list[tuple[int, Timer | None]], created: int) -> None:
        """Take back everything the journal recorded, last first."""
        for number, timer in reversed(journal):
            if timer is None:
                self.live.pop(number, None)
            else:
                self.live[number] = timer
        self.created = created
        self.heap = list(self.live.values())
        heapify(self.heap)

    def load(self, timers: list[Timer], created: int) -> None:
        """Replace all timers, as when a snapshot is restored."""
        self.live = {timer[1]: timer for timer in timers}
        self.heap = list(timers)
        heapify(self.heap)
        self.created = created


def instant_of(timer: Timer) -> float:
    """When the timer is due: a late one at the float before its place in the heap."""
    return nextafter(timer[0], -inf) if timer[1] < 0 else timer[0]


def is_number(number: int, created: int) -> bool:
    """Whether a timer may have this number when so many were created."""
    return 0 < (number - _LATE if number < 0 else number) <= created
