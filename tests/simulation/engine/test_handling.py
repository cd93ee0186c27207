"""109: how agents work on what they hold."""

import pytest
from playing import agent, comes, desk, play

CHATS = {"speeds": [1, 0.8, 0.6]}


def test_all_are_worked_on_at_once_and_at_full_speed_unless_said_otherwise():
    found = play(
        desk(agent("ana", capacity=3)), *(comes(name, at, 100) for at, name in enumerate("abc"))
    )
    assert [found.work(name) for name in "abc"] == [
        [("ana", 0.0, 100.0)], [("ana", 1.0, 101.0)], [("ana", 2.0, 102.0)],
    ]  # fmt: skip


def test_items_slow_each_other_down_and_what_remains_is_work_not_time():
    found = play(
        desk(agent("ana", capacity=3)),
        comes("a", 0, 100),
        comes("b", 50, 100),
        comes("c", 100, 60),
        handling=CHATS,
    )
    # alone to 50; two at 0.8 to 100, when 10, 60 and 60 remain; three at 0.6 until a is done; two
    first = 100 + 10 / 0.6
    last = first + 50 / 0.8
    ends = {name: found.work(name)[0][2] for name in "abc"}
    assert ends == pytest.approx({"a": first, "b": last, "c": last})
    assert [len(found.work(name)) for name in "abc"] == [1, 1, 1]


def test_the_last_speed_holds_for_more_items():
    found = play(
        desk(agent("ana", capacity=3)),
        *(comes(name, 0, 10) for name in "abc"),
        handling={"speeds": [1, 0.5]},
    )
    assert [found.work(name) for name in "abc"] == [[("ana", 0.0, 20.0)]] * 3


def test_so_many_at_once_and_the_others_by_priority_then_by_arrival():
    found = play(
        desk(agent("ana", capacity=4)),
        comes("a", 0, 100),
        comes("b", 1, 100),
        comes("c", 2, 100, priority=1),
        comes("d", 3, 100, priority=2),
        handling={"at_once": 1},
    )
    assert [name for name, _, _ in found.work(agent="ana")] == ["a", "c", "d", "b"]
    assert found.customer("b").assigned_at == 1.0
    assert found.customer("b").begun_at == 300.0


def test_two_at_once_leave_the_third_in_hand():
    found = play(
        desk(agent("ana", capacity=3)),
        *(comes(name, at, 100) for at, name in enumerate("abc")),
        handling={"at_once": 2},
    )
    assert found.work("c") == [("ana", 100.0, 200.0)]


def test_what_he_is_given_at_the_end_of_one_is_among_what_he_takes_up_next():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 0, 100),
        comes("b", 1, 100),
        comes("c", 2, 100, priority=1),
        handling={"at_once": 1},
    )
    assert found.customer("c").assigned_at == 100.0  # he had no room before
    assert [name for name, _, _ in found.work(agent="ana")] == ["a", "c", "b"]


def test_an_agent_may_work_otherwise_than_the_others():
    found = play(
        desk(
            agent("ana", capacity=2), agent("ben", ["other"], capacity=2), teams=["queue", "other"]
        ),
        *(comes(name, 0, 100) for name in "ab"),
        *(comes(name, 0, 100, team="other") for name in "cd"),
        handling_of={"ana": {"at_once": 1}},
    )
    assert [found.customer(name).closed_at for name in "abcd"] == [100.0, 200.0, 100.0, 100.0]


def test_work_of_two_agents_does_not_slow_down_one_another():
    found = play(
        desk("ana", "ben"), comes("a", 0, 100), comes("b", 0, 100), handling={"speeds": [1, 0.5]}
    )
    assert [found.customer(name).closed_at for name in "ab"] == [100.0, 100.0]
