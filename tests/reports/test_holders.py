"""Who held it when: from events alone, with the handoffs between."""

from __future__ import annotations

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from assignwork import Dispatcher
from assignwork import events as ev
from assignwork.model import Agent, Calendar, Shift, Team, WorkItem, Workspace
from assignwork.reports import write_html
from assignwork.reports.pictures import Holdings, holders

HOUR = 3600.0
GREEN, PINK = "#009e73", "#cc79a7"
GREY_OF_ACTIVE = "rgba(140,148,158,0.26)"


@pytest.fixture
def regions():
    return Workspace(
        teams=[Team("network")],
        agents=[
            Agent("ana", primary=["network"], shift="lisbon"),
            Agent("cai", primary=["network"], shift=Shift("recife"), presence="away_reassign"),
        ],
        calendars=[
            Calendar("lisbon", "Europe/Lisbon", {"mon-sun": ["08:00-17:00"]}),
            Calendar("recife", "America/Recife", {"mon-sun": ["12:00-21:00"]}),
        ],
    )


@pytest.fixture
def handed_on(log):
    """Ana has it from 10:00 to 17:00, nobody until 17:30, then Cai until 20:00."""
    log.presence(8 * HOUR, "ana", "active", "shift")
    log.queued(10 * HOUR, "t-1", "network", priority=1)
    log.assigned(10 * HOUR, "t-1", "ana", team="network")
    log.presence(17 * HOUR, "ana", "away_reassign", "shift")
    log.released(17 * HOUR, "t-1", "ana", "shift", "network")
    log.queued(17 * HOUR, "t-1", "network", priority=1)
    log.presence(17.5 * HOUR, "cai", "active", "shift")
    log.assigned(17.5 * HOUR, "t-1", "cai", team="network")
    log(17.5 * HOUR, ev.Handoff, "t-1", "network", "ana", "cai", 7.5 * HOUR)
    log.closed(20 * HOUR, "t-1", "cai")
    return log


def drawn(workspace, events, items=None, zone=UTC, until=None):
    holdings = Holdings(workspace, items)
    assert list(holdings.following(events)) == list(events)
    return holders(holdings, zone, until=until)


def bars(picture, colour):
    """The bars of a colour: row, start and hours."""
    rows = picture.figure.layout.yaxis.ticktext
    return [
        (rows[round(place)], str(base)[11:16], x / HOUR / 1000)
        for trace in picture.figure.data
        if trace.type == "bar" and trace.marker.color == colour
        for place, base, x in zip(trace.y, trace.base, trace.x, strict=True)
    ]


def lines(picture):
    """Each line's ends, as (instant, row)."""
    rows = picture.figure.layout.yaxis.ticktext
    found = []
    for trace in picture.figure.data:
        if trace.type == "scatter" and trace.mode == "lines":
            points = [
                None if x is None else (x[11:16], rows[round(y)])
                for x, y in zip(trace.x, trace.y, strict=True)
            ]
            found += [(points[i], points[i + 1]) for i in range(0, len(points), 3)]
    return found


def marks(picture):
    """What marks say: row, instant, words."""
    rows = picture.figure.layout.yaxis.ticktext
    return [
        (rows[round(y)], x[11:16], told)
        for trace in picture.figure.data
        if trace.type == "scatter" and trace.mode == "markers"
        for x, y, told in zip(trace.x, trace.y, trace.customdata, strict=True)
    ]


# --- one item -------------------------------------------------------------------------------------


def test_each_owner_has_a_bar_and_so_has_the_wait_between(regions, handed_on):
    picture = drawn(regions, handed_on.events)
    assert bars(picture, GREEN) == [
        ("ana", "10:00", 7.0),
        ("cai", "17:30", 2.5),
        ("<i>nobody</i>", "17:00", 0.5),
    ]
    assert picture.title == (
        "Who held t-1 when: handed on once in 10 h, 30 min of it without an owner"
    )
    assert ("nobody had it", "#c0392b") in picture.key


