"""Made-up work items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assignwork.model import CatalogEntry, WorkItem, Workspace
from assignwork.model.priorities import FACTORS, LOWEST_FACTOR
from assignwork.testing.generation._dice import (
    AGENT_IDS,
    CHANNELS,
    OUTSIDERS,
    SKILLS,
    Dice,
    Option,
    brief,
    chosen,
    some,
)
from assignwork.testing.generation._promises import CATEGORIES, ITEM_TAGS, is_timed


def _requirement(dice: Dice, *, timed: bool) -> int | dict[str, Any]:
    level = dice.integer(1, 2)
    if dice.chance(40):
        return {"level": level, "relax_after": dice.pick((0, *brief(timed=timed)))}
    return level


def item_fields(
    dice: Dice, agents: Sequence[str], now: float, workspace: Workspace | None = None
) -> dict[str, Any]:
    """Any fields of an item but its id, team, catalog and created_at."""
    known = agents or AGENT_IDS[:1]
    timed = is_timed(workspace)
    options: list[Option] = [
        (60, "priority", lambda: dice.integer(1, 5)),
        (40, "weight", lambda: dice.integer(1, 3)),
        (40, "channel", lambda: dice.pick(CHANNELS)),
        (
            30,
            "skills",
            lambda: {name: _requirement(dice, timed=timed) for name in some(dice, SKILLS, 50)},
        ),
        (20, "preferred_skills", lambda: some(dice, SKILLS, 50)),
        (25, "preferred_agent", lambda: dice.pick(known)),
        (25, "affinity_wait", lambda: dice.pick((0, *brief(timed=timed)))),
        (5, "only_agent", lambda: dice.pick(known)),
        (25, "due_at", lambda: now + (dice.integer(-30, 300) if timed else dice.integer(-3, 12))),
    ]
    if workspace is not None and timed:
        levels = list(workspace.priority_levels)
        options[0] = (
            60,
            "priority",
            lambda: _priority(dice, levels) if dice.chance(35) else dice.integer(1, 5),
        )
        options += [
            (30, "tags", lambda: some(dice, ITEM_TAGS, 60)),
            (40, "category", lambda: dice.pick(CATEGORIES)),
            *((30, name, lambda: dice.integer(1, LOWEST_FACTOR)) for name in FACTORS),
        ]
    return chosen(dice, options)


def _priority(dice: Dice, levels: Sequence[str]) -> str:
    """A level's name, rarely one that there is not."""
    return "unheard" if dice.chance(4) else dice.pick(levels)


def generate_item(
    dice: Dice,
    name: str,
    teams: Sequence[str],
    agents: Sequence[str],
    now: float = 0.0,
    workspace: Workspace | None = None,
) -> WorkItem:
    """A work item for one of the teams; its affinities name some of the agents.

    With a workspace it may ask for an entry of its catalog, and have what its promises go by:
    names of priorities, factors, tags and a category.
    """
    fields = item_fields(dice, agents, now, workspace)
    if dice.chance(20):
        fields["created_at"] = now + dice.integer(-8, 2)
    if workspace is not None and workspace.catalog and dice.chance(45):
        entry = dice.pick(workspace.catalog)
        fields |= _asked(dice, entry, workspace, agents)
        if dice.chance(60):
            return WorkItem(name, **fields)
    return WorkItem(name, team=dice.pick(teams), **fields)


def _asked(
    dice: Dice, entry: CatalogEntry, workspace: Workspace, agents: Sequence[str]
) -> dict[str, Any]:
    """What makes an item one by catalog; who asks may do so in most cases."""
    fields: dict[str, Any] = {"catalog": "unheard" if dice.chance(1) else entry.id}
    members = [who for group in entry.groups for who in workspace.groups.get(group, ())]
    if members and not dice.chance(8):
        fields["requester"] = dice.pick(members)
    elif dice.chance(70):
        fields["requester"] = dice.pick([*OUTSIDERS, *agents])
    return fields
