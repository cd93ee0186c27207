"""What a desk consists of, and what every layer of it may ask of the layers above.

Layers, each a subclass of the one before: `Ground` (state) · `Undoing` (journal, policies that
raise) · `Engine` (door, clock, timers) · `Reading` (look-ups, views) · `Holding` (load) · `Lanes`
(queues) · `Choosing` (who) · `Dispatching` (rule D3) · `Clocks` (targets) · the commands by theme:
offers, conversations, moves, items (with the catalog), presence, escalation, communication,
approvals, shifts, configuration, rebalancing · `Dispatcher` (the public face).
"""

from __future__ import annotations

import math
from typing import Any

from assignwork.dispatcher._care import Care
from assignwork.dispatcher._journal import Journal
from assignwork.dispatcher._state import AgentRecord, ItemRecord, TeamRecord
from assignwork.dispatcher._timers import Timers
from assignwork.events import Event
from assignwork.model import Calendar, Workspace
from assignwork.views import ItemView

# A closed item is kept out of reach of the hot structures, as one flat tuple:
# (spec, seq, team id, last owner, created_at, own priority, what decided it, answered, care)
ClosedItem = tuple[Any, int, str, str | None, float, int, str, bool, Care | None]


class Ground:
    """The state, before anything is configured.

    Its attributes are slots, which are read faster; the instance dict holds only the wrapped
    commands of desks with policies of the caller's.
    """

    __slots__ = (
        "__dict__", "__weakref__", "_agents", "_agents_looked", "_assign_seq", "_auto",
        "_blocked", "_book", "_busy", "_calendars", "_catalog", "_choices", "_clock", "_closed",
        "_counts_all", "_dirty_agents", "_dirty_lanes", "_eligibility", "_free_rules",
        "_guarded", "_item_seq", "_items", "_journal", "_key_of", "_keys_made", "_lane_numbers",
        "_lanes_looked", "_looks", "_mode", "_out", "_plans", "_rate", "_registrations",
        "_restricted", "_retired", "_ripened", "_seq", "_settings", "_shown", "_snoozed_counts",
        "_started", "_team_orders", "_teams", "_timers", "_validating",
    )  # fmt: skip

    _settings: Workspace  # set by `_configure`, with all that is compiled from it

    def __init__(self, *, validate: bool) -> None:
        self._validating = validate
        self._clock = -math.inf
        self._started = False
        self._seq = 0  # of events
        self._item_seq = 0
        self._assign_seq = 0
        self._registrations = 0
        self._team_orders = 0
        self._lane_numbers = 0
        self._out: list[Event] = []
        self._items: dict[str, ItemRecord] = {}
        self._closed: dict[str, ClosedItem] = {}
        self._agents: dict[str, AgentRecord] = {}
        self._teams: dict[str, TeamRecord] = {}
        self._timers = Timers()
        self._journal: Journal | None = None
        self._restricted = 0  # queued items that wait for somebody alone (F1, F2)
        self._dirty_agents: list[AgentRecord] = []
        self._dirty_lanes: list[Any] = []
        self._looks: dict[str, int] = {}  # items whose path and protocol are looked at in the end
        self._keys_made = 0
        self._agents_looked = 0
        self._lanes_looked = 0
        self._choices = 0
        self._busy = False  # a command is under way, on desks with policies of the caller's
        self._ripened = math.nan  # the instant whose ends of durations were carried out
        # while several things are dirty: who was kept from helping by work of his own
        self._blocked: dict[int, AgentRecord] | None = None
        self._shown: dict[Any, tuple[object, Any]] | None = None  # views that policies were shown
        self._retired: tuple[Calendar, ...] = ()  # gone, but clocks may still run by them

    # --- what the layers above fill in ---------------------------------------------------------

    def _configure(self, workspace: Workspace) -> None:
        raise NotImplementedError

    def _retire(self, calendars: tuple[Calendar, ...]) -> None:
        raise NotImplementedError

    def _rebuild(self, *, keys: bool = True) -> None:
        raise NotImplementedError

    def _item_view(self, item: ItemRecord) -> ItemView:
        raise NotImplementedError

    def _tally(self, agent: AgentRecord, item: ItemRecord, units: int) -> None:
        raise NotImplementedError

    def _gained(self, agent: AgentRecord) -> None:
        raise NotImplementedError

    def _lost(self, agent: AgentRecord) -> None:
        raise NotImplementedError

    def _dispatch(self) -> None:
        raise NotImplementedError

    def _drop_indices(self, team: TeamRecord) -> None:
        raise NotImplementedError

    def _arm_auto(self, agent: AgentRecord) -> None:
        raise NotImplementedError

    def _age_now(self, item: str) -> None:
        raise NotImplementedError

    def _stop_leaving(self, agent: str) -> None:
        raise NotImplementedError

    def _align(self, agent: AgentRecord) -> None:
        raise NotImplementedError

    def _look_at_noted(self) -> None:
        raise NotImplementedError

    def _validate(self) -> None:
        raise NotImplementedError
