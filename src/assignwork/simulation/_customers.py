"""Who comes when with what: everything about customers that is fixed at arrival (103, 105)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from assignwork.simulation._chance import Chance
from assignwork.simulation.distributions import Distribution
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind, Stream

Floats = npt.NDArray[np.float64]


class Customers:
    """All customers of one replication, in the order of arrival.

    Attributes
    ----------
    arrived : array of float
    stream, number, kind : array of int
        Place of the stream; number within it, from 0; place of the kind in `kinds`.
    work, patience : array of float
        Seconds; patience is infinite where there is none.
    kinds : list of Kind
        Of all streams, in turn.
    """

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        self._chance = chance
        self._streams = scenario.streams
        self.kinds: list[Kind] = []
        self.kind_names: list[str] = []
        self.stream_of_kind: list[int] = []
        self._drawn: dict[tuple[int, str, int, Any], list[float]] = {}
        parts = [
            self._of_stream(s, stream, scenario.start, scenario.end)
            for s, stream in enumerate(scenario.streams)
        ]
        self._counts = [len(part[0]) for part in parts]
        merged = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
        order = np.argsort(merged[0], kind="stable")
        self.arrived, self.work, self.patience = (column[order] for column in merged[:3])
        self.kind, self.stream, self.number = (
            column[order].astype(np.int32) for column in merged[3:]
        )

    def _of_stream(
        self, place: int, stream: Stream, begin: float, end: float
    ) -> tuple[npt.NDArray[Any], ...]:
        chance = self._chance
        arrived = stream.arrivals.instants(begin, end, chance.generator(stream.name, "arrivals"))
        n = len(arrived)
        shares = np.cumsum([kind.share for kind in stream.kinds])
        luck = chance.generator(stream.name, "kind").random(n) * shares[-1]
        kind = np.minimum(np.searchsorted(shares, luck, side="right"), len(shares) - 1)
        u_work = chance.generator(stream.name, "work").random(n)
        u_patience = chance.generator(stream.name, "patience").random(n)
        work = np.empty(n)
        patience = np.full(n, np.inf)
        for k, entry in enumerate(stream.kinds):
            mine = kind == k
            work[mine] = entry.handle.at(u_work[mine])
            if entry.patience is not None:
                patience[mine] = entry.patience.at(u_patience[mine])
        first = len(self.kinds)
        for entry in stream.kinds:
            self.kinds.append(entry)
            self.kind_names.append(f"{stream.name}/{entry.name}")
            self.stream_of_kind.append(place)
        return arrived, work, patience, kind + first, np.full(n, place), np.arange(n)

    def luck(self, row: int, purpose: str, turn: int) -> float:
        """A uniform number of this customer's, in [0, 1)."""
        stream, number = int(self.stream[row]), int(self.number[row])
        return self._column(stream, purpose, turn, None)[number]

    def seconds(self, row: int, purpose: str, turn: int, of: Distribution) -> float:
        """A number of this customer's, of a distribution."""
        stream, number = int(self.stream[row]), int(self.number[row])
        return self._column(stream, purpose, turn, of)[number]

    def _column(self, stream: int, purpose: str, turn: int, of: Distribution | None) -> list[float]:
        """The numbers of all customers of a stream, drawn when first asked for."""
        key = (stream, purpose, turn, id(of))
        column = self._drawn.get(key)
        if column is None:
            generator = self._chance.generator(self._streams[stream].name, purpose, turn)
            luck = generator.random(self._counts[stream])
            column = self._drawn[key] = (luck if of is None else of.at(luck)).tolist()
        return column
