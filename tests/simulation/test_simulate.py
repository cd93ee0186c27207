"""`simulate`: the same answers wherever they are computed, and warnings that say a number."""

import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError
from assignwork.simulation import (
    Exponential,
    Kind,
    Precision,
    Scenario,
    Stream,
    UnstableWarning,
    compare,
    simulate,
    single_queue,
)
from assignwork.solver import schedule_rebalance
from assignwork.staffing import erlang_a

HOUR = 3600.0


def queue(agents=5, per_hour=60, handle=240, **others):
    """A queue of a few hours, in balance."""
    others = {"length": 6 * HOUR, "warm_up": HOUR, **others}
    return single_queue(agents, per_hour=per_hour, handle=Exponential(handle), **others)


def test_the_same_seed_gives_the_same_results_and_another_gives_others():
    first, again, other = (simulate(queue(), replications=3, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.mean("wait_mean") != other.mean("wait_mean")


@pytest.mark.parametrize("processes", [2, 3])
def test_any_number_of_processes_gives_the_same_results(processes):
    alone = simulate(queue(), replications=5, seed=3)
    assert simulate(queue(), replications=5, seed=3, processes=processes) == alone


def test_any_executor_gives_the_same_results():
    alone = simulate(queue(), replications=4, seed=3)
    with ThreadPoolExecutor(2) as threads:
        assert simulate(queue(), replications=4, seed=3, executor=threads) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as others:
        assert simulate(queue(), replications=4, seed=3, executor=others) == alone


def test_twenty_replications_unless_said_otherwise():
    assert simulate(queue(length=HOUR, warm_up=0)).replications == 20


def test_a_rule_of_precision_stops_it_and_is_held():
    rule = Precision("occupancy", relative=0.05, at_least=4, at_most=60)
    results = simulate(queue(agents=6), seed=1, until=rule)
    assert 4 <= results.replications < 60
    assert results.interval("occupancy").half_width <= 0.05 * results.mean("occupancy")


def test_more_work_than_agents_can_do_is_warned_of_with_the_number():
    scenario = queue(agents=3)
    with pytest.warns(UnstableWarning, match=r"4 s of work come per second .* 1\.333: queues grow"):
        simulate(scenario, replications=2)


def test_customers_who_give_up_keep_any_queue_in_balance():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(queue(agents=3, patience=Exponential(60)), replications=2)


def test_a_team_of_its_own_may_have_too_much_to_do_in_a_desk_that_has_not():
    workspace = Workspace(
        [Team("a"), Team("b")],
        [Agent("ana", capacity=1, primary=["a"])]
        + [Agent(f"ben-{i}", capacity=1, primary=["b"]) for i in range(9)],
    )
    scenario = Scenario(workspace, [Stream("calls", 30, Kind("a", handle=180))], length=HOUR)
    with pytest.warns(UnstableWarning, match=r"team 'a': .* utilisation 1\.500"):
        simulate(
            scenario.changed(
                streams=[*scenario.streams, Stream("mails", 11, Kind("b", handle=60))]
            ),
            replications=1,
        )


def test_nobody_to_do_the_work_is_warned_of():
    scenario = queue(agents=1, length=HOUR, warm_up=0).without("agent-1")
    with pytest.warns(UnstableWarning, match="nobody is there to do it"):
        simulate(scenario.changed(drain=0), replications=1)


def test_what_is_no_scenario_is_refused():
    with pytest.raises(ConfigurationError, match=r"scenario: .* is not a Scenario"):
        simulate({"streams": []})


def test_one_more_agent_is_told_from_luck_by_common_random_numbers():
    """At twenty against twenty-one agents pairing divides the variance by ten at least."""
    scenario = single_queue(
        20, per_hour=18 * HOUR, handle=Exponential(1.0), patience=Exponential(2.0),
        length=80, warm_up=10,
    )  # fmt: skip
    one_more = scenario.with_agents(1, like="agent-1")
    made = [simulate(entry, replications=30, seed=5) for entry in (scenario, one_more)]
    exact = [erlang_a(18.0, 1.0, agents, 2.0, interval=1.0) for agents in (20, 21)]
    for measure, change in (
        ("queue_time_mean", exact[1].mean_wait - exact[0].mean_wait),
        ("abandonment", exact[1].abandonment - exact[0].abandonment),
    ):
        found = compare(*made, confidence=0.999).difference(measure)
        assert found.variance_ratio >= 10, measure
        assert found.change.low < change < found.change.high < 0, measure


def test_it_agrees_with_erlang_a():
    scenario = single_queue(
        20, per_hour=18 * HOUR, handle=Exponential(1.0), patience=Exponential(2.0),
        length=400, warm_up=50,
    )  # fmt: skip
    results = simulate(scenario, replications=10, seed=7)
    exact = erlang_a(18.0, 1.0, 20, 2.0, interval=1.0)
    for measure, value in (
        ("queue_time_mean", exact.mean_wait),
        ("abandonment", exact.abandonment),
        ("occupancy", exact.occupancy),
    ):
        estimate = results.interval(measure, 0.999)
        assert estimate.low < value < estimate.high, measure


def test_a_schedule_of_rebalancing_acts_in_it():
    """A heap on one agent's desk is spread when another comes back."""
    workspace = Workspace(
        [Team("mail")],
        [Agent(f"agent-{i}", capacity=6, primary=["mail"]) for i in range(3)],
    )
    scenario = Scenario(
        workspace,
        [Stream("mails", 11, Kind("mail", handle=Exponential(900), answers="end"))],
        length=8 * HOUR,
        handling={"at_once": 1},
        breaks=[{"name": "course", "lasts": 2 * HOUR, "at": ["01:00"], "agents": ["agent-0"]}],
        drain=10 * HOUR,
    )
    schedule = partial(schedule_rebalance, every=900, weights={"move": 5, "conversation": 0})
    plain = simulate(scenario, replications=2, seed=1, keep_trials=True)
    moved = simulate(scenario, replications=2, seed=1, rebalancing=schedule, keep_trials=True)
    assert all(
        after.commands > before.commands
        for before, after in zip(plain.trials, moved.trials, strict=True)
    )
    assert moved.mean("time_in_system_mean") < plain.mean("time_in_system_mean")
