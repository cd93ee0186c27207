"""Rules T1 and T2: calendars as configured, and the working time that follows from them."""

import math
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from brute_force import MINUTE, NAMES, ZONES, Naive, agree, calendars, clock
from hypothesis import given, settings
from hypothesis import strategies as st

from assignwork import ConfigurationError
from assignwork._fields import FIRST_INSTANT, LAST_INSTANT
from assignwork.model.calendars import (
    ALWAYS,
    HANDOFF_MODES,
    Calendar,
    Holidays,
    minutes_of,
)
from assignwork.model.workspaces import REASSIGN_MODES
from assignwork.service import WorkingTime, compile_calendars
from assignwork.service.calendars import REGULAR_BEFORE, REGULAR_FROM

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


# --- the records ----------------------------------------------------------------------------------


class TestRecord:
    def test_hours_are_expanded_in_the_order_of_the_week_and_zero_padded(self):
        calendar = Calendar(
            "c", hours={"sat": ["9:00 - 12:00"], "mon-wed": ["13:00-18:00", "8:30-12:00"]}
        )
        assert list(calendar.hours.items()) == [
            ("mon", ("08:30-12:00", "13:00-18:00")),
            ("tue", ("08:30-12:00", "13:00-18:00")),
            ("wed", ("08:30-12:00", "13:00-18:00")),
            ("sat", ("09:00-12:00",)),
        ]

    def test_a_range_goes_round_the_week(self):
        assert list(Calendar("c", hours={"sat-mon": ["9:00-12:00"]}).hours) == ["mon", "sat", "sun"]

    def test_an_end_at_midnight_is_that_of_the_day(self):
        calendar = Calendar("c", hours={"mon": ["22:00-00:00"], "tue": ["00:00-24:00"]})
        assert calendar.hours == {"mon": ("22:00-24:00",), "tue": ("00:00-24:00",)}
        assert minutes_of(["22:00-24:00", "22:00-06:00"]) == ((1320, 1440), (1320, 1800))

    def test_days_without_hours_are_left_out_but_closed_dates_stay(self):
        calendar = Calendar(
            "c", hours={"mon": ["9:00-12:00"], "tue": []}, exceptions={"2026-01-05": []}
        )
        assert calendar.to_dict() == {
            "id": "c",
            "hours": {"mon": ["09:00-12:00"]},
            "exceptions": {"2026-01-05": []},
        }

    def test_dates_may_be_dates(self):
        calendar = Calendar("c", hours=OFFICE, exceptions={date(2026, 12, 24): ["10:00-12:00"]})
        assert calendar.exceptions == {"2026-12-24": ("10:00-12:00",)}

    @pytest.mark.parametrize("holidays", [None, "PT", {"country": "US", "subdivision": "CA"}])
    def test_the_wire_form_makes_the_same_calendar(self, holidays):
        calendar = Calendar("c", "Europe/Lisbon", OFFICE, {"2026-12-24": []}, holidays)
        wire = calendar.to_dict()
        assert Calendar.from_dict(wire) == calendar
        assert wire.get("holidays") == holidays

    def test_holidays_have_a_wire_form_of_their_own(self):
        assert Holidays.from_dict("PT") == Holidays("PT")
        assert Holidays.from_dict({"country": "US", "subdivision": "CA"}).subdivision == "CA"

    def test_modes_of_handoff_are_those_of_a_workspace(self):
        assert HANDOFF_MODES == REASSIGN_MODES


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "field", "says"),
        [
            ({"id": ""}, "id", "non-empty"),
            ({"id": ALWAYS, "hours": OFFICE}, "id", "built in"),
            ({"timezone": "Europe/Lisbonne", "hours": OFFICE}, "timezone", "'Europe/Lisbon'"),
            ({"timezone": "Europe", "hours": OFFICE}, "timezone", "did you mean"),
            ({"timezone": "../UTC", "hours": OFFICE}, "timezone", "time zone"),
            ({"timezone": "localtime", "hours": OFFICE}, "timezone", "time zone"),
            ({"timezone": 1, "hours": OFFICE}, "timezone", "non-empty"),
            ({"hours": []}, "hours", "mapping of weekdays"),
            ({"hours": {"mom": ["09:00-17:00"]}}, "hours.mom", "did you mean 'mon'?"),
            ({"hours": {"mon-fry": ["09:00-17:00"]}}, "hours.mon-fry", "did you mean 'fri'?"),
            ({"hours": {"mon-": ["09:00-17:00"]}}, "hours.mon-", "one of mon"),
            ({"hours": {1: ["09:00-17:00"]}}, "hours.1", "one of mon"),
            (
                {"hours": {"mon": ["09:00-17:00"], "mon-fri": []}},
                "hours.mon-fri",
                "mon is there twice",
            ),
            ({"hours": {"mon": "09:00-17:00"}}, "hours.mon", "a list of intervals"),
            (
                {"hours": {"mon": ["09:00-10:00", "9-17"]}},
                "hours.mon[1]",
                "an interval of local time",
            ),
            ({"hours": {"mon": ["09:00-17:60"]}}, "hours.mon[0]", "an interval of local time"),
            ({"hours": {"mon": ["09:00-24:01"]}}, "hours.mon[0]", "an interval of local time"),
            ({"hours": {"mon": ["24:00-06:00"]}}, "hours.mon[0]", "an interval of local time"),
            ({"hours": {"mon": ["-9:00-17:00"]}}, "hours.mon[0]", "an interval of local time"),
            (
                {"hours": {"mon": ["\u0660\u0669:00-17:00"]}},
                "hours.mon[0]",
                "an interval of local time",
            ),
            ({"hours": {"mon": [9]}}, "hours.mon[0]", "an interval of local time"),
            ({"hours": {"mon": ["09:00-09:00"]}}, "hours.mon[0]", "has no length"),
            ({"hours": {"mon": ["00:00-00:00"]}}, "hours.mon[0]", "00:00-24:00 for a whole day"),
            (
                {"hours": {"mon-fri": ["13:00-18:00", "09:00-13:01"]}},
                "hours.mon-fri[0]",
                "'13:00-18:00' overlaps '09:00-13:01'",
            ),
            (
                {"hours": {"mon": ["22:00-06:00"], "tue": ["05:59-09:00"]}},
                "hours.tue",
                "'05:59-09:00' overlaps '22:00-06:00' of the day before",
            ),
            (
                {"hours": {"mon": ["05:00-09:00"], "sun": ["22:00-06:00"]}},
                "hours.mon",
                "'05:00-09:00' overlaps '22:00-06:00'",
            ),
            (
                {"hours": {"tue": ["22:00-06:00"]}, "exceptions": {"2026-01-07": ["05:00-09:00"]}},
                "exceptions.2026-01-07",
                "'05:00-09:00' overlaps '22:00-06:00' of the day before",
            ),
            (
                {"hours": {"wed": ["05:00-09:00"]}, "exceptions": {"2026-01-06": ["22:00-06:00"]}},
                "exceptions.2026-01-06",
                "'05:00-09:00' overlaps '22:00-06:00' of the day before",
            ),
            (
                {"exceptions": {"2026-01-06": ["22:00-06:00"], "2026-01-07": ["05:00-09:00"]}},
                "exceptions.2026-01-07",
                "overlaps",
            ),
            ({"hours": OFFICE, "exceptions": []}, "exceptions", "mapping of dates"),
            (
                {"hours": OFFICE, "exceptions": {"2026-02-30": []}},
                "exceptions.2026-02-30",
                "a date",
            ),
            ({"hours": OFFICE, "exceptions": {"20260203": []}}, "exceptions.20260203", "a date"),
            (
                {"hours": OFFICE, "exceptions": {datetime(2026, 1, 1, tzinfo=UTC): []}},
                "exceptions.2026-01-01 00:00:00+00:00",
                "a date",
            ),
            (
                {"hours": OFFICE, "exceptions": {"2026-01-06": [], date(2026, 1, 6): []}},
                "exceptions",
                "twice",
            ),
            (
                {"hours": OFFICE, "exceptions": {"2026-01-06": ["10:00-11:00", "x"]}},
                "exceptions.2026-01-06[1]",
                "an interval of local time",
            ),
            ({"hours": {}}, "hours", "no working time"),
            ({"hours": {"mon": []}, "exceptions": {"2026-01-06": []}}, "hours", "no working time"),
            ({"hours": OFFICE, "holidays": "PTRT"}, "holidays.country", "did you mean"),
            ({"hours": OFFICE, "holidays": "NYSE"}, "holidays.country", "a country"),
            ({"hours": OFFICE, "holidays": "country_holidays"}, "holidays.country", "a country"),
            ({"hours": OFFICE, "holidays": ""}, "holidays.country", "non-empty"),
            (
                {"hours": OFFICE, "holidays": {"country": "US", "subdivision": "CAL"}},
                "holidays.subdivision",
                "did you mean 'CA'?",
            ),
            (
                {"hours": OFFICE, "holidays": {"country": "PT", "state": "1"}},
                "holidays.state",
                "unknown",
            ),
            ({"hours": OFFICE, "holidays": ["PT"]}, "holidays", "JSON object"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, fields, field, says):
        error = refused(**fields)
        assert error.field == field
        assert says in str(error)

    def test_an_unknown_key_is_refused(self):
        with pytest.raises(
            ConfigurationError, match="holiday: unknown key; did you mean 'holidays'"
        ):
            Calendar.from_dict({"id": "c", "hours": OFFICE, "holiday": "PT"})

    def test_touching_intervals_are_no_overlap(self):
        Calendar("c", hours={"mon-sun": ["22:00-06:00", "06:00-14:00", "14:00-22:00"]})

    def test_an_override_may_make_room(self):
        hours = {"mon-sun": ["22:00-06:00"]}
        Calendar(
            "c",
            hours=hours,
            exceptions={"2026-01-06": [], "2026-01-07": ["00:00-24:00"], "2026-01-08": []},
        )

    def test_the_night_before_a_holiday_does_run_and_that_of_a_holiday_does_not(self):
        hours = {"mon-sun": ["22:00-06:00"]}  # 2026-04-25 is a holiday, a Saturday
        Calendar("c", hours=hours, holidays="PT", exceptions={"2026-04-26": ["05:00-09:00"]})
        error = refused(hours=hours, holidays="PT", exceptions={"2026-04-25": ["05:00-09:00"]})
        assert error.field == "exceptions.2026-04-25"

    def test_a_calendar_that_holidays_close_for_good_is_refused(self, monkeypatch):
        every = {date(year, 1, 1) + timedelta(n) for year in range(1900, 2101) for n in range(366)}
        sundays = {day for day in every if day.weekday() == 6}
        monkeypatch.setattr(
            Holidays, "in_year", lambda _, year: {day for day in sundays if day.year == year}
        )
        assert "no working time" in str(refused(hours={"sun": ["09:00-17:00"]}, holidays="PT"))
        Calendar("c", hours={"sat-sun": ["09:00-17:00"]}, holidays="PT")
        Calendar(
            "c",
            hours={"sun": ["09:00-17:00"]},
            holidays="PT",
            exceptions={"2026-01-04": ["09:00-17:00"]},
        )

    def test_without_the_package_holidays_say_how_to_get_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "holidays", None)
        error = refused(hours=OFFICE, holidays="PT")
        assert error.field == "holidays"
        assert error.remedy == "pip install 'assignwork[calendars]'"
        Calendar("c", hours=OFFICE)

    @pytest.mark.parametrize("duration", [-1, math.nan, math.inf, "1", None, True])
    @pytest.mark.parametrize(
        "office", [working(OFFICE), WorkingTime.always()], ids=["office", ALWAYS]
    )
    def test_durations_are_finite_and_not_negative(self, office, duration):
        with pytest.raises(ConfigurationError, match=r"^duration: "):
            office.add_working(0, duration)

    @pytest.mark.parametrize("at", [math.nan, math.inf, 1e13, "soon", datetime(2026, 1, 1), None])  # noqa: DTZ001
    @pytest.mark.parametrize(
        "office", [working(OFFICE), WorkingTime.always()], ids=["office", ALWAYS]
    )
    def test_instants_are_instants(self, office, at):
        for ask in (
            lambda: office.add_working(at, 1),
            lambda: office.working_between(0, at),
            lambda: office.working_between(at, 0),
            lambda: office.is_working(at),
            lambda: office.next_change(at),
            lambda: office.next_opening(at),
        ):
            with pytest.raises(ConfigurationError):
                ask()

    @pytest.mark.parametrize(
        "office", [working(OFFICE), WorkingTime.always()], ids=["office", ALWAYS]
    )
    def test_an_end_before_the_start_is_refused(self, office):
        with pytest.raises(ConfigurationError, match=r"^end: .* at or after the start"):
            office.working_between(2, 1)


