"""Dice, and the small numbers and names that everything is made of."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

TEAM_IDS = tuple(f"t{n}" for n in range(6))
AGENT_IDS = tuple(f"a{n}" for n in range(9))
OUTSIDERS = ("olga", "omar")  # people who are no agents
SKILLS = ("lang:de", "lang:es", "vip")
CHANNELS = ("chat", "voice")
SHORT = (1, 2, 3, 5, 8)  # durations, seconds
# Durations where calendars count: these change on full minutes.
MINUTES = (3, 8, 20, 30, 60, 90, 120, 300)
LONG = (900, 1800)  # which may well be kept


class Dice(Protocol):
    """What the generators draw from; each answer's first alternative is the simplest one."""

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""

    def chance(self, percent: int) -> bool:
        """True in about that many of a hundred cases."""


class RandomDice:
    """Dice of the standard library, for a fuzzer that needs no Hypothesis.

    Examples
    --------
    >>> from assignwork.testing.generation import generate_workspace
    >>> a, b = RandomDice(random.Random(7)), RandomDice(random.Random(7))
    >>> generate_workspace(a) == generate_workspace(b)
    True
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._source.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self._source.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        """True in about that many of a hundred cases."""
        return self._source.randrange(100) < percent


def some(dice: Dice, names: Sequence[T], percent: int) -> list[T]:
    """Each of the names with that chance."""
    return [name for name in names if dice.chance(percent)]


def brief(*, timed: bool) -> tuple[int, ...]:
    """Durations to choose from, seconds; of a workspace with calendars some are minutes."""
    return (*SHORT, 30, 60, 120) if timed else SHORT


# In how many of a hundred cases, which field, and what makes its value.
Option = tuple[int, str, Callable[[], Any]]


def chosen(dice: Dice, options: Sequence[Option]) -> dict[str, Any]:
    """Each option's field with its chance."""
    return {name: value() for percent, name, value in options if dice.chance(percent)}


def few_of(dice: Dice, fields: Mapping[str, Any], fixed: Sequence[str]) -> dict[str, Any]:
    """At least one of the fields, as changes; now and then a fixed one, which cannot be changed."""
    names = sorted(fields)
    first = dice.pick(names)
    kept = {name for name in names if name == first or dice.chance(20)}
    changes = {name: fields[name] for name in sorted(kept)}
    if dice.chance(3):
        changes[dice.pick(fixed)] = "t0"
    return changes
