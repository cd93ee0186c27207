"""A desk as one JSON document, and back (`Dispatcher.snapshot`, `Dispatcher.restore`).

The document holds the primary state alone; queues, indices and tallies are made anew. It has a
schema version of its own; a version that this library does not know is refused.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from assignwork._codec import plain
from assignwork.dispatcher._care import Care, care_from_dict, care_to_dict
from assignwork.dispatcher._invariants import check
from assignwork.dispatcher._state import AgentRecord, Extra, ItemRecord
from assignwork.dispatcher._timers import is_number
from assignwork.errors import ConfigurationError, SnapshotError
from assignwork.events import event_from_dict
from assignwork.model import PRESENCES, Calendar, WorkItem, Workspace
from assignwork.model.policies import resolve_policies

if TYPE_CHECKING:
    from assignwork.dispatcher._engine import Engine

SNAPSHOT_SCHEMA = 2

_INT = (int,)
_NUMBER = (int, float)
_TEXT = (str,)
_MAYBE_NUMBER = (int, float, type(None))
_MAYBE_TEXT = (str, type(None))
_MAP = (dict,)
_LIST = (list,)
_FLAG = (bool,)

_COUNTERS = {
    "_seq": _INT, "_item_seq": _INT, "_assign_seq": _INT, "_registrations": _INT,
    "_team_orders": _INT, "_started": _FLAG,
}  # fmt: skip
_AGENT_FIELDS = {
    "reg": _INT, "presence": _TEXT, "by": _TEXT, "reason": _MAYBE_TEXT, "load": _INT,
    "last": _INT, "idle_since": _NUMBER, "active_since": _NUMBER, "seen_at": _NUMBER,
    "misses": _INT, "missed_away_at": _MAYBE_NUMBER, "rate_timer": _INT, "stopped": _FLAG,
}  # fmt: skip
_EXTRA_FIELDS = {
    "excluded": _MAP, "stay_timers": _MAP, "restricted": _FLAG, "overflow": _FLAG,
    "level": _INT, "offer_timer": _INT, "offer_tier": _TEXT, "expires_at": _NUMBER,
    "snooze_timer": _INT, "until": _MAYBE_NUMBER,
}  # fmt: skip
_ITEM_FIELDS = {
    "seq": _INT, "state": _TEXT, "last_owner": _MAYBE_TEXT, "counted": _INT,
    "created_at": _NUMBER, "waiting_since": _MAYBE_NUMBER, "queued_at": _NUMBER,
    "priority": _INT, "own": _INT, "decided_by": _TEXT, "answered": _FLAG,
}  # fmt: skip


def _get(entry: Any, name: str, types: tuple[type, ...], path: str) -> Any:
    """A field of the document, of one of the types; a bool is no number."""
    if not isinstance(entry, Mapping) or name not in entry:
        raise SnapshotError(
            f"the snapshot is damaged: {path}.{name} is missing", remedy="take a new one"
        )
    value = entry[name]
    is_number = type(value) is not bool or bool in types
    if not isinstance(value, types) or not is_number or value != value:  # noqa: PLR0124  # NaN
        raise SnapshotError(
            f"the snapshot is damaged: {path}.{name} is {value!r}",
            value=value,
            limit=" or ".join(kind.__name__ for kind in types),
            remedy="take a new one",
        )
    return value


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
        "retired_calendars": [calendar.to_dict() for calendar in desk._retired],
        "teams": [
            {"id": team.id, "order": team.order, "pointer": team.pointer}
            for team in desk._teams.values()
        ],
        "agents": [_agent(agent) for agent in desk._agents.values()],
        "items": [
            _item(item, desk) for item in sorted(desk._items.values(), key=lambda item: item.seq)
        ],
        "closed": [
            [
                plain(spec),
                *rest,
                None if care is None else care_to_dict(care, desk._book, desk._catalog),
            ]
            for spec, *rest, care in sorted(desk._closed.values(), key=lambda entry: entry[1])
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
        "shift_timers": list(agent.shift_timers),
        "items": list(agent.items),
    }


def _item(item: ItemRecord, desk: Engine) -> dict[str, Any]:
    extra = item.extra
    return {
        "item": plain(item.spec),
        "team": item.team.id,
        "agent": None if item.agent is None else item.agent.id,
        "care": None if item.care is None else care_to_dict(item.care, desk._book, desk._catalog),
        **{name: getattr(item, name) for name in _ITEM_FIELDS},
        "extra": None
        if extra is None
        else {
            **{name: getattr(extra, name) for name in _EXTRA_FIELDS},
            "excluded": dict(extra.excluded),
            "stay_timers": dict(extra.stay_timers),
            "relaxed": list(extra.relaxed),
        },
    }


def workspace_of(document: Mapping[str, Any], policies: Mapping[str, Any]) -> Workspace:
    """The document's workspace, with the caller's policies in their places.

    Raises
    ------
    ConfigurationError
        When a policy is missing.
    SnapshotError
        When the workspace cannot be used.
    """
    data = resolve_policies(_get(document, "workspace", _MAP, "snapshot"), policies)
    try:
        return Workspace.from_dict(data)
    except ConfigurationError as error:
        raise SnapshotError(
            f"the snapshot is damaged: workspace.{error}", remedy="take a new one"
        ) from error


def restore(desk: Engine, document: Mapping[str, Any]) -> None:
    """Fill a desk that was just made from the document's workspace.

    Raises
    ------
    SnapshotError
        When the document lacks something, or its parts do not fit together.
    """
    try:
        _restore(desk, document)
        check(desk)  # type: ignore[arg-type]  # always a Dispatcher
    except SnapshotError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, AssertionError) as e:
        raise SnapshotError(f"the snapshot is damaged: {e}", remedy="take a new one") from e


def _restore(desk: Engine, document: Mapping[str, Any]) -> None:
    clock = _get(document, "clock", _MAYBE_NUMBER, "snapshot")
    desk._clock = -math.inf if clock is None else float(clock)
    counters = _get(document, "counters", _MAP, "snapshot")
    for name, types in _COUNTERS.items():
        setattr(desk, name, _get(counters, name[1:], types, "counters"))
    retired = _get(document, "retired_calendars", _LIST, "snapshot")
    if retired:
        desk._retire(tuple(Calendar.from_dict(entry) for entry in retired))
    _restore_timers(desk, _get(document, "timers", _MAP, "snapshot"))
    teams = _get(document, "teams", _LIST, "snapshot")
    _same([_get(entry, "id", _TEXT, "teams") for entry in teams], desk._teams, "teams")
    for entry in teams:
        team = desk._teams[entry["id"]]
        team.order = _get(entry, "order", _INT, f"teams.{team.id}")
        team.pointer = _get(entry, "pointer", _INT, f"teams.{team.id}")
    holders = {}
    for entry in _get(document, "items", _LIST, "snapshot"):
        item = _restored_item(desk, entry)
        desk._items[item.id] = item
        holders[item.id] = _get(entry, "agent", _MAYBE_TEXT, f"items.{item.id}")
    agents = _get(document, "agents", _LIST, "snapshot")
    _same([_get(entry, "id", _TEXT, "agents") for entry in agents], desk._agents, "agents")
    for entry in agents:
        _restore_agent(desk, entry)
    for name, holder in holders.items():
        agent = desk._items[name].agent
        _same([holder], [None if agent is None else agent.id], f"items.{name}.agent")
    for values in _get(document, "closed", _LIST, "snapshot"):
        entry = dict(zip(_CLOSED, values, strict=True))
        closed = WorkItem.from_dict(entry["spec"])
        path = f"closed.{closed.id}"
        desk._closed[closed.id] = (
            closed,
            _get(entry, "seq", _INT, path),
            _get(entry, "team", _TEXT, path),
            _get(entry, "owner", _MAYBE_TEXT, path),
            float(_get(entry, "created_at", _NUMBER, path)),
            _get(entry, "own", _INT, path),
            _get(entry, "decided_by", _TEXT, path),
            _get(entry, "answered", _FLAG, path),
            _restored_care(desk, entry["care"]),
        )
    pending = _get(document, "pending", _LIST, "snapshot")
    desk._out = [event_from_dict(event) for event in pending]
    desk._rebuild()


def _same(found: list[Any], expected: Iterable[Any], path: str) -> None:
    if found != list(expected):
        raise SnapshotError(
            f"the snapshot is damaged: {path} do not fit its workspace",
            value=found,
            remedy="take a new one",
        )


def _restore_timers(desk: Engine, data: Mapping[str, Any]) -> None:
    timers = []
    created = _get(data, "created", _INT, "timers")
    for due, number, kind, subject, extra in _get(data, "live", _LIST, "timers"):
        entry = {"due": due, "number": number, "kind": kind, "subject": subject}
        timer = (
            float(_get(entry, "due", _NUMBER, "timers.live")),
            _get(entry, "number", _INT, "timers.live"),
            _get(entry, "kind", _TEXT, "timers.live"),
            _get(entry, "subject", _TEXT, "timers.live"),
            extra,
        )
        if timer[2] not in desk._HANDLERS or not is_number(timer[1], created):
            raise SnapshotError(
                f"the snapshot is damaged: there is no timer {timer[1]} of kind {timer[2]!r}",
                value=timer,
                remedy="take a new one",
            )
        timers.append(timer)
    desk._timers.load(timers, created)


def _restored_item(desk: Engine, entry: Mapping[str, Any]) -> ItemRecord:
    spec = WorkItem.from_dict(_get(entry, "item", _MAP, "items"))
    path = f"items.{spec.id}"
    team = desk._teams[_get(entry, "team", _TEXT, path)]
    item = ItemRecord(spec, 0, team, 0.0, 0.0, 0, "")
    for name, types in _ITEM_FIELDS.items():
        setattr(item, name, _get(entry, name, types, path))
    item.care = _restored_care(desk, _get(entry, "care", (dict, type(None)), path))
    if item.care is not None:
        desk._refresh_due(item)  # type: ignore[attr-defined]  # always a Dispatcher
    extra = _get(entry, "extra", (dict, type(None)), path)
    if extra is not None:
        item.extra = Extra()
        for name, types in _EXTRA_FIELDS.items():
            setattr(item.extra, name, _get(extra, name, types, f"{path}.extra"))
        item.extra.excluded = dict(item.extra.excluded)
        item.extra.stay_timers = dict(item.extra.stay_timers)
        item.extra.relaxed = tuple(_get(extra, "relaxed", _LIST, f"{path}.extra"))
    return item


def _restored_care(desk: Engine, data: Any) -> Care | None:
    return None if data is None else care_from_dict(data, desk._book, desk._catalog)


_CLOSED = ("spec", "seq", "team", "owner", "created_at", "own", "decided_by", "answered", "care")


def _restore_agent(desk: Engine, entry: Mapping[str, Any]) -> None:
    agent = desk._agents[entry["id"]]
    path = f"agents.{agent.id}"
    for name, types in _AGENT_FIELDS.items():
        setattr(agent, name, _get(entry, name, types, path))
    if agent.presence not in PRESENCES:
        _same([agent.presence], PRESENCES, f"{path}.presence")
    agent.given = deque(float(at) for at in _get(entry, "given", _LIST, path))
    first, second = _get(entry, "auto_timers", _LIST, path)
    agent.auto_timers = (first, second)
    agent.shift_timers = tuple(_get(entry, "shift_timers", _LIST, path))
    if desk._started:
        agent.plan = desk._plan_of(agent.spec.shift)  # type: ignore[attr-defined]  # as above
        desk._see_shift(agent)  # type: ignore[attr-defined]  # as above
    for name in _get(entry, "items", _LIST, path):
        item = desk._items[name]
        agent.items[name] = item
        item.agent = agent
