"""What callers ask for: one immutable class per verb, and its wire form.

`Dispatcher` has a method per verb; `Dispatcher.handle` takes these objects. On the wire a command
is a flat JSON object with the keys ``at`` and ``do``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from assignwork import _fields as f
from assignwork._codec import plain, structure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError
from assignwork.model import PRESENCES, Agent, Team, WorkItem, _field

C = TypeVar("C", bound="Command")


def _record(kind: type[Any]) -> Any:
    def convert(value: Any, field: str) -> Any:
        return value if isinstance(value, kind) else structure(kind, value, field)

    return convert


def _changes(value: Any, field: str) -> FrozenDict[str, Any]:
    if not isinstance(value, Mapping):
        refuse(field, value, "an object with the fields to change")
    if not value:
        refuse(field, dict(value), "an object with at least one field to change")
    return FrozenDict(value)


def _where(value: Any, field: str) -> Any:
    """Who is meant: a list of ids, or conditions that all must hold."""
    if isinstance(value, Mapping):
        known = ("primary", "secondary", "team", "skill", "tag", "presence")
        for key in value:
            if key not in known:
                raise ConfigurationError(
                    "unknown condition", field=f"{field}.{key}", value=key,
                    remedy=f.nearest(key, known),
                )  # fmt: skip
        return FrozenDict({k: f.identifier(v, f"{field}.{k}") for k, v in sorted(value.items())})
    return f.names(value, field)


@attrs.frozen
class Command:
    """Base of all commands; `verb` is the method's name and the wire's ``do``."""

    verb: ClassVar[str] = ""

    def to_dict(self, at: float) -> dict[str, Any]:
        """The wire form, with the instant it is given at.

        Examples
        --------
        >>> Assign("t-1", "ana").to_dict(5.0)
        {'at': 5.0, 'do': 'assign', 'item': 't-1', 'agent': 'ana'}
        """
        found: dict[str, Any] = {"at": at, "do": self.verb}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if field.default is attrs.NOTHING or value != field.default:
                found[field.name] = plain(value)
        return found


@attrs.frozen
class Submit(Command):
    """A new item enters its team's queue."""

    verb: ClassVar[str] = "submit"
    item: WorkItem = _field(_record(WorkItem))


@attrs.frozen
class Assign(Command):
    """By hand, to any agent that exists (rule M1). `strict` None: as the workspace says."""

    verb: ClassVar[str] = "assign"
    item: str = _field(f.identifier)
    agent: str = _field(f.identifier)
    strict: bool | None = _field(lambda v, n: None if v is None else f.flag(v, n), default=None)


@attrs.frozen
class Release(Command):
    """Back to its team's queue (rule M2)."""

    verb: ClassVar[str] = "release"
    item: str = _field(f.identifier)


@attrs.frozen
class Transfer(Command):
    """To another team (rule M2)."""

    verb: ClassVar[str] = "transfer"
    item: str = _field(f.identifier)
    team: str = _field(f.identifier)
    keep_agent: bool = _field(f.flag, default=False)


@attrs.frozen
class Pull(Command):
    """The agent takes the first item he is eligible for (rule M3)."""

    verb: ClassVar[str] = "pull"
    agent: str = _field(f.identifier)


@attrs.frozen
class Snooze(Command):
    """Park the item; `until` None: until its customer replies or somebody wakes it."""

    verb: ClassVar[str] = "snooze"
    item: str = _field(f.identifier)
    until: float | None = _field(f.optional_instant, default=None)


@attrs.frozen
class Wake(Command):
    """End a snooze by hand (rule M4)."""

    verb: ClassVar[str] = "wake"
    item: str = _field(f.identifier)


@attrs.frozen
class Reply(Command):
    """A message on the item, by its agent or its customer."""

    verb: ClassVar[str] = "reply"
    item: str = _field(f.identifier)
    by: str = _field(lambda v, n: f.choice(v, n, ("agent", "customer")))


@attrs.frozen
class Close(Command):
    """The item is done."""

    verb: ClassVar[str] = "close"
    item: str = _field(f.identifier)


@attrs.frozen
class Reopen(Command):
    """A closed item is open again (rule M4)."""

    verb: ClassVar[str] = "reopen"
    item: str = _field(f.identifier)


@attrs.frozen
class UpdateItem(Command):
    """Change fields of an open item; not its id, team or created_at."""

    verb: ClassVar[str] = "update_item"
    item: str = _field(f.identifier)
    changes: Mapping[str, Any] = _field(_changes)


@attrs.frozen
class Accept(Command):
    """The agent takes what was offered to him."""

    verb: ClassVar[str] = "accept"
    item: str = _field(f.identifier)
    agent: str = _field(f.identifier)


