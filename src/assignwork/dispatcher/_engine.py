"""What every command needs: the configuration, the door, the clock and the timers.

A command walks: `_enter` checks `now` and fires what is due; the command validates; `_begin` moves
the clock; records change through primitives; `_finish` runs D3 and returns the events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._state import ACTIVE, AgentRecord, Tally, TeamRecord
from assignwork.dispatcher._timers import Timer, instant_of
from assignwork.dispatcher._undoing import Undoing
from assignwork.events import Event
from assignwork.model import Calendar, Shift, Workspace
from assignwork.policies.ordering import KeyOf, compile_order
from assignwork.policies.presence import compile_mode
from assignwork.policies.selection import Chooser
from assignwork.service.calendars import compile_calendars
from assignwork.service.matching import Book
from assignwork.service.shifts import ShiftPlan


class Engine(Undoing):
    """Configuration, door, clock, timers."""

    __slots__ = ()

    def __init__(self, workspace: Workspace, *, validate: bool = False) -> None:
        if not isinstance(workspace, Workspace):
            f.refuse("workspace", workspace, "a Workspace", "make one, or use Workspace.from_dict")
        super().__init__(validate=validate)
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

    def _is_open(self, agent: AgentRecord) -> bool:
        """Whether he gets work: active, not stopped by C6, his shift not over (reading 56)."""
        return (
            agent.presence == ACTIVE and not agent.stopped and not self._clock >= agent.shift_ends
        )

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
