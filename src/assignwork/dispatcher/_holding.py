"""Load: what an agent's items count for, as they come into his hands and leave them (C2, C3)."""

from __future__ import annotations

from assignwork.dispatcher._reading import Reading
from assignwork.dispatcher._state import (
    ASSIGNED,
    OFFERED,
    SECONDARY,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)


class Holding(Reading):
    """Load, kept in line with every change of an item."""

    __slots__ = ()

    def _weighs(self, item: ItemRecord) -> int:
        """The units of its agent's load that the item is now (C2)."""
        state = item.state
        held = state == ASSIGNED or state == OFFERED or (state == SNOOZED and self._snoozed_counts)
        if held and (self._counts_all or item.waiting_since is not None):
            return item.weight
        return 0

    def _tally(self, agent: AgentRecord, item: ItemRecord, units: int) -> None:
        """Book units by team, channel and secondary inbox."""
        tally = agent.tally
        if tally is None:
            return
        team = item.team.id
        tally.by_team[team] = tally.by_team.get(team, 0) + units
        channel = item.spec.channel
        if channel is not None:
            tally.by_channel[channel] = tally.by_channel.get(channel, 0) + units
        if agent.membership.get(team) == SECONDARY:
            tally.secondary += units

    def _weigh(self, item: ItemRecord) -> None:
        """Bring the agent's load in line with the item's state; note who gains or loses."""
        agent = item.agent
        if agent is None:
            return
        weighs = self._weighs(item)
        change = weighs - item.counted
        if change:
            self._touch(agent)
            item.counted = weighs
            agent.load += change
            agent.stamp += 1
            if agent.tally is not None:
                self._tally(agent, item, change)
            if change < 0:
                if agent.load == 0:
                    agent.idle_since = self._clock
                self._gained(agent)
            else:
                self._lost(agent)

    def _take_from(self, item: ItemRecord) -> None:
        """The item leaves its agent's hands."""
        agent = item.agent
        if agent is None:
            return
        if self._journal is not None:
            self._journal.save(agent)
        del agent.items[item.id]
        counted = item.counted
        if counted:
            agent.load -= counted
            agent.stamp += 1
            if agent.tally is not None:
                self._tally(agent, item, -counted)
            item.counted = 0
            if agent.load == 0:
                agent.idle_since = self._clock
        item.agent = None
        agent.stamp += 1
        self._gained(agent)

    def _put_into(self, item: ItemRecord, agent: AgentRecord) -> None:
        """The item, assigned or offered, comes into the agent's hands."""
        if self._journal is not None:
            self._journal.save(agent)
        item.agent = agent
        agent.items[item.id] = item
        agent.stamp += 1
        if self._counts_all or item.waiting_since is not None:
            weighs = item.counted = item.weight
            agent.load += weighs
            if agent.tally is not None:
                self._tally(agent, item, weighs)
            if self._restricted:
                self._lost(agent)

    def _broken_limit(self, agent: AgentRecord, item: ItemRecord) -> str | None:
        """The first limit of C3 that this item would break, with numbers; itself not counted.

        Counted from what he holds: for the rare questions (by hand, wake, explain).
        """
        weight = item.weight
        team = item.team
        channel = item.spec.channel
        total = of_team = on_channel = helping = 0
        for held in agent.items.values():
            if held is not item and held.counted:
                total += held.counted
                if held.team is team:
                    of_team += held.counted
                if channel is not None and held.spec.channel == channel:
                    on_channel += held.counted
                if agent.membership.get(held.team.id) == SECONDARY:
                    helping += held.counted
        if total + weight > agent.capacity:
            return over("load", "", total, weight, agent.capacity)
        limit = team.spec.agent_limit
        if limit is not None and of_team + weight > limit:
            return over("team", team.id, of_team, weight, limit)
        limit = None if channel is None else agent.spec.channel_limits.get(channel)
        if limit is not None and on_channel + weight > limit:
            return over("channel", channel or "", on_channel, weight, limit)
        limit = agent.spec.secondary_limit
        if (
            limit is not None
            and agent.membership.get(team.id) == SECONDARY
            and helping + weight > limit
        ):
            return over("secondary", "", helping, weight, limit)
        return None


def over(kind: str, name: str, held: int, weight: int, limit: int) -> str:
    """A limit of C3 that what is held and what comes exceed together, in words with numbers."""
    whence, what = _LIMITS[kind]
    return f"load{whence}{name} {held} + {weight} > {what} {limit}"


_LIMITS = {
    "load": ("", "capacity"),
    "team": (" from ", "agent_limit"),
    "channel": (" on ", "channel limit"),
    "secondary": (" from secondary inboxes", "secondary_limit"),
}
