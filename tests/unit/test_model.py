"""Workspace, Team, Agent, WorkItem: what they take, refuse, and look like on the wire.

The round trips are those of every record of the model; what the records of time, promises and
escalation refuse, and what they may leave out, stands in `test_model_time`.
"""

import json
import pickle

import attrs
import pytest

from assignwork import model
from assignwork.errors import ConfigurationError, InputError
from assignwork.model import (
    Actions,
    After,
    Ageing,
    Agent,
    AssignmentRate,
    Calendar,
    CatalogEntry,
    EscalationPath,
    Handoff,
    Holidays,
    Move,
    OnCall,
    Override,
    PriorityCriteria,
    Protocol,
    Requirement,
    Rotation,
    Shift,
    SlaPolicy,
    Step,
    Target,
    Team,
    WorkItem,
    Workspace,
)


class Policy:
    """A policy of the caller's, as plain as it can be."""

    def __init__(self, name):
        self.name = name


ITEM = {
    "id": "t-1",
    "team": "spanish",
    "priority": 2,
    "weight": 2,
    "channel": "chat",
    "skills": {"lang:es": 2, "vip": {"level": 1, "relax_after": 60.0}},
    "preferred_skills": ["billing"],
    "preferred_agent": "ana",
    "only_agent": "bob",
    "affinity_wait": 30.0,
    "created_at": 5.0,
    "due_at": 500.0,
    "impact": 1,
    "urgency": 2,
    "risk": 3,
    "value": 4,
    "category": "c",
    "tags": ["x"],
    "customer": "k",
    "subject": "s",
    "requester": "r",
    "catalog": "vpn",
}
HANDOFF = {"reassign": "all", "priority_at_most": 2}
SHIFT = {"calendar": "office", "overrides": {"2026-12-24": []}, "handoff": HANDOFF}
AGENT = {
    "id": "ana",
    "capacity": 4,
    "primary": ["spanish"],
    "secondary": ["billing"],
    "skills": {"lang:es": 3},
    "presence": "away",
    "channel_limits": {"chat": 2},
    "secondary_limit": 1,
    "shift": SHIFT,
    "tags": ["early"],
}
TEAM = {
    "id": "spanish",
    "rank": 2,
    "selection": ["best_skilled", "balanced"],
    "agent_limit": 3,
    "secondary_rule": {"after": 60.0},
    "manual": True,
    "offer_timeout": 20.0,
    "decline_cooldown": 10.0,
    "missed_limit": 2,
    "missed_window": 100.0,
    "min_shift_left": 900.0,
}
CALENDAR = {
    "id": "office",
    "timezone": "Europe/Lisbon",
    "hours": {"mon": ["09:00-12:30", "13:30-18:00"], "fri": ["22:00-06:00"]},
    "exceptions": {"2026-12-24": ["09:00-12:00"], "2026-12-31": []},
    "holidays": {"country": "US", "subdivision": "CA"},
}
OVERRIDE = {"starts_at": 60.0, "ends_at": 120.0, "member": "dan"}
ROTATION = {
    "id": "night",
    "members": ["ana", None, "ben"],
    "timezone": "Europe/Lisbon",
    "weekday": "tue",
    "time": "08:30",
    "days": 14,
    "starts_on": "2026-01-06",
    "overrides": [OVERRIDE],
}
TARGET = {"seconds": 3600.0, "calendar": "24x7"}
POLICY = {
    "id": "gold",
    "targets": {
        "*": {"next_response": 7200.0},
        "1": {"first_response": 1800.0, "resolution": TARGET},
        "high": {"first_response": 1800.0},
    },
    "calendar": "office",
    "teams": ["spanish"],
    "priorities": [1, "high"],
    "tags": ["vip"],
    "at_risk": 0.5,
    "pause_on_customer": True,
}
ACTIONS = {
    "priority": "critical",
    "transfer": "billing",
    "assign": {"on_call": "night"},
    "watchers": ["board", "dan"],
    "notify": [{"on_call": "night"}, "lead"],
    "path": "last",
}
TIMED = {
    "when": "no_response", "do": {"notify": ["lead"]}, "after": 900.0, "calendar": "office",
}  # fmt: skip
PROMISED = {"when": "breached", "do": ACTIONS, "target": "resolution"}
PATH = {
    "id": "first",
    "steps": [TIMED, PROMISED],
    "teams": ["spanish"],
    "priorities": ["high", 1],
    "categories": ["outage"],
    "tags": ["vip"],
    "repeat": 2,
    "ack_timeout": 600.0,
}
LAST = {"id": "last", "steps": [{"when": "manual", "do": {"assign": "ana"}}]}
PROTOCOL = {
    "id": "major",
    "priorities": [1, "high"],
    "audiences": {
        "opened": ["board"], "escalated": ["board"], "resolved": ["board"], "updates": ["dan"],
    },
    "update_every": 3600.0,
    "channels": ["mail"],
    "required": ["status", "eta"],
    "report_on_close": ["root_cause", "prevention"],
}  # fmt: skip
ENTRY = {
    "id": "vpn",
    "team": "spanish",
    "name": "A way in",
    "category": "network",
    "priority": "high",
    "impact": 1,
    "urgency": 2,
    "risk": 3,
    "value": 4,
    "weight": 2,
    "skills": {"lang:es": 2, "vip": {"level": 1, "relax_after": 60.0}},
    "tags": ["vip"],
    "cost": 12.5,
    "groups": ["staff"],
    "approvals": ["lead", "board"],
    "sla": "gold",
    "expected_delivery": 86400.0,
    "clock_from": "submit",
}
MATRIX = {"matrix": [[1, 2], [2, 3]]}
WEIGHTS = {"weights": {"impact": 2.0, "urgency": 1.0}, "thresholds": [4.0, 8.0]}
WORKSPACE = {
    "schema": 1,
    "teams": [TEAM, {"id": "billing"}],
    "agents": [AGENT],
    "default_capacity": 3,
    "item_order": ["inbox", "age"],
    "snoozed_counts": True,
    "customer_wait_counts": False,
    "reassign": "all",
    "over_capacity": "release",
    "ageing": {"every": 60.0, "to": 2},
    "assignment_rate": {"items": 3, "per": 60.0},
    "ramp_in": 300.0,
    "auto_away_after": 300.0,
    "auto_reassign_after": 900.0,
    "auto_return": True,
    "auto_reassign_manual_away": True,
    "strict": True,
    "calendars": [CALENDAR],
    "sla": [POLICY],
    "priority_criteria": MATRIX,
    "priority_levels": {"critical": 1, "high": 2, "low": 5},
    "paths": [PATH, LAST],
    "protocols": [PROTOCOL],
    "catalog": [ENTRY],
    "groups": {"board": ["eve"], "lead": [], "staff": ["fay", "gil"]},
    "rotations": [ROTATION],
}
WHOLE = [
    (WorkItem, ITEM),
    (Agent, AGENT),
    (Team, TEAM),
    (Workspace, WORKSPACE),
    (Calendar, CALENDAR),
    (Holidays, CALENDAR["holidays"]),
    (Shift, SHIFT),
    (Handoff, HANDOFF),
    (Rotation, ROTATION),
    (Override, OVERRIDE),
    (SlaPolicy, POLICY),
    (Target, TARGET),
    (EscalationPath, PATH),
    (Step, TIMED),
    (Step, PROMISED),
    (Actions, ACTIONS),
    (OnCall, {"on_call": "night"}),
    (Protocol, PROTOCOL),
    (CatalogEntry, ENTRY),
    (PriorityCriteria, MATRIX),
    (PriorityCriteria, WEIGHTS),
    (Move, {"item": "t-1", "agent": "ben", "owner": "ana", "makes_room_for": "t-2"}),
]
LEAST = [
    (WorkItem, {"id": "t-1", "team": "spanish"}),
    (WorkItem, {"id": "t-1", "catalog": "vpn"}),
    (Agent, {"id": "ana"}),
    (Team, {"id": "spanish"}),
    (Workspace, {"schema": 1}),
    (Calendar, {"id": "office", "hours": {"mon": ["09:00-17:00"]}}),
    (Calendar, {"id": "fair", "exceptions": {"2026-12-24": ["09:00-17:00"]}}),
    (Handoff, {}),
    (Rotation, {"id": "night", "members": ["ana"]}),
    (SlaPolicy, {"id": "gold", "targets": {"*": {"resolution": 60.0}}}),
    (EscalationPath, {"id": "first", "steps": [{"when": "manual", "do": {"notify": ["lead"]}}]}),
    (Step, {"when": "at_risk", "do": {"priority": 1}, "target": "next_response"}),
    (Protocol, {"id": "major"}),
    (CatalogEntry, {"id": "vpn", "team": "spanish"}),
    (Move, {"item": "t-1", "agent": None, "owner": "ana"}),
]
RECORDS = list(dict.fromkeys(cls for cls, _ in WHOLE))


