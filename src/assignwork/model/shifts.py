"""Shifts as configured: an agent's calendar, his own dates, and what he hands on (T3, T4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.model.hours import dated_hours
from assignwork.model.records import Record

HANDOFF_MODES = ("waiting", "all", "on_reply")
"""As `REASSIGN_MODES` of a workspace, which agents and so their shifts cannot import."""


def _handoff_mode(value: str | None, field: str = "") -> str | None:
    return None if value is None else f.choice(value, field, HANDOFF_MODES)


@attrs.frozen(field_transformer=f.named)
class Handoff(Record):
    """What moves on at a shift's end (rule T4).

    Parameters
    ----------
    reassign : {'waiting', 'all', 'on_reply'}, optional
        What is given back (rule P2); None: as the workspace says.
    priority_at_most : int, optional
        Only items of this priority or a more urgent one (a smaller number) move; None: any.
    """

    reassign: str | None = attrs.field(default=None, converter=_handoff_mode)
    priority_at_most: int | None = attrs.field(default=None, converter=f.optional_positive_int)


def _handoff(value: Handoff | Mapping[str, Any] | None, field: str = "") -> Handoff | None:
    return (
        value if value is None or isinstance(value, Handoff) else structure(Handoff, value, field)
    )


@attrs.frozen(field_transformer=f.named)
class Shift(Record):
    """When an agent works: a calendar, other hours on some dates, and what becomes of his work.

    Parameters
    ----------
    calendar : str
        Id of a calendar of the desk, or ``24x7``.
    overrides : mapping of date to list of str
        Intervals that start on that date, in the calendar's time zone, instead of the calendar's;
        none: leave.
    handoff : Handoff, optional

    Examples
    --------
    >>> Shift("late", {"2026-12-24": []}).to_dict()
    {'calendar': 'late', 'overrides': {'2026-12-24': []}}
    >>> Shift("late").to_dict()
    'late'
    """

    calendar: str = attrs.field(converter=f.identifier)
    overrides: Mapping[str, tuple[str, ...]] = attrs.field(
        default=FrozenDict(), converter=dated_hours
    )
    handoff: Handoff | None = attrs.field(default=None, converter=_handoff)

    def to_dict(self) -> Any:
        """The bare calendar where that says all, else an object."""
        return super().to_dict() if self.overrides or self.handoff else self.calendar

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | str) -> Self:
        """Make one from its wire form: a calendar's id, or an object."""
        return cls(data) if isinstance(data, str) else structure(cls, data)


def shift(value: Shift | str | Mapping[str, Any] | None, field: str = "") -> Shift | None:
    """A shift from one, from its calendar's id or from its wire form; or None.

    Examples
    --------
    >>> shift("late")
    Shift(calendar='late', overrides={}, handoff=None)
    """
    if value is None or isinstance(value, Shift):
        return value
    if isinstance(value, str):
        return Shift(f.identifier(value, field))
    return structure(Shift, value, field)
