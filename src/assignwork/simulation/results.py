"""Replications put together: means, intervals, tables, curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._extras import data_frame
from assignwork.errors import ConfigurationError
from assignwork.simulation import _results_text as text
from assignwork.simulation.curves import OVER_TIME, PERCENTS, Curve, instants
from assignwork.simulation.estimates import (
    Estimate,
    Intervals,
    Values,
    confidence_level,
    intervals,
)
from assignwork.simulation.measures import (
    ALL,
    GROUPS,
    MEASURES,
    OVERALL,
    Group,
    group_kind,
    group_words,
    one_group,
)
from assignwork.simulation.precision import Precision
from assignwork.simulation.summary import Summary, blank, column_of, row_of
from assignwork.simulation.tables import Table
from assignwork.simulation.trial import Trial, shared

CUSTOMER_COLUMNS = ("arrivals", "wait_mean", "wait_p90", "service_level", "abandonment",
                    "time_in_system_mean")  # fmt: skip
AGENT_COLUMNS = ("assigned", "occupancy", "active_hours", "handling_hours", "overtime_hours")


def _counted(values: Any) -> str:
    return f"<{len(values)}>"


@attrs.frozen
class Results:
    """What replications of one scenario came to.

    Attributes
    ----------
    scenario : str
        Its name.
    seed : int
    summaries : tuple of Summary
        One per replication, in the order of their numbers.
    trials : tuple of Trial
        What happened in each, where that was kept; else empty.
    until : Precision or None
        The rule that was to end the run.

    Raises
    ------
    ConfigurationError
        For no summary, for different windows, zones, thresholds or seeds, or numbers out of order.

    Examples
    --------
    >>> from assignwork.simulation import simulate, single_queue
    >>> desk = single_queue(3, per_hour=40, handle=200, patience=300, length=36_000, name="desk")
    >>> results = simulate(desk, replications=5, seed=1)
    >>> round(results.mean("handle_time_mean"), 6)
    200.0
    >>> print(results.table(measures=["arrivals", "wait_mean", "abandonment"]))
    desk (mean ± half of the 95 % interval; 5 replications)
           arrivals  mean wait      gave up
      all  404 ± 35  53 ± 21 s  1.5 ± 1.2 %
    """

    scenario: str
    seed: int
    summaries: tuple[Summary, ...] = attrs.field(repr=_counted)
    trials: tuple[Trial, ...] = attrs.field(default=(), repr=_counted)
    until: Precision | None = None

    def __attrs_post_init__(self) -> None:
        if not self.summaries:
            raise ConfigurationError(
                "there is no replication",
                field="summaries",
                limit="at least one",
                remedy="run the scenario at least once",
            )
        first = self.summaries[0]
        for at, found in enumerate(self.summaries):
            path = f"summaries[{at}]"
            if at and found.number <= self.summaries[at - 1].number:
                raise ConfigurationError(
                    f"replication {found.number} comes after {self.summaries[at - 1].number}",
                    field=path,
                    value=found.number,
                    remedy="give each replication once, in the order of their numbers",
                )
            if found.seed != self.seed:
                f.refuse(f"{path}.seed", found.seed, f"the seed of these results ({self.seed})")
            for name in ("begin", "end", "timezone", "thresholds"):
                if getattr(found, name) != getattr(first, name):
                    f.refuse(
                        f"{path}.{name}",
                        getattr(found, name),
                        f"that of the first replication ({getattr(first, name)})",
                        "put together replications of one scenario only",
                    )

    # --- what there is ----------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.summaries)

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.summaries)

    @property
    def threshold(self) -> float | None:
        """Seconds of the service level, where all kinds have the same; else None."""
        return shared(self.thresholds.values())

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Seconds of the service level by kind (``stream/kind``)."""
        return self.summaries[0].thresholds

    @property
    def timezone(self) -> str:
        """IANA name of the zone of the hours of the day."""
        return self.summaries[0].timezone

    @property
    def length(self) -> float:
        """Seconds of the window that was measured."""
        return self.summaries[0].end - self.summaries[0].begin

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All together, then each group of any replication, kind by kind."""
        return in_order(group for summary in self.summaries for group in summary.groups)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Their names, those of the workspace's targets last."""
        found = {name for summary in self.summaries for name in summary.measures}
        return (*MEASURES, *sorted(found - MEASURES.keys()))

    @cached_property
    def _array(self) -> Values:
        return self.array(self.groups, self.measures)

    def array(self, groups: tuple[Group, ...], measures: tuple[str, ...]) -> Values:
        """Values by replication, group and measure; nobody was in a group that one has not."""
        empty = blank(groups, measures)
        return np.array([_laid_out(found, groups, measures, empty) for found in self.summaries])

    def labels(self, by: str) -> tuple[Any, ...]:
        """The groups of one kind: names, priorities, or the hours of the day that were measured."""
        group_kind(by)
        return tuple(label for kind, label in self.groups if kind == by)

    def first(self, count: int) -> Results:
        """The first replications, without the rule that ended the run.

        Raises
        ------
        ConfigurationError
            When there are fewer.
        """
        if type(count) is not int or not 0 < count <= len(self):
            f.refuse("count", count, f"a number of replications (1 to {len(self)})")
        return Results(self.scenario, self.seed, self.summaries[:count], self.trials[:count])

    # --- figures ----------------------------------------------------------------------------------

    def values(self, measure: str, **group: Any) -> Values:
        """The measure in each replication, NaN where it has no value.

        Parameters
        ----------
        measure : str
            A name of `MEASURES`, or ``attainment:TARGET``.
        **group
            One of stream, kind, team, priority, channel, agent, hour (of the day in which they
            arrived, such as ``hour=9``); default: all together.

        Raises
        ------
        ConfigurationError
            For a measure or a group that there is not.
        """
        return self._array[:, *self._at(measure, group)].copy()

    def _at(self, measure: str, group: dict[str, Any]) -> tuple[int, int]:
        return row_of(one_group(group), self.groups), column_of(measure, self.measures)

    def mean(self, measure: str, **group: Any) -> float:
        """Mean over the replications that have a value; see `values`."""
        return self.interval(measure, **group).mean

    def interval(self, measure: str, confidence: float = 0.95, **group: Any) -> Estimate:
        """The mean with Student's t interval over replications; see `values`.

        Parameters
        ----------
        measure : str
        confidence : float, default 0.95
            Above 0, below 1.
        **group
        """
        return intervals(self.values(measure, **group), confidence_level(confidence)).at()

    def table(
        self,
        by: str | None = None,
        measures: Sequence[str] | None = None,
        *,
        confidence: float = 0.95,
    ) -> Table:
        """Estimates of each group of a kind, and of all together in the last row.

        Parameters
        ----------
        by : {'stream', 'kind', 'team', 'priority', 'channel', 'agent', 'hour'}, optional
            Default: all together only.
        measures : sequence of str, optional
            Default: the main ones of customers, or of agents.
        confidence : float, default 0.95
        """
        kind = None if by is None else group_kind(by)
        chosen: tuple[str, ...]
        if measures is None:
            chosen = AGENT_COLUMNS if by == "agent" else CUSTOMER_COLUMNS
        else:
            chosen = f.names(measures, "measures")
        columns = [column_of(name, self.measures) for name in chosen]
        groups = [*(group for group in self.groups if group[0] == kind), ALL]
        rows = [row_of(group, self.groups) for group in groups]
        found = intervals(self._array[:, rows][:, :, columns], confidence_level(confidence))
        cells = tuple(
            tuple(found.at((row, at)) for at in range(len(columns))) for row in range(len(rows))
        )
        title = self.scenario if by is None else f"{self.scenario}, {text.by_words(self, by)}"
        return Table(title, kind, tuple(groups), tuple(chosen), cells, confidence, len(self))

    def curve(self, name: str, confidence: float = 0.95, **group: Any) -> Curve:
        """Over time the items ``waiting`` or ``open`` or the ``occupancy``; or the spread of waits.

        Parameters
        ----------
        name : {'waiting', 'open', 'occupancy', 'waits'}
        confidence : float, default 0.95
        **group
            Of ``waits``: a priority. Of ``waiting`` and ``open``: a priority or a team. Default: of
            all together.

        Raises
        ------
        ConfigurationError
            For a curve or a group that there is not.
        """
        f.choice(name, "name", (*OVER_TIME, "waits"))
        wanted, first = one_group(group), self.summaries[0].curves
        if name == "waits":
            at = np.array(PERCENTS, np.float64)
            if wanted[0] not in (OVERALL, "priority"):
                _no_curve(name, wanted)
            row_of(wanted, self.groups)
            drawn = [
                found.curves.waits[found.curves.groups.index(wanted)]
                for found in self.summaries
                if wanted in found.curves.groups
            ]
        else:
            at = instants(first)
            each = [found.curves.of(name, wanted) for found in self.summaries]
            drawn = [found for found in each if found is not None]
            if not drawn:
                _no_curve(name, wanted)
            row_of(wanted, self.groups)
        found: Intervals = intervals(np.array(drawn), confidence_level(confidence))
        low, high = found.mean - found.half_width, found.mean + found.half_width
        return Curve(name, at, found.mean, low, high, confidence, wanted)

    # --- elsewhere --------------------------------------------------------------------------------

    def to_frame(self, by: str | None = None) -> Any:
        """A tidy `pandas.DataFrame`: replication, group_kind, group, measure, value.

        It needs the extra ``frames``.

        Parameters
        ----------
        by : str, optional
            Groups of this kind only; default: all of them.
        """
        kind = None if by is None else group_kind(by)
        rows = [at for at, group in enumerate(self.groups) if kind in (None, group[0])]
        kinds, labels = zip(*(self.groups[at] for at in rows), strict=True) if rows else ((), ())
        each, width = len(rows) * len(self.measures), len(self.measures)
        return data_frame(
            {
                "replication": np.repeat([found.number for found in self.summaries], each),
                "group_kind": np.tile(np.repeat(objects(kinds), width), len(self)),
                "group": np.tile(np.repeat(objects(labels), width), len(self)),
                "measure": np.tile(objects(self.measures), len(self) * len(rows)),
                "value": self._array[:, rows].reshape(-1),
            }
        )

    def to_dict(self, confidence: float = 0.95) -> dict[str, Any]:
        """JSON-ready: of each group the estimate of each measure; what has no value is None."""
        found = intervals(self._array, confidence_level(confidence))
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": [summary.number for summary in self.summaries],
            "begin": self.summaries[0].begin,
            "end": self.summaries[0].end,
            "timezone": self.timezone,
            "threshold": self.threshold,
            "thresholds": dict(self.thresholds),
            "until": None if self.until is None else self.until.to_dict(),
            "reached": self.reached,
            "groups": [
                {
                    "kind": kind,
                    "group": label,
                    "measures": {
                        name: found.at((row, at)).to_dict() for at, name in enumerate(self.measures)
                    },
                }
                for row, (kind, label) in enumerate(self.groups)
            ],
        }

    @property
    def reached(self) -> bool | None:
        """Whether the precision that was asked for was reached; None where none was."""
        rule = self.until
        if rule is None:
            return None
        return rule.holds([rule.value(found) for found in self.summaries])

    def __str__(self) -> str:
        return text.results_text(self)

    def _repr_html_(self) -> str:
        return text.results_html(self)


