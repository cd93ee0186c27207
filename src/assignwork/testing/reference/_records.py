"""What the reference model remembers: one plain record per item, agent, team and timer.

The records hold immutable values only, so a shallow copy of each is a copy of the state.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import attrs

from assignwork._codec import plain
from assignwork.errors import AssignworkError, ConfigurationError, InvalidTransitionError
from assignwork.model import Agent, Team, WorkItem, Workspace, is_policy

T = TypeVar("T")
R = TypeVar("R", Agent, Team, WorkItem, Workspace)

OPEN = ("queued", "offered", "assigned", "snoozed")
# S4: the states from which an item can be asked for something.
FROM = {
    "assign": OPEN, "release": ("assigned",), "transfer": OPEN, "snooze": ("queued", "assigned"),
    "wake": ("snoozed",), "reply": OPEN, "close": OPEN, "reopen": ("closed",),
    "accept": ("offered",), "decline": ("offered",), "update_item": OPEN,
}  # fmt: skip
STAY = ("relax", "affinity", "after", "ageing")  # timers of a stay in the queue (reading 27)


@attrs.define
class ItemRecord:
    """A work item and where it stands."""

    spec: WorkItem
    number: int  # the order of first submission (Q2)
    team: str
    created_at: float
    waiting_since: float | None
    state: str = "queued"
    queued_at: float = 0.0
    owner: str | None = None
    last_owner: str | None = None
    offered_to: str | None = None
    offered_tier: str = ""
    offer_expires_at: float | None = None
    snoozed_until: float | None = None
    excluded: tuple[tuple[str, float], ...] = ()  # agent, until


@attrs.define
class AgentRecord:
    """An agent and what his past says about him."""

    spec: Agent
    number: int  # registration order
    presence: str
    by: str
    reason: str | None
    active_since: float
    last_sign: float  # of life (P4)
    idle_since: float
    last_load: int = 0  # as of the last event, to see it become 0
    last_assigned: int = 0  # A2; 0: never
    gifts: tuple[float, ...] = ()  # instants that count for C6
    misses: int = 0  # in a row (O4)
    sent_away_at: float = -math.inf  # by O4


@attrs.define
class TeamRecord:
    """A team inbox."""

    spec: Team
    pointer: int = -1  # registration number of the last agent given something (round_robin)


@attrs.frozen
class Timer:
    """Something that time alone will bring about."""

    due: float
    number: int  # order of creation
    name: tuple[str, ...]  # what it is for: (kind, item or agent, detail)


def copied(value: Any) -> Any:
    """A copy of one attribute of the desk, with its records."""
    if isinstance(value, dict):
        return {key: copy.copy(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, list) else value


def weight_of(items: Iterable[ItemRecord]) -> int:
    """Units."""
    return sum(item.spec.weight for item in items)


def tier_of(agent: AgentRecord, item: ItemRecord) -> str:
    """His membership of the item's team; `manual`: none."""
    if item.team in agent.spec.primary:
        return "primary"
    return "secondary" if item.team in agent.spec.secondary else "manual"


def selection_names(team: Team) -> tuple[str, ...]:
    """The criteria of a team's selection, in turn."""
    return (team.selection,) if isinstance(team.selection, str) else tuple(team.selection)


def built_in(record: R) -> R:
    """The record itself, if it holds no policy of the caller's."""
    held = [getattr(record, name, None) for name in ("selection", "secondary_rule", "reassign")]
    held += [*getattr(record, "item_order", ()), *getattr(record, "eligibility", ())]
    if any(is_policy(value) for value in held):
        raise NotImplementedError("the reference model knows the built-in policies only")
    return record


def known(records: Mapping[str, T], name: str, error: type[AssignworkError], what: str) -> T:
    """The record of that name; the error if there is none."""
    if name not in records:
        raise error(f"no {what} {name!r}", value=name, remedy=f"name {what}s that exist")
    return records[name]


def refuse_transition(item: ItemRecord, verb: str) -> NoReturn:
    """S4."""
    raise InvalidTransitionError(
        f"item {item.spec.id!r} is {item.state}, {verb} cannot be asked of it",
        value=item.state,
        limit=", ".join(FROM[verb]),
        remedy="bring the item into such a state first",
    )


def changed(record: R, changes: Mapping[str, Any], fixed: tuple[str, ...]) -> R:
    """The record with its changes; a fixed, unknown or unusable field is refused."""
    for name in changes:
        if name in fixed or name not in attrs.fields_dict(type(record)):
            raise ConfigurationError(
                "cannot be changed" if name in fixed else "unknown key",
                field=f"changes.{name}",
                value=name,
                remedy="leave it out",
            )
    return attrs.evolve(record, **changes)


def wire_form(record: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changed fields as they are now, in wire form."""
    return {name: plain(getattr(record, name)) for name in changes}


def matches(agent: AgentRecord, where: Mapping[str, Any]) -> bool:
    """Whether all conditions of `update_agents` hold."""
    spec = agent.spec
    found: dict[str, Iterable[str]] = {
        "primary": spec.primary,
        "secondary": spec.secondary,
        "team": (*spec.primary, *spec.secondary),
        "skill": spec.skills,
        "tag": spec.tags,
        "presence": (agent.presence,),
    }
    return all(value in found[name] for name, value in where.items())
