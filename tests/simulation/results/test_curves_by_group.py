"""The backlog of each team and priority over time."""

import numpy as np
import pytest

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError
from assignwork.simulation import Exponential, Kind, Scenario, Stream, simulate


@pytest.fixture(scope="module")
def results():
    desk = Workspace(
        [Team("calls"), Team("mail")],
        [Agent("ana", capacity=1, primary=["calls"]), Agent("ben", capacity=1, primary=["mail"])],
    )
    kinds = [
        Kind("calls", handle=Exponential(300), name="calls", priority=1),
        Kind("mail", handle=Exponential(300), name="mail", priority=3),
        Kind("mail", handle=Exponential(300), name="late", priority=4, share=0.01),
    ]
    scenario = Scenario(desk, [Stream("day", 18, kinds)], length=12 * 3600)
    return simulate(scenario, replications=4, seed=2)


@pytest.mark.parametrize("name", ["waiting", "open"])
@pytest.mark.parametrize("kind", ["team", "priority"])
def test_curves_of_the_groups_add_up_to_that_of_all(results, name, kind):
    parts = [results.curve(name, **{kind: label}).mean for label in results.labels(kind)]
    assert len(parts) > 1
    assert np.sum(parts, axis=0) == pytest.approx(results.curve(name).mean, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "measure"), [("waiting", "queue_length_mean"), ("open", "open_mean")]
)
@pytest.mark.parametrize("group", [{"team": "mail"}, {"priority": 1}, {"priority": 4}])
def test_their_means_are_the_measures_of_the_group(results, name, measure, group):
    found = results.curve(name, **group)
    assert found.mean.mean() == pytest.approx(results.mean(measure, **group), rel=1e-5)
    assert found.group == next(iter(group.items()))


def test_a_group_that_there_is_not_is_refused(results):
    with pytest.raises(ConfigurationError, match="there is no team 'mial'"):
        results.curve("waiting", team="mial")
    with pytest.raises(ConfigurationError, match="no curve 'open' of agent ana"):
        results.curve("open", agent="ana")


def test_a_curve_is_a_frame_of_its_points(results):
    curve = results.curve("waiting", team="mail")
    found = curve.to_frame()
    assert list(found) == ["curve", "group_kind", "group", "at", "mean", "low", "high"]
    assert len(found) == len(curve.at)
    assert set(found["group"]) == {"mail"}
    assert found["mean"].tolist() == curve.mean.tolist()
    assert curve.to_dict()["group"] == "mail"
