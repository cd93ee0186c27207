"""Rules U: who is told what, and when the next word is due (readings 76 to 78)."""

import pytest

from assignwork import ConfigurationError, InvalidTransitionError
from assignwork.commands import command_from_dict

MAJOR = {
    "id": "major",
    "priorities": [1],
    "audiences": {
        "opened": ["staff"],
        "escalated": ["board"],
        "resolved": ["staff", "board"],
        "updates": ["customers"],
    },
    "update_every": 3600,
    "channels": ["mail", "phone"],
    "required": ["status", "eta"],
    "report_on_close": True,
}
MINOR = {"id": "minor", "priorities": [2], "audiences": ["desk"], "update_every": 600}
WHOLE = {"status": "down", "eta": "noon"}
REPORT = {"root_cause": "rust", "resolution": "paint", "prevention": "more paint"}


@pytest.fixture
def told(timed):
    """A desk that communicates what is critical, and less what is high; item `1` came at 0."""

    def make(*agents, protocols=(MAJOR, MINOR), priority=1, **settings):
        desk = timed(*agents, protocols=list(protocols), **settings)
        desk.submit("1", priority=priority, now=0.0)
        return desk

    return make


# --- the facts ------------------------------------------------------------------------------------


def test_u1_what_is_critical_is_told_at_once_and_hourly_and_ends_in_a_report(timed):
    desk = timed("ana", protocols=[MAJOR])
    assert desk.submit("1", priority="critical", now="mon 10:00") == [
        "queued 1 in t",
        "told staff: 1 opened",
        "assigned 1 to ana",
    ]
    assert desk.advance(now="mon 12:30") == [
        "mon 11:00: update of 1 due",
        "mon 12:00: update of 1 overdue since mon 11:00",
        "mon 12:00: update of 1 due",
    ]
    assert desk.post_update("1", WHOLE) == ["update of 1 posted"]
    assert desk.advance(now="mon 13:30") == ["update of 1 due"]
    assert desk.close("1", now="mon 13:45") == [
        "closed 1 of ana",
        "told staff, board: 1 resolved",
        "report of 1 due: root_cause, resolution, prevention",
    ]
    assert desk.post_report("1", REPORT) == ["report of 1 posted"]
    assert desk.waits() is None


def test_u3_events_carry_all_that_who_delivers_them_needs(told):
    desk = told()
    desk.advance(now=7200.0)
    desk.post_update("1", WHOLE, by="ana")
    desk.close("1")
    desk.post_report("1", REPORT, by="eve")
    kinds = ("announced", "update_due", "update_overdue", "update_posted", "report_due")
    common = {"item": "1", "protocol": "major", "channels": ["mail", "phone"]}
    late = {**common, "at": 7200.0, "audiences": ["customers"]}
    assert desk.told(*kinds, "report_posted") == [
        {
            **common,
            "at": 0.0,
            "event": "announced",
            "occasion": "opened",
            "audiences": ["staff"],
        },
        {**late, "at": 3600.0, "event": "update_due", "required": ["status", "eta"]},
        {**late, "event": "update_overdue", "due": 3600.0},
        {**late, "event": "update_due", "required": ["status", "eta"]},
        {**late, "event": "update_posted", "by": "ana", "content": WHOLE},
        {
            **late,
            "event": "announced",
            "occasion": "resolved",
            "audiences": ["staff", "board"],
        },
        {
            **late,
            "event": "report_due",
            "audiences": ["staff", "board"],
            "sections": ["root_cause", "resolution", "prevention"],
        },
        {
            **late,
            "event": "report_posted",
            "audiences": ["staff", "board"],
            "by": "eve",
            "content": REPORT,
        },
    ]


# --- U1: which protocol ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "protocol"), [(1, "major"), (2, "minor"), (3, None), ("high", "minor")]
)
def test_u1_a_protocol_is_matched_by_priority(told, priority, protocol):
    assert told(priority=priority).items["1"].protocol == protocol


def test_u1_the_first_that_matches_wins_and_levels_may_be_named(timed):
    protocols = [{"id": "one", "priorities": ["high", 4]}, {"id": "two"}]
    desk = timed(protocols=protocols)
    for priority in (1, 2, 3, 4):
        desk.submit(str(priority), priority=priority)
    assert [item.protocol for item in desk.items.values()] == ["two", "one", "two", "one"]


