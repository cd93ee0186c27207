"""How things look: the colours of items, so many as are drawn, and the marks of events."""

from __future__ import annotations

from assignwork.reports.pictures._drawing import BLUE, DARK_ORANGE, GREY, ORANGE

COLOURS = ("#009e73", "#cc79a7", "#56b4e9", "#8a6fd1")
"""Of items: told apart by the colour-blind, and unlike those of the marks."""
ACTIVE = "rgba(140,148,158,0.26)"
NOBODYS = "#c0392b"
MARKS = {
    "sla_met": ("promises", "circle", BLUE, "kept"),
    "sla_at_risk": ("promises", "diamond", ORANGE, "at risk"),
    "sla_breached": ("promises", "x", DARK_ORANGE, "breached"),
    "escalated": ("escalations", "triangle-up", GREY, "escalated"),
    "update_posted": ("updates", "circle", BLUE, "posted"),
    "update_overdue": ("updates", "x", DARK_ORANGE, "overdue"),
}
"""Kind of event -> row, symbol and colour of its mark, and what it says."""
