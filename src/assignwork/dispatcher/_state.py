"""The desk's own records: mutable, with slots, without validation.

They are written only by the dispatcher's modules; everybody else gets views. What a record's
`saved` returns is enough to put it back as it was (rule D6).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from assignwork.dispatcher._care import Care
from assignwork.dispatcher._queue import Gains
from assignwork.model import After, Agent, Team, WorkItem

if TYPE_CHECKING:
    from assignwork.dispatcher._queue import AgentIndex, Lane
    from assignwork.policies.selection import Chooser
    from assignwork.service.shifts import ShiftPlan

HELD = "held"
QUEUED = "queued"
OFFERED = "offered"
ASSIGNED = "assigned"
SNOOZED = "snoozed"
CLOSED = "closed"

ACTIVE = "active"
AWAY = "away"
AWAY_REASSIGN = "away_reassign"
OFFLINE = "offline"

PRIMARY = "primary"
SECONDARY = "secondary"


class Extra:
    """What few items have: kept apart so that the others stay small."""

    __slots__ = (
        "excluded",
        "expires_at",
        "level",
        "offer_tier",
        "offer_timer",
        "overflow",
        "relaxed",
        "restricted",
        "snooze_timer",
        "stay_timers",
        "until",
    )

    def __init__(self) -> None:
        self.excluded: dict[str, int] = {}  # agent id -> number of the timer that ends it
        self.stay_timers: dict[str, int] = {}  # what for -> number; of this stay in the queue
        self.relaxed: tuple[str, ...] = ()  # skills dropped during this stay
        self.restricted = False  # its affinity_wait runs
        self.overflow = False  # the team's `after` has passed
        self.level = 0  # ageing: levels gained during this stay
        self.offer_timer = 0
        self.offer_tier = ""
        self.expires_at = 0.0
        self.snooze_timer = 0
        self.until: float | None = None

    def copy(self) -> Extra:
        """A copy that shares nothing that changes."""
        other = Extra()
        for name in Extra.__slots__:
            setattr(other, name, getattr(self, name))
        other.excluded = dict(self.excluded)
        other.stay_timers = dict(self.stay_timers)
        return other


class ItemRecord:
    """An open item."""

    __slots__ = (
        "agent",
        "answered",
        "care",
        "counted",
        "created_at",
        "decided_by",
        "due",
        "extra",
        "id",
        "key",
        "lane",
        "last_owner",
        "own",
        "priority",
        "queued_at",
        "seq",
        "spec",
        "state",
        "team",
        "waiting_since",
        "weight",
    )

    def __init__(
        self,
        spec: WorkItem,
        seq: int,
        team: TeamRecord,
        created_at: float,
        queued_at: float,
        own: int,
        decided_by: str,
    ) -> None:
        self.id = spec.id
        self.spec = spec
        self.seq = seq
        self.team = team
        self.state = QUEUED
        self.agent: AgentRecord | None = None  # owner, or whom it is offered to
        self.last_owner: str | None = None
        self.weight = spec.weight
        self.counted = 0  # units of its agent's load that it is now
        self.own = own  # its own priority
        self.decided_by = decided_by
        self.priority = own  # with ageing, while it is queued
        self.due = spec.due_at  # or an earlier one of its targets (L5)
        self.created_at = created_at
        self.waiting_since: float | None = created_at
        self.queued_at = queued_at
        self.key: tuple[Any, ...] | None = None  # while it is in a lane: its very heap entry
        self.lane: Lane | None = None
        self.extra: Extra | None = None
        self.answered = False  # whether an agent ever replied
        self.care: Care | None = None

    def cared(self) -> Care:
        """Its care, made when first needed."""
        care = self.care
        if care is None:
            care = self.care = Care()
        return care

    def more(self) -> Extra:
        """Its extra part, made when first needed."""
        extra = self.extra
        if extra is None:
            extra = self.extra = Extra()
        return extra

    def saved(self) -> tuple[Any, ...]:
        """All that `restore` needs."""
        extra = None if self.extra is None else self.extra.copy()
        care = None if self.care is None else self.care.copy()
        return (*[getattr(self, name) for name in _ITEM_PLAIN], extra, care)

    def restore(self, saved: tuple[Any, ...]) -> None:
        """Put back what `saved` returned."""
        for name, value in zip(_ITEM_PLAIN, saved, strict=False):
            setattr(self, name, value)
        self.extra, self.care = saved[-2:]


_ITEM_PLAIN = tuple(n for n in ItemRecord.__slots__ if n not in ("care", "extra", "id", "seq"))


class Tally:
    """An agent's load by team, by channel and from secondary inboxes: kept where limits ask."""

    __slots__ = ("by_channel", "by_team", "secondary")

    def __init__(self) -> None:
        self.by_team: dict[str, int] = {}
        self.by_channel: dict[str | None, int] = {}
        self.secondary = 0


