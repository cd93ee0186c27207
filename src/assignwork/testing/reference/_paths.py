"""Escalation paths: which is followed, which step's turn it is, what it does (E, 69 to 75)."""

from __future__ import annotations

import math

import attrs

from assignwork import events as ev
from assignwork.model import EscalationPath, Step
from assignwork.model.paths import PROMISED, TIMED
from assignwork.testing.reference._presence import Presence
from assignwork.testing.reference._records import AgentRecord, ItemRecord, Timer

WAITS, FIRES = "waits", "fires"


class Paths(Presence):
    """What becomes of an item's path."""

    # --- entering and leaving

    def _match_path_again(self, item: ItemRecord) -> None:
        """Reading 69: another path than the one it follows, or followed to its end, is entered."""
        found, present = self._find_path(item), item.path
        if found is None or found.id == (item.finished if present is None else present.id):
            return
        if present is not None:
            self._end_path(item, "left")
        self._enter(item, found, lap=1)
        self._follow(item)

    def _enter(self, item: ItemRecord, path: EscalationPath, lap: int) -> None:
        item.path, item.lap, item.base = path, lap, (self._clock, 0.0)
        item.answered_in_lap, item.skipped, item.fired = False, None, ()
        self._emit(ev.PathEntered, item=item.spec.id, path=path.id, lap=lap)
        self._turn_to(item, 0)

    def _end_path(self, item: ItemRecord, why: str) -> None:
        path = _followed(item)
        item.path, item.skipped = None, None
        item.finished = path.id if why == "finished" else None
        self._cancel(item.spec.id, ("step",))
        self._emit(ev.PathEnded, item=item.spec.id, path=path.id, why=why)

    # --- whose turn it is

    def _turn_to(self, item: ItemRecord, index: int) -> None:
        """It is this step's turn; a timed one has its instant from now on (readings 69, 83)."""
        self._cancel(item.spec.id, ("step",))
        while index in item.fired:  # E2: once a lap
            index += 1
        item.step, item.step_at = index, None
        step = self._current(item)
        if step is not None and step.when in TIMED:
            since, after = item.base
            item.step_at = since
            if step.after > after:
                working = self._working[step.calendar]
                item.step_at = working.add_working(since, step.after - after)

    def _current(self, item: ItemRecord) -> Step | None:
        """The step whose turn it is; None past the last."""
        steps = _followed(item).steps
        return steps[item.step] if item.step < len(steps) else None

    def _follow(self, item: ItemRecord) -> None:
        """Reading 70: look at the current step, then at the next, until one has to wait."""
        while item.path is not None:
            step = self._current(item)
            if step is None:
                if item.skipped is not None and item.lapses_at is not None:
                    return
                if item.lap > item.path.repeat:
                    self._end_path(item, "finished")
                    return
                self._enter(item, item.path, item.lap + 1)
                continue
            verdict = self._verdict(item, step)
            if verdict == WAITS:
                self._arm(
                    "step", item.spec.id, due=None if item.step_at == math.inf else item.step_at
                )
                return
            if verdict == FIRES:
                self._fire_step(item, by="path", reason=None)
            else:
                self._skip(item, verdict)

    def _verdict(self, item: ItemRecord, step: Step) -> str:
        """Whether it waits, fires, or why it is skipped."""
        if step.when in PROMISED:
            return _of_clock(item, step)
        if item.step_at is None or item.step_at > self._clock:  # a manual one has no instant
            return WAITS
        reasons = {
            "unassigned": [("assigned", item.owner is not None)],
            "unacknowledged": [("acknowledged", item.acknowledged)],
            "no_response": [
                ("answered", item.answered_in_lap),
                ("snoozed", item.state == "snoozed"),
            ],
            "unresolved": [],
        }
        return next((why for why, holds in reasons[step.when] if holds), FIRES)

    def _skip(self, item: ItemRecord, why: str) -> None:
        path = _followed(item)
        if why == "acknowledged" and item.skipped is None:
            item.skipped = item.step
        self._emit(
            ev.EscalationSkipped, item=item.spec.id, path=path.id, level=item.step + 1,
            lap=item.lap, why=why,
        )  # fmt: skip
        self._turn_to(item, item.step + 1)

    def _look_at_asked(self) -> None:
        """Reading 75: what the command or timer says of paths and protocols, item by item."""
        while self._asked:
            name = next(iter(self._asked))
            item, asked = self._items[name], self._asked.pop(name)
            if item.state not in ("held", "closed"):
                if "path" in asked:
                    self._match_path_again(item)
                self._look_at_waiting_step(item)
                if "protocol" in asked:
                    self._match_protocol(item)

    def _look_at_waiting_step(self, item: ItemRecord) -> None:
        """It waits for what is said of a clock; timed ones have their own timer (reading 70)."""
        if item.path is not None:
            step = self._current(item)
            if step is not None and step.when in PROMISED:
                self._follow(item)

    # --- what a step does

    def _fire_step(self, item: ItemRecord, *, by: str, reason: str | None) -> None:
        """Reading 71; the caller looks at what follows."""
        path, step = _followed(item), self._current(item)
        assert step is not None  # noqa: S101  # only asked when it is one's turn
        self._cancel(item.spec.id, ("step",))
        item.fired = (*item.fired, item.step)
        do, agent = step.do, self._person(step.do.assign)
        level = self._level(do.priority)
        raised = level if level is not None and level < item.own else None
        team = do.transfer if do.transfer in self._teams and do.transfer != item.team else None
        watchers = self._people(do.watchers)
        item.watchers = tuple(dict.fromkeys((*item.watchers, *watchers)))
        self._emit(
            ev.Escalated, item=item.spec.id, path=path.id, level=item.step + 1, lap=item.lap,
            when=step.when, by=by, reason=reason, category=item.spec.category, team=team,
            agent=agent, priority=raised, watchers=watchers, notified=self._people(do.notify),
        )  # fmt: skip
        if raised is not None:
            self._raise_priority(item, raised)
        if team is not None:
            self._move(item, team, keep_agent=False, by_hand=False)
        if agent in self._agents and item.owner != agent:
            self._assign_to(item, self._agents[agent], "escalation")
        self._announce(item, "escalated")
        if do.path is None:
            self._turn_to(item, item.step + 1)
        else:
            self._hand_over(item, do.path)

    def _raise_priority(self, item: ItemRecord, priority: int) -> None:
        item.spec = attrs.evolve(item.spec, priority=priority)
        item.own, item.decided_by = priority, "given"
        self._emit(
            ev.ItemUpdated, item=item.spec.id, changes={"priority": priority}, priority=priority
        )
        if item.state == "queued":
            self._arm_stay(item)
        self._rematch(item)
        self._match_protocol(item)

    def _hand_over(self, item: ItemRecord, name: str) -> None:
        self._end_path(item, "path")
        other = next((path for path in self._config.paths if path.id == name), None)
        if other is not None:
            self._enter(item, other, lap=1)

    # --- acknowledgements, timers, the end

    def _acknowledge(self, item: ItemRecord, by: str | None) -> None:
        """E3, reading 73."""
        timeout = None if item.path is None else item.path.ack_timeout
        item.acknowledged = True
        item.lapses_at = None if timeout is None else self._clock + timeout
        self._emit(ev.Acknowledged, item=item.spec.id, by=by, until=item.lapses_at)
        self._arm("lapse", item.spec.id, due=item.lapses_at)
        if item.path is not None and self._current(item) is None:
            self._follow(item)  # it may have waited for a lapse that will not come

    def _fire_lapse(self, item: ItemRecord) -> None:
        item.acknowledged, item.lapses_at = False, None
        self._emit(ev.AcknowledgementLapsed, item=item.spec.id)
        if item.path is not None and item.skipped is not None:
            index, item.skipped = item.skipped, None
            item.base = (self._clock, item.path.steps[index].after)
            self._turn_to(item, index)
            self._follow(item)

    def _close_path(self, item: ItemRecord) -> None:
        """Reading 74."""
        item.acknowledged, item.lapses_at = False, None
        self._cancel(item.spec.id, ("lapse",))
        if item.path is not None:
            self._end_path(item, "closed")

    def _fire(self, timer: Timer) -> None:
        """N2. Other timers only let D3 look again: what they end is judged by the clock."""
        kind, subject = timer.name[:2]
        if subject in self._items:
            self._fire_for_item(self._items[subject], kind, timer)
        if subject in self._agents:
            self._fire_for_agent(self._agents[subject], kind)

    def _fire_for_item(self, item: ItemRecord, kind: str, timer: Timer) -> None:
        if kind == "snooze":
            self._end_snooze(item)
        elif kind == "offer":
            self._miss(item)
        elif kind == "ageing":
            self._arm(*timer.name, due=self._next_ageing(item))
        elif kind in ("sla_at_risk", "sla_breached"):
            self._fire_clock(item, timer.name[2], kind)
        elif kind == "step":
            self._follow(item)
        elif kind == "lapse":
            self._fire_lapse(item)
        elif kind == "cadence":
            self._fire_cadence(item)

    def _fire_for_agent(self, agent: AgentRecord, kind: str) -> None:
        if kind == "auto_away":
            self._change_presence(agent, "away", "auto", None)
        elif kind == "auto_reassign":
            self._change_presence(agent, "away_reassign", "auto", None)
        elif kind == "shift":
            self._fire_shift(agent)


def _followed(item: ItemRecord) -> EscalationPath:
    assert item.path is not None  # noqa: S101  # only asked of an item that follows one
    return item.path


def _of_clock(item: ItemRecord, step: Step) -> str:
    """A step that waits for what is said of a clock."""
    clock = item.clocks.get(step.target or "")
    if clock is not None and clock.state == "breached":
        return FIRES
    if clock is not None and step.when == "at_risk" and clock.risked:
        return FIRES
    if clock is not None and clock.state == "met":
        return "met"
    return "no_target" if clock is None or clock.target is None else WAITS