@pytest.mark.parametrize(("cls", "wire"), [*WHOLE, *LEAST])
def test_the_wire_form_goes_in_and_comes_out_the_same(cls, wire):
    made = cls.from_dict(wire)
    assert made.to_dict() == wire
    assert cls.from_dict(json.loads(json.dumps(made.to_dict()))) == made


@pytest.mark.parametrize("cls", RECORDS)
def test_the_examples_of_each_class_set_every_field_off_its_default(cls):
    unset = {field.name for field in attrs.fields(cls)}
    for example, wire in WHOLE:
        if example is cls:
            unset -= set(wire)
    assert unset == ({"eligibility"} if cls is Workspace else set())  # policy objects only


def test_every_record_of_the_model_has_an_example_here():
    records = {
        found
        for name in model.__all__
        if isinstance(found := getattr(model, name), type) and issubclass(found, model.Record)
    }
    apart = {model.Record, After, Ageing, AssignmentRate}  # the base; those within TEAM, WORKSPACE
    assert records - apart == set(RECORDS)


@pytest.mark.parametrize(("cls", "wire"), WHOLE)
def test_records_are_comparable_hashable_and_picklable(cls, wire):
    one, two = cls.from_dict(wire), cls.from_dict(wire)
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize(("cls", "wire"), WHOLE)
def test_records_cannot_be_changed(cls, wire):
    made = cls.from_dict(wire)
    for field in attrs.fields(cls):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(made, field.name, getattr(made, field.name))