def test_u1_ageing_tells_nobody(told):
    desk = told(priority=3, ageing={"every": 10})
    assert desk.advance(now=30.0) == []


def test_u1_another_priority_is_another_protocol_and_another_cadence(told):
    desk = told(priority=2)
    assert desk.update_item("1", priority=1, now=500.0) == ["updated 1", "told staff: 1 opened"]
    assert desk.advance(now=5000.0) == ["4100: update of 1 due"]


def test_u1_a_priority_without_one_ends_it_silently(told):
    desk = told()
    assert desk.update_item("1", priority=3, now=500.0) == ["updated 1"]
    assert (desk.waits(), desk.items["1"].protocol) == (None, None)
    assert desk.close("1", now=600.0) == ["closed 1 of None"]


def test_u1_the_same_protocol_goes_on(told):
    desk = told(protocols=[{**MINOR, "priorities": []}])
    assert desk.update_item("1", priority=3, now=500.0) == ["updated 1"]
    assert desk.advance(now=600.0) == ["update of 1 due"]


def test_u1_a_transfer_does_not_matter(told):
    desk = told(teams=["t", "u"])
    assert desk.transfer("1", "u", now=500.0) == ["transferred 1 from t to u", "queued 1 in u"]


def test_u1_a_priority_raised_by_a_path_is_told_at_once(told):
    steps = [{"when": "unresolved", "after": 100, "do": {"priority": 1}}]
    desk = told(priority=2, paths=[{"id": "p", "steps": steps}])
    assert desk.advance(now=100.0) == [
        "1 at level 1 of p: unresolved, priority 1",
        "updated 1",
        "told staff: 1 opened",
        "told board: 1 escalated",
        "1 left p: finished",
    ]


def test_u1_each_escalation_is_told(told):
    do = {"notify": ["lead"]}
    steps = [{"when": "unresolved", "after": 100, "do": do}, {"when": "manual", "do": do}]
    desk = told(paths=[{"id": "p", "steps": steps}])
    assert desk.advance(now=100.0)[-1:] == ["told board: 1 escalated"]
    assert desk.escalate("1")[1] == "told board: 1 escalated"


def test_u1_a_reopened_item_is_opened_anew(told):
    desk = told("ana")
    desk.close("1", now=1000.0)
    assert desk.reopen("1", now=2000.0) == ["reopened 1 for ana", "told staff: 1 opened"]
    assert desk.advance(now=5600.0) == ["update of 1 due"]


def test_u1_a_changed_protocol_is_for_items_that_are_matched_later(told):
    desk = told()
    desk.update_workspace(protocols=[{**MAJOR, "update_every": 60}], now=100.0)
    assert desk.waits() == "3600"
    assert desk.submit("2", priority=1)[1] == "told staff: 2 opened"
    assert desk.waits() == "160"


def test_u1_one_that_is_gone_is_kept_to_the_end(told):
    desk = told()
    desk.update_workspace(protocols=[], now=100.0)
    assert desk.advance(now=3600.0) == ["update of 1 due"]
    assert desk.close("1")[1:] == [
        "told staff, board: 1 resolved",
        "report of 1 due: root_cause, resolution, prevention",
    ]
    assert desk.post_report("1", REPORT) == ["report of 1 posted"]


# --- U1: who is told ------------------------------------------------------------------------------


def test_u1_a_list_of_audiences_is_told_everything(told):
    steps = [{"when": "manual", "do": {"notify": ["lead"]}}]
    desk = told(priority=2, paths=[{"id": "p", "steps": steps}])
    desk.escalate("1", now=10.0)
    desk.advance(now=600.0)
    desk.close("1")
    found = [(e.get("occasion"), e["audiences"]) for e in desk.told("announced", "update_due")]
    assert found == [
        ("opened", ["desk"]),
        ("escalated", ["desk"]),
        (None, ["desk"]),
        ("resolved", ["desk"]),
    ]