def in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Each group once: all together, then kind by kind; priorities ascending, others as given."""
    return tuple(sorted(dict.fromkeys(groups), key=_place))


def _place(group: Group) -> tuple[int, Any]:
    kind, label = group
    place = -1 if kind == OVERALL else GROUPS.index(kind)
    return place, label if kind == "priority" else 0


def _laid_out(
    found: Summary, groups: tuple[Group, ...], measures: tuple[str, ...], empty: Values
) -> Values:
    if (found.groups, found.measures) == (groups, measures):
        return found.values
    row_at = {group: at for at, group in enumerate(found.groups)}
    column_at = {name: at for at, name in enumerate(found.measures)}
    rows = [at for at, group in enumerate(groups) if group in row_at]
    columns = [at for at, name in enumerate(measures) if name in column_at]
    values = empty.copy()
    values[np.ix_(rows, columns)] = found.values[
        np.ix_([row_at[groups[at]] for at in rows], [column_at[measures[at]] for at in columns])
    ]
    return values


def objects(values: Iterable[Any]) -> Any:
    """An array of whatever they are."""
    listed = list(values)
    found = np.empty(len(listed), object)
    found[:] = listed
    return found


def _no_curve(name: str, group: Group) -> None:
    raise ConfigurationError(
        f"there is no curve {name!r} of {group_words(group)}",
        field=group[0],
        value=group[1],
        limit="waits: all together or a priority; waiting and open: a team, too; occupancy: all",
        remedy="ask for values or a table of this group instead",
    )
