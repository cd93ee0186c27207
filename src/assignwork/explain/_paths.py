"""Where an item stands on its escalation path, and what comes next (rules E1 to E3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._care import RUNNING, Care
from assignwork.dispatcher._state import ItemRecord
from assignwork.explain._shown import number
from assignwork.model import Actions, OnCall
from assignwork.model.paths import TIMED, Step

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class NextStep:
    """Where an item stands on its escalation path (rules E1, E2).

    Attributes
    ----------
    path : str
    level : int or None
        The next step, from 1; None: all have had their turn, and an acknowledgement may lapse.
    steps, lap, laps : int
        How many steps the path has, and which of its rounds this is.
    at : float or None
        When the step fires or is skipped, as far as that is known.
    when : str
        What it waits for, in words.
    do : Actions or None
    what : str
        What it does, in words; who is on call is named as of that instant.
    skipped : str or None
        Why it would be skipped if nothing changes until then.
    """

    path: str
    level: int | None
    steps: int
    lap: int
    laps: int
    at: float | None
    when: str
    do: Actions | None
    what: str
    skipped: str | None

    def __str__(self) -> str:
        lap = f", lap {self.lap} of {self.laps}" if self.laps > 1 else ""
        if self.level is None:
            return f"E3 path {self.path}, all {self.steps} steps had their turn{lap}: {self.when}"
        text = f"E1 path {self.path}, step {self.level} of {self.steps}{lap}: "
        text += f"at {number(self.at)}, " if self.at is not None else ""
        text += f"{self.when}: {self.what}"
        return text + (f"; as things stand it is skipped ({self.skipped})" if self.skipped else "")


_IF = {
    "unassigned": "if nobody owns it then",
    "unacknowledged": "if nobody has acknowledged it then",
    "no_response": "if no agent has replied by then",
    "unresolved": "if it is still open then",
    "manual": "when somebody escalates it by hand",
}


def next_step(desk: Dispatcher, care: Care, item: ItemRecord) -> NextStep | None:
    """The step that comes next on the path that an open item follows, if it follows one."""
    path = care.path
    if path is None:
        return None
    if care.step >= len(path.steps):
        again = 0 if care.ack_skipped is None else care.ack_skipped + 1
        when = f"when the acknowledgement lapses at {number(care.ack_until)}, step {again} is next"
        return NextStep(
            path=path.id, level=None, steps=len(path.steps), lap=care.lap, laps=path.repeat + 1,
            at=care.ack_until, when=when, do=None, what="", skipped=None,
        )  # fmt: skip
    step = path.steps[care.step]
    at = _instant_of(desk, care, step)
    what = "is at risk" if step.when == "at_risk" else "is breached"
    return NextStep(
        path=path.id,
        level=care.step + 1,
        steps=len(path.steps),
        lap=care.lap,
        laps=path.repeat + 1,
        at=at,
        when=_IF.get(step.when, f"when {step.target} {what}"),
        do=step.do,
        what=_deeds(desk, step.do, desk._clock if at is None else at),
        skipped=desk._kept_from(item, care, step.when) if step.when in TIMED else None,
    )


def _instant_of(desk: Dispatcher, care: Care, step: Step) -> float | None:
    """When a step comes: of one that waits for a target, if its clock runs on."""
    if care.step_timer:
        return desk._timers.due_of(care.step_timer)
    clock = None if step.target is None else care.clocks.get(step.target)
    if clock is None or clock.state != RUNNING:
        return None
    return clock.due if step.when == "breached" else desk._timers.due_of(clock.timer)


def _deeds(desk: Dispatcher, do: Actions, at: float) -> str:
    def person(who: str | OnCall) -> str:
        if isinstance(who, str):
            return who
        return f"{desk._book.person(who, at) or 'nobody'} (on call in {who.on_call})"

    deeds = []
    if do.priority is not None:
        deeds.append(f"raise its priority to {do.priority}")
    if do.transfer is not None:
        deeds.append(f"transfer it to {do.transfer}")
    if do.assign is not None:
        deeds.append(f"assign it to {person(do.assign)}")
    if do.watchers:
        deeds.append(f"add as watchers {', '.join(map(person, do.watchers))}")
    if do.notify:
        deeds.append(f"notify {', '.join(map(person, do.notify))}")
    if do.path is not None:
        deeds.append(f"go on with path {do.path}")
    return "; ".join(deeds)
