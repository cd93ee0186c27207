"""Working time told minute by minute from the wall clock: slow, and written without the library.

`Naive` asks of each minute what the clock on the wall shows and whether an interval covers that. So
it holds for calendars and zones whose edges lie on whole minutes of UTC.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60
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
