"""What a run consists of while it is played: its customers, its agents, what is planned, the desk.

Everything that is done is a command to the desk; `tell` reads what it caused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappush
from typing import Any, TypeAlias

from assignwork import events as e
from assignwork.commands import Command
from assignwork.dispatcher import Dispatcher
from assignwork.schedules import Scheduler
from assignwork.simulation._attendance import Attendance
from assignwork.simulation._books import Books
from assignwork.simulation._chance import Chance
from assignwork.simulation._customers import Customers
from assignwork.simulation._hands import Case, Hands, case_order
from assignwork.simulation.scenario import Scenario

OnEvents: TypeAlias = Callable[[tuple[e.Event, ...]], None]


class Play:
    """The state of a replication, and its one way to the desk."""

    _see: Mapping[type[e.Event], Callable[[Any], None]]
    """What is done about an event, by its kind."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        number: int,
        validate: bool = False,
        on_events: OnEvents | None = None,
        rebalancing: Scheduler | None = None,
    ) -> None:
        chance = Chance(seed, number)
        self._scenario = scenario
        self._seed, self._number = seed, number
        self._drawn = drawn = Customers(scenario, chance)
        self._books = Books(drawn)
        self._stems = [f"{stream.name}-" for stream in scenario.streams]
        self._fields = [kind.item_fields() for kind in drawn.kinds]
        self._team = {team.id: i for i, team in enumerate(scenario.workspace.teams)}
        self._agent = {agent.id: i for i, agent in enumerate(scenario.workspace.agents)}
        self._attendance = Attendance(scenario, chance, self)
        self.desk = Dispatcher(self._attendance.workspace, validate=validate)
        self._on_events = on_events
        self._hands: list[Hands] = []
        self._rows = list(
            zip(
                drawn.stream.tolist(), drawn.number.tolist(), drawn.kind.tolist(),
                drawn.work.tolist(), strict=True,
            )
        )  # fmt: skip
        self._patience = drawn.patience.tolist()
        self._talks = any(kind.conversation is not None for kind in drawn.kinds)
        self._returns = any(kind.comes_back is not None for kind in drawn.kinds)
        self._answers_at_start = [kind.answers == "start" for kind in drawn.kinds]
        self._places = [kind.places for kind in drawn.kinds]
        self._limited = any(places is not None for places in self._places)
        self._lines = [0] * len(scenario.workspace.teams)
        self._given: list[Case] = []
        self._freed: list[Hands] = []
        self._stays = self._books.stays
        self._assigned_at, self._assigned_to = self._books.assigned_at, self._books.agent
        self._active_since: dict[int, float] = {}
        self._gone: list[str] = []
        self._cases: dict[str, Case] = {}
        self._heap: list[tuple[float, int, Callable[[float, Any], None], Any]] = []
        self._planned = 0
        self._open = 0
        self._schedule = None if rebalancing is None else rebalancing(self.desk, self._carry_out)

    def plan(self, at: float, act: Callable[[float, Any], None], about: object) -> None:
        """Have `act(at, about)` called at that instant."""
        self._planned += 1
        heappush(self._heap, (at, self._planned, act, about))

    def is_at_work(self, agent: int) -> bool:
        """Whether the desk says that he is active."""
        return self._hands[agent].at_work

    def _carry_out(self, command: Command, now: float) -> tuple[e.Event, ...]:
        """A command of who rebalances."""
        events = self.desk.handle(command, now=now)
        self.tell(events, now, own=False)
        return events

    def tell(self, events: tuple[e.Event, ...], at: float, *, own: bool = True) -> None:
        """Read what a command caused; `own`: a command of the simulation's."""
        books = self._books
        books.commands += 1
        books.events += len(events)
        if self._on_events is not None:
            self._on_events(events)
        see = self._see
        for event in events:
            seen = see.get(type(event))
            if seen is not None:
                seen(event)
        if self._gone:
            for name in self._gone:
                del self._cases[name]
            self._gone.clear()
        if self._given or self._freed:
            self._turn_to_it(at)
        if own and self._schedule is not None:
            self._schedule.see(events, now=at)

    def _turn_to_it(self, at: float) -> None:
        """Agents turn to what they have now, once all that a call had to say is read."""
        hands = self._hands
        if len(self._given) > 1:
            self._given.sort(key=case_order)
        for case in self._given:
            if case.owner >= 0 and case.ready and not case.held:
                hands[case.owner].take(case, at)
        self._given.clear()
        if self._freed:
            for freed in self._freed:
                freed.fill(at)
            self._freed.clear()
