"""Work items, as submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict, refuse
from assignwork._making import quickly_made
from assignwork.errors import ConfigurationError
from assignwork.model.priorities import LOWEST_FACTOR
from assignwork.model.records import Record


@attrs.frozen(field_transformer=f.named)
class Requirement:
    """A required skill: its least level, 1 or more (rule K1).

    With `relax_after` it is dropped after that many seconds in the queue (rule K2).

    Examples
    --------
    >>> Requirement(level=2, relax_after=120)
    Requirement(level=2, relax_after=120.0)
    """

    level: int = attrs.field(default=1, converter=f.positive_int)
    relax_after: float | None = attrs.field(default=None, converter=f.optional_seconds)

    def to_dict(self) -> Any:
        """The bare level where that says all, else an object."""
        if self.relax_after is None:
            return self.level
        return {"level": self.level, "relax_after": self.relax_after}


_NONE: FrozenDict[str, Requirement] = FrozenDict()


def requirements(
    value: Mapping[str, int | Requirement | Mapping[str, Any]], field: str = ""
) -> Mapping[str, Requirement]:
    """A mapping skill -> requirement, from levels or requirements, sorted by name."""
    if value is _NONE:
        return _NONE
    found: dict[str, Requirement] = {}
    for name, need in f.pairs(value, field):
        path = f"{field}.{name}"
        if isinstance(need, Mapping):
            found[name] = structure(Requirement, need, path)
        elif isinstance(need, Requirement):
            found[name] = need
        else:
            found[name] = Requirement(f.positive_int(need, path))
    return FrozenDict(found)


def _preferred_skills(value: Iterable[str], field: str = "") -> tuple[str, ...]:
    if isinstance(value, Mapping):
        f.levels(value, field)
    return tuple(sorted(f.names(list(value) if isinstance(value, Mapping) else value, field)))


def factor(value: int | None, field: str = "") -> int | None:
    """A priority factor, 1 (highest) to 4, or None."""
    if value is None or (type(value) is int and 1 <= value <= LOWEST_FACTOR):
        return value
    return refuse(field, value, "a factor", f"give 1 (highest) to {LOWEST_FACTOR}")


ANY_TEAM = ""
"""The team of an item that leaves it to its catalog entry."""


def _team(value: str, field: str = "") -> str:
    return value if value == ANY_TEAM else f.identifier(value, field)


def _priority(value: int | str | None, field: str = "") -> int | str | None:
    if type(value) is int and 0 < value <= f.MAX_UNITS:
        return value
    if value is None or isinstance(value, str):
        return f.optional_identifier(value, field)
    return f.positive_int(value, field)


@quickly_made
@attrs.frozen(field_transformer=f.named)
class WorkItem(Record):
    """One unit of work: a conversation, ticket, call or task.

    Parameters
    ----------
    id : str
        Unique within the desk.
    team : str
        The team inbox in which it waits; may be left out of an item with `catalog`.
    priority : int or str, optional
        1 is most urgent; or the name of one of the workspace's levels. None: computed from the
        factors if the workspace has criteria, else 3 (rule R1).
    weight : int, default 1
        Units of an agent's capacity that it takes.
    channel : str, optional
        Such as ``chat`` or ``voice``; agents may have a limit per channel.
    skills : mapping of str to int or Requirement
        Required skills with their least level (rule K1).
    preferred_skills : list of str
        Skills that never exclude but count for the `best_skilled` selection (rule K3).
    preferred_agent, only_agent : str, optional
        Affinity, soft and exclusive (rules F1, F2).
    affinity_wait : float, optional
        Seconds in the queue for which it waits for the preferred agent alone.
    created_at, due_at : instant, optional
        POSIX seconds or an aware datetime. `created_at` defaults to the instant of submission.
    impact, urgency, risk, value : int, optional
        Priority factors, 1 (highest) to 4.
    category, customer, subject, requester : str, optional
        For reports and views.
    tags : list of str
    catalog : str, optional
        The entry of the service catalog that is asked for; it fills what is left open here.

    Raises
    ------
    ConfigurationError
        With the name of the field that cannot be used.

    Examples
    --------
    >>> item = WorkItem("t-1", team="spanish", priority=2, skills={"lang:es": 2})
    >>> item.skills["lang:es"].level
    2
    >>> WorkItem("t-1", team="spanish", impact=0)
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: impact: 0 is not a factor; give 1 (highest) to 4
    """

    id: str = attrs.field(converter=f.identifier)
    team: str = attrs.field(default=ANY_TEAM, converter=_team)
    priority: int | str | None = attrs.field(default=None, converter=_priority)
    weight: int = attrs.field(default=1, converter=f.positive_int)
    channel: str | None = attrs.field(default=None, converter=f.optional_identifier)
    skills: Mapping[str, Requirement] = attrs.field(default=_NONE, converter=requirements)
    preferred_skills: tuple[str, ...] = attrs.field(default=(), converter=_preferred_skills)
    preferred_agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    only_agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    affinity_wait: float | None = attrs.field(default=None, converter=f.optional_seconds)
    created_at: float | None = attrs.field(default=None, converter=f.optional_instant)
    due_at: float | None = attrs.field(default=None, converter=f.optional_instant)
    impact: int | None = attrs.field(default=None, converter=factor)
    urgency: int | None = attrs.field(default=None, converter=factor)
    risk: int | None = attrs.field(default=None, converter=factor)
    value: int | None = attrs.field(default=None, converter=factor)
    category: str | None = attrs.field(default=None, converter=f.text)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    customer: str | None = attrs.field(default=None, converter=f.text)
    subject: str | None = attrs.field(default=None, converter=f.text)
    requester: str | None = attrs.field(default=None, converter=f.text)
    catalog: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def __attrs_post_init__(self) -> None:
        if self.team == ANY_TEAM and self.catalog is None:
            raise ConfigurationError(
                "this field is missing",
                field="team",
                remedy="give it: a WorkItem needs it, unless it names an entry of the catalog",
            )
