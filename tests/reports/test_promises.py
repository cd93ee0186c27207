"""Promises, escalations, approvals, handoffs and scores against logs small enough to work out."""

from __future__ import annotations

import pytest

from assignwork import events as ev
from assignwork.reports import Metrics, recurring_escalations, summarize, write_html
from assignwork.reports.figures import Distribution
from assignwork.reports.promises import Attainment
from assignwork.reports.recurring import EscalationShare


class Promised:
    """Writes the events about promises into a `Log`, short."""

    def __init__(self, log):
        self.log = log

    def clock(self, at, item, what, target="resolution", policy="gold", *, due=100.0, left=5.0):
        kind = getattr(ev, f"Sla{what.title().replace('_', '')}")
        last = left if what in ("met", "paused") else due
        self.log(at, kind, item, policy, target, last)

    def escalated(self, at, item, level=1, *, path="slow", by="path", when="unresolved", **fields):
        given = {"reason": None, "category": None, "team": None, "agent": None, "priority": None}
        given |= {"watchers": (), "notified": (), **fields}
        self.log(at, ev.Escalated, item, path, level, 1, when, by, *given.values())


@pytest.fixture
def say(log):
    return Promised(log)


# --- service levels -------------------------------------------------------------------------------


def test_a_clock_counts_by_what_it_is_at_the_end(desk, log, say):
    for item, priority in (("t-1", 1), ("t-2", 2), ("t-3", 2), ("t-4", 2)):
        log.queued(0, item, priority=priority)
        say.clock(0, item, "started")
    say.clock(10, "t-1", "met")
    say.clock(80, "t-2", "at_risk")
    say.clock(80, "t-3", "at_risk")
    say.clock(90, "t-2", "met")
    say.clock(100, "t-3", "breached")
    found = summarize(desk, log.events).service_levels
    assert found.by_target == {"resolution": Attainment(clocks=4, met=2, breached=1, at_risk=2)}
    assert found.by_target["resolution"].undecided == 1
    assert found.by_target["resolution"].share == 2 / 3
    assert found.by_priority == {
        1: {"resolution": Attainment(1, 1, 0, 0)},
        2: {"resolution": Attainment(3, 1, 1, 2)},
    }


def test_what_was_met_is_open_again_when_its_item_is_reopened(desk, log, say):
    log.queued(0, "t-1")
    say.clock(0, "t-1", "started")
    log.closed(10, "t-1")
    say.clock(10, "t-1", "met")
    log(20, ev.Reopened, "t-1", None)
    say.clock(20, "t-1", "resumed", due=110.0)
    assert summarize(desk, log.events).service_levels.by_target["resolution"].undecided == 1
    say.clock(110, "t-1", "breached")
    found = summarize(desk, log.events).service_levels.by_target["resolution"]
    assert found == Attainment(1, 0, 1, 0)


def test_every_answer_to_a_customer_is_a_clock_of_its_own(desk, log, say):
    log.queued(0, "t-1")
    for at, what in ((0, "started"), (5, "met"), (10, "started"), (60, "breached")):
        say.clock(at, "t-1", what, "next_response")
    say.clock(70, "t-1", "started", "next_response")
    found = summarize(desk, log.events).service_levels.by_target["next_response"]
    assert found == Attainment(3, 1, 1, 0)


def test_the_policy_is_the_one_a_clock_had_last(desk, log, say):
    log.queued(0, "t-1")
    log.queued(0, "t-2")
    say.clock(0, "t-1", "started", policy="bronze")
    say.clock(0, "t-2", "started", policy="bronze")
    say.clock(10, "t-1", "resumed", policy="gold")
    say.clock(20, "t-1", "met", policy="gold")
    found = summarize(desk, log.events).service_levels.by_policy
    assert found == {
        "bronze": {"resolution": Attainment(1, 0, 0, 0)},
        "gold": {"resolution": Attainment(1, 1, 0, 0)},
    }


def test_targets_stand_in_their_order(desk, log, say):
    log.queued(0, "t-1")
    for target in ("resolution", "next_response", "first_response"):
        say.clock(0, "t-1", "started", target)
    found = summarize(desk, log.events).service_levels.by_target
    assert list(found) == ["first_response", "next_response", "resolution"]


# --- escalations ----------------------------------------------------------------------------------


