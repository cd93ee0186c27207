"""What an import read, kept, dropped and assumed, as one JSON-ready document.

Counts only: nothing of the log itself goes in but the names of groups' lines and priorities.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assignwork.commands import Command
from assignwork.intake.cases import Case
from assignwork.intake.mapping import LogMapping
from assignwork.intake.people import Workforce
from assignwork.model import Workspace

_HELD_PERCENTILES = (50, 90, 99)


def priority_matrix(cases: Iterable[Case]) -> dict[str, Any] | None:
    """The priority of each impact and urgency, and how many rows agree with it.

    The priority of a cell is that of most of its rows, the smaller number where two are even.
    None when no row has all three.

    Returns
    -------
    dict or None
        ``rows`` with all three values, ``agree``, ``cells`` and ``unseen`` cells.
    """
    seen: Counter[tuple[int, int, int]] = Counter()
    for case in cases:
        for moment in case.moments:
            if moment.impact and moment.urgency and moment.priority:
                seen[moment.impact, moment.urgency, moment.priority] += 1
    if not seen:
        return None
    cells: dict[tuple[int, int], tuple[int, int]] = {}
    for (impact, urgency, priority), rows in sorted(seen.items(), key=lambda e: (-e[1], e[0])):
        cells.setdefault((impact, urgency), (priority, rows))
    impacts = sorted({impact for impact, _ in cells})
    urgencies = sorted({urgency for _, urgency in cells})
    return {
        "rows": seen.total(),
        "agree": sum(rows for _, rows in cells.values()),
        "cells": [
            {"impact": i, "urgency": u, "priority": priority, "rows": rows}
            for (i, u), (priority, rows) in sorted(cells.items())
        ],
        "unseen": [
            {"impact": i, "urgency": u} for i in impacts for u in urgencies if (i, u) not in cells
        ],
    }


def percentile(values: Iterable[float], rank: float) -> float | None:
    """The `rank`-th percentile (0 to 100) by nearest rank; None of nothing.

    Examples
    --------
    >>> percentile([5, 1, 3], 50)
    3
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(math.ceil(rank / 100 * len(ordered)), 1) - 1]


def summary_of_workspace(workspace: Workspace, workforce: Workforce) -> dict[str, Any]:
    """Its size, memberships and capacities."""
    capacities = [agent.capacity or 0 for agent in workspace.agents]
    staffed = {team for agent in workspace.agents for team in agent.primary}
    helped = {team for agent in workspace.agents for team in agent.secondary}
    held = [count for counts in workforce.held.values() for count in counts]
    return {
        "teams": len(workspace.teams),
        "teams_without_primary_agent": len(workspace.teams) - len(staffed),
        "teams_without_agent": len(workspace.teams) - len(staffed | helped),
        "agents": len(workspace.agents),
        "primary_memberships": sum(len(agent.primary) for agent in workspace.agents),
        "secondary_memberships": sum(len(agent.secondary) for agent in workspace.agents),
        "capacity": {
            "least": min(capacities, default=0),
            **{f"p{p}": percentile(capacities, p) for p in _HELD_PERCENTILES},
            "most": max(capacities, default=0),
            "total": sum(capacities),
            "moments": len(held),
        },
    }


def summary_of_lines(mapping: LogMapping, cases: Iterable[Case]) -> dict[str, Any] | None:
    """Groups and moves by support line; None for a mapping without lines."""
    if not mapping.groups.lines:
        return None
    groups: dict[str, int] = {}
    moves: Counter[str] = Counter()
    for case in cases:
        last: int | None = None
        for moment in case.moments:
            if moment.group is None:
                continue
            line = groups[moment.group] = support_line(moment.group, mapping)
            if last is not None and line != last:
                moves["up" if line > last else "down"] += 1
            last = line
    per_line = Counter(groups.values())
    return {
        "groups": {str(line): per_line[line] for line in sorted(per_line)},
        "moves_up": moves["up"],
        "moves_down": moves["down"],
    }


def support_line(group: str, mapping: LogMapping) -> int:
    """The line of a group by the end of its name, 1 where no end fits."""
    for end, line in mapping.groups.lines.items():
        if group.endswith(end):
            return line
    return 1


def assumptions(mapping: LogMapping, *, assignments: bool = False) -> list[str]:
    """What every import takes for granted, then what this mapping does."""
    people = mapping.people
    who = (
        [
            (
                "who held what is as in the log, assigned and released by hand; all agents are "
                "offline, so that the dispatcher gives nothing to anybody"
            ),
            "an item is held by the agent whom its row names, from that row on" + _untaken(mapping),
        ]
        if assignments
        else [
            "agents are active as loaded: the log has no presence",
            "the dispatcher decides who gets an item; the log's assignees only shape the agents",
        ]
    )
    found = [
        *who,
        (
            "a group is secondary for an agent with fewer than "
            f"{people.secondary_least} items in it or a share below "
            f"{people.secondary_share:g} of his items"
        ),
        (
            f"capacity is the {people.capacity_percentile:g}th percentile (nearest rank) of the "
            "items held at once, counted at each row in which the agent works on an item"
        ),
    ]
    if mapping.commands.agent_update == "reply":
        found.append(
            "an agent's update that changes neither state nor owner is a reply to the customer"
        )
    if mapping.states.parked:
        found.append("items in parked states are snoozed, and do not count as load")
    return [*found, *mapping.notes]


def _untaken(mapping: LogMapping) -> str:
    states = mapping.states.untaken
    return f", but by nobody in the states {', '.join(states)}" if states else ""


def count_commands(commands: Sequence[tuple[float, Command]]) -> dict[str, int]:
    """Commands by verb; replies by who wrote them."""
    counts: Counter[str] = Counter()
    for _, command in commands:
        by = getattr(command, "by", None)
        counts[f"{command.verb} by {by}" if by else command.verb] += 1
    return in_order(counts)


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Sorted by name, without those that counted nothing."""
    return {name: count for name, count in sorted(counts.items()) if count}
