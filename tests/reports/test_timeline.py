"""An item's history: every event of it, where it was when, and how that is shown."""

from __future__ import annotations

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import attrs
import pytest

from assignwork import events as ev
from assignwork.errors import UnknownItemError
from assignwork.events import KINDS
from assignwork.reports import timeline
from assignwork.reports._story import told


def states(found):
    return [(span.state, span.who, span.team, span.begin, span.end) for span in found.spans]


def test_every_event_of_the_item_and_of_no_other(desk, log):
    log.queued(0, "t-1")
    log.queued(0, "t-2")
    log.presence(3, "bob", "active")
    log.assigned(5, "t-1", "ana")
    log.closed(9, "t-2")
    log.closed(60, "t-1", "ana")
    found = timeline(log.events, "t-1")
    assert [(entry.seq, entry.kind) for entry in found.entries] == [
        (1, "queued"), (4, "assigned"), (6, "closed"),
    ]  # fmt: skip
    assert [entry.seq for entry in timeline(iter(log.events), "t-2").entries] == [2, 5]


def test_states_follow_each_other_without_gaps(desk, log):
    log(0, ev.Held, "t-1", "billing", 3, 1, "default", None, ("lead",))
    log(10, ev.Approved, "t-1", "lead", ())
    log.queued(10, "t-1")
    log.offered(20, "t-1", "ana")
    log.offer_ended(30, "t-1", "ana", "declined")
    log.queued(30, "t-1")
    log.assigned(40, "t-1", "bob")
    log(50, ev.Snoozed, "t-1", 70.0)
    log(60, ev.Transferred, "t-1", "billing", "spanish", None)
    log(70, ev.Woken, "t-1", None)
    log.queued(70, "t-1", "spanish")
    log.assigned(80, "t-1", "ana", team="spanish")
    log.released(90, "t-1", "ana", "hand", "spanish")
    log.queued(90, "t-1", "spanish")
    log.assigned(90, "t-1", "bob", "manual", "spanish")
    log.closed(100, "t-1", "bob")
    log(130, ev.Reopened, "t-1", "bob")
    log(150, ev.Replied, "t-9", "customer", None)
    assert states(timeline(log.events, "t-1")) == [
        ("held", None, "billing", 0, 10),
        ("queued", None, "billing", 10, 20),
        ("offered", "ana", "billing", 20, 30),
        ("queued", None, "billing", 30, 40),
        ("assigned", "bob", "billing", 40, 50),
        ("snoozed", "bob", "billing", 50, 60),
        ("snoozed", None, "spanish", 60, 70),
        ("queued", None, "spanish", 70, 80),
        ("assigned", "ana", "spanish", 80, 90),
        ("assigned", "bob", "spanish", 90, 100),
        ("closed", "bob", "spanish", 100, 130),
        ("assigned", "bob", "spanish", 130, 150),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_states_of_a_random_item_fill_its_whole_time(seed, random_run):
    _, events, _ = random_run(seed)
    items = {event.item for event in events if hasattr(event, "item")}
    for item in items:
        found = timeline(events, item)
        assert [e.seq for e in found.entries] == [
            e.seq for e in events if getattr(e, "item", None) == item
        ]
        for before, after in zip(found.spans, found.spans[1:], strict=False):
            assert before.end == after.begin
            assert attrs.evolve(before, begin=0.0, end=0.0) != attrs.evolve(
                after, begin=0.0, end=0.0
            )
        if found.spans:
            assert (found.spans[0].begin, found.spans[-1].end) == (found.begin, events[-1].at)


def test_it_ends_when_it_is_told_to(desk, log):
    log.queued(0, "t-1")
    log.assigned(10, "t-1", "ana")
    log.closed(20, "t-1", "ana")
    assert timeline(log.events, "t-1", until=15.0).time_in("assigned") == 5.0
    assert timeline(log.events, "t-1", until=99.0).spans[-1].end == 99.0


def test_an_item_that_is_not_in_the_log_is_an_error(log):
    log.queued(0, "t-1")
    with pytest.raises(UnknownItemError, match="no event of item 't-2'"):
        timeline(log.events, "t-2")
    with pytest.raises(UnknownItemError):
        timeline([], "t-1")
    with pytest.raises(UnknownItemError):
        timeline(log.events, "t-1", until=-1.0)


def test_the_text_says_who_and_why(desk, log):
    log.queued(0, "t-1", priority=2, category="vpn")
    log(0, ev.SlaStarted, "t-1", "gold", "resolution", 7200.0)
    log.assigned(60, "t-1", "ana")
    log.replied(90, "t-1", "agent", "ana")
    log(
        3600, ev.Escalated, "t-1", "slow", 1, 1, "unresolved", "path", None, "vpn", "spanish",
        None, 1, ("boss",), ("lead", "boss"),
    )  # fmt: skip
    log.released(3600, "t-1", "ana", "transfer")
    log(7200, ev.SlaBreached, "t-1", "gold", "resolution", 7200.0)
    assert (
        str(timeline(log.events, "t-1")).splitlines()
        == """\
item t-1: 7 events; queued 61 min, assigned 59 min
  at                    after
  1970-01-01 00:00:00     0 s  queued                    in the queue of billing, priority 2 \
(given), vpn
                               sla_started               resolution of gold runs, due Thu \
1970-01-01 02:00
  1970-01-01 00:01:00    60 s  assigned      ana         in billing, as primary after 0 s, by \
dispatch: balanced
  1970-01-01 00:01:30   2 min  replied       ana         by the agent
  1970-01-01 01:00:00  60 min  escalated     lead, boss  path slow, step 1: it was not closed; \
priority 1, to spanish, told lead, boss, watched by boss
                               released      ana         lost it: it was transferred
  1970-01-01 02:00:00   2.0 h  sla_breached              resolution of gold breached, due Thu \
1970-01-01 02:00""".splitlines()
    )


def test_instants_are_shown_in_the_zone(log):
    log.queued(0, "t-1")
    madrid = timeline(log.events, "t-1", zone=ZoneInfo("Europe/Madrid"))
    assert "1970-01-01 01:00:00" in str(madrid)
    assert "1970-01-01 00:00:00" in str(timeline(log.events, "t-1", zone=UTC))


def one_of_each():
    """An event of every kind about item t-1, with every field filled."""
    values = {
        "int": 2, "float": 50.0, "float | None": 60.0, "str": "x", "str | None": "x",
        "tuple[Any, ...]": (1,), "tuple[str, ...]": ("x", "y"), "int | None": 1,
        "Mapping[str, Any]": {"status": "fine"}, "Any": "x",
    }  # fmt: skip
    for number, kind in enumerate(KINDS.values(), start=1):
        fields = {f.name: values[str(f.type)] for f in attrs.fields(kind)}
        fields |= {"seq": number, "at": float(number)}
        if "flags" in fields:
            fields["flags"] = ("over_capacity",)
        if "item" in fields:
            fields["item"] = "t-1"
        yield kind(**fields)


def test_every_kind_of_event_about_items_has_words():
    for event in one_of_each():
        if hasattr(event, "item"):
            who, what = told(event)
            assert who or what, event.kind


def test_a_skipped_move_says_whither_and_why():
    full = ev.MoveSkipped(1, 5.0, "t-1", "ben", "ana", "full", "C3 load 4 + 1 > capacity 4")
    assert told(full) == (
        "ana", "not moved to ben: the agent had no room for it (C3 load 4 + 1 > capacity 4)",
    )  # fmt: skip
    moved = ev.MoveSkipped(1, 5.0, "t-1", None, "ana", "moved", None)
    assert told(moved) == (
        "ana", "not moved to its queue: it was no more where the plan had seen it",
    )  # fmt: skip


def test_events_without_their_optional_parts_have_words_too():
    for event in one_of_each():
        empty = {
            f.name: () if str(f.type).startswith("tuple") else None
            for f in attrs.fields(type(event))
            if str(f.type).endswith("None") or str(f.type).startswith("tuple")
        }
        if hasattr(event, "item"):
            who, what = told(attrs.evolve(event, **empty))
            assert isinstance(who, str)
            assert isinstance(what, str)


def test_it_is_plain_data(log):
    log.queued(0, "t-1")
    log.closed(5, "t-1")
    found = timeline(log.events, "t-1").to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["spans"] == [
        {"state": "queued", "who": None, "team": "billing", "begin": 0.0, "end": 5.0}
    ]


EVIL = "<script>alert(1)</script>"


def test_the_bar_shows_states_and_marks_and_runs_nothing(log):
    log.queued(0, EVIL, EVIL)
    log.assigned(10, EVIL, EVIL, team=EVIL)
    log.replied(20, EVIL, "agent", EVIL)
    log(30, ev.SlaBreached, EVIL, "gold", "resolution", 30.0)
    log.closed(40, EVIL, EVIL)
    log.queued(4000, "t-9", EVIL)
    found = timeline(log.events, EVIL)
    for html in (found._repr_html_(), found.to_html()):
        assert EVIL not in html
        assert html.count("<rect") == 3 + 2  # queued, assigned, closed; a reply, a breach
        assert "target breached" in html
        assert "(and on)" in html
    assert found.to_html() == timeline(log.events, EVIL).to_html()
    assert "http" not in found.to_html().replace("http-equiv", "")


def test_a_single_event_has_a_bar_too(log):
    log.queued(0, "t-1")
    assert "<svg" in timeline(log.events, "t-1")._repr_html_()