def test_items_escalated_are_counted_once_and_steps_each(desk, log, say):
    log.queued(0, "t-1", priority=1, category="vpn")
    log.queued(0, "t-2", priority=2, category="mail")
    log.queued(0, "t-3", "spanish", 2)
    say.escalated(60, "t-1", when="unassigned")
    say.escalated(90, "t-3", path="fast")
    say.escalated(120, "t-1", 2, by="ana", when="manual")
    log(130, ev.EscalationSkipped, "t-2", "slow", 1, 1, "assigned")
    log(131, ev.Acknowledged, "t-2", "ana", None)
    found = summarize(desk, log.events).escalations
    assert found.overall == EscalationShare(3, 2)
    assert found.by_priority == {1: EscalationShare(1, 1), 2: EscalationShare(2, 1)}
    assert found.by_team == {"billing": EscalationShare(2, 1), "spanish": EscalationShare(1, 1)}
    assert found.by_category == {"mail": EscalationShare(1, 0), "vpn": EscalationShare(1, 1)}
    assert found.steps == {"fast": {1: 1}, "slow": {1: 1, 2: 1}}
    assert found.by_when == {"manual": 1, "unassigned": 1, "unresolved": 1}
    assert (found.fired, found.by_hand, found.skipped) == (3, 1, {"assigned": 1})
    assert found.until_first == Distribution(2, 75.0, 60.0, 90.0, 90.0, 90.0)
    assert found.acknowledged == 1


def test_the_category_is_the_last_one_known(desk, log, say):
    log.queued(0, "t-1", category="mail")
    say.escalated(10, "t-1")
    log(20, ev.ItemUpdated, "t-1", {"category": "vpn"}, 3)
    found = summarize(desk, log.events).escalations
    assert found.by_category == {"vpn": EscalationShare(1, 1)}


def test_a_category_that_stands_out_is_named_in_text_and_page(desk, log, say, tmp_path):
    for i in range(60):
        log.queued(i, f"t-{i}", category="vpn" if i < 20 else "mail")
    for i in range(0, 60, 3):
        if i < 20 or i > 50:
            say.escalated(1000 + i, f"t-{i}")
    for i in (1, 2, 4, 5, 7, 8):
        say.escalated(2000 + i, f"t-{i}")
    summary = summarize(desk, log.events)
    (row,) = summary.escalations.recurring
    assert (row.category, row.items, row.escalated) == ("vpn", 20, 13)
    assert row.rest == EscalationShare(40, 3)
    assert [found.category for found in recurring_escalations(log.events)] == ["vpn", "mail"]
    assert "Recurring escalations: 1 of 2 categories" in str(summary)
    page = tmp_path / "page.html"
    write_html(page, desk, log.events)
    text = page.read_text()
    assert 'id="recurring"' in text
    assert 'id="escalations"' in text
    assert "vpn: 65" in text


# --- approvals, handoffs, scores ------------------------------------------------------------------


def test_what_is_held_arrives_when_it_is_queued(desk, log):
    for item, at in (("t-1", 0), ("t-2", 0), ("t-3", 5), ("t-4", 6)):
        log(at, ev.Held, item, "billing", 3, 1, "default", None, ("lead",))
    log(10, ev.ItemUpdated, "t-1", {"weight": 2}, 3)
    log(20, ev.Transferred, "t-1", "billing", "spanish", None)
    log(30, ev.Approved, "t-1", "lead", ())
    log.queued(30, "t-1", "spanish", weight=2)
    log.assigned(40, "t-1", "ana", team="spanish")
    log(50, ev.Rejected, "t-2", "lead", "no money")
    log.closed(50, "t-2")
    log.closed(60, "t-3")
    found = summarize(desk, log.events)
    asked = found.approvals
    assert (asked.held, asked.approved, asked.rejected, asked.closed, asked.waiting) == (
        4, 1, 1, 1, 1,
    )  # fmt: skip
    assert asked.approved_after == Distribution(1, 30.0, 30.0, 30.0, 30.0, 30.0)
    assert asked.rejected_after == Distribution(1, 50.0, 50.0, 50.0, 50.0, 50.0)
    assert (found.volumes.total.arrived, found.volumes.closings) == (1, 0)
    assert found.waits.by_team["spanish"].seconds.max == 10.0
    assert found.flow.transfers == 0


def test_a_refused_item_that_is_reopened_arrives_then(desk, log):
    log(0, ev.Held, "t-1", "billing", 3, 1, "default", None, ("lead",))
    log(5, ev.Rejected, "t-1", "lead", None)
    log.closed(5, "t-1")
    log(9, ev.Reopened, "t-1", None)
    log.queued(9, "t-1")
    log.closed(11, "t-1")
    found = summarize(desk, log.events)
    asked = found.approvals
    assert (asked.rejected, asked.approved, asked.waiting) == (1, 0, 0)
    assert (found.volumes.total.closed, found.volumes.reopenings) == (1, 0)
    assert found.times.resolution.max == 2.0


