"""The pictures of the page: each one question a shift manager asks, drawn with plotly.

A `Picture` has a title that says what is seen, a sentence on how to read it, and a figure.
"""

from __future__ import annotations

from collections.abc import Callable

from assignwork.reports.pictures._drawing import Desk, Picture, load_extra
from assignwork.reports.pictures.agents import loads, occupancy
from assignwork.reports.pictures.holders import Holdings, holders
from assignwork.reports.pictures.moves import helped, reassigned
from assignwork.reports.pictures.promises import attainment, escalations
from assignwork.reports.pictures.queues import keeping_up, queues
from assignwork.reports.pictures.waits import hours_of_day, waits_by_priority, waits_by_team

__all__ = ["Desk", "Holdings", "Picture", "holders", "load_extra", "pictures"]

_MAKERS: tuple[Callable[[Desk], Picture | None], ...] = (
    waits_by_priority, waits_by_team, hours_of_day, attainment, escalations, queues, keeping_up,
    loads, occupancy, helped, reassigned,
)  # fmt: skip


def pictures(desk: Desk, holdings: Holdings | None = None) -> list[Picture]:
    """All pictures for which there is something to see, in the order of the page."""
    held = None if holdings is None else holders(holdings, desk.zone, until=desk.summary.end)
    made = [held, *(maker(desk) for maker in _MAKERS)]
    return [picture for picture in made if picture is not None]
