"""107: several turns."""

import pytest
from playing import agent, comes, desk, play

TALK = {"turns": 3, "customer_after": 100}
TURNS = [("ana", 0.0, 30.0), ("ana", 130.0, 160.0), ("ana", 260.0, 290.0)]


def test_the_work_is_divided_equally_among_the_turns_and_the_customer_takes_his_time():
    found = play(desk("ana"), comes("a", 0, 90, conversation=TALK))
    assert found.work("a") == TURNS
    assert found.customer("a").closed_at == 290.0


@pytest.mark.parametrize(
    ("answers", "agent_at"),
    [("start", [0.0, 30.0, 160.0, 290.0]), ("end", [30.0, 160.0, 290.0]), ("never", [])],
)
def test_each_turn_ends_with_the_agents_reply(answers, agent_at):
    found = play(desk("ana"), comes("a", 0, 90, conversation=TALK, answers=answers))
    replied = [event for event in found.events if event.kind == "replied"]
    assert [event.at for event in replied if event.by == "agent"] == agent_at
    assert [event.at for event in replied if event.by == "customer"] == [130.0, 260.0]


def test_the_item_stays_with_its_agent_though_another_is_free():
    found = play(desk("ana", "ben"), comes("a", 0, 90, conversation=TALK))
    assert found.work("a") == TURNS


@pytest.mark.parametrize(("counts", "served_at"), [(True, 290.0), (False, 30.0)])
def test_whether_it_counts_meanwhile_is_the_workspaces(counts, served_at):
    found = play(
        desk("ana", customer_wait_counts=counts),
        comes("a", 0, 90, conversation=TALK, answers="end"),
        comes("b", 5, 10),
    )
    assert found.customer("b").assigned_at == served_at


def test_a_snoozed_one_does_not_count_and_wakes_with_the_customers_reply():
    found = play(
        desk("ana"),
        comes("a", 0, 90, conversation={**TALK, "snoozes": True}),
        comes("b", 5, 10),
    )
    assert found.told("snoozed", "woken") == [
        (30.0, "snoozed", "a-1"), (130.0, "woken", "a-1"),
        (160.0, "snoozed", "a-1"), (260.0, "woken", "a-1"),
    ]  # fmt: skip
    assert found.work("a") == TURNS
    assert found.customer("b").assigned_at == 30.0


def test_without_snoozing_nothing_is_snoozed():
    found = play(desk("ana"), comes("a", 0, 90, conversation=TALK))
    assert found.told("snoozed") == []


def test_meanwhile_the_agent_works_on_others_and_the_customer_waits_for_him():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 0, 90, conversation=TALK),
        comes("b", 5, 120),
        handling={"at_once": 1},
    )
    assert found.work(agent="ana")[:3] == [
        ("a", 0.0, 30.0),
        ("b", 30.0, 150.0),
        ("a", 150.0, 180.0),
    ]


@pytest.mark.parametrize(("turns", "stretches"), [(2.6, 3), (0.2, 1)])
def test_turns_are_whole_and_at_least_one(turns, stretches):
    found = play(
        desk("ana"), comes("a", 0, 90, conversation={"turns": turns, "customer_after": 10})
    )
    assert len(found.work("a")) == stretches
    assert sum(end - begin for _, begin, end in found.work("a")) == 90.0


def test_each_visit_has_turns_of_its_own():
    back = {"probability": 1, "after": 1000, "handle": 60, "at_most": 1}
    found = play(desk("ana"), comes("a", 0, 90, conversation=TALK, comes_back=back))
    assert found.work("a") == [
        *TURNS, ("ana", 1290.0, 1310.0), ("ana", 1410.0, 1430.0), ("ana", 1530.0, 1550.0),
    ]  # fmt: skip
