"""Follow the sun: the incident always has an owner who is at work, and the rest stays put."""

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from assignwork import Dispatcher
from assignwork.events import (
    Assigned,
    Escalated,
    Handoff,
    PresenceChanged,
    Queued,
    Released,
    Replied,
    SlaAtRisk,
    SlaBreached,
    SlaMet,
    UpdateDue,
    UpdateOverdue,
    UpdatePosted,
)
from assignwork.replay import replay
from assignwork.reports import timeline
from assignwork.service import ShiftPlan, WorkingTime, on_call
from assignwork.testing.reference import ReferenceDesk
from assignwork.wire import read_commands, read_events, read_workspace, write_events

SCRIPT = Path(__file__).parents[2] / "examples" / "follow_the_sun.py"
spec = importlib.util.spec_from_file_location("follow_the_sun", SCRIPT)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)

CLOCKS_FORWARD = date(2026, 3, 28)
CLOCKS_BACK = date(2026, 10, 24)
DAYS = [
    example.TUESDAY,
    CLOCKS_FORWARD,
    CLOCKS_BACK,
    *(date(2026, 6, 1) + timedelta(n) for n in range(7)),
]
HOUR = 3600.0

TOLD = """\
Who held N-1 (priority 1, core switch down), in hours and minutes
  UTC        who      where      local time        held  handed on
  Tue 17:10  ines     Lisbon     Tue 17:10-17:30   0:20  to bruna, open for 0:20
  Tue 17:30  bruna    São Paulo  Tue 14:30-21:00   6:30  to amihan, open for 6:50
  Wed 00:00  amihan   Manila     Wed 08:00-16:30   8:30  to duarte, open for 15:20
  Wed 08:30  duarte   Lisbon     Wed 08:30-17:30   9:00  to caio, open for 24:20
  Wed 17:30  caio     São Paulo  Wed 14:30-20:10   5:40  closed
  open for 30:00, 0 s of it without an owner

What was said of it (Lisbon time)
  Wed 01:10  escalated, step 2: helena
  Wed 09:49  an update is overdue
  Wed 12:22  resolution at risk
  Wed 12:22  escalated, step 3: ramon
  Wed 17:10  resolution breached
  Wed 17:10  escalated, step 4: sofia, andres

Other items that were open at the end of their owner's shift (local times)
  L-3   ines Tue 14:20 to Wed 09:50
  L-4   duarte Tue 16:40 to Wed 11:10
  S-2   caio Tue 18:30 to Wed 15:30
  M-2   paolo Tue 16:05 to Wed 13:05
  M-4   paolo Wed 13:20 to Thu 09:20
  L-7   ines Wed 15:40 to Thu 09:10
  N-2   amihan Wed 15:05 to Wed 16:30, then ines Wed 08:30 to Wed 11:05
"""

each_day = pytest.mark.parametrize("day", DAYS, ids=str)


@cache
def played(day):
    workspace, story = example.follow_the_sun(day)
    return workspace, story.commands, story.events


def of(day, kind, item=None):
    return [e for e in played(day)[2] if type(e) is kind and (item is None or e.item == item)]


@cache
def plans(day):
    workspace, _, _ = played(day)
    calendars = {calendar.id: calendar for calendar in workspace.calendars}
    return {
        agent.id: ShiftPlan(agent.shift, calendars[agent.shift.calendar])
        for agent in workspace.agents
    }


def utc(at):
    return datetime.fromtimestamp(at, UTC).strftime("%a %H:%M")


# --- the hours of the regions ---------------------------------------------------------------------

YEAR = (datetime(2026, 1, 1, tzinfo=UTC).timestamp(), datetime(2027, 1, 1, tzinfo=UTC).timestamp())


def intervals(working, first, last):
    """The working time of [first, last), as (start, end)."""
    at, found = first, []
    while at < last:
        if working.is_working(at):
            found.append((at, working.next_change(at)))
        at = working.next_change(at)
    return found


def regions():
    calendars = {calendar.id: calendar for calendar in example.calendars()}
    return {region: WorkingTime(calendars[region]) for region in example.REGIONS}


