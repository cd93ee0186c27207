"""Rules C: capacity, and who can take what."""

import pytest

from assignwork import Agent, ConfigurationError, Requirement, Team, WorkItem, Workspace

# --- C1, C2 ---------------------------------------------------------------------------------------

UNITS = [
    lambda n: WorkItem("1", team="t", weight=n),
    lambda n: Agent("ana", capacity=n),
    lambda n: Agent("ana", channel_limits={"chat": n}),
    lambda n: Agent("ana", secondary_limit=n),
    lambda n: Team("t", agent_limit=n),
    lambda n: Workspace(default_capacity=n),
]


@pytest.mark.parametrize("made", UNITS)
@pytest.mark.parametrize("units", [0, -1, 1.0, True, "1"])
def test_c1_units_are_positive_integers(made, units):
    with pytest.raises(ConfigurationError, match="not a positive integer"):
        made(units)


def test_c1_an_item_weighs_one_unless_it_says_so(make):
    desk = make("ana")
    desk.submit("1")
    desk.submit("2", weight=3)
    assert desk.load("ana") == 4


@pytest.mark.parametrize(("settings", "capacity"), [({}, 5), ({"default_capacity": 2}, 2)])
def test_c1_who_has_no_capacity_has_the_workspaces(make, settings, capacity):
    desk = make("ana", Agent("ben", capacity=7), **settings)
    assert [view.capacity for view in desk.agents.values()] == [capacity, 7]


def test_c2_assigned_and_offered_items_are_load(make):
    desk = make(Agent("ana", primary=["t", "o"]), teams=["t", Team("o", offer_timeout=9)])
    desk.submit("1", weight=2)
    desk.submit("2", "o")
    assert desk.load("ana") == 3
    desk.accept("2", "ana")
    assert desk.load("ana") == 3


@pytest.mark.parametrize(("counts", "load"), [(False, 0), (True, 2)])
def test_c2_snoozed_items_count_only_if_the_workspace_says_so(make, counts, load):
    desk = make("ana", snoozed_counts=counts)
    desk.submit("1", weight=2)
    desk.snooze("1")
    assert desk.load("ana") == load


@pytest.mark.parametrize(("counts", "loads"), [(True, [1, 1]), (False, [0, 1])])
def test_c2_items_that_wait_for_the_customer_count_unless_told_not_to(make, counts, loads):
    desk = make("ana", customer_wait_counts=counts)
    desk.submit("1")
    desk.reply("1", by="agent")
    answered = desk.load("ana")
    desk.reply("1", by="customer")
    assert [answered, desk.load("ana")] == loads


def test_c2_an_item_that_waits_for_the_customer_comes_without_weight(make):
    desk = make(Agent("ana", primary=["t"], presence="away"), customer_wait_counts=False)
    desk.submit("1", weight=3)
    desk.reply("1", by="agent")
    assert desk.set_presence("ana", "active")[1:] == ["assigned 1 to ana"]
    assert desk.load("ana") == 0


def test_c2_a_reply_may_put_the_owner_over_a_limit_and_he_keeps_the_item(make):
    desk = make(Agent("ana", capacity=1, primary=["t"]), customer_wait_counts=False)
    desk.submit("1")
    desk.reply("1", by="agent")
    assert desk.submit("2") == ["queued 2 in t", "assigned 2 to ana"]
    assert desk.reply("1", by="customer") == ["customer replied to 1 of ana"]
    assert (desk.load("ana"), desk.held("ana")) == (2, ["1", "2"])


# --- C3: the limits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ana", "team", "fits"),
    [
        ({}, {}, True),
        ({"capacity": 4}, {}, True),
        ({"capacity": 3}, {}, False),
        ({}, {"agent_limit": 4}, True),
        ({}, {"agent_limit": 3}, False),
        ({"channel_limits": {"chat": 4}}, {}, True),
        ({"channel_limits": {"chat": 3}}, {}, False),
        ({"channel_limits": {"voice": 1}}, {}, True),
        ({"secondary_limit": 1}, {}, True),  # the team is primary for her
        ({"capacity": 4, "channel_limits": {"chat": 3}}, {"agent_limit": 4}, False),
    ],
)
def test_c3_an_item_of_two_fits_on_top_of_two_where_every_limit_is_four(make, ana, team, fits):
    desk = make(Agent("ana", primary=["t"], **ana), teams=[Team("t", **team)])
    desk.submit("1", weight=2, channel="chat")
    desk.submit("2", weight=2, channel="chat")
    assert (desk.items["2"].state == "assigned") is fits


