"""Agents as the log shows them: their teams and how much they held at once."""

import pytest

from assignwork.intake import import_log

from .conftest import small_csv, with_tables


def rows_of(agent, **items):
    """So many items that were closed at once, per group."""
    return [
        row
        for group, count in items.items()
        for n in range(count)
        for row in (f"{group}{n} 0 open {group} {agent} 3", f"{group}{n} 0 done {group} {agent} 3")
    ]


@pytest.mark.parametrize(
    ("items", "primary", "secondary"),
    [
        ({"x": 1}, ("x",), ()),
        ({"x": 2, "y": 2}, ("x",), ("y",)),
        ({"x": 3, "y": 3}, ("x", "y"), ()),
        ({"x": 27, "y": 3}, ("x", "y"), ()),
        ({"x": 28, "y": 3}, ("x",), ("y",)),
    ],
    ids=["all he has", "few in both", "three", "a tenth", "below a tenth"],
)
def test_groups_with_few_of_his_items_are_secondary(take, items, primary, secondary):
    (agent,) = take(*rows_of("ana", **items)).workspace.agents
    assert (agent.primary, agent.secondary) == (primary, secondary)


def test_the_thresholds_are_the_mappings(take):
    people = {"secondary_least": 1, "secondary_share": 0.5}
    (agent,) = take(*rows_of("ana", x=2, y=1), people=people).workspace.agents
    assert (agent.primary, agent.secondary) == (("x",), ("y",))


def test_an_item_counts_once_per_group_and_agent(take):
    found = take("a 0 open x ana 3", "a 1 open y ana 3", "a 2 open x bob 3", "a 3 open x ana 3")
    assert [agent.id for agent in found.workspace.agents] == ["ana", "bob"]
    assert found.workspace.agents[0].primary == ("x",)  # one item each: the first by name
    assert found.workspace.agents[0].secondary == ("y",)


def test_capacity_is_a_percentile_of_what_he_held_at_each_of_his_rows(take):
    # held just after his ten rows: 1 to 5, then 5, 5, 5, 5 and 6
    rows = [f"i{n} {n} open x ana 3" for n in range(5)]
    rows += [f"i0 {n} open x ana 3" for n in range(5, 9)]
    rows += ["i5 9 open x ana 3", "i5 10 open x bob 3"]
    (ana, bob) = take(*rows).workspace.agents
    assert (ana.capacity, bob.capacity) == (5, 1)
    (ana, _) = take(*rows, people={"capacity_percentile": 100}).workspace.agents
    assert ana.capacity == 6
    (ana, _) = take(*rows, people={"capacity_percentile": 10}).workspace.agents
    assert ana.capacity == 1


def test_what_is_parked_queued_or_done_is_held_by_nobody(take):
    found = take(
        "a 0 open x ana 3", "a 1 parked x ana 3", "b 2 open x ana 3", "b 3 done x ana 3",
        "c 4 open x ana 3", "c 5 queued x ana 3", "d 6 open x ana 3", "d 7 waiting x ana 3",
    )  # fmt: skip
    (agent,) = found.workspace.agents
    assert agent.capacity == 1
    assert found.report["workspace"]["capacity"]["moments"] == 5


def test_agents_and_teams_stand_in_natural_order(take):
    found = take("a 0 open g10 ana 3", "b 0 open g9 r10 3", "c 0 open g9 r9 3")
    assert [agent.id for agent in found.workspace.agents] == ["ana", "r9", "r10"]
    assert [team.id for team in found.workspace.teams] == ["g9", "g10"]


def test_who_appears_in_a_queue_only_is_no_agent(take):
    found = take("a 0 queued x ana 3", "a 1 open x bob 3")
    assert [agent.id for agent in found.workspace.agents] == ["bob"]


def test_the_workspace_is_the_same_whatever_order_its_rows_were_in(tmp_path):
    rows = [f"i{n} {n % 7} open g{n % 3} r{n % 4} 3" for n in range(40)]
    workspaces = []
    for name, order in (("a", rows), ("b", rows[::-1])):
        (tmp_path / name).write_text(small_csv(*order))
        workspaces.append(import_log("csv", tmp_path / name, mapping=with_tables()).workspace)
    assert workspaces[0] == workspaces[1]
