"""Logs are read as they are, replayed, or put together with who held what."""

import attrs
import pytest
from known_desks import desk

from assignwork import Agent, Team, WorkItem, Workspace
from assignwork.commands import (
    Close,
    Reopen,
    Reply,
    SetPresence,
    Snooze,
    Submit,
    Transfer,
    Wake,
)
from assignwork.errors import (
    ConfigurationError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)
from assignwork.events import Closed
from assignwork.simulation.fitting import fit_scenario, logged_commands, logged_events
from assignwork.simulation.fitting.logs import read_log

DESK = desk(2)


def submit(name="t-1", team="billing"):
    return Submit(WorkItem(name, team=team))


def course(commands, owners, workspace=DESK):
    return [
        (event.at, event.kind, getattr(event, "agent", None))
        for event in logged_events(workspace, commands, owners)
    ]


def test_an_empty_log_is_refused_with_its_field():
    with pytest.raises(ConfigurationError, match="log: the log is empty") as found:
        fit_scenario(DESK, [])
    assert found.value.field == "log"
    assert found.value.remedy


@pytest.mark.parametrize("log", ["t-1", 5, {"at": 1}])
def test_what_is_no_list_is_refused(log):
    with pytest.raises(ConfigurationError) as found:
        fit_scenario(DESK, log)
    assert found.value.field == "log"


@pytest.mark.parametrize("entry", ["x", (1.0,), (1.0, "close"), ("x", Close("t-1"))])
def test_an_entry_that_is_neither_event_nor_command_is_named(entry):
    with pytest.raises(ConfigurationError) as found:
        fit_scenario(DESK, [(0.0, submit()), entry])
    assert found.value.field.startswith("log[1]")


def test_events_and_commands_do_not_mix():
    with pytest.raises(ConfigurationError) as found:
        fit_scenario(DESK, [Closed(1, 0.0, "t-1", None), (1.0, Close("t-1"))])
    assert found.value.field == "log[1]"


def test_a_log_out_of_order_is_refused():
    with pytest.raises(ConfigurationError, match="lies before") as found:
        fit_scenario(DESK, [(5.0, submit()), (4.0, submit("t-2"))])
    assert found.value.field == "log[1].at"


def test_commands_are_replayed_with_or_without_lines():
    log = [(0.0, submit()), (60.0, Close("t-1"))]
    plain = read_log(DESK, log)
    with_lines = read_log(DESK, [(n, *entry) for n, entry in enumerate(log, 1)])
    assert [event.kind for event in plain.events] == ["queued", "assigned", "closed"]
    assert plain == with_lines
    assert list(plain.items) == ["t-1"]


def test_a_refused_command_is_named():
    with pytest.raises(UnknownItemError) as found:
        read_log(DESK, [(0.0, submit()), (1.0, Close("t-9"))])
    assert "log[1]" in found.value.__notes__[0]


def test_nobody_is_assigned_but_by_the_log():
    found = course([(0.0, submit()), (9.0, Close("t-1"))], [])
    assert found == [(0.0, "queued", None), (9.0, "closed", None)]


def test_an_owner_is_assigned_at_his_instant_and_released_at_his_last():
    found = course(
        [(0.0, submit()), (9.0, Close("t-1"))], [(3.0, "t-1", "a-1"), (5.0, "t-1", None)]
    )
    assert found[1:4] == [(3.0, "assigned", "a-1"), (5.0, "released", "a-1"), (5.0, "queued", None)]


def test_an_owner_follows_another_without_a_stay_in_the_queue():
    owners = [(3.0, "t-1", "a-1"), (5.0, "t-1", "a-2")]
    found = course([(0.0, submit()), (9.0, Close("t-1"))], owners)
    assert found[-1] == (9.0, "closed", "a-2")
    assert (5.0, "assigned", "a-2") in found


def test_the_same_owner_again_changes_nothing():
    owners = [(3.0, "t-1", "a-1"), (5.0, "t-1", "a-1")]
    found = course([(0.0, submit()), (9.0, Close("t-1"))], owners)
    assert [kind for _, kind, _ in found] == ["queued", "assigned", "closed"]


