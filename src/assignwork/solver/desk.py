"""A desk as a problem: what waits, what is held, and how urgent it is (91, 96)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.errors import InfeasiblePinError, UnknownAgentError, UnknownItemError
from assignwork.solver.problem import NO_LEVELS, Holder, OpenItem, Problem
from assignwork.solver.weights import Weights

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher
    from assignwork.dispatcher._state import AgentRecord, ItemRecord
    from assignwork.views import AgentView, ItemView

Pins = Iterable[str] | Mapping[str, str | None]
"""Items that stay where they are, or item -> the agent who must hold it (None: stays)."""

LEVEL, LOWEST = 32, 4
"""A priority counts as the one behind it does after eight hours; from 4 on all are alike."""
QUARTER = 900.0  # seconds
DAY = 96  # quarter hours


def read_desk(
    desk: Dispatcher,
    *,
    weights: Weights | Mapping[str, Any] | None = None,
    pinned: Pins = (),
    together: str | None = None,
    max_moves: int | None = None,
    max_moves_per_agent: int | None = None,
) -> Problem:
    """The problem that a desk poses at the latest instant it has seen.

    It is a copy: the desk goes on, and nothing of it is changed.

    Parameters
    ----------
    desk : Dispatcher
    weights : Weights, optional
    pinned : list of str, or mapping of str to str
        Items that stay where they are; or item -> the agent who must hold it.
    together : {'customer', 'requester'}, optional
        Items that share it shall have one holder.
    max_moves, max_moves_per_agent : int, optional

    Raises
    ------
    UnknownItemError, UnknownAgentError
        For a pin of an item that is not open, or to an agent who does not exist.
    InfeasiblePinError
        For a pin to another agent of an item that no plan moves: offered, snoozed, of a manual
        inbox.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace(
    ...     teams=[Team("spanish")],
    ...     agents=[Agent("ana", capacity=4, primary=["spanish"])],
    ... ))
    >>> _ = desk.submit(WorkItem("t-1", team="spanish"), now=0.0)
    >>> read_desk(desk).items[0].owner
    'ana'
    """
    if together is not None:
        f.choice(together, "together", ("customer", "requester"))
    pins = _pins(desk, pinned)
    items = []
    shared: dict[str, list[str]] = {}
    for record in sorted(desk._items.values(), key=lambda record: record.seq):
        item = _item(desk, record)
        if record.id in pins:
            item = _pinned(record, item, pins[record.id])
        if item is None:
            continue
        items.append(item)
        if together is not None:
            who = getattr(record.spec, together)
            if who is not None:
                shared.setdefault(who, []).append(record.id)
    return Problem(
        items=items,
        agents=[_agent(desk, record) for record in desk._agents.values()],
        weights=weights or Weights(),
        together=[names for names in shared.values() if len(names) > 1],
        max_moves=max_moves,
        max_moves_per_agent=max_moves_per_agent,
        seen=desk._seq,
    )


def _pinned(record: ItemRecord, item: OpenItem | None, agent: str | None) -> OpenItem | None:
    """The item as it is pinned; what a plan does not move cannot be pinned elsewhere (91)."""
    if agent is None or (item is not None and agent == item.owner):
        return None if item is None else attrs.evolve(item, fixed=True)
    if item is None or item.fixed:
        raise InfeasiblePinError(
            f"item {record.id!r} is pinned to {agent!r}, but no plan moves it: it is {record.state}"
            + (" in a manual inbox" if record.team.manual else ""),
            value=agent,
            remedy="assign it by hand, or leave it out of the pins",
            item=record.id,
        )
    return attrs.evolve(item, pinned_to=agent)


def read_pins(pinned: Pins) -> dict[str, str | None]:
    """Item -> the agent who must hold it, or None: it stays.

    Raises
    ------
    ConfigurationError
        For what is neither a list of names nor a mapping of names to names.
    """
    if isinstance(pinned, Mapping):
        return {
            f.identifier(item, "pinned"): f.optional_identifier(
                agent, f"pinned.{f.shortened(item)}"
            )
            for item, agent in pinned.items()
        }
    return dict.fromkeys(f.names(pinned, "pinned"))


def _pins(desk: Dispatcher, pinned: Pins) -> dict[str, str | None]:
    pins = read_pins(pinned)
    for item, agent in pins.items():
        if item not in desk._items:
            raise UnknownItemError(
                f"no open item {f.shown(item)} can be pinned",
                value=item,
                remedy=f.nearest(item, desk._items),
            )
        if agent is not None and agent not in desk._agents:
            raise UnknownAgentError(
                f"item {item!r} is pinned to {f.shown(agent)}, whom the desk does not have",
                value=agent,
                remedy=f.nearest(agent, desk._agents),
            )
    return pins


def _item(desk: Dispatcher, record: ItemRecord) -> OpenItem | None:
    """The item as the problem sees it; None: it has no part in it (91)."""
    state = record.state
    fixed = False
    if state == "queued":
        # One that would count nowhere takes nobody's place.
        if record.team.manual or not (desk._counts_all or record.waiting_since is not None):
            return None
    elif state in ("assigned", "offered", "snoozed"):
        if record.agent is None or not record.counted:
            return None
        fixed = state != "assigned" or record.team.manual
    else:
        return None
    spec = record.spec
    extra = record.extra
    only = spec.only_agent
    excluded: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    if extra is not None:
        excluded = tuple(extra.excluded)
        relaxed = extra.relaxed if state == "queued" else ()
        if only is None and extra.restricted and _waits(desk, record):
            only = spec.preferred_agent
    if desk._eligibility and not fixed:
        excluded = _refused(desk, record, excluded)
    waiting = record.waiting_since
    talking = state == "assigned" and record.answered and waiting is not None
    skills = {n: need.level for n, need in spec.skills.items() if n not in relaxed}
    return _trusted(
        id=record.id,
        team=record.team.id,
        # Its own: ageing lasts while it waits, so a plan by it would undo itself.
        priority=record.own,
        weight=record.weight,
        urgency=urgency(
            record.own,
            desk._clock - (record.queued_at if waiting is None else waiting),
            0.0 if record.due is None else desk._clock - record.due,
        ),
        owner=None if record.agent is None else record.agent.id,
        in_conversation=talking,
        skills=FrozenDict(skills) if skills else NO_LEVELS,
        preferred_skills=(
            *spec.preferred_skills,
            *[name for name in relaxed if name not in spec.preferred_skills],
        ),
        channel=spec.channel,
        preferred_agent=spec.preferred_agent,
        only_agent=only,
        excluded=excluded,
        due_at=record.due,
        fixed=fixed,
        pinned_to=None,
        weights=NO_LEVELS,
        costs=NO_LEVELS,
    )


def _trusted(**fields: Any) -> OpenItem:
    """The item with all these fields, whose values the desk has checked long ago.

    Who reads a desk stops it, and the checks of `OpenItem` took two thirds of the time.
    """
    item: OpenItem = object.__new__(OpenItem)
    for name, value in fields.items():
        _SETTERS[name](item, value)
    return item


_SETTERS = {field.name: getattr(OpenItem, field.name).__set__ for field in attrs.fields(OpenItem)}


def _waits(desk: Dispatcher, record: ItemRecord) -> bool:
    """Whether it waits for its preferred agent alone (F1)."""
    wanted = desk._agents.get(record.spec.preferred_agent or "")
    if wanted is None:
        return False
    until = record.queued_at + (record.spec.affinity_wait or 0.0)
    return wanted.presence == "active" or wanted.shift_starts <= until


def _refused(desk: Dispatcher, record: ItemRecord, excluded: tuple[str, ...]) -> tuple[str, ...]:
    """Whom policies of the caller's keep from the item, besides who is excluded."""
    view = desk._item_view(record)
    found = dict.fromkeys(excluded)
    members = {**record.team.primary, **record.team.secondary}
    for _, agent in sorted(members.items()):
        if agent.id in found or not agent.open:
            continue
        shown = desk._agent_view(agent)
        if any(_refuses(policy, view, shown) for policy in desk._eligibility):
            found[agent.id] = None
    return tuple(found)


