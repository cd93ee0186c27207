"""Rules X: explain. (What each obstacle's text says is in `tests/dispatcher/test_explain.py`.)"""

import pytest

from assignwork import Agent, Team, UnknownItemError, explain_event


@pytest.fixture
def desk(make):
    ana = Agent("ana", primary=["t"], capacity=5)
    ben = Agent("ben", secondary=["t"], presence="away")
    desk = make(ana, ben, teams=["t", Team("u", rank=1)])
    desk.submit("0", weight=4)
    desk.submit("first", "u", priority=1, now=10.0)
    desk.submit("1", weight=2, priority=2, due_at=90, now=20.0)
    return desk


def test_x1_where_an_item_stands(desk):
    found = desk.explain("1")
    assert (found.item.state, found.position, found.inbox_position) == ("queued", 2, 1)
    assert (found.queued, found.inbox_queued) == (2, 1)
    assert found.key == (("priority", 2), ("due", 90.0), ("waiting", 20.0), ("sequence number", 3))


def test_x1_the_first_rule_that_stops_each_agent_and_what_would_have_to_change(desk):
    found = desk.explain("1")
    assert [(s.agent, s.tier, str(s.obstacle)) for s in found.agents] == [
        ("ana", "primary", "C3 load 4 + 2 > capacity 5"),
        ("ben", "secondary", "P1 he is away"),
    ]
    assert [s.obstacle.remedy for s in found.agents] == [
        "he finishes or gives back work, or the limit is raised",
        "he becomes active",
    ]


def test_x1_as_text(desk):
    assert str(desk.explain("1")) == (
        "item 1 is queued in team t\n"
        "position 2 of 2 in all inboxes, 1 of 1 in t\n"
        "its place in the item order: priority 2, due 90, waiting 20, sequence number 3\n"
        "  agent  tier       what stops him              what would have to change\n"
        "  ana    primary    C3 load 4 + 2 > capacity 5"
        "  he finishes or gives back work, or the limit is raised\n"
        "  ben    secondary  P1 he is away               he becomes active"
    )


def test_x2_an_assignment_is_explained_from_the_log_alone(make):
    desk = make("ana", "ben")
    desk.submit("1")
    desk.submit("2")
    found = explain_event(desk.log, 4)
    assert (found.decision.tier, found.decision.selection) == ("primary", "balanced")
    assert found.key == (("load", 0), ("last assignment", 0), ("registration", 1))
    assert found.decision.runner_up == "ana"


def test_x2_an_event_that_gives_nothing_to_anybody_has_no_such_explanation(make):
    desk = make("ana")
    desk.submit("1")
    with pytest.raises(UnknownItemError, match="event 1 is no assignment"):
        explain_event(desk.log, 1)


def test_x3_what_an_agent_holds_and_would_get_next(desk):
    desk.update_agent("ana", channel_limits={"chat": 2})
    found = desk.explain("ana")
    assert found.agent.items == ("0",)
    assert [(h.limit, h.used, h.allowed, h.left) for h in found.limits] == [
        ("capacity", 4, 5, 1),
        ("channel chat", 0, 2, 2),
    ]
    assert (found.next_item, str(found.obstacle)) == ("1", "C3 load 4 + 2 > capacity 5")


def test_x3_what_he_would_get_next_he_does_get(desk):
    assert desk.close("0")[1:] == ["assigned 1 to ana"]
