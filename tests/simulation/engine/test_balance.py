"""121: whether agents can keep up, in numbers."""

import pytest
from playing import HOUR, MONDAY, agent, desk, scenario, shift

from assignwork.simulation import Exponential, Kind, Stream, balances


def stream(name, per_hour, *kinds):
    return Stream(name, per_hour, kinds)


def numbers(what):
    return [(found.team, found.load, found.places) for found in balances(what)]


def test_load_is_arrivals_times_work_and_places_are_agents():
    what = scenario(desk("ana", "ben"), stream("calls", 12, Kind("queue", Exponential(450))))
    assert numbers(what) == [(None, 1.5, 2.0), ("queue", 1.5, 2.0)]
    assert balances(what)[0].utilisation == 0.75


def test_load_is_by_team_and_places_of_who_may_help():
    what = scenario(
        desk(agent("ana", ["one"]), agent("ben", ["two"], secondary=["one"]), agent("cleo", ["no"]),
             teams=["one", "two", "no"]),
        stream("calls", 12, Kind("one", 300, name="x", share=3), Kind("two", 300, name="y")),
    )  # fmt: skip
    assert numbers(what) == [(None, 1.0, 2.0), ("one", 0.75, 2.0), ("two", 0.25, 1.0)]


def test_who_gives_up_is_no_load():
    what = scenario(desk("ana"), stream("calls", 12, Kind("queue", 300, patience=60)))
    assert numbers(what)[0] == (None, 0.0, 1.0)
    assert balances(what)[0].utilisation == 0.0


def test_who_finds_no_place_is_no_load_either():
    what = scenario(desk("ana"), stream("calls", 120, Kind("queue", 300, places=5)))
    assert numbers(what)[0] == (None, 0.0, 1.0)


def test_who_comes_back_is_more_load():
    back = {"probability": 0.5, "after": 60, "handle": 600, "at_most": 2}
    what = scenario(desk("ana"), stream("calls", 12, Kind("queue", 300, comes_back=back)))
    assert numbers(what)[0] == (None, pytest.approx(12 / 3600 * (300 + 600 * 0.75)), 1.0)


def test_agents_count_with_the_share_of_time_in_which_they_are_there():
    what = scenario(
        desk(agent("ana", shift="office"), agent("ben", presence="offline"),
             calendars=[shift("office", "09:00-15:00")]),
        stream("calls", 1, Kind("queue", 300)),
        start=MONDAY,
    )  # fmt: skip
    assert numbers(what)[0][2] == 0.25


@pytest.mark.parametrize(
    ("fields", "capacity", "weight", "places"),
    [
        ({}, 3, 1, 3.0),
        ({}, 3, 2, 1.0),
        ({}, 1, 2, 0.0),
        ({"handling": {"at_once": 2}}, 3, 1, 2.0),
        ({"handling": {"speeds": [1, 0.8, 0.6]}}, 3, 1, 1.8),
        ({"handling": {"speeds": [1, 0.4]}}, 2, 1, 1.0),  # he could work on one alone
        ({"pace": {"ana": 2}}, 3, 1, 1.5),
        ({"pace": {"ana": {"all": 0.5}}}, 3, 1, 6.0),
        ({"handling_of": {"ana": {"at_once": 1}}}, 3, 1, 1.0),
    ],
)
def test_places_are_the_work_that_he_can_do_at_a_time(fields, capacity, weight, places):
    what = scenario(
        desk(agent("ana", capacity=capacity)),
        stream("calls", 1, Kind("queue", 300, weight=weight)),
        **fields,
    )
    assert numbers(what)[0][2] == pytest.approx(places)


def test_where_nobody_is_the_utilisation_is_infinite():
    what = scenario(desk(teams=["queue"]), stream("calls", 1, Kind("queue", 300)), length=HOUR)
    assert balances(what)[0].utilisation == float("inf")
