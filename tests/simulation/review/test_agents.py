"""How agents work and rest."""

import pytest

from assignwork import Agent, Team, Workspace
from assignwork.simulation import (
    Break,
    Handling,
    Kind,
    Logged,
    Scenario,
    Stream,
    Uniform,
    simulate,
    simulate_once,
    single_queue,
)


def begun(workspace, streams, **fields):
    """When the customers of the streams, one each, were begun with, in seconds."""
    scenario = Scenario(workspace, streams, length=7200, handling=Handling(at_once=1), **fields)
    found = simulate_once(scenario, 0, 0, validate=True).customers
    return {streams[s].name: float(at) for s, at in zip(found.stream, found.begun_at, strict=True)}


def comes(name, at, team="calls", **kind):
    """One customer, with 100 s of work."""
    return Stream(name, Logged([at]), Kind(team, handle=100, **kind))


@pytest.mark.parametrize("name", ["hard/long", "day/hard/long"])
def test_the_pace_of_a_kind_with_a_slash_in_its_name_holds(name):
    stream = Stream("day", 20, Kind("queue", handle=60, name="hard/long"))
    base = single_queue(1, per_hour=30, handle=60, length=3600)
    found = simulate(base.changed(streams=[stream], pace={"agent-1": {name: 2.0}}), replications=2)
    assert found.mean("handle_time_mean") == pytest.approx(120)


def test_breaks_of_one_name_last_each_for_a_time_of_its_own():
    pauses = [Break("coffee", Uniform(60, 1200), at=[time]) for time in ("02:00", "04:00")]
    told = []
    simulate_once(
        single_queue(1, per_hour=0, handle=60, length=8 * 3600, breaks=pauses),
        1,
        0,
        on_events=lambda events: told.extend(
            event.at for event in events if event.kind == "presence_changed"
        ),
    )
    gone, back, again, once_more = told
    assert (gone, again) == (2 * 3600, 4 * 3600)
    assert back - gone != pytest.approx(once_more - again)


def test_ends_that_read_the_same_are_not_told_as_a_range():
    found = str(simulate(single_queue(2, per_hour=0, handle=60, length=3600), replications=2))
    assert "Agents handle work 0.0 % of their time." in found


def test_who_is_back_turns_to_the_more_urgent_that_he_is_given_then():
    desk = Workspace([Team("calls")], [Agent("ana", capacity=2, primary=["calls"])])
    streams = [comes("first", 590), comes("low", 595, priority=3), comes("urgent", 700, priority=1)]
    found = begun(desk, streams, breaks=[Break("coffee", 600, at=["00:10"])])
    assert found == {"first": 590, "urgent": 690 + 600, "low": 690 + 700}


def test_of_what_he_is_given_at_once_he_turns_to_the_most_urgent_first():
    """The desk gives him what is his own team's before he helps the other."""
    desk = Workspace(
        [Team("calls"), Team("mail")],
        [Agent("ana", capacity=2, primary=["calls"], secondary=["mail"])],
    )
    streams = [comes("low", 700, priority=3), comes("urgent", 700, "mail", priority=1)]
    found = begun(desk, streams, breaks=[Break("coffee", 600, at=["00:10"])])
    assert found == {"urgent": 1200, "low": 1300}
