"""Shift templates: the hours that somebody may work from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.model.records import Record
from assignwork.staffing.shifts import _clock as c
from assignwork.staffing.shifts.horizon import weekdays


def _cost(value: int | None, field: str = "") -> int | None:
    if value is None or (type(value) is int and 0 <= value <= f.MAX_UNITS):
        return value
    return f.refuse(field, value, f"a cost (a whole number from 0 to {f.MAX_UNITS})")


def _most(value: int | None, field: str = "") -> int | None:
    if value is None or (type(value) is int and 0 <= value <= f.MAX_UNITS):
        return value
    return f.refuse(field, value, "a number of agents")


def _hours(value: str | Iterable[str], field: str = "") -> tuple[str, ...]:
    return c.hours(value, field)


@attrs.frozen(field_transformer=f.named)
class ShiftTemplate(Record):
    """Hours that somebody may work from a day on, on the local clock.

    Parameters
    ----------
    id : str
    hours : str or list of str
        Such as ``09:00-17:00``, or ``22:00-06:00`` across midnight; with a break in between as
        parts in the order in which they are worked: ``["09:00-13:00", "14:00-18:00"]``. At most
        24 hours from start to end.
    paid : float, optional
        Paid seconds, whole minutes; None: all of its hours.
    cost : int, optional
        What it costs, in points; None: a point for each paid minute.
    weekdays : list of {'mon', ..., 'sun'}, optional
        On which it may start; None: on all.
    most : int, optional
        Most agents on it from one day on.
    skills : list of str
        What whoever works it can do. Head counts take it as given; in a roster only agents who
        have all of these may work it.
    night, unpopular : bool, default False
        Whether contracts count it as a night, and fairness as unpopular.

    Examples
    --------
    >>> night = ShiftTemplate("night", ["22:00-02:00", "03:00-06:00"], night=True)
    >>> night.paid_minutes, night.spans
    (420, ((1320, 1560), (1620, 1800)))
    """

    id: str = attrs.field(converter=f.identifier)
    hours: tuple[str, ...] = attrs.field(converter=_hours)
    paid: float | None = attrs.field(default=None, converter=c.optional_whole_minutes)
    cost: int | None = attrs.field(default=None, converter=_cost)
    weekdays: tuple[str, ...] | None = attrs.field(default=None, converter=weekdays)
    most: int | None = attrs.field(default=None, converter=_most)
    skills: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    night: bool = attrs.field(default=False, converter=f.flag)
    unpopular: bool = attrs.field(default=False, converter=f.flag)

    @property
    def spans(self) -> c.Spans:
        """Start and end of its parts, in minutes after midnight of its day."""
        return c.spans_of(self.hours)

    @property
    def paid_minutes(self) -> int:
        """Minutes that are paid."""
        if self.paid is not None:
            return int(self.paid) // 60
        return sum(end - start for start, end in self.spans)

    @property
    def points(self) -> int:
        """What it costs."""
        return self.paid_minutes if self.cost is None else self.cost


def templates(
    value: Iterable[ShiftTemplate | Mapping[str, Any]], field: str = ""
) -> tuple[ShiftTemplate, ...]:
    """Shift templates with different ids, at least one."""
    found = records(ShiftTemplate, value, field)
    if not found:
        f.refuse(field, value, "a list with a shift template")
    f.distinct(found, field, "shift template")
    return found


def records(cls: Any, value: Any, field: str) -> tuple[Any, ...]:
    """Records of a class, from them or from their wire form."""
    return tuple(
        entry if isinstance(entry, cls) else structure(cls, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, f"a list of {cls.__name__}"))
    )
