"""Made-up workspaces, work items and commands, from dice.

Small numbers of everything and small whole instants, so that ties, full agents and timers that
fall together are frequent. `assignwork.testing.strategies` throws Hypothesis's dice, a fuzzer
those of a plain `random.Random`.

Six of ten workspaces have features of time, each of them or not: calendars that open and close many
times an hour, shifts, rotations, targets, paths, protocols, a catalog. The names in them are always
the same, so that who knows what a desk was made of can name what is there, whatever changed since.
"""

from assignwork.testing.generation._commands import generate_command, generate_instant
from assignwork.testing.generation._dice import (
    AGENT_IDS,
    CHANNELS,
    MINUTES,
    OUTSIDERS,
    SHORT,
    SKILLS,
    TEAM_IDS,
    Dice,
    RandomDice,
)
from assignwork.testing.generation._items import generate_item
from assignwork.testing.generation._state import state_of
from assignwork.testing.generation._workspaces import (
    COMPOSITIONS,
    ITEM_ORDERS,
    PRESENCES,
    TAGS,
    generate_workspace,
)

__all__ = [
    "AGENT_IDS",
    "CHANNELS",
    "COMPOSITIONS",
    "ITEM_ORDERS",
    "MINUTES",
    "OUTSIDERS",
    "PRESENCES",
    "SHORT",
    "SKILLS",
    "TAGS",
    "TEAM_IDS",
    "Dice",
    "RandomDice",
    "generate_command",
    "generate_instant",
    "generate_item",
    "generate_workspace",
    "state_of",
]
