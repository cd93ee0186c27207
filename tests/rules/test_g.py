"""Rules G: what may be asked for, by whom, and who must approve (readings 79, 80)."""

import pytest

from assignwork import (
    AccessDeniedError,
    Agent,
    ConfigurationError,
    DuplicateItemError,
    InvalidTransitionError,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownTeamError,
)

MATRIX = {"matrix": [[1, 2, 3], [2, 3, 4], [3, 4, 5]]}
LAPTOP = {
    "id": "laptop",
    "team": "t",
    "name": "A new laptop",
    "category": "hardware",
    "priority": "high",
    "weight": 3,
    "skills": {"stock": 2, "mac": 1},
    "tags": ["order", "money"],
    "cost": 1500.0,
    "expected_delivery": 86400.0,
}
GROUPS = {"staff": ["ana", "ben"], "board": ["eve", "kim"], "guests": []}
SLA = {"id": "sla", "targets": {"first_response": 100, "resolution": 1000}}


@pytest.fixture
def shop(timed):
    """A desk with a catalog; in a short entry the team is `t`."""

    def make(*entries, agents=(), **settings):
        catalog = [{"id": "it", "team": "t", **entry} for entry in entries]
        return timed(*agents, catalog=catalog, groups=GROUPS, **settings)

    return make


# --- G1: what an entry fills in -------------------------------------------------------------------


def test_g1_an_entry_fills_what_the_item_leaves_open(shop):
    desk = shop(LAPTOP)
    assert desk.submit("1", catalog="laptop", now=100.0) == ["queued 1 in t"]
    assert desk.told("queued") == [
        {
            "at": 100.0,
            "event": "queued",
            "item": "1",
            "team": "t",
            "priority": 2,
            "weight": 3,
            "decided_by": "catalog",
            "category": "hardware",
        }
    ]
    item = desk.items["1"].item
    assert (item.category, item.weight, item.tags) == ("hardware", 3, ("order", "money"))
    assert {name: need.level for name, need in item.skills.items()} == {"stock": 2, "mac": 1}
    assert desk.items["1"].due_at == 86500.0


def test_g1_what_the_item_says_itself_stands(shop):
    desk = shop(LAPTOP, teams=["t", "u"])
    desk.submit(
        "1",
        "u",
        catalog="laptop",
        category="gift",
        priority=4,
        weight=2,
        skills={"mac": 3, "vip": 1},
        tags=["money", "red"],
        due_at=50.0,
        now=0.0,
    )
    view = desk.items["1"]
    item = view.item
    assert (view.team, view.own_priority, view.weight) == ("u", 4, 2)
    assert (item.category, item.tags) == ("gift", ("money", "red", "order"))
    needs = {name: need.level for name, need in item.skills.items()}
    assert needs == {"stock": 2, "mac": 3, "vip": 1}
    assert view.due_at == 50.0


@pytest.mark.parametrize(
    ("entry", "item", "expected"),
    [
        ({"impact": 1, "urgency": 3}, {}, (3, "impact")),
        ({"impact": 1, "urgency": 3}, {"urgency": 1}, (1, "impact+urgency")),
        ({"impact": 3}, {"urgency": 1}, (3, "urgency")),
        ({"priority": 2, "impact": 1, "urgency": 1}, {}, (2, "catalog")),
        ({"priority": 2}, {"impact": 1, "urgency": 1}, (2, "catalog")),
        ({"priority": 2}, {"priority": 4}, (4, "given")),
        ({}, {}, (5, "impact+urgency")),
    ],
)
def test_g1_priority_comes_from_the_item_then_the_entry_then_the_factors_of_both(
    shop, entry, item, expected
):
    desk = shop(entry, priority_criteria=MATRIX)
    desk.submit("1", catalog="it", **item)
    event = desk.told("queued")[0]
    assert (event["priority"], event["decided_by"]) == expected


def test_g1_an_entry_without_wishes_leaves_all_as_usual(shop):
    desk = shop({})
    desk.submit("1", catalog="it")
    view = desk.items["1"]
    assert (view.own_priority, view.weight, view.due_at) == (3, 1, None)


