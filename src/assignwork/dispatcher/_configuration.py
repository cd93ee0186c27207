"""Live changes of the configuration: agents, teams, workspace (C5, M5, readings 9, 10, 31)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork import errors
from assignwork._codec import plain
from assignwork.dispatcher._changes import changed
from assignwork.dispatcher._shifts import Shifts
from assignwork.dispatcher._snapshot import current_workspace
from assignwork.dispatcher._state import (
    ASSIGNED,
    OFFERED,
    QUEUED,
    SNOOZED,
    AgentRecord,
    TeamRecord,
)
from assignwork.events import Configured, Event
from assignwork.model import Agent, Team, Workspace
from assignwork.model.calendars import ALWAYS
from assignwork.model.references import agents_named, teams_named
from assignwork.policies.selection import Chooser
from assignwork.service.calendars import compile_calendars
from assignwork.service.shifts import ShiftPlan


class ConfigurationCommands(Shifts):
    """Commands on the configuration."""

    __slots__ = ()

    def _emit_configured(self, what: str, target: Any, changes: Mapping[str, Any]) -> None:
        self._seq += 1
        self._out.append(Configured(self._seq, self._clock, what, target, dict(changes)))

    def _check_teams(self, spec: Agent) -> None:
        for kind in ("primary", "secondary"):
            for i, team in enumerate(getattr(spec, kind)):
                if team not in self._teams:
                    raise errors.ConfigurationError(
                        f"agent {spec.id!r} names the unknown team {team!r}",
                        field=f"{kind}[{i}]",
                        value=team,
                        remedy=f.nearest(team, self._teams),
                    )

    def _check_shift(self, spec: Agent) -> None:
        """Refuse a shift whose calendar is not there, or whose overrides do not fit it."""
        shift = spec.shift
        if shift is None:
            return
        known = {ALWAYS, *(calendar.id for calendar in self._settings.calendars)}
        if shift.calendar not in known:
            raise errors.ConfigurationError(
                f"agent {spec.id!r} names the unknown calendar {shift.calendar!r}",
                field="shift.calendar",
                value=shift.calendar,
                remedy=f.nearest(shift.calendar, sorted(known)),
            )
        try:
            self._plan_of(shift)
        except errors.ConfigurationError as error:
            raise error.within("shift") from None

    # --- agents --------------------------------------------------------------------------------

    def add_agent(self, agent: Agent, *, now: Any) -> tuple[Event, ...]:
        """A new agent, last in registration order; work that waits for him is dispatched.

        Raises
        ------
        DuplicateAgentError, ConfigurationError
        """
        now = self._enter(now)
        if not isinstance(agent, Agent):
            f.refuse("agent", agent, "an Agent")
        if agent.id in self._agents:
            raise errors.DuplicateAgentError(
                f"there is an agent {agent.id!r} already",
                value=agent.id,
                remedy="give him another id, or use update_agent",
            )
        self._check_teams(agent)
        self._check_shift(agent)
        self._begin(now)
        record = self._make_agent(agent)
        record.idle_since = record.active_since = record.seen_at = now
        for name in (*agent.primary, *agent.secondary):
            self._drop_indices(self._teams[name])
        self._join(record)
        self._emit_configured("add_agent", agent.id, agent.to_dict())
        self._arm_auto(record)
        self._gained(record)
        if agent.shift is not None:
            self._align(record)
        if self._restricted and record.presence != "active":
            self._mark_waiting_for(agent.id)
        return self._finish()

    def update_agent(self, agent: str, *, now: Any, **changes: Any) -> tuple[Event, ...]:
        """Change fields of an agent; nothing is taken away from him (C5).

        Raises
        ------
        UnknownAgentError, ConfigurationError
        """
        now = self._enter(now)
        record = self._agent(agent)
        spec = self._changed_agent(record, changes)
        self._begin(now)
        shown = {name: plain(getattr(spec, name)) for name in changes}
        self._emit_configured("update_agent", agent, shown)
        self._reconfigure([(record, spec)])
        return self._finish()

    def _changed_agent(self, record: AgentRecord, changes: dict[str, Any]) -> Agent:
        if not changes:
            f.refuse("changes", {}, "an object with at least one field to change")
        spec = changed(record.spec, changes, ("id", "presence"), "an agent")
        self._check_teams(spec)
        if spec.shift != record.spec.shift:
            self._check_shift(spec)
        return spec  # type: ignore[no-any-return]  # changed keeps the class

    def update_agents(
        self, where: Mapping[str, str] | Sequence[str], *, now: Any, **changes: Any
    ) -> tuple[Event, ...]:
        """Change the same fields of many agents at once, then dispatch once.

        Parameters
        ----------
        where : mapping or list of str
            Ids, or conditions that all must hold: `primary`, `secondary`, `team` (either),
            `skill`, `tag`, `presence`; ``{}`` means everybody.

        Raises
        ------
        UnknownAgentError, ConfigurationError
        """
        now = self._enter(now)
        records = self._where(where)
        if not changes:
            f.refuse("changes", {}, "an object with at least one field to change")
        if not self._started:  # shifts are aligned first, which may change who is meant
            for record in self._agents.values():
                self._changed_agent(record, changes)
        updates = [(record, self._changed_agent(record, changes)) for record in records]
        shape = changed(Agent("nobody"), changes, ("id", "presence"), "an agent")
        first = not self._started
        self._begin(now)
        if first:
            records = self._where(where)
            updates = [(record, self._changed_agent(record, changes)) for record in records]
        shown = {name: plain(getattr(shape, name)) for name in changes}
        self._emit_configured("update_agents", [record.id for record in records], shown)
        self._reconfigure(updates)
        return self._finish()

    def _where(self, where: Any) -> list[AgentRecord]:
        from assignwork.commands import UpdateAgents  # noqa: PLC0415  # rarely needed, slow to load

        checked = UpdateAgents(where, {"capacity": 1}).where
        if not isinstance(checked, Mapping):
            chosen = {self._agent(name).id for name in checked}
            return [record for record in self._agents.values() if record.id in chosen]
        for kind in ("primary", "secondary", "team"):
            if kind in checked:
                self._team(checked[kind])
        return [record for record in self._agents.values() if _matches(record, checked)]

    def _reconfigure(self, updates: list[tuple[AgentRecord, Agent]]) -> None:
        """Agents are as their new configuration says; whatever may concern it is looked at."""
        shifted = [record for record, spec in updates if spec.shift != record.spec.shift]
        for record, spec in updates:
            self._touch(record)
            before = record.teams
            membership = record.membership
            self._leave(record)
            record.spec = spec
            for name in (*spec.primary, *spec.secondary):
                self._drop_indices(self._teams[name])
            self._join(record)
            if membership != record.membership:  # else only he himself can take more, or less
                for team in {id(t): t for t in (*before, *record.teams)}.values():
                    self._mark_team(team)
        for record, _ in updates:
            self._lost(record)
            self._gained(record)
            if record in shifted:
                self._align(record)
            else:
                self._arm_shift(record)
        if self._restricted:
            for record, _ in updates:
                for team in (*record.primary, *record.secondary):
                    for member in (*team.primary.values(), *team.secondary.values()):
                        self._mark(member)

    def remove_agent(self, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent leaves the desk; all that he holds is given back (M5).

        Raises
        ------
        UnknownAgentError
        """
        now = self._enter(now)
        record = self._agent(agent)
        for field, name in agents_named(self._settings):
            if name == agent:
                raise errors.ConfigurationError(
                    f"agent {agent!r} cannot be removed: a path assigns to him",
                    field=field,
                    value=agent,
                    remedy="change the paths first, with update_workspace",
                )
        self._begin(now)
        self._touch(record)
        presence = record.presence
        self._leave(record)
        record.presence = "offline"  # nothing comes back to him
        record.open = False
        record.stamp += 1
        for number in (record.rate_timer, *record.auto_timers, *record.shift_timers):
            self._timers.cancel(number)
        record.shift_timers = ()
        record.shift_starts = inf
        record.rate_timer = 0
        record.auto_timers = (0, 0)
        if presence == "active":
            self._after_leaving(record)
        self._withdraw_offers(record)
        held = [item for item in record.items.values() if item.state == ASSIGNED]
        for item in self._in_item_order(held):
            self._release(item, "removed")
        for item in [item for item in record.items.values() if item.state == SNOOZED]:
            self._touch(item)
            item.last_owner = record.id
            self._take_from(item)
        self._pop(self._agents, agent)
        self._emit_configured("remove_agent", agent, {})
        if record.plan is not None and self._restricted:
            self._mark_waiting_for(agent)
        return self._finish()

    # --- teams ---------------------------------------------------------------------------------

    def add_team(self, team: Team, *, now: Any) -> tuple[Event, ...]:
        """A new team inbox, without members.

        Raises
        ------
        DuplicateTeamError
        """
        now = self._enter(now)
        if not isinstance(team, Team):
            f.refuse("team", team, "a Team")
        if team.id in self._teams:
            raise errors.DuplicateTeamError(
                f"there is a team {team.id!r} already",
                value=team.id,
                remedy="give it another id, or use update_team",
            )
        if self._guard_for(team):
            return self.add_team(team, now=now)
        self._begin(now)
        self._make_team(team)
        self._guard()
        self._emit_configured("add_team", team.id, team.to_dict())
        return self._finish()

    def update_team(self, team: str, *, now: Any, **changes: Any) -> tuple[Event, ...]:
        """Change fields of a team; items that wait are dispatched under the new rules.

        Raises
        ------
        UnknownTeamError, ConfigurationError
        """
        now = self._enter(now)
        record = self._team(team)
        if not changes:
            f.refuse("changes", {}, "an object with at least one field to change")
        spec = changed(record.spec, changes, ("id",), "a team")
        if self._guard_for(spec):
            return self.update_team(team, now=now, **changes)
        self._begin(now)
        self._touch(record)
        shown = {name: plain(getattr(spec, name)) for name in changes}
        self._emit_configured("update_team", team, shown)
        left = record.min_left
        record.configure(spec, Chooser)
        self._refresh([record])
        if left != record.min_left:
            for agent in self._agents.values():
                if record in agent.teams:
                    self._arm_shift(agent)
        return self._finish()

    def _refresh(self, teams: list[TeamRecord]) -> None:
        """After a change of teams or workspace: look at all that waits.

        Stays are re-armed and everything derived is made anew.
        """
        concerned = {team.id for team in teams}
        queued = sorted(
            (
                item
                for item in self._items.values()
                if item.state == QUEUED and item.team.id in concerned
            ),
            key=lambda item: item.seq,
        )
        if self._journal is not None:
            for item in self._items.values():
                self._journal.save(item)
        for item in queued:
            self._renew_stay(item)
        self._rebuild()
        for team in self._teams.values():
            self._mark_team(team)
        for agent in self._agents.values():
            self._gained(agent)

    def remove_team(self, team: str, *, move_to: str | None = None, now: Any) -> tuple[Event, ...]:
        """A team inbox goes; what is open in it moves to `move_to` with its owners (M5).

        Raises
        ------
        UnknownTeamError
        TeamNotEmptyError
            When something is open in it and there is no `move_to`.
        """
        now = self._enter(now)
        record = self._team(team)
        to = None if move_to is None else self._team(move_to)
        if to is record:
            f.refuse("move_to", move_to, "another team")
        for field, name in teams_named(self._settings):
            if name == team:
                raise errors.ConfigurationError(
                    f"team {team!r} cannot be removed: the workspace names it",
                    field=field,
                    value=team,
                    remedy="change that first, with update_workspace",
                )
        still_open = [item for item in self._items.values() if item.team is record]
        if still_open and to is None:
            raise errors.TeamNotEmptyError(
                f"{len(still_open)} items are open in team {team!r}",
                value=len(still_open),
                limit=0,
                remedy="close or transfer them, or name a team in move_to",
            )
        self._begin(now)
        self._touch(record)
        if to is not None:
            for item in self._in_item_order(still_open):
                self._transfer(item, to, keep_agent=True)
            for name, entry in self._closed.items():
                spec, seq, in_team, *rest = entry
                if in_team == team:
                    self._put(self._closed, name, (spec, seq, to.id, *rest))
        members = [*record.primary.values(), *record.secondary.values()]
        for agent in members:
            self._touch(agent)
            spec = agent.spec
            agent.spec = attrs.evolve(
                spec,
                primary=[name for name in spec.primary if name != team],
                secondary=[name for name in spec.secondary if name != team],
            )
        self._pop(self._teams, team)
        self._emit_configured("remove_team", team, {"move_to": move_to})
        self._refresh([])
        if record.min_left is not None:
            for agent in members:
                self._arm_shift(agent)
        return self._finish()

    # --- workspace -----------------------------------------------------------------------------

    def update_workspace(self, *, now: Any, **changes: Any) -> tuple[Event, ...]:
        """Change fields of the workspace; all that waits is dispatched under the new rules.

        Raises
        ------
        ConfigurationError
        """
        now = self._enter(now)
        if not changes:
            f.refuse("changes", {}, "an object with at least one field to change")
        settings = changed(current_workspace(self), changes, ("teams", "agents"), "a workspace")
        if settings.calendars != self._settings.calendars:
            self._check_plans(settings)
        if self._guard_for(settings):
            return self.update_workspace(now=now, **changes)
        self._begin(now)
        shown = {name: plain(getattr(settings, name)) for name in changes}
        self._emit_configured("update_workspace", None, shown)
        old_rate = self._rate
        calendars = self._settings.calendars
        if self._journal is not None:
            for record in (*self._agents.values(), *self._items.values()):
                self._journal.save(record)
        if calendars != settings.calendars:
            self._add_up_clocks()
        self._configure(settings)
        for agent in self._agents.values():
            given = agent.given  # gifts still in the old window count for the new one
            while given and (old_rate is None or given[0] + old_rate.per <= now):
                given.popleft()
            agent.capacity = agent.spec.capacity or settings.default_capacity
        for item in self._items.values():
            if item.agent is not None and item.state in (ASSIGNED, OFFERED, SNOOZED):
                self._weigh(item)
        self._refresh(list(self._teams.values()))
        for agent in self._agents.values():
            self._arm_rate(agent)
            self._arm_auto(agent)
        if calendars != settings.calendars:
            for agent in list(self._agents.values()):
                if agent.spec.shift is not None:
                    self._align(agent)
        return self._finish()

    def _check_plans(self, settings: Workspace) -> None:
        """Refuse calendars that the shifts of the desk's agents do not fit."""
        working = compile_calendars(settings.calendars)
        for i, agent in enumerate(settings.agents):
            if agent.shift is not None and agent.shift.overrides:
                try:
                    ShiftPlan(agent.shift, working[agent.shift.calendar])
                except errors.ConfigurationError as error:
                    raise error.within(f"agents[{i}].shift") from None


def _matches(agent: AgentRecord, where: Mapping[str, str]) -> bool:
    """Whether all conditions of `update_agents` hold."""
    answers = {
        "primary": lambda name: agent.membership.get(name) == "primary",
        "secondary": lambda name: agent.membership.get(name) == "secondary",
        "team": lambda name: name in agent.membership,
        "skill": lambda name: name in agent.skills,
        "tag": lambda name: name in agent.spec.tags,
        "presence": lambda name: agent.presence == name,
    }
    return all(answers[kind](name) for kind, name in where.items())  # type: ignore[no-untyped-call]  # lambdas have no types