# --- facts ----------------------------------------------------------------------------------------

MINUTES_30, HOURS_1, HOURS_2, HOURS_4 = 1800, HOUR, 2 * HOUR, 4 * HOUR


class TestFacts:
    @pytest.mark.parametrize(
        ("start", "duration", "due"),
        [
            ("2026-01-05 08:00", HOURS_1, "2026-01-05 11:00"),  # Monday, high
            ("2026-01-05 08:00", HOURS_4, "2026-01-05 14:00"),
            ("2026-01-05 20:00", MINUTES_30, "2026-01-06 10:30"),  # Monday evening, urgent
            ("2026-01-05 20:00", HOURS_2, "2026-01-06 12:00"),
            ("2026-01-09 17:00", MINUTES_30, "2026-01-09 17:30"),  # Friday, urgent
            ("2026-01-09 17:00", HOURS_2, "2026-01-12 11:00"),
            ("2026-01-05 10:00", 24 * HOUR, "2026-01-07 18:00"),  # low
            ("2026-01-05 10:00", 72 * HOUR, "2026-01-15 18:00"),
            ("2026-01-09 17:00", HOURS_1, "2026-01-09 18:00"),  # ends exactly at closing
            ("2026-01-10 12:00", 8 * HOUR, "2026-01-12 18:00"),
            ("2026-01-09 17:00", HOURS_1 + 1, "2026-01-12 10:00:01"),
        ],
    )
    @pytest.mark.parametrize("zone", ["UTC", "Europe/Lisbon", "Asia/Kolkata", "America/St_Johns"])
    def test_targets_of_an_office(self, local, start, duration, due, zone):
        office = working(OFFICE, zone)
        assert office.add_working(local(start, zone), duration) == local(due, zone)
        assert office.working_between(local(start, zone), local(due, zone)) == duration

    def test_closed_dates_are_skipped(self, local):
        office = working(OFFICE, exceptions={"2026-01-08": [], "2026-01-09": []})
        assert office.add_working(local("2026-01-08 15:00"), MINUTES_30) == local(
            "2026-01-12 10:30"
        )
        assert office.add_working(local("2026-01-08 15:00"), HOURS_2) == local("2026-01-12 12:00")

    @pytest.mark.parametrize(
        ("held", "due"), [(3600, "2026-01-08 18:00"), (3601, "2026-01-09 10:00:01")]
    )
    def test_what_is_left_after_a_hold_runs_from_its_end(self, local, held, due):
        office = working(OFFICE)
        start, hold = local("2026-01-08 15:00"), local("2026-01-08 15:45")
        left = HOURS_2 - office.working_between(start, hold)
        assert office.add_working(hold + held, left) == local(due)

    def test_minutes_over_two_days(self, local):
        office = working({"tue-wed": ["09:00-17:00"]})
        assert office.add_working(local("2023-10-10 09:00"), 900 * 60) == local("2023-10-11 16:00")

    def test_after_closing_the_next_opening_counts(self, local):
        office = working({"tue-wed": ["09:00-17:00"]})
        assert office.add_working(local("2023-10-10 17:00"), 30 * 60) == local("2023-10-11 09:30")

    def test_the_zone_decides_the_weekday(self, local):
        office = working({"tue": ["09:00-17:00"]}, "Asia/Kolkata")
        due = local("2023-10-17 10:00", "Asia/Kolkata")
        assert office.add_working(local("2023-10-10 20:00"), 60 * 60) == due

    def test_no_time_is_no_time_at_any_instant(self, local):
        office = working(OFFICE)
        for text in ("2026-01-05 09:00", "2026-01-05 12:00", "2026-01-05 18:00"):
            assert office.add_working(local(text), 0) == local(text)

    def test_a_night_belongs_to_the_date_on_which_it_starts(self, local):
        night = working({"fri": ["22:00-06:00"]}, exceptions={"2026-01-16": []})
        assert (
            night.working_between(local("2026-01-09 00:00"), local("2026-01-10 00:00")) == 2 * HOUR
        )
        assert (
            night.working_between(local("2026-01-10 00:00"), local("2026-01-17 12:00")) == 6 * HOUR
        )

    def test_instants_may_be_datetimes_and_texts(self, local):
        office = working(OFFICE)
        due = local("2026-01-05 11:00")
        assert office.add_working(datetime(2026, 1, 5, 8, tzinfo=UTC), HOUR) == due
        assert office.add_working("2026-01-05T09:00:00+01:00", HOUR) == due
        assert office.is_working(datetime(2026, 1, 5, 10, tzinfo=UTC))

    def test_opening_is_working_time_and_closing_is_not(self, local):
        office = working({"mon-fri": ["10:00-12:00", "12:00-18:00"]})
        opening, closing = local("2026-01-05 10:00"), local("2026-01-05 18:00")
        assert office.is_working(opening)
        assert not office.is_working(math.nextafter(opening, 0))
        assert office.is_working(math.nextafter(closing, 0))
        assert not office.is_working(closing)
        assert office.next_change(opening) == closing
        assert office.next_change(math.nextafter(opening, 0)) == opening
        assert office.next_change(closing) == office.next_opening(closing) == opening + DAY
        assert office.next_opening(opening) == opening + DAY


