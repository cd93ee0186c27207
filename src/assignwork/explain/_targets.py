"""How far the service-level targets of an item have come (rules L1 to L4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._care import BREACHED, MET, PAUSED, RUNNING, Clock
from assignwork.dispatcher._state import SNOOZED, ItemRecord
from assignwork.explain._shown import number
from assignwork.model.calendars import ALWAYS

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class Promised:
    """How far a target of an item has come (rules L1 to L4).

    Attributes
    ----------
    target : {'first_response', 'next_response', 'resolution'}
    policy, calendar : str or None
        None: no policy has such a target for it now.
    state : {'running', 'paused', 'met', 'breached'}
    at_risk : bool
        Whether it runs and that was said of it.
    due_at : float or None
        Of a running or breached one.
    left : float or None
        Seconds of the calendar's working time to go, or that were left when it was met.
    why : str
        Why it stands still, or that a breached one is still to be met; or empty.
    """

    target: str
    policy: str | None
    calendar: str | None
    state: str
    at_risk: bool
    due_at: float | None
    left: float | None
    why: str

    def __str__(self) -> str:
        text = f"L1 {self.target}" + (f" by {self.policy}: " if self.policy else ": ")
        text += "running, at risk" if self.at_risk else self.state
        if self.due_at is not None:
            text += f" at {number(self.due_at)}" if self.state == BREACHED else ""
            text += f", due at {number(self.due_at)}" if self.state == RUNNING else ""
        if self.left is not None and self.state != BREACHED:
            text += f", {number(self.left)} s {'were left' if self.state == MET else 'left'}"
            text += f" on calendar {self.calendar}" if self.calendar != ALWAYS else ""
        return text + (f"; {self.why}" if self.why else "")


def promised(desk: Dispatcher, name: str, clock: Clock, item: ItemRecord | None) -> Promised:
    """How far a target has come; `item` None: it is closed."""
    promise = clock.promise
    left = None
    if promise is not None:
        ran = clock.ran
        if clock.state == RUNNING:
            working = desk._working(promise.calendar)
            ran += working.working_between(clock.since, desk._clock)
        left = 0.0 if clock.state == BREACHED else max(0.0, promise.seconds - ran)
    why = ""
    if clock.state == PAUSED:
        why = _why_paused(clock, item)
    elif clock.state == BREACHED and clock.unanswered:
        why = "it is still to be met"
    return Promised(
        target=name,
        policy=None if promise is None else promise.policy,
        calendar=None if promise is None else promise.calendar,
        state=clock.state,
        at_risk=clock.state == RUNNING and clock.warned,
        due_at=clock.due,
        left=left,
        why=why,
    )


def _why_paused(clock: Clock, item: ItemRecord | None) -> str:
    if item is None:
        return "the item is closed"
    if clock.promise is None:
        return "no policy has such a target for it now"
    return "the item is snoozed" if item.state == SNOOZED else "we wait for the customer"
