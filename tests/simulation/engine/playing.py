"""Small scenarios in few words, played with the desk's own checks on, and their rows by name."""

from math import isnan
from types import SimpleNamespace

import attrs

from assignwork import Agent, Team, Workspace
from assignwork.simulation import Kind, Logged, Scenario, Stream, simulate_once

MONDAY = 1_767_571_200.0
"""2026-01-05 00:00 UTC."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def comes(name, at, work, *, team="queue", **kind):
    """A stream of one customer (`at` may be several instants), with so much work each."""
    at = at if isinstance(at, list) else [at]
    return Stream(name, Logged(at), Kind(team, handle=work, **kind))


def agent(name, teams=("queue",), *, capacity=1, **fields):
    """An agent of these teams."""
    return Agent(name, capacity=capacity, primary=list(teams), **fields)


def desk(*agents, teams=("queue",), **fields):
    """A workspace; agents by name have one item at a time, of any team."""
    teams = [team if isinstance(team, Team) else Team(team) for team in teams]
    names = [team.id for team in teams]
    people = [who if isinstance(who, Agent) else agent(who, names) for who in agents]
    return Workspace(teams=teams, agents=people, **fields)


def scenario(workspace, *streams, length=DAY, **fields):
    """A scenario of a day."""
    return Scenario(workspace, streams, length=length, **fields)


def play(workspace, *streams, seed=1, number=0, rebalancing=None, **fields):
    """Play it once."""
    return played(
        scenario(workspace, *streams, **fields), seed=seed, number=number, rebalancing=rebalancing
    )


def played(what, *, seed=1, number=0, rebalancing=None):
    """Play a scenario once."""
    events = []
    trial = simulate_once(
        what, seed, number, validate=True, on_events=events.extend, rebalancing=rebalancing
    )
    return Played(trial, events)


class Played:
    """A trial and the events that it came from."""

    def __init__(self, trial, events):
        self.trial, self.events = trial, events

    def customer(self, stream, number=1):
        """The row of the n-th customer of a stream; codes as names, NaN as None."""
        customers = self.trial.customers
        code = self.trial.streams.index(stream)
        row = [int(r) for r in range(len(customers.stream)) if customers.stream[r] == code][
            number - 1
        ]
        columns = attrs.asdict(customers, recurse=False)
        found = {name: column[row].item() for name, column in columns.items()}
        found = {
            name: None if type(value) is float and isnan(value) else value
            for name, value in found.items()
        }
        names = {"agent": self.trial.agents, "team": self.trial.teams, "kind": self.trial.kinds}
        for name, words in names.items():
            found[name] = words[found[name]] if found[name] >= 0 else None
        return SimpleNamespace(row=row, **found)

    def work(self, stream=None, *, agent=None):
        """Stretches as (agent or stream, begun, ended), of a customer's work or an agent's."""
        done, customers = self.trial.stretches, self.trial.customers
        found = []
        for who, row, begun, ended in zip(
            done.agent, done.customer, done.begun_at, done.ended_at, strict=True
        ):
            name = self.trial.streams[customers.stream[row]]
            if name == stream:
                found.append((self.trial.agents[who], begun.item(), ended.item()))
            elif agent is not None and self.trial.agents[who] == agent:
                found.append((name, begun.item(), ended.item()))
        return sorted(found, key=lambda stretch: stretch[1:])

    def there(self, agent):
        """When an agent was active, as (begun, ended)."""
        rows = self.trial.presences
        return sorted(
            (begun.item(), ended.item())
            for who, begun, ended in zip(rows.agent, rows.begun_at, rows.ended_at, strict=True)
            if self.trial.agents[who] == agent
        )

    def queued(self, stream):
        """When a customer was in a queue, as (team, begun, ended)."""
        rows, customers = self.trial.stays, self.trial.customers
        return [
            (
                self.trial.teams[team],
                begun.item(),
                None if isnan(ended) else ended.item(),
            )
            for row, team, begun, ended in zip(
                rows.customer, rows.team, rows.begun_at, rows.ended_at, strict=True
            )
            if self.trial.streams[customers.stream[row]] == stream
        ]

    def told(self, *kinds, of=None):
        """Events of these kinds as (instant, kind, item or agent)."""
        found = []
        for event in self.events:
            subject = getattr(event, "item", None) or getattr(event, "agent", None)
            if event.kind in kinds and of in (None, subject):
                found.append((event.at, event.kind, subject))
        return found


def shift(name, hours, timezone="UTC"):
    """A calendar of the same hours each day."""
    return {"id": name, "timezone": timezone, "hours": {"mon-sun": [hours]}}
