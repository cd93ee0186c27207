"""One replication: customers and agents played against a `Dispatcher`, command by command.

The run is a heap of instants. Whatever it does is a command to the desk (`_deeds`); whatever it
learns it learns from the events (`_reading`). It decides nothing about who gets which work.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop
from math import inf

from assignwork.schedules import Scheduler
from assignwork.simulation._books import NAN
from assignwork.simulation._play import OnEvents
from assignwork.simulation._reading import ACTIVE, Reading
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.trial import Trial


class Run(Reading):
    """One replication, from its start to its end."""

    def run(self) -> Trial:
        """From the start until everybody is gone."""
        try:
            with _no_collecting():
                self._begin()
                self._receive()
                ended_at = self._drain()
        finally:
            if self._schedule is not None:
                self._schedule.close()
        self._end(ended_at)
        return self._books.trial(self._scenario, self._seed, self._number, ended_at)

    def _begin(self) -> None:
        start = self._scenario.start
        self.tell(self.desk.advance(now=start), start)
        for name, agent in self.desk.agents.items():
            place = self._agent[name]
            if agent.presence == ACTIVE and not self._hands[place].at_work:
                self._come(place, start)
        self._turn_to_it(start)
        self._attendance.begin()

    def _receive(self) -> None:
        """Everything until the last customer has come."""
        heap, arrive = self._heap, self._arrive
        wakeup = self._wakeup if self._schedule is not None else self.desk.next_wakeup
        reached = -inf
        for row, comes_at in enumerate(self._drawn.arrived.tolist()):
            while reached < comes_at:  # of who come at one instant, all come before what follows
                due = heap[0][0] if heap else inf
                wake = wakeup()
                if wake is not None and wake <= due and wake <= comes_at:
                    self._let_pass(wake)
                elif due <= comes_at:
                    at, _, act, about = heappop(heap)
                    act(at, about)
                else:
                    reached = comes_at
            arrive(row, comes_at)

    def _drain(self) -> float:
        """Work off what is there; the instant at which the run is over."""
        heap, end = self._heap, self._scenario.end
        latest = end + self._scenario.drain
        at = end
        while True:
            due = heap[0][0] if heap else inf
            wake = self._wakeup()
            soonest = due if wake is None or due < wake else wake
            if soonest > (latest if self._open else end):
                return latest if self._open else at
            at = max(at, soonest)
            if wake is not None and soonest == wake:
                self._let_pass(wake)
            else:
                _, _, act, about = heappop(heap)
                act(due, about)

    def _end(self, at: float) -> None:
        """Close the books: what is under way ends with the run."""
        for agent, since in self._active_since.items():
            self._books.presences.extend((agent, since, at))
        for case in self._cases.values():
            if case.open:
                self._books.times_there.extend((case.row, case.came_at, NAN))
            if case.active:
                self.worked(case.worker, case, case.since, at)
            if case.waiting_since is not None:
                self._books.stays.extend((case.row, case.team, case.waiting_since, NAN))

    def _wakeup(self) -> float | None:
        """When the desk, or who rebalances it, acts next by himself."""
        wake = self.desk.next_wakeup()
        if self._schedule is not None:
            tick = self._schedule.next_at()
            if tick is not None and (wake is None or tick < wake):
                return max(tick, self.desk.now or tick)
        return wake

    def _let_pass(self, until: float) -> None:
        wake = self.desk.next_wakeup()
        if wake is not None and wake <= until:
            self.tell(self.desk.advance(now=until), until)
        elif self._schedule is not None:
            self._schedule.tick(now=until)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hold off the garbage collector: it would walk all that a run keeps, again and again.

    A run makes no cycles, so that there is nothing for it to find; a third of the time is saved.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def simulate_once(
    scenario: Scenario,
    seed: int,
    number: int,
    *,
    validate: bool = False,
    on_events: OnEvents | None = None,
    rebalancing: Scheduler | None = None,
) -> Trial:
    """One replication of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        0 or more. With the number it decides all chance.
    number : int
        Of the replication, from 0.
    validate : bool, default False
        Have the desk check its invariants after each command (slow; for tests).
    on_events : callable, optional
        Told the events of each command, as they happen.
    rebalancing : callable, optional
        ``rebalancing(desk, apply)`` makes somebody who moves work between agents, as in
        `assignwork.replay.replay`; such as `assignwork.solver.schedule_rebalance`.

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> trial = simulate_once(single_queue(3, per_hour=40, handle=180, length=3600), 1, 0)
    >>> len(trial.customers.arrived_at) == len(trial.stretches.begun_at)
    True
    """
    run = Run(
        scenario, seed=seed, number=number, validate=validate, on_events=on_events,
        rebalancing=rebalancing,
    )  # fmt: skip
    return run.run()
