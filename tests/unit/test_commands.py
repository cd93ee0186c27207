"""Commands: one class per verb, and its wire form."""

import json
import pickle

import attrs
import pytest

from assignwork import commands as c
from assignwork.commands import VERBS, command_from_dict
from assignwork.errors import ConfigurationError
from assignwork.model import Agent, Move, Team, WorkItem

COMMANDS = [
    (
        c.Submit(WorkItem("t-1", "a", priority=2)),
        {"item": {"id": "t-1", "team": "a", "priority": 2}},
    ),
    (c.Assign("t-1", "ana"), {"item": "t-1", "agent": "ana"}),
    (c.Assign("t-1", "ana", strict=False), {"item": "t-1", "agent": "ana", "strict": False}),
    (c.Release("t-1"), {"item": "t-1"}),
    (c.Transfer("t-1", "b"), {"item": "t-1", "team": "b"}),
    (c.Transfer("t-1", "b", keep_agent=True), {"item": "t-1", "team": "b", "keep_agent": True}),
    (c.Pull("ana"), {"agent": "ana"}),
    (c.Snooze("t-1"), {"item": "t-1"}),
    (c.Snooze("t-1", until=60), {"item": "t-1", "until": 60.0}),
    (c.Wake("t-1"), {"item": "t-1"}),
    (c.Reply("t-1", by="customer"), {"item": "t-1", "by": "customer"}),
    (c.Close("t-1"), {"item": "t-1"}),
    (c.Reopen("t-1"), {"item": "t-1"}),
    (
        c.UpdateItem("t-1", {"priority": 1, "tags": ["x"]}),
        {"item": "t-1", "changes": {"priority": 1, "tags": ["x"]}},
    ),
    (c.Accept("t-1", "ana"), {"item": "t-1", "agent": "ana"}),
    (c.Decline("t-1", "ana"), {"item": "t-1", "agent": "ana"}),
    (c.SetPresence("ana", "away"), {"agent": "ana", "presence": "away"}),
    (
        c.SetPresence("ana", "away", reason="lunch", by="manager"),
        {"agent": "ana", "presence": "away", "reason": "lunch", "by": "manager"},
    ),
    (c.Heartbeat("ana"), {"agent": "ana"}),
    (c.Advance(), {}),
    (c.Submit(WorkItem("t-1", catalog="vpn")), {"item": {"id": "t-1", "catalog": "vpn"}}),
    (
        c.Submit(WorkItem("t-1", "a", priority="high")),
        {"item": {"id": "t-1", "team": "a", "priority": "high"}},
    ),
    (c.Acknowledge("t-1"), {"item": "t-1"}),
    (c.Acknowledge("t-1", by="ana"), {"item": "t-1", "by": "ana"}),
    (c.Escalate("t-1"), {"item": "t-1"}),
    (
        c.Escalate("t-1", reason="stuck", by="lead"),
        {"item": "t-1", "reason": "stuck", "by": "lead"},
    ),
    (c.Approve("t-1", by="lead"), {"item": "t-1", "by": "lead"}),
    (c.Reject("t-1", by="lead"), {"item": "t-1", "by": "lead"}),
    (
        c.Reject("t-1", by="lead", reason="no budget"),
        {"item": "t-1", "by": "lead", "reason": "no budget"},
    ),
    (c.PostUpdate("t-1"), {"item": "t-1"}),
    (
        c.PostUpdate("t-1", {"status": "down", "eta": "noon"}, by="ana"),
        {"item": "t-1", "content": {"eta": "noon", "status": "down"}, "by": "ana"},
    ),
    (c.PostReport("t-1"), {"item": "t-1"}),
    (
        c.PostReport("t-1", {"root_cause": "a worm"}, by="ana"),
        {"item": "t-1", "content": {"root_cause": "a worm"}, "by": "ana"},
    ),
    (c.Rate("t-1", 5), {"item": "t-1", "score": 5}),
    (c.Rate("t-1", 1, by="k-1"), {"item": "t-1", "score": 1, "by": "k-1"}),
    (
        c.Rebalance([Move("t-1", "ana")]),
        {"moves": [{"item": "t-1", "agent": "ana", "owner": None}]},
    ),
    (
        c.Rebalance([Move("t-2", None, "ben")], all_or_nothing=True, seen=0),
        {
            "moves": [{"item": "t-2", "agent": None, "owner": "ben"}],
            "all_or_nothing": True,
            "seen": 0,
        },
    ),
    (c.Rebalance([]), {"moves": []}),
    (c.AddAgent(Agent("ana", capacity=2)), {"agent": {"id": "ana", "capacity": 2}}),
    (
        c.UpdateAgent("ana", {"skills": {"lang:es": 3}}),
        {"agent": "ana", "changes": {"skills": {"lang:es": 3}}},
    ),
    (
        c.UpdateAgents(["ana", "bob"], {"capacity": 2}),
        {"where": ["ana", "bob"], "changes": {"capacity": 2}},
    ),
    (c.UpdateAgents({}, {"capacity": 2}), {"where": {}, "changes": {"capacity": 2}}),
    (
        c.UpdateAgents({"team": "a", "presence": "active"}, {"capacity": 2}),
        {"where": {"presence": "active", "team": "a"}, "changes": {"capacity": 2}},
    ),
    (c.RemoveAgent("ana"), {"agent": "ana"}),
    (c.AddTeam(Team("a", rank=1)), {"team": {"id": "a", "rank": 1}}),
    (c.UpdateTeam("a", {"manual": True}), {"team": "a", "changes": {"manual": True}}),
    (c.RemoveTeam("a"), {"team": "a"}),
    (c.RemoveTeam("a", move_to="b"), {"team": "a", "move_to": "b"}),
    (c.UpdateWorkspace({"reassign": "all"}), {"changes": {"reassign": "all"}}),
    (
        c.UpdateWorkspace({"sla": [{"id": "s", "targets": {"*": {"resolution": 60}}}]}),
        {"changes": {"sla": [{"id": "s", "targets": {"*": {"resolution": 60}}}]}},
    ),
]