def test_at_one_instant_a_transfer_comes_first_and_a_reply_after_the_owner():
    workspace = attrs.evolve(DESK, teams=[Team("billing"), Team("other")])
    commands = [
        (0.0, submit()), (5.0, Transfer("t-1", "other")), (5.0, Reply("t-1", "agent")),
        (9.0, Close("t-1")),
    ]  # fmt: skip
    found = course(commands, [(0.0, "t-1", "a-1"), (5.0, "t-1", "a-2")], workspace)
    assert (5.0, "replied", "a-2") in found


def test_an_owner_of_a_snoozed_item_gets_it_when_it_is_back():
    commands = [
        (0.0, submit()), (2.0, Snooze("t-1")), (6.0, Wake("t-1")), (9.0, Close("t-1"))
    ]  # fmt: skip
    found = course(commands, [(1.0, "t-1", "a-1"), (4.0, "t-1", "a-2")])
    assert (6.0, "assigned", "a-2") in found
    assert [at for at, kind, _ in found if kind == "woken"] == [6.0]


def test_an_owner_after_a_return_is_assigned_again():
    commands = [
        (0.0, submit()), (2.0, Close("t-1")), (5.0, Reopen("t-1")), (9.0, Close("t-1"))
    ]  # fmt: skip
    found = course(commands, [(1.0, "t-1", "a-1"), (3.0, "t-1", "a-2"), (5.0, "t-1", "a-1")])
    assert [(at, agent) for at, kind, agent in found if kind == "assigned"] == [
        (1.0, "a-1"), (5.0, "a-1"),
    ]  # fmt: skip


def test_presence_in_commands_is_left_out():
    commands = [(0.0, SetPresence("a-1", "active")), (1.0, submit()), (2.0, Close("t-1"))]
    assert [kind for _, kind, _ in course(commands, [])] == ["queued", "closed"]


def test_an_owner_of_an_unknown_item_is_named():
    with pytest.raises(ConfigurationError) as found:
        logged_events(DESK, [(0.0, submit())], [(1.0, "t-9", "a-1")])
    assert found.value.field == "owners[0][1]"


def test_an_owner_of_another_shape_is_named():
    with pytest.raises(ConfigurationError) as found:
        logged_events(DESK, [(0.0, submit())], [(1.0, "t-1")])
    assert found.value.field == "owners[0]"


def test_the_shifts_of_the_workspace_do_not_make_anybody_active():
    workspace = desk(2, shift="24x7")
    assert [kind for _, kind, _ in course([(0.0, submit())], [], workspace)] == ["queued"]


def test_teams_of_another_workspace_are_told():
    other = Workspace([Team("sales")])
    events = logged_events(DESK, [(0.0, submit())], [])
    with pytest.raises(UnknownTeamError, match="'billing', which the workspace does not have"):
        fit_scenario(other, events)


def test_agents_of_another_workspace_are_told():
    other = Workspace([Team("billing")], [Agent("bob")])
    events = logged_events(DESK, [(0.0, submit())], [(0.0, "t-1", "a-1")])
    with pytest.raises(UnknownAgentError, match="'a-1', whom the workspace does not have"):
        fit_scenario(other, events)


def test_commands_and_desk_of_a_log_with_owners_give_its_events():
    commands = [
        (0.0, submit()), (2.0, Snooze("t-1")), (6.0, Wake("t-1")), (9.0, Close("t-1")),
        (11.0, Reopen("t-1")), (12.0, Close("t-1")),
    ]  # fmt: skip
    owners = [(1.0, "t-1", "a-1"), (4.0, "t-1", "a-2"), (11.0, "t-1", "a-1")]
    workspace, by_hand = logged_commands(DESK, commands, owners)
    assert read_log(workspace, by_hand).events == logged_events(DESK, commands, owners)
    assert [at for at, command in by_hand if command.verb == "assign"] == [1.0, 6.0, 11.0]
    assert {agent.presence for agent in workspace.agents} == {"offline"}
