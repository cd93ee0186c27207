"""By hour of the day: customers by their arrival, time by the hour in which it lies."""

import json
import math
from datetime import UTC, datetime

import by_hand
import numpy as np
import pytest
from trials import START, trial

from assignwork.errors import ConfigurationError
from assignwork.simulation import (
    Break,
    Exponential,
    Kind,
    Precision,
    Return,
    Scenario,
    Stream,
    compare,
    simulate,
    simulate_once,
)
from assignwork.simulation.fitting._logged_trial import logged_trial
from assignwork.simulation.results import Results
from assignwork.simulation.summary import summarize

HOUR, DAY = 3600, 86_400
AT = START  # midnight in UTC
WORKSPACE = {
    "teams": [{"id": "phone"}],
    "agents": [{"id": name, "capacity": 1, "primary": ["phone"]} for name in ("ana", "ben")],
}


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def desk(**others):
    call = Kind(
        "phone", handle=Exponential(240), patience=Exponential(200), comes_back=Return(0.3, 900)
    )
    return Scenario(
        WORKSPACE, [Stream("calls", 30, call)],
        **{"length": 4 * HOUR, "start": AT, "warm_up": 300, **others},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("timezone", "start", "labels"),
    [
        ("UTC", "2026-03-03T22:20", (0, 1, 2, 22, 23)),
        ("Asia/Kathmandu", "2026-03-03T03:00", (8, 9, 10, 11, 12)),  # 5:45 before UTC
        ("Europe/Madrid", "2026-10-24T23:10", (1, 2, 3, 4)),  # 2 is there twice
        ("Europe/Madrid", "2026-03-28T23:30", (0, 1, 3, 4, 5)),  # 2 is left out
        ("Australia/Lord_Howe", "2026-04-04T13:10", (0, 1, 2, 3)),  # half an hour back at 2:00
        ("Australia/Lord_Howe", "2026-10-03T14:10", (0, 1, 2, 3, 4, 5)),  # half an hour on at 2:00
    ],
)
def test_hours_are_as_counted_by_hand_where_clocks_change(timezone, start, labels):
    scenario = desk(
        timezone=timezone, start=instant(start), breaks=[Break("pause", every=2000, lasts=300)]
    )
    found = simulate_once(scenario, 1, 0)
    summary = summarize(found)
    assert tuple(label for kind, label in summary.groups if kind == "hour") == labels
    for row, (kind, label) in enumerate(summary.groups):
        if kind != "hour":
            continue
        expected = by_hand.measured(found, kind, label)
        for column, name in enumerate(summary.measures):
            assert summary.values[row, column] == pytest.approx(
                expected.get(name, math.nan), abs=1e-6, nan_ok=True
            ), (label, name)


def test_where_clocks_are_half_an_hour_off_an_hour_begins_at_half_past():
    people = [{"arrived_at": AT + minutes * 60} for minutes in (29, 31, 89, 91)]
    summary = summarize(trial(people, timezone="Asia/Kolkata", end=AT + 2 * HOUR))
    assert [summary.value("arrivals", hour=hour) for hour in (5, 6, 7)] == [1, 2, 1]


def test_the_hour_that_is_repeated_at_the_end_of_summer_time_is_one_of_two_hours():
    begin = instant("2026-10-25T00:00")  # 2:00 of summer time, and 3:00 of the other at the end
    people = [
        {"arrived_at": begin + at, "assigned_at": begin + at, "agent": 0, "closed_at": begin + at}
        for at in (600, 4200, 4800)
    ]
    summary = summarize(
        trial(
            people, timezone="Europe/Madrid", begin=begin, end=begin + 2 * HOUR,
            presences=[(0, begin, begin + 2 * HOUR)],
        )
    )  # fmt: skip
    assert summary.groups[-1] == ("hour", 2)
    assert summary.value("arrivals", hour=2) == 3
    assert summary.value("active_hours", hour=2) == pytest.approx(2)
    assert summary.value("throughput", hour=2) == pytest.approx(1.5)


