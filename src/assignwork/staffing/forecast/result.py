"""A forecast: what is expected of each interval, and within which bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork._extras import data_frame
from assignwork._words import html_table, text_table
from assignwork.errors import ConfigurationError
from assignwork.model.hours import zone_name
from assignwork.model.records import Record
from assignwork.staffing import _inputs
from assignwork.staffing._text import Row, duration, percent
from assignwork.staffing.forecast import _inputs as i
from assignwork.staffing.forecast._local import by_local_day

_MOST = 1e12
"""Arrivals in an interval."""
_HOUR = 3600.0
"""Seconds."""
_MOST_DAYS_SHOWN = 31


def _figures(value: Any, field: str = "") -> tuple[float, ...]:
    return tuple(
        _inputs.number(entry, f"{field}[{at}]", "a number of arrivals", 0.0, _MOST)
        for at, entry in enumerate(_inputs.listed(value, field))
    )


def _cv(value: float, field: str = "") -> float:
    return _inputs.number(value, field, "a coefficient of variation", 0.0, 1e6)


def _parameters(value: Mapping[str, Any], field: str = "") -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        f.refuse(field, value, "a mapping")
    found: Mapping[str, Any] = f.frozen(value)
    return found


@attrs.frozen(field_transformer=f.named, kw_only=True)
class Forecast(Record):
    """Expected arrivals of consecutive intervals.

    Attributes
    ----------
    start_at : float
        POSIX seconds at which the first interval begins.
    interval : int
        Seconds, of each.
    time_zone : str
        In which dates are told.
    mean : tuple of float
        Expected arrivals; 0 in closed intervals.
    lower, upper : tuple of float
        Bounds of the count of a single interval, never beyond the mean.
    level : float
        The share of counts that shall lie within the bounds.
    cv : float
        How uncertain the mean itself is: coefficient of variation, beyond the chance of counts.
    method : str
    parameters : mapping
        Of the method.
    """

    start_at: float = attrs.field(converter=f.instant)
    interval: int = attrs.field(converter=i.interval)
    time_zone: str = attrs.field(converter=zone_name)
    mean: tuple[float, ...] = attrs.field(converter=_figures)
    lower: tuple[float, ...] = attrs.field(converter=_figures)
    upper: tuple[float, ...] = attrs.field(converter=_figures)
    level: float = attrs.field(converter=i.level)
    cv: float = attrs.field(converter=_cv)
    method: str = attrs.field(converter=f.identifier)
    parameters: Mapping[str, Any] = attrs.field(default=f.FrozenDict(), converter=_parameters)

    def __attrs_post_init__(self) -> None:
        for name in ("lower", "upper"):
            if len(getattr(self, name)) != len(self.mean):
                raise ConfigurationError(
                    f"there are {len(getattr(self, name)):,} bounds for {len(self.mean):,} means",
                    field=name,
                    value=len(getattr(self, name)),
                    limit=f"{len(self.mean):,}",
                    remedy="give one for each interval",
                )
        for at, figures in enumerate(zip(self.lower, self.mean, self.upper, strict=True)):
            if sorted(figures) != list(figures):
                raise ConfigurationError(
                    f"the mean {figures[1]:g} is not from {figures[0]:g} to {figures[2]:g}",
                    field=f"mean[{at}]",
                    value=figures[1],
                    limit="from the lower bound to the upper",
                    remedy="give bounds around the mean",
                )

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def end_at(self) -> float:
        """POSIX seconds at which the last interval ends."""
        return self.start_at + self.interval * len(self)

    @property
    def starts(self) -> tuple[float, ...]:
        """POSIX seconds at which the intervals begin."""
        return tuple(self.start_at + self.interval * at for at in range(len(self)))

    @property
    def local_starts(self) -> tuple[datetime, ...]:
        """The same on the local clock, as aware datetimes."""
        zone = ZoneInfo(self.time_zone)
        return tuple(datetime.fromtimestamp(at, UTC).astimezone(zone) for at in self.starts)

    @property
    def local_days(self) -> tuple[str, ...]:
        """The local days that it reaches into, as ISO dates."""
        return tuple(dict.fromkeys(start.date().isoformat() for start in self.local_starts))

    @property
    def local_mean(self) -> tuple[float, ...]:
        """The means by the local clock, as shifts are planned: as many on each of `local_days`.

        `mean` has the intervals of real time: on the days on which clocks change an hour less or
        more, and laid end to end from midnight on all that follow would be an hour off. Here the
        hour that is skipped has 0, and one that comes twice the larger of both, so that whoever is
        there is enough for either. On the first day and the last, what is outside of the forecast
        has 0.

        Examples
        --------
        >>> night = Forecast(  # clocks go from 2 to 3 o'clock on 2026-03-29
        ...     start_at=1774738800.0, interval=3600, time_zone="Europe/Madrid", level=0.9, cv=0.0,
        ...     method="by hand", mean=[1.0] * 23, lower=[0.0] * 23, upper=[4.0] * 23,
        ... )
        >>> night.local_days, len(night.local_mean), night.local_mean[:5]
        (('2026-03-29',), 24, (1.0, 1.0, 0.0, 1.0, 1.0))
        """
        table = by_local_day(self.mean, self.start_at, self.interval, self.time_zone)
        return tuple(table.ravel().tolist())

    @property
    def per_hour(self) -> tuple[float, ...]:
        """Expected arrivals per hour, by interval: the rates of a simulation."""
        return tuple(mean * _HOUR / self.interval for mean in self.mean)

    @property
    def arrivals(self) -> float:
        """Expected in all intervals."""
        return float(np.sum(self.mean))

    def on(self, day: str) -> Forecast:
        """That of one local day alone, by its ISO date.

        Raises
        ------
        ConfigurationError
            For a day that is not in the forecast.
        """
        at = [k for k, start in enumerate(self.local_starts) if start.date().isoformat() == day]
        if not at:
            first, last = (self.local_starts[k].date().isoformat() for k in (0, -1))
            raise ConfigurationError(
                f"{f.shown(day)} is not in the forecast",
                field="day",
                value=day,
                limit=f"{first} to {last}",
                remedy="give one of its local dates, such as " + first,
            )
        part = slice(at[0], at[-1] + 1)
        return attrs.evolve(
            self,
            start_at=self.starts[at[0]],
            mean=self.mean[part],
            lower=self.lower[part],
            upper=self.upper[part],
        )

    def to_frame(self) -> Any:
        """A `pandas.DataFrame` with a row per interval, by local start.

        Raises
        ------
        ConfigurationError
            When pandas is not installed.
        """
        columns = {"mean": self.mean, "lower": self.lower, "upper": self.upper}
        return data_frame({"start": self.local_starts, **columns}).set_index("start")

    def _title(self) -> str:
        first, last = (
            at.date().isoformat() for at in (self.local_starts[0], self.local_starts[-1])
        )
        return (
            f"{self.arrivals:,.0f} arrivals expected from {first} to {last} ({self.time_zone}), by "
            f"{self.method}; intervals of {duration(self.interval)}, bounds for "
            f"{percent(self.level)}"
        )

    def _rows(self) -> list[Row]:
        by_day: dict[str, list[int]] = {}
        for at, start in enumerate(self.local_starts):
            by_day.setdefault(start.date().isoformat(), []).append(at)
        rows: list[Row] = [("day", "", "arrivals", "busiest", "mean", "lower", "upper")]
        for day, within in list(by_day.items())[:_MOST_DAYS_SHOWN]:
            most = max(within, key=self.mean.__getitem__)
            start = self.local_starts[most]
            total = float(np.sum([self.mean[at] for at in within]))
            if not total:
                rows.append((day, f"{start:%a}", "0", "", "", "", ""))
                continue
            rows.append((
                day, f"{start:%a}", f"{total:,.0f}", f"{start:%H:%M}", f"{self.mean[most]:,.1f}",
                f"{self.lower[most]:,.0f}", f"{self.upper[most]:,.0f}",
            ))  # fmt: skip
        return rows

    def __str__(self) -> str:
        return text_table(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return html_table(self._title(), self._rows())
