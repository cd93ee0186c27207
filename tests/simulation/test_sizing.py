"""`fewest_agents`: as the formulas where they hold, and by simulation where they do not."""

import attrs
import pytest

from assignwork.errors import ConfigurationError, UnknownAgentError
from assignwork.simulation import (
    Exponential,
    Handling,
    TargetError,
    fewest_agents,
    single_queue,
)
from assignwork.staffing import Targets, erlang_a, required_agents

HOUR = 3600.0
CALLS = single_queue(
    1, per_hour=60, handle=Exponential(300), patience=Exponential(240), length=20 * HOUR,
    warm_up=HOUR,
)  # fmt: skip


def test_it_finds_what_erlang_a_finds():
    """The target lies midway between two numbers of agents, so that luck does not decide."""
    for agents in (5, 7):
        few, enough = (
            erlang_a(60, 300, n, 240, interval=HOUR).abandonment for n in (agents - 1, agents)
        )
        target = (few + enough) / 2
        wanted = required_agents(
            60, 300, interval=HOUR, patience=240, targets=Targets(abandonment=target)
        )
        found = fewest_agents(CALLS, {"abandonment": target}, like="agent-1", replications=10)
        assert found.agents == wanted.agents == agents


def test_every_limit_counts_and_what_is_missed_is_named():
    found = fewest_agents(
        CALLS, {"abandonment": 0.5, "occupancy": 0.6}, like="agent-1", replications=4
    )
    assert found.missed(found.agents) == ()
    assert found.missed(found.agents - 1) == ("occupancy",)
    assert found.results.interval("occupancy").high <= 0.6


def test_agents_who_chat_with_several_at_a_time_are_fewer_but_not_so_few():
    """Three at a time at 0.6 of the speed do the work of 1.8."""
    limits = {"abandonment": 0.05}
    alone = fewest_agents(CALLS, limits, like="agent-1", replications=4)
    workspace = CALLS.workspace
    chatty = attrs.evolve(workspace.agents[0], capacity=3)
    chats = CALLS.changed(
        workspace=attrs.evolve(workspace, agents=[chatty]),
        handling=Handling(speeds=(1, 0.8, 0.6)),
    )
    several = fewest_agents(chats, limits, like="agent-1", replications=4)
    assert alone.agents / 3 < several.agents < alone.agents


def test_more_agents_see_the_same_customers():
    found = fewest_agents(CALLS, {"abandonment": 0.2}, like="agent-1", replications=3)
    assert len({results.mean("arrivals") for results in found.tried.values()}) == 1


def test_any_number_of_processes_finds_the_same():
    alone = fewest_agents(CALLS, {"abandonment": 0.2}, like="agent-1", replications=3)
    shared = fewest_agents(CALLS, {"abandonment": 0.2}, like="agent-1", replications=3, processes=2)
    assert alone == shared


def test_limits_that_cannot_be_kept_are_told_with_what_was_found():
    with pytest.raises(
        TargetError,
        match=r"with 2 agents .*: gave up at most 1\.0 %, found .* % .allowed: 2.; loosen",
    ):
        fewest_agents(CALLS, {"abandonment": 0.01}, like="agent-1", replications=3, at_most=2)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, "limits: nothing is asked of the agents"),
        ({"abandonment": 1.5}, "limits.abandonment: 1.5 is not a limit"),
        ({"abandonment": float("nan")}, "limits.abandonment: nan is not a limit"),
        ({"arrivals": 5}, "limits.arrivals: 'arrivals' is not a measure of which"),
        (
            {"mean_wait": 5},
            "limits.mean_wait: there is no measure 'mean_wait'; did you mean 'wait_mean'?",
        ),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits, said):
    with pytest.raises(ConfigurationError) as refused:
        fewest_agents(CALLS, limits, like="agent-1")
    assert said in str(refused.value)


def test_one_replication_is_no_interval():
    with pytest.raises(ConfigurationError, match="replications: 1 is not enough"):
        fewest_agents(CALLS, {"abandonment": 0.2}, like="agent-1", replications=1)


def test_an_agent_who_is_not_there_is_refused():
    with pytest.raises(UnknownAgentError, match="'bob'"):
        fewest_agents(CALLS, {"abandonment": 0.01}, like="bob", replications=2)


def test_it_shows_what_was_tried():
    found = fewest_agents(CALLS, {"abandonment": 0.2}, like="agent-1", replications=3)
    lines = str(found).splitlines()
    assert lines[0] == f"{found.agents} agents like 'agent-1' for gave up at most 20.0 %"
    assert len(lines) == 2 + len(found.tried)
    assert "<table>" in found._repr_html_()
    assert [entry["agents"] for entry in found.to_dict()["tried"]] == list(found.tried)
