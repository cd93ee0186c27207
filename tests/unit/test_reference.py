"""The reference model: all scenarios, and the readings that are easily got wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from assignwork import Agent, Team, WorkItem, Workspace
from assignwork.commands import (
    Accept,
    Advance,
    Assign,
    Close,
    Decline,
    Heartbeat,
    Pull,
    RemoveAgent,
    RemoveTeam,
    Reopen,
    Reply,
    SetPresence,
    Snooze,
    Submit,
    Transfer,
    UpdateAgent,
    UpdateAgents,
    UpdateItem,
    UpdateWorkspace,
    Wake,
    command_from_dict,
)
from assignwork.errors import (
    AssignworkError,
    CapacityExceededError,
    ClockRegressionError,
    ConfigurationError,
    InvalidTransitionError,
    NotActiveError,
    NotMemberError,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.testing import ReferenceDesk

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.json"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    scenario = json.loads(path.read_text(encoding="utf-8"))
    desk = ReferenceDesk(Workspace.from_dict(scenario["workspace"]))
    events: list[dict[str, Any]] = []
    refused = []
    for index, line in enumerate(scenario["commands"]):
        try:
            at, command = command_from_dict(line)
            events += [event.to_dict() for event in desk.handle(command, at)]
        except AssignworkError:
            refused.append(index)
    found = [event for event in events if event["event"] in scenario["kinds"]]
    assert refused == scenario["refused"]
    expected = scenario["expect"]
    least = [{k: event.get(k) for k in want} for event, want in zip(found, expected, strict=True)]
    assert least == expected


def desk_of(
    teams: list[Team] | None = None, agents: list[Agent] | None = None, **fields: Any
) -> ReferenceDesk:
    teams = [Team("t")] if teams is None else teams
    agents = [Agent("a", primary=["t"])] if agents is None else agents
    return ReferenceDesk(Workspace(teams=teams, agents=agents, **fields))


def submit(desk: ReferenceDesk, name: str, now: float = 0.0, team: str = "t", **fields: Any) -> Any:
    return desk.handle(Submit(WorkItem(name, team=team, **fields)), now)


def told(events: tuple[Event, ...], *fields: str) -> list[tuple[Any, ...]]:
    """The kind of each event, then those of the fields that it has."""
    return [
        (event.kind, *(getattr(event, name) for name in fields if hasattr(event, name)))
        for event in events
    ]


def test_timers_of_a_refused_command_come_first_in_the_next_result() -> None:
    desk = desk_of()
    submit(desk, "1")
    desk.handle(Snooze("1", until=5.0), 1.0)
    with pytest.raises(UnknownAgentError):
        desk.handle(Pull("nobody"), 9.0)
    assert desk.next_wakeup() is None
    assert told(desk.handle(Advance(), 6.0), "at") == [("woken", 5.0)]


def test_refused_command_leaves_the_clock_where_the_last_timer_put_it() -> None:
    desk = desk_of()
    submit(desk, "1")
    desk.handle(Snooze("1", until=5.0), 1.0)
    with pytest.raises(UnknownAgentError):
        desk.handle(Pull("nobody"), 9.0)
    with pytest.raises(ClockRegressionError):
        desk.handle(Advance(), 4.0)
    desk.handle(Advance(), 5.0)


def test_refused_first_command_does_not_open_the_desk() -> None:
    desk = desk_of(auto_away_after=10)
    with pytest.raises(UnknownAgentError):
        desk.handle(Heartbeat("nobody"), 100.0)
    desk.handle(Advance(), 0.0)
    assert desk.next_wakeup() == 10.0


def test_key_and_runner_up_of_a_gift() -> None:
    agents = [Agent(name, primary=["t"], skills={"de": n}) for n, name in enumerate("abc", 1)]
    desk = desk_of([Team("t", selection="best_skilled")], agents)
    (_, assigned) = submit(desk, "1", preferred_skills=["de"])
    assert (assigned.agent, assigned.key, assigned.runner_up) == ("c", (-3, 0, 0, 2), "b")


def test_composition_names_its_criteria_then_the_tie_breaks_of_the_last() -> None:
    agents = [Agent("a", primary=["t"]), Agent("b", primary=["t"])]
    desk = desk_of([Team("t", selection=["least_occupied", "longest_idle"])], agents)
    (_, assigned) = submit(desk, "1", now=3.0)
    assert assigned.selection == "least_occupied+longest_idle"
    assert assigned.key == (0.0, 0, 3.0, 0, 0, 0)


def test_round_robin_pointer_outlives_the_agent() -> None:
    agents = [Agent(name, primary=["t"]) for name in "abc"]
    desk = desk_of([Team("t", selection="round_robin")], agents)
    submit(desk, "1")
    submit(desk, "2")
    desk.handle(RemoveAgent("b"), 1.0)  # 2 goes to c, the next above b
    assert desk.state()["items"]["2"]["owner"] == "c"
    assert submit(desk, "3", now=2.0)[1].key == (1, 0)


def test_hand_takes_an_item_from_another_hand() -> None:
    desk = desk_of(agents=[Agent("a", primary=["t"]), Agent("b", presence="away", capacity=1)])
    submit(desk, "1", weight=2)
    events = desk.handle(Assign("1", "b"), 4.0)
    assert told(events, "agent", "why", "tier", "waited", "flags") == [
        ("released", "a", "hand"),
        ("assigned", "b", "manual", 0.0, ("over_capacity", "not_active", "not_member")),
    ]


def test_assign_to_the_present_owner_is_no_event() -> None:
    desk = desk_of(agents=[Agent("a", primary=["t"])])
    submit(desk, "1")
    desk.handle(Snooze("1"), 0.0)
    assert desk.handle(Assign("1", "a", strict=True), 1.0) == ()
    assert desk.state()["items"]["1"]["state"] == "snoozed"


@pytest.mark.parametrize(
    ("agent", "error"),
    [
        (Agent("b", presence="away", capacity=1), NotActiveError),
        (Agent("b", capacity=1), NotMemberError),
        (Agent("b", primary=["t"], capacity=1), CapacityExceededError),
    ],
)
def test_strict_names_the_first_reason(agent: Agent, error: type[AssignworkError]) -> None:
    desk = desk_of(agents=[agent], strict=True)
    submit(desk, "1", weight=2)
    with pytest.raises(error):
        desk.handle(Assign("1", "b"), 0.0)
    assert desk.handle(Assign("1", "b", strict=False), 0.0)


def test_transfer_tells_the_move_first() -> None:
    desk = desk_of([Team("t"), Team("u")])
    submit(desk, "1")
    events = desk.handle(Transfer("1", "u"), 1.0)
    assert told(events, "team", "agent", "why") == [
        ("transferred", "u", None),
        ("released", "u", "a", "transfer"),
        ("queued", "u"),
    ]


def test_transfer_of_a_snoozed_item_takes_its_owner_silently() -> None:
    desk = desk_of([Team("t"), Team("u")])
    submit(desk, "1")
    desk.handle(Snooze("1", until=9.0), 1.0)
    assert told(desk.handle(Transfer("1", "u"), 2.0), "agent") == [("transferred", None)]
    assert told(desk.handle(Advance(), 9.0), "agent") == [("woken", None), ("queued",)]


def test_leaving_withdraws_offers_before_items_go_back() -> None:
    teams = [Team("t", offer_timeout=30), Team("u")]
    desk = desk_of(teams, [Agent("a", primary=["t", "u"])], reassign="all")
    submit(desk, "1", team="u")
    submit(desk, "2", team="t")
    events = desk.handle(SetPresence("a", "away_reassign", reason="gone"), 1.0)
    assert told(events, "item", "how", "why") == [
        ("presence_changed",),
        ("offer_ended", "2", "withdrawn"),
        ("queued", "2"),
        ("released", "1", "away"),
        ("queued", "1"),
    ]


def test_wake_of_an_owner_who_left_gives_back() -> None:
    desk = desk_of(reassign="on_reply")
    submit(desk, "1")
    desk.handle(Snooze("1"), 1.0)
    desk.handle(SetPresence("a", "away_reassign"), 2.0)
    assert told(desk.handle(Wake("1"), 3.0), "agent", "why") == [
        ("woken", "a"),
        ("released", "a", "away"),
        ("queued",),
    ]


def test_customer_reply_reopens_for_the_last_owner_over_his_limit() -> None:
    desk = desk_of(agents=[Agent("a", primary=["t"], capacity=1)])
    submit(desk, "1")
    desk.handle(Close("1"), 1.0)
    submit(desk, "2", now=1.0)
    events = desk.handle(Reply("1", by="customer"), 2.0)
    assert told(events, "agent", "flags") == [
        ("replied", None),
        ("reopened", "a", ("over_capacity",)),
    ]
    with pytest.raises(InvalidTransitionError):
        desk.handle(Reopen("1"), 3.0)


def test_misses_send_away_but_never_the_last() -> None:
    team = Team("t", offer_timeout=5, decline_cooldown=0, missed_limit=1)
    desk = desk_of([team], [Agent("a", primary=["t"]), Agent("b", primary=["t"])])
    submit(desk, "1")
    events = desk.handle(Advance(), 12.0)
    assert told(events, "at", "agent", "how", "by") == [
        ("offer_ended", 5.0, "a", "missed"),
        ("queued", 5.0),
        ("presence_changed", 5.0, "a", "auto"),
        ("offered", 5.0, "b"),
        ("offer_ended", 10.0, "b", "missed"),
        ("queued", 10.0),
        ("offered", 10.0, "b"),
    ]


def test_decline_excludes_until_a_hand_assigns() -> None:
    desk = desk_of([Team("t", offer_timeout=5, decline_cooldown=100)])
    submit(desk, "1")
    desk.handle(Decline("1", "a"), 1.0)
    assert desk.next_wakeup() == 101.0
    assert desk.state()["items"]["1"]["excluded"] == ["a"]
    desk.handle(Assign("1", "a"), 2.0)
    assert desk.next_wakeup() is None


def test_accept_is_no_second_assignment() -> None:
    desk = desk_of([Team("t", offer_timeout=5)], assignment_rate={"items": 1, "per": 60})
    submit(desk, "1")
    (_, assigned) = desk.handle(Accept("1", "a"), 3.0)
    assert (assigned.by, assigned.waited, assigned.key) == ("offer", 3.0, ())
    assert desk.next_wakeup() == 60.0
    assert desk.state()["agents"]["a"]["last_assigned"] == 1


def test_waits_that_end_at_one_instant_have_all_ended_then() -> None:
    # The offer of 2 lapses at 10, as does the exclusion from 1, which was created later.
    team = Team("t", offer_timeout=10, decline_cooldown=2)
    desk = desk_of([team], default_capacity=2)
    submit(desk, "1", priority=1)
    submit(desk, "2", priority=2)
    desk.handle(Decline("1", "a"), 8.0)
    events = desk.handle(Advance(), 10.0)
    assert told(events, "item", "agent") == [
        ("offer_ended", "2", "a"),
        ("queued", "2"),
        ("offered", "1", "a"),
    ]


def test_ageing_lifts_a_queued_item_step_by_step() -> None:
    desk = desk_of(agents=[], ageing={"every": 10, "to": 2})
    submit(desk, "1", priority=4)
    assert desk.next_wakeup() == 10.0
    desk.handle(Advance(), 10.0)
    assert (desk.state()["items"]["1"]["priority"], desk.next_wakeup()) == (3, 20.0)
    desk.handle(Advance(), 50.0)
    assert (desk.state()["items"]["1"]["priority"], desk.next_wakeup()) == (2, None)


def test_affinity_waits_for_an_active_agent_only() -> None:
    agents = [Agent("a", primary=["t"], presence="away"), Agent("b", primary=["t"])]
    desk = desk_of(agents=agents)
    (_, assigned) = submit(desk, "1", preferred_agent="a", affinity_wait=60)
    assert (assigned.agent, assigned.selection) == ("b", "balanced")


def test_only_agent_is_chosen_by_affinity() -> None:
    desk = desk_of(agents=[Agent("a", primary=["t"]), Agent("b", primary=["t"])])
    (_, assigned) = submit(desk, "1", only_agent="b")
    assert (assigned.agent, assigned.selection, assigned.key) == ("b", "affinity", ())


def test_secondary_helps_when_nothing_waits_that_he_can_take() -> None:
    agents = [Agent("a", primary=["u"], secondary=["t"], capacity=2)]
    desk = desk_of([Team("t"), Team("u")], agents)
    submit(desk, "1", team="u", skills={"de": 1})  # nobody's
    assert submit(desk, "2")[1].tier == "secondary"


def test_pull_reaches_manual_teams_and_counts_for_the_rate() -> None:
    desk = desk_of([Team("t", manual=True)], assignment_rate={"items": 1, "per": 60})
    submit(desk, "1")
    submit(desk, "2")
    (pulled,) = desk.handle(Pull("a"), 1.0)
    assert (pulled.item, pulled.by, pulled.tier) == ("1", "pull", "primary")
    assert desk.handle(Pull("a"), 2.0) == ()
    assert desk.next_wakeup() == 61.0


def test_automatic_presences_follow_the_last_sign_of_life() -> None:
    desk = desk_of(auto_away_after=10, auto_reassign_after=30)
    desk.handle(Heartbeat("a"), 5.0)
    events = desk.handle(Advance(), 100.0)
    assert told(events, "at", "presence", "by") == [
        ("presence_changed", 15.0, "away", "auto"),
        ("presence_changed", 35.0, "away_reassign", "auto"),
    ]


def test_heartbeat_calls_back_only_whom_the_desk_sent_away() -> None:
    desk = desk_of(auto_away_after=10, auto_return=True)
    desk.handle(Advance(), 0.0)
    desk.handle(Advance(), 20.0)
    assert told(desk.handle(Heartbeat("a"), 21.0), "presence", "by") == [
        ("presence_changed", "active", "auto")
    ]
    desk.handle(SetPresence("a", "away"), 22.0)
    assert desk.handle(Heartbeat("a"), 23.0) == ()


def test_timer_due_in_the_past_fires_in_the_next_call() -> None:
    desk = desk_of()
    desk.handle(Advance(), 0.0)
    events = desk.handle(UpdateWorkspace({"auto_away_after": 10}), 50.0)
    assert told(events) == [("configured",)]
    assert desk.next_wakeup() == 50.0
    assert told(desk.handle(Advance(), 60.0), "at") == [("presence_changed", 50.0)]


def test_rate_remembers_what_was_in_its_window_when_it_changed() -> None:
    desk = desk_of(assignment_rate={"items": 2, "per": 10})
    submit(desk, "1", now=0.0)
    submit(desk, "2", now=8.0)
    desk.handle(UpdateWorkspace({"assignment_rate": {"items": 2, "per": 60}}), 12.0)
    assert desk.next_wakeup() is None  # the first had left its window by then
    submit(desk, "3", now=12.0)
    assert desk.next_wakeup() == 68.0


def test_remove_team_moves_what_is_open() -> None:
    desk = desk_of([Team("t"), Team("u")])
    submit(desk, "1")
    submit(desk, "2")
    desk.handle(Close("2"), 0.0)
    with pytest.raises(TeamNotEmptyError):
        desk.handle(RemoveTeam("t"), 1.0)
    events = desk.handle(RemoveTeam("t", move_to="u"), 1.0)
    assert told(events, "agent", "changes") == [
        ("transferred", "a"),
        ("configured", {"move_to": "u"}),
    ]
    assert told(desk.handle(Reopen("2"), 2.0), "agent") == [("reopened", None), ("queued",)]


def test_closed_item_of_a_removed_team_cannot_be_reopened() -> None:
    desk = desk_of()
    submit(desk, "1")
    desk.handle(Close("1"), 0.0)
    desk.handle(RemoveTeam("t"), 1.0)
    with pytest.raises(UnknownTeamError):
        desk.handle(Reply("1", by="customer"), 2.0)


def test_bulk_update_names_whom_it_meant() -> None:
    agents = [Agent("a", primary=["t"], tags=["x"]), Agent("b"), Agent("c", tags=["x"])]
    desk = desk_of(agents=agents)
    (configured,) = desk.handle(UpdateAgents({"tag": "x"}, {"capacity": 9}), 0.0)
    assert (configured.target, configured.changes) == (["a", "c"], {"capacity": 9})
    (configured,) = desk.handle(UpdateAgents({"tag": "y"}, {"capacity": 9}), 0.0)
    assert configured.target == []


@pytest.mark.parametrize(
    "command",
    [
        UpdateItem("1", {"team": "u"}),
        UpdateAgent("a", {"presence": "away"}),
        UpdateAgent("a", {"primary": ["nowhere"]}),
        UpdateWorkspace({"agents": []}),
        Snooze("1", until=1.0),
    ],
)
def test_what_cannot_be_changed_is_refused(command: Any) -> None:
    desk = desk_of()
    submit(desk, "1")
    with pytest.raises(ConfigurationError):
        desk.handle(command, 1.0)


def test_policies_of_the_caller_are_not_supported() -> None:
    class Mine:
        name = "mine"

        def key(self, *_: Any) -> int:
            return 0

    with pytest.raises(NotImplementedError):
        desk_of([Team("t", selection=Mine())])