@attrs.frozen
class Decline(Command):
    """The agent does not take what was offered to him."""

    verb: ClassVar[str] = "decline"
    item: str = _field(f.identifier)
    agent: str = _field(f.identifier)


@attrs.frozen
class SetPresence(Command):
    """Change an agent's presence (rules P1 to P5)."""

    verb: ClassVar[str] = "set_presence"
    agent: str = _field(f.identifier)
    presence: str = _field(lambda v, n: f.choice(v, n, PRESENCES))
    reason: str | None = _field(f.text, default=None)
    by: str = _field(lambda v, n: f.choice(v, n, ("agent", "manager")), default="agent")


@attrs.frozen
class Heartbeat(Command):
    """A sign of life of the agent (rule P4)."""

    verb: ClassVar[str] = "heartbeat"
    agent: str = _field(f.identifier)


@attrs.frozen
class Advance(Command):
    """Nothing but time passes: timers that are due fire."""

    verb: ClassVar[str] = "advance"


@attrs.frozen
class AddAgent(Command):
    """A new agent, last in registration order."""

    verb: ClassVar[str] = "add_agent"
    agent: Agent = _field(_record(Agent))


@attrs.frozen
class UpdateAgent(Command):
    """Change fields of an agent; not his id or presence (rule C5)."""

    verb: ClassVar[str] = "update_agent"
    agent: str = _field(f.identifier)
    changes: Mapping[str, Any] = _field(_changes)


@attrs.frozen
class UpdateAgents(Command):
    """Change the same fields of many agents at once.

    `where` is a list of ids, or an object of conditions that all must hold: ``primary``,
    ``secondary``, ``team`` (either), ``skill``, ``tag``, ``presence``; ``{}`` means everybody.
    """

    verb: ClassVar[str] = "update_agents"
    where: Any = _field(_where)
    changes: Mapping[str, Any] = _field(_changes)


@attrs.frozen
class RemoveAgent(Command):
    """The agent leaves the desk; what he holds is given back (rule M5)."""

    verb: ClassVar[str] = "remove_agent"
    agent: str = _field(f.identifier)


@attrs.frozen
class AddTeam(Command):
    """A new team inbox."""

    verb: ClassVar[str] = "add_team"
    team: Team = _field(_record(Team))


@attrs.frozen
class UpdateTeam(Command):
    """Change fields of a team; not its id."""

    verb: ClassVar[str] = "update_team"
    team: str = _field(f.identifier)
    changes: Mapping[str, Any] = _field(_changes)


@attrs.frozen
class RemoveTeam(Command):
    """A team inbox goes; what is open in it moves to `move_to` (rule M5)."""

    verb: ClassVar[str] = "remove_team"
    team: str = _field(f.identifier)
    move_to: str | None = _field(f.optional_identifier, default=None)


@attrs.frozen
class UpdateWorkspace(Command):
    """Change fields of the workspace; not its teams or agents."""

    verb: ClassVar[str] = "update_workspace"
    changes: Mapping[str, Any] = _field(_changes)


VERBS: dict[str, type[Command]] = {
    cls.verb: cls
    for cls in (
        Submit, Assign, Release, Transfer, Pull, Snooze, Wake, Reply, Close, Reopen, UpdateItem,
        Accept, Decline, SetPresence, Heartbeat, Advance, AddAgent, UpdateAgent, UpdateAgents,
        RemoveAgent, AddTeam, UpdateTeam, RemoveTeam, UpdateWorkspace,
    )  # fmt: skip
}


def command_from_dict(data: Any) -> tuple[float, Command]:
    """The instant and the command of a wire object; the inverse of `Command.to_dict`.

    Raises
    ------
    ConfigurationError
        With the path of the field that cannot be used; an unknown key or verb names the nearest.

    Examples
    --------
    >>> command_from_dict({"at": 5, "do": "assign", "item": "t-1", "agent": "ana"})
    (5.0, Assign(item='t-1', agent='ana', strict=None))
    >>> command_from_dict({"at": 5, "do": "asign", "item": "t-1", "agent": "ana"})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: do: 'asign' is no command; did you mean 'assign'?
    """
    if not isinstance(data, Mapping):
        refuse("", data, "a JSON object with the keys at and do")
    for key in ("at", "do"):
        if key not in data:
            raise ConfigurationError(
                f"the field {key!r} is missing", field="", remedy="every command has at and do"
            )
    verb = data["do"]
    cls = VERBS.get(verb) if isinstance(verb, str) else None
    if cls is None:
        raise ConfigurationError(
            f"{verb!r} is no command", field="do", value=verb, remedy=f.nearest(verb, VERBS)
        )
    at = f.instant(data["at"], "at")
    return at, structure(cls, {k: v for k, v in data.items() if k not in ("at", "do")})
