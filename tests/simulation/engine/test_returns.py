"""108: customers who come back."""

import pytest
from playing import comes, desk, play

from assignwork.simulation import Exponential, Kind, Poisson, Stream

BACK = {"probability": 1, "after": 50, "handle": 10, "at_most": 2}


def test_he_comes_back_after_the_close_with_new_work_up_to_so_many_times():
    found = play(desk("ana"), comes("a", 0, 100, comes_back=BACK))
    a = found.customer("a")
    assert found.told("reopened") == [(150.0, "reopened", "a-1"), (210.0, "reopened", "a-1")]
    assert found.work("a") == [("ana", 0.0, 100.0), ("ana", 150.0, 160.0), ("ana", 210.0, 220.0)]
    assert (a.visits, a.closed_at, a.assigned_at) == (3, 220.0, 0.0)


def test_he_does_not_where_the_probability_is_0():
    found = play(desk("ana"), comes("a", 0, 100, comes_back={**BACK, "probability": 0}))
    assert (found.customer("a").visits, found.told("reopened")) == (1, [])


def test_without_a_handle_time_of_its_own_the_work_is_drawn_anew_as_the_first_time():
    found = play(
        desk("ana"),
        Stream("a", 1, Kind("queue", Exponential(60), comes_back={"probability": 1, "after": 600})),
        length=600_000,
    )
    work = found.trial.customers.work
    stretches = found.trial.stretches
    again = {row: [] for row in range(len(work))}
    for row, begun, ended in zip(
        stretches.customer, stretches.begun_at, stretches.ended_at, strict=True
    ):
        again[row].append(ended - begun)
    for row, parts in again.items():
        assert parts[0] == pytest.approx(work[row])
        assert len({round(part, 6) for part in parts}) == len(parts)
    every = [part for parts in again.values() for part in parts[1:]]
    assert sum(every) / len(every) == pytest.approx(60, rel=0.15)


def test_as_many_come_back_as_the_probability_says():
    found = play(
        desk("ana"),
        Stream("a", Poisson(6), Kind("queue", 1, comes_back={**BACK, "probability": 0.3})),
        length=600_000,
    )
    visits = found.trial.customers.visits
    share = (visits > 1).mean()
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / len(visits)) ** 0.5
    assert abs((visits[visits > 1] > 2).mean() - 0.3) < 0.1


def test_who_gave_up_does_not_come_back():
    found = play(desk("ana"), comes("a", 0, 100), comes("b", 10, 50, patience=30, comes_back=BACK))
    assert found.customer("b").visits == 1


def test_nobody_comes_back_at_the_end_or_after_it():
    found = play(desk("ana"), comes("a", 0, 100, comes_back=BACK), length=210)
    assert found.customer("a").visits == 2
    assert found.trial.ended_at == 210.0
