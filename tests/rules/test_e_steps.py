"""Rules E4 and E5: what a step does, and by whose hand (readings 71, 72)."""

import pytest

from assignwork import Agent, InvalidTransitionError, Team
from assignwork.model import Rotation

FINISHED = "1 left p: finished"


@pytest.fixture
def escalated(timed):
    """A desk whose item `1` came at 0; after 100 seconds its path does this."""

    def make(*agents, do, item=None, steps=(), **settings):
        first = {"when": "unresolved", "after": 100, "do": do}
        paths = [{"id": "p", "steps": [first, *steps], "teams": ["t"]}, *settings.pop("paths", [])]
        desk = timed(*agents, paths=paths, **settings)
        desk.submit("1", now=0.0, **(item or {}))
        return desk

    return make


def by_path(event, **changes):
    """An escalated event as it is where a step does nothing."""
    usual = {
        "at": 100.0,
        "event": "escalated",
        "item": "1",
        "path": "p",
        "level": 1,
        "lap": 1,
        "when": "unresolved",
        "by": "path",
        "reason": None,
        "category": None,
        "team": None,
        "agent": None,
        "priority": None,
        "watchers": [],
        "notified": [],
    }
    return event == {**usual, **changes}


# --- the path of the issue ------------------------------------------------------------------------


def test_e1_from_the_first_line_to_the_management(timed):
    steps = [
        {"when": "unacknowledged", "after": 900, "do": {"transfer": "l2", "notify": ["network"]}},
        {"when": "unresolved", "after": 3600, "do": {"transfer": "l3", "notify": ["architects"]}},
        {
            "when": "unresolved",
            "after": 7200,
            "do": {"priority": "critical", "notify": ["management"], "watchers": ["cio"]},
        },
    ]
    desk = timed(
        *[Agent(name, primary=[team]) for name, team in [("l", "l1"), ("n", "l2"), ("a", "l3")]],
        teams=["l1", "l2", "l3"],
        paths=[{"id": "outage", "steps": steps, "teams": ["l1"], "categories": ["network"]}],
        groups={"network": ["n", "m"], "architects": ["a"], "management": ["head of it"]},
    )
    desk.submit("1", category="network", now=0.0)
    assert desk.advance(now=7200.0) == [
        "900: 1 at level 1 of outage: unacknowledged, to l2, told n m",
        "900: transferred 1 from l1 to l2",
        "900: released 1 from l: transfer",
        "900: queued 1 in l2",
        "900: assigned 1 to n",
        "3600: 1 at level 2 of outage: unresolved, to l3, told a",
        "3600: transferred 1 from l2 to l3",
        "3600: released 1 from n: transfer",
        "3600: queued 1 in l3",
        "3600: assigned 1 to a",
        "1 at level 3 of outage: unresolved, priority 1, watched by cio, told head of it",
        "updated 1",
        "1 left outage: finished",
    ]
    assert (desk.items["1"].owner, desk.items["1"].own_priority) == ("a", 1)


# --- effects in their order -----------------------------------------------------------------------


def test_e1_a_step_raises_transfers_assigns_and_tells_in_this_order(escalated):
    desk = escalated(
        Agent("ana", primary=["t"]),
        Agent("ben", primary=["u"]),
        do={
            "notify": ["it", "ana"],
            "watchers": ["eve"],
            "assign": "ben",
            "transfer": "u",
            "priority": 1,
        },
        teams=["t", "u"],
        groups={"it": ["ida", "ian"]},
        protocols=[{"id": "major", "priorities": [1], "audiences": ["board"]}],
        sla=[
            {"id": "other", "teams": ["u"], "targets": {"1": {"first_response": 120}}},
            {
                "id": "sla",
                "targets": {"1": {"first_response": 150}, "3": {"first_response": 400}},
            },
        ],
    )
    assert desk.advance(now=100.0) == [
        "1 at level 1 of p: unresolved, priority 1, to u, to ben, watched by eve, told ida ian ana",
        "updated 1",
        "first_response of 1 on again, due 150",
        "told board: 1 opened",
        "transferred 1 from t to u",
        "first_response of 1 on again, due 120 under other",
        "first_response of 1 at risk under other",
        "released 1 from ana: transfer",
        "queued 1 in u",
        "assigned 1 to ben by escalation",
        "told board: 1 escalated",
        FINISHED,
    ]


