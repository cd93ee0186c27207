"""What happened: one immutable class per kind of event.

Every event has `seq` (its place in the desk's whole history, from 1) and `at` (its instant in
POSIX seconds). The wire form is one flat JSON object with the key ``event``; fields that are
None stand as null, flags only where they are set.

Import from here: the rooms inside, by what happened to whom, are private. A new kind has its class
in one of them and its place in `KINDS`.
"""

from assignwork.events._base import Event
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
from assignwork.events._kinds import FLAGS, KINDS, event_from_dict
from assignwork.events._rebalancing import MoveSkipped, Rebalanced

__all__ = [
    "FLAGS",
    "KINDS",
    "Acknowledged",
    "AcknowledgementLapsed",
    "Announced",
    "Approved",
    "Assigned",
    "Closed",
    "Configured",
    "Escalated",
    "EscalationSkipped",
    "Event",
    "Handoff",
    "Held",
    "ItemUpdated",
    "MoveSkipped",
    "OfferEnded",
    "Offered",
    "PathEnded",
    "PathEntered",
    "PresenceChanged",
    "Queued",
    "Rated",
    "Rebalanced",
    "Rejected",
    "Released",
    "Reopened",
    "Replied",
    "ReportDue",
    "ReportPosted",
    "SlaAtRisk",
    "SlaBreached",
    "SlaMet",
    "SlaPaused",
    "SlaResumed",
    "SlaStarted",
    "Snoozed",
    "Transferred",
    "UpdateDue",
    "UpdateOverdue",
    "UpdatePosted",
    "Woken",
    "event_from_dict",
]
