"""The pictures of the page: each one question a shift manager asks, drawn with plotly.

A `Picture` has a title that says what is seen, a sentence on how to read it, and a figure.
"""

from __future__ import annotations

from collections.abc import Callable

from assignwork.reports.pictures._drawing import Desk, Picture, load_extra
from assignwork.reports.pictures.agents import loads, occupancy
from assignwork.reports.pictures.moves import helped, reassigned
from assignwork.reports.pictures.promises import attainment, escalations
from assignwork.reports.pictures.queues import keeping_up, queues
from assignwork.reports.pictures.waits import hours_of_day, waits_by_priority, waits_by_team

__all__ = ["Desk", "Picture", "load_extra", "pictures"]

_MAKERS: tuple[Callable[[Desk], Picture | None], ...] = (
    waits_by_priority, waits_by_team, hours_of_day, attainment, escalations, queues, keeping_up,
    loads, occupancy, helped, reassigned,
)  # fmt: skip


def pictures(desk: Desk) -> list[Picture]:
    """All pictures for which there is something to see, in the order of the page."""
    return [made for maker in _MAKERS if (made := maker(desk)) is not None]
