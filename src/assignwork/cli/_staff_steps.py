"""The steps of `assignwork staff`: each takes what the one before it found."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from assignwork.cli._staff_arrivals import Arrivals, read_arrivals
from assignwork.cli._staff_options import TARGETS, Options, blamed
from assignwork.cli._staff_shifts import Planned, ShiftsFile, needed
from assignwork.cli._staff_text import arrivals_text, planned_text, required_text
from assignwork.errors import ConfigurationError
from assignwork.model import Workspace
from assignwork.reports._staffing_figures import Required
from assignwork.reports.page import zone_named
from assignwork.staffing import Progress, RequirementTable, Roster, required_agents_table
from assignwork.staffing.forecast import (
    ArrivalHistory,
    Backtest,
    Forecast,
    Method,
    PoissonRegression,
    SeasonalNaive,
    WeekdayMean,
    backtest,
    forecast_arrivals,
)

SCHEMA = 1
"""Of what `--json` prints; grows when a key changes its meaning or goes."""
TRAIN, LEAST_TRAIN = 56, 14
"""Days before the first origin of a back-test: so many, or fewer where the history is short."""
ORIGINS = 4
"""As many as a short history is divided for."""
_METHODS: Mapping[str, type[PoissonRegression | WeekdayMean | SeasonalNaive]] = {
    "regression": PoissonRegression,
    "weekday-mean": WeekdayMean,
    "seasonal-naive": SeasonalNaive,
}


@attrs.frozen(kw_only=True)
class Found:
    """What each step found; None for those that were not asked for.

    Attributes
    ----------
    zone : str
    table : Arrivals or None
    history : ArrivalHistory or None
    forecast : Forecast or None
    backtest : Backtest or None
    required : Required or None
    planned : Planned or None
    desk : Workspace or None
        With the roster on it.
    notes : tuple of str
        What to keep in mind.
    """

    zone: str
    table: Arrivals | None = None
    history: ArrivalHistory | None = None
    forecast: Forecast | None = None
    backtest: Backtest | None = None
    required: Required | None = None
    planned: Planned | None = None
    desk: Workspace | None = None
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Step by step, for people."""
        blocks = []
        if self.table is not None:
            blocks.append(arrivals_text(self.table))
        blocks += [str(found) for found in (self.forecast, self.backtest) if found is not None]
        if self.required is not None:
            blocks.append(required_text(self.required))
        if self.planned is not None:
            blocks.append(planned_text(self.planned))
        blocks += [f"note: {note}" for note in self.notes]
        return "\n\n".join(blocks)

    def document(self) -> dict[str, Any]:
        """Everything, JSON-ready; docs/planning.md says what the keys mean."""
        planned = self.planned
        found: dict[str, Any] = _finite({
            "schema": SCHEMA,
            "time_zone": self.zone,
            "notes": list(self.notes),
            "arrivals": None if self.table is None else _arrivals(self.table),
            "forecast": None if self.forecast is None else self.forecast.to_dict(),
            "backtest": None if self.backtest is None else self.backtest.to_dict(),
            "requirement": None if self.required is None else _requirement(self.required),
            "shifts": None if planned is None or planned.heads is None else planned.heads.to_dict(),
            "roster": None if planned is None or planned.roster is None
            else planned.roster.to_dict(),
        })  # fmt: skip
        return found

    def page(self, title: str | None) -> str:
        """The page of `--report`."""
        from assignwork.reports.staffing import staffing_html  # noqa: PLC0415  # only if asked for

        required, planned = self.required, self.planned
        return staffing_html(
            history=self.history,
            forecast=self.forecast,
            backtest=self.backtest,
            requirement=None if required is None else required.table,
            start_at=None if required is None else required.start_at,
            heads=None if planned is None else planned.heads,
            templates=() if planned is None else planned.templates,
            roster=None if planned is None else planned.roster,
            caveats=self.notes,
            time_zone=self.zone,
            **({} if title is None else {"title": title}),
        )


