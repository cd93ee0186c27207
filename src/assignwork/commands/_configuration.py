"""The desk's configuration: agents, teams, the workspace (rules C5 and M5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.commands._base import Command
from assignwork.commands._changes import changes_of
from assignwork.errors import ConfigurationError
from assignwork.model import PRESENCES, Agent, Team, Workspace


def _agent(value: Agent | Mapping[str, Any], field: str = "") -> Agent:
    return value if isinstance(value, Agent) else structure(Agent, value, field)


def _team(value: Team | Mapping[str, Any], field: str = "") -> Team:
    return value if isinstance(value, Team) else structure(Team, value, field)


def _agent_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return changes_of(Agent, value, field)


def _team_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return changes_of(Team, value, field)


def _workspace_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return changes_of(Workspace, value, field)


def _where(value: Iterable[str] | Mapping[str, str], field: str = "") -> Any:
    """Who is meant: a list of ids, or conditions that all must hold."""
    if isinstance(value, Mapping):
        known = ("primary", "secondary", "team", "skill", "tag", "presence")
        for key in value:
            if key not in known:
                raise ConfigurationError(
                    "unknown condition",
                    field=f"{field}.{f.shortened(str(key))}",
                    value=key,
                    remedy=f.nearest(key, known),
                )
        found = {k: f.identifier(v, f"{field}.{k}") for k, v in sorted(value.items())}
        if "presence" in found:
            f.choice(found["presence"], f"{field}.presence", PRESENCES)
        return FrozenDict(found)
    return f.names(value, field)


@attrs.frozen(field_transformer=f.named)
class AddAgent(Command):
    """A new agent, last in registration order."""

    verb: ClassVar[str] = "add_agent"
    agent: Agent = attrs.field(converter=_agent)


@attrs.frozen(field_transformer=f.named)
class UpdateAgent(Command):
    """Change fields of an agent; not his id or presence (rule C5)."""

    verb: ClassVar[str] = "update_agent"
    agent: str = attrs.field(converter=f.identifier)
    changes: Mapping[str, Any] = attrs.field(converter=_agent_changes)


@attrs.frozen(field_transformer=f.named)
class UpdateAgents(Command):
    """Change the same fields of many agents at once.

    `where` is a list of ids, or an object of conditions that all must hold: ``primary``,
    ``secondary``, ``team`` (either), ``skill``, ``tag``, ``presence``; ``{}`` means everybody.
    """

    verb: ClassVar[str] = "update_agents"
    where: Any = attrs.field(converter=_where)
    changes: Mapping[str, Any] = attrs.field(converter=_agent_changes)


@attrs.frozen(field_transformer=f.named)
class RemoveAgent(Command):
    """The agent leaves the desk; what he holds is given back (rule M5)."""

    verb: ClassVar[str] = "remove_agent"
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class AddTeam(Command):
    """A new team inbox."""

    verb: ClassVar[str] = "add_team"
    team: Team = attrs.field(converter=_team)


@attrs.frozen(field_transformer=f.named)
class UpdateTeam(Command):
    """Change fields of a team; not its id."""

    verb: ClassVar[str] = "update_team"
    team: str = attrs.field(converter=f.identifier)
    changes: Mapping[str, Any] = attrs.field(converter=_team_changes)


@attrs.frozen(field_transformer=f.named)
class RemoveTeam(Command):
    """A team inbox goes; what is open in it moves to `move_to` (rule M5)."""

    verb: ClassVar[str] = "remove_team"
    team: str = attrs.field(converter=f.identifier)
    move_to: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class UpdateWorkspace(Command):
    """Change fields of the workspace; not its teams or agents."""

    verb: ClassVar[str] = "update_workspace"
    changes: Mapping[str, Any] = attrs.field(converter=_workspace_changes)
