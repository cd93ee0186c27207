"""Commands on agents, teams and the workspace, word for word (C5, M5, readings 9, 10, 31, 53)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import commands as do
from assignwork import errors as e
from assignwork import events as ev
from assignwork.model import Agent
from assignwork.model.calendars import ALWAYS
from assignwork.model.references import agents_named, teams_named
from assignwork.service.calendars import compile_calendars
from assignwork.testing.reference._paths import Paths
from assignwork.testing.reference._presence import AGENT_TIMERS
from assignwork.testing.reference._records import (
    AgentRecord,
    ItemRecord,
    TeamRecord,
    built_in,
    changed,
    known,
    matches,
    wire_form,
)


class Configuration(Paths):
    """What a command names, and what changes the desk itself."""

    def _item(self, name: str) -> ItemRecord:
        return known(self._items, name, e.UnknownItemError, "item")

    def _agent(self, name: str) -> AgentRecord:
        return known(self._agents, name, e.UnknownAgentError, "agent")

    def _team(self, name: str) -> TeamRecord:
        return known(self._teams, name, e.UnknownTeamError, "team")

    # --- agents

    def _configured(self, command: do.Command, target: Any, changes: Any) -> None:
        self._emit(ev.Configured, what=command.verb, target=target, changes=changes)

    def _know_teams(self, agent: Agent) -> None:
        for kind in ("primary", "secondary"):
            for i, team in enumerate(getattr(agent, kind)):
                if team not in self._teams:
                    raise e.ConfigurationError(
                        f"agent {agent.id!r} names the unknown team {team!r}",
                        field=f"{kind}[{i}]", value=team, remedy="add the team first",
                    )  # fmt: skip

    def _know_calendar(self, agent: Agent) -> None:
        """Reading 50."""
        calendars = {ALWAYS, *(calendar.id for calendar in self._config.calendars)}
        if agent.shift is not None and agent.shift.calendar not in calendars:
            raise e.ConfigurationError(
                f"agent {agent.id!r} names the unknown calendar {agent.shift.calendar!r}",
                field="shift.calendar", value=agent.shift.calendar, remedy="add the calendar first",
            )  # fmt: skip

    def _on_add_agent(self, command: do.AddAgent) -> None:
        spec = command.agent
        if spec.id in self._agents:
            raise e.DuplicateAgentError(f"agent {spec.id!r} exists already", value=spec.id)
        self._know_teams(spec)
        self._know_calendar(spec)
        agent = self._register(spec, self._clock)
        self._configured(command, spec.id, spec.to_dict())
        self._arm_agent(agent)
        self._align(agent)

    def _changed_agent(self, agent: AgentRecord, changes: Mapping[str, Any]) -> Agent:
        spec = changed(agent.spec, changes, ("id", "presence"))
        self._know_teams(spec)
        self._know_calendar(spec)
        return spec

    def _change_agents(self, updates: list[tuple[AgentRecord, Agent]]) -> list[AgentRecord]:
        """They are as their new configuration says; those whose shift is another one."""
        moved = [agent for agent, spec in updates if agent.spec.shift != spec.shift]
        for agent, spec in updates:
            agent.spec, agent.plan = spec, self._plan_of(spec)
        return moved

    def _follow_shifts(self, agents: list[AgentRecord], moved: list[AgentRecord]) -> None:
        """Readings 53, 57: after all else that the command does."""
        for agent in agents:
            if agent in moved:
                self._align(agent)
            else:
                self._arm_shift(agent)

    def _on_update_agent(self, command: do.UpdateAgent) -> None:
        agent = self._agent(command.agent)
        moved = self._change_agents([(agent, self._changed_agent(agent, command.changes))])
        self._configured(command, command.agent, wire_form(agent.spec, command.changes))
        self._follow_shifts([agent], moved)

    def _on_update_agents(self, command: do.UpdateAgents) -> None:
        if isinstance(command.where, Mapping):
            for condition in ("primary", "secondary", "team"):
                if condition in command.where:
                    self._team(command.where[condition])
            chosen = [a for a in self._agents.values() if matches(a, command.where)]
        else:
            named = [self._agent(name).spec.id for name in command.where]
            chosen = [agent for name, agent in self._agents.items() if name in named]
        anybody = changed(Agent("anybody"), command.changes, ("id", "presence"))
        updates = [(agent, self._changed_agent(agent, command.changes)) for agent in chosen]
        moved = self._change_agents(updates)
        target = [agent.spec.id for agent in chosen]
        self._configured(command, target, wire_form(anybody, command.changes))
        self._follow_shifts(chosen, moved)

    def _on_remove_agent(self, command: do.RemoveAgent) -> None:
        """M5, reading 9."""
        agent = self._agent(command.agent)
        _refuse_named(command.agent, agents_named(self._config))
        self._withdraw_offers(agent)
        for item in self._in_order(self._assigned_to(agent)):
            self._give_back(item, "removed")
        for item in self._items.values():
            if item.owner == command.agent:
                item.owner = None
        del self._agents[command.agent]
        self._cancel(command.agent, AGENT_TIMERS)
        self._configured(command, command.agent, {})

    # --- teams and the workspace

    def _on_add_team(self, command: do.AddTeam) -> None:
        spec = built_in(command.team)
        if spec.id in self._teams:
            raise e.DuplicateTeamError(f"team {spec.id!r} exists already", value=spec.id)
        self._teams[spec.id] = TeamRecord(spec)
        self._configured(command, spec.id, spec.to_dict())

    def _on_update_team(self, command: do.UpdateTeam) -> None:
        team = self._team(command.team)
        team.spec = built_in(changed(team.spec, command.changes, ("id",)))
        self._configured(command, command.team, wire_form(team.spec, command.changes))
        for item in self._queued():
            if item.team == command.team:
                self._arm_stay(item)
        for agent in self._agents.values():
            self._arm_shift(agent)

    def _on_remove_team(self, command: do.RemoveTeam) -> None:
        """M5, reading 10."""
        name, move_to = command.team, command.move_to
        self._team(name)
        if move_to is not None:
            self._team(move_to)
        if move_to == name:
            raise e.ConfigurationError(
                f"{name!r} is the team that goes", field="move_to", value=name,
                remedy="name another team",
            )  # fmt: skip
        _refuse_named(name, teams_named(self._config))
        inside = [item for item in self._items.values() if item.team == name]
        in_open = [item for item in inside if item.state != "closed"]
        if in_open and move_to is None:
            raise e.TeamNotEmptyError(
                f"team {name!r} has {len(in_open)} open items", value=len(in_open),
                remedy="pass move_to",
            )  # fmt: skip
        if move_to is not None:
            for item in self._in_order(in_open):
                self._move(item, move_to, keep_agent=True)
            for item in inside:
                item.team = move_to
        del self._teams[name]
        for agent in self._agents.values():
            agent.spec = attrs.evolve(
                agent.spec,
                primary=tuple(team for team in agent.spec.primary if team != name),
                secondary=tuple(team for team in agent.spec.secondary if team != name),
            )
        self._configured(command, name, {"move_to": move_to})
        for agent in self._agents.values():
            self._arm_shift(agent)

    def _on_update_workspace(self, command: do.UpdateWorkspace) -> None:
        rate, calendars = self._config.assignment_rate, self._config.calendars
        present = attrs.evolve(
            self._config,
            teams=[team.spec for team in self._teams.values()],
            agents=[agent.spec for agent in self._agents.values()],
        )
        self._config = built_in(changed(present, command.changes, ("teams", "agents")))
        moved = calendars != self._config.calendars
        if moved:
            for item in self._items.values():
                self._add_up_clocks(item)
            self._working = {**self._working, **compile_calendars(self._config.calendars)}
            for agent in self._agents.values():
                agent.plan = self._plan_of(agent.spec)
        for agent in self._agents.values():
            agent.gifts = tuple(
                gift for gift in agent.gifts if rate and gift + rate.per > self._clock
            )
        self._configured(command, None, wire_form(self._config, command.changes))
        for item in self._queued():
            self._arm_stay(item)
        for agent in self._agents.values():
            self._arm_agent(agent)
        for agent in self._agents.values():
            if moved:
                self._align(agent)


def _refuse_named(name: str, named: Iterable[tuple[str, str]]) -> None:
    """Reading 50: what a policy, a path or the catalog names does not go."""
    for field, entry in named:
        if entry == name:
            raise e.ConfigurationError(
                f"{name!r} is named there", field=field, value=name, remedy="change that first"
            )
