"""Who worked in the log: agents with their teams and the capacity that they really used.

A group is an agent's own (primary) when enough of his items were in it, else he helped out there
(secondary). What he held at once is counted at each row in which he works on an item: the items
that are his just after that instant, not parked, not done. His capacity is a percentile of
these counts (nearest rank), so neither nights nor days off weigh in, as they have no rows.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from assignwork.intake.cases import Case
from assignwork.intake.mapping import LogMapping, People
from assignwork.intake.translation import first_group, statuses
from assignwork.model import Agent

# What happens at one instant: items leave, items come, then what is held is counted.
_LEAVES, _COMES, _COUNTED = range(3)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that counts: ``Group 9`` before ``Group 10``.

    Examples
    --------
    >>> sorted(["Group 10", "Group 9"], key=natural)
    ['Group 9', 'Group 10']
    """
    return tuple(
        # digits by their number, however many there are; what is no number comes after them
        (0, len(part.lstrip("0")), part.lstrip("0")) if part[0] in "0123456789" else (1, 0, part)
        for part in re.split("([0-9]+)", name)
        if part
    )


class Workforce:
    """What the log says of its people.

    Attributes
    ----------
    items : dict
        Agent -> group -> the number of distinct items he worked on in it.
    held : dict
        Agent -> the items he held at once, at each row of his own.
    teams : list of str
        All groups, in natural order.
    """

    def __init__(self, cases: Iterable[Case], mapping: LogMapping) -> None:
        self._people = mapping.people
        self.items: dict[str, Counter[str]] = defaultdict(Counter)
        self._happened: dict[str, list[tuple[float, int]]] = defaultdict(list)
        groups: dict[str, None] = {}
        for case in cases:
            self._follow(case, first_group(case, mapping.groups.missing), groups)
        self.teams = sorted(groups, key=natural)
        self.held = {agent: _held(happened) for agent, happened in self._happened.items()}

    def _follow(self, case: Case, group: str, groups: dict[str, None]) -> None:
        groups[group] = None
        seen: set[tuple[str, str]] = set()
        holder: str | None = None
        closed = False
        for moment, status in statuses(case):
            if status == "done" and closed:
                continue
            closed = status == "done"
            # As in `translation`: a group in the row that resolves makes no transfer.
            if moment.group is not None and not closed:
                group = moment.group
                groups[group] = None
            agent = None if status == "queued" else moment.agent
            if agent is not None and (agent, group) not in seen:
                seen.add((agent, group))
                self.items[agent][group] += 1
            holds = agent if status in ("open", "waiting") else None
            if holds != holder:
                if holder is not None:
                    self._happened[holder].append((moment.at, _LEAVES))
                if holds is not None:
                    self._happened[holds].append((moment.at, _COMES))
                holder = holds
            if holds is not None:
                self._happened[holds].append((moment.at, _COUNTED))

    def agents(self) -> tuple[Agent, ...]:
        """In natural order of their names, all of them active."""
        return tuple(self._agent(name) for name in sorted(self.items, key=natural))

    def _agent(self, name: str) -> Agent:
        counts = self.items[name]
        total = counts.total()
        own: list[str] = []
        helped: list[str] = []
        # Most items first, so that the first is his own even where all are rare.
        for group, items in sorted(counts.items(), key=lambda e: (-e[1], natural(e[0]))):
            rare = (
                items < self._people.secondary_least or items < self._people.secondary_share * total
            )
            (helped if own and rare else own).append(group)
        return Agent(
            name,
            capacity=_capacity(self.held.get(name, ()), self._people),
            primary=tuple(own),
            secondary=tuple(helped),
        )


def _held(happened: list[tuple[float, int]]) -> list[int]:
    held = 0
    counted = []
    for _, what in sorted(happened):
        if what == _COUNTED:
            counted.append(held)
        else:
            held += 1 if what == _COMES else -1
    return counted


def _capacity(held: Iterable[int], people: People) -> int:
    """The percentile of what he held at once, at least 1."""
    counted = sorted(held)
    if not counted:
        return 1
    rank = math.ceil(people.capacity_percentile / 100 * len(counted))
    return max(counted[max(rank, 1) - 1], 1)
