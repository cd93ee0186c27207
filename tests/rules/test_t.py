"""Rule T3: presence that follows shifts (readings 51 to 53, 56, 57)."""

import math

import pytest

from assignwork import Agent, Team, UnknownItemError

DAY = {"id": "day", "hours": {"mon-fri": ["10:00-18:00"]}}
NIGHT = {"id": "night", "hours": {"mon-fri": ["22:00-06:00"]}}


def worker(name="ana", shift="day", **fields):
    return Agent(name, **{"primary": ["t"], **fields}, shift=shift)


@pytest.fixture
def shifts(timed):
    """A desk with a day shift from 10 to 18 and a night shift from 22 to 6, Monday to Friday."""

    def make(*agents, calendars=(DAY, NIGHT), **settings):
        return timed(*agents, calendars=list(calendars), **settings)

    return make


# --- T3: at its start and its end -----------------------------------------------------------------


def test_t3_presence_follows_the_shift(shifts):
    desk = shifts(worker())
    desk.advance(now="mon 12:00")
    assert desk.advance(now="tue 20:00") == [
        "mon 18:00: ana away_reassign by shift",
        "tue 10:00: ana active by shift",
        "tue 18:00: ana away_reassign by shift",
    ]


def test_t3_no_reason_is_given(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "active", reason="eager", now="mon 12:00")
    desk.advance(now="mon 18:00")
    assert desk.told("presence_changed") == [
        {
            "at": 1767636000.0,
            "event": "presence_changed",
            "agent": "ana",
            "presence": "away_reassign",
            "by": "shift",
            "reason": None,
        }
    ]


def test_t3_at_its_start_he_gets_what_waits(shifts):
    desk = shifts(worker())
    desk.submit("1", now="mon 08:00")
    assert desk.advance(now="mon 10:00") == ["ana active by shift", "assigned 1 to ana"]


def test_t3_at_its_end_he_gives_back_what_the_workspace_says(shifts):
    desk = shifts(worker())
    desk.submit("waits", now="mon 12:00")
    desk.submit("answered")
    desk.reply("answered", by="agent")
    assert desk.advance(now="mon 18:00") == [
        "ana away_reassign by shift",
        "released waits from ana: shift",
        "queued waits in t",
    ]


def test_t3_at_the_opening_instant_the_shift_is_on(shifts):
    desk = shifts(worker())
    assert desk.submit("1", now="mon 10:00") == ["queued 1 in t", "assigned 1 to ana"]


def test_t3_at_the_closing_instant_it_is_over(shifts):
    desk = shifts(worker())
    assert desk.submit("1", now="mon 18:00") == ["ana away_reassign by shift", "queued 1 in t"]


@pytest.mark.parametrize(
    ("hours", "ends"),
    [
        ({"mon": ["10:00-14:00", "14:00-18:00"]}, "mon 18:00"),
        ({"mon": ["20:00-24:00"], "tue": ["00:00-04:00"]}, "tue 04:00"),
        ({"mon": ["20:00-02:00"], "tue": ["02:00-04:00"]}, "tue 04:00"),
    ],
)
def test_t3_hours_that_touch_are_one_shift(shifts, hours, ends):
    desk = shifts(worker(shift="x"), calendars=[{"id": "x", "hours": hours}])
    desk.advance(now="mon 11:00")
    desk.advance(now="mon 21:00" if "tue" in hours else "mon 12:00")
    assert desk.waits() == ends


@pytest.mark.parametrize("presence", ["away", "away_reassign", "offline"])
@pytest.mark.parametrize("by", ["agent", "manager"])
def test_t3_at_its_start_whoever_is_not_active_becomes_so(shifts, presence, by):
    desk = shifts(worker())
    desk.set_presence("ana", presence, by=by, now="mon 09:00")
    assert desk.advance(now="mon 10:00") == ["ana active by shift"]


def test_t3_at_its_start_he_who_is_active_already_is_so_by_his_shift(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "active", reason="early", now="mon 09:00")
    assert desk.advance(now="mon 10:00") == []
    assert (desk.agents["ana"].by, desk.agents["ana"].reason) == ("shift", None)


@pytest.mark.parametrize("presence", ["away", "offline"])
@pytest.mark.parametrize("by", ["agent", "manager"])
def test_t3_at_its_end_he_who_set_himself_otherwise_keeps_that_and_what_he_holds(
    shifts, presence, by
):
    desk = shifts(worker())
    desk.submit("1", now="mon 12:00")
    desk.set_presence("ana", presence, by=by, now="mon 17:00")
    assert desk.advance(now="mon 20:00") == []
    assert (desk.agents["ana"].presence, desk.held("ana")) == (presence, ["1"])