def test_at_each_end_of_a_shift_of_a_whole_year_the_next_region_is_there_for_half_an_hour():
    first, last = YEAR
    found = sorted(
        span
        for working in regions().values()
        for span in intervals(working, first - 2 * 86_400, last + 2 * 86_400)
    )
    overlaps = Counter()
    for (_, end), (start, _) in pairwise(found):
        overlaps[end - start] += first <= end < last
    del overlaps[0]  # of the days around the year
    assert {seconds / 60 for seconds in overlaps} == {30, 90}
    assert sum(overlaps.values()) == 3 * 365
    assert min(overlaps) > example.MIN_SHIFT_LEFT


def test_no_hour_of_a_whole_year_is_without_a_region():
    first, last = YEAR
    working = regions().values()
    at = first
    while at < last:
        there = [w.next_change(at) for w in working if w.is_working(at)]
        assert there, utc(at)
        at = max(there)
    assert sum(w.working_between(first, last) for w in working) > 365 * 24 * HOUR


def test_lisbon_opens_an_hour_earlier_in_summer_and_both_changes_are_in_that_year():
    opened = [
        datetime.fromtimestamp(start, UTC)
        for start, _ in intervals(regions()["lisbon"], YEAR[0], YEAR[1])
    ]
    changes = [
        (later.date(), later.hour)
        for earlier, later in pairwise(opened)
        if earlier.hour != later.hour
    ]
    assert changes == [(date(2026, 3, 29), 7), (date(2026, 10, 25), 8)]


def test_the_crews_of_a_region_are_there_in_all_its_hours_and_together_on_thursdays():
    calendars = {calendar.id: WorkingTime(calendar) for calendar in example.calendars()}
    for region in example.REGIONS:
        for start, end in intervals(calendars[region], *YEAR):
            crews = [calendars[f"{region}-{days}"] for days in ("mon-thu", "thu-sun")]
            there = [crew.working_between(start, end) == end - start for crew in crews]
            zone = example.ZoneInfo(example.REGIONS[region].timezone)
            thursday = datetime.fromtimestamp(start, zone).weekday() == 3
            assert there.count(True) == 1 + thursday


# --- the incident ---------------------------------------------------------------------------------


@each_day
def test_the_incident_has_an_owner_from_its_first_to_its_last_second(day):
    opened = of(day, Queued, "N-1")[0].at
    spans = [s for s in timeline(played(day)[2], "N-1").spans if s.state != "closed"]
    assert {span.state for span in spans} == {"assigned"}
    assert (spans[0].begin, spans[-1].end) == (opened, opened + example.LASTS)
    assert {event.waited for event in of(day, Assigned, "N-1")} == {0.0}


@each_day
def test_its_owner_is_at_work(day):
    hands = example.held(played(day)[2], "N-1")
    assert len(hands) == 5
    for who, begin, end in hands:
        plan = plans(day)[who]
        assert plan.on_shift(begin)
        assert end <= plan.ends_at(begin)


@each_day
def test_it_is_handed_on_at_each_end_of_its_owners_shift_and_never_else(day):
    hands = example.held(played(day)[2], "N-1")
    opened = hands[0][1]
    expected = [
        (plans(day)[who].ends_at(begin), who, then, plans(day)[who].ends_at(begin) - opened)
        for (who, begin, _), (then, _, _) in pairwise(hands)
    ]
    found = [(e.at, e.from_agent, e.to_agent, e.open_for) for e in of(day, Handoff, "N-1")]
    assert found == expected
    assert len(found) == 4
    assert {event.why for event in of(day, Released, "N-1")} == {"shift"}


@each_day
def test_it_goes_round_the_regions_with_the_sun(day):
    places = [example.HOME[who].name for who, _, _ in example.held(played(day)[2], "N-1")]
    assert places == ["Lisbon", "São Paulo", "Manila", "Lisbon", "São Paulo"]


