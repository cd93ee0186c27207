"""What keeps an agent from an item now, with the instant at which his shift does away with it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._obstacles import Obstacle, obstacle
from assignwork.dispatcher._state import AgentRecord, ItemRecord
from assignwork.explain._shown import number

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


def obstacle_now(desk: Dispatcher, agent: AgentRecord, item: ItemRecord) -> Obstacle | None:
    """The first rule that keeps the agent from the item; None: he is eligible."""
    found = obstacle(desk, agent, item)
    starts = agent.shift_starts
    if found is None or starts == inf or found.rule not in ("P1", "T3"):
        return found
    if found.rule == "T3":
        return attrs.evolve(found, remedy=f"{found.remedy}, at {number(starts)}")
    if agent.by == "shift":
        return attrs.evolve(
            found,
            text=f"{found.text}: his shift begins at {number(starts)}",
            remedy=f"{number(starts - desk._clock)} s pass, or he becomes active",
        )
    remedy = f"{found.remedy}, at the latest when his shift begins at {number(starts)}"
    return attrs.evolve(found, remedy=remedy)