@pytest.mark.parametrize("by", ["agent", "manager"])
def test_t3_at_its_end_he_who_set_himself_active_goes_all_the_same(shifts, by):
    desk = shifts(worker())
    desk.set_presence("ana", "away", now="mon 12:00")
    desk.set_presence("ana", "active", by=by, now="mon 13:00")
    assert desk.advance(now="mon 18:00") == ["ana away_reassign by shift"]


def test_t3_at_its_end_he_who_was_sent_away_gives_back_as_if_he_left(shifts):
    desk = shifts(worker(), auto_away_after=3600)
    desk.submit("1", now="mon 12:00")
    assert desk.advance(now="mon 18:00") == [
        "mon 13:00: ana away by auto",
        "ana away_reassign by shift",
        "released 1 from ana: shift",
        "queued 1 in t",
    ]


def test_t3_at_its_end_he_who_gave_back_already_keeps_his_presence(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "away_reassign", reason="ill", now="mon 12:00")
    desk.submit("1")
    desk.assign("1", "ana")
    assert desk.advance(now="mon 18:00") == []
    view = desk.agents["ana"]
    assert (view.by, view.reason, desk.held("ana")) == ("agent", "ill", ["1"])


def test_t3_at_its_end_he_who_was_sent_to_give_back_already_is_so_by_his_shift(shifts):
    desk = shifts(worker(), auto_reassign_after=3600, auto_return=True)
    desk.advance(now="mon 12:00")
    assert desk.advance(now="mon 18:00") == ["mon 13:00: ana away_reassign by auto"]
    assert desk.agents["ana"].by == "shift"
    assert desk.heartbeat("ana", now="mon 19:00") == []


def test_t3_offers_are_withdrawn_at_its_end(shifts):
    desk = shifts(worker(), teams=[Team("t", offer_timeout=7200)])
    desk.submit("1", now="mon 17:00")
    assert desk.advance(now="mon 18:00") == [
        "ana away_reassign by shift",
        "offer of 1 to ana withdrawn",
        "queued 1 in t",
    ]


def test_t3_who_works_after_hours_is_not_sent_away_again(shifts):
    desk = shifts(worker())
    desk.advance(now="mon 18:00")
    assert desk.set_presence("ana", "active", now="mon 19:00") == ["ana active by agent"]
    assert desk.submit("1")[1:] == ["assigned 1 to ana"]
    assert desk.advance(now="mon 23:00") == []


def test_t3_a_dated_override_is_leave_or_a_swapped_shift(shifts):
    swapped = {"calendar": "day", "overrides": {"2026-01-06": [], "2026-01-07": ["06:00-08:00"]}}
    desk = shifts(worker(shift=swapped))
    desk.advance(now="mon 12:00")
    assert desk.advance(now="thu 12:00") == [
        "mon 18:00: ana away_reassign by shift",
        "wed 06:00: ana active by shift",
        "wed 08:00: ana away_reassign by shift",
        "thu 10:00: ana active by shift",
    ]


def test_t3_the_built_in_calendar_is_a_shift_without_an_end(shifts):
    desk = shifts(worker(shift="24x7"), teams=[Team("t", min_shift_left=3600)])
    assert desk.submit("1", now="sun 03:00")[1:] == ["assigned 1 to ana"]
    assert desk.waits() is None


# --- T3: alignment --------------------------------------------------------------------------------


def test_t3_the_first_command_finds_everybody_as_his_shift_says(shifts):
    desk = shifts(worker("ana"), worker("ben", "night"), worker("cai"))
    assert desk.submit("1", now="mon 08:00") == [
        "ana away_reassign by shift",
        "ben away_reassign by shift",
        "cai away_reassign by shift",
        "queued 1 in t",
    ]


def test_t3_a_refused_first_command_sends_nobody_away(shifts):
    desk = shifts(worker())
    desk.refused(UnknownItemError, "close", "1", now="mon 08:00")
    assert desk.agents["ana"].presence == "active"
    assert desk.advance(now="mon 08:00") == ["ana away_reassign by shift"]


@pytest.mark.parametrize("presence", ["away", "away_reassign", "offline"])
@pytest.mark.parametrize("now", ["mon 08:00", "mon 12:00"])
def test_t3_who_is_not_active_is_left_alone_by_the_first_command(shifts, presence, now):
    desk = shifts(worker(presence=presence))
    assert desk.advance(now=now) == []
    assert desk.agents["ana"].by == "manager"


