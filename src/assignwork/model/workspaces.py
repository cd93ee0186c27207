"""A whole desk as configured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from assignwork import _fields as f
from assignwork._codec import structure, unstructure
from assignwork._fields import refuse
from assignwork.errors import ConfigurationError, InputError
from assignwork.model.agents import Agent
from assignwork.model.policies import is_policy, named_policy, resolve_policies
from assignwork.model.records import Record
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


R = TypeVar("R", bound=Record)


def _record(kind: type[R], value: Any, field: str) -> R:
    return value if isinstance(value, kind) else structure(kind, value, field)


def _records(kind: type[R], value: Any, field: str) -> tuple[R, ...]:
    return tuple(
        _record(kind, entry, f"{field}[{i}]") for i, entry in enumerate(f.entries(value, field))
    )


def _teams(value: Iterable[Team | Mapping[str, Any]], field: str = "") -> tuple[Team, ...]:
    return _records(Team, value, field)


def _agents(value: Iterable[Agent | Mapping[str, Any]], field: str = "") -> tuple[Agent, ...]:
    return _records(Agent, value, field)


def _ageing(value: Ageing | Mapping[str, Any] | None, field: str = "") -> Ageing | None:
    return None if value is None else _record(Ageing, value, field)


def _rate(
    value: AssignmentRate | Mapping[str, Any] | None, field: str = ""
) -> AssignmentRate | None:
    return None if value is None else _record(AssignmentRate, value, field)


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

    def __attrs_post_init__(self) -> None:
        _distinct(self.teams, "teams", "team")
        _distinct(self.agents, "agents", "agent")
        known = {team.id for team in self.teams}
        for i, agent in enumerate(self.agents):
            for kind in ("primary", "secondary"):
                for j, team in enumerate(getattr(agent, kind)):
                    if team not in known:
                        raise ConfigurationError(
                            f"agent {agent.id!r} names the unknown team {team!r}",
                            field=f"agents[{i}].{kind}[{j}]",
                            value=team,
                            remedy=f.nearest(team, sorted(known)),
                        )

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


def _distinct(records: tuple[Any, ...], field: str, what: str) -> None:
    seen = set()
    for i, record in enumerate(records):
        if record.id in seen:
            raise ConfigurationError(
                f"{what} {record.id!r} is there twice",
                field=f"{field}[{i}].id",
                value=record.id,
                remedy="give each its own id",
            )
        seen.add(record.id)
