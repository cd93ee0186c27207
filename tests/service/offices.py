"""Calendars of an office, little to write, and the weeks around which clocks change."""

import pytest

from assignwork import ConfigurationError
from assignwork.model.calendars import Calendar
from assignwork.service import WorkingTime

HOUR = 3600
DAY = 24 * HOUR
OFFICE = {"mon-fri": ["10:00-18:00"]}
# weeks around the changes of the clock in 2026 and, for Ramadan, of 2025; UTC dates
CHANGES = {
    "Europe/Lisbon": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Australia/Sydney": ["2026-04-04", "2026-10-03"],
    "Australia/Lord_Howe": ["2026-04-04", "2026-10-03"],
    "Asia/Kolkata": ["2026-03-29"],
    "Africa/Casablanca": ["2025-02-23", "2025-04-06", "2026-02-15", "2026-03-22"],
}


def working(hours, zone="UTC", **more):
    return WorkingTime(Calendar("c", zone, hours, **more))


def refused(**fields):
    with pytest.raises(ConfigurationError) as caught:
        Calendar(**{"id": "c", **fields})
    return caught.value
