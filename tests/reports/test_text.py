"""The summary as text: what a shift manager reads in a terminal."""

from __future__ import annotations

import json

from assignwork import events as ev
from assignwork.reports import summarize


def test_the_whole_text_of_a_small_log(desk, log):
    log.queued(0, "t-1", priority=1)
    log.assigned(0, "t-1", "ana")
    log.queued(60, "t-2", weight=2)
    log.assigned(180, "t-2", "ana", "manual")
    log.replied(300, "t-2", "agent", "ana")
    log.presence(600, "bob", "active")
    log.queued(600, "t-3")
    log.assigned(600, "t-3", "bob", "secondary")
    log.released(1200, "t-2", "ana", "away")
    log.queued(1200, "t-2", weight=2)
    log.assigned(3000, "t-2", "ana")
    log.closed(3600, "t-1", "ana")
    log(3600, ev.Reopened, "t-1", "ana")
    log.closed(7200, "t-1", "ana")
    log.queued(7200, "t-4", "spanish", 4)
    assert (
        str(summarize(desk, log.events)).splitlines()
        == """\
Thu 1970-01-01 00:00 to Thu 1970-01-01 02:00 UTC (2.0 h)
4 items arrived, 1 closed and 3 open at the end; 2 agents, 2 teams

Wait by priority (arrival to first assignment)
  priority  items  median  90 % within  99 % within  longest  within 15 min  never assigned
  1             1     0 s          0 s          0 s      0 s          100 %               0
  3             2     0 s        2 min        2 min    2 min          100 %               0
  4             1       -            -            -        -            0 %               1
  all           4     0 s        2 min        2 min    2 min           75 %               1

Wait by team
  team     items  median  90 % within  99 % within  longest  within 15 min  never assigned
  billing      3     0 s        2 min        2 min    2 min          100 %               0
  spanish      1       -            -            -        -            0 %               1

Other times
  time                       count  median  90 % within  99 % within  longest
  each stay in a queue           4     0 s       30 min       30 min   30 min
  arrival to first response      1   4 min        4 min        4 min    4 min
  in hand until closed           1   2.0 h        2.0 h        2.0 h    2.0 h
  arrival to closed              1   2.0 h        2.0 h        2.0 h    2.0 h

Queues (items waiting)
  team     peak      peak since (UTC)  mean  at the end
  billing     1  Thu 1970-01-01 00:01   0.3           0
  spanish     1  Thu 1970-01-01 02:00   0.0           1

Busiest agents
  agent     team  occupancy  mean load  max  capacity  active  assigned  closed
  ana    billing      100 %        2.5    3         2   2.0 h         3       2
  bob    spanish      100 %        1.0    1         5   1.8 h         1       0

Over capacity: 1 agent, 87 min together
  agent     for  of it active  times  most above  capacity
  ana    87 min        87 min      2          +1         2

How work moved
                            number
  assignments                    4
    to helpers (secondary)       1  33 % of those not by hand
    by hand                      1  25 % of all
  reassignments                  1  33.3 per 100 items
    the agent went away          1
  transfers                      0
  reopened                       1""".splitlines()
    )


def test_an_empty_log_is_one_line(desk):
    assert str(summarize(desk, [])) == "Nothing happened: the log has no events"


def test_offers_are_told_when_there_were_any(desk, log):
    log.queued(0, "t-1")
    log.offered(0, "t-1", "ana")
    log.offer_ended(10, "t-1", "ana", "missed")
    log.queued(10, "t-1")
    text = str(summarize(desk, log.events))
    assert "offers                         1  0 accepted, 0 declined, 1 missed" in text
    assert "Over capacity: nobody" in text


def test_it_is_plain_data_with_the_shares_too(random_run):
    run = random_run(5)
    found = summarize(run.workspace, run.events)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["flow"]["secondary_share"] == found.flow.secondary_share
    assert data["waits"]["overall"]["service_level"] == found.waits.overall.service_level
    assert set(data["waits"]["by_priority"]) == {str(p) for p in found.waits.by_priority}
    assert data["agents"][0]["load"]["occupancy"] == found.agents[0].load.occupancy


def test_in_a_notebook_it_is_a_table(random_run):
    run = random_run(5)
    found = summarize(run.workspace, run.events)._repr_html_()
    assert found.startswith('<div class="assignwork-summary">')
    assert found.count("<table>") == found.count("</table>") >= 6
    assert "<th>90 % within</th>" in found


def test_in_a_notebook_a_heading_without_a_table_is_a_paragraph(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "ana")
    log.closed(60, "t-1", "ana")
    found = summarize(desk, log.events)._repr_html_()
    assert "<p>Over capacity: nobody</p>" in found
    assert found.count("<table>") == found.count("<tr><th>")
