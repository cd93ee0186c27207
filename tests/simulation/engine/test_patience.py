"""105: who waits, and for how long."""

from playing import MONDAY, agent, comes, desk, play, shift

from assignwork import Team


def test_who_nobody_was_assigned_to_leaves_when_his_patience_ends():
    found = play(desk("ana"), comes("a", 0, 100), comes("b", 10, 50, patience=30))
    b = found.customer("b")
    assert (b.abandoned, b.closed_at, b.assigned_at, b.begun_at, b.agent) == (
        True, 40.0, None, None, None,
    )  # fmt: skip
    assert found.told("closed") == [(40.0, "closed", "b-1"), (100.0, "closed", "a-1")]
    assert found.queued("b") == [("queue", 10.0, 40.0)]
    assert found.work("b") == []


def test_an_assignment_at_the_instant_at_which_patience_ends_wins():
    found = play(desk("ana"), comes("b", 10, 50, patience=90), comes("a", 0, 100))
    b = found.customer("b")
    assert (b.abandoned, b.assigned_at, b.closed_at) == (False, 100.0, 150.0)


def test_an_offer_accepted_at_the_instant_at_which_patience_ends_wins():
    team = Team("queue", offer_timeout=60)
    found = play(
        desk("ana", teams=[team]), comes("a", 0, 100, patience=20), offers={"accept_after": 20}
    )
    a = found.customer("a")
    assert (a.abandoned, a.assigned_at) == (False, 20.0)


def test_a_shift_that_begins_at_the_instant_at_which_patience_ends_wins():
    found = play(
        desk(agent("ana", shift="day"), calendars=[shift("day", "00:01-00:30")]),
        comes("a", MONDAY, 100, patience=60),
        start=MONDAY,
    )
    assert found.customer("a").assigned_at == MONDAY + 60


def test_patience_is_for_the_first_wait_alone():
    found = play(
        desk(
            agent("ana", shift="early"),
            agent("ben", shift="late"),
            calendars=[shift("early", "00:00-00:01"), shift("late", "00:10-01:00")],
            reassign="all",
        ),
        comes("a", MONDAY, 600, patience=10),
        start=MONDAY,
    )
    a = found.customer("a")
    assert (a.abandoned, a.closed_at - MONDAY) == (False, 600 + 540)
    assert found.queued("a") == [
        ("queue", MONDAY, MONDAY), ("queue", MONDAY + 60, MONDAY + 600),
    ]  # fmt: skip


def test_an_offer_that_is_not_accepted_is_still_waiting():
    team = Team("queue", offer_timeout=60)
    found = play(
        desk("ana", teams=[team]), comes("a", 0, 100, patience=20), offers={"accept_after": 50}
    )
    a = found.customer("a")
    assert (a.abandoned, a.closed_at) == (True, 20.0)
    assert found.queued("a") == [("queue", 0.0, 20.0)]


def test_who_is_in_the_hands_of_an_agent_waits_without_losing_patience():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", 0, 100),
        comes("b", 0, 50, patience=20),
        handling={"at_once": 1},
    )
    b = found.customer("b")
    assert (b.abandoned, b.assigned_at, b.begun_at) == (False, 0.0, 100.0)


def test_who_has_no_patience_at_all_stays_only_if_somebody_is_free():
    kind = {"patience": 0}
    found = play(desk("ana"), comes("a", 0, 100, **kind), comes("b", 0, 50, **kind))
    assert [found.customer(name).abandoned for name in "ab"] == [False, True]
    assert found.customer("b").closed_at == 0.0
