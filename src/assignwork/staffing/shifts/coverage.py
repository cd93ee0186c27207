"""Needed and planned by interval, counted from who is at work, with nothing of the models.

Everybody counts for one need at a time: at each moment as many needs are met as can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from assignwork.staffing.shifts.demand import Need

Skills: TypeAlias = frozenset[str]
Work: TypeAlias = tuple[Skills, int, int, int]
"""What some agents can do, from when to when (minutes after midnight of day 0), how many."""


@attrs.frozen
class CoverageRow:
    """A need, and who is there for it.

    Attributes
    ----------
    need : Need
    label : str
        The interval in words.
    planned : int
        Fewest agents at any moment of it who are free for it, not counting those whom another
        skill needs.
    short_minutes : int
        Minutes and agents missing.
    """

    need: Need
    label: str
    planned: int
    short_minutes: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "interval": self.label,
            "start": self.need.start,
            "end": self.need.end,
            "skill": self.need.skill,
            "agents": self.need.agents,
            "planned": self.planned,
            "short_minutes": self.short_minutes,
        }


@attrs.define
class Measured:
    """Of all needs: fewest planned and minutes short by need, and minutes beyond all needs."""

    planned: list[int]
    short: list[int]
    over: int


def measure(
    needs: Sequence[Need], work: Iterable[Work], length: int, *, circular: bool = False
) -> Measured:
    """Who is at work when, against what is needed.

    Parameters
    ----------
    needs : list of Need
    work : list of (skills, start, end, heads)
    length : int
        Minutes of the horizon; work outside it does not count, or, if circular, counts round it.
    circular : bool, default False

    Examples
    --------
    >>> both, spanish = frozenset({"es", "fr"}), frozenset({"es"})
    >>> needs = [Need.on(0, "09:00-10:00", 1, "es"), Need.on(0, "09:00-10:00", 1, "fr")]
    >>> measure(needs, [(both, 540, 600, 1), (spanish, 570, 600, 1)], 1440)
    Measured(planned=[1, 0], short=[0, 30], over=0)
    """
    needed: dict[int, list[tuple[int, int]]] = {}
    for i, need in enumerate(needs):
        for start, end in pieces(*need.minutes, length, circular=circular):
            needed.setdefault(start, []).append((i, 1))
            needed.setdefault(end, []).append((i, -1))
    heads: dict[int, list[tuple[Skills, int]]] = {}
    known = {need.skill for need in needs if need.skill is not None}
    for skills, start, end, count in work:
        of = skills & known
        for first, last in pieces(start, end, length, circular=circular):
            heads.setdefault(first, []).append((of, count))
            heads.setdefault(last, []).append((of, -count))
    cuts = sorted({*needed, *heads})
    found = Measured([-1] * len(needs), [0] * len(needs), 0)
    running: dict[int, int] = {}
    present: dict[Skills, int] = {}
    for at, cut in enumerate(cuts):
        for i, change in needed.get(cut, ()):
            running[i] = running.get(i, 0) + change
            if not running[i]:
                del running[i]
        for of, change in heads.get(cut, ()):
            present[of] = present.get(of, 0) + change
        if at + 1 == len(cuts):
            break
        active = sorted(running)
        here = {of: count for of, count in present.items() if count}
        _count(found, needs, active, here, cuts[at + 1] - cut)
    found.planned = [max(count, 0) for count in found.planned]
    return found


def pieces(start: int, end: int, length: int, *, circular: bool) -> list[tuple[int, int]]:
    """The parts of an interval that lie within [0, length), or round it."""
    if not circular:
        start, end = max(start, 0), min(end, length)
        return [(start, end)] if start < end else []
    shift = start // length * length
    start, end = start - shift, end - shift
    if end <= length:
        return [(start, end)]
    return [(start, length), (0, end - length)]


def _count(
    found: Measured,
    needs: Sequence[Need],
    active: list[int],
    present: Mapping[Skills, int],
    minutes: int,
) -> None:
    total = sum(present.values())
    if len(active) == 1 and needs[active[0]].skill is None:
        i = active[0]
        met = min(total, needs[i].agents)
        given, free = {i: met}, [(frozenset[str](), total - met)]
    else:
        given, free = _shared(needs, active, present)
    used = sum(given.values())
    found.over += (total - used) * minutes
    for i in active:
        skill = needs[i].skill
        spare = sum(count for of, count in free if skill is None or skill in of)
        planned = given[i] + spare
        found.planned[i] = planned if found.planned[i] < 0 else min(found.planned[i], planned)
        found.short[i] += (needs[i].agents - given[i]) * minutes


def _shared(
    needs: Sequence[Need], active: list[int], present: Mapping[Skills, int]
) -> tuple[dict[int, int], list[tuple[Skills, int]]]:
    """As many needs met as can be: a largest flow from agents to needs, by augmenting paths."""
    groups = sorted(present, key=sorted)
    left = {of: present[of] for of in groups}
    flow = {(of, i): 0 for of in groups for i in active if _can(of, needs[i].skill)}
    given = dict.fromkeys(active, 0)
    for i in active:
        while given[i] < needs[i].agents:
            path = _path(i, active, groups, left, flow)
            if path is None:
                break
            units = min(needs[i].agents - given[i], left[path[-1][0]])
            units = min([units, *(flow[of, other] for of, other in path[1::2])])
            for step, key in enumerate(path):
                flow[key] += -units if step % 2 else units
            left[path[-1][0]] -= units
            given[i] += units
    return given, list(left.items())


def _can(of: Skills, skill: str | None) -> bool:
    return skill is None or skill in of


def _path(
    need: int,
    active: list[int],
    groups: list[Skills],
    left: Mapping[Skills, int],
    flow: Mapping[tuple[Skills, int], int],
) -> list[tuple[Skills, int]] | None:
    """How one more agent reaches the need: arcs to fill and to empty in turn, the need's first."""
    known: dict[int, list[tuple[Skills, int]]] = {need: []}
    seen: set[Skills] = set()
    queue = [need]
    for at in queue:
        for of in groups:
            if (of, at) not in flow or of in seen:
                continue
            seen.add(of)
            way = [*known[at], (of, at)]
            if left[of]:
                return way
            for other in active:
                if other not in known and flow.get((of, other), 0):
                    known[other] = [*way, (of, other)]
                    queue.append(other)
    return None
