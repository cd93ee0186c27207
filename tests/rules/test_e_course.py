"""Rules E1 and E3: what ends a path, leads to another or stops it for a while (69, 73, 74, 83)."""

import pytest

from assignwork import Agent


def step(when, after=0, who="lead", **do):
    return {"when": when, "do": do or {"notify": [who]}, **({"after": after} if after else {})}


def path(name, *steps, **fields):
    return {"id": name, "steps": list(steps), **fields}


# --- E1: matched again ----------------------------------------------------------------------------

WAITS = step("manual")
BY_ALL = [
    path("p", WAITS, teams=["t"], priorities=[3], categories=["vpn"]),
    path("q", step("unresolved", 50), WAITS),
]


@pytest.fixture
def desk_of_two(timed):
    """Item `1` follows `p`, which asks for team, priority and category; all else follows `q`."""
    desk = timed(paths=BY_ALL, teams=["t", "u"])
    assert desk.submit("1", category="vpn", now=0.0) == ["queued 1 in t", "1 entered p"]
    return desk


@pytest.mark.parametrize(
    ("verb", "args", "changes", "told"),
    [
        ("transfer", ["u"], {}, ["transferred 1 from t to u", "queued 1 in u"]),
        ("update_item", [], {"priority": 1}, ["updated 1"]),
        ("update_item", [], {"category": "wifi"}, ["updated 1"]),
        ("update_item", [], {"category": None}, ["updated 1"]),
    ],
)
def test_e1_a_change_by_hand_leads_to_the_path_that_matches_now(
    desk_of_two, verb, args, changes, told
):
    found = getattr(desk_of_two, verb)("1", *args, now=100.0, **changes)
    assert found == [*told, "1 left p: left", "1 entered q"]
    assert desk_of_two.advance(now=150.0) == ["1 at level 1 of q: unresolved, told lead"]


def test_e1_so_do_tags(timed):
    desk = timed(paths=[path("vip", WAITS, tags=["vip"]), path("p", WAITS)])
    desk.submit("1")
    changed = desk.update_item("1", tags=["vip"])
    assert changed == ["updated 1", "1 left p: left", "1 entered vip"]


def test_e1_what_follows_no_path_may_enter_one(timed):
    desk = timed(paths=[path("p", WAITS, priorities=[1])])
    desk.submit("1")
    assert desk.update_item("1", priority=1) == ["updated 1", "1 entered p"]


def test_e1_the_path_is_looked_for_when_all_else_is_done_but_dispatch(timed):
    paths = [path("p", WAITS, teams=["t"]), path("q", WAITS, teams=["u"])]
    ana, ben = Agent("ana", primary=["t"]), Agent("ben", primary=["u"])
    desk = timed(ana, ben, paths=paths, teams=["t", "u"])
    desk.submit("1")
    assert desk.transfer("1", "u") == [
        "transferred 1 from t to u",
        "released 1 from ana: transfer",
        "queued 1 in u",
        "1 left p: left",
        "1 entered q",
        "assigned 1 to ben",
    ]


def test_e1_of_many_items_in_the_order_in_which_the_command_met_them(timed):
    desk = timed(paths=[path("q", WAITS, teams=["u"])], teams=["t", "u"])
    desk.submit("normal")
    desk.submit("urgent", priority=1)
    assert desk.remove_team("t", move_to="u") == [
        "transferred urgent from t to u",
        "queued urgent in u",
        "transferred normal from t to u",
        "queued normal in u",
        "configured remove_team t",
        "urgent entered q",
        "normal entered q",
    ]


def test_e1_where_nothing_matches_any_more_the_path_goes_on(timed):
    desk = timed(paths=[path("p", step("unresolved", 50), teams=["t"])], teams=["t", "u"])
    desk.submit("1", now=0.0)
    assert desk.transfer("1", "u", now=10.0) == ["transferred 1 from t to u", "queued 1 in u"]
    assert desk.advance(now=50.0)[0] == "1 at level 1 of p: unresolved, told lead"


