"""Rules O: offers."""

import pytest

from assignwork import Agent, Team


def offering(**fields):
    return [Team("t", offer_timeout=20, **fields)]


# --- O1, O2 ---------------------------------------------------------------------------------------


def test_o1_a_team_with_a_timeout_offers(make):
    desk = make("ana", teams=offering())
    assert desk.submit("1") == ["queued 1 in t", "offered 1 to ana until 20"]
    assert (desk.items["1"].state, desk.next_wakeup()) == ("offered", 20.0)


def test_o1_accept_assigns(make):
    desk = make("ana", teams=offering())
    desk.submit("1")
    assert desk.accept("1", "ana", now=5.0) == [
        "offer of 1 to ana accepted",
        "assigned 1 to ana by offer",
    ]
    assert (desk.log[-1].waited, desk.next_wakeup()) == (5.0, None)


def test_o1_who_accepts_as_a_secondary_agent_owns_it_as_one(make):
    desk = make(Agent("ana", secondary=["t"]), teams=offering())
    desk.submit("1")
    assert desk.accept("1", "ana")[1:] == ["assigned 1 to ana as secondary by offer"]


def test_o1_decline_queues_it_again_and_the_next_one_is_asked(make):
    desk = make("ana", "ben", teams=offering())
    desk.submit("1")
    assert desk.decline("1", "ana", now=5.0) == [
        "offer of 1 to ana declined",
        "queued 1 in t",
        "offered 1 to ben until 25",
    ]


def test_o1_the_timeout_queues_it_again_and_the_next_one_is_asked(make):
    desk = make("ana", "ben", teams=offering())
    desk.submit("1")
    assert desk.advance(now=20.0) == [
        "offer of 1 to ana missed",
        "queued 1 in t",
        "offered 1 to ben until 40",
    ]


def test_o1_an_accept_at_the_very_end_comes_too_late(make):
    desk = make("ana", teams=offering())
    desk.submit("1")
    with pytest.raises(Exception, match="it is queued"):
        desk.accept("1", "ana", now=20.0)


def test_o2_an_offer_takes_headroom(make):
    desk = make("ana", teams=offering(), default_capacity=1)
    desk.submit("1")
    assert (desk.load("ana"), desk.submit("2")) == (1, ["queued 2 in t"])


def test_o2_an_offer_counts_as_an_assignment_from_the_moment_it_is_made(make):
    desk = make("ana", "ben", teams=offering())
    desk.submit("1")
    desk.close("1")
    assert desk.submit("2")[1:] == ["offered 2 to ben until 20"]


def test_o2_its_acceptance_does_not_count_again(make):
    desk = make("ana", "ben", teams=offering())
    desk.submit("1")
    desk.submit("2")
    desk.accept("2", "ben")
    desk.accept("1", "ana")  # later than ben's, but offered first
    assert desk.submit("3")[1:] == ["offered 3 to ana until 20"]


# --- O3 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "ends"), [("declined", 10.0), ("missed", 20.0)])
@pytest.mark.parametrize(("cooldown", "lasts"), [({}, 300.0), ({"decline_cooldown": 50}, 50.0)])
def test_o3_who_declined_or_missed_it_is_not_asked_again_for_a_while(
    make, how, ends, cooldown, lasts
):
    desk = make("ana", teams=offering(**cooldown))
    desk.submit("1", now=0.0)
    if how == "declined":
        desk.decline("1", "ana", now=ends)
    else:
        desk.advance(now=ends)
    assert desk.items["1"].excluded == ("ana",)
    assert desk.advance(now=ends + lasts - 1) == []
    assert desk.advance(now=ends + lasts) == [f"offered 1 to ana until {ends + lasts + 20:g}"]


def test_o3_the_exclusion_is_from_that_item_alone(make):
    desk = make("ana", teams=offering())
    desk.submit("1")
    desk.decline("1", "ana")
    assert desk.submit("2")[1:] == ["offered 2 to ana until 20"]


def test_o3_an_assign_by_hand_ends_all_exclusions(make):
    desk = make("ana", "ben", teams=offering())
    desk.submit("1")
    desk.decline("1", "ana")
    desk.decline("1", "ben")
    desk.assign("1", "ben")
    assert desk.items["1"].excluded == ()
    desk.submit("2", preferred_agent="ben")
    assert desk.release("1")[-1] == "offered 1 to ana until 20"


