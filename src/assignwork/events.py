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

    Attributes
    ----------
    priority : int
        Its own, before ageing.
    decided_by : str
        What decided the priority (rule R1): `given`, `default`, `catalog`, or the factor, such as
        `impact` (`impact+urgency` where both count the same).
    category : str or None
    """

    kind: ClassVar[str] = "queued"
    item: str
    team: str
    priority: int
    weight: int
    decided_by: str
    category: str | None


@attrs.frozen
class Assigned(Event):
    """The agent owns the item now.

    Attributes
    ----------
    tier : {'primary', 'secondary', 'manual'}
        His membership; `manual` for an assignment by hand.
    waited : float
        Seconds since it was last queued; 0 when it was in no queue.
    by : {'dispatch', 'offer', 'pull', 'hand', 'escalation', 'rebalance'}
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

    `why` is hand, away, shift, removed, transfer, over_capacity, escalation or rebalance; `team`
    is the item's team at that moment.
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
    """Fields of the item changed; `changes` is in wire form, `priority` its own priority now."""

    kind: ClassVar[str] = "item_updated"
    item: str
    changes: Mapping[str, Any]
    priority: int


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


@attrs.frozen
class Held(Event):
    """The item waits for approval (rule G2); `approvals` is who must give it, in this order.

    The rest is as in `Queued`.
    """

    kind: ClassVar[str] = "held"
    item: str
    team: str
    priority: int
    weight: int
    decided_by: str
    category: str | None
    approvals: tuple[str, ...]


@attrs.frozen
class Approved(Event):
    """One approval was given, `by` whom; `remaining` is who must still give theirs."""

    kind: ClassVar[str] = "approved"
    item: str
    by: str
    remaining: tuple[str, ...]


@attrs.frozen
class Rejected(Event):
    """An approval was refused; the item is closed next."""

    kind: ClassVar[str] = "rejected"
    item: str
    by: str
    reason: str | None


@attrs.frozen
class SlaStarted(Event):
    """The clock of a `target` (first_response, next_response, resolution) runs; `due` instant."""

    kind: ClassVar[str] = "sla_started"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaAtRisk(Event):
    """The policy's share of the working time is over (rule L4)."""

    kind: ClassVar[str] = "sla_at_risk"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaBreached(Event):
    """The target was not met at or before its due instant."""

    kind: ClassVar[str] = "sla_breached"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class SlaMet(Event):
    """The target was met, with `left` seconds of working time to go."""

    kind: ClassVar[str] = "sla_met"
    item: str
    policy: str
    target: str
    left: float


@attrs.frozen
class SlaPaused(Event):
    """The clock stands still, with `left` seconds of working time to go."""

    kind: ClassVar[str] = "sla_paused"
    item: str
    policy: str
    target: str
    left: float


@attrs.frozen
class SlaResumed(Event):
    """The clock runs again, or on under another target; `due` is the new instant."""

    kind: ClassVar[str] = "sla_resumed"
    item: str
    policy: str
    target: str
    due: float


@attrs.frozen
class Handoff(Event):
    """What somebody left at his shift's end found its next owner (rule T4).

    `open_for` is how long the item has been open, seconds since it was submitted.
    """

    kind: ClassVar[str] = "handoff"
    item: str
    team: str
    from_agent: str
    to_agent: str
    open_for: float


@attrs.frozen
class PathEntered(Event):
    """The item follows an escalation path; `lap` counts its rounds from 1."""

    kind: ClassVar[str] = "path_entered"
    item: str
    path: str
    lap: int


@attrs.frozen
class Escalated(Event):
    """A step of the item's path fired (rules E1 to E5).

    Attributes
    ----------
    level : int
        The step's place in its path, from 1.
    lap : int
        The round of the path, from 1.
    when : str
        The step's condition.
    by : str
        `path`, or who asked for it by hand.
    reason : str or None
        What was given with an escalation by hand.
    category : str or None
    team : str or None
        Where it was transferred to.
    agent : str or None
        To whom it was assigned, resolved at this instant.
    priority : int or None
        What its priority was raised to.
    watchers, notified : tuple of str
        The people, groups and rotations resolved at this instant.
    """

    kind: ClassVar[str] = "escalated"
    item: str
    path: str
    level: int
    lap: int
    when: str
    by: str
    reason: str | None
    category: str | None
    team: str | None
    agent: str | None
    priority: int | None
    watchers: tuple[str, ...]
    notified: tuple[str, ...]


