"""111: work that is taken from an agent goes on with whoever gets it."""

from functools import partial

import pytest
from moves import Mover, moving
from playing import DAY, MONDAY, agent, comes, desk, play, shift

from assignwork import EscalationPath
from assignwork.commands import Close
from assignwork.simulation import Kind, Poisson, Stream
from assignwork.solver import Weights, schedule_rebalance

EVEN = Weights(move=1, conversation=0, fairness=10)
SHIFTS = [shift("early", "00:00-00:01"), shift("late", "00:10-01:00")]


def early_and_late(**fields):
    return desk(agent("ana", shift="early"), agent("ben", shift="late"), calendars=SHIFTS, **fields)


def since_monday(stretches):
    return [(who, begun - MONDAY, ended - MONDAY) for who, begun, ended in stretches]


@pytest.mark.parametrize("handover", [0, 15])
def test_what_was_done_stays_done_and_a_handover_is_added_when_it_changes_hands(handover):
    found = play(
        early_and_late(reassign="all"),
        comes("a", MONDAY, 100),
        start=MONDAY,
        handling={"handover": handover},
    )
    assert since_monday(found.work("a")) == [("ana", 0, 60), ("ben", 600, 640 + handover)]


def test_who_goes_on_with_his_own_work_needs_no_handover():
    found = play(
        desk("ana"),
        comes("a", 0, 100),
        breaks=[{"name": "tea", "lasts": 30, "at": ["00:01"]}],
        handling={"finishes": False, "handover": 15},
        length=3600,
    )
    assert found.work("a") == [("ana", 0.0, 60.0), ("ana", 90.0, 130.0)]


def test_away_and_reassign_sends_it_to_somebody_else():
    found = play(
        desk("ana", "ben", auto_reassign_after=600, auto_reassign_manual_away=True, reassign="all"),
        comes("a", 0, 2000),
        comes("b", 0, 100),
        breaks=[{"name": "tea", "lasts": 1800, "at": ["00:01"], "agents": ["ana"]}],
        handling={"finishes": False},
        length=7200,
    )
    # signs of life every 300 s, the last one with the beginning of the day: 60 s are none
    gone = [at for at, kind, who in found.told("released") if who == "a-1"]
    assert gone == [600.0]
    assert found.work("a") == [("ana", 0.0, 60.0), ("ben", 600.0, 2540.0)]


def test_a_step_of_an_escalation_path_takes_it_elsewhere():
    path = EscalationPath(
        "up",
        steps=[{"when": "unresolved", "after": 50, "do": {"transfer": "second"}}],
        teams=["first"],
    )
    found = play(
        desk(agent("ana", ["first"]), agent("ben", ["second"]), teams=["first", "second"],
             paths=[path]),
        comes("a", 0, 100, team="first"),
        handling={"handover": 15},
    )  # fmt: skip
    assert found.work("a") == [("ana", 0.0, 50.0), ("ben", 50.0, 115.0)]
    assert found.queued("a") == [("first", 0.0, 0.0), ("second", 50.0, 50.0)]
    assert found.customer("a").team == "first"
    assert found.customer("a").agent == "ana"


def test_moves_of_who_rebalances_go_on_elsewhere():
    log = []
    found = play(
        desk(agent("ana", capacity=2), agent("ben", shift="late"), calendars=SHIFTS),
        comes("a", MONDAY, 1000),
        comes("b", MONDAY, 1000),
        start=MONDAY,
        handling={"handover": 15},
        rebalancing=moving(MONDAY + 700, {"b-1": "ben"}, log),
    )
    assert since_monday(found.work("b")) == [("ana", 0, 700), ("ben", 700, 1015)]
    assert [entry for entry in log if entry[0] != "see"] == [
        ("tick", MONDAY + 700),
        ("close", None),
    ]
    assert ("see", MONDAY) in log


