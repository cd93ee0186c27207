"""The naive desk itself: its public face, and each command word for word (S4, M, C5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs

from assignwork import commands as do
from assignwork import errors as e
from assignwork import events as ev
from assignwork._fields import instant
from assignwork.model import Agent, Workspace
from assignwork.testing.reference._records import (
    FROM,
    STAY,
    AgentRecord,
    ItemRecord,
    TeamRecord,
    Timer,
    built_in,
    changed,
    copied,
    known,
    matches,
    refuse_transition,
    tier_of,
    wire_form,
)
from assignwork.testing.reference._steps import Steps


class ReferenceDesk(Steps):
    """A desk that is plainly right rather than fast.

    Parameters
    ----------
    workspace : Workspace
        With built-in policies only.

    Raises
    ------
    NotImplementedError
        For a workspace with policy objects of the caller's.

    Examples
    --------
    >>> from assignwork import Agent, Team, WorkItem, Workspace
    >>> from assignwork.commands import Submit
    >>> desk = ReferenceDesk(
    ...     Workspace(teams=[Team("billing")], agents=[Agent("ana", primary=["billing"])])
    ... )
    >>> [event.kind for event in desk.handle(Submit(WorkItem("t-1", team="billing")), now=0.0)]
    ['queued', 'assigned']
    >>> desk.state()["items"]["t-1"]["owner"]
    'ana'
    """

    def __init__(self, workspace: Workspace) -> None:
        self._config = attrs.evolve(workspace, teams=(), agents=())
        self._clock = -math.inf
        self._started = False
        self._teams = {team.id: TeamRecord(built_in(team)) for team in workspace.teams}
        self._agents: dict[str, AgentRecord] = {}
        self._items: dict[str, ItemRecord] = {}
        self._timers: list[Timer] = []
        self._pending: list[ev.Event] = []
        self._event_count = 0
        self._timer_count = 0
        self._assignment_count = 0
        self._agent_count = 0
        built_in(self._config)
        for agent in workspace.agents:
            self._register(agent, 0.0)

    # --- the public face

    def handle(self, command: do.Command, now: Any) -> tuple[ev.Event, ...]:
        """Fire what is due, carry out the command, dispatch; the events in their order.

        Parameters
        ----------
        command : Command
        now : float or datetime
            Its instant; not before the last one.

        Raises
        ------
        AssignworkError
            The command is refused. But for timers that were due, nothing has changed (D6).
        """
        now = instant(now, "now")
        if now < self._clock:
            raise e.ClockRegressionError(
                f"now is {now}, but the desk has seen {self._clock}",
                value=now,
                limit=self._clock,
                remedy="give commands in the order of their instants",
            )
        while (timer := self._first_timer()) is not None and timer.due <= now:
            self._timers.remove(timer)
            self._clock = timer.due
            self._fire(timer)
            self._dispatch()
        before = {name: copied(value) for name, value in vars(self).items()}
        try:
            self._clock = now
            self._start()
            getattr(self, f"_on_{command.verb}")(command)
            self._note_idle()
            self._dispatch()
        except Exception:
            self.__dict__.update(before)
            raise
        events, self._pending = tuple(self._pending), []
        return events

    def next_wakeup(self) -> float | None:
        """The instant of the earliest timer (N3), or None."""
        timer = self._first_timer()
        return None if timer is None else timer.due

    def state(self) -> dict[str, Any]:
        """Everything a user could see, as plain data.

        Returns
        -------
        dict
            `items` and `agents` by id, `teams` (ids), `queue` (ids of all queued items in item
            order) and `clock` (the instant the desk has seen last; -inf before the first command).
            An item's `priority` is its effective one.
        """
        return {
            "items": {
                name: {
                    "state": item.state,
                    "team": item.team,
                    "owner": item.owner,
                    "last_owner": item.last_owner,
                    "offered_to": item.offered_to,
                    "priority": self._priority(item),
                    "weight": item.spec.weight,
                    "waiting_since": item.waiting_since,
                    "queued_at": item.queued_at,
                    "seq": item.number + 1,
                    "created_at": item.created_at,
                    "snoozed_until": item.snoozed_until,
                    "offer_expires_at": item.offer_expires_at,
                    "excluded": sorted(who for who, until in item.excluded if until > self._clock),
                }
                for name, item in self._items.items()
            },
            "agents": {
                name: {
                    "presence": agent.presence,
                    "by": agent.by,
                    "reason": agent.reason,
                    "load": self._load(agent),
                    "capacity": self._capacity(agent),
                    "registration": agent.number,
                    "last_assigned": agent.last_assigned,
                    "idle_since": None if self._load(agent) else agent.idle_since,
                }
                for name, agent in self._agents.items()
            },
            "teams": list(self._teams),
            "queue": [item.spec.id for item in self._in_order(self._queued())],
            "clock": self._clock,
        }

    # --- commands: items

    def _item(self, name: str) -> ItemRecord:
        return known(self._items, name, e.UnknownItemError, "item")

    def _agent(self, name: str) -> AgentRecord:
        return known(self._agents, name, e.UnknownAgentError, "agent")

    def _team(self, name: str) -> TeamRecord:
        return known(self._teams, name, e.UnknownTeamError, "team")

    def _need_state(self, item: ItemRecord, verb: str) -> None:
        if item.state not in FROM[verb]:
            refuse_transition(item, verb)

    def _on_submit(self, command: do.Submit) -> None:
        spec = command.item
        if spec.id in self._items:
            raise e.DuplicateItemError(f"item {spec.id!r} exists already", value=spec.id)
        self._team(spec.team)
        if spec.only_agent is not None:
            self._agent(spec.only_agent)
        created = self._clock if spec.created_at is None else min(spec.created_at, self._clock)
        item = ItemRecord(spec, len(self._items), spec.team, created, waiting_since=created)
        self._items[spec.id] = item
        self._enqueue(item)

    def _on_assign(self, command: do.Assign) -> None:
        item = self._item(command.item)
        self._need_state(item, "assign")
        agent = self._agent(command.agent)
        if item.owner == agent.spec.id:
            return
        flags = tuple(
            flag
            for flag, holds in (
                ("over_capacity", not self._limits_pass(agent, item)),
                ("not_active", agent.presence != "active"),
                ("not_member", tier_of(agent, item) == "manual"),
            )
            if holds
        )
        if self._config.strict if command.strict is None else command.strict:
            for flag, error in (
                ("not_active", e.NotActiveError),
                ("not_member", e.NotMemberError),
                ("over_capacity", e.CapacityExceededError),
            ):
                if flag in flags:
                    raise error(f"agent {agent.spec.id!r}: {flag}", remedy="pass strict=False")
        if item.state == "offered":
            self._end_offer(item, "withdrawn")
        elif item.state == "assigned":
            self._give_up(item, "hand")
        item.excluded = ()
        self._cancel(item.spec.id, ("exclusion",))
        self._own(item, agent, by="hand", tier="manual", selection="hand", flags=flags)

    def _on_release(self, command: do.Release) -> None:
        item = self._item(command.item)
        self._need_state(item, "release")
        self._give_back(item, "hand")

    def _on_transfer(self, command: do.Transfer) -> None:
        item = self._item(command.item)
        self._need_state(item, "transfer")
        self._team(command.team)
        self._move(item, command.team, keep_agent=command.keep_agent)

    def _on_pull(self, command: do.Pull) -> None:
        agent = self._agent(command.agent)
        for item in self._in_order(self._queued()):
            if self._eligible(agent, item):
                self._own(item, agent, by="pull", tier=tier_of(agent, item), selection="pull")
                self._count_gift(agent)
                return

    def _on_snooze(self, command: do.Snooze) -> None:
        item = self._item(command.item)
        self._need_state(item, "snooze")
        if command.until is not None and command.until <= self._clock:
            raise e.ConfigurationError(
                f"{command.until} is not after now", field="until", value=command.until,
                limit=self._clock, remedy="give a later instant, or none",
            )  # fmt: skip
        self._leave_queue(item)
        item.state, item.snoozed_until = "snoozed", command.until
        self._emit(ev.Snoozed, item=item.spec.id, until=command.until)
        self._arm("snooze", item.spec.id, due=command.until)

    def _on_wake(self, command: do.Wake) -> None:
        item = self._item(command.item)
        self._need_state(item, "wake")
        self._end_snooze(item)

    def _on_reply(self, command: do.Reply) -> None:
        item = self._item(command.item)
        if item.state == "closed" and command.by == "customer":
            self._team(item.team)
            self._emit(ev.Replied, item=item.spec.id, by="customer", agent=None)
            self._open_again(item)
            return
        self._need_state(item, "reply")
        if command.by == "agent":
            item.waiting_since = None
        elif item.waiting_since is None:
            item.waiting_since = self._clock
        self._emit(ev.Replied, item=item.spec.id, by=command.by, agent=item.owner)
        owner = None if item.owner is None else self._agents[item.owner]
        if command.by == "agent":
            if owner is not None:
                self._sign_of_life(owner)
        elif item.state == "snoozed":
            self._end_snooze(item)
        elif (
            owner is not None
            and owner.presence == "away_reassign"
            and self._config.reassign != "all"
        ):
            self._give_back(item, "away")

    def _on_close(self, command: do.Close) -> None:
        item = self._item(command.item)
        self._need_state(item, "close")
        if item.state == "offered":
            self._end_offer(item, "withdrawn")
        owner, item.owner = item.owner, None
        item.state, item.waiting_since = "closed", None
        item.excluded, item.snoozed_until = (), None
        self._cancel(item.spec.id, (*STAY, "exclusion", "snooze"))
        self._emit(ev.Closed, item=item.spec.id, agent=owner)

    def _on_reopen(self, command: do.Reopen) -> None:
        item = self._item(command.item)
        self._need_state(item, "reopen")
        self._team(item.team)
        self._open_again(item)

    def _on_update_item(self, command: do.UpdateItem) -> None:
        item = self._item(command.item)
        self._need_state(item, "update_item")
        spec = changed(item.spec, command.changes, ("id", "team", "created_at"))
        if spec.only_agent is not None and spec.only_agent != item.spec.only_agent:
            self._agent(spec.only_agent)
        item.spec = spec
        self._emit(ev.ItemUpdated, item=spec.id, changes=wire_form(spec, command.changes))
        if item.state == "queued":
            self._arm_stay(item)

    def _offered(self, command: do.Accept | do.Decline) -> tuple[ItemRecord, AgentRecord]:
        item = self._item(command.item)
        self._need_state(item, command.verb)
        agent = self._agent(command.agent)
        if item.offered_to != agent.spec.id:
            refuse_transition(item, command.verb)
        return item, agent

    def _on_accept(self, command: do.Accept) -> None:
        item, agent = self._offered(command)
        self._end_offer(item, "accepted")
        self._own(item, agent, by="offer", tier=item.offered_tier, selection="offer")
        agent.misses = 0
        self._sign_of_life(agent)

    def _on_decline(self, command: do.Decline) -> None:
        item, agent = self._offered(command)
        self._end_offer(item, "declined")
        self._enqueue(item)
        self._exclude(item, agent, self._teams[item.team].spec.decline_cooldown)
        agent.misses = 0

    # --- commands: agents and configuration

    def _on_set_presence(self, command: do.SetPresence) -> None:
        agent = self._agent(command.agent)
        self._change_presence(agent, command.presence, command.by, command.reason)

    def _on_heartbeat(self, command: do.Heartbeat) -> None:
        agent = self._agent(command.agent)
        sent = agent.presence in ("away", "away_reassign") and agent.by == "auto"
        if sent and self._config.auto_return:
            self._change_presence(agent, "active", "auto", None)
        else:
            self._sign_of_life(agent)

    def _on_advance(self, command: do.Advance) -> None:
        """Nothing but time passes."""

    def _configured(self, command: do.Command, target: Any, changes: Any) -> None:
        self._emit(ev.Configured, what=command.verb, target=target, changes=changes)

    def _know_teams(self, agent: Agent) -> None:
        for kind in ("primary", "secondary"):
            for i, team in enumerate(getattr(agent, kind)):
                if team not in self._teams:
                    raise e.ConfigurationError(
                        f"agent {agent.id!r} names the unknown team {team!r}",
                        field=f"{kind}[{i}]", value=team, remedy="add the team first",
                    )  # fmt: skip

    def _on_add_agent(self, command: do.AddAgent) -> None:
        spec = command.agent
        if spec.id in self._agents:
            raise e.DuplicateAgentError(f"agent {spec.id!r} exists already", value=spec.id)
        self._know_teams(spec)
        agent = self._register(spec, self._clock)
        self._configured(command, spec.id, spec.to_dict())
        self._arm_agent(agent)

    def _changed_agent(self, agent: AgentRecord, changes: Mapping[str, Any]) -> Agent:
        spec = changed(agent.spec, changes, ("id", "presence"))
        self._know_teams(spec)
        return spec

    def _on_update_agent(self, command: do.UpdateAgent) -> None:
        agent = self._agent(command.agent)
        agent.spec = self._changed_agent(agent, command.changes)
        self._configured(command, command.agent, wire_form(agent.spec, command.changes))

    def _on_update_agents(self, command: do.UpdateAgents) -> None:
        if isinstance(command.where, Mapping):
            for condition in ("primary", "secondary", "team"):
                if condition in command.where:
                    self._team(command.where[condition])
            chosen = [a for a in self._agents.values() if matches(a, command.where)]
        else:
            named = [self._agent(name).spec.id for name in command.where]
            chosen = [agent for name, agent in self._agents.items() if name in named]
        anybody = changed(Agent("anybody"), command.changes, ("id", "presence"))
        for agent in chosen:
            agent.spec = self._changed_agent(agent, command.changes)
        target = [agent.spec.id for agent in chosen]
        self._configured(command, target, wire_form(anybody, command.changes))

    def _on_remove_agent(self, command: do.RemoveAgent) -> None:
        """M5, reading 9."""
        agent = self._agent(command.agent)
        self._withdraw_offers(agent)
        for item in self._in_order(self._assigned_to(agent)):
            self._give_back(item, "removed")
        for item in self._items.values():
            if item.owner == command.agent:
                item.owner = None
        del self._agents[command.agent]
        self._cancel(command.agent, ("rate", "auto_away", "auto_reassign"))
        self._configured(command, command.agent, {})

    def _on_add_team(self, command: do.AddTeam) -> None:
        spec = built_in(command.team)
        if spec.id in self._teams:
            raise e.DuplicateTeamError(f"team {spec.id!r} exists already", value=spec.id)
        self._teams[spec.id] = TeamRecord(spec)
        self._configured(command, spec.id, spec.to_dict())

    def _on_update_team(self, command: do.UpdateTeam) -> None:
        team = self._team(command.team)
        team.spec = built_in(changed(team.spec, command.changes, ("id",)))
        self._configured(command, command.team, wire_form(team.spec, command.changes))
        for item in self._queued():
            if item.team == command.team:
                self._arm_stay(item)

    def _on_remove_team(self, command: do.RemoveTeam) -> None:
        """M5, reading 10."""
        name, move_to = command.team, command.move_to
        self._team(name)
        if move_to is not None:
            self._team(move_to)
        if move_to == name:
            raise e.ConfigurationError(
                f"{name!r} is the team that goes", field="move_to", value=name,
                remedy="name another team",
            )  # fmt: skip
        inside = [item for item in self._items.values() if item.team == name]
        in_open = [item for item in inside if item.state != "closed"]
        if in_open and move_to is None:
            raise e.TeamNotEmptyError(
                f"team {name!r} has {len(in_open)} open items", value=len(in_open),
                remedy="pass move_to",
            )  # fmt: skip
        if move_to is not None:
            for item in self._in_order(in_open):
                self._move(item, move_to, keep_agent=True)
            for item in inside:
                item.team = move_to
        del self._teams[name]
        for agent in self._agents.values():
            agent.spec = attrs.evolve(
                agent.spec,
                primary=tuple(team for team in agent.spec.primary if team != name),
                secondary=tuple(team for team in agent.spec.secondary if team != name),
            )
        self._configured(command, name, {"move_to": move_to})

    def _on_update_workspace(self, command: do.UpdateWorkspace) -> None:
        before = self._config.assignment_rate
        self._config = built_in(changed(self._config, command.changes, ("teams", "agents")))
        for agent in self._agents.values():
            agent.gifts = tuple(
                gift for gift in agent.gifts if before and gift + before.per > self._clock
            )
        self._configured(command, None, wire_form(self._config, command.changes))
        for item in self._queued():
            self._arm_stay(item)
        for agent in self._agents.values():
            self._arm_agent(agent)