def test_t3_who_is_added_outside_his_shift_is_away_from_the_start(shifts):
    desk = shifts("ben", default_capacity=1)
    desk.submit("1", now="mon 08:00")
    desk.submit("2")
    assert desk.add_agent(worker()) == ["configured add_agent ana", "ana away_reassign by shift"]
    assert desk.advance(now="mon 10:00") == ["ana active by shift", "assigned 2 to ana"]


def test_t3_who_is_added_during_his_shift_gets_work(shifts):
    desk = shifts()
    desk.submit("1", now="mon 12:00")
    assert desk.add_agent(worker()) == ["configured add_agent ana", "assigned 1 to ana"]


def test_t3_another_shift_holds_at_once(shifts):
    desk = shifts(worker())
    desk.submit("1", now="mon 08:00")
    assert desk.update_agent("ana", shift="24x7") == [
        "configured update_agent ana",
        "ana active by shift",
        "assigned 1 to ana",
    ]
    assert desk.update_agent("ana", shift="day") == [
        "configured update_agent ana",
        "ana away_reassign by shift",
        "released 1 from ana: shift",
        "queued 1 in t",
    ]


def test_t3_another_shift_that_is_on_as_well_changes_nothing(shifts):
    desk = shifts(worker())
    desk.advance(now="mon 09:00")
    desk.advance(now="mon 12:00")
    assert desk.update_agent("ana", shift="24x7") == ["configured update_agent ana"]


def test_t3_who_set_his_presence_himself_keeps_it_under_another_shift(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "away", now="mon 12:00")
    assert desk.update_agent("ana", shift="24x7") == ["configured update_agent ana"]
    assert desk.agents["ana"].presence == "away"


def test_t3_shifts_of_many_change_in_registration_order(shifts):
    desk = shifts(worker("ana"), worker("ben"))
    desk.advance(now="mon 12:00")
    assert desk.update_agents({}, shift="night") == [
        "configured update_agents ['ana', 'ben']",
        "ana away_reassign by shift",
        "ben away_reassign by shift",
    ]


def test_t3_other_calendars_hold_at_once_for_all_who_work_by_them(shifts):
    desk = shifts(worker("ana", "night"), worker("ben"), "cai")
    desk.advance(now="mon 12:00")
    moved = [{**DAY, "hours": {"mon": ["14:00-18:00"]}}, {**NIGHT, "hours": {"mon": ["8:00-9:00"]}}]
    assert desk.update_workspace(calendars=moved) == [
        "configured update_workspace None",
        "ben away_reassign by shift",
    ]
    assert desk.advance(now="mon 14:00") == ["ben active by shift"]


def test_t3_a_heartbeat_does_not_bring_back_who_has_gone_home(shifts):
    desk = shifts(worker(), auto_return=True)
    desk.advance(now="mon 18:00")
    assert desk.heartbeat("ana", now="mon 19:00") == []


def test_t3_any_other_change_leaves_presence_alone(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "active", now="mon 20:00")
    desk.update_agent("ana", capacity=2)
    desk.update_workspace(default_capacity=2)
    desk.update_team("t", min_shift_left=60)
    assert desk.agents["ana"].presence == "active"


def test_t3_without_a_shift_presence_follows_nothing_any_more(shifts):
    desk = shifts(worker())
    desk.advance(now="mon 12:00")
    assert desk.update_agent("ana", shift=None) == ["configured update_agent ana"]
    assert desk.waits() is None


# --- T3: the last seconds -------------------------------------------------------------------------


def hour_left(**fields):
    return [Team("t", min_shift_left=3600, **fields)]


@pytest.mark.parametrize(
    ("now", "gets"), [("mon 17:00", True), ("mon 17:00:01", False), ("mon 16:59", True)]
)
def test_t3_no_new_work_comes_in_the_last_seconds_of_a_shift(shifts, now, gets):
    desk = shifts(worker(), teams=hour_left())
    assert desk.submit("1", now=now)[1:] == ["assigned 1 to ana"] * gets


