"""Whether agents can keep up: offered load against the work they can do (121 of the design)."""

from __future__ import annotations

import attrs
import numpy as np

from assignwork.model import Agent
from assignwork.service.calendars import compile_calendars
from assignwork.service.shifts import ShiftPlan
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind


class UnstableWarning(UserWarning):
    """More work comes than agents can do, and nobody gives up: queues grow as long as it lasts."""


@attrs.frozen
class Balance:
    """Work that comes and work that can be done.

    Attributes
    ----------
    team : str or None
        None: the whole desk.
    load : float
        Erlangs: seconds of work that come per second, of customers who never give up and always
        find a place to wait.
    places : float
        Seconds of work that the agents who may take it can do per second, on the average over the
        scenario (shifts, capacity, speeds and pace; not breaks and no-shows).
    """

    team: str | None
    load: float
    places: float

    @property
    def utilisation(self) -> float:
        """Load ÷ places; infinite where there is nobody. At 1 or more queues grow without end.

        For a team it is the best case: its agents do nothing else.

        Examples
        --------
        >>> Balance("billing", load=9.0, places=10.0).utilisation
        0.9
        """
        if self.load == 0.0:
            return 0.0
        return self.load / self.places if self.places else float("inf")

    def __str__(self) -> str:
        where = "the desk" if self.team is None else f"team {self.team!r}"
        if not self.places:
            return (
                f"{where}: {self.load:.3g} agents' work comes and nobody is there to do it; add "
                "agents or shifts, or give customers a patience"
            )
        word = "queues grow as long as it lasts" if self.utilisation >= 1 else "it can be done"
        return (
            f"{where}: {self.load:.4g} s of work come per second and agents can do "
            f"{self.places:.4g}, utilisation {self.utilisation:.3f}: {word}"
        )


def balances(scenario: Scenario) -> tuple[Balance, ...]:
    """The whole desk, then each team at which customers arrive.

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> whole, queue = balances(single_queue(3, per_hour=40, handle=180, length=3600))
    >>> whole.load, whole.places
    (2.0, 3.0)
    """
    loads: dict[str, float] = {}
    lightest: dict[str, int] = {}
    for stream in scenario.streams:
        expected = stream.arrivals.expected(scenario.start, scenario.end) / scenario.length
        shares = sum(kind.share for kind in stream.kinds)
        for kind in stream.kinds:
            stays = kind.patience is None and kind.places is None
            load = expected * kind.share / shares * _work(kind, scenario.length) if stays else 0.0
            loads[kind.team] = loads.get(kind.team, 0.0) + load
            lightest[kind.team] = min(lightest.get(kind.team, kind.weight), kind.weight)
    at_work = _shares_at_work(scenario)
    agents = scenario.workspace.agents
    teams = [
        Balance(
            team,
            load,
            sum(
                _places(scenario, agent, lightest[team]) * share
                for agent, share in zip(agents, at_work, strict=True)
                if team in agent.primary or team in agent.secondary
            ),
        )
        for team, load in loads.items()
    ]
    least = min(lightest.values())
    places = sum(
        _places(scenario, agent, least) * share
        for agent, share in zip(agents, at_work, strict=True)
        if any(team in loads for team in (*agent.primary, *agent.secondary))
    )
    return (Balance(None, sum(loads.values()), places), *teams)


def _work(kind: Kind, length: float) -> float:
    """Mean seconds of work of a customer, over the visits that `length` leaves time for."""
    work = kind.handle.mean
    back = kind.comes_back
    if back is not None:
        again = (back.handle or kind.handle).mean
        share = back.probability * float(back.after.cdf(np.array(length)))
        work += again * sum(share**visit for visit in range(1, back.at_most + 1))
    return work


def _places(scenario: Scenario, agent: Agent, weight: int) -> float:
    """Seconds of work an agent does per second at most, with items of that weight."""
    handling = scenario.handling_of.get(agent.id, scenario.handling)
    capacity = agent.capacity or scenario.workspace.default_capacity
    most = capacity // weight
    if handling.at_once is not None:
        most = min(most, handling.at_once)
    if most == 0:
        return 0.0
    pace = scenario.pace.get(agent.id, 1.0)
    fastest = pace if isinstance(pace, float) else min([*pace.values(), 1.0])
    return max(k * handling.speed(k) for k in range(1, most + 1)) / fastest


def _shares_at_work(scenario: Scenario) -> list[float]:
    """Of each agent, the share of the scenario's time in which he is there."""
    calendars = compile_calendars(scenario.workspace.calendars)
    found: dict[object, float] = {}
    shares = []
    for agent in scenario.workspace.agents:
        shift = agent.shift
        if shift is None:
            shares.append(float(agent.presence == "active"))
            continue
        if shift not in found:
            plan = ShiftPlan(shift, calendars[shift.calendar])
            found[shift] = _on_shift(plan, scenario.start, scenario.end) / scenario.length
        shares.append(found[shift])
    return shares


def _on_shift(plan: ShiftPlan, begin: float, end: float) -> float:
    """Seconds on shift in [begin, end)."""
    at, worked = begin, 0.0
    while at < end:
        change = min(plan.next_change(at), end)
        if plan.on_shift(at):
            worked += change - at
        at = change
    return worked
