"""Rules P: presence."""

import pytest

from assignwork import Agent, ConfigurationError, Team

# --- P1 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("presence", ["away", "offline"])
def test_p1_who_is_away_keeps_what_he_holds_and_gets_nothing_new(make, presence):
    desk = make("ana")
    desk.submit("1")
    assert desk.set_presence("ana", presence) == [f"ana {presence} by agent"]
    assert desk.submit("2") == ["queued 2 in t"]
    assert desk.reply("1", by="customer") == ["customer replied to 1 of ana"]
    assert desk.held("ana") == ["1"]


def test_p1_who_comes_back_gets_what_waits(make):
    desk = make("ana")
    desk.set_presence("ana", "away")
    desk.submit("1")
    assert desk.set_presence("ana", "active") == ["ana active by agent", "assigned 1 to ana"]


def test_p1_the_presence_he_has_already_changes_only_its_reason_and_setter(make):
    desk = make("ana")
    desk.submit("1")
    desk.set_presence("ana", "away_reassign", reason="ill", by="agent")
    desk.assign("1", "ana")
    assert desk.set_presence("ana", "away_reassign", reason="leave", by="manager") == []
    view = desk.agents["ana"]
    assert (view.by, view.reason, desk.held("ana")) == ("manager", "leave", ["1"])


# --- P2 -------------------------------------------------------------------------------------------

LEAVES = ["ana away_reassign by agent"]
BACK = ["released {} from ana: away", "queued {} in t"]


def back(name):
    return [line.format(name) for line in BACK]


@pytest.fixture
def holding(make):
    """Ana holds `1` and `2`, whose customers wait, and `3`, where we wait for the customer."""

    def hold(mode):
        desk = make("ana", reassign=mode)
        for name in "123":
            desk.submit(name)
        desk.reply("3", by="agent")
        return desk

    return hold


@pytest.mark.parametrize(
    ("mode", "at_once", "kept"),
    [
        ("waiting", ["1", "2"], ["3"]),
        ("all", ["1", "2", "3"], []),
        ("on_reply", [], ["1", "2", "3"]),
    ],
)  # fmt: skip
def test_p2_what_goes_back_at_once(holding, mode, at_once, kept):
    desk = holding(mode)
    expected = LEAVES + [line for name in at_once for line in back(name)]
    assert desk.set_presence("ana", "away_reassign") == expected
    assert desk.held("ana") == kept


def test_p2_waiting_is_the_default(make):
    desk = make("ana")
    desk.submit("1")
    assert desk.set_presence("ana", "away_reassign") == LEAVES + back("1")


@pytest.mark.parametrize("mode", ["waiting", "on_reply"])
def test_p2_the_others_go_back_when_their_customer_replies(holding, mode):
    desk = holding(mode)
    desk.set_presence("ana", "away_reassign")
    assert desk.reply("3", by="agent") == ["agent replied to 3 of ana"]
    assert desk.reply("3", by="customer") == ["customer replied to 3 of ana", *back("3")]


def test_p2_all_leaves_him_what_he_was_given_by_hand_afterwards(holding):
    desk = holding("all")
    desk.set_presence("ana", "away_reassign")
    desk.assign("1", "ana")
    assert desk.reply("1", by="customer") == ["customer replied to 1 of ana"]


@pytest.mark.parametrize("mode", ["waiting", "all", "on_reply"])
def test_p2_snoozed_items_go_back_when_they_wake(holding, mode):
    desk = holding(mode)
    desk.snooze("1", 60.0)
    desk.set_presence("ana", "away_reassign")
    assert desk.items["1"].owner == "ana"
    assert desk.advance(now=60.0) == ["woken 1 for ana", *back("1")]


# --- P3 -------------------------------------------------------------------------------------------


def test_p3_who_leaves_active_loses_his_offers_in_item_order_and_is_not_excluded(make):
    desk = make("ana", teams=[Team("t", offer_timeout=60)])
    desk.submit("1", priority=3)
    desk.submit("2", priority=1)
    assert desk.set_presence("ana", "away") == [
        "ana away by agent",
        "offer of 2 to ana withdrawn",
        "queued 2 in t",
        "offer of 1 to ana withdrawn",
        "queued 1 in t",
    ]
    assert desk.set_presence("ana", "active")[1:] == [
        "offered 2 to ana until 60",
        "offered 1 to ana until 60",
    ]


def test_p3_offers_go_first_then_releases_in_item_order_then_dispatch_once(make):
    ana = Agent("ana", primary=["t", "o"])
    ben = Agent("ben", primary=["t", "o"], presence="away", capacity=2)
    desk = make(ana, ben, teams=["t", Team("o", offer_timeout=60)], reassign="all")
    for name, team, priority in [("1", "t", 3), ("2", "t", 2), ("3", "o", 4)]:
        desk.submit(name, team, priority=priority)
    desk.set_presence("ben", "active")
    assert desk.set_presence("ana", "away_reassign") == [
        "ana away_reassign by agent",
        "offer of 3 to ana withdrawn",
        "queued 3 in o",
        "released 2 from ana: away",
        "queued 2 in t",
        "released 1 from ana: away",
        "queued 1 in t",
        "assigned 2 to ben",
        "assigned 1 to ben",
    ]


