"""Every measure of every group against plain loops, and the cases that a formula gets wrong."""

import math
import pickle
import time

import by_hand
import numpy as np
import pytest
from trials import START, by_chance, one_server, trial

from assignwork.errors import ConfigurationError
from assignwork.simulation import (
    Break,
    Conversation,
    Empirical,
    Exponential,
    Kind,
    Return,
    Scenario,
    Stream,
    simulate_once,
    single_queue,
)
from assignwork.simulation.curves import OVER_TIME, PERCENTS
from assignwork.simulation.little import littles_law
from assignwork.simulation.measures import MEASURES, empty, measure
from assignwork.simulation.summary import summarize

AT = START


@pytest.mark.parametrize("seed", range(25))
def test_every_measure_of_every_group_is_as_counted_by_hand(seed):
    found = by_chance(seed)
    summary = summarize(found)
    for row, (kind, label) in enumerate(summary.groups):
        expected = by_hand.measured(found, kind, label)
        for column, name in enumerate(summary.measures):
            wanted = expected.get(name, math.nan)
            assert summary.values[row, column] == pytest.approx(wanted, abs=1e-6, nan_ok=True), (
                kind, label, name,
            )  # fmt: skip


def test_a_run_of_the_simulator_is_measured_as_counted_by_hand():
    """With patience, two teams, turns, returns, breaks and overtime."""
    workspace = {
        "teams": [{"id": "mail"}, {"id": "phone"}],
        "agents": [
            {"id": "ana", "capacity": 3, "primary": ["mail"], "secondary": ["phone"]},
            {"id": "ben", "capacity": 2, "primary": ["phone"]},
            {"id": "idle", "capacity": 1, "primary": ["mail"], "presence": "away"},
        ],
    }
    chat = Kind(
        "mail", handle=Exponential(200), priority=2, channel="chat", answers="end",
        conversation=Conversation(turns=3, customer_after=60), comes_back=Return(0.3, after=500),
    )  # fmt: skip
    call = Kind("phone", handle=Exponential(240), patience=Exponential(120), priority=1)
    scenario = Scenario(
        workspace, [Stream("chats", 20, chat), Stream("calls", 20, call)],
        length=7200, warm_up=900, start=START, breaks=[Break("pause", every=2000, lasts=300)],
    )  # fmt: skip
    found = simulate_once(scenario, 1, 0)
    summary = summarize(found)
    assert summary.value("abandonment") > 0
    assert summary.value("returns") > 0
    for row, (kind, label) in enumerate(summary.groups):
        expected = by_hand.measured(found, kind, label)
        for column, name in enumerate(summary.measures):
            wanted = expected.get(name, math.nan)
            assert summary.values[row, column] == pytest.approx(wanted, abs=1e-6, nan_ok=True), (
                kind, label, name,
            )  # fmt: skip


def test_a_group_without_customers_has_the_values_of_nobody():
    summary = summarize(by_chance(3))
    for name in summary.measures:
        value = summary.value(name, team="empty")
        assert value == pytest.approx(empty(name, "team"), nan_ok=True), name


@pytest.mark.parametrize("seed", range(10))
def test_curves_are_means_over_cells_as_counted_by_hand(seed):
    found = by_chance(seed)
    curves = summarize(found).curves
    cells = curves.over_time.shape[1]
    assert cells <= 200
    edges = np.linspace(found.begin, found.end, cells + 1)

    def until(at):
        return found.ended_at if math.isnan(at) else at

    queued = [(r["begun_at"], until(r["ended_at"])) for r in by_hand.rows(found.stays)]
    there = [(r["begun_at"], until(r["closed_at"])) for r in by_hand.rows(found.visits)]
    for cell in range(0, cells, 7):
        span = float(edges[cell]), float(edges[cell + 1])
        part = trial([], begin=span[0], end=span[1])
        part = type(part)(**{
            **{name: getattr(found, name) for name in type(found).__slots__ if name[0] != "_"},
            "begin": span[0], "end": span[1],
        })  # fmt: skip
        busy = by_hand.work_figures(part, range(len(found.agents)))["occupancy"]
        expected = by_hand.over_time(queued, *span)[0], by_hand.over_time(there, *span)[0], busy
        assert curves.over_time[:, cell] == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_curves_average_to_the_measures():
    summary = summarize(by_chance(5))
    means = summary.curves.over_time.mean(axis=1)
    assert means[OVER_TIME.index("waiting")] == pytest.approx(summary.value("queue_length_mean"))
    assert means[OVER_TIME.index("open")] == pytest.approx(summary.value("open_mean"))


