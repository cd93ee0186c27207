"""The sentences at the top of the page say what the figures say, and no more."""

from __future__ import annotations

from datetime import UTC

from assignwork.model import Agent, Team, Workspace
from assignwork.reports import Metrics
from assignwork.reports._hours import LateHours
from assignwork.reports.findings import findings, headlines


def said(workspace, events, until=None):
    metrics = Metrics(workspace)
    for event in events:
        metrics.add(event)
    found = metrics.summary(until=until)
    late = LateHours.of(metrics, found.waits.threshold, UTC)
    return {finding.topic: finding.text for finding in findings(found, late, UTC)}


def test_a_quiet_desk_is_called_quiet(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.closed(600, "t-1", "ana")
    assert said(desk, log.events) == {
        "Waits": "Nine in ten items were assigned at once; the longest waited 0 s.",
        "Queues": "Nothing ever waited: there was always somebody with headroom.",
        "Over capacity": "Nobody, at any time.",
    }


def test_trouble_is_named(desk, log):
    log.presence(0, "bob", "active")
    for i in range(4):
        log.queued(0, f"t-{i}")
        log.assigned(1200, f"t-{i}", "ana", "manual")
    log.queued(0, "t-9", "spanish")
    log.queued(0, "t-8", "spanish")
    log.assigned(10, "t-8", "ana", "secondary", "spanish")
    log.released(1200, "t-8", "ana", "hand", "spanish")
    log.queued(1200, "t-8", "spanish")
    log.assigned(1200, "t-8", "bob", "primary", "spanish")
    log.closed(3600, "t-9")
    events = sorted(log.events, key=lambda event: event.at)
    assert said(desk, events) == {
        "Waits": "Nine in ten items were assigned within 20 min; the longest waited 20 min.",
        "Teams": "billing kept people waiting longest: nine in ten within 20 min, "
        "in spanish within 10 s.",
        "Never assigned": "1 item (17 %): 1 closed before; the waits above leave them out.",
        "Long waits": "4 items waited longer than 15 min.",
        "Queues": "The longest was that of billing: 4 waiting on Thu 1970-01-01 00:00. "
        "At the end nothing waited any more.",
        "Spread of work": "Uneven: ana had work >99 % of the active time, bob 67 %.",
        "Over capacity": "1 agent held more than their capacity, 40 min together; "
        "ana longest, 40 min in 1 spell.",
        "Changed hands": "1 time after the first assignment, mostly because somebody moved it "
        "by hand (1).",
        "Help": "Helpers took 50 % of what was not assigned by hand; spanish got most, 1 item.",
    }


def test_a_log_without_absences_is_not_trusted_with_occupancy(log):
    desk = Workspace(teams=[Team("billing")], agents=[Agent("ana")])
    log.queued(0, "t-1")
    found = said(desk, log.events, until=3 * 86_400.0)
    assert found["Presence"].startswith("The log knows no absences")
    log.presence(10, "ana", "away")
    assert "Presence" not in said(desk, log.events, until=3 * 86_400.0)


def test_who_was_hardly_there_is_not_compared(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.presence(35_000, "bob", "active")
    log.closed(36_000, "t-1", "ana")
    assert "Spread of work" not in said(desk, log.events)


def test_headlines_of_an_empty_log_have_no_figures(desk):
    found = {line.name: line.value for line in headlines(Metrics(desk).summary())}
    assert found["median wait"] == "-"
    assert found["assigned within 15 min"] == "-"
    assert found["items arrived"] == "0"
