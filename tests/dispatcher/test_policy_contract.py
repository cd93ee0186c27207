"""What a policy of the caller's may answer and do, and what a log says of it."""

import pytest

import assignwork as aw
from assignwork.commands import AddTeam, UpdateTeam, command_from_dict
from assignwork.dispatcher import Dispatcher


class First:
    """A selection that answers with whatever it was made with."""

    name = "first"

    def __init__(self, answer=0):
        self.answer = answer

    def key(self, item, agent):
        return self.answer(agent) if callable(self.answer) else self.answer


class Only:
    """An eligibility that lets one agent through, and counts how often it is asked."""

    name = "only"

    def __init__(self, agent="a0", otherwise="not him"):
        self.agent, self.otherwise, self.asked = agent, otherwise, 0

    def obstacle(self, item, agent):
        self.asked += 1
        return None if agent.id == self.agent else self.otherwise


def desk_with(selection):
    agents = [aw.Agent(f"a{n}", primary=["t"]) for n in range(2)]
    return Dispatcher(aw.Workspace([aw.Team("t", selection=selection)], agents))


def test_a_log_carries_policies_by_name():
    mine = First()
    for command in (AddTeam(aw.Team("z", selection=mine)), UpdateTeam("t", {"selection": mine})):
        wire = command.to_dict(1.0)
        assert command_from_dict(wire, {"first": mine}) == (1.0, command)
        with pytest.raises(aw.ConfigurationError, match="no policy 'first' was given"):
            command_from_dict(wire)


@pytest.mark.parametrize("answer", [object(), {1}, b"x", float("nan"), None, (1, {2})])
def test_a_key_that_no_event_could_carry_is_refused_and_nothing_happened(answer):
    desk = desk_with(First(answer))
    before = desk.snapshot()
    with pytest.raises(aw.ConfigurationError, match="key: ") as found:
        desk.submit(aw.WorkItem("1", team="t"), now=0.0)
    assert "'first'" in found.value.__notes__[0]
    assert desk.snapshot() == before


def test_keys_that_do_not_compare_name_the_policy():
    desk = desk_with(First(lambda agent: 1 if agent.id == "a0" else "x"))
    before = desk.snapshot()
    with pytest.raises(TypeError) as found:
        desk.submit(aw.WorkItem("1", team="t"), now=0.0)
    assert "'first'" in found.value.__notes__[0]
    assert desk.snapshot() == before


def test_a_policy_cannot_give_commands_to_the_desk_that_asks_it():
    desk = desk_with(First())
    desk.submit(aw.WorkItem("1", team="t"), now=0.0)
    meddling = First(lambda _: len(desk.close("1", now=0.0)))
    desk.update_team("t", selection=meddling, now=0.0)
    before = desk.snapshot()
    with pytest.raises(aw.AssignworkError, match="gave the command close"):
        desk.submit(aw.WorkItem("2", team="t"), now=0.0)
    assert desk.snapshot() == before
    assert desk.items["1"].state == "assigned"


def test_an_answer_of_another_type_is_refused():
    workspace = aw.Workspace(
        [aw.Team("t")], [aw.Agent("a1", primary=["t"])], eligibility=[Only(otherwise=True)]
    )
    with pytest.raises(aw.ConfigurationError, match="obstacle: True"):
        Dispatcher(workspace).submit(aw.WorkItem("1", team="t"), now=0.0)


def test_a_class_is_no_policy():
    with pytest.raises(aw.ConfigurationError, match=r"give an object: First\(\)"):
        aw.Team("t", selection=First)


def test_an_eligibility_is_not_asked_again_while_nothing_changed():
    policy = Only()
    agents = [aw.Agent(f"a{n}", capacity=1, primary=["t"]) for n in range(20)]
    desk = Dispatcher(aw.Workspace([aw.Team("t")], agents, eligibility=[policy]))
    for n in range(30):
        desk.submit(aw.WorkItem(str(n), team="t"), now=0.0)
    # one a new item and agent, and those of the agent whose state changed
    assert policy.asked < 2 * 30 * 20
    before = policy.asked
    desk.close("0", now=1.0)
    assert desk.items["1"].owner == "a0"
    assert policy.asked - before < 3 * 30


def test_waiting_items_that_nothing_changed_are_not_looked_at_again():
    """A submit looks at each agent for the new item, not at each pair of those who are there."""
    agents = [aw.Agent(f"a{n}", capacity=1, primary=["t"]) for n in range(50)]
    desk = Dispatcher(aw.Workspace([aw.Team("t")], agents, eligibility=[Only()]))
    for n in range(200):
        desk.submit(aw.WorkItem(str(n), team="t"), now=0.0)
    assert desk.operations["agents_looked_at"] <= 200 * 50
    assert desk.operations["lanes_looked_at"] <= 200


class Shy:
    """A secondary rule that lets nobody help, and keeps what it was shown."""

    name = "shy"

    def __init__(self):
        self.shown = []

    def obstacle(self, item, agent, team):
        self.shown += [item, agent, team]
        return "no"


def test_a_policy_is_shown_the_same_view_of_what_has_not_changed():
    rule = Shy()
    agents = [aw.Agent(f"a{n}", capacity=1, secondary=["t"]) for n in range(10)]
    desk = Dispatcher(aw.Workspace([aw.Team("t", secondary_rule=rule)], agents))
    for n in range(20):
        desk.submit(aw.WorkItem(str(n), team="t"), now=0.0)
    rule.shown.clear()
    desk.submit(aw.WorkItem("20", team="t"), now=0.0)
    assert len(rule.shown) > 3 * 20 * 10
    assert len({id(view) for view in rule.shown}) == 21 + 10 + 1
    rule.shown.clear()
    desk.set_presence("a0", "offline", by="manager", now=0.0)
    desk.submit(aw.WorkItem("21", team="t"), now=0.0)
    assert "a0" not in {view.id for view in rule.shown if isinstance(view, aw.AgentView)}


def test_milliseconds_are_not_taken_for_seconds():
    desk = Dispatcher(aw.Workspace([aw.Team("t")]))
    for now in (1_790_000_000_000.0, 10**13, -1e15):
        with pytest.raises(aw.ConfigurationError, match="are these milliseconds"):
            desk.submit(aw.WorkItem("1", team="t"), now=now)
    assert desk.now is None


def test_half_characters_and_empty_updates_are_refused():
    with pytest.raises(aw.ConfigurationError, match="half a character"):
        aw.WorkItem("\ud800", team="t")
    desk = Dispatcher(aw.Workspace([aw.Team("t")]))
    desk.submit(aw.WorkItem("1", team="t"), now=0.0)
    with pytest.raises(aw.ConfigurationError, match="at least one field"):
        desk.update_item("1", now=0.0)


def test_explain_of_nobody_names_the_nearest_agent():
    desk = Dispatcher(aw.Workspace(agents=[aw.Agent("ana")]))
    with pytest.raises(aw.UnknownItemError, match="did you mean 'ana'"):
        desk.explain("anna")
