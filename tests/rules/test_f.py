"""Rules F: affinity."""

import pytest

from assignwork import Agent, Team, UnknownAgentError


def test_f1_the_preferred_agent_goes_before_selection(make):
    desk = make("ana", "ben", teams=["t", Team("hand", manual=True)])
    desk.submit("0", "hand", weight=3)
    desk.assign("0", "ben")
    assert desk.submit("1", preferred_agent="ben")[1:] == ["assigned 1 to ben"]
    event = desk.log[-1]
    assert (event.selection, event.key, event.runner_up) == ("affinity", (), None)


def test_f1_the_preferred_agent_goes_before_tier(make):
    desk = make("ana", Agent("ben", secondary=["t"]))
    assert desk.submit("1", preferred_agent="ben")[1:] == ["assigned 1 to ben as secondary"]


def test_f1_as_a_secondary_agent_he_needs_the_teams_rule(make):
    ben = Agent("ben", secondary=["t"])
    desk = make("ana", ben, teams=[Team("t", secondary_rule="primary_full")])
    assert desk.submit("1", preferred_agent="ben")[1:] == ["assigned 1 to ana"]


def test_f1_without_a_wait_it_is_anyones_where_he_is_not_eligible(make):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1))
    desk.submit("0", preferred_agent="ben")
    assert desk.submit("1", preferred_agent="ben")[1:] == ["assigned 1 to ana"]


def test_f1_with_a_wait_it_waits_for_him_alone_that_long(make):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1))
    desk.submit("0", preferred_agent="ben")
    desk.submit("1", preferred_agent="ben", affinity_wait=60, now=10.0)
    assert (desk.queue(), desk.next_wakeup()) == (("1",), 70.0)
    assert desk.advance(now=69.0) == []
    assert desk.advance(now=70.0) == ["assigned 1 to ana"]


def test_f1_he_gets_it_as_soon_as_he_can(make):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1))
    desk.submit("0", preferred_agent="ben")
    desk.submit("1", preferred_agent="ben", affinity_wait=60)
    assert desk.close("0", now=30.0)[1:] == ["assigned 1 to ben"]
    assert desk.next_wakeup() is None


@pytest.mark.parametrize("gone", ["away", "offline", "removed"])
def test_f1_it_waits_for_nobody_who_is_not_there(make, gone):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1), "cem")
    desk.submit("0", preferred_agent="ben")
    desk.submit("1", preferred_agent="ben", affinity_wait=60)
    assert desk.queue() == ("1",)
    if gone == "removed":
        desk.remove_agent("ben")
    else:
        desk.set_presence("ben", gone)
    assert desk.items["1"].state == "assigned"


def test_f1_he_is_waited_for_again_when_he_returns_within_the_wait(make):
    desk = make("ana", "ben", default_capacity=1)
    desk.submit("his", only_agent="ben")
    desk.submit("hers")
    desk.set_presence("ben", "away")
    desk.submit("1", preferred_agent="ben", affinity_wait=60)
    desk.set_presence("ben", "active")  # back, but full
    assert desk.close("hers") == ["closed hers of ana"]
    assert desk.close("his") == ["closed his of ben", "assigned 1 to ben"]


def test_f1_the_wait_begins_anew_with_each_stay(make):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1))
    desk.submit("0", preferred_agent="ben")
    desk.submit("1", preferred_agent="ben", affinity_wait=60, now=0.0)
    desk.advance(now=60.0)
    assert desk.release("1", now=100.0)[-1] == "queued 1 in t"
    assert desk.advance(now=160.0) == ["assigned 1 to ana"]


def test_f1_a_preferred_agent_who_does_not_exist_says_nothing(make):
    desk = make("ana")
    assert desk.submit("1", preferred_agent="gone", affinity_wait=60)[1:] == ["assigned 1 to ana"]


@pytest.mark.parametrize("affinity", [{"preferred_agent": "ana"}, {"only_agent": "ana"}])
@pytest.mark.parametrize(
    ("ana", "item"),
    [
        ({"presence": "away"}, {}),
        ({"capacity": 1}, {"weight": 2}),
        ({}, {"skills": {"vip": 1}}),
        ({"primary": []}, {}),
    ],
)
def test_f2_affinity_never_overrides_can_take(make, affinity, ana, item):
    desk = make(Agent("ana", **{"primary": ["t"], **ana}))
    assert desk.submit("1", **affinity, **item) == ["queued 1 in t"]


def test_f2_only_agent_is_exclusive_without_an_end(make):
    desk = make("ana", Agent("ben", primary=["t"], presence="away"))
    assert desk.submit("1", only_agent="ben", affinity_wait=60) == ["queued 1 in t"]
    assert desk.advance(now=1e6) == []
    assert desk.set_presence("ben", "active")[1:] == ["assigned 1 to ben"]


def test_f2_only_agent_silences_preferred_agent(make):
    desk = make("ana", "ben")
    desk.submit("1", only_agent="ben", preferred_agent="ana", affinity_wait=60)
    assert desk.items["1"].owner == "ben"


def test_f2_only_agent_must_exist(make):
    desk = make("ana")
    with pytest.raises(UnknownAgentError):
        desk.submit("1", only_agent="ben")


def test_f2_once_cleared_it_is_anyones(make):
    desk = make("ana", Agent("ben", primary=["t"], presence="away"))
    desk.submit("1", only_agent="ben")
    assert desk.update_item("1", only_agent=None) == ["updated 1", "assigned 1 to ana"]