def take(
    options: Options, desk: Workspace | None, on_progress: Callable[[Progress], None] | None
) -> Found:
    """All steps that the options ask for.

    Raises
    ------
    ConfigurationError, InputError
        With option, or file and field.
    """
    zone = options.time_zone
    shifts = None if options.shifts_path is None else ShiftsFile.read(options.shifts_path)
    notes: list[str] = []
    table = history = forecast = tested = required = None
    if options.arrivals_path is not None:
        table = _table(options)
    if table is not None and options.forecast is not None:
        history = table.history()
        forecast, tested = _forecast(history, options)
    if table is not None and options.handle_time is not None:
        arrivals = table.planned if forecast is None else forecast.mean
        requirement = _requirements(arrivals, table.interval, options)
        start = table.start_at if forecast is None else forecast.start_at
        required = Required(requirement, start, zone_named(zone))
    planned = filled = None
    if shifts is not None:
        if shifts.own_demand and required is not None:
            notes.append(f"{shifts.path} has a demand of its own: that is what shifts are for.")
        need = None if required is None else needed(required)
        planned = shifts.plan(
            need, time_limit=options.time_limit, desk=desk, zone=zone, on_progress=on_progress
        )
        if desk is not None and planned.roster is not None and planned.roster.found:
            filled = planned.roster.workspace(desk, zone)
            notes += _on_call_notes(planned.roster, desk, zone)
    return Found(
        zone=zone, table=table, history=history, forecast=forecast, backtest=tested,
        required=required, planned=planned, desk=filled, notes=tuple(notes),
    )  # fmt: skip


def _on_call_notes(roster: Roster, desk: Workspace, zone: str) -> list[str]:
    """What the rotations of the desk that is written say beyond the roster."""
    rotations = roster.rotations(zone)
    if not rotations:
        return []
    there = {rotation.id for rotation in desk.rotations}
    horizon = roster.horizon
    days = f"{horizon.date_of(0)} to {horizon.date_of(horizon.days - 1)}"
    names = ", ".join(repr(rotation.id) for rotation in rotations)
    found = [f"on call in the desk that is written, {days}: {names}, as planned."]
    for rotation in rotations:
        if rotation.id in there:
            found.append(
                f"outside of these days, {rotation.id!r} is what it was in the desk before."
            )
        else:
            found.append(
                f"outside of these days, {rotation.id!r}, which is new in the desk, goes round "
                "among the same agents, though nobody planned that: a rotation has no end."
            )
    return found


def _table(options: Options) -> Arrivals:
    table = read_arrivals(
        options.arrivals_path or "",
        options.calendar,
        time_column=options.time_column,
        count_column=options.count_column,
        interval=options.interval,
        missing=options.missing,
    )
    unknown = [
        at
        for at, (count, within) in enumerate(zip(table.counts, table.open, strict=True))
        if within and count is None
    ]
    if options.forecast is None and unknown:
        raise ConfigurationError(
            f"{len(unknown):,} open intervals are not known, so that nobody can be planned for "
            "them",
            field="--missing",
            value=options.missing,
            remedy="give --missing zero, or --forecast to plan for what is forecast instead",
        )
    return table


def _forecast(history: ArrivalHistory, options: Options) -> tuple[Forecast, Backtest | None]:
    method = _METHODS[options.method]()
    days = options.forecast or 1
    names = {"horizon": "--forecast", "level": "--level", "factors": "--factor"}
    with blamed(names):
        found = forecast_arrivals(
            history, days, method=method, level=options.level, factors=options.factors
        )
    if not options.backtest:
        return found, None
    methods: Sequence[Method] = [
        method,
        *(kind() for kind in (WeekdayMean, SeasonalNaive) if not isinstance(method, kind)),
    ]
    span = int((history.end_at - history.start_at) // 86_400)
    train = min(TRAIN, max(LEAST_TRAIN, span - ORIGINS * days))
    try:
        return found, backtest(history, methods, horizon=days, train=train, level=options.level)
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what,
            field="--backtest",
            value=error.value,
            limit=error.limit,
            remedy="give more history, forecast fewer days, or leave it out",
        ) from error


def _requirements(arrivals: Sequence[float], interval: int, options: Options) -> RequirementTable:
    with blamed(TARGETS):
        return required_agents_table(
            arrivals,
            options.handle_time or 0.0,
            interval=interval,
            targets=options.targets,
            patience=options.patience,
            shrinkage=options.shrinkage,
        )


# --- as JSON -------------------------------------------------------------------------------------


def _arrivals(table: Arrivals) -> dict[str, Any]:
    return {
        "file": table.file,
        "start_at": table.start_at,
        "interval": table.interval,
        "arrivals": sum(table.planned),
        "outside_hours": table.outside_hours,
        "counts": list(table.counts),
        "open": list(table.open),
    }


def _requirement(found: Required) -> dict[str, Any]:
    at, most = found.peak
    table = found.table.to_dict()
    starts = found.moments
    return {
        "peak": {"start": at.isoformat(), "agents": most.agents, "scheduled": most.scheduled},
        "agent_hours": table["agent_hours"],
        "agent_hours_per_day": table["agent_hours"] / max(found.days, 1),
        "binding": found.binding,
        "intervals": [
            {"start": start.isoformat(), **entry}
            for start, entry in zip(starts, table["intervals"], strict=True)
        ],
    }


def _finite(value: Any) -> Any:
    """JSON has no NaN: what is not known is null."""
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