def test_every_verb_has_an_example_here():
    assert {command.verb for command, _ in COMMANDS} == set(VERBS)
    assert all(VERBS[cls.verb] is cls for cls in VERBS.values())


@pytest.mark.parametrize(("command", "fields"), COMMANDS)
def test_the_wire_form_is_flat_and_goes_both_ways(command, fields):
    wire = {"at": 5.0, "do": command.verb, **fields}
    assert command.to_dict(5.0) == wire
    assert list(command.to_dict(5.0))[:2] == ["at", "do"]
    assert command_from_dict(json.loads(json.dumps(wire))) == (5.0, command)


@pytest.mark.parametrize(("command", "fields"), COMMANDS)
def test_commands_are_frozen_hashable_and_picklable(command, fields):
    _, twin = command_from_dict({"at": 5, "do": command.verb, **fields})
    assert hash(twin) == hash(command)
    assert pickle.loads(pickle.dumps(command)) == command
    for field in attrs.fields(type(command)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(command, field.name, None)


@pytest.mark.parametrize("verb", ["post_update", "post_report"])
@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"status": "down"}, {"status": "down"}),
        ({"status": "down", "content": {"eta": "noon"}}, {"status": "down", "eta": "noon"}),
        ({"status": "up", "content": {"status": "down"}}, {"status": "up"}),
        ({"content": {"item": "x"}, "by": "ana"}, {"item": "x"}),
    ],
)
def test_the_content_of_a_post_may_stand_beside_its_item(verb, fields, content):
    _, found = command_from_dict({"at": 5, "do": verb, "item": "t-1", **fields})
    assert found == c.VERBS[verb]("t-1", content, by=fields.get("by"))
    _, again = command_from_dict(json.loads(json.dumps(found.to_dict(5.0))))
    assert again == found


