"""What must hold for any log of a desk with promises, paths, shifts, catalog and approvals."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import pytest

from assignwork import AssignworkError, Dispatcher
from assignwork.reports import Metrics, recurring_escalations, summarize, timeline, write_html
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)

SEEDS = range(20)


@cache
def made_up(seed, steps=200):
    """Workspace, events, and what the desk said of itself after so many events."""
    dice = RandomDice(random.Random(seed))
    workspace = generate_workspace(dice)
    desk = Dispatcher(workspace)
    events, states = [], []
    for _ in range(steps):
        known = desk.workspace
        state = state_of(desk)
        now = generate_instant(dice, desk.now or 0.0, desk.next_wakeup(), known)
        try:
            events += desk.handle(generate_command(dice, state, now, workspace=known), now=now)
        except AssignworkError:
            continue  # events of timers before it come with the next command
        states.append(
            (
                len(events),
                {a.id: (a.load, a.capacity, a.presence) for a in desk.agents.values()},
                {t.id: t.queued for t in desk.teams.values()},
            )
        )
    return workspace, events, states


@pytest.fixture(params=SEEDS)
def run(request):
    return made_up(request.param)


def test_the_logs_hold_every_kind_of_event_that_is_counted():
    kinds = Counter(event.kind for seed in SEEDS for event in made_up(seed)[1])
    for kind in (
        "held", "approved", "rejected", "sla_started", "sla_met", "sla_breached", "sla_at_risk",
        "sla_paused", "sla_resumed", "escalated", "escalation_skipped", "acknowledged", "rated",
        "path_ended",
    ):  # fmt: skip
        assert kinds[kind], kind


def test_loads_capacities_presences_and_queues_are_those_of_the_desk(run):
    workspace, events, states = run
    metrics, done = Metrics(workspace), 0
    for count, agents, teams in states:
        for event in events[done:count]:
            metrics.add(event)
        done = count
        if not count:
            continue
        for name, found in agents.items():
            track = metrics._agents[name]
            assert (name, track.load, track.capacity, track.presence) == (name, *found)
        assert {team: metrics._teams[team].length for team in teams} == teams


def test_every_clock_that_started_is_counted_once(run):
    workspace, events, _ = run
    levels = summarize(workspace, events).service_levels
    kinds = Counter((e.kind, e.target) for e in events if e.kind.startswith("sla_"))
    for target, found in levels.by_target.items():
        assert found.clocks == kinds["sla_started", target]
        assert found.breached == kinds["sla_breached", target]
        assert found.met <= kinds["sla_met", target]
        assert found.clocks == found.met + found.breached + found.undecided
        assert found.undecided >= 0
        assert sum(p[target].clocks for p in levels.by_policy.values() if target in p) == (
            found.clocks
        )
        assert sum(p[target].met for p in levels.by_policy.values() if target in p) == found.met
        by_priority = [p[target] for p in levels.by_priority.values() if target in p]
        assert sum(row.clocks for row in by_priority) <= found.clocks
    queued = {e.item for e in events if e.kind == "queued"}
    started = [e for e in events if e.kind == "sla_started" and e.item in queued]
    assert sum(
        row.clocks for by_target in levels.by_priority.values() for row in by_target.values()
    ) == len(started)


def test_escalations_add_up(run):
    workspace, events, _ = run
    found = summarize(workspace, events).escalations
    fired = [e for e in events if e.kind == "escalated"]
    assert found.fired == len(fired) == sum(sum(row.values()) for row in found.steps.values())
    assert found.by_hand == sum(e.by != "path" for e in fired)
    assert sum(found.skipped.values()) == sum(e.kind == "escalation_skipped" for e in events)
    assert found.overall.escalated == len({e.item for e in fired}) == found.until_first.count
    for table in (found.by_priority, found.by_team):
        assert sum(row.items for row in table.values()) == found.overall.items
        assert sum(row.escalated for row in table.values()) == found.overall.escalated
    assert sum(row.items for row in found.by_category.values()) <= found.overall.items
    rows = recurring_escalations(events)
    assert {row.category: (row.items, row.escalated) for row in rows} == {
        name: (row.items, row.escalated) for name, row in found.by_category.items()
    }


def test_approvals_handoffs_and_scores_add_up(run):
    workspace, events, _ = run
    found = summarize(workspace, events)
    kinds = Counter(event.kind for event in events)
    asked = found.approvals
    assert asked.held == kinds["held"]
    assert asked.held == asked.approved + asked.rejected + asked.closed + asked.waiting
    assert asked.rejected == kinds["rejected"]
    assert found.handoffs.count == kinds["handoff"] == sum(found.handoffs.by_team.values())
    assert found.satisfaction.items == len({e.item for e in events if e.kind == "rated"})
    assert found.volumes.total.arrived == len({e.item for e in events if e.kind == "queued"})
    assert found.volumes.total.open == found.volumes.total.arrived - found.volumes.total.closed
    assert found.flow.assignments == kinds["assigned"]


def test_the_backlog_ends_with_what_is_open(run):
    workspace, events, _ = run
    metrics = Metrics(workspace)
    for event in events:
        metrics.add(event)
    total = metrics.summary().volumes.total
    if total.arrived:
        assert metrics.backlog_over_time()[-1].open == total.open


def test_every_item_has_a_timeline_without_gaps(run):
    _, events, _ = run
    for item in {e.item for e in events if hasattr(e, "item")}:
        found = timeline(events, item)
        assert str(found)
        for before, after in zip(found.spans, found.spans[1:], strict=False):
            assert before.end == after.begin


@pytest.mark.parametrize("seed", [0, 1])
def test_the_page_shows_such_a_log(tmp_path, seed):
    workspace, events, _ = made_up(seed)
    page = tmp_path / "page.html"
    summary = write_html(page, workspace, events)
    assert ('id="attainment"' in page.read_text()) == bool(summary.service_levels.by_priority)
