"""Rules M: manual moves."""

import pytest

from assignwork import (
    Agent,
    CapacityExceededError,
    InvalidTransitionError,
    NotActiveError,
    NotMemberError,
    Team,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)

MANUAL = Team("t", manual=True)

# --- M1 -------------------------------------------------------------------------------------------

CASES = [
    ({"primary": ["t"]}, "", None),
    ({"primary": ["t"], "capacity": 1}, "over_capacity", CapacityExceededError),
    ({"primary": ["t"], "presence": "away"}, "not_active", NotActiveError),
    ({}, "not_member", NotMemberError),
    (
        {"capacity": 1, "presence": "offline"},
        "over_capacity, not_active, not_member",
        NotActiveError,
    ),
]


@pytest.mark.parametrize(("ana", "flags", "_"), CASES)
def test_m1_a_hand_may_assign_to_anybody_and_the_event_says_what_is_odd(make, ana, flags, _):
    desk = make(Agent("ana", **ana), teams=[MANUAL])
    desk.submit("1", weight=2)
    said = "assigned 1 to ana by hand" + (f", {flags}" if flags else "")
    assert desk.assign("1", "ana") == [said]
    assert desk.log[-1].tier == "manual"


@pytest.mark.parametrize(("ana", "_", "error"), CASES[1:])
@pytest.mark.parametrize("where", ["command", "workspace"])
def test_m1_with_strict_those_are_errors(make, ana, _, error, where):
    desk = make(Agent("ana", **ana), teams=[MANUAL], strict=where == "workspace")
    desk.submit("1", weight=2)
    before = desk.snapshot()
    with pytest.raises(error, match="strict=False"):
        desk.assign("1", "ana", strict=True if where == "command" else None)
    assert desk.snapshot() == before


def test_m1_the_command_may_waive_the_workspaces_strictness(make):
    desk = make(Agent("ana"), teams=[MANUAL], strict=True)
    desk.submit("1")
    assert desk.assign("1", "ana", strict=False) == ["assigned 1 to ana by hand, not_member"]


@pytest.mark.parametrize(
    ("item", "agent", "error"),
    [("2", "ana", UnknownItemError), ("1", "ben", UnknownAgentError)],
)
def test_m1_who_or_what_does_not_exist_refuses(make, item, agent, error):
    desk = make("ana", teams=[MANUAL])
    desk.submit("1")
    with pytest.raises(error):
        desk.assign(item, agent)


def test_m1_skills_and_exclusions_refuse_nothing(make):
    desk = make("ana", teams=[Team("t", offer_timeout=60)])
    desk.submit("1", only_agent="ana")
    desk.decline("1", "ana")
    desk.submit("2", skills={"vip": 1})
    assert desk.assign("1", "ana") == ["assigned 1 to ana by hand"]
    assert desk.assign("2", "ana") == ["assigned 2 to ana by hand"]


def test_m1_an_owned_item_is_taken_from_its_owner_first(make):
    desk = make("ana", "ben", teams=[MANUAL])
    desk.submit("1")
    desk.assign("1", "ana")
    assert desk.assign("1", "ben") == ["released 1 from ana: hand", "assigned 1 to ben by hand"]


def test_m1_from_a_snooze_it_just_goes_over(make):
    desk = make("ana", "ben", teams=[MANUAL])
    desk.submit("1")
    desk.assign("1", "ana")
    desk.snooze("1", 60.0)
    assert desk.assign("1", "ben") == ["assigned 1 to ben by hand"]
    assert desk.next_wakeup() is None


def test_m1_the_wait_is_told_of_what_comes_from_the_queue_or_an_offer(make):
    desk = make("ana", "ben", teams=[Team("t", manual=True, offer_timeout=60)])
    desk.submit("1", now=0.0)
    desk.assign("1", "ana", now=5.0)
    desk.assign("1", "ben", now=7.0)  # from her hands: no wait
    desk.release("1", now=10.0)
    desk.pull("ana", now=14.0)
    desk.update_team("t", manual=False, now=20.0)
    desk.submit("2", now=20.0)
    desk.assign("2", "ana", now=29.0)
    assert [e.waited for e in desk.log if e.kind == "assigned"] == [5.0, 0.0, 4.0, 9.0]


# --- M2 -------------------------------------------------------------------------------------------


def test_m2_who_releases_is_not_excluded(make):
    desk = make("ana")
    desk.submit("1")
    assert desk.release("1") == [
        "released 1 from ana: hand",
        "queued 1 in t",
        "assigned 1 to ana",
    ]


def test_m2_a_transferred_item_goes_to_the_other_teams_agents(make):
    desk = make(Agent("ana", primary=["t"]), Agent("ben", primary=["u"]), teams=["t", "u"])
    desk.submit("1")
    assert desk.transfer("1", "u") == [
        "transferred 1 from t to u",
        "released 1 from ana: transfer",
        "queued 1 in u",
        "assigned 1 to ben",
    ]


