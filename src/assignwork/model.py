"""What a desk is made of: `Workspace`, `Team`, `Agent`, `WorkItem`.

All are immutable and checked when made; every refusal is a `ConfigurationError` that names the
field. They are plain data: how work is assigned is the dispatcher's business. The wire form
(JSON, TOML) of each is `to_dict` / `from_dict`; keys are the field names.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from assignwork import _fields as f
from assignwork._codec import structure, unstructure
from assignwork._fields import FrozenDict, refuse
from assignwork.errors import ConfigurationError

SCHEMA = 1
PRESENCES = ("active", "away", "away_reassign", "offline")
REASSIGN_MODES = ("waiting", "all", "on_reply")
OVER_CAPACITY = ("keep", "release")
ITEM_CRITERIA = ("priority", "due", "waiting", "age", "inbox")
SELECTIONS = (
    "balanced",
    "least_occupied",
    "most_headroom",
    "longest_idle",
    "best_skilled",
    "round_robin",
)
SECONDARY_RULES = ("primary_empty", "primary_full")
DEFAULT_PRIORITY = 3
DEFAULT_CAPACITY = 5

T = TypeVar("T", bound="Record")


def _field(convert: Callable[[Any, str], Any], **options: Any) -> Any:
    """An attrs field whose converter is told the field's name."""

    def with_name(value: Any, _: Any, field: attrs.Attribute[Any]) -> Any:
        return convert(value, field.name)

    return attrs.field(converter=attrs.Converter(with_name, takes_self=True, takes_field=True), **options)  # type: ignore[call-overload]  # the stubs know fewer converters


@attrs.frozen
class Record:
    """Base of the public data classes: equality, immutability and the wire form."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, without the fields that stand at their default."""
        return unstructure(self)

    @classmethod
    def from_dict(cls: type[T], data: Mapping[str, Any]) -> T:
        """Make one from its wire form; an unknown key is an error that names the nearest known one.

        Raises
        ------
        ConfigurationError
            With the path of the field that cannot be used.
        """
        return structure(cls, data)


# --- work items ---------------------------------------------------------------------------------


@attrs.frozen
class Requirement:
    """A required skill: the least level (1 or more) and, if `relax_after` is set, the seconds in
    the queue after which it is dropped (rule K2).

    Examples
    --------
    >>> Requirement(level=2, relax_after=120)
    Requirement(level=2, relax_after=120.0)
    """

    level: int = _field(f.positive_int, default=1)
    relax_after: float | None = _field(f.optional_seconds, default=None)

    def to_dict(self) -> Any:
        """The bare level where that says all, else an object."""
        if self.relax_after is None:
            return self.level
        return {"level": self.level, "relax_after": self.relax_after}


def _requirements(value: Any, field: str) -> FrozenDict[str, Requirement]:
    found = {}
    for name, need in f.pairs(value, field):
        path = f"{field}.{name}"
        if isinstance(need, Mapping):
            found[name] = structure(Requirement, need, path)
        elif isinstance(need, Requirement):
            found[name] = need
        else:
            found[name] = Requirement(f.positive_int(need, path))
    return FrozenDict(found)


def _preferred_skills(value: Any, field: str) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        f.levels(value, field)
    return tuple(sorted(f.names(list(value) if isinstance(value, Mapping) else value, field)))


def _factor(value: Any, field: str) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= 4):
        return value
    return refuse(field, value, "a factor from 1 (highest) to 4")


_EMPTY: FrozenDict[str, Any] = FrozenDict()


@attrs.frozen
class WorkItem(Record):
    """One unit of work: a conversation, ticket, call or task.

    Parameters
    ----------
    id : str
        Unique within the desk.
    team : str
        The team inbox in which it waits.
    priority : int, default 3
        1 is most urgent.
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

    Raises
    ------
    ConfigurationError
        With the name of the field that cannot be used.

    Examples
    --------
    >>> item = WorkItem("t-1", team="spanish", priority=2, skills={"lang:es": 2})
    >>> item.skills["lang:es"].level
    2
    >>> WorkItem("t-1", team="spanish", weight=0)
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: weight: 0 is not a positive integer (1 to 2147483647); give a positive integer (1 to 2147483647)
    """

    id: str = _field(f.identifier)
    team: str = _field(f.identifier)
    priority: int = _field(f.positive_int, default=DEFAULT_PRIORITY)
    weight: int = _field(f.positive_int, default=1)
    channel: str | None = _field(f.optional_identifier, default=None)
    skills: Mapping[str, Requirement] = _field(_requirements, default=_EMPTY)
    preferred_skills: tuple[str, ...] = _field(_preferred_skills, default=())
    preferred_agent: str | None = _field(f.optional_identifier, default=None)
    only_agent: str | None = _field(f.optional_identifier, default=None)
    affinity_wait: float | None = _field(f.optional_seconds, default=None)
    created_at: float | None = _field(f.optional_instant, default=None)
    due_at: float | None = _field(f.optional_instant, default=None)
    impact: int | None = _field(_factor, default=None)
    urgency: int | None = _field(_factor, default=None)
    risk: int | None = _field(_factor, default=None)
    value: int | None = _field(_factor, default=None)
    category: str | None = _field(f.text, default=None)
    tags: tuple[str, ...] = _field(f.names, default=())
    customer: str | None = _field(f.text, default=None)
    subject: str | None = _field(f.text, default=None)
    requester: str | None = _field(f.text, default=None)


