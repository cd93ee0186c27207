"""What customers are alike: classes, the streams they come in, the pools that are fitted together.

A class is what an item brings that decides who may take it. Common classes get a stream of their
own; rare ones of a team share one, and what is rare even then goes into one last stream. Nothing
is lost by that but the hours at which the rare ones come: each class keeps its share as a kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import cast

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.model import WorkItem
from assignwork.model.items import Requirement
from assignwork.simulation.fitting._history import Course
from assignwork.simulation.streams import Kind

Rows = npt.NDArray[np.int64]
LEVELS: tuple[tuple[str, ...], ...] = (
    ("team", "priority", "channel"), ("team", "priority"), ("team",), ("priority",), (),
)  # fmt: skip
"""From narrow to wide: what a pool has in common."""
REST = "rest"


@attrs.frozen
class Class:
    """What decides who may take an item, and how urgent it is."""

    team: str
    priority: int
    channel: str | None
    weight: int
    skills: Mapping[str, Requirement]

    @staticmethod
    def of(course: Course, items: Mapping[str, WorkItem]) -> Class:
        """That of an item's stay with a team."""
        item = items.get(course.item)
        channel = None if item is None else item.channel
        skills = {} if item is None else item.skills
        return Class(course.team, course.priority, channel, course.weight, skills)

    @staticmethod
    def of_kind(kind: Kind) -> Class:
        """That of a kind that was made of a class."""
        return Class(kind.team, cast("int", kind.priority), kind.channel, kind.weight, kind.skills)

    def common(self, level: Sequence[str]) -> tuple[Hashable, ...]:
        """What is looked at on this level."""
        return tuple(getattr(self, name) for name in level)

    def words(self, level: Sequence[str]) -> str:
        """What a pool on this level has in common."""
        parts = []
        for name in level:
            value = getattr(self, name)
            if value is not None:
                parts.append(f"p{value}" if name == "priority" else str(value))
        return " ".join(parts) or "all"

    def __hash__(self) -> int:
        return hash((self.team, self.priority, self.channel, self.weight, tuple(self.skills)))


@attrs.frozen(eq=False)
class Grouped:
    """The streams of a log.

    Attributes
    ----------
    stream : dict of Class to str
        The name of the stream in which a class comes.
    merged : int
        Classes that are too rare for a stream of their own.
    merged_items : int
        Items of these.
    """

    stream: dict[Class, str]
    merged: int
    merged_items: int


def grouped(classes: Sequence[Class], least: int) -> Grouped:
    """Streams of at least so many items, as far as there are so many."""
    narrow = LEVELS[0]
    often = Counter(entry.common(narrow) for entry in classes)
    teams: Counter[str] = Counter()
    for entry in classes:
        if often[entry.common(narrow)] < least:
            teams[entry.team] += 1
    names: dict[Class, str] = {}
    for entry in dict.fromkeys(classes):
        if often[entry.common(narrow)] >= least:
            names[entry] = entry.words(narrow)
        elif teams[entry.team] >= least:
            names[entry] = f"{entry.team} {REST}"
        else:
            names[entry] = REST
    rare = [entry for entry in classes if often[entry.common(narrow)] < least]
    kinds = {entry.common(narrow) for entry in rare}
    return Grouped(_distinct(names), len(kinds), len(rare))


def _distinct(names: dict[Class, str]) -> dict[Class, str]:
    """Two streams may be called alike, such as those of team ``a p1`` and of ``a``, priority 1."""
    owners: dict[str, Hashable] = {}
    fresh: dict[tuple[str, Hashable], str] = {}
    found = {}
    for entry, name in names.items():
        rest = name == REST or name.endswith(f" {REST}")
        key: Hashable = (name, None) if rest else (name, entry.common(LEVELS[0]))
        if (name, key) not in fresh:
            distinct, k = name, 2
            while owners.get(distinct, key) != key:
                distinct, k = f"{name} ({k})", k + 1
            owners[distinct] = key
            fresh[name, key] = distinct
        found[entry] = fresh[name, key]
    return found


def kind_names(classes: Iterable[Class]) -> dict[Class, str]:
    """Short names, distinct within a stream."""
    taken: dict[str, int] = {}
    found = {}
    for entry in classes:
        parts = [entry.words(LEVELS[0])]
        if entry.weight != 1:
            parts.append(f"weight {entry.weight}")
        parts += list(entry.skills)
        name = " ".join(parts)
        taken[name] = taken.get(name, 0) + 1
        found[entry] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return found


class Pools:
    """Rows of a log put together as narrowly as there are enough of them.

    Parameters
    ----------
    classes : sequence of Class
        Of each row.
    """

    def __init__(self, classes: Sequence[Class]) -> None:
        self._pools: list[dict[tuple[Hashable, ...], Rows]] = []
        for level in LEVELS:
            found: defaultdict[tuple[Hashable, ...], list[int]] = defaultdict(list)
            for row, entry in enumerate(classes):
                found[entry.common(level)].append(row)
            self._pools.append({key: np.array(rows) for key, rows in found.items()})

    def narrowest(self, of: Class, enough: Callable[[Rows], bool]) -> tuple[str, Rows]:
        """What the pool is called, and its rows; the widest one if none has enough."""
        for level, pools in zip(LEVELS, self._pools, strict=True):
            rows = pools.get(of.common(level))
            if rows is not None and (not level or enough(rows)):
                return of.words(level), rows
        return "all", np.empty(0, np.int64)
