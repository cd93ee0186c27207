"""The desk's state and what every command needs: the door, the clock, timers, undoing.

Layers, each a subclass of the one before: `Engine` (state, door, undoing) · `Reading` (look-ups,
views) · `Holding` (load) · `Lanes` (queues) · `Choosing` (who) · `Dispatching` (rule D3) · `Clocks`
(targets) · the commands by theme: offers, conversations, moves, items (with the catalog),
presence, escalation, communication, approvals, shifts, configuration, rebalancing ·
`Dispatcher` (the public face).

A command walks: `_enter` checks `now` and fires what is due; the command validates; `_begin` moves
the clock; records change through primitives; `_finish` runs D3 and returns the events.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, ClassVar

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._care import Care
from assignwork.dispatcher._state import (
    ACTIVE,
    AgentRecord,
    ItemRecord,
    Tally,
    TeamRecord,
)
from assignwork.dispatcher._timers import Timer, Timers, instant_of
from assignwork.events import Event
from assignwork.model import Calendar, Shift, Workspace
from assignwork.policies.ordering import KeyOf, compile_order
from assignwork.policies.presence import compile_mode
from assignwork.policies.selection import Chooser
from assignwork.service.calendars import compile_calendars
from assignwork.service.matching import Book
from assignwork.service.shifts import ShiftPlan
from assignwork.views import ItemView

_MISSING: Any = object()

# The verbs of `assignwork.commands`, which is not imported until somebody uses command objects.
_VERBS = (
    "submit", "assign", "release", "transfer", "pull", "snooze", "wake", "reply", "close",
    "reopen", "update_item", "accept", "decline", "set_presence", "heartbeat", "advance",
    "acknowledge", "escalate", "approve", "reject", "post_update", "post_report", "rate",
    "rebalance", "add_agent", "update_agent", "update_agents", "remove_agent", "add_team",
    "update_team", "remove_team", "update_workspace",
)  # fmt: skip

# A closed item is kept out of reach of the hot structures, as one flat tuple:
# (spec, seq, team id, last owner, created_at, own priority, what decided it, answered, care)
ClosedItem = tuple[Any, int, str, str | None, float, int, str, bool, Care | None]


class Journal:
    """What is needed to undo one step (a command, or one timer)."""

    __slots__ = ("counters", "dicts", "events", "records", "settings", "timers", "timers_created")

    def __init__(self, engine: Engine) -> None:
        self.records: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self.dicts: list[tuple[dict[str, Any], str, Any]] = []
        self.timers: list[Any] = []
        self.timers_created = engine._timers.created
        self.events = len(engine._out)
        self.counters = engine._counters()
        self.settings = (engine._settings, engine._retired, engine._clock)

    def save(self, record: Any) -> None:
        """Keep the record as it is now, once."""
        if id(record) not in self.records:
            self.records[id(record)] = (record, record.saved())


class Engine:
    """State, door, clock, timers, loads, undoing.

    Its attributes are slots, which are read faster; the instance dict holds only the wrapped
    commands of desks with policies of the caller's.
    """

    __slots__ = (
        "__dict__", "__weakref__", "_agents", "_agents_looked", "_assign_seq", "_auto",
        "_blocked", "_book", "_busy", "_calendars", "_catalog", "_choices", "_clock", "_closed",
        "_counts_all", "_dirty_agents", "_dirty_lanes", "_eligibility", "_free_rules",
        "_guarded", "_item_seq", "_items", "_journal", "_key_of", "_keys_made", "_lane_numbers",
        "_lanes_looked", "_looks", "_mode", "_out", "_plans", "_rate", "_registrations",
        "_restricted", "_retired", "_ripened", "_seq", "_settings", "_snoozed_counts",
        "_started", "_team_orders", "_teams", "_timers", "_validating",
    )  # fmt: skip

    def __init__(self, workspace: Workspace, *, validate: bool = False) -> None:
        if not isinstance(workspace, Workspace):
            f.refuse("workspace", workspace, "a Workspace", "make one, or use Workspace.from_dict")
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
        self._retired: tuple[Calendar, ...] = ()  # gone, but clocks may still run by them
        self._configure(workspace)
        for team in workspace.teams:
            self._make_team(team)
        for agent in workspace.agents:
            self._make_agent(agent)
        self._rebuild()

    # --- configuration -----------------------------------------------------------------------

    def _configure(self, workspace: Workspace) -> None:
        """Take over what the workspace says beside its teams and agents."""
        old = getattr(self, "_settings", None)
        self._settings = workspace
        self._key_of: KeyOf = compile_order(workspace.item_order, self._item_view)
        self._mode = compile_mode(workspace.reassign)
        self._eligibility = workspace.eligibility
        self._rate = workspace.assignment_rate
        self._counts_all = workspace.customer_wait_counts
        self._snoozed_counts = workspace.snoozed_counts
        self._book = Book(workspace)
        self._catalog = {entry.id: entry for entry in workspace.catalog}
        if old is None or old.calendars != workspace.calendars:
            if old is not None:
                here = {calendar.id for calendar in workspace.calendars}
                gone = {calendar.id: calendar for calendar in (*self._retired, *old.calendars)}
                self._retired = tuple(gone[name] for name in gone if name not in here)
            self._calendars = compile_calendars((*self._retired, *workspace.calendars))
            self._plans: dict[Shift, ShiftPlan] = {}
        self._auto = (
            workspace.auto_away_after is not None or workspace.auto_reassign_after is not None
        )

    def _retire(self, calendars: tuple[Calendar, ...]) -> None:
        """Put the calendars that are gone as they were."""
        self._retired = calendars
        self._calendars = compile_calendars((*calendars, *self._settings.calendars))
        self._plans = {}

    def _guard(self) -> None:
        """Whether a caller's policy may raise in the middle of a step."""
        settings = self._settings
        self._guarded = _has_policy(settings) or any(
            _has_policy(team.spec) for team in self._teams.values()
        )
        self._free_rules = bool(settings.eligibility) or any(
            hasattr(team.rule, "name") for team in self._teams.values()
        )
        self._wrap_commands()

    def _wrap_commands(self) -> None:
        for verb in _VERBS:
            if self._guarded and verb not in self.__dict__:
                setattr(self, verb, self._undoing(getattr(self, verb)))
            elif not self._guarded:
                self.__dict__.pop(verb, None)

    def _undoing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """A command that is undone when a policy of the caller's raises (D6).

        Only desks with such policies pay for it: their methods are wrapped, the others' are not.
        """

        @functools.wraps(method)
        def run(*args: Any, **options: Any) -> Any:
            if self._busy:
                raise errors.AssignworkError(
                    f"a policy gave the command {method.__name__} to the desk that asks it",
                    remedy="answer from what the policy is shown",
                )
            self._busy = True
            try:
                return method(*args, **options)
            except BaseException as error:
                if self._journal is not None:
                    self._blame(error)
                self._undo()
                raise
            finally:
                self._busy = False

        return run

    def _blame(self, error: BaseException) -> None:
        """Name the desk's policies where none was named yet, as when their keys do not compare."""
        if isinstance(error, errors.AssignworkError) or getattr(error, "__notes__", None):
            return
        settings = self._settings
        found = [*settings.item_order, settings.reassign, *settings.eligibility]
        for team in self._teams.values():
            found += [team.chooser.policy, team.rule]
        named = sorted({repr(policy.name) for policy in found if hasattr(policy, "name")})
        error.add_note(f"in a step that asked policies or compared their keys: {', '.join(named)}")

    def _make_team(self, spec: Any) -> TeamRecord:
        self._team_orders += 1
        team = TeamRecord(spec, self._team_orders, Chooser)
        self._put(self._teams, spec.id, team)
        return team

    def _make_agent(self, spec: Any) -> AgentRecord:
        agent = AgentRecord(
            spec, self._registrations, spec.capacity or self._settings.default_capacity
        )
        self._registrations += 1
        self._put(self._agents, spec.id, agent)
        return agent

    def _rebuild(self, *, keys: bool = True) -> None:  # noqa: ARG002  # for the layer above
        """Make everything derived anew from the records: after loading, restoring, undoing.

        Lanes are filled by `Dispatching`; `keys` says whether items' keys are computed anew.
        """
        self._guard()
        for team in self._teams.values():
            team.primary = {}
            team.secondary = {}
            team.active_primary = 0
            for index in team.indices.values():
                index.dead = True
            team.indices = {}
        for agent in self._agents.values():
            self._join(agent)
        self._dirty_agents = []
        self._dirty_lanes = []

    def _join(self, agent: AgentRecord) -> None:
        """Derive memberships, limits and load by limit of an agent from his configuration."""
        spec = agent.spec
        teams = self._teams
        agent.capacity = spec.capacity or self._settings.default_capacity
        agent.skills = spec.skills
        agent.primary = tuple(teams[t] for t in spec.primary)
        agent.secondary = tuple(teams[t] for t in spec.secondary)
        agent.membership = dict.fromkeys(spec.primary, "primary")
        agent.membership.update(dict.fromkeys(spec.secondary, "secondary"))
        agent.teams = (*agent.primary, *agent.secondary)
        for team in agent.primary:
            team.primary[agent.reg] = agent
            if agent.presence == ACTIVE:
                team.active_primary += 1
        for team in agent.secondary:
            team.secondary[agent.reg] = agent
        agent.gains = (
            *[team.primary_gains for team in agent.primary],
            *[team.secondary_gains for team in agent.secondary],
        )
        agent.dirty = False
        agent.stamp += 1
        agent.open = self._is_open(agent)
        limited = (
            bool(spec.channel_limits)
            or spec.secondary_limit is not None
            or any(t.spec.agent_limit is not None for t in (*agent.primary, *agent.secondary))
        )
        agent.tally = None
        if limited:
            agent.tally = Tally()
            for item in agent.items.values():
                self._tally(agent, item, item.counted)

    def _leave(self, agent: AgentRecord) -> None:
        """Take an agent out of his teams' derived structures."""
        for team in agent.primary:
            team.primary.pop(agent.reg, None)
            self._drop_indices(team)
            if agent.presence == ACTIVE:
                team.active_primary -= 1
        for team in agent.secondary:
            team.secondary.pop(agent.reg, None)
            self._drop_indices(team)

    # --- the door ------------------------------------------------------------------------------

    def _enter(self, now: Any) -> float:
        """Check `now` and fire what is due; the clock itself moves when the command begins."""
        if type(now) is not float:
            now = f.instant(now, "now")
        if not (self._clock <= now <= f.LAST_INSTANT and now >= f.FIRST_INSTANT):
            f.instant(now, "now")
            raise errors.ClockRegressionError(
                f"now is {now}, but the desk has already seen {self._clock}",
                value=now,
                limit=f"at least {self._clock}",
                remedy="give commands in the order of their instants",
            )
        if self._timers.heap and self._timers.heap[0][0] <= now:
            self._fire(now)
        return now  # type: ignore[no-any-return]  # a float by now

    def _begin(self, now: float) -> None:
        """The command is valid: time moves, and what follows can be undone if need be."""
        if now < f.FIRST_INSTANT:  # what skips `_enter` compares with the clock alone
            f.instant(now, "now")
        if self._guarded and self._journal is None:
            self._open_journal()
        self._clock = now
        if not self._started:
            self._start()

    def _start(self) -> None:
        """The first command's instant counts as becoming active (P4)."""
        if self._journal is not None:
            for agent in self._agents.values():
                self._journal.save(agent)
        self._started = True
        now = self._clock
        for agent in self._agents.values():
            agent.idle_since = agent.active_since = agent.seen_at = now
            agent.stamp += 1
            if self._auto:
                self._arm_auto(agent)
        for agent in list(self._agents.values()):
            if agent.spec.shift is not None:
                self._align(agent)

    def _finish(self) -> tuple[Event, ...]:
        """Run D3 and hand out the events."""
        if self._looks:
            self._look_at_noted()
        if self._dirty_agents or self._dirty_lanes or self._free_rules:
            self._dispatch()
        if self._journal is not None:
            self._journal = None
            self._timers.journal = None
        if self._validating:
            self._validate()
        out = self._out
        events = tuple(out)
        out.clear()
        return events

    def _fire(self, until: float) -> None:
        """Fire all timers due at or before `until`, each at its own instant, each with D3.

        What is only the end of a duration (`_PASSIVE`) holds from its instant on, so it is true
        already in the D3 of an earlier timer of the same instant (reading 27).
        """
        timers = self._timers
        while True:
            timer = timers.first()
            if timer is None or timer[0] > until:
                return
            self._fire_one(timer)

    def _fire_one(self, timer: Timer) -> None:
        """Fire one timer at its own instant, with D3."""
        timers = self._timers
        if self._guarded:
            self._open_journal()
        self._clock = max(self._clock, timer[0] if timer[1] > 0 else instant_of(timer))
        try:
            if self._ripened != self._clock:
                self._ripen(self._clock)
            if timer[1] in timers.live:
                timers.cancel(timer[1])
                self._HANDLERS[timer[2]](self, timer[3], timer[4])
            if self._looks:
                self._look_at_noted()
            if self._dirty_agents or self._dirty_lanes or self._free_rules:
                self._dispatch()
        except BaseException as error:
            if self._guarded:
                self._blame(error)
                self._undo()
            raise
        self._journal = None
        timers.journal = None
        if self._validating:
            self._validate()

    def _fire_late(self, instant: float) -> None:
        """Nothing more comes at this instant: its late timers fire (reading 65)."""
        live = self._timers.live
        while late := self._timers.late_at(instant):
            for timer in late:
                if timer[1] in live:
                    self._fire_one(timer)

    def _ripen(self, instant: float) -> None:
        """Carry out all ends of durations that are due at this instant, without D3."""
        self._ripened = instant
        due = self._timers.due(instant)
        for timer in due:
            if timer[2] in self._PASSIVE:
                self._timers.cancel(timer[1])
                self._HANDLERS[timer[2]](self, timer[3], timer[4])
            elif timer[2] == "ageing":
                self._age_now(timer[3])
            elif timer[2] == "shift":
                self._stop_leaving(timer[3])

    _PASSIVE: ClassVar[frozenset[str]] = frozenset(
        {"relax", "affinity", "overflow", "exclusion", "rate", "shift_left"}
    )
    _HANDLERS: ClassVar[dict[str, Callable[[Any, str, Any], None]]] = {}

    # --- undoing -------------------------------------------------------------------------------

    def _counters(self) -> tuple[Any, ...]:
        """All plain counters."""
        return (
            self._seq, self._item_seq, self._assign_seq, self._registrations, self._team_orders,
            self._started,
        )  # fmt: skip

    def _open_journal(self) -> None:
        self._journal = Journal(self)
        self._timers.journal = self._journal.timers

    def _undo(self) -> None:
        """Put everything back as it was when the journal was opened."""
        journal = self._journal
        if journal is None:
            return
        self._journal = None
        self._timers.journal = None
        self._looks.clear()
        self._ripened = math.nan
        for mapping, key, old in reversed(journal.dicts):
            if old is _MISSING:
                mapping.pop(key, None)
            else:
                mapping[key] = old
        for record, saved in journal.records.values():
            record.restore(saved)
        if journal.dicts:
            _reorder(self._agents, lambda agent: agent.reg)
            _reorder(self._teams, lambda team: team.order)
        self._timers.undo(journal.timers, journal.timers_created)
        del self._out[journal.events :]
        (
            self._seq, self._item_seq, self._assign_seq, self._registrations, self._team_orders,
            self._started,
        ) = journal.counters  # fmt: skip
        settings, retired, self._clock = journal.settings
        if settings is not self._settings:
            self._configure(settings)
            self._retire(retired)
        self._rebuild(keys=False)

    def _put(self, mapping: dict[str, Any], key: str, value: Any) -> None:
        if self._journal is not None:
            self._journal.dicts.append((mapping, key, mapping.get(key, _MISSING)))
        mapping[key] = value

    def _pop(self, mapping: dict[str, Any], key: str) -> None:
        if self._journal is not None:
            self._journal.dicts.append((mapping, key, mapping[key]))
        del mapping[key]

    def _guard_for(self, *specs: Any) -> bool:
        """Whether a command brings the desk's first policies of the caller's, which may raise.

        If so the commands are wrapped now, and this one must be given once more.
        """
        if self._guarded or not any(_has_policy(spec) for spec in specs):
            return False
        self._guarded = True
        self._wrap_commands()
        return True

    def _touch(self, record: Any) -> None:
        """Before a record changes: keep it, if this step may have to be undone."""
        if self._journal is not None:
            self._journal.save(record)

    # --- what the layers above fill in ---------------------------------------------------------

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

    def _is_open(self, agent: AgentRecord) -> bool:
        """Whether he gets work: active, not stopped by C6, his shift not over (reading 56)."""
        return (
            agent.presence == ACTIVE and not agent.stopped and not self._clock >= agent.shift_ends
        )

    def _stop_leaving(self, agent: str) -> None:
        raise NotImplementedError

    def _align(self, agent: AgentRecord) -> None:
        raise NotImplementedError

    def _look_at_noted(self) -> None:
        raise NotImplementedError

    def _validate(self) -> None:
        raise NotImplementedError


def _has_policy(spec: Any) -> bool:
    """Whether a team or workspace names a policy of the caller's."""
    if isinstance(spec, Workspace):
        return (
            bool(spec.eligibility)
            or not isinstance(spec.reassign, str)
            or any(not isinstance(entry, str) for entry in spec.item_order)
        )
    return hasattr(spec.selection, "name") or hasattr(spec.secondary_rule, "name")


def _reorder(mapping: dict[str, Any], key: Callable[[Any], int]) -> None:
    """Sort a dict in place, for what was put back stands last."""
    entries = sorted(mapping.items(), key=lambda entry: key(entry[1]))
    mapping.clear()
    mapping.update(entries)
