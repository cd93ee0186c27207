"""What one replication comes down to: a table of groups and measures, and its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError
from assignwork.simulation._counting import Counting
from assignwork.simulation._groups import groupings
from assignwork.simulation.curves import Curves, curves
from assignwork.simulation.measures import (
    ATTAINMENT,
    HOUR,
    MEASURES,
    NUMBERED,
    OVERALL,
    Group,
    empty,
    group_words,
    measure,
    one_group,
)
from assignwork.simulation.trial import SAME, Trial


@attrs.frozen
class Summary:
    """One replication, measured; small enough to be sent between processes.

    Attributes
    ----------
    number : int
        Of the replication, from 0.
    seed : int
    begin, end : float
        The window that was measured.
    ended_at : float
        When the run ended.
    timezone : str
        IANA name of the zone of the hours of the day.
    thresholds : mapping of str to float
        By kind, seconds of its service level.
    groups : tuple of (str, label)
        The rows: all together, then each stream, kind, team, priority, channel, agent and hour of
        the day.
    measures : tuple of str
        The columns: names of `MEASURES`, and ``attainment:TARGET`` for each target.
    values : array of float
        NaN where there is no value.
    curves : Curves
    """

    number: int
    seed: int
    begin: float
    end: float
    ended_at: float
    timezone: str
    thresholds: Mapping[str, float]
    groups: tuple[Group, ...]
    measures: tuple[str, ...]
    values: npt.NDArray[np.float64] = attrs.field(eq=SAME, repr=False)
    curves: Curves = attrs.field(repr=False)

    def value(self, name: str, **group: Any) -> float:
        """The value of a measure, of all together or of one group, such as ``priority=1``.

        Raises
        ------
        ConfigurationError
            For a measure or a group that this replication has not.
        """
        wanted = one_group(group)
        at = row_of(wanted, self.groups), column_of(name, self.measures)
        return float(self.values[at])


def summarize(trial: Trial) -> Summary:
    """All measures of a replication, by group.

    Parameters
    ----------
    trial : Trial

    Returns
    -------
    Summary

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> from assignwork.simulation import simulate_once
    >>> trial = simulate_once(single_queue(3, per_hour=40, handle=180, length=36_000), 1, 0)
    >>> found = summarize(trial)
    >>> found.value("unfinished"), round(found.value("handle_time_mean"), 6)
    (0.0, 180.0)
    """
    counting = Counting(trial)
    names = (*MEASURES, *(f"{ATTAINMENT}{target}" for target in trial.targets))
    groups: list[Group] = []
    parts: list[npt.NDArray[np.float64]] = []
    for grouping in groupings(trial):
        found = counting.customers(grouping)
        if grouping.kind in (OVERALL, "agent", HOUR):
            found |= counting.agents(grouping.kind)
        absent = np.full(len(grouping), np.nan)
        groups += [(grouping.kind, label) for label in grouping.labels]
        parts.append(np.column_stack([found.get(name, absent) for name in names]))
    values = np.vstack(parts)
    values.flags.writeable = False
    return Summary(
        number=trial.number,
        seed=trial.seed,
        begin=trial.begin,
        end=trial.end,
        ended_at=trial.ended_at,
        timezone=trial.timezone,
        thresholds=FrozenDict(zip(trial.kinds, trial.thresholds, strict=True)),
        groups=tuple(groups),
        measures=names,
        values=values,
        curves=curves(
            trial,
            counting.waiting,
            counting.queue,
            counting.present,
            counting.work,
            counting.waits,
            counting.counted,
        ),
    )


def row_of(group: Group, known: tuple[Group, ...]) -> int:
    """The place of a group among those known.

    Raises
    ------
    ConfigurationError
        When it is not there.
    """
    if group in known:
        return known.index(group)
    kind, label = group
    labels = [other for of, other in known if of == kind]
    what = group_words(group)
    if kind in NUMBERED:  # the nearest by its letters would be another one altogether
        remedy = f"known are: {', '.join(map(str, labels))}" if labels else "none is known"
    else:
        remedy = f.nearest(label, [str(other) for other in labels])
        what = what if label is None else f"{kind} {f.shown(label)}"
    raise ConfigurationError(f"there is no {what}", field=kind, value=label, remedy=remedy)


def column_of(name: str, known: tuple[str, ...]) -> int:
    """The place of a measure among those known.

    Raises
    ------
    ConfigurationError
        When there is none of this name, or no such target.
    """
    if name in known:
        return known.index(name)
    measure(name)
    targets = [other for other in known if other.startswith(ATTAINMENT)]
    raise ConfigurationError(
        f"the workspace has no target of {name!r}",
        field="measure",
        value=name,
        remedy=f.nearest(name, targets),
    )


def blank(groups: tuple[Group, ...], measures: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """The values of groups to which nobody belongs."""
    return np.array([[empty(name, kind) for name in measures] for kind, _ in groups])
