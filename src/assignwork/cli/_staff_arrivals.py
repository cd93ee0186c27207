"""A table of arrivals as `assignwork staff` reads it: an instant and a count a row."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise

import attrs

from assignwork import _fields
from assignwork.cli._staff_clock import Clock, is_instant, local_text
from assignwork.cli._staff_options import blamed
from assignwork.errors import ConfigurationError, InputError
from assignwork.intake.tables import csv_rows, unpacking
from assignwork.model import Calendar
from assignwork.reports.text import duration
from assignwork.service.offsets import Offsets
from assignwork.staffing.forecast import ArrivalHistory
from assignwork.wire import Source

LARGEST_COUNT = 1e9
MOST_HEADER = 2**20
"""Bytes of a file's first line."""
MISSING = ("refuse", "zero", "skip")
HOUR = 3600
_DAY = 24 * HOUR
_LEAST_COLUMNS = 2
_COUNT = "a number of arrivals, 0 or more"


@attrs.frozen
class Arrivals:
    """Arrivals of consecutive intervals.

    Attributes
    ----------
    file : str
    start_at : float
        POSIX seconds at which the first interval begins.
    interval : int
        Seconds, of each.
    counts : tuple of (float or None)
        None: closed, or not known.
    calendar : Calendar
        Opening hours, and the time zone in which all is told.
    open : tuple of bool
        Whether any of it is within the opening hours.
    """

    file: str
    start_at: float
    interval: int
    counts: tuple[float | None, ...]
    calendar: Calendar
    open: tuple[bool, ...]

    @property
    def planned(self) -> tuple[float, ...]:
        """Arrivals of each interval; 0 outside of the hours."""
        rows = zip(self.counts, self.open, strict=True)
        return tuple(count or 0.0 if is_open else 0.0 for count, is_open in rows)

    @property
    def outside_hours(self) -> float:
        """Arrivals outside of the hours, which nobody is planned for."""
        rows = zip(self.counts, self.open, strict=True)
        return sum(count or 0.0 for count, is_open in rows if not is_open)

    @property
    def end_at(self) -> float:
        """POSIX seconds at which the last interval ends."""
        return self.start_at + self.interval * len(self.counts)

    def history(self) -> ArrivalHistory:
        """The same as a forecast learns from it, whole days where the last one is over.

        What is closed after the last interval counts as over: a forecast begins with the day that
        opens next.

        Raises
        ------
        InputError
            For a count that is not whole: nobody counted it.
        """
        for at, count in enumerate(self.counts):
            if count is not None and count != int(count):
                raise InputError(
                    f"{count:g} arrivals at {local_text(self._start(at), self.calendar.timezone)} "
                    "are no count, which a history needs",
                    file=self.file,
                    value=count,
                    remedy="give whole numbers, or leave --forecast out to plan for the table",
                )
        before, ahead = _closed_before(self), _closed_ahead(self)
        return ArrivalHistory(
            [*[None] * before, *self.counts, *[None] * ahead],
            self._start(-before),
            self.interval,
            self.calendar,
            missing="skip",
        )

    def _start(self, at: int) -> float:
        return self.start_at + self.interval * at


