"""What callers ask for: one immutable class per verb, and its wire form.

`Dispatcher` has a method per verb; `Dispatcher.handle` takes these objects. On the wire a command
is a flat JSON object with the keys ``at`` and ``do``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from assignwork import _fields as f
from assignwork._codec import check_keys, plain, structure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError
from assignwork.model import PRESENCES, Agent, Move, Team, WorkItem, Workspace
from assignwork.model.agents import presence
from assignwork.model.moves import moves, seen
from assignwork.model.policies import resolve_policies


def _item(value: WorkItem | Mapping[str, Any], field: str = "") -> WorkItem:
    return value if isinstance(value, WorkItem) else structure(WorkItem, value, field)


def _agent(value: Agent | Mapping[str, Any], field: str = "") -> Agent:
    return value if isinstance(value, Agent) else structure(Agent, value, field)


def _team(value: Team | Mapping[str, Any], field: str = "") -> Team:
    return value if isinstance(value, Team) else structure(Team, value, field)


def _changes(kind: type[Any], value: Any, field: str) -> Mapping[str, Any]:
    """Changes of fields that `kind` has; which of them may change, the desk says."""
    if not isinstance(value, Mapping):
        refuse(field, value, "an object with the fields to change")
    if not value:
        refuse(field, dict(value), "an object with at least one field to change")
    check_keys(kind, value, field)
    return FrozenDict({key: f.frozen(entry) for key, entry in value.items()})


def _item_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return _changes(WorkItem, value, field)


def _agent_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return _changes(Agent, value, field)


def _team_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return _changes(Team, value, field)


def _workspace_changes(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    return _changes(Workspace, value, field)


def _content(value: Mapping[str, str], field: str = "") -> Mapping[str, str]:
    return FrozenDict(
        {name: f.written(text, f"{field}.{name}") for name, text in f.pairs(value, field)}
    )


BEST_SCORE = 5


def score(value: int, field: str = "") -> int:
    """A satisfaction score, 1 to 5."""
    if type(value) is int and 1 <= value <= BEST_SCORE:
        return value
    return refuse(field, value, f"a score, 1 (worst) to {BEST_SCORE} (best)")


def _optional_flag(value: bool | None, field: str = "") -> bool | None:  # noqa: FBT001  # as every converter
    return None if value is None else f.flag(value, field)


def _sender(value: str, field: str = "") -> str:
    return f.choice(value, field, ("agent", "customer"))


def _setter(value: str, field: str = "") -> str:
    return f.choice(value, field, ("agent", "manager"))


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


@attrs.frozen(field_transformer=f.named)
class Submit(Command):
    """A new item enters its team's queue."""

    verb: ClassVar[str] = "submit"
    item: WorkItem = attrs.field(converter=_item)


@attrs.frozen(field_transformer=f.named)
class Assign(Command):
    """By hand, to any agent that exists (rule M1). `strict` None: as the workspace says."""

    verb: ClassVar[str] = "assign"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)
    strict: bool | None = attrs.field(default=None, converter=_optional_flag)


@attrs.frozen(field_transformer=f.named)
class Release(Command):
    """Back to its team's queue (rule M2)."""

    verb: ClassVar[str] = "release"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Transfer(Command):
    """To another team (rule M2)."""

    verb: ClassVar[str] = "transfer"
    item: str = attrs.field(converter=f.identifier)
    team: str = attrs.field(converter=f.identifier)
    keep_agent: bool = attrs.field(default=False, converter=f.flag)


@attrs.frozen(field_transformer=f.named)
class Pull(Command):
    """The agent takes the first item he is eligible for (rule M3)."""

    verb: ClassVar[str] = "pull"
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Snooze(Command):
    """Park the item; `until` None: until its customer replies or somebody wakes it."""

    verb: ClassVar[str] = "snooze"
    item: str = attrs.field(converter=f.identifier)
    until: float | None = attrs.field(default=None, converter=f.optional_instant)


@attrs.frozen(field_transformer=f.named)
class Wake(Command):
    """End a snooze by hand (rule M4)."""

    verb: ClassVar[str] = "wake"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reply(Command):
    """A message on the item, by its agent or its customer."""

    verb: ClassVar[str] = "reply"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=_sender)


@attrs.frozen(field_transformer=f.named)
class Close(Command):
    """The item is done."""

    verb: ClassVar[str] = "close"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reopen(Command):
    """A closed item is open again (rule M4)."""

    verb: ClassVar[str] = "reopen"
    item: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class UpdateItem(Command):
    """Change fields of an open item; not its id, team or created_at."""

    verb: ClassVar[str] = "update_item"
    item: str = attrs.field(converter=f.identifier)
    changes: Mapping[str, Any] = attrs.field(converter=_item_changes)


@attrs.frozen(field_transformer=f.named)
class Accept(Command):
    """The agent takes what was offered to him."""

    verb: ClassVar[str] = "accept"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Decline(Command):
    """The agent does not take what was offered to him."""

    verb: ClassVar[str] = "decline"
    item: str = attrs.field(converter=f.identifier)
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class SetPresence(Command):
    """Change an agent's presence (rules P1 to P5)."""

    verb: ClassVar[str] = "set_presence"
    agent: str = attrs.field(converter=f.identifier)
    presence: str = attrs.field(converter=presence)
    reason: str | None = attrs.field(default=None, converter=f.text)
    by: str = attrs.field(default="agent", converter=_setter)


