"""What a run writes down, row by row, and the `Trial` made of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from assignwork.simulation._customers import Customers as Drawn
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.trial import (
    NOBODY,
    Customers,
    Presences,
    Promises,
    Stays,
    Stretches,
    Trial,
    Visits,
)

NAN = float("nan")


def _codes(values: Any) -> Any:
    return np.asarray(values, dtype=np.int32)


def _columns(cells: list[float], *kinds: Any) -> list[Any]:
    """Cells, row after row, as columns of these types."""
    table = np.array(cells, dtype=np.float64).reshape(-1, len(kinds))
    return [table[:, i].astype(kind) for i, kind in enumerate(kinds)]


class Books:
    """The rows of one replication, as they are written."""

    def __init__(self, drawn: Drawn) -> None:
        n = len(drawn.arrived)
        self.drawn = drawn
        self.priority = [0] * n
        self.team = [0] * n
        self.assigned_at = [NAN] * n
        self.agent = [NOBODY] * n
        self.begun_at = [NAN] * n
        self.answered_at = [NAN] * n
        self.closed_at = [NAN] * n
        self.abandoned = [False] * n
        self.blocked = [False] * n
        self.visits = [1] * n
        # Cells, row after row: numbers alone cost the garbage collector nothing.
        self.times_there: list[float] = []
        self.stretches: list[float] = []
        self.presences: list[float] = []
        self.stays: list[float] = []
        self.promises: list[float] = []
        self.targets: dict[str, int] = {}
        self.commands = 0
        self.events = 0

    def target(self, name: str) -> int:
        """The code of a service-level target."""
        return self.targets.setdefault(name, len(self.targets))

    def trial(self, scenario: Scenario, seed: int, number: int, ended_at: float) -> Trial:
        """The record of the run."""
        drawn = self.drawn
        i, t = np.int32, np.float64
        return Trial(
            number=number,
            seed=seed,
            begin=scenario.start + scenario.warm_up,
            end=scenario.end,
            ended_at=ended_at,
            timezone=scenario.zone,
            streams=tuple(stream.name for stream in scenario.streams),
            kinds=tuple(drawn.kind_names),
            teams=tuple(team.id for team in scenario.workspace.teams),
            agents=tuple(agent.id for agent in scenario.workspace.agents),
            targets=tuple(self.targets),
            channels=tuple(kind.channel for kind in drawn.kinds),
            thresholds=tuple(map(scenario.threshold_of, drawn.kinds)),
            customers=Customers(
                arrived_at=drawn.arrived,
                stream=drawn.stream,
                kind=drawn.kind,
                team=_codes(self.team),
                priority=_codes(self.priority),
                work=drawn.work,
                patience=drawn.patience,
                assigned_at=np.asarray(self.assigned_at),
                agent=_codes(self.agent),
                begun_at=np.asarray(self.begun_at),
                answered_at=np.asarray(self.answered_at),
                closed_at=np.asarray(self.closed_at),
                abandoned=np.asarray(self.abandoned, dtype=np.bool_),
                blocked=np.asarray(self.blocked, dtype=np.bool_),
                visits=_codes(self.visits),
            ),
            visits=Visits(*_columns(self.times_there, i, t, t)),
            stretches=Stretches(*_columns(self.stretches, i, i, t, t)),
            presences=Presences(*_columns(self.presences, i, t, t)),
            stays=Stays(*_columns(self.stays, i, i, t, t)),
            promises=Promises(*_columns(self.promises, i, i, np.bool_)),
            commands=self.commands,
            events=self.events,
        )
