"""Rules D: dispatch."""

import pytest

from assignwork import Agent, AssignworkError, Team

# --- D1: who may help -----------------------------------------------------------------------------


def helper(**fields):
    return Agent("ana", primary=["own"], secondary=["t"], **fields)


def test_d1_primary_empty_work_of_his_own_goes_first_however_urgent_the_other(make):
    desk = make(helper(presence="away"), teams=["t", "own"])
    desk.submit("theirs", "t", priority=1)
    desk.submit("his", "own", priority=5)
    assert desk.set_presence("ana", "active")[1:] == [
        "assigned his to ana",
        "assigned theirs to ana as secondary",
    ]


def test_d1_primary_empty_what_he_cannot_take_does_not_hold_him(make):
    desk = make(helper(), teams=["t", "own"])
    desk.submit("hard", "own", skills={"vip": 1})
    assert desk.submit("1", "t")[1:] == ["assigned 1 to ana as secondary"]


def test_d1_primary_empty_manual_inboxes_do_not_count(make):
    desk = make(helper(), teams=["t", Team("own", manual=True)])
    desk.submit("waits", "own")
    assert desk.submit("1", "t")[1:] == ["assigned 1 to ana as secondary"]


def test_d1_primary_empty_an_item_kept_for_somebody_else_is_still_work_of_his_own(make):
    ben = Agent("ben", primary=["own"], capacity=1)
    desk = make(helper(), ben, teams=["t", "own"])
    desk.submit("0", "own", only_agent="ben")
    desk.submit("kept", "own", only_agent="ben")  # ana could take it, but for F2
    assert desk.submit("1", "t") == ["queued 1 in t"]
    assert desk.close("0")[1:] == ["assigned kept to ben", "assigned 1 to ana as secondary"]


def test_d1_primary_full_help_comes_when_no_primary_agent_can_take_it(make):
    ben = Agent("ben", primary=["t"], capacity=1)
    desk = make(helper(), ben, teams=[Team("t", secondary_rule="primary_full"), "own"])
    assert desk.submit("1", "t")[1:] == ["assigned 1 to ben"]
    assert desk.submit("2", "t")[1:] == ["assigned 2 to ana as secondary"]


def test_d1_primary_full_looks_at_that_item(make):
    desk = make(
        helper(skills={"es": 1}), Agent("ben", primary=["t"]),
        teams=[Team("t", secondary_rule="primary_full"), "own"],
    )  # fmt: skip
    assert desk.submit("1", "t", skills={"es": 1})[1:] == ["assigned 1 to ana as secondary"]
    assert desk.submit("2", "t")[1:] == ["assigned 2 to ben"]


def test_d1_primary_full_does_not_ask_for_whom_an_item_is_kept(make):
    ben = Agent("ben", primary=["t"])
    desk = make(helper(), ben, teams=[Team("t", secondary_rule="primary_full"), "own"])
    assert desk.submit("1", "t", only_agent="ana") == ["queued 1 in t"]  # ben can take it


def test_d1_after_help_comes_when_the_item_was_queued_that_long(make):
    ben = Agent("ben", primary=["t"], capacity=1)
    desk = make(helper(), ben, teams=[Team("t", secondary_rule={"after": 60}), "own"])
    desk.submit("0", "t")
    assert desk.submit("1", "t", now=10.0) == ["queued 1 in t"]
    assert desk.next_wakeup() == 70.0
    assert desk.advance(now=70.0) == ["assigned 1 to ana as secondary"]


def test_d1_after_help_comes_at_once_if_no_primary_agent_is_active(make):
    desk = make(helper(), Agent("ben", primary=["t"], capacity=1), teams=[
        Team("t", secondary_rule={"after": 60}), "own",
    ])  # fmt: skip
    desk.submit("0", "t")
    desk.submit("1", "t")
    assert desk.set_presence("ben", "away") == [
        "ben away by agent",
        "assigned 1 to ana as secondary",
    ]


def test_d1_after_runs_anew_with_each_stay(make):
    desk = make(helper(capacity=1), Agent("ben", primary=["t"], capacity=1), teams=[
        Team("t", secondary_rule={"after": 60}), "own",
    ])  # fmt: skip
    desk.submit("0", "t", now=0.0)
    desk.submit("1", "t", now=0.0)
    desk.advance(now=60.0)
    assert desk.release("1", now=100.0) == ["released 1 from ana: hand", "queued 1 in t"]
    assert desk.advance(now=160.0) == ["assigned 1 to ana as secondary"]


# --- D2 to D5 -------------------------------------------------------------------------------------


def test_d2_primary_agents_come_before_secondary_ones_whatever_their_load(make):
    desk = make(helper(), Agent("ben", primary=["t"], capacity=2), teams=["t", "own"])
    for name in "123":
        desk.submit(name, "t")
    assert desk.taken() == ["1>ben", "2>ben", "3>ana"]


