"""113: breaks."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from playing import DAY, HOUR, MINUTE, MONDAY, agent, comes, desk, play, shift

from assignwork import Team
from assignwork.simulation import Break, Exponential

NOON = MONDAY + 12 * HOUR
LUNCH = {"name": "lunch", "lasts": 30 * MINUTE, "at": ["12:00"]}


def day(*breaks, agents=("ana",), streams=None, length=DAY, workspace=(), **fields):
    streams = [comes("a", MONDAY, 60)] if streams is None else streams
    return play(
        desk(*agents, **dict(workspace)),
        *streams,
        start=MONDAY,
        length=length,
        breaks=breaks,
        **fields,
    )


def gone(found, who="ana"):
    """Between his presences, as (since, until) in minutes after noon."""
    there = found.there(who)
    return [
        ((left - NOON) / MINUTE, (back - NOON) / MINUTE) for (_, left), (back, _) in pairwise(there)
    ]


def test_agents_are_away_at_a_local_time_of_each_day_and_then_back():
    found = day(LUNCH, length=2 * DAY)
    assert gone(found) == [(0, 30), (DAY / MINUTE, DAY / MINUTE + 30)]


def test_its_name_is_the_reason_of_the_presence():
    found = day(LUNCH)
    said = [
        (event.at - NOON, event.presence, event.by, event.reason)
        for event in found.events
        if event.kind == "presence_changed"
    ]
    assert said == [(0, "away", "agent", "lunch"), (1800, "active", "agent", None)]


def test_there_may_be_several_times_a_day():
    assert gone(day({**LUNCH, "at": ["11:00", "12:30"]})) == [(-60, -30), (30, 60)]


def test_it_begins_when_he_has_finished_what_he_works_on():
    found = day(LUNCH, streams=[comes("a", NOON - 60, 10 * MINUTE)])
    assert found.work("a") == [("ana", NOON - 60, NOON + 9 * MINUTE)]
    assert gone(found) == [(0, 39)]


def test_meanwhile_nothing_new_is_assigned_to_him():
    found = day(LUNCH, streams=[comes("a", NOON - 60, 600), comes("b", NOON + 1, 60)])
    assert found.customer("b").assigned_at == NOON + 39 * MINUTE


def test_who_drops_his_work_begins_his_break_at_once():
    found = day(LUNCH, streams=[comes("a", NOON - 60, 600)], handling={"finishes": False})
    assert gone(found) == [(0, 30)]
    assert found.work("a") == [
        ("ana", NOON - 60, NOON), ("ana", NOON + 30 * MINUTE, NOON + 39 * MINUTE),
    ]  # fmt: skip


@pytest.mark.parametrize(("date", "utc_hour"), [("2026-01-05", 11), ("2026-07-06", 10)])
def test_local_times_are_those_of_its_time_zone(date, utc_hour):
    midnight = datetime.fromisoformat(date).replace(tzinfo=ZoneInfo("UTC")).timestamp()
    found = play(
        desk("ana"),
        comes("a", midnight, 60),
        start=midnight,
        breaks=[{**LUNCH, "timezone": "Europe/Madrid"}],
    )
    assert found.there("ana")[1][0] == midnight + (utc_hour + 0.5) * HOUR


def test_groups_go_one_after_the_other():
    found = day(
        {**LUNCH, "stagger": 45 * MINUTE, "groups": 2}, agents=("ana", "ben", "cleo", "dan")
    )
    assert [gone(found, who)[0][0] for who in ("ana", "ben", "cleo", "dan")] == [0, 45, 0, 45]


def test_only_who_is_named_takes_it_and_groups_are_made_of_these():
    found = day(
        {**LUNCH, "stagger": 45 * MINUTE, "groups": 2, "agents": ["ana", "cleo"]},
        agents=("ana", "ben", "cleo"),
    )
    assert [gone(found, who) for who in ("ana", "ben", "cleo")] == [[(0, 30)], [], [(45, 75)]]


def test_it_does_not_take_place_while_somebody_is_not_there():
    found = day(
        {**LUNCH, "lasts": 3 * HOUR},
        {**LUNCH, "name": "tea", "at": ["13:00"]},  # in the other one
        {**LUNCH, "name": "walk", "at": ["20:00"]},  # after the shift
        agents=[agent("ana", shift="office")],
        workspace={"calendars": [shift("office", "09:00-18:00")]},
    )
    reasons = [getattr(event, "reason", None) for event in found.events]
    assert {reason for reason in reasons if reason} == {"lunch"}
    assert found.there("ana") == [
        (MONDAY + 9 * HOUR, NOON), (NOON + 3 * HOUR, MONDAY + 18 * HOUR),
    ]  # fmt: skip


def test_unplanned_ones_begin_so_long_after_the_end_of_the_last():
    found = day(Break("chat", lasts=10 * MINUTE, every=6 * HOUR))
    assert gone(found) == [(-360, -350), (10, 20), (380, 390)]


def test_unplanned_ones_are_drawn_for_each_agent_alone():
    pause = Break("chat", lasts=Exponential(600), every=Exponential(7200))
    alone = day(pause)
    together = day(pause, agents=("zoe", "ana"))
    assert gone(alone) == gone(together, "ana") != gone(together, "zoe")
    assert len(gone(alone)) > 3
    assert len({round(back - left, 3) for left, back in gone(alone)}) == len(gone(alone))


def test_random_times_of_daily_ones_differ_from_day_to_day():
    found = day({**LUNCH, "lasts": Exponential(600)}, length=5 * DAY)
    assert len({round(back - left, 3) for left, back in gone(found)}) == 5


def test_who_is_on_a_break_as_his_shift_ends_does_not_come_back():
    office = [shift("office", "09:00-12:10")]
    found = day(
        LUNCH,
        agents=[agent("ana", shift="office"), agent("ben")],
        streams=[comes("a", NOON - 10, 60)],
        workspace={"calendars": office, "reassign": "all"},
        handling={"finishes": False},
    )
    assert found.there("ana") == [(MONDAY + 9 * HOUR, NOON)]
    # what lay in her hands is given back when she would have been back
    assert found.told("released") == [(NOON + 1800, "released", "a-1")]
    assert found.work("a") == [("ana", NOON - 10, NOON), ("ben", NOON + 1800, NOON + 1850)]


def test_a_shift_that_begins_ends_the_break():
    found = day(
        {**LUNCH, "at": ["11:50"]},
        agents=[agent("ana", shift="split")],
        workspace={
            "calendars": [{"id": "split", "hours": {"mon-sun": ["09:00-11:55", "12:00-17:00"]}}]
        },
    )
    assert found.there("ana") == [
        (MONDAY + 9 * HOUR, NOON - 10 * MINUTE), (NOON, NOON + 5 * HOUR),
    ]  # fmt: skip


def test_the_end_of_a_break_that_a_shift_ended_brings_nobody_back_later():
    # back at noon for his second shift, he misses an offer, and the desk sends him away for it
    hours = {"id": "split", "hours": {"mon-sun": ["09:00-11:55", "12:00-17:00"]}}
    team = Team("queue", offer_timeout=60, missed_limit=1)
    found = play(
        desk(agent("ana", shift="split"), agent("ben"), teams=[team], calendars=[hours]),
        comes("a", NOON + 5 * MINUTE, 60, preferred_agent="ana", patience=90),
        start=MONDAY,
        offers={"accept_after": 90},
        breaks=[{**LUNCH, "at": ["11:50"], "agents": ["ana"]}],
    )
    assert found.there("ana") == [
        (MONDAY + 9 * HOUR, NOON - 10 * MINUTE), (NOON, NOON + 6 * MINUTE),
    ]  # fmt: skip
