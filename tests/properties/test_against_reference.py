"""The dispatcher does exactly what the naive reference does, command by command.

Events are compared byte for byte, refusals by their class, and after each command the next
wake-up, the order of the queue and the state of every item and agent.
"""

import pytest
from fuzz import Divergence, Pair, run, shrink
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from assignwork import Agent, Team, WorkItem, Workspace
from assignwork.commands import Advance, Submit
from assignwork.testing.strategies import commands, instants, workspaces


class DispatcherAndReference(RuleBasedStateMachine):
    """Rules for the kinds of steps; what to compare is the pair's business."""

    @initialize(workspace=workspaces())
    def open_the_desk(self, workspace: Workspace) -> None:
        note(f"workspace: {workspace.to_dict()}")
        self.pair = Pair(workspace)

    @rule(data=st.data())
    def command(self, data: st.DataObject) -> None:
        state = self.pair.reference.state()
        workspace = self.pair.desk.workspace
        now = data.draw(instants(state["clock"], self.pair.reference.next_wakeup(), workspace))
        command = data.draw(commands(state, now, workspace))
        note(f"{command.to_dict(now)}")
        assert self.pair.do(now, command) is None

    @precondition(lambda self: self.pair.reference.next_wakeup() is not None)
    @rule()
    def sleep_until_the_next_wakeup(self) -> None:
        wakeup = self.pair.reference.next_wakeup()
        note(f"advance to {wakeup}")
        assert self.pair.do(wakeup, Advance()) is None

    @rule()
    def go_back_in_time(self) -> None:
        earlier = max(0.0, self.pair.reference.state()["clock"]) - 1.0
        assert self.pair.do(earlier, Advance()) is None

    @rule()
    def save_and_restore(self) -> None:
        assert self.pair.restore() is None


TestDispatcherAndReference = DispatcherAndReference.TestCase


@pytest.mark.parametrize("seed", range(60))
def test_random_desk_agrees_with_reference(seed: int) -> None:
    divergence: Divergence | None = run(seed, steps=150)
    if divergence is not None:
        pytest.fail(str(shrink(divergence)))


def test_help_comes_when_the_rate_stops_the_last_primary_agent() -> None:
    # Both may be given something again at 1. Then 3 fills the primary agent's rate, not his hands.
    workspace = Workspace(
        teams=[Team("t", secondary_rule="primary_full"), Team("u"), Team("v")],
        agents=[Agent("a", primary=["t", "u"]), Agent("b", primary=["v"], secondary=["t"])],
        assignment_rate={"items": 1, "per": 1},
    )
    pair = Pair(workspace)
    items = [
        WorkItem("1", team="u"),
        WorkItem("2", team="v"),
        WorkItem("3", team="u"),
        WorkItem("4", team="t", priority=5),
    ]
    for item in items:
        assert pair.do(0.0, Submit(item)) is None
    assert pair.do(2.0, Advance()) is None
    assert pair.reference.state()["items"]["4"]["owner"] == "b"