@pytest.mark.parametrize(
    ("day", "handed_on"),
    [
        (example.TUESDAY, ["Tue 17:30", "Wed 00:00", "Wed 08:30", "Wed 17:30"]),
        (CLOCKS_FORWARD, ["Sat 17:30", "Sun 00:00", "Sun 08:30", "Sun 16:30"]),
        (CLOCKS_BACK, ["Sat 16:30", "Sun 00:00", "Sun 08:30", "Sun 17:30"]),
    ],
)
def test_when_it_is_handed_on_follows_the_clocks_of_lisbon(day, handed_on):
    assert [utc(event.at) for event in of(day, Handoff, "N-1")] == handed_on


# --- leave, the swapped day, and who is there -----------------------------------------------------


@each_day
def test_who_is_on_leave_gets_nothing_and_who_stands_in_does(day):
    night = (day + timedelta(1)).isoformat()
    absent, stands_in = example.absences(day)
    shifts = {agent.id: agent.shift for agent in played(day)[0].agents}
    assert shifts[absent].overrides[night] == ()
    assert shifts[stands_in].overrides[night] == ("07:30-16:30",)
    manila = [event for event in of(day, Assigned) if local_date(event.at) == night]
    assert absent not in {event.agent for event in manila}
    assert stands_in in {event.agent for event in manila}
    started = [e.agent for e in of(day, PresenceChanged) if local_date(e.at) == night]
    assert absent not in started
    if day in (example.TUESDAY, CLOCKS_FORWARD, CLOCKS_BACK):
        assert example.held(played(day)[2], "N-1")[2][0] == stands_in


def local_date(at):
    zone = example.ZoneInfo("Asia/Manila")
    return datetime.fromtimestamp(at, zone).date().isoformat()


def test_who_stood_in_is_off_on_another_day_instead():
    changes = [(local_date(e.at), e.presence) for e in of(example.TUESDAY, PresenceChanged)
               if e.agent == "amihan"]  # fmt: skip
    assert changes == [
        ("2026-03-24", "away_reassign"),  # as all who are not at work when the desk starts
        ("2026-03-25", "active"),
        ("2026-03-25", "away_reassign"),
    ]
    assert plans(example.TUESDAY)["amihan"].starts_at(
        example.at("manila", date(2026, 3, 25), "12:00")
    ) == example.at("manila", date(2026, 3, 27), "07:30")


@each_day
def test_presence_is_that_of_the_shifts_and_nobody_gets_work_outside_of_them(day):
    for event in of(day, PresenceChanged):
        on_shift = plans(day)[event.agent].on_shift(event.at)
        assert (event.presence, event.by) == ("active" if on_shift else "away_reassign", "shift")
    for event in of(day, Assigned):
        plan = plans(day)[event.agent]
        assert plan.on_shift(event.at)
        assert plan.ends_at(event.at) - event.at >= example.MIN_SHIFT_LEFT


# --- what stays -----------------------------------------------------------------------------------


@each_day
def test_items_of_priority_3_stay_with_their_owner(day):
    ordinary = {item.id for item in example.ORDINARY}
    owners = Counter(event.item for event in of(day, Assigned) if event.item in ordinary)
    assert set(owners.values()) == {1}
    assert not [event for event in of(day, Released) if event.item in ordinary]


def test_seven_items_are_open_at_the_end_of_their_owners_shift_and_six_stay():
    kept = [line.split()[0] for line in example._kept(played(example.TUESDAY)[2])]
    assert kept == ["L-3", "L-4", "S-2", "M-2", "M-4", "L-7", "N-2"]
    assert {e.item for e in of(example.TUESDAY, Handoff)} == {"N-1", "N-2"}


def test_a_customer_who_writes_at_night_does_not_move_what_stayed():
    (at_night,) = [e for e in of(example.TUESDAY, Replied, "L-3") if e.by == "customer"]
    assert at_night.agent == "ines"
    assert not plans(example.TUESDAY)["ines"].on_shift(at_night.at)
    assert len(of(example.TUESDAY, Assigned, "L-3")) == 1


def test_what_needs_hands_in_a_region_that_sleeps_waits_until_it_wakes():
    queued, assigned = of(example.TUESDAY, Queued, "L-5")[0], of(example.TUESDAY, Assigned, "L-5")
    assert utc(queued.at) == "Wed 03:10"
    assert [utc(event.at) for event in assigned] == ["Wed 08:00"]
    assert not [e for e in of(example.TUESDAY, SlaBreached) if e.item == "L-5"]


