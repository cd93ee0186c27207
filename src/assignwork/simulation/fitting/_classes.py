"""What customers are alike: classes, the streams they come in, the pools that are fitted together.

A class is what an item brings that decides who may take it. Common classes get a stream of their
own; rare ones of a team share one, and what is rare even then goes into one last stream. Nothing
is lost by that but the hours at which the rare ones come: each class keeps its share as a kind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from assignwork.model import WorkItem
from assignwork.model.items import Requirement
from assignwork.simulation.fitting._history import Course
from assignwork.simulation.streams import Kind

Rows = npt.NDArray[np.int64]
Counts: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.bool_]
LEVELS: tuple[tuple[str, ...], ...] = (
    ("team", "priority", "channel"), ("team", "priority"), ("team",), ("priority",), (),
)  # fmt: skip
"""From narrow to wide: what a pool has in common."""
REST = "rest"


class Pool(NamedTuple):
    """Rows that are looked at together, and what that is called."""

    name: str
    rows: Rows


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
        self._levels: list[dict[tuple[Hashable, ...], Rows]] = []
        for level in LEVELS:
            found: defaultdict[tuple[Hashable, ...], list[int]] = defaultdict(list)
            for row, entry in enumerate(classes):
                found[entry.common(level)].append(row)
            self._levels.append({key: np.array(rows) for key, rows in found.items()})
        by_class: defaultdict[Class, list[int]] = defaultdict(list)
        for row, entry in enumerate(classes):
            by_class[entry].append(row)
        self._rows = {entry: np.array(rows) for entry, rows in by_class.items()}

    def parted(self, counts: Counts, least: int) -> dict[Class, Pool]:
        """Each class with the pool it is in, such that pools do not overlap.

        What is rare is put together with what else is rare: so all pools together are the log, and
        their means add up to its mean. Only what is rare even then looks at what the others have.

        Parameters
        ----------
        counts : array of int
            What is counted of each row.
        least : int
            How many are enough.
        """
        left = dict.fromkeys(self._rows)
        found: dict[Class, Pool] = {}
        for level, whole in zip(LEVELS, self._levels, strict=True):
            groups: defaultdict[tuple[Hashable, ...], list[Class]] = defaultdict(list)
            for entry in left:
                groups[entry.common(level)].append(entry)
            for key, entries in groups.items():
                rows = np.sort(np.concatenate([self._rows[entry] for entry in entries]))
                if counts[rows].sum() >= least:
                    rest = "" if len(rows) == len(whole[key]) else f" {REST}"
                    pool = Pool(entries[0].words(level) + rest, rows)
                    found |= dict.fromkeys(entries, pool)
                    for entry in entries:
                        del left[entry]
        return found | {entry: self.narrowest(entry, counts, least) for entry in left}

    def narrowest(self, of: Class, counts: Counts, least: int) -> Pool:
        """The narrowest pool of all rows that are alike; the widest one if none has enough."""
        for level, pools in zip(LEVELS, self._levels, strict=True):
            rows = pools[of.common(level)]
            if not level or counts[rows].sum() >= least:
                break
        return Pool(of.words(level), rows)
