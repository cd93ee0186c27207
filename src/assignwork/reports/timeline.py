"""An item's whole history at a glance: every event of it, who and why, and where it was when.

`timeline` needs nothing but the log (rule H3). It prints as text, shows as a table with a bar in a
notebook, and becomes a page of its own with `to_html`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from html import escape
from typing import Any, NamedTuple

import attrs

from assignwork.errors import UnknownItemError
from assignwork.events import Event
from assignwork.reports._bar import bar
from assignwork.reports._story import told
from assignwork.reports.text import aligned, duration, plural, tables_html


@attrs.frozen
class Entry:
    """One event of the item.

    Attributes
    ----------
    seq : int
        Its place in the desk's history.
    at : float
        Its instant, POSIX seconds.
    kind : str
    who : str
        Who did it or whom it concerns; empty where nobody is named.
    what : str
        What happened and why, in words.
    """

    seq: int
    at: float
    kind: str
    who: str
    what: str


@attrs.frozen
class Span:
    """A time in which the item stood in one state.

    Attributes
    ----------
    state : {'held', 'queued', 'offered', 'assigned', 'snoozed', 'closed'}
    who : str or None
        Whose it was, or to whom it was offered.
    team : str or None
        To whose inbox it belonged; None: no event has said it yet.
    begin, end : float
        POSIX seconds; the end is not part of it.
    """

    state: str
    who: str | None
    team: str | None
    begin: float
    end: float


@attrs.frozen
class Timeline:
    """The history of one item; made by `timeline`.

    Attributes
    ----------
    item : str
    entries : tuple of Entry
        Every event of it, in order.
    spans : tuple of Span
        Where it was when, without gaps; what held for no time at all is left out.
    end : float
        The last instant that the log tells of, POSIX seconds.
    zone : tzinfo
        In which instants are shown.
    """

    item: str
    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]
    end: float
    zone: tzinfo = UTC

    @property
    def begin(self) -> float:
        """The instant of its first event, POSIX seconds."""
        return self.entries[0].at

    def time_in(self, state: str) -> float:
        """Seconds in a state, in all."""
        return sum(span.end - span.begin for span in self.spans if span.state == state)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "item": self.item,
            "end": self.end,
            "entries": [attrs.asdict(entry) for entry in self.entries],
            "spans": [attrs.asdict(span) for span in self.spans],
        }

    def __str__(self) -> str:
        return "\n".join([self._title(), *aligned(self._rows())])

    def _title(self) -> str:
        states = dict.fromkeys(span.state for span in self.spans if span.state != "closed")
        spent = ", ".join(f"{state} {duration(self.time_in(state))}" for state in states)
        count = plural(len(self.entries), "event")
        return f"item {self.item}: {count}" + (f"; {spent}" if spent else "")

    def _rows(self) -> list[list[str]]:
        rows = [["at", "after", "", "", ""]]  # words stand to the left under no heading
        shown = [self._instant(entry.at) for entry in self.entries]
        for i, (entry, at) in enumerate(zip(self.entries, shown, strict=True)):
            same = i > 0 and shown[i - 1] == at
            after = "" if same else duration(entry.at - self.begin)
            rows.append(["" if same else at, after, entry.kind, entry.who, entry.what])
        return rows

    def _instant(self, at: float) -> str:
        return datetime.fromtimestamp(at, self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def _repr_html_(self) -> str:
        table = tables_html([(self._title(), self._rows())])
        return f'<div class="assignwork-timeline">{bar(self)}{table}</div>'

    def to_html(self) -> str:
        """A whole page that loads nothing; the same log gives the same bytes."""
        return _PAGE.format(title=escape(f"Item {self.item}"), body=self._repr_html_())


def timeline(
    events: Iterable[Event], item: str, *, until: float | None = None, zone: tzinfo = UTC
) -> Timeline:
    """The whole history of an item.

    Parameters
    ----------
    events : iterable of Event
        A log, in order; read once, and only the item's events are kept.
    item : str
        Its id.
    until : float, optional
        POSIX seconds at which to end; default: the log's last event.
    zone : tzinfo, default UTC
        In which instants are shown.

    Raises
    ------
    UnknownItemError
        When the log has no event of it.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace([Team("t")], [Agent("ana", primary=["t"])]))
    >>> item = WorkItem("1", team="t", priority=3)
    >>> events = [*desk.submit(item, now=0.0), *desk.close("1", now=90.0)]
    >>> print(timeline(events, "1"))
    item 1: 3 events; assigned 2 min
      at                   after
      1970-01-01 00:00:00    0 s  queued         in the queue of t, priority 3 (given)
                                  assigned  ana  in t, as primary after 0 s, by dispatch: balanced
      1970-01-01 00:01:30  2 min  closed    ana
    """
    found: list[Event] = []
    end: float | None = None
    for event in events:
        if until is not None and event.at > until:
            break
        end = event.at
        if getattr(event, "item", None) == item:
            found.append(event)
    if not found or end is None:
        raise UnknownItemError(
            f"the log has no event of item {item!r}",
            value=item,
            remedy="give the id of an item of this log, and the log from its first event",
        )
    end = end if until is None else max(end, until)
    entries = tuple(Entry(e.seq, e.at, e.kind, *told(e, zone)) for e in found)
    return Timeline(item, entries, _spans(found, end), end, zone)


class _Place(NamedTuple):
    """Where the item is between two events."""

    state: str
    who: str | None
    team: str | None


def _spans(events: Iterable[Any], end: float) -> tuple[Span, ...]:
    """Where the item was from one event to the next, neighbours that say the same made one."""
    found: list[Span] = []
    place, since = _Place("", None, None), 0.0
    for event in events:
        move = _MOVES.get(event.kind)
        after = place if move is None else move(event, place)
        if after != place:
            _extend(found, place, since, event.at)
            place, since = after, event.at
    _extend(found, place, since, end)
    return tuple(found)


def _extend(found: list[Span], place: _Place, begin: float, end: float) -> None:
    if not place.state or end <= begin:
        return
    last = found[-1] if found else None
    if last is not None and (last.state, last.who, last.team) == place:
        found[-1] = attrs.evolve(last, end=end)
    else:
        found.append(Span(*place, begin, end))


def _back(event: Any, place: _Place) -> _Place:
    """Woken or reopened: somebody's, or nobody's until it is queued."""
    return _Place("assigned" if event.agent else "queued", event.agent, place.team)


_MOVES: dict[str, Callable[[Any, _Place], _Place]] = {
    "held": lambda e, _: _Place("held", None, e.team),
    "queued": lambda e, _: _Place("queued", None, e.team),
    "offered": lambda e, _: _Place("offered", e.agent, e.team),
    "assigned": lambda e, _: _Place("assigned", e.agent, e.team),
    "released": lambda _, place: _Place("queued", None, place.team),
    "offer_ended": lambda _, place: _Place("queued", None, place.team),
    "snoozed": lambda _, place: place._replace(state="snoozed"),
    "woken": _back,
    "reopened": _back,
    "transferred": lambda e, place: place._replace(
        team=e.team, who=e.agent if place.state == "snoozed" else place.who
    ),
    "closed": lambda e, place: _Place("closed", e.agent, place.team),
}


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 24px auto; max-width: 1200px; padding: 0 16px; font: 15px/1.45 system-ui, \
sans-serif; color: #1d2126; background: #fff; }}
table {{ border-collapse: collapse; margin-top: 16px; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; font-weight: 600; padding: 4px 0; }}
th, td {{ text-align: left; vertical-align: top; padding: 3px 12px 3px 0; \
border-bottom: 1px solid #dfe3e8; }}
td:nth-child(-n+2) {{ white-space: nowrap; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
