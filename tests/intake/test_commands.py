"""What was logged of an item, and the commands that it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignwork.intake import import_log

from .conftest import replay, small_csv, wire, with_tables

SUBMITTED = {"id": "a", "team": "x", "created_at": 0.0}


def test_an_item_is_submitted_at_its_first_row_and_closed_where_it_is_resolved(take):
    found = take("a 0 open x ana 2", "a 9 done x ana 2")
    assert wire(found) == [(0, "submit", "a"), (9, "close", "a")]
    assert found.commands[0][1].item.to_dict() == {**SUBMITTED, "priority": 2}


def test_a_wait_for_the_customer_begins_with_an_agents_reply_and_ends_with_his(take):
    found = take("a 0 open x ana 3", "a 1 waiting x ana 3", "a 5 open x ana 3")
    assert wire(found) == [
        (0, "submit", "a"),
        (1, "reply", "a", "agent"),
        (5, "reply", "a", "customer"),
    ]


def test_an_item_resolved_while_it_waits_gets_no_reply_of_the_customer(take):
    found = take("a 0 open x ana 3", "a 1 waiting x ana 3", "a 5 done x ana 3")
    assert wire(found)[1:] == [(1, "reply", "a", "agent"), (5, "close", "a")]


def test_a_parked_item_is_snoozed_and_woken(take):
    found = take("a 0 open x ana 3", "a 1 parked x ana 3", "a 2 parked x bob 3", "a 5 open x bob 3")
    assert wire(found)[1:] == [(1, "snooze", "a"), (5, "wake", "a")]


def test_a_customers_reply_ends_a_wait_that_was_parked_meanwhile(take):
    found = take(
        "a 0 waiting x ana 3", "a 1 parked x ana 3", "a 2 waiting x ana 3",
        "a 3 parked x ana 3", "a 4 queued y - 3",
    )  # fmt: skip
    assert wire(found)[1:] == [
        (0, "reply", "a", "agent"),
        (1, "snooze", "a"),
        (2, "wake", "a"),
        (3, "snooze", "a"),
        (4, "reply", "a", "customer"),
        (4, "transfer", "a", "y"),
    ]
    assert [event.kind for event in replay(found)][-3:] == ["transferred", "released", "queued"]


def test_changes_of_priority_and_group_are_sent_in_that_order(take):
    found = take("a 0 open x ana 3", "a 4 open y bob 1")
    assert wire(found)[1:] == [(4, "update_item", "a", {"priority": 1}), (4, "transfer", "a", "y")]


def test_a_transfer_keeps_its_agent_where_the_mapping_says_so(take):
    found = take("a 0 open x ana 3", "a 4 open y ana 3", commands={"keep_agent": True})
    assert wire(found)[1:] == [(4, "transfer", "a", "y", True)]


def test_what_comes_back_after_its_resolution_is_reopened(take):
    found = take(
        "a 0 done x ana 3", "a 1 done y ana 3", "a 2 open y ana 3", "a 3 done y ana 3",
    )  # fmt: skip
    assert wire(found)[1:] == [
        (0, "close", "a"),
        (2, "reopen", "a"),
        (2, "transfer", "a", "y"),
        (3, "close", "a"),
    ]
    assert found.report["dropped"] == {"rows of cases already closed": 1}


def test_an_agents_update_without_a_change_is_a_reply(take):
    rows = ["a 0 open x ana 3", "a 1 open x ana 3", "a 2 open x bob 3", "a 3 open x - 3"]
    assert wire(take(*rows))[1:] == [(1, "reply", "a", "agent")]
    found = take(*rows, commands={"agent_update": "nothing"})
    assert wire(found)[1:] == []
    assert found.report["dropped"] == {"agents' updates": 1}


def test_what_the_system_does_is_no_reply(take):
    rows = ["a 0 open x ana 3", "a 1 open x ana 3", "a 2 done x robot 3"]
    assert len(take(*rows, people={"system": ["ana"]}).commands) == 2
    found = take(*rows, people={"leave_out": ["ana", "robot"]})
    assert len(found.commands) == 2
    assert found.workspace.agents == ()


def test_the_group_in_the_resolving_row_makes_no_transfer(take):
    found = take("a 0 open x ana 3", "a 5 done y ana 3")
    assert wire(found)[1:] == [(5, "close", "a")]
    assert found.report["dropped"] == {"changes of group in the row that resolves": 1}


def test_missing_groups_come_from_later_rows_or_are_unassigned(take):
    found = take("a 0 open - ana 3", "b 0 open - - 3", "a 1 open x ana 3")
    assert [command.item.team for _, command in found.commands[:2]] == ["x", "unassigned"]
    assert [team.id for team in found.workspace.teams] == ["unassigned", "x"]
    assert sorted(found.report["adjusted"].values()) == [1, 1, 2]  # with both left open


def test_a_missing_value_changes_nothing(take):
    found = take("a 0 open x ana 2", "a 1 - - - -", "a 2 odd y bob 1", "a 3 done - - -")
    assert wire(found) == [(0, "submit", "a"), (3, "close", "a")]
    assert found.report["dropped"] == {"rows whose state says nothing": 1}


def test_rows_out_of_time_order_are_sorted_within_their_item(take):
    found = take("a 9 done x ana 3", "b 4 open x ana 3", "a 1 open x ana 3")
    assert wire(found) == [(1, "submit", "a"), (4, "submit", "b"), (9, "close", "a")]
    assert found.report["adjusted"]["cases out of time order, sorted"] == 1


def test_commands_of_one_instant_stand_as_their_items_stand_in_the_log(take):
    found = take("b 5 open x ana 3", "a 5 open x ana 3", "b 5 done x ana 3", "a 5 done x ana 3")
    assert [entry[1:] for entry in wire(found)] == [
        ("submit", "b"), ("close", "b"), ("submit", "a"), ("close", "a"),
    ]  # fmt: skip


def test_a_state_in_no_list_means_what_the_mapping_says_of_others(take):
    states = {"open": ["open"], "other": "done"}
    found = take("a 0 open x ana 3", "a 1 solved x ana 3", states=states)
    assert wire(found)[1:] == [(1, "close", "a")]
    assert found.report["adjusted"] == {"rows with a state in no list, taken as done": 1}


def logged(tmp_path, text, **fields):
    (tmp_path / "log.csv").write_text(text)
    mapping = with_tables(fields=fields)
    return import_log("csv", tmp_path / "log.csv", mapping=mapping)


@pytest.mark.parametrize(
    ("resolved", "minute"),
    [("00:03", 3), ("00:09", 5), ("00:01", 5), ("", 5)],
    ids=["before the row", "after the row", "before the row before it", "missing"],
)
def test_the_logged_resolution_counts_where_it_lies_before_its_row(tmp_path, resolved, minute):
    resolved = resolved and f"1970-01-01T{resolved}"
    text = (
        "id,at,state,solved\n"
        f"a,1970-01-01T00:02,open,{resolved}\n"
        f"a,1970-01-01T00:05,done,{resolved}\n"
    )
    found = logged(tmp_path, text, case="id", at="at", state="state", resolved_at="solved")
    assert wire(found)[1:] == [(minute, "close", "a")]


def test_an_item_that_no_row_resolves_is_closed_as_logged_beside(tmp_path):
    text = (
        "id,at,opened,closed\n"
        "a,1970-01-01T00:02,1970-01-01T00:01,1970-01-01T00:07\n"
        "b,1970-01-01T00:02,1970-01-01T00:03,\n"
    )
    found = logged(tmp_path, text, case="id", at="at", opened_at="opened", closed_at="closed")
    assert wire(found) == [(1, "submit", "a"), (3, "submit", "b"), (7, "close", "a")]
    assert found.report["adjusted"] == {
        "cases never resolved, left open": 1,
        "cases that no row resolves, closed as logged beside": 1,
        "cases without any group, submitted to 'unassigned'": 2,
        "rows before their case was opened, taken at its opening": 1,
    }


def test_an_export_with_a_row_per_item_needs_no_states(tmp_path):
    text = (
        "id,opened,solved,group,agent\n"
        "a,1970-01-01T00:01,1970-01-01T00:07,x,ana\n"
        "b,1970-01-01T00:03,,x,ana\n"
        "a,1970-01-01T00:01,1970-01-01T00:09,y,bob\n"
    )
    found = logged(
        tmp_path, text, case="id", opened_at="opened", resolved_at="solved", group="group",
        agent="agent",
    )  # fmt: skip
    assert wire(found) == [(1, "submit", "a"), (3, "submit", "b"), (7, "close", "a")]
    assert found.report["dropped"] == {"rows that repeat a case": 1}
    assert found.workspace.agents[0].capacity == 2


ROWS = st.tuples(
    st.sampled_from("abc"),
    st.integers(0, 59),
    st.sampled_from(["open", "queued", "waiting", "parked", "done", "odd", "-"]),
    st.sampled_from(["x", "y", "-"]),
    st.sampled_from(["ana", "bob", "-"]),
    st.sampled_from(["1", "2", "-"]),
).map(lambda row: " ".join(map(str, row)))


@given(st.lists(ROWS, min_size=1, max_size=40))
def test_whatever_was_logged_no_command_is_refused(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    path.write_text(small_csv(*rows))
    found = import_log("csv", path, mapping=with_tables())
    replay(found)
    assert [at for at, _ in found.commands] == sorted(at for at, _ in found.commands)
