"""A desk as one JSON document, and back (`Dispatcher.snapshot`, `Dispatcher.restore`).

The document holds the primary state alone; queues, indices and tallies are made anew. It has a
schema version of its own; a version that this library does not know is refused.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from assignwork._codec import plain
from assignwork.dispatcher._state import AgentRecord, Extra, ItemRecord
from assignwork.errors import AssignworkError, SnapshotError
from assignwork.events import event_from_dict
from assignwork.model import WorkItem, Workspace

if TYPE_CHECKING:
    from assignwork.dispatcher._engine import Engine

SNAPSHOT_SCHEMA = 1

_COUNTERS = ("_seq", "_item_seq", "_assign_seq", "_registrations", "_team_orders", "_started")
_AGENT_FIELDS = (
    "reg", "presence", "by", "reason", "load", "last", "idle_since", "active_since", "seen_at",
    "misses", "missed_away_at", "rate_timer", "stopped",
)  # fmt: skip
_EXTRA_FIELDS = (
    "excluded", "stay_timers", "restricted", "overflow", "level", "offer_timer", "offer_tier",
    "expires_at", "snooze_timer", "until",
)  # fmt: skip
_ITEM_FIELDS = (
    "seq", "state", "last_owner", "counted", "created_at", "waiting_since", "queued_at", "priority",
)  # fmt: skip


def current_workspace(desk: Engine) -> Workspace:
    """The workspace as configured now."""
    return attrs.evolve(
        desk._settings,
        teams=[team.spec for team in desk._teams.values()],
        agents=[agent.spec for agent in desk._agents.values()],
    )


def snapshot(desk: Engine) -> dict[str, Any]:
    """The whole state, JSON-ready."""
    return {
        "schema": SNAPSHOT_SCHEMA,
        "kind": "assignwork.snapshot",
        "clock": None if desk._clock == -math.inf else desk._clock,
        "counters": {name[1:]: getattr(desk, name) for name in _COUNTERS},
        "workspace": current_workspace(desk).to_dict(),
        "teams": [
            {"id": team.id, "order": team.order, "pointer": team.pointer}
            for team in desk._teams.values()
        ],
        "agents": [_agent(agent) for agent in desk._agents.values()],
        "items": [_item(item) for item in sorted(desk._items.values(), key=lambda item: item.seq)],
        "closed": [
            [plain(spec), seq, team, owner, created_at]
            for spec, seq, team, owner, created_at in desk._closed.values()
        ],
        "timers": {
            "created": desk._timers.created,
            "live": [list(timer) for timer in sorted(desk._timers.live.values())],
        },
        "pending": [event.to_dict() for event in desk._out],
    }


def _agent(agent: AgentRecord) -> dict[str, Any]:
    return {
        "id": agent.id,
        **{name: getattr(agent, name) for name in _AGENT_FIELDS},
        "given": list(agent.given),
        "auto_timers": list(agent.auto_timers),
        "items": list(agent.items),
    }


def _item(item: ItemRecord) -> dict[str, Any]:
    extra = item.extra
    return {
        "item": plain(item.spec),
        "team": item.team.id,
        "agent": None if item.agent is None else item.agent.id,
        **{name: getattr(item, name) for name in _ITEM_FIELDS},
        "extra": None
        if extra is None
        else {
            **{name: plain(getattr(extra, name)) for name in _EXTRA_FIELDS},
            "relaxed": list(extra.relaxed),
        },
    }


def restore(desk: Engine, document: Mapping[str, Any]) -> None:
    """Fill a desk that was just made from the document's workspace.

    Raises
    ------
    SnapshotError
        When the document lacks something.
    """
    try:
        _restore(desk, document)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        if isinstance(error, AssignworkError) and not isinstance(error, SnapshotError):
            raise SnapshotError(
                f"the snapshot cannot be read: {error}", remedy="take a new one"
            ) from error
        raise SnapshotError(
            f"the snapshot is damaged: {type(error).__name__} {error}", remedy="take a new one"
        ) from error


def _restore(desk: Engine, document: Mapping[str, Any]) -> None:
    clock = document["clock"]
    desk._clock = -math.inf if clock is None else float(clock)
    for name in _COUNTERS:
        setattr(desk, name, document["counters"][name[1:]])
    for entry in document["teams"]:
        team = desk._teams[entry["id"]]
        team.order = entry["order"]
        team.pointer = entry["pointer"]
    timers = [tuple(timer) for timer in document["timers"]["live"]]
    desk._timers.load(timers, document["timers"]["created"])
    for entry in document["items"]:
        spec = WorkItem.from_dict(entry["item"])
        item = ItemRecord(spec, entry["seq"], desk._teams[entry["team"]], 0.0, 0.0)
        for name in _ITEM_FIELDS:
            setattr(item, name, entry[name])
        if entry["extra"] is not None:
            item.extra = _extra(entry["extra"])
        desk._items[spec.id] = item
    for entry in document["agents"]:
        agent = desk._agents[entry["id"]]
        for name in _AGENT_FIELDS:
            setattr(agent, name, entry[name])
        agent.given = deque(entry["given"])
        agent.auto_timers = tuple(entry["auto_timers"])
        for name in entry["items"]:
            agent.items[name] = desk._items[name]
            desk._items[name].agent = agent
    for spec, seq, team, owner, created_at in document["closed"]:
        closed = WorkItem.from_dict(spec)
        desk._closed[closed.id] = (closed, seq, team, owner, created_at)
    desk._out = [event_from_dict(event) for event in document["pending"]]
    desk._rebuild()


def _extra(data: Mapping[str, Any]) -> Extra:
    extra = Extra()
    for name in _EXTRA_FIELDS:
        setattr(extra, name, data[name])
    extra.relaxed = tuple(data["relaxed"])
    return extra
