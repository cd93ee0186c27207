"""Event logs: JSON Lines of events, in the order in which they happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assignwork._fields import refuse
from assignwork.events import Event, event_from_dict
from assignwork.wire.lines import Given, OnError, read_lines
from assignwork.wire.targets import replacing

_encode = json.JSONEncoder(allow_nan=False).encode


def event_line(event: Event) -> str:
    r"""One event as a line of the log, with its line end.

    Examples
    --------
    >>> from assignwork.events import Closed
    >>> event_line(Closed(7, 5.0, "t-1", "ana"))
    '{"seq": 7, "at": 5.0, "event": "closed", "item": "t-1", "agent": "ana"}\n'
    """
    return _encode(event.to_dict()) + "\n"


def write_events(path: str | Path, events: Iterable[Event]) -> Path:
    """Write an event log; the file at `path` is replaced when all of it is written.

    Parameters
    ----------
    path : str or Path
        A name that ends in ``.gz`` is compressed.
    events : iterable of Event

    Returns
    -------
    Path
        Of the file.
    """
    with replacing(path) as out:
        out.writelines(event_line(event) for event in events)
    return Path(path)


def read_events(source: Given, *, on_error: OnError | None = None) -> Iterator[Event]:
    """The events of a log, as a stream.

    Parameters
    ----------
    source : Source, str or Path
        Plain or gzip; ``-`` is standard input.
    on_error : callable, optional
        Called with the `InputError` of a line that cannot be used; reading then goes on.

    Raises
    ------
    InputError
        With file, line, field, value and remedy.
    """
    for _, event in read_lines(source, _event, expected="events", on_error=on_error):
        yield event


def _event(data: Any) -> Event:
    if not isinstance(data, Mapping):
        refuse("", data, "a JSON object with an event")
    return event_from_dict(data)
