"""The question: who should hold what. Plain immutable data that knows no solver and no desk.

`Problem` is complete: items, agents, weights, budgets. Engines, the evaluator and whoever wants to
check them read nothing else. The rules are those of `docs/design/0005-readings-of-rebalancing.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record
from assignwork.solver.weights import Weights

NO_LEVELS: FrozenDict[str, int] = FrozenDict()
"""Shared by all that have none."""


def _levels(value: Mapping[str, int], field: str = "") -> FrozenDict[str, int]:
    return NO_LEVELS if not value else f.levels(value, field)


def _amount(value: int, field: str = "") -> int:
    if type(value) is int and 0 <= value <= f.MAX_UNITS:
        return value
    return f.refuse(field, value, f"a whole number from 0 to {f.MAX_UNITS}")


def _optional_amount(value: int | None, field: str = "") -> int | None:
    return None if value is None else _amount(value, field)


def _costs(value: Mapping[str, int], field: str = "") -> FrozenDict[str, int]:
    if not value:
        return NO_LEVELS
    return FrozenDict(
        {name: f.whole(cost, f"{field}.{name}") for name, cost in f.pairs(value, field)}
    )


@attrs.frozen(field_transformer=f.named)
class OpenItem(Record):
    """An item of a problem: what it needs, who holds it now.

    Parameters
    ----------
    id, team : str
    priority : int, default 3
        1 is most urgent.
    weight : int, default 1
        Units of an agent's capacity.
    urgency : int, default 1
        What it costs to leave it without holder, in units of `Weights.unassigned`.
    owner : str, optional
        Who holds it now; None: it is queued.
    in_conversation : bool, default False
        Whether its customer is in conversation with the owner.
    skills : mapping of str to int
        Required skills with their least level.
    preferred_skills : list of str
    channel : str, optional
    preferred_agent, only_agent : str, optional
    excluded : list of str
        Agents who may not get it.
    due_at : instant, optional
    fixed : bool, default False
        It stays as it is: with its owner, or queued.
    pinned_to : str, optional
        Who must hold it.
    weights : mapping of str to int
        Its weight with certain agents, where that differs.
    costs : mapping of str to int
        Its own extra cost with certain agents; a bonus is negative.

    Examples
    --------
    >>> OpenItem("t-1", "billing", owner="ana").owner
    'ana'
    """

    id: str = attrs.field(converter=f.identifier)
    team: str = attrs.field(converter=f.identifier)
    priority: int = attrs.field(default=3, converter=f.positive_int)
    weight: int = attrs.field(default=1, converter=f.positive_int)
    urgency: int = attrs.field(default=1, converter=f.positive_int)
    owner: str | None = attrs.field(default=None, converter=f.optional_identifier)
    in_conversation: bool = attrs.field(default=False, converter=f.flag)
    skills: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_levels)
    preferred_skills: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    channel: str | None = attrs.field(default=None, converter=f.optional_identifier)
    preferred_agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    only_agent: str | None = attrs.field(default=None, converter=f.optional_identifier)
    excluded: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    due_at: float | None = attrs.field(default=None, converter=f.optional_instant)
    fixed: bool = attrs.field(default=False, converter=f.flag)
    pinned_to: str | None = attrs.field(default=None, converter=f.optional_identifier)
    weights: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_levels)
    costs: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_costs)


@attrs.frozen(field_transformer=f.named)
class Holder(Record):
    """An agent of a problem: what he may hold and get.

    Parameters
    ----------
    id : str
    capacity : int
        Units, 1 or more.
    primary, secondary : list of str
        Teams of his own, and those he helps with.
    skills : mapping of str to int
    accepts : bool, default True
        Whether he may get anything at all; what he has, he may keep.
    receives : int, optional
        Most items that he may get; None: no bound.
    closed_teams : list of str
        Teams from which he may get nothing now, as when his shift ends soon.
    team_limits, channel_limits : mapping of str to int
        Most units at once from a team, on a channel.
    secondary_limit : int, optional
        Most units at once from secondary teams.
    shift_ends_at : instant, optional
        The end of the shift under way; None: none, or no end.

    Examples
    --------
    >>> Holder("ana", capacity=4, primary=["billing"]).capacity
    4
    """

    id: str = attrs.field(converter=f.identifier)
    capacity: int = attrs.field(converter=f.positive_int)
    primary: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    secondary: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    skills: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_levels)
    accepts: bool = attrs.field(default=True, converter=f.flag)
    receives: int | None = attrs.field(default=None, converter=_optional_amount)
    closed_teams: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    team_limits: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_levels)
    channel_limits: Mapping[str, int] = attrs.field(default=NO_LEVELS, converter=_levels)
    secondary_limit: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    shift_ends_at: float | None = attrs.field(default=None, converter=f.optional_instant)

    def __attrs_post_init__(self) -> None:
        both = [team for team in self.secondary if team in self.primary]
        if both:
            raise ConfigurationError(
                f"team {both[0]!r} is both primary and secondary of agent {self.id!r}",
                field="secondary",
                value=both[0],
                remedy="name it in one of the two",
            )


def _records(cls: type[Any], value: Any, field: str) -> tuple[Any, ...]:
    found = []
    for place, entry in enumerate(f.entries(value, field)):
        if not isinstance(entry, cls):
            entry = structure(cls, entry, f"{field}[{place}]")  # noqa: PLW2901  # made what it says
        found.append(entry)
    return tuple(found)


def _items(value: Iterable[OpenItem | Mapping[str, Any]], field: str = "") -> tuple[OpenItem, ...]:
    return _records(OpenItem, value, field)


def _agents(value: Iterable[Holder | Mapping[str, Any]], field: str = "") -> tuple[Holder, ...]:
    return _records(Holder, value, field)


def _weights(value: Weights | Mapping[str, Any], field: str = "") -> Weights:
    return value if isinstance(value, Weights) else structure(Weights, value, field)


def _together(value: Iterable[Iterable[str]], field: str = "") -> tuple[tuple[str, ...], ...]:
    return tuple(f.names(s, f"{field}[{i}]") for i, s in enumerate(f.entries(value, field)))


@attrs.frozen(field_transformer=f.named, slots=False)
class Problem(Record):
    """Who should hold what: items, agents, what a plan costs, and how much may move.

    Parameters
    ----------
    items : list of OpenItem
    agents : list of Holder
    weights : Weights
    together : list of list of str
        Sets of items that shall have one holder.
    max_moves : int, optional
        Most items that may leave their owner.
    max_moves_per_agent : int, optional
        Most such moves that any one agent may take part in.
    seen : int, optional
        Events that the desk had emitted when this was read from it.

    Raises
    ------
    ConfigurationError
        With the path of the field that cannot be used.

    Examples
    --------
    >>> problem = Problem(
    ...     items=[{"id": "t-1", "team": "billing"}],
    ...     agents=[{"id": "ana", "capacity": 4, "primary": ["billing"]}],
    ... )
    >>> problem.items[0].urgency
    1
    """

    items: tuple[OpenItem, ...] = attrs.field(converter=_items)
    agents: tuple[Holder, ...] = attrs.field(converter=_agents)
    weights: Weights = attrs.field(default=Weights(), converter=_weights)
    together: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_together)
    max_moves: int | None = attrs.field(default=None, converter=_optional_amount)
    max_moves_per_agent: int | None = attrs.field(default=None, converter=_optional_amount)
    seen: int | None = attrs.field(default=None, converter=_optional_amount)

    def __attrs_post_init__(self) -> None:
        agents = self.agent_places
        if len(agents) != len(self.agents):
            _refuse_twice("agents", self.agents)
        items = self.item_places
        if len(items) != len(self.items):
            _refuse_twice("items", self.items)
        for place, item in enumerate(self.items):
            if item.owner is not None and item.owner not in agents:
                raise _unknown("owner", item.owner, agents, place)
            if item.pinned_to is not None:
                self._check_pin(place, item)
        taken: set[str] = set()
        for place, together in enumerate(self.together):
            for name in together:
                if name not in items or name in taken:
                    raise ConfigurationError(
                        f"item {name!r} stands in two sets" if name in items else "unknown item",
                        field=f"together[{place}]",
                        value=name,
                        remedy=f.nearest(name, items) if name not in items else "join the sets",
                    )
                taken.add(name)

    def __getstate__(self) -> dict[str, Any]:  # the one of `Record` knows slots alone
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)

    def _check_pin(self, place: int, item: OpenItem) -> None:
        if item.pinned_to not in self.agent_places:
            raise _unknown("pinned_to", item.pinned_to, self.agent_places, place)
        if item.fixed and item.pinned_to != item.owner:
            raise ConfigurationError(
                f"item {item.id!r} is fixed with {item.owner!r}",
                field=f"items[{place}].pinned_to",
                value=item.pinned_to,
                remedy="pin it to him, or let it move",
            )

    @cached_property
    def item_places(self) -> dict[str, int]:
        """Item id -> place in `items`."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def agent_places(self) -> dict[str, int]:
        """Agent id -> place in `agents`."""
        return {agent.id: place for place, agent in enumerate(self.agents)}

    @cached_property
    def present(self) -> tuple[int, ...]:
        """Who holds each item now, as a place in `agents`; -1: nobody."""
        places = self.agent_places
        return tuple(-1 if item.owner is None else places[item.owner] for item in self.items)

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """What it costs to leave each item without holder (96)."""
        weights = self.weights
        each = weights.without_holder
        if weights.priorities == "weighted":
            return tuple(each * item.urgency for item in self.items)
        behind = 0
        costs = [0] * len(self.items)
        for priority in sorted({item.priority for item in self.items}, reverse=True):
            own = 0
            for place, item in enumerate(self.items):
                if item.priority == priority:
                    costs[place] = each * item.urgency + behind
                    own += costs[place]
            behind += own
        return tuple(costs)


def _refuse_twice(field: str, records: Iterable[OpenItem | Holder]) -> None:
    seen: set[str] = set()
    for place, record in enumerate(records):
        if record.id in seen:
            raise ConfigurationError(
                f"the id {record.id!r} stands there twice",
                field=f"{field}[{place}].id",
                value=record.id,
                remedy="give each its own id",
            )
        seen.add(record.id)


def _unknown(field: str, name: Any, known: Iterable[str], place: int) -> ConfigurationError:
    return ConfigurationError(
        f"there is no agent {f.shown(name)}",
        field=f"items[{place}].{field}",
        value=name,
        remedy=f.nearest(name, known),
    )