class AgentRecord:
    """An agent."""

    __slots__ = (
        "active_since",
        "auto_timers",
        "by",
        "capacity",
        "dirty",
        "gains",
        "given",
        "id",
        "idle_since",
        "items",
        "last",
        "load",
        "membership",
        "missed_away_at",
        "misses",
        "open",
        "plan",
        "presence",
        "primary",
        "rate_timer",
        "reason",
        "reg",
        "secondary",
        "seen",
        "seen_at",
        "shift_ends",
        "shift_starts",
        "shift_timers",
        "skills",
        "spec",
        "stamp",
        "stopped",
        "tally",
        "teams",
    )

    def __init__(self, spec: Agent, reg: int, capacity: int) -> None:
        self.id = spec.id
        self.spec = spec
        self.reg = reg
        self.capacity = capacity
        self.skills = spec.skills
        self.presence = spec.presence
        self.by = "manager"
        self.reason: str | None = None
        self.load = 0
        self.last = 0  # number of the last assignment; 0: never
        self.idle_since = 0.0
        self.active_since = 0.0
        self.seen_at = 0.0
        self.items: dict[str, ItemRecord] = {}  # owned and offered
        self.given: deque[float] = deque()  # instants of automatic gifts, while a rate is set
        self.misses = 0
        self.missed_away_at: float | None = None
        self.rate_timer = 0
        self.auto_timers = (0, 0)  # auto-away, auto-reassign
        self.plan: ShiftPlan | None = None
        self.shift_ends = inf  # of the shift under way; inf: none, or it never ends
        self.shift_starts = inf  # the next shift
        self.shift_timers: tuple[int, ...] = ()  # the next change, then `min_shift_left` by team
        # derived
        self.stopped = False  # by the assignment rate
        self.open = self.presence == ACTIVE  # active and not stopped
        self.primary: tuple[TeamRecord, ...] = ()
        self.secondary: tuple[TeamRecord, ...] = ()
        self.teams: tuple[TeamRecord, ...] = ()  # primary, then secondary
        self.membership: dict[str, str] = {}
        self.tally: Tally | None = None
        self.gains: tuple[Gains, ...] = ()  # of his teams, where he is noted when he gains
        self.stamp = 0  # changes whenever a key of his may have
        self.seen = -1  # the stamp with which callers' policies were last asked about him
        self.dirty = False

    def saved(self) -> tuple[Any, ...]:
        """All that `restore` needs."""
        plain = [getattr(self, name) for name in _AGENT_PLAIN]
        return (*plain, dict(self.items), deque(self.given))

    def restore(self, saved: tuple[Any, ...]) -> None:
        """Put back what `saved` returned; derived parts are rebuilt elsewhere."""
        for name, value in zip(_AGENT_PLAIN, saved, strict=False):
            setattr(self, name, value)
        self.items = dict(saved[-2])
        self.given = deque(saved[-1])


_AGENT_PLAIN = (
    "spec", "capacity", "skills", "presence", "by", "reason", "load", "last", "idle_since",
    "active_since", "seen_at", "misses", "missed_away_at", "rate_timer", "auto_timers", "stopped",
    "open", "plan", "shift_ends", "shift_starts", "shift_timers",
)  # fmt: skip


class TeamRecord:
    """A team inbox."""

    __slots__ = (
        "active_primary",
        "chooser",
        "id",
        "indices",
        "lanes",
        "manual",
        "min_left",
        "offer_timeout",
        "order",
        "pointer",
        "primary",
        "primary_gains",
        "queued",
        "rank",
        "rule",
        "secondary",
        "secondary_gains",
        "spec",
        "stays",
        "waiting",
    )

    def __init__(self, spec: Team, order: int, chooser: Callable[[Any], Chooser]) -> None:
        self.id = spec.id
        self.order = order
        self.pointer = -1  # round robin: registration number of the last automatic choice
        self.configure(spec, chooser)
        # derived
        self.primary: dict[int, AgentRecord] = {}
        self.secondary: dict[int, AgentRecord] = {}
        self.active_primary = 0
        self.queued = 0
        self.lanes: dict[tuple[Any, ...], Lane] = {}
        self.waiting: list[tuple[Any, int, Lane]] = []
        self.indices: dict[tuple[Any, ...], AgentIndex] = {}
        self.primary_gains = Gains(self)
        self.secondary_gains = Gains(self)

    def configure(self, spec: Team, chooser: Callable[[Any], Chooser]) -> None:
        """Take over what the team's configuration says."""
        self.spec = spec
        self.rank = spec.rank
        self.manual = spec.manual
        self.offer_timeout = spec.offer_timeout
        self.min_left = spec.min_shift_left
        self.rule: Any = spec.secondary_rule
        self.stays = isinstance(spec.secondary_rule, After)  # whether each stay has a timer
        self.chooser = chooser(spec.selection)

    def saved(self) -> tuple[Any, ...]:
        """All that `restore` needs."""
        return (self.spec, self.rank, self.manual, self.rule, self.chooser, self.pointer)

    def restore(self, saved: tuple[Any, ...]) -> None:
        """Put back what `saved` returned; derived parts are rebuilt elsewhere."""
        self.spec, self.rank, self.manual, self.rule, self.chooser, self.pointer = saved
        self.offer_timeout = self.spec.offer_timeout
        self.min_left = self.spec.min_shift_left
        self.stays = isinstance(self.rule, After)