def test_g1_an_entrys_policy_goes_before_what_matches(shop):
    policies = [SLA, {"id": "gold", "teams": ["nobody"], "targets": {"resolution": 50}}]
    desk = shop({"sla": "gold"}, sla=policies, teams=["t", "nobody"])
    assert desk.submit("1", catalog="it") == ["queued 1 in t", "resolution of 1 due 50 under gold"]


def test_g1_where_that_policy_promises_nothing_nothing_is_promised(shop):
    gold = {"id": "gold", "targets": {"1": {"resolution": 50}}}
    desk = shop({"sla": "gold"}, sla=[SLA, gold])
    assert desk.submit("1", catalog="it", now=0.0) == ["queued 1 in t"]
    assert desk.update_item("1", priority=1, now=10.0) == [
        "updated 1",
        "resolution of 1 due 60 under gold",
    ]


def test_g1_a_transfer_does_not_take_that_policy_away(shop):
    gold = {"id": "gold", "teams": ["t"], "targets": {"resolution": 50}}
    desk = shop({"sla": "gold"}, sla=[gold, SLA], teams=["t", "u"])
    desk.submit("1", catalog="it", now=0.0)
    assert desk.transfer("1", "u", now=10.0) == ["transferred 1 from t to u", "queued 1 in u"]


def test_g1_a_path_may_ask_for_what_the_entry_filled_in(shop):
    steps = [{"when": "manual", "do": {"notify": ["lead"]}}]
    desk = shop(LAPTOP, paths=[{"id": "p", "categories": ["hardware"], "steps": steps}])
    assert desk.submit("1", catalog="laptop") == ["queued 1 in t", "1 entered p"]


def test_g1_a_later_change_of_the_catalog_does_not_touch_items(shop):
    desk = shop(LAPTOP)
    desk.submit("1", catalog="laptop", now=0.0)
    desk.update_workspace(catalog=[{**LAPTOP, "priority": "low", "weight": 1}])
    assert (desk.items["1"].own_priority, desk.items["1"].weight) == (2, 3)


def test_g1_an_unknown_entry_is_refused(shop):
    desk = shop(LAPTOP)
    error = desk.refused(ConfigurationError, "submit", "1", catalog="laptap", now=0.0)
    assert (error.field, error.remedy) == ("item.catalog", "did you mean 'laptop'?")


def test_g1_an_item_keeps_its_entry(shop):
    desk = shop(LAPTOP, {})
    desk.submit("1", catalog="laptop", now=0.0)
    error = desk.refused(ConfigurationError, "update_item", "1", catalog="it")
    assert error.field == "changes.catalog"


# --- G2: who may ask ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "requester", "may"),
    [
        ([], None, True),
        ([], "zoe", True),
        (["staff"], "ben", True),
        (["staff", "board"], "kim", True),
        (["staff"], "eve", False),
        (["guests"], "ana", False),
        (["staff"], None, False),
    ],
)
def test_g2_only_members_of_its_groups_may_ask_for_a_service(shop, groups, requester, may):
    desk = shop({"groups": groups})
    desk.advance(now=0.0)
    if may:
        desk.submit("1", catalog="it", requester=requester)
    else:
        error = desk.refused(AccessDeniedError, "submit", "1", catalog="it", requester=requester)
        assert (error.value, error.limit) == (requester, ", ".join(groups))


def test_g2_a_group_is_who_is_in_it_now(shop):
    desk = shop({"groups": ["guests"]})
    desk.update_workspace(groups={"guests": ["zoe"]})
    assert desk.submit("1", catalog="it", requester="zoe") == ["queued 1 in t"]


@pytest.mark.parametrize(
    ("item", "error"),
    [
        ({"name": "0", "catalog": "none"}, DuplicateItemError),
        ({"catalog": "none", "requester": "zoe"}, ConfigurationError),
        ({"requester": "zoe", "team": "none"}, AccessDeniedError),
        ({"team": "none", "only_agent": "none"}, UnknownTeamError),
        ({"only_agent": "none", "priority": "none"}, UnknownAgentError),
        ({"priority": "none"}, ConfigurationError),
    ],
)
def test_g2_what_is_wrong_is_found_in_this_order(shop, item, error):
    desk = shop({"groups": ["staff"]})
    desk.submit("0", "t", now=0.0)
    fields = {"name": "1", "catalog": "it", "requester": "ana", **item}
    desk.refused(error, "submit", fields.pop("name"), fields.pop("team", None), **fields)


