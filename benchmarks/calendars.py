"""How fast working time is, alone and beside `businesstimedelta`: `python benchmarks/calendars.py`.

Both libraries get the same calendar, starts and durations in the same process, in turn; each figure
is the median of five runs. "First" is a calendar's first answer, in which it computes its years.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock

from assignwork.model.calendars import Calendar
from assignwork.service import WorkingTime

RUNS = 5
STARTS = 200
HOUR, DAY = 3600, 86_400
SPAN = 160 * HOUR  # working time: four weeks
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SPANS = {"a week": 7 * DAY, "a year": 365 * DAY, "50 years": 50 * 365 * DAY}
OFFICE = Calendar("office", "America/New_York", {"mon-fri": ["09:00-17:00"]})
LOADED = Calendar(
    "loaded",
    "Europe/Lisbon",
    {"mon-fri": ["08:00-12:00", "13:00-17:00", "22:00-02:00"], "sat": ["09:00-13:00"]},
    {"2026-12-24": ["09:00-12:00"], "2026-12-31": []},
    holidays="PT",
)


def per_call(call: Callable[..., object], cases: list[tuple]) -> float:
    """Microseconds per call, the median of the runs."""
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for case in cases:
            call(*case)
        found.append((time.perf_counter() - start) / len(cases) * 1e6)
    return statistics.median(found)


def against_another() -> dict[str, tuple[float, float]]:
    """Microseconds per call on spans of 160 working hours: `businesstimedelta`, and ours."""
    import businesstimedelta  # noqa: PLC0415  # of the group `dev` only
    import pytz  # noqa: PLC0415  # comes with it

    rule = businesstimedelta.WorkDayRule(
        clock(9), clock(17), [0, 1, 2, 3, 4], tz=pytz.timezone(OFFICE.timezone)
    )
    rules = businesstimedelta.Rules([rule])
    delta = businesstimedelta.BusinessTimeDelta(rules, seconds=SPAN)
    office = WorkingTime(OFFICE)
    draw = random.Random(1)
    starts = [NEW_YEAR + timedelta(seconds=draw.randrange(365 * DAY)) for _ in range(STARTS)]
    ends = [(at + delta) for at in starts]
    for at, end in zip(starts, ends, strict=True):
        assert office.add_working(at, SPAN) == end.timestamp()
        assert office.working_between(at, end) == SPAN
    added = [(at.timestamp(), SPAN) for at in starts]
    spans = [(at.timestamp(), end.timestamp()) for at, end in zip(starts, ends, strict=True)]
    return {
        "add_working": (
            per_call(lambda at: at + delta, [(at,) for at in starts]),
            per_call(office.add_working, added),
        ),
        "working_between": (
            per_call(rules.difference, list(zip(starts, ends, strict=True))),
            per_call(office.working_between, spans),
        ),
    }


def first_answer(calendar: Calendar, seconds: float) -> float:
    """Milliseconds for a new calendar and one question about a span."""
    start = NEW_YEAR.timestamp()
    found = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        WorkingTime(calendar).working_between(start, start + seconds)
        found.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(found)


def later_answers(calendar: Calendar, seconds: float) -> tuple[float, float, float]:
    """Microseconds for `add_working`, `working_between` and `next_change` on such spans."""
    office = WorkingTime(calendar)
    draw = random.Random(2)
    starts = [NEW_YEAR.timestamp() + draw.randrange(365 * DAY) for _ in range(STARTS)]
    spans = [(at, at + seconds) for at in starts]
    added = [(at, office.working_between(at, end)) for at, end in spans]
    return (
        per_call(office.add_working, added),
        per_call(office.working_between, spans),
        per_call(office.next_change, [(at,) for at in starts]),
    )


def main() -> None:
    write = sys.stdout.write
    write("160 working hours      businesstimedelta       assignwork     ratio\n")
    for name, (theirs, ours) in against_another().items():
        write(f"{name:20} {theirs:16.1f} us {ours:13.2f} us {theirs / ours:8.0f}x\n")
    write("\nspan         calendar   first         add_working  working_between  next_change\n")
    for (name, seconds), calendar in ((s, c) for c in (OFFICE, LOADED) for s in SPANS.items()):
        add, between, change = later_answers(calendar, seconds)
        first = first_answer(calendar, seconds)
        write(
            f"{name:12} {calendar.id:8} {first:8.2f} ms {add:12.2f} us {between:13.2f} us "
            f"{change:9.2f} us\n"
        )


if __name__ == "__main__":
    main()
