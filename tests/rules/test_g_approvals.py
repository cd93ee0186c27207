"""Rule G2: who must approve, and what a held item allows (reading 80)."""

import pytest

from assignwork import AccessDeniedError, Agent, InvalidTransitionError, TeamNotEmptyError

GROUPS = {"board": ["eve", "kim"]}
SLA = {"id": "sla", "targets": {"first_response": 100, "resolution": 1000}}


@pytest.fixture
def shop(timed):
    """A desk with an entry `it`, of team `t`."""

    def make(entry, agents=(), **settings):
        catalog = [{"id": "it", "team": "t", **entry}]
        return timed(*agents, catalog=catalog, groups=GROUPS, **settings)

    return make


# --- approvals ------------------------------------------------------------------------------------


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


# --- rejected -------------------------------------------------------------------------------------


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


def test_g2_the_whole_chain_answers_again(held):
    desk = held()
    desk.approve("1", "kim", now=10.0)
    desk.reject("1", "boss", now=20.0)
    assert desk.reply("1", by="customer", now=30.0) == [
        "customer replied to 1 of None",
        "reopened 1 for None",
        "held 1 for board, boss",
    ]
    assert desk.items["1"].approvals == ("board", "boss")
    assert desk.approve("1", "eve", now=40.0) == ["eve approved 1"]


def test_g2_what_was_closed_while_it_was_held_is_held_again(held):
    desk = held("ana")
    desk.close("1", now=10.0)
    assert desk.reopen("1", now=20.0) == ["reopened 1 for None", "held 1 for board, boss"]
    assert desk.pull("ana") == []


def test_g2_then_clocks_from_submit_go_on(shop):
    desk = shop({"approvals": ["boss"], "clock_from": "submit"}, sla=[SLA])
    desk.submit("1", catalog="it", now=0.0)
    desk.reject("1", "boss", now=30.0)
    assert desk.reopen("1", now=50.0) == [
        "reopened 1 for None",
        "held 1 for boss",
        "first_response of 1 on again, due 120",
        "resolution of 1 on again, due 1020",
    ]
    assert desk.approve("1", "boss", now=60.0) == ["boss approved 1", "queued 1 in t"]


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
