"""What a mapping file may say: how the columns of an export become work items and commands.

A mapping is plain data (TOML or JSON). It names columns and what their values mean; the importer
knows no export but through one. Unknown keys are errors that name the nearest known one.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict, checked, refuse
from assignwork.errors import ConfigurationError
from assignwork.model import Record

READERS = ("csv", "xes", "jsonl")
STATUSES = ("open", "queued", "waiting", "parked", "done", "ignored")
OTHER = ("error", *STATUSES)
UPDATES = ("reply", "nothing")
ISO = "iso"
POSIX = "posix"

LOWEST_FACTOR = 4
ALL = 100  # the highest percentile

_EMPTY: FrozenDict[str, Any] = FrozenDict()


def _table(kind: type[Any]) -> Callable[[Any, str], Any]:
    """A converter for a table of its own within the mapping."""

    def convert(value: Any, field: str) -> Any:
        return value if isinstance(value, kind) else structure(kind, value, field)

    return convert


def _columns(value: Any, field: str) -> tuple[str, ...]:
    """One column, or several whose values are joined by ``/``."""
    if isinstance(value, str):
        return (f.identifier(value, field),)
    found = f.names(value, field)
    return found or refuse(field, value, "a column or a list of columns")


def _optional_columns(value: Any, field: str) -> tuple[str, ...] | None:
    return None if value is None else _columns(value, field)


def _column_of_each(value: Any, field: str) -> FrozenDict[str, tuple[str, ...]]:
    return FrozenDict({k: _columns(v, f"{field}.{k}") for k, v in f.pairs(value, field)})


def _factors(value: Any, field: str) -> FrozenDict[str, int]:
    for name, level in f.pairs(value, field):
        if type(level) is not int or not 1 <= level <= LOWEST_FACTOR:
            refuse(f"{field}.{name}", level, "a factor from 1 (highest) to 4")
    return f.levels(value, field)


def _strings(value: Any, field: str) -> tuple[str, ...]:
    """As `names`, the empty string allowed."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
        refuse(field, value, "a list of strings")
    return tuple(value)


def _share(value: Any, field: str) -> float:
    if type(value) in (int, float) and 0 <= value <= 1:
        return float(value)
    return refuse(field, value, "a share from 0 to 1")


def _percentile(value: Any, field: str) -> float:
    if type(value) in (int, float) and 0 < value <= ALL:
        return float(value)
    return refuse(field, value, "a percentile above 0, at most 100")


def _encoding(value: Any, field: str) -> str:
    name = f.identifier(value, field)
    try:
        plain = "a,1".encode(name) == b"a,1"
        codecs.getincrementaldecoder(name)
    except (LookupError, UnicodeError):
        plain = False
    if not plain:
        refuse(field, value, "an encoding that extends ASCII", "give utf-8, cp1252 or latin-1")
    return name


def _delimiter(value: Any, field: str) -> str:
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n':
        return value
    return refuse(field, value, "a single character between two columns")


def _time_format(value: Any, field: str) -> str:
    pattern = f.identifier(value, field)
    if pattern in (ISO, POSIX):
        return pattern
    sample = datetime(2001, 12, 31, 13, 45, 50)  # noqa: DTZ001  # only a text to parse again
    try:
        again = datetime.strptime(sample.strftime(pattern), pattern)  # noqa: DTZ007  # same
    except ValueError:
        again = None
    if again is None or again.date() != sample.date():
        refuse(
            field,
            value,
            "a format that names day, month and year",
            "give iso, posix, or a strptime format such as '%d/%m/%Y %H:%M'",
        )
    return pattern


def _zone(value: Any, field: str) -> str:
    name = f.identifier(value, field)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        refuse(field, value, "an IANA time zone", "give a name such as UTC or Europe/Rome")
    return name


@attrs.frozen
class FileShape(Record):
    """How the file is written: `encoding` and `delimiter` of CSV, marks of a missing value.

    Examples
    --------
    >>> FileShape(missing=["?"]).missing
    ('?',)
    """

    encoding: str = checked(_encoding, default="utf-8")
    delimiter: str = checked(_delimiter, default=",")
    missing: tuple[str, ...] = checked(_strings, default=("",))


