"""The five places where a caller may put a policy of his own.

A policy is any object with a `name` and the method of its protocol. It sees immutable views, never
the dispatcher, and must answer the same for the same views: no clock, no randomness, no state of
its own (rule N1). When it raises, the command that asked it is undone (rule D6).

====================  ======================================  ============================
protocol              put it into                             built in
====================  ======================================  ============================
`Ordering`            ``Workspace.item_order``                priority, due, waiting, ...
`Selection`           ``Team.selection``                      balanced, round_robin, ...
`Eligibility`         ``Workspace.eligibility``               rules C, K, O3
`SecondaryRule`       ``Team.secondary_rule``                 primary_empty, primary_full, after
`PresenceMode`        ``Workspace.reassign``                  waiting, all, on_reply
====================  ======================================  ============================
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from assignwork.views import AgentView, ItemView, TeamView


@runtime_checkable
class Ordering(Protocol):
    """A criterion of the item order: items with smaller keys come first.

    The key may depend on the item alone. It is computed when the item is queued, changed or
    replied to, never when items are compared (rule Q3).
    """

    name: str

    def key(self, item: ItemView) -> Any:
        """A value that compares with the keys of all other items."""
        ...


@runtime_checkable
class Selection(Protocol):
    """Which of the eligible agents of a tier gets the item: the one with the smallest key.

    Ties go to who was assigned longest ago, then to registration order.
    """

    name: str

    def key(self, item: ItemView, agent: AgentView) -> Any:
        """A JSON-ready value that compares with the keys of all other agents."""
        ...


@runtime_checkable
class Eligibility(Protocol):
    """A further condition of `can_take`."""

    name: str

    def obstacle(self, item: ItemView, agent: AgentView) -> str | None:
        """Why this agent cannot take this item, with numbers; None: nothing stops him here."""
        ...


@runtime_checkable
class SecondaryRule(Protocol):
    """When agents for whom the team is secondary may help (rule D1)."""

    name: str

    def obstacle(self, item: ItemView, agent: AgentView, team: TeamView) -> str | None:
        """Why this secondary agent may not help with this item now; None: he may."""
        ...


@runtime_checkable
class PresenceMode(Protocol):
    """What an agent who goes `away_reassign` gives back (rule P2)."""

    name: str

    def on_leave(self, item: ItemView, agent: AgentView) -> bool:
        """Whether this item of his goes back to the queue at once."""
        ...

    def on_reply(self, item: ItemView, agent: AgentView) -> bool:
        """Whether it goes back when its customer replies while he is still `away_reassign`."""
        ...
