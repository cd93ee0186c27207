"""Made-up rebalancing plans: mostly of what is where the plan says, some of what is no more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from assignwork.model import Move
from assignwork.testing.generation._dice import Dice

MOST_PARTS = 3  # of a plan; a part is a move, an exchange, or several moves to one agent
UNKNOWN = "unknown"


def generate_moves(dice: Dice, items: Mapping[str, Any], agents: Mapping[str, Any]) -> list[Move]:
    """Moves of a plan, each item once; none moves from an agent to himself.

    Parameters
    ----------
    dice : Dice
    items, agents : mapping
        As `ReferenceDesk.state()` gives them.
    """
    planner = _Planner(dice, items, agents)
    parts: tuple[Callable[[], list[tuple[str, str | None, str | None]]], ...] = (
        planner.one, planner.one, planner.exchange, planner.exchange, planner.several,
        planner.several, planner.instead, planner.instead, planner.back, planner.stale,
    )  # fmt: skip
    found: dict[str, Move] = {}
    for _ in range(dice.integer(1, MOST_PARTS)):
        for item, agent, owner in dice.pick(parts)():
            if agent != owner:
                found.setdefault(item, Move(item, agent, owner))
    return [_for_another(dice, move, found.values()) for move in found.values()]


def _for_another(dice: Dice, move: Move, moves: Collection[Move]) -> Move:
    """The move, sometimes for the sake of another one, mostly of what comes into its place."""
    others = [other for other in moves if other is not move]
    if not others or not dice.chance(30):
        return move
    fit = [other for other in others if other.agent == move.owner and other.agent is not None]
    other = dice.pick(fit if fit and dice.chance(70) else others)
    return attrs.evolve(move, makes_room_for=other.item)


class _Planner:
    """Makes up the parts of one plan: item, agent, owner."""

    def __init__(self, dice: Dice, items: Mapping[str, Any], agents: Mapping[str, Any]) -> None:
        self._dice = dice
        self._items = items
        self._agents = list(agents)
        self._active = [name for name in agents if agents[name]["presence"] == "active"]
        self._free = [n for n in self._active if agents[n]["load"] < agents[n]["capacity"]]
        self._members: dict[str, list[str]] = {}
        for name in self._active:
            for team in (*agents[name]["primary"], *agents[name]["secondary"]):
                self._members.setdefault(team, []).append(name)
        self._owned = [name for name, item in items.items() if item["state"] == "assigned"]
        self._fit = [*self._owned, *(n for n, item in items.items() if item["state"] == "queued")]

    def _owner(self, item: str) -> str | None:
        owner: str | None = self._items.get(item, {}).get("owner")
        return owner

    def _agent_for(self, item: str) -> str | None:
        """Mostly an active member of its team who does not have it."""
        others = [agent for agent in self._agents if agent != self._owner(item)]
        members = self._members.get(self._items[item]["team"], [])
        if not others or self._dice.chance(6):
            return self._dice.pick([None, *self._agents])
        fit = [agent for agent in others if agent in members]
        free = [agent for agent in fit if agent in self._free]
        return self._dice.pick(free if free and self._dice.chance(70) else fit or [None])

    def one(self) -> list[tuple[str, str | None, str | None]]:
        if not self._fit:
            return self.stale()
        item = self._dice.pick(self._fit)
        return [(item, self._agent_for(item), self._owner(item))]

    def exchange(self) -> list[tuple[str, str | None, str | None]]:
        """Two owners give each other something."""
        if not self._owned:
            return self.one()
        first = self._dice.pick(self._owned)
        one = self._owner(first)
        others = [name for name in self._owned if self._owner(name) != one]
        if not self._dice.chance(6):
            others = [name for name in others if self._suit(first, name)]
        if not others:
            return self.one()
        second = self._dice.pick(others)
        return [(first, self._owner(second), one), (second, one, self._owner(second))]

    def _suit(self, one: str, other: str) -> bool:
        """Whether both owners are active members of the other item's team."""
        return all(
            self._owner(mine) in self._members.get(self._items[yours]["team"], [])
            for mine, yours in ((one, other), (other, one))
        )

    def several(self) -> list[tuple[str, str | None, str | None]]:
        """More than one to the same agent."""
        if not self._fit:
            return self.stale()
        agent = self._agent_for(self._dice.pick(self._fit))
        count = self._dice.integer(2, 5)
        teams = [team for team, members in self._members.items() if agent in members]
        fit = [item for item in self._fit if self._items[item]["team"] in teams] or self._fit
        items = [self._dice.pick(fit) for _ in range(count)]
        return [(item, agent, self._owner(item)) for item in items]

    def instead(self) -> list[tuple[str, str | None, str | None]]:
        """An owner gives back or passes on what he has, for something that is queued."""
        queued = [name for name in self._fit if name not in self._owned]
        mine = [name for name in self._owned if self._owner(name) in self._active]
        if not queued or not mine:
            return self.several()
        first = self._dice.pick(mine)
        one = self._owner(first)
        agent = None if self._dice.chance(50) else self._agent_for(first)
        fit = [n for n in queued if one in self._members.get(self._items[n]["team"], [])]
        return [(first, agent, one), (self._dice.pick(fit or queued), one, None)]

    def back(self) -> list[tuple[str, str | None, str | None]]:
        """To its queue."""
        if not self._owned:
            return self.one()
        item = self._dice.pick(self._owned)
        return [(item, None, self._owner(item))]

    def stale(self) -> list[tuple[str, str | None, str | None]]:
        """Any item, in any state, from anybody to anybody."""
        someone = [None, None, *self._agents, *self._agents, UNKNOWN]
        item = self._dice.pick([*self._items, UNKNOWN])
        return [(item, self._dice.pick(someone), self._dice.pick(someone))]
