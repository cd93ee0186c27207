"""Which policy, path and protocol concern an item: the first that matches wins (L1, E1, U1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork.model.paths import EscalationPath, OnCall
from assignwork.model.promises import ANY, TARGETS, SlaPolicy, Target
from assignwork.model.protocols import Protocol
from assignwork.model.workspaces import Workspace
from assignwork.service.rotations import on_call

_MANY = 4096  # answers kept, above which they are forgotten and found anew


@attrs.frozen
class Promise:
    """What a clock runs against: one target of one policy.

    Attributes
    ----------
    policy, target : str
    seconds : float
        Of the working time of `calendar`.
    calendar : str
    at_risk : float
        The share of `seconds` after which it is at risk.
    pause_on_customer : bool
    """

    policy: str
    target: str
    seconds: float
    calendar: str
    at_risk: float
    pause_on_customer: bool


Promises = Mapping[str, Promise]
_NOTHING: Promises = {}


class Book:
    """The policies, paths and protocols of a workspace, ready to be asked.

    Answers are kept: what is asked is few teams times few priorities.

    Parameters
    ----------
    workspace : Workspace
    """

    __slots__ = ("_kept", "_levels", "_paths", "_policies", "_protocols", "active", "workspace")

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.active = bool(workspace.sla or workspace.paths or workspace.protocols)
        self._levels = workspace.priority_levels
        self._policies = {policy.id: policy for policy in workspace.sla}
        self._paths = {path.id: path for path in workspace.paths}
        self._protocols = {protocol.id: protocol for protocol in workspace.protocols}
        self._kept: dict[Any, Any] = {}

    def promises(
        self, team: str, priority: int, tags: tuple[str, ...], policy: str | None
    ) -> Promises:
        """Target -> promise for an item; `policy` is that of its catalog entry, if it has one."""
        if not self._policies:
            return _NOTHING
        key = (team, priority, tags, policy)
        found = self._kept.get(key)
        if found is None:
            found = self._keep(key, self._find_promises(team, priority, tags, policy))
        return found  # type: ignore[no-any-return]  # what is kept under such a key

    def _find_promises(
        self, team: str, priority: int, tags: tuple[str, ...], forced: str | None
    ) -> Promises:
        if forced is not None:
            policy = self._policies.get(forced)
            targets = None if policy is None else self._targets(policy, priority)
            return _NOTHING if policy is None or targets is None else _promised(policy, targets)
        for policy in self._policies.values():
            targets = self._targets(policy, priority)
            if targets is not None and self._concerns(policy, team, priority, tags):
                return _promised(policy, targets)
        return _NOTHING

    def _targets(self, policy: SlaPolicy, priority: int) -> Mapping[str, Target] | None:
        """Its targets for a priority: by number, else by a level's name, else for any."""
        targets = policy.targets.get(str(priority))
        if targets is not None:
            return targets
        for name, number in self._levels.items():
            if number == priority and name in policy.targets:
                return policy.targets[name]
        return policy.targets.get(ANY)

    def _concerns(self, policy: Any, team: str, priority: int, tags: tuple[str, ...]) -> bool:
        if policy.teams and team not in policy.teams:
            return False
        if any(tag not in tags for tag in policy.tags):
            return False
        return self._of_priority(policy.priorities, priority)

    def _of_priority(self, named: Iterable[int | str], priority: int) -> bool:
        named = tuple(named)
        return not named or any(
            (self._levels.get(entry) if isinstance(entry, str) else entry) == priority
            for entry in named
        )

    def path(
        self, team: str, priority: int, category: str | None, tags: tuple[str, ...]
    ) -> EscalationPath | None:
        """The path of an item."""
        if not self._paths:
            return None
        key = (team, priority, category, tags, "path")
        if key not in self._kept:
            found = next(
                (
                    path
                    for path in self._paths.values()
                    if self._concerns(path, team, priority, tags)
                    and (not path.categories or category in path.categories)
                ),
                None,
            )
            return self._keep(key, found)  # type: ignore[no-any-return]  # as given
        return self._kept[key]  # type: ignore[no-any-return]  # what is kept under such a key

    def path_named(self, name: str) -> EscalationPath | None:
        """The path of an id."""
        return self._paths.get(name)

    def protocol(self, priority: int) -> Protocol | None:
        """The protocol of a priority."""
        for protocol in self._protocols.values():
            if self._of_priority(protocol.priorities, priority):
                return protocol
        return None

    def protocol_named(self, name: str) -> Protocol | None:
        """The protocol of an id."""
        return self._protocols.get(name)

    def _keep(self, key: Any, found: Any) -> Any:
        if len(self._kept) > _MANY:
            self._kept.clear()
        self._kept[key] = found
        return found

    def person(self, named: str | OnCall, at: float) -> str | None:
        """A person by name, or who is on call in a rotation at that instant."""
        if isinstance(named, str):
            return named
        for rotation in self.workspace.rotations:
            if rotation.id == named.on_call:
                return on_call(rotation, at)
        return None

    def people(self, named: Iterable[str | OnCall], at: float) -> tuple[str, ...]:
        """People, groups and rotations resolved at an instant: everybody once, in order."""
        found: dict[str, None] = {}
        groups = self.workspace.groups
        for entry in named:
            who = self.person(entry, at)
            if isinstance(entry, str) and entry in groups:
                found.update(dict.fromkeys(groups[entry]))
            elif who is not None:
                found[who] = None
        return tuple(found)


def _promised(policy: SlaPolicy, targets: Mapping[str, Target]) -> Promises:
    return {
        name: Promise(
            policy.id,
            name,
            targets[name].seconds,
            targets[name].calendar or policy.calendar,
            policy.at_risk,
            policy.pause_on_customer,
        )
        for name in TARGETS
        if name in targets
    }
