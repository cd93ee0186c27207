"""Rules L: clocks that run when the calendars of the workspace change (reading 83)."""

import pytest

MORNING = {"id": "office", "hours": {"mon-fri": ["08:00-12:00"]}}
EVENING = {"id": "office", "hours": {"mon-fri": ["14:00-22:00"]}}
BY_HOURS = {"id": "sla", "calendar": "office", "targets": {"resolution": 3 * 3600}}


@pytest.fixture
def morning(timed):
    """An item promised within three hours of mornings, at eight on Monday; due at eleven."""
    desk = timed(calendars=[MORNING], sla=[BY_HOURS])
    desk.submit("1", now="mon 08:00")
    return desk


def test_l2_clocks_under_way_keep_their_dues_when_calendars_change(morning):
    morning.update_workspace(calendars=[EVENING], now="mon 09:00")
    assert morning.advance(now="mon 11:00")[-1] == "resolution of 1 breached, due mon 11:00"


def test_l2_a_clock_that_goes_on_goes_on_by_the_new_calendar(morning):
    morning.snooze("1", now="mon 09:00")
    morning.update_workspace(calendars=[EVENING], now="mon 09:30")
    woken = morning.wake("1", now="mon 10:00")
    assert woken[1] == "resolution of 1 on again, due mon 16:00"


def test_l2_a_clock_goes_on_by_the_old_calendar_if_that_is_gone(morning):
    morning.snooze("1", now="mon 09:00")
    morning.update_workspace(calendars=[], sla=[], now="mon 09:30")
    woken = morning.wake("1", now="mon 11:00")
    assert woken[1] == "resolution of 1 on again, due tue 09:00"


def test_l2_a_clock_that_runs_when_its_calendar_goes_runs_on_by_it(morning):
    morning.update_workspace(calendars=[], sla=[], now="mon 08:30")
    morning.snooze("1", now="mon 09:30")
    woken = morning.wake("1", now="mon 13:00")
    assert woken[1] == "resolution of 1 on again, due tue 09:30"


def test_l2_what_ran_before_the_calendars_changed_ran_by_the_old_one(morning):
    morning.update_workspace(calendars=[EVENING], now="mon 09:00")
    assert morning.close("1", now="mon 10:00") == [
        "closed 1 of None",
        "resolution of 1 met, 7200 left",
    ]


def test_l2_what_runs_after_the_calendars_changed_runs_by_the_new_one(morning):
    around = {"id": "office", "hours": {"mon-sun": ["00:00-24:00"]}}
    morning.snooze("1", now="mon 09:00")
    morning.wake("1", now="mon 11:30")  # an hour has run; due on Tuesday at half past nine
    morning.update_workspace(calendars=[around], now="mon 12:00")
    assert morning.close("1", now="mon 12:45") == [
        "closed 1 of None",
        "resolution of 1 met, 2700 left",
    ]
