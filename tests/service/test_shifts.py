"""Rule T3: when an agent is on shift, by his calendar and his dated overrides."""

import math
from datetime import date, timedelta

import pytest
from brute_force import MINUTE, Naive, agree, calendars, spans
from hypothesis import given, settings
from hypothesis import strategies as st

from assignwork import ConfigurationError
from assignwork.model.calendars import ALWAYS, Calendar
from assignwork.model.shifts import Handoff, Shift, shift
from assignwork.service import ShiftPlan, WorkingTime

HOUR = 3600
DAY = 24 * HOUR
LATE = Calendar("late", "Europe/Lisbon", {"mon-fri": ["14:00-18:00", "18:30-22:30"]})
NIGHT = Calendar("night", "Europe/Lisbon", {"sun-thu": ["22:00-06:00"]})


class TestRecord:
    def test_a_bare_calendar_is_a_shift(self):
        assert shift("late", "shift") == Shift("late") == Shift.from_dict("late")
        assert Shift("late").to_dict() == "late"

    def test_no_shift_is_none(self):
        assert shift(None, "shift") is None

    def test_a_shift_stays_what_it_is(self):
        one = Shift("late", {"2026-01-05": []})
        assert shift(one, "shift") is one

    def test_the_wire_form_makes_the_same_shift(self):
        wire = {
            "calendar": "late",
            "overrides": {"2026-01-05": [], "2026-01-06": ["09:00-12:00"]},
            "handoff": {"reassign": "all", "priority_at_most": 2},
        }
        made = shift(wire, "shift")
        assert made == Shift(
            "late",
            {date(2026, 1, 6): ["9:00-12:00"], date(2026, 1, 5): ()},
            Handoff("all", priority_at_most=2),
        )
        assert made.to_dict() == wire

    def test_a_handoff_that_says_nothing_is_still_one(self):
        assert shift({"calendar": "late", "handoff": {}}).handoff == Handoff()
        assert Shift("late", handoff=Handoff()).to_dict() == {"calendar": "late", "handoff": {}}

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            ("", "shift"),
            (7, "shift"),
            ({}, "shift.calendar"),
            ({"calendar": ""}, "shift.calendar"),
            ({"calendar": "late", "zone": "UTC"}, "shift.zone"),
            ({"calendar": "late", "overrides": {"soon": []}}, "shift.overrides.soon"),
            (
                {"calendar": "late", "overrides": {"2026-01-05": ["9-12"]}},
                "shift.overrides.2026-01-05[0]",
            ),
            ({"calendar": "late", "handoff": {"reassign": "some"}}, "shift.handoff.reassign"),
            (
                {"calendar": "late", "handoff": {"priority_at_most": 0}},
                "shift.handoff.priority_at_most",
            ),
            ({"calendar": "late", "handoff": "all"}, "shift.handoff"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, value, field):
        with pytest.raises(ConfigurationError) as caught:
            shift(value, "shift")
        assert caught.value.field == field