def test_d2_the_selection_chooses_within_the_tier(make):
    busy = Agent("busy", secondary=["t"])
    free = Agent("free", secondary=["t"])
    desk = make(busy, free, teams=["t", Team("hand", manual=True)])
    desk.submit("0", "hand")
    desk.assign("0", "busy")
    assert desk.submit("1", "t")[1:] == ["assigned 1 to free as secondary"]


def test_d3_items_go_out_in_item_order_over_all_inboxes(make):
    ana = Agent("ana", primary=["t", "u"], capacity=3, presence="away")
    desk = make(ana, teams=["t", "u"])
    for name, team, priority in [("1", "t", 3), ("2", "u", 2), ("3", "t", 1), ("4", "u", 4)]:
        desk.submit(name, team, priority=priority)
    desk.set_presence("ana", "active")
    assert (desk.taken(), desk.queue()) == (["3>ana", "2>ana", "1>ana"], ("4",))


def test_d3_it_goes_on_until_no_item_has_an_eligible_agent(make):
    desk = make("ana", "ben", default_capacity=2)
    desk.update_agents({}, primary=[])
    for name in "12345":
        desk.submit(name)
    assert desk.update_agents({}, primary=["t"])[1:] == [
        "assigned 1 to ana", "assigned 2 to ben", "assigned 3 to ana", "assigned 4 to ben",
    ]  # fmt: skip


def test_d3_runs_after_every_command(make):
    desk = make("ana", default_capacity=1)
    desk.submit("1")
    desk.submit("2")
    assert desk.snooze("1") == ["snoozed 1", "assigned 2 to ana"]


def test_d3_runs_after_every_timer(make):
    desk = make("ana", "ben", default_capacity=1, auto_reassign_after=60, reassign="all")
    desk.submit("1")
    desk.heartbeat("ben", now=30.0)
    assert desk.advance(now=61.0) == [
        "60: ana away_reassign by auto",
        "60: released 1 from ana: away",
        "60: queued 1 in t",
        "60: assigned 1 to ben",
    ]


def test_d4_an_item_that_fits_nobody_holds_up_nobody(make):
    desk = make("ana", default_capacity=2)
    assert desk.submit("heavy", weight=3, priority=1) == ["queued heavy in t"]
    assert desk.submit("hard", skills={"vip": 1}, priority=1) == ["queued hard in t"]
    assert desk.submit("light", priority=5) == ["queued light in t", "assigned light to ana"]


def test_d5_conditions_are_those_of_the_moment_of_assignment(make):
    desk = make(Agent("ana", primary=["t"], capacity=1, skills={"vip": 1}))
    desk.submit("1")
    desk.submit("2", skills={"vip": 1})  # she could, but she is full
    desk.update_agent("ana", skills={})
    assert desk.close("1") == ["closed 1 of ana"]
    assert desk.update_agent("ana", skills={"vip": 1})[1:] == ["assigned 2 to ana"]


# --- D6 -------------------------------------------------------------------------------------------

REFUSED = [
    ("submit", ("1", "t"), {}),  # it exists
    ("submit", ("2", "nowhere"), {}),
    ("assign", ("1", "nobody"), {}),
    ("release", ("2",), {}),
    ("reopen", ("1",), {}),
    ("set_presence", ("ana", "asleep"), {}),
    ("update_agent", ("ana",), {"capacity": 0}),
    ("remove_team", ("t",), {}),
]


@pytest.mark.parametrize(("verb", "args", "options"), REFUSED)
def test_d6_what_is_refused_changes_nothing(make, verb, args, options):
    desk = make("ana")
    desk.submit("1")
    before = desk.snapshot()
    with pytest.raises(AssignworkError):
        getattr(desk, verb)(*args, now=50.0, **options)
    assert desk.snapshot() == before
    assert desk.close("1", now=10.0) == ["closed 1 of ana"]  # the refused instant is not remembered


def test_d6_what_time_alone_did_before_a_refusal_comes_first_in_the_next_answer(make):
    desk = make("ana")
    desk.submit("1")
    desk.snooze("1", 20.0)
    with pytest.raises(AssignworkError):
        desk.release("2", now=50.0)
    assert desk.now == 20.0  # the refused instant is not remembered
    assert desk.items["1"].state == "assigned"
    assert desk.close("1", now=60.0) == ["20: woken 1 for ana", "closed 1 of ana"]


def test_d6_a_policy_that_fails_undoes_the_command(make):
    class Picky:
        name = "picky"

        def key(self, item, agent):
            if item.item.subject == "bad":
                raise RuntimeError("not this one")
            return 0

    desk = make("ana", teams=[Team("t", selection=Picky())])
    desk.submit("1")
    before = desk.snapshot()
    with pytest.raises(RuntimeError, match="not this one"):
        desk.submit("2", subject="bad")
    assert desk.snapshot() == before
    assert desk.submit("2") == ["queued 2 in t", "assigned 2 to ana"]
    assert [event.seq for event in desk.log] == [1, 2, 3, 4]
