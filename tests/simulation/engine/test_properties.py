"""119, and what must hold on any run: random scenarios with all features mixed."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playing import played
from rereading import (
    Rereading,
    check_conservation,
    check_littles_law,
    check_work,
    compare,
)
from test_same_customers import digest

from assignwork.reports import summarize
from assignwork.simulation import Scenario
from scenarios import scenarios

SEEDS = st.integers(0, 1000)


@given(scenarios(), SEEDS)
@settings(max_examples=60)
def test_any_run_adds_up(scenario, seed):
    found = played(scenario, seed=seed)  # with the desk's invariants after each command
    reread = Rereading(found.events, found.trial, scenario)
    compare(reread, found.trial)
    check_conservation(found.trial)
    check_littles_law(reread, found.trial)
    check_work(reread, found.trial)


@given(scenarios(), SEEDS)
@settings(max_examples=25)
def test_reports_of_its_events_say_the_same(scenario, seed):
    found = played(scenario, seed=seed)
    trial, customers = found.trial, found.trial.customers
    figures = summarize(
        scenario.workspace, found.events, until=trial.ended_at, threshold=scenario.threshold
    )
    waits = customers.assigned_at - customers.arrived_at
    waits = waits[~np.isnan(waits)]
    overall = figures.waits.overall
    assert overall.items == len(customers.arrived_at)
    assert overall.never == len(customers.arrived_at) - len(waits)
    assert overall.within == (waits <= trial.threshold).sum()
    assert overall.waiting == overall.never - (customers.abandoned | customers.blocked).sum()
    if len(waits):
        assert overall.seconds.mean == pytest.approx(waits.mean(), abs=1e-6)
        assert overall.seconds.max == waits.max()
    assert figures.volumes.reopenings == (customers.visits - 1).sum()
    assert figures.volumes.total.open == np.isnan(customers.closed_at).sum()
    closed = ~np.isnan(customers.closed_at)
    if closed.any():
        stays = customers.closed_at[closed] - customers.arrived_at[closed]
        assert figures.times.resolution.mean == pytest.approx(stays.mean(), abs=1e-6)
    answered = ~np.isnan(customers.answered_at)
    assert figures.times.first_response.count == answered.sum()
    offers = {}  # the reports tell offers from the queue
    for event in found.events:
        if event.kind in ("offered", "offer_ended"):
            offers[event.item] = event.team if event.kind == "offered" else None
    offered = list(offers.values())
    for code, team in enumerate(trial.teams):
        waiting = np.isnan(trial.stays.ended_at[trial.stays.team == code]).sum()
        assert figures.queues[team].at_end == waiting - offered.count(team)


@given(scenarios(), SEEDS)
@settings(max_examples=25)
def test_agents_are_as_long_active_in_the_reports(scenario, seed):
    found = played(scenario.changed(no_show=0), seed=seed)
    trial = found.trial
    # the reports begin with the first event, the run with the start
    begun = found.events[0].at if found.events else scenario.start
    figures = summarize(scenario.workspace, found.events, until=trial.ended_at)
    for code, agent in enumerate(trial.agents):
        rows = trial.presences.agent == code
        since = np.maximum(trial.presences.begun_at[rows], begun)
        until = np.maximum(trial.presences.ended_at[rows], begun)
        said = next((row.active_for for row in figures.agents if row.agent == agent), 0.0)
        assert (until - since).sum() == pytest.approx(said, abs=1e-6)


@given(scenarios(), SEEDS)
@settings(max_examples=15)
def test_the_same_again_and_by_way_of_the_wire(scenario, seed):
    ours = digest(played(scenario, seed=seed).trial)
    assert digest(played(scenario, seed=seed).trial) == ours
    again = Scenario.from_dict(scenario.to_dict())
    assert again == scenario
    assert digest(played(again, seed=seed).trial) == ours


@given(scenarios(), SEEDS)
@settings(max_examples=15)
def test_events_are_numbered_and_in_the_order_of_time(scenario, seed):
    found = played(scenario, seed=seed)
    assert [event.seq for event in found.events] == [
        number for number, _ in zip(count(1), found.events, strict=False)
    ]
    at = [event.at for event in found.events]
    assert at == sorted(at)
    assert all(scenario.start <= instant <= found.trial.ended_at for instant in at)