# --- G2: approvals --------------------------------------------------------------------------------


@pytest.fixture
def held(shop):
    """A desk whose item `1`, of 0, waits for eve or kim, and then for the boss."""

    def make(*agents, entry=None, item=None, **settings):
        chain = {"approvals": ["board", "boss"], **(entry or {})}
        desk = shop(chain, agents=agents, **settings)
        assert (
            desk.submit("1", catalog="it", now=0.0, **(item or {}))[0] == "held 1 for board, boss"
        )
        return desk

    return make


def test_g2_with_approvals_it_waits_in_no_queue(held):
    desk = held("ana")
    assert desk.told("held") == [
        {
            "at": 0.0,
            "event": "held",
            "item": "1",
            "team": "t",
            "priority": 3,
            "weight": 1,
            "decided_by": "default",
            "category": None,
            "approvals": ["board", "boss"],
        }
    ]
    view = desk.items["1"]
    assert (view.state, view.approvals, desk.queue()) == ("held", ("board", "boss"), ())
    assert (view.created_at, view.waiting_since) == (0.0, 0.0)
    assert desk.pull("ana") == []


def test_g2_until_then_it_has_never_been_queued(held):
    assert held().items["1"].queued_at is None


def test_g2_approvals_come_in_the_order_of_the_chain(held):
    desk = held("ana")
    assert desk.approve("1", "kim", now=10.0) == ["kim approved 1"]
    assert desk.items["1"].approvals == ("boss",)
    assert desk.approve("1", "boss", now=20.0) == [
        "boss approved 1",
        "queued 1 in t",
        "assigned 1 to ana",
    ]
    assert desk.told("approved") == [
        {"at": 10.0, "event": "approved", "item": "1", "by": "kim", "remaining": ["boss"]},
        {"at": 20.0, "event": "approved", "item": "1", "by": "boss", "remaining": []},
    ]
    view = desk.items["1"]
    assert (view.created_at, view.waiting_since, view.queued_at) == (0.0, 0.0, 20.0)


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize("by", ["boss", "ana", "zoe"])
def test_g2_it_is_the_next_who_answers_and_nobody_else(held, verb, by):
    desk = held()
    error = desk.refused(AccessDeniedError, verb, "1", by, now=10.0)
    assert (error.value, error.limit) == (by, "board")


@pytest.mark.parametrize("by", ["board", "eve", "kim"])
def test_g2_a_group_answers_by_its_name_or_by_one_of_its_members(held, by):
    assert held().approve("1", by, now=10.0) == [f"{by} approved 1"]


def test_g2_one_answer_is_for_one_place_in_the_chain(held):
    desk = held()
    desk.approve("1", "kim", now=10.0)
    desk.refused(AccessDeniedError, "approve", "1", "kim")


def test_g2_after_the_last_all_begins_that_a_submit_begins(held):
    steps = [{"when": "unassigned", "do": {"notify": ["lead"]}}]
    desk = held(
        "ana",
        entry={"approvals": ["board", "boss"], "expected_delivery": 500},
        sla=[SLA],
        paths=[{"id": "p", "steps": steps}],
        protocols=[{"id": "all", "audiences": ["desk"]}],
    )
    desk.approve("1", "eve", now=10.0)
    assert desk.approve("1", "boss", now=50.0) == [
        "boss approved 1",
        "queued 1 in t",
        "first_response of 1 due 150",
        "resolution of 1 due 1050",
        "1 entered p",
        "1 at level 1 of p: unassigned, told lead",
        "1 left p: finished",
        "told desk: 1 opened",
        "assigned 1 to ana",
    ]
    assert desk.items["1"].item.due_at == 550.0


