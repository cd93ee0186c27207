"""Whether what a workspace's parts name is there: teams, calendars, rotations, paths, policies.

Every refusal is a `ConfigurationError` with the path of the field that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.calendars import ALWAYS
from assignwork.model.hours import by_ordinal, refuse_overlaps
from assignwork.model.paths import OnCall
from assignwork.model.promises import ANY

if TYPE_CHECKING:
    from assignwork.model.workspaces import Workspace

_LISTS = {
    "teams": "team", "agents": "agent", "calendars": "calendar", "sla": "policy", "paths": "path",
    "protocols": "protocol", "catalog": "entry", "rotations": "rotation",
}  # fmt: skip


def check_references(workspace: Workspace) -> None:
    """Refuse ids that are there twice, names that name nothing, and cycles of paths.

    Raises
    ------
    ConfigurationError
    """
    for field, what in _LISTS.items():
        f.distinct(getattr(workspace, field), field, what)
    known: dict[str, Collection[str]] = {
        what: {entry.id for entry in getattr(workspace, field)} for field, what in _LISTS.items()
    }
    known["calendar"] = {ALWAYS, *known["calendar"]}
    known["group"] = workspace.groups
    known["level"] = workspace.priority_levels
    if ALWAYS in {calendar.id for calendar in workspace.calendars}:
        raise ConfigurationError(
            f"{ALWAYS!r} is there always",
            field="calendars",
            value=ALWAYS,
            remedy="give your calendar another id",
        )
    for field, what, name in _references(workspace):
        names = known[what]
        if name not in names:
            raise ConfigurationError(
                f"{_subject(workspace, field)} names the unknown {_WORDS.get(what, what)} {name!r}",
                field=field,
                value=name,
                remedy=f.nearest(name, sorted(names)),
            )
    _refuse_cycles(workspace)
    _refuse_overrides(workspace)


def teams_named(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Where policies, paths and the catalog name a team: (path of the field, team)."""
    for field, what, name in _policies(workspace):
        if what == "team":
            yield field, name