def test_a_line_leads_from_who_left_it_to_who_got_it(regions, handed_on):
    picture = drawn(regions, handed_on.events)
    assert lines(picture) == [(("17:00", "ana"), ("17:30", "cai"))]
    assert marks(picture) == [
        ("cai", "17:30", "t-1 handed on from ana to cai<br>Thu 17:30 (14:30 local time), "
         "open for 7.5 h"),
    ]  # fmt: skip


def test_an_item_that_never_waited_says_so_and_has_no_such_row(regions, log):
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "ana", team="network")
    log.released(HOUR, "t-1", "ana", "shift", "network")
    log.queued(HOUR, "t-1", "network")
    log.assigned(HOUR, "t-1", "cai", team="network")
    log(HOUR, ev.Handoff, "t-1", "network", "ana", "cai", HOUR)
    log.closed(3 * HOUR, "t-1", "cai")
    picture = drawn(regions, log.events)
    assert picture.title == "Who held t-1 when: handed on once in 3.0 h, never without an owner"
    assert list(picture.figure.layout.yaxis.ticktext) == ["ana", "cai"]
    assert "nobody had it" not in dict(picture.key)


def test_lighter_bars_say_when_agents_were_active_and_the_local_hours(regions, handed_on):
    picture = drawn(regions, handed_on.events)
    begin, spare = 10, 10 / 16
    assert bars(picture, GREY_OF_ACTIVE) == [
        ("ana", "09:22", 17 - begin + spare),  # the picture begins then
        ("cai", "17:30", 2.5),  # the log ends then
    ]
    scatters = [trace for trace in picture.figure.data if trace.type == "scatter"]
    (texts,) = [trace for trace in scatters if trace.mode == "text"]
    assert list(texts.text) == ["–18:00", "14:30–"]  # noqa: RUF001  # as far as the log says
    assert "local hours of the shift" in picture.lead


def test_agents_are_grouped_by_the_zone_of_their_shifts(regions, handed_on):
    names = [note.text for note in drawn(regions, handed_on.events).figure.layout.annotations]
    assert names == ["Lisbon", "Recife"]


def test_without_several_zones_they_are_grouped_by_team(desk, log):
    log.queued(0, "t-1")
    log.assigned(0, "t-1", "bob")
    log.released(50, "t-1", "bob", "shift")
    log.queued(50, "t-1")
    log.assigned(60, "t-1", "ana")
    log(60, ev.Handoff, "t-1", "billing", "bob", "ana", 60.0)
    picture = drawn(desk, log.events)
    assert [note.text for note in picture.figure.layout.annotations] == ["spanish", "billing"]
    rows = list(picture.figure.layout.yaxis.ticktext)
    assert rows == ["<i>nobody</i>", "bob", "ana"]  # who had it first stands first


def test_promises_escalations_and_updates_stand_above(regions, handed_on):
    handed_on.events.pop()
    handed_on(18 * HOUR, ev.SlaAtRisk, "t-1", "gold", "first_response", 19 * HOUR)
    handed_on(19 * HOUR, ev.SlaBreached, "t-1", "gold", "first_response", 19 * HOUR)
    handed_on(19 * HOUR, ev.Escalated, "t-1", "p", 2, 1, "breached", "path", None, None, None,
              None, None, ("<eva>",), ("kim",))  # fmt: skip
    handed_on(19.5 * HOUR, ev.UpdatePosted, "t-1", "major", "cai", (), (), {})
    handed_on.closed(20 * HOUR, "t-1", "cai")
    picture = drawn(regions, handed_on.events)
    assert marks(picture)[1:] == [
        ("<i>promises</i>", "18:00", "t-1: first response at risk<br>Thu 1970-01-01 18:00"),
        ("<i>promises</i>", "19:00", "t-1: first response breached<br>Thu 1970-01-01 19:00"),
        ("<i>escalations</i>", "19:00",
         "t-1: step 2, told kim, &lt;eva&gt;<br>Thu 1970-01-01 19:00"),
        ("<i>updates</i>", "19:30", "t-1: update posted<br>Thu 1970-01-01 19:30"),
    ]  # fmt: skip
    assert [text for text, _ in picture.key[3:]] == ["at risk", "breached", "posted"]