@pytest.mark.parametrize(
    ("verb", "args", "changes"),
    [
        ("update_item", [], {"category": "wifi"}),
        ("update_item", [], {"priority": 1}),
        ("update_item", [], {"subject": "new"}),
        ("transfer", ["u"], {}),
        ("transfer", ["t"], {}),
        ("release", [], {}),
    ],
)
def test_e1_where_the_same_path_matches_it_goes_on(timed, verb, args, changes):
    desk = timed("ana", paths=[path("p", step("unresolved", 50))], teams=["t", "u"])
    desk.submit("1", now=0.0)
    getattr(desk, verb)("1", *args, now=20.0, **changes)
    assert [event["event"] for event in desk.told("path_entered", "path_ended")] == ["path_entered"]
    assert desk.advance(now=50.0)[0] == "1 at level 1 of p: unresolved, told lead"


def test_e1_a_path_that_was_finished_is_not_entered_again(timed):
    desk = timed(paths=[path("p", step("unresolved", 50))])
    desk.submit("1", now=0.0)
    desk.advance(now=50.0)
    assert desk.update_item("1", category="vpn", now=60.0) == ["updated 1"]


def test_e1_another_is(timed):
    paths = [path("q", WAITS, categories=["vpn"]), path("p", step("unresolved", 50))]
    desk = timed(paths=paths)
    desk.submit("1", now=0.0)
    desk.advance(now=50.0)
    assert desk.update_item("1", category="vpn", now=60.0) == ["updated 1", "1 entered q"]


def test_e1_a_workspaces_other_paths_are_for_items_that_are_matched_later(timed):
    desk = timed(paths=[path("p", step("unresolved", 50, "old"), step("unresolved", 90, "old"))])
    desk.submit("1", now=0.0)
    desk.advance(now=50.0)
    assert desk.update_workspace(paths=[path("p", step("unresolved", 10, "new"))]) == [
        "configured update_workspace None"
    ]
    assert desk.submit("2") == ["queued 2 in t", "2 entered p"]
    assert desk.advance(now=90.0) == [
        "60: 2 at level 1 of p: unresolved, told new",
        "60: 2 left p: finished",
        "1 at level 2 of p: unresolved, told old",
        "1 left p: finished",
    ]


def test_e1_a_path_that_is_gone_is_followed_to_its_end(timed):
    desk = timed(paths=[path("p", step("unresolved", 50))])
    desk.submit("1", now=0.0)
    desk.update_workspace(paths=[], now=10.0)
    assert desk.advance(now=50.0) == [
        "1 at level 1 of p: unresolved, told lead",
        "1 left p: finished",
    ]


MORNING = {"id": "office", "hours": {"mon-fri": ["08:00-12:00"]}}
EVENING = {"id": "office", "hours": {"mon-fri": ["14:00-22:00"]}}


def test_e1_a_step_under_way_keeps_its_instant_when_calendars_change(timed):
    steps = [{**step("unresolved", after), "calendar": "office"} for after in (3600, 7200)]
    desk = timed(paths=[path("p", *steps)], calendars=[MORNING])
    desk.submit("1", now="mon 08:00")
    desk.update_workspace(calendars=[EVENING], now="mon 08:30")
    assert desk.advance(now="mon 16:00") == [
        "mon 09:00: 1 at level 1 of p: unresolved, told lead",
        "1 at level 2 of p: unresolved, told lead",
        "1 left p: finished",
    ]


def test_e1_a_step_goes_by_the_old_calendar_if_that_is_gone(timed):
    steps = [{**step("unresolved", after), "calendar": "office"} for after in (3600, 7200)]
    desk = timed(paths=[path("p", *steps)], calendars=[MORNING])
    desk.submit("1", now="mon 06:00")
    desk.update_workspace(calendars=[], paths=[], now="mon 06:30")
    assert desk.advance(now="mon 10:00") == [
        "mon 09:00: 1 at level 1 of p: unresolved, told lead",
        "1 at level 2 of p: unresolved, told lead",
        "1 left p: finished",
    ]