def test_e5_an_event_says_path_level_to_whom_and_why(escalated):
    desk = escalated(
        "ana",
        do={"priority": "high", "transfer": "u", "assign": "ana", "watchers": ["eve"]},
        item={"category": "vpn"},
        teams=["t", "u"],
    )
    desk.advance(now=100.0)
    assert by_path(
        desk.told("escalated")[0],
        category="vpn",
        priority=2,
        team="u",
        agent="ana",
        watchers=["eve"],
    )


def test_e1_an_assignment_is_by_escalation(escalated):
    desk = escalated(Agent("ben", presence="away"), do={"assign": "ben"})
    desk.advance(now=100.0)
    assert desk.told("assigned") == [
        {
            "at": 100.0,
            "event": "assigned",
            "item": "1",
            "team": "t",
            "agent": "ben",
            "tier": "manual",
            "waited": 100.0,
            "by": "escalation",
            "selection": "escalation",
            "key": [],
            "runner_up": None,
            "not_active": True,
            "not_member": True,
        }
    ]


def test_e1_an_item_may_be_moved_before_anybody_gets_it(timed):
    steps = [{"when": "unassigned", "do": {"transfer": "u"}}]
    desk = timed(
        "ana",
        Agent("ben", primary=["u"]),
        teams=["t", "u"],
        paths=[{"id": "p", "steps": steps}],
    )
    assert desk.submit("1") == [
        "queued 1 in t",
        "1 entered p",
        "1 at level 1 of p: unassigned, to u",
        "transferred 1 from t to u",
        "queued 1 in u",
        FINISHED,
        "assigned 1 to ben",
    ]


# --- priority -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "raised_to", "becomes"), [(3, 2, 2), (3, "critical", 1), (2, 2, None), (1, 2, None)]
)
def test_e1_a_priority_is_only_ever_raised(escalated, own, raised_to, becomes):
    desk = escalated(do={"priority": raised_to}, item={"priority": own})
    updated = ["updated 1"] if becomes else []
    assert desk.advance(now=100.0)[1:] == [*updated, FINISHED]
    assert by_path(desk.told("escalated")[0], priority=becomes)
    assert desk.items["1"].own_priority == (becomes or own)


def test_e1_a_priority_that_was_raised_counts_in_the_queue(escalated):
    desk = escalated(do={"priority": 1})
    desk.submit("2", priority=2)
    assert desk.queue() == ("2", "1")
    desk.advance(now=100.0)
    assert desk.queue() == ("1", "2")


# --- transfer -------------------------------------------------------------------------------------


def test_e1_a_transfer_to_its_own_team_is_none(escalated):
    desk = escalated("ana", do={"transfer": "t"})
    assert desk.advance(now=100.0)[1:] == [FINISHED]
    assert by_path(desk.told("escalated")[0])


def test_e1_an_offered_item_is_transferred_like_by_hand(escalated):
    teams = [Team("t", offer_timeout=600), "u"]
    desk = escalated("ana", do={"transfer": "u"}, teams=teams)
    assert desk.advance(now=100.0) == [
        "1 at level 1 of p: unresolved, to u",
        "transferred 1 from t to u",
        "offer of 1 to ana withdrawn",
        "queued 1 in u",
        FINISHED,
    ]


def test_e1_a_sleeping_item_is_transferred_and_sleeps_on(escalated):
    desk = escalated("ana", do={"transfer": "u"}, teams=["t", "u"])
    desk.snooze("1", now=50.0)
    assert desk.advance(now=100.0) == [
        "1 at level 1 of p: unresolved, to u",
        "transferred 1 from t to u",
        FINISHED,
    ]
    assert (desk.items["1"].state, desk.items["1"].owner) == ("snoozed", None)


# --- assign ---------------------------------------------------------------------------------------


def test_e1_who_owns_it_loses_it_to_who_is_named(escalated):
    desk = escalated("ana", Agent("ben", presence="away", primary=["t"]), do={"assign": "ben"})
    assert desk.advance(now=100.0)[1:] == [
        "released 1 from ana: escalation",
        "assigned 1 to ben by escalation, not_active",
        FINISHED,
    ]


def test_e1_who_owns_it_already_keeps_it(escalated):
    desk = escalated("ana", do={"assign": "ana"})
    assert desk.advance(now=100.0) == ["1 at level 1 of p: unresolved, to ana", FINISHED]


def test_e1_who_is_full_gets_it_all_the_same(escalated):
    ben = Agent("ben", primary=["u"], capacity=1)
    desk = escalated(ben, do={"assign": "ben"}, teams=["t", "u"])
    desk.submit("2", "u")
    assert desk.advance(now=100.0)[1:] == [
        "assigned 1 to ben by escalation, over_capacity, not_member",
        FINISHED,
    ]


