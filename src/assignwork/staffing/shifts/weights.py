"""What a schedule costs: the terms and their weights. A point is a paid minute."""

from __future__ import annotations

import attrs

from assignwork import _fields as f
from assignwork.model.records import Record

TERMS = (
    "shortage",
    "overstaffing",
    "paid",
    "wishes",
    "unpopular",
    "weekends",
    "hours",
    "on_call",
)
"""The terms of the cost, in the order in which they are shown."""

LARGEST = 1_000_000


def _weight(value: int, field: str = "") -> int:
    if type(value) is int and 0 <= value <= LARGEST:
        return value
    return f.refuse(field, value, f"a weight (a whole number from 0 to {LARGEST:,})")


@attrs.frozen(field_transformer=f.named)
class ShiftWeights(Record):
    """What each term weighs: whole numbers of 0 or more; 0 switches a term off.

    With the defaults a point is a paid minute, so 60 points are worth an hour of somebody's pay.

    Parameters
    ----------
    shortage : int, default 20
        For each minute and agent missing, where coverage is soft.
    overstaffing : int, default 0
        For each minute and agent at work whom no need asks for.
    paid : int, default 1
        Times what the shifts cost (`ShiftTemplate.points`).
    wishes : int, default 1
        Times the weights of the wishes that are not met.
    unpopular : int, default 60
        Fairness: for each shift that the agent with most unpopular ones has more than the one with
        fewest. Agents are compared with those who share their contract; so for the next three.
    weekends : int, default 60
        Fairness: the same of weekends worked.
    hours : int, default 0
        Fairness: for each minute between most and least paid time.
    on_call : int, default 60
        Fairness: for each period on call, among the members of the rotation.

    Examples
    --------
    >>> ShiftWeights(shortage=50).to_dict()
    {'shortage': 50}
    """

    shortage: int = attrs.field(default=20, converter=_weight)
    overstaffing: int = attrs.field(default=0, converter=_weight)
    paid: int = attrs.field(default=1, converter=_weight)
    wishes: int = attrs.field(default=1, converter=_weight)
    unpopular: int = attrs.field(default=60, converter=_weight)
    weekends: int = attrs.field(default=60, converter=_weight)
    hours: int = attrs.field(default=0, converter=_weight)
    on_call: int = attrs.field(default=60, converter=_weight)
