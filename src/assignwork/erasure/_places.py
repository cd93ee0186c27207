"""Where the wire names persons, and where it has free text: a shape for each kind of document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork import _fields as f
from assignwork.erasure._pen import (
    Pen,
    Shape,
    each,
    fields,
    groups,
    keyed,
    people_by,
    person,
    rest,
    text,
)

NOBODY = ("path", "hand")
"""What `escalated` says instead of a person: the path itself, or nobody who gave his name."""

# --- what a desk is made of -----------------------------------------------------------------------

_ITEM_FIELDS = fields(
    preferred_agent=person, only_agent=person, customer=person, requester=person, subject=text
)


def _item_of(name: Any, value: Any, pen: Pen, *, whole: bool) -> Any:
    """The fields of an item, all or some of them; a `whole` one without subject has no such key."""
    if not isinstance(value, Mapping):
        return rest(value, pen, "item")
    if pen.subject in (value.get("customer"), value.get("requester")):
        pen.own.add(name)
    if name in pen.own and isinstance(value.get("subject"), str):
        pen.counts["subjects"] += 1
        value = {
            key: None if key == "subject" else entry
            for key, entry in value.items()
            if key != "subject" or not whole
        }
    return _ITEM_FIELDS(value, pen, "item")


def _item(value: Any, pen: Pen, _: str) -> Any:
    name = value.get("id") if isinstance(value, Mapping) else None
    return _item_of(name, value, pen, whole=True)


def _item_changes(value: Mapping[str, Any], pen: Pen, field: str) -> Any:
    """A command or event that changes an item."""
    found = rest({k: v for k, v in value.items() if k != "changes"}, pen, field)
    if "changes" in value:
        found["changes"] = _item_of(value.get("item"), value["changes"], pen, whole=False)
    return found


_AGENT = fields(id=person)
_PATH = fields(steps=each(fields(do=fields(assign=person, watchers=person, notify=person))))
_PROTOCOL = fields(audiences=people_by)
_ENTRY = fields(approvals=person, name=text)
_WORKSPACE = fields(
    agents=each(_AGENT, lambda pen, name: pen.person(name)),
    groups=groups,
    paths=each(_PATH),
    protocols=each(_PROTOCOL),
    catalog=each(_ENTRY),
    rotations=each(fields(members=person, overrides=each(fields(member=person)))),
)

# --- what is asked for, and what happens ----------------------------------------------------------

_BY_AGENT = fields(agent=person)
_ASKED = fields(by=person, reason=text)
_POST = fields(others=text, by=person, item=rest, do=rest)

COMMANDS: Mapping[str, Shape] = {
    "submit": fields(item=_item),
    **dict.fromkeys(
        ("assign", "pull", "accept", "decline", "heartbeat", "remove_agent"), _BY_AGENT
    ),
    "set_presence": fields(agent=person, reason=text),
    "update_item": _item_changes,
    **dict.fromkeys(("acknowledge", "escalate", "approve", "reject", "rate"), _ASKED),
    "post_update": _POST,
    "post_report": _POST,
    "rebalance": fields(moves=each(fields(agent=person, owner=person))),
    "add_agent": fields(agent=_AGENT),
    "update_agent": fields(agent=person, changes=_AGENT),
    "update_agents": fields(where=person, changes=_AGENT),
    "update_workspace": fields(changes=_WORKSPACE),
    **dict.fromkeys(
        ("release", "transfer", "snooze", "wake", "reply", "close", "reopen", "advance",
         "add_team", "update_team", "remove_team"), rest
    ),
}  # fmt: skip
"""Verb -> where its command names persons."""

_CONFIGURED = {
    "add_agent": fields(target=person, changes=_AGENT),
    "update_agent": fields(target=person, changes=_AGENT),
    "update_agents": fields(target=person, changes=_AGENT),
    "remove_agent": fields(target=person),
    "update_workspace": fields(changes=_WORKSPACE),
}


def _configured(value: Mapping[str, Any], pen: Pen, field: str) -> Any:
    return _CONFIGURED.get(str(value.get("what")), rest)(value, pen, field)


def _asker(value: Any, pen: Pen, field: str) -> Any:
    return value if value in NOBODY else person(value, pen, field)


_TOLD = fields(audiences=person)
_POSTED = fields(by=person, audiences=person, content=text)

EVENTS: Mapping[str, Shape] = {
    "assigned": fields(agent=person, runner_up=person),
    "offered": fields(agent=person, runner_up=person),
    **dict.fromkeys(
        ("offer_ended", "transferred", "released", "woken", "replied", "closed", "reopened"),
        _BY_AGENT,
    ),
    "presence_changed": fields(agent=person, reason=text),
    "item_updated": _item_changes,
    "configured": _configured,
    "held": fields(approvals=person),
    "approved": fields(by=person, remaining=person),
    "rejected": _ASKED,
    "handoff": fields(from_agent=person, to_agent=person),
    "escalated": fields(
        by=_asker, reason=text, agent=person, watchers=person, notified=person
    ),
    "acknowledged": _ASKED,
    "rated": _ASKED,
    "move_skipped": fields(agent=person, owner=person, detail=text),
    **dict.fromkeys(("announced", "update_due", "update_overdue", "report_due"), _TOLD),
    "update_posted": _POSTED,
    "report_posted": _POSTED,
    **dict.fromkeys(
        ("queued", "snoozed", "sla_started", "sla_at_risk", "sla_breached", "sla_met",
         "sla_paused", "sla_resumed", "path_entered", "escalation_skipped", "path_ended",
         "acknowledgement_lapsed", "rebalanced"), rest
    ),
}  # fmt: skip
"""Kind -> where its event names persons."""


def _by_name(table: Mapping[str, Shape], key: str, what: str) -> Shape:
    def rewrite(value: Any, pen: Pen, field: str) -> Any:
        name = value.get(key)
        shape = table.get(name) if isinstance(name, str) else None
        if shape is None:
            f.refuse(key, name, what, f.nearest(name, table))
        return shape(value, pen, field)

    return rewrite


_COMMAND = _by_name(COMMANDS, "do", "a command")
_EVENT = _by_name(EVENTS, "event", "a kind of event")

# --- snapshots ------------------------------------------------------------------------------------

_AGENT_TIMERS = ("auto_away", "auto_reassign", "rate", "shift", "shift_left")
"""Timers whose subject is an agent; that of the others is an item."""

_CARE = fields(
    handed_from=person, watchers=person, approvals=person, path=_PATH, protocol=_PROTOCOL,
    report=_PROTOCOL, entry=_ENTRY,
)  # fmt: skip


def _closed(value: Any, pen: Pen, field: str) -> Any:
    """A closed item: what it is, its number, team and owner, further plain values, its care."""
    spec, seq, team, owner, *plain, care = value
    return [
        _item(spec, pen, field), seq, team, person(owner, pen, field),
        *rest(plain, pen, field), _CARE(care, pen, field),
    ]  # fmt: skip


def _timer(value: Any, pen: Pen, field: str) -> Any:
    due, number, kind, subject, extra = value
    if kind in _AGENT_TIMERS:
        subject = person(subject, pen, field)
    elif kind == "exclusion":
        extra = person(extra, pen, field)
    return [due, number, kind, subject, extra]


_SNAPSHOT = fields(
    workspace=_WORKSPACE,
    agents=each(fields(id=person, reason=text)),
    items=each(
        fields(
            item=_item, agent=person, last_owner=person, care=_CARE,
            extra=fields(excluded=keyed),
        )
    ),
    closed=each(_closed),
    timers=fields(live=each(_timer)),
    pending=each(_EVENT),
)  # fmt: skip
"""As `Dispatcher.snapshot` writes it."""

_WORKSPACE_KEYS = ("schema", "teams", "agents")


def rewritten(value: Any, pen: Pen, field: str) -> Any:
    """A snapshot, a workspace, a line of a log, or a list of lines."""
    if isinstance(value, (list, tuple)):
        return [rewritten(entry, pen, field) for entry in value]
    if isinstance(value, Mapping):
        if value.get("kind") == "assignwork.snapshot":
            return _SNAPSHOT(value, pen, field)
        if "do" in value:
            return _COMMAND(value, pen, field)
        if "event" in value:
            return _EVENT(value, pen, field)
        if any(key in value for key in _WORKSPACE_KEYS):
            return _WORKSPACE(value, pen, field)
    return f.refuse(
        "", value, "a snapshot, a workspace, or lines of a command or event log",
        "give what the library wrote, as JSON data",
    )  # fmt: skip
