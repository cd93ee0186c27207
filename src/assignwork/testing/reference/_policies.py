"""What concerns an item: its priority, its policy, path and protocol, and who is meant.

Nothing here changes anything. Rules R, G1 and the matching of L1, E1, U1 (readings 49, 60, 61, 71).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork.errors import AccessDeniedError, ConfigurationError
from assignwork.model import (
    DEFAULT_PRIORITY,
    CatalogEntry,
    EscalationPath,
    OnCall,
    PriorityCriteria,
    Protocol,
    SlaPolicy,
    Target,
    WorkItem,
)
from assignwork.service.rotations import on_call
from assignwork.testing.reference._records import ItemRecord
from assignwork.testing.reference._rules import Rules

FACTORS = ("impact", "urgency", "risk", "value")
LOWEST = 4  # what a missing factor counts as
Factors = dict[str, int]


class Policies(Rules):
    """What the workspace says about an item."""

    # --- priorities

    def _level(self, priority: int | str | None) -> int | None:
        """The number of a priority; None if there is no level of that name."""
        if isinstance(priority, str):
            return self._config.priority_levels.get(priority)
        return priority

    def _decide(self, spec: WorkItem, entry: CatalogEntry | None, field: str) -> tuple[int, str]:
        """R1, reading 60: an item's own priority, and what decided it."""
        from_entry = None if entry is None else entry.priority
        for priority, decided_by in ((spec.priority, "given"), (from_entry, "catalog")):
            if priority is not None:
                level = self._level(priority)
                if level is None:
                    raise ConfigurationError(
                        f"{priority!r} is no priority level", field=field, value=priority,
                        limit=", ".join(self._config.priority_levels), remedy="name one of them",
                    )  # fmt: skip
                return level, decided_by
        criteria = self._config.priority_criteria
        if criteria is None:
            return DEFAULT_PRIORITY, "default"
        factors = {name: _factor(name, spec, entry) for name in FACTORS}
        if criteria.matrix is not None:
            return _by_matrix(criteria.matrix, factors)
        return _by_weights(criteria, factors)

    # --- matching (reading 49)

    def _asks_for(self, policy: SlaPolicy | EscalationPath | Protocol, item: ItemRecord) -> bool:
        """Whether all that it asks holds for the item; an empty list asks nothing."""
        levels = [self._level(priority) for priority in policy.priorities]
        if levels and item.own not in levels:
            return False
        if isinstance(policy, Protocol):
            return True
        if policy.teams and item.team not in policy.teams:
            return False
        categories = policy.categories if isinstance(policy, EscalationPath) else ()
        if categories and item.spec.category not in categories:
            return False
        return all(tag in item.spec.tags for tag in policy.tags)

    def _targets_of(self, policy: SlaPolicy, item: ItemRecord) -> Mapping[str, Target]:
        """Those for the item's own priority: by number, else by a level's name, else any."""
        if str(item.own) in policy.targets:
            return policy.targets[str(item.own)]
        for name, targets in policy.targets.items():
            if self._config.priority_levels.get(name) == item.own:
                return targets
        return policy.targets.get("*", {})

    def _find_policy(self, item: ItemRecord) -> SlaPolicy | None:
        """L1; an item of a catalog entry with a policy has that one."""
        if item.entry is not None and item.entry.sla is not None:
            return next((p for p in self._config.sla if p.id == item.entry.sla), None)
        for policy in self._config.sla:
            if self._asks_for(policy, item) and self._targets_of(policy, item):
                return policy
        return None

    def _find_path(self, item: ItemRecord) -> EscalationPath | None:
        return next((path for path in self._config.paths if self._asks_for(path, item)), None)

    def _find_protocol(self, item: ItemRecord) -> Protocol | None:
        return next((p for p in self._config.protocols if self._asks_for(p, item)), None)

    # --- people

    def _person(self, named: str | OnCall | None) -> str | None:
        """Who is meant at this instant; nobody, if his rotation is gone."""
        if not isinstance(named, OnCall):
            return named
        found = [r for r in self._config.rotations if r.id == named.on_call]
        return on_call(found[0], self._clock) if found else None

    def _people(self, named: Iterable[str | OnCall]) -> tuple[str, ...]:
        """Who is meant, a group's members for its name; everybody once, in order."""
        found: dict[str, None] = {}
        for entry in named:
            person = self._person(entry)
            if isinstance(entry, str) and entry in self._config.groups:
                found.update(dict.fromkeys(self._config.groups[entry]))
            elif person is not None:
                found[person] = None
        return tuple(found)

    # --- the catalog

    def _entry_for(self, spec: WorkItem) -> CatalogEntry | None:
        """G2, reading 79: the entry that is asked for, by somebody who may."""
        if spec.catalog is None:
            return None
        entry = next((e for e in self._config.catalog if e.id == spec.catalog), None)
        if entry is None:
            raise ConfigurationError(
                f"no catalog entry {spec.catalog!r}", field="item.catalog", value=spec.catalog,
                remedy="name one that exists",
            )  # fmt: skip
        if entry.groups and not any(self._belongs(spec.requester, g) for g in entry.groups):
            raise AccessDeniedError(
                f"{spec.requester!r} may not ask for {entry.id!r}", value=spec.requester,
                limit=", ".join(entry.groups), remedy="let one of these groups ask",
            )  # fmt: skip
        return entry

    def _belongs(self, person: str | None, group: str) -> bool:
        return person in self._config.groups.get(group, ())


def filled(spec: WorkItem, entry: CatalogEntry | None) -> WorkItem:
    """G1: the item with what its catalog entry says where it leaves things open itself.

    Priority and factors stay as they were given: who decides is found out each time (reading 60).
    """
    if entry is None:
        return spec
    return attrs.evolve(
        spec,
        team=spec.team or entry.team,
        category=entry.category if spec.category is None else spec.category,
        weight=entry.weight if spec.weight == 1 and entry.weight else spec.weight,
        skills={**entry.skills, **spec.skills},
        tags=(*spec.tags, *(tag for tag in entry.tags if tag not in spec.tags)),
    )


def _factor(name: str, spec: WorkItem, entry: CatalogEntry | None) -> int:
    for holder in (spec, entry):
        given: Any = getattr(holder, name, None)
        if given is not None:
            return int(given)
    return LOWEST


def _by_matrix(matrix: tuple[tuple[int, ...], ...], factors: Factors) -> tuple[int, str]:
    """Reading 61."""
    impact, urgency = factors["impact"], factors["urgency"]
    row = matrix[min(impact, len(matrix)) - 1]
    if impact == urgency:
        decided_by = "impact+urgency"
    else:
        decided_by = "impact" if impact < urgency else "urgency"
    return row[min(urgency, len(row)) - 1], decided_by


def _by_weights(criteria: PriorityCriteria, factors: Factors) -> tuple[int, str]:
    """Reading 61."""
    named = [name for name in FACTORS if name in criteria.weights]
    score = 0.0
    for name in named:  # one after the other: `sum` rounds otherwise in later versions of Python
        score += criteria.weights[name] * factors[name]
    priority = 1 + sum(threshold < score for threshold in criteria.thresholds)
    urging = {name: criteria.weights[name] * (LOWEST - factors[name]) for name in named}
    first = max(named, key=lambda name: urging[name])  # the first of several
    return priority, first if urging[first] > 0 else "none"
