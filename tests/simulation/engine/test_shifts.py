"""112: presence is the desk's; what becomes of the work when it ends."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playing import DAY, HOUR, MONDAY, agent, comes, desk, play, shift

OFFICE = shift("office", "09:00-17:00")
NINE, FIVE = MONDAY + 9 * HOUR, MONDAY + 17 * HOUR


def local(text, zone="Europe/Madrid"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def office(*streams, capacity=2, workspace=(), **fields):
    return play(
        desk(
            agent("ana", capacity=capacity, shift="office"), calendars=[OFFICE], **dict(workspace)
        ),
        *streams,
        start=MONDAY,
        length=2 * DAY,
        **fields,
    )


def test_agents_are_there_when_their_shift_is():
    found = office(comes("a", NINE, 100))
    assert found.there("ana") == [(NINE, FIVE), (NINE + DAY, FIVE + DAY)]


def test_without_a_shift_an_agent_is_as_the_workspace_says():
    found = play(desk(agent("ana"), agent("ben", presence="away")), comes("a", 0, 100), length=200)
    assert (found.there("ana"), found.there("ben")) == ([(0.0, 200.0)], [])


def test_he_finishes_what_he_is_working_on():
    found = office(comes("a", FIVE - 60, 100))
    assert found.work("a") == [("ana", FIVE - 60, FIVE + 40)]
    assert found.there("ana")[0] == (NINE, FIVE)  # overtime is no presence


def test_or_he_drops_it_until_he_is_back():
    found = office(comes("a", FIVE - 60, 100), handling={"finishes": False})
    assert found.work("a") == [
        ("ana", FIVE - 60, FIVE), ("ana", NINE + DAY, NINE + DAY + 40),
    ]  # fmt: skip


def test_what_he_has_not_begun_waits_for_him():
    found = office(
        comes("a", FIVE - 60, 100),
        comes("b", FIVE - 50, 100),
        handling={"at_once": 1},
        workspace={"reassign": "on_reply"},
    )
    assert found.work("b") == [("ana", NINE + DAY, NINE + DAY + 100)]


def test_what_the_desk_gives_back_he_neither_finishes_nor_begins():
    found = office(
        comes("a", FIVE - 60, 100, answers="end"),
        comes("b", FIVE - 50, 100, answers="end"),
        handling={"at_once": 1},
    )
    assert found.work("a") == [
        ("ana", FIVE - 60, FIVE), ("ana", NINE + DAY, NINE + DAY + 40),
    ]  # fmt: skip
    assert found.queued("a") == [
        ("queue", FIVE - 60, FIVE - 60), ("queue", FIVE, NINE + DAY),
    ]  # fmt: skip


def test_a_night_shift_runs_across_midnight():
    begin, end = MONDAY + 22 * HOUR, MONDAY + DAY + 6 * HOUR
    found = play(
        desk(agent("ana", shift="night"), calendars=[shift("night", "22:00-06:00")]),
        comes("a", MONDAY + 23 * HOUR, 2 * HOUR),
        start=MONDAY + 12 * HOUR,
    )
    assert found.there("ana") == [(begin, end)]
    assert found.work("a") == [("ana", MONDAY + 23 * HOUR, MONDAY + 25 * HOUR)]


def test_who_is_on_shift_as_it_starts_is_there_at_once():
    start = MONDAY + DAY + 2 * HOUR
    found = play(
        desk(agent("ana", shift="night"), calendars=[shift("night", "22:00-06:00")]),
        comes("a", start, 60),
        start=start,
        length=HOUR,
    )
    assert found.there("ana") == [(start, start + HOUR)]
    assert found.customer("a").assigned_at == start


@pytest.mark.parametrize(
    ("evening", "morning", "hours"),
    [
        ("2026-03-28T22:00", "2026-03-29T06:00", 7),
        ("2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("2026-06-01T22:00", "2026-06-02T06:00", 8),
    ],
)
def test_a_night_in_which_the_clocks_change_is_shorter_or_longer(evening, morning, hours):
    found = play(
        desk(
            agent("ana", shift="night"),
            calendars=[shift("night", "22:00-06:00", "Europe/Madrid")],
        ),
        comes("a", local(evening), 60),
        start=local(evening) - 10 * HOUR,
    )
    assert found.there("ana") == [(local(evening), local(morning))]
    assert local(morning) - local(evening) == hours * HOUR
