"""Rules N: sameness. (Processes and hash seeds are in `tests/dispatcher/test_determinism.py`.)"""

import pytest

from assignwork import Agent, ClockRegressionError, Team

FULL = Agent("ana", primary=["t"], capacity=1)


def test_n1_the_same_commands_tell_the_same_story(make):
    logs = []
    for _ in range(2):
        desk = make("ana", "ben", "cem", teams=[Team("t", selection="longest_idle")])
        for name in "12345678":
            desk.submit(name, now=float(name))
        desk.remove_agent("ben")
        logs.append([event.to_dict() for event in desk.log])
    assert logs[0] == logs[1]


def test_n2_timers_fire_by_due_then_creation_each_at_its_own_instant(make):
    desk = make("ana")
    for name in "1234":
        desk.submit(name)
    for name, until in [("1", 30.0), ("2", 20.0), ("3", 30.0), ("4", 10.0)]:
        desk.snooze(name, until)
    assert desk.advance(now=30.0) == [
        "10: woken 4 for ana", "20: woken 2 for ana", "woken 1 for ana", "woken 3 for ana",
    ]  # fmt: skip


def test_n2_each_timer_is_followed_by_dispatch(make):
    desk = make(FULL, over_capacity="release")
    desk.submit("1")
    desk.snooze("1", 10.0)
    desk.submit("2")
    desk.snooze("2", 10.0)
    desk.submit("3", priority=1)
    assert desk.advance(now=10.0) == [
        "woken 1 for ana", "released 1 from ana: over_capacity", "queued 1 in t",
        "woken 2 for ana", "released 2 from ana: over_capacity", "queued 2 in t",
    ]  # fmt: skip
    assert desk.close("3")[1:] == ["assigned 1 to ana"]


def test_n2_what_is_due_fires_before_the_command(make):
    desk = make(FULL, teams=[Team("t", offer_timeout=20, decline_cooldown=5)])
    desk.submit("1")
    assert desk.close("1", now=20.0) == [
        "offer of 1 to ana missed", "queued 1 in t", "closed 1 of None",
    ]  # fmt: skip


def test_n2_the_end_of_a_duration_holds_in_every_dispatch_of_its_instant(make):
    """The end of the snooze was created first, but at 10 the requirement is dropped already."""
    desk = make(FULL)
    desk.set_presence("ana", "away")
    desk.submit("1")
    desk.snooze("1", 10.0)
    desk.set_presence("ana", "active")
    desk.submit("2", priority=1, skills={"vip": {"relax_after": 10}})
    assert desk.advance(now=10.0) == ["woken 1 for None", "queued 1 in t", "assigned 2 to ana"]


TIMERS = {
    "a snooze": [("submit", "1"), ("snooze", "1", 10.0)],
    "an offer": [("submit", "1", "o")],
    "a cooldown": [("submit", "1", "o"), ("decline", "1", "ana")],
}


@pytest.mark.parametrize("what", TIMERS)
def test_n2_what_time_alone_changes_is_a_timer(make, what):
    ana = Agent("ana", primary=["t", "o"])
    desk = make(ana, teams=["t", Team("o", offer_timeout=10, decline_cooldown=10)])
    for verb, *args in TIMERS[what]:
        getattr(desk, verb)(*args)
    assert desk.next_wakeup() == 10.0
    assert len(desk.advance(now=10.0)) > 0


@pytest.mark.parametrize(
    ("settings", "item"),
    [
        ({"assignment_rate": {"items": 1, "per": 10}}, {}),
        ({"ageing": {"every": 10}}, {"skills": {"vip": 1}}),
        ({}, {"skills": {"vip": {"relax_after": 10}}}),
        ({"auto_away_after": 10}, {}),
        ({"auto_reassign_after": 10}, {}),
    ],
)
def test_n2_so_are_rates_waits_keys_that_age_and_automatic_presences(make, settings, item):
    desk = make("ana", **settings)
    desk.submit("1", **item)
    assert desk.next_wakeup() == 10.0


def test_n2_now_may_stand_still_but_not_go_back(make):
    desk = make("ana")
    desk.submit("1", now=10.0)
    desk.submit("2", now=10.0)
    with pytest.raises(ClockRegressionError, match=r"now is 9\.0, but .* already seen 10\.0"):
        desk.submit("3", now=9.0)


def test_n3_next_wakeup_names_the_earliest_timer(make):
    desk = make("ana")
    for name, until in [("1", 30.0), ("2", 20.0)]:
        desk.submit(name)
        desk.snooze(name, until)
    seen = [desk.next_wakeup()]
    while seen[-1] is not None:
        desk.advance(now=seen[-1])
        seen.append(desk.next_wakeup())
    assert seen == [20.0, 30.0, None]


def test_n3_nothing_happens_before_the_next_wakeup(make):
    desk = make(Agent("ana", primary=["t"], skills={}), auto_away_after=60)
    desk.submit("1", skills={"vip": {"relax_after": 40}})
    assert desk.next_wakeup() == 40.0
    assert desk.advance(now=39.999) == []
    assert desk.advance(now=40.0) == ["assigned 1 to ana"]


def test_n3_a_cancelled_timer_wakes_nobody(make):
    desk = make("ana")
    desk.submit("1")
    desk.snooze("1", 30.0)
    desk.close("1")
    assert desk.next_wakeup() is None