def test_the_spread_of_waits_is_of_each_priority():
    found = by_chance(6, customers=200)
    curves = summarize(found).curves
    assert curves.groups == (("overall", ""), *(("priority", p) for p in (1, 3, 7)))
    people = by_hand.rows(found.customers)
    for row, (kind, label) in enumerate(curves.groups):
        waits = [
            p["assigned_at"] - p["arrived_at"]
            for p in people
            if found.begin <= p["arrived_at"] < found.end
            and by_hand.belongs(found, kind, label)(p)
            and not math.isnan(p["assigned_at"])
        ]
        expected = [by_hand.quantile(waits, percent) for percent in PERCENTS]
        assert curves.waits[row] == pytest.approx(expected)


def test_the_window_has_its_begin_and_not_its_end():
    people = [{"arrived_at": AT}, {"arrived_at": AT + 3599.5}, {"arrived_at": AT + 3600}]
    assert summarize(trial(people)).value("arrivals") == 2


def test_who_comes_before_the_window_is_not_counted_but_takes_time():
    early = {"arrived_at": AT - 50, "assigned_at": AT + 50, "agent": 0, "closed_at": AT + 150}
    summary = summarize(
        trial(
            [early],
            stays=[(0, 0, AT - 50, AT + 50)],
            stretches=[(0, 0, AT + 50, AT + 150)],
            presences=[(0, AT - 100, AT + 3600)],
        )
    )
    assert summary.value("arrivals") == 0
    assert math.isnan(summary.value("wait_mean"))
    assert summary.value("queue_length_mean") == pytest.approx(50 / 3600)
    assert summary.value("occupancy") == pytest.approx(100 / 3600)


def test_an_agent_who_has_nothing_to_do_is_occupied_for_no_time():
    summary = summarize(trial([], presences=[(0, AT, AT + 3600)]))
    assert summary.value("occupancy", agent="ana") == 0
    assert math.isnan(summary.value("concurrency", agent="ana"))


def test_without_anybody_at_work_there_is_no_occupancy():
    summary = summarize(trial([]))
    assert math.isnan(summary.value("occupancy"))
    assert math.isnan(summary.value("occupancy", agent="ana"))


def test_work_after_a_shift_is_overtime_and_counts_as_time_at_work():
    summary = summarize(
        trial(
            [{"assigned_at": AT, "agent": 0, "closed_at": AT + 300}],
            stretches=[(0, 0, AT + 100, AT + 300)],
            presences=[(0, AT, AT + 200)],
        )
    )
    assert summary.value("overtime_hours") == pytest.approx(100 / 3600)
    assert summary.value("occupancy") == pytest.approx(200 / 300)


def test_two_items_at_a_time_are_handled_once_and_twice_concurrent():
    people = [
        {"assigned_at": AT, "agent": 0, "begun_at": begun, "closed_at": AT + 100}
        for begun in (AT, AT + 50)
    ]
    work = [(0, 0, AT, AT + 100), (0, 1, AT + 50, AT + 100)]
    summary = summarize(trial(people, stretches=work, presences=[(0, AT, AT + 200)]))
    assert summary.value("handling_hours") == pytest.approx(100 / 3600)
    assert summary.value("occupancy") == pytest.approx(0.5)
    assert summary.value("concurrency") == pytest.approx(1.5)
    assert summary.value("handle_time_mean") == pytest.approx(75)


def test_work_of_no_time_is_a_handle_time_of_nothing_for_all_and_for_who_did_it():
    people = [
        {"assigned_at": AT, "agent": agent, "begun_at": AT, "closed_at": AT + 60}
        for agent in (0, 0, 1, 1)
    ]
    people.append({"assigned_at": AT, "agent": 1, "closed_at": AT + 60})  # nobody began
    work = [(0, 0, AT, AT + 60), (1, 2, AT, AT + 20), (0, 2, AT + 20, AT + 60)]
    summary = summarize(trial(people, stretches=work, agents=("ana", "ben", "cem")))
    assert summary.value("handle_time_mean") == pytest.approx(120 / 4)
    assert summary.value("handle_time_mean", agent="ana") == pytest.approx(100 / 3)
    assert summary.value("handle_time_mean", agent="ben") == pytest.approx(20 / 2)
    assert math.isnan(summary.value("handle_time_mean", agent="cem"))


