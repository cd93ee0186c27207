"""Who would come back after the end is no load."""

import warnings

import pytest

from assignwork.simulation import Kind, Return, Stream, UnstableWarning, simulate, single_queue


def desk(after):
    calls = Kind("queue", handle=240, comes_back=Return(0.5, after=after))
    base = single_queue(1, per_hour=12, handle=240, length=8 * 3600)
    return base.changed(streams=[Stream("day", 12, calls)])


def test_a_desk_to_which_nobody_can_come_back_in_time_is_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert simulate(desk(5 * 86_400), replications=2).mean("returns") == 0


def test_one_to_which_they_come_back_soon_is():
    with pytest.warns(UnstableWarning, match="utilisation 1.575"):
        simulate(desk(600), replications=2)