@attrs.frozen(field_transformer=f.named)
class Heartbeat(Command):
    """A sign of life of the agent (rule P4)."""

    verb: ClassVar[str] = "heartbeat"
    agent: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Advance(Command):
    """Nothing but time passes: timers that are due fire."""

    verb: ClassVar[str] = "advance"


@attrs.frozen(field_transformer=f.named)
class Acknowledge(Command):
    """Somebody takes notice of the item (rule E3)."""

    verb: ClassVar[str] = "acknowledge"
    item: str = attrs.field(converter=f.identifier)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Escalate(Command):
    """Fire the next step of the item's path at once (rule E4)."""

    verb: ClassVar[str] = "escalate"
    item: str = attrs.field(converter=f.identifier)
    reason: str | None = attrs.field(default=None, converter=f.text)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Approve(Command):
    """The next approval of a held item (rule G2)."""

    verb: ClassVar[str] = "approve"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=f.identifier)


@attrs.frozen(field_transformer=f.named)
class Reject(Command):
    """The next approval of a held item is refused: it closes (rule G2)."""

    verb: ClassVar[str] = "reject"
    item: str = attrs.field(converter=f.identifier)
    by: str = attrs.field(converter=f.identifier)
    reason: str | None = attrs.field(default=None, converter=f.text)


@attrs.frozen(field_transformer=f.named)
class PostUpdate(Command):
    """An update on an open item, with the content its protocol requires (rule U2)."""

    verb: ClassVar[str] = "post_update"
    item: str = attrs.field(converter=f.identifier)
    content: Mapping[str, str] = attrs.field(default=FrozenDict(), converter=_content)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class PostReport(Command):
    """The report on a closed item (rule U2)."""

    verb: ClassVar[str] = "post_report"
    item: str = attrs.field(converter=f.identifier)
    content: Mapping[str, str] = attrs.field(default=FrozenDict(), converter=_content)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Rate(Command):
    """The customer's satisfaction, 1 (worst) to 5 (best)."""

    verb: ClassVar[str] = "rate"
    item: str = attrs.field(converter=f.identifier)
    score: int = attrs.field(converter=score)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class Rebalance(Command):
    """Carry out moves that were decided outside the desk (rule B).

    `all_or_nothing`: one stale move refuses them all. `seen`: how many events the desk had emitted
    when they were decided.
    """

    verb: ClassVar[str] = "rebalance"
    moves: tuple[Move, ...] = attrs.field(converter=moves)
    all_or_nothing: bool = attrs.field(default=False, converter=f.flag)
    seen: int | None = attrs.field(default=None, converter=seen)


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


VERBS: dict[str, type[Command]] = {
    cls.verb: cls
    for cls in (
        Submit,
        Assign,
        Release,
        Transfer,
        Pull,
        Snooze,
        Wake,
        Reply,
        Close,
        Reopen,
        UpdateItem,
        Accept,
        Decline,
        SetPresence,
        Heartbeat,
        Advance,
        Acknowledge,
        Escalate,
        Approve,
        Reject,
        PostUpdate,
        PostReport,
        Rate,
        Rebalance,
        AddAgent,
        UpdateAgent,
        UpdateAgents,
        RemoveAgent,
        AddTeam,
        UpdateTeam,
        RemoveTeam,
        UpdateWorkspace,
    )
}


_POSTS = ("post_update", "post_report")


def _posted(fields: dict[str, Any]) -> dict[str, Any]:
    """The wire may have the content's fields beside the command's own."""
    own: dict[str, Any] = {
        name: fields[name] for name in ("item", "content", "by") if name in fields
    }
    loose = {name: entry for name, entry in fields.items() if name not in own}
    if loose:
        given = own.get("content", {})
        own["content"] = {**given, **loose} if isinstance(given, Mapping) else given
    return own


def command_from_dict(
    data: Any, policies: Mapping[str, Any] | None = None
) -> tuple[float, Command]:
    """The instant and the command of a wire object; the inverse of `Command.to_dict`.

    Parameters
    ----------
    data : mapping
    policies : mapping of str to object, optional
        The caller's own policies by name, for configuration written as ``{"policy": name}``.

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
                "this field is missing", field=key, remedy="every command has at and do"
            )
    verb = data["do"]
    cls = VERBS.get(verb) if isinstance(verb, str) else None
    if cls is None:
        raise ConfigurationError(
            f"{f.shown(verb)} is no command", field="do", value=verb, remedy=f.nearest(verb, VERBS)
        )
    at = f.instant(data["at"], "at")
    fields = {k: v for k, v in data.items() if k not in ("at", "do")}
    if verb in _POSTS:
        fields = _posted(fields)
    if verb in ("add_team", "update_team", "update_workspace"):
        fields = resolve_policies(fields, policies or {})
    return at, structure(cls, fields)
