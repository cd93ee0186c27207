"""Service-level policies: what is promised, and on which calendar (L1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict, refuse
from assignwork.model import matching as m
from assignwork.model.calendars import ALWAYS
from assignwork.model.records import Record

TARGETS = ("first_response", "next_response", "resolution")
ANY = "*"


@attrs.frozen(field_transformer=f.named)
class Target(Record):
    """A promise: within how many seconds of working time; `calendar` None: its policy's.

    Examples
    --------
    >>> Target(1800).seconds
    1800.0
    """

    seconds: float = attrs.field(converter=f.positive_seconds)
    calendar: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def to_dict(self) -> Any:
        """The bare seconds where that says all, else an object."""
        if self.calendar is None:
            return self.seconds
        return {"seconds": self.seconds, "calendar": self.calendar}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | float) -> Self:
        """The inverse of `to_dict`."""
        return structure(cls, data) if isinstance(data, Mapping) else cls(data)


def _target(value: Any, field: str) -> Target:
    if isinstance(value, (Mapping, Target)):
        return m.record(Target, value, field)
    return Target(f.positive_seconds(value, field))


def _targets(value: Mapping[Any, Any], field: str = "") -> Mapping[str, Mapping[str, Target]]:
    if not isinstance(value, Mapping) or not value:
        refuse(field, value, "targets by priority", 'such as {"1": {"first_response": 1800}}')
    if all(name in TARGETS for name in value):
        value = {ANY: value}
    found: dict[str, Mapping[str, Target]] = {}
    for level, promised in value.items():
        key = str(level) if type(level) is int else f.identifier(level, field)
        path = f"{field}.{key}"
        if not isinstance(promised, Mapping) or not promised:
            refuse(path, promised, f"targets, of {', '.join(TARGETS)}")
        for name in promised:
            f.choice(name, path, TARGETS)
        found[key] = FrozenDict(
            {
                name: _target(promised[name], f"{path}.{name}")
                for name in TARGETS
                if name in promised
            }
        )
    return FrozenDict(sorted(found.items()))


def _share(value: float, field: str = "") -> float:
    if type(value) in (int, float) and 0 < value <= 1:
        return float(value)
    return refuse(field, value, "a share of the time, above 0 and at most 1")


@attrs.frozen(field_transformer=f.named)
class SlaPolicy(Record):
    """A service-level agreement: targets per priority, for the items it matches (rule L1).

    Parameters
    ----------
    id : str
    targets : mapping
        Priority (number, level name, or ``*`` for any) -> target -> seconds of working time.
        Targets are `first_response`, `next_response` and `resolution`. A policy matches only
        items whose priority it has targets for.
    calendar : str, default '24x7'
        Whose working time counts; a target may name its own:
        ``{"seconds": 3600, "calendar": "office"}``.
    teams, tags : list of str
        Empty: any. All of `tags` must be on the item.
    priorities : list of int or str
        Empty: any that `targets` name.
    at_risk : float, default 0.8
        The share of the working time after which a target is at risk, above 0 and at most 1.
    pause_on_customer : bool, default False
        Whether the resolution clock stands still while we wait for the customer.

    Examples
    --------
    >>> gold = SlaPolicy("gold", targets={1: {"first_response": 1800, "resolution": 7200}})
    >>> gold.targets["1"]["resolution"].seconds
    7200.0
    """

    id: str = attrs.field(converter=f.identifier)
    targets: Mapping[str, Mapping[str, Target]] = attrs.field(converter=_targets)
    calendar: str = attrs.field(default=ALWAYS, converter=f.identifier)
    teams: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    priorities: tuple[int | str, ...] = attrs.field(default=(), converter=m.priorities)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    at_risk: float = attrs.field(default=0.8, converter=_share)
    pause_on_customer: bool = attrs.field(default=False, converter=f.flag)


def sla(value: Iterable[Any] | Mapping[str, Any], field: str = "") -> tuple[SlaPolicy, ...]:
    """Converter of a workspace's policies."""
    return m.records(SlaPolicy, value, field)
