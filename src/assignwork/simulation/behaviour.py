"""How simulated agents and customers behave once an item is there (107 to 115 of the design)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.errors import ConfigurationError
from assignwork.model.hours import time_of_day, zone_name
from assignwork.model.records import Record
from assignwork.simulation.distributions import Constant, Distribution
from assignwork.simulation.distributions import distribution as _distribution
from assignwork.simulation.distributions import optional_distribution as _optional_distribution


def share(value: float, field: str = "") -> float:
    """A share from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        f.refuse(field, value, "a share", "give a number from 0 to 1")
    return float(value)


def positive(value: float, field: str = "") -> float:
    """A finite number above 0."""
    return f.amount(value, field, "a number above 0")


def _speeds(value: Iterable[float], field: str = "") -> tuple[float, ...]:
    speeds = tuple(
        positive(entry, f"{field}[{k}]") for k, entry in enumerate(f.entries(value, field))
    )
    if not speeds:
        f.refuse(field, value, "a list of speeds", "give at least the speed with one item: [1.0]")
    return speeds


@attrs.frozen(field_transformer=f.named)
class Handling(Record):
    """How an agent works on what he holds (109, 112).

    Parameters
    ----------
    at_once : int, optional
        Most items he works on at the same time; the others lie in his hands until one is done,
        more urgent ones first. None: all of them.
    speeds : list of float, default (1.0,)
        The speed at which each item proceeds while he works on 1, 2, 3 ... of them, as a share of
        the speed at which handle times are given; the last one holds for more.
    finishes : bool, default True
        Whether he finishes what he is working on when his presence ends; else it lies in his hands
        until he is back, or goes where the desk sends it.
    handover : float, default 0
        Seconds of work added when he goes on with what somebody else began.

    Examples
    --------
    Three chats at a time, each then takes 1 / 0.6 of its handle time:

    >>> Handling(at_once=3, speeds=(1, 0.8, 0.6)).speed(3)
    0.6
    """

    at_once: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    speeds: tuple[float, ...] = attrs.field(default=(1.0,), converter=_speeds)
    finishes: bool = attrs.field(default=True, converter=f.flag)
    handover: float = attrs.field(default=0.0, converter=f.seconds)

    def speed(self, items: int) -> float:
        """The speed of each of `items` (1 or more) worked on at the same time."""
        return self.speeds[min(items, len(self.speeds)) - 1]


def _times(value: Iterable[str], field: str = "") -> tuple[str, ...]:
    if isinstance(value, str):
        value = (value,)
    return tuple(
        time_of_day(entry, f"{field}[{i}]") for i, entry in enumerate(f.entries(value, field))
    )


def optional_zone(value: str | None, field: str = "") -> str | None:
    """The IANA name of a time zone, or None."""
    return None if value is None else zone_name(value, field)


@attrs.frozen(field_transformer=f.named)
class Break(Record):
    """A time in which agents are away, and then back (113).

    Parameters
    ----------
    name : str
        The reason that the presence carries.
    lasts : Distribution or float
        Seconds, from when he has finished what he works on.
    at : list of str
        Local times of each day at which it begins, such as ``12:00``.
    timezone : str, optional
        Of these times. None: the zone of the calendar of each agent's shift; UTC for who has none.
    every : Distribution or float, optional
        Instead of `at`: seconds from the end of one, had it begun at once, to the next. Unplanned
        absences.
    agents : list of str
        Their ids; none means everybody.
    stagger : float, default 0
        Seconds by which the break of each next group begins later.
    groups : int, default 1
        The agents who take it go in so many groups, in turn of the workspace's list.

    Examples
    --------
    >>> Break("lunch", 1800, at=["12:00"], stagger=1800, groups=3).at
    ('12:00',)
    >>> Break("lunch", 1800)
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: at: a break begins at local times or every so often; give one of at and every
    """  # noqa: E501  # the message, as it is

    name: str = attrs.field(converter=f.identifier)
    lasts: Distribution = attrs.field(converter=_distribution)
    at: tuple[str, ...] = attrs.field(default=(), converter=_times)
    timezone: str | None = attrs.field(default=None, converter=optional_zone)
    every: Distribution | None = attrs.field(default=None, converter=_optional_distribution)
    agents: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    stagger: float = attrs.field(default=0.0, converter=f.seconds)
    groups: int = attrs.field(default=1, converter=f.positive_int)

    def __attrs_post_init__(self) -> None:
        if bool(self.at) == (self.every is not None):
            raise ConfigurationError(
                "a break begins at local times or every so often",
                field="at",
                remedy="give one of at and every",
            )
        if self.every is not None and self.every.mean + self.lasts.mean <= 0:
            raise ConfigurationError(
                "breaks of no length without time between them never end",
                field="every",
                value=self.every,
                remedy="give a mean above 0",
            )


