"""The naive desk itself: its public face, and each command word for word (S4, M, C5)."""

from __future__ import annotations

import math
from typing import Any

from assignwork import commands as do
from assignwork import errors as e
from assignwork import events as ev
from assignwork._fields import instant
from assignwork.model import Workspace
from assignwork.model.priorities import FACTORS
from assignwork.service.calendars import compile_calendars
from assignwork.testing.reference._policies import filled
from assignwork.testing.reference._records import (
    FROM,
    STAY,
    AgentRecord,
    ItemRecord,
    TeamRecord,
    Timer,
    built_in,
    changed,
    copied,
    refuse_transition,
    tier_of,
    wire_form,
)
from assignwork.testing.reference._state import State


class ReferenceDesk(State):
    """A desk that is plainly right rather than fast.

    Parameters
    ----------
    workspace : Workspace
        With built-in policies only.

    Raises
    ------
    NotImplementedError
        For a workspace with policy objects of the caller's.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem, Workspace
    >>> from assignwork.commands import Submit
    >>> desk = ReferenceDesk(
    ...     Workspace(teams=[Team("billing")], agents=[Agent("ana", primary=["billing"])])
    ... )
    >>> [event.kind for event in desk.handle(Submit(WorkItem("t-1", team="billing")), now=0.0)]
    ['queued', 'assigned']
    >>> desk.state()["items"]["t-1"]["owner"]
    'ana'
    """

    def __init__(self, workspace: Workspace) -> None:
        self._config = workspace
        self._clock = -math.inf
        self._started = False
        self._teams = {team.id: TeamRecord(built_in(team)) for team in workspace.teams}
        self._agents: dict[str, AgentRecord] = {}
        self._items: dict[str, ItemRecord] = {}
        self._timers: list[Timer] = []
        self._pending: list[ev.Event] = []
        self._asked: dict[str, set[str]] = {}
        self._event_count = self._emitted = 0
        self._timer_count = 0
        self._assignment_count = 0
        self._agent_count = 0
        self._working = compile_calendars(workspace.calendars)
        built_in(workspace)
        for agent in workspace.agents:
            self._register(agent, 0.0)

    # --- the public face

    def handle(self, command: do.Command, now: Any) -> tuple[ev.Event, ...]:
        """Fire what is due, carry out the command, dispatch; the events in their order.

        Parameters
        ----------
        command : Command
        now : float or datetime
            Its instant; not before the last one.

        Raises
        ------
        AssignworkError
            The command is refused. But for timers that were due, nothing has changed (D6).
        """
        now = instant(now, "now")
        if now < self._clock:
            raise e.ClockRegressionError(
                f"now is {now}, but the desk has seen {self._clock}",
                value=now,
                limit=self._clock,
                remedy="give commands in the order of their instants",
            )
        nothing_more = isinstance(command, do.Advance)  # reading 65
        while (timer := self._first_timer()) is not None and timer.due <= now:
            if timer.late and timer.due == now and not nothing_more:
                break
            self._timers.remove(timer)
            self._clock = timer.due
            self._fire(timer)
            self._look_at_asked()
            self._dispatch()
        before = {name: copied(value) for name, value in vars(self).items()}
        try:
            self._clock = now
            self._emitted = self._event_count
            self._start()
            getattr(self, f"_on_{command.verb}")(command)
            self._look_at_asked()
            self._note_idle()
            self._dispatch()
        except Exception:
            self.__dict__.update(before)
            raise
        events, self._pending = tuple(self._pending), []
        return events

    @property
    def now(self) -> float | None:
        """The latest instant the desk has seen; None before the first command."""
        return self._clock if self._started else None

    def next_wakeup(self) -> float | None:
        """The instant of the earliest timer (N3), or None."""
        timer = self._first_timer()
        return None if timer is None else timer.due

    # --- items

    def _need_state(self, item: ItemRecord, verb: str) -> None:
        if item.state not in FROM[verb]:
            refuse_transition(item, verb)

    def _on_submit(self, command: do.Submit) -> None:
        """Readings 45, 79, 80."""
        given = command.item
        if given.id in self._items:
            raise e.DuplicateItemError(f"item {given.id!r} exists already", value=given.id)
        entry = self._entry_for(given)
        spec = filled(given, entry)
        self._team(spec.team)
        if spec.only_agent is not None:
            self._agent(spec.only_agent)
        own, decided_by = self._decide(spec, entry, "item.priority")
        created = self._clock if spec.created_at is None else min(spec.created_at, self._clock)
        item = ItemRecord(
            spec, entry, len(self._items), spec.team, own, decided_by, created, created
        )
        self._items[spec.id] = item
        if entry is None or not entry.approvals:
            self._admit(item)
            return
        self._hold(item)
        if entry.clock_from == "submit":
            self._start_clocks(item)

    def _may_approve(self, item: ItemRecord, by: str) -> None:
        """G2, reading 80: the next in the chain, or a member of the group of that name."""
        if by != item.approvals[0] and not self._belongs(by, item.approvals[0]):
            raise e.AccessDeniedError(
                f"{by!r} is not who must approve item {item.spec.id!r} next", value=by,
                limit=item.approvals[0], remedy="let them do it",
            )  # fmt: skip

    def _on_approve(self, command: do.Approve) -> None:
        item = self._item(command.item)
        self._need_state(item, "approve")
        self._may_approve(item, command.by)
        item.approvals = item.approvals[1:]
        self._emit(ev.Approved, item=command.item, by=command.by, remaining=item.approvals)
        if not item.approvals:
            self._admit(item)

    def _on_reject(self, command: do.Reject) -> None:
        item = self._item(command.item)
        self._need_state(item, "reject")
        self._may_approve(item, command.by)
        self._emit(ev.Rejected, item=command.item, by=command.by, reason=command.reason)
        self._close(item)

    def _on_assign(self, command: do.Assign) -> None:
        item = self._item(command.item)
        self._need_state(item, "assign")
        agent = self._agent(command.agent)
        if item.owner == agent.spec.id:
            return
        if self._config.strict if command.strict is None else command.strict:
            flags = self._flags(agent, item)
            for flag, error in (
                ("not_active", e.NotActiveError),
                ("not_member", e.NotMemberError),
                ("over_capacity", e.CapacityExceededError),
            ):
                if flag in flags:
                    raise error(f"agent {agent.spec.id!r}: {flag}", remedy="pass strict=False")
        self._assign_to(item, agent, "hand")

    def _on_release(self, command: do.Release) -> None:
        item = self._item(command.item)
        self._need_state(item, "release")
        self._give_back(item, "hand")

    def _on_transfer(self, command: do.Transfer) -> None:
        item = self._item(command.item)
        self._need_state(item, "transfer")
        self._team(command.team)
        self._move(item, command.team, keep_agent=command.keep_agent)

    def _on_pull(self, command: do.Pull) -> None:
        agent = self._agent(command.agent)
        for item in self._in_order(self._queued()):
            if self._eligible(agent, item):
                self._own(item, agent, by="pull", tier=tier_of(agent, item), selection="pull")
                self._count_gift(agent)
                return

    def _on_snooze(self, command: do.Snooze) -> None:
        item = self._item(command.item)
        self._need_state(item, "snooze")
        if command.until is not None and command.until <= self._clock:
            raise e.ConfigurationError(
                f"{command.until} is not after now", field="until", value=command.until,
                limit=self._clock, remedy="give a later instant, or none",
            )  # fmt: skip
        self._leave_queue(item)
        item.state, item.snoozed_until = "snoozed", command.until
        self._emit(ev.Snoozed, item=item.spec.id, until=command.until)
        self._clocks_changed(item)
        self._arm("snooze", item.spec.id, due=command.until)

    def _on_wake(self, command: do.Wake) -> None:
        item = self._item(command.item)
        self._need_state(item, "wake")
        self._end_snooze(item)

    def _on_reply(self, command: do.Reply) -> None:
        item = self._item(command.item)
        if item.state == "closed" and command.by == "customer":
            self._team(item.team)
            self._emit(ev.Replied, item=item.spec.id, by="customer", agent=None)
            self._open_again(item, by_customer=True)
            return
        self._need_state(item, "reply")
        waited = item.waiting_since is not None
        if command.by == "agent":
            item.waiting_since = None
        elif not waited:
            item.waiting_since = self._clock
        owner = self._agents.get(item.owner or "")
        self._emit(ev.Replied, item=item.spec.id, by=command.by, agent=item.owner)
        self._clocks_at_reply(item, command.by, waited=waited)
        self._ask(item)
        if command.by == "agent":
            if owner is not None:
                self._sign_of_life(owner)
        elif item.state == "snoozed":
            self._end_snooze(item)
        elif (
            owner is not None
            and owner.presence == "away_reassign"
            and self._config.reassign != "all"
            and not self._stays(owner, item)
        ):
            self._give_back(item, "away")

    def _on_close(self, command: do.Close) -> None:
        item = self._item(command.item)
        self._need_state(item, "close")
        if item.state == "offered":
            self._end_offer(item, "withdrawn")
        self._close(item)

    def _close(self, item: ItemRecord) -> None:
        """Readings 67, 74, 78."""
        item.refused = item.state == "held"
        owner, item.owner = item.owner, None
        item.state, item.waiting_since = "closed", None
        item.excluded, item.snoozed_until, item.left_by, item.approvals = (), None, None, ()
        self._cancel(item.spec.id, (*STAY, "exclusion", "snooze"))
        self._emit(ev.Closed, item=item.spec.id, agent=owner)
        self._clocks_at_close(item)
        self._close_path(item)
        self._close_communication(item)

    def _on_reopen(self, command: do.Reopen) -> None:
        item = self._item(command.item)
        self._need_state(item, "reopen")
        self._team(item.team)
        self._open_again(item, by_customer=False)

    def _on_update_item(self, command: do.UpdateItem) -> None:
        item = self._item(command.item)
        self._need_state(item, "update_item")
        spec = changed(item.spec, command.changes, ("id", "team", "created_at", "catalog"))
        if spec.only_agent is not None and spec.only_agent != item.spec.only_agent:
            self._agent(spec.only_agent)
        own, decided_by = item.own, item.decided_by
        if any(name in command.changes for name in ("priority", *FACTORS)):
            own, decided_by = self._decide(spec, item.entry, "changes.priority")
        repriced = own != item.own
        retagged, recategorized = spec.tags != item.spec.tags, spec.category != item.spec.category
        item.spec, item.own, item.decided_by = spec, own, decided_by
        self._emit(
            ev.ItemUpdated,
            item=spec.id,
            changes=wire_form(spec, command.changes),
            priority=item.own,
        )
        if item.state == "queued":
            self._arm_stay(item)
        if repriced or retagged:
            self._rematch(item)
        if repriced or retagged or recategorized:
            self._ask(item, "path")
        if repriced:
            self._ask(item, "protocol")

    def _offered(self, command: do.Accept | do.Decline) -> tuple[ItemRecord, AgentRecord]:
        item = self._item(command.item)
        self._need_state(item, command.verb)
        agent = self._agent(command.agent)
        if item.offered_to != agent.spec.id:
            refuse_transition(item, command.verb)
        return item, agent

    def _on_accept(self, command: do.Accept) -> None:
        item, agent = self._offered(command)
        self._end_offer(item, "accepted")
        self._own(item, agent, by="offer", tier=item.offered_tier, selection="offer")
        agent.misses = 0
        self._sign_of_life(agent)

    def _on_decline(self, command: do.Decline) -> None:
        item, agent = self._offered(command)
        self._end_offer(item, "declined")
        self._enqueue(item)
        self._exclude(item, agent, self._teams[item.team].spec.decline_cooldown)
        agent.misses = 0

    # --- agents

    def _on_set_presence(self, command: do.SetPresence) -> None:
        agent = self._agent(command.agent)
        self._change_presence(agent, command.presence, command.by, command.reason)

    def _on_heartbeat(self, command: do.Heartbeat) -> None:
        agent = self._agent(command.agent)
        sent = agent.presence in ("away", "away_reassign") and agent.by == "auto"
        if sent and self._config.auto_return:
            self._change_presence(agent, "active", "auto", None)
        else:
            self._sign_of_life(agent)

    def _on_advance(self, command: do.Advance) -> None:
        """Nothing but time passes."""

    # --- escalation and communication

    def _on_acknowledge(self, command: do.Acknowledge) -> None:
        item = self._item(command.item)
        self._need_state(item, "acknowledge")
        self._acknowledge(item, command.by)

    def _on_escalate(self, command: do.Escalate) -> None:
        """E4, reading 72."""
        item = self._item(command.item)
        self._need_state(item, "escalate")
        if item.path is None or self._current(item) is None:
            refuse_transition(item, "escalate")
        self._fire_step(item, by=command.by or "hand", reason=command.reason)
        self._follow(item)

    def _on_post_update(self, command: do.PostUpdate) -> None:
        item = self._item(command.item)
        self._need_state(item, "post_update")
        self._post_update(item, command)

    def _on_post_report(self, command: do.PostReport) -> None:
        item = self._item(command.item)
        self._need_state(item, "post_report")
        self._post_report(item, command)

    def _on_rate(self, command: do.Rate) -> None:
        item = self._item(command.item)
        self._need_state(item, "rate")
        self._emit(ev.Rated, item=item.spec.id, score=command.score, by=command.by)
