"""117: the window, the drain, and what is left."""

import numpy as np
import pytest
from playing import agent, comes, desk, play

from assignwork.simulation import Kind, Logged, Poisson, Stream


def test_the_window_is_what_is_left_of_the_length_after_the_warm_up():
    found = play(
        desk("ana"), comes("a", 1000, 10), start=1000, length=500, warm_up=100, threshold=7
    )
    trial = found.trial
    assert (trial.begin, trial.end, trial.threshold) == (1100.0, 1500.0, 7.0)


def test_customers_come_until_the_end_those_of_the_warm_up_included():
    found = play(
        desk("ana"),
        Stream("a", Logged([999.0, 1000.0, 1050.0, 1499.0, 1500.0]), Kind("queue", 1)),
        start=1000,
        length=500,
        warm_up=100,
    )
    assert found.trial.customers.arrived_at.tolist() == [1000.0, 1050.0, 1499.0]


def test_what_is_there_is_worked_off():
    found = play(desk("ana"), comes("a", 90, 100), comes("b", 95, 50), length=100)
    assert found.customer("b").closed_at == 240.0
    assert found.trial.ended_at == 240.0
    assert found.there("ana") == [(0.0, 240.0)]


def test_the_run_lasts_to_the_end_though_nobody_is_left():
    found = play(desk("ana"), comes("a", 0, 10), length=100)
    assert found.trial.ended_at == 100.0


def test_it_is_worked_off_for_so_long_and_then_all_is_cut():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 90, 1000),
        comes("b", 95, 50),
        comes("c", 96, 50),
        length=100,
        drain=50,
        handling={"at_once": 1},
    )
    assert found.trial.ended_at == 150.0
    assert found.work("a") == [("ana", 90.0, 150.0)]
    assert [found.customer(name).closed_at for name in "abc"] == [None, None, None]
    assert [found.customer(name).begun_at for name in "abc"] == [90.0, None, None]
    assert found.queued("c") == [("queue", 96.0, None)]
    assert found.there("ana") == [(0.0, 150.0)]


def test_without_drain_all_is_cut_at_the_end():
    found = play(desk("ana"), comes("a", 90, 1000), length=100, drain=0)
    assert (found.trial.ended_at, found.work("a")) == (100.0, [("ana", 90.0, 100.0)])


def test_a_day_is_the_drain_unless_said_otherwise():
    found = play(desk("ana"), comes("a", 0, 1e6), length=100)
    assert found.trial.ended_at == 100.0 + 86_400.0


def test_a_trial_says_what_made_it():
    found = play(
        desk("ana", "ben", teams=["mail", "queue"]),
        Stream("a", Poisson(10), [Kind("queue", 60, name="x", channel="chat"), Kind("mail", 6)]),
        comes("b", 5, 10),
        seed=7,
        number=3,
    )
    trial = found.trial
    assert (trial.seed, trial.number) == (7, 3)
    assert trial.streams == ("a", "b")
    assert trial.kinds == ("a/x", "a/all", "b/all")
    assert trial.channels == ("chat", None, None)
    assert (trial.teams, trial.agents) == (("mail", "queue"), ("ana", "ben"))
    assert trial.events == len(found.events)


def test_commands_are_counted():
    found = play(desk("ana"), comes("a", 0, 60), length=100)
    assert found.trial.commands == 4  # the beginning, submit, reply, close


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_are_in_the_order_of_arrival(seed):
    found = play(
        desk("ana"),
        Stream("a", Poisson(30), Kind("queue", 60)),
        Stream("b", Poisson(30), Kind("queue", 60)),
        seed=seed,
    )
    assert (np.diff(found.trial.customers.arrived_at) >= 0).all()
    assert set(found.trial.customers.stream.tolist()) == {0, 1}
