"""Made-up workspaces: teams, agents and the rules they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assignwork.model import ITEM_CRITERIA, SELECTIONS, Agent, Team, Workspace
from assignwork.testing.generation._dice import (
    AGENT_IDS,
    CHANNELS,
    MINUTES,
    SHORT,
    SKILLS,
    TEAM_IDS,
    Dice,
    Option,
    brief,
    chosen,
    some,
)
from assignwork.testing.generation._hours import CALENDAR_IDS, generate_shift
from assignwork.testing.generation._promises import generate_promises

TAGS = ("night", "senior")
PRESENCES = ("active", "active", "active", "active", "away", "away_reassign", "offline")
COMPOSITIONS = (
    ("best_skilled", "balanced"),
    ("best_skilled", "round_robin"),
    ("longest_idle", "best_skilled"),
    ("balanced", "least_recently_assigned"),
    ("most_headroom", "longest_idle"),
    ("least_occupied", "round_robin"),
    ("least_recently_assigned",),
)
ITEM_ORDERS = (
    ("priority", "due", "waiting"),
    ("waiting",),
    ("age",),
    ("inbox", "priority"),
    ("due", "inbox", "age"),
    (),
    ITEM_CRITERIA,
)


def _selection(dice: Dice) -> str | Sequence[str]:
    return dice.pick(COMPOSITIONS) if dice.chance(25) else dice.pick(SELECTIONS)


def _secondary_rule(dice: Dice, *, timed: bool) -> str | dict[str, int]:
    rules: tuple[str | dict[str, int], ...] = (
        "primary_empty", "primary_full", {"after": dice.pick((0, *brief(timed=timed)))},
    )  # fmt: skip
    return dice.pick(rules)


def team_fields(dice: Dice, *, offers: bool, timed: bool) -> dict[str, Any]:
    """Some fields of a team; those of offers, those of shifts."""
    short = brief(timed=timed)
    options: list[Option] = [
        (70, "selection", lambda: _selection(dice)),
        (40, "secondary_rule", lambda: _secondary_rule(dice, timed=timed)),
        (30, "rank", lambda: dice.integer(-1, 2)),
        (20, "agent_limit", lambda: dice.integer(1, 4)),
        (10, "manual", lambda: True),
    ]
    if timed:
        options.append((30, "min_shift_left", lambda: dice.pick((0, *MINUTES))))
    fields = chosen(dice, options)
    if offers and dice.chance(75):
        fields["offer_timeout"] = dice.pick((*short, 20, 60))
        more: tuple[Option, ...] = (
            (75, "decline_cooldown", lambda: dice.pick((0, *short))),
            (60, "missed_limit", lambda: dice.integer(1, 2)),
            (40, "missed_window", lambda: dice.pick((0, 3, 8, 20))),
        )
        fields |= chosen(dice, more)
    return fields


def agent_fields(
    dice: Dice, teams: Sequence[str], calendars: Sequence[str] | None = None
) -> dict[str, Any]:
    """Some fields of an agent; a shift only where calendars are given."""
    primary, secondary = [], []
    for team in teams:
        if dice.chance(50):
            primary.append(team)
        elif dice.chance(55):
            secondary.append(team)
    options: list[Option] = [
        (60, "capacity", lambda: dice.integer(1, 4)),
        (60, "skills", lambda: {name: dice.integer(1, 3) for name in some(dice, SKILLS, 60)}),
        (
            20,
            "channel_limits",
            lambda: {name: dice.integer(1, 3) for name in some(dice, CHANNELS, 60)},
        ),
        (20, "secondary_limit", lambda: dice.integer(1, 3)),
        (20, "tags", lambda: some(dice, TAGS, 50)),
    ]
    if calendars is not None:
        options.append((65, "shift", lambda: generate_shift(dice, calendars)))
    return {"primary": primary, "secondary": secondary, **chosen(dice, options)}


def workspace_fields(dice: Dice, *, timed: bool) -> dict[str, Any]:
    """Some fields of a workspace, but none of the features of time."""
    options: tuple[Option, ...] = (
        (40, "item_order", lambda: dice.pick(ITEM_ORDERS)),
        (25, "snoozed_counts", lambda: True),
        (25, "customer_wait_counts", lambda: False),
        (50, "reassign", lambda: dice.pick(("waiting", "all", "on_reply"))),
        (40, "over_capacity", lambda: "release"),
        (25, "ageing", lambda: {"every": dice.pick(brief(timed=timed)), "to": dice.integer(1, 2)}),
        (
            25,
            "assignment_rate",
            lambda: {"items": dice.integer(1, 3), "per": dice.pick((*SHORT, 30))},
        ),
        (15, "ramp_in", lambda: dice.pick((0, 3, 8, 20))),
        (20, "auto_away_after", lambda: dice.pick((60, 120, 300) if timed else (8, 20, 50))),
        (20, "auto_reassign_after", lambda: dice.pick((90, 300) if timed else (8, 20, 30, 60))),
        (50, "auto_return", lambda: True),
        (30, "auto_reassign_manual_away", lambda: True),
        (10, "strict", lambda: True),
    )
    return {"default_capacity": dice.integer(1, 4), **chosen(dice, options)}


def generate_workspace(dice: Dice, *, time: bool | None = None) -> Workspace:
    """A workspace of 1 to 4 teams and 0 to 6 agents, any feature in it.

    Parameters
    ----------
    dice : Dice
    time : bool, optional
        Whether it may have calendars, shifts, targets, paths, protocols, a catalog and what goes
        with them; None: in six of ten cases.
    """
    timed = dice.chance(60) if time is None else time
    fields = workspace_fields(dice, timed=timed)
    names = TEAM_IDS[: dice.integer(1, 4)]
    offers = dice.chance(45)
    calendars = CALENDAR_IDS if timed and dice.chance(85) else ()
    shifts = calendars if timed and dice.chance(60) else None
    teams = [
        Team(name, **team_fields(dice, offers=offers, timed=shifts is not None)) for name in names
    ]
    count = 0 if dice.chance(3) else dice.integer(1, 6)
    agents = [
        Agent(
            name,
            presence="active" if dice.chance(80) else dice.pick(PRESENCES),
            **agent_fields(dice, names, shifts),
        )
        for name in AGENT_IDS[:count]
    ]
    if timed:
        fields |= generate_promises(dice, names, AGENT_IDS[:count], calendars)
    return Workspace(teams=tuple(teams), agents=tuple(agents), **fields)
