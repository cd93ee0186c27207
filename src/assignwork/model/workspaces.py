"""A whole desk as configured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure, unstructure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError, InputError
from assignwork.model import matching as m
from assignwork.model.agents import Agent
from assignwork.model.calendars import Calendar
from assignwork.model.catalog import CatalogEntry, catalog
from assignwork.model.paths import EscalationPath, paths
from assignwork.model.policies import is_policy, named_policy, resolve_policies
from assignwork.model.priorities import DEFAULT_LEVELS, PriorityCriteria
from assignwork.model.promises import ANY, SlaPolicy, sla
from assignwork.model.protocols import Protocol, protocols
from assignwork.model.records import Record
from assignwork.model.references import check_references
from assignwork.model.rotations import Rotation
from assignwork.model.teams import Team

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
REASSIGN_MODES = ("waiting", "all", "on_reply")
OVER_CAPACITY = ("keep", "release")
ITEM_CRITERIA = ("priority", "due", "waiting", "age", "inbox")
DEFAULT_CAPACITY = 5


@attrs.frozen(field_transformer=f.named)
class Ageing(Record):
    """Rule Q4: a queued item's priority improves per full `every` seconds, down to level `to`."""

    every: float = attrs.field(converter=f.positive_seconds)
    to: int = attrs.field(default=1, converter=f.positive_int)


@attrs.frozen(field_transformer=f.named)
class AssignmentRate(Record):
    """Rule C6: at most `items` items are given automatically in any window of `per` seconds."""

    items: int = attrs.field(converter=f.positive_int)
    per: float = attrs.field(converter=f.positive_seconds)


def _teams(value: Iterable[Team | Mapping[str, Any]], field: str = "") -> tuple[Team, ...]:
    return m.records(Team, value, field)


def _agents(value: Iterable[Agent | Mapping[str, Any]], field: str = "") -> tuple[Agent, ...]:
    return m.records(Agent, value, field)


def _calendars(value: Any, field: str = "") -> tuple[Calendar, ...]:
    return m.records(Calendar, value, field)


def _rotations(value: Any, field: str = "") -> tuple[Rotation, ...]:
    return m.records(Rotation, value, field)


def _levels(value: Mapping[str, int], field: str = "") -> Mapping[str, int]:
    found = f.levels(value, field)
    for name in found:
        if name.isdecimal() or name == ANY:
            refuse(f"{field}.{name}", name, "the name of a level", "use a word")
    return found


def _criteria(
    value: PriorityCriteria | Mapping[str, Any] | None, field: str = ""
) -> PriorityCriteria | None:
    return None if value is None else m.record(PriorityCriteria, value, field)


def _ageing(value: Ageing | Mapping[str, Any] | None, field: str = "") -> Ageing | None:
    return None if value is None else m.record(Ageing, value, field)


def _rate(
    value: AssignmentRate | Mapping[str, Any] | None, field: str = ""
) -> AssignmentRate | None:
    return None if value is None else m.record(AssignmentRate, value, field)


def _over_capacity(value: str, field: str = "") -> str:
    return f.choice(value, field, OVER_CAPACITY)


def _item_order(value: Iterable[Any], field: str = "") -> tuple[Any, ...]:
    order = tuple(
        named_policy(entry, f"{field}[{i}]")
        if is_policy(entry)
        else f.choice(entry, f"{field}[{i}]", ITEM_CRITERIA)
        for i, entry in enumerate(f.entries(value, field, "a list of item criteria"))
    )
    plain = [entry for entry in order if isinstance(entry, str)]
    f.names(plain, field)
    return order


def _reassign(value: Any, field: str = "") -> Any:
    return (
        named_policy(value, field) if is_policy(value) else f.choice(value, field, REASSIGN_MODES)
    )


def _eligibility(value: Iterable[Any], field: str = "") -> tuple[Any, ...]:
    policies = tuple(f.entries(value, field, "a list of eligibility policies"))
    for i, entry in enumerate(policies):
        if not is_policy(entry):
            refuse(f"{field}[{i}]", entry, "an eligibility policy", "give an object with a name")
    return tuple(named_policy(entry, f"{field}[{i}]") for i, entry in enumerate(policies))


