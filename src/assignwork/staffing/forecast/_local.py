"""From consecutive intervals of real time to local days of equal length, as shifts are planned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignwork.service.offsets import DAY_SECONDS, Offsets
from assignwork.staffing.forecast._grid import Floats, local_seconds


def by_local_day(values: Sequence[float], start_at: float, interval: int, time_zone: str) -> Floats:
    """Values of consecutive intervals by local day, a row each, and time of day.

    Every day has as many as any other, also one on which clocks change: the hour that is skipped
    has 0, one that comes twice the larger of both. So have, on the first day and the last, times
    before the first interval and after the last: 0.

    Parameters
    ----------
    values : sequence of float
        One of each interval, 0 or more.
    start_at : float
        POSIX seconds at which the first begins.
    interval : int
        Seconds, of each; divides a day.
    time_zone : str

    Examples
    --------
    >>> night = by_local_day([2.0, 9.0, 5.0, 4.0], 1792882800.0, 3600, "Europe/Madrid")
    >>> night.shape, night[0, :5].tolist()  # 2026-10-25: 01:00, 02:00, 02:00 again, 03:00
    ((1, 24), [0.0, 2.0, 9.0, 4.0, 0.0])
    """
    local = local_seconds(int(start_at), interval, len(values), Offsets(time_zone))
    first = local // interval
    # An interval begins within another one of the clock only where clocks change by less than an
    # interval (Lord Howe Island: half an hour); then it counts for both that it reaches into.
    last = (local + interval - 1) // interval
    slots = DAY_SECONDS // interval
    midnight = int(first[0]) // slots * slots
    days = int(first[-1] - midnight) // slots + 1
    found = np.zeros(days * slots)
    given = np.asarray(values, dtype=np.float64)
    for place in (first - midnight, last - midnight):
        within = place < len(found)
        np.maximum.at(found, place[within], given[within])
    return found.reshape(days, slots)
