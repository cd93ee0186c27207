"""All kinds of events by name, and an event from its wire form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from assignwork._fields import frozen, nearest, refuse, shortened, shown
from assignwork.errors import ConfigurationError
from assignwork.events._base import OWN_FIELDS, Event
from assignwork.events._clocks import (
    SlaAtRisk,
    SlaBreached,
    SlaMet,
    SlaPaused,
    SlaResumed,
    SlaStarted,
)
from assignwork.events._communication import (
    Announced,
    ReportDue,
    ReportPosted,
    UpdateDue,
    UpdateOverdue,
    UpdatePosted,
)
from assignwork.events._conversations import Closed, Rated, Reopened, Replied, Snoozed, Woken
from assignwork.events._desk import Configured, PresenceChanged
from assignwork.events._escalation import (
    Acknowledged,
    AcknowledgementLapsed,
    Escalated,
    EscalationSkipped,
    PathEnded,
    PathEntered,
)
from assignwork.events._holding import Assigned, Handoff, Offered, OfferEnded, Released
from assignwork.events._items import Approved, Held, ItemUpdated, Queued, Rejected, Transferred
from assignwork.events._rebalancing import MoveSkipped, Rebalanced

KINDS: dict[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        Queued,
        Assigned,
        Offered,
        OfferEnded,
        Transferred,
        Released,
        Snoozed,
        Woken,
        Replied,
        Closed,
        Reopened,
        PresenceChanged,
        ItemUpdated,
        Configured,
        Held,
        Approved,
        Rejected,
        SlaStarted,
        SlaAtRisk,
        SlaBreached,
        SlaMet,
        SlaPaused,
        SlaResumed,
        Handoff,
        PathEntered,
        Escalated,
        EscalationSkipped,
        PathEnded,
        Acknowledged,
        AcknowledgementLapsed,
        Announced,
        UpdateDue,
        UpdateOverdue,
        UpdatePosted,
        ReportDue,
        ReportPosted,
        Rated,
        Rebalanced,
        MoveSkipped,
    )
}

FLAGS = ("over_capacity", "not_active", "not_member")

_WIRE_TYPES: dict[str, tuple[tuple[type[Any], ...], str]] = {
    "int": ((int,), "an integer"),
    "float": ((int, float), "a number"),
    "float | None": ((int, float, type(None)), "a number or null"),
    "str": ((str,), "a string"),
    "str | None": ((str, type(None)), "a string or null"),
    "tuple[Any, ...]": ((list, tuple), "a list"),
    "tuple[str, ...]": ((list, tuple), "a list of strings"),
    "int | None": ((int, type(None)), "an integer or null"),
    "Mapping[str, Any]": ((Mapping,), "an object"),
    "Any": ((object,), "anything"),
}
"""What a field may be on the wire, by its annotation; true and false are no numbers."""


def event_from_dict(data: Mapping[str, Any]) -> Event:
    """The event of a wire object; the inverse of `Event.to_dict`.

    Raises
    ------
    ConfigurationError
        For an unknown kind, a missing or unknown field, or one of another type.

    Examples
    --------
    >>> event_from_dict({"seq": 2, "at": 1.0, "event": "closed", "item": "t-1", "agent": None})
    Closed(seq=2, at=1.0, item='t-1', agent=None)
    """
    kind = data.get("event")
    cls = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise ConfigurationError(
            f"{shown(kind)} is no kind of event",
            field="event",
            value=kind,
            remedy=nearest(kind, KINDS),
        )
    values: dict[str, Any] = {}
    for field in attrs.fields(cls):
        name = field.name
        if name == "flags":
            values[name] = tuple(flag for flag in FLAGS if data.get(flag) is True)
        elif name not in data:
            raise ConfigurationError(
                "this field is missing",
                field=name,
                remedy=f"give it: a {cls.kind} event has it",
            )
        else:
            values[name] = _from_wire(data[name], name, str(field.type))
    _refuse_unknown(data, cls)
    return cls(**values)


def _from_wire(value: Any, name: str, annotation: str) -> Any:
    types, requirement = _WIRE_TYPES[annotation]
    if not isinstance(value, types) or (isinstance(value, bool) and object not in types):
        refuse(name, value, requirement)
    return frozen(value) if isinstance(value, (list, tuple)) and object not in types else value


def _refuse_unknown(data: Mapping[str, Any], cls: type[Event]) -> None:
    known = ["seq", "at", "event", *OWN_FIELDS[cls]]
    if known[-1] == "flags":
        known[-1:] = FLAGS
    for key in data:
        if key not in known:
            raise ConfigurationError(
                "unknown key", field=shortened(str(key)), value=key, remedy=nearest(key, known)
            )
