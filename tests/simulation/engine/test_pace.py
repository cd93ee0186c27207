"""110: agents who are slower or faster."""

import pytest
from playing import MONDAY, agent, comes, desk, play, shift

from assignwork.simulation import Kind, Logged, Stream


def test_the_pace_of_an_agent_multiplies_his_work():
    found = play(desk("ana", "ben"), comes("a", 0, 100), comes("b", 0, 100), pace={"ana": 1.5})
    assert found.work(agent="ana") == [("a", 0.0, 150.0)]
    assert found.work(agent="ben") == [("b", 0.0, 100.0)]


@pytest.mark.parametrize(
    ("pace", "hard_for", "easy_for"),
    [
        ({"hard": 2}, 200, 100),
        ({"calls/hard": 2}, 200, 100),
        ({"hard": 2, "calls/hard": 3}, 300, 100),
        ({"hard": 2, "calls/easy": 0.5}, 200, 50),
    ],
)
def test_the_pace_may_be_by_kind_and_the_full_name_goes_first(pace, hard_for, easy_for):
    kinds = [Kind("queue", 100, name="hard"), Kind("queue", 100, name="easy")]
    found = play(
        desk("ana", "ben"),
        Stream("calls", Logged([0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0]), kinds),
        pace={"ana": pace, "ben": pace},
    )
    took = {"calls/hard": hard_for, "calls/easy": easy_for}
    rows = [found.customer("calls", n) for n in range(1, 7)]
    assert {row.kind for row in rows} == set(took)
    for row in rows:
        assert row.closed_at - row.arrived_at == took[row.kind]


def test_work_that_moves_goes_on_at_the_pace_of_who_has_it():
    found = play(
        desk(
            agent("ana", shift="early"),
            agent("ben", shift="late"),
            calendars=[shift("early", "00:00-00:01"), shift("late", "00:01-01:00")],
            reassign="all",
        ),
        comes("a", MONDAY, 100),
        pace={"ana": 2, "ben": 0.5},
        start=MONDAY,
    )
    # 60 s at ana's pace are 30 s of work; the other 70 s take ben 35 s
    assert found.work("a") == [
        ("ana", MONDAY, MONDAY + 60), ("ben", MONDAY + 60, MONDAY + 95),
    ]  # fmt: skip


def test_pace_and_speeds_multiply():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 0, 100),
        comes("b", 0, 100),
        pace={"ana": 1.5},
        handling={"speeds": [1, 0.5]},
    )
    assert found.customer("a").closed_at == pytest.approx(300.0)
