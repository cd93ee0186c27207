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
from assignwork.model import (
    Agent,
    CatalogEntry,
    EscalationPath,
    Protocol,
    SlaPolicy,
    Target,
    Team,
    WorkItem,
    Workspace,
    is_policy,
)
from assignwork.service.shifts import ShiftPlan

T = TypeVar("T")
R = TypeVar("R", Agent, Team, WorkItem, Workspace)

OPEN = ("queued", "offered", "assigned", "snoozed")
# S4, reading 81: the states from which an item can be asked for something.
FROM = {
    "assign": OPEN, "release": ("assigned",), "transfer": OPEN, "snooze": ("queued", "assigned"),
    "wake": ("snoozed",), "reply": OPEN, "close": (*OPEN, "held"), "reopen": ("closed",),
    "accept": ("offered",), "decline": ("offered",), "update_item": (*OPEN, "held"),
    "acknowledge": OPEN, "escalate": OPEN, "post_update": OPEN, "post_report": ("closed",),
    "rate": (*OPEN, "closed"), "approve": ("held",), "reject": ("held",),
}  # fmt: skip
STAY = ("relax", "affinity", "after", "ageing")  # timers of a stay in the queue (reading 27)


@attrs.frozen
class Clock:
    """A service-level clock of an item (L2, readings 63 to 66)."""

    policy: SlaPolicy  # of its target, or of the last one it had
    target: Target | None  # None: it waits for one
    state: str = "paused"  # running, paused, met, breached
    ran: float = 0.0  # seconds of working time before `since`
    since: float = 0.0
    due: float | None = None  # while it runs, and when it was breached
    begun: bool = False
    warned: bool = False  # at_risk was said of it under this target
    risked: bool = False  # at_risk was said of it under any target
    answered: bool = False  # what would have met it came after the breach


@attrs.define
class ItemRecord:
    """A work item and where it stands."""

    spec: WorkItem  # with what its catalog entry filled in
    entry: CatalogEntry | None  # as it was at submission
    number: int  # the order of first submission (Q2)
    team: str
    own: int  # its own priority, not aged
    decided_by: str
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
    left_by: str | None = None  # at a shift's end, until somebody gets it (reading 55)
    approvals: tuple[str, ...] = ()  # still to be given
    refused: bool = False  # closed before it was approved
    # service levels
    measured: bool = False  # its clocks were started
    policy: SlaPolicy | None = None  # as last matched, with the targets for it
    targets: Mapping[str, Target] = attrs.field(factory=dict)
    clocks: Mapping[str, Clock] = attrs.field(factory=dict)
    answered: bool = False  # an agent has replied ever
    # escalation
    path: EscalationPath | None = None
    lap: int = 0
    step: int = 0  # the current one, from 0; past the last: the path waits for a lapse
    step_at: float | None = None  # its instant, if it is a timed one
    base: tuple[float, float] = (0.0, 0.0)  # reading 69
    answered_in_lap: bool = False
    fired: tuple[int, ...] = ()  # the steps that fired in this lap
    skipped: int | None = None  # the first step skipped as acknowledged (reading 73)
    finished: str | None = None  # the path that it followed to its end
    acknowledged: bool = False
    lapses_at: float | None = None
    watchers: tuple[str, ...] = ()
    # communication
    protocol: Protocol | None = None
    updates_since: float = 0.0  # the cadence's begin, or the last update
    ticks: int = 0
    report: Protocol | None = None  # a report is due under it


@attrs.define
class AgentRecord:
    """An agent and what his past says about him."""

    spec: Agent
    number: int  # registration order
    presence: str
    by: str
    reason: str | None
    plan: ShiftPlan | None  # when he works
    active_since: float
    last_sign: float  # of life (P4)
    idle_since: float
    last_load: int = 0  # as of the last event, to see it become 0
    last_assigned: int = 0  # A2; 0: never
    gifts: tuple[float, ...] = ()  # instants that count for C6
    misses: int = 0  # in a row (O4)
    sent_away_at: float = -math.inf  # by O4
    shift_ends_at: float = math.inf  # of the shift under way, as of its last timer (reading 57)
    shift_starts_at: float = math.inf  # of the next one, likewise


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
    late: bool = False  # fires when time passes beyond its due (reading 65)


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
