"""Service levels where kinds of customers have thresholds of their own."""

import json
import math
import pickle

import pytest
from trials import START, trial

from assignwork.errors import ConfigurationError
from assignwork.simulation import Kind, Scenario, Stream, compare, simulate, simulate_once
from assignwork.simulation.fitting._logged_trial import UNSEEN, logged_trial
from assignwork.simulation.results import Results
from assignwork.simulation.summary import summarize

AT = START
WORKSPACE = {
    "teams": [{"id": "desk"}],
    "agents": [{"id": "ana", "capacity": 1, "primary": ["desk"]}],
}
CALLS = Stream("calls", 6, Kind("desk", handle=300))
MAIL = Stream("mail", 3, Kind("desk", handle=300, threshold=4 * 3600))


def desk(*streams, **others):
    return Scenario(WORKSPACE, streams or (CALLS, MAIL), length=7200, **others)


def of(threshold_of, **others):
    """One replication of nobody, whose kinds have these thresholds."""
    return Results("desk", 1, (summarize(trial(
        [], kinds=tuple(threshold_of), channels=(None,) * len(threshold_of),
        thresholds=tuple(threshold_of.values()), **others,
    )),))  # fmt: skip


def test_each_customer_is_counted_by_the_threshold_of_his_kind():
    people = [
        {"kind": kind, "assigned_at": AT + wait, "agent": 0, "closed_at": AT + 900}
        for kind in (0, 1)
        for wait in (10, 20, 21, 600)
    ]
    summary = summarize(
        trial(people, kinds=("s/call", "s/mail"), channels=(None, None), thresholds=(20.0, 600.0))
    )
    assert summary.value("service_level", kind="s/call") == 0.5
    assert summary.value("service_level", kind="s/mail") == 1
    assert summary.value("service_level") == 0.75
    assert summary.value("service_level", hour=0) == 0.75


def test_who_never_was_assigned_is_not_served_however_long_the_threshold():
    summary = summarize(trial([{}], thresholds=(math.inf,)))
    assert summary.value("service_level") == 0


def test_a_kind_has_the_scenarios_threshold_unless_it_has_its_own():
    found = simulate_once(desk(threshold=45), 1, 0)
    assert dict(zip(found.kinds, found.thresholds, strict=True)) == {
        "calls/all": 45, "mail/all": 4 * 3600,
    }  # fmt: skip
    assert found.threshold is None


def test_a_log_is_measured_by_the_thresholds_and_the_zone_of_its_scenario():
    scenario = desk(threshold=45, timezone="Asia/Kolkata")
    found = logged_trial(scenario, [], {}, 7200.0, within_shifts=False)
    assert dict(zip(found.kinds, found.thresholds, strict=True)) == {
        "calls/all": 45, "mail/all": 4 * 3600, UNSEEN: 45,
    }  # fmt: skip
    assert found.timezone == "Asia/Kolkata"


def test_one_threshold_is_told_as_one():
    found = simulate(desk(CALLS, threshold=45), replications=2)
    assert (found.threshold, found.thresholds) == (45, {"calls/all": 45})
    assert "Within 45 s, " in str(found)


def test_several_thresholds_are_not_told_as_one():
    found = simulate(desk(), replications=2)
    assert found.threshold is None
    assert found.thresholds == {"calls/all": 20, "mail/all": 4 * 3600}
    assert "Within the threshold of their kind, " in str(found)
    assert "Within 20 s" not in str(found)
    document = json.loads(json.dumps(found.to_dict()))
    assert document["threshold"] is None
    assert document["thresholds"] == {"calls/all": 20, "mail/all": 14_400}
    assert pickle.loads(pickle.dumps(found)) == found


def test_it_is_written_and_read():
    scenario = desk()
    document = json.loads(json.dumps(scenario.to_dict()))
    assert document["streams"][1]["kinds"][0]["threshold"] == 14_400
    assert "threshold" not in document["streams"][0]["kinds"][0]
    assert Scenario.from_dict(document) == scenario


@pytest.mark.parametrize("threshold", [-1, "soon", math.inf, True])
def test_a_threshold_that_is_no_duration_is_refused_with_its_place(threshold):
    document = desk().to_dict()
    document["streams"][1]["kinds"][0]["threshold"] = threshold
    with pytest.raises(ConfigurationError) as caught:
        Scenario.from_dict(document)
    assert caught.value.field == "streams[1].kinds[0].threshold"


def test_thresholds_of_one_kind_that_differ_are_not_compared():
    a, b = of({"s/call": 20.0, "s/mail": 600.0}), of({"s/call": 20.0, "s/mail": 900.0})
    with pytest.raises(
        ConfigurationError, match=r"the threshold of 's/mail' differs: 600\.0 of a, 900\.0 of b"
    ):
        compare(a, b)


def test_kinds_of_one_side_only_may_have_thresholds_of_their_own():
    a, b = of({"s/call": 20.0}), of({"s/call": 20.0, "s/mail": 600.0})
    assert compare(a, b).difference("arrivals").verdict == "unknown"


def test_the_one_threshold_of_each_side_must_be_the_same_whatever_the_kinds():
    with pytest.raises(ConfigurationError, match=r"the threshold differs: 20\.0 of a, 30\.0 of b"):
        compare(of({"s/call": 20.0}), of({"s/mail": 30.0}))