@pytest.mark.parametrize("to", ["ana", "ben"])
def test_e1_an_open_offer_is_withdrawn(escalated, to):
    ben = Agent("ben", primary=["t"], presence="away")
    desk = escalated("ana", ben, do={"assign": to}, teams=[Team("t", offer_timeout=600)])
    assert desk.advance(now=100.0)[1:3] == [
        "offer of 1 to ana withdrawn",
        f"assigned 1 to {to} by escalation" + ", not_active" * (to == "ben"),
    ]


def test_e1_a_sleeping_item_is_woken_by_an_assignment(escalated):
    ben = Agent("ben", primary=["t"], presence="away")
    sla = [{"id": "sla", "targets": {"resolution": 1000}}]
    desk = escalated("ana", ben, do={"assign": "ben"}, sla=sla)
    desk.snooze("1", 500.0, now=50.0)
    assert desk.advance(now=600.0) == [
        "100: 1 at level 1 of p: unresolved, to ben",
        "100: assigned 1 to ben by escalation, not_active",
        "100: resolution of 1 on again, due 1050",
        f"100: {FINISHED}",
    ]


def test_e1_a_sleeping_item_of_his_own_sleeps_on(escalated):
    desk = escalated("ana", do={"assign": "ana"})
    desk.snooze("1", now=50.0)
    assert desk.advance(now=100.0)[1:] == [FINISHED]
    assert desk.items["1"].state == "snoozed"


def test_e1_a_sleeping_item_may_go_to_another_team_and_to_somebody_in_it(escalated):
    ben = Agent("ben", primary=["u"])
    desk = escalated("ana", ben, do={"transfer": "u", "assign": "ben"}, teams=["t", "u"])
    desk.snooze("1", now=50.0)
    assert desk.advance(now=100.0)[1:] == [
        "transferred 1 from t to u",
        "assigned 1 to ben by escalation",
        FINISHED,
    ]


PAGER = Rotation("pager", ["kim", "ana"], days=1, starts_on="1970-01-01", time="00:01")


def test_e1_who_is_on_call_is_who_is_so_at_that_instant(timed):
    steps = [{"when": "manual", "do": {"assign": {"on_call": "pager"}}}]
    desk = timed(Agent("ana"), paths=[{"id": "p", "steps": steps, "repeat": 1}], rotations=[PAGER])
    desk.submit("1", now=0.0)
    assert desk.escalate("1", now=86459.0)[0] == "1 at level 1 of p: manual, by hand, to kim"
    assert desk.escalate("1", now=86460.0)[:2] == [
        "1 at level 1 of p: manual, lap 2, by hand, to ana",
        "assigned 1 to ana by escalation, not_member",
    ]


def test_e1_who_is_on_call_and_no_agent_is_only_named(escalated):
    desk = escalated("ana", do={"assign": {"on_call": "pager"}}, rotations=[PAGER])
    assert desk.advance(now=100.0) == ["1 at level 1 of p: unresolved, to kim", FINISHED]
    assert desk.items["1"].owner == "ana"


# --- watchers and notify --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["watchers", "notify"])
def test_e1_groups_and_rotations_stand_for_people_each_of_them_once(escalated, kind):
    named = ["it", "zoe", "ian", {"on_call": "pager"}, "kim"]
    desk = escalated(do={kind: named}, groups={"it": ["ida", "ian"]}, rotations=[PAGER])
    desk.advance(now=100.0)
    field = {"watchers": "watchers", "notify": "notified"}[kind]
    assert by_path(desk.told("escalated")[0], **{field: ["ida", "ian", "zoe", "kim"]})


def test_e1_an_item_keeps_all_its_watchers_and_an_event_has_those_of_its_step(escalated):
    second = {"when": "unresolved", "after": 200, "do": {"watchers": ["zoe", "eve"]}}
    desk = escalated(do={"watchers": ["eve", "kim"]}, steps=[second])
    assert desk.advance(now=200.0) == [
        "100: 1 at level 1 of p: unresolved, watched by eve kim",
        "1 at level 2 of p: unresolved, watched by zoe eve",
        FINISHED,
    ]
    assert desk.items["1"].watchers == ("eve", "kim", "zoe")


def test_e1_a_group_is_who_is_in_it_at_that_instant(escalated):
    desk = escalated(do={"notify": ["it"]}, groups={"it": ["ida"]})
    desk.update_workspace(groups={"it": ["ian"]}, now=50.0)
    assert desk.advance(now=100.0)[0] == "1 at level 1 of p: unresolved, told ian"


# --- another path ---------------------------------------------------------------------------------