# --- closing and reopening ------------------------------------------------------------------------


def test_e3_closing_ends_the_path_after_the_clocks_and_before_the_audience(timed):
    desk = timed(
        paths=[path("p", WAITS)],
        sla=[{"id": "sla", "targets": {"first_response": 50, "resolution": 100}}],
        protocols=[{"id": "all", "audiences": ["board"], "report_on_close": ["cause"]}],
    )
    desk.submit("1", now=0.0)
    assert desk.close("1", now=10.0) == [
        "closed 1 of None",
        "first_response of 1 paused, 40 left",
        "resolution of 1 met, 90 left",
        "1 left p: closed",
        "told board: 1 resolved",
        "report of 1 due: cause",
    ]


def test_e3_what_was_closed_escalates_no_more(timed):
    desk = timed(paths=[path("p", step("unresolved", 50))])
    desk.submit("1", now=0.0)
    desk.close("1", now=10.0)
    assert (desk.waits(), desk.advance(now=100.0)) == (None, [])


def test_e3_what_is_reopened_enters_its_path_from_the_start(timed):
    sla = [{"id": "sla", "targets": {"resolution": 1000}}]
    desk = timed("ana", paths=[path("p", step("unresolved", 50), WAITS)], sla=sla)
    desk.submit("1", now=0.0)
    desk.advance(now=50.0)
    desk.close("1", now=60.0)
    assert desk.reopen("1", now=100.0) == [
        "reopened 1 for ana",
        "resolution of 1 on again, due 1040",
        "1 entered p",
    ]
    assert desk.advance(now=150.0) == ["1 at level 1 of p: unresolved, told lead"]


def test_e3_what_is_reopened_is_queued_before_it_enters(timed):
    desk = timed(paths=[path("p", WAITS)])
    desk.submit("1")
    desk.close("1")
    assert desk.reply("1", by="customer") == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "queued 1 in t",
        "1 entered p",
    ]


def test_e3_what_is_reopened_after_a_breach_fires_what_waits_for_one(timed):
    sla = [{"id": "sla", "targets": {"resolution": 100}}]
    breached = {"when": "breached", "target": "resolution", "do": {"notify": ["lead"]}}
    desk = timed(paths=[path("p", breached, WAITS)], sla=sla)
    desk.submit("1", now=0.0)
    desk.advance(now=100.0)
    desk.close("1", now=150.0)
    assert desk.reopen("1", now=200.0)[1:] == [
        "queued 1 in t",
        "1 entered p",
        "1 at level 1 of p: breached, told lead",
    ]


def test_e3_what_was_closed_moves_along_with_its_team_and_is_matched_there(timed):
    desk = timed(
        teams=["t", "u"],
        paths=[path("q", WAITS, teams=["u"])],
        sla=[{"id": "sla", "teams": ["u"], "targets": {"resolution": 100}}],
    )
    desk.submit("1", now=0.0)
    desk.close("1")
    desk.remove_team("t", move_to="u")
    assert desk.reopen("1", now=50.0) == [
        "reopened 1 for None",
        "resolution of 1 due 150",
        "queued 1 in u",
        "1 entered q",
    ]


def test_e3_a_snooze_stops_nothing_but_the_wait_for_an_answer(timed):
    steps = [step(when, 50) for when in ("unassigned", "unacknowledged", "no_response")]
    desk = timed(paths=[path("p", *steps, step("unresolved", 60))])
    desk.submit("1", now=0.0)
    desk.snooze("1", now=10.0)
    assert desk.advance(now=60.0) == [
        "50: 1 at level 1 of p: unassigned, told lead",
        "50: 1 at level 2 of p: unacknowledged, told lead",
        "50: 1 past level 3 of p: snoozed",
        "1 at level 4 of p: unresolved, told lead",
        "1 left p: finished",
    ]