def test_colleagues_through_whose_hands_it_went_at_one_instant_did_not_have_it(regions, log):
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "ana", team="network")
    for left, got in (("ana", "bea"), ("bea", "cai")):
        log.released(HOUR, "t-1", left, "shift", "network")
        log.queued(HOUR, "t-1", "network")
        log.assigned(HOUR, "t-1", got, team="network")
        log(HOUR, ev.Handoff, "t-1", "network", left, got, HOUR)
    log.closed(3 * HOUR, "t-1", "cai")
    picture = drawn(regions, log.events)
    assert lines(picture) == [(("01:00", "ana"), ("01:00", "cai"))]
    assert "handed on once" in picture.title
    assert marks(picture)[0][2].startswith("t-1 handed on from ana to cai")


def test_what_is_open_at_the_end_is_held_until_then(regions, handed_on):
    handed_on.events.pop()
    assert bars(drawn(regions, handed_on.events, until=30 * HOUR), GREEN)[1] == (
        "cai", "17:30", 12.5,
    )  # fmt: skip
    assert len(bars(drawn(regions, handed_on.events), GREEN)) == 2  # it ends as he gets it


def test_a_snoozed_item_is_its_owners(regions, handed_on):
    handed_on.events.pop()
    handed_on(18 * HOUR, ev.Snoozed, "t-1", None)
    handed_on.closed(20 * HOUR, "t-1", "cai")
    picture = drawn(regions, handed_on.events)
    assert bars(picture, GREEN)[1:3] == [("cai", "17:30", 0.5), ("cai", "18:00", 2.0)]
    told = [t for trace in picture.figure.data if trace.type == "bar" for t in trace.customdata]
    assert "cai had t-1, snoozed 2.0 h<br>Thu 18:00 to Thu 20:00<br>" in "".join(told)


def test_the_clock_of_the_page_may_be_changed_meanwhile(log):
    """On 25 October 2026 Lisbon's clock shows the hour from 1 to 2 twice."""
    workspace = Workspace(
        teams=[Team("t")], agents=[Agent("ana", primary=["t"]), Agent("bob", primary=["t"])]
    )
    midnight = 1_792_886_400.0 - HOUR  # 2026-10-25 00:00 in Lisbon
    log.queued(midnight, "t-1", "t")
    log.assigned(midnight, "t-1", "ana", team="t")
    log.released(midnight + 4 * HOUR, "t-1", "ana", "shift", "t")
    log.queued(midnight + 4 * HOUR, "t-1", "t")
    log.assigned(midnight + 4 * HOUR, "t-1", "bob", team="t")
    log(midnight + 4 * HOUR, ev.Handoff, "t-1", "t", "ana", "bob", 4 * HOUR)
    log.closed(midnight + 5 * HOUR, "t-1", "bob")
    picture = drawn(workspace, log.events, zone=ZoneInfo("Europe/Lisbon"))
    assert bars(picture, GREEN) == [("ana", "00:00", 3.0), ("bob", "03:00", 1.0)]
    assert "in 5.0 h" in picture.title


# --- which items ----------------------------------------------------------------------------------


def moved(log, item, priority, at, closed, times=1):
    log.queued(at, item, "network", priority=priority)
    log.assigned(at, item, "ana", team="network")
    for i in range(times):
        left, got = ("ana", "cai") if i % 2 == 0 else ("cai", "ana")
        log.released(at + i + 1, item, left, "shift", "network")
        log.queued(at + i + 1, item, "network", priority=priority)
        log.assigned(at + i + 1, item, got, team="network")
        log(at + i + 1, ev.Handoff, item, "network", left, got, i + 1.0)
    log.closed(closed, item)


def in_order(log):
    log.events.sort(key=lambda event: event.at)
    return log.events


