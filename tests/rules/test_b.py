"""Rules B: moves that were decided outside the desk (readings 85 to 90)."""

import pytest

from assignwork import (
    Agent,
    AssignmentRate,
    ClockRegressionError,
    ConfigurationError,
    Dispatcher,
    Move,
    Shift,
    StalePlanError,
    Team,
    WorkItem,
    Workspace,
)
from assignwork.commands import Rebalance

MANUAL = Team("t", manual=True)
MOVED = ["released 1 from ana: rebalance", "assigned 1 to ben by rebalance"]


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


# --- the command (85, 86) -------------------------------------------------------------------------


def test_b_what_a_plan_moves_goes_from_one_to_the_other(make):
    desk = held(make)
    assert desk.rebalance([Move("1", "ben", "ana")]) == ["rebalanced 1, skipped 0", *MOVED]
    assert desk.held("ben") == ["1", "2"]


def test_b_what_a_plan_gives_nobody_goes_back_to_its_queue(make):
    desk = held(make)
    assert desk.rebalance([Move("1", None, "ana")]) == [
        "rebalanced 1, skipped 0",
        "released 1 from ana: rebalance",
        "queued 1 in t",
    ]


def test_b_what_is_queued_may_be_given_to_who_would_not_help_by_himself(make):
    """D1 is not asked: ana's queue is not cem's business before 600 seconds have passed."""
    rule = Team("t", secondary_rule={"after": 600})
    desk = make(*agents("ana", capacity=1), Agent("cem", secondary=["t"]), teams=[rule])
    desk.submit("1")
    desk.submit("2")
    assert desk.rebalance([Move("2", "cem")]) == [
        "rebalanced 1, skipped 0",
        "assigned 2 to cem as secondary by rebalance",
    ]


def test_b_no_moves_no_events(make):
    desk = held(make)
    assert desk.rebalance([], all_or_nothing=True, now=60.0) == []
    assert desk.now == 60.0


def test_b_an_item_named_twice_refuses(make):
    desk = held(make)
    before = desk.snapshot()
    with pytest.raises(ConfigurationError, match=r"moves\[1\].item: item '1' is moved twice"):
        desk.rebalance([Move("1", "ben", "ana"), Move("1", "cem", "ana")])
    assert desk.snapshot() == before


@pytest.mark.parametrize("who", ["ana", None])
def test_b_a_move_from_somebody_to_himself_refuses(who):
    with pytest.raises(ConfigurationError, match="agent: item '1' would move from"):
        Move("1", who, who)


@pytest.mark.parametrize("seen", [-1, 1.0, True, "7"])
def test_b_what_was_seen_is_a_whole_number(make, seen):
    desk = held(make)
    with pytest.raises(ConfigurationError, match=r"seen: .* is not a whole number of 0 or more"):
        desk.rebalance([Move("1", "ben", "ana")], seen=seen)


def test_b_a_desk_that_has_emitted_fewer_events_is_another_one(make):
    desk = held(make)
    seen = len(desk.log)
    before = desk.snapshot()
    with pytest.raises(StalePlanError, match=f"made after {seen + 1} events"):
        desk.rebalance([Move("1", "ben", "ana")], seen=seen + 1)
    assert desk.snapshot() == before
    assert desk.rebalance([Move("1", "ben", "ana")], seen=seen)[1:] == MOVED


def test_b_what_timers_emit_before_the_command_counts_as_emitted(make):
    desk = held(make)
    seen = len(desk.log) + 2  # the snooze and its end
    desk.snooze("3", 60.0)
    assert desk.rebalance([Move("1", "ben", "ana")], seen=seen + 1, now=60.0)[-2:] == MOVED


def test_b_no_plan_was_made_before_the_first_event():
    """What the first command's alignment tells comes after."""
    off = Agent("ana", shift=Shift("office"))
    office = {"id": "office", "hours": {"mon": ["09:00-17:00"]}}
    desk = Dispatcher(Workspace(agents=[off], calendars=[office]))
    with pytest.raises(StalePlanError):
        desk.rebalance([Move("1", "ana")], seen=1, now=0.0)
    assert desk.now is None
    events = desk.rebalance([Move("1", "ana")], seen=0, now=0.0)
    assert [event.kind for event in events] == ["presence_changed", "rebalanced", "move_skipped"]