class TestAlways:
    def test_all_time_passes(self):
        always = WorkingTime.always()
        assert always.add_working(1.5, 2) == 3.5
        assert always.working_between(1.5, 3.5) == 2
        assert always.is_working(0)
        assert always.next_change(0) == always.next_opening(0) == math.inf
        assert always.add_working(LAST_INSTANT, 1) == math.inf

    def test_it_is_among_the_compiled(self, local):
        found = compile_calendars([Calendar("office", hours=OFFICE)])
        assert list(found) == [ALWAYS, "office"]
        assert found[ALWAYS].is_working(0)
        assert not found["office"].is_working(local("2026-01-04 12:00"))

    def test_ids_are_distinct(self):
        office = Calendar("office", hours=OFFICE)
        with pytest.raises(
            ConfigurationError, match=r"calendars\[1\].id: .*'office' is there twice"
        ):
            compile_calendars([office, office])

    def test_whole_days_of_any_zone_are_all_time(self):
        whole = working({"mon-sun": ["00:00-24:00"]}, "Australia/Lord_Howe")
        assert whole.next_change(0) == whole.next_opening(0) == math.inf
        assert whole.working_between(0, 1e10) == 1e10
        assert whole.add_working(1e9, 1e9) == 2e9


# --- the clock's changes --------------------------------------------------------------------------


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