def test_without_a_handoff_there_is_no_picture_and_nothing_is_kept(regions, log):
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "ana", team="network")
    log.closed(50, "t-1", "ana")
    holdings = Holdings(regions)
    list(holdings.following(log.events))
    assert holders(holdings, UTC) is None
    assert holdings._events == {}
    assert drawn(regions, []) is None


def test_the_most_urgent_is_chosen_then_the_one_handed_on_most(regions, log):
    moved(log, "once", 1, 0, 900)
    moved(log, "calm", 2, 0, 900, times=5)
    moved(log, "often", 1, 10, 900, times=3)
    moved(log, "later", 1, 2000, 3000)
    holdings = Holdings(regions)
    list(holdings.following(in_order(log)))
    assert holdings.chosen() == ["often", "once", "calm"]  # those that were open with it
    picture = holders(holdings, UTC)
    assert picture.title.startswith("Who held often when: handed on 3 times in 15 min")
    assert "With it 2 other items handed on in that time." in picture.lead
    assert [text for text, _ in picture.key[:3]] == ["held often", "held once", "held calm"]


def test_the_items_asked_for_are_drawn_whether_or_not_they_were_handed_on(regions, log):
    log.queued(0, "calm", "network")
    log.assigned(60, "calm", "cai", team="network")
    log.closed(HOUR, "calm", "cai")
    moved(log, "t-1", 1, 100, 900)
    moved(log, "t-2", 1, 100, 900)
    picture = drawn(regions, in_order(log), items=["calm", "t-2", "no such item"])
    assert [text for text, _ in picture.key[:2]] == ["held calm", "held t-2"]
    assert picture.title == (
        "Who held calm when: not handed on in 60 min, 60 s of it without an owner"
    )
    assert drawn(regions, log.events, items=["no such item"]) is None


def test_at_most_four_items_are_drawn_and_stand_beside_each_other(regions, log):
    for i in range(6):
        moved(log, f"t-{i}", 1, i, 900)
    picture = drawn(regions, in_order(log))
    held = [t for t in picture.figure.data if t.type == "bar" and t.customdata[0].find("had") > 0]
    assert len({trace.marker.color for trace in held}) == 4
    places = [trace.y[-1] for trace in held]  # of the same agent at the same time
    assert len(set(places)) == 4
    assert max(places) - min(places) < 0.5


# --- who and when ---------------------------------------------------------------------------------


def test_of_many_agents_only_those_are_shown_who_had_it(log):
    agents = [Agent(f"agent-{i:02}", primary=["network"]) for i in range(40)]
    workspace = Workspace(teams=[Team("network")], agents=agents)
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "agent-30", team="network")
    log.released(50, "t-1", "agent-30", "shift", "network")
    log.queued(50, "t-1", "network")
    log.assigned(50, "t-1", "agent-07", team="network")
    log(50, ev.Handoff, "t-1", "network", "agent-30", "agent-07", 50.0)
    log.closed(90, "t-1", "agent-07")
    picture = drawn(workspace, log.events)
    assert list(picture.figure.layout.yaxis.ticktext) == ["agent-30", "agent-07"]
    assert "2 of 40 agents are shown: who had it." in picture.lead


def test_more_agents_than_fit_are_cut(log):
    agents = [Agent(f"agent-{i:02}", primary=["network"]) for i in range(80)]
    workspace = Workspace(teams=[Team("network")], agents=agents)
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "agent-00", team="network")
    for i in range(1, 80):
        log.released(i * 60, "t-1", f"agent-{i - 1:02}", "shift", "network")
        log.queued(i * 60, "t-1", "network")
        log.assigned(i * 60, "t-1", f"agent-{i:02}", team="network")
        log(i * 60, ev.Handoff, "t-1", "network", f"agent-{i - 1:02}", f"agent-{i:02}", i * 60.0)
    log.closed(80 * 60, "t-1")
    picture = drawn(workspace, log.events)
    assert len(picture.figure.layout.yaxis.ticktext) == len(bars(picture, GREEN)) == 60
    assert len(lines(picture)) == 59
    assert "60 of 80 agents are shown" in picture.lead