def test_g2_until_then_no_clock_runs(held):
    desk = held(sla=[SLA], entry={"expected_delivery": 500})
    assert (desk.waits(), desk.items["1"].due_at, desk.items["1"].targets) == (None, None, ())
    assert desk.update_item("1", priority=1, now=10.0) == ["updated 1"]
    assert desk.close("1", now=20.0) == ["closed 1 of None"]


def test_g2_clock_from_submit_does_not_wait(shop):
    entry = {"approvals": ["boss"], "clock_from": "submit", "expected_delivery": 500}
    desk = shop(entry, sla=[SLA])
    assert desk.submit("1", catalog="it", now=0.0) == [
        "held 1 for boss",
        "first_response of 1 due 100",
        "resolution of 1 due 1000",
    ]
    assert desk.items["1"].item.due_at == 500.0
    assert desk.approve("1", "boss", now=90.0) == [
        "80: first_response of 1 at risk",
        "boss approved 1",
        "queued 1 in t",
    ]
    assert desk.advance(now=100.0) == ["first_response of 1 breached, due 100"]


def test_g2_a_clock_from_submit_may_be_breached_while_it_is_held(shop):
    desk = shop({"approvals": ["boss"], "clock_from": "submit"}, sla=[SLA])
    desk.submit("1", catalog="it", now=0.0)
    assert desk.advance(now=100.0)[-1] == "first_response of 1 breached, due 100"
    assert desk.items["1"].due_at == 100.0


def test_g2_such_a_clock_knows_a_priority_that_changes(shop):
    targets = {"1": {"resolution": 50}, "3": {"resolution": 100}}
    sla = [{"id": "sla", "targets": targets}]
    desk = shop({"approvals": ["boss"], "clock_from": "submit"}, sla=sla)
    desk.submit("1", catalog="it", now=0.0)
    assert desk.update_item("1", priority=1, now=20.0) == [
        "updated 1",
        "resolution of 1 on again, due 50",
    ]


def test_g2_path_and_protocol_begin_when_it_is_queued_all_the_same(shop):
    steps = [{"when": "unresolved", "after": 100, "do": {"notify": ["lead"]}}]
    desk = shop(
        {"approvals": ["boss"], "clock_from": "submit"},
        paths=[{"id": "p", "steps": steps}],
        protocols=[{"id": "all", "audiences": {"opened": ["desk"]}, "update_every": 60}],
    )
    assert desk.submit("1", catalog="it", now=0.0) == ["held 1 for boss"]
    assert desk.waits() is None
    assert desk.approve("1", "boss", now=1000.0)[2:] == ["1 entered p", "told desk: 1 opened"]
    assert desk.advance(now=1100.0) == [
        "1060: update of 1 due",
        "1 at level 1 of p: unresolved, told lead",
        "1 left p: finished",
    ]


def test_g2_its_stay_begins_when_it_is_queued(held):
    item = {"skills": {"vip": {"relax_after": 60}}}
    desk = held("ana", item=item)
    desk.approve("1", "eve", now=100.0)
    desk.approve("1", "boss", now=200.0)
    assert desk.advance(now=259.0) == []
    assert desk.advance(now=260.0) == ["assigned 1 to ana"]


# --- G2: rejected ---------------------------------------------------------------------------------


def test_g2_who_rejects_closes_it_with_the_reason(held):
    desk = held()
    desk.approve("1", "kim", now=10.0)
    assert desk.reject("1", "boss", "too dear", now=20.0) == ["boss rejected 1", "closed 1 of None"]
    assert desk.told("rejected") == [
        {"at": 20.0, "event": "rejected", "item": "1", "by": "boss", "reason": "too dear"}
    ]
    assert (desk.items["1"].state, desk.items["1"].approvals) == ("closed", ())


def test_g2_clocks_that_ran_end_with_a_rejection(shop):
    desk = shop({"approvals": ["boss"], "clock_from": "submit"}, sla=[SLA])
    desk.submit("1", catalog="it", now=0.0)
    assert desk.reject("1", "boss", now=30.0) == [
        "boss rejected 1",
        "closed 1 of None",
        "first_response of 1 paused, 70 left",
        "resolution of 1 met, 970 left",
    ]


