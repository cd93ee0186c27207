"""What callers ask for: one immutable class per verb, and its wire form.

`Dispatcher` has a method per verb; `Dispatcher.handle` takes these objects. On the wire a command
is a flat JSON object with the keys ``at`` and ``do``.

Import from here: the rooms inside, by what is asked about whom, are private. A new command has its
class in one of them and its place in `VERBS`.
"""

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
from assignwork.commands._conversations import (
    BEST_SCORE,
    Close,
    Rate,
    Reopen,
    Reply,
    Snooze,
    Wake,
    score,
)
from assignwork.commands._desk import Advance, Heartbeat, SetPresence
from assignwork.commands._escalation import Acknowledge, Escalate
from assignwork.commands._holding import Accept, Assign, Decline, Pull, Release
from assignwork.commands._items import Approve, Reject, Submit, Transfer, UpdateItem
from assignwork.commands._rebalancing import Rebalance
from assignwork.commands._verbs import VERBS, command_from_dict

__all__ = [
    "BEST_SCORE",
    "VERBS",
    "Accept",
    "Acknowledge",
    "AddAgent",
    "AddTeam",
    "Advance",
    "Approve",
    "Assign",
    "Close",
    "Command",
    "Decline",
    "Escalate",
    "Heartbeat",
    "PostReport",
    "PostUpdate",
    "Pull",
    "Rate",
    "Rebalance",
    "Reject",
    "Release",
    "RemoveAgent",
    "RemoveTeam",
    "Reopen",
    "Reply",
    "SetPresence",
    "Snooze",
    "Submit",
    "Transfer",
    "UpdateAgent",
    "UpdateAgents",
    "UpdateItem",
    "UpdateTeam",
    "UpdateWorkspace",
    "Wake",
    "command_from_dict",
    "score",
]