def test_handoffs_are_counted_by_team_with_the_age_of_the_items(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.released(50, "t-1", "ana", "shift")
    log.queued(50, "t-1")
    log.assigned(60, "t-1", "bob", "manual")
    log(60, ev.Handoff, "t-1", "billing", "ana", "bob", 60.0)
    found = summarize(desk, log.events)
    assert found.handoffs.by_team == {"billing": 1}
    assert found.handoffs.open_for.max == 60.0
    assert found.flow.reassigned == {"shift": 1}


def test_the_last_score_of_an_item_counts(desk, log):
    for item in ("t-1", "t-2", "t-3"):
        log.queued(0, item)
    for at, item, score in ((1, "t-1", 1), (2, "t-1", 5), (3, "t-2", 4), (4, "t-3", 2)):
        log(at, ev.Rated, item, score, None)
    found = summarize(desk, log.events).satisfaction
    assert (found.items, found.by_score) == (3, {2: 1, 4: 1, 5: 1})
    assert (found.mean, found.share) == (11 / 3, 2 / 3)


def test_an_assignment_by_a_path_is_neither_by_hand_nor_dispatched(desk, log, say):
    log.queued(0, "t-1")
    log.assigned(5, "t-1", "ana")
    say.escalated(60, "t-1", agent="bob")
    log.released(60, "t-1", "ana", "escalation")
    by = ("escalation", "escalation")
    log(60, ev.Assigned, "t-1", "billing", "bob", "manual", 0.0, *by, (), None)
    found = summarize(desk, log.events)
    assert (found.flow.assignments, found.flow.manual, found.flow.escalated) == (2, 0, 1)
    assert found.flow.reassigned == {"escalation": 1}
    assert "  by escalation" in str(found)


# --- what is shown --------------------------------------------------------------------------------


def test_a_desk_that_promises_nothing_shows_nothing_of_it(desk, log, tmp_path):
    log.queued(0, "t-1")
    log.closed(9, "t-1")
    summary = summarize(desk, log.events)
    for word in ("Service levels", "Escalations", "Recurring", "Approvals"):
        assert word not in str(summary)
    page = tmp_path / "page.html"
    write_html(page, desk, log.events)
    for place in ("attainment", "escalations", "recurring", "others"):
        assert f'id="{place}"' not in page.read_text()


def test_the_tables_of_a_desk_that_does(desk, log, say):
    log(0, ev.Held, "t-2", "billing", 3, 1, "default", None, ("lead",))
    log.queued(0, "t-1", priority=1, category="vpn")
    say.clock(0, "t-1", "started", "first_response")
    say.clock(0, "t-1", "started")
    say.clock(20, "t-1", "met", "first_response")
    say.escalated(7200, "t-1")
    say.clock(9000, "t-1", "breached")
    log(9000, ev.Rated, "t-1", 4, "joe")
    text = str(summarize(desk, log.events))
    first = text.index("Service levels")
    assert (
        text[first : text.index("\n\nQueues")].splitlines()
        == """\
Service levels by target and priority
  target                        clocks  met  breached  undecided  at risk  met of decided
  first response                     1    1         0          0        0           100 %
  resolution                         1    0         1          0        0             0 %
    priority 1: first response       1    1         0          0        0           100 %
    priority 1: resolution           1    0         1          0        0             0 %

Escalations
                          number
  items escalated              1  100 % of all
    until first (median)   2.0 h  p90 2.0 h
    of priority 1              1  100 % of 1
  steps that fired             1
    it was not closed          1
    path slow                  1  step 1: 1

Recurring escalations: none of 1 category above the rest by more than chance (Fisher exact test, \
one-sided, Holm-adjusted, level 0.05)

Approvals, handoffs and satisfaction
                     number
  held for approval       1  1 still wait
    approved              0
    refused               0
  items rated             1  mean 4.0 of 5, 100 % with 4 or 5""".splitlines()
    )


def test_the_page_draws_what_was_promised(desk, log, say, tmp_path):
    log.queued(0, "t-1", priority=1)
    say.clock(0, "t-1", "started")
    say.clock(20, "t-1", "met")
    say.escalated(30, "t-1")
    page = tmp_path / "page.html"
    write_html(page, desk, log.events)
    text = page.read_text()
    for place in ("attainment", "escalations"):
        assert f'id="{place}"' in text
    assert "Promises: all that are decided were kept" in text


def test_the_backlog_has_every_hour_and_ends_with_what_is_open(desk, log):
    log.queued(0, "t-1")
    log.queued(10, "t-2")
    log.closed(7300, "t-1")
    log(11000, ev.Reopened, "t-1", None)
    metrics = Metrics(desk)
    for event in log.events:
        metrics.add(event)
    cells = metrics.backlog_over_time()
    assert [(cell.at, cell.arrived, cell.closed, cell.reopened, cell.open) for cell in cells] == [
        (0.0, 2, 0, 0, 2), (3600.0, 0, 0, 0, 2), (7200.0, 0, 1, 0, 1), (10800.0, 0, 0, 1, 2),
    ]  # fmt: skip
    assert Metrics(desk).backlog_over_time() == []


def test_concurrency_is_the_load_while_handling(desk, log):
    log.queued(0, "t-1")
    log.queued(0, "t-2")
    log.assigned(0, "t-1", "ana")
    log.assigned(0, "t-2", "ana")
    log.closed(50, "t-1", "ana")
    log.closed(100, "t-2", "ana")
    log.presence(200, "bob", "active")
    ana = summarize(desk, log.events).agents[0].load
    assert (ana.occupancy, ana.mean, ana.concurrency) == (0.5, 0.75, 1.5)