def test_p3_what_is_given_back_keeps_its_team(make):
    ana, ben = Agent("ana", primary=["t"]), Agent("ben", primary=["u"])
    desk = make(ana, ben, teams=["t", "u"])
    desk.submit("1", "u")
    desk.assign("1", "ana")
    assert desk.set_presence("ana", "away_reassign")[1:] == [
        "released 1 from ana: away",
        "queued 1 in u",
        "assigned 1 to ben",
    ]


# --- P4 -------------------------------------------------------------------------------------------


def test_p4_who_gives_no_sign_of_life_is_sent_away(make):
    desk = make("ana", auto_away_after=60, auto_reassign_after=100, reassign="all")
    desk.submit("1", now=1000.0)  # counts as becoming active
    assert desk.advance(now=1059.0) == []
    assert desk.advance(now=1060.0) == ["ana away by auto"]
    assert desk.advance(now=1200.0) == [
        f"1100: {line}" for line in ["ana away_reassign by auto", *back("1")]
    ]


@pytest.mark.parametrize(
    "sign",
    [
        ("heartbeat", ("ana",), {}),
        ("reply", ("owned",), {"by": "agent"}),
        ("accept", ("offered", "ana"), {}),
    ],
)
def test_p4_signs_of_life(make, sign):
    desk = make("ana", teams=["t", Team("o", offer_timeout=999)], auto_away_after=60)
    desk.update_agent("ana", primary=["t", "o"])
    desk.submit("owned", "t")
    desk.submit("offered", "o")
    verb, args, options = sign
    getattr(desk, verb)(*args, now=50.0, **options)
    assert desk.advance(now=200.0)[0] == "110: ana away by auto"


@pytest.mark.parametrize(
    "no_sign",
    [
        ("reply", ("owned",), {"by": "customer"}),
        ("update_agent", ("ana",), {"tags": ["x"]}),
        ("assign", ("other", "ana"), {}),
        ("decline", ("offered", "ana"), {}),
    ],
)
def test_p4_no_signs_of_life(make, no_sign):
    desk = make("ana", teams=["t", Team("o", offer_timeout=999)], auto_away_after=60)
    desk.update_agent("ana", primary=["t", "o"])
    desk.submit("owned", "t")
    desk.submit("offered", "o")
    desk.submit("other", "t", skills={"vip": 1})
    verb, args, options = no_sign
    getattr(desk, verb)(*args, now=50.0, **options)
    assert "60: ana away by auto" in desk.advance(now=61.0)


def test_p4_becoming_active_and_being_added_are_signs_of_life(make):
    desk = make(Agent("ana", presence="away"), auto_away_after=60)
    desk.advance(now=0.0)
    desk.add_agent(Agent("ben"), now=10.0)
    desk.set_presence("ana", "active", now=20.0)
    assert desk.advance(now=100.0) == ["70: ben away by auto", "80: ana away by auto"]


def test_p4_who_went_away_by_hand_is_reassigned_only_if_the_workspace_says_so(make):
    for setting, expected in [(False, []), (True, ["100: ana away_reassign by auto"])]:
        desk = make("ana", auto_reassign_after=100, auto_reassign_manual_away=setting)
        desk.set_presence("ana", "away", now=0.0)
        assert desk.advance(now=200.0) == expected


def test_p4_whoever_sets_away_himself_is_away_by_hand_though_he_was_sent(make):
    desk = make("ana", auto_away_after=60, auto_reassign_after=100)
    desk.advance(now=0.0)
    desk.advance(now=60.0)
    desk.set_presence("ana", "away")
    assert desk.advance(now=200.0) == []


@pytest.mark.parametrize(
    ("auto_return", "sent_by", "events"),
    [
        (True, "auto", ["ana active by auto", "assigned 1 to ana"]),
        (False, "auto", []),
        (True, "hand", []),
    ],
)
def test_p4_a_heartbeat_brings_back_only_who_was_sent_away(make, auto_return, sent_by, events):
    desk = make("ana", auto_away_after=60, auto_return=auto_return)
    desk.advance(now=0.0)
    if sent_by == "hand":
        desk.set_presence("ana", "away")
    desk.submit("1", now=70.0)
    assert desk.heartbeat("ana", now=80.0) == events


# --- P5 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["agent", "manager"])
def test_p5_events_say_why_and_by_whom(make, by):
    desk = make("ana")
    desk.set_presence("ana", "away", reason="lunch", by=by)
    event = desk.log[-1]
    assert (event.presence, event.reason, event.by) == ("away", "lunch", by)


@pytest.mark.parametrize("by", ["auto", "shift", "customer"])
def test_p5_a_caller_cannot_pass_for_the_desk(make, by):
    with pytest.raises(ConfigurationError, match="is not one of agent, manager"):
        make("ana").set_presence("ana", "away", by=by)
