"""How agents work and rest."""

import pytest

from assignwork.simulation import (
    Break,
    Kind,
    Stream,
    Uniform,
    simulate,
    simulate_once,
    single_queue,
)


@pytest.mark.parametrize("name", ["hard/long", "day/hard/long"])
def test_the_pace_of_a_kind_with_a_slash_in_its_name_holds(name):
    stream = Stream("day", 30, Kind("queue", handle=60, name="hard/long"))
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
