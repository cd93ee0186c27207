"""Rule T4: what moves on at a shift's end, and to whom (readings 54, 55)."""

import pytest

from assignwork import Agent, Team

DAY = {"id": "day", "hours": {"mon-fri": ["10:00-18:00"]}}
LATE = {"id": "late", "hours": {"mon-fri": ["17:00-23:00"]}}
LEAVES = "ana away_reassign by shift"


@pytest.fixture
def day(timed):
    """A desk with ana, who works from 10 to 18, and others."""

    def make(*others, handoff=None, teams=("t",), **settings):
        shift = {"calendar": "day", "handoff": handoff}
        ana = Agent("ana", primary=["t"], shift=shift)
        desk = timed(ana, *others, teams=teams, calendars=[DAY, LATE], **settings)
        desk.advance(now="mon 12:00")
        return desk

    return make


def back(*names):
    lines = ("released {} from ana: shift", "queued {} in t")
    return [line.format(name) for name in names for line in lines]


# --- what moves on --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workspace", "handoff", "moves"),
    [
        ("waiting", None, ["waits"]),
        ("waiting", {}, ["waits"]),
        ("waiting", {"reassign": "all"}, ["waits", "answered"]),
        ("all", {"reassign": "waiting"}, ["waits"]),
        ("all", {"reassign": "on_reply"}, []),
        ("all", None, ["waits", "answered"]),
        ("on_reply", None, []),
    ],
)
def test_t4_the_shifts_own_mode_goes_before_the_workspaces(day, workspace, handoff, moves):
    desk = day(handoff=handoff, reassign=workspace)
    desk.submit("waits")
    desk.submit("answered")
    desk.reply("answered", by="agent")
    assert desk.advance(now="mon 18:00") == [LEAVES, *back(*moves)]


def test_t4_the_shifts_mode_is_for_the_shifts_end_only(day):
    desk = day(handoff={"reassign": "all"})
    desk.submit("answered")
    desk.reply("answered", by="agent")
    assert desk.set_presence("ana", "away_reassign") == ["ana away_reassign by agent"]


def test_t4_only_what_is_urgent_enough_moves(day):
    desk = day(handoff={"reassign": "all", "priority_at_most": 2})
    for name, priority in [("3", 3), ("2", 2), ("1", 1)]:
        desk.submit(name, priority=priority)
    assert desk.advance(now="mon 18:00") == [LEAVES, *back("1", "2")]
    assert desk.held("ana") == ["3"]


def test_t4_what_stays_waits_for_his_next_shift(day):
    desk = day(handoff={"priority_at_most": 2})
    desk.submit("1")
    assert desk.advance(now="mon 18:00") == [LEAVES]
    assert desk.reply("1", by="customer", now="mon 19:00") == ["customer replied to 1 of ana"]
    assert desk.advance(now="tue 10:00") == ["ana active by shift"]
    assert desk.held("ana") == ["1"]


def test_t4_what_stays_for_its_mode_moves_when_its_customer_replies(day):
    desk = day(handoff={"reassign": "on_reply"})
    desk.submit("1")
    desk.reply("1", by="agent")
    assert desk.advance(now="mon 18:00") == [LEAVES]
    assert desk.reply("1", by="customer", now="mon 19:00") == [
        "customer replied to 1 of ana",
        "released 1 from ana: away",
        "queued 1 in t",
    ]


def test_t4_what_is_urgent_enough_moves_when_its_customer_replies(day):
    desk = day(handoff={"priority_at_most": 3})
    desk.submit("1")
    desk.reply("1", by="agent")
    desk.advance(now="mon 18:00")
    assert desk.reply("1", by="customer", now="mon 19:00")[1:] == [
        "released 1 from ana: away",
        "queued 1 in t",
    ]


def test_t4_who_says_that_he_is_away_keeps_nothing_back(day):
    desk = day(handoff={"priority_at_most": 2})
    desk.submit("1")
    desk.reply("1", by="agent")
    desk.advance(now="mon 18:00")
    desk.set_presence("ana", "away_reassign", now="mon 18:30")
    assert desk.reply("1", by="customer", now="mon 19:00")[1:] == [
        "released 1 from ana: away",
        "queued 1 in t",
    ]


def test_t4_after_a_mode_that_gave_all_back_at_once_replies_move_nothing(day):
    desk = day(handoff={"reassign": "waiting"}, reassign="all")
    desk.submit("1")
    desk.reply("1", by="agent")
    desk.advance(now="mon 18:00")
    assert desk.reply("1", by="customer", now="mon 19:00") == ["customer replied to 1 of ana"]