def test_g2_nobody_is_told_of_what_was_never_opened(held):
    desk = held(protocols=[{"id": "all", "audiences": ["desk"], "report_on_close": True}])
    assert desk.reject("1", "eve", now=20.0) == ["eve rejected 1", "closed 1 of None"]


def test_g2_what_comes_back_after_a_rejection_is_held_again(shop):
    desk = shop({"approvals": ["boss"], "expected_delivery": 500}, sla=[SLA])
    desk.submit("1", catalog="it", now=0.0)
    desk.reject("1", "boss", now=30.0)
    assert desk.reopen("1", now=50.0) == ["reopened 1 for None", "held 1 for boss"]
    assert desk.approve("1", "boss", now=60.0)[-2:] == [
        "first_response of 1 due 160",
        "resolution of 1 due 1060",
    ]
    assert desk.items["1"].item.due_at == 560.0


# --- held items -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "args", "options"),
    [
        ("assign", ["ana"], {}),
        ("release", [], {}),
        ("transfer", ["u"], {}),
        ("snooze", [], {}),
        ("wake", [], {}),
        ("reply", [], {"by": "agent"}),
        ("reply", [], {"by": "customer"}),
        ("reopen", [], {}),
        ("accept", ["ana"], {}),
        ("decline", ["ana"], {}),
        ("acknowledge", [], {}),
        ("escalate", [], {}),
        ("post_update", [], {}),
        ("post_report", [], {}),
        ("rate", [5], {}),
    ],
)
def test_g2_a_held_item_allows_nothing_but_an_answer_an_update_and_its_end(
    held, verb, args, options
):
    desk = held("ana", teams=["t", "u"])
    error = desk.refused(InvalidTransitionError, verb, "1", *args, now=10.0, **options)
    assert error.value == "held"


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_g2_only_a_held_item_is_approved_or_rejected(shop, verb):
    desk = shop({"approvals": ["boss"]}, agents=["ana"])
    for name in ("1", "2"):
        desk.submit(name, catalog="it", now=0.0)
    desk.approve("1", "boss")
    desk.close("2")
    for name in ("1", "2"):
        desk.refused(InvalidTransitionError, verb, name, "boss")


def test_g2_a_held_item_may_be_changed(held):
    desk = held()
    assert desk.update_item("1", priority=1, tags=["new"], now=10.0) == ["updated 1"]
    desk.approve("1", "eve", now=20.0)
    desk.approve("1", "boss", now=20.0)
    assert (desk.told("queued")[0]["priority"], desk.items["1"].item.tags) == (1, ("new",))


def test_g2_a_held_item_may_be_closed(held):
    desk = held()
    assert desk.close("1", now=10.0) == ["closed 1 of None"]
    assert desk.items["1"].approvals == ()


def test_g2_a_held_item_moves_along_with_its_team(shop):
    desk = shop({"approvals": ["boss"]}, teams=["t", "u"])
    desk.submit("1", catalog="it", now=0.0)
    desk.update_workspace(catalog=[], now=5.0)
    assert desk.remove_team("t", move_to="u", now=10.0) == [
        "transferred 1 from t to u",
        "configured remove_team t",
    ]
    assert desk.items["1"].state == "held"
    assert desk.approve("1", "boss", now=20.0) == ["boss approved 1", "queued 1 in u"]


def test_g2_a_held_item_counts_as_open(shop):
    desk = shop({"approvals": ["boss"]}, teams=["t", "u"])
    desk.submit("1", catalog="it", now=0.0)
    desk.update_workspace(catalog=[], now=5.0)
    assert desk.refused(TeamNotEmptyError, "remove_team", "t", now=10.0).value == 1


def test_g2_an_item_that_was_approved_is_as_any_other(held):
    desk = held(Agent("ana", primary=["t"]), teams=["t", "u"])
    desk.approve("1", "eve", now=10.0)
    desk.approve("1", "boss", now=10.0)
    desk.close("1", now=20.0)
    assert desk.reopen("1", now=30.0) == ["reopened 1 for ana"]
