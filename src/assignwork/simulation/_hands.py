"""What an agent does with the items he holds: works on some, the others lie in his hands (109-112).

Kept is the work that remains, in seconds at the agent's own speed with one item. While all speeds
are 1, items do not slow each other down, and each has an end of its own; else the one that is done
first has, and it is reckoned anew whenever one begins or ends.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from assignwork.simulation.behaviour import Handling


class Case:
    """The item of one customer, as the simulation sees it."""

    __slots__ = (
        "active", "alone", "answered", "assigned", "begun", "called", "came_at", "each",
        "ends_at", "held", "id", "in_line", "kind", "left", "offers", "open", "order", "own",
        "owner", "path", "reading", "ready", "row", "since", "team", "turn", "turns", "visit",
        "waiting_since", "worker",
    )  # fmt: skip

    def __init__(self, row: int, name: str, kind: int, work: float) -> None:
        self.row = row
        self.id = name
        self.kind = kind
        self.left = self.each = work
        """Seconds of work that remain of this turn, and of each turn, at nobody's pace."""
        self.order = (0, row)
        """Which of those in his hands an agent takes up next: by priority, then by arrival."""
        self.open = True
        self.came_at = 0.0
        """When this visit of the customer began."""
        self.owner = -1
        self.worker = -1
        """Who worked on it last."""
        self.ready = True
        """Whether it is the agent's turn, not the customer's."""
        self.held = False
        """Whether it is in somebody's hands for work."""
        self.active = False
        """Whether somebody works on it now, since `since`."""
        self.since = 0.0
        self.own = 1.0
        """The work of who is at it, for a second of anybody's; where his handle times are other."""
        self.reading = self.alone = 0.0
        """Seconds that who took it over still reads himself in, before the work; and of that work,
        in his own seconds, what there was when he began."""
        self.ends_at = 0.0
        """When that is done, if nothing comes between and nothing slows it down."""
        self.assigned = self.begun = False
        """Whether that has ever happened."""
        self.answered = False
        """Whether an agent has replied in this visit."""
        self.called = False
        """Whether its owner works on it although he is not active."""
        self.turn = self.turns = self.visit = 1
        self.offers = 0
        self.waiting_since: float | None = None
        """Since when it is in a queue; None: it is in none."""
        self.in_line = False
        """Whether it takes a place in its queue: it waits, and is not offered to anybody."""
        self.team = -1
        """Where it was last queued; -1: it never was."""
        self.path = False
        """Whether it follows an escalation path that nobody has acknowledged."""


class Course(Protocol):
    """What hands need of the run they are in."""

    def plan(self, at: float, act: Callable[[float, Any], None], about: object) -> None:
        """Have `act(at, about)` called at that instant."""

    def own_share(self, agent: int, case: Case) -> float:
        """The seconds that an agent needs for a second of the kind's work."""

    def begun(self, case: Case, at: float) -> None:
        """Somebody begins to work on it, or goes on."""

    def worked(self, agent: int, case: Case, since: float, at: float) -> None:
        """A stretch of work is over."""

    def turn_done(self, case: Case, at: float) -> None:
        """The work of a turn is done."""

    def at_rest(self, agent: int, at: float) -> None:
        """He has left, and finished what he was working on."""