def test_a_move_of_two_items_begins_neither_of_them_on_the_way():
    found = play(
        desk(agent("ana", capacity=2), agent("ben", capacity=2, shift="late"), calendars=SHIFTS),
        comes("a", MONDAY, 1000),
        comes("b", MONDAY, 1000),
        start=MONDAY,
        handling={"handover": 15, "at_once": 1},
        rebalancing=moving(MONDAY + 700, {"a-1": "ben", "b-1": "ben"}),
    )
    b = found.customer("b")
    # ana had begun with a alone: taking it from her does not make her begin with b
    assert since_monday(found.work("b")) == [("ben", 1015, 2015)]
    assert (b.begun_at - MONDAY, b.answered_at - MONDAY) == (1015, 1015)


def test_what_is_taken_makes_room_for_what_lies_in_hand():
    found = play(
        desk(agent("ana", capacity=2), agent("ben", shift="late"), calendars=SHIFTS),
        comes("a", MONDAY, 1000),
        comes("b", MONDAY, 1000),
        start=MONDAY,
        handling={"at_once": 1},
        rebalancing=moving(MONDAY + 700, {"a-1": "ben"}),
    )
    assert since_monday(found.work("b")) == [("ana", 700, 1700)]
    assert since_monday(found.work("a")) == [("ana", 0, 700), ("ben", 700, 1000)]


def test_a_move_to_the_queue_leaves_the_work_to_who_comes_next():
    found = play(
        desk(agent("ana", capacity=2, shift="early"), agent("ben", shift="late"), calendars=SHIFTS),
        comes("a", MONDAY, 100, answers="never"),
        start=MONDAY,
        handling={"finishes": False},
        rebalancing=moving(MONDAY + 30, {"a-1": None}),
    )
    assert since_monday(found.work("a")) == [("ana", 0, 30), ("ana", 30, 60), ("ben", 600, 640)]


def test_no_work_is_lost_or_made_when_an_optimizer_moves_it_all_day():
    workspace = desk(
        agent("ana", capacity=8),
        agent("ben", capacity=8, shift="late"),
        calendars=[shift("late", "04:00-23:00")],
    )
    found = play(
        workspace,
        Stream("mail", Poisson(5), Kind("queue", handle=900, answers="end")),
        start=MONDAY,
        length=DAY / 2,
        handling={"at_once": 1},
        rebalancing=partial(schedule_rebalance, every=1800, weights=EVEN),
    )
    moved = [event for event in found.events if event.kind == "released"]
    assert {event.why for event in moved} == {"rebalance"}
    done = found.trial.stretches
    total = (done.ended_at - done.begun_at).sum()
    assert total == pytest.approx(found.trial.customers.work.sum())
    assert found.work(agent="ben")[0][1] == MONDAY + 4 * 3600  # moved to him as he came


def test_in_an_exchange_the_more_urgent_of_what_he_has_then_comes_first():
    found = play(
        desk(agent("ana", capacity=2), agent("ben")),
        comes("a", 0, 1000),
        comes("c", 1, 1000, priority=3),  # ben's
        comes("b", 2, 1000, priority=1),
        handling={"at_once": 1},
        rebalancing=moving(100, {"a-1": "ben", "c-1": "ana"}),
    )
    # ana gives a away and gets c in the same call: she goes on with b, which she had
    assert found.work("b") == [("ana", 100.0, 1100.0)]
    assert found.work("c") == [("ben", 1.0, 100.0), ("ana", 1100.0, 2001.0)]
    assert found.work("a") == [("ana", 0.0, 100.0), ("ben", 100.0, 1000.0)]


def test_what_somebody_else_closes_is_over_though_its_customer_would_have_replied():
    talk = {"turns": 2, "customer_after": 100}
    back = {"probability": 1, "after": 10, "handle": 200, "at_most": 1}
    found = play(
        desk("ana"),
        comes("a", 0, 60, conversation=talk, comes_back=back),
        rebalancing=lambda desk, apply: Mover(desk, apply, at=50, command=lambda _: Close("a-1")),
    )
    # closed at 50 while the customer thinks, back at 60; the reply of then, due at 130, is none
    assert found.work("a") == [
        ("ana", 0.0, 30.0), ("ana", 60.0, 160.0), ("ana", 260.0, 360.0),
    ]  # fmt: skip
    replied = [event.at for event in found.events if event.kind == "replied"]
    assert 130.0 not in replied
