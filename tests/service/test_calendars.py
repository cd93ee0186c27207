"""Rules T1 and T2: the working time that follows from a calendar, by facts."""

import math
from datetime import UTC, datetime

import pytest
from brute_force import NAMES, Naive, agree
from offices import DAY, HOUR, OFFICE, working

from assignwork import ConfigurationError
from assignwork._fields import LAST_INSTANT
from assignwork.model.calendars import ALWAYS, Calendar, Holidays
from assignwork.service import WorkingTime, compile_calendars

MINUTES_30, HOURS_1, HOURS_2, HOURS_4 = 1800, HOUR, 2 * HOUR, 4 * HOUR


class TestRefusals:
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