# --- E3: acknowledge ------------------------------------------------------------------------------

UNSEEN = "unacknowledged"


@pytest.fixture
def unseen(timed):
    """A desk whose item `1` came at 0 and whose path has these steps."""

    def make(*steps, **fields):
        desk = timed("ana", paths=[path("p", *steps, **fields)])
        desk.submit("1", now=0.0)
        return desk

    return make


def test_e3_an_acknowledgement_passes_over_what_waits_for_one(unseen):
    desk = unseen(step(UNSEEN, 100), step(UNSEEN, 200), step("unresolved", 300))
    assert desk.acknowledge("1", by="ben", now=50.0) == ["acknowledged 1 by ben"]
    assert desk.items["1"].acknowledged
    assert desk.advance(now=300.0) == [
        "100: 1 past level 1 of p: acknowledged",
        "200: 1 past level 2 of p: acknowledged",
        "1 at level 3 of p: unresolved, told lead",
        "1 left p: finished",
    ]


def test_e3_it_says_by_whom_and_until_when(unseen):
    desk = unseen(step(UNSEEN, 100), ack_timeout=1000)
    desk.acknowledge("1", by="ben", now=50.0)
    desk.acknowledge("1", now=60.0)
    assert desk.told("acknowledged") == [
        {"at": 50.0, "event": "acknowledged", "item": "1", "by": "ben", "until": 1050.0},
        {"at": 60.0, "event": "acknowledged", "item": "1", "by": None, "until": 1060.0},
    ]


def test_e3_what_has_fired_already_has_fired(unseen):
    desk = unseen(step(UNSEEN, 100), step(UNSEEN, 200))
    desk.advance(now=100.0)
    desk.acknowledge("1", now=150.0)
    assert desk.advance(now=200.0) == [
        "1 past level 2 of p: acknowledged",
        "1 left p: finished",
    ]


def test_e3_a_step_due_now_may_be_passed_over_by_one_of_now(unseen):
    desk = unseen(step("manual"), step(UNSEEN, 100))
    desk.acknowledge("1", now=150.0)
    assert desk.escalate("1")[1:] == ["1 past level 2 of p: acknowledged", "1 left p: finished"]


def test_e3_without_a_timeout_it_never_lapses(unseen):
    desk = unseen(step(UNSEEN, 100), repeat=1)
    desk.acknowledge("1", now=50.0)
    assert desk.advance(now=1e6) == [
        "100: 1 past level 1 of p: acknowledged",
        "100: 1 entered p, lap 2",
        "200: 1 past level 1 of p: acknowledged, lap 2",
        "200: 1 left p: finished",
    ]


def test_e3_when_it_lapses_the_path_goes_back_to_what_it_passed_over(unseen):
    desk = unseen(step(UNSEEN, 100), step(UNSEEN, 300), ack_timeout=1000)
    assert desk.acknowledge("1", now=50.0) == ["acknowledged 1 until 1050"]
    assert desk.advance(now=2000.0) == [
        "100: 1 past level 1 of p: acknowledged",
        "300: 1 past level 2 of p: acknowledged",
        "1050: acknowledgement of 1 lapsed",
        "1050: 1 at level 1 of p: unacknowledged, told lead",
        "1250: 1 at level 2 of p: unacknowledged, told lead",
        "1250: 1 left p: finished",
    ]
    assert not desk.items["1"].acknowledged