def other(*steps, **fields):
    return {"id": "q", "steps": list(steps), **fields}


def test_e1_a_step_may_hand_over_to_another_path_after_all_else(escalated):
    quick = {"when": "unresolved", "do": {"notify": ["boss"]}}
    later = {"when": "unresolved", "after": 50, "do": {"notify": ["board"]}}
    desk = escalated(
        do={"path": "q", "transfer": "u", "notify": ["lead"]},
        teams=["t", "u"],
        steps=[{"when": "unresolved", "after": 110, "do": {"notify": ["nobody"]}}],
        paths=[other(quick, later, teams=["u"])],
    )
    assert desk.advance(now=200.0) == [
        "100: 1 at level 1 of p: unresolved, to u, told lead",
        "100: transferred 1 from t to u",
        "100: queued 1 in u",
        "100: 1 left p: path",
        "100: 1 entered q",
        "100: 1 at level 1 of q: unresolved, told boss",
        "150: 1 at level 2 of q: unresolved, told board",
        "150: 1 left q: finished",
    ]


def test_e1_what_a_path_does_leads_to_no_other_path(escalated):
    waits = {"when": "manual", "do": {"notify": ["boss"]}}
    desk = escalated(
        do={"priority": 1, "transfer": "u"},
        teams=["t", "u"],
        steps=[waits],
        paths=[other(waits, teams=["u"], priorities=[1])],
    )
    desk.advance(now=100.0)
    assert (desk.items["1"].path, desk.items["1"].level) == ("p", 2)


# --- E4: by hand ----------------------------------------------------------------------------------


def test_e4_a_hand_fires_the_next_step_whatever_its_condition(timed):
    steps = [
        {"when": "unassigned", "after": 100, "do": {"notify": ["lead"]}},
        {"when": "unresolved", "after": 200, "do": {"notify": ["boss"]}},
    ]
    desk = timed("ana", paths=[{"id": "p", "steps": steps}])
    desk.submit("1", now=0.0)
    assert desk.escalate("1", "it burns", by="eve", now=50.0) == [
        "1 at level 1 of p: unassigned, by eve, because it burns, told lead"
    ]
    assert by_path(
        desk.told("escalated")[0],
        at=50.0,
        when="unassigned",
        by="eve",
        reason="it burns",
        notified=["lead"],
    )
    assert desk.advance(now=200.0) == ["1 at level 2 of p: unresolved, told boss", FINISHED]


def test_e4_nobody_named_is_a_hand(escalated):
    desk = escalated(do={"notify": ["lead"]})
    assert desk.escalate("1", now=20.0) == [
        "1 at level 1 of p: unresolved, by hand, told lead",
        FINISHED,
    ]


@pytest.mark.parametrize("when", ["at_risk", "breached"])
def test_e4_a_step_that_waits_for_a_target_fires_by_hand(timed, when):
    steps = [{"when": when, "target": "resolution", "do": {"notify": ["lead"]}}]
    sla = [{"id": "sla", "targets": {"resolution": 1000}}]
    desk = timed(paths=[{"id": "p", "steps": steps}], sla=sla)
    desk.submit("1", now=0.0)
    assert desk.escalate("1")[0] == f"1 at level 1 of p: {when}, by hand, told lead"


def test_e4_what_comes_behind_is_judged_then(escalated):
    passed = {"when": "unresolved", "after": 10, "do": {"notify": ["boss"]}}
    desk = escalated(do={"notify": ["lead"]}, steps=[passed])
    assert desk.escalate("1", now=20.0) == [
        "1 at level 1 of p: unresolved, by hand, told lead",
        "1 at level 2 of p: unresolved, told boss",
        FINISHED,
    ]


def test_e4_the_last_step_by_hand_begins_the_next_lap(timed):
    steps = [{"when": "unresolved", "after": 100, "do": {"notify": ["lead"]}}]
    desk = timed(paths=[{"id": "p", "steps": steps, "repeat": 1}])
    desk.submit("1", now=0.0)
    assert desk.escalate("1", now=40.0)[1:] == ["1 entered p, lap 2"]
    assert desk.waits() == "140"


@pytest.mark.parametrize("finished", [True, False])
def test_e4_an_item_that_follows_no_path_cannot_be_escalated(escalated, finished):
    desk = escalated(do={"notify": ["lead"]}, teams=["t", "u"])
    desk.submit("2", "u")
    if finished:
        desk.advance(now=100.0)
    error = desk.refused(InvalidTransitionError, "escalate", "1" if finished else "2", "now!")
    assert "follows no path" in str(error)