def test_u1_updates_go_to_who_was_told_on_opening_if_nothing_else_is_said(told):
    desk = told(protocols=[{**MAJOR, "audiences": {"opened": ["staff"], "resolved": ["board"]}}])
    desk.advance(now=3600.0)
    assert desk.told("update_due")[0]["audiences"] == ["staff"]


def test_u1_without_an_audience_nobody_is_told_but_words_are_due_all_the_same(timed):
    desk = timed(protocols=[{**MAJOR, "audiences": {}}])
    assert desk.submit("1", priority=1, now=0.0) == ["queued 1 in t"]
    assert desk.advance(now=3600.0) == ["update of 1 due"]
    assert desk.close("1") == [
        "closed 1 of None",
        "report of 1 due: root_cause, resolution, prevention",
    ]


# --- U2: the cadence ------------------------------------------------------------------------------


def test_u2_an_update_is_due_at_each_cadence_and_overdue_one_later(told):
    desk = told(priority=2)
    assert desk.advance(now=1800.0) == [
        "600: update of 1 due",
        "1200: update of 1 overdue since 600",
        "1200: update of 1 due",
        "update of 1 overdue since 1200",
        "update of 1 due",
    ]


def test_u2_a_whole_update_begins_the_cadence_anew(told):
    desk = told(priority=2)
    desk.advance(now=1200.0)
    assert desk.post_update("1", now=1500.0) == ["update of 1 posted"]
    assert desk.advance(now=2700.0) == [
        "2100: update of 1 due",
        "update of 1 overdue since 2100",
        "update of 1 due",
    ]


def test_u2_updates_in_time_are_never_overdue(told):
    desk = told(priority=2)
    for now in (500.0, 1000.0, 1500.0):
        assert desk.post_update("1", now=now) == ["update of 1 posted"]


def test_u2_an_update_at_the_instant_it_is_due_comes_after_that_was_said(told):
    desk = told(priority=2)
    assert desk.post_update("1", now=600.0) == ["update of 1 due", "update of 1 posted"]
    assert desk.waits() == "1200"


@pytest.mark.parametrize("verb", ["snooze", "assign", "reply"])
def test_u2_the_cadence_runs_while_the_item_is_open_whatever_happens_to_it(told, verb):
    desk = told("ana", priority=2)
    options = {"snooze": {}, "assign": {}, "reply": {"by": "agent"}}[verb]
    getattr(desk, verb)("1", *["ana"] * (verb == "assign"), now=300.0, **options)
    assert desk.advance(now=600.0) == ["update of 1 due"]


def test_u2_without_a_cadence_nothing_is_due(told):
    desk = told(protocols=[{**MAJOR, "update_every": None}])
    assert desk.waits() is None
    assert desk.post_update("1", WHOLE) == ["update of 1 posted"]
    assert desk.waits() is None


def test_u2_updates_of_several_items_are_due_each_in_its_own_time(told):
    desk = told(priority=2)
    desk.submit("2", priority=2, now=100.0)
    assert desk.advance(now=700.0) == ["600: update of 1 due", "update of 2 due"]


def test_u2_clocks_and_steps_go_before_the_cadence(timed):
    steps = [{"when": "unresolved", "after": 80, "do": {"notify": ["lead"]}}]
    desk = timed(
        protocols=[{"id": "all", "update_every": 80}],
        paths=[{"id": "p", "steps": steps}],
        sla=[{"id": "sla", "targets": {"first_response": 100}}],
    )
    desk.submit("1", now=0.0)
    assert desk.advance(now=80.0) == [
        "first_response of 1 at risk",
        "1 at level 1 of p: unresolved, told lead",
        "1 left p: finished",
        "update of 1 due",
    ]


# --- U2: what is posted ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "content.status"),
        ({"status": "down"}, "content.eta"),
        ({"status": "", "eta": "noon"}, "content.status"),
        ({"status": "down", "eta": "  "}, "content.eta"),
        ({"status": "down", "eta": 12}, "content.eta"),
        ({"status": "down", "eta": None}, "content.eta"),
    ],
)
def test_u2_an_update_without_what_is_required_is_refused(told, content, field):
    desk = told()
    error = desk.refused(ConfigurationError, "post_update", "1", content, now=1000.0)
    assert error.field == field
    assert desk.waits() == "3600"


