"""The window of a log that is fitted, and the time zone of its hours."""

from __future__ import annotations

import numpy as np

from assignwork.errors import ConfigurationError
from assignwork.model import Workspace
from assignwork.model.hours import zone_name
from assignwork.simulation._hours import usual_zone
from assignwork.simulation.fitting._clock import DAY, Clock
from assignwork.simulation.fitting._history import History


def zone_of(workspace: Workspace, given: str | None) -> str:
    """The time zone that is given, else that of most calendars, else UTC."""
    return usual_zone(workspace) if given is None else zone_name(given, "time_zone")


def whole_window(
    history: History, zone: str, start: float | None, end: float | None
) -> tuple[float, float]:
    """From `start` to `end`; by default the midnights around all who come from outside.

    Raises
    ------
    ConfigurationError
        When nobody arrives in it.
    """
    arrived = [course.arrived_at for course in history.courses if course.first]
    if not arrived:
        raise ConfigurationError(
            "nobody arrives in the log",
            field="log",
            value=0,
            limit="at least one item that is queued",
            remedy="give a log that has the arrivals of items, and its events from the first on",
        )
    clock = Clock(zone, min(arrived) - DAY, max(arrived) + DAY)
    first, last = clock.days(np.array([min(arrived), max(arrived)])).tolist()
    found = (
        clock.midnight(first) if start is None else start,
        clock.midnight(last + 1) if end is None else end,
    )
    inside = sum(found[0] <= at < found[1] for at in arrived)
    if not inside:
        field = "end" if start is None else "start"
        raise ConfigurationError(
            f"nobody arrives from {found[0]:.0f} to {found[1]:.0f}; the log's {len(arrived):,} "
            f"arrivals are from {min(arrived):.0f} to {max(arrived):.0f}",
            field=field,
            value=found[0] if field == "start" else found[1],
            limit="a window with arrivals, in POSIX seconds",
            remedy="give a start and an end that hold some of them",
        )
    return found