def test_e3_when_it_lapses_before_anything_was_passed_over_nothing_else_happens(unseen):
    desk = unseen(step(UNSEEN, 5000), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    assert desk.advance(now=5000.0) == [
        "1050: acknowledgement of 1 lapsed",
        "1 at level 1 of p: unacknowledged, told lead",
        "1 left p: finished",
    ]


def test_e3_another_one_lets_it_last_from_then_on(unseen):
    desk = unseen(step(UNSEEN, 100), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    assert desk.acknowledge("1", now=1000.0) == [
        "100: 1 past level 1 of p: acknowledged",
        "acknowledged 1 until 2000",
    ]
    assert desk.advance(now=3000.0) == [
        "2000: acknowledgement of 1 lapsed",
        "2000: 1 at level 1 of p: unacknowledged, told lead",
        "2000: 1 left p: finished",
    ]


def test_e3_another_one_does_not_forget_what_was_passed_over_first(unseen):
    desk = unseen(step(UNSEEN, 100), step(UNSEEN, 700), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    desk.acknowledge("1", now=500.0)
    assert desk.advance(now=1500.0)[-2:] == [
        "acknowledgement of 1 lapsed",
        "1 at level 1 of p: unacknowledged, told lead",
    ]


def test_e3_another_one_after_it_lapsed_passes_over_the_rest(unseen):
    desk = unseen(step(UNSEEN, 100), step(UNSEEN, 300), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    desk.advance(now=1050.0)
    desk.acknowledge("1", now=1100.0)
    assert desk.advance(now=2100.0) == [
        "1250: 1 past level 2 of p: acknowledged",
        "acknowledgement of 1 lapsed",
        "1 at level 2 of p: unacknowledged, told lead",
        "1 left p: finished",
    ]


def test_e3_while_it_may_lapse_no_lap_begins(unseen):
    desk = unseen(step(UNSEEN, 100), ack_timeout=1000, repeat=1)
    desk.acknowledge("1", now=50.0)
    assert desk.advance(now=1150.0) == [
        "100: 1 past level 1 of p: acknowledged",
        "1050: acknowledgement of 1 lapsed",
        "1050: 1 at level 1 of p: unacknowledged, told lead",
        "1050: 1 entered p, lap 2",
        "1 at level 1 of p: unacknowledged, lap 2, told lead",
        "1 left p: finished",
    ]


def test_e3_one_that_passed_over_nothing_holds_up_nothing(unseen):
    desk = unseen(step("unresolved", 100), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    assert desk.advance(now=1050.0) == [
        "100: 1 at level 1 of p: unresolved, told lead",
        "100: 1 left p: finished",
        "acknowledgement of 1 lapsed",
    ]


def test_e3_another_path_and_another_lap_remember_it(timed):
    paths = [path("p", WAITS, teams=["t"]), path("q", step(UNSEEN, 100), repeat=1)]
    desk = timed(paths=paths, teams=["t", "u"])
    desk.submit("1", now=0.0)
    desk.acknowledge("1")
    desk.transfer("1", "u", now=50.0)
    assert desk.advance(now=500.0) == [
        "150: 1 past level 1 of q: acknowledged",
        "150: 1 entered q, lap 2",
        "250: 1 past level 1 of q: acknowledged, lap 2",
        "250: 1 left q: finished",
    ]


def test_e3_closing_forgets_it(unseen):
    desk = unseen(step(UNSEEN, 100), ack_timeout=1000)
    desk.acknowledge("1", now=50.0)
    desk.close("1", now=60.0)
    assert desk.waits() is None
    desk.reopen("1", now=70.0)
    assert not desk.items["1"].acknowledged
    assert desk.advance(now=170.0)[0] == "1 at level 1 of p: unacknowledged, told lead"


def test_e3_an_item_without_a_path_may_be_acknowledged(timed):
    desk = timed()
    desk.submit("1")
    assert desk.acknowledge("1", by="ben") == ["acknowledged 1 by ben"]
    assert desk.items["1"].acknowledged


def test_e3_a_path_entered_later_knows_it(timed):
    desk = timed(paths=[path("p", step(UNSEEN, 100), priorities=[1], ack_timeout=500)])
    desk.submit("1", now=0.0)
    desk.acknowledge("1")
    desk.update_item("1", priority=1, now=50.0)
    assert desk.advance(now=9999.0) == [
        "150: 1 past level 1 of p: acknowledged",
        "150: 1 left p: finished",
    ]
