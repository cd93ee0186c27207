"""Every figure against logs small enough to work out by hand."""

from __future__ import annotations

import pytest

from assignwork import events as ev
from assignwork.errors import (
    ClockRegressionError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)
from assignwork.model import Agent, Team, Workspace
from assignwork.reports import Metrics, summarize
from assignwork.reports.summary import Distribution, Offers, Over, QueueFigures, Volume


def agent_named(name, summary):
    (found,) = [agent for agent in summary.agents if agent.agent == name]
    return found


# --- waits, volumes, other times ------------------------------------------------------------------


def test_the_wait_runs_from_arrival_to_the_first_assignment_only(desk, log):
    log.queued(0, "t-1", priority=1)
    log.queued(0, "t-2", priority=2)
    log.queued(10, "t-3", priority=2, team="spanish")
    log.assigned(30, "t-1", "ana")
    log.released(40, "t-1", "ana", "hand")
    log.queued(40, "t-1", priority=1)
    log.assigned(100, "t-1", "ana")
    log.assigned(100, "t-2", "ana")
    found = summarize(desk, log.events, threshold=30.0).waits
    assert found.by_priority[1].seconds == Distribution(1, 30.0, 30.0, 30.0, 30.0, 30.0)
    assert found.by_priority[2].seconds == Distribution(1, 100.0, 100.0, 100.0, 100.0, 100.0)
    assert found.by_team["billing"].seconds == Distribution(2, 65.0, 30.0, 100.0, 100.0, 100.0)
    assert (found.overall.items, found.overall.never, found.overall.within) == (3, 1, 1)
    assert found.by_team["spanish"].never == 1
    assert found.overall.service_level == 1 / 3


def test_percentiles_are_by_nearest_rank():
    assert Distribution.of(float(i) for i in range(1, 11)) == Distribution(
        10, 5.5, 5.0, 9.0, 10.0, 10.0
    )
    assert Distribution.of(float(i) for i in range(1, 201)).p99 == 198.0
    assert Distribution.of([]) == Distribution(0, None, None, None, None, None)


def test_volumes_count_items_by_how_they_arrived(desk, log):
    log.queued(0, "t-1", priority=1)
    log.queued(0, "t-2", priority=2)
    log.queued(0, "t-3", "spanish", 1)
    log(5, ev.Transferred, "t-2", "billing", "spanish", None)
    log.queued(5, "t-2", "spanish", 2)
    log.closed(9, "t-2")
    log.closed(9, "t-1")
    log(10, ev.Reopened, "t-1", None)
    log.queued(10, "t-1", priority=1)
    found = summarize(desk, log.events).volumes
    assert found.total == Volume(3, 1, 2)
    assert found.by_team == {"billing": Volume(2, 1, 1), "spanish": Volume(1, 0, 1)}
    assert found.by_priority == {1: Volume(2, 0, 2), 2: Volume(1, 1, 0)}
    assert found.by_team_and_priority["billing"] == {1: Volume(1, 0, 1), 2: Volume(1, 1, 0)}
    assert (found.closings, found.reopenings) == (2, 1)


def test_response_handle_and_resolution_times(desk, log):
    log.queued(0, "t-1")
    log.assigned(10, "t-1", "ana")
    log.replied(25, "t-1", "customer", "ana")
    log.replied(40, "t-1", "agent", "ana")
    log.replied(50, "t-1", "agent", "ana")
    log(60, ev.Snoozed, "t-1", 100.0)
    log(100, ev.Woken, "t-1", "ana")
    log.closed(120, "t-1", "ana")
    log(200, ev.Reopened, "t-1", "ana")
    log.closed(230, "t-1", "ana")
    log.queued(230, "t-2")
    log.closed(300, "t-2")
    times = summarize(desk, log.events).times
    assert times.first_response == Distribution(1, 40.0, 40.0, 40.0, 40.0, 40.0)
    assert times.handle == Distribution(1, 100.0, 100.0, 100.0, 100.0, 100.0)  # 50 + 20 + 30
    assert times.resolution == Distribution(2, 150.0, 70.0, 230.0, 230.0, 230.0)


