"""A rebalancing plan, word for word (rule B: readings 85 to 90 of docs/design/0005)."""

from __future__ import annotations

from assignwork import commands as do
from assignwork import errors as e
from assignwork import events as ev
from assignwork.model import Move
from assignwork.testing.reference._configuration import Configuration
from assignwork.testing.reference._records import AgentRecord, ItemRecord, tier_of, weight_of

Skipped = tuple[str, str | None]  # why, and that in words


class Rebalancing(Configuration):
    """What is asked of a plan, and how it is carried out."""

    _emitted: int  # events before the command, those of the timers due counted

    def _on_rebalance(self, command: do.Rebalance) -> None:
        if command.seen is not None and self._emitted < command.seen:
            raise e.StalePlanError(
                f"the plan has seen {command.seen} events", value=command.seen,
                limit=self._emitted, remedy="plan anew",
            )  # fmt: skip
        if not command.moves:
            return
        skipped = self._skipped(command.moves)
        if skipped and command.all_or_nothing:
            first = next(move.item for move in command.moves if move.item in skipped)
            raise e.StalePlanError(
                f"item {first!r}: {skipped[first][0]}; {len(skipped)} in all", value=first,
                remedy="plan anew",
            )  # fmt: skip
        left = [move for move in command.moves if move.item not in skipped]
        self._emit(ev.Rebalanced, moves=len(left), skipped=len(skipped))
        for move in command.moves:
            if move.item in skipped:
                why, detail = skipped[move.item]
                self._emit(
                    ev.MoveSkipped, item=move.item, agent=move.agent, owner=move.owner, why=why,
                    detail=detail,
                )  # fmt: skip
        self._carry_out(left)

    def _skipped(self, moves: tuple[Move, ...]) -> dict[str, Skipped]:
        """The moves that are not carried out, by item."""
        found: dict[str, Skipped] = {}
        for move in moves:
            why = self._stale(move)
            if why is not None:
                found[move.item] = why
        while True:
            left = [move for move in moves if move.item not in found]
            while (over := self._first_over(left)) is not None:
                last, detail = over
                found[last.item] = ("full", detail)
                left.remove(last)
            if not any(move.makes_room_for in found for move in left):
                return found
            while pointless := [m.item for m in left if m.makes_room_for in found]:
                found[pointless[0]] = ("pointless", None)
                left = [move for move in left if move.item != pointless[0]]

    def _carry_out(self, left: list[Move]) -> None:
        """Readings 89, 90."""
        for move in left:
            if move.agent is None:
                self._give_back(self._items[move.item], "rebalance")
            elif move.owner is not None:
                self._give_up(self._items[move.item], "rebalance")
        for move in left:
            if move.agent is not None:
                self._move_to(self._items[move.item], self._agents[move.agent])

    def _move_to(self, item: ItemRecord, agent: AgentRecord) -> None:
        """Reading 90: an automatic assignment."""
        self._teams[item.team].pointer = agent.number
        tier = tier_of(agent, item)
        self._own(item, agent, by="rebalance", tier=tier, selection="rebalance")
        self._count_gift(agent)

    # --- reading 87

    def _stale(self, move: Move) -> Skipped | None:
        """Why the move is skipped, apart from limits."""
        why = detail = None
        item = self._items.get(move.item)
        if item is None:
            why = "unknown_item"
        elif move.agent is not None and move.agent not in self._agents:
            why = "unknown_agent"
        elif item.state == "closed":
            why = "closed"
        elif self._is_with(item, move.agent):
            why = "done"
        elif not self._is_with(item, move.owner):
            why = "moved"
        elif move.agent is not None:
            detail = self._in_the_way(self._agents[move.agent], item)
            why = None if detail is None else "not_eligible"
        return None if why is None else (why, detail)

    def _is_with(self, item: ItemRecord, agent: str | None) -> bool:
        """Assigned to the agent; queued, for None."""
        if agent is None:
            return item.state == "queued"
        return item.state == "assigned" and item.owner == agent

    def _in_the_way(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        """The first rule that keeps him from the item, in the words of `explain`."""
        spec = agent.spec
        if agent.presence != "active":
            return f"P1 he is {agent.presence}"
        if self._clock >= agent.shift_ends_at:
            return "T3 his shift ends at this instant"
        if item.team not in (*spec.primary, *spec.secondary):
            return f"C4 he is no member of {item.team}"
        return (
            self._lacks(agent, item)
            or self._asked_before(agent, item)
            or self._given_too_much(agent)
            or self._soon_off(agent, item)
            or self._kept_for_another(agent, item)
        )

    def _lacks(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        """K1; a requirement is dropped (K2) for the stay in the queue only."""
        for skill, need in item.spec.skills.items():
            after = need.relax_after
            waits = item.state == "queued" and after is not None
            if waits and item.queued_at + (after or 0.0) <= self._clock:
                continue
            has = agent.spec.skills.get(skill, 0)
            if has < need.level:
                level = f"level {has}" if has else "none"
                return f"K1 skill {skill}: {level} < {need.level}"
        return None

    def _asked_before(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        for who, until in item.excluded:
            if who == agent.spec.id and until > self._clock:
                return f"O3 he declined or missed it and is not asked before {until:g}"
        return None

    def _given_too_much(self, agent: AgentRecord) -> str | None:
        rate = self._config.assignment_rate
        if rate is None or not self._rate_stops(agent):
            return None
        return f"C6 given {self._given(agent)} of {rate.items} items in {rate.per:g} s"

    def _given(self, agent: AgentRecord) -> int:
        """How many items he was given in the window."""
        rate = self._config.assignment_rate
        assert rate is not None  # noqa: S101  # callers looked
        return sum(at + rate.per > self._clock for at in agent.gifts)

    def _soon_off(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        least = self._teams[item.team].spec.min_shift_left
        if least is None or self._clock <= agent.shift_ends_at - least:
            return None
        to_go = agent.shift_ends_at - self._clock
        return f"T3 his shift has {to_go:g} s to go, of min_shift_left {least:g}"

    def _kept_for_another(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        """F2; F1 and A4, which are of the queue."""
        spec = item.spec
        if spec.only_agent is not None and spec.only_agent != agent.spec.id:
            return f"F2 only {spec.only_agent} may have it"
        if item.state != "queued":
            return None
        if not self._affinity_allows(agent, item):
            until = item.queued_at + (spec.affinity_wait or 0.0)
            return f"F1 it waits for {spec.preferred_agent} alone until {until:g}"
        if self._teams[item.team].spec.manual:
            return f"A4 team {item.team} is manual: somebody assigns it or pulls"
        return None

    # --- reading 88

    def _first_over(self, left: list[Move]) -> tuple[Move, str] | None:
        """The move to be skipped next, and the limit that it breaks on the outcome."""
        leaving = {move.item for move in left}
        for name, agent in self._agents.items():
            coming = [move for move in left if move.agent == name]
            kept = [item for item in self._held(agent) if item.spec.id not in leaving]
            for move in reversed(coming):
                item = self._items[move.item]
                others = [self._items[other.item] for other in coming if other is not move]
                broken = self._broken(agent, item, [*kept, *others], len(coming))
                if broken is not None:
                    return move, broken
        return None

    def _broken(
        self, agent: AgentRecord, item: ItemRecord, others: list[ItemRecord], coming: int
    ) -> str | None:
        """The first limit that the item and the others would break together."""
        spec, weight, channel = agent.spec, item.spec.weight, item.spec.channel
        capacity, held = self._capacity(agent), weight_of(others)
        if held + weight > capacity:
            return f"C3 load {held} + {weight} > capacity {capacity}"
        limit = self._teams[item.team].spec.agent_limit
        held = weight_of(other for other in others if other.team == item.team)
        if limit is not None and held + weight > limit:
            return f"C3 load from {item.team} {held} + {weight} > agent_limit {limit}"
        limit = spec.channel_limits.get(channel or "")
        held = weight_of(other for other in others if other.spec.channel == channel)
        if limit is not None and held + weight > limit:
            return f"C3 load on {channel} {held} + {weight} > channel limit {limit}"
        limit = spec.secondary_limit if item.team in spec.secondary else None
        held = weight_of(other for other in others if other.team in spec.secondary)
        if limit is not None and held + weight > limit:
            return f"C3 load from secondary inboxes {held} + {weight} > secondary_limit {limit}"
        return self._over_rate(agent, coming)

    def _over_rate(self, agent: AgentRecord, coming: int) -> str | None:
        rate, ramp_in = self._config.assignment_rate, self._config.ramp_in
        if rate is None or (ramp_in is not None and agent.active_since + ramp_in <= self._clock):
            return None
        given = self._given(agent)
        if given + coming <= rate.items:
            return None
        return f"C6 given {given + coming - 1} + 1 > {rate.items} items in {rate.per:g} s"