@attrs.frozen(field_transformer=f.named)
class Workspace(Record):
    """A whole desk as configured: teams, agents and the rules they share.

    Parameters
    ----------
    teams : list of Team
    agents : list of Agent
        Their order is the registration order, the last tie-break of every selection.
    default_capacity : int, default 5
        Capacity of agents that name none.
    item_order : list of str or Ordering, default ['priority', 'due', 'waiting']
        Which item comes first (rule Q1).
    snoozed_counts : bool, default False
        Whether snoozed items count as load.
    customer_wait_counts : bool, default True
        Whether items count as load while we wait for the customer.
    reassign : {'waiting', 'all', 'on_reply'} or PresenceMode, default 'waiting'
        What `away_reassign` gives back (rule P2).
    over_capacity : {'keep', 'release'}, default 'keep'
        What a wake or reopen does when its owner is full (rule M4).
    ageing : Ageing, optional
    assignment_rate : AssignmentRate, optional
    ramp_in : float, optional
        Seconds after becoming active for which the rate holds; None: always.
    auto_away_after, auto_reassign_after : float, optional
        Seconds without a sign of life (rule P4).
    auto_return, auto_reassign_manual_away, strict : bool, default False
    eligibility : list of Eligibility
        Conditions of the caller's own that `can_take` also asks.
    calendars : list of Calendar
        Working hours by name, for shifts, targets and steps; ``24x7`` is there always.
    sla : list of SlaPolicy
    priority_criteria : PriorityCriteria, optional
        How priorities are computed where items leave them open (rule R1).
    priority_levels : mapping of str to int
        Names of priorities; default critical 1, high 2, normal 3, low 4 (rule R2).
    paths : list of EscalationPath
    protocols : list of Protocol
    catalog : list of CatalogEntry
    groups : mapping of str to list of str
        People by group: who may ask, approve, and is told.
    rotations : list of Rotation
        Who is on call when (rule T5). Lists of things with ids may also be given as mappings
        id -> fields.

    Examples
    --------
    >>> desk = Workspace(teams=[Team("billing")], agents=[Agent("ana", primary=["billing"])])
    >>> desk.to_dict()
    {'schema': 1, 'teams': [{'id': 'billing'}], 'agents': [{'id': 'ana', 'primary': ['billing']}]}
    >>> Workspace.from_dict({"schema": 1, "teams": [], "agent": []})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: agent: unknown key; did you mean 'agents'?
    """

    teams: tuple[Team, ...] = attrs.field(default=(), converter=_teams)
    agents: tuple[Agent, ...] = attrs.field(default=(), converter=_agents)
    default_capacity: int = attrs.field(default=DEFAULT_CAPACITY, converter=f.positive_int)
    item_order: tuple[Any, ...] = attrs.field(
        default=("priority", "due", "waiting"), converter=_item_order
    )
    snoozed_counts: bool = attrs.field(default=False, converter=f.flag)
    customer_wait_counts: bool = attrs.field(default=True, converter=f.flag)
    reassign: Any = attrs.field(default="waiting", converter=_reassign)
    over_capacity: str = attrs.field(default="keep", converter=_over_capacity)
    ageing: Ageing | None = attrs.field(default=None, converter=_ageing)
    assignment_rate: AssignmentRate | None = attrs.field(default=None, converter=_rate)
    ramp_in: float | None = attrs.field(default=None, converter=f.optional_seconds)
    auto_away_after: float | None = attrs.field(default=None, converter=f.optional_positive_seconds)
    auto_reassign_after: float | None = attrs.field(
        default=None, converter=f.optional_positive_seconds
    )
    auto_return: bool = attrs.field(default=False, converter=f.flag)
    auto_reassign_manual_away: bool = attrs.field(default=False, converter=f.flag)
    strict: bool = attrs.field(default=False, converter=f.flag)
    eligibility: tuple[Any, ...] = attrs.field(default=(), converter=_eligibility)
    calendars: tuple[Calendar, ...] = attrs.field(default=(), converter=_calendars)
    sla: tuple[SlaPolicy, ...] = attrs.field(default=(), converter=sla)
    priority_criteria: PriorityCriteria | None = attrs.field(default=None, converter=_criteria)
    priority_levels: Mapping[str, int] = attrs.field(default=DEFAULT_LEVELS, converter=_levels)
    paths: tuple[EscalationPath, ...] = attrs.field(default=(), converter=paths)
    protocols: tuple[Protocol, ...] = attrs.field(default=(), converter=protocols)
    catalog: tuple[CatalogEntry, ...] = attrs.field(default=(), converter=catalog)
    groups: Mapping[str, tuple[str, ...]] = attrs.field(default=FrozenDict(), converter=m.groups)
    rotations: tuple[Rotation, ...] = attrs.field(default=(), converter=_rotations)

    def __attrs_post_init__(self) -> None:
        check_references(self)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, ``schema`` first, without defaults; policies stand as their names."""
        return {"schema": SCHEMA, **unstructure(self)}

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], policies: Mapping[str, Any] | None = None
    ) -> Workspace:
        """Make one from its wire form.

        Parameters
        ----------
        data : mapping
            With ``schema: 1``.
        policies : mapping of str to object, optional
            The caller's own policies by name, for entries written as ``{"policy": name}``.

        Raises
        ------
        ConfigurationError
            With the path of the field that cannot be used.
        """
        if not isinstance(data, Mapping):
            refuse("", data, "a JSON object with a workspace")
        rest = {key: value for key, value in data.items() if key != "schema"}
        if data.get("schema", SCHEMA) != SCHEMA or isinstance(data.get("schema"), bool):
            refuse("schema", data["schema"], f"a schema that this version reads ({SCHEMA})")
        return structure(cls, resolve_policies(rest, policies or {}))

    @classmethod
    def load(cls, path: str | Path, policies: Mapping[str, Any] | None = None) -> Workspace:
        """Read one from a JSON or TOML file (told apart by the ending ``.toml``).

        Raises
        ------
        InputError
            When the file is no JSON or TOML, or says what cannot be used; a `ConfigurationError`
            that names file, line and field.
        OSError
            When the file cannot be read.
        """
        # what reads files is slow to import, and most who import the library read none
        from assignwork.model.files import read_data  # noqa: PLC0415

        try:
            return cls.from_dict(read_data(path), policies)
        except InputError:
            raise
        except ConfigurationError as error:
            raise InputError.of(error, file=str(path)) from error