def test_u2_its_content_may_be_given_by_name(told):
    desk = told()
    desk.post_update("1", status="down", eta="noon", actions="we look")
    assert desk.told("update_posted")[0]["content"] == {**WHOLE, "actions": "we look"}


def test_u2_what_is_required_comes_first_in_its_content(told):
    desk = told()
    desk.post_update("1", {"zeal": "high", "actions": "we look", **dict(reversed(WHOLE.items()))})
    content = desk.told("update_posted")[0]["content"]
    assert list(content) == ["status", "eta", "actions", "zeal"]


def test_u2_an_item_without_a_protocol_may_be_written_about(told):
    desk = told(priority=3)
    assert desk.post_update("1", {"status": "down"}, by="ana", now=5.0) == ["update of 1 posted"]
    assert desk.told("update_posted") == [
        {
            "at": 5.0,
            "event": "update_posted",
            "item": "1",
            "protocol": None,
            "by": "ana",
            "audiences": [],
            "channels": [],
            "content": {"status": "down"},
        }
    ]


@pytest.mark.parametrize("verb", ["post_update", "post_report"])
def test_u2_on_the_wire_the_content_may_stand_beside_the_rest(verb):
    loose = {"at": 5, "do": verb, "item": "1", "by": "ana", "status": "down"}
    whole = {"at": 5, "do": verb, "item": "1", "by": "ana", "content": {"status": "down"}}
    assert command_from_dict(loose) == command_from_dict(whole)


# --- U2: the report -------------------------------------------------------------------------------


@pytest.fixture
def closed(told):
    """A desk whose item `1` was closed at 1000; its report is due."""

    def make(**options):
        desk = told(**options)
        desk.close("1", now=1000.0)
        return desk

    return make


def test_u2_a_report_has_the_sections_that_the_protocol_names(closed):
    desk = closed(protocols=[{**MAJOR, "report_on_close": ["summary"]}])
    assert desk.told("report_due")[0]["sections"] == ["summary"]
    assert desk.post_report("1", {"summary": "rust"}) == ["report of 1 posted"]


def test_u2_no_report_is_due_where_none_is_asked_for(closed):
    desk = closed(priority=2)
    desk.refused(InvalidTransitionError, "post_report", "1", REPORT)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "content.root_cause"),
        ({**REPORT, "resolution": " "}, "content.resolution"),
        ({"root_cause": "rust", "resolution": "paint"}, "content.prevention"),
    ],
)
def test_u2_a_report_without_a_section_is_refused_and_stays_due(closed, content, field):
    desk = closed()
    error = desk.refused(ConfigurationError, "post_report", "1", content)
    assert error.field == field
    assert desk.post_report("1", REPORT) == ["report of 1 posted"]


def test_u2_a_report_is_posted_once(closed):
    desk = closed()
    desk.post_report("1", REPORT)
    desk.refused(InvalidTransitionError, "post_report", "1", REPORT)


def test_u2_no_report_is_posted_on_what_is_open(told):
    desk = told()
    desk.refused(InvalidTransitionError, "post_report", "1", REPORT)


def test_u2_a_reopened_item_owes_no_report_until_it_is_closed_again(closed):
    desk = closed()
    desk.reopen("1")
    desk.refused(InvalidTransitionError, "post_report", "1", REPORT)
    assert desk.close("1")[-1] == "report of 1 due: root_cause, resolution, prevention"


def test_u2_a_report_forgotten_by_a_reopening_stays_forgotten(closed):
    desk = closed()
    desk.reopen("1")
    desk.update_item("1", priority=3)
    desk.close("1")
    desk.refused(InvalidTransitionError, "post_report", "1", REPORT)


def test_u2_closing_ends_the_cadence(closed):
    assert closed().waits() is None


# --- U3 -------------------------------------------------------------------------------------------


def test_u3_a_protocol_changes_nothing_of_who_gets_what(told):
    with_it, without = told("ana", "ben"), told("ana", "ben", protocols=())
    for desk in (with_it, without):
        for name in "234":
            desk.submit(name, priority=1)
        desk.advance(now=4000.0)
        desk.close("1")
    assert with_it.taken() == without.taken()