# --- random calendars -----------------------------------------------------------------------------


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


# --- the ends of time -----------------------------------------------------------------------------


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


# --- holidays -------------------------------------------------------------------------------------


class TestHolidays:
    @pytest.mark.parametrize(
        ("holidays", "day", "closed"),
        [
            ("PT", "2026-06-10", True),
            ("PT", "2026-06-11", False),
            ("US", "2026-07-03", True),  # observed: the 4th is a Saturday
            ({"country": "US", "subdivision": "CA"}, "2026-03-31", True),  # César Chávez Day
            ("US", "2026-03-31", False),
            ({"country": "US", "subdivision": "TX"}, "2026-03-02", True),  # Independence Day
            ({"country": "US", "subdivision": "NY"}, "2026-03-02", False),
        ],
    )
    def test_the_days_of_a_country_or_state_are_closed(self, local, holidays, day, closed):
        office = working({"mon-sun": ["10:00-18:00"]}, holidays=holidays)
        assert office.is_working(local(f"{day} 12:00")) != closed

    def test_two_holidays_in_a_row_move_a_target_to_monday(self, local):
        # 2026-12-24 is a working day; 1 December 2022, a Thursday, and the 8th were holidays
        office = working(OFFICE, holidays="PT", exceptions={"2022-12-02": []})
        assert office.add_working(local("2022-12-01 15:00"), MINUTES_30) == local(
            "2022-12-05 10:30"
        )
        assert office.add_working(local("2022-12-01 15:00"), HOURS_2) == local("2022-12-05 12:00")

    def test_an_exception_opens_on_a_holiday(self, local):
        office = working(OFFICE, holidays="PT", exceptions={"2026-12-25": ["10:00-12:00"]})
        assert (
            office.working_between(local("2026-12-25 00:00"), local("2026-12-26 00:00")) == 2 * HOUR
        )

    def test_holidays_agree_with_counting_minutes(self):
        closed = Holidays("PT").in_year(2026)
        assert len(closed) == 13
        hours = {name: ["21:00-05:00", "09:00-12:00"] for name in NAMES}
        first = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
        agree(
            working(hours, "Europe/Lisbon", holidays="PT"),
            Naive("Europe/Lisbon", hours, closed=closed),
            first,
            first + 30 * DAY,
        )

    def test_none_is_known_far_away(self, local):
        office = working(OFFICE, holidays="PT")
        assert Holidays("PT").in_year(2101) == Holidays("PT").in_year(1899) == frozenset()
        friday = (datetime(2500, 12, 31, 12, tzinfo=UTC)).timestamp()
        assert office.is_working(friday)
        assert office.add_working(0, 1e9) < office.add_working(0, 2e9) < 1.2e10

    def test_the_environment_has_no_say(self, monkeypatch):
        before = Holidays("PT").in_year(2026)
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.setenv(name, "uk")
        assert Holidays("PT").in_year(2026) == before


# --- another library ------------------------------------------------------------------------------


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
