"""What happened: one immutable class per kind of event.

Every event has `seq` (its place in the desk's whole history, from 1) and `at` (its instant in
POSIX seconds). The wire form is one flat JSON object with the key ``event``; fields that are
None stand as null, flags only where they are set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from assignwork._fields import frozen, nearest, refuse, shortened, shown
from assignwork.errors import ConfigurationError


@attrs.frozen
class Event:
    """Base of all events.

    Attributes
    ----------
    seq : int
        Its place in the desk's history, from 1, without gaps.
    at : float
        Its instant, POSIX seconds.
    """

    kind: ClassVar[str] = ""

    seq: int
    at: float

    def to_dict(self) -> dict[str, Any]:
        """The wire form.

        Examples
        --------
        >>> Closed(7, 5.0, "t-1", None).to_dict()
        {'seq': 7, 'at': 5.0, 'event': 'closed', 'item': 't-1', 'agent': None}
        """
        found: dict[str, Any] = {"seq": self.seq, "at": self.at, "event": self.kind}
        for name in _NAMES[type(self)]:
            value = getattr(self, name)
            if name == "flags":
                for flag in value:
                    found[flag] = True
            else:
                found[name] = list(value) if type(value) is tuple else value
        return found


@attrs.frozen
class Queued(Event):
    """The item entered its team's queue, by submission or coming back (rule Q5).

    `priority` is its own, before ageing.
    """

    kind: ClassVar[str] = "queued"
    item: str
    team: str
    priority: int
    weight: int


@attrs.frozen
class Assigned(Event):
    """The agent owns the item now.

    Attributes
    ----------
    tier : {'primary', 'secondary', 'manual'}
        His membership; `manual` for an assignment by hand.
    waited : float
        Seconds since it was last queued; 0 when it was in no queue.
    by : {'dispatch', 'offer', 'pull', 'hand', 'rebalance'}
        What assigned it; `offer` is an accepted offer.
    selection : str
        What chose the agent: the team's selection, `affinity`, or as `by`.
    key : tuple
        The chosen agent's values for the selection's criteria, smaller first (rule X2).
    runner_up : str or None
        Who would have been next in the same tier; None: nobody else of it was eligible.
    flags : tuple of str
        Of `over_capacity`, `not_active`, `not_member` (rule M1).
    """

    kind: ClassVar[str] = "assigned"
    item: str
    team: str
    agent: str
    tier: str
    waited: float
    by: str
    selection: str
    key: tuple[Any, ...]
    runner_up: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether a limit of rule C3 did not pass."""
        return "over_capacity" in self.flags

    @property
    def not_active(self) -> bool:
        """Whether the agent was not `active`."""
        return "not_active" in self.flags

    @property
    def not_member(self) -> bool:
        """Whether the agent is outside the item's team."""
        return "not_member" in self.flags


@attrs.frozen
class Offered(Event):
    """The item is reserved for the agent until `expires_at`; the rest is as in `Assigned`."""

    kind: ClassVar[str] = "offered"
    item: str
    team: str
    agent: str
    expires_at: float
    tier: str
    selection: str
    key: tuple[Any, ...]
    runner_up: str | None


@attrs.frozen
class OfferEnded(Event):
    """An offer ended: `how` is accepted, declined, missed or withdrawn."""

    kind: ClassVar[str] = "offer_ended"
    item: str
    agent: str
    how: str


@attrs.frozen
class Transferred(Event):
    """The item belongs to another team now; `agent` is who still owns it, or None."""

    kind: ClassVar[str] = "transferred"
    item: str
    from_team: str
    team: str
    agent: str | None


@attrs.frozen
class Released(Event):
    """The agent owns the item no more.

    `why` is hand, away, shift, removed, transfer, over_capacity or rebalance; `team` is the
    item's team at that moment.
    """

    kind: ClassVar[str] = "released"
    item: str
    team: str
    agent: str
    why: str


@attrs.frozen
class Snoozed(Event):
    """The item is parked until the instant `until`; None: until its customer replies or by hand."""

    kind: ClassVar[str] = "snoozed"
    item: str
    until: float | None


@attrs.frozen
class Woken(Event):
    """A snoozed item is back; `agent` is its owner, or None. Flag: `over_capacity`."""

    kind: ClassVar[str] = "woken"
    item: str
    agent: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether its owner is over a limit by it."""
        return "over_capacity" in self.flags


@attrs.frozen
class Replied(Event):
    """A message on the item, `by` the agent or the customer; `agent` is its owner, or None."""

    kind: ClassVar[str] = "replied"
    item: str
    by: str
    agent: str | None


@attrs.frozen
class Closed(Event):
    """The item is done; `agent` is who owned it, or None."""

    kind: ClassVar[str] = "closed"
    item: str
    agent: str | None


@attrs.frozen
class Reopened(Event):
    """A closed item is open again; `agent` is who owns it now, or None. Flag: `over_capacity`."""

    kind: ClassVar[str] = "reopened"
    item: str
    agent: str | None
    flags: tuple[str, ...] = ()

    @property
    def over_capacity(self) -> bool:
        """Whether its owner is over a limit by it."""
        return "over_capacity" in self.flags


@attrs.frozen
class PresenceChanged(Event):
    """The agent's presence changed; `by` is agent, manager, auto or shift."""

    kind: ClassVar[str] = "presence_changed"
    agent: str
    presence: str
    by: str
    reason: str | None


@attrs.frozen
class ItemUpdated(Event):
    """Fields of the item changed; `changes` is in wire form."""

    kind: ClassVar[str] = "item_updated"
    item: str
    changes: Mapping[str, Any]


@attrs.frozen
class Configured(Event):
    """The desk's configuration changed: `what` is the command's verb, `target` whom it concerns.

    `target` is an id, a list of ids (`update_agents`) or None (`update_workspace`); `changes` is
    in wire form.
    """

    kind: ClassVar[str] = "configured"
    what: str
    target: Any
    changes: Mapping[str, Any]


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
    )
}
_NAMES: dict[type[Event], tuple[str, ...]] = {
    cls: tuple(field.name for field in attrs.fields(cls))[2:] for cls in KINDS.values()
}
FLAGS = ("over_capacity", "not_active", "not_member")

_WIRE_TYPES: dict[str, tuple[tuple[type[Any], ...], str]] = {
    "int": ((int,), "an integer"),
    "float": ((int, float), "a number"),
    "float | None": ((int, float, type(None)), "a number or null"),
    "str": ((str,), "a string"),
    "str | None": ((str, type(None)), "a string or null"),
    "tuple[Any, ...]": ((list, tuple), "a list"),
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
    return frozen(value) if name == "key" else value


def _refuse_unknown(data: Mapping[str, Any], cls: type[Event]) -> None:
    known = ["seq", "at", "event", *_NAMES[cls]]
    if known[-1] == "flags":
        known[-1:] = FLAGS
    for key in data:
        if key not in known:
            raise ConfigurationError(
                "unknown key", field=shortened(str(key)), value=key, remedy=nearest(key, known)
            )
