"""How a user's own code sees the library: a type checker reads this file, nobody runs it.

What is right must pass; what is wrong must not: an ignore that nothing needs is an error itself.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import assert_type

import assignwork as aw
from assignwork.commands import Command, SetPresence, Submit, UpdateAgents, command_from_dict
from assignwork.replay import replay
from assignwork.wire import read_commands, read_events

workspace = aw.Workspace(
    teams=[aw.Team("billing"), aw.Team("spanish", secondary_rule={"after": 60})],
    agents=[
        aw.Agent(
            "ana",
            capacity=4,
            primary=["spanish"],
            secondary=["billing"],
            skills={"lang:es": 3},
        )
    ],
    ageing={"every": 600, "to": 1},
    assignment_rate=aw.AssignmentRate(items=3, per=60),
)
item = aw.WorkItem(
    "t-1",
    team="spanish",
    skills={"lang:es": 2, "vip": {"level": 1, "relax_after": 60}, "a": aw.Requirement(1)},
    created_at=datetime.now(UTC),
    due_at="2026-01-01T00:00:00Z",
    tags=["x"],
)

assert_type(workspace.teams, tuple[aw.Team, ...])
assert_type(workspace.agents[0].primary, tuple[str, ...])
assert_type(workspace.ageing, aw.Ageing | None)
assert_type(item.created_at, float | None)
assert_type(item.skills, Mapping[str, aw.Requirement])
assert_type(item.tags, tuple[str, ...])

desk = aw.Dispatcher(workspace)
assert_type(desk.submit(item, now=0.0), tuple[aw.Event, ...])
assert_type(desk.handle(Submit({"id": "t-2", "team": "billing"}), now=1), tuple[aw.Event, ...])
assert_type(command_from_dict({"at": 5, "do": "advance"}), tuple[float, Command])
assert_type(read_events("events.jsonl"), Iterator[aw.Event])
assert_type(replay(workspace, read_commands("log.jsonl")), Iterator[aw.Event])
UpdateAgents({"team": "billing"}, {"capacity": 2})
UpdateAgents(["ana", "bob"], {"capacity": 2})

aw.WorkItem("t-1")  # type: ignore[call-arg]  # no team
aw.WorkItem("t-1", "billing", prio=1)  # type: ignore[call-arg]
aw.WorkItem("t-1", "billing", priority="1")  # type: ignore[arg-type]
aw.Agent("ana", capacity=1.5)  # type: ignore[arg-type]
aw.Agent("ana", primary=7)  # type: ignore[arg-type]
SetPresence("ana", None)  # type: ignore[arg-type]
item.priority = 1  # type: ignore[misc]
