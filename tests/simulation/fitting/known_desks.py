"""Desks whose truth is known: what they are made of, and the log of a simulation of them."""

import attrs

from assignwork import Agent, Team, Workspace
from assignwork.model import Calendar
from assignwork.simulation import (
    Exponential,
    Kind,
    LogNormal,
    Scenario,
    Stream,
    Weekly,
    simulate_once,
)

DAY = 86_400.0
MONDAY = 1_767_571_200.0  # 2026-01-05, 00:00 UTC
OFFICE = [0.0] * 8 + [6.0] * 10 + [0.0] * 6
WEEK = OFFICE * 5 + [0.0] * 48


_KNOWN = []


def log_of(scenario, seed=1):
    """The events of one replication; made once."""
    for known, of, log in _KNOWN:
        if (known, of) == (scenario, seed):
            return log
    log = []
    simulate_once(scenario, seed, 0, on_events=log.extend)
    _KNOWN.append((scenario, seed, tuple(log)))
    return _KNOWN[-1][2]


def without_presence(log):
    """As a log of a desk that does not say who is there."""
    return [event for event in log if event.kind != "presence_changed"]


def desk(agents=4, capacity=1, shift=None, calendars=(), **fields):
    """One team, agents all alike."""
    return Workspace(
        [Team("billing")],
        [
            Agent(f"a-{k}", capacity=capacity, primary=["billing"], shift=shift)
            for k in range(1, agents + 1)
        ],
        calendars=calendars,
        **fields,
    )


def calls(per_hour=20.0, weeks=1, agents=4, capacity=1, handle=None, **kind):
    """A single queue that never closes."""
    return Scenario(
        desk(agents, capacity),
        [Stream("calls", per_hour, Kind("billing", handle or Exponential(300), **kind))],
        length=weeks * 7 * DAY,
        start=MONDAY,
    )


def office(weeks=8, hours="09:00-17:00", agents=6, handle=None):
    """A desk with shifts, and customers by hour of the week."""
    calendar = Calendar("office", hours={"mon-fri": [hours]})
    return Scenario(
        desk(agents, 2, "office", [calendar]),
        [Stream("mail", Weekly(WEEK), Kind("billing", handle or LogNormal(1800, 0.8), priority=2))],
        length=weeks * 7 * DAY,
        start=MONDAY,
    )


def stripped(workspace):
    """Without shifts and their calendars."""
    agents = [attrs.evolve(agent, shift=None) for agent in workspace.agents]
    return attrs.evolve(workspace, agents=agents, calendars=())
