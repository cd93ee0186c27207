"""What is measured of a replication: one registry for text, tables, pictures and comparisons.

A measure has a name, a unit, a direction that is better, and words. What belongs to customers is
counted over those who arrive in the window (117 of the design notes), what belongs to agents over
the window's time. By hour of the day, customers belong to the hour of their arrival, and what
is averaged over time (queues, open items, throughput, agents) is of the time in that hour.
`attainment:TARGET` stands for each service-level target that a trial has.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError

HOUR = "hour"
GROUPS = ("stream", "kind", "team", "priority", "channel", "agent", HOUR)
"""By what measures are told apart; without any of them they are of all together."""
OVERALL = "overall"
ATTAINMENT = "attainment:"
NUMBERED = ("priority", HOUR)
"""Groups whose labels are whole numbers."""

LOWER, HIGHER, NEITHER = "lower", "higher", "neither"


@attrs.frozen
class Measure:
    """One figure of a replication.

    Attributes
    ----------
    name : str
    unit : {'count', 'share', 'seconds', 'hours', 'number', 'per_hour'}
        Shares are from 0 to 1. A `number` is a mean number of items.
    better : {'lower', 'higher', 'neither'}
        Which direction customers or agents would want.
    words : str
        Its heading.
    meaning : str
        What it is, exactly.
    empty : float
        Its value where nobody is: 0 of what is counted, NaN (shown as ``-``) of all else.
    """

    name: str
    unit: str
    better: str
    words: str
    meaning: str
    empty: float = float("nan")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, without the value where nobody is."""
        found = attrs.asdict(self)
        del found["empty"]
        return found


def _waits() -> list[Measure]:
    meaning = "arrival to first assignment, of those who were assigned"
    return [
        Measure("wait_mean", "seconds", LOWER, "mean wait", f"mean from {meaning}"),
        *(
            Measure(
                f"wait_p{p}", "seconds", LOWER, f"{p} % wait up to", f"{p} % quantile of {meaning}"
            )
            for p in (50, 90, 95, 99)
        ),
        Measure("wait_max", "seconds", LOWER, "longest wait", f"longest from {meaning}"),
    ]


def _spread(name: str, words: str, meaning: str) -> list[Measure]:
    return [
        Measure(f"{name}_mean", "seconds", LOWER, f"mean {words}", f"mean {meaning}"),
        *(
            Measure(
                f"{name}_p{p}", "seconds", LOWER, f"{p} % {words}", f"{p} % quantile of {meaning}"
            )
            for p in (50, 90)
        ),
    ]


_ALL = (
    Measure(
        "arrivals", "count", NEITHER, "arrivals",
        "customers who arrived in the window; not of an agent", 0.0,
    ),
    Measure(
        "assigned", "count", NEITHER, "assigned",
        "of these, who were assigned to somebody; of an agent, whose first assignment was his", 0.0,
    ),
    Measure(
        "unfinished", "count", LOWER, "unfinished",
        "of these, who were still there when the run ended", 0.0,
    ),
    Measure(
        "abandonment", "share", LOWER, "gave up",
        "share of arrivals who left before anybody was assigned",
    ),
    Measure(
        "blocked", "share", LOWER, "turned away",
        "share of arrivals who found all places of the queue taken",
    ),
    *_waits(),
    Measure(
        "waiting", "share", LOWER, "had to wait",
        "share of arrivals who came in and were not assigned at that instant",
    ),
    Measure(
        "queue_time_mean", "seconds", LOWER, "mean time in queue",
        "mean from arrival to first assignment, or until they gave up, or the run ended; of those "
        "who came in",
    ),
    Measure(
        "service_level", "share", HIGHER, "service level",
        "share of arrivals first assigned within the threshold of their kind",
    ),
    *_spread(
        "first_response", "first response", "from arrival to an agent's first reply, where any was"
    ),
    *_spread(
        "time_in_system", "time in system",
        "from arrival to the close, of those who were assigned and closed; of who came back, all "
        "visits together",
    ),
    Measure(
        "handle_time_mean", "seconds", NEITHER, "mean handle time",
        "mean work on a customer in all his visits, of those worked on and closed; of an agent, "
        "his own part",
    ),
    Measure(
        "returns", "share", LOWER, "came back",
        "share of the assigned who came back at least once",
    ),
    Measure(
        "queue_length_mean", "number", LOWER, "mean queue",
        "items waiting, averaged over the window; of a team, in its queue", 0.0,
    ),
    Measure(
        "queue_length_max", "count", LOWER, "longest queue",
        "most items waiting at a time in the window; of a team, in its queue", 0.0,
    ),
    Measure(
        "open_mean", "number", LOWER, "mean open items",
        "items that are there, waiting or not, averaged over the window", 0.0,
    ),
    Measure(
        "throughput", "per_hour", HIGHER, "closed per hour",
        "items closed in the window that somebody was assigned to, per hour; of several closes the "
        "last", 0.0,
    ),
    Measure(
        "occupancy", "share", NEITHER, "occupancy",
        "handling / (handling + available), overtime counted as handling",
    ),
    Measure(
        "concurrency", "number", NEITHER, "items at a time",
        "items worked on at a time, over the time with at least one",
    ),
    Measure(
        "active_hours", "hours", NEITHER, "active", "hours active in the window", 0.0
    ),
    Measure(
        "handling_hours", "hours", NEITHER, "handling",
        "hours with at least one item worked on, in the window", 0.0,
    ),
    Measure(
        "overtime_hours", "hours", LOWER, "overtime",
        "hours of handling while not active, in the window", 0.0,
    ),
)  # fmt: skip

