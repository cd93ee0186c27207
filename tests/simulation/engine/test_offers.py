"""115: what agents do with offers."""

import pytest
from playing import HOUR, agent, comes, desk, play

from assignwork import Team
from assignwork.errors import ConfigurationError
from assignwork.simulation import Exponential, Kind, Poisson, Stream

TEAM = Team("queue", offer_timeout=60)


def ended(found):
    return [
        (event.at, event.item, event.agent, event.how)
        for event in found.events
        if event.kind == "offer_ended"
    ]


def test_offers_are_accepted_after_a_while():
    found = play(desk("ana", teams=[TEAM]), comes("a", 0, 100), offers={"accept_after": 5})
    assert ended(found) == [(5.0, "a-1", "ana", "accepted")]
    assert found.work("a") == [("ana", 5.0, 105.0)]
    assert found.queued("a") == [("queue", 0.0, 5.0)]


def test_offers_are_accepted_at_once_unless_said_otherwise():
    found = play(desk("ana", teams=[TEAM]), comes("a", 0, 100))
    assert found.customer("a").assigned_at == 0.0


def test_declined_ones_go_to_the_next_and_the_item_waits_all_the_while():
    found = play(
        desk("ana", "ben", teams=[TEAM]),
        comes("a", 0, 100, patience=100),
        offers={"accept_after": 5, "declines": 1},
    )
    assert ended(found) == [(5.0, "a-1", "ana", "declined"), (10.0, "a-1", "ben", "declined")]
    assert found.queued("a") == [("queue", 0.0, 100.0)]
    assert found.customer("a").abandoned


def test_the_share_that_is_declined():
    found = play(
        desk(agent("ana", capacity=99), teams=[TEAM]),
        Stream("mail", Poisson(60), Kind("queue", 1)),
        length=24 * HOUR,
        offers={"declines": 0.3},
    )
    made = ended(found)
    share = sum(how == "declined" for _, _, _, how in made) / len(made)
    assert abs(share - 0.3) < 4 * (0.3 * 0.7 / len(made)) ** 0.5


@pytest.mark.parametrize(("after", "how"), [(59, "accepted"), (60, "missed"), (90, "missed")])
def test_an_answer_after_the_timeout_or_just_then_comes_too_late(after, how):
    found = play(
        desk("ana", teams=[TEAM]), comes("a", 0, 100, patience=100), offers={"accept_after": after}
    )
    assert ended(found)[0] == (min(after, 60.0), "a-1", "ana", how)


def test_the_answer_to_an_offer_that_was_missed_is_none_to_the_next_one():
    found = play(
        desk("ana", "ben", teams=[TEAM]),
        comes("a", 0, 100, patience=130),
        offers={"accept_after": 90},
    )
    assert ended(found)[:2] == [(60.0, "a-1", "ana", "missed"), (120.0, "a-1", "ben", "missed")]


def test_each_offer_takes_its_own_time():
    found = play(
        desk("ana", "ben", "cleo", teams=[TEAM]),
        comes("a", 0, 100, patience=300),
        offers={"accept_after": Exponential(10), "declines": 1},
    )
    at = [instant for instant, *_ in ended(found)]
    took = {round(b - a, 6) for a, b in zip([0.0, *at], at, strict=False)}
    assert len(took) == len(at) == 3


def test_an_offer_to_who_leaves_is_withdrawn_and_never_answered():
    found = play(
        desk("ana", "ben", teams=[TEAM]),
        comes("a", 50, 100),
        offers={"accept_after": 30},
        breaks=[{"name": "tea", "lasts": 300, "at": ["00:01"], "agents": ["ana"]}],
        length=HOUR,
    )
    assert ended(found) == [(60.0, "a-1", "ana", "withdrawn"), (90.0, "a-1", "ben", "accepted")]


def test_inboxes_that_are_manual_are_refused():
    with pytest.raises(ConfigurationError, match="inbox 'queue' is manual"):
        play(desk("ana", teams=[Team("queue", manual=True)]), comes("a", 0, 100))