def test_handle_times_that_may_be_nothing_have_the_mean_that_was_given():
    desk = single_queue(1, per_hour=4, handle=Empirical([0, 0, 0, 200, 600]), length=400 * 3600)
    summary = summarize(simulate_once(desk, 1, 0))
    assert summary.value("handle_time_mean") == pytest.approx(160, rel=0.1)
    assert summary.value("handle_time_mean", agent="agent-1") == pytest.approx(
        summary.value("handle_time_mean")
    )


def test_who_comes_when_another_leaves_the_queue_does_not_make_it_longer():
    stays = [(0, 0, AT, AT + 10), (1, 0, AT + 10, AT + 20), (1, 0, AT + 5, AT + 5)]
    summary = summarize(trial([{}, {}], stays=stays))
    assert summary.value("queue_length_max") == 1


def test_a_service_level_counts_who_gave_up_within_the_threshold_as_not_served():
    people = [
        {"assigned_at": AT + 20, "agent": 0, "closed_at": AT + 30},
        {"abandoned": True, "closed_at": AT + 5},
    ]
    summary = summarize(trial(people))
    assert summary.value("service_level") == 0.5
    assert summary.value("abandonment") == 0.5


def test_a_wait_of_nobody_yet_lasts_to_the_end_of_the_run():
    summary = summarize(trial([{}], stays=[(0, 0, AT, math.nan)], ended_at=AT + 5000))
    assert summary.value("queue_time_mean") == 5000
    assert summary.value("unfinished") == 1
    assert summary.value("queue_length_mean") == 1


def test_littles_law_holds_on_a_drained_run():
    found = littles_law(one_server(1, 0, 5000))
    assert found.drained
    assert found.number > 1
    assert abs(found.difference) < 1e-9 * found.number


def test_littles_law_does_not_hold_where_somebody_is_left():
    found = littles_law(by_chance(2))
    assert not found.drained
    assert abs(found.difference) > 0.01


def test_littles_law_of_nobody():
    found = littles_law(trial([]))
    assert (found.number, found.rate, found.drained) == (0, 0, True)
    assert found.to_dict()["mean_time"] is None


def test_a_summary_is_the_same_after_a_journey_between_processes():
    summary = summarize(by_chance(1))
    assert pickle.loads(pickle.dumps(summary)) == summary


def test_a_summary_cannot_be_changed():
    summary = summarize(by_chance(1))
    with pytest.raises(ValueError, match="read-only"):
        summary.values[0, 0] = 7


def test_summaries_that_differ_in_one_value_are_not_equal():
    assert summarize(by_chance(1)) != summarize(by_chance(2))


def test_an_unknown_group_is_told_with_a_likely_one():
    with pytest.raises(ConfigurationError, match="no team 'billin'; did you mean 'billing'"):
        summarize(by_chance(1)).value("wait_mean", team="billin")


def test_two_groups_at_once_are_refused():
    with pytest.raises(ConfigurationError, match="two at once"):
        summarize(by_chance(1)).value("wait_mean", team="billing", priority=1)


def test_an_unknown_target_is_told_with_a_likely_one():
    with pytest.raises(ConfigurationError, match="did you mean 'attainment:reply'"):
        summarize(by_chance(1)).value("attainment:replies")


def test_every_measure_says_what_it_is():
    for name, found in MEASURES.items():
        assert measure(name) is found
        assert found.unit in ("count", "share", "seconds", "hours", "number", "per_hour")
        assert found.better in ("lower", "higher", "neither")
        assert found.to_dict()["meaning"] == found.meaning != ""


@pytest.mark.slow
def test_half_a_million_customers_are_measured_in_seconds():
    found = one_server(1, 0, 500_000)
    began = time.process_time()  # other processes of the machine do not count
    summarize(found)
    assert time.process_time() - began < 5


def test_who_comes_back_was_not_there_meanwhile():
    """He is there for 100 s, away for 400, and there for 50."""
    away = {"assigned_at": AT, "agent": 0, "closed_at": AT + 550, "visits": 2}
    found = trial([away], visits=[(0, AT, AT + 100), (0, AT + 500, AT + 550)])
    summary = summarize(found)
    assert summary.value("time_in_system_mean") == pytest.approx(150)
    assert summary.value("open_mean") == pytest.approx(150 / 3600)
    law = littles_law(found)
    assert law.drained
    assert law.mean_time == pytest.approx(75)
    assert law.difference == pytest.approx(0)