def test_m2_the_owner_may_keep_it(make):
    desk = make(Agent("ana", primary=["t"]), Agent("ben", primary=["u"]), teams=["t", "u"])
    desk.submit("1")
    assert desk.transfer("1", "u", keep_agent=True) == ["transferred 1 from t to u with ana"]
    assert (desk.items["1"].team, desk.items["1"].owner) == ("u", "ana")


def test_m2_a_transfer_to_its_own_team_is_carried_out(make):
    desk = make(teams=[MANUAL])
    desk.submit("1", now=0.0)
    assert desk.transfer("1", "t", now=9.0) == ["transferred 1 from t to t", "queued 1 in t"]
    assert desk.items["1"].queued_at == 9.0


# --- M3 -------------------------------------------------------------------------------------------


def test_m3_he_pulls_the_first_item_he_is_eligible_for(make):
    desk = make("ana", teams=[MANUAL])
    desk.submit("hard", priority=1, skills={"vip": 1})
    desk.submit("kept", priority=1, only_agent="ana")
    desk.update_item("kept", only_agent=None, preferred_agent="ana")
    desk.submit("3", priority=2)
    assert desk.pull("ana") == ["assigned kept to ana by pull"]
    assert desk.pull("ana") == ["assigned 3 to ana by pull"]
    assert desk.pull("ana") == []


def test_m3_it_is_assigned_without_an_offer(make):
    desk = make("ana", teams=[Team("t", manual=True, offer_timeout=60)])
    desk.submit("1")
    assert desk.pull("ana") == ["assigned 1 to ana by pull"]


def test_m3_a_puller_needs_what_d1_asks(make):
    ana = Agent("ana", primary=["own"], secondary=["t"], capacity=2)
    desk = make(ana, teams=[MANUAL, Team("own", manual=True)])
    desk.submit("theirs", "t", priority=1)
    desk.submit("his", "own", priority=5)
    desk.set_presence("ana", "away")
    assert desk.pull("ana") == []
    desk.set_presence("ana", "active")
    assert desk.pull("ana") == ["assigned theirs to ana as secondary by pull"]  # own is manual
    assert desk.pull("ana") == ["assigned his to ana by pull"]


# --- M4 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["until", "reply", "hand"])
def test_m4_a_snoozed_item_returns_to_its_owner(make, way):
    desk = make("ana")
    desk.submit("1")
    assert desk.snooze("1", 60.0) == ["snoozed 1 until 60"]
    if way == "until":
        assert desk.advance(now=60.0) == ["woken 1 for ana"]
    elif way == "reply":
        said = ["customer replied to 1 of ana", "woken 1 for ana"]
        assert desk.reply("1", by="customer", now=30.0) == said
    else:
        assert desk.wake("1", now=30.0) == ["woken 1 for ana"]
    assert (desk.items["1"].owner, desk.next_wakeup()) == ("ana", None)


def test_m4_an_agents_reply_does_not_wake(make):
    desk = make("ana")
    desk.submit("1")
    desk.snooze("1")
    assert desk.reply("1", by="agent") == ["agent replied to 1 of ana"]
    assert desk.items["1"].state == "snoozed"


def test_m4_an_item_that_nobody_owned_wakes_into_the_queue(make):
    desk = make(teams=[MANUAL])
    desk.submit("1")
    desk.snooze("1")
    assert desk.wake("1") == ["woken 1 for None", "queued 1 in t"]


@pytest.mark.parametrize(
    ("mode", "events"),
    [
        ("keep", ["woken 1 for ana, over_capacity"]),
        ("release", ["woken 1 for ana", "released 1 from ana: over_capacity", "queued 1 in t"]),
    ],
)
def test_m4_a_wake_over_the_limit(make, mode, events):
    desk = make("ana", default_capacity=1, over_capacity=mode)
    desk.submit("1")
    desk.submit("2")
    desk.snooze("1", 60.0)
    assert desk.advance(now=60.0) == events


def test_m4_an_item_does_not_stand_in_its_own_way_when_it_wakes(make):
    desk = make("ana", default_capacity=1, snoozed_counts=True, over_capacity="release")
    desk.submit("1")
    desk.snooze("1")
    assert desk.wake("1") == ["woken 1 for ana"]


def test_m4_an_owner_who_is_merely_away_has_it_back(make):
    desk = make("ana")
    desk.submit("1")
    desk.snooze("1", 60.0)
    desk.set_presence("ana", "offline")
    assert desk.advance(now=60.0) == ["woken 1 for ana"]


@pytest.mark.parametrize(
    ("mode", "events"),
    [
        ("keep", ["reopened 1 for ana, over_capacity"]),
        ("release", ["reopened 1 for None", "queued 1 in t"]),
    ],
)
def test_m4_a_reopen_over_the_limit(make, mode, events):
    desk = make("ana", default_capacity=1, over_capacity=mode)
    desk.submit("1")
    desk.close("1")
    desk.submit("2")
    assert desk.reopen("1") == events


def test_m4_a_reopened_item_goes_to_its_last_owner(make):
    desk = make("ana", "ben")
    desk.submit("1")
    desk.close("1")
    assert desk.reopen("1") == ["reopened 1 for ana"]


