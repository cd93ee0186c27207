"""Rules E1 and E2: which path an item follows, and when its steps fire (readings 69, 70, 75)."""

import pytest

from assignwork import Agent, Team

OFFICE = {"id": "office", "hours": {"mon-fri": ["10:00-18:00"]}}
SLA = {"id": "sla", "targets": {"first_response": 100}}


def step(when, after=0, do=None, **fields):
    """A step that, if nothing else is said, tells the lead."""
    timed_out = {"after": after} if after else {}
    return {"when": when, "do": do or {"notify": ["lead"]}, **timed_out, **fields}


def path(*steps, name="p", **fields):
    return {"id": name, "steps": list(steps), **fields}


@pytest.fixture
def following(timed):
    """A desk whose item `1` came at 0 and follows a path of these steps."""

    def make(*steps, agents=(), item=None, repeat=0, **settings):
        desk = timed(*agents, paths=[path(*steps, repeat=repeat)], **settings)
        desk.submit("1", now=0.0, **(item or {}))
        return desk

    return make


FIRED = "1 at level 1 of p: {}, told lead"
FINISHED = "1 left p: finished"


# --- E1: which path -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asks", "item", "follows"),
    [
        ({}, {}, True),
        ({"teams": ["u", "t"]}, {}, True),
        ({"teams": ["u"]}, {}, False),
        ({"priorities": ["critical", 2]}, {"priority": 1}, True),
        ({"priorities": ["critical", 2]}, {"priority": 3}, False),
        ({"categories": ["vpn", "wifi"]}, {"category": "wifi"}, True),
        ({"categories": ["vpn"]}, {"category": "mail"}, False),
        ({"categories": ["vpn"]}, {}, False),
        ({"tags": ["vip", "eu"]}, {"tags": ["eu", "vip"]}, True),
        ({"tags": ["vip", "eu"]}, {"tags": ["eu"]}, False),
        ({"teams": ["t"], "categories": ["vpn"]}, {"category": "mail"}, False),
    ],
)
def test_e1_all_that_a_path_asks_must_hold(timed, asks, item, follows):
    desk = timed(paths=[path(step("manual"), **asks)], teams=["t", "u"])
    assert desk.submit("1", **item) == ["queued 1 in t"] + ["1 entered p"] * follows
    assert desk.items["1"].path == ("p" if follows else None)


def test_e1_the_first_path_that_matches_wins(timed):
    paths = [
        path(step("manual"), name="p", teams=["u"]),
        path(step("manual"), name="q"),
        path(step("manual"), name="r"),
    ]
    desk = timed(paths=paths, teams=["t", "u"])
    assert desk.submit("1") == ["queued 1 in t", "1 entered q"]


def test_e1_its_own_priority_counts_not_the_aged_one(timed):
    desk = timed(paths=[path(step("manual"), priorities=[1])], ageing={"every": 10})
    desk.submit("1", priority=2, now=0.0)
    desk.advance(now=10.0)
    assert desk.update_item("1", category="vpn") == ["updated 1"]
    assert (desk.items["1"].priority, desk.items["1"].path) == (1, None)


def test_e1_on_submit_the_path_comes_after_the_clocks_and_before_the_audience_and_dispatch(timed):
    protocol = {"id": "all", "audiences": ["board"]}
    steps = path(step("unassigned"), step("unassigned", 900))
    desk = timed("ana", sla=[SLA], paths=[steps], protocols=[protocol])
    assert desk.submit("1") == [
        "queued 1 in t",
        "first_response of 1 due 100",
        "1 entered p",
        "1 at level 1 of p: unassigned, told lead",
        "told board: 1 opened",
        "assigned 1 to ana",
    ]


# --- E1: timed steps ------------------------------------------------------------------------------


def test_e1_steps_fire_in_order_after_their_time_since_the_item_entered(following):
    desk = following(step("unassigned", 900), step("unresolved", 3600))
    assert desk.waits() == "900"
    assert desk.advance(now=3600.0) == [
        "900: 1 at level 1 of p: unassigned, told lead",
        "1 at level 2 of p: unresolved, told lead",
        FINISHED,
    ]
    assert desk.waits() is None


