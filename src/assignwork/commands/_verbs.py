"""All commands by their verbs, and a command from its wire form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import refuse
from assignwork.commands._base import Command
from assignwork.commands._communication import PostReport, PostUpdate
from assignwork.commands._configuration import (
    AddAgent,
    AddTeam,
    RemoveAgent,
    RemoveTeam,
    UpdateAgent,
    UpdateAgents,
    UpdateTeam,
    UpdateWorkspace,
)
from assignwork.commands._conversations import Close, Rate, Reopen, Reply, Snooze, Wake
from assignwork.commands._desk import Advance, Heartbeat, SetPresence
from assignwork.commands._escalation import Acknowledge, Escalate
from assignwork.commands._holding import Accept, Assign, Decline, Pull, Release
from assignwork.commands._items import Approve, Reject, Submit, Transfer, UpdateItem
from assignwork.commands._rebalancing import Rebalance
from assignwork.errors import ConfigurationError
from assignwork.model.policies import resolve_policies

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
