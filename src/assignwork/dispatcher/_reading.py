"""Look-ups with their errors, and snapshots of records for callers and policies."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from math import inf
from typing import Any

from assignwork import _fields as f
from assignwork import errors
from assignwork.dispatcher._care import Care
from assignwork.dispatcher._engine import Engine
from assignwork.dispatcher._state import (
    HELD,
    OFFERED,
    SNOOZED,
    AgentRecord,
    ItemRecord,
    TeamRecord,
)
from assignwork.model.promises import TARGETS
from assignwork.views import AgentView, ItemView, TargetView, TeamView

_MANY = 2000  # names, above which looking for a near one takes too long


class Reading(Engine):
    """Look-ups and views."""

    __slots__ = ()

    def _item(self, item: str, verb: str) -> ItemRecord:
        f.identifier(item, "item")
        record = self._items.get(item)
        if record is None:
            if item in self._closed:
                raise self._wrong_state(item, verb, "closed")
            self._unknown_item(item)
        return record  # type: ignore[return-value]  # _unknown_item raises

    def _unknown_item(self, item: Any) -> None:
        f.identifier(item, "item")
        raise errors.UnknownItemError(
            f"no item {item!r} was ever submitted", value=item, remedy="submit it first"
        )

    def _wrong_state(
        self, item: str, verb: str, state: str, detail: str = ""
    ) -> errors.InvalidTransitionError:
        allowed = ALLOWED[verb]
        return errors.InvalidTransitionError(
            f"cannot {verb} item {item!r}: it is {state}{detail}",
            value=state,
            limit=", ".join(allowed),
            remedy=REMEDIES.get((verb, state), "look at its state first"),
            item=item,
        )

    def _expect(self, item: ItemRecord, verb: str) -> None:
        """Rule S4."""
        if item.state not in ALLOWED[verb]:
            raise self._wrong_state(item.id, verb, item.state)

    def _agent(self, agent: str) -> AgentRecord:
        record = self._agents.get(f.identifier(agent, "agent"))
        if record is None:
            raise errors.UnknownAgentError(
                f"there is no agent {agent!r}",
                value=agent,
                remedy=near(agent, self._agents) or "add the agent first",
            )
        return record

    def _team(self, team: str) -> TeamRecord:
        record = self._teams.get(f.identifier(team, "team"))
        if record is None:
            raise errors.UnknownTeamError(
                f"there is no team {team!r}",
                value=team,
                remedy=near(team, self._teams) or "add the team first",
            )
        return record

    # --- views ---------------------------------------------------------------------------------

    def _item_view(self, item: ItemRecord) -> ItemView:
        """A snapshot of an open item."""
        extra = item.extra
        offered = item.state == OFFERED
        agent = None if item.agent is None else item.agent.id
        return ItemView(
            id=item.id,
            state=item.state,
            team=item.team.id,
            priority=item.priority,
            owner=None if offered else agent,
            offered_to=agent if offered else None,
            weight=item.weight,
            channel=item.spec.channel,
            seq=item.seq,
            created_at=item.created_at,
            waiting_since=item.waiting_since,
            queued_at=None if item.state == HELD else item.queued_at,
            due_at=item.due,
            own_priority=item.own,
            **_care_fields(item.care),
            snoozed_until=extra.until if extra is not None and item.state == SNOOZED else None,
            offer_expires_at=extra.expires_at if extra is not None and offered else None,
            excluded=() if extra is None else tuple(sorted(extra.excluded)),
            item=item.spec,
        )

    def _closed_view(self, item: str) -> ItemView:
        """A snapshot of a closed item."""
        spec, seq, team, owner, created_at, own, _, _, care = self._closed[item]
        return ItemView(
            id=item, state="closed", team=team, priority=own, owner=owner,
            offered_to=None, weight=spec.weight, channel=spec.channel, seq=seq,
            created_at=created_at, waiting_since=None, queued_at=None, due_at=spec.due_at,
            snoozed_until=None, offer_expires_at=None, excluded=(), item=spec,
            own_priority=own, **_care_fields(care),
        )  # fmt: skip

    def _agent_view(self, agent: AgentRecord) -> AgentView:
        """A snapshot of an agent."""
        held = sorted(agent.items.values(), key=lambda item: item.seq)
        return AgentView(
            id=agent.id,
            presence=agent.presence,
            by=agent.by,
            reason=agent.reason,
            capacity=agent.capacity,
            load=agent.load,
            headroom=agent.capacity - agent.load,
            items=tuple(item.id for item in held if item.state != OFFERED),
            offers=tuple(item.id for item in held if item.state == OFFERED),
            registration=agent.reg,
            last_assigned=agent.last,
            idle_since=agent.idle_since if agent.load == 0 else None,
            primary=agent.spec.primary,
            secondary=agent.spec.secondary,
            skills=agent.skills,
            agent=agent.spec,
            shift_ends_at=None if agent.shift_ends == inf else agent.shift_ends,
            shift_starts_at=None if agent.shift_starts == inf else agent.shift_starts,
        )

    def _team_view(self, team: TeamRecord) -> TeamView:
        """A snapshot of a team."""
        return TeamView(
            id=team.id,
            queued=team.queued,
            active_primary=team.active_primary,
            primary=tuple(a.id for _, a in sorted(team.primary.items())),
            secondary=tuple(a.id for _, a in sorted(team.secondary.items())),
            team=team.spec,
        )


OPEN = ("queued", "offered", "assigned", "snoozed")
ALLOWED: dict[str, tuple[str, ...]] = {
    "assign": OPEN,
    "release": ("assigned",),
    "transfer": OPEN,
    "snooze": ("queued", "assigned"),
    "wake": ("snoozed",),
    "reply": OPEN,
    "close": (HELD, *OPEN),
    "reopen": ("closed",),
    "accept": ("offered",),
    "decline": ("offered",),
    "update_item": (HELD, *OPEN),
    "acknowledge": OPEN,
    "escalate": OPEN,
    "approve": (HELD,),
    "reject": (HELD,),
    "post_update": OPEN,
    "post_report": ("closed",),
    "rate": (*OPEN, "closed"),
}
"""Rule S4 as data: the states in which a verb is allowed."""

REMEDIES = {
    ("close", "closed"): "it is done already",
    ("reply", "closed"): "a customer's reply reopens it, an agent's needs a reopen first",
    ("reopen", "assigned"): "it is open already",
    ("reopen", "queued"): "it is open already",
    ("assign", "closed"): "reopen it first",
    ("transfer", "closed"): "reopen it first",
    ("update_item", "closed"): "reopen it first",
    ("snooze", "closed"): "reopen it first",
    ("release", "queued"): "it waits in its team's queue already",
    ("release", "snoozed"): "wake it first",
    ("snooze", "snoozed"): "wake it first, then snooze it anew",
    ("post_report", "queued"): "close it first, then report",
    ("post_report", "assigned"): "close it first, then report",
    ("snooze", "offered"): "assign it or wait for the offer's end first",
}


def _care_fields(care: Care | None) -> dict[str, Any]:
    """The part of an item's view that says what was promised for it."""
    if care is None:
        return {}
    path = care.path
    return {
        "targets": tuple(
            TargetView(
                target=name,
                policy=None if clock.promise is None else clock.promise.policy,
                state=clock.state,
                due_at=clock.due,
                ran=clock.ran,
            )
            for name in TARGETS
            if (clock := care.clocks.get(name)) is not None
        ),
        "path": None if path is None else path.id,
        "level": None if path is None else care.step + 1,
        "acknowledged": care.acknowledged,
        "protocol": None if care.protocol is None else care.protocol.id,
        "watchers": care.watchers,
        "approvals": care.approvals,
    }


def near(name: str, known: Mapping[str, Any]) -> str:
    """A remedy that names the known name nearest to `name`; empty where there is none."""
    if len(known) > _MANY:
        return ""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""