@pytest.mark.parametrize(("limit", "fits"), [(2, True), (1, False)])
def test_c3_secondary_work_has_a_limit_of_its_own(make, limit, fits):
    ana = Agent("ana", primary=["t"], secondary=["u", "v"], secondary_limit=limit)
    desk = make(ana, teams=["t", "u", "v"])
    for name, team in [("1", "t"), ("2", "u"), ("3", "v")]:
        desk.submit(name, team)
    assert (desk.items["3"].state == "assigned") is fits


def test_c3_work_from_teams_he_is_no_member_of_is_not_secondary(make):
    desk = make(Agent("ana", secondary=["t"], secondary_limit=1), teams=["t", "u"])
    desk.submit("1", "u")
    desk.assign("1", "ana")
    assert desk.submit("2", "t") == ["queued 2 in t", "assigned 2 to ana as secondary"]


def test_c3_a_team_limit_counts_only_that_team_and_a_channel_limit_that_channel(make):
    ana = Agent("ana", primary=["t", "u"], channel_limits={"chat": 1})
    desk = make(ana, teams=[Team("t", agent_limit=1), "u"])
    desk.submit("1", "t", channel="voice")
    desk.submit("2", "u", channel="chat")
    desk.submit("3", "t", channel="voice")
    desk.submit("4", "u", channel="chat")
    desk.submit("5", "u")
    assert desk.held("ana") == ["1", "2", "5"]


def test_c3_an_item_is_judged_by_its_whole_weight_though_it_would_not_count(make):
    desk = make(Agent("ana", capacity=1, primary=["t"]), customer_wait_counts=False)
    desk.set_presence("ana", "away")
    desk.submit("1", weight=2)
    desk.reply("1", by="agent")
    assert desk.set_presence("ana", "active") == ["ana active by agent"]


# --- C4: can_take ---------------------------------------------------------------------------------


@pytest.mark.parametrize("presence", ["away", "away_reassign", "offline"])
def test_c4_who_is_not_active_gets_nothing(make, presence):
    desk = make(Agent("ana", primary=["t"], presence=presence))
    assert desk.submit("1") == ["queued 1 in t"]


def test_c4_who_is_no_member_gets_nothing(make):
    desk = make(Agent("ana", primary=["u"]), teams=["t", "u"])
    assert desk.submit("1") == ["queued 1 in t"]


def test_c4_a_secondary_member_can_take_it(make):
    desk = make(Agent("ana", secondary=["t"]))
    assert desk.submit("1") == ["queued 1 in t", "assigned 1 to ana as secondary"]


def test_c4_who_lacks_a_required_skill_gets_nothing(make):
    desk = make("ana")
    assert desk.submit("1", skills={"vip": Requirement()}) == ["queued 1 in t"]


def test_c4_who_is_excluded_gets_nothing(make):
    desk = make("ana", teams=[Team("t", offer_timeout=9)])
    desk.submit("1")
    assert desk.decline("1", "ana") == ["offer of 1 to ana declined", "queued 1 in t"]


def test_c4_who_is_over_his_rate_gets_nothing(make):
    desk = make("ana", assignment_rate={"items": 1, "per": 60})
    desk.submit("1")
    assert desk.submit("2") == ["queued 2 in t"]


def test_c4_who_is_full_gets_nothing(make):
    desk = make(Agent("ana", capacity=1, primary=["t"]))
    desk.submit("1")
    assert desk.submit("2") == ["queued 2 in t"]


# --- C5 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"primary": []},
        {"skills": {}},
        {"capacity": 1},
        {"channel_limits": {"chat": 1}},
        {"secondary_limit": 1},
    ],
)
def test_c5_a_change_takes_nothing_away(make, changes):
    desk = make(Agent("ana", primary=["t"], skills={"vip": 1}))
    for name in "123":
        desk.submit(name, skills={"vip": 1}, channel="chat")
    assert desk.update_agent("ana", **changes) == ["configured update_agent ana"]
    assert desk.held("ana") == ["1", "2", "3"]


