"""Rules B: limits on the outcome; what a plan tells and counts for (readings 88 to 90)."""

import pytest

from assignwork import (
    Agent,
    AssignmentRate,
    ConfigurationError,
    Move,
    Shift,
    StalePlanError,
    Team,
)

MANUAL = Team("t", manual=True)
MOVED = ["released 1 from ana: rebalance", "assigned 1 to ben by rebalance"]
DAY = {"id": "day", "hours": {"mon": ["09:00-17:00"]}}


def agents(*names, **fields):
    return [Agent(name, primary=["t"], **fields) for name in names]


def held(make, *names, team=MANUAL, **settings):
    """A desk on which `1` is ana's, `2` ben's and `3` queued; the team is manual."""
    desk = make(*(names or agents("ana", "ben", "cem")), teams=[team], **settings)
    for item in "123":
        desk.submit(item)
    desk.assign("1", "ana")
    desk.assign("2", "ben")
    return desk


def skipped(why, item="1", agent="ben", detail=None):
    words = f"skipped {item} to {agent}: {why}"
    return ["rebalanced 0, skipped 1", words if detail is None else f"{words}, {detail}"]


# --- limits (88) ----------------------------------------------------------------------------------


def test_b_full_agents_may_exchange(make):
    desk = held(make, *agents("ana", "ben", capacity=1))
    assert desk.rebalance([Move("1", "ben", "ana"), Move("2", "ana", "ben")]) == [
        "rebalanced 2, skipped 0",
        "released 1 from ana: rebalance",
        "released 2 from ben: rebalance",
        "assigned 1 to ben by rebalance",
        "assigned 2 to ana by rebalance",
    ]


def test_b_so_may_three_in_a_ring(make):
    desk = make(*agents("ana", "ben", "cem", capacity=1))
    for item in "123":
        desk.submit(item)
    ring = [Move("1", "ben", "ana"), Move("2", "cem", "ben"), Move("3", "ana", "cem")]
    assert desk.rebalance(ring)[0] == "rebalanced 3, skipped 0"
    assert [desk.held(name) for name in ("ana", "ben", "cem")] == [["3"], ["1"], ["2"]]


def test_b_the_last_move_that_is_too_much_is_skipped(make):
    desk = make(*agents("ana", capacity=9), *agents("ben", capacity=2, presence="away"))
    for item in "123":
        desk.submit(item)
    desk.set_presence("ben", "active")
    moves = [Move(item, "ben", "ana") for item in "321"]
    assert desk.rebalance(moves) == [
        "rebalanced 2, skipped 1",
        "skipped 1 to ben: full, C3 load 2 + 1 > capacity 2",
        "released 3 from ana: rebalance",
        "released 2 from ana: rebalance",
        "assigned 3 to ben by rebalance",
        "assigned 2 to ben by rebalance",
    ]


def test_b_a_heavy_one_may_take_the_room_of_more_than_one(make):
    desk = make(*agents("ana", capacity=9), *agents("ben", capacity=2, presence="away"))
    desk.submit("1", weight=3)
    desk.submit("2")
    desk.submit("3")
    desk.set_presence("ben", "active")
    told = desk.rebalance([Move(item, "ben", "ana") for item in "123"])
    assert told == [
        "rebalanced 0, skipped 3",
        "skipped 1 to ben: full, C3 load 0 + 3 > capacity 2",
        "skipped 2 to ben: full, C3 load 3 + 1 > capacity 2",
        "skipped 3 to ben: full, C3 load 4 + 1 > capacity 2",
    ]


def test_b_what_is_skipped_stays_with_its_owner_who_may_be_full_then(make):
    desk = held(make, *agents("ana", "ben", "cem", capacity=1))
    desk.assign("3", "cem")
    moves = [Move("2", "ana", "ben"), Move("1", "cem", "ana")]
    assert desk.rebalance(moves) == [
        "rebalanced 0, skipped 2",
        "skipped 2 to ana: full, C3 load 1 + 1 > capacity 1",
        "skipped 1 to cem: full, C3 load 1 + 1 > capacity 1",
    ]


def test_b_who_gives_nothing_back_may_be_over_his_limits_already(make):
    """What he keeps is looked at only where something comes in."""
    desk = held(make, *agents("ana", "ben"))
    desk.assign("3", "ana")
    desk.update_agent("ana", capacity=1)
    assert desk.rebalance([Move("1", "ben", "ana")])[1:] == MOVED


