"""Means and intervals over replications, their tables, frames, text and curves."""

import json
import math
import pickle
import sys
from functools import partial

import numpy as np
import pytest
from attrs import evolve
from scipy import stats
from trials import START, by_chance, one_server, trial

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError
from assignwork.simulation import Kind, Scenario, Stream, simulate
from assignwork.simulation.estimates import intervals
from assignwork.simulation.measures import MEASURES
from assignwork.simulation.replications import run_replications
from assignwork.simulation.results import Results
from assignwork.simulation.summary import summarize


def replications(*trials, scenario="the desk"):
    return Results(scenario, trials[0].seed, tuple(summarize(found) for found in trials))


def of_waits(*waits, **others):
    """One replication for each mean wait."""
    return replications(
        *(
            trial(
                [{"assigned_at": START + wait, "agent": 0, "closed_at": START + 500.0}],
                number=number,
                **others,
            )
            for number, wait in enumerate(waits)
        )
    )


@pytest.fixture(scope="module")
def desk():
    """Five replications of everything at once, and of different priorities."""
    return replications(*(evolve(by_chance(s), number=s, seed=9) for s in range(5)))


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("count", [2, 3, 30])
def test_intervals_are_those_of_scipy(count, confidence):
    values = np.random.default_rng(count).exponential(40, count)
    found = intervals(values, confidence).at()
    error = stats.sem(values)
    low, high = stats.t.interval(confidence, count - 1, loc=values.mean(), scale=error)
    assert found.mean == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.half_width == pytest.approx((high - low) / 2)
    assert found.standard_error == pytest.approx(error)
    assert found.replications == count


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    """2000 intervals of 10 means each: of 95 % intervals 95 % +- 1.5 %, three deviations."""
    values = np.random.default_rng(7).normal(3.0, 2.0, (10, 2000))
    for confidence in (0.8, 0.95):
        found = intervals(values, confidence)
        held = np.abs(found.mean - 3.0) <= found.half_width
        deviation = math.sqrt(confidence * (1 - confidence) / 2000)
        assert held.mean() == pytest.approx(confidence, abs=3 * deviation)


def test_intervals_hold_the_mean_wait_of_a_queue_that_a_formula_knows():
    """M/M/1 at 50 %: its mean wait is rho / (1 - rho) = 1 s; 100 results of 8 replications."""
    held = 0
    for seed in range(100):
        run = partial(one_server, customers=400, rate=0.5, warm_up=60.0)
        found = run_replications(run, 8, seed=seed).interval("wait_mean", 0.9)
        held += found.low <= 1.0 <= found.high
    assert 80 <= held <= 99


def test_replications_without_a_value_are_left_out():
    nobody = trial([], number=2)
    found = replications(
        *(
            trial(
                [{"assigned_at": START + wait, "agent": 0, "closed_at": START + 50}], number=number
            )
            for number, wait in enumerate((10.0, 20.0))
        ),
        nobody,
    )
    assert found.interval("wait_mean").mean == pytest.approx(15)
    assert found.interval("wait_mean").replications == 2
    assert found.interval("arrivals").replications == 3


def test_one_replication_has_no_interval_and_says_so():
    found = of_waits(10.0)
    estimate = found.interval("wait_mean")
    assert estimate.mean == 10
    assert math.isnan(estimate.half_width)
    assert math.isnan(estimate.low)
    assert not estimate.known
    assert str(estimate) == "10 (1 replication: no interval)"
    assert "no intervals" in str(found.table())
    assert "run more" in str(found)


def test_what_nobody_has_is_no_value():
    estimate = of_waits(10.0, 20.0).interval("returns")
    assert estimate.mean == 0
    estimate = replications(trial([]), trial([], number=1)).interval("wait_mean")
    assert str(estimate) == "no value in any replication"
    assert estimate.to_dict()["mean"] is None


