"""Rules G: what may be asked for, and by whom (reading 79)."""

import pytest

from assignwork import (
    AccessDeniedError,
    ConfigurationError,
    DuplicateItemError,
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


def test_g1_a_delivery_beyond_the_last_instant_is_due_then(shop):
    desk = shop({"expected_delivery": 1e15})
    desk.submit("1", catalog="it", now=0.0)
    assert desk.items["1"].due_at == 253402214400.0  # of the year 9999
