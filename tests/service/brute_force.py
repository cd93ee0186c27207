"""Working time told minute by minute from the wall clock: slow, and written without the library.

`Naive` asks of each minute what the clock on the wall shows and whether an interval covers that. So
it holds for calendars and zones whose edges lie on whole minutes of UTC.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

MINUTE = 60
ZONES = [
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
]
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _clock(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class Naive:
    """Hours by weekday and by ISO date, as the library's calendars have them, and closed dates."""

    def __init__(self, zone, hours, exceptions=None, closed=()):
        self.zone = ZoneInfo(zone)
        self.hours = hours
        self.exceptions = exceptions or {}
        self.closed = closed

    def intervals(self, day):
        if day.isoformat() in self.exceptions:
            return self.exceptions[day.isoformat()]
        return [] if day in self.closed else self.hours.get(NAMES[day.weekday()], [])

    def covers(self, day, minute):
        """Whether an interval that starts on `day` or the day before covers its minute."""
        for text in self.intervals(day):
            start, end = map(_clock, text.split("-"))
            if start <= minute and (minute < end or end <= start):
                return True
        if day == date.min:
            return False
        for text in self.intervals(day - timedelta(days=1)):
            start, end = map(_clock, text.split("-"))
            if end <= start and minute < end:
                return True
        return False

    def is_working(self, at):
        wall = datetime.fromtimestamp(at, self.zone)
        return self.covers(wall.date(), wall.hour * 60 + wall.minute)

    def minutes(self, first, last):
        """The starts of the worked minutes in [first, last), whole minutes both."""
        return [at for at in range(first, last, MINUTE) if self.is_working(at)]


def agree(office, naive, first, last):
    """Hold the working time of [first, last) against its minutes."""
    minutes = naive.minutes(first, last)
    assert office.working_between(first, last) == len(minutes) * MINUTE
    worked = set(minutes)
    changes = [
        at
        for at in range(first + MINUTE, last, MINUTE)
        if (at in worked) != (at - MINUTE in worked)
    ]
    found = first
    for change in changes:
        found = office.next_change(found)
        assert found == change
        assert office.is_working(found) == (change in worked)
    for n, at in enumerate(minutes[:: max(1, len(minutes) // 40)]):
        passed = n * max(1, len(minutes) // 40) * MINUTE
        assert office.add_working(first, passed + MINUTE) == at + MINUTE
        assert office.add_working(first, passed + 1) == at + 1
        assert office.working_between(first, at) == passed
        assert office.working_between(first, at + 30) == passed + 30


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def spans(draw, *, most=3):
    """Intervals of a day that do not overlap, the last one perhaps until before 06:00."""
    edges = sorted(draw(st.sets(st.integers(6 * 12, 24 * 12), max_size=2 * most)))
    if len(edges) % 2:
        until = 6 * 12 - (edges[-1] == 6 * 12)  # else it would have no length
        edges.append(24 * 12 + draw(st.integers(1, until)))
    minutes = [5 * edge for edge in edges]
    return [
        f"{clock(start)}-{clock(end if end <= 1440 else end - 1440)}"
        for start, end in zip(minutes[::2], minutes[1::2], strict=True)
        if start < 1440
    ]


@st.composite
def calendars(draw, zones=tuple(ZONES), first=date(2025, 1, 1), days=730):
    """Zone, weekly hours (some of them nights), and exceptions around the days looked at."""
    hours = {day: draw(spans()) for day in draw(st.sets(st.sampled_from(NAMES), min_size=1))}
    dates = draw(st.sets(st.integers(0, days), max_size=4))
    exceptions = {(first + timedelta(n)).isoformat(): draw(spans()) for n in dates}
    assume(any(hours.values()) or any(exceptions.values()))
    return draw(st.sampled_from(zones)), hours, exceptions
