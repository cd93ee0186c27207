"""Desks run by the reference model, little to write, and what it tells in short.

Day 0 is Thursday, 1970-01-01; `office` is open from 09:00 (32400) to 17:00 (61200), UTC, daily.
"""

from typing import Any

from assignwork import Agent, Team, WorkItem, Workspace
from assignwork.commands import Submit
from assignwork.events import Event
from assignwork.testing import ReferenceDesk

OPENS, CLOSES, DAY = 32400.0, 61200.0, 86400.0
OFFICE = {"id": "office", "hours": {"mon-sun": ["09:00-17:00"]}}
LEVELS = {"1": {"resolution": 100}, "2": {"resolution": 1000}, "3": {"first_response": 50}}


def desk_of(
    teams: list[Any] | None = None, agents: list[Any] | None = None, **fields: Any
) -> ReferenceDesk:
    teams = [Team("t")] if teams is None else teams
    agents = [Agent("a", primary=["t"])] if agents is None else agents
    return ReferenceDesk(Workspace(teams=teams, agents=agents, calendars=[OFFICE], **fields))


def submit(desk: ReferenceDesk, name: str = "1", now: float = 0.0, **fields: Any) -> Any:
    if "catalog" not in fields:
        fields.setdefault("team", "t")
    return desk.handle(Submit(WorkItem(name, **fields)), now)


def told(events: tuple[Event, ...], *fields: str) -> list[tuple[Any, ...]]:
    """The kind of each event, then those of the fields that it has."""
    return [
        (event.kind, *(getattr(event, name) for name in fields if hasattr(event, name)))
        for event in events
    ]


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [event.kind for event in events]


def promising(*, teams: Any = None, agents: Any = (), **targets: float) -> ReferenceDesk:
    """A desk that promises this to everybody, and has nobody to keep it."""
    return desk_of(teams, list(agents), sla=[{"id": "gold", "targets": targets}])


def following(*steps: dict[str, Any], agents: Any = (), path: Any = None, **fields: Any) -> Any:
    """A desk with one path for all, and an item that follows it since 0."""
    paths = [{"id": "p", "steps": steps, **(path or {})}]
    desk = desk_of([Team("t"), Team("u")], list(agents), paths=paths, **fields)
    submit(desk)
    return desk


def notify(when: str, after: float = 0.0, **fields: Any) -> dict[str, Any]:
    timed = {} if when in ("at_risk", "breached", "manual") else {"after": after}
    return {"when": when, "do": {"notify": ["lead"]}, **timed, **fields}


def on_shift(name: str = "a", **fields: Any) -> Agent:
    return Agent(name, **{"primary": ["t"], "shift": "office", **fields})