@attrs.frozen
class EscalationSkipped(Event):
    """A step's condition did not hold at its instant.

    `why` is assigned, acknowledged, answered, snoozed, met or no_target.
    """

    kind: ClassVar[str] = "escalation_skipped"
    item: str
    path: str
    level: int
    lap: int
    why: str


@attrs.frozen
class PathEnded(Event):
    """The item follows the path no more; `why` is finished, closed, left or path."""

    kind: ClassVar[str] = "path_ended"
    item: str
    path: str
    why: str


@attrs.frozen
class Acknowledged(Event):
    """Somebody has taken notice; `until` is when that lapses, or None (rule E3)."""

    kind: ClassVar[str] = "acknowledged"
    item: str
    by: str | None
    until: float | None


@attrs.frozen
class AcknowledgementLapsed(Event):
    """The path's `ack_timeout` is over; it goes on."""

    kind: ClassVar[str] = "acknowledgement_lapsed"
    item: str


@attrs.frozen
class Announced(Event):
    """Audiences are to be told of an `occasion`: opened, escalated or resolved (rule U1)."""

    kind: ClassVar[str] = "announced"
    item: str
    protocol: str
    occasion: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]


@attrs.frozen
class UpdateDue(Event):
    """The next update is due now; `required` is what it must contain (rule U2)."""

    kind: ClassVar[str] = "update_due"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    required: tuple[str, ...]


@attrs.frozen
class UpdateOverdue(Event):
    """The update that was due at `due` was not posted."""

    kind: ClassVar[str] = "update_overdue"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    due: float


@attrs.frozen
class UpdatePosted(Event):
    """An update with all that its protocol requires; `protocol` None: the item has none."""

    kind: ClassVar[str] = "update_posted"
    item: str
    protocol: str | None
    by: str | None
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    content: Mapping[str, Any]


@attrs.frozen
class ReportDue(Event):
    """The item was closed, and a report with these sections is due."""

    kind: ClassVar[str] = "report_due"
    item: str
    protocol: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    sections: tuple[str, ...]


@attrs.frozen
class ReportPosted(Event):
    """The report that was due is there."""

    kind: ClassVar[str] = "report_posted"
    item: str
    protocol: str
    by: str | None
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    content: Mapping[str, Any]


@attrs.frozen
class Rated(Event):
    """The customer's satisfaction: `score` is 1 (worst) to 5 (best)."""

    kind: ClassVar[str] = "rated"
    item: str
    score: int
    by: str | None


@attrs.frozen
class Rebalanced(Event):
    """A rebalancing plan was applied: how many `moves` are carried out, how many were skipped.

    What becomes of each follows: `move_skipped`, `released`, `assigned` (rule B).
    """

    kind: ClassVar[str] = "rebalanced"
    moves: int
    skipped: int


@attrs.frozen
class MoveSkipped(Event):
    """A move of a rebalancing plan that no longer fits; the item stays where it is (rule B).

    Attributes
    ----------
    item : str
    agent : str or None
        Who should have got it; None: it should have gone back to its queue.
    owner : str or None
        Who held it when the plan was made; None: it was queued.
    why : str
        unknown_item, unknown_agent, closed, done (it is there already), moved (it is no more where
        it was), not_eligible, full or pointless (what it makes room for is skipped).
    detail : str or None
        The rule that stops the agent, with numbers, as `explain` says it.
    """

    kind: ClassVar[str] = "move_skipped"
    item: str
    agent: str | None
    owner: str | None
    why: str
    detail: str | None


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
    known = ["seq", "at", "event", *_NAMES[cls]]
    if known[-1] == "flags":
        known[-1:] = FLAGS
    for key in data:
        if key not in known:
            raise ConfigurationError(
                "unknown key", field=shortened(str(key)), value=key, remedy=nearest(key, known)
            )
