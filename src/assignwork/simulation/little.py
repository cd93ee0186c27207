"""Little's law on the books of a run (119 of the design notes)."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from assignwork.simulation._counting import presence
from assignwork.simulation.estimates import plain
from assignwork.simulation.trial import Trial


@attrs.frozen
class LittlesLaw:
    """Mean number in the system, and what it has to be: rate of arrival x mean time in the system.

    Attributes
    ----------
    number : float
        Items, averaged over the run, counted at each instant at which one came or left.
    rate : float
        Arrivals per second; who comes back arrives again.
    mean_time : float
        Seconds from arrival to leaving, of each visit that ended; NaN where none did.
    left, arrived : int
        Visits of customers, in the whole run.
    """

    number: float
    rate: float
    mean_time: float
    left: int
    arrived: int

    @property
    def difference(self) -> float:
        """Number - rate x mean time: 0, but for rounding, where everybody has left."""
        return self.number - self.rate * self.mean_time

    @property
    def drained(self) -> bool:
        """Whether everybody has left, so that the law must hold."""
        return self.left == self.arrived

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what has no value is None."""
        found = {**attrs.asdict(self), "difference": self.difference, "drained": self.drained}
        return {name: plain(value) for name, value in found.items()}


def littles_law(trial: Trial) -> LittlesLaw:
    """Little's law over the whole run, from the first arrival to its end.

    The number is integrated from the steps up and down, the time is a mean over customers: two
    ways through the same books, which agree where everybody has left (Little 1961; Stidham 1974).

    Parameters
    ----------
    trial : Trial

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> from assignwork.simulation import simulate_once
    >>> trial = simulate_once(single_queue(3, per_hour=40, handle=180, length=36_000), 1, 0)
    >>> found = littles_law(trial)
    >>> found.drained, abs(found.difference) < 1e-9
    (True, True)
    """
    stays = presence(trial)
    count = len(stays.begun_at)
    begin = float(stays.begun_at.min()) if count else trial.begin
    length = trial.ended_at - begin
    left = ~np.isnan(trial.visits.closed_at)
    if not count or length <= 0:
        return LittlesLaw(0.0, 0.0, float("nan"), int(left.sum()), count)
    instants = np.concatenate((stays.begun_at, stays.ended_at, [trial.ended_at])) - begin
    change = np.concatenate((np.ones(count), -np.ones(count), [0.0]))
    order = np.argsort(instants, kind="stable")
    there = np.cumsum(change[order])[:-1]
    number = float(there @ np.diff(instants[order])) / length
    times = (stays.ended_at - stays.begun_at)[left]
    mean_time = float(times.mean()) if len(times) else float("nan")
    return LittlesLaw(number, count / length, mean_time, int(left.sum()), count)