def test_e1_time_may_be_that_of_a_calendar(timed):
    steps = [
        step("unassigned", 3600, calendar="office"),
        step("unresolved", 2 * 3600),  # around the clock: at half past seven
        step("unresolved", 2 * 3600, calendar="office"),
    ]
    desk = timed(paths=[path(*steps)], calendars=[OFFICE])
    desk.submit("1", now="mon 17:30")
    assert desk.advance(now="tue 12:00") == [
        "tue 10:30: 1 at level 1 of p: unassigned, told lead",
        "tue 10:30: 1 at level 2 of p: unresolved, told lead",
        "tue 11:30: 1 at level 3 of p: unresolved, told lead",
        f"tue 11:30: {FINISHED}",
    ]


def test_e1_a_step_whose_instant_has_passed_is_judged_when_its_turn_comes(following):
    desk = following(step("unassigned", 100), step("unassigned", 50), step("no_response", 70))
    assert desk.advance(now=100.0) == [
        "1 at level 1 of p: unassigned, told lead",
        "1 at level 2 of p: unassigned, told lead",
        "1 at level 3 of p: no_response, told lead",
        FINISHED,
    ]


@pytest.mark.parametrize(
    ("when", "verb", "args", "options", "why"),
    [
        ("unassigned", "assign", ["ana"], {}, "assigned"),
        ("unacknowledged", "acknowledge", [], {}, "acknowledged"),
        ("no_response", "reply", [], {"by": "agent"}, "answered"),
        ("no_response", "snooze", [], {}, "snoozed"),
    ],
)
def test_e2_a_step_is_skipped_where_its_condition_does_not_hold(
    following, when, verb, args, options, why
):
    desk = following(step(when, 100), agents=[Agent("ana")])
    getattr(desk, verb)("1", *args, now=50.0, **options)
    assert desk.advance(now=100.0) == [f"1 past level 1 of p: {why}", FINISHED]


@pytest.mark.parametrize(
    ("when", "verb", "args", "options"),
    [
        ("unassigned", "reply", [], {"by": "agent"}),
        ("unassigned", "acknowledge", [], {}),
        ("unassigned", "snooze", [], {}),
        ("unacknowledged", "reply", [], {"by": "agent"}),
        ("unacknowledged", "assign", ["ana"], {}),
        ("no_response", "reply", [], {"by": "customer"}),
        ("no_response", "acknowledge", [], {}),
        ("no_response", "assign", ["ana"], {}),
        ("unresolved", "reply", [], {"by": "agent"}),
        ("unresolved", "assign", ["ana"], {}),
        ("unresolved", "acknowledge", [], {}),
        ("unresolved", "snooze", [], {}),
    ],
)
def test_e2_nothing_else_keeps_it_from_firing(following, when, verb, args, options):
    desk = following(step(when, 100), agents=[Agent("ana")])
    getattr(desk, verb)("1", *args, now=50.0, **options)
    assert desk.advance(now=100.0) == [FIRED.format(when), FINISHED]


@pytest.mark.parametrize(
    ("when", "first", "second"),
    [
        ("unassigned", ("assign", ["ana"], {}), ("release", [], {})),
        ("no_response", ("snooze", [], {}), ("wake", [], {})),
    ],
)
def test_e2_the_condition_is_that_of_its_instant(following, when, first, second):
    desk = following(step(when, 100), agents=[Agent("ana")])
    for now, (verb, args, options) in [(50.0, first), (60.0, second)]:
        getattr(desk, verb)("1", *args, now=now, **options)
    assert desk.advance(now=100.0) == [FIRED.format(when), FINISHED]


def test_e2_what_its_owner_sleeps_on_is_assigned(following):
    desk = following(step("unassigned", 100), agents=["ana"])
    desk.snooze("1", now=50.0)
    assert desk.advance(now=100.0) == ["1 past level 1 of p: assigned", FINISHED]


def test_e2_what_is_only_offered_is_unassigned(following):
    desk = following(step("unassigned", 100), agents=["ana"], teams=[Team("t", offer_timeout=600)])
    assert desk.advance(now=100.0) == [FIRED.format("unassigned"), FINISHED]