@pytest.mark.parametrize("at", [0, 1767225600, "2026-01-01T00:00:00Z"])
def test_an_instant_is_seconds_or_iso_with_an_offset(at):
    assert command_from_dict({"at": at, "do": "advance"})[0] in (0.0, 1767225600.0)


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        ([], "[] is not a JSON object with the keys at and do"),
        (None, "None is not a JSON object with the keys at and do"),
        ({"do": "advance"}, "at: this field is missing; every command has at and do"),
        ({"at": 5}, "do: this field is missing; every command has at and do"),
        ({"at": 5, "do": "asign"}, "do: 'asign' is no command; did you mean 'assign'?"),
        ({"at": 5, "do": ["x"]}, "do: ['x'] is no command; known are: submit, assign"),
        ({"at": float("nan"), "do": "advance"}, "at: nan is not a finite instant"),
        ({"at": None, "do": "advance"}, "at: None is not an instant"),
        (
            {"at": "2026-01-01T00:00", "do": "advance"},
            "at: '2026-01-01T00:00' is not an instant: it has no",
        ),
        ({"at": 5, "do": "advance", "x": 1}, "x: unknown key; none is known"),
        ({"at": 5, "do": "close"}, "item: this field is missing; give it: a Close needs it"),
        ({"at": 5, "do": "close", "itm": "x"}, "itm: unknown key; did you mean 'item'?"),
        ({"at": 5, "do": "close", "item": 7}, "item: 7 is not a non-empty string"),
        ({"at": 5, "do": "submit", "item": "t"}, "item: 't' is not a JSON object with the fields"),
        (
            {"at": 5, "do": "submit", "item": {"id": "t"}},
            "item.team: this field is missing; give it: a WorkItem needs it",
        ),
        (
            {"at": 5, "do": "submit", "item": {"id": "t", "team": "a", "wieght": 1}},
            "item.wieght: unknown key; did you mean 'weight'?",
        ),
        (
            {"at": 5, "do": "submit", "item": {"id": "t", "team": "a", "skills": {"es": -1}}},
            "item.skills.es: -1 is not a positive integer",
        ),
        (
            {"at": 5, "do": "add_agent", "agent": {"id": "a", "capacity": -1}},
            "agent.capacity: -1 is not a positive integer",
        ),
        (
            {"at": 5, "do": "assign", "item": "t", "agent": "a", "strict": 1},
            "strict: 1 is not true or false",
        ),
        (
            {"at": 5, "do": "transfer", "item": "t", "team": "a", "keep_agent": None},
            "keep_agent: None is not true or false",
        ),
        (
            {"at": 5, "do": "reply", "item": "t", "by": "custmer"},
            "by: 'custmer' is not one of agent, customer; did you mean 'customer'?",
        ),
        (
            {"at": 5, "do": "set_presence", "agent": "a", "presence": "busy"},
            "presence: 'busy' is not one of active, away, away_reassign, offline",
        ),
        (
            {"at": 5, "do": "set_presence", "agent": "a", "presence": "away", "by": "auto"},
            "by: 'auto' is not one of agent, manager",
        ),
        (
            {"at": 5, "do": "snooze", "item": "t", "until": "soon"},
            "until: 'soon' is not an instant",
        ),
        (
            {"at": 5, "do": "update_item", "item": "t", "changes": []},
            "changes: [] is not an object with the fields to change",
        ),
        (
            {"at": 5, "do": "update_item", "item": "t", "changes": {}},
            "changes: {} is not an object with at least one field to change",
        ),
        (
            {"at": 5, "do": "update_agents", "where": {"tam": "a"}, "changes": {"capacity": 1}},
            "where.tam: unknown condition; did you mean 'team'?",
        ),
        (
            {"at": 5, "do": "update_agents", "where": {"presence": "bsy"}, "changes": {"x": 1}},
            "where.presence: 'bsy' is not one of active",
        ),
        (
            {"at": 5, "do": "update_agents", "where": "ana", "changes": {"capacity": 1}},
            "where: 'ana' is not a list of names",
        ),
        (
            {"at": 5, "do": "submit", "item": {"id": "t", "catalog": ""}},
            "item.catalog: '' is not a non-empty string",
        ),
        (
            {"at": 5, "do": "submit", "item": {"id": "t", "team": "a", "priority": 0}},
            "item.priority: 0 is not a positive integer",
        ),
        (
            {"at": 5, "do": "add_agent", "agent": {"id": "a", "shift": {"calender": "x"}}},
            "agent.shift.calender: unknown key; did you mean 'calendar'?",
        ),
        ({"at": 5, "do": "acknowledge", "item": "t", "by": ""}, "by: '' is not a non-empty"),
        ({"at": 5, "do": "acknowledge", "item": "t", "who": "x"}, "who: unknown key; known are"),
        ({"at": 5, "do": "escalate", "item": "t", "reason": 7}, "reason: 7 is not a string"),
        ({"at": 5, "do": "escalate"}, "item: this field is missing; give it: an Escalate needs"),
        ({"at": 5, "do": "approve", "item": "t"}, "by: this field is missing; give it: an App"),
        ({"at": 5, "do": "reject", "item": "t", "by": None}, "by: None is not a non-empty str"),
        ({"at": 5, "do": "reject", "item": "t", "by": "x", "reason": []}, "reason: [] is not a"),
        (
            {"at": 5, "do": "post_update", "item": "t", "content": ["down"]},
            "content: ['down'] is not a mapping of names",
        ),
        (
            {"at": 5, "do": "post_update", "item": "t", "content": "down", "status": "x"},
            "content: 'down' is not a mapping of names",
        ),
        (
            {"at": 5, "do": "post_update", "item": "t", "content": {"status": " "}},
            "content.status: ' ' is not a text that says something",
        ),
        (
            {"at": 5, "do": "post_update", "item": "t", "status": 7},
            "content.status: 7 is not a text that says something",
        ),
        ({"at": 5, "do": "post_report", "status": "x"}, "item: this field is missing; give it"),
        ({"at": 5, "do": "rate", "item": "t"}, "score: this field is missing; give it: a Rate"),
        ({"at": 5, "do": "rate", "item": "t", "score": 0}, "score: 0 is not a score, 1 (worst)"),
        ({"at": 5, "do": "rate", "item": "t", "score": 6}, "score: 6 is not a score, 1 (worst)"),
        ({"at": 5, "do": "rate", "item": "t", "score": 4.0}, "score: 4.0 is not a score, 1 (wo"),
        ({"at": 5, "do": "rate", "item": "t", "score": True}, "score: True is not a score, 1 ("),
        ({"at": 5, "do": "rebalance"}, "moves: this field is missing; give it: a Rebalance needs"),
        ({"at": 5, "do": "rebalance", "moves": {}}, "moves: {} is not a list of moves"),
        ({"at": 5, "do": "rebalance", "moves": ["t"]}, "moves[0]: 't' is not a JSON object with"),
        (
            {"at": 5, "do": "rebalance", "moves": [{"item": "t", "agent": "a", "to": "b"}]},
            "moves[0].to: unknown key; known are: item, agent, owner",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [{"item": "t", "agent": 7}]},
            "moves[0].agent: 7 is not a non-empty string",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [{"item": "t"}]},
            "moves[0].agent: item 't' would move from the queue to the queue (allowed: another tha",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [{"item": "t", "agent": "a", "owner": "a"}]},
            "moves[0].agent: item 't' would move from 'a' to 'a' (allowed: another than its owner)",
        ),
        (
            {
                "at": 5,
                "do": "rebalance",
                "moves": [{"item": "t", "agent": "a"}, {"item": "t", "owner": "b"}],
            },
            "moves[1].item: item 't' is moved twice (allowed: one move for an item); name it once",
        ),
        (
            {
                "at": 5,
                "do": "rebalance",
                "moves": [{"item": "t", "agent": "a", "makes_room_for": "t"}],
            },
            "moves[0].makes_room_for: item 't' would make room for itself (allowed: another item); "
            "name the item that comes into its place, or leave it out",
        ),
        (
            {
                "at": 5,
                "do": "rebalance",
                "moves": [
                    {"item": "t", "agent": "a"},
                    {"item": "u", "owner": "a", "makes_room_for": "v"},
                ],
            },
            "moves[1].makes_room_for: item 'u' would make room for 'v', which none moves "
            "(allowed: the item of another of these moves); add the move of that item, or leave it "
            "out",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [], "all_or_nothing": 1},
            "all_or_nothing: 1 is not true or false",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [], "seen": -1},
            "seen: -1 is not a whole number of 0 or more",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [], "seen": True},
            "seen: True is not a whole number of 0 or more",
        ),
        (
            {"at": 5, "do": "rebalance", "moves": [], "seen": 2.0},
            "seen: 2.0 is not a whole number of 0 or more",
        ),
        (
            {"at": 5, "do": "update_workspace", "changes": {"calender": []}},
            "changes.calender: unknown key; did you mean 'calendars'?",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_path(wire, message):
    with pytest.raises(ConfigurationError) as caught:
        command_from_dict(wire)
    assert str(caught.value).startswith(message)


def test_a_move_says_where_from_and_where_to_unless_that_is_the_queue():
    wire = {"at": 5, "do": "rebalance", "moves": [{"item": "t-1", "agent": "ana"}]}
    assert command_from_dict(wire) == (5.0, c.Rebalance([Move("t-1", "ana", owner=None)]))
    wire = {"at": 5, "do": "rebalance", "moves": [{"item": "t-1", "owner": "ana"}]}
    assert command_from_dict(wire) == (5.0, c.Rebalance([Move("t-1", None, owner="ana")]))


def test_changes_share_nothing_that_can_change_with_what_they_were_made_from():
    given = {"primary": ["a"]}
    command = c.UpdateAgent("ana", given)
    given["primary"].append("b")
    assert command == c.UpdateAgent("ana", {"primary": ["a"]})
