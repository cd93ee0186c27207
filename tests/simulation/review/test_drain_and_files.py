"""Rests of the drain, zones of breaks, logs outside of the time, and what files are told."""

import json

import pytest

from assignwork import Agent, Calendar, Team, Workspace
from assignwork.errors import ConfigurationError, InputError
from assignwork.simulation import (
    Break,
    Exponential,
    Kind,
    Logged,
    Poisson,
    Scenario,
    Stream,
    simulate_once,
)

HOUR, DAY = 3600, 86_400


def gone(breaks=(), *, length=2 * HOUR, agent=None, calendars=(), work=60, drain=DAY, **fields):
    """When ana became away or active, in hours, while one customer's work lasts."""
    agent = agent or Agent("ana", primary=["calls"])
    told = []
    scenario = Scenario(
        Workspace([Team("calls")], [agent], calendars=calendars),
        [Stream("day", Logged([1]), Kind("calls", handle=work))],
        length=length,
        drain=drain,
        breaks=breaks,
        handling={"finishes": False},
        **fields,
    )
    simulate_once(
        scenario, 1, 0,
        on_events=lambda events: told.extend(
            (event.presence, event.at / HOUR) for event in events
            if event.kind == "presence_changed"
        ),
    )  # fmt: skip
    return told


def test_breaks_go_on_while_what_is_left_is_worked_off():
    lunch = Break("lunch", HOUR, at=["12:00"])
    found = gone([lunch], work=40 * HOUR, drain=3 * DAY)
    assert found == [("away", 12), ("active", 13), ("away", 36), ("active", 37)]


def test_breaks_at_random_go_on_too():
    assert len(gone([Break("tea", HOUR, every=3 * HOUR)], work=20 * HOUR)) > 8


def test_the_breaks_before_the_end_are_drawn_as_they_were():
    tea = Break("tea", Exponential(600), at=["03:00", "20:00"])
    short = gone([tea], length=2 * HOUR, work=60 * HOUR, drain=4 * DAY)
    long = gone([tea], length=3 * DAY, work=60 * HOUR, drain=DAY)
    assert short == long[: len(short)]
    assert len(short) > 6


def test_shifts_of_the_drain_may_see_nobody_too():
    shift = Calendar("day", hours={"mon-sun": ["00:00-02:00", "10:00-11:00"]})
    agent = Agent("ana", primary=["calls"], shift="day")
    options = {"agent": agent, "calendars": [shift], "work": 30 * HOUR, "drain": 4 * DAY}
    assert gone(no_show=1.0, **options) == [("away_reassign", 0)]
    assert gone(**options)[-1][1] > 48


def test_local_times_without_a_zone_are_those_of_the_shift():
    tokyo = Calendar("tokyo", "Asia/Tokyo", {"mon-sun": ["08:00-20:00"]})
    agent = Agent("ana", primary=["calls"], shift="tokyo")
    lunch = Break("lunch", HOUR, at=["12:00"])
    found = gone([lunch], agent=agent, calendars=[tokyo], length=10 * HOUR)
    assert ("away", 3) in found  # noon in Tokyo
    utc = Break("lunch", HOUR, at=["10:00"], timezone="UTC")
    assert ("away", 10) in gone([utc], agent=agent, calendars=[tokyo], length=11 * HOUR)
    assert lunch.to_dict() == {"name": "lunch", "lasts": lunch.lasts.to_dict(), "at": ["12:00"]}


def test_without_a_shift_they_are_those_of_utc():
    assert gone([Break("lunch", HOUR, at=["01:00"])])[0] == ("away", 1)


@pytest.mark.parametrize(
    ("arrivals", "message"),
    [(Logged([9e5]), "lie outside of the scenario's time"), (Poisson(9e8), "customers would come")],
)
def test_arrivals_that_cannot_be_used_are_refused_as_the_scenario_is_made(arrivals, message):
    workspace = Workspace([Team("calls")], [Agent("ana", primary=["calls"])])
    streams = [Stream("a", 3, Kind("calls", handle=60)),
               Stream("b", arrivals, Kind("calls", handle=60))]  # fmt: skip
    with pytest.raises(ConfigurationError, match=message) as told:
        Scenario(workspace, streams, length=HOUR * 200)
    assert told.value.field.startswith("streams[1].arrivals")


def test_an_empty_scenario_file_is_told_what_a_scenario_needs(tmp_path):
    path = tmp_path / "day.toml"
    path.write_text("")
    with pytest.raises(InputError, match="give an object with workspace, streams and length"):
        Scenario.load(path)


def test_a_workspace_file_that_is_missing_is_told_with_the_file_that_names_it(tmp_path):
    path = tmp_path / "day.json"
    path.write_text(json.dumps({"workspace": "nope.json", "streams": [], "length": 60}))
    with pytest.raises(
        InputError, match=r"day\.json, field workspace: .*nope\.json cannot be read"
    ):
        Scenario.load(path)
