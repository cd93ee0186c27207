"""116: what comes first at one instant."""

from playing import MONDAY, agent, comes, desk, play, shift

from assignwork.simulation import Kind, Logged, Stream


def told(found, at):
    return [
        (event.kind, getattr(event, "item", None) or event.agent)
        for event in found.events
        if event.at == at
    ]


def test_the_desks_own_timers_before_what_the_simulation_has_due():
    # the shift ends at the instant at which the work would: it is the other agent who closes it
    found = play(
        desk(
            agent("ana", shift="early"), agent("ben", shift="late"), reassign="all",
            calendars=[shift("early", "00:00-00:01"), shift("late", "00:01-00:02")],
        ),
        comes("a", MONDAY, 60),
        start=MONDAY,
    )  # fmt: skip
    assert found.told("released") == [(MONDAY + 60, "released", "a-1")]
    closed = [event for event in found.events if event.kind == "closed"]
    assert [(event.at, event.agent) for event in closed] == [(MONDAY + 60, "ben")]


def test_what_is_due_before_arrivals():
    found = play(desk("ana"), comes("a", 0, 100), comes("b", 100, 50))
    assert told(found, 100.0) == [
        ("closed", "a-1"), ("queued", "b-1"), ("assigned", "b-1"), ("replied", "b-1"),
    ]  # fmt: skip


def test_what_was_planned_first_comes_first():
    found = play(
        desk("ana", "ben", "cleo"), comes("a", 0, 100), comes("b", 40, 60), comes("c", 90, 10)
    )
    assert [item for kind, item in told(found, 100.0) if kind == "closed"] == ["a-1", "b-1", "c-1"]


def test_arrivals_in_the_order_of_the_streams_and_agents_answer_after_them():
    streams = [Stream(name, Logged([10.0, 10.0]), Kind("queue", 50)) for name in ("zebra", "apple")]
    found = play(desk(agent("ana", capacity=3)), *streams)
    assert told(found, 10.0) == [
        ("queued", "zebra-1"), ("assigned", "zebra-1"),
        ("queued", "zebra-2"), ("assigned", "zebra-2"),
        ("queued", "apple-1"), ("assigned", "apple-1"),
        ("queued", "apple-2"),
        ("replied", "zebra-1"), ("replied", "zebra-2"), ("replied", "apple-1"),
    ]  # fmt: skip


def test_who_loses_patience_leaves_after_all_else_of_that_instant():
    found = play(
        desk("ana", customer_wait_counts=False),
        comes("a", 0, 0),
        comes("b", 0, 0, patience=0),
        comes("c", 0, 0, patience=0),
    )
    assert [found.customer(name).abandoned for name in "abc"] == [False, False, False]


def test_many_who_come_at_one_instant_are_in_the_order_of_the_streams_too():
    streams = [Stream(name, Logged([10.0] * 40), Kind("queue", 50)) for name in ("zebra", "apple")]
    found = play(desk("ana"), *streams)
    assert found.trial.customers.stream.tolist() == [0] * 40 + [1] * 40
    queued = [event.item for event in found.events if event.kind == "queued"]
    assert queued == [f"{name}-{n}" for name in ("zebra", "apple") for n in range(1, 41)]