@attrs.frozen
class Fields(Record):
    """Which column holds what; several columns are joined by ``/``.

    XES attributes of an event stand under their key, those of a trace under ``case:`` and the
    key. Nested JSON objects are reached with dots. `case` is needed, and `at` (an export with a
    row per event) or `opened_at` (a row per item).

    Examples
    --------
    >>> Fields(case="number", at="updated", state=["status", "reason"]).state
    ('status', 'reason')
    """

    case: tuple[str, ...] = checked(_columns)
    at: tuple[str, ...] | None = checked(_optional_columns, default=None)
    opened_at: tuple[str, ...] | None = checked(_optional_columns, default=None)
    resolved_at: tuple[str, ...] | None = checked(_optional_columns, default=None)
    closed_at: tuple[str, ...] | None = checked(_optional_columns, default=None)
    state: tuple[str, ...] | None = checked(_optional_columns, default=None)
    group: tuple[str, ...] | None = checked(_optional_columns, default=None)
    agent: tuple[str, ...] | None = checked(_optional_columns, default=None)
    actor: tuple[str, ...] | None = checked(_optional_columns, default=None)
    priority: tuple[str, ...] | None = checked(_optional_columns, default=None)
    impact: tuple[str, ...] | None = checked(_optional_columns, default=None)
    urgency: tuple[str, ...] | None = checked(_optional_columns, default=None)
    channel: tuple[str, ...] | None = checked(_optional_columns, default=None)
    category: tuple[str, ...] | None = checked(_optional_columns, default=None)
    customer: tuple[str, ...] | None = checked(_optional_columns, default=None)
    subject: tuple[str, ...] | None = checked(_optional_columns, default=None)
    tags: Mapping[str, tuple[str, ...]] = checked(_column_of_each, default=_EMPTY)

    def __attrs_post_init__(self) -> None:
        if self.at is None and self.opened_at is None:
            raise ConfigurationError(
                "neither at nor opened_at is named",
                field="at",
                remedy="name the column with the instant of each event, or of the opening",
            )

    def columns(self) -> dict[str, str]:
        """Every column that is read -> the first field that names it, in the order of the class."""
        found: dict[str, str] = {}
        for field in attrs.fields(Fields):
            value = getattr(self, field.name)
            named = value.items() if isinstance(value, Mapping) else [("", value or ())]
            for tag, columns in named:
                for column in columns:
                    found.setdefault(column, f"fields.{field.name}" + (f".{tag}" if tag else ""))
        return found


@attrs.frozen
class Time(Record):
    """How instants are written.

    `format`: ``iso``, ``posix`` or a strptime format. `zone`: of those without an offset.
    """

    format: str = checked(_time_format, default=ISO)
    zone: str = checked(_zone, default="UTC")


@attrs.frozen
class Window(Record):
    """Items opened from `start` to `end` are kept; a bare date as `end` includes that day."""

    start: str | None = checked(f.optional_identifier, default=None)
    end: str | None = checked(f.optional_identifier, default=None)


@attrs.frozen
class States(Record):
    """Which state values mean what.

    `open`: worked on, or new. `queued`: in its group's queue, with nobody. `waiting`: for the
    customer. `parked`: for somebody else. `done`: resolved or closed. `ignored`: the row says
    nothing. `other`: what a value in no list means, or ``error``. `untaken`: those of `open` in
    which nobody has taken the item up yet, whoever made the row; only assignments ask for it.

    Examples
    --------
    >>> States(done=["Closed"], waiting=["Closed"])
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: done: 'Closed' is in waiting as well; name it in one list
    """

    open: tuple[str, ...] = checked(f.names, default=())
    queued: tuple[str, ...] = checked(f.names, default=())
    waiting: tuple[str, ...] = checked(f.names, default=())
    parked: tuple[str, ...] = checked(f.names, default=())
    done: tuple[str, ...] = checked(f.names, default=())
    ignored: tuple[str, ...] = checked(f.names, default=())
    other: str = checked(lambda v, n: f.choice(v, n, OTHER), default="error")
    untaken: tuple[str, ...] = checked(f.names, default=())

    def __attrs_post_init__(self) -> None:
        seen: dict[str, str] = {}
        for status in STATUSES:
            for value in getattr(self, status):
                if value in seen:
                    raise ConfigurationError(
                        f"{value!r} is in {seen[value]} as well",
                        field=status,
                        value=value,
                        remedy="name it in one list",
                    )
                seen[value] = status
        for value in self.untaken:
            if value not in self.open:
                raise ConfigurationError(
                    f"{value!r} is not in open",
                    field="untaken",
                    value=value,
                    remedy="name only states that are in the list open as well",
                )

    def by_value(self) -> dict[str, str]:
        """State value -> what it means."""
        return {value: status for status in STATUSES for value in getattr(self, status)}


