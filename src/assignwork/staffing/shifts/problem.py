"""A roster's question, complete and checked: plain data that knows no solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record
from assignwork.staffing.shifts import heads as h
from assignwork.staffing.shifts import rules as r
from assignwork.staffing.shifts.contracts import FREE, Contract, RosterAgent
from assignwork.staffing.shifts.demand import Need, demand, planned_needs
from assignwork.staffing.shifts.horizon import Horizon, day_count, first_day
from assignwork.staffing.shifts.templates import ShiftTemplate, records, templates
from assignwork.staffing.shifts.weights import ShiftWeights


def _agents(value: Iterable[RosterAgent | Mapping[str, Any]], field: str = "") -> Any:
    found = records(RosterAgent, value, field)
    if not found:
        f.refuse(field, value, "a list with an agent")
    f.distinct(found, field, "agent")
    return found


def _contracts(value: Iterable[Contract | Mapping[str, Any]], field: str = "") -> Any:
    found = records(Contract, value, field)
    f.distinct(found, field, "contract")
    return found


def _pins(value: Iterable[r.Pin | Mapping[str, Any]], field: str = "") -> Any:
    return records(r.Pin, value, field)


def _bans(value: Iterable[r.Ban | Mapping[str, Any]], field: str = "") -> Any:
    return records(r.Ban, value, field)


def _posts(value: Iterable[r.Post | Mapping[str, Any]], field: str = "") -> Any:
    return records(r.Post, value, field)


def _wishes(value: Iterable[r.Wish | Mapping[str, Any]], field: str = "") -> Any:
    return records(r.Wish, value, field)


def _on_call(value: Iterable[r.OnCall | Mapping[str, Any]], field: str = "") -> Any:
    found = records(r.OnCall, value, field)
    f.distinct(found, field, "rotation")
    return found


@attrs.frozen(field_transformer=f.named, kw_only=True)
class RosterProblem(Record):
    """Who could work what on which day, and what is asked for.

    Each agent works at most one shift a day. Times are those of the local clock; where it is
    changed, a night is planned with the hours that it shows.

    Parameters
    ----------
    days : int
        1 to 366.
    starts_on : str or date, default 'mon'
        What day 0 is: a date, or a weekday. Days are counted from 0; with a date they may also be
        given as dates, and in lists of days as weekdays (``fri``, ``mon-fri``).
    agents : list of RosterAgent
    templates : list of ShiftTemplate
    demand : list of Need or DailyNeed, RequirementTable, or mapping of skill to either
        Kept as the needs of all its days.
    contracts : list of Contract
    coverage : {'hard', 'soft'}
        Whether every need has to be met, or a shortage costs ``weights.shortage``.
    weights : ShiftWeights, optional
    most_at_once : int, optional
        Most agents at work at any moment.
    posts : list of Post
    pins : list of Pin
    bans : list of Ban
    wishes : list of Wish
    banned_sequences : list of list of str or None
        Templates that no agent works on days that follow each other, None for a day off: exactly
        these, so that ``("night", "early")`` leaves night after night alone.
    on_call : list of OnCall

    Raises
    ------
    ConfigurationError
        For names that are not known, days outside the horizon, needs that overlap.

    Examples
    --------
    >>> problem = RosterProblem(
    ...     days=1,
    ...     agents=[{"id": "ana", "contract": "full"}],
    ...     templates=[{"id": "early", "hours": "06:00-14:00"}],
    ...     demand=[],
    ... )
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: agents[0].contract: there is no contract 'full'; none is known
    """  # noqa: E501  # the error's own line

    days: int = attrs.field(converter=day_count)
    starts_on: str = attrs.field(default="mon", converter=first_day)
    agents: tuple[RosterAgent, ...] = attrs.field(converter=_agents)
    templates: tuple[ShiftTemplate, ...] = attrs.field(converter=templates)
    demand: tuple[Need, ...] = attrs.field(converter=demand)
    contracts: tuple[Contract, ...] = attrs.field(default=(), converter=_contracts)
    coverage: str = attrs.field(default="hard", converter=h.coverage_mode)
    weights: ShiftWeights = attrs.field(factory=ShiftWeights, converter=h.weights)
    most_at_once: int | None = attrs.field(default=None, converter=h.limit)
    posts: tuple[r.Post, ...] = attrs.field(default=(), converter=_posts)
    pins: tuple[r.Pin, ...] = attrs.field(default=(), converter=_pins)
    bans: tuple[r.Ban, ...] = attrs.field(default=(), converter=_bans)
    wishes: tuple[r.Wish, ...] = attrs.field(default=(), converter=_wishes)
    banned_sequences: tuple[tuple[str | None, ...], ...] = attrs.field(
        default=(), converter=r.sequences
    )
    on_call: tuple[r.OnCall, ...] = attrs.field(default=(), converter=_on_call)

    def __attrs_post_init__(self) -> None:
        self._check_names()
        self._number_days()
        self._check_pins()

    @property
    def horizon(self) -> Horizon:
        """The days."""
        return Horizon(self.days, self.starts_on)

    def contract(self, agent: RosterAgent) -> Contract:
        """What he may be asked; of one without contract, nothing is asked."""
        return next((found for found in self.contracts if found.id == agent.contract), FREE)

    def template(self, name: str) -> ShiftTemplate:
        """The template of this id."""
        return next(found for found in self.templates if found.id == name)

    def members(self, rotation: r.OnCall) -> tuple[str, ...]:
        """Who may be on call, in the order of the agents."""
        return tuple(
            agent.id
            for agent in self.agents
            if rotation.members is None or agent.id in rotation.members
        )

    def groups(self) -> list[list[int]]:
        """Places of the agents who share a contract, two or more."""
        found: dict[str | None, list[int]] = {}
        for i, agent in enumerate(self.agents):
            found.setdefault(agent.contract, []).append(i)
        return [group for group in found.values() if len(group) > 1]

    def _check_names(self) -> None:
        agents = {agent.id for agent in self.agents}
        shifts = {template.id for template in self.templates}
        contracts = {contract.id for contract in self.contracts}
        for i, agent in enumerate(self.agents):
            at = f"agents[{i}]"
            _known([agent.contract], contracts, f"{at}.contract", "contract")
            _known(agent.templates or (), shifts, f"{at}.templates", "shift template")
            _known(agent.history, shifts, f"{at}.history", "shift template")
        for i, pin in enumerate(self.pins):
            _known([pin.agent], agents, f"pins[{i}].agent", "agent")
            _known([pin.template], shifts, f"pins[{i}].template", "shift template")
        for i, ban in enumerate(self.bans):
            _known([ban.agent], agents, f"bans[{i}].agent", "agent")
            _known([ban.template], shifts, f"bans[{i}].template", "shift template")
        for i, wish in enumerate(self.wishes):
            _known([wish.agent], agents, f"wishes[{i}].agent", "agent")
            _known(wish.templates or (), shifts, f"wishes[{i}].templates", "shift template")
        for i, post in enumerate(self.posts):
            _known([post.template], shifts, f"posts[{i}].template", "shift template")
        for i, banned in enumerate(self.banned_sequences):
            _known(banned, shifts, f"banned_sequences[{i}]", "shift template")
        for i, rotation in enumerate(self.on_call):
            _known(rotation.members or (), agents, f"on_call[{i}].members", "agent")

    def _number_days(self) -> None:
        """Days that were given as dates become numbers, once and for all readers."""
        horizon = self.horizon

        def put(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)

        put("demand", planned_needs(self.demand, horizon))
        agents = []
        for i, agent in enumerate(self.agents):
            away = [
                (horizon.day(day, f"agents[{i}].unavailable[{j}]"), hours)
                for j, (day, hours) in enumerate(agent.unavailable)
            ]
            leave = horizon.days_of(agent.leave, f"agents[{i}].leave")
            agents.append(attrs.evolve(agent, leave=leave, unavailable=away))
        put("agents", tuple(agents))
        put(
            "pins",
            tuple(
                attrs.evolve(pin, day=horizon.day(pin.day, f"pins[{i}].day"))
                for i, pin in enumerate(self.pins)
            ),
        )
        for name in ("posts", "bans", "wishes"):
            put(
                name,
                tuple(
                    entry
                    if entry.days is None
                    else attrs.evolve(entry, days=horizon.days_of(entry.days, f"{name}[{i}].days"))
                    for i, entry in enumerate(getattr(self, name))
                ),
            )

    def _check_pins(self) -> None:
        seen: dict[tuple[str, int], r.Pin] = {}
        for i, pin in enumerate(self.pins):
            other = seen.setdefault((pin.agent, pin.day), pin)
            if other.template != pin.template:
                raise ConfigurationError(
                    f"{pin.agent!r} is fixed twice on {self.horizon.label(pin.day)}: "
                    f"{other.template or 'off'} and {pin.template or 'off'}",
                    field=f"pins[{i}]",
                    value=pin,
                    remedy="fix one shift a day",
                )


def _known(names: Iterable[str | None], known: set[str], field: str, what: str) -> None:
    for name in names:
        if name is not None and name not in known:
            raise ConfigurationError(
                f"there is no {what} {f.shown(name)}",
                field=field,
                value=name,
                remedy=f.nearest(name, sorted(known)),
            )
