"""What must hold for any log, shown on random ones."""

from __future__ import annotations

from collections import Counter

import pytest

from assignwork.reports import Metrics, summarize

SEEDS = range(8)


@pytest.fixture(params=SEEDS)
def run(request, random_run):
    return random_run(request.param)


def test_what_went_into_queues_and_did_not_come_out_is_there_at_the_end(run):
    workspace, events, _ = run
    state = {}
    for event in events:
        if event.kind == "queued":
            state[event.item] = event.team
        elif event.kind in ("assigned", "offered", "snoozed", "closed", "transferred"):
            state.pop(event.item, None)
    found = summarize(workspace, events)
    assert {t: q.at_end for t, q in found.queues.items()} == {
        team.id: Counter(state.values())[team.id] for team in workspace.teams
    }


def test_every_agents_time_is_split_without_rest(run):
    workspace, events, _ = run
    found = summarize(workspace, events)
    left = {e.target for e in events if e.kind == "configured" and e.what == "remove_agent"}
    for agent in found.agents:
        present = sum(agent.presence_for.values())
        assert present == pytest.approx(found.lasted) or (
            agent.agent in left and present < found.lasted
        )
        load = agent.load
        assert load.handling_for + load.available_for == pytest.approx(agent.active_for)
        assert agent.over.lasted <= found.lasted + 1e-6
        assert bool(agent.over.times) == (agent.over.lasted > 0) == (agent.over.most > 0)


def test_items_and_assignments_add_up(run):
    workspace, events, _ = run
    found = summarize(workspace, events)
    kinds = Counter(event.kind for event in events)
    flow, volumes, waits = found.flow, found.volumes, found.waits
    assert flow.assignments == kinds["assigned"] == sum(a.assigned for a in found.agents)
    assert sum(flow.reassigned.values()) == flow.reassignments
    assert sum(flow.released.values()) == kinds["released"]
    assert flow.transfers == kinds["transferred"]
    assert flow.offers.made == kinds["offered"]
    assert sum(sum(row.values()) for row in flow.helped.values()) == flow.secondary
    assert volumes.closings == kinds["closed"]
    assert volumes.total.arrived == len({e.item for e in events if e.kind == "queued"})
    for table in (volumes.by_team, volumes.by_priority):
        assert sum(v.arrived for v in table.values()) == volumes.total.arrived
        assert sum(v.closed for v in table.values()) == volumes.total.closed
    for table in (waits.by_team, waits.by_priority):
        assert sum(w.items for w in table.values()) == waits.overall.items
        assert sum(w.never for w in table.values()) == waits.overall.never
        assert sum(w.within for w in table.values()) == waits.overall.within
    assert waits.overall.seconds.count == flow.items_assigned
    assert waits.overall.items == flow.items_assigned + waits.overall.never


def test_stays_in_queues_are_what_the_assignments_waited(run):
    workspace, events, _ = run
    stays = summarize(workspace, events).times.queue_stay
    waited = [event.waited for event in events if event.kind == "assigned"]
    assert (stays.mean or 0.0) * stays.count == pytest.approx(sum(waited))
    assert stays.max == max(waited)


def test_loads_capacities_presences_and_queues_are_those_of_the_desk(run):
    workspace, events, states = run
    metrics, done = Metrics(workspace), 0
    for count, state in states:
        for event in events[done:count]:
            metrics.add(event)
        done = count
        if not count:
            continue
        for name, agent in state["agents"].items():
            track = metrics._agents[name]
            assert (name, track.load, track.capacity, track.presence) == (
                name, agent["load"], agent["capacity"], agent["presence"],
            )  # fmt: skip
        for team in state["teams"]:
            waiting = sum(state["items"][item]["team"] == team for item in state["queue"])
            assert metrics._teams[team].length == waiting


def test_cells_hold_exactly_the_agents_active_time(run):
    workspace, events, _ = run
    metrics = Metrics(workspace)
    for event in events:
        metrics.add(event)
    for agent in metrics.summary().agents:
        cells = metrics.load_over_time(agent.agent)
        assert sum(c.active_for for c in cells) == pytest.approx(agent.active_for)
        assert sum(c.handling_for for c in cells) == pytest.approx(agent.load.handling_for)
        held = sum(c.load * c.active_for for c in cells)
        assert held == pytest.approx(agent.load.mean * agent.active_for)
        assert len(cells) <= 250


def test_hours_hold_every_arrival_and_closing(run):
    workspace, events, _ = run
    metrics = Metrics(workspace)
    for event in events:
        metrics.add(event)
    volumes = metrics.summary().volumes
    assert sum(hour["arrived"] for hour in metrics.hours.values()) == volumes.total.arrived
    assert sum(hour["closed"] for hour in metrics.hours.values()) == volumes.closings


def test_a_summary_may_be_asked_for_at_any_time_and_changes_nothing(run):
    workspace, events, _ = run
    metrics = Metrics(workspace)
    for i, event in enumerate(events):
        metrics.add(event)
        if i % 7 == 0:
            metrics.summary()
    asked, whole = metrics.summary(), summarize(workspace, events)
    for part in ("volumes", "waits", "times", "flow"):
        assert getattr(asked, part) == getattr(whole, part)
    for one, other in zip(asked.agents, whole.agents, strict=True):
        assert (one.over.times, one.over.most, one.load.max) == (
            other.over.times, other.over.most, other.load.max,
        )  # fmt: skip
        assert one.over.lasted == pytest.approx(other.over.lasted)
        assert one.load.mean == pytest.approx(other.load.mean)
    assert {t: q.peak for t, q in asked.queues.items()} == {
        t: q.peak for t, q in whole.queues.items()
    }
