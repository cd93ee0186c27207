"""Customers whom nobody can ever take, and why (121 of the design)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assignwork.model import Agent, Team
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind


def room(scenario: Scenario, agent: Agent, team: Team | None, channel: str | None = None) -> int:
    """Most weight that an agent may hold of a team's items; None: of all together."""
    return min(limit for limit, _ in _limits(scenario, agent, team, channel))


def _limits(
    scenario: Scenario, agent: Agent, team: Team | None, channel: str | None
) -> Iterator[tuple[int, str]]:
    """Limits of rule C3 with their names, capacity first."""
    yield agent.capacity or scenario.workspace.default_capacity, "capacity"
    if team is not None and team.agent_limit is not None:
        yield team.agent_limit, f"agent_limit of team {team.id!r}"
    if team is not None and team.id in agent.secondary and agent.secondary_limit is not None:
        yield agent.secondary_limit, "secondary_limit"
    if channel is not None and channel in agent.channel_limits:
        yield agent.channel_limits[channel], f"limit of channel {channel!r}"


def stranded(scenario: Scenario, at_work: Sequence[float]) -> Iterator[str]:
    """Kinds that come and that nobody can take, each with the reason.

    Parameters
    ----------
    scenario : Scenario
    at_work : sequence of float
        Of each agent, the share of the time in which he is there.
    """
    teams = {team.id: team for team in scenario.workspace.teams}
    there = [
        agent
        for agent, share in zip(scenario.workspace.agents, at_work, strict=True)
        if share > 0.0
    ]
    for stream in scenario.streams:
        if not stream.arrivals.expected(scenario.start, scenario.end):
            continue
        for kind in stream.kinds:
            reason = _reason(scenario, kind, teams[kind.team], there)
            if reason:
                yield f"stream {stream.name!r}, kind {kind.name!r}: {reason}"


def _reason(scenario: Scenario, kind: Kind, team: Team, there: list[Agent]) -> str:
    """Why none of who is there can take it; empty where somebody can."""
    members = [agent for agent in there if team.id in (*agent.primary, *agent.secondary)]
    if not members:
        return (
            f"nobody is there to do it: no member of team {team.id!r} is at work in this time; add "
            "agents or shifts"
        )
    needed = {name: need.level for name, need in kind.skills.items() if need.relax_after is None}
    able = [
        agent
        for agent in members
        if all(agent.skills.get(name, 0) >= level for name, level in needed.items())
    ]
    if not able:
        return f"nobody can take it: {_missing(needed, members)}"
    if any(room(scenario, agent, team, kind.channel) >= kind.weight for agent in able):
        return ""
    most, name = max(min(_limits(scenario, agent, team, kind.channel)) for agent in able)
    return (
        f"nobody can take it: it weighs {kind.weight}, and {most} is the most that anybody who may "
        f"take it can hold ({name}); raise that limit, or lower the weight"
    )


def _missing(needed: dict[str, int], members: list[Agent]) -> str:
    for name, level in needed.items():
        most = max(agent.skills.get(name, 0) for agent in members)
        if most < level:
            has = f"the highest level is {most}" if most else "nobody has it"
            return (
                f"skill {name!r} from level {level} is required, and of who is there of the team "
                f"{has}; teach it to somebody, or let it relax"
            )
    names = ", ".join(map(repr, needed))
    return f"nobody of the team has all of the skills {names}; teach them, or let one relax"