def test_c5_a_capacity_below_the_load_lets_nothing_in_until_he_is_below_it(make):
    desk = make("ana")
    for name in "123":
        desk.submit(name)
    desk.update_agent("ana", capacity=2)
    desk.submit("4")
    assert desk.close("1") == ["closed 1 of ana"]
    assert desk.close("2") == ["closed 2 of ana", "assigned 4 to ana"]


def test_c5_a_raised_capacity_dispatches_at_once(make):
    desk = make(Agent("ana", capacity=1, primary=["t"]))
    desk.submit("1")
    desk.submit("2")
    assert desk.update_agent("ana", capacity=2) == [
        "configured update_agent ana",
        "assigned 2 to ana",
    ]


@pytest.mark.parametrize(
    ("item", "changes"),
    [
        ({"team": "u"}, {"primary": ["t", "u"]}),
        ({"skills": {"vip": 2}}, {"skills": {"vip": 2}}),
        ({"channel": "chat", "weight": 2}, {"channel_limits": {"chat": 2}}),
    ],
)
def test_c5_what_a_change_allows_is_dispatched_at_once(make, item, changes):
    desk = make(Agent("ana", primary=["t"], channel_limits={"chat": 1}), teams=["t", "u"])
    assert len(desk.submit("1", **item)) == 1
    assert desk.update_agent("ana", **changes)[1:] == ["assigned 1 to ana"]


# --- C6: the assignment rate ----------------------------------------------------------------------

RATE = {"items": 2, "per": 60}


def test_c6_nobody_is_given_more_than_the_rate_in_any_window(make):
    desk = make("ana", assignment_rate=RATE)
    desk.submit("1", now=0.0)
    desk.submit("2", now=10.0)
    assert desk.submit("3", now=20.0) == ["queued 3 in t"]
    assert desk.submit("4", now=20.0) == ["queued 4 in t"]
    assert desk.next_wakeup() == 60.0
    assert desk.advance(now=59.0) == []
    assert desk.advance(now=60.0) == ["assigned 3 to ana"]  # the window is (0, 60]
    assert desk.advance(now=100.0) == ["70: assigned 4 to ana"]


def test_c6_the_next_one_gets_what_the_rate_keeps_from_the_first(make):
    desk = make("ana", "ben", assignment_rate={"items": 1, "per": 60})
    for name in "123":
        desk.submit(name)
    assert (desk.taken(), desk.queue()) == (["1>ana", "2>ben"], ("3",))


def test_c6_with_ramp_in_the_rate_holds_only_that_long_after_he_became_active(make):
    desk = make(Agent("ana", primary=["t"], presence="away"), assignment_rate=RATE, ramp_in=30)
    for name in "12345":
        desk.submit(name)
    assert desk.set_presence("ana", "active", now=100.0) == [
        "ana active by agent",
        "assigned 1 to ana",
        "assigned 2 to ana",
    ]
    assert desk.advance(now=129.0) == []
    assert desk.advance(now=130.0) == [f"assigned {name} to ana" for name in "345"]


def test_c6_agents_of_the_loaded_workspace_ramp_in_from_the_first_command_on(make):
    desk = make("ana", assignment_rate={"items": 1, "per": 60}, ramp_in=30)
    desk.submit("1", now=1000.0)
    desk.submit("2", now=1000.0)
    assert desk.advance(now=1030.0) == ["assigned 2 to ana"]


def test_c6_an_offer_counts_when_made_and_not_again_when_accepted(make):
    desk = make("ana", teams=[Team("t", offer_timeout=9)], assignment_rate=RATE)
    desk.submit("1")
    desk.accept("1", "ana")
    assert desk.submit("2") == ["queued 2 in t", "offered 2 to ana until 9"]
    desk.accept("2", "ana")
    assert desk.submit("3") == ["queued 3 in t"]


def test_c6_an_offer_counts_whatever_becomes_of_it(make):
    desk = make("ana", teams=[Team("t", offer_timeout=9)], assignment_rate={"items": 1, "per": 60})
    desk.submit("1")
    desk.decline("1", "ana")
    assert desk.submit("2") == ["queued 2 in t"]


def test_c6_a_pull_counts_and_a_hand_does_not(make):
    desk = make("ana", teams=[Team("t", manual=True)], assignment_rate={"items": 1, "per": 60})
    for name in "123":
        desk.submit(name)
    assert desk.assign("1", "ana") == ["assigned 1 to ana by hand"]
    assert desk.pull("ana") == ["assigned 2 to ana by pull"]
    assert desk.pull("ana") == []
