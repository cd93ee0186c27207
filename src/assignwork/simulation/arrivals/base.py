"""What arrivals are, and how they are read."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeAlias

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._codec import unstructure
from assignwork.errors import ConfigurationError
from assignwork.model.records import Record
from assignwork.simulation._text import amount
from assignwork.simulation.distributions import _inputs as i
from assignwork.simulation.distributions._inputs import Floats, Wire

WIRE: Wire[Arrivals] = Wire("arrivals")
MOST = 1e9
"""Customers per hour, or in an interval of a table."""
MOST_CUSTOMERS = 1e8
"""Of one stream."""
_ROUNDING = 1e-6
"""Seconds by which a length may be longer than what was meant: a difference of POSIX seconds."""


@attrs.frozen
class Arrivals(Record, ABC):
    """When customers come; the base of all.

    Where there is a rate, the n-th customer comes when the integral of the rate reaches the n-th
    point of a Poisson process of rate 1: when a rate changes in a what-if, the same customers come,
    earlier or later, and a longer time only appends.
    """

    wire_name: ClassVar[str] = ""
    """The name in wire data."""

    def instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats:
        """When customers come, in order: POSIX seconds in [begin, end).

        Parameters
        ----------
        begin, end : float
            POSIX seconds. Tables and offsets count from `begin`.
        rng : numpy.random.Generator
            Of its own: how many numbers are drawn from it is not fixed. One made from a
            `SeedSequence`, as `numpy.random.default_rng` makes them.

        Raises
        ------
        ConfigurationError
            For a table that ends before `end`, an `end` before `begin`, or customers by the hundred
            million.
        """
        return self._instants(*_window(begin, end), rng)

    def expected(self, begin: float, end: float) -> float:
        """The mean number of customers in [begin, end).

        Raises
        ------
        ConfigurationError
            As `instants`.
        """
        return self._expected(*_window(begin, end))

    def require_usable(self, begin: float, end: float) -> None:
        """Refuse a time for which `instants` would be refused, before anything is drawn.

        Raises
        ------
        ConfigurationError
            As `instants`.
        """
        self._refuse_crowds(self.expected(begin, end))

    def _refuse_crowds(self, customers: float) -> None:
        """Before instants are made of them."""
        if customers > MOST_CUSTOMERS:
            raise ConfigurationError(
                f"some {customers:,.0f} customers would come ({self.describe()})",
                value=customers,
                limit=f"at most {MOST_CUSTOMERS:,.0f}",
                remedy="give rates per hour, or a shorter time",
            )

    @abstractmethod
    def _instants(self, begin: float, end: float, rng: np.random.Generator) -> Floats: ...

    @abstractmethod
    def _expected(self, begin: float, end: float) -> float: ...

    @abstractmethod
    def describe(self) -> str:
        """In plain words, with units."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: the fields and, as ``arrivals``, which ones they are."""
        return {WIRE.key: self.wire_name, **unstructure(self)}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what `to_dict` gives.

        Raises
        ------
        ConfigurationError
            With the path of the field that cannot be used, or if they are other arrivals.
        """
        found = arrivals(data)
        if not isinstance(found, cls):
            f.refuse(WIRE.key, found.wire_name, f"a {cls.__name__}")
        return found


def _window(begin: float, end: float) -> tuple[float, float]:
    first, last = f.instant(i.plain(begin), "begin"), f.instant(i.plain(end), "end")
    if last < first:
        raise ConfigurationError(
            f"it lies {first - last:g} s before begin",
            field="end",
            value=end,
            limit=f"from {first:.0f} on",
            remedy="give an end at or after begin",
        )
    return first, last


AnyArrivals: TypeAlias = Arrivals | float | Mapping[str, Any]
"""What arrivals may be given as: themselves, a number per hour (Poisson), or their wire form."""


def arrivals(value: AnyArrivals, field: str = "") -> Arrivals:
    """Arrivals as they are; a number: Poisson with so many per hour; a mapping: the wire form.

    Raises
    ------
    ConfigurationError
        With the path of the field that cannot be used; for a name that is not known, with the
        nearest one.

    Examples
    --------
    >>> arrivals(120)
    Poisson(per_hour=120.0)
    >>> arrivals({"arrivals": "regular", "every": 60})
    Regular(every=60.0, first=0.0)
    """
    if isinstance(value, Arrivals):
        return value
    if isinstance(value, Mapping):
        return WIRE.read(value, field)
    if not i.is_number(value):
        remedy = 'give a number per hour, Arrivals or {"arrivals": "poisson", "per_hour": 120}'
        f.refuse(field, value, "arrivals", remedy)
    return WIRE.read({WIRE.key: "poisson", "per_hour": rate(value, field)}, field)


def rate(value: float, field: str = "") -> float:
    """Customers per hour; 0: nobody comes."""
    return i.number(value, field, "a number of customers per hour", 0.0, MOST)


def rates(value: Any, field: str = "") -> tuple[float, ...]:
    """Customers per hour, one number for each interval."""
    what, requirement = "a list of customers per hour", "a number of customers per hour"
    return tuple(i.numbers(value, field, what, requirement, 0.0, MOST).tolist())


def interval(value: float, field: str = "") -> float:
    """The length of the intervals of a table, in seconds."""
    return i.number(value, field, "a length in seconds", 1.0, i.LONGEST)


def covered(intervals: int, each: float, length: float, field: str, remedy: str) -> int:
    """How many intervals of `each` seconds, of those in a table, are begun within `length`.

    Raises
    ------
    ConfigurationError
        If the table ends before; `remedy` is the other way out, beside a longer table.
    """
    if length > intervals * each + _ROUNDING:
        missing = math.ceil((length - _ROUNDING) / each) - intervals
        raise ConfigurationError(
            f"the table covers {intervals * each:,.10g} s ({intervals:,} of "
            f"{amount(each, 'seconds')}), and {length:,.10g} s are needed",
            field=field,
            value=intervals,
            limit=f"at least {intervals + missing:,} intervals",
            remedy=f"give {missing:,} more, or {remedy}",
        )
    return min(intervals, math.ceil(length / each))
