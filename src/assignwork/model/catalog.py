"""The service catalog: what may be asked for, by whom, and what follows from it (G1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.model import matching as m
from assignwork.model.items import Requirement, factor, requirements
from assignwork.model.records import Record

CLOCKS_FROM = ("queued", "submit")


def _clock_from(value: str, field: str = "") -> str:
    return f.choice(value, field, CLOCKS_FROM)


def _optional_amount(value: float | None, field: str = "") -> float | None:
    return None if value is None else f.amount(value, field, "an amount, 0 or more", zero=True)


@attrs.frozen(field_transformer=f.named)
class CatalogEntry(Record):
    """A service that may be asked for; it fills what an item that names it leaves open (rule G1).

    Parameters
    ----------
    id : str
    team : str
        Whose inbox such items go to.
    name, category : str, optional
    priority : int or str, optional
        Or factors, from which it is computed:
    impact, urgency, risk, value : int, optional
        1 (highest) to 4.
    weight : int, optional
    skills : mapping of str to int or Requirement
    tags : list of str
    cost : float, optional
        For reports, in the host's currency.
    groups : list of str
        Groups of the workspace whose members may ask for it; empty: everybody.
    approvals : list of str
        Who must approve, in this order: people, or groups of whom one does.
    sla : str, optional
        The policy of such items, instead of the first that matches.
    expected_delivery : float, optional
        Seconds until its `due_at`, from when the clocks start.
    clock_from : {'queued', 'submit'}, default 'queued'
        When the clocks of an item that waits for approval start (rule G2).

    Examples
    --------
    >>> vpn = CatalogEntry("vpn", team="network", approvals=["lead"], expected_delivery=86400)
    >>> vpn.approvals
    ('lead',)
    """

    id: str = attrs.field(converter=f.identifier)
    team: str = attrs.field(converter=f.identifier)
    name: str | None = attrs.field(default=None, converter=f.text)
    category: str | None = attrs.field(default=None, converter=f.text)
    priority: int | str | None = attrs.field(default=None, converter=m.optional_priority)
    impact: int | None = attrs.field(default=None, converter=factor)
    urgency: int | None = attrs.field(default=None, converter=factor)
    risk: int | None = attrs.field(default=None, converter=factor)
    value: int | None = attrs.field(default=None, converter=factor)
    weight: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    skills: Mapping[str, Requirement] = attrs.field(default=FrozenDict(), converter=requirements)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    cost: float | None = attrs.field(default=None, converter=_optional_amount)
    groups: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    approvals: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    sla: str | None = attrs.field(default=None, converter=f.optional_identifier)
    expected_delivery: float | None = attrs.field(
        default=None, converter=f.optional_positive_seconds
    )
    clock_from: str = attrs.field(default="queued", converter=_clock_from)


def catalog(value: Iterable[Any] | Mapping[str, Any], field: str = "") -> tuple[CatalogEntry, ...]:
    """Converter of a workspace's catalog."""
    return m.records(CatalogEntry, value, field)