def _closed_before(table: Arrivals) -> int:
    """Closed intervals from the midnight before the table to its start; 0 where one is open."""
    offsets = Offsets(table.calendar.timezone)
    at = int(table.start_at)
    midnight = offsets.when((at + offsets.at(at)) // _DAY * _DAY)
    before = int((at - midnight) // table.interval)
    return 0 if any(_grid(midnight, table.interval, before, table.calendar)) else before


def _closed_ahead(table: Arrivals) -> int:
    """Closed intervals from the end of the table to the midnight before it opens again.

    0 where it does not end a day.
    """
    offsets = Offsets(table.calendar.timezone)
    week = 8 * _DAY // table.interval
    grid = _grid(table.end_at, table.interval, week, table.calendar)
    opens = next((at for at, is_open in enumerate(grid) if is_open), week)
    for ahead in range(opens, -1, -1):
        at = int(table.end_at + table.interval * ahead)
        if (at + offsets.at(at)) % _DAY == 0:
            return ahead
    return 0


# --- reading -------------------------------------------------------------------------------------


def read_arrivals(
    path: str,
    calendar: Calendar,
    *,
    time_column: str | None = None,
    count_column: str | None = None,
    interval: int | None = None,
    missing: str = "refuse",
) -> Arrivals:
    """The table of a CSV file, plain or gzip, with a header.

    Parameters
    ----------
    path : str
    calendar : Calendar
        Opening hours; its zone is that of times without an offset.
    time_column, count_column : str, optional
        None: the first and the second column (that which is left, if one is named).
    interval : int, optional
        Seconds into which counts are added up; None: the step of the table.
    missing : {'refuse', 'zero', 'skip'}
        What an open interval without a row is: an error, without arrivals, or not known.

    Raises
    ------
    InputError
        With file, line, field, value and remedy.
    ConfigurationError
        For an interval that does not fit.
    """
    source = Source(path)
    names = _columns(source, time_column, count_column)
    zone = calendar.timezone
    found = _rows(source, names, zone)
    starts = sorted(found)
    step = _step(starts, source.name)
    if interval is not None and interval % step:
        raise ConfigurationError(
            f"{interval:,} s are no multiple of the table's {duration(step)}",
            field="--interval",
            value=interval,
            limit=f"multiples of {step:,} s",
            remedy="give one of these, or leave it out",
        )
    first = starts[0]
    length = int((starts[-1] - first) // step) + 1
    counts: list[float | None] = [None] * length
    for start, count in found.items():
        place, rest = divmod(start - first, step)
        if rest:
            raise InputError(
                f"{local_text(start, zone)} is no multiple of {duration(step)} after the first row",
                file=source.name,
                field=names[0],
                value=start,
                remedy="give the instants at which intervals of one length begin",
            )
        counts[int(place)] = count
    try:
        is_open = _grid(first, step, length, calendar)
    except ConfigurationError as error:
        raise InputError(
            error.what,
            file=source.name,
            field=names[0],
            value=first,
            remedy="begin with a whole interval, or give the zone of its clock as --time-zone",
        ) from None
    gaps = [at for at, count in enumerate(counts) if count is None and is_open[at]]
    if gaps and missing == "refuse":
        more = f", nor have {len(gaps) - 1:,} others" if len(gaps) > 1 else ""
        raise InputError(
            f"{local_text(first + step * gaps[0], zone)} has no row{more}, and nothing says that "
            "it is closed then",
            file=source.name,
            value=first + step * gaps[0],
            remedy="give --hours and --closed, or say what is missing: --missing zero (nobody "
            "came) or --missing skip (not known)",
        )
    if missing == "zero":
        for at in gaps:
            counts[at] = 0.0
    if interval is None or interval == step:
        return Arrivals(source.name, first, step, tuple(counts), calendar, is_open)
    return _longer(Arrivals(source.name, first, step, tuple(counts), calendar, is_open), interval)


def _columns(source: Source, time_column: str | None, count_column: str | None) -> tuple[str, str]:
    """The names of the two columns, by the file's header."""
    with source.open() as stream, unpacking(source, lambda: 1):
        raw = stream.readline(MOST_HEADER)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # whoever reads the rows says what is wrong
    header = next(csv.reader([text]), [])
    for option, name in (("--time-column", time_column), ("--count-column", count_column)):
        if name is not None and name not in header:
            raise ConfigurationError(
                f"{source.name} has no column {_fields.shown(name)}",
                field=option,
                value=name,
                remedy=_fields.nearest(name, header),
            )
    left = [name for name in header if name not in (time_column, count_column)]
    if len(header) < _LEAST_COLUMNS:
        raise InputError(
            "the header has no two columns" if header else "the file is empty",
            file=source.name,
            line=1,
            value=text.strip(),
            remedy="give a CSV file with a header, such as start,arrivals, and a row for each "
            "interval",
        )
    names = time_column or left.pop(0), count_column or left.pop(0)
    if is_instant(names[0]):
        raise InputError(
            "the first row is no header",
            file=source.name,
            line=1,
            field=names[0],
            value=names[0],
            remedy="put the columns' names above the rows, such as start,arrivals",
        )
    return names


def _rows(source: Source, names: tuple[str, str], zone: str) -> dict[float, float]:
    """POSIX seconds -> count, of each row."""
    clock = Clock(zone)
    lines: dict[float, int] = {}
    found: dict[float, float] = {}
    for line, (text, count) in _values(source, names):
        try:
            start = clock(text or "")
            count_of = _count(count or "")
        except ConfigurationError as error:
            column = names[0] if error.field == "time" else names[1]
            raise InputError(
                error.what,
                file=source.name,
                line=line,
                field=column,
                value=error.value,
                limit=error.limit,
                remedy=error.remedy,
            ) from None
        if start in found:
            raise InputError(
                f"{local_text(start, zone)} is there already, on line {lines[start]}",
                file=source.name,
                line=line,
                field=names[0],
                value=text,
                remedy="give each interval one row; add the counts of several queues up before",
            )
        found[start], lines[start] = count_of, line
    if not found:
        raise InputError(
            "the table has no row", file=source.name, remedy="give a row for each interval"
        )
    return found


def _values(source: Source, names: tuple[str, str]) -> Iterator[tuple[int, list[str | None]]]:
    """The rows, what is wrong with them told in the words of this verb."""
    options = {names[0]: "--time-column", names[1]: "--count-column"}
    with closing(csv_rows(source, options)) as rows:
        try:
            yield from rows
        except InputError as error:
            if "mapping" not in error.remedy and "file.delimiter" not in error.remedy:
                raise
            raise InputError(
                error.what,
                file=error.file,
                line=error.line,
                field=error.field,
                value=error.value,
                limit=error.limit,
                remedy="give a CSV file in UTF-8 with commas, and as many values as columns on "
                "each line",
            ) from None


def _count(text: str) -> float:
    try:
        found = float(text if text.isascii() else "?")
    except ValueError:
        found = math.nan
    if not 0 <= found <= LARGEST_COUNT:
        remedy = "leave the row out where it is not known, and say so by --missing"
        _fields.refuse("count", text, _COUNT, remedy)
    return found


def _step(starts: Sequence[float], file: str) -> int:
    """The shortest time from a row to the next."""
    if len(starts) < _LEAST_COLUMNS:
        raise InputError(
            "one row does not tell how long an interval is",
            file=file,
            remedy="give a row for each interval of a day or more",
        )
    step = int(min(after - before for before, after in pairwise(starts)))
    if step > HOUR or HOUR % step:
        raise InputError(
            f"from one row to the next are {duration(step)}, which do not divide an hour",
            file=file,
            value=step,
            limit="such as 5 min, 15 min, 30 min or 1 h",
            remedy="count by one of these",
        )
    return step


def _grid(start: float, step: int, length: int, calendar: Calendar) -> tuple[bool, ...]:
    """Which intervals are open."""
    if not length:
        return ()
    empty = ArrivalHistory([None] * length, start, step, calendar, missing="skip")
    found: tuple[bool, ...] = tuple(empty.grid.open.tolist())
    return found


def _longer(table: Arrivals, interval: int) -> Arrivals:
    """The same by longer intervals of the local clock."""
    with blamed({"interval": "--interval", "start_at": "--interval"}):
        at = int(table.start_at)
        start = at - (at + Offsets(table.calendar.timezone).at(at)) % interval
        length = math.ceil((table.end_at - start) / interval)
        is_open = _grid(start, interval, length, table.calendar)
    known: list[list[float]] = [[] for _ in range(length)]
    lacking = [False] * length
    for i, (count, within) in enumerate(zip(table.counts, table.open, strict=True)):
        place = int((table.start_at + table.interval * i - start) // interval)
        if count is not None:
            known[place].append(count)
        elif within:
            lacking[place] = True
    counts = [
        None if gap or not parts else sum(parts) for parts, gap in zip(known, lacking, strict=True)
    ]
    return Arrivals(table.file, float(start), interval, tuple(counts), table.calendar, is_open)
