"""106: when the agent's first reply is told to the desk."""

import pytest
from playing import agent, comes, desk, play


def replies(found, stream):
    return [at for at, _, _ in found.told("replied", of=f"{stream}-1")]


@pytest.mark.parametrize(
    ("answers", "at"), [("start", [100.0]), ("end", [150.0]), ("never", [])]
)  # fmt: skip
def test_the_reply_is_told_when_the_work_begins_or_ends_or_never(answers, at):
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 0, 100, answers="never"),
        comes("b", 10, 50, answers=answers),
        handling={"at_once": 1},
    )
    assert found.customer("b").assigned_at == 10.0  # it is the work that counts
    assert replies(found, "b") == at
    assert found.customer("b").answered_at == (at[0] if at else None)


def test_replies_are_told_at_the_start_unless_said_otherwise():
    assert replies(play(desk("ana"), comes("a", 5, 100)), "a") == [5.0]


def test_work_of_no_length_is_answered_too():
    found = play(desk("ana"), comes("a", 5, 0))
    assert (found.customer("a").answered_at, found.customer("a").closed_at) == (5.0, 5.0)


@pytest.mark.parametrize(("answers", "at"), [("start", [0.0, 150.0]), ("end", [100.0, 160.0])])
def test_who_comes_back_is_answered_again(answers, at):
    back = {"probability": 1, "after": 50, "handle": 10, "at_most": 1}
    found = play(desk("ana"), comes("a", 0, 100, answers=answers, comes_back=back))
    assert replies(found, "a") == at
    assert found.customer("a").answered_at == at[0]
