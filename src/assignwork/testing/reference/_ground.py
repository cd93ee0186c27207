"""Events and timers: what every step of the desk stands on (N2, N3, readings 26 and 65)."""

from __future__ import annotations

from typing import Any

from assignwork import events as ev
from assignwork.service.calendars import WorkingTime
from assignwork.testing.reference._policies import Policies
from assignwork.testing.reference._records import ItemRecord, Timer


class Ground(Policies):
    """The state that only time and history need."""

    _started: bool
    _timers: list[Timer]
    _pending: list[ev.Event]  # not returned yet: of timers before a refused command (D6)
    _event_count: int
    _timer_count: int
    _assignment_count: int  # A2
    _agent_count: int
    _asked: dict[str, set[str]]  # by item: what to look at when all else is done (reading 75)
    _working: dict[str, WorkingTime]  # by calendar; of one that is gone, as it was (reading 83)

    def _emit(self, kind: type[ev.Event], **fields: Any) -> None:
        """Record an event; what it tells has been done before."""
        self._event_count += 1
        self._pending.append(kind(seq=self._event_count, at=self._clock, **fields))
        self._note_idle()

    def _note_idle(self) -> None:
        for agent in self._agents.values():
            load = self._load(agent)
            if agent.last_load > 0 and load == 0:
                agent.idle_since = self._clock
            agent.last_load = load

    def _first_timer(self) -> Timer | None:
        """The next to fire: late ones after all others of their instant."""
        key = lambda timer: (timer.due, timer.late, timer.number)  # noqa: E731
        return min(self._timers, key=key, default=None)

    def _arm(self, *name: str, due: float | None, late: bool = False) -> None:
        """Reading 26: make, move or (None) cancel the timer of this name."""
        present = next((timer for timer in self._timers if timer.name == name), None)
        if due is not None:
            due = max(due, self._clock)
        if present is not None and present.due == due:
            return
        if present is not None:
            self._timers.remove(present)
        if due is not None:
            self._timer_count += 1
            self._timers.append(Timer(due, self._timer_count, name, late))

    def _cancel(self, subject: str, kinds: tuple[str, ...]) -> None:
        self._timers = [
            timer
            for timer in self._timers
            if not (timer.name[0] in kinds and timer.name[1] == subject)
        ]

    def _ask(self, item: ItemRecord, *what: str) -> None:
        """When the command or timer has done all else: match its `path` or `protocol` again.

        The current step of its path is looked at in any case.
        """
        self._asked.setdefault(item.spec.id, set()).update(what)

    def _change_presence(self, agent: Any, presence: str, by: str, reason: str | None) -> None:
        """P1 to P5."""
        raise NotImplementedError