def test_b_time_does_not_go_back(make):
    desk = held(make)
    desk.advance(now=10.0)
    with pytest.raises(ClockRegressionError):
        desk.rebalance([Move("1", "ben", "ana")], now=9.0)


class Plan:
    """What `apply` takes."""

    def __init__(self, *moves, seen=None):
        self.moves, self.seen = moves, seen

    def command(self, *, all_or_nothing=False):
        return Rebalance(self.moves, all_or_nothing=all_or_nothing, seen=self.seen)


def test_b_to_apply_a_plan_is_the_command_with_its_moves(make):
    plan = Plan(Move("1", "ben", "ana"), Move("9", "ben"), seen=3)
    desk, twin = held(make), held(make)
    assert desk.apply(plan, now=5.0) == twin.handle(plan.command(), now=5.0)
    assert desk.snapshot() == twin.snapshot()
    with pytest.raises(StalePlanError):
        desk.apply(plan, all_or_nothing=True, now=5.0)


# --- stale moves (87) -----------------------------------------------------------------------------


def test_b_an_item_that_never_was(make):
    desk = held(make)
    assert desk.rebalance([Move("9", "zoe")]) == skipped("unknown_item", "9", "zoe")


def test_b_an_agent_whom_there_is_not(make):
    desk = held(make)
    desk.close("1")
    assert desk.rebalance([Move("1", "zoe", "ana")]) == skipped("unknown_agent", agent="zoe")


def test_b_an_owner_who_left_has_lost_it(make):
    desk = held(make)
    desk.remove_agent("ana")
    assert desk.rebalance([Move("1", "ben", "ana")]) == skipped("moved")
    assert desk.rebalance([Move("1", None, "ana")]) == skipped("done", agent=None)