def test_e2_a_step_that_was_skipped_is_said_with_its_place_and_why(following):
    desk = following(step("unassigned", 100), agents=["ana"])
    desk.advance(now=100.0)
    assert desk.told("escalation_skipped", "path_ended") == [
        {
            "at": 100.0,
            "event": "escalation_skipped",
            "item": "1",
            "path": "p",
            "level": 1,
            "lap": 1,
            "why": "assigned",
        },
        {"at": 100.0, "event": "path_ended", "item": "1", "path": "p", "why": "finished"},
    ]


# --- E1: steps of targets -------------------------------------------------------------------------

AT_RISK = step("at_risk", target="first_response")
BREACHED = step("breached", target="first_response")


def test_e1_steps_of_a_target_fire_with_its_events(following):
    desk = following(AT_RISK, BREACHED, sla=[SLA])
    assert desk.advance(now=100.0) == [
        "80: first_response of 1 at risk",
        "80: 1 at level 1 of p: at_risk, told lead",
        "first_response of 1 breached, due 100",
        "1 at level 2 of p: breached, told lead",
        FINISHED,
    ]


def test_e1_they_fire_at_once_where_that_was_said_before_their_turn(following):
    desk = following(step("unresolved", 150), AT_RISK, BREACHED, sla=[SLA])
    assert desk.advance(now=150.0)[2:] == [
        "1 at level 1 of p: unresolved, told lead",
        "1 at level 2 of p: at_risk, told lead",
        "1 at level 3 of p: breached, told lead",
        FINISHED,
    ]


def test_e1_they_are_skipped_when_the_target_is_met(following):
    desk = following(AT_RISK, BREACHED, sla=[SLA])
    assert desk.reply("1", by="agent", now=50.0) == [
        "agent replied to 1 of None",
        "first_response of 1 met, 50 left",
        "1 past level 1 of p: met",
        "1 past level 2 of p: met",
        FINISHED,
    ]


def test_e1_they_are_skipped_when_it_was_met_before_their_turn(following):
    desk = following(step("unresolved", 150), AT_RISK, sla=[SLA])
    desk.reply("1", by="agent", now=50.0)
    assert desk.advance(now=150.0)[1:] == ["1 past level 2 of p: met", FINISHED]


@pytest.mark.parametrize("target", ["first_response", "next_response"])
def test_e1_they_are_skipped_where_there_is_no_such_target(timed, target):
    desk = timed(paths=[path(step("breached", target=target))])
    assert desk.submit("1") == [
        "queued 1 in t",
        "1 entered p",
        "1 past level 1 of p: no_target",
        FINISHED,
    ]


def test_e1_they_are_skipped_when_the_target_is_taken_away(following):
    desk = following(BREACHED, sla=[{"id": "sla", "targets": {"3": {"first_response": 100}}}])
    assert desk.update_item("1", priority=2, now=50.0) == [
        "updated 1",
        "first_response of 1 paused, 50 left",
        "1 past level 1 of p: no_target",
        FINISHED,
    ]


def test_e1_they_wait_while_the_target_stands_still(following):
    sla = {"id": "sla", "targets": {"resolution": 100}}
    desk = following(step("breached", target="resolution"), sla=[sla])
    assert desk.snooze("1", now=50.0)[-1] == "resolution of 1 paused, 50 left"
    assert desk.advance(now=500.0) == []
    assert desk.items["1"].path == "p"


def test_e1_a_breach_by_another_target_fires_after_what_the_command_does(following):
    targets = {"3": {"first_response": 100}, "1": {"first_response": 10}}
    desk = following(BREACHED, sla=[{"id": "sla", "targets": targets}], agents=["ana"])
    assert desk.update_item("1", priority=1, now=50.0) == [
        "updated 1",
        "first_response of 1 breached, due 50",
        "1 at level 1 of p: breached, told lead",
        FINISHED,
    ]


def test_e1_a_manual_step_waits_for_a_hand_and_so_do_those_behind_it(following):
    desk = following(step("manual"), step("unresolved", 50))
    assert desk.waits() is None
    assert desk.escalate("1", now=120.0) == [
        "1 at level 1 of p: manual, by hand, told lead",
        "1 at level 2 of p: unresolved, told lead",
        FINISHED,
    ]


