"""By hand: assign, release, transfer, pull (M1 to M3)."""

from __future__ import annotations

from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._clocks import LOOK, MATCH_PATH
from assignwork.dispatcher._conversations import ConversationCommands
from assignwork.dispatcher._making import Assigned
from assignwork.dispatcher._state import (
    ACTIVE,
    ASSIGNED,
    HELD,
    OFFERED,
    QUEUED,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)
from assignwork.events import Event, Transferred


class MoveCommands(ConversationCommands):
    """Commands that move an item by hand."""

    __slots__ = ()

    def assign(
        self, item: str, agent: str, *, strict: bool | None = None, now: Any
    ) -> tuple[Event, ...]:
        """By hand, to any agent that exists (M1); the event says which conditions do not hold.

        Parameters
        ----------
        strict : bool, optional
            Whether such conditions are errors; None: as the workspace says.

        Raises
        ------
        UnknownItemError, UnknownAgentError, InvalidTransitionError
        NotActiveError, NotMemberError, CapacityExceededError
            Only when strict.
        """
        now = self._enter(now)
        record = self._item(item, "assign")
        self._expect(record, "assign")
        to = self._agent(agent)
        if record.agent is to and record.state != OFFERED:
            self._begin(now)
            return self._finish()
        if strict if strict is not None else self._settings.strict:
            self._refuse_strict(record, to, self._broken_limit(to, record))
        flags = self._flags(record, to)
        self._begin(now)
        self._assign_to(record, to, flags, "hand")
        return self._finish()

    def _flags(self, item: ItemRecord, to: AgentRecord) -> tuple[str, ...]:
        """Which conditions of M1 do not hold."""
        flags = []
        if self._broken_limit(to, item) is not None:
            flags.append("over_capacity")
        if to.presence != ACTIVE:
            flags.append("not_active")
        if item.team.id not in to.membership:
            flags.append("not_member")
        return tuple(flags)

    def _assign_to(
        self, record: ItemRecord, to: AgentRecord, flags: tuple[str, ...], by: str
    ) -> None:
        """By `hand`, or by a step of its path (`escalation`)."""
        now = self._clock
        self._touch(record)
        waited = 0.0
        woken = record.state == SNOOZED
        if record.state == QUEUED or record.state == OFFERED:
            waited = now - record.queued_at
        if record.state == QUEUED:
            self._leave_queue(record)
        elif record.state == OFFERED:
            self._end_offer(record, "withdrawn")
        elif record.state == ASSIGNED:
            owner = record.agent
            assert owner is not None  # an assigned item has one
            self._take_from(record)
            self._emit_released(record, owner, by)
        elif woken:
            self._end_snooze(record)
            self._take_from(record)
        self._clear_exclusions(record)
        self._assign_seq += 1
        self._touch(to)
        to.last = self._assign_seq
        record.state = ASSIGNED
        self._put_into(record, to)
        self._seq += 1
        self._out.append(
            Assigned(
                self._seq,
                now,
                record.id,
                record.team.id,
                to.id,
                "manual",
                waited,
                by,
                by,
                (),
                None,
                flags,
            )
        )
        if record.care is not None:
            self._hand_over(record, record.care, to)
            if woken:
                self._settle_clocks(record)
                self._note(record, LOOK)

    def _refuse_strict(self, item: ItemRecord, agent: AgentRecord, broken: str | None) -> None:
        if agent.presence != ACTIVE:
            raise errors.NotActiveError(
                f"agent {agent.id!r} is {agent.presence}",
                value=agent.presence,
                limit="active",
                remedy="wait until he is back, choose another, or pass strict=False",
            )
        if item.team.id not in agent.membership:
            raise errors.NotMemberError(
                f"agent {agent.id!r} is no member of team {item.team.id!r}",
                value=item.team.id,
                limit=", ".join(agent.membership) or None,
                remedy="make the team one of his, choose another, or pass strict=False",
            )
        if broken is not None:
            raise errors.CapacityExceededError(
                f"agent {agent.id!r} cannot take item {item.id!r}: {broken}",
                value=item.weight,
                limit=broken,
                remedy="raise the limit, release an item, or pass strict=False",
            )

    def release(self, item: str, *, now: Any) -> tuple[Event, ...]:
        """Back to its team's queue; the agent is not excluded (M2).

        Raises
        ------
        UnknownItemError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "release")
        self._expect(record, "release")
        self._begin(now)
        self._release(record, "hand")
        return self._finish()

    def transfer(
        self, item: str, team: str, *, keep_agent: bool = False, now: Any
    ) -> tuple[Event, ...]:
        """To another team's queue; the owner is removed unless `keep_agent` (M2).

        Raises
        ------
        UnknownItemError, UnknownTeamError, InvalidTransitionError
        """
        now = self._enter(now)
        record = self._item(item, "transfer")
        self._expect(record, "transfer")
        to = self._team(team)
        f.flag(keep_agent, "keep_agent")
        self._begin(now)
        self._transfer(record, to, keep_agent=keep_agent)
        return self._finish()

    def _transfer(
        self, item: ItemRecord, to: Any, *, keep_agent: bool, by_path: bool = False
    ) -> None:
        """Carry out a transfer, by hand or by a step of the item's path."""
        self._touch(item)
        state = item.state
        owner = item.agent if state != OFFERED else None
        keeps = keep_agent and owner is not None
        if state == QUEUED:
            self._leave_queue(item)
        agent = item.agent
        if agent is not None:
            self._touch(agent)
            self._tally(agent, item, -item.counted)
        from_team = item.team
        item.team = to
        if agent is not None:
            self._tally(agent, item, item.counted)
            if agent.tally is not None:
                self._gained(agent)  # a limit of the old team may be free now
                self._lost(agent)
        self._seq += 1
        self._out.append(
            Transferred(
                self._seq,
                self._clock,
                item.id,
                from_team.id,
                to.id,
                owner.id if keeps and owner is not None else None,
            )
        )
        moved = from_team is not to and (self._book.active or item.care is not None)
        if moved:
            self._rematch_clocks(item)
            self._note(item, LOOK if by_path else LOOK | MATCH_PATH)
        if state == HELD or keeps:
            return
        if state == OFFERED:
            self._end_offer(item, "withdrawn")
        elif owner is not None:
            self._take_from(item)
            item.last_owner = owner.id
            if state == ASSIGNED:
                self._emit_released(item, owner, "transfer")
        if state != SNOOZED:
            self._enqueue(item)

    def pull(self, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent takes the first item that he is eligible for, manual inboxes included (M3).

        Nothing happens if there is none.

        Raises
        ------
        UnknownAgentError
        """
        now = self._enter(now)
        puller = self._agent(agent)
        self._begin(now)
        lane = self._first_for(puller, manual=True)
        if lane is not None:
            item = self._first_item(lane)
            self._touch(item)
            self._leave_queue(item)
            self._assign_seq += 1
            self._touch(puller)
            puller.last = self._assign_seq
            item.state = ASSIGNED
            self._put_into(item, puller)
            self._seq += 1
            self._out.append(
                Assigned(
                    self._seq,
                    now,
                    item.id,
                    item.team.id,
                    puller.id,
                    puller.membership[item.team.id],
                    now - item.queued_at,
                    "pull",
                    "pull",
                    (),
                    None,
                )
            )
            if item.care is not None:
                self._hand_over(item, item.care, puller)
            if self._rate is not None:
                self._count_gift(puller)
        return self._finish()
