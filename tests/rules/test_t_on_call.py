"""Rule T5, who is on call, and F1, who is due on shift (readings 58, 59)."""

import pytest

from assignwork import Agent
from assignwork.model import Rotation

DAY = {"id": "day", "hours": {"mon-fri": ["10:00-18:00"]}}
NIGHT = {"id": "night", "hours": {"mon-fri": ["22:00-06:00"]}}


def worker(name="ana", shift="day", **fields):
    return Agent(name, **{"primary": ["t"], **fields}, shift=shift)


@pytest.fixture
def shifts(timed):
    """A desk with a day shift from 10 to 18 and a night shift from 22 to 6, Monday to Friday."""

    def make(*agents, **settings):
        return timed(*agents, calendars=[DAY, NIGHT], **settings)

    return make


# --- F1: due on shift -----------------------------------------------------------------------------


@pytest.fixture
def waiting_for_ana(shifts):
    """Item `1`, that prefers ana, at 8, two hours before her shift; ben could take it."""

    def make(affinity_wait, ana=None):
        desk = shifts(ana or worker("ana"), "ben")
        told = desk.submit("1", preferred_agent="ana", affinity_wait=affinity_wait, now="mon 08:00")
        return desk, told[1:]

    return make


def test_f1_who_is_due_on_shift_in_time_is_waited_for(waiting_for_ana):
    desk, told = waiting_for_ana(3 * 3600)
    assert told == ["queued 1 in t"]
    assert desk.advance(now="mon 10:00") == ["ana active by shift", "assigned 1 to ana"]


def test_f1_in_time_is_up_to_the_end_of_the_wait(waiting_for_ana):
    desk, told = waiting_for_ana(2 * 3600)
    assert told == ["queued 1 in t"]
    assert desk.advance(now="mon 10:00") == ["ana active by shift", "assigned 1 to ana"]


def test_f1_who_is_due_too_late_is_not_waited_for(waiting_for_ana):
    assert waiting_for_ana(2 * 3600 - 1)[1] == ["queued 1 in t", "assigned 1 to ben"]


def test_f1_who_is_on_leave_is_not_waited_for(waiting_for_ana):
    leave = {"calendar": "day", "overrides": {"2026-01-05": []}}
    assert waiting_for_ana(3 * 3600, worker(shift=leave))[1][1:] == ["assigned 1 to ben"]


def test_f1_who_went_away_during_his_shift_is_due_at_the_next(shifts):
    desk = shifts(worker(), "ben")
    desk.set_presence("ana", "away", now="mon 12:00")
    assert desk.submit("1", preferred_agent="ana", affinity_wait=3600)[1:] == ["assigned 1 to ben"]
    assert desk.submit("2", preferred_agent="ana", affinity_wait=86400)[1:] == []
    assert desk.advance(now="tue 10:00") == ["ana active by shift", "assigned 2 to ana"]


def test_f1_who_leaves_the_desk_is_waited_for_no_longer(waiting_for_ana):
    desk, _ = waiting_for_ana(3 * 3600)
    assert desk.remove_agent("ana") == ["configured remove_agent ana", "assigned 1 to ben"]


def test_f1_who_comes_to_the_desk_is_waited_for_from_then_on(shifts):
    desk = shifts("ben", default_capacity=1)
    desk.submit("0", now="mon 08:00")
    desk.submit("1", preferred_agent="ana", affinity_wait=3 * 3600)
    desk.add_agent(worker(), now="mon 09:00")
    assert desk.close("0", now="mon 09:30") == ["closed 0 of ben"]
    assert desk.advance(now="mon 10:00") == ["ana active by shift", "assigned 1 to ana"]


def test_f1_other_calendars_change_who_is_due(waiting_for_ana):
    desk, _ = waiting_for_ana(3 * 3600)
    later = {**DAY, "hours": {"mon-fri": ["12:00-18:00"]}}
    assert desk.update_workspace(calendars=[later, NIGHT])[1:] == ["assigned 1 to ben"]


def test_f1_who_went_home_is_waited_for_if_he_is_due_again_in_time(shifts):
    desk = shifts(worker(capacity=1), "ben")
    desk.submit("0", only_agent="ana", now="mon 17:00")
    waits = {"preferred_agent": "ana", "affinity_wait": 17 * 3600}
    assert desk.submit("1", **waits) == ["queued 1 in t"]
    assert desk.advance(now="mon 18:00")[0] == "ana away_reassign by shift"
    assert desk.items["1"].owner is None
    assert desk.advance(now="tue 10:00") == [
        "assigned 1 to ben",  # the wait ends, and then her shift begins
        "ana active by shift",
        "assigned 0 to ana",
    ]


def test_f1_who_gets_a_later_shift_is_waited_for_no_longer(waiting_for_ana):
    desk, _ = waiting_for_ana(3 * 3600)
    assert desk.update_agent("ana", shift="night")[-1] == "assigned 1 to ben"


# --- T5 -------------------------------------------------------------------------------------------

TURNS = Rotation("pager", ["ana", "ben", "cai"], days=1, starts_on="2026-01-05", time="09:00")
CALLS = {
    "id": "calls",
    "steps": [{"when": "manual", "do": {"notify": [{"on_call": "pager"}]}}],
    "repeat": 99,
}


def called(desk, now):
    """Who is told when the item is escalated then."""
    desk.escalate("1", now=now)
    return desk.told("escalated")[-1]["notified"]


@pytest.fixture
def pager(timed):
    def make(rotation=TURNS):
        desk = timed(paths=[CALLS], rotations=[rotation])
        desk.submit("1", now="mon 08:00")
        return desk

    return make


def test_t5_who_is_on_call_changes_at_the_handoff(pager):
    desk = pager()
    asked = ("mon 09:00", "tue 08:59:59", "tue 09:00", "wed 09:00", "thu 09:00")
    assert [called(desk, now) for now in asked] == [["ana"], ["ana"], ["ben"], ["cai"], ["ana"]]


def test_t5_removing_who_is_not_on_call_does_not_change_who_is(pager):
    desk = pager()
    desk.update_workspace(rotations=[TURNS.without("ben")])
    asked = ("mon 09:00", "tue 09:00", "wed 09:00", "thu 09:00")
    assert [called(desk, now) for now in asked] == [["ana"], ["cai"], ["cai"], ["ana"]]


def test_t5_a_dated_override_stands_in(pager):
    override = {"starts_at": 1767693600.0, "ends_at": 1767697200.0, "member": "dov"}
    desk = pager(Rotation("pager", ["ana"], starts_on="2026-01-05", overrides=[override]))
    asked = ("tue 09:59:59", "tue 10:00", "tue 11:00")
    assert [called(desk, now) for now in asked] == [["ana"], ["dov"], ["ana"]]
