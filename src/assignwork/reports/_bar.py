"""The bar of a timeline: states over time, with marks for what stands out; plain SVG.

Nothing is loaded and nothing is drawn by a script, so that it shows in a notebook, in a page and
in a mail. Each mark says its words when the pointer rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from assignwork.reports.text import duration

if TYPE_CHECKING:
    from assignwork.reports.timeline import Entry, Span, Timeline

_WIDTH, _LEFT, _BAR, _TOP = 1000, 4, 26, 34
_HEIGHT = _TOP + _BAR + 34
_LETTER = 6.6  # pixels of a letter at this size, about
_SQUARE = "display:inline-block;width:11px;height:11px"
_COLOURS = {
    "held": "#c9b7e0",
    "queued": "#fdae61",
    "offered": "#fde3b5",
    "assigned": "#74b3e6",
    "snoozed": "#d5d9de",
    "closed": "#eef0f2",
}
_MARKS = {
    "sla_breached": ("#b3261e", "▼", "target breached"),
    "sla_at_risk": ("#e6750d", "▽", "target at risk"),
    "sla_met": ("#2e7d32", "✓", "target met"),
    "escalated": ("#7b1fa2", "▲", "escalated"),
    "replied": ("#1f5fa8", "●", "reply"),
    "acknowledged": ("#00695c", "◆", "acknowledged"),
    "update_overdue": ("#b3261e", "□", "update overdue"),
    "handoff": ("#5b6470", "⇄", "handoff"),
    "reopened": ("#5b6470", "↺", "reopened"),
    "rated": ("#5b6470", "★", "rated"),
}


def bar(timeline: Timeline) -> str:
    """The bar with its marks and their meanings as an SVG element."""
    begin, end = timeline.begin, timeline.end
    long = end - begin
    last = timeline.spans[-1] if timeline.spans else None
    if last is not None and last.state == "closed":
        # what comes after the end is of no interest, but a reader should see that it came
        end = min(end, max(last.begin + 0.06 * (last.begin - begin), _last_mark(timeline)))
    scale = (_WIDTH - 2 * _LEFT) / ((end - begin) or 1.0)
    parts = [_span(span, begin, end, scale) for span in timeline.spans if span.begin < end]
    marks = [entry for entry in timeline.entries if entry.kind in _MARKS]
    parts += [_mark(entry, _LEFT + (entry.at - begin) * scale) for entry in marks]
    parts.append(_axis(end - begin, closed=long > end - begin))
    label = escape(f"states of item {timeline.item} over time")
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}" '
        f'style="width:100%;max-width:{_WIDTH}px;height:auto" font-family="system-ui, sans-serif" '
        f'font-size="12">{"".join(parts)}</svg>{_legend(timeline.spans, marks)}'
    )


def _last_mark(timeline: Timeline) -> float:
    return max((e.at for e in timeline.entries if e.kind in _MARKS), default=timeline.begin)


def _span(span: Span, begin: float, end: float, scale: float) -> str:
    x = _LEFT + (span.begin - begin) * scale
    width = (min(span.end, end) - span.begin) * scale
    name = span.who if span.state in ("assigned", "offered") and span.who else span.state
    about = f"{span.state}{' ' + span.who if span.who else ''}"
    about += f"{' in ' + span.team if span.team else ''}: {duration(span.end - span.begin)}"
    words = ""
    if width > _LETTER * len(name) + 8:
        middle = _TOP + _BAR / 2 + 4
        words = f'<text x="{x + 5:.1f}" y="{middle:.1f}" fill="#1d2126">{escape(name)}</text>'
    return (
        f'<g><title>{escape(about)}</title><rect x="{x:.1f}" y="{_TOP}" width="{width:.1f}" '
        f'height="{_BAR}" fill="{_COLOURS[span.state]}" stroke="#fff" stroke-width="1"/>{words}</g>'
    )


def _mark(entry: Entry, x: float) -> str:
    colour, sign, name = _MARKS[entry.kind]
    about = ": ".join(part for part in (name, entry.who, entry.what) if part)
    row = 12 if entry.kind == "replied" else 27
    return (
        f'<g fill="{colour}"><title>{escape(about)}</title>'
        f'<text x="{x:.1f}" y="{row}" text-anchor="middle" font-size="14">{sign}</text>'
        f'<rect x="{x - 0.5:.1f}" y="{row + 2}" width="1" height="{_TOP + _BAR - row}"/></g>'
    )


def _axis(seconds: float, *, closed: bool) -> str:
    y = _TOP + _BAR + 18
    steps = 4
    found = []
    for i in range(steps + 1):
        x = _LEFT + i * (_WIDTH - 2 * _LEFT) / steps
        anchor = "start" if i == 0 else "end" if i == steps else "middle"
        text = "0" if i == 0 else f"+{duration(i * seconds / steps)}"
        if i == steps and closed:
            text += " (and on)"
        found.append(
            f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" fill="#5b6470">{text}</text>'
        )
    return "".join(found)


def _legend(spans: Sequence[Span], marks: Sequence[Entry]) -> str:
    states = dict.fromkeys(span.state for span in spans)
    parts = [
        f'<span><i style="{_SQUARE};background:{_COLOURS[state]}"></i> {state}</span>'
        for state in states
    ]
    for kind in dict.fromkeys(entry.kind for entry in marks):
        colour, sign, name = _MARKS[kind]
        parts.append(f'<span><span style="color:{colour}">{sign}</span> {name}</span>')
    style = "display:flex;flex-wrap:wrap;gap:2px 14px;font:12px system-ui, sans-serif"
    return f'<div style="{style}">{"".join(parts)}</div>'
