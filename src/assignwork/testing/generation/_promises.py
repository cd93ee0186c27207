"""What workspaces promise: targets, priorities, paths, protocols and a catalog, as on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from assignwork.model import DEFAULT_LEVELS, Workspace
from assignwork.model.paths import PROMISED, TIMED
from assignwork.model.promises import TARGETS
from assignwork.model.protocols import OCCASIONS
from assignwork.testing.generation._dice import (
    LONG,
    MINUTES,
    OUTSIDERS,
    SKILLS,
    Dice,
    Option,
    chosen,
    some,
)
from assignwork.testing.generation._hours import (
    ROTATION_IDS,
    generate_calendars,
    generate_rotations,
    pick_calendar,
)

GROUP_IDS = ("g0", "g1")
CATEGORIES = ("network", "access", "hardware")
ITEM_TAGS = ("gold", "outage")
CHANNELS = ("mail", "slack")
CONTENT = ("status", "actions", "eta")
SECTIONS = ("root_cause", "resolution", "prevention")
LEVELS: tuple[dict[str, int], ...] = (
    {**DEFAULT_LEVELS, "severe": 1},
    {**DEFAULT_LEVELS, "high": 1, "low": 6},
)
MATRICES = (
    ((1, 2, 3), (2, 3, 4), (3, 4, 5)),
    ((1, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 4), (3, 4, 4, 4)),
    ((1, 3), (2, 4)),
    ((2,),),
)
WEIGHTS: tuple[dict[str, Any], ...] = (
    {"weights": {"impact": 2, "urgency": 1}, "thresholds": (4, 8)},
    {"weights": {"impact": 1, "risk": 1, "value": 1}, "thresholds": (4, 6.5, 9)},
    {"weights": {"urgency": 0.5}, "thresholds": (1,)},
)


@attrs.frozen
class Names:
    """What the parts of a workspace may name."""

    teams: Sequence[str]
    agents: Sequence[str]
    calendars: Sequence[str] = ()
    groups: Sequence[str] = ()
    rotations: Sequence[str] = ()
    policies: Sequence[str] = ()
    levels: Sequence[str] = tuple(DEFAULT_LEVELS)

    @classmethod
    def of(cls, workspace: Workspace, teams: Sequence[str], agents: Sequence[str]) -> Names:
        """Those of a workspace, which may have other teams and agents by now."""
        return cls(
            teams,
            agents,
            calendars=[calendar.id for calendar in workspace.calendars],
            groups=list(workspace.groups),
            rotations=[rotation.id for rotation in workspace.rotations],
            policies=[policy.id for policy in workspace.sla],
            levels=list(workspace.priority_levels),
        )

    @property
    def people(self) -> list[str]:
        """Agents and others."""
        return [*self.agents[:4], *OUTSIDERS]


def _ids(dice: Dice, letter: str, most: int) -> list[str]:
    return [f"{letter}{n}" for n in range(dice.integer(1, most))]


def _matched(dice: Dice, names: Names) -> dict[str, Any]:
    """What a policy or path asks of an item, mostly little."""
    options: tuple[Option, ...] = (
        (25, "teams", lambda: [_team(dice, names)] if names.teams else []),
        (25, "priorities", lambda: _priorities(dice, names)),
        (15, "tags", lambda: [dice.pick(ITEM_TAGS)]),
    )
    return chosen(dice, options)


def _team(dice: Dice, names: Names) -> str:
    """One of the first two in most cases: a team that is named cannot be removed."""
    return dice.pick(names.teams[:2] if dice.chance(80) else names.teams)


def _priority(dice: Dice, names: Names) -> int | str:
    return dice.pick(names.levels) if dice.chance(40) else dice.integer(1, 4)


def _priorities(dice: Dice, names: Names) -> list[int | str]:
    return list(dict.fromkeys(_priority(dice, names) for _ in range(dice.integer(1, 3))))


# --- targets and priorities -----------------------------------------------------------------------


def generate_groups(dice: Dice, ids: Sequence[str], agents: Sequence[str]) -> dict[str, list[str]]:
    """Groups of agents and others; rarely an empty one."""
    people = [*agents[:4], *OUTSIDERS]
    found = {name: some(dice, people, 45) for name in ids}
    return {
        name: who or ([] if dice.chance(15) else [dice.pick(people)]) for name, who in found.items()
    }


def generate_sla(dice: Dice, names: Names) -> list[dict[str, Any]]:
    """One policy to three; those that there are keep their ids."""
    return [_policy(dice, name, names) for name in names.policies or _ids(dice, "s", 3)]


def _policy(dice: Dice, name: str, names: Names) -> dict[str, Any]:
    levels = ["*"]
    if dice.chance(45):
        levels = sorted({str(_priority(dice, names)) for _ in range(dice.integer(1, 2))})
        if dice.chance(50):
            levels.append("*")
    targets = {level: _targets(dice, names) for level in levels}
    fields = {"id": name, "targets": targets, "calendar": pick_calendar(dice, names.calendars)}
    return {
        **fields,
        **_matched(dice, names),
        "at_risk": dice.pick((0.8, 0.8, 0.5, 1)),
        "pause_on_customer": dice.chance(40),
    }


def _targets(dice: Dice, names: Names) -> dict[str, Any]:
    kinds = some(dice, TARGETS, 60) or [dice.pick(TARGETS)]
    found: dict[str, Any] = {}
    for kind in kinds:
        seconds = dice.pick(LONG if dice.chance(35) else MINUTES)
        calendar = pick_calendar(dice, names.calendars) if dice.chance(20) else None
        found[kind] = seconds if calendar is None else {"seconds": seconds, "calendar": calendar}
    return found


def generate_criteria(dice: Dice) -> dict[str, Any]:
    """How factors make a priority."""
    return {"matrix": dice.pick(MATRICES)} if dice.chance(60) else dice.pick(WEIGHTS)


# --- paths and protocols --------------------------------------------------------------------------


def generate_paths(dice: Dice, names: Names) -> list[dict[str, Any]]:
    """One path to three; some hand over to a later one."""
    ids = _ids(dice, "p", 3)
    found = []
    for i, name in enumerate(ids):
        fields = {
            "id": name,
            "steps": [_step(dice, names, ids[i + 1 :]) for _ in range(dice.integer(1, 4))],
            **_matched(dice, names),
        }
        options: tuple[Option, ...] = (
            (15, "categories", lambda: some(dice, CATEGORIES, 60)),
            (35, "repeat", lambda: dice.integer(1, 2)),
            (40, "ack_timeout", lambda: dice.pick(MINUTES)),
        )
        found.append({**fields, **chosen(dice, options)})
    return found


def _step(dice: Dice, names: Names, later: Sequence[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"when": dice.pick((*TIMED, *TIMED, *PROMISED, "manual"))}
    if fields["when"] in TIMED:
        fields["after"] = dice.pick((0, *MINUTES))
        if dice.chance(35):
            fields["calendar"] = pick_calendar(dice, names.calendars)
    elif fields["when"] in PROMISED:
        fields["target"] = dice.pick(TARGETS)
    return {**fields, "do": _actions(dice, names, later)}


def _actions(dice: Dice, names: Names, later: Sequence[str]) -> dict[str, Any]:
    options: list[Option] = [
        (30, "notify", lambda: _people(dice, names)),
        (25, "watchers", lambda: _people(dice, names)),
        (25, "priority", lambda: _priority(dice, names)),
    ]
    if names.teams:
        options.append((25, "transfer", lambda: _team(dice, names)))
    if names.agents or names.rotations:
        options.append((30, "assign", lambda: _assignee(dice, names)))
    if later:
        options.append((15, "path", lambda: dice.pick(later)))
    return chosen(dice, options) or {"notify": _people(dice, names)}


def _assignee(dice: Dice, names: Names) -> str | dict[str, str]:
    if names.rotations and (not names.agents or dice.chance(65)):
        return {"on_call": dice.pick(names.rotations)}
    return dice.pick(names.agents)


def _people(dice: Dice, names: Names) -> list[str | dict[str, str]]:
    """One to three people, groups or rotations; the same person may be among them twice."""
    known: list[str | dict[str, str]] = [*names.people, *names.groups]
    known += [{"on_call": name} for name in names.rotations]
    return [dice.pick(known) for _ in range(dice.integer(1, 3))]


def generate_protocols(dice: Dice, names: Names) -> list[dict[str, Any]]:
    """One protocol or two."""
    audience = [*names.people, *names.groups]
    options: tuple[Option, ...] = (
        (50, "priorities", lambda: _priorities(dice, names)),
        (75, "audiences", lambda: _audiences(dice, audience)),
        (65, "update_every", lambda: dice.pick((30, 90, 120, 300, *LONG))),
        (30, "channels", lambda: some(dice, CHANNELS, 60)),
        (60, "required", lambda: some(dice, CONTENT, 60)),
        (60, "report_on_close", lambda: dice.pick((True, ["root_cause"], SECTIONS[1:]))),
    )
    return [{"id": name, **chosen(dice, options)} for name in _ids(dice, "c", 2)]


def _audiences(dice: Dice, known: Sequence[str]) -> Any:
    if dice.chance(40):
        return some(dice, known, 30)
    return {occasion: some(dice, known, 30) for occasion in some(dice, OCCASIONS, 60)}


# --- catalog --------------------------------------------------------------------------------------


def generate_catalog(dice: Dice, names: Names) -> list[dict[str, Any]]:
    """One entry to three; a desk without teams has none."""
    if not names.teams:
        return []
    return [_entry(dice, name, names) for name in _ids(dice, "k", 3)]


def _entry(dice: Dice, name: str, names: Names) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": name, "team": _team(dice, names)}
    options: list[Option] = [
        (50, "category", lambda: dice.pick(CATEGORIES)),
        (40, "priority", lambda: _priority(dice, names)),
        (40, "impact", lambda: dice.integer(1, 4)),
        (40, "urgency", lambda: dice.integer(1, 4)),
        (20, "risk", lambda: dice.integer(1, 4)),
        (20, "value", lambda: dice.integer(1, 4)),
        (25, "weight", lambda: dice.integer(1, 2)),
        (25, "skills", lambda: {dice.pick(SKILLS): dice.integer(1, 2)}),
        (25, "tags", lambda: some(dice, ITEM_TAGS, 60)),
        (15, "cost", lambda: dice.integer(0, 90)),
        (50, "approvals", lambda: _approvals(dice, names)),
        (40, "expected_delivery", lambda: dice.pick(MINUTES)),
        (40, "clock_from", lambda: "submit"),
    ]
    if names.groups:
        options.append((40, "groups", lambda: [dice.pick(names.groups)]))
    if names.policies:
        options.append((35, "sla", lambda: dice.pick(names.policies)))
    return {**fields, **chosen(dice, options)}


def _approvals(dice: Dice, names: Names) -> list[str]:
    known = [*OUTSIDERS, *names.groups, *names.groups, *names.agents[:2]]
    return list(dict.fromkeys(dice.pick(known) for _ in range(dice.integer(1, 3))))


# --- all of it ------------------------------------------------------------------------------------


def generate_promises(
    dice: Dice, teams: Sequence[str], agents: Sequence[str], calendars: Sequence[str]
) -> dict[str, Any]:
    """Fields of a workspace with those features of time that agents and teams have no part in."""
    fields: dict[str, Any] = {}
    names = Names(teams, agents, calendars=calendars)
    if calendars:
        fields["calendars"] = generate_calendars(dice, calendars)
    if dice.chance(10):
        fields["priority_levels"] = dice.pick(LEVELS)
        names = attrs.evolve(names, levels=list(fields["priority_levels"]))
    if dice.chance(60):
        fields["groups"] = generate_groups(dice, GROUP_IDS, agents)
        names = attrs.evolve(names, groups=GROUP_IDS)
    if dice.chance(50):
        ids = ROTATION_IDS[: dice.integer(1, 2)]
        fields["rotations"] = generate_rotations(dice, ids, agents)
        names = attrs.evolve(names, rotations=ids)
    if dice.chance(70):
        fields["sla"] = generate_sla(dice, names)
        names = attrs.evolve(names, policies=[policy["id"] for policy in fields["sla"]])
    options: tuple[Option, ...] = (
        (40, "priority_criteria", lambda: generate_criteria(dice)),
        (65, "paths", lambda: generate_paths(dice, names)),
        (45, "protocols", lambda: generate_protocols(dice, names)),
        (45, "catalog", lambda: generate_catalog(dice, names)),
    )
    return {**fields, **chosen(dice, options)}


def generate_promise_changes(dice: Dice, names: Names) -> dict[str, Any]:
    """New values for some of those fields; what others may name is still there afterwards.

    Now and then all policies or paths go: where a catalog names a policy, that is refused.
    """
    options: list[Option] = [
        (30, "sla", lambda: [] if dice.chance(10) else generate_sla(dice, names)),
        (30, "paths", lambda: [] if dice.chance(10) else generate_paths(dice, names)),
        (25, "protocols", lambda: [] if dice.chance(15) else generate_protocols(dice, names)),
        (20, "catalog", lambda: generate_catalog(dice, names)),
        (15, "priority_criteria", lambda: None if dice.chance(20) else generate_criteria(dice)),
        (3, "priority_levels", lambda: dice.pick(LEVELS)),
    ]
    if names.calendars:
        options.append((30, "calendars", lambda: generate_calendars(dice, names.calendars)))
    if names.groups:
        options.append((20, "groups", lambda: generate_groups(dice, names.groups, names.agents)))
    if names.rotations:
        options.append(
            (20, "rotations", lambda: generate_rotations(dice, names.rotations, names.agents))
        )
    return chosen(dice, options)


def is_timed(workspace: Workspace | None) -> bool:
    """Whether a workspace has any of the features of time; not, where none is given."""
    if workspace is None:
        return False
    lists = ("calendars", "sla", "paths", "protocols", "catalog", "rotations", "groups")
    return (
        any(getattr(workspace, name) for name in lists)
        or workspace.priority_criteria is not None
        or workspace.priority_levels != DEFAULT_LEVELS
        or any(agent.shift is not None for agent in workspace.agents)
    )