def test_who_joins_and_who_leaves_the_desk(regions, log):
    log.queued(0, "t-1", "network")
    log.assigned(0, "t-1", "ana", team="network")
    log.configured(10, "add_agent", "dov", id="dov", primary=["network"], shift="recife")
    log.released(1000, "t-1", "ana", "shift", "network")
    log.queued(1000, "t-1", "network")
    log.assigned(1000, "t-1", "dov", team="network")
    log(1000, ev.Handoff, "t-1", "network", "ana", "dov", 1000.0)
    log.configured(1500, "remove_agent", "ana")
    log.closed(2000, "t-1", "dov")
    picture = drawn(regions, log.events)
    assert list(picture.figure.layout.yaxis.ticktext) == ["ana", "dov", "cai"]
    active = [(row, round(hours * HOUR)) for row, _, hours in bars(picture, GREY_OF_ACTIVE)]
    assert active == [("ana", 1500), ("dov", 1990)]


def test_no_id_is_taken_for_a_row_or_for_markup(log):
    evil = "<b>nobody</b>"
    workspace = Workspace(
        teams=[Team(evil)],
        agents=[Agent("nobody", primary=[evil]), Agent("promises", primary=[evil])],
    )
    log.queued(0, evil, evil)
    log.assigned(10, evil, "nobody", team=evil)
    log.released(50, evil, "nobody", "shift", evil)
    log.queued(50, evil, evil)
    log.assigned(50, evil, "promises", team=evil)
    log(50, ev.Handoff, evil, evil, "nobody", "promises", 50.0)
    log(60, ev.SlaMet, evil, "gold", "resolution", 5.0)
    log.closed(90, evil, "promises")
    picture = drawn(workspace, log.events)
    assert list(picture.figure.layout.yaxis.ticktext) == [
        "<i>promises</i>", "<i>nobody</i>", "nobody", "promises",
    ]  # fmt: skip
    assert [row for row, *_ in bars(picture, GREEN)] == ["nobody", "promises", "<i>nobody</i>"]
    assert "<b>" not in picture.title + picture.lead + json.dumps(picture.figure.to_json())


def test_a_long_picture_has_no_local_hours(regions, handed_on):
    last = handed_on.events.pop()
    handed_on.closed(last.at + 200 * HOUR, "t-1", "cai")
    picture = drawn(regions, handed_on.events)
    modes = {trace.mode for trace in picture.figure.data if trace.type == "scatter"}
    assert modes == {"lines", "markers"}
    assert "local hours" not in picture.lead
    assert picture.height < drawn(regions, handed_on.events[:-1], until=20 * HOUR).height


# --- on the page ----------------------------------------------------------------------------------


def test_the_page_has_it_where_something_was_handed_on(tmp_path, regions, handed_on):
    path = tmp_path / "page.html"
    write_html(path, regions, handed_on.events)
    assert '<figure class="card wide" id="holders">' in path.read_text(encoding="utf-8")
    write_html(path, regions, handed_on.events, until=17.2 * HOUR)
    assert 'id="holders"' not in path.read_text(encoding="utf-8")


def test_a_desk_hands_on_and_the_picture_tells_it(regions):
    desk = Dispatcher(regions)
    item = WorkItem("t-1", team="network", priority=1, preferred_agent="ana", affinity_wait=60)
    events = [*desk.submit(item, now="2026-03-24T09:00:00Z")]
    while (at := desk.next_wakeup()) and len([e for e in events if e.kind == "handoff"]) < 2:
        events += desk.advance(now=at)
    events += desk.close("t-1", now="2026-03-25T10:00:00Z")
    picture = drawn(regions, events)
    assert picture.title == (
        "Who held t-1 when: handed on twice in 25 h, 8.0 h of it without an owner"
    )
    assert bars(picture, GREEN)[:3] == [
        ("ana", "09:00", 8.0), ("cai", "17:00", 7.0), ("ana", "08:00", 2.0),
    ]  # fmt: skip
