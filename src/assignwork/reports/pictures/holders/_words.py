"""What the picture says: its title, how to read it, and what is told when it is pointed at."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from assignwork.reports.pictures._drawing import label
from assignwork.reports.pictures.holders._layout import Layout
from assignwork.reports.text import duration, plural
from assignwork.reports.timeline import Span

_DAY = "%a %H:%M"


def title(layout: Layout) -> str:
    """Who held the first item, in a sentence."""
    item, spans = next(iter(layout.spans.items()))
    lasted = sum(span.end - span.begin for span in spans)
    waited = sum(span.end - span.begin for span in spans if span.who is None)
    count = len(layout.handed_on(item))
    times = {1: "once", 2: "twice"}.get(count, f"{count:,} times")
    moved = f"handed on {times}" if count else "not handed on"
    owner = f"{duration(waited)} of it without an owner" if waited else "never without an owner"
    return f"Who held {label(item)} when: {moved} in {duration(lasted)}, {owner}"


def lead(layout: Layout) -> str:
    """How to read it."""
    lead = "A bar is the time for which an agent had it, a line a handoff at a shift's end; "
    lead += "grey: the agent was active"
    lead += ", with the local hours of the shift." if layout.with_hours else "."
    if len(layout.colours) > 1:
        others = plural(len(layout.colours) - 1, "other item")
        lead += f" With it {others} handed on in that time."
    members, shown = len(layout.holdings.members), len(layout.rows)
    if shown < members:
        lead += f" {shown} of {members} agents are shown: who had it."
    return lead


def active(layout: Layout, name: str, begin: float, end: float) -> str:
    """Of a time at which an agent was active."""
    return f"{label(name)} active {_lasted(layout, name, begin, end)}"


def held(layout: Layout, item: str, span: Span) -> str:
    """Of a time at which an agent had an item, or nobody."""
    who = "nobody" if span.who is None else label(span.who)
    parked = "" if span.state == "assigned" else f", {span.state}"
    lasted = _lasted(layout, span.who, span.begin, span.end)
    return f"{who} had {label(item)}{parked} {lasted}"


def handed_on(layout: Layout, event: Any, left: str) -> str:
    """Of a handoff, and of who had the item before."""
    who = f"from {label(left)} to {label(event.to_agent)}"
    zone = layout.zone_of(event.to_agent)
    when = clock(event.at, layout.zone, _DAY)
    if zone is not None:
        when += f" ({clock(event.at, zone)} local time)"
    return f"{label(event.item)} handed on {who}<br>{when}, open for {duration(event.open_for)}"


def said(event: Any, word: str) -> str:
    """Of a mark."""
    if event.kind == "escalated":
        told = ", ".join(label(name) for name in (*event.notified, *event.watchers))
        return f"step {event.level}" + (f", told {told}" if told else "")
    if event.kind.startswith("sla_"):
        return f"{event.target.replace('_', ' ')} {word}"
    return f"update {word}"


def clock(at: float, zone: tzinfo, shape: str = "%H:%M") -> str:
    """What a clock in the zone shows."""
    return datetime.fromtimestamp(at, zone).strftime(shape)


def _lasted(layout: Layout, name: str | None, begin: float, end: float) -> str:
    """How long and when, on the page's clock and on his own."""
    told = duration(end - begin)
    for zone, whose in ((layout.zone, ""), (layout.zone_of(name), " local time")):
        if zone is not None and (not whose or zone != layout.zone):
            told += f"<br>{clock(begin, zone, _DAY)} to {clock(end, zone, _DAY)}{whose}"
    return told