def _refuses(policy: Any, item: ItemView, agent: AgentView) -> bool:
    """Whether a policy of the caller's keeps the agent from the item; asked as the desk asks it."""
    try:
        reason = policy.obstacle(item, agent)
        if reason is not None and not isinstance(reason, str):
            f.refuse("obstacle", reason, "a reason as text, or None")
    except Exception as error:
        error.add_note(
            f"raised by the eligibility {policy.name!r} for item {item.id!r} and agent {agent.id!r}"
        )
        raise
    return reason is not None


def urgency(priority: int, waited: float, late: float) -> int:
    """What it costs to leave an item without holder, in units of `Weights.unassigned` (96).

    Parameters
    ----------
    priority : int
        1 is most urgent.
    waited, late : float
        Seconds that its customer has waited, and that its due instant is past (negative: to go).

    Examples
    --------
    >>> urgency(2, waited=1800.0, late=-60.0)
    3072
    >>> urgency(4, waited=0.0, late=0.0)
    1
    """
    level: int = LEVEL ** max(0, LOWEST - priority)
    quarters = min(DAY, int(max(0.0, waited) // QUARTER))
    behind = min(DAY, int(max(0.0, late) // QUARTER))
    return level * (1 + quarters + 2 * behind)


def _agent(desk: Dispatcher, record: AgentRecord) -> Holder:
    spec = record.spec
    rate = desk._rate
    receives = None
    if rate is not None and not _let_off(desk, record):
        since = desk._clock - rate.per
        receives = max(0, rate.items - sum(1 for given in record.given if given > since))
    closed = tuple(
        team.id
        for team in record.teams
        if team.min_left is not None and desk._clock > record.shift_ends - team.min_left
    )
    return Holder(
        id=record.id,
        capacity=record.capacity,
        primary=spec.primary,
        secondary=spec.secondary,
        skills=spec.skills,
        accepts=desk._is_open(record),
        receives=receives,
        closed_teams=closed,
        team_limits={
            t.id: t.spec.agent_limit for t in record.teams if t.spec.agent_limit is not None
        },
        channel_limits=spec.channel_limits,
        secondary_limit=spec.secondary_limit,
        shift_ends_at=None if record.shift_ends == inf else record.shift_ends,
    )


def _let_off(desk: Dispatcher, record: AgentRecord) -> bool:
    """Whether `ramp_in` is over for him, so that the rate holds no more (C6)."""
    ramp = desk._settings.ramp_in
    return ramp is not None and desk._clock >= record.active_since + ramp


__all__ = ["read_desk", "urgency"]
