"""Policies of the caller's, which look at views: no item waits for whom they let through (D3).

The reference knows none, so the desk is held against its own invariants, after each command.
"""

import random
import zlib

import attrs
import pytest
from fuzz import _outcome

from assignwork import Dispatcher
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
)
from assignwork.testing.reference import ReferenceDesk


def one_in(count, *values):
    return zlib.crc32(repr(values).encode()) % count == 0


class Moody:
    """Lets a third of the pairs through, anew whenever the item or the agent changes."""

    name = "moody"

    def obstacle(self, item, agent):
        mood = (agent.id, agent.load % 3, agent.presence, len(agent.items) % 2)
        return None if one_in(3, item.id, item.priority, item.state, *mood) else "not now"


class Helpful:
    """A secondary rule that goes by how much waits in the team."""

    name = "helpful"

    def obstacle(self, item, agent, team):
        return None if one_in(2, item.id, agent.id, team.queued % 3, agent.load % 2) else "not now"


@pytest.mark.parametrize("seed", range(100))
def test_no_item_waits_for_whom_policies_let_through(seed):
    dice = RandomDice(random.Random(seed))
    workspace = generate_workspace(dice)
    reference = ReferenceDesk(workspace)
    log = []
    for _ in range(120):
        state = reference.state()
        now = generate_instant(dice, state["clock"], reference.next_wakeup(), workspace)
        log.append((now, generate_command(dice, state, now, [], workspace)))
        _outcome(reference, *log[-1])
    teams = [
        attrs.evolve(team, secondary_rule=Helpful()) if seed % 3 == 0 and number % 2 else team
        for number, team in enumerate(workspace.teams)
    ]
    eligibility = [Moody()] if seed % 4 else []
    desk = Dispatcher(attrs.evolve(workspace, teams=teams, eligibility=eligibility), validate=True)
    for now, command in log:
        assert "Broken" not in str(_outcome(desk, now, command)), (now, command)
