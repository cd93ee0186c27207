"""What may be read of a desk's state: immutable snapshots of items, agents and teams.

`Dispatcher.items`, `.agents` and `.teams` give them out, and policies of the caller's see nothing
else, so that no policy can change the desk.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from assignwork.model import Agent, Team, WorkItem


@attrs.frozen
class TargetView:
    """A service-level target of an item at one moment (rule L4).

    Attributes
    ----------
    target : {'first_response', 'next_response', 'resolution'}
    policy : str or None
        None: no policy has such a target for it now.
    state : {'running', 'paused', 'met', 'breached'}
    due_at : float or None
        Of a running or breached one.
    ran : float
        Seconds of working time that had run when it last began to run, or stood still.
    """

    target: str
    policy: str | None
    state: str
    due_at: float | None
    ran: float


@attrs.frozen
class ItemView:
    """A work item at one moment.

    Attributes
    ----------
    id : str
    state : {'held', 'queued', 'offered', 'assigned', 'snoozed', 'closed'}
    team : str
        The team it belongs to now.
    priority : int
        Its effective priority: own, or improved by ageing while it is queued (rule Q4).
    owner : str or None
        The agent who owns it (assigned or snoozed; for a closed item, the last owner).
    offered_to : str or None
    seq : int
        Its place in the order of first submission, from 1.
    created_at : float
        POSIX seconds.
    waiting_since : float or None
        When the customer began to wait for us (rule S3).
    queued_at : float or None
        When it last entered a queue.
    due_at : float or None
        The earliest of its running targets, and its explicit one (rule L5).
    snoozed_until, offer_expires_at : float or None
    excluded : tuple of str
        Agents who declined or missed it and are not asked for now (rule O3).
    item : WorkItem
        As submitted, with later updates.
    own_priority : int
        Given, computed, or raised by its path; not aged.
    targets : tuple of TargetView
    path : str or None
        The escalation path it follows.
    level : int or None
        The path's current step, from 1.
    acknowledged : bool
    protocol : str or None
    watchers : tuple of str
    approvals : tuple of str
        Who must still approve it, in this order.
    """

    id: str
    state: str
    team: str
    priority: int
    weight: int
    channel: str | None
    owner: str | None
    offered_to: str | None
    seq: int
    created_at: float
    waiting_since: float | None
    queued_at: float | None
    due_at: float | None
    snoozed_until: float | None
    offer_expires_at: float | None
    excluded: tuple[str, ...]
    item: WorkItem
    own_priority: int
    targets: tuple[TargetView, ...] = ()
    path: str | None = None
    level: int | None = None
    acknowledged: bool = False
    protocol: str | None = None
    watchers: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()


@attrs.frozen
class AgentView:
    """An agent at one moment.

    Attributes
    ----------
    id : str
    presence : {'active', 'away', 'away_reassign', 'offline'}
    by : {'agent', 'manager', 'auto', 'shift'}
        Who set the presence.
    reason : str or None
    capacity, load, headroom : int
        Units; headroom is capacity - load and negative when over capacity.
    items : tuple of str
        What he owns, assigned or snoozed, in order of submission.
    offers : tuple of str
        What is offered to him.
    registration : int
        His place in registration order, from 0.
    last_assigned : int
        The number of his last assignment of any kind; 0: never (rule A2).
    idle_since : float or None
        The instant his load last became 0; None while he holds something.
    primary, secondary : tuple of str
    agent : Agent
        As configured now.
    shift_ends_at : float or None
        The end of the shift under way; None: he is on none, or it has no end.
    shift_starts_at : float or None
        The start of his next shift.
    """

    id: str
    presence: str
    by: str
    reason: str | None
    capacity: int
    load: int
    headroom: int
    items: tuple[str, ...]
    offers: tuple[str, ...]
    registration: int
    last_assigned: int
    idle_since: float | None
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    skills: Mapping[str, int]
    agent: Agent
    shift_ends_at: float | None = None
    shift_starts_at: float | None = None


@attrs.frozen
class TeamView:
    """A team inbox at one moment.

    Attributes
    ----------
    id : str
    queued : int
        Items that wait in it.
    active_primary : int
        Active agents for whom it is primary.
    primary, secondary : tuple of str
        Its members, in registration order.
    team : Team
        As configured now.
    """

    id: str
    queued: int
    active_primary: int
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    team: Team
