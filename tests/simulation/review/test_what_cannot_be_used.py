"""Mistakes that are easily made are told before anything is simulated."""

import pytest

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError, InputError, UnknownAgentError
from assignwork.simulation import (
    Kind,
    Scenario,
    Stream,
    compare,
    fewest_agents,
    simulate,
    single_queue,
)


def desk(**kind):
    workspace = Workspace([Team("calls")], [Agent("ana", primary=["calls"])])
    calls = Kind("calls", handle=60, **kind)
    return Scenario(workspace, [Stream("day", 30, calls)], length=3600)


def test_a_rule_that_is_a_number_is_refused():
    with pytest.raises(ConfigurationError, match=r"until: 0\.05 is not a Precision; such as"):
        simulate(desk(), until=0.05)


def test_what_has_no_submit_is_no_executor():
    with pytest.raises(ConfigurationError, match="executor: 4 is not an executor"):
        simulate(desk(), executor=4)


def test_scenarios_that_were_not_simulated_are_not_compared():
    with pytest.raises(ConfigurationError, match=r"b: .* is not results; give what simulate"):
        compare(simulate(desk(), replications=2), desk())


def test_a_field_that_a_scenario_has_not_is_told_with_the_nearest():
    with pytest.raises(ConfigurationError, match="lenght: a scenario has no such field; did you"):
        desk().changed(lenght=7200)


def test_an_agent_who_is_not_there_is_refused_though_nobody_more_is_needed():
    with pytest.raises(UnknownAgentError, match="there is no agent 'anna'; did you mean 'ana'"):
        fewest_agents(desk(), {"service_level": 0.1}, like="anna", replications=2)


def test_a_confidence_is_refused_before_anything_is_played():
    played = []
    with pytest.raises(ConfigurationError, match="confidence: 95 is not a share"):
        fewest_agents(
            single_queue(1, per_hour=10, handle=60, length=3600),
            {"service_level": 0.1},
            like="agent-1",
            confidence=95,
            on_count=lambda agents, _: played.append(agents),
        )
    assert not played


def test_a_priority_level_that_the_desk_has_not_is_refused_with_its_place():
    with pytest.raises(ConfigurationError, match="no priority level 'urgnt'") as told:
        desk(priority="urgnt")
    assert told.value.field == "streams[0].kinds[0].priority"


def test_a_preferred_agent_who_is_not_there_is_refused_with_his_place():
    said = r"streams\[0\]\.kinds\[0\]\.preferred_agent: there is no agent 'anna'"
    with pytest.raises(UnknownAgentError, match=said):
        desk(preferred_agent="anna")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('team = "cals"', "there is no team 'cals'; did you mean 'calls'?"),
        ('team = "calls"\npreferred_agent = "anna"', "there is no agent 'anna'"),
    ],
)
def test_a_file_that_names_who_is_not_there_is_told_by_its_name(tmp_path, line, message):
    path = tmp_path / "day.toml"
    path.write_text(
        'length = 3600\n[workspace]\nteams = [{ id = "calls" }]\n'
        'agents = [{ id = "ana", primary = ["calls"] }]\n'
        f'[[streams]]\nname = "day"\narrivals = 3\n[[streams.kinds]]\nhandle = 60\n{line}\n'
    )
    with pytest.raises(InputError) as told:
        Scenario.load(path)
    assert "day.toml" in str(told.value)
    assert message in str(told.value)
