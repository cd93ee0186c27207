"""Rule T1: calendars as configured, and what is refused."""

import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from offices import OFFICE, refused

from assignwork import ConfigurationError
from assignwork.model.calendars import ALWAYS, Calendar, Holidays
from assignwork.model.hours import minutes_of
from assignwork.model.shifts import HANDOFF_MODES
from assignwork.model.workspaces import REASSIGN_MODES


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
