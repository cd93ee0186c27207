"""What a user could see of the desk, as plain data."""

from __future__ import annotations

import math
from typing import Any

from assignwork.testing.reference._rebalancing import Rebalancing
from assignwork.testing.reference._records import AgentRecord, ItemRecord


class State(Rebalancing):
    """How the desk shows itself."""

    def state(self) -> dict[str, Any]:
        """Everything a user could see, as plain data.

        Returns
        -------
        dict
            `items` and `agents` by id, `teams` (ids), `queue` (ids of all queued items in item
            order) and `clock` (the instant the desk has seen last; -inf before the first command).
            An item's `priority` is its effective one, `level` its path's current step, from 1.
        """
        return {
            "items": {name: self._item_state(item) for name, item in self._items.items()},
            "agents": {name: self._agent_state(agent) for name, agent in self._agents.items()},
            "teams": list(self._teams),
            "queue": [item.spec.id for item in self._in_order(self._queued())],
            "clock": self._clock,
        }

    def _item_state(self, item: ItemRecord) -> dict[str, Any]:
        return {
            "state": item.state,
            "team": item.team,
            "owner": item.owner,
            "last_owner": item.last_owner,
            "offered_to": item.offered_to,
            "priority": self._priority(item),
            "own_priority": item.own,
            "weight": item.spec.weight,
            "waiting_since": item.waiting_since,
            "queued_at": None if item.state == "held" else item.queued_at,
            "seq": item.number + 1,
            "created_at": item.created_at,
            "snoozed_until": item.snoozed_until,
            "offer_expires_at": item.offer_expires_at,
            "excluded": sorted(who for who, until in item.excluded if until > self._clock),
            "due": self._due(item),
            "clocks": {
                name: {"state": clock.state, "due": clock.due}
                for name, clock in item.clocks.items()
            },
            "path": None if item.path is None else item.path.id,
            "level": None if item.path is None else item.step + 1,
            "acknowledged": item.acknowledged,
            "protocol": None if item.protocol is None else item.protocol.id,
            "watchers": item.watchers,
            "approvals": item.approvals,
        }

    def _agent_state(self, agent: AgentRecord) -> dict[str, Any]:
        load = self._load(agent)
        return {
            "presence": agent.presence,
            "by": agent.by,
            "reason": agent.reason,
            "load": load,
            "capacity": self._capacity(agent),
            "primary": agent.spec.primary,
            "secondary": agent.spec.secondary,
            "registration": agent.number,
            "last_assigned": agent.last_assigned,
            "idle_since": None if load else agent.idle_since,
            "shift_ends_at": None if agent.shift_ends_at == math.inf else agent.shift_ends_at,
            "shift_starts_at": None if agent.shift_starts_at == math.inf else agent.shift_starts_at,
        }
