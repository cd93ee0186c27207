"""105: a queue with a limited number of places."""

import pytest
from playing import agent, comes, desk, play

from assignwork import Team
from assignwork.errors import ConfigurationError
from assignwork.simulation import Kind


def blocked(found, *streams):
    return [found.customer(name).blocked for name in streams]


def test_who_finds_all_places_taken_leaves_as_he_comes():
    found = play(
        desk("ana"),
        *(comes(name, at, 100, places=1) for name, at in [("a", 0), ("b", 10), ("c", 20)]),
    )
    c = found.customer("c")
    assert blocked(found, "a", "b", "c") == [False, False, True]
    assert (c.abandoned, c.closed_at, c.assigned_at) == (False, 20.0, None)
    assert found.told("closed", of="c-1") == [(20.0, "closed", "c-1")]


def test_a_place_is_free_again_when_its_customer_is_assigned():
    found = play(
        desk("ana"),
        *(comes(name, at, 100, places=1) for name, at in [("a", 0), ("b", 10), ("c", 120)]),
    )
    assert blocked(found, "a", "b", "c") == [False, False, False]
    assert found.customer("c").assigned_at == 200.0


def test_a_place_is_free_again_when_its_customer_gives_up():
    found = play(
        desk("ana"),
        comes("a", 0, 100),
        comes("b", 10, 100, patience=5, places=1),
        comes("c", 20, 100, places=1),
    )
    assert blocked(found, "b", "c") == [False, False]
    assert found.customer("b").abandoned


def test_without_places_nobody_waits():
    found = play(desk("ana"), comes("a", 0, 100, places=0), comes("b", 10, 100, places=0))
    assert blocked(found, "a", "b") == [False, True]


def test_places_bind_only_the_kinds_that_have_them():
    found = play(
        desk("ana"),
        comes("a", 0, 100),
        comes("b", 1, 100),
        comes("c", 2, 100),
        comes("d", 3, 100, places=2),
        comes("e", 4, 100, places=3),
    )
    assert blocked(found, "b", "c", "d", "e") == [False, False, True, False]


def test_places_are_those_of_the_own_team():
    found = play(
        desk(agent("ana", ["one", "two"]), teams=["one", "two"]),
        comes("a", 0, 100, team="one"),
        comes("b", 1, 100, team="one"),
        comes("c", 2, 100, team="two", places=1),
    )
    assert blocked(found, "c") == [False]


def test_who_is_offered_to_somebody_takes_no_place():
    found = play(
        desk("ana", "ben", teams=[Team("queue", offer_timeout=60)]),
        comes("a", 0, 100, places=0),
        comes("b", 1, 100, places=0),
        comes("c", 2, 100, places=0),
        offers={"accept_after": 5},
    )
    assert blocked(found, "a", "b", "c") == [False, False, True]


def test_who_declines_gives_the_place_back_to_the_queue():
    found = play(
        desk("ana", teams=[Team("queue", offer_timeout=60)]),
        comes("a", 0, 100, patience=50),
        comes("b", 6, 100, patience=50),
        comes("c", 8, 100, places=1, patience=50),
        comes("d", 9, 100, places=2, patience=50),
        offers={"accept_after": 5, "declines": 1},
    )
    assert blocked(found, "c", "d") == [True, False]  # a waits again from 5 on, b is offered


def test_a_negative_number_of_places_is_refused():
    with pytest.raises(ConfigurationError, match="places: -1 is not a number of places"):
        Kind("queue", 60, places=-1)