def test_t4_a_shift_that_is_changed_hands_off_likewise(timed):
    desk = timed("ana", calendars=[DAY])
    desk.submit("1", now="mon 20:00")
    desk.submit("urgent", priority=1)
    for name in ("1", "urgent"):
        desk.reply(name, by="agent")
    shift = {"calendar": "day", "handoff": {"reassign": "all", "priority_at_most": 1}}
    assert desk.update_agent("ana", shift=shift) == [
        "configured update_agent ana",
        LEAVES,
        *back("urgent"),
    ]


def test_t4_snoozed_items_stay_until_they_wake(day):
    desk = day(handoff={"reassign": "all"})
    desk.submit("1")
    desk.snooze("1", "mon 20:00")
    assert desk.advance(now="mon 20:00") == [
        f"mon 18:00: {LEAVES}",
        "woken 1 for ana",
        "released 1 from ana: away",
        "queued 1 in t",
    ]


# --- the handoff event ----------------------------------------------------------------------------


@pytest.fixture
def left(day):
    """A desk where ana left item `1`, of noon, when her shift ended; nobody has it yet."""

    def make(*others, teams=("t",), **fields):
        desk = day(*others, teams=teams)
        desk.submit("1", **fields)
        desk.advance(now="mon 18:00")
        return desk

    return make


HANDED = "1 handed from ana to ben, open for 25200"  # seven hours


def test_t4_who_gets_it_next_has_it_handed_off(left):
    desk = left()
    assert desk.add_agent(Agent("ben", primary=["t"]), now="mon 19:00") == [
        "configured add_agent ben",
        "assigned 1 to ben",
        HANDED,
    ]


def test_t4_a_handoff_says_from_whom_to_whom_and_how_long_it_was_open(left):
    desk = left(created_at="mon 09:00")
    desk.add_agent(Agent("ben", primary=["t"]), now="mon 19:00")
    assert desk.told("handoff") == [
        {
            "at": 1767639600.0,
            "event": "handoff",
            "item": "1",
            "team": "t",
            "from_agent": "ana",
            "to_agent": "ben",
            "open_for": 36000.0,
        }
    ]


def test_t4_to_who_is_there_already_it_is_handed_at_once(day):
    ben = Agent("ben", primary=["t"], shift="late")
    desk = day(ben)
    desk.submit("1")
    assert desk.advance(now="mon 18:00") == [
        "mon 17:00: ben active by shift",
        LEAVES,
        *back("1"),
        "assigned 1 to ben",
        "1 handed from ana to ben, open for 21600",
    ]


def test_t4_an_offer_is_handed_off_when_it_is_accepted(day):
    desk = day(teams=[Team("t", offer_timeout=3600)])
    desk.submit("1")
    desk.accept("1", "ana")
    desk.advance(now="mon 18:00")
    assert desk.add_agent(Agent("ben", primary=["t"]), now="mon 19:00") == [
        "configured add_agent ben",
        "offered 1 to ben until mon 20:00",
    ]
    assert desk.accept("1", "ben") == [
        "offer of 1 to ben accepted",
        "assigned 1 to ben by offer",
        HANDED,
    ]


@pytest.mark.parametrize("manual", [True, False])
def test_t4_a_hand_and_a_pull_hand_it_off_too(left, manual):
    desk = left(Agent("ben", primary=["t"], presence="away"))
    desk.update_team("t", manual=manual)
    if manual:
        desk.set_presence("ben", "active", now="mon 19:00")
        assert desk.pull("ben") == ["assigned 1 to ben by pull", HANDED]
    else:
        told = desk.assign("1", "ben", now="mon 19:00")
        assert told == ["assigned 1 to ben by hand, not_active", HANDED]


def test_t4_an_escalation_hands_it_off_too(day):
    steps = [{"when": "unresolved", "after": 7 * 3600, "do": {"assign": "ben"}}]
    desk = day(Agent("ben", presence="away"), paths=[{"id": "p", "steps": steps}])
    desk.submit("1")
    desk.advance(now="mon 18:00")
    assert desk.advance(now="mon 19:00") == [
        "1 at level 1 of p: unresolved, to ben",
        "assigned 1 to ben by escalation, not_active, not_member",
        HANDED,
        "1 left p: finished",
    ]


def test_t4_a_transfer_and_a_snooze_on_the_way_do_not_matter(left):
    desk = left(Agent("ben", primary=["u"]), teams=["t", "u"])
    desk.snooze("1", "mon 18:30")
    desk.advance(now="mon 18:45")
    assert desk.transfer("1", "u", now="mon 19:00")[-2:] == ["assigned 1 to ben", HANDED]