def test_records_share_nothing_that_can_change_with_what_they_were_made_from():
    skills = {"lang:es": 3}
    agent = Agent("ana", skills=skills)
    skills["lang:es"] = 1
    assert agent.skills == {"lang:es": 3}
    with pytest.raises(TypeError, match="read-only"):
        agent.skills["lang:es"] = 1


def test_wire_data_is_not_changed_by_reading_it():
    wire = json.loads(json.dumps(WORKSPACE))
    Workspace.from_dict(wire)
    assert wire == WORKSPACE


@pytest.mark.parametrize(
    ("cls", "change", "message"),
    [
        (WorkItem, {"id": ""}, "id: '' is not a non-empty string of at most 512 characters"),
        (WorkItem, {"team": None}, "team: None is not a non-empty string"),
        (WorkItem, {"priority": 0}, "priority: 0 is not a positive integer (1 to 2147483647)"),
        (WorkItem, {"weight": -1}, "weight: -1 is not a positive integer"),
        (WorkItem, {"weight": 1.0}, "weight: 1.0 is not a positive integer"),
        (WorkItem, {"channel": ""}, "channel: '' is not a non-empty string"),
        (WorkItem, {"skills": ["es"]}, "skills: ['es'] is not a mapping of names"),
        (WorkItem, {"skills": {"es": 0}}, "skills.es: 0 is not a positive integer"),
        (
            WorkItem,
            {"skills": {"es": {"level": 1, "relax": 5}}},
            "skills.es.relax: unknown key; did you mean 'relax_after'?",
        ),
        (WorkItem, {"skills": {"es": {"level": 0}}}, "skills.es.level: 0 is not a positive"),
        (WorkItem, {"skills": {"es": {"relax_after": -1}}}, "skills.es.relax_after: -1 is not a"),
        (WorkItem, {"preferred_skills": "es"}, "preferred_skills: 'es' is not a list of names"),
        (WorkItem, {"affinity_wait": -1}, "affinity_wait: -1 is not a number of seconds"),
        (WorkItem, {"due_at": float("nan")}, "due_at: nan is not a finite instant"),
        (
            WorkItem,
            {"created_at": "2026-01-01T00:00:00"},
            (
                "created_at: '2026-01-01T00:00:00' is not an instant: it has no time zone; "
                "give it an offset, such as +00:00"
            ),
        ),
        (WorkItem, {"impact": 5}, "impact: 5 is not a factor; give 1 (highest) to 4"),
        (WorkItem, {"tags": ["a", "a"]}, "tags: 'a' stands in the list twice; name it once"),
        (WorkItem, {"subject": 7}, "subject: 7 is not a string"),
        (WorkItem, {"prio": 1}, "prio: unknown key; did you mean 'priority'?"),
        (Agent, {"capacity": 0}, "capacity: 0 is not a positive integer"),
        (Agent, {"presence": "busy"}, "presence: 'busy' is not one of active, away, away_"),
        (Agent, {"skills": {"es": "3"}}, "skills.es: '3' is not a positive integer"),
        (Agent, {"channel_limits": {"chat": 0}}, "channel_limits.chat: 0 is not a positive"),
        (Agent, {"secondary_limit": 0}, "secondary_limit: 0 is not a positive integer"),
        (Agent, {"primary": ["a", 1]}, "primary[1]: 1 is not a non-empty string"),
        (
            Agent,
            {"primary": ["a"], "secondary": ["b", "a"]},
            "secondary: team 'a' is both primary and secondary of agent 'ana'; name it in one",
        ),
        (Agent, {"capcity": 1}, "capcity: unknown key; did you mean 'capacity'?"),
        (Team, {"rank": 1.5}, "rank: 1.5 is not an integer"),
        (Team, {"selection": "balancd"}, "selection: 'balancd' is not one of balanced"),
        (Team, {"selection": []}, "selection: [] is not a selection; name one of balanced"),
        (Team, {"selection": ["balanced", "x"]}, "selection[1]: 'x' is not one of balanced"),
        (
            Team,
            {"selection": ["round_robin", "balanced"]},
            (
                "selection: round_robin leaves no ties, what follows it would never be asked; "
                "put it last"
            ),
        ),
        (Team, {"secondary_rule": "after"}, "secondary_rule: 'after' is not one of primary_"),
        (Team, {"secondary_rule": {}}, "secondary_rule.after: this field is missing"),
        (Team, {"secondary_rule": {"after": -1}}, "secondary_rule.after: -1 is not a number"),
        (Team, {"manual": "no"}, "manual: 'no' is not true or false"),
        (Team, {"offer_timeout": 0}, "offer_timeout: 0 is not a number of seconds above zero"),
        (Workspace, {"default_capacity": 0}, "default_capacity: 0 is not a positive integer"),
        (Workspace, {"item_order": "priority"}, "item_order: 'priority' is not a list of item"),
        (Workspace, {"item_order": ["prio"]}, "item_order[0]: 'prio' is not one of priority"),
        (Workspace, {"item_order": ["due", "due"]}, "item_order: 'due' stands in the list twice"),
        (Workspace, {"reassign": "none"}, "reassign: 'none' is not one of waiting, all, on_"),
        (Workspace, {"over_capacity": 1}, "over_capacity: 1 is not one of keep, release"),
        (Workspace, {"ageing": {"evry": 5}}, "ageing.evry: unknown key; did you mean 'every'?"),
        (Workspace, {"ageing": 5}, "ageing: 5 is not a JSON object with the fields of Ageing"),
        (Workspace, {"assignment_rate": {"items": 1}}, "assignment_rate.per: this field is missi"),
        (Workspace, {"eligibility": ["x"]}, "eligibility[0]: 'x' is not an eligibility policy"),
        (Workspace, {"eligibility": "x"}, "eligibility: 'x' is not a list of eligibility polic"),
        (Workspace, {"teams": 7}, "teams: 7 is not a list"),
        (Workspace, {"teams": {"a": 7}}, "teams.a: 7 is not an object with the fields"),
        (Workspace, {"teams": {"a": {"rnk": 1}}}, "teams[0].rnk: unknown key; did you mean 'ra"),
        (Workspace, {"teams": [{"id": "a"}, {"id": "a"}]}, "teams[1].id: team 'a' is there twice"),
        (Workspace, {"teams": [{}]}, "teams[0].id: this field is missing; give it: a Team needs"),
        (Workspace, {"agents": [{}]}, "agents[0].id: this field is missing; give it: an Agent n"),
        (Workspace, {"agents": [{"id": "a"}, {"id": "a"}]}, "agents[1].id: agent 'a' is there tw"),
        (
            Workspace,
            {"teams": [{"id": "spanish"}], "agents": [{"id": "a", "primary": ["spnish"]}]},
            (
                "agents[0].primary[0]: agent 'a' names the unknown team 'spnish'; "
                "did you mean 'spanish'?"
            ),
        ),
        (Workspace, {"schema": 2}, "schema: 2 is not a schema that this version reads (1)"),
        (Workspace, {"schema": True}, "schema: True is not a schema that this version reads"),
        (Workspace, {"agnets": []}, "agnets: unknown key; did you mean 'agents'?"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_path(cls, change, message):
    least = next(wire for of, wire in LEAST if of is cls)
    with pytest.raises(ConfigurationError) as caught:
        cls.from_dict({**least, **change})
    assert str(caught.value).startswith(message)


# `teams: {}` was refused until lists of records could be given as mappings id -> fields; it is an
# empty list now.
@pytest.mark.parametrize(
    "name",
    ["teams", "agents", "calendars", "sla", "paths", "protocols", "catalog", "rotations"],
)
def test_a_list_of_records_may_be_a_mapping_of_ids(name):
    records = WORKSPACE[name]
    mapping = {
        entry["id"]: {key: value for key, value in entry.items() if key != "id"}
        for entry in records
    }
    others = {key: value for key, value in WORKSPACE.items() if key != name}
    listed = Workspace.from_dict({**others, name: records})
    assert Workspace.from_dict({**others, name: mapping}) == listed
    assert listed.to_dict()[name] == Workspace.from_dict({**others, name: mapping}).to_dict()[name]
    assert getattr(Workspace.from_dict({name: {}}), name) == ()


@pytest.mark.parametrize("data", [None, [], "x", 7])
def test_a_workspace_is_an_object(data):
    with pytest.raises(ConfigurationError, match="is not a JSON object with a workspace"):
        Workspace.from_dict(data)


def test_an_unknown_key_is_cut_in_the_message():
    with pytest.raises(ConfigurationError) as caught:
        Agent.from_dict({"id": "a", "x" * 100_000: 1})
    assert len(str(caught.value)) < 400


def test_a_requirement_is_a_level_or_an_object():
    item = WorkItem("t", "a", skills={"es": 2, "fr": Requirement(1, 60), "de": {"level": 3}})
    assert list(item.skills) == ["de", "es", "fr"]  # sorted: rule N1
    assert item.to_dict()["skills"] == {"de": 3, "es": 2, "fr": {"level": 1, "relax_after": 60.0}}


def test_preferred_skills_may_be_names_or_levels_and_are_sorted():
    assert WorkItem("t", "a", preferred_skills=["b", "a"]).preferred_skills == ("a", "b")
    assert WorkItem("t", "a", preferred_skills={"b": 1, "a": 2}).preferred_skills == ("a", "b")


def test_records_may_stand_where_their_wire_form_may():
    whole = Workspace(
        teams=[Team("a", secondary_rule=After(60))],
        agents=[Agent("x", primary=["a"])],
        ageing=Ageing(60),
        assignment_rate=AssignmentRate(3, 60),
    )
    assert Workspace.from_dict(whole.to_dict()) == whole


# --- policies of the caller's ---------------------------------------------------------------------


def test_policies_stand_by_name_on_the_wire_and_come_back_as_objects():
    names = ("order", "select", "help", "mode", "may")
    given = {name: Policy(name) for name in names}
    workspace = Workspace(
        teams=[Team("a", selection=given["select"], secondary_rule=given["help"])],
        item_order=["priority", given["order"]],
        reassign=given["mode"],
        eligibility=[given["may"]],
    )
    wire = json.loads(json.dumps(workspace.to_dict()))
    assert wire["item_order"] == ["priority", {"policy": "order"}]
    assert wire["teams"][0]["selection"] == {"policy": "select"}
    assert Workspace.from_dict(wire, given) == workspace


def test_a_policy_that_was_not_given_is_named_with_its_path():
    wire = {"teams": [{"id": "a", "selection": {"policy": "fastest"}}]}
    with pytest.raises(ConfigurationError) as caught:
        Workspace.from_dict(wire, {"fastst": Policy("fastst")})
    assert str(caught.value) == (
        "teams[0].selection: no policy 'fastest' was given; "
        "pass it in policies={name: object}; did you mean 'fastst'?"
    )


def test_a_policy_without_a_name_is_refused():
    with pytest.raises(ConfigurationError, match=r"^selection\.name: None is not a non-empty"):
        Team("a", selection=object())


def test_a_skill_may_be_called_policy():
    wire = {"agents": [{"id": "a", "skills": {"policy": 2}}]}
    assert Workspace.from_dict(wire).agents[0].skills == {"policy": 2}


# --- files ----------------------------------------------------------------------------------------


def test_a_workspace_is_read_from_json_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "w.json"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + json.dumps(WORKSPACE).encode())
        assert Workspace.load(path) == Workspace.from_dict(WORKSPACE)


def test_a_workspace_is_read_from_toml(tmp_path):
    path = tmp_path / "w.toml"
    path.write_text(
        """
        schema = 1
        default_capacity = 3
        [[teams]]
        id = "spanish"
        secondary_rule = { after = 60 }
        [[agents]]
        id = "ana"
        primary = ["spanish"]
        skills = { "lang:es" = 3 }
        """
    )
    assert Workspace.load(path) == Workspace(
        teams=[Team("spanish", secondary_rule=After(60))],
        agents=[Agent("ana", primary=["spanish"], skills={"lang:es": 3})],
        default_capacity=3,
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.json", b"", "{}: the file is empty; give an object with teams and agents"),
        ("w.json", b" \n", "{}: the file is empty; give an object with teams and agents"),
        ("w.json", b"\xff\xfe", "{}: byte 0 (0xff) is no UTF-8; save the file as UTF-8"),
        (
            "w.json",
            b'{"teams":\n [}',
            "{}, line 2: not JSON: expecting value at column 3; mend the file at that place",
        ),
        (
            "w.json",
            b'{"teams": [{"id": "a", "rank": NaN}]}',
            "{}, field teams[0].rank: NaN is no JSON number; give a finite number, or null",
        ),
        (
            "w.json",
            b'{"strict": true, "strict": false}',
            "{}, field strict: this key stands twice; keep one of the two",
        ),
        ("w.json", b'{"agnets": []}', "{}, field agnets: unknown key; did you mean 'agents'?"),
        ("w.json", b"[" * 50 + b"]" * 50, "{}: nested too deeply; give an object with the fields"),
        ("w.toml", b"teams = [", "{}: not TOML: "),
        ("w.toml", b"schema = 2", "{}, field schema: 2 is not a schema that this version reads"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_line_or_field(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        Workspace.load(path)
    assert str(caught.value).startswith(message.format(path))
    assert caught.value.file == str(path)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Workspace.load(tmp_path / "none.json")


def test_the_public_names_of_the_model_are_sorted_and_there():
    assert model.__all__ == sorted(model.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(model, name) for name in model.__all__)
