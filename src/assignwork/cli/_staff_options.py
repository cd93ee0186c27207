"""The options of `assignwork staff`: read, and errors that name the option."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, Self

import attrs
import click

from assignwork import _fields
from assignwork.errors import ConfigurationError, InputError
from assignwork.model import Calendar
from assignwork.model.hours import zone_name

METHODS = ("regression", "weekday-mean", "seasonal-naive")
MISSING = ("refuse", "zero", "skip")
DEFAULT_THRESHOLD = 20.0  # seconds
ALL_DAY = "00:00-24:00"
MOST_DIGITS = 9
"""Of a whole number: more than there are days, seconds of an interval or items of an hour."""
TARGETS = {
    "targets.service_level": "--service-level",
    "targets.threshold": "--within",
    "targets.mean_wait": "--mean-wait",
    "targets.occupancy": "--occupancy",
    "targets.abandonment": "--abandonment",
    "arrivals": "--arrivals",
    "handle_time": "--handle-time",
    "patience": "--patience",
    "shrinkage": "--shrinkage",
}
"""The fields of a requirement, by the options that give them."""


@attrs.frozen(kw_only=True)
class Options:
    """The options, read; what was not given is None."""

    arrivals_path: str | None
    time_column: str | None
    count_column: str | None
    interval: int | None
    calendar: Calendar
    missing: str
    forecast: int | None
    method: str
    level: float
    factors: Mapping[str, float]
    backtest: bool
    handle_time: float | None
    targets: Mapping[str, float]
    patience: float | None
    shrinkage: float
    shifts_path: str | None
    time_limit: float
    workspace_path: str | None
    write_path: str | None
    report_path: str | None
    title: str | None

    @property
    def time_zone(self) -> str:
        """In which everything is told."""
        return self.calendar.timezone

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """From what click passes.

        Raises
        ------
        click.UsageError
            For options that say nothing without others.
        ConfigurationError
            For a value that cannot be used, with the option's name.
        """
        _check_together(given)

        def read(name: str) -> float | None:
            return number(given[name], "--" + name.replace("_", "-"))

        targets = {name: read(name) for name in _TARGETS}
        targets["threshold"] = targets.pop("within")
        return cls(
            calendar=opening(given["hours"], given["closed"], given["time_zone"]),
            interval=whole(given["interval"], "--interval"),
            forecast=whole(given["forecast"], "--forecast"),
            factors=factors(given["factor"]),
            targets={name: value for name, value in targets.items() if value is not None},
            level=read("level") or 0.0,
            handle_time=read("handle_time"),
            patience=read("patience"),
            shrinkage=read("shrinkage") or 0.0,
            time_limit=_fields.positive_seconds(read("time_limit") or 0.0, "--time-limit"),
            **{name: given[name] for name in _AS_GIVEN},
        )


_TARGETS = ("service_level", "within", "mean_wait", "occupancy", "abandonment")
_AS_GIVEN = (
    "arrivals_path", "time_column", "count_column", "missing", "method", "backtest",
    "shifts_path", "workspace_path", "write_path", "report_path", "title",
)  # fmt: skip
_NEEDS = {
    "--arrivals": ("time_column", "count_column", "interval", "hours", "closed", "forecast",
                   "handle_time"),
    "--forecast": ("factor", "backtest"),
    "--handle-time": (*_TARGETS, "patience", "shrinkage"),
    "--service-level": ("within",),
    "--shifts": ("write_path",),
    "--workspace": ("write_path",),
    "--write": ("workspace_path",),
}  # fmt: skip
"""Option -> those that say nothing without it."""
_NAMES = {
    "--arrivals": "arrivals_path", "--shifts": "shifts_path", "--workspace": "workspace_path",
    "--write": "write_path",
}  # fmt: skip


def _check_together(given: Mapping[str, Any]) -> None:
    """Refuse options that say nothing without others."""
    if not (given["arrivals_path"] or given["shifts_path"]):
        raise click.UsageError("Nothing to plan: give --arrivals, --shifts, or both.")
    for option, names in _NEEDS.items():
        if given[_NAMES.get(option, option.removeprefix("--").replace("-", "_"))]:
            continue
        for name in names:
            if given[name]:
                shown = name.removesuffix("_path").replace("_", "-")
                raise click.UsageError(f"--{shown} needs {option}.")
    if given["handle_time"] and not any(given[name] for name in _TARGETS if name != "within"):
        raise click.UsageError(
            "--handle-time needs a target: --service-level, --mean-wait, --occupancy or "
            "--abandonment."
        )


def number(text: str | None, option: str) -> float | None:
    """A finite number; whether it is in range is for the library to say.

    Raises
    ------
    ConfigurationError
        For what is no number, with the option's name.
    """
    if text is None:
        return None
    try:
        found = float(text if text.isascii() else "?")
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        _fields.refuse(option, text, "a number", "give a number, such as 0.8 or 240")
    return found


def whole(text: str | None, option: str) -> int | None:
    """A whole number above 0.

    Raises
    ------
    ConfigurationError
        For anything else, with the option's name.
    """
    if text is None:
        return None
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdecimal() and 0 < len(digits) <= MOST_DIGITS):
        _fields.refuse(option, text, "a whole number above 0", "give it in digits, such as 7")
    return int(digits)


def opening(hours: Iterable[str], closed: Iterable[str], time_zone: str) -> Calendar:
    """The calendar of `--hours` and `--closed`; without hours it is open all the time.

    Examples
    --------
    >>> opening(["mon-fri=08:00-12:00,13:00-17:00", "sat=9:00-12:00"], [], "UTC").hours["sat"]
    ('09:00-12:00',)

    Raises
    ------
    ConfigurationError
        With the option's name.
    """
    with blamed({"": "--time-zone"}):
        zone = zone_name(time_zone, "")
    week: dict[str, list[str]] = {}
    for text in hours:
        days, sign, intervals = text.partition("=")
        if not sign:
            raise ConfigurationError(
                f"{_fields.shown(text)} is no DAYS=HOURS",
                field="--hours",
                value=text,
                remedy="give it such as mon-fri=08:00-18:00",
            )
        week.setdefault(days.strip().lower(), []).extend(intervals.split(","))
    with blamed({"exceptions": "--closed", "": "--hours"}):
        return Calendar(
            "opening hours",
            zone,
            week or {"mon-sun": [ALL_DAY]},
            {day: [] for day in closed},
        )


def factors(given: Iterable[str]) -> dict[str, float]:
    """`DATE=NUMBER ...` as date -> number.

    Raises
    ------
    ConfigurationError
        With the option's name.
    """
    found: dict[str, float] = {}
    for text in given:
        day, sign, factor = text.partition("=")
        if not sign:
            raise ConfigurationError(
                f"{_fields.shown(text)} is no DATE=NUMBER",
                field="--factor",
                value=text,
                remedy="give it such as 2026-11-27=1.5",
            )
        if day in found:
            raise ConfigurationError(
                f"{day} is there twice", field="--factor", value=text, remedy="give it once"
            )
        found[day] = number(factor, "--factor") or 0.0
    return found


@contextmanager
def blamed(options: Mapping[str, str]) -> Iterator[None]:
    """What cannot be used is told as an error of the option that gave it.

    Parameters
    ----------
    options : mapping of str to str
        Field -> option; that of ``""`` stands in for all others.
    """
    try:
        yield
    except InputError:
        raise
    except ConfigurationError as error:
        name, _, _ = error.field.partition("[")
        first, _, _ = name.partition(".")
        for field in (name, first, ""):
            if field in options:
                refuse(error, options[field])
        raise


def refuse(error: ConfigurationError, option: str) -> NoReturn:
    """The same error, with the option that it is about."""
    raise ConfigurationError(
        error.what, field=option, value=error.value, limit=error.limit, remedy=error.remedy
    ) from error
