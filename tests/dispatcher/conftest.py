"""Made-up logs: a workspace and commands from a seed, every feature in them, those of time too."""

import json
import random

import pytest

from assignwork import AssignworkError, Dispatcher
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)


def drive(desk, log):
    """Run a log: one entry a command, its events as JSON or the class of the refusal."""
    story = []
    for now, command in log:
        try:
            events = desk.handle(command, now=now)
        except AssignworkError as error:
            story.append(type(error).__name__)
        else:
            story.append([json.dumps(event.to_dict()) for event in events])
    return story


def make_up(seed, steps):
    """A workspace, and a log of that many commands, some of which are refused."""
    dice = RandomDice(random.Random(seed))
    workspace = generate_workspace(dice)
    desk = Dispatcher(workspace)
    log = []
    for _ in range(steps):
        known = desk.workspace
        now = generate_instant(dice, desk.now or 0.0, desk.next_wakeup(), known)
        log.append((now, generate_command(dice, state_of(desk), now, workspace=known)))
        drive(desk, log[-1:])
    return workspace, log


@pytest.fixture(name="make_up")
def _make_up():
    return make_up


@pytest.fixture(name="drive")
def _drive():
    return drive


@pytest.fixture(name="state_of")
def _state_of():
    return state_of
