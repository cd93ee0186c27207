"""What stands where in the picture: the items, the rows, and the time that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from assignwork.reports.pictures.holders._holdings import Holdings
from assignwork.reports.pictures.holders._looks import COLOURS, MARKS
from assignwork.reports.text import DAY
from assignwork.reports.timeline import Span

NOBODY = "nobody"
"""The row of items that nobody has."""
_MOST_AGENTS = 60
_ALL_AGENTS = 16
"""Up to so many are all shown; of more, those who held one of the items."""
_WITH_HOURS = 3 * DAY
"""Seconds; a longer picture has no room for the local hours of shifts."""


class Layout:
    """Where everything stands in a picture of these items.

    Attributes
    ----------
    colours : dict of str to str
        The items shown, and the colour of each.
    spans : dict of str to list of Span
        Where each item was while it was open.
    begin, end : float
        The instants at the picture's edges, POSIX seconds.
    log_end : float
        The instant at which the log ends, POSIX seconds.
    groups : dict of str to str
        The agents shown, from top to bottom, and the group that each stands in.
    above, rows : dict of str to int
        The places of the rows above the agents, by name, and of the agents.
    """

    def __init__(
        self, holdings: Holdings, zone: tzinfo, items: Sequence[str], until: float | None
    ) -> None:
        self.holdings = holdings
        self.zone = zone
        self.colours = dict(zip(items, COLOURS, strict=False))
        self.spans: dict[str, list[Span]] = {item: holdings.spans(item, until) for item in items}
        first, last = holdings.shown_between(items, until)
        spare = max((last - first) / 16, 60.0)
        self.begin, self.end = first - spare, last + spare
        self.log_end = holdings.end if until is None else max(holdings.end, until)
        self.groups = self._grouped()
        self.above = {name: i for i, name in enumerate(self._above())}
        self.rows = {name: i for i, name in enumerate(self.groups, start=len(self.above))}

    @property
    def with_hours(self) -> bool:
        """Whether there is room for the local hours of shifts."""
        return self.end - self.begin <= _WITH_HOURS

    @property
    def bar(self) -> tuple[float, float]:
        """Between what parts of a row's height, from its middle, the bars of items stand."""
        return (-0.4, 0.08) if self.with_hours else (-0.36, 0.36)

    @property
    def height(self) -> int:
        """Pixels."""
        return 56 + (38 if self.with_hours else 24) * (len(self.above) + len(self.rows))

    def lane(self, item: str, span: Span) -> tuple[float, float]:
        """Offset and height of a bar within its row, beside others of the same time."""
        beside = [
            other
            for other, spans in self.spans.items()
            if other == item
            or any(s.who == span.who and s.begin < span.end and span.begin < s.end for s in spans)
        ]
        low, high = self.bar
        height = (high - low) / len(beside)
        return low + height * (beside.index(item) + 0.5), height

    def handed_on(self, item: str) -> list[tuple[Any, str, float]]:
        """Its handoffs, each with who had it before, and until when.

        Colleagues through whose hands it went at one instant did not have it.
        """
        last = {event.at: event for event in self.holdings.of(item, "handoff")}
        held = [(span.who, span) for span in self.spans[item] if span.who is not None]
        return [
            (last[span.begin], before, until.end)
            for (before, until), (who, span) in pairwise(held)
            if span.begin in last and last[span.begin].to_agent == who != before
        ]

    def marked(self, kind: str) -> Iterator[Any]:
        """The items' events of a kind."""
        for item in self.colours:
            yield from self.holdings.of(item, kind)

    def zone_of(self, name: str | None) -> tzinfo | None:
        """The time zone of an agent's shift, if he has one."""
        timezone = None if name is None else self.holdings.members[name].timezone
        return None if timezone is None else ZoneInfo(timezone)

    def seen(self, begin: float, end: float) -> bool:
        """Whether a part of this time is shown."""
        return begin <= self.end and end >= self.begin

    def clipped(self, begin: float, end: float) -> tuple[float, float]:
        """The part of this time that is shown."""
        return max(begin, self.begin), min(end, self.end)

    def wall(self, at: float) -> datetime:
        """What the page's clock shows, as plotly counts: to the second."""
        return datetime.fromtimestamp(at, self.zone).replace(tzinfo=None, microsecond=0)

    def _above(self) -> list[str]:
        kinds = [kind for kind in MARKS if any(self.marked(kind))]
        rows = list(dict.fromkeys(MARKS[kind][0] for kind in kinds))
        waits = any(span.who is None for spans in self.spans.values() for span in spans)
        return [*rows, NOBODY] if waits else rows

    def _grouped(self) -> dict[str, str]:
        """Who held first comes first, and so does his group."""
        since: dict[str, float] = {}
        for spans in self.spans.values():
            for span in spans:
                if span.who is not None and self.seen(span.begin, span.end):
                    since[span.who] = min(span.begin, since.get(span.who, span.begin))
        members = self.holdings.members
        few = len(members) <= _ALL_AGENTS
        shown = [name for name in members if few or name in since]
        shown = sorted(shown, key=lambda name: since.get(name, self.end))[:_MOST_AGENTS]
        by_zone = len({members[name].timezone for name in shown}) > 1
        of = {
            name: _city(members[name].timezone or "-") if by_zone else members[name].team
            for name in shown
        }
        order = list(dict.fromkeys(of.values()))
        return dict(sorted(of.items(), key=lambda entry: order.index(entry[1])))


def _city(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")
