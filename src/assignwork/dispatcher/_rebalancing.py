"""Moves decided outside the desk: judged against its state, then carried out (rule B).

A plan is judged as a whole before anything changes. What each move needs by itself is asked of
`_obstacles`; what they need together (the limits of C3 and C6 on the outcome) is kept in one
`_Outcome` for each agent who gets something: how much room each limit would leave. Skipping a move
changes a few of those numbers, so it costs no more than the move itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._configuration import ConfigurationCommands
from assignwork.dispatcher._holding import over
from assignwork.dispatcher._making import Assigned
from assignwork.dispatcher._obstacles import may_not_get
from assignwork.dispatcher._state import (
    ASSIGNED,
    QUEUED,
    SECONDARY,
    AgentRecord,
    ItemRecord,
)
from assignwork.events import Event, MoveSkipped, Rebalanced
from assignwork.model import AssignmentRate, Move
from assignwork.model import moves as plans

Skip = tuple[str, str | None]
"""Why a move is skipped, and that in words with numbers."""
Limit = tuple[str, str]
"""Its kind and, for those of a team or channel, of which one."""

_RATE = ("rate", "")


class RebalancingCommands(ConfigurationCommands):
    """The command that carries out a plan."""

    __slots__ = ()

    def rebalance(
        self,
        moves: Iterable[Move],
        *,
        all_or_nothing: bool = False,
        seen: int | None = None,
        now: Any,
    ) -> tuple[Event, ...]:
        """Carry out moves that were decided outside the desk, as far as they still fit (rule B).

        The first event says how many do, then come those that do not, with the reason.

        Parameters
        ----------
        moves : list of Move
        all_or_nothing : bool, default False
            Whether one move that does not fit refuses them all.
        seen : int, optional
            How many events the desk had emitted when the moves were decided.

        Raises
        ------
        ConfigurationError
            For an item that is named twice, or a move that makes room for what no other one moves.
        StalePlanError
            When the desk has emitted fewer events than `seen`; with `all_or_nothing`, when a move
            does not fit.

        Examples
        --------
        >>> from assignwork import Agent, Dispatcher, Move, Team, WorkItem, Workspace
        >>> desk = Dispatcher(
        ...     Workspace(
        ...         [Team("billing")], [Agent("ana", primary=["billing"], capacity=2), Agent("ben")]
        ...     )
        ... )
        >>> for name in ("t-1", "t-2"):
        ...     _ = desk.submit(WorkItem(name, team="billing"), now=0.0)
        >>> _ = desk.update_agent("ben", primary=["billing"], now=1.0)
        >>> told = desk.rebalance([Move("t-2", agent="ben", owner="ana")], now=2.0)
        >>> [event.kind for event in told]
        ['rebalanced', 'released', 'assigned']
        """
        now = self._enter(now)
        plan = plans.moves(moves, "moves")
        f.flag(all_or_nothing, "all_or_nothing")
        if (plans.seen(seen, "seen") or 0) > self._seq:
            raise errors.StalePlanError(
                f"the plan was made after {seen} events, this desk has emitted {self._seq}",
                value=seen,
                limit=f"at most {self._seq}",
                remedy="it is another desk, or an older copy: plan anew on this one",
            )
        skips = self._judge(plan, now)
        if skips and all_or_nothing:
            self._refuse_stale(plan, skips)
        self._begin(now)
        if plan:
            self._carry_out(plan, skips)
        return self._finish()

    def _refuse_stale(self, plan: tuple[Move, ...], skips: dict[int, Skip]) -> None:
        position = min(skips)
        move, (why, detail) = plan[position], skips[position]
        said = why if detail is None else f"{why}, {detail}"
        raise errors.StalePlanError(
            f"{len(skips)} of {len(plan)} moves no longer fit, first of item {move.item!r}: {said}",
            value=len(skips),
            limit=0,
            remedy="plan anew, or leave all_or_nothing out to carry out the others",
            item=move.item,
            why=why,
        )

    # --- judging -------------------------------------------------------------------------------

    def _judge(self, plan: tuple[Move, ...], now: float) -> dict[int, Skip]:
        """Which moves, by their place in the plan, are skipped; nothing changes."""
        before = self._clock
        self._clock = now  # what a policy or a text says of time is of the command's instant
        try:
            skips = {}
            for position, move in enumerate(plan):
                skip = self._stale(move)
                if skip is not None:
                    skips[position] = skip
            self._fit_together(plan, skips)
        finally:
            self._clock = before
        return skips

    def _stale(self, move: Move) -> Skip | None:
        """Why a move does not fit by itself (reading 87)."""
        item = self._items.get(move.item)
        if item is None and move.item not in self._closed:
            return ("unknown_item", None)
        agent = None
        if move.agent is not None:
            agent = self._agents.get(move.agent)
            if agent is None:
                return ("unknown_agent", None)
        if item is None:
            return ("closed", None)
        state = item.state
        owner = None
        if state == ASSIGNED:
            assert item.agent is not None  # an assigned item has one
            owner = item.agent.id
        if state == QUEUED if agent is None else owner == agent.id:
            return ("done", None)
        if state != QUEUED if move.owner is None else owner != move.owner:
            return ("moved", None)
        if agent is not None:
            obstacle = may_not_get(self, agent, item)
            if obstacle is not None:
                return ("not_eligible", str(obstacle))
        return None

    def _fit_together(self, plan: tuple[Move, ...], skips: dict[int, Skip]) -> None:
        """Skip what breaks a limit on the outcome, or makes room for what is skipped (88)."""
        makers: dict[str, list[int]] = {}
        for position, move in enumerate(plan):
            if move.makes_room_for is not None:
                makers.setdefault(move.makes_room_for, []).append(position)
        outcomes = self._outcomes(plan, skips)
        doubtful = list(outcomes)
        skipped = list(skips)  # whose makers of room were not looked at
        while doubtful or skipped:
            skipped += self._skip_full(plan, skips, outcomes, doubtful)
            doubtful = self._skip_pointless(plan, skips, outcomes, makers, skipped)

    def _outcomes(self, plan: tuple[Move, ...], skips: dict[int, Skip]) -> dict[int, _Outcome]:
        """What each who gets something would hold, by registration."""
        outcomes: dict[int, _Outcome] = {}
        for position, move in enumerate(plan):
            if move.agent is not None and position not in skips:
                agent = self._agents[move.agent]
                outcome = outcomes.get(agent.reg)
                if outcome is None:
                    outcome = outcomes[agent.reg] = _Outcome(agent, self._left_by_rate(agent))
                outcome.gets(position, self._items[move.item])
        for position, move in enumerate(plan):
            if position not in skips:
                item = self._items[move.item]
                if item.agent is not None and item.agent.reg in outcomes:
                    outcomes[item.agent.reg].keeps(item, -1)
        return outcomes

    def _skip_full(
        self,
        plan: tuple[Move, ...],
        skips: dict[int, Skip],
        outcomes: dict[int, _Outcome],
        doubtful: list[int],
    ) -> list[int]:
        """Skip what breaks a limit, until all hold; which moves that are.

        All is judged again, in registration order, after each that is skipped: but only what that
        has changed can have another verdict.
        """
        found = []
        heapify(doubtful)
        while doubtful:
            reg = heappop(doubtful)
            outcome = outcomes[reg]
            position = outcome.last_too_much()
            if position < 0:
                continue
            item = self._items[plan[position].item]
            skips[position] = ("full", outcome.skip(position, item, self._rate))
            found.append(position)
            heappush(doubtful, reg)
            owner = item.agent
            if owner is not None and owner.reg in outcomes:
                outcomes[owner.reg].keeps(item, 1)
                heappush(doubtful, owner.reg)
        return found

    def _skip_pointless(
        self,
        plan: tuple[Move, ...],
        skips: dict[int, Skip],
        outcomes: dict[int, _Outcome],
        makers: dict[str, list[int]],
        skipped: list[int],
    ) -> list[int]:
        """Skip what makes room for one of these, which it uses up; who holds more by that."""
        doubtful = []
        while skipped:
            for position in makers.get(plan[skipped.pop()].item, ()):
                if position in skips:
                    continue
                skips[position] = ("pointless", None)
                skipped.append(position)
                move = plan[position]
                item = self._items[move.item]
                if move.agent is not None:
                    outcomes[self._agents[move.agent].reg].skip(position, item, self._rate)
                owner = item.agent
                if owner is not None and owner.reg in outcomes:
                    outcomes[owner.reg].keeps(item, 1)
                    doubtful.append(owner.reg)
        return doubtful

    def _left_by_rate(self, agent: AgentRecord) -> tuple[int, int] | None:
        """How many items he may be given (C6), and how many he was; None: there is no bound."""
        rate = self._rate
        ramp = self._settings.ramp_in
        now = self._clock
        if rate is None or (ramp is not None and agent.active_since + ramp <= now):
            return None
        given = 0
        for at in reversed(agent.given):
            if at + rate.per <= now:
                break
            given += 1
        return rate.items, given

    # --- carrying out --------------------------------------------------------------------------

    def _carry_out(self, plan: tuple[Move, ...], skips: dict[int, Skip]) -> None:
        now = self._clock
        self._seq += 1
        self._out.append(Rebalanced(self._seq, now, len(plan) - len(skips), len(skips)))
        for position in sorted(skips):
            move, (why, detail) = plan[position], skips[position]
            self._seq += 1
            self._out.append(
                MoveSkipped(self._seq, now, move.item, move.agent, move.owner, why, detail)
            )
        left = [move for position, move in enumerate(plan) if position not in skips]
        for move in left:
            if move.agent is None:
                self._release(self._items[move.item], "rebalance")
            elif move.owner is not None:
                item = self._items[move.item]
                owner = item.agent
                assert owner is not None  # it was judged so
                self._touch(item)
                self._take_from(item)
                self._emit_released(item, owner, "rebalance")
        for move in left:
            if move.agent is not None:
                self._move_to(self._items[move.item], self._agents[move.agent])

    def _move_to(self, item: ItemRecord, agent: AgentRecord) -> None:
        """An automatic assignment that the desk did not choose (reading 90)."""
        team = item.team
        self._touch(item)
        self._touch(agent)
        self._touch(team)
        now = self._clock
        waited = 0.0
        if item.state == QUEUED:
            waited = now - item.queued_at
            self._leave_queue(item)
        agent.last = self._assign_seq = self._assign_seq + 1
        team.pointer = agent.reg
        item.state = ASSIGNED
        self._put_into(item, agent)
        self._seq += 1
        self._out.append(
            Assigned(
                self._seq,
                now,
                item.id,
                team.id,
                agent.id,
                agent.membership[team.id],
                waited,
                "rebalance",
                "rebalance",
                (),
                None,
            )
        )
        if item.care is not None:
            self._hand_over(item, item.care, agent)
        if self._rate is not None:
            self._count_gift(agent)


class _Outcome:
    """What one agent would hold with all moves carried out that are left.

    `room` says of each limit that something incoming touches how much it would leave; `incoming`
    which moves those are, in the order of the plan.
    """

    __slots__ = ("agent", "incoming", "room", "skipped")

    def __init__(self, agent: AgentRecord, rate: tuple[int, int] | None) -> None:
        self.agent = agent
        self.room: dict[Limit, int] = {}
        self.incoming: dict[Limit, list[int]] = {}
        self.skipped: set[int] = set()
        if rate is not None:
            size, given = rate
            self._begin(_RATE, size, given)

    def _begin(self, limit: Limit, size: int, held: int) -> None:
        self.room[limit] = size - held
        self.incoming[limit] = []

    def gets(self, position: int, item: ItemRecord) -> None:
        """A move brings him the item."""
        for limit, size, held in self._touched(item):
            if limit not in self.room:
                self._begin(limit, size, held)
            self.room[limit] -= item.weight
            self.incoming[limit].append(position)
        if _RATE in self.room:
            self.room[_RATE] -= 1
            self.incoming[_RATE].append(position)

    def keeps(self, item: ItemRecord, times: int) -> None:
        """The item stays with him after all (1), or leaves him (-1)."""
        for limit, _, _ in self._touched(item):
            if limit in self.room:
                self.room[limit] -= times * item.counted

    def last_too_much(self) -> int:
        """The last move of the plan that touches a limit which does not hold; -1: all hold."""
        found = -1
        for limit, room in self.room.items():
            if room < 0:
                positions = self.incoming[limit]
                while positions and positions[-1] in self.skipped:
                    positions.pop()
                if positions:
                    found = max(found, positions[-1])
        return found

    def skip(self, position: int, item: ItemRecord, rate: AssignmentRate | None) -> str:
        """A move to him is not carried out; the first limit that it would break, in words."""
        self.skipped.add(position)
        said = ""
        for limit, size, _ in self._touched(item):
            self.room[limit] += item.weight
            held = size - self.room[limit]
            if not said and held + item.weight > size:
                said = f"C3 {over(*limit, held, item.weight, size)}"
        if _RATE in self.room:
            self.room[_RATE] += 1
            if not said:
                assert rate is not None  # it is what stops him
                given = rate.items - self.room[_RATE]
                said = f"C6 given {given} + 1 > {rate.items} items in {rate.per:g} s"
        return said

    def _touched(self, item: ItemRecord) -> Iterator[tuple[Limit, int, int]]:
        """The limits of C3 that an item touches: which, how large, what he holds of it now."""
        agent = self.agent
        yield ("load", ""), agent.capacity, agent.load
        tally = agent.tally
        if tally is None:
            return
        team = item.team
        size = team.spec.agent_limit
        if size is not None:
            yield ("team", team.id), size, tally.by_team.get(team.id, 0)
        channel = item.spec.channel
        size = None if channel is None else agent.spec.channel_limits.get(channel)
        if channel is not None and size is not None:
            yield ("channel", channel), size, tally.by_channel.get(channel, 0)
        size = agent.spec.secondary_limit
        if size is not None and agent.membership.get(team.id) == SECONDARY:
            yield ("secondary", ""), size, tally.secondary
