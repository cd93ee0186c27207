"""The reference model on catalog and approvals: cases computed by hand from rules G."""

from typing import Any

import pytest
from reference_desks import desk_of, kinds, submit, told

from assignwork import Team
from assignwork.commands import (
    Approve,
    Assign,
    Rate,
    Reject,
    RemoveTeam,
    Reopen,
    Reply,
    Snooze,
    UpdateItem,
)
from assignwork.errors import (
    AccessDeniedError,
    ConfigurationError,
    DuplicateItemError,
    InvalidTransitionError,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownTeamError,
)
from assignwork.testing import ReferenceDesk

VPN = {
    "id": "vpn", "team": "t", "category": "network", "priority": "high", "weight": 2,
    "skills": {"ip": 2, "ssl": 1}, "tags": ["new"], "groups": ["staff"], "expected_delivery": 500,
}  # fmt: skip
GROUPS = {"staff": ["eva"], "leads": ["lea", "leo"]}


def catalog_desk(**entry: Any) -> ReferenceDesk:
    sla = [{"id": "g", "targets": {"first_response": 100}}]
    teams = [Team("t"), Team("u")]
    return desk_of(teams, [], catalog=[{**VPN, **entry}], groups=GROUPS, sla=sla)


def test_the_catalog_fills_what_is_open() -> None:
    desk = catalog_desk()
    (queued, started) = submit(desk, catalog="vpn", requester="eva", tags=["old"], skills={"ip": 1})
    assert (queued.team, queued.weight, queued.priority) == ("t", 2, 2)
    assert (queued.decided_by, queued.category) == ("catalog", "network")
    spec = desk._items["1"].spec
    assert (spec.tags, {name: need.level for name, need in spec.skills.items()}) == (
        ("old", "new"),
        {"ip": 1, "ssl": 1},
    )
    assert (spec.due_at, desk.state()["items"]["1"]["due"], started.due) == (500.0, 100.0, 100.0)
    (queued, _) = submit(
        desk, "2", catalog="vpn", requester="eva", team="u", priority=4, weight=3, category="x"
    )
    assert (queued.team, queued.weight, queued.priority, queued.category) == ("u", 3, 4, "x")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "0", "catalog": "no"}, DuplicateItemError),
        ({"catalog": "no"}, ConfigurationError),
        ({"catalog": "vpn", "team": "no"}, AccessDeniedError),
        ({"catalog": "vpn", "requester": "lea"}, AccessDeniedError),
        ({"catalog": "vpn", "requester": "eva", "team": "no"}, UnknownTeamError),
        (
            {"catalog": "vpn", "requester": "eva", "only_agent": "no", "priority": "no"},
            UnknownAgentError,
        ),
        ({"catalog": "vpn", "requester": "eva", "priority": "no"}, ConfigurationError),
    ],
)
def test_refusals_at_submit_in_their_order(fields: Any, error: type[Exception]) -> None:
    desk = catalog_desk()
    submit(desk, "0")
    with pytest.raises(error):
        submit(desk, fields.pop("name", "1"), **fields)


def test_approvals_in_chain_order() -> None:
    desk = catalog_desk(approvals=["boss", "leads"])
    (held,) = submit(desk, catalog="vpn", requester="eva")
    assert (held.kind, held.approvals) == ("held", ("boss", "leads"))
    with pytest.raises(AccessDeniedError):
        desk.handle(Approve("1", by="leo"), 10.0)
    (approved,) = desk.handle(Approve("1", by="boss"), 10.0)
    assert approved.remaining == ("leads",)
    for command in (Assign("1", "a"), Reply("1", by="customer"), Snooze("1"), Rate("1", 3)):
        with pytest.raises(InvalidTransitionError):
            desk.handle(command, 10.0)
    events = desk.handle(Approve("1", by="leo"), 20.0)
    assert told(events, "remaining", "due") == [
        ("approved", ()),
        ("queued",),
        ("sla_started", 120.0),
    ]
    assert desk._items["1"].spec.due_at == 520.0
    assert desk.state()["items"]["1"]["waiting_since"] == 0.0
    with pytest.raises(InvalidTransitionError):
        desk.handle(Approve("1", by="leo"), 20.0)


def test_clocks_may_start_at_submit() -> None:
    desk = catalog_desk(approvals=["boss"], clock_from="submit")
    events = submit(desk, catalog="vpn", requester="eva")
    assert told(events, "due") == [("held",), ("sla_started", 100.0)]
    assert kinds(desk.handle(UpdateItem("1", {"priority": 1}), 5.0)) == ["item_updated"]
    assert kinds(desk.handle(Approve("1", by="boss"), 10.0)) == ["approved", "queued"]
    assert desk.next_wakeup() == 80.0


def test_reject_closes() -> None:
    desk = catalog_desk(approvals=["leads"])
    submit(desk, catalog="vpn", requester="eva")
    events = desk.handle(Reject("1", by="lea", reason="no"), 10.0)
    assert told(events, "by", "reason", "agent") == [("rejected", "lea", "no"), ("closed", None)]
    assert told(desk.handle(Rate("1", 2, by="eva"), 11.0), "score") == [("rated", 2)]


def test_what_was_rejected_and_reopened_is_held_again_and_measured_once_approved() -> None:
    desk = catalog_desk(approvals=["leads"])
    submit(desk, catalog="vpn", requester="eva")
    desk.handle(Reject("1", by="lea"), 10.0)
    assert kinds(desk.handle(Reopen("1"), 20.0)) == ["reopened", "held"]
    events = desk.handle(Approve("1", by="lea"), 30.0)
    assert told(events, "due") == [("approved",), ("queued",), ("sla_started", 130.0)]
    assert desk._items["1"].spec.due_at == 530.0


def test_a_held_item_moves_with_its_team_but_not_a_named_one() -> None:
    desk = catalog_desk(approvals=["boss"])
    submit(desk, team="u", catalog="vpn", requester="eva")
    with pytest.raises(TeamNotEmptyError):
        desk.handle(RemoveTeam("u"), 1.0)
    assert kinds(desk.handle(RemoveTeam("u", move_to="t"), 1.0)) == ["transferred", "configured"]
    assert desk.state()["items"]["1"]["state"] == "held"
    with pytest.raises(ConfigurationError):
        desk.handle(RemoveTeam("t"), 1.0)
