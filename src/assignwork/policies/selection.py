"""Which agent gets the item: the built-in selections of rule A1, and how they compose (A3).

A selection is compiled to a `Chooser`. Where its key depends on the agent alone, or on the agent
and the item's skills, agents stand in an index by that key; else (`scan`) the key of every eligible
agent is computed when the choice is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from assignwork import _fields as f
from assignwork.policies.protocols import Selection

AgentKey = Callable[[Any], tuple[Any, ...]]


def skill_score(agent: Any, scored: tuple[str, ...]) -> int:
    """The sum of the agent's levels over the named skills (rule A1, `best_skilled`)."""
    levels = agent.skills
    total = 0
    for name in scored:
        total += levels.get(name, 0)
    return total


# Each entry of an index: the key, then the agent's stamp (which tells stale entries) and the agent.


def _balanced(agent: Any) -> tuple[Any, ...]:
    return (agent.load, agent.last, agent.reg, agent.stamp, agent)


def _least_occupied(agent: Any) -> tuple[Any, ...]:
    return (agent.load / agent.capacity, agent.last, agent.reg, agent.stamp, agent)


def _most_headroom(agent: Any) -> tuple[Any, ...]:
    return (agent.load - agent.capacity, agent.last, agent.reg, agent.stamp, agent)


def _longest_idle(agent: Any) -> tuple[Any, ...]:
    busy, since = _idle(agent)
    return (busy, since, agent.load, agent.last, agent.reg, agent.stamp, agent)


def _round_robin(agent: Any) -> tuple[Any, ...]:
    return (agent.reg, agent.stamp, agent)


def _idle(agent: Any) -> tuple[int, float]:
    return (0, agent.idle_since) if agent.load == 0 else (1, 0.0)


HEADS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "balanced": lambda a: (a.load,),
    "least_occupied": lambda a: (a.load / a.capacity,),
    "most_headroom": lambda a: (a.load - a.capacity,),
    "longest_idle": _idle,
    "least_recently_assigned": lambda a: (a.last,),
}
TAILS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "longest_idle": lambda a: (a.load,),
    "best_skilled": lambda a: (a.load,),
}
WHOLE: dict[str, AgentKey] = {
    "balanced": _balanced,
    "least_occupied": _least_occupied,
    "most_headroom": _most_headroom,
    "longest_idle": _longest_idle,
    "round_robin": _round_robin,
}


class Chooser:
    """A compiled selection.

    Attributes
    ----------
    name : str
        As events name it.
    scored : bool
        Whether the item's skills are part of the key.
    cyclic : bool
        Whether it ends in `round_robin`.
    scan : bool
        Whether keys must be computed at the choice, because they depend on the item or the team.
    policy : Selection or None
        The caller's own.
    """

    __slots__ = ("criteria", "cyclic", "name", "policy", "scan", "scored")

    def __init__(self, selection: Any) -> None:
        self.policy: Selection | None = None
        self.criteria: tuple[str, ...] = ()
        if isinstance(selection, str):
            self.criteria = (selection,)
        elif isinstance(selection, tuple):
            self.criteria = selection
        else:
            self.policy = selection
        self.name: str = selection.name if self.policy is not None else "+".join(self.criteria)
        self.scored = "best_skilled" in self.criteria
        self.cyclic = bool(self.criteria) and self.criteria[-1] == "round_robin"
        self.scan = self.policy is not None or (self.cyclic and len(self.criteria) > 1)

    def entry(self, scored: tuple[str, ...]) -> AgentKey:
        """The function agent -> index entry, for items whose skills to score are `scored`."""
        criteria = self.criteria
        if len(criteria) == 1 and criteria[0] in WHOLE:
            return WHOLE[criteria[0]]
        if criteria == ("best_skilled",):
            return lambda a: (-skill_score(a, scored), a.load, a.last, a.reg, a.stamp, a)
        heads = [
            (lambda a: (-skill_score(a, scored),)) if name == "best_skilled" else HEADS[name]
            for name in criteria
            if name != "round_robin"
        ]
        if criteria[-1] in TAILS:
            heads.append(TAILS[criteria[-1]])

        def composed(agent: Any) -> tuple[Any, ...]:
            key: list[Any] = []
            for head in heads:
                key.extend(head(agent))
            return (*key, agent.last, agent.reg, agent.stamp, agent)

        return composed

    def scan_key(
        self, agent: Any, scored: tuple[str, ...], pointer: int, views: Callable[[], Any]
    ) -> tuple[Any, ...]:
        """The agent's key for one choice; `views` makes the views a caller's policy is shown."""
        if self.policy is not None:
            item, shown = views()
            try:
                key = self.policy.key(item, shown)
                if not _is_plain(key):
                    f.refuse("key", key, "a finite number, text, or a tuple of such")
            except Exception as error:
                error.add_note(
                    f"raised by the selection {self.name!r} for item {item.id!r} "
                    f"and agent {shown.id!r}"
                )
                raise
            return (key, agent.last, agent.reg)
        whole = self.entry(scored)(agent)[:-4]
        return (*whole, *cyclic_key(agent.reg, pointer))


def _is_plain(key: Any) -> bool:
    """Whether events can carry the key, and say the same of it everywhere (N1)."""
    if isinstance(key, (tuple, list)):
        return all(_is_plain(part) for part in key)
    return isinstance(key, (str, int)) or (isinstance(key, float) and math.isfinite(key))


def cyclic_key(reg: int, pointer: int) -> tuple[int, int]:
    """Round robin: who comes after the pointer first, then from the beginning."""
    return (0 if reg > pointer else 1, reg)