# --- queues ---------------------------------------------------------------------------------------


def test_queue_length_follows_every_way_in_and_out(desk, log):
    log.queued(0, "t-1")
    log.queued(0, "t-2")
    log.queued(0, "t-3")
    log.assigned(10, "t-1", "ana")  # 3 for 10 s
    log(20, ev.Snoozed, "t-2", None)  # 2 for 10 s
    log(40, ev.Transferred, "t-3", "billing", "spanish", None)  # 1 for 20 s
    log.queued(40, "t-3", "spanish")
    log(50, ev.Woken, "t-2", None)  # 0 for 10 s
    log.queued(50, "t-2")
    log.closed(60, "t-2")  # 1 for 10 s
    log.offered(60, "t-3", "ana", "spanish")
    log.offer_ended(80, "t-3", "ana", "missed")
    log.queued(80, "t-3", "spanish")
    log.closed(100, "t-1", "ana")
    found = summarize(desk, log.events).queues
    assert found["billing"] == QueueFigures(peak=3, peak_at=0.0, mean=0.8, at_end=0)
    assert found["spanish"] == QueueFigures(peak=1, peak_at=40.0, mean=0.4, at_end=1)


def test_what_passes_through_the_queue_at_one_instant_is_no_queue(desk, log):
    for i in range(5):
        log.queued(10, f"t-{i}")
        log.assigned(10, f"t-{i}", "ana")
    log.closed(20, "t-0", "ana")
    assert summarize(desk, log.events).queues["billing"] == QueueFigures(0, None, 0.0, 0)


def test_the_queue_over_time_keeps_sum_and_peak_when_cells_grow(desk, log):
    log.queued(0, "t-1")
    log.queued(90, "t-2")
    log.assigned(150, "t-2", "ana")
    metrics = Metrics(desk)
    for event in log.events:
        metrics.add(event)
    cells = metrics.queue_over_time("billing")
    assert metrics.queue_cell == 60
    assert [(c.at, c.mean, c.peak) for c in cells] == [(0, 1.0, 1), (60, 1.5, 2), (120, 2.0, 2)]
    metrics.add(ev.Closed(9, 7 * 86_400.0, "t-1", None))
    cells = metrics.queue_over_time("billing")
    assert metrics.queue_cell == 30 * 60
    assert len(cells) == 7 * 48
    assert cells[0].mean == pytest.approx(1 + 60 / 1800)
    assert [c.peak for c in cells[:2]] == [2, 1]
    total = sum(c.mean for c in cells) * metrics.queue_cell
    assert total == pytest.approx(7 * 86_400 + 60)


# --- load, occupancy, capacity --------------------------------------------------------------------


def test_load_occupancy_and_presence_of_an_agent(desk, log):
    log.queued(0, "t-1", weight=2)
    log.assigned(0, "t-1", "ana")
    log.replied(50, "t-1", "agent", "ana")
    log.closed(60, "t-1", "ana")
    log.presence(100, "ana", "away")
    log.presence(150, "ana", "active")
    log.presence(200, "bob", "active")
    found = summarize(desk, log.events, until=250.0)
    ana, bob = agent_named("ana", found), agent_named("bob", found)
    assert ana.presence_for == {"active": 200.0, "away": 50.0}
    assert (ana.load.handling_for, ana.load.available_for) == (60.0, 140.0)
    assert ana.load.occupancy == 0.3
    assert (ana.load.mean, ana.load.max, ana.load.share) == (0.6, 2, 0.3)
    assert (ana.capacity, ana.team, ana.assigned, ana.closed) == (2, "billing", 1, 1)
    assert bob.presence_for == {"active": 50.0, "offline": 200.0}
    assert (bob.capacity, bob.load.occupancy, bob.load.mean) == (5, 0.0, 0.0)


