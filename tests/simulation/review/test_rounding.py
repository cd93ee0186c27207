"""What differs by rounding alone is told as the same."""

import numpy as np
import pytest

from assignwork import Agent, Team, Workspace
from assignwork.simulation import (
    Handling,
    Kind,
    LogNormal,
    RateTable,
    Scenario,
    Stream,
    compare,
    simulate,
)
from assignwork.simulation.estimates import intervals


def desk(capacity):
    """An agent works on one at a time, whatever he holds, and has done all before the end."""
    workspace = Workspace(
        [Team("calls")], [Agent(name, capacity=capacity, primary=["calls"]) for name in "abc"]
    )
    calls = Kind("calls", handle=LogNormal(200, cv=0.8))
    arrivals = RateTable([40, 40, 0, 0])
    return Scenario(
        workspace,
        [Stream("day", arrivals, calls)],
        length=4 * 3600,
        handling=Handling(at_once=1),
        name=f"{capacity} at a time",
    )


@pytest.fixture(scope="module")
def results():
    return [simulate(desk(capacity), replications=10) for capacity in (3, 2)]


def test_sums_of_the_same_terms_in_another_order_have_no_margin():
    found = intervals(np.array([1.0, 1.0 + 2e-16, 1.0 - 1e-16]), 0.95).at()
    assert found.half_width == 0


def test_what_varies_by_more_has_one():
    found = intervals(np.array([1.0, 1.0 + 1e-6, 1.0 - 1e-6]), 0.95).at()
    assert found.half_width > 0


def test_hours_that_are_the_same_in_every_replication_are_shown_without_a_margin(results):
    found = results[0].interval("active_hours", agent="a")
    assert found.half_width == 0
    assert "0.000000" not in str(results[0])


@pytest.mark.parametrize("name", ["occupancy", "handling_hours", "handle_time_mean"])
def test_work_done_by_others_at_other_times_is_the_same_work(results, name):
    assert compare(*results).difference(name).verdict == "same"
    assert compare(*results).difference("wait_mean").verdict == "worse"