def test_b_a_closed_item(make):
    desk = held(make)
    desk.close("1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == skipped("closed")


def test_b_what_is_there_already_is_done(make):
    desk = held(make)
    desk.assign("1", "ben")
    assert desk.rebalance([Move("1", "ben", "ana")]) == skipped("done")
    assert desk.rebalance([Move("3", None, "ana")]) == skipped("done", "3", None)


@pytest.mark.parametrize("away", ["away", "offline"])
def test_b_done_comes_before_what_he_may_have(make, away):
    desk = held(make)
    desk.assign("1", "ben")
    desk.set_presence("ben", away)
    assert desk.rebalance([Move("1", "ben", "ana")]) == skipped("done")


@pytest.mark.parametrize("owner", ["cem", "zoe", None])
def test_b_somebody_else_has_it(make, owner):
    desk = held(make)
    assert desk.rebalance([Move("1", "ben", owner)]) == skipped("moved")
    assert desk.held("ana") == ["1"]


def test_b_what_was_somebodys_is_queued_now(make):
    desk = held(make)
    desk.release("1")
    assert desk.rebalance([Move("1", "ben", "ana")]) == skipped("moved")


@pytest.mark.parametrize("owner", ["ana", None])
def test_b_what_is_snoozed_has_moved(make, owner):
    desk = held(make)
    desk.snooze("1")
    assert desk.rebalance([Move("1", "ben", owner)]) == skipped("moved")


@pytest.mark.parametrize("owner", ["ana", None])
def test_b_what_is_offered_has_moved(make, owner):
    desk = make("ana", "ben", teams=[Team("t", offer_timeout=60)])
    desk.submit("1")
    assert desk.rebalance([Move("1", "ben", owner)]) == skipped("moved")


def test_b_an_offer_to_him_is_not_yet_his(make):
    desk = make("ana", "ben", teams=[Team("t", offer_timeout=60)])
    desk.submit("1")
    assert desk.rebalance([Move("1", "ana", "ben")]) == skipped("moved", agent="ana")


def test_b_what_waits_for_approval_has_moved(make):
    entry = {"id": "vpn", "team": "t", "approvals": ["lead"]}
    desk = make("ana", "ben", catalog=[entry])
    desk.real.submit(WorkItem("1", catalog="vpn"), now=0.0)
    assert desk.rebalance([Move("1", "ben")]) == skipped("moved")


@pytest.mark.parametrize("presence", ["away", "away_reassign", "offline"])
def test_b_who_is_not_active_gets_nothing(make, presence):
    desk = held(make)
    desk.set_presence("ben", presence)
    said = skipped("not_eligible", detail=f"P1 he is {presence}")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said


def test_b_from_whom_it_is_taken_need_not_be_active(make):
    desk = held(make)
    desk.set_presence("ana", "away")
    assert desk.rebalance([Move("1", "ben", "ana")])[1:] == MOVED


def test_b_who_is_no_member_gets_nothing(make):
    desk = held(make, *agents("ana"), Agent("ben"))
    said = skipped("not_eligible", detail="C4 he is no member of t")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said


@pytest.mark.parametrize(("level", "has"), [({}, "none"), ({"vip": 1}, "level 1")])
def test_b_who_lacks_a_skill_gets_nothing(make, level, has):
    desk = held(make, *agents("ana"), *agents("ben", skills=level))
    desk.update_item("1", skills={"vip": 2})
    said = skipped("not_eligible", detail=f"K1 skill vip: {has} < 2")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said


def test_b_a_requirement_is_dropped_in_the_queue_only(make):
    """K2, for what is queued; who holds it has no say in who may have it next."""
    rule = Team("t", secondary_rule={"after": 600})
    vip = Agent("vip", secondary=["t"], skills={"vip": 1}, capacity=1)
    desk = make(*agents("ana", capacity=1), vip, Agent("ben", secondary=["t"]), teams=[rule])
    desk.submit("0")
    desk.submit("1", skills={"vip": {"level": 1, "relax_after": 60}}, now=0.0)
    detail = "K1 skill vip: none < 1"
    assert desk.rebalance([Move("1", "ben")], now=59.0) == skipped("not_eligible", detail=detail)
    given = ["rebalanced 1, skipped 0", "assigned 1 to ben as secondary by rebalance"]
    assert desk.rebalance([Move("1", "ben")], now=60.0) == given
    desk.rebalance([Move("1", "vip", "ben")])
    said = skipped("not_eligible", detail=detail)
    assert desk.rebalance([Move("1", "ben", "vip")]) == said


def test_b_who_declined_it_gets_it_not(make):
    desk = make("ana", "ben", teams=[Team("t", offer_timeout=60)])
    desk.submit("1", now=0.0)
    desk.decline("1", "ana", now=1.0)
    desk.accept("1", "ben", now=2.0)
    detail = "O3 he declined or missed it and is not asked before 301"
    said = skipped("not_eligible", agent="ana", detail=detail)
    assert desk.rebalance([Move("1", "ana", "ben")], now=300.0) == said
    assert desk.rebalance([Move("1", "ana", "ben")], now=301.0)[-1] == (
        "assigned 1 to ana by rebalance"
    )


def test_b_who_was_given_as_much_as_the_rate_allows_gets_nothing(make):
    desk = held(make, assignment_rate=AssignmentRate(items=1, per=60))
    desk.rebalance([Move("2", "cem", "ben")], now=0.0)
    said = skipped("not_eligible", agent="cem", detail="C6 given 1 of 1 items in 60 s")
    assert desk.rebalance([Move("1", "cem", "ana")], now=59.0) == said
    assert desk.rebalance([Move("1", "cem", "ana")], now=60.0)[0] == "rebalanced 1, skipped 0"


def test_b_an_only_agent_is_the_only_one(make):
    desk = held(make)
    desk.update_item("1", only_agent="cem")
    said = skipped("not_eligible", detail="F2 only cem may have it")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    assert desk.rebalance([Move("1", "cem", "ana")])[0] == "rebalanced 1, skipped 0"


def test_b_what_waits_for_somebody_alone_is_his_only(make):
    desk = make(*agents("ana", capacity=1), *agents("ben", "cem"))
    desk.submit("0", only_agent="ana")
    desk.submit("1", preferred_agent="ana", affinity_wait=60, now=0.0)
    detail = "F1 it waits for ana alone until 60"
    assert desk.rebalance([Move("1", "ben")], now=59.0) == skipped("not_eligible", detail=detail)
    assert desk.rebalance([Move("0", None, "ana"), Move("1", "ana")], now=59.0) == [
        "rebalanced 2, skipped 0",
        "released 0 from ana: rebalance",
        "queued 0 in t",
        "assigned 1 to ana by rebalance",
    ]


def test_b_the_wait_for_somebody_ends_with_the_stay_in_the_queue(make):
    desk = make("ana", "ben")
    desk.submit("1", preferred_agent="ana", affinity_wait=60, now=0.0)
    assert desk.rebalance([Move("1", "ben", "ana")], now=1.0)[1:] == MOVED


def test_b_out_of_a_manual_queue_it_goes_by_hand_or_pull_only(make):
    desk = held(make)
    detail = "A4 team t is manual: somebody assigns it or pulls"
    said = skipped("not_eligible", "3", "cem", detail)
    assert desk.rebalance([Move("3", "cem")]) == said


DAY = {"id": "day", "hours": {"mon": ["09:00-17:00"]}}


def shifts(timed, **team):
    day = Agent("ben", primary=["t"], shift=Shift("day"))
    desk = timed("ana", day, teams=[Team("t", **team)], calendars=[DAY])
    desk.submit("1", only_agent="ana", now="mon 10:00")
    desk.update_item("1", only_agent=None)
    return desk


def test_b_near_his_shifts_end_he_gets_nothing(timed):
    desk = shifts(timed, min_shift_left=3600)
    move = [Move("1", "ben", "ana")]
    detail = "T3 his shift has 3599 s to go, of min_shift_left 3600"
    said = skipped("not_eligible", detail=detail)
    assert desk.rebalance(move, now="mon 16:00:01") == said
    assert shifts(timed, min_shift_left=3600).rebalance(move, now="mon 16:00")[1:] == MOVED


def test_b_at_his_shifts_end_he_gets_nothing(timed):
    desk = shifts(timed)
    said = skipped("not_eligible", detail="P1 he is away_reassign")
    assert desk.rebalance([Move("1", "ben", "ana")], now="mon 17:00")[1:] == said


class NotBen:
    """A caller's condition."""

    name = "not_ben"

    def obstacle(self, item, agent):
        return "he rests" if agent.id == "ben" else None


def test_b_a_callers_condition_holds(make):
    desk = held(make, eligibility=[NotBen()])
    said = skipped("not_eligible", detail="not_ben he rests")
    assert desk.rebalance([Move("1", "ben", "ana")]) == said
    assert desk.rebalance([Move("1", "cem", "ana")])[0] == "rebalanced 1, skipped 0"


def test_b_moves_are_judged_after_the_timers_that_are_due(make):
    desk = held(make)
    desk.snooze("1", 60.0)
    assert desk.rebalance([Move("1", "ben", "ana")], now=60.0) == [
        "woken 1 for ana",
        "rebalanced 1, skipped 0",
        *MOVED,
    ]


def test_b_what_does_not_fit_holds_up_nothing_else(make):
    desk = held(make)
    assert desk.rebalance([Move("9", "ben"), Move("1", "ben", "ana"), Move("2", "ben")]) == [
        "rebalanced 1, skipped 2",
        "skipped 9 to ben: unknown_item",
        "skipped 2 to ben: done",
        *MOVED,
    ]


def test_b_all_or_nothing(make):
    desk = held(make)
    before = desk.snapshot()
    moves = [Move("1", "ben", "ana"), Move("3", "cem"), Move("9", "ben")]
    with pytest.raises(StalePlanError) as found:
        desk.rebalance(moves, all_or_nothing=True, now=9.0)
    assert desk.snapshot() == before
    assert str(found.value).startswith(
        "2 of 3 moves no longer fit, first of item '3': not_eligible, A4 team t is manual"
    )
    assert found.value.fields == {"item": "3", "why": "not_eligible"}
    assert desk.rebalance(moves[:1], all_or_nothing=True)[1:] == MOVED


def test_b_all_or_nothing_counts_what_is_full(make):
    desk = held(make, *agents("ana", capacity=2), *agents("ben", capacity=1))
    before = desk.snapshot()
    with pytest.raises(StalePlanError, match=r"1 of 1 moves no longer fit.*full, C3 load 1"):
        desk.rebalance([Move("1", "ben", "ana")], all_or_nothing=True)
    assert desk.snapshot() == before


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