@attrs.frozen(field_transformer=f.named)
class OfferAnswers(Record):
    """What agents do with offers (115).

    Parameters
    ----------
    accept_after : Distribution or float, default 0
        Seconds until he answers; longer than the team's `offer_timeout`: he misses it.
    declines : float, default 0
        Share of offers that are declined instead.

    Examples
    --------
    >>> OfferAnswers(accept_after=5, declines=0.1).declines
    0.1
    """

    accept_after: Distribution = attrs.field(default=Constant(0.0), converter=_distribution)
    declines: float = attrs.field(default=0.0, converter=share)


@attrs.frozen(field_transformer=f.named)
class Conversation(Record):
    """Several turns of agent and customer (107).

    Parameters
    ----------
    turns : Distribution or int
        How often the agent writes, the last time included; rounded to whole numbers, at least 1.
    customer_after : Distribution or float
        Seconds until the customer answers.
    snoozes : bool, default False
        Whether the agent snoozes the item until then.

    Examples
    --------
    >>> Conversation(turns=3, customer_after=7200).customer_after.mean
    7200.0
    """

    turns: Distribution = attrs.field(converter=_distribution)
    customer_after: Distribution = attrs.field(converter=_distribution)
    snoozes: bool = attrs.field(default=False, converter=f.flag)


@attrs.frozen(field_transformer=f.named)
class Return(Record):
    """Customers who come back after their item was closed (108).

    Parameters
    ----------
    probability : float
        Each time, from 0 to 1.
    after : Distribution or float
        Seconds from the close.
    handle : Distribution or float, optional
        Seconds of work then; None: as the first time.
    at_most : int, default 5
        So many times the same customer.

    Examples
    --------
    >>> Return(0.1, after=86_400).at_most
    5
    """

    probability: float = attrs.field(converter=share)
    after: Distribution = attrs.field(converter=_distribution)
    handle: Distribution | None = attrs.field(default=None, converter=_optional_distribution)
    at_most: int = attrs.field(default=5, converter=f.positive_int)


def optional_conversation(
    value: Conversation | Mapping[str, Any] | None, field: str = ""
) -> Conversation | None:
    """A conversation, from one or its wire form; or None."""
    if value is None or isinstance(value, Conversation):
        return value
    return structure(Conversation, value, field)


def optional_return(value: Return | Mapping[str, Any] | None, field: str = "") -> Return | None:
    """A return, from one or its wire form; or None."""
    return value if value is None or isinstance(value, Return) else structure(Return, value, field)


def handling(value: Handling | Mapping[str, Any], field: str = "") -> Handling:
    """A way of handling, from one or its wire form."""
    return value if isinstance(value, Handling) else structure(Handling, value, field)


def offer_answers(value: OfferAnswers | Mapping[str, Any], field: str = "") -> OfferAnswers:
    """Answers to offers, from them or their wire form."""
    return value if isinstance(value, OfferAnswers) else structure(OfferAnswers, value, field)