def test_t3_nor_work_that_comes_back_then(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 16:00")
    assert desk.release("1", now="mon 17:30") == ["released 1 from ana: hand", "queued 1 in t"]


def test_t3_a_hand_may_give_it_and_says_nothing_of_it(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 17:30")
    assert desk.assign("1", "ana", strict=True) == ["assigned 1 to ana by hand"]


def test_t3_a_pull_may_not(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 17:30")
    assert desk.pull("ana") == []


def test_t3_who_works_after_hours_has_no_last_seconds(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 18:00")
    assert desk.set_presence("ana", "active", now="mon 18:30")[1:] == ["assigned 1 to ana"]


def test_t3_each_team_says_how_much_must_be_left(shifts):
    desk = shifts(worker(primary=["t", "u"]), teams=[*hour_left(), "u"])
    assert desk.submit("1", "t", now="mon 17:30") == ["queued 1 in t"]
    assert desk.submit("2", "u")[1:] == ["assigned 2 to ana"]


def test_t3_who_may_not_take_it_any_more_lets_others_help(shifts):
    ben = Agent("ben", secondary=["t"])
    desk = shifts(worker(), ben, teams=hour_left(secondary_rule="primary_full"))
    assert desk.submit("1", only_agent="ben", now="mon 16:00") == ["queued 1 in t"]
    assert desk.advance(now="mon 17:00") == []
    (line,) = desk.advance(now="mon 17:01")
    assert line == "mon 17:00: assigned 1 to ben as secondary"


def test_t3_who_may_not_take_his_own_work_any_more_may_help(shifts):
    teams = [Team("own", min_shift_left=3600), "t"]
    cai = Agent("cai", primary=["own"], capacity=1)
    ben = worker("ben", primary=["own"], secondary=["t"])
    desk = shifts(cai, ben, teams=teams)
    desk.submit("0", "own", only_agent="cai", now="mon 16:00")
    desk.submit("kept", "own", only_agent="cai")
    assert desk.submit("1", "t") == ["queued 1 in t"]
    assert desk.advance(now="mon 17:01") == ["mon 17:00: assigned 1 to ben as secondary"]


def test_t3_the_last_seconds_change_with_the_team(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 17:30")
    assert desk.update_team("t", min_shift_left=1800) == [
        "configured update_team t",
        "assigned 1 to ana",
    ]
    desk.update_team("t", min_shift_left=1801)
    assert desk.submit("2") == ["queued 2 in t"]


@pytest.mark.parametrize("left", [None, 0])
def test_t3_who_leaves_at_the_same_instant_gets_nothing_from_who_left_before_him(shifts, left):
    desk = shifts(worker("ana"), worker("ben"), teams=[Team("t", min_shift_left=left)])
    desk.submit("1", now="mon 12:00")
    assert desk.advance(now="mon 18:00") == [
        "ana away_reassign by shift",
        "released 1 from ana: shift",
        "queued 1 in t",
        "ben away_reassign by shift",
    ]


def test_t3_nor_what_wakes_at_that_instant(shifts):
    desk = shifts(worker())
    desk.set_presence("ana", "away", now="mon 12:00")
    desk.submit("1")
    desk.snooze("1", "tue 18:00")  # older than the timer of Tuesday's end
    assert desk.advance(now="tue 18:00")[1:] == [
        "woken 1 for None",
        "queued 1 in t",
        "ana away_reassign by shift",
    ]


# --- T3: its timers -------------------------------------------------------------------------------


def test_t3_the_desk_wakes_just_after_the_last_instant_for_new_work(shifts):
    desk = shifts(worker(primary=["t", "u"]), teams=[*hour_left(), Team("u", min_shift_left=60)])
    desk.advance(now="mon 12:00")
    found = []
    while desk.next_wakeup() < 1767636000.0:
        found.append(desk.next_wakeup())
        desk.advance(now=found[-1])
    ends = 1767636000.0  # at 18
    assert found == [math.nextafter(ends - left, math.inf) for left in (3600.0, 60.0)]
    assert desk.waits() == "mon 18:00"


def test_t3_an_end_of_shift_goes_before_what_was_set_later_for_its_instant(shifts):
    desk = shifts(worker())
    desk.submit("1", now="mon 12:00")
    desk.snooze("1", "mon 18:00")
    desk.update_agent("ana", primary=["t"], tags=["vip"])  # his timer stays as it is
    assert desk.advance(now="mon 18:00") == [
        "ana away_reassign by shift",
        "woken 1 for ana",
        "released 1 from ana: away",
        "queued 1 in t",
    ]


def test_t3_before_its_timer_has_had_its_turn_the_shift_is_still_on(shifts):
    desk = shifts(worker(), teams=hour_left())
    desk.submit("1", now="mon 17:30")
    desk.snooze("1", "tue 18:00")  # older than the timer of Tuesday's end
    assert desk.advance(now="tue 18:00")[-3:] == [
        "woken 1 for None",
        "queued 1 in t",
        "ana away_reassign by shift",
    ]


def test_t3_a_view_shows_the_shift_under_way_and_the_next(shifts):
    desk = shifts(worker())
    desk.advance(now="mon 12:00")
    view = desk.agents["ana"]
    assert (view.shift_ends_at, view.shift_starts_at) == (1767636000.0, 1767693600.0)
    desk.advance(now="mon 18:00")
    view = desk.agents["ana"]
    assert (view.shift_ends_at, view.shift_starts_at) == (None, 1767693600.0)
