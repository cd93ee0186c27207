"""Held time becomes work: all of it, or shared among what is held at once; within shifts or not."""

import numpy as np
import pytest
from known_desks import DAY, MONDAY, calls, log_of, office, without_presence

from assignwork.simulation import Exponential, Handling, simulate_once
from assignwork.simulation.fitting import fit_scenario
from assignwork.simulation.fitting._work import Presence, Stretches, at_once, worked

HOUR = 3600.0


def held(*spans):
    """Stretches of one agent: begin and end."""
    table = np.array(spans, np.float64)
    zeros = np.zeros(len(table), np.int32)
    return Stretches(zeros, np.arange(len(table), dtype=np.int32), zeros, table[:, 0], table[:, 1])


def test_elapsed_counts_all_of_it():
    assert worked(held((0, 10), (5, 25)), None, shared=False).tolist() == [10.0, 20.0]


def test_shared_divides_the_time_of_both():
    found = worked(held((0, 10), (5, 25)), None, shared=True)
    assert found.tolist() == [5 + 2.5, 2.5 + 15]
    assert found.sum() == 25.0


def test_within_shifts_the_night_does_not_count():
    presence = Presence(office().workspace, MONDAY, MONDAY + 7 * DAY)
    span = held((MONDAY + 16 * HOUR, MONDAY + DAY + 11 * HOUR))
    assert worked(span, presence, shared=False).tolist() == [3 * HOUR]


def test_what_is_held_at_once_is_counted_when_an_item_is_taken_up():
    (found,) = at_once(held((0, 10), (5, 25), (10, 12)), 1)
    assert found.tolist() == [1.0, 2.0, 2.0]


def test_work_that_agents_share_comes_back_and_so_do_their_speeds():
    true = calls(per_hour=60, agents=2, capacity=4, handle=Exponential(100)).changed(
        handling=Handling(speeds=(1, 1 / 2, 1 / 3, 1 / 4))
    )
    log = log_of(true)
    shared = fit_scenario(true.workspace, log, work="shared", shifts="keep")
    elapsed = fit_scenario(true.workspace, log, work="elapsed", shifts="keep")
    assert shared.kinds[0].work.mean == pytest.approx(100, rel=0.03)
    assert elapsed.kinds[0].work.mean > 150
    assert shared.scenario.handling.speeds == true.handling.speeds
    assert elapsed.scenario.handling.speeds == (1.0,)


def overnight():
    """Half of the mail is not done when its agent goes home."""
    true = office(6, handle=Exponential(4 * HOUR)).busier(0.25)
    return true.changed(handling=Handling(finishes=False))


def test_what_lies_over_nights_counts_within_shifts_and_is_put_down():
    true = overnight()
    fit = fit_scenario(true.workspace, log_of(true))
    assert fit.clock == "shift"
    assert not fit.scenario.handling.finishes
    drawn = simulate_once(true, 1, 0).customers.work
    assert fit.kinds[0].work.mean == pytest.approx(drawn.mean(), rel=0.02)


def test_the_clock_of_the_wall_counts_nights_if_so_wished():
    true = overnight()
    fit = fit_scenario(true.workspace, log_of(true), clock="wall")
    assert fit.scenario.handling.finishes
    assert fit.kinds[0].work.mean > 8 * HOUR


def test_where_hardly_anything_lies_over_nights_the_wall_clock_counts():
    true = office(2, handle=Exponential(300))
    assert fit_scenario(true.workspace, without_presence(log_of(true))).clock == "wall"
