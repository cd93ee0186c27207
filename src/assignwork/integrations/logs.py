"""Structured logs of a desk: one record for each event, its fields as fields.

An `EventLogger` writes to the logger it is given: one of structlog's (the extra ``logging``) gets
the fields as keywords, one of the standard library gets them as ``extra``, and `JsonFormatter`
makes lines of JSON of those. Which of the two is said by the caller, never by what happens to be
installed. The library itself logs nothing.

Ids and texts come from outside: control characters in them are escaped before any logger sees
them, so that none ends a line, forges another one or commands a terminal, whatever renders it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.events import KINDS, Event

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What ends a line, moves a cursor or turns the direction of writing.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

_STANDARD = frozenset({*vars(logging.makeLogRecord({})), "asctime", "message", "taskName"})
_OWN = frozenset({"event", "exception", "level", "logger", "timestamp"})
_TAKEN = _STANDARD | _OWN | {"at_iso", "method_name", "positional_args", "self", "stack"}
"""Names that loggers give to things of their own, such as the level."""


class EventLogger:
    """A subscriber to a desk's events that logs each of them.

    Call it with the events that a command returned. A record has `event` (the kind), `seq`, `at`
    (POSIX seconds), `at_iso` (the same in UTC) and the event's other fields under their names on
    the wire; a name that loggers use themselves has `event_` before it (`event_level`, the level of
    an escalation).

    Parameters
    ----------
    logger : logging.Logger or a logger of structlog, optional
        Default is the standard library's logger ``assignwork.events``.
    level : str or int, default 'info'
        Of all records: debug, info, warning, error, critical, or the number of one of them. For
        several levels use several loggers, each for its kinds.
    kinds : list of str, optional
        The kinds of event to log; default is all.

    Raises
    ------
    ConfigurationError
        For a logger, level or kind that cannot be used.

    Examples
    --------
    >>> import logging, sys
    >>> from assignwork.events import Closed
    >>> logger = logging.getLogger("example")
    >>> logger.setLevel("INFO")
    >>> logger.addHandler(logging.StreamHandler(sys.stdout))
    >>> EventLogger(logger)([Closed(7, 5.0, "t-1", "ana")])
    closed seq=7 at=5.0 at_iso="1970-01-01T00:00:05.000+00:00" item="t-1" agent="ana"
    """

    def __init__(
        self,
        logger: Any = None,
        *,
        level: str | int = "info",
        kinds: Iterable[str] | None = None,
    ) -> None:
        self._logger = logging.getLogger("assignwork.events") if logger is None else logger
        self._standard = isinstance(self._logger, logging.Logger)
        if not self._standard and not callable(getattr(self._logger, "bind", None)):
            f.refuse(
                "logger",
                logger,
                "a logger",
                "give logging.getLogger(...) or structlog.get_logger(...)",
            )
        self._method = _method(level)
        self._level = _LEVELS[self._method]
        names = KINDS if kinds is None else f.entries(kinds, "kinds", "a list of kinds")
        self._kinds = frozenset(KINDS[f.choice(kind, "kinds", KINDS)] for kind in names)

    def observe(self, events: Iterable[Event]) -> None:
        """Log the events that a command returned, in their order.

        What the logger raises is raised here: the standard library's handlers raise nothing.
        """
        chosen = [event for event in events if type(event) in self._kinds]
        if not chosen:
            return
        logger = self._logger
        if not self._standard:
            write = getattr(logger, self._method)
            for event in chosen:
                write(event.kind, **_fields(event))
        elif logger.isEnabledFor(self._level):
            for event in chosen:
                fields = _fields(event)
                extra = {"event": event.kind, **fields}
                logger.log(self._level, _Message(event.kind, fields), extra=extra, stacklevel=2)

    __call__ = observe


class JsonFormatter(logging.Formatter):
    r"""Formatter of the standard library's handlers: each record is one line, one JSON object.

    `timestamp` is when it was logged (UTC), then `level`, `logger` and `event`: an event's kind, or
    the message of a record that came from elsewhere. All fields of a record's ``extra`` follow, and
    `exception` where there is one; a field of one of these names has `extra_` before it.

    Examples
    --------
    >>> record = logging.makeLogRecord({"msg": "hello\nworld", "name": "web", "levelname": "INFO"})
    >>> record.created = 0.0
    >>> print(JsonFormatter().format(record))  # doctest: +NORMALIZE_WHITESPACE
    {"timestamp": "1970-01-01T00:00:00.000+00:00", "level": "info", "logger": "web",
     "event": "hello\nworld"}
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        found = {
            "timestamp": _iso(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": extra.pop("event", None) or record.getMessage(),
        }
        for name, value in extra.items():
            found[f"extra_{name}" if name in _OWN else name] = value
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        elif record.exc_text:
            found["exception"] = record.exc_text
        return _json(found)


class _Message:
    """What a formatter of plain text shows of an event; made only when one asks."""

    __slots__ = ("_fields", "_kind")

    def __init__(self, kind: str, fields: Mapping[str, Any]) -> None:
        self._kind = kind
        self._fields = fields

    def __str__(self) -> str:
        said = (f"{name}={_json(value)}" for name, value in self._fields.items())
        return " ".join((self._kind, *said))


def _fields(event: Event) -> dict[str, Any]:
    wire = event.to_dict()
    found = {"seq": wire.pop("seq"), "at": wire.pop("at"), "at_iso": _iso(event.at)}
    del wire["event"]
    for name, value in wire.items():
        found[f"event_{name}" if name in _TAKEN else name] = _safe(value)
    return found


def _safe(value: Any) -> Any:
    """The value with its control characters escaped, also those of keys; plain dicts and lists."""
    if isinstance(value, str):
        return value if value.isprintable() else _CONTROLS.sub(_escaped, value)
    if isinstance(value, Mapping):
        return {_safe(key): _safe(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe(entry) for entry in value]
    return value


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _iso(at: float) -> str | None:
    try:
        return (_EPOCH + timedelta(seconds=at)).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError):
        return None  # no calendar shows it


def _json(value: Any) -> str:
    try:
        return json.dumps(value, default=repr, allow_nan=False)
    except ValueError:  # NaN or infinity, which JSON does not know
        return json.dumps(_finite(value), default=repr)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and value - value != 0:
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value


def _method(level: str | int) -> str:
    name = level.lower() if isinstance(level, str) else level
    for method, number in _LEVELS.items():
        if name in {method, number} and not isinstance(level, bool):
            return method
    raise ConfigurationError(
        f"{f.shown(level)} is no level",
        field="level",
        value=level,
        remedy=f"give one of {', '.join(_LEVELS)}",
    )
