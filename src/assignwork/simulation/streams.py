"""Customers: when they come, what they want, how long it takes (100 of the design)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError
from assignwork.model.items import Requirement, WorkItem, requirements
from assignwork.model.records import Record
from assignwork.simulation.arrivals import Arrivals
from assignwork.simulation.arrivals import arrivals as _arrivals
from assignwork.simulation.behaviour import (
    Conversation,
    Return,
    optional_conversation,
    optional_return,
    positive,
)
from assignwork.simulation.distributions import Distribution
from assignwork.simulation.distributions import distribution as _distribution
from assignwork.simulation.distributions import optional_distribution as _optional_distribution

ANSWERS = ("start", "end", "never")
_OF_THE_ITEM = (
    "team", "priority", "weight", "channel", "skills", "preferred_skills", "preferred_agent",
    "affinity_wait", "impact", "urgency", "risk", "value", "category", "tags",
)  # fmt: skip


def _answers(value: str, field: str = "") -> str:
    return f.choice(value, field, ANSWERS)


def _places(value: int | None, field: str = "") -> int | None:
    if value is None or (type(value) is int and value >= 0):
        return value
    return f.refuse(field, value, "a number of places, 0 or more")


@attrs.frozen(field_transformer=f.named)
class Kind(Record):
    """What one customer in so many brings.

    Parameters
    ----------
    team : str
        The inbox at which he arrives.
    handle : Distribution or float
        Seconds of an agent's work.
    name : str, default 'all'
        Unique within its stream.
    share : float, default 1
        Among the kinds of its stream; need not add up to 1.
    patience : Distribution or float, optional
        Seconds he waits for somebody to be assigned before he leaves; None: for ever.
    answers : {'start', 'end', 'never'}
        When the agent's first reply is told to the desk: when he begins, when he has done his work,
        or not at all. What is answered waits for the customer, says the desk: where
        `customer_wait_counts` is off, it takes no room from then on, even while he works on it.
    conversation : Conversation, optional
        Turns with the customer's answers between them.
    comes_back : Return, optional
        After the close.
    places : int, optional
        Most who may wait in the team's queue: who would be one more leaves as he comes, and is
        counted as blocked; 0: nobody waits. None: any number.
    threshold : float, optional
        Seconds of the service level; None: the scenario's.
    priority, weight, channel, skills, preferred_skills, preferred_agent, affinity_wait, impact, \
urgency, risk, value, category, tags
        As of `WorkItem`.

    Examples
    --------
    >>> from assignwork.simulation import Exponential, LogNormal
    >>> kind = Kind("billing", handle=LogNormal(420, cv=0.8), patience=Exponential(300), priority=2)
    >>> kind.handle.mean
    420.0
    """

    team: str = attrs.field(converter=f.identifier)
    handle: Distribution = attrs.field(converter=_distribution)
    name: str = attrs.field(default="all", converter=f.identifier)
    share: float = attrs.field(default=1.0, converter=positive)
    patience: Distribution | None = attrs.field(default=None, converter=_optional_distribution)
    answers: str = attrs.field(default="start", converter=_answers)
    conversation: Conversation | None = attrs.field(default=None, converter=optional_conversation)
    comes_back: Return | None = attrs.field(default=None, converter=optional_return)
    places: int | None = attrs.field(default=None, converter=_places)
    threshold: float | None = attrs.field(default=None, converter=f.optional_seconds)
    priority: int | str | None = None
    weight: int = 1
    channel: str | None = None
    skills: Mapping[str, Requirement] = attrs.field(default=FrozenDict(), converter=requirements)
    preferred_skills: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    preferred_agent: str | None = None
    affinity_wait: float | None = None
    impact: int | None = None
    urgency: int | None = None
    risk: int | None = None
    value: int | None = None
    category: str | None = None
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)

    def __attrs_post_init__(self) -> None:
        WorkItem("1", **self.item_fields())  # refuses what no item could have

    def item_fields(self) -> dict[str, Any]:
        """The fields of its work items that are not at their default, the id left out."""
        defaults = {field.name: field.default for field in attrs.fields(WorkItem)}
        found = {name: getattr(self, name) for name in _OF_THE_ITEM}
        return {name: value for name, value in found.items() if value != defaults[name]}


def _kinds(
    value: Kind | Mapping[str, Any] | Iterable[Kind | Mapping[str, Any]], field: str = ""
) -> tuple[Kind, ...]:
    if isinstance(value, (Kind, Mapping)):
        value = (value,)
    kinds = tuple(
        entry if isinstance(entry, Kind) else structure(Kind, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of kinds"))
    )
    if not kinds:
        f.refuse(field, value, "a list of kinds", "give at least one")
    f.names([kind.name for kind in kinds], field)
    return kinds


@attrs.frozen(field_transformer=f.named)
class Stream(Record):
    """A flow of customers.

    Parameters
    ----------
    name : str
        Unique within the scenario; its randomness hangs on it, and work items are named after it
        (``calls-1``).
    arrivals : Arrivals or float
        A number is a Poisson process of that many customers an hour.
    kinds : list of Kind
        One, or a mix by `Kind.share`.

    Examples
    --------
    >>> stream = Stream("calls", 120, Kind("billing", handle=300))
    >>> stream.load()  # erlangs: agents who would be busy with it all the time
    10.0
    """

    name: str = attrs.field(converter=f.identifier)
    arrivals: Arrivals = attrs.field(converter=_arrivals)
    kinds: tuple[Kind, ...] = attrs.field(converter=_kinds)

    def __attrs_post_init__(self) -> None:
        if any(kind.handle.mean == float("inf") for kind in self.kinds):
            raise ConfigurationError(
                "a handle time has no finite mean",
                field="kinds",
                value=self.name,
                remedy="give one whose mean is finite",
            )

    def load(self, begin: float = 0.0, length: float = 3600.0) -> float:
        """Offered load in erlangs: expected customers times their mean handle time, by time.

        Parameters
        ----------
        begin : float, default 0
            POSIX seconds, where its tables begin.
        length : float, default 3600
            Seconds.
        """
        return self.arrivals.expected(begin, begin + length) * self.mean_handle() / length

    def mean_handle(self) -> float:
        """Mean seconds of work of a customer of this stream, over its mix and without returns."""
        total = sum(kind.share for kind in self.kinds)
        return sum(kind.share * kind.handle.mean for kind in self.kinds) / total
