"""The queue of the textbooks, as a scenario: one inbox, agents who are all alike."""

from __future__ import annotations

from typing import Any

from assignwork import _fields as f
from assignwork.model import Agent, Team, Workspace
from assignwork.simulation.arrivals import Arrivals
from assignwork.simulation.distributions import Distribution
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind, Stream


def single_queue(
    agents: int,
    *,
    per_hour: Arrivals | float,
    handle: Distribution | float,
    length: float,
    patience: Distribution | float | None = None,
    places: int | None = None,
    answers: str = "start",
    capacity: int = 1,
    **others: Any,
) -> Scenario:
    """One inbox with agents who are all alike, as in the formulas of queueing theory.

    Parameters
    ----------
    agents : int
    per_hour : Arrivals or float
        A number is a Poisson process.
    handle : Distribution or float
        Seconds.
    length : float
        Seconds.
    patience : Distribution or float, optional
        Seconds.
    places : int, optional
        Most who may wait; the others are blocked. None: any number.
    answers : {'start', 'end', 'never'}
        As of `Kind`.
    capacity : int, default 1
        Of each agent.
    **others
        More fields of the `Scenario`.

    Examples
    --------
    >>> from assignwork.simulation import Exponential
    >>> scenario = single_queue(3, per_hour=40, handle=Exponential(180), length=36_000)
    >>> scenario.streams[0].load()
    2.0
    >>> [agent.id for agent in scenario.workspace.agents]
    ['agent-1', 'agent-2', 'agent-3']
    """
    f.positive_int(agents, "agents")
    workspace = Workspace(
        teams=[Team("queue")],
        agents=[
            Agent(f"agent-{i}", capacity=capacity, primary=["queue"]) for i in range(1, agents + 1)
        ],
    )
    kind = Kind("queue", handle=handle, patience=patience, places=places, answers=answers)
    return Scenario(workspace, [Stream("customers", per_hour, kind)], length=length, **others)