class Hands:
    """One agent at work."""

    __slots__ = (
        "_at_once", "_course", "_doing", "_flat", "_handling", "_is_own", "_next", "_pace", "_pile",
        "_settled", "_version", "agent", "at_work",
    )  # fmt: skip

    def __init__(
        self,
        agent: int,
        handling: Handling,
        pace: Mapping[int, float],
        course: Course,
        *,
        is_own: bool,
    ) -> None:
        self.agent = agent
        self.at_work = False
        """Whether the desk says that he is active."""
        self._handling = handling
        self._at_once = handling.at_once
        self._pace = pace
        self._is_own = is_own
        self._course = course
        self._doing: list[Case] = []
        self._pile: list[Case] = []
        self._flat = all(speed == 1.0 for speed in handling.speeds)
        self._settled = 0.0
        self._version = 0
        self._next: Case | None = None

    # --- what comes and goes -------------------------------------------------------------------

    def take(self, case: Case, at: float) -> None:
        """He has an item to work on."""
        case.held = True
        if not self._pile and (self.at_work or case.called) and not self._full():
            self._begin(case, at)
        else:
            insort(self._pile, case, key=case_order)
            self.fill(at)

    def drop(self, case: Case, at: float) -> None:
        """It is taken from him; what he takes up instead, he does when he is told to `fill`."""
        case.held = False
        if case.active:
            self._stop(case, at)
            if not (self.at_work or self._doing):
                self._course.at_rest(self.agent, at)
        else:
            self._pile.remove(case)

    def fill(self, at: float) -> None:
        """Take up what lies in his hands, as far as he can."""
        if self._full():
            return
        for case in tuple(self._pile):
            if self.at_work or case.called:
                self._pile.remove(case)
                self._begin(case, at)
                if self._full():
                    return

    def come(self) -> None:
        """He is active; what he takes up, he does when he is told to `fill`."""
        self.at_work = True

    def leave(self, at: float) -> None:
        """He is not active any more."""
        self.at_work = False
        if not self._handling.finishes:
            for case in tuple(self._doing):
                self._stop(case, at)
                case.called = False
                insort(self._pile, case, key=case_order)
        if not self._doing:
            self._course.at_rest(self.agent, at)

    # --- work ----------------------------------------------------------------------------------

    def _full(self) -> bool:
        return self._at_once is not None and len(self._doing) >= self._at_once

    def _begin(self, case: Case, at: float) -> None:
        if case.worker != self.agent:
            if case.worker >= 0:
                case.reading += self._handling.handover
            case.worker = self.agent
        if self._is_own:
            case.own = self._course.own_share(self.agent, case)
            case.left *= case.own
        if case.reading:
            case.alone = case.left
            case.left += case.reading
        case.active = True
        case.since = at
        if self._pace:
            case.left *= self._pace.get(case.kind, 1.0)
        self._course.begun(case, at)  # before its end: there may be nothing to do
        if self._flat:
            self._doing.append(case)
            ends_at = case.ends_at = at + case.left
            self._course.plan(ends_at, self._ended, case)
        else:
            self._settle(at)
            self._doing.append(case)
            self._reckon(at)

    def _stop(self, case: Case, at: float) -> None:
        """No more work on it, done or not."""
        if self._flat:
            case.left = max(0.0, case.left - (at - case.since))
            self._doing.remove(case)
        else:
            self._settle(at)
            self._doing.remove(case)
            self._reckon(at)
        if self._pace:
            case.left /= self._pace.get(case.kind, 1.0)
        if case.reading:
            case.reading = max(0.0, case.left - case.alone)
            case.left -= case.reading
        if self._is_own:
            case.left = case.left / case.own if case.own else 0.0
        case.active = False
        self._course.worked(self.agent, case, case.since, at)

    def _ended(self, at: float, case: Case) -> None:
        """The end of an item that nothing slows down."""
        if case.active and case.worker == self.agent and case.ends_at == at:
            self._done(case, at)

    def _done(self, case: Case, at: float) -> None:
        self._stop(case, at)
        case.left = 0.0
        case.ready = case.held = False
        self._course.turn_done(case, at)
        if self._pile:
            self.fill(at)  # of all that he has now: closing it may have brought him more
        if not (self.at_work or self._doing):
            self._course.at_rest(self.agent, at)

    # --- items that slow each other down -------------------------------------------------------

    def _settle(self, at: float) -> None:
        """Bring the remaining work up to date."""
        if self._doing:
            worked = (at - self._settled) * self._handling.speed(len(self._doing))
            for case in self._doing:
                case.left -= worked
        self._settled = at

    def _reckon(self, at: float) -> None:
        """Plan the end of what will be done first."""
        self._version += 1
        self._next = None
        if self._doing:
            first = self._next = min(self._doing, key=_left)
            wait = max(0.0, first.left) / self._handling.speed(len(self._doing))
            self._course.plan(at + wait, self._first_ended, self._version)

    def _first_ended(self, at: float, version: object) -> None:
        if version == self._version and self._next is not None:
            self._done(self._next, at)


def case_order(case: Case) -> tuple[int, int]:
    """What an agent turns to first: the more urgent, then who came before."""
    return case.order


def _left(case: Case) -> float:
    return case.left
