"""Rules K: skills."""

import pytest

from assignwork import Agent, Team


@pytest.mark.parametrize(
    ("has", "needs", "fits"),
    [
        ({"lang:es": 2}, {"lang:es": 2}, True),
        ({"lang:es": 3}, {"lang:es": 2}, True),
        ({"lang:es": 1}, {"lang:es": 2}, False),
        ({}, {"lang:es": 1}, False),
        ({"lang:es": 1}, {"lang:es": {}}, True),  # the least level is 1 unless it says so
        ({"lang:es": 2}, {"lang:es": 1, "region:eu": 1}, False),  # every one of them
        ({"lang:es": 2, "region:eu": 1}, {"lang:es": 1, "region:eu": 1}, True),
    ],
)
def test_k1_every_required_skill_at_its_level(make, has, needs, fits):
    desk = make(Agent("ana", primary=["t"], skills=has))
    desk.submit("1", skills=needs)
    assert (desk.items["1"].owner == "ana") is fits


def test_k2_a_requirement_is_dropped_after_a_while_in_the_queue(make):
    desk = make("ana")
    desk.submit("1", skills={"lang:es": {"relax_after": 60}, "vip": {"relax_after": 90}})
    assert desk.advance(now=89.0) == []
    assert desk.advance(now=90.0) == ["assigned 1 to ana"]


def test_k2_the_others_stand(make):
    desk = make("ana")
    desk.submit("1", skills={"lang:es": {"relax_after": 60}, "vip": 1})
    assert desk.advance(now=9999.0) == []


def test_k2_it_is_required_again_in_the_next_stay(make):
    desk = make("ana")
    desk.submit("1", skills={"lang:es": {"relax_after": 60}}, now=0.0)
    desk.advance(now=60.0)
    assert desk.release("1", now=100.0)[-1] == "queued 1 in t"
    assert desk.advance(now=160.0) == ["assigned 1 to ana"]


def test_k2_a_dropped_one_still_counts_for_best_skilled(make):
    ben = Agent("ben", primary=["t"], skills={"lang:es": 1})
    desk = make("ana", ben, teams=[Team("t", selection="best_skilled")])
    desk.submit("1", skills={"lang:es": {"level": 2, "relax_after": 60}})
    assert desk.advance(now=60.0) == ["assigned 1 to ben"]
    assert desk.log[-1].key[0] == -1


def test_k3_preferred_skills_never_exclude(make):
    desk = make("ana")
    assert desk.submit("1", preferred_skills=["vip"])[1:] == ["assigned 1 to ana"]


def test_k3_they_count_for_best_skilled_and_for_nothing_else(make):
    skilled = Agent("ben", primary=["t"], skills={"vip": 1})
    for selection, owner in [("best_skilled", "ben"), ("balanced", "ana")]:
        desk = make("ana", skilled, teams=[Team("t", selection=selection)])
        desk.submit("1", preferred_skills=["vip"])
        assert desk.items["1"].owner == owner