def test_m4_the_last_owner_is_who_had_it_before_if_nobody_did_when_it_closed(make):
    desk = make("ana", "ben", teams=[MANUAL])
    desk.submit("1")
    desk.assign("1", "ben")
    desk.release("1")
    desk.close("1")
    assert desk.reopen("1") == ["reopened 1 for ben"]


@pytest.mark.parametrize(
    "gone",
    [
        ("set_presence", ("ana", "away"), {}),
        ("update_agent", ("ana",), {"primary": []}),
        ("remove_agent", ("ana",), {}),
    ],
)
def test_m4_else_it_goes_to_the_queue(make, gone):
    desk = make("ana", teams=[MANUAL])
    desk.submit("1")
    desk.assign("1", "ana")
    desk.close("1")
    verb, args, options = gone
    getattr(desk, verb)(*args, **options)
    assert desk.reopen("1") == ["reopened 1 for None", "queued 1 in t"]


def test_m4_a_customers_reply_reopens_and_an_agents_is_refused(make):
    desk = make("ana")
    desk.submit("1")
    desk.close("1")
    with pytest.raises(InvalidTransitionError, match="needs a reopen first"):
        desk.reply("1", by="agent")
    assert desk.reply("1", by="customer") == [
        "customer replied to 1 of None",
        "reopened 1 for ana",
    ]


@pytest.mark.parametrize("way", ["wake", "reopen"])
def test_m4_neither_is_an_assignment(make, way):
    """Not for "least recently assigned" (A2), not for the rate (C6)."""
    desk = make("ana", "ben", assignment_rate={"items": 2, "per": 60})
    desk.submit("1")  # ana
    desk.submit("2")  # ben
    if way == "wake":
        desk.snooze("1")
        desk.wake("1")
    else:
        desk.close("1")
        desk.reopen("1")
    desk.submit("3")
    assert desk.taken() == ["1>ana", "2>ben", "3>ana"]


def test_m4_a_reopened_item_excludes_nobody(make):
    desk = make("ana", teams=[Team("t", offer_timeout=60)])
    desk.submit("1")
    desk.decline("1", "ana")
    desk.close("1")
    assert desk.reopen("1")[1:] == ["queued 1 in t", "offered 1 to ana until 60"]


# --- M5 -------------------------------------------------------------------------------------------


def test_m5_who_is_removed_gives_back_all_that_he_holds(make):
    ana = Agent("ana", primary=["t", "o"])
    desk = make(ana, teams=["t", Team("o", offer_timeout=60)], reassign="on_reply")
    for name, team, priority in [("1", "t", 3), ("2", "t", 2), ("3", "o", 4), ("4", "t", 1)]:
        desk.submit(name, team, priority=priority)
    desk.snooze("4")
    assert desk.remove_agent("ana") == [
        "offer of 3 to ana withdrawn",
        "queued 3 in o",
        "released 2 from ana: removed",
        "queued 2 in t",
        "released 1 from ana: removed",
        "queued 1 in t",
        "configured remove_agent ana",
    ]
    assert (desk.items["4"].state, desk.items["4"].owner) == ("snoozed", None)


def test_m5_his_work_goes_to_the_others(make):
    desk = make("ana", "ben")
    desk.submit("1")
    assert desk.remove_agent("ana")[-2:] == ["configured remove_agent ana", "assigned 1 to ben"]


@pytest.mark.parametrize("state", ["queued", "offered", "assigned", "snoozed"])
def test_m5_a_team_in_which_something_is_open_stays(make, state):
    desk = make("ana", teams=[Team("t", offer_timeout=60)])
    if state == "queued":
        desk.set_presence("ana", "away")
    desk.submit("1")
    if state in ("assigned", "snoozed"):
        desk.accept("1", "ana")
    if state == "snoozed":
        desk.snooze("1")
    assert desk.items["1"].state == state
    with pytest.raises(TeamNotEmptyError, match="1 items are open"):
        desk.remove_team("t")
    desk.close("1")
    assert desk.remove_team("t") == ["configured remove_team t"]


def test_m5_with_move_to_the_open_items_move_and_keep_their_agents(make):
    desk = make("ana", teams=["t", Team("u", manual=True)])
    desk.submit("1", priority=3)
    desk.submit("2", priority=2, skills={"vip": 1})
    desk.submit("3", priority=1)
    desk.close("3")
    assert desk.remove_team("t", move_to="u") == [
        "transferred 2 from t to u",
        "queued 2 in u",
        "transferred 1 from t to u with ana",
        "configured remove_team t",
    ]
    assert (desk.agents["ana"].primary, desk.items["3"].team) == ((), "u")


def test_m5_a_closed_item_of_a_removed_team_cannot_be_reopened(make):
    desk = make("ana")
    desk.submit("1")
    desk.close("1")
    desk.remove_team("t")
    with pytest.raises(UnknownTeamError, match="was removed"):
        desk.reopen("1")
