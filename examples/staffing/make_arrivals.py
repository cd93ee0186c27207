"""Makes arrivals.csv: nine weeks of calls to an invented office in Madrid, by half hours.

    python examples/staffing/make_arrivals.py > arrivals.csv

Open on weekdays from 8:00 to 20:00 and on Saturdays from 9:00 to 14:00. Mondays are busiest, and
some days are busier than others of their weekday, as real ones are. The same on each run.
"""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

FIRST = datetime(2026, 1, 12)  # noqa: DTZ001  # local time, without an offset
WEEKS = 9
STEP = timedelta(minutes=30)
OF_WEEKDAY = (1.25, 1.05, 1.0, 0.95, 1.0, 0.5)
HOURS = ((8, 20),) * 5 + ((9, 14),)


def expected(at: datetime) -> float:
    """Calls in the half hour: two peaks, at eleven and in the afternoon."""
    hour = at.hour + at.minute / 60
    morning = math.exp(-(((hour - 11) / 1.8) ** 2))
    afternoon = 0.75 * math.exp(-(((hour - 16.5) / 2.0) ** 2))
    return OF_WEEKDAY[at.weekday()] * (3 + 12 * (morning + afternoon))


def main() -> None:
    """Print the table."""
    dice = random.Random(1)  # noqa: S311  # an example needs no secrets
    print("start,arrivals")
    for day in range(7 * WEEKS - 1):
        midnight = FIRST + timedelta(days=day)
        if midnight.weekday() >= len(HOURS):
            continue
        busy = dice.gammavariate(100, 1 / 100)  # one day in ten differs by more than a sixth
        opens, closes = HOURS[midnight.weekday()]
        at = midnight + timedelta(hours=opens)
        while at < midnight + timedelta(hours=closes):
            print(f"{at:%Y-%m-%dT%H:%M},{_poisson(dice, busy * expected(at))}")
            at += STEP


def _poisson(dice: random.Random, mean: float) -> int:
    """Exponential gaps that fit into an interval of this length."""
    count, at = 0, dice.expovariate(1)
    while at < mean:
        count, at = count + 1, at + dice.expovariate(1)
    return count


if __name__ == "__main__":
    main()
