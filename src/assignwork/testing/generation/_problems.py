"""Made-up problems of the optimizer: tiny, and with every kind of rule mixed.

Capacities are tight and some are exceeded by what is held now, ties are frequent: where engines
that look alike differ. Small enough that all outcomes can be tried.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from assignwork.testing.generation._dice import CHANNELS, RandomDice, some

if TYPE_CHECKING:
    from assignwork.solver import Problem

PROBLEM_FEATURES = (
    "weights",  # items of more than one unit
    "by_agent",  # weights that depend on the agent
    "own",  # own costs with an agent
    "limits",  # by team, by channel, of secondary teams
    "exceeded",  # agents who hold more than they may
    "receives",
    "together",
    "pins",
    "fixed",
    "budgets",  # of moves, in all and by agent
    "skills",
    "dues",  # affinity and shift ends
    "lexicographic",  # spread, and priorities
)
"""What the made-up problems may have; without any of them flows can say it all."""

_TEAMS = ("t0", "t1")
_SKILLS = ("s0", "s1")
# Urgencies and weights of terms, some of them switched off.
_TERM_WEIGHTS = {
    "unassigned": (0, 1, 100),
    "fit": (0, 7, 20),
    "secondary": (0, 5, 30),
    "move": (0, 3, 40),
    "conversation": (0, 80),
    "put_back": (0, 25, 1000),
    "fairness": (0, 1, 2, 11),
    "affinity": (0, 9, 60),
    "zone": (0, 4, 50),
}


def generate_problem(
    source: random.Random,
    *,
    items: int = 5,
    agents: int = 3,
    features: Collection[str] = PROBLEM_FEATURES,
) -> Problem:
    """A made-up problem of the optimizer.

    Parameters
    ----------
    source : random.Random
        The same state gives the same problem.
    items, agents : int
        At most that many.
    features : list of str
        What it may have, of `PROBLEM_FEATURES`; each is there in some of the cases.

    Returns
    -------
    Problem
        What is pinned may not fit; all else has at least the outcome that leaves all as it is.

    Examples
    --------
    >>> from random import Random
    >>> generate_problem(Random(7)) == generate_problem(Random(7))
    True
    >>> generate_problem(Random(7), features=()).together
    ()
    """
    from assignwork.solver import Problem  # noqa: PLC0415  # who makes workspaces pays nothing

    dice = RandomDice(source)
    # All rules at once leave hardly anything to decide, so each problem has some of them.
    on = {name for name in PROBLEM_FEATURES if dice.chance(30) and name in features}
    agent_ids = [f"a{n}" for n in range(max(dice.integer(1, agents), dice.integer(1, agents)))]
    item_ids = [f"i{n}" for n in range(max(dice.integer(1, items), dice.integer(1, items)))]
    return Problem(
        items=[_item(dice, name, agent_ids, on) for name in item_ids],
        agents=[_agent(dice, name, len(item_ids), on) for name in agent_ids],
        weights=_weights(dice, on),
        together=_together(dice, item_ids) if "together" in on else (),
        max_moves=dice.integer(0, 4) if "budgets" in on and dice.chance(70) else None,
        max_moves_per_agent=dice.integer(0, 3) if "budgets" in on and dice.chance(50) else None,
    )


def _item(
    dice: RandomDice, name: str, agents: Sequence[str], on: Collection[str]
) -> dict[str, Any]:
    # Which feature, in how many of a hundred cases, which field, and what makes its value.
    options: list[tuple[str, int, str, Callable[[], Any]]] = [
        ("", 50, "owner", lambda: dice.pick(agents)),
        ("", 30, "in_conversation", lambda: True),
        ("", 10, "excluded", lambda: some(dice, agents, 40)),
        ("", 5, "only_agent", lambda: dice.pick(agents)),
        ("limits", 60, "channel", lambda: dice.pick(CHANNELS)),
        ("weights", 70, "weight", lambda: dice.integer(1, 3)),
        (
            "by_agent",
            70,
            "weights",
            lambda: {a: dice.integer(1, 4) for a in some(dice, agents, 60)},
        ),
        ("own", 70, "costs", lambda: {a: dice.integer(-60, 60) for a in some(dice, agents, 60)}),
        ("skills", 30, "skills", lambda: {dice.pick(_SKILLS): dice.integer(1, 2)}),
        ("skills", 50, "preferred_skills", lambda: some(dice, _SKILLS, 50)),
        ("dues", 40, "preferred_agent", lambda: dice.pick(agents)),
        ("dues", 60, "due_at", lambda: float(dice.integer(0, 10))),
        ("fixed", 20, "fixed", lambda: True),
    ]
    item: dict[str, Any] = {"id": name, "team": dice.pick(_TEAMS), "urgency": dice.integer(1, 4)}
    item["priority"] = dice.integer(1, 3)
    for feature, percent, field, value in options:
        if (not feature or feature in on) and dice.chance(percent):
            item[field] = value()
    if "pins" in on and "fixed" not in item and dice.chance(20):
        item["pinned_to"] = dice.pick(agents)
    return item


def _agent(dice: RandomDice, name: str, items: int, on: Collection[str]) -> dict[str, Any]:
    primary = some(dice, _TEAMS, 70)
    agent: dict[str, Any] = {"id": name, "primary": primary}
    agent["secondary"] = some(dice, [team for team in _TEAMS if team not in primary], 85)
    most = items * (2 if "weights" in on or "by_agent" in on else 1)
    agent["capacity"] = dice.integer(1, max(1, most // 3 if "exceeded" in on else most))
    agent["accepts"] = not dice.chance(4)
    if dice.chance(6):
        agent["closed_teams"] = [dice.pick(_TEAMS)]
    if "skills" in on:
        agent["skills"] = {skill: dice.integer(1, 3) for skill in some(dice, _SKILLS, 80)}
    if "receives" in on and dice.chance(60):
        agent["receives"] = dice.integer(0, 3)
    if "limits" in on:
        agent["team_limits"] = {team: dice.integer(1, 4) for team in some(dice, _TEAMS, 40)}
        agent["channel_limits"] = {of: dice.integer(1, 4) for of in some(dice, CHANNELS, 40)}
        agent["secondary_limit"] = dice.integer(1, 3) if dice.chance(50) else None
    if "dues" in on and dice.chance(60):
        agent["shift_ends_at"] = float(dice.integer(0, 10))
    return agent


def _weights(dice: RandomDice, on: Collection[str]) -> dict[str, Any]:
    weights: dict[str, Any] = {name: dice.pick(values) for name, values in _TERM_WEIGHTS.items()}
    if "lexicographic" in on:
        weights["spread"] = dice.pick(("convex", "lexicographic"))
        weights["priorities"] = dice.pick(("weighted", "lexicographic"))
    return weights


def _together(dice: RandomDice, items: Sequence[str]) -> list[list[str]]:
    sets: list[list[str]] = [[], []]
    for name in items:
        if dice.chance(70):
            sets[dice.integer(0, 1)].append(name)
    return [names for names in sets if names]
