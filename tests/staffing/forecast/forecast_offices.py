"""Made histories: an office whose customers keep to the local clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from assignwork.model import Calendar
from assignwork.staffing.forecast import ArrivalHistory

ZONE = "Europe/Madrid"
HOURS = {"mon-fri": ["09:00-17:00"]}
BY_HOUR = (12, 30, 41, 38, 22, 19, 25, 14)  # from 9 o'clock on
BY_WEEKDAY = (1.4, 1.0, 0.9, 0.9, 1.1)
MONDAY = date(2026, 1, 5)


def at(day, hour=0, zone=ZONE):
    """POSIX seconds of an hour of a local day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).timestamp()


def usual(day, hour):
    return BY_WEEKDAY[day.weekday()] * BY_HOUR[hour - 9]


def office(weeks, *, closed=(), first=MONDAY, factor=None, seed=None, **options):
    """Hours of weeks; exactly what is usual, rounded, or Poisson where there is a seed.

    `factor` is of a day: by how much more come.
    """
    rng = None if seed is None else np.random.default_rng(seed)
    starts, counts = [], []
    for n in range(7 * weeks):
        day = first + timedelta(n)
        if day.weekday() > 4 or day.isoformat() in closed:
            continue
        for hour in range(9, 17):
            mean = usual(day, hour) * (factor(day) if factor else 1.0)
            starts.append(at(day, hour))
            counts.append(round(mean) if rng is None else int(rng.poisson(mean)))
    shut = {each: [] for each in options.pop("shut", closed)}
    calendar = Calendar("office", ZONE, HOURS, shut)
    # from the first midnight on, so that a closed first day does not move the start
    starts.append(at(first))
    counts.append(0)
    last = at(first + timedelta(7 * weeks)) - 3600
    starts.append(last)
    counts.append(0)
    return ArrivalHistory.of_intervals(starts, counts, 3600, calendar=calendar, **options)
