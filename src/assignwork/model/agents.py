"""Agents, as configured."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record
from assignwork.model.shifts import Shift, shift

PRESENCES = ("active", "away", "away_reassign", "offline")


def presence(value: str, field: str = "") -> str:
    """One of the presences."""
    return f.choice(value, field, PRESENCES)


@attrs.frozen(field_transformer=f.named)
class Agent(Record):
    """A person who handles items.

    Parameters
    ----------
    id : str
    capacity : int, optional
        Most weight he may hold at once; None means the workspace's `default_capacity`.
    primary, secondary : list of str
        Team inboxes of his own, and those he helps with.
    skills : mapping of str to int
        Skill -> level, 1 or more.
    presence : {'active', 'away', 'away_reassign', 'offline'}
        At the moment he is added; later `set_presence` changes it.
    channel_limits : mapping of str to int
        Most weight at once per channel.
    secondary_limit : int, optional
        Most weight at once from secondary inboxes.
    shift : str or Shift, optional
        His working hours: a calendar's id, or a calendar with dated overrides and what is handed
        off at their end. His presence follows them (rules T3, T4).
    tags : list of str
        For `update_agents` and reports.

    Examples
    --------
    >>> Agent("ana", capacity=4, primary=["spanish"], skills={"lang:es": 3}).skills
    {'lang:es': 3}
    """

    id: str = attrs.field(converter=f.identifier)
    capacity: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    primary: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    secondary: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    skills: Mapping[str, int] = attrs.field(default=FrozenDict(), converter=f.levels)
    presence: str = attrs.field(default="active", converter=presence)
    channel_limits: Mapping[str, int] = attrs.field(default=FrozenDict(), converter=f.levels)
    secondary_limit: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    shift: Shift | None = attrs.field(default=None, converter=shift)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)

    def __attrs_post_init__(self) -> None:
        both = [team for team in self.secondary if team in self.primary]
        if both:
            raise ConfigurationError(
                f"team {both[0]!r} is both primary and secondary of agent {self.id!r}",
                field="secondary",
                value=both[0],
                remedy="name it in one of the two",
            )