def test_a_group_that_one_replication_lacks_had_nobody_there():
    urgent = {"assigned_at": START + 5, "agent": 0, "closed_at": START + 50, "priority": 1}
    found = replications(trial([urgent]), trial([{**urgent, "priority": 4}], number=1))
    assert found.values("arrivals", priority=1).tolist() == [1, 0]
    assert found.values("queue_length_mean", priority=4).tolist() == [0, 0]
    assert found.values("wait_mean", priority=1)[0] == 5
    assert math.isnan(found.values("wait_mean", priority=1)[1])
    assert found.labels("priority") == (1, 4)


def test_values_are_those_of_the_summaries(desk):
    for at, summary in enumerate(desk.summaries):
        expected = summary.value("wait_p90", team="billing")
        assert desk.values("wait_p90", team="billing")[at] == pytest.approx(expected)


def test_values_that_a_caller_changes_stay_his_own(desk):
    desk.values("wait_mean")[:] = 0
    assert desk.mean("wait_mean") > 0


def test_an_unknown_measure_is_told_with_a_likely_one(desk):
    with pytest.raises(ConfigurationError, match="did you mean 'wait_mean'"):
        desk.mean("wait_meen")


def test_an_unknown_priority_lists_those_there_are(desk):
    with pytest.raises(ConfigurationError, match="no priority 2; known are: 1, 3, 7"):
        desk.mean("wait_mean", priority=2)


@pytest.mark.parametrize("confidence", [0, 1, 95, 0.0, 1.0, "0.95"])
def test_a_confidence_is_a_share(desk, confidence):
    with pytest.raises(ConfigurationError, match=r"give 95 % as 0\.95"):
        desk.interval("wait_mean", confidence)


# --- tables and frames ----------------------------------------------------------------------------


def test_a_table_has_a_row_for_each_group_and_one_for_all(desk):
    table = desk.table("team", ["wait_mean", "abandonment"], confidence=0.9)
    assert [row[0] for row in table.rows()] == ["team", "billing", "technical", "empty", "all"]
    assert table.cells[0][0] == desk.interval("wait_mean", 0.9, team="billing")
    assert table.cells[3][1] == desk.interval("abandonment", 0.9)
    assert "90 % interval" in str(table)
    assert table.rows()[3][1] == "-"
    json.dumps(table.to_dict(), allow_nan=False)


def test_a_table_of_agents_shows_what_agents_do(desk):
    head = desk.table("agent").rows()[0]
    assert head == ["agent", "assigned", "occupancy", "active", "handling", "overtime"]


def test_a_table_of_what_is_no_group_is_refused(desk):
    with pytest.raises(ConfigurationError, match="did you mean 'team'"):
        desk.table("teams")


def test_names_are_escaped_in_html():
    found = of_waits(1.0, 2.0, agents=("<b>ana</b>",))
    assert "<b>ana" not in found._repr_html_()
    assert "<b>ana" not in found.table("agent")._repr_html_()
    assert "&lt;b&gt;ana" in found.table("agent")._repr_html_()


def test_a_frame_is_tidy(desk):
    frame = desk.to_frame()
    assert list(frame) == ["replication", "group_kind", "group", "measure", "value"]
    assert len(frame) == 5 * len(desk.groups) * len(desk.measures)
    rows = frame[(frame.group_kind == "team") & (frame.group == "billing")]
    assert rows[rows.measure == "wait_mean"].value.tolist() == pytest.approx(
        desk.values("wait_mean", team="billing")
    )
    assert set(desk.to_frame(by="channel").group) == {"mail", "phone", None}


def test_a_frame_without_pandas_says_what_to_install(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigurationError, match=r"assignwork\[frames\]"):
        desk.to_frame()


def test_a_dict_is_json_and_has_every_estimate(desk):
    found = json.loads(json.dumps(desk.to_dict(), allow_nan=False))
    entry = next(e for e in found["groups"] if (e["kind"], e["group"]) == ("priority", 3))
    assert entry["measures"]["wait_mean"]["mean"] == pytest.approx(
        desk.mean("wait_mean", priority=3)
    )
    assert set(entry["measures"]) == {*MEASURES, "attainment:reply", "attainment:solve"}
    assert entry["measures"]["occupancy"]["mean"] is None