def test_work_kept_while_away_is_neither_handling_nor_available_time(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.presence(10, "ana", "away")
    log.closed(90, "t-1", "ana")
    ana = agent_named("ana", summarize(desk, log.events, until=100.0))
    assert (ana.load.handling_for, ana.load.available_for, ana.load.max) == (10.0, 0.0, 1)


def test_load_over_time_is_per_cell_of_active_time(desk, log):
    log.queued(0, "t-1")
    log.assigned(30, "t-1", "ana")
    log.closed(90, "t-1", "ana")
    log.presence(120, "ana", "away")
    log.presence(210, "ana", "active")
    metrics = Metrics(desk)
    for event in log.events:
        metrics.add(event)
    metrics.summary(until=240.0)
    cells = metrics.load_over_time("ana")
    assert metrics.load_cell == 60
    assert [(c.at, c.active_for, c.handling_for, c.load, c.capacity) for c in cells] == [
        (0.0, 60.0, 30.0, 0.5, 2.0),
        (60.0, 60.0, 30.0, 0.5, 2.0),
        (180.0, 30.0, 0.0, 0.0, 2.0),
    ]
    assert cells[0].occupancy == 0.5
    assert metrics.load_over_time("bob") == []


def test_over_capacity_says_how_often_how_long_and_by_how_much(desk, log):
    for i, weight in enumerate([2, 1, 2]):
        log.queued(0, f"t-{i}", weight=weight)
    log.assigned(0, "t-0", "ana")
    log.assigned(10, "t-1", "ana", "manual")  # 3 of 2 for 20 s
    log.assigned(30, "t-2", "ana", "manual")  # 5 of 2 for 10 s
    log.closed(40, "t-2", "ana")
    log.closed(40, "t-1", "ana")  # 2 of 2
    log.configured(60, "update_agent", "ana", capacity=1)  # 2 of 1 for 40 s
    log.presence(90, "ana", "away")
    log.configured(100, "update_agents", ["ana"], capacity=4)
    log.closed(120, "t-0", "ana")
    ana = agent_named("ana", summarize(desk, log.events))
    assert ana.over == Over(times=2, lasted=70.0, active_for=60.0, most=3, mean=90.0 / 70.0)
    assert ana.load.max == 5
    assert ana.capacity == 4


def test_a_load_that_lasted_no_time_counts_nowhere(desk, log):
    log.queued(0, "t-0", weight=2)
    log.assigned(0, "t-0", "ana")
    log.queued(10, "t-1", weight=2)
    log.assigned(10, "t-1", "ana", "manual")
    log.closed(10, "t-0", "ana")
    log.closed(20, "t-1", "ana")
    ana = agent_named("ana", summarize(desk, log.events))
    assert (ana.over.times, ana.load.max) == (0, 2)


def test_an_excess_that_is_exchanged_at_one_instant_is_one_time(desk, log):
    for i in range(4):
        log.queued(0, f"t-{i}")
        log.assigned(0, f"t-{i}", "ana", "manual")
    log.closed(10, "t-0", "ana")
    log.closed(10, "t-1", "ana")
    log.queued(10, "t-4")
    log.assigned(10, "t-4", "ana", "manual")
    log.closed(20, "t-2", "ana")
    log.closed(30, "t-3", "ana")
    ana = agent_named("ana", summarize(desk, log.events))
    assert (ana.over.times, ana.over.lasted, ana.over.most) == (1, 20.0, 2)


@pytest.mark.parametrize(("counts", "load"), [(True, 100.0), (False, 60.0)])
def test_snoozed_items_count_as_the_workspace_says(log, counts, load):
    desk = Workspace(teams=[Team("billing")], agents=[Agent("ana")], snoozed_counts=counts)
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log(30, ev.Snoozed, "t-1", 70.0)
    log(70, ev.Woken, "t-1", "ana")
    log.closed(100, "t-1", "ana")
    assert summarize(desk, log.events).agents[0].load.handling_for == load


@pytest.mark.parametrize(("counts", "load"), [(True, 100.0), (False, 50.0)])
def test_items_that_wait_for_the_customer_count_as_the_workspace_says(log, counts, load):
    desk = Workspace(teams=[Team("billing")], agents=[Agent("ana")], customer_wait_counts=counts)
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.replied(30, "t-1", "agent", "ana")
    log.replied(80, "t-1", "customer", "ana")
    log.closed(100, "t-1", "ana")
    assert summarize(desk, log.events).agents[0].load.handling_for == load


def test_flags_and_default_capacity_may_change_under_way(log):
    desk = Workspace(teams=[Team("billing")], agents=[Agent("ana")])
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log(10, ev.Snoozed, "t-1", None)
    log.configured(30, "update_workspace", snoozed_counts=True, default_capacity=3)
    log.configured(50, "update_workspace", snoozed_counts=False)
    log(60, ev.Woken, "t-1", "ana")
    log.closed(70, "t-1", "ana")
    (ana,) = summarize(desk, log.events).agents
    assert (ana.load.handling_for, ana.capacity) == (40.0, 3)


def test_an_offer_counts_for_the_load_and_its_end_frees_it(desk, log):
    log.queued(0, "t-1")
    log.offered(0, "t-1", "ana")
    log.offer_ended(20, "t-1", "ana", "declined")
    log.queued(20, "t-1")
    log.offered(50, "t-1", "ana")
    log.offer_ended(60, "t-1", "ana", "accepted")
    log.assigned(60, "t-1", "ana")
    log.queued(70, "t-2")
    log.offered(70, "t-2", "ana")
    log.offer_ended(80, "t-2", "ana", "withdrawn")
    log.queued(80, "t-2")
    log.offered(80, "t-2", "ana")
    log.offer_ended(90, "t-2", "ana", "missed")
    log.queued(90, "t-2")
    log.closed(100, "t-1", "ana")
    found = summarize(desk, log.events)
    ana = agent_named("ana", found)
    assert ana.load.handling_for == 20.0 + 50.0
    assert ana.load.mean == (20 + 10 + 40 + 20) / 100
    assert ana.offers == found.flow.offers == Offers(4, 1, 1, 1, 1)
    assert found.waits.overall.seconds.max == 60.0


def test_a_changed_weight_changes_the_load(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log(40, ev.ItemUpdated, "t-1", {"weight": 3, "priority": 1}, 1)
    log.closed(100, "t-1", "ana")
    ana = agent_named("ana", summarize(desk, log.events))
    assert (ana.load.mean, ana.load.max) == ((40 + 180) / 100, 3)


# --- agents and teams that come and go ------------------------------------------------------------


def test_agents_and_teams_come_and_go(desk, log):
    log.queued(0, "t-1")
    log.configured(10, "add_team", "returns", id="returns")
    log.configured(10, "add_agent", "eve", id="eve", primary=["returns"], presence="away")
    log.presence(20, "eve", "active")
    log.assigned(30, "t-1", "eve", "manual")
    log(40, ev.Snoozed, "t-1", None)
    log.configured(50, "remove_agent", "eve")
    log(60, ev.Woken, "t-1", None)
    log.queued(60, "t-1")
    log.assigned(60, "t-1", "ana")
    log.configured(90, "remove_team", "returns", move_to="billing")
    found = summarize(desk, log.events)
    eve = agent_named("eve", found)
    assert eve.presence_for == {"active": 30.0, "away": 10.0}
    assert (eve.load.handling_for, eve.load.available_for) == (10.0, 20.0)
    assert found.flow.reassigned == {"removed": 1}
    assert found.queues["returns"] == QueueFigures(0, None, 0.0, 0)
    assert eve.team == "-"


def test_an_agent_who_comes_back_goes_on_in_the_same_row(desk, log):
    log.presence(0, "ana", "away")
    log.configured(10, "remove_agent", "ana")
    log.configured(50, "add_agent", "ana", id="ana", capacity=7)
    log.presence(60, "ana", "offline")
    found = summarize(desk, log.events, until=100.0)
    ana = agent_named("ana", found)
    assert ana.presence_for == {"active": 10.0, "away": 10.0, "offline": 40.0}
    assert ana.capacity == 7


# --- how work moved -------------------------------------------------------------------------------


def test_reassignments_are_told_by_what_took_the_item_away(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.released(10, "t-1", "ana", "away")
    log.queued(10, "t-1")
    log.assigned(20, "t-1", "bob", "secondary")
    log(30, ev.Snoozed, "t-1", None)
    log.assigned(40, "t-1", "ana", "manual")  # from hand to hand, out of a snooze
    log.closed(50, "t-1", "ana")
    log(60, ev.Reopened, "t-1", None)
    log.queued(60, "t-1")
    log.assigned(60, "t-1", "ana")
    log(70, ev.Snoozed, "t-1", None)
    log(80, ev.Transferred, "t-1", "billing", "spanish", None)
    log(90, ev.Woken, "t-1", None)
    log.queued(90, "t-1", "spanish")
    log.assigned(90, "t-1", "ana", "secondary", "spanish")
    log.queued(95, "t-2")
    flow = summarize(desk, log.events).flow
    assert flow.reassigned == {"away": 1, "hand": 1, "reopened": 1, "transfer": 1}
    assert flow.released == {"away": 1}
    assert (flow.assignments, flow.items_assigned, flow.reassignments) == (5, 1, 4)
    assert (flow.secondary, flow.manual) == (2, 1)
    assert (flow.secondary_share, flow.manual_share) == (0.5, 0.2)
    assert flow.reassignments_per_item == 4.0
    assert flow.helped == {"billing": {"spanish": 1}, "spanish": {"billing": 1}}
    assert flow.transferred == {"billing": {"spanish": 1}}
    assert flow.transfers == 1


def test_a_wake_that_is_released_at_once_leaves_no_trace_of_load(desk, log):
    for name in ("t-1", "t-2", "t-3"):
        log.queued(0, name)
    log.assigned(0, "t-1", "ana")
    log(10, ev.Snoozed, "t-1", 50.0)
    log.assigned(20, "t-2", "ana")
    log.assigned(20, "t-3", "ana")
    log(50, ev.Woken, "t-1", "ana")
    log.released(50, "t-1", "ana", "over_capacity")
    log.queued(50, "t-1")
    log.closed(90, "t-2", "ana")
    found = summarize(desk, log.events)
    ana = agent_named("ana", found)
    assert (ana.load.max, ana.over.times) == (2, 0)
    assert found.flow.released == {"over_capacity": 1}


# --- bad logs -------------------------------------------------------------------------------------


def test_a_log_that_does_not_fit_the_workspace_is_refused(desk, log):
    with pytest.raises(UnknownItemError, match="no item 't-9' before this event"):
        summarize(desk, [ev.Closed(1, 0.0, "t-9", None)])
    with pytest.raises(UnknownTeamError, match="'complaints'"):
        summarize(desk, [ev.Queued(1, 0.0, "t-9", "complaints", 3, 1, "given", None)])
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "zoe")
    with pytest.raises(UnknownAgentError, match="give the workspace that the log began with"):
        summarize(desk, log.events)


def test_time_may_not_go_backwards(desk):
    with pytest.raises(ClockRegressionError, match=r"event 2 at 1\.0 comes after one at 5\.0"):
        summarize(
            desk,
            [
                ev.Queued(1, 5.0, "a", "billing", 3, 1, "given", None),
                ev.Queued(2, 1.0, "b", "billing", 3, 1, "given", None),
            ],
        )


def test_an_empty_log_has_empty_figures(desk):
    found = summarize(desk, [])
    assert (found.start, found.end, found.lasted, found.agents) == (None, None, 0.0, ())
    assert found.volumes.total == Volume(0, 0, 0)
    assert found.flow.secondary_share == found.waits.overall.service_level == 0.0
    assert Metrics(desk).summary() == found