# --- promises, escalations, updates ---------------------------------------------------------------


@each_day
def test_its_resolution_is_at_risk_breached_and_escalated_at_those_instants(day):
    opened = of(day, Queued, "N-1")[0].at
    at_risk, breached = of(day, SlaAtRisk, "N-1")[-1], of(day, SlaBreached, "N-1")
    assert (at_risk.at, at_risk.target) == (opened + 0.8 * 24 * HOUR, "resolution")
    assert [(e.at, e.target) for e in breached] == [(opened + 24 * HOUR, "resolution")]
    assert Counter(e.target for e in of(day, SlaMet, "N-1")) == {
        "first_response": 1,
        "next_response": 3,
    }
    steps = [(e.at - opened, e.level) for e in of(day, Escalated)]
    assert steps == [(8 * HOUR, 2), (19.2 * HOUR, 3), (24 * HOUR, 4)]


@each_day
def test_who_is_on_call_is_told(day):
    (rotation,) = played(day)[0].rotations
    watching, at_risk, _ = of(day, Escalated)
    assert watching.watchers == (on_call(rotation, watching.at),)
    assert at_risk.notified == (on_call(rotation, at_risk.at),)
    assert [watching.watchers[0], at_risk.notified[0]] == ["helena", "ramon"]


@each_day
def test_each_update_that_is_due_is_posted_by_the_owner_but_one(day):
    due, posted = of(day, UpdateDue), of(day, UpdatePosted)
    assert len(due) == 7
    assert len(posted) == 7  # one before any was due
    assert [event.at for event in of(day, UpdateOverdue)] == [due[example.FORGOTTEN].at]
    hands = example.held(played(day)[2], "N-1")
    for event in posted:
        assert [who for who, begin, end in hands if begin <= event.at < end] == [event.by]


# --- the log --------------------------------------------------------------------------------------


@each_day
def test_the_same_commands_give_the_same_events_with_all_invariants_checked(day):
    workspace, commands, events = played(day)
    desk = Dispatcher(workspace, validate=True)
    assert [event for at, command in commands for event in desk.handle(command, now=at)] == events


@each_day
def test_the_reference_desk_does_the_same(day):
    workspace, commands, events = played(day)
    desk = ReferenceDesk(workspace)
    assert [event for at, command in commands for event in desk.handle(command, at)] == events


def run(folder, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--out", str(folder), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def test_its_files_are_the_same_in_any_process_and_replay_to_the_same_bytes(tmp_path):
    first = run(tmp_path / "a", PYTHONHASHSEED="1")
    assert run(tmp_path / "b", PYTHONHASHSEED="2") == first.replace(
        str(tmp_path / "a"), str(tmp_path / "b")
    )
    names = ("workspace.json", "commands.jsonl", "events.jsonl", "page.html")
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert first == TOLD + "\n" + "".join(f"{tmp_path / 'a' / name}\n" for name in names)

    def refused(refusal):
        pytest.fail(str(refusal))

    again = replay(
        read_workspace(tmp_path / "a" / "workspace.json"),
        read_commands(tmp_path / "a" / "commands.jsonl"),
        on_refused=refused,
    )
    write_events(tmp_path / "events.jsonl", again)
    assert (tmp_path / "events.jsonl").read_bytes() == (tmp_path / "a/events.jsonl").read_bytes()
    assert list(read_events(tmp_path / "events.jsonl")) == played(example.TUESDAY)[2]
    assert "Who held N-1 when: handed on 4 times in 30\u00a0h, never without an owner" in (
        tmp_path / "a" / "page.html"
    ).read_text(encoding="utf-8")


def test_without_a_folder_it_only_tells(capsys):
    example.main([])
    assert capsys.readouterr().out == TOLD


def test_it_can_be_told_of_another_day(capsys):
    example.main(["--day", "2026-03-28"])
    told = capsys.readouterr().out
    assert (
        "  Sun 08:30  rui      Lisbon     Sun 09:30-17:30   8:00  to livia, open for 23:20" in told
    )
    assert "  M-4   jose Sun 13:20, who has it still\n" in told