@attrs.frozen
class Levels(Record):
    """Which number each priority, impact and urgency is; without a table the values are numbers."""

    priority: Mapping[str, int] = checked(f.levels, default=_EMPTY)
    impact: Mapping[str, int] = checked(_factors, default=_EMPTY)
    urgency: Mapping[str, int] = checked(_factors, default=_EMPTY)


@attrs.frozen
class Groups(Record):
    """How groups become teams.

    `missing`: the team of items without any group. `lines`: the support line of a group by the
    end of its name (else 1), kept as the team's rank.
    """

    missing: str = checked(f.identifier, default="unassigned")
    lines: Mapping[str, int] = checked(f.levels, default=_EMPTY)


@attrs.frozen
class People(Record):
    """How assignees become agents.

    A group is secondary for an agent when fewer than `secondary_least` of his items, or a share
    below `secondary_share` of them, were in it. His capacity is the `capacity_percentile` of the
    items he held at once. `leave_out` are no people; what `system` users do is no agent's update.
    """

    leave_out: tuple[str, ...] = checked(f.names, default=())
    system: tuple[str, ...] = checked(f.names, default=())
    secondary_share: float = checked(_share, default=0.1)
    secondary_least: int = checked(f.positive_int, default=3)
    capacity_percentile: float = checked(_percentile, default=90.0)


@attrs.frozen
class Conversion(Record):
    """What becomes a command.

    `agent_update`: what an agent's update without any change is, ``reply`` or ``nothing``.
    `keep_agent`: whether a transfer keeps its agent.
    """

    agent_update: str = checked(lambda v, n: f.choice(v, n, UPDATES), default="reply")
    keep_agent: bool = checked(f.flag, default=False)


def _workspace(value: Any, field: str) -> FrozenDict[str, Any]:
    found = FrozenDict(f.pairs(value, field))
    for key in ("teams", "agents", "schema"):
        if key in found:
            raise ConfigurationError(
                "the import makes these itself",
                field=f"{field}.{key}",
                value=key,
                remedy="take it out of the mapping",
            )
    return found


@attrs.frozen
class LogMapping(Record):
    """A whole mapping file.

    Parameters
    ----------
    name : str
        What reports call it.
    reader : {'csv', 'xes', 'jsonl'}
        The file format that it is for.
    fields : Fields
    file, time, window, states, levels, groups, people, commands : optional
        One table each; see their classes.
    workspace : mapping, optional
        Fields of `Workspace` for the desk that is made, such as ``item_order``.
    notes : list of str
        What is assumed about this export; copied to the report.

    Examples
    --------
    >>> from assignwork.intake.mapping import LogMapping
    >>> LogMapping.from_dict({"name": "x", "reader": "csv", "fields": {"case": "id", "att": "t"}})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: fields.att: unknown key; did you mean 'at'?
    """

    name: str = checked(f.identifier)
    reader: str = checked(lambda v, n: f.choice(v, n, READERS))
    fields: Fields = checked(_table(Fields))
    file: FileShape = checked(_table(FileShape), factory=FileShape)
    time: Time = checked(_table(Time), factory=Time)
    window: Window = checked(_table(Window), factory=Window)
    states: States = checked(_table(States), factory=States)
    levels: Levels = checked(_table(Levels), factory=Levels)
    groups: Groups = checked(_table(Groups), factory=Groups)
    people: People = checked(_table(People), factory=People)
    commands: Conversion = checked(_table(Conversion), factory=Conversion)
    workspace: Mapping[str, Any] = checked(_workspace, default=_EMPTY)
    notes: tuple[str, ...] = checked(f.names, default=())