# --- E2: laps -------------------------------------------------------------------------------------


def test_e2_a_path_repeats_from_its_first_step_after_its_last(following):
    desk = following(step("unassigned", 100), step("unresolved", 150), repeat=2)
    assert desk.advance(now=1000.0) == [
        "100: 1 at level 1 of p: unassigned, told lead",
        "150: 1 at level 2 of p: unresolved, told lead",
        "150: 1 entered p, lap 2",
        "250: 1 at level 1 of p: unassigned, lap 2, told lead",
        "300: 1 at level 2 of p: unresolved, lap 2, told lead",
        "300: 1 entered p, lap 3",
        "400: 1 at level 1 of p: unassigned, lap 3, told lead",
        "450: 1 at level 2 of p: unresolved, lap 3, told lead",
        f"450: {FINISHED}",
    ]


def test_e2_a_lap_of_skipped_steps_is_a_lap_too(following):
    desk = following(step("unassigned", 100), repeat=1, agents=["ana"])
    assert desk.advance(now=200.0) == [
        "100: 1 past level 1 of p: assigned",
        "100: 1 entered p, lap 2",
        "1 past level 1 of p: assigned, lap 2",
        FINISHED,
    ]


def test_e2_an_answer_counts_for_its_lap_only(following):
    desk = following(step("no_response", 100), repeat=1)
    desk.reply("1", by="agent", now=50.0)
    assert desk.advance(now=200.0) == [
        "100: 1 past level 1 of p: answered",
        "100: 1 entered p, lap 2",
        "1 at level 1 of p: no_response, lap 2, told lead",
        FINISHED,
    ]


def test_e2_what_was_said_of_a_target_holds_in_every_lap(following):
    desk = following(BREACHED, repeat=1, sla=[SLA])
    assert desk.advance(now=100.0)[2:] == [
        "1 at level 1 of p: breached, told lead",
        "1 entered p, lap 2",
        "1 at level 1 of p: breached, lap 2, told lead",
        FINISHED,
    ]


def test_e2_a_path_entered_says_which_lap(following):
    desk = following(step("unassigned", 100), repeat=1)
    desk.advance(now=100.0)
    assert desk.told("path_entered") == [
        {"at": 0.0, "event": "path_entered", "item": "1", "path": "p", "lap": 1},
        {"at": 100.0, "event": "path_entered", "item": "1", "path": "p", "lap": 2},
    ]


# --- timers of one instant ------------------------------------------------------------------------


def test_e2_clocks_go_before_steps(following):
    desk = following(step("unassigned", 80), sla=[SLA])
    assert desk.advance(now=80.0) == [
        "first_response of 1 at risk",
        FIRED.format("unassigned"),
        FINISHED,
    ]


def test_e2_a_breach_goes_after_the_steps_of_its_instant(following):
    desk = following(step("unassigned", 100), sla=[SLA])
    assert desk.advance(now=100.0) == [
        "80: first_response of 1 at risk",
        FIRED.format("unassigned"),
        FINISHED,
        "first_response of 1 breached, due 100",
    ]


def test_e2_steps_go_before_an_acknowledgement_that_lapses(timed):
    desk = timed(paths=[path(step("unresolved", 100), ack_timeout=100)])
    desk.submit("1", now=0.0)
    desk.acknowledge("1")
    assert desk.advance(now=100.0) == [
        FIRED.format("unresolved"),
        FINISHED,
        "acknowledgement of 1 lapsed",
    ]


def test_e2_what_a_step_of_a_timer_does_comes_before_dispatch(following):
    desk = following(
        step("breached", do={"transfer": "u"}, target="first_response"),
        agents=[Agent("ben", primary=["u"])],
        teams=["t", "u"],
        sla=[SLA],
    )
    assert desk.advance(now=100.0)[1:] == [
        "first_response of 1 breached, due 100",
        "1 at level 1 of p: breached, to u",
        "transferred 1 from t to u",
        "queued 1 in u",
        FINISHED,
        "assigned 1 to ben",
    ]