def test_t4_a_handoff_goes_right_behind_the_assignment(day):
    sla = [{"id": "sla", "targets": {"resolution": 1e6}}]
    desk = day(Agent("ben", primary=["t"], presence="away"), sla=sla)
    desk.submit("1")
    desk.advance(now="mon 18:00")
    desk.snooze("1", now="mon 18:30")
    told = desk.assign("1", "ben", now="mon 19:00")
    assert told[:2] == ["assigned 1 to ben by hand, not_active", HANDED]
    assert told[2].startswith("resolution of 1 on again")


def test_t4_who_gets_his_own_work_back_was_handed_nothing(left):
    desk = left()
    assert desk.advance(now="tue 10:00") == ["ana active by shift", "assigned 1 to ana"]
    desk.add_agent(Agent("ben", primary=["t"]))
    desk.update_agent("ana", primary=[])
    assert desk.release("1")[-1] == "assigned 1 to ben"


def test_t4_what_was_closed_is_not_handed_off_when_it_comes_again(left):
    desk = left()
    desk.close("1")
    desk.reopen("1")
    assert desk.add_agent(Agent("ben", primary=["t"]))[1:] == ["assigned 1 to ben"]


def test_t4_what_is_given_back_otherwise_is_not_handed_off(day):
    desk = day()
    desk.submit("1")
    desk.set_presence("ana", "away_reassign")
    assert desk.add_agent(Agent("ben", primary=["t"]))[1:] == ["assigned 1 to ben"]


# --- follow the sun -------------------------------------------------------------------------------

REGIONS = [
    {"id": "manila", "timezone": "Asia/Manila", "hours": {"mon-fri": ["09:00-17:00"]}},
    {"id": "lisbon", "timezone": "Europe/Lisbon", "hours": {"mon-fri": ["09:00-17:00"]}},
    {"id": "saopaulo", "timezone": "America/Sao_Paulo", "hours": {"mon-fri": ["14:00-22:00"]}},
]
"""In January: 01 to 09, 09 to 17, and 17 to 01 of the next day, UTC."""


@pytest.fixture
def sun(timed):
    """A desk of three regions that hand on what is critical; Lisbon works, Tuesday at 16."""

    def person(name, region):
        handoff = {"reassign": "all", "priority_at_most": 1}
        return Agent(name, primary=["t"], shift={"calendar": region, "handoff": handoff})

    people = [("lia", "lisbon"), ("mia", "manila"), ("sol", "saopaulo")]
    desk = timed(*[person(*one) for one in people], calendars=REGIONS)
    desk.advance(now="tue 16:00")
    return desk


def test_t4_critical_work_follows_the_sun(sun):
    assert sun.submit("1", priority=1) == ["queued 1 in t", "assigned 1 to lia"]
    assert sun.reply("1", by="agent") == ["agent replied to 1 of lia"]
    assert sun.advance(now="wed 09:30") == [
        "tue 17:00: lia away_reassign by shift",
        "tue 17:00: released 1 from lia: shift",
        "tue 17:00: queued 1 in t",
        "tue 17:00: sol active by shift",
        "tue 17:00: assigned 1 to sol",
        "tue 17:00: 1 handed from lia to sol, open for 3600",
        "wed 01:00: mia active by shift",
        "wed 01:00: sol away_reassign by shift",
        "wed 01:00: released 1 from sol: shift",
        "wed 01:00: queued 1 in t",
        "wed 01:00: assigned 1 to mia",
        "wed 01:00: 1 handed from sol to mia, open for 32400",
        "wed 09:00: lia active by shift",
        "wed 09:00: mia away_reassign by shift",
        "wed 09:00: released 1 from mia: shift",
        "wed 09:00: queued 1 in t",
        "wed 09:00: assigned 1 to lia",
        "wed 09:00: 1 handed from mia to lia, open for 61200",
    ]


def test_t4_critical_work_never_waits_for_a_region_that_sleeps(sun):
    sun.submit("1", priority=1)
    sun.advance(now="fri 23:00")
    given = sun.told("assigned")
    assert len(given) == 11
    assert {event["waited"] for event in given} == {0.0}


def test_t4_what_is_not_critical_waits_for_its_own_region(sun):
    sun.submit("1", priority=2)
    sun.advance(now="wed 12:00")
    assert sun.taken() == ["1>lia"]


def test_t4_what_comes_at_night_goes_to_who_is_awake(sun):
    sun.submit("night", priority=3, now="wed 02:00")
    sun.submit("evening", priority=3, now="wed 20:00")
    assert sun.taken() == ["night>mia", "evening>sol"]
