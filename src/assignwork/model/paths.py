"""Escalation paths, as configured (E1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._codec import unstructure
from assignwork._fields import refuse
from assignwork.errors import ConfigurationError
from assignwork.model import matching as m
from assignwork.model.calendars import ALWAYS
from assignwork.model.promises import TARGETS
from assignwork.model.records import Record

TIMED = ("unassigned", "unacknowledged", "no_response", "unresolved")
PROMISED = ("at_risk", "breached")
MANUAL = "manual"
MOST_REPEATS = 1000
"""A path whose steps fire at once runs all its laps at one instant."""
WHENS = (*TIMED, *PROMISED, MANUAL)


@attrs.frozen(field_transformer=f.named)
class OnCall(Record):
    """Whoever is on call in a rotation at that instant.

    Examples
    --------
    >>> OnCall("network").to_dict()
    {'on_call': 'network'}
    """

    on_call: str = attrs.field(converter=f.identifier)


def _person(value: Any, field: str = "") -> str | OnCall:
    if isinstance(value, (OnCall, Mapping)):
        return m.record(OnCall, value, field)
    return f.identifier(value, field)


def _assignee(value: Any, field: str = "") -> str | OnCall | None:
    return None if value is None else _person(value, field)


def _people(value: Iterable[Any], field: str = "") -> tuple[str | OnCall, ...]:
    if value == ():
        return ()
    return tuple(
        _person(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of people, groups or rotations"))
    )


@attrs.frozen(field_transformer=f.named)
class Actions(Record):
    """What a step does, in this order; at least one of them.

    Parameters
    ----------
    priority : int or str, optional
        Raise the item's priority to this; a more urgent one stays.
    transfer : str, optional
        The team it goes to; its owner loses it.
    assign : str or OnCall, optional
        The agent who gets it by name or as ``{"on_call": rotation}``; away and full ones too.
    watchers, notify : list of str or OnCall
        People, groups of the workspace, or ``{"on_call": rotation}``.
    path : str, optional
        The path that the item follows from here on instead of this one.
    """

    priority: int | str | None = attrs.field(default=None, converter=m.optional_priority)
    transfer: str | None = attrs.field(default=None, converter=f.optional_identifier)
    assign: str | OnCall | None = attrs.field(default=None, converter=_assignee)
    watchers: tuple[str | OnCall, ...] = attrs.field(default=(), converter=_people)
    notify: tuple[str | OnCall, ...] = attrs.field(default=(), converter=_people)
    path: str | None = attrs.field(default=None, converter=f.optional_identifier)

    def __attrs_post_init__(self) -> None:
        if not unstructure(self):
            raise ConfigurationError(
                "a step that does nothing",
                field="",
                remedy="give one of priority, transfer, assign, watchers, notify, path",
            )


def _actions(value: Actions | Mapping[str, Any], field: str = "") -> Actions:
    return m.record(Actions, value, field)


def _when(value: str, field: str = "") -> str:
    return f.choice(value, field, WHENS)


def _named_target(value: str | None, field: str = "") -> str | None:
    return None if value is None else f.choice(value, field, TARGETS)


def _count(value: int, field: str = "") -> int:
    if type(value) is int and 0 <= value <= MOST_REPEATS:
        return value
    return refuse(field, value, f"a number of repeats, 0 to {MOST_REPEATS}")


@attrs.frozen(field_transformer=f.named)
class Step(Record):
    """One step of a path: when it fires, and what it does (rule E1).

    Parameters
    ----------
    when : str
        `unassigned`, `unacknowledged`, `no_response` or `unresolved`, `after` seconds since the
        item entered the path; `at_risk` or `breached`, of `target`; or `manual`.
    do : Actions
    after : float, default 0
        Seconds, of the time of `calendar`.
    calendar : str, default '24x7'
    target : {'first_response', 'next_response', 'resolution'}, optional

    Examples
    --------
    >>> Step("unassigned", {"notify": ["lead"]}, after=900).after
    900.0
    """

    when: str = attrs.field(converter=_when)
    do: Actions = attrs.field(converter=_actions)
    after: float = attrs.field(default=0.0, converter=f.seconds)
    calendar: str = attrs.field(default=ALWAYS, converter=f.identifier)
    target: str | None = attrs.field(default=None, converter=_named_target)

    def __attrs_post_init__(self) -> None:
        if (self.when in PROMISED) != (self.target is not None):
            raise ConfigurationError(
                f"a step {self.when!r} {'needs' if self.when in PROMISED else 'has no'} target",
                field="target",
                value=self.target,
                remedy=f"name one of {', '.join(TARGETS)}"
                if self.when in PROMISED
                else "leave it out, or use at_risk or breached",
            )
        if self.when not in TIMED and (self.after or self.calendar != ALWAYS):
            raise ConfigurationError(
                f"a step {self.when!r} fires at its event, not after a time",
                field="after" if self.after else "calendar",
                value=self.after or self.calendar,
                remedy=f"leave it out, or use one of {', '.join(TIMED)}",
            )


def _steps(value: Iterable[Any], field: str = "") -> tuple[Step, ...]:
    found = tuple(
        m.record(Step, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of steps"))
    )
    if not found:
        refuse(field, [], "a list of at least one step")
    return found


@attrs.frozen(field_transformer=f.named)
class EscalationPath(Record):
    """Who is called when work does not move: steps in their order (rules E1 to E5).

    Parameters
    ----------
    id : str
    steps : list of Step
    teams, categories, tags : list of str
    priorities : list of int or str
        What it matches; empty: any. All of `tags` must be on the item.
    repeat : int, default 0
        How often the path is run again after its last step, at most 1000 times.
    ack_timeout : float, optional
        Seconds after which an acknowledgement lapses; None: never.

    Examples
    --------
    >>> path = EscalationPath("network", teams=["l1"], steps=[
    ...     {"when": "unassigned", "after": 900, "do": {"notify": ["lead"]}},
    ...     {"when": "unresolved", "after": 3600, "do": {"transfer": "l2"}},
    ... ])
    >>> path.steps[1].do.transfer
    'l2'
    """

    id: str = attrs.field(converter=f.identifier)
    steps: tuple[Step, ...] = attrs.field(converter=_steps)
    teams: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    priorities: tuple[int | str, ...] = attrs.field(default=(), converter=m.priorities)
    categories: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    repeat: int = attrs.field(default=0, converter=_count)
    ack_timeout: float | None = attrs.field(default=None, converter=f.optional_positive_seconds)


def paths(value: Iterable[Any] | Mapping[str, Any], field: str = "") -> tuple[EscalationPath, ...]:
    """Converter of a workspace's paths."""
    return m.records(EscalationPath, value, field)
