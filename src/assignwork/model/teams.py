"""Team inboxes and their rules, as configured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import refuse
from assignwork.errors import ConfigurationError
from assignwork.model.policies import is_policy, named_policy
from assignwork.model.records import Record

SELECTIONS = (
    "balanced",
    "least_occupied",
    "most_headroom",
    "longest_idle",
    "best_skilled",
    "round_robin",
)
SECONDARY_RULES = ("primary_empty", "primary_full")


@attrs.frozen(field_transformer=f.named)
class After(Record):
    """The secondary rule `after`: help comes when an item has been queued that many seconds.

    Examples
    --------
    >>> Team("billing", secondary_rule={"after": 60}).secondary_rule
    After(after=60.0)
    """

    after: float = attrs.field(converter=f.seconds)


def _selection(value: Any, field: str = "") -> Any:
    if is_policy(value):
        return named_policy(value, field)
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


def _secondary_rule(value: Any, field: str = "") -> Any:
    if isinstance(value, After) or is_policy(value):
        return value if isinstance(value, After) else named_policy(value, field)
    if isinstance(value, Mapping):
        return structure(After, value, field)
    return f.choice(value, field, SECONDARY_RULES)


@attrs.frozen(field_transformer=f.named)
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
    min_shift_left : float, optional
        Seconds an agent's shift must have to go for him to get new work (rule T3).

    Examples
    --------
    >>> Team("billing", secondary_rule="primary_emtpy")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: secondary_rule: 'primary_emtpy' is not one of
    primary_empty, primary_full; did you mean 'primary_empty'?
    """

    id: str = attrs.field(converter=f.identifier)
    rank: int = attrs.field(default=0, converter=f.whole)
    selection: Any = attrs.field(default="balanced", converter=_selection)
    agent_limit: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    secondary_rule: Any = attrs.field(default="primary_empty", converter=_secondary_rule)
    manual: bool = attrs.field(default=False, converter=f.flag)
    offer_timeout: float | None = attrs.field(default=None, converter=f.optional_positive_seconds)
    decline_cooldown: float = attrs.field(default=300.0, converter=f.seconds)
    missed_limit: int | None = attrs.field(default=None, converter=f.optional_positive_int)
    missed_window: float = attrs.field(default=600.0, converter=f.seconds)
    min_shift_left: float | None = attrs.field(default=None, converter=f.optional_seconds)