# --- agents -------------------------------------------------------------------------------------


@attrs.frozen
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
    tags : list of str
        For `update_agents` and reports.

    Examples
    --------
    >>> Agent("ana", capacity=4, primary=["spanish"], skills={"lang:es": 3}).skills
    {'lang:es': 3}
    """

    id: str = _field(f.identifier)
    capacity: int | None = _field(f.optional_positive_int, default=None)
    primary: tuple[str, ...] = _field(f.names, default=())
    secondary: tuple[str, ...] = _field(f.names, default=())
    skills: Mapping[str, int] = _field(f.levels, default=_EMPTY)
    presence: str = _field(lambda v, n: f.choice(v, n, PRESENCES), default="active")
    channel_limits: Mapping[str, int] = _field(f.levels, default=_EMPTY)
    secondary_limit: int | None = _field(f.optional_positive_int, default=None)
    tags: tuple[str, ...] = _field(f.names, default=())

    def __attrs_post_init__(self) -> None:
        both = [team for team in self.secondary if team in self.primary]
        if both:
            raise ConfigurationError(
                f"team {both[0]!r} is both primary and secondary of agent {self.id!r}",
                field="secondary",
                value=both[0],
                remedy="name it in one of the two",
            )


# --- teams --------------------------------------------------------------------------------------


@attrs.frozen
class After(Record):
    """The secondary rule `after`: help comes when an item has been queued that many seconds.

    Examples
    --------
    >>> Team("billing", secondary_rule={"after": 60}).secondary_rule
    After(after=60.0)
    """

    after: float = _field(f.seconds)


def is_policy(value: Any) -> bool:
    """Whether this is a policy object of the caller's: it has a `name`, and is no plain data."""
    return not isinstance(value, (str, bytes, int, float, Mapping, list, tuple, type(None), After))


def _policy(value: Any, field: str) -> Any:
    f.identifier(getattr(value, "name", None), f"{field}.name")
    return value


def _selection(value: Any, field: str) -> Any:
    if is_policy(value):
        return _policy(value, field)
    if isinstance(value, str):
        return f.choice(value, field, SELECTIONS)
    if not isinstance(value, (list, tuple)) or not value:
        return refuse(field, value, "a selection", f"name one of {', '.join(SELECTIONS)}")
    chosen = tuple(
        f.choice(name, f"{field}[{i}]", (*SELECTIONS, "least_recently_assigned"))
        for i, name in enumerate(f.names(value, field))
    )
    if "round_robin" in chosen[:-1]:
        raise ConfigurationError(
            "round_robin leaves no ties, what follows it would never be asked",
            field=field,
            value=chosen,
            remedy="put it last",
        )
    return chosen


def _secondary_rule(value: Any, field: str) -> Any:
    if isinstance(value, After) or is_policy(value):
        return value if isinstance(value, After) else _policy(value, field)
    if isinstance(value, Mapping):
        return structure(After, value, field)
    return f.choice(value, field, SECONDARY_RULES)


@attrs.frozen
class Team(Record):
    """A team inbox and its rules.

    Parameters
    ----------
    id : str
    rank : int, default 0
        For the item criterion `inbox`: smaller first.
    selection : str, list of str, or Selection, default 'balanced'
        Which agent is chosen (rule A1); a list compares its criteria in turn.
    agent_limit : int, optional
        Most weight from this team that one agent may hold.
    secondary_rule : 'primary_empty', 'primary_full', {'after': seconds}, or SecondaryRule
        When agents for whom this team is secondary may help (rule D1).
    manual : bool, default False
        Never dispatched; items wait for a hand or a pull (rule A4).
    offer_timeout : float, optional
        Seconds an agent has to accept; set, dispatch offers instead of assigning (rule O1).
    decline_cooldown : float, default 300
        Seconds for which who declined or missed an offer is not asked again for that item.
    missed_limit : int, optional
        Misses in a row that send an agent away (rule O4).
    missed_window : float, default 600
        Seconds within which at most half of the team may be sent away like this.

    Examples
    --------
    >>> Team("billing", selection="fastest")
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: selection: 'fastest' is not one of balanced, least_occupied, most_headroom, longest_idle, best_skilled, round_robin; known are: balanced, least_occupied, most_headroom, longest_idle, best_skilled, round_robin
    """

    id: str = _field(f.identifier)
    rank: int = _field(f.whole, default=0)
    selection: Any = _field(_selection, default="balanced")
    agent_limit: int | None = _field(f.optional_positive_int, default=None)
    secondary_rule: Any = _field(_secondary_rule, default="primary_empty")
    manual: bool = _field(f.flag, default=False)
    offer_timeout: float | None = _field(f.optional_positive_seconds, default=None)
    decline_cooldown: float = _field(f.seconds, default=300.0)
    missed_limit: int | None = _field(f.optional_positive_int, default=None)
    missed_window: float = _field(f.seconds, default=600.0)


