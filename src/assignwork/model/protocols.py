"""Communication protocols: who is told what, and how often (U1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict, refuse
from assignwork.model import matching as m
from assignwork.model.records import Record

OCCASIONS = ("opened", "escalated", "resolved", "updates")
LEAST_CADENCE = 1.0
"""Seconds; each cadence that passes is an event, whether or not anybody looks."""
REPORT_SECTIONS = ("root_cause", "resolution", "prevention")


def _audiences(
    value: Mapping[str, Iterable[str]] | Iterable[str], field: str = ""
) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        everybody = f.names(value, field)
        value = dict.fromkeys(OCCASIONS, everybody)
    for occasion in value:
        f.choice(occasion, field, OCCASIONS)
    return FrozenDict(
        {
            occasion: f.names(value[occasion], f"{field}.{occasion}")
            for occasion in OCCASIONS
            if occasion in value
        }
    )


def _cadence(value: float | None, field: str = "") -> float | None:
    every = f.optional_positive_seconds(value, field)
    if every is not None and every < LEAST_CADENCE:
        refuse(field, value, f"a cadence of at least {LEAST_CADENCE:g} s")
    return every


def _sections(value: bool | Iterable[str], field: str = "") -> tuple[str, ...]:  # noqa: FBT001  # as written
    if value is True:
        return REPORT_SECTIONS
    return () if value is False else f.names(value, field)


@attrs.frozen(field_transformer=f.named)
class Protocol(Record):
    """How an incident is communicated, for the priorities it matches (rule U1).

    Parameters
    ----------
    id : str
    priorities : list of int or str
        Empty: any.
    audiences : mapping of str to list of str, or list of str
        Who is told on `opened`, `escalated`, `resolved`, and who gets the `updates` (default: who
        was told on `opened`); a list means all four.
    update_every : float, optional
        Seconds from one update to the next while it is open, at least 1.
    channels : list of str
        Such as ``mail`` or ``slack``; what they mean is the host's business.
    required : list of str
        Fields that each update must have, such as ``status``, ``actions``, ``eta``.
    report_on_close : bool or list of str, default False
        The sections of the report that is due at close; true means root_cause, resolution and
        prevention.

    Examples
    --------
    >>> major = Protocol("major", priorities=[1], audiences=["board"], update_every=3600,
    ...                  required=["status", "eta"], report_on_close=True)
    >>> major.report_on_close
    ('root_cause', 'resolution', 'prevention')
    """

    id: str = attrs.field(converter=f.identifier)
    priorities: tuple[int | str, ...] = attrs.field(default=(), converter=m.priorities)
    audiences: Mapping[str, tuple[str, ...]] = attrs.field(
        default=FrozenDict(), converter=_audiences
    )
    update_every: float | None = attrs.field(default=None, converter=_cadence)
    channels: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    required: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    report_on_close: tuple[str, ...] = attrs.field(default=(), converter=_sections)

    def told(self, occasion: str) -> tuple[str, ...]:
        """Who is told on an occasion."""
        if occasion == "updates" and occasion not in self.audiences:
            occasion = "opened"
        return self.audiences.get(occasion, ())


def protocols(value: Iterable[Any] | Mapping[str, Any], field: str = "") -> tuple[Protocol, ...]:
    """Converter of a workspace's protocols."""
    return m.records(Protocol, value, field)
