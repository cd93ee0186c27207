"""115, 112: escalation paths are acknowledged; who is called in works."""

import pytest
from playing import DAY, HOUR, MONDAY, agent, comes, desk, play, shift

from assignwork import EscalationPath


def path(*steps, name="up", **fields):
    return EscalationPath(name, steps=list(steps), **fields)


def unacknowledged(after, **do):
    return {"when": "unacknowledged", "after": after, "do": do}


def acknowledged(found):
    return [
        (event.at, event.item, event.by) for event in found.events if event.kind == "acknowledged"
    ]


def test_who_begins_acknowledges():
    found = play(
        desk("ana", "ben", paths=[path(unacknowledged(100, assign="ben"))]), comes("a", 0, 1000)
    )
    assert acknowledged(found) == [(0.0, "a-1", "ana")]
    assert found.work("a") == [("ana", 0.0, 1000.0)]


def test_what_only_lies_in_hand_is_not_acknowledged():
    found = play(
        desk(
            agent("ana", capacity=2), agent("ben", presence="away"),
            paths=[path(unacknowledged(100, assign="ben"))],
        ),
        comes("a", 0, 1000),
        comes("b", 1, 50),
        handling={"at_once": 1},
    )  # fmt: skip
    assert acknowledged(found) == [(0.0, "a-1", "ana"), (101.0, "b-1", "ben")]


def test_an_item_without_a_path_is_not_acknowledged():
    found = play(
        desk("ana", paths=[path(unacknowledged(100, notify=["ana"]), priorities=[1])]),
        comes("a", 0, 1000),
    )
    assert acknowledged(found) == []


def test_who_is_called_in_works_though_he_is_not_there():
    found = play(
        desk("ana", agent("ben", presence="offline"),
             paths=[path({"when": "unassigned", "after": 100, "do": {"assign": "ben"}})]),
        comes("a", 0, 1000),
        comes("b", 50, 60),
    )  # fmt: skip
    assert found.work("b") == [("ben", 150.0, 210.0)]
    assert found.there("ben") == []


def test_who_is_called_in_twice_works_on_one_after_the_other():
    found = play(
        desk("ana", agent("ben", presence="offline"),
             paths=[path({"when": "unassigned", "after": 100, "do": {"assign": "ben"}})]),
        comes("a", 0, 1000),
        comes("b", 50, 60),
        comes("c", 51, 60),
        handling={"at_once": 1},
    )  # fmt: skip
    assert found.work("c") == [("ben", 210.0, 270.0)]


def test_who_is_called_in_goes_on_after_the_customers_answer():
    found = play(
        desk(agent("ben", presence="offline"),
             paths=[path({"when": "unassigned", "after": 100, "do": {"assign": "ben"}})]),
        comes("a", 0, 60, conversation={"turns": 2, "customer_after": 500}),
    )  # fmt: skip
    assert found.work("a") == [("ben", 100.0, 130.0), ("ben", 630.0, 660.0)]


def test_what_he_is_called_in_for_does_not_make_him_work_on_the_rest():
    found = play(
        desk(
            agent("ana", capacity=2),
            teams=["queue"],
            paths=[path({"when": "unassigned", "after": 100, "do": {"assign": "ana"}},
                        tags=["urgent"])],
        ),
        comes("a", 0, 100),
        comes("b", 1, 100),
        comes("c", 50, 70, tags=["urgent"]),
        handling={"at_once": 1},
        breaks=[{"name": "tea", "lasts": 600, "at": ["00:01"]}],
        length=3600,
    )  # fmt: skip
    # a until 100, then her break, in which she is called at 150; b lies there until 700
    assert found.work(agent="ana") == [
        ("a", 0.0, 100.0), ("c", 150.0, 220.0), ("b", 700.0, 800.0),
    ]  # fmt: skip


def test_a_path_that_follows_is_acknowledged_by_who_goes_on():
    first = path(
        {"when": "unresolved", "after": 100, "do": {"transfer": "second", "path": "next"}},
        teams=["first"],
    )
    second = path(unacknowledged(50, notify=["ben"]), name="next", tags=["never"])
    found = play(
        desk(agent("ana", ["first"]), agent("ben", ["second"]), teams=["first", "second"],
             paths=[first, second]),
        comes("a", 0, 300, team="first"),
    )  # fmt: skip
    assert acknowledged(found) == [(0.0, "a-1", "ana"), (100.0, "a-1", "ben")]


@pytest.mark.parametrize("handover", [0, 30])
def test_a_step_at_the_instant_of_arrival_makes_nobody_begin_on_the_way(handover):
    found = play(
        desk("ana", "ben", paths=[path(unacknowledged(0, assign="ben"))]),
        comes("a", 0, 100),
        handling={"handover": handover},
    )
    assert found.work("a") == [("ben", 0.0, 100.0)]
    assert acknowledged(found) == [(0.0, "a-1", "ben")]


def test_a_path_that_an_item_enters_while_it_is_worked_on_is_acknowledged_at_once():
    first = path({"when": "unresolved", "after": 100, "do": {"path": "next"}}, teams=["queue"])
    second = path(unacknowledged(50, notify=["ana"]), name="next", tags=["never"])
    found = play(desk("ana", paths=[first, second]), comes("a", 0, 300))
    assert acknowledged(found) == [(0.0, "a-1", "ana"), (100.0, "a-1", "ana")]


def test_what_somebody_was_called_in_for_calls_in_nobody_else():
    steps = [
        {"when": "unassigned", "after": 100, "do": {"assign": "ben"}},
        {"when": "unresolved", "after": 200, "do": {"transfer": "second"}},
    ]
    found = play(
        desk(agent("ana", ["second"], capacity=2), agent("ben", ["first"], presence="offline"),
             teams=["first", "second"], paths=[path(*steps, teams=["first"])]),
        comes("x", 0, 1000, team="second"),
        comes("a", 1, 500, team="first"),
        handling={"at_once": 1},
        breaks=[{"name": "tea", "lasts": 600, "at": ["00:05"]}],
        length=3600,
    )  # fmt: skip
    # ana's since 201; she has her break when x is done, and goes on with it after that
    assert found.work("a") == [("ben", 101.0, 201.0), ("ana", 1600.0, 2000.0)]


def test_who_leaves_what_he_was_called_in_for_leaves_it_until_he_is_back():
    found = play(
        desk(agent("ben", shift="hour", presence="offline"), reassign="on_reply",
             calendars=[shift("hour", "01:00-02:00")],
             paths=[path({"when": "unassigned", "after": 100, "do": {"assign": "ben"}})]),
        comes("a", MONDAY, 3 * HOUR),
        comes("b", MONDAY + 3 * HOUR, 60),
        start=MONDAY,
        length=2 * DAY,
        handling={"finishes": False},
    )  # fmt: skip
    tomorrow = MONDAY + DAY + HOUR
    left = 3 * HOUR - (2 * HOUR - 100)
    assert found.work("b") == [("ben", MONDAY + 3 * HOUR + 100, MONDAY + 3 * HOUR + 160)]
    assert found.work("a") == [
        ("ben", MONDAY + 100, MONDAY + 2 * HOUR), ("ben", tomorrow, tomorrow + 3600),
        ("ben", tomorrow + DAY, tomorrow + DAY + left - 3600),
    ]  # fmt: skip