MEASURES: dict[str, Measure] = {found.name: found for found in _ALL}
"""All measures but those of service-level targets, in the order of a summary's columns."""


def measure(name: str, field: str = "measure") -> Measure:
    """The measure of this name.

    Raises
    ------
    ConfigurationError
        When there is none.

    Examples
    --------
    >>> measure("wait_p90").unit, measure("attainment:first_response").better
    ('seconds', 'higher')
    >>> measure("mean_wait")
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: measure: there is no measure 'mean_wait'; did you mean \
'wait_mean'?
    """
    found = MEASURES.get(name) if isinstance(name, str) else None
    if found is not None:
        return found
    if isinstance(name, str) and len(name) > len(ATTAINMENT) and name.startswith(ATTAINMENT):
        target = name.removeprefix(ATTAINMENT)
        meaning = f"share of promises of {target!r} that were met, of those met or breached"
        return Measure(name, "share", HIGHER, f"{target} met", meaning)
    raise ConfigurationError(
        f"there is no measure {f.shown(name)}",
        field=field,
        value=name,
        remedy=_suggestion(name),
    )


_OF_AGENTS = frozenset(
    {"occupancy", "concurrency", "active_hours", "handling_hours", "overtime_hours"}
)
_OF_ARRIVALS = frozenset(
    {
        "arrivals", "abandonment", "blocked", "waiting", "queue_time_mean", "service_level",
        "queue_length_mean", "queue_length_max", "open_mean", "throughput",
    }
)  # fmt: skip


def empty(name: str, kind: str) -> float:
    """The value of a measure for a group of this kind to which nobody belongs.

    NaN also where the measure is not one of such groups: who left before an assignment is of no
    agent, and an agent's time is of no priority.

    Examples
    --------
    >>> empty("arrivals", "priority"), empty("arrivals", "agent")
    (0.0, nan)
    >>> empty("active_hours", "priority"), empty("active_hours", "hour")
    (nan, 0.0)
    """
    if kind == "agent":
        foreign = name in _OF_ARRIVALS
    else:
        foreign = kind not in {OVERALL, HOUR} and name in _OF_AGENTS
    return float("nan") if foreign else measure(name).empty


def _suggestion(name: object) -> str:
    turned = "_".join(reversed(str(name).split("_")))
    if turned in MEASURES:
        return f"did you mean {turned!r}?"
    return f.nearest(name, MEASURES)


Label: TypeAlias = str | int | None
"""A stream's, kind's, team's, channel's or agent's name, a priority, or an hour of the day (0 to
23); no channel is None."""
Group: TypeAlias = tuple[str, Label]
"""One of `GROUPS` with its label, or `ALL`."""
ALL: Group = (OVERALL, "")


def group_kind(value: Any, field: str = "by") -> str:
    """One of `GROUPS`."""
    return f.choice(value, field, GROUPS)


def one_group(named: Mapping[str, Any]) -> Group:
    """The group that keywords name, such as ``priority=1``; without any, all together.

    Raises
    ------
    ConfigurationError
        For another word, or more than one; for a priority or an hour that is no whole number.

    Examples
    --------
    >>> one_group({"hour": "9"})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: hour: '9' is not a whole number; give one such as hour=9
    """
    if not named:
        return ALL
    if len(named) > 1:
        raise ConfigurationError(
            f"{' and '.join(named)} are given, and groups are not told apart by two at once",
            field=next(iter(named)),
            value=dict(named),
            limit=f"one of {', '.join(GROUPS)}",
            remedy="give one of them",
        )
    ((kind, label),) = named.items()
    kind = group_kind(kind, kind)
    return kind, _whole(label, kind) if kind in NUMBERED else label


def _whole(label: Any, kind: str) -> int:
    if isinstance(label, Integral) and not isinstance(label, bool):
        return int(label)  # a number of numpy's is one of Python's
    example = 9 if kind == HOUR else 1
    return f.refuse(kind, label, "a whole number", f"give one such as {kind}={example}")


def label_words(group: Group) -> str:
    """A group in a table whose head names its kind.

    Examples
    --------
    >>> label_words(("hour", 9)), label_words(("priority", 1)), label_words(ALL)
    ('09:00', '1', 'all')
    """
    kind, label = group
    if kind == HOUR:
        return f"{label:02}:00"
    return "all" if kind == OVERALL else "none" if label is None else str(label)


def group_words(group: Group) -> str:
    """A group as text shows it.

    Examples
    --------
    >>> group_words(("priority", 1)), group_words(ALL), group_words(("channel", None))
    ('priority 1', 'all', 'no channel')
    """
    kind, label = group
    if kind == OVERALL:
        return "all"
    return f"no {kind}" if label is None else f"{kind} {label}"