def test_o3_a_cooldown_of_nothing_excludes_nobody(make):
    desk = make("ana", teams=offering(decline_cooldown=0))
    desk.submit("1")
    assert desk.decline("1", "ana")[-1] == "offered 1 to ana until 20"


# --- O4 -------------------------------------------------------------------------------------------


def missing(**fields):
    return offering(decline_cooldown=0, **fields)


def test_o4_misses_in_a_row_send_him_away(make):
    desk = make("ana", "ben", teams=missing(missed_limit=2))
    desk.submit("1", only_agent="ana")
    assert desk.advance(now=20.0) == [
        "offer of 1 to ana missed",
        "queued 1 in t",
        "offered 1 to ana until 40",
    ]
    assert desk.advance(now=40.0) == [
        "offer of 1 to ana missed",
        "queued 1 in t",
        "ana away by auto",
    ]
    assert desk.agents["ana"].reason == "missed offers"


def test_o4_his_other_offers_are_withdrawn_before_dispatch(make):
    desk = make("ana", "ben", teams=missing(missed_limit=1))
    desk.submit("1", preferred_agent="ana", now=0.0)
    desk.submit("2", preferred_agent="ana", now=5.0)
    assert desk.advance(now=20.0) == [
        "offer of 1 to ana missed",
        "queued 1 in t",
        "ana away by auto",
        "offer of 2 to ana withdrawn",
        "queued 2 in t",
        "offered 1 to ben until 40",
        "offered 2 to ben until 40",
    ]


@pytest.mark.parametrize("between", ["accept", "decline", "active"])
def test_o4_in_a_row_means_without_an_answer_between(make, between):
    desk = make("ana", "ben", teams=missing(missed_limit=2))
    desk.submit("1", only_agent="ana")
    desk.advance(now=20.0)  # one miss
    if between == "active":
        desk.set_presence("ana", "away")
        desk.set_presence("ana", "active")
    else:
        getattr(desk, between)("1", "ana")
    if between == "accept":
        desk.close("1")
        desk.submit("2", only_agent="ana")
    assert "ana away by auto" not in desk.advance(now=40.0)
    assert "ana away by auto" in desk.advance(now=60.0)


def test_o4_a_withdrawn_offer_is_neither_miss_nor_answer(make):
    desk = make("ana", "ben", teams=missing(missed_limit=2))
    desk.submit("1", only_agent="ana")
    desk.advance(now=20.0)
    desk.close("1")  # withdraws
    desk.submit("2", only_agent="ana")
    assert "ana away by auto" in desk.advance(now=40.0)


@pytest.mark.parametrize(("team", "away"), [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_o4_at_most_half_of_a_team_is_sent_away_like_this(make, team, away):
    names = [f"a{n}" for n in range(team)]
    desk = make(*names, teams=missing(missed_limit=1))
    for name in names:
        desk.submit(f"for {name}", only_agent=name)
    desk.advance(now=20.0)
    gone = [view.id for view in desk.agents.values() if view.presence == "away"]
    assert len(gone) == away


def test_o4_after_the_window_others_may_be_sent(make):
    desk = make("ana", "ben", "cem", "dan", teams=missing(missed_limit=1, missed_window=60))
    desk.update_agent("dan", primary=[])  # a team of three: one at a time
    desk.submit("1", only_agent="ana", now=0.0)
    desk.submit("2", only_agent="ben", now=0.0)
    desk.advance(now=20.0)
    assert [desk.agents[name].presence for name in ("ana", "ben")] == ["away", "active"]
    desk.advance(now=60.0)  # misses at 40 and 60 within the window of 20 to 80
    assert desk.agents["ben"].presence == "active"
    desk.advance(now=80.0)
    assert desk.agents["ben"].presence == "away"


def test_o4_secondary_members_count_as_the_teams(make):
    desk = make("ana", Agent("ben", secondary=["t"]), teams=missing(missed_limit=1))
    desk.submit("1", only_agent="ana")
    assert "ana away by auto" in desk.advance(now=20.0)