def test_b_who_is_over_his_limit_may_get_less_than_he_gives(make):
    desk = held(make, *agents("ana", "ben"))
    desk.submit("4", weight=3)
    desk.assign("4", "ana")
    desk.update_agent("ana", capacity=2)
    told = desk.rebalance([Move("4", "ben", "ana"), Move("2", "ana", "ben")])
    assert told[0] == "rebalanced 2, skipped 0"


def test_b_what_comes_counts_its_weight_though_it_waits_for_the_customer(make):
    desk = held(make, *agents("ana"), *agents("ben", capacity=1), customer_wait_counts=False)
    desk.reply("1", by="agent")
    said = skipped("full", detail="C3 load 1 + 1 > capacity 1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    desk.reply("2", by="agent")  # what he keeps counts as it counts now
    assert desk.rebalance([Move("1", "ben", "ana")])[1:] == MOVED


def test_b_what_leaves_makes_room_for_no_more_than_it_counts(make):
    desk = held(make, *agents("ana"), *agents("ben", capacity=1), customer_wait_counts=False)
    desk.reply("2", by="agent")
    desk.assign("3", "ben")
    assert desk.load("ben") == 1
    assert desk.rebalance([Move("1", "ben", "ana"), Move("2", None, "ben")])[:2] == [
        "rebalanced 1, skipped 1",
        "skipped 1 to ben: full, C3 load 1 + 1 > capacity 1",
    ]


def test_b_a_teams_limit_holds_on_the_outcome(make):
    team = Team("t", manual=True, agent_limit=1)
    desk = held(make, team=team)
    said = skipped("full", detail="C3 load from t 1 + 1 > agent_limit 1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    moves = [Move("1", "ben", "ana"), Move("2", "ana", "ben")]
    assert desk.rebalance(moves)[0] == "rebalanced 2, skipped 0"


def test_b_a_channels_limit_holds_on_the_outcome(make):
    desk = held(make, *agents("ana"), *agents("ben", channel_limits={"voice": 1}))
    desk.submit("4", channel="voice")
    desk.assign("4", "ben")
    for item in "13":
        desk.update_item(item, channel="voice")
    said = skipped("full", detail="C3 load on voice 1 + 1 > channel limit 1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    assert desk.rebalance([Move("1", "ben", "ana"), Move("4", "ana", "ben")])[0] == (
        "rebalanced 2, skipped 0"
    )


def test_b_a_helpers_limit_holds_on_the_outcome(make):
    ben = Agent("ben", secondary=["t"], secondary_limit=1)
    desk = held(make, *agents("ana"), ben)
    said = skipped("full", detail="C3 load from secondary inboxes 1 + 1 > secondary_limit 1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    assert desk.rebalance([Move("1", "ben", "ana"), Move("2", None, "ben")])[0] == (
        "rebalanced 2, skipped 0"
    )


def test_b_only_a_move_that_touches_the_broken_limit_is_skipped(make):
    desk = make(*agents("ana", capacity=9), *agents("ben", channel_limits={"chat": 1}))
    for item, channel in (("1", "chat"), ("2", "chat"), ("3", None)):
        desk.submit(item, channel=channel, only_agent="ana")
        desk.update_item(item, only_agent=None)
    assert desk.rebalance([Move(item, "ben", "ana") for item in "123"])[:2] == [
        "rebalanced 2, skipped 1",
        "skipped 2 to ben: full, C3 load on chat 1 + 1 > channel limit 1",
    ]
    assert desk.held("ben") == ["1", "3"]


def test_b_of_several_broken_limits_it_is_the_last_move_that_touches_any(make):
    teams = [Team("t"), Team("u", agent_limit=1)]
    ana = Agent("ana", primary=["t", "u"], channel_limits={"chat": 1})
    cem = Agent("cem", primary=["t", "u"])
    desk = make(ana, cem, teams=teams)
    for item, team, channel in (("1", "u", None), ("2", "u", "chat"), ("3", "t", "chat")):
        desk.submit(item, team, channel=channel, only_agent="cem")
        desk.assign(item, "cem")
        desk.update_item(item, only_agent=None)
    assert desk.rebalance([Move(item, "ana", "cem") for item in "123"])[:3] == [
        "rebalanced 1, skipped 2",
        "skipped 2 to ana: full, C3 load from u 1 + 1 > agent_limit 1",
        "skipped 3 to ana: full, C3 load on chat 1 + 1 > channel limit 1",
    ]


@pytest.mark.parametrize(
    ("names", "which"), [(["ana", "ben"], ["x", "u2"]), (["ben", "ana"], ["x", "u2", "n"])]
)
def test_b_agents_are_judged_in_registration_order(make, names, which):
    """Ana has one of `u` too many. That she keeps `x`, which ben cannot take, may come before."""
    rooms = {"ana": 3, "ben": 1, "cem": 9}
    people = [
        Agent(name, primary=["t", "u"], capacity=rooms[name], presence="away")
        for name in [*names, "cem"]
    ]
    desk = make(*people, teams=[Team("t"), Team("u", agent_limit=1)])
    desk.set_presence("cem", "active")
    holders = {"x": "ana", "y": "ben", "u1": "cem", "u2": "cem", "n": "cem"}
    for item, owner in holders.items():
        desk.submit(item, "u" if item.startswith("u") else "t")
        desk.assign(item, owner)
    for name in names:
        desk.set_presence(name, "active")
    moves = [Move("x", "ben", "ana"), *[Move(item, "ana", "cem") for item in ("u1", "u2", "n")]]
    told = desk.rebalance(moves)
    assert told[0] == f"rebalanced {4 - len(which)}, skipped {len(which)}"
    assert [line.split()[1] for line in told if line.startswith("skipped")] == which


def test_b_he_gets_as_many_as_the_rate_leaves_him(make):
    desk = held(make, assignment_rate=AssignmentRate(items=2, per=60))
    desk.submit("4")
    desk.assign("4", "ana")
    moves = [Move("1", "cem", "ana"), Move("2", "cem", "ben"), Move("4", "cem", "ana")]
    assert desk.rebalance(moves)[:2] == [
        "rebalanced 2, skipped 1",
        "skipped 4 to cem: full, C6 given 2 + 1 > 2 items in 60 s",
    ]


def test_b_the_rate_counts_what_he_was_given_in_the_window(make):
    desk = held(make, assignment_rate=AssignmentRate(items=2, per=60))
    desk.rebalance([Move("2", "cem", "ben")], now=0.0)
    desk.submit("4")
    desk.assign("4", "ana")
    moves = [Move("1", "cem", "ana"), Move("4", "cem", "ana")]
    assert desk.rebalance(moves, now=59.0)[:2] == [
        "rebalanced 1, skipped 1",
        "skipped 4 to cem: full, C6 given 2 + 1 > 2 items in 60 s",
    ]
    assert desk.rebalance([Move("4", "cem", "ana")], now=60.0)[0] == "rebalanced 1, skipped 0"


def test_b_the_rate_forgets_what_he_was_given_before_the_window(make):
    desk = held(make, assignment_rate=AssignmentRate(items=2, per=60))
    desk.submit("4")
    desk.assign("4", "ana")
    desk.rebalance([Move("2", "cem", "ben")], now=0.0)
    moves = [Move("1", "cem", "ana"), Move("4", "cem", "ana")]
    assert desk.rebalance(moves, now=60.0)[0] == "rebalanced 2, skipped 0"


def test_b_once_he_has_come_in_the_rate_leaves_him_all(make):
    rate = AssignmentRate(items=1, per=600)
    desk = held(make, assignment_rate=rate, ramp_in=60)
    moves = [Move("1", "cem", "ana"), Move("2", "cem", "ben")]
    assert desk.rebalance(moves, now=60.0)[0] == "rebalanced 2, skipped 0"


# --- room that is made for another (88) -----------------------------------------------------------

ROOM = [Move("1", None, "ana", makes_room_for="3"), Move("3", "ana")]


def waiting(make, *more, **fields):
    """A desk on which `1` is ana's, who has room for no more, `2` ben's, and `3` waits."""
    desk = make(*agents("ana", "ben", capacity=1), *more, **fields)
    for item in "123":
        desk.submit(item)
    return desk


def test_b_room_is_made_where_it_is_used(make):
    desk = waiting(make)
    assert desk.rebalance(ROOM) == [
        "rebalanced 2, skipped 0",
        "released 1 from ana: rebalance",
        "queued 1 in t",
        "assigned 3 to ana by rebalance",
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_b_no_room_is_made_for_what_does_not_come(make, turn):
    """Else `1` would wait in vain: nobody gets its place."""
    desk = waiting(make)
    desk.close("3")
    told = ["skipped 1 to None: pointless", "skipped 3 to ana: closed"]
    assert desk.rebalance(ROOM[::turn]) == ["rebalanced 0, skipped 2", *told[::turn]]
    assert desk.held("ana") == ["1"]


def test_b_a_reason_of_its_own_comes_before_that_it_is_pointless(make):
    desk = waiting(make)
    desk.close("1")
    assert desk.held("ana") == ["3"]
    assert desk.rebalance(ROOM) == [
        "rebalanced 0, skipped 2",
        "skipped 1 to None: closed",
        "skipped 3 to ana: done",
    ]


@pytest.mark.parametrize("order", ["123", "321", "213"])
def test_b_who_makes_room_for_room_is_skipped_with_it(make, order):
    desk = waiting(make)
    desk.close("3")
    moves = {
        "1": Move("1", None, "ana", makes_room_for="2"),
        "2": Move("2", "ana", "ben", makes_room_for="3"),
        "3": Move("3", "ben"),
    }
    told = {
        "1": "skipped 1 to None: pointless",
        "2": "skipped 2 to ana: pointless",
        "3": "skipped 3 to ben: closed",
    }
    assert desk.rebalance([moves[item] for item in order]) == [
        "rebalanced 0, skipped 3",
        *[told[item] for item in order],
    ]


def test_b_no_room_is_made_for_what_is_too_much(make):
    desk = waiting(make)
    desk.submit("4", weight=2)
    moves = [Move("1", None, "ana", makes_room_for="4"), Move("4", "ana")]
    assert desk.rebalance(moves) == [
        "rebalanced 0, skipped 2",
        "skipped 1 to None: pointless",
        "skipped 4 to ana: full, C3 load 0 + 2 > capacity 1",
    ]


def test_b_who_keeps_what_is_pointless_to_move_may_be_full_then(make):
    """Which is pointless to move for others again."""
    desk = waiting(make)
    moves = [
        Move("2", None, "ben", makes_room_for="1"),
        Move("1", "ben", "ana", makes_room_for="9"),
        Move("9", "ana"),
        Move("3", "ana"),
    ]
    assert desk.rebalance(moves) == [
        "rebalanced 0, skipped 4",
        "skipped 2 to None: pointless",
        "skipped 1 to ben: pointless",
        "skipped 9 to ana: unknown_item",
        "skipped 3 to ana: full, C3 load 1 + 1 > capacity 1",
    ]


def test_b_what_is_full_only_then_makes_others_pointless(make):
    desk = waiting(make, *agents("cem", capacity=1))
    assert desk.held("cem") == ["3"]
    desk.submit("4")
    moves = [
        Move("1", None, "ana", makes_room_for="9"),  # pointless: ana keeps it
        Move("9", "ben"),
        Move("2", "ana", "ben"),  # full then: ben keeps it
        Move("3", None, "cem", makes_room_for="2"),  # pointless then: cem keeps it
        Move("4", "cem"),  # full at last
    ]
    assert desk.rebalance(moves) == [
        "rebalanced 0, skipped 5",
        "skipped 1 to None: pointless",
        "skipped 9 to ben: unknown_item",
        "skipped 2 to ana: full, C3 load 1 + 1 > capacity 1",
        "skipped 3 to None: pointless",
        "skipped 4 to cem: full, C3 load 1 + 1 > capacity 1",
    ]


def test_b_what_was_full_stays_so_when_what_is_pointless_leaves_its_room(make):
    """Limits come first: `1` still counted at ben when `3` was judged."""
    desk = waiting(make, *agents("cem", capacity=1))
    desk.close("2")
    moves = [
        Move("1", "ben", "ana", makes_room_for="9"),
        Move("9", "ana"),
        Move("3", "ben", "cem"),
    ]
    assert desk.rebalance(moves) == [
        "rebalanced 0, skipped 3",
        "skipped 1 to ben: pointless",
        "skipped 9 to ana: unknown_item",
        "skipped 3 to ben: full, C3 load 1 + 1 > capacity 1",
    ]


def test_b_two_that_make_room_for_each_other(make):
    desk = waiting(make)
    desk.close("3")
    moves = [
        Move("1", "ben", "ana", makes_room_for="2"),
        Move("2", "ana", "ben", makes_room_for="1"),
    ]
    assert desk.rebalance(moves)[0] == "rebalanced 2, skipped 0"
    desk.close("2")
    back = [
        Move("1", "ana", "ben", makes_room_for="2"),
        Move("2", "ben", "ana", makes_room_for="1"),
    ]
    assert desk.rebalance(back)[1:] == [
        "skipped 1 to ana: pointless",
        "skipped 2 to ben: closed",
    ]


def test_b_all_or_nothing_counts_what_is_pointless(make):
    desk = waiting(make)
    desk.close("3")
    before = desk.snapshot()
    with pytest.raises(StalePlanError, match=r"2 of 2 moves .* first of item '1': pointless"):
        desk.rebalance(ROOM, all_or_nothing=True)
    assert desk.snapshot() == before


def test_b_room_for_what_the_plan_does_not_move_refuses(make):
    desk = waiting(make)
    before = desk.snapshot()
    with pytest.raises(ConfigurationError, match=r"moves\[0\].makes_room_for: .* none moves"):
        desk.rebalance(ROOM[:1])
    assert desk.snapshot() == before


def test_b_nothing_makes_room_for_itself():
    with pytest.raises(ConfigurationError, match="makes_room_for: item '1' would make room for"):
        Move("1", None, "ana", makes_room_for="1")


# --- events (89) ----------------------------------------------------------------------------------


def test_b_first_the_counts_then_what_is_skipped_then_who_loses_then_who_gets(make):
    desk = held(make)
    desk.submit("4")
    desk.assign("4", "cem")
    moves = [
        Move("1", "ben", "ana"), Move("9", "ana"), Move("4", None, "cem"), Move("8", "ben"),
        Move("2", "cem", "ben"),
    ]  # fmt: skip
    assert desk.rebalance(moves) == [
        "rebalanced 3, skipped 2",
        "skipped 9 to ana: unknown_item",
        "skipped 8 to ben: unknown_item",
        "released 1 from ana: rebalance",
        "released 4 from cem: rebalance",
        "queued 4 in t",
        "released 2 from ben: rebalance",
        "assigned 1 to ben by rebalance",
        "assigned 2 to cem by rebalance",
    ]


def test_b_then_the_desk_gives_what_waits_to_whoever_may_have_it(make):
    """To its last owner too: he is not excluded."""
    desk = make(*agents("ana", "ben", capacity=1))
    for item in "123":
        desk.submit(item)
    assert desk.rebalance([Move("1", None, "ana")]) == [
        "rebalanced 1, skipped 0",
        "released 1 from ana: rebalance",
        "queued 1 in t",
        "assigned 1 to ana",
    ]


def test_b_an_assignment_says_membership_and_plan_and_nothing_of_a_choice(make):
    desk = held(make, *agents("ana"), Agent("ben", secondary=["t"]))
    desk.rebalance([Move("1", "ben", "ana")], now=7.0)
    event = desk.log[-1]
    assert (event.tier, event.by, event.selection) == ("secondary", "rebalance", "rebalance")
    assert (event.key, event.runner_up, event.flags, event.waited) == ((), None, (), 0.0)


def test_b_the_wait_is_since_it_was_last_queued(make):
    desk = make(*agents("ana", capacity=1), Agent("ben", secondary=["t"]), teams=[
        Team("t", secondary_rule={"after": 600})
    ])  # fmt: skip
    desk.submit("1", now=0.0)
    desk.submit("2", now=5.0)
    assert desk.rebalance([Move("2", "ben")], now=9.0)[1:] == [
        "assigned 2 to ben as secondary by rebalance"
    ]
    assert desk.log[-1].waited == 4.0


# --- an automatic assignment (90) -----------------------------------------------------------------


def test_b_it_counts_as_assigned_last(make):
    desk = held(make)
    desk.rebalance([Move("1", "cem", "ana"), Move("2", "ana", "ben")])
    last = [desk.agents[name].last_assigned for name in ("ben", "cem", "ana")]
    assert last == sorted(last)
    assert len(set(last)) == 3


def test_b_it_counts_for_the_rate(make):
    desk = make(*agents("ana", "ben"), assignment_rate=AssignmentRate(items=1, per=60))
    desk.submit("1", now=0.0)
    desk.rebalance([Move("1", "ben", "ana")], now=1.0)
    desk.submit("2")
    assert desk.queue() == ("2",)
    assert desk.advance(now=61.0)[0].startswith("60: assigned 2 to ana")


def test_b_it_moves_the_round_robins_pointer(make):
    desk = make(*agents("ana", "ben", "cem"), teams=[Team("t", selection="round_robin")])
    desk.submit("1")
    desk.rebalance([Move("1", "ben", "ana")])
    assert desk.submit("2")[-1] == "assigned 2 to cem"


def test_b_it_ends_a_stay_in_the_queue(make):
    desk = make(
        *agents("ana", capacity=1), Agent("ben", secondary=["t"]),
        teams=[Team("t", secondary_rule={"after": 600})], ageing={"every": 100, "to": 1},
    )  # fmt: skip
    desk.submit("1", now=0.0)
    desk.submit("2", now=0.0)
    desk.advance(now=100.0)
    assert desk.items["2"].priority == 2
    desk.rebalance([Move("2", "ben")])
    assert desk.items["2"].priority == 3
    assert desk.next_wakeup() is None


def test_b_it_does_not_end_an_exclusion(make):
    desk = make("ana", "ben", "cem", teams=[Team("t", offer_timeout=60)])
    desk.submit("1", now=0.0)
    desk.decline("1", "ana", now=1.0)
    desk.accept("1", "ben", now=2.0)
    desk.rebalance([Move("1", "cem", "ben")], now=3.0)
    assert desk.items["1"].excluded == ("ana",)


def test_b_it_makes_no_offer(make):
    desk = make("ana", "ben", teams=[Team("t", offer_timeout=60)])
    desk.submit("1")
    desk.accept("1", "ana")
    assert desk.rebalance([Move("1", "ben", "ana")])[1:] == MOVED


def test_b_it_is_no_sign_of_life(make):
    desk = held(make, auto_away_after=60)
    desk.rebalance([Move("1", "ben", "ana")], now=30.0)
    assert desk.advance(now=60.0) == [f"{name} away by auto" for name in ("ana", "ben", "cem")]


def test_b_what_somebody_left_at_his_shifts_end_is_handed_off(timed):
    ana = Agent("ana", primary=["t"], shift=Shift("day"))
    ben = Agent("ben", secondary=["t"])
    cem = Agent("cem", primary=["t"], capacity=1)
    rule = Team("t", secondary_rule={"after": 99_999})
    desk = timed(ana, ben, cem, teams=[rule], calendars=[DAY])
    desk.submit("0", only_agent="cem", now="mon 09:00")
    desk.submit("1")
    assert desk.held("ana") == ["1"]
    assert desk.advance(now="mon 17:00")[-1] == "queued 1 in t"
    assert desk.rebalance([Move("1", "ben")]) == [
        "rebalanced 1, skipped 0",
        "assigned 1 to ben as secondary by rebalance",
        "1 handed from ana to ben, open for 28800",
    ]


def test_b_what_hangs_on_the_item_goes_on(timed):
    steps = [{"when": "unassigned", "after": 60, "do": {"notify": ["lead"]}}]
    desk = timed(
        *agents("ana", "ben"),
        sla=[{"id": "sla", "targets": {"*": {"resolution": 600}}, "at_risk": 1}],
        paths=[{"id": "path", "steps": steps}],
    )
    desk.submit("1", now=0.0)
    before = desk.items["1"].targets, desk.items["1"].path, desk.items["1"].level
    assert desk.rebalance([Move("1", "ben", "ana")], now=5.0)[1:] == MOVED
    item = desk.items["1"]
    assert (item.targets[0].due_at, item.path, item.level) == (600.0, "path", 1)
    assert before[1:] == (item.path, item.level)
    assert desk.advance(now=60.0) == ["1 past level 1 of path: assigned", "1 left path: finished"]


def test_b_a_plan_can_be_applied_after_a_restart(timed):
    """In both ways, straight and restored between the commands."""
    desk = timed(*agents("ana", "ben", capacity=1), assignment_rate=AssignmentRate(9, 60))
    desk.submit("1", now=0.0)
    desk.submit("2")
    told = desk.rebalance([Move("1", "ben", "ana"), Move("2", "ana", "ben")], seen=4, now=5.0)
    assert told[0] == "rebalanced 2, skipped 0"
    assert desk.submit("3") == ["queued 3 in t"]
    assert desk.close("2") == ["closed 2 of ana", "assigned 3 to ana"]