def agents_named(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Where paths name an agent: (path of the field, agent)."""
    for field, what, name in _policies(workspace):
        if what == "agent":
            yield field, name


_WORDS = {"level": "priority level", "entry": "catalog entry", "policy": "SLA policy"}

ALL_WEEK = (((0, 24 * 60),),) * 7

Reference = tuple[str, str, str]  # path of the field, what it names, the name


def _references(workspace: Workspace) -> Iterator[Reference]:
    """All that the parts of a workspace name, in the order of its fields."""
    for i, agent in enumerate(workspace.agents):
        for kind in ("primary", "secondary"):
            yield from _each(f"agents[{i}].{kind}", "team", getattr(agent, kind))
        if agent.shift is not None:
            yield f"agents[{i}].shift.calendar", "calendar", agent.shift.calendar
    yield from _policies(workspace)


def _policies(workspace: Workspace) -> Iterator[Reference]:
    """What policies, paths, protocols and the catalog name."""
    for i, policy in enumerate(workspace.sla):
        yield from _sla(f"sla[{i}]", policy)
    for i, path in enumerate(workspace.paths):
        yield from _matched(f"paths[{i}]", path)
        for j, step in enumerate(path.steps):
            yield f"paths[{i}].steps[{j}].calendar", "calendar", step.calendar
            yield from _actions(f"paths[{i}].steps[{j}].do", step.do)
    for i, protocol in enumerate(workspace.protocols):
        yield from _priorities(f"protocols[{i}].priorities", protocol.priorities)
    for i, entry in enumerate(workspace.catalog):
        yield f"catalog[{i}].team", "team", entry.team
        yield from _priorities(f"catalog[{i}].priority", [entry.priority], single=True)
        yield from _each(f"catalog[{i}].groups", "group", entry.groups)
        if entry.sla is not None:
            yield f"catalog[{i}].sla", "policy", entry.sla


def _sla(field: str, policy: Any) -> Iterator[Reference]:
    yield f"{field}.calendar", "calendar", policy.calendar
    yield from _matched(field, policy)
    for level, targets in policy.targets.items():
        if level != ANY and not _is_number(level):
            yield f"{field}.targets.{level}", "level", level
        for name, target in targets.items():
            if target.calendar is not None:
                yield f"{field}.targets.{level}.{name}.calendar", "calendar", target.calendar


def _is_number(level: str) -> bool:
    """Whether it is a priority as a number writes it."""
    return level.isascii() and level.isdecimal() and str(int(level)) == level and level != "0"


def _actions(field: str, actions: Any) -> Iterator[Reference]:
    if actions.transfer is not None:
        yield f"{field}.transfer", "team", actions.transfer
    yield from _priorities(f"{field}.priority", [actions.priority], single=True)
    if actions.path is not None:
        yield f"{field}.path", "path", actions.path
    if isinstance(actions.assign, str):
        yield f"{field}.assign", "agent", actions.assign
    elif actions.assign is not None:
        yield f"{field}.assign", "rotation", actions.assign.on_call
    for kind in ("watchers", "notify"):
        for i, person in enumerate(getattr(actions, kind)):
            if isinstance(person, OnCall):
                yield f"{field}.{kind}[{i}]", "rotation", person.on_call


def _matched(field: str, policy: Any) -> Iterator[Reference]:
    yield from _each(f"{field}.teams", "team", policy.teams)
    yield from _priorities(f"{field}.priorities", policy.priorities)


def _priorities(field: str, named: Iterable[Any], *, single: bool = False) -> Iterator[Reference]:
    for i, name in enumerate(named):
        if isinstance(name, str):
            yield field if single else f"{field}[{i}]", "level", name


def _each(field: str, what: str, names: Iterable[str]) -> Iterator[Reference]:
    for i, name in enumerate(names):
        yield f"{field}[{i}]", what, name


def _subject(workspace: Workspace, field: str) -> str:
    """Who names it: the entry of a list that a field's path begins with."""
    name, _, rest = field.partition("[")
    entry = getattr(workspace, name)[int(rest.partition("]")[0])]
    return f"{_WORDS.get(_LISTS[name], _LISTS[name])} {entry.id!r}"


def _refuse_cycles(workspace: Workspace) -> None:
    """A path may hand over to another, but never come back to itself."""
    leads = {
        path.id: [step.do.path for step in path.steps if step.do.path is not None]
        for path in workspace.paths
    }
    done: set[str] = set()
    for first, to in leads.items():
        trail = {first: iter(to)}  # the way here, with what each still leads to
        while trail:
            name = next(reversed(trail))
            other = next(trail[name], None)
            if other is None:
                done.add(name)
                del trail[name]
            elif other in trail:
                way = [*trail]
                circle = " -> ".join((*way[way.index(other) :], other))
                raise ConfigurationError(
                    f"a cycle of paths: {circle}",
                    field=f"paths[{[*leads].index(other)}]",
                    value=circle,
                    remedy="let one of them end, or use repeat",
                )
            elif other not in done:
                trail[other] = iter(leads[other])


def _refuse_overrides(workspace: Workspace) -> None:
    """A shift's dated hours may not overlap those of the days beside them."""
    calendars = {calendar.id: calendar for calendar in workspace.calendars}
    for i, agent in enumerate(workspace.agents):
        if agent.shift is not None and agent.shift.overrides:
            calendar = calendars.get(agent.shift.calendar)
            own = by_ordinal(agent.shift.overrides)
            refuse_overlaps(
                own,
                own if calendar is None else {**calendar.dated(), **own},
                ALL_WEEK if calendar is None else calendar.week(),
                (lambda _: False) if calendar is None else calendar.is_holiday,
                f"agents[{i}].shift.overrides",
            )
