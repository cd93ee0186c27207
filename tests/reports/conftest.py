"""Logs for the reports: written event by event, or made at random by the naive reference desk."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from assignwork import commands as do
from assignwork import events as ev
from assignwork.errors import AssignworkError
from assignwork.model import Agent, Team, WorkItem, Workspace
from assignwork.testing.reference import ReferenceDesk

sys.path.append(str(Path(__file__).parent))  # parsed_pages stands beside the tests

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 120.0  # seconds


class Log:
    """Events in order, numbered as they are written down."""

    def __init__(self) -> None:
        self.events: list[ev.Event] = []

    def __call__(self, at: float, kind: type[ev.Event], *fields: Any) -> None:
        self.events.append(kind(len(self.events) + 1, float(at), *fields))

    def queued(self, at, item, team="billing", priority=3, weight=1, category=None):
        self(at, ev.Queued, item, team, priority, weight, "given", category)

    def assigned(self, at, item, agent, tier="primary", team="billing"):
        by = "hand" if tier == "manual" else "dispatch"
        self(at, ev.Assigned, item, team, agent, tier, 0.0, by, "balanced", (), None)

    def offered(self, at, item, agent, team="billing"):
        self(at, ev.Offered, item, team, agent, at + 60.0, "primary", "balanced", (), None)

    def offer_ended(self, at, item, agent, how):
        self(at, ev.OfferEnded, item, agent, how)

    def released(self, at, item, agent, why, team="billing"):
        self(at, ev.Released, item, team, agent, why)

    def replied(self, at, item, by, agent=None):
        self(at, ev.Replied, item, by, agent)

    def presence(self, at, agent, presence, by="agent"):
        self(at, ev.PresenceChanged, agent, presence, by, None)

    def configured(self, at, what, target=None, **changes):
        self(at, ev.Configured, what, target, changes)

    def closed(self, at, item, agent=None):
        self(at, ev.Closed, item, agent)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def desk() -> Workspace:
    return Workspace(
        teams=[Team("billing"), Team("spanish")],
        agents=[
            Agent("ana", capacity=2, primary=["billing"], secondary=["spanish"]),
            Agent("bob", primary=["spanish"], presence="offline"),
        ],
    )


class Run(NamedTuple):
    """A random log; `states` are what the desk says of itself after so many events."""

    workspace: Workspace
    events: list[ev.Event]
    states: list[tuple[int, dict[str, Any]]]


@pytest.fixture(scope="session")
def random_run():
    """A function from a seed to a `Run`."""
    return _random_run


@cache
def _random_run(seed: int, commands: int = 250) -> Run:
    """A small desk with every kind of command, refused ones passed over."""
    pick = random.Random(seed)
    teams = ["billing", "spanish", "returns"]
    workspace = Workspace(
        teams=[Team("billing"), Team("spanish", offer_timeout=40.0), Team("returns")],
        agents=[
            Agent(f"agent-{i}", capacity=1 + i % 3, primary=[teams[i % 3]],
                  secondary=[teams[(i + 1) % 3]])
            for i in range(6)
        ],
        snoozed_counts=pick.random() < 0.5,
        customer_wait_counts=pick.random() < 0.5,
        reassign=pick.choice(["waiting", "all", "on_reply"]),
    )  # fmt: skip
    desk = ReferenceDesk(workspace)
    run = Run(workspace, [], [])
    now, items, agents = 1_000_000.0, 0, [f"agent-{i}" for i in range(6)]
    for _ in range(commands):
        now += pick.choice([0.0, 1.0, 30.0, 200.0, 1500.0])
        item, agent = f"t-{pick.randint(max(1, items - 15), max(1, items))}", pick.choice(agents)
        if pick.random() < 0.3:
            items += 1
            command: do.Command = do.Submit(
                WorkItem(f"t-{items}", pick.choice(teams), priority=pick.randint(1, 4),
                         weight=pick.choice([1, 1, 2]))
            )  # fmt: skip
        else:
            command = pick.choice([
                do.Assign(item, agent), do.Release(item), do.Transfer(item, pick.choice(teams)),
                do.Transfer(item, pick.choice(teams), keep_agent=True), do.Pull(agent),
                do.Snooze(item, now + 500.0), do.Snooze(item), do.Wake(item),
                do.Reply(item, "agent"), do.Reply(item, "customer"), do.Reply(item, "customer"),
                do.Close(item), do.Close(item), do.Reopen(item), do.Accept(item, agent),
                do.Decline(item, agent), do.UpdateItem(item, {"weight": pick.randint(1, 3)}),
                do.SetPresence(agent, pick.choice(["active", "active", "away", "away_reassign"])),
                do.UpdateAgent(agent, {"capacity": pick.randint(1, 4)}), do.Advance(),
                do.RemoveAgent(agent) if pick.random() < 0.1 else do.Advance(),
                do.AddAgent(Agent(agent, primary=teams[:1])),
                do.UpdateWorkspace({"snoozed_counts": pick.random() < 0.5}),
            ])  # fmt: skip
        try:
            run.events.extend(desk.handle(command, now))
        except AssignworkError:
            continue
        run.states.append((len(run.events), desk.state()))
    return run


@pytest.fixture
def opened(tmp_path):
    """A function from a page's path to its elements after its scripts ran, and its console."""
    return lambda path: _opened(path, tmp_path / "profile")


def _browser():
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no chromium found, and CI must not pass without having opened the page")
    if found is None:
        pytest.skip("no chromium found: the page was not opened in a browser")
    return found


def _opened(path, folder):
    """The page's elements after its scripts ran, and what the browser logged."""
    done = subprocess.run(
        [
            _browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={folder}",
            "--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000",
            "--window-size=1280,2000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]