class TestPlan:
    def test_a_break_ends_one_shift_and_starts_another(self, local):
        plan = ShiftPlan(Shift("late"), LATE)
        at = local("2026-01-05 15:00", LATE.timezone)
        assert plan.on_shift(at)
        assert plan.ends_at(at) == at + 3 * HOUR
        assert plan.starts_at(at) == at + 3.5 * HOUR
        assert plan.next_change(at) == at + 3 * HOUR

    def test_at_its_start_it_is_under_way_and_at_its_end_it_is_not(self, local):
        plan = ShiftPlan(Shift("late"), LATE)
        start, end = (local(f"2026-01-05 {clock}", LATE.timezone) for clock in ("14:00", "18:00"))
        assert plan.on_shift(start)
        assert plan.ends_at(start) == end
        assert plan.starts_at(start) == end + 1800
        assert not plan.on_shift(end)
        assert plan.ends_at(end) == math.inf
        assert plan.starts_at(end) == end + 1800

    def test_intervals_that_touch_are_one_shift_across_midnight(self, local):
        plan = ShiftPlan(
            Shift("c"), Calendar("c", hours={"mon": ["20:00-24:00"], "tue": ["00:00-04:00"]})
        )
        start = local("2026-01-05 20:00")
        assert plan.ends_at(start) == start + 8 * HOUR
        assert plan.starts_at(start) == start + 7 * DAY

    def test_leave_takes_a_date_out(self, local):
        plan = ShiftPlan(Shift("late", {"2026-01-06": [], "2026-01-07": []}), LATE)
        monday = local("2026-01-05 18:30", LATE.timezone)
        assert plan.ends_at(monday) == monday + 4 * HOUR
        assert plan.starts_at(monday) == local("2026-01-08 14:00", LATE.timezone)

    def test_a_swapped_day_has_its_own_hours(self, local):
        plan = ShiftPlan(Shift("late", {"2026-01-10": ["09:00-12:00"]}), LATE)
        friday = local("2026-01-09 20:00", LATE.timezone)
        assert plan.starts_at(friday) == local("2026-01-10 09:00", LATE.timezone)
        assert plan.ends_at(plan.starts_at(friday)) == local("2026-01-10 12:00", LATE.timezone)

    def test_leave_lets_the_night_before_run_on(self, local):
        plan = ShiftPlan(Shift("night", {"2026-01-06": []}), NIGHT)
        monday = local("2026-01-05 23:00", NIGHT.timezone)
        assert plan.ends_at(monday) == monday + 7 * HOUR
        assert plan.starts_at(monday) == monday - HOUR + 2 * DAY

    def test_an_override_goes_before_an_exception_and_a_holiday(self, local):
        calendar = Calendar(
            "c", "Europe/Lisbon", {"mon-fri": ["09:00-17:00"]}, {"2026-12-24": []}, holidays="PT"
        )
        plan = ShiftPlan(
            Shift("c", {"2026-12-24": ["10:00-12:00"], "2026-12-25": ["11:00-12:00"]}), calendar
        )
        at = local("2026-12-23 17:00", "Europe/Lisbon")
        first = plan.starts_at(at)
        assert first == local("2026-12-24 10:00", "Europe/Lisbon")
        assert plan.starts_at(first) == local("2026-12-25 11:00", "Europe/Lisbon")

    def test_an_override_that_overlaps_its_neighbours_is_named(self):
        for day, field in (
            ("2026-01-06", "overrides.2026-01-06"),
            ("2026-01-05", "overrides.2026-01-05"),
        ):
            hours = ["05:00-09:00"] if day == "2026-01-06" else ["20:00-06:00"]
            calendar = (
                NIGHT if day == "2026-01-06" else Calendar("c", hours={"tue": ["05:00-09:00"]})
            )
            with pytest.raises(ConfigurationError, match="of the day before") as caught:
                ShiftPlan(Shift("c", {day: hours}), calendar)
            assert caught.value.field == field

    def test_always_never_changes(self):
        plan = ShiftPlan(Shift(ALWAYS), WorkingTime.always())
        assert plan.on_shift(0)
        assert plan.ends_at(0) == plan.starts_at(0) == plan.next_change(0) == math.inf

    def test_leave_interrupts_always_in_utc(self, local):
        plan = ShiftPlan(Shift(ALWAYS, {"2026-01-06": []}), WorkingTime.always())
        start, end = local("2026-01-06 00:00"), local("2026-01-07 00:00")
        assert plan.ends_at(0) == start
        assert plan.starts_at(0) == end
        assert plan.ends_at(end) == plan.next_change(end) == math.inf

    def test_leave_for_good_is_no_error(self, local):
        calendar = Calendar("c", exceptions={"2026-01-06": ["09:00-17:00"]})
        plan = ShiftPlan(Shift("c", {"2026-01-06": []}), calendar)
        assert plan.starts_at(0) == plan.next_change(0) == plan.ends_at(0) == math.inf

    def test_plans_of_one_calendar_leave_it_as_it_is(self, local):
        shared = WorkingTime(LATE)
        at = local("2026-01-05 15:00", LATE.timezone)
        plans = [ShiftPlan(Shift("late", {f"2026-01-0{n}": []}), shared) for n in (5, 6)]
        assert [plan.on_shift(at) for plan in plans] == [False, True]
        assert shared.is_working(at)
        assert ShiftPlan(Shift("late"), shared).working_time is shared

    @settings(max_examples=50)
    @given(calendars(first=date(2026, 3, 20), days=20), st.data())
    def test_plans_agree_with_counting_minutes(self, calendar, data):
        zone, hours, exceptions = calendar
        dates = data.draw(st.sets(st.integers(0, 20), max_size=4))
        overrides = {
            (date(2026, 3, 20) + timedelta(n)).isoformat(): data.draw(spans()) for n in dates
        }
        made = Calendar("c", zone, hours, exceptions)
        plan = ShiftPlan(
            Shift("c", overrides), data.draw(st.sampled_from([made, WorkingTime(made)]))
        )
        first = 1_774_224_000 + MINUTE * data.draw(st.integers(0, 10 * 1440))
        agree(plan.working_time, Naive(zone, hours, exceptions | overrides), first, first + 4 * DAY)
