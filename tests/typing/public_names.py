"""How a user's own code sees the library: a type checker reads this file, nobody runs it.

What is right must pass; what is wrong must not: an ignore that nothing needs is an error itself.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import assert_type

import assignwork as aw
from assignwork.commands import (
    Command,
    PostUpdate,
    Rate,
    Rebalance,
    SetPresence,
    Submit,
    UpdateAgents,
    command_from_dict,
)
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
assert_type(replay(workspace, [(5.0, Submit({"id": "t-2", "team": "b"}))]), Iterator[aw.Event])
UpdateAgents({"team": "billing"}, {"capacity": 2})
UpdateAgents(["ana", "bob"], {"capacity": 2})

office = aw.Calendar(
    "office",
    "Europe/Lisbon",
    {"mon-fri": ["09:00-12:30", "13:30-18:00"]},
    exceptions={date(2026, 12, 24): ["09:00-12:00"]},
    holidays=aw.Holidays("PT"),
)
night = aw.Rotation("night", ["ana", None, "ben"], days=1, starts_on=date(2026, 1, 5))
gold = aw.SlaPolicy(
    "gold",
    targets={1: {"first_response": 1800, "resolution": aw.Target(7200, "office")}},
    priorities=[1, "high"],
)
path = aw.EscalationPath(
    "major",
    steps=[
        {"when": "unassigned", "after": 900, "do": {"notify": ["lead"]}},
        aw.Step("unresolved", aw.Actions(assign=aw.OnCall("night"), priority="critical"), after=60),
    ],
)
major = aw.Protocol("major", audiences=["board"], update_every=3600, report_on_close=True)
vpn = aw.CatalogEntry("vpn", "billing", priority="high", skills={"lang:es": 2}, approvals=["lead"])
whole = aw.Workspace(
    teams=[aw.Team("billing", min_shift_left=900)],
    agents=[aw.Agent("ana", shift=aw.Shift("office", handoff=aw.Handoff("all", 2)))],
    calendars=[office],
    sla=[gold],
    priority_criteria=aw.PriorityCriteria(matrix=[[1, 2], [2, 3]]),
    paths={"major": {"steps": [{"when": "manual", "do": {"notify": ["lead"]}}]}},
    protocols=[major],
    catalog=[vpn],
    groups={"staff": ["fay"]},
    rotations=[night],
)

assert_type(office.hours, Mapping[str, tuple[str, ...]])
assert_type(whole.agents[0].shift, aw.Shift | None)
assert_type(gold.targets, Mapping[str, Mapping[str, aw.Target]])
assert_type(path.steps[0].do, aw.Actions)
assert_type(path.steps[0].do.assign, str | aw.OnCall | None)
assert_type(major.report_on_close, tuple[str, ...])
assert_type(vpn.skills, Mapping[str, aw.Requirement])
assert_type(aw.on_call(night, datetime.now(UTC)), str)
working = aw.WorkingTime(office)
assert_type(working.add_working(0.0, 3600), float)
assert_type(working.working_between(0.0, "2026-01-01T00:00:00Z"), float)
assert_type(desk.items["t-1"].targets, tuple[aw.TargetView, ...])
assert_type(desk.items["t-1"].own_priority, int)
assert_type(desk.agents["ana"].shift_ends_at, float | None)
assert_type(desk.approve("t-1", "lead", now=0.0), tuple[aw.Event, ...])
assert_type(desk.post_update("t-1", status="down", now=0.0), tuple[aw.Event, ...])
PostUpdate("t-1", {"status": "down"})
move = aw.Move("t-1", agent="ana", owner=None)
assert_type(move.agent, str | None)
assert_type(desk.rebalance([move], seen=7, now=0.0), tuple[aw.Event, ...])
assert_type(Rebalance([move, {"item": "t-2", "owner": "ana"}]).moves, tuple[aw.Move, ...])
aw.WorkItem("t-1", catalog="vpn")
aw.WorkItem("t-1", "billing", priority="high")
aw.Agent("ana", shift="office")

aw.WorkItem()  # type: ignore[call-arg]  # no id
aw.WorkItem("t-1", "billing", prio=1)  # type: ignore[call-arg]
aw.WorkItem("t-1", "billing", priority=1.5)  # type: ignore[arg-type]
aw.Agent("ana", capacity=1.5)  # type: ignore[arg-type]
aw.Agent("ana", primary=7)  # type: ignore[arg-type]
aw.Agent("ana", shift=8)  # type: ignore[arg-type]
aw.Calendar("office", hours=["09:00-17:00"])  # type: ignore[arg-type]
aw.SlaPolicy("gold")  # type: ignore[call-arg]  # no targets
aw.SlaPolicy("gold", {"*": {}}, at_risk="80%")  # type: ignore[arg-type]
aw.Step("manual")  # type: ignore[call-arg]  # nothing to do
aw.Protocol("major", update_every="1h")  # type: ignore[arg-type]
aw.CatalogEntry("vpn")  # type: ignore[call-arg]  # no team
aw.on_call("night", 0.0)  # type: ignore[arg-type]
aw.Move("t-1", agent=7)  # type: ignore[arg-type]
desk.rebalance("t-1", now=0.0)  # type: ignore[arg-type]
Rate("t-1", "good")  # type: ignore[arg-type]
SetPresence("ana", None)  # type: ignore[arg-type]
item.priority = 1  # type: ignore[misc]
office.timezone = "UTC"  # type: ignore[misc]
