"""114: who does not come."""

import pytest
from playing import DAY, HOUR, MONDAY, agent, comes, desk, play, shift

from assignwork.model.shifts import Shift

OFFICE = shift("office", "09:00-17:00")
DAYS = 60


def days_there(found, who):
    return [int((begun - MONDAY) // DAY) for begun, _ in found.there(who)]


def weeks(no_show, *agents, length=DAYS * DAY, calendars=(OFFICE,), **fields):
    return play(
        desk(*agents, calendars=calendars),
        comes("a", MONDAY, 60),
        start=MONDAY,
        length=length,
        no_show=no_show,
        drain=0,
        **fields,
    )


def test_everybody_comes_unless_said_otherwise():
    assert days_there(weeks(0, agent("ana", shift="office")), "ana") == list(range(DAYS))


def test_with_certainty_nobody_comes():
    assert days_there(weeks(1, agent("ana", shift="office")), "ana") == []


def test_the_share_is_of_shifts():
    found = weeks(0.4, *(agent(f"agent-{i}", shift="office") for i in range(20)))
    came = [days_there(found, f"agent-{i}") for i in range(20)]
    share = 1 - sum(map(len, came)) / (20 * DAYS)
    assert abs(share - 0.4) < 4 * (0.4 * 0.6 / (20 * DAYS)) ** 0.5
    assert len({tuple(days) for days in came}) == 20  # each for himself


def test_it_may_be_of_some_agents():
    found = weeks({"ana": 1}, agent("ana", shift="office"), agent("ben", shift="office"))
    assert (days_there(found, "ana"), len(days_there(found, "ben"))) == ([], DAYS)


def test_who_is_away_does_not_change_with_who_else_is_there():
    alone = weeks(0.5, agent("ana", shift="office"))
    among = weeks(0.5, agent("zoe", shift="office"), agent("ana", shift="office"))
    assert days_there(alone, "ana") == days_there(among, "ana")


def test_a_night_that_is_missed_is_missed_to_its_end():
    found = weeks(0.5, agent("ana", shift="night"), calendars=[shift("night", "22:00-06:00")])
    assert 10 < len(found.there("ana")) < 50
    for begun, ended in found.there("ana"):
        began_before = begun == MONDAY and ended == MONDAY + 6 * HOUR
        assert began_before or (begun - MONDAY) % DAY == 22 * HOUR
        assert ended - begun == 8 * HOUR or began_before or ended == MONDAY + DAYS * DAY


def test_the_night_that_began_before_may_be_missed_too():
    nights = [shift("night", "22:00-06:00")]
    early = [
        bool(play(
            desk(agent("ana", shift="night"), calendars=nights), comes("a", MONDAY, 60),
            start=MONDAY, length=HOUR, no_show=0.5, drain=0, seed=seed,
        ).there("ana"))
        for seed in range(30)
    ]  # fmt: skip
    assert 5 < sum(early) < 25


def test_his_own_dates_stay_as_they_are():
    swapped = Shift("office", {"2026-01-06": ["10:00-11:00"], "2026-01-07": []})
    found = weeks(
        {"ana": 0.0, "ben": 0.3}, agent("ana", shift=swapped), agent("ben", shift=swapped)
    )
    second = [stretch for stretch in found.there("ana") if stretch[0] < MONDAY + 3 * DAY]
    assert second[1:] == [(MONDAY + DAY + 10 * HOUR, MONDAY + DAY + 11 * HOUR)]
    assert 2 not in days_there(found, "ben")
    found_seconds = {ended - begun for begun, ended in found.there("ben")}
    assert found_seconds <= {8 * HOUR, HOUR}


@pytest.mark.parametrize("shift_of", [None, "24x7"])
def test_who_has_no_shift_or_works_always_does_not_come_at_all(shift_of):
    found = weeks(0.5, *(agent(f"agent-{i}", shift=shift_of) for i in range(40)), length=DAY)
    there = [found.there(f"agent-{i}") for i in range(40)]
    assert {tuple(stretches) for stretches in there} == {(), ((MONDAY, MONDAY + DAY),)}
    assert 8 < sum(map(bool, there)) < 32
