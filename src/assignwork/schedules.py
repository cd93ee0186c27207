"""Who acts on a desk by himself, between commands: what replays and simulations ask of him."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from assignwork.commands import Command
from assignwork.events import Event


class Schedule(Protocol):
    """Acts on a desk between the commands of others, at his own instants.

    Such as `assignwork.solver.Rebalancing`, without an executor: who plays a log or a scenario does
    not wait for one.
    """

    def see(self, events: Sequence[Event], *, now: float) -> None:
        """What a command at `now` (POSIX seconds) caused."""

    def next_at(self) -> float | None:
        """When he wants to act; None: not by himself."""

    def tick(self, *, now: float) -> tuple[Event, ...]:
        """Let him act at `now`; the events of the commands he gave."""

    def close(self) -> None:
        """Nothing more will happen."""


Apply: TypeAlias = Callable[[Command, float], tuple[Event, ...]]
"""Gives the desk a command at an instant; the events that it caused."""
Scheduler: TypeAlias = Callable[[Any, Apply], Schedule]
"""Makes the schedule of a desk; its commands must go through the second argument."""
