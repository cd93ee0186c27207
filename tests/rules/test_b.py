"""Rules B: a plan of moves, and which of them no longer fit (readings 85 to 87)."""

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
