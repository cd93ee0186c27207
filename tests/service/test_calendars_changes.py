"""Rule T2 where the clock changes, and at the ends of years and of time."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from brute_force import NAMES, ZONES, Naive, agree
from offices import CHANGES, DAY, HOUR, OFFICE, refused, working

from assignwork._fields import FIRST_INSTANT, LAST_INSTANT
from assignwork.model.calendars import Calendar
from assignwork.service.timeline import REGULAR_BEFORE, REGULAR_FROM


class TestChanges:
    def test_an_hour_that_does_not_exist_is_not_worked(self, local):
        zone = "Europe/Lisbon"  # on 2026-03-29 01:00 becomes 02:00
        night = working({"sat-sun": ["00:30-03:00"]}, zone)
        start = local("2026-03-29 00:00", zone)
        assert night.working_between(start, start + DAY) == 1.5 * HOUR
        assert night.add_working(start, HOUR) == local("2026-03-29 02:30", zone)

    def test_an_interval_inside_the_gap_is_not_worked(self, local):
        zone = "Europe/Lisbon"
        night = working({"sat-sun": ["01:15-01:45"]}, zone)
        start = local("2026-03-29 00:00", zone)
        assert night.working_between(start, start + DAY) == 0
        assert night.next_change(start) == local("2026-04-04 01:15", zone)

    def test_an_hour_that_occurs_twice_counts_twice(self, local):
        zone = "Europe/Lisbon"  # on 2026-10-25 02:00 becomes 01:00
        night = working({"sat-sun": ["00:30-03:00"]}, zone)
        start = local("2026-10-25 00:00", zone)
        assert night.working_between(start, start + DAY) == 3.5 * HOUR
        assert night.next_change(start + 1800) == local("2026-10-25 03:00", zone)

    def test_an_opening_inside_it_opens_twice(self, local):
        zone = "Europe/Lisbon"
        night = working({"sun": ["01:30-03:00"]}, zone)
        start = local("2026-10-25 01:00", zone)
        edges = [start]
        while len(edges) < 5:
            edges.append(night.next_change(edges[-1]))
        assert edges[1:] == [start + 0.5 * HOUR, start + HOUR, start + 1.5 * HOUR, start + 3 * HOUR]
        assert night.add_working(start, HOUR) == start + 2 * HOUR

    def test_a_date_that_was_skipped_is_not_worked(self, local):
        whole = working({"fri": ["00:00-24:00"]}, "Pacific/Apia")  # had no 2011-12-30, a Friday
        start = local("2011-12-24 00:00", "Pacific/Apia")
        assert whole.add_working(start, 1) == local("2012-01-06 00:00:01", "Pacific/Apia")

    @pytest.mark.parametrize("zone", ZONES)
    def test_both_functions_agree_with_counting_minutes_around_each_change(self, zone):
        hours = {
            "mon": ["00:00-01:15", "09:00-17:30"],
            "tue": ["22:45-06:10"],
            "thu": ["00:00-24:00"],
            "sat": ["20:00-01:45"],
            "sun": ["01:50-02:20", "02:45-03:10", "23:00-24:00"],
        }
        office, naive = working(hours, zone), Naive(zone, hours)
        for text in CHANGES[zone]:
            first = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) - 3 * DAY
            agree(office, naive, first, first + 6 * DAY)


class TestYears:
    def test_nights_run_across_the_year(self, local):
        night = working({"mon-sun": ["22:00-06:00"]})
        start, end = local("2025-12-31 22:00"), local("2026-01-01 06:00")
        assert night.next_change(start) == end
        assert night.add_working(start, 8 * HOUR) == end
        assert night.add_working(start, 2 * HOUR) == local("2026-01-01 00:00")
        assert night.working_between(start, end) == 8 * HOUR
        assert night.next_change(local("2026-01-01 00:00")) == end

    def test_closing_at_the_end_of_the_year_is_a_change(self, local):
        office = working({"wed": ["12:00-24:00"]})
        assert office.next_change(local("2025-12-31 13:00")) == local("2026-01-01 00:00")
        assert not office.is_working(local("2026-01-01 00:00"))

    @pytest.mark.parametrize("year", [2500, 9998])
    def test_the_far_future_follows_the_last_rule_of_the_zone(self, year):
        zone = "America/New_York"
        hours = {"mon-sun": ["01:30-09:30"]}
        first = int(datetime(year, 3, 5, tzinfo=UTC).timestamp())
        spread = {name: ["01:30-09:30"] for name in NAMES}
        agree(working(hours, zone), Naive(zone, spread), first, first + 11 * DAY)
        first = int(datetime(year, 10, 30, tzinfo=UTC).timestamp())
        agree(working(hours, zone), Naive(zone, spread), first, first + 9 * DAY)

    @pytest.mark.parametrize("year", [1, 1500, 1800, 1935, 1960])
    def test_the_past_is_no_different(self, year):
        zone = "Europe/Lisbon" if year > 1900 else "Africa/Abidjan"  # minutes need whole offsets
        hours = {"mon-sun": ["01:30-09:30"]}
        first = datetime(year, 3, 20, tzinfo=UTC)
        first = int((first - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
        office = working(hours, zone)
        if year > 1900:
            agree(
                office,
                Naive(zone, {name: ["01:30-09:30"] for name in NAMES}),
                first,
                first + 30 * DAY,
            )
        else:
            assert office.working_between(first, first + 7 * DAY) == 7 * 8 * HOUR
            opening = office.next_opening(first)
            assert opening % DAY == 1.5 * HOUR + 16 * 60 + 8  # local mean time

    def test_a_span_of_all_time_is_the_sum_of_its_weeks(self):
        office = working(OFFICE)
        start, end = -62_135_510_400 + 6 * DAY, -62_135_510_400 + 6 * DAY + 521_000 * 7 * DAY
        assert office.working_between(start, end) == 521_000 * 40 * HOUR
        assert office.add_working(start, 521_000 * 40 * HOUR) <= end

    def test_what_never_passes_is_infinite(self):
        office = working({}, exceptions={"2026-01-06": ["10:00-12:00"]})
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert (
            office.add_working(start, 2 * HOUR) == datetime(2026, 1, 6, 12, tzinfo=UTC).timestamp()
        )
        assert office.add_working(start, 2 * HOUR + 1) == math.inf
        assert office.add_working(datetime(2026, 1, 6, 12, tzinfo=UTC), 1e-9) == math.inf
        assert office.next_change(datetime(2026, 1, 6, 12, tzinfo=UTC)) == math.inf
        assert working(OFFICE).add_working(start, 1e300) == math.inf
        assert working(OFFICE, "Asia/Tokyo").add_working(LAST_INSTANT, 1) == math.inf

    @pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
    def test_the_first_and_the_last_instant_are_answered(self, zone):
        office = working({"mon-sun": ["09:00-17:00"]}, zone)
        for at in (FIRST_INSTANT, LAST_INSTANT):
            assert office.is_working(at) in (True, False)
        assert office.next_change(FIRST_INSTANT) < FIRST_INSTANT + DAY
        assert office.next_change(LAST_INSTANT) == math.inf
        assert office.add_working(FIRST_INSTANT, HOUR) <= FIRST_INSTANT + 2 * DAY
        assert office.working_between(FIRST_INSTANT, LAST_INSTANT) > 0

    def test_the_first_and_the_last_date_may_be_exceptions(self):
        ends = {"0001-01-01": ["22:00-10:30"], "9999-12-31": ["09:00-10:30"]}
        Calendar("c", hours={"mon-sun": ["10:30-12:00"]}, exceptions=ends, holidays="PT")
        assert (
            refused(hours=OFFICE, exceptions=ends, holidays="PT").field == "exceptions.0001-01-01"
        )
        office = working(OFFICE, exceptions={"0001-01-01": [], "9999-12-31": ["09:00-17:00"]})
        assert office.working_between(FIRST_INSTANT, FIRST_INSTANT + DAY) == 8 * HOUR

    @pytest.mark.parametrize(
        "zone", ["Africa/Casablanca", "America/New_York", "Africa/Cairo", "UTC"]
    )
    @pytest.mark.parametrize("years", [(1780, REGULAR_BEFORE + 3), (REGULAR_FROM - 3, 2150)])
    def test_years_that_share_a_table_are_alike(self, zone, years):
        """An exception makes a year's table its own; closed on a closed day, it changes nothing."""
        hours = {"mon-fri": ["09:00-17:00", "21:00-04:00"]}
        shared = working(hours, zone)
        for year in range(*years):
            saturday = date(year, 6, 1) + timedelta((5 - date(year, 6, 1).weekday()) % 7)
            own = working(hours, zone, exceptions={saturday.isoformat(): []})
            first = (
                datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
            ).total_seconds()
            for at in (first, first + 89.5 * DAY, first + 300.25 * DAY):
                assert shared.add_working(at, 100 * HOUR) == own.add_working(at, 100 * HOUR)
                assert shared.next_change(at) == own.next_change(at)
            assert shared.working_between(first, first + 366 * DAY) == own.working_between(
                first, first + 366 * DAY
            )