def test_customers_are_of_the_hour_they_came_in_and_time_of_that_in_which_it_passes():
    came, assigned, closed = AT + 3000, AT + 4200, AT + 5400
    summary = summarize(
        trial(
            [{"arrived_at": came, "assigned_at": assigned, "agent": 0, "closed_at": closed}],
            end=AT + 2 * HOUR, stays=[(0, 0, came, assigned)],
            stretches=[(0, 0, assigned, closed)], presences=[(0, AT + 1800, AT + 2 * HOUR)],
        )
    )  # fmt: skip
    both = {
        name: tuple(summary.value(name, hour=hour) for hour in (0, 1))
        for name in (
            "arrivals", "wait_mean", "queue_length_mean", "queue_length_max", "throughput",
            "active_hours", "handling_hours", "occupancy",
        )
    }  # fmt: skip
    assert both == {
        "arrivals": (1, 0),
        "wait_mean": (1200, pytest.approx(math.nan, nan_ok=True)),
        "queue_length_mean": pytest.approx((1 / 6, 1 / 6)),
        "queue_length_max": (1, 1),
        "throughput": (0, 1),
        "active_hours": pytest.approx((0.5, 1)),
        "handling_hours": pytest.approx((0, 1 / 3)),
        "occupancy": pytest.approx((0, 1 / 3)),
    }


def test_who_left_as_another_came_is_not_with_him_when_an_hour_begins():
    stays = [(0, 0, AT, AT + HOUR), (1, 0, AT + HOUR, AT + 5000), (1, 0, AT + 10, AT + 20)]
    summary = summarize(trial([{}, {}], stays=stays, end=AT + 2 * HOUR))
    assert [summary.value("queue_length_max", hour=hour) for hour in (0, 1)] == [2, 1]


def test_the_same_hour_of_several_days_is_one():
    people = [{"arrived_at": AT + at} for at in (100, 86_500, 90_000)]
    summary = summarize(trial(people, end=AT + 2 * 86_400, presences=[(0, AT, AT + 2 * 86_400)]))
    assert summary.value("arrivals", hour=0) == 2
    assert summary.value("active_hours", hour=0) == pytest.approx(2)
    assert sum(kind == "hour" for kind, _ in summary.groups) == 24


def test_hours_add_up_to_all_together():
    summary = summarize(simulate_once(desk(timezone="Asia/Kolkata"), 3, 0))
    hours = [label for kind, label in summary.groups if kind == "hour"]
    for name in ("arrivals", "assigned", "unfinished", "active_hours", "handling_hours"):
        total = sum(summary.value(name, hour=hour) for hour in hours)
        assert total == pytest.approx(summary.value(name)), name


# --- results -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def night():
    """From 22:00 to 02:00 in Madrid."""
    scenario = desk(timezone="Europe/Madrid", start=instant("2026-03-03T21:00"), warm_up=0)
    return simulate(scenario, replications=3, seed=1)


def test_the_hours_of_a_night_are_in_the_order_of_the_clock(night):
    assert night.labels("hour") == (0, 1, 22, 23)
    assert night.timezone == "Europe/Madrid"
    assert night.interval("wait_mean", hour=23).replications == 3


def test_a_table_shows_hours_as_clocks_do(night):
    rows = night.table("hour", ["arrivals", "occupancy"]).rows()
    assert [row[0] for row in rows] == ["hour", "00:00", "01:00", "22:00", "23:00", "all"]


def test_a_table_by_hour_names_the_zone(night):
    first = str(night.table("hour", ["arrivals"])).splitlines()[0]
    assert first.startswith("scenario, by hour of the day (Europe/Madrid) (mean")
    assert "hour of the day" not in str(night.table("priority"))


def test_a_table_by_hour_says_where_hours_are_of_several_days():
    found = simulate(desk(length=2 * DAY), replications=1)
    assert found.table("hour").title == (
        "scenario, by hour of the day (UTC; the same hours of all days together)"
    )


def test_a_frame_and_a_dict_have_the_hours(night):
    frame = night.to_frame("hour")
    assert sorted(set(frame["group"])) == [0, 1, 22, 23]
    document = json.loads(json.dumps(night.to_dict()))
    assert document["timezone"] == "Europe/Madrid"
    hours = [found["group"] for found in document["groups"] if found["kind"] == "hour"]
    assert hours == [0, 1, 22, 23]


def test_an_hour_that_was_not_measured_is_refused_with_those_that_were(night):
    with pytest.raises(ConfigurationError, match=r"there is no hour 9; known are: 0, 1, 22, 23"):
        night.mean("wait_mean", hour=9)


@pytest.mark.parametrize("label", ["9", "22", None, True, 22.5])
def test_an_hour_that_is_no_whole_number_is_refused_as_such(night, label):
    said = "hour: .* is not a whole number; give one such as hour=9"
    with pytest.raises(ConfigurationError, match=said):
        night.mean("wait_mean", hour=label)
    with pytest.raises(ConfigurationError, match=said):
        Precision("wait_mean", relative=0.05, hour=label)