# --- workspace ----------------------------------------------------------------------------------


@attrs.frozen
class Ageing(Record):
    """Rule Q4: a queued item's priority improves one level per full `every` seconds, down to `to`."""

    every: float = _field(f.positive_seconds)
    to: int = _field(f.positive_int, default=1)


@attrs.frozen
class AssignmentRate(Record):
    """Rule C6: at most `items` items are given automatically in any window of `per` seconds."""

    items: int = _field(f.positive_int)
    per: float = _field(f.positive_seconds)


def _optional(kind: type[Any]) -> Callable[[Any, str], Any]:
    def convert(value: Any, field: str) -> Any:
        if value is None or isinstance(value, kind):
            return value
        return structure(kind, value, field)

    return convert


def _sequence(kind: type[Any]) -> Callable[[Any, str], Any]:
    def convert(value: Any, field: str) -> Any:
        if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
            refuse(field, value, "a list")
        return tuple(
            entry if isinstance(entry, kind) else structure(kind, entry, f"{field}[{i}]")
            for i, entry in enumerate(value)
        )

    return convert


def _item_order(value: Any, field: str) -> tuple[Any, ...]:
    if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
        refuse(field, value, "a list of item criteria")
    order = tuple(
        _policy(entry, f"{field}[{i}]")
        if is_policy(entry)
        else f.choice(entry, f"{field}[{i}]", ITEM_CRITERIA)
        for i, entry in enumerate(value)
    )
    plain = [entry for entry in order if isinstance(entry, str)]
    f.names(plain, field)
    return order


def _reassign(value: Any, field: str) -> Any:
    return _policy(value, field) if is_policy(value) else f.choice(value, field, REASSIGN_MODES)


def _eligibility(value: Any, field: str) -> tuple[Any, ...]:
    if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
        refuse(field, value, "a list of eligibility policies")
    for i, entry in enumerate(value):
        if not is_policy(entry):
            refuse(f"{field}[{i}]", entry, "an eligibility policy", "give an object with a name")
    return tuple(_policy(entry, f"{field}[{i}]") for i, entry in enumerate(value))


@attrs.frozen
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

    teams: tuple[Team, ...] = _field(_sequence(Team), default=())
    agents: tuple[Agent, ...] = _field(_sequence(Agent), default=())
    default_capacity: int = _field(f.positive_int, default=DEFAULT_CAPACITY)
    item_order: tuple[Any, ...] = _field(_item_order, default=("priority", "due", "waiting"))
    snoozed_counts: bool = _field(f.flag, default=False)
    customer_wait_counts: bool = _field(f.flag, default=True)
    reassign: Any = _field(_reassign, default="waiting")
    over_capacity: str = _field(lambda v, n: f.choice(v, n, OVER_CAPACITY), default="keep")
    ageing: Ageing | None = _field(_optional(Ageing), default=None)
    assignment_rate: AssignmentRate | None = _field(_optional(AssignmentRate), default=None)
    ramp_in: float | None = _field(f.optional_seconds, default=None)
    auto_away_after: float | None = _field(f.optional_positive_seconds, default=None)
    auto_reassign_after: float | None = _field(f.optional_positive_seconds, default=None)
    auto_return: bool = _field(f.flag, default=False)
    auto_reassign_manual_away: bool = _field(f.flag, default=False)
    strict: bool = _field(f.flag, default=False)
    eligibility: tuple[Any, ...] = _field(_eligibility, default=())

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
        """JSON-ready, with ``schema`` first; defaults are left out. Policies stand as their names."""
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
        ConfigurationError
            When the file is no JSON or TOML, or says what cannot be used; names file and field.
        OSError
            When the file cannot be read.
        """
        raw = Path(path).read_bytes()
        try:
            text = raw.decode("utf-8-sig")
            data = tomllib.loads(text) if str(path).endswith(".toml") else json.loads(text)
        except ValueError as error:  # JSONDecodeError, TOMLDecodeError and UnicodeDecodeError
            raise ConfigurationError(
                f"{path} is no {'TOML' if str(path).endswith('.toml') else 'JSON'}: {error}",
                value=str(path),
                remedy="mend the file at that place",
            ) from None
        return cls.from_dict(data, policies)


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


def resolve_policies(data: Any, policies: Mapping[str, Any], path: str = "") -> Any:
    """Replace each ``{"policy": name}`` in wire data by the caller's object of that name."""
    if isinstance(data, Mapping):
        if set(data) == {"policy"}:
            name = data["policy"]
            if name not in policies:
                raise ConfigurationError(
                    f"no policy {name!r} was given",
                    field=path,
                    value=name,
                    remedy="pass it in policies={name: object}; " + f.nearest(name, policies),
                )
            return policies[name]
        return {
            k: resolve_policies(v, policies, f"{path}.{k}" if path else str(k))
            for k, v in data.items()
        }
    if isinstance(data, list):
        return [resolve_policies(v, policies, f"{path}[{i}]") for i, v in enumerate(data)]
    return data
