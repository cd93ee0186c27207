"""Rule T2 of random calendars: against minutes, laws, and another library."""

import math
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from brute_force import MINUTE, NAMES, ZONES, Naive, agree, calendars, clock
from hypothesis import given, settings
from hypothesis import strategies as st
from offices import CHANGES, DAY, HOUR, working


class TestRandom:
    @settings(max_examples=60)
    @given(st.data())
    def test_calendars_agree_with_counting_minutes(self, data):
        zone = data.draw(st.sampled_from(ZONES))
        middle = date.fromisoformat(data.draw(st.sampled_from(CHANGES[zone])))
        zone, hours, exceptions = data.draw(
            calendars(zones=[zone], first=middle - timedelta(4), days=8)
        )
        first = (
            int(datetime(middle.year, middle.month, middle.day, tzinfo=UTC).timestamp()) - 3 * DAY
        )
        first += MINUTE * data.draw(st.integers(0, 2 * 1440))
        agree(
            working(hours, zone, exceptions=exceptions),
            Naive(zone, hours, exceptions),
            first,
            first + MINUTE * data.draw(st.integers(1, 4 * 1440)),
        )

    @given(
        calendars(),
        st.integers(-(2**31), 2**34),
        st.one_of(st.integers(0, 10**5), st.integers(0, 10**9)),
        st.integers(0, 63),
    )
    def test_what_was_added_lies_between(self, calendar, start, duration, sixty_fourths):
        zone, hours, exceptions = calendar
        office = working(hours, zone, exceptions=exceptions)
        start += sixty_fourths / 64
        end = office.add_working(start, duration)
        if end == math.inf:
            assert not any(hours.values())
            return
        assert office.working_between(start, end) == duration
        if duration:
            assert office.working_between(start, end - 1 / 64) < duration
            assert office.is_working(end - 1 / 64)

    @given(calendars(), st.lists(st.integers(-(2**31), 2**33), min_size=3, max_size=3))
    def test_parts_add_up_in_whatever_order_they_are_asked_for(self, calendar, instants):
        zone, hours, exceptions = calendar
        first, middle, last = sorted(instants)
        one, other = (working(hours, zone, exceptions=exceptions) for _ in range(2))
        parts = [one.working_between(middle, last), one.working_between(first, middle)]
        assert other.working_between(first, last) == sum(parts)
        assert one.working_between(first, last) == sum(parts)

    @given(calendars(), st.integers(-(2**31), 2**33), st.floats(0, 1e7), st.floats(0, 1e7))
    def test_more_work_never_ends_earlier(self, calendar, start, one, other):
        zone, hours, exceptions = calendar
        office = working(hours, zone, exceptions=exceptions)
        less, more = sorted((one, other))
        assert start <= office.add_working(start, less) <= office.add_working(start, more)

    @given(calendars(), st.integers(-(2**31), 2**33))
    def test_between_two_changes_nothing_changes(self, calendar, start):
        zone, hours, exceptions = calendar
        office = working(hours, zone, exceptions=exceptions)
        edges = [office.next_change(start)]
        while edges[-1] != math.inf and len(edges) < 6:
            edges.append(office.next_change(edges[-1]))
        for before, after in pairwise([start, *[edge for edge in edges if edge != math.inf]]):
            worked = office.working_between(before, after)
            assert worked == (after - before if office.is_working(before) else 0)
            assert office.is_working(after) != office.is_working(before)

    @given(calendars(), st.integers(-(2**31), 2**33), st.sampled_from([5e-324, 1e-300, 1e-9]))
    def test_the_least_of_work_is_done_in_working_time(self, calendar, start, duration):
        zone, hours, exceptions = calendar
        office = working(hours, zone, exceptions=exceptions)
        end = office.add_working(start, duration)
        opening = start if office.is_working(start) else office.next_opening(start)
        assert end == opening + duration


class TestBusinessTimeDelta:
    """Thousands of random cases against `businesstimedelta`, where the two mean the same.

    They differ, as its source shows, in these; so the cases keep clear of them:

    - An opening or closing in an hour that the clock skips or shows twice is taken for standard
      time (pytz's `is_dst=False`), and no interval becomes two. The cases have office hours from
      Monday to Friday; clocks change on Sundays.
    - A holiday lasts 24 hours from local midnight. None of the cases' holidays has a change.
    - Overnight, from midnight on it looks at the date that it is, not at the one before on which
      the interval started, and misses the rest of the night. The cases' intervals end on their day;
      until 24:00 cannot be said at all.
    - What is closed is cut out of an interval only if it ends before that (`end < min_end`). The
      cases have no breaks, and holidays are whole days.
    - Rules whose hours touch are not one interval. The cases have one interval a day.
    - Adding nothing gives the next opening; here the start. `difference` sorts its arguments; here
      an end before the start is refused. `difference` drops what is less than a second.
    - It fails where no holiday follows within five years, so the cases have later ones.
    """

    @pytest.mark.parametrize("zone", ["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"])
    def test_random_cases(self, zone):
        import random  # noqa: PLC0415

        import businesstimedelta as other  # noqa: PLC0415
        import pytz  # noqa: PLC0415

        draw = random.Random(zone)
        for _ in range(30):
            start, end = sorted(draw.sample(range(0, 1440, 15), 2))
            days = sorted(draw.sample(range(5), draw.randint(1, 5)))
            closed = sorted({date(2026, 1, 1) + timedelta(draw.randrange(365)) for _ in range(8)})
            closed += [date(year, 7, 1) for year in range(2027, 2034)]
            times = [time(*divmod(m, 60)) for m in (start, end)]
            tz = pytz.timezone(zone)
            rules = other.Rules(
                [
                    other.WorkDayRule(*times, working_days=days, tz=tz),
                    other.HolidayRule(closed, tz=tz),
                ]
            )
            office = working(
                {NAMES[day]: [f"{clock(start)}-{clock(end)}"] for day in days},
                zone,
                exceptions={day.isoformat(): [] for day in closed},
            )
            for _ in range(25):
                at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(360 * DAY))
                duration = draw.randint(1, 40 * HOUR)
                due = at + other.BusinessTimeDelta(rules, seconds=duration)
                assert office.add_working(at, duration) == due.timestamp()
                until = at + timedelta(seconds=draw.randrange(30 * DAY))
                spent = rules.difference(at, until).timedelta.total_seconds()
                assert office.working_between(at, until) == spent