def test_an_hour_may_be_a_number_of_numpys(night):
    assert night.mean("arrivals", hour=np.int64(22)) == night.mean("arrivals", hour=22)


def test_scenarios_are_compared_by_hour(night):
    scenario = desk(timezone="Europe/Madrid", start=instant("2026-03-03T21:00"), warm_up=0)
    more = simulate(scenario.with_agents(1, like="ana"), replications=3, seed=1)
    found = compare(night, more)
    assert [one.group for one in found.differences("hour", ["arrivals"])] == [
        ("hour", hour) for hour in (0, 1, 22, 23)
    ]
    assert found.difference("wait_mean", hour=22).change.mean < 0
    assert found.difference("arrivals", hour=22).verdict == "same"


def test_hours_of_two_zones_are_not_compared(night):
    scenario = desk(start=instant("2026-03-03T21:00"), warm_up=0)
    other = simulate(scenario, replications=3, seed=1)
    with pytest.raises(ConfigurationError, match="the timezone differs: Europe/Madrid of a, UTC"):
        compare(night, other)


def test_replications_of_two_zones_are_refused():
    first, other = (
        summarize(trial([], number=number, timezone=zone))
        for number, zone in enumerate(("UTC", "Europe/Madrid"))
    )
    with pytest.raises(ConfigurationError, match="that of the first replication"):
        Results("desk", 1, (first, other))


def test_a_run_ends_when_the_figure_of_an_hour_is_precise(night):
    rule = Precision("wait_mean", absolute=1e6, at_least=2, hour=22)
    found = simulate(desk(timezone="Europe/Madrid", start=instant("2026-03-03T21:00")), until=rule)
    assert (found.reached, len(found)) == (True, 2)


# --- the zone ------------------------------------------------------------------------------------


def test_the_zone_of_a_scenario_goes_into_its_trials_and_files():
    scenario = desk(timezone="Europe/Madrid")
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario
    assert simulate_once(scenario, 1, 0).timezone == "Europe/Madrid"
    assert desk().timezone is None
    assert simulate_once(desk(), 1, 0).timezone == "UTC"


@pytest.fixture(scope="module")
def shops():
    """Two calendars of Madrid and one of Manila."""
    zones = {"early": "Europe/Madrid", "night": "Asia/Manila", "late": "Europe/Madrid"}
    calendars = [
        {"id": name, "timezone": zone, "hours": {"mon": ["09:00-17:00"]}}
        for name, zone in zones.items()
    ]
    return {**WORKSPACE, "calendars": calendars}


def test_without_a_zone_hours_are_those_of_most_calendars(shops):
    scenario = Scenario(shops, desk().streams, length=HOUR)
    assert scenario.zone == "Europe/Madrid"
    assert simulate(scenario, replications=1).timezone == "Europe/Madrid"
    assert logged_trial(scenario, [], {}, 7200.0, within_shifts=False).timezone == "Europe/Madrid"


def test_a_zone_that_is_given_stands_against_the_calendars(shops):
    scenario = Scenario(shops, desk().streams, length=HOUR, timezone="UTC")
    assert simulate_once(scenario, 1, 0).timezone == "UTC"
    assert scenario.to_dict()["timezone"] == "UTC"


def test_a_file_has_a_zone_only_where_one_was_given(shops):
    scenario = Scenario(shops, desk().streams, length=HOUR)
    assert "timezone" not in scenario.to_dict()
    assert Scenario.from_dict(scenario.to_dict()) == scenario


def test_another_workspace_leaves_the_hours_as_they_are(shops):
    scenario = Scenario(shops, desk().streams, length=HOUR)
    other = scenario.changed(workspace=WORKSPACE)
    assert (other.zone, other.timezone) == ("Europe/Madrid", "Europe/Madrid")
    assert scenario.changed(length=60).timezone is None
    assert scenario.changed(workspace=WORKSPACE, timezone=None).zone == "UTC"
    assert compare(*(simulate(each, replications=2) for each in (scenario, other)))


def test_a_zone_that_nobody_knows_is_refused_with_a_likely_one():
    with pytest.raises(ConfigurationError, match=r"timezone: 'Europe/Madird'.*Europe/Madrid"):
        desk(timezone="Europe/Madird")