def test_the_text_answers_what_a_manager_asks(desk):
    text = str(desk)
    for words in (
        "the desk: 5 replications", "Customers wait", "give up", "turned away",
        "Agents handle work", "still there", "Promises kept", "by team", "by channel", "Agents\n",
        "±",
    ):  # fmt: skip
        assert words in text, words
    assert "nan" not in text
    assert desk._repr_html_().startswith('<div class="assignwork-results">')


def test_groups_of_the_same_customers_are_told_once():
    people = [Agent(f"{team}-agent", primary=[team]) for team in ("chat", "mail")]
    desk = Workspace([Team("chat"), Team("mail")], people)
    streams = [
        Stream(f"{team}s", per_hour, Kind(team, 300, channel=team))
        for team, per_hour in (("chat", 4), ("mail", 7))
    ]
    text = str(simulate(Scenario(desk, streams, length=36_000), replications=2))
    assert ("by team" in text, "by channel" in text, "by stream" in text) == (True, False, False)


def test_the_text_of_nobody_is_a_text():
    text = str(replications(trial([]), trial([], number=1)))
    assert "Nobody was assigned" in text
    assert "Nobody gives up" in text
    assert "No agent was at work" in text


def test_the_text_of_many_agents_is_cut_and_counts_the_rest():
    found = of_waits(1.0, 2.0, agents=tuple(f"agent-{i}" for i in range(50)))
    assert "... 30 more" in str(found)
    assert "agent-25" not in str(found)
    assert len(found.table("agent").rows()) == 52


# --- curves ---------------------------------------------------------------------------------------


def test_a_curve_over_time_has_the_mean_and_interval_of_each_cell(desk):
    curve = desk.curve("waiting", 0.9)
    rows = np.array([found.curves.over_time[0] for found in desk.summaries])
    assert curve.mean == pytest.approx(rows.mean(axis=0))
    expected = intervals(rows[:, 3], 0.9).at()
    assert (curve.low[3], curve.high[3]) == pytest.approx((expected.low, expected.high))
    assert curve.at[0] > desk.summaries[0].begin
    assert curve.at[-1] < desk.summaries[0].end


def test_the_spread_of_waits_is_of_all_or_of_a_priority(desk):
    curve = desk.curve("waits", priority=1)
    assert curve.at.tolist() == list(range(101))
    assert curve.mean[90] == pytest.approx(desk.mean("wait_p90", priority=1))
    assert desk.curve("waits").mean[50] == pytest.approx(desk.mean("wait_p50"))
    json.dumps(curve.to_dict(), allow_nan=False)


def test_a_curve_that_is_not_kept_is_refused(desk):
    with pytest.raises(ConfigurationError, match="no curve 'occupancy' of team billing"):
        desk.curve("occupancy", team="billing")
    with pytest.raises(ConfigurationError, match="no curve 'waits' of team billing"):
        desk.curve("waits", team="billing")


# --- what belongs together ------------------------------------------------------------------------


def test_results_are_the_same_after_a_journey_and_can_be_asked(desk):
    desk.mean("wait_mean")
    copy = pickle.loads(pickle.dumps(desk))
    assert copy == desk
    assert copy.mean("wait_mean") == desk.mean("wait_mean")


def test_the_first_replications_are_results_of_their_own(desk):
    assert desk.first(2).summaries == desk.summaries[:2]
    with pytest.raises(ConfigurationError, match="1 to 5"):
        desk.first(6)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"number": 0}, "in the order of their numbers"),
        ({"number": 1, "seed": 2}, "the seed of these results"),
        ({"number": 1, "thresholds": (30.0,)}, "that of the first replication"),
        ({"number": 1, "end": START + 10}, "that of the first replication"),
    ],
)
def test_replications_of_different_scenarios_are_refused(others, words):
    first, other = summarize(trial([])), summarize(trial([], **others))
    with pytest.raises(ConfigurationError, match=words):
        Results("desk", 1, (first, other))


def test_results_of_nothing_are_refused():
    with pytest.raises(ConfigurationError, match="no replication"):
        Results("desk", 1, ())
