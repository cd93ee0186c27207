"""Calendars, promises, paths, protocols and the catalog: what they take, refuse and may leave out.

How each looks on the wire stands in `test_model`; what calendars and rotations make of their hours
and turns in `tests/service`.
"""

import datetime as dt
import json

import attrs
import pytest

from assignwork.errors import ConfigurationError
from assignwork.model import (
    DEFAULT_LEVELS,
    Actions,
    Agent,
    Calendar,
    CatalogEntry,
    EscalationPath,
    Handoff,
    Holidays,
    OnCall,
    Override,
    PriorityCriteria,
    Protocol,
    Rotation,
    Shift,
    SlaPolicy,
    Step,
    Target,
    Team,
    WorkItem,
    Workspace,
)

LEAST = {
    Calendar: {"id": "office", "hours": {"mon-fri": ["09:00-17:00"]}},
    Holidays: {"country": "PT"},
    Shift: {"calendar": "office"},
    Handoff: {},
    Rotation: {"id": "night", "members": ["ana"]},
    Override: {"starts_at": 60, "ends_at": 120, "member": "dan"},
    SlaPolicy: {"id": "gold", "targets": {"*": {"resolution": 60}}},
    Target: {"seconds": 60},
    EscalationPath: {"id": "major", "steps": [{"when": "manual", "do": {"notify": ["dan"]}}]},
    Step: {"when": "unassigned", "do": {"notify": ["dan"]}},
    Actions: {"notify": ["dan"]},
    OnCall: {"on_call": "night"},
    Protocol: {"id": "major"},
    CatalogEntry: {"id": "vpn", "team": "a"},
    PriorityCriteria: {"matrix": [[1]]},
    Agent: {"id": "ana"},
    Team: {"id": "a"},
    WorkItem: {"id": "t", "team": "a"},
}


def refused(cls, wire):
    with pytest.raises(ConfigurationError) as caught:
        cls.from_dict(wire)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cls", "wire"), LEAST.items(), ids=lambda one: getattr(one, "__name__", "")
)
def test_the_least_is_enough_and_each_part_of_it_is_needed(cls, wire):
    made = cls.from_dict(wire)
    needed = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    for name in needed:
        less = {key: value for key, value in wire.items() if key != name}
        assert refused(cls, less).startswith(f"{name}: this field is missing; give it: a")
    assert hash(made) == hash(cls.from_dict(json.loads(json.dumps(wire))))


@pytest.mark.parametrize(
    ("cls", "change", "message"),
    [
        # calendars and shifts
        (Calendar, {"id": ""}, "id: '' is not a non-empty string"),
        (Calendar, {"id": "24x7"}, "id: '24x7' is not free: this calendar is built in; give it an"),
        (Calendar, {"timezone": "Lisbon"}, "timezone: 'Lisbon' is not a time zone of the IANA dat"),
        (Calendar, {"timezone": 1}, "timezone: 1 is not a non-empty string"),
        (Calendar, {"hours": {}}, "hours: calendar 'office' has no working time; give hours, such"),
        (Calendar, {"hours": []}, "hours: [] is not a mapping of weekdays; write it as"),
        (Calendar, {"hours": {"mo": ["09:00-17:00"]}}, "hours.mo: 'mo' is not one of mon, tue,"),
        (Calendar, {"hours": {"mon": "09:00-17:00"}}, "hours.mon: '09:00-17:00' is not a list of"),
        (Calendar, {"hours": {"mon": ["9-17"]}}, "hours.mon[0]: '9-17' is not an interval of loca"),
        (Calendar, {"hours": {"mon": ["09:00-09:00"]}}, "hours.mon[0]: '09:00-09:00' has no lengt"),
        (
            Calendar,
            {"hours": {"mon": ["09:00-12:00", "11:00-13:00"]}},
            "hours.mon[1]: '11:00-13:00' overlaps '09:00-12:00'; give one interval that covers",
        ),
        (
            Calendar,
            {"hours": {"mon-tue": ["09:00-17:00"], "tue": []}},
            "hours.tue: tue is there twice; name each weekday once",
        ),
        (Calendar, {"exceptions": {"24.12.": []}}, "exceptions.24.12.: '24.12.' is not a date; wr"),
        (
            Calendar,
            {"exceptions": {"2026-12-24": ["x"]}},
            "exceptions.2026-12-24[0]: 'x' is not an interval of local time",
        ),
        (Calendar, {"holidays": "PTT"}, "holidays.country: 'PTT' is not a country whose holidays"),
        (Calendar, {"holidays": {"contry": "PT"}}, "holidays.contry: unknown key; did you mean 'c"),
        (Calendar, {"holidays": 7}, "holidays: 7 is not a JSON object with the fields of Holidays"),
        (Calendar, {"hour": {}}, "hour: unknown key; did you mean 'hours'?"),
        (Holidays, {"country": "US", "subdivision": "XX"}, "subdivision: 'XX' is not a subdivisio"),
        (Shift, {"overrides": {"2026-02-30": []}}, "overrides.2026-02-30: '2026-02-30' is not a d"),
        (Shift, {"overrides": ["2026-12-24"]}, "overrides: ['2026-12-24'] is not a mapping of dat"),
        (Shift, {"handoff": {"reassign": "none"}}, "handoff.reassign: 'none' is not one of waiti"),
        (Shift, {"handoff": {"priority_at_most": 0}}, "handoff.priority_at_most: 0 is not a posi"),
        (Shift, {"handoff": "all"}, "handoff: 'all' is not a JSON object with the fields of Hand"),
        (Agent, {"shift": 7}, "shift: 7 is not a JSON object with the fields of Shift"),
        (Agent, {"shift": ""}, "shift: '' is not a non-empty string"),
        (Agent, {"shift": {"overrides": {}}}, "shift.calendar: this field is missing; give it: a"),
        (Team, {"min_shift_left": -1}, "min_shift_left: -1 is not a number of seconds, finite"),
        # rotations
        (Rotation, {"members": []}, "members: [] is not a list with a member; name at least one"),
        (Rotation, {"members": [None]}, "members: [None] is not a list with a member"),
        (Rotation, {"members": ["ana", "ana"]}, "members: 'ana' stands in the list twice"),
        (Rotation, {"members": "ana"}, "members: 'ana' is not a list of members"),
        (Rotation, {"weekday": "monday"}, "weekday: 'monday' is not one of mon, tue"),
        (Rotation, {"time": "24:00"}, "time: '24:00' is not a time of day; write it as 09:00"),
        (Rotation, {"days": 0}, "days: 0 is not a positive integer"),
        (Rotation, {"starts_on": "soon"}, "starts_on: 'soon' is not a date"),
        (
            Rotation,
            {"weekday": "mon", "starts_on": "2026-01-06"},
            "starts_on: '2026-01-06' is not a day of handoff (mon); that day is a tue: move it",
        ),
        (Rotation, {"overrides": [{"member": "x"}]}, "overrides[0].starts_at: this field is miss"),
        (
            Rotation,
            {"overrides": [LEAST[Override], {**LEAST[Override], "member": "eve"}]},
            "overrides[1]: this override, of 'eve', overlaps that of 'dan'; start it at 120.0",
        ),
        (Override, {"ends_at": 60}, "ends_at: 60.0 is not an instant after its start (60.0)"),
        (Override, {"starts_at": "2026-01-01"}, "starts_at: '2026-01-01' is not an instant: it h"),
        # targets
        (SlaPolicy, {"targets": {}}, "targets: {} is not targets by priority; such as {"),
        (SlaPolicy, {"targets": {"1": {}}}, "targets.1: {} is not targets, of first_response, ne"),
        (SlaPolicy, {"targets": {"1": 60}}, "targets.1: 60 is not targets, of first_response"),
        (
            SlaPolicy,
            {"targets": {"1": {"resolutoin": 60}}},
            "targets.1: 'resolutoin' is not one of first_response, next_response, resolution; did",
        ),
        (SlaPolicy, {"targets": {"1": {"resolution": 0}}}, "targets.1.resolution: 0 is not a num"),
        (
            SlaPolicy,
            {"targets": {"1": {"resolution": {"secs": 5}}}},
            "targets.1.resolution.secs: unknown key; did you mean 'seconds'?",
        ),
        (
            SlaPolicy,
            {"targets": {"1": {"resolution": {"calendar": "office"}}}},
            "targets.1.resolution.seconds: this field is missing; give it: a Target needs it",
        ),
        (SlaPolicy, {"targets": {"resolution": None}}, "targets.*.resolution: None is not a num"),
        (SlaPolicy, {"calendar": None}, "calendar: None is not a non-empty string"),
        (SlaPolicy, {"priorities": [0]}, "priorities[0]: 0 is not a positive integer"),
        (SlaPolicy, {"priorities": "high"}, "priorities: 'high' is not a list of priorities"),
        (SlaPolicy, {"tags": ["x", "x"]}, "tags: 'x' stands in the list twice"),
        (SlaPolicy, {"at_risk": 0}, "at_risk: 0 is not a share of the time, above 0 and at most 1"),
        (SlaPolicy, {"at_risk": 1.01}, "at_risk: 1.01 is not a share of the time"),
        (SlaPolicy, {"at_risk": True}, "at_risk: True is not a share of the time"),
        (SlaPolicy, {"pause_on_customer": 1}, "pause_on_customer: 1 is not true or false"),
        (SlaPolicy, {"target": {}}, "target: unknown key; did you mean 'targets'?"),
        (Target, {"seconds": float("inf")}, "seconds: inf is not a number of seconds above zero"),
        (Target, {"calendar": ""}, "calendar: '' is not a non-empty string"),
        # paths
        (EscalationPath, {"steps": []}, "steps: [] is not a list of at least one step"),
        (EscalationPath, {"steps": {}}, "steps: {} is not a list"),
        (EscalationPath, {"steps": [7]}, "steps[0]: 7 is not a JSON object with the fields of Ste"),
        (
            EscalationPath,
            {"steps": [{"when": "unassigned", "do": {"notfy": ["x"]}}]},
            "steps[0].do.notfy: unknown key; did you mean 'notify'?",
        ),
        (
            EscalationPath,
            {"steps": [{"when": "unassigned", "do": {}}]},
            "steps[0].do: a step that does nothing; give one of priority, transfer, assign, watc",
        ),
        (EscalationPath, {"repeat": -1}, "repeat: -1 is not a number of repeats, 0 to 1000"),
        (EscalationPath, {"repeat": 1001}, "repeat: 1001 is not a number of repeats, 0 to 1000"),
        (EscalationPath, {"repeat": True}, "repeat: True is not a number of repeats"),
        (EscalationPath, {"ack_timeout": 0}, "ack_timeout: 0 is not a number of seconds above z"),
        (EscalationPath, {"categories": "vpn"}, "categories: 'vpn' is not a list of names"),
        (EscalationPath, {"priorities": [1.0]}, "priorities[0]: 1.0 is not a positive integer"),
        (Step, {"when": "unasigned"}, "when: 'unasigned' is not one of unassigned, unacknowledge"),
        (Step, {"after": -1}, "after: -1 is not a number of seconds, finite and not negative"),
        (Step, {"target": "resolution"}, "target: a step 'unassigned' has no target; leave it ou"),
        (Step, {"when": "breached"}, "target: a step 'breached' needs target; name one of first_"),
        (Step, {"when": "breached", "target": "x"}, "target: 'x' is not one of first_response, n"),
        (
            Step,
            {"when": "at_risk", "target": "resolution", "after": 5},
            "after: a step 'at_risk' fires at its event, not after a time; leave it out, or use",
        ),
        (
            Step,
            {"when": "manual", "calendar": "office"},
            "calendar: a step 'manual' fires at its event, not after a time; leave it out",
        ),
        (Actions, {"priority": 0}, "priority: 0 is not a positive integer"),
        (Actions, {"transfer": ""}, "transfer: '' is not a non-empty string"),
        (Actions, {"assign": 7}, "assign: 7 is not a non-empty string"),
        (Actions, {"assign": {"oncall": "x"}}, "assign.oncall: unknown key; did you mean 'on_ca"),
        (Actions, {"notify": "dan"}, "notify: 'dan' is not a list of people, groups or rotation"),
        (Actions, {"watchers": [None]}, "watchers[0]: None is not a non-empty string"),
        (Actions, {"notify": [{"on_call": ""}]}, "notify[0].on_call: '' is not a non-empty stri"),
        # protocols
        (Protocol, {"audiences": "board"}, "audiences: 'board' is not a list of names"),
        (Protocol, {"audiences": {"open": []}}, "audiences: 'open' is not one of opened, escala"),
        (Protocol, {"audiences": {"opened": "x"}}, "audiences.opened: 'x' is not a list of name"),
        (Protocol, {"update_every": 0}, "update_every: 0 is not a number of seconds above zero"),
        (Protocol, {"update_every": 0.5}, "update_every: 0.5 is not a cadence of at least 1 s"),
        (Protocol, {"channels": [1]}, "channels[0]: 1 is not a non-empty string"),
        (Protocol, {"required": "eta"}, "required: 'eta' is not a list of names"),
        (Protocol, {"report_on_close": "yes"}, "report_on_close: 'yes' is not a list of names"),
        (Protocol, {"priorities": [None]}, "priorities[0]: None is not a positive integer"),
        # the catalog
        (CatalogEntry, {"team": None}, "team: None is not a non-empty string"),
        (CatalogEntry, {"priority": 0}, "priority: 0 is not a positive integer"),
        (CatalogEntry, {"impact": 5}, "impact: 5 is not a factor; give 1 (highest) to 4"),
        (CatalogEntry, {"weight": 0}, "weight: 0 is not a positive integer"),
        (CatalogEntry, {"skills": ["es"]}, "skills: ['es'] is not a mapping of names"),
        (CatalogEntry, {"cost": -1}, "cost: -1 is not an amount, 0 or more"),
        (CatalogEntry, {"cost": float("nan")}, "cost: nan is not an amount, 0 or more"),
        (CatalogEntry, {"approvals": ["a", "a"]}, "approvals: 'a' stands in the list twice"),
        (CatalogEntry, {"expected_delivery": 0}, "expected_delivery: 0 is not a number of secon"),
        (CatalogEntry, {"clock_from": "now"}, "clock_from: 'now' is not one of queued, submit"),
        # priorities
        (PriorityCriteria, {"matrix": []}, "matrix: [] is not a matrix of 1 to 4 rows, one an im"),
        (PriorityCriteria, {"matrix": [[1]] * 5}, "matrix: [[1], [1], [1], [1], [1]] is not a m"),
        (PriorityCriteria, {"matrix": [[1, 2], [1]]}, "matrix[1]: (1,) is not a row of 1 to 4 p"),
        (PriorityCriteria, {"matrix": [[1, 0]]}, "matrix[0][1]: 0 is not a positive integer"),
        (PriorityCriteria, {"matrix": [1]}, "matrix[0]: 1 is not a list of priorities"),
        (
            PriorityCriteria,
            {"weights": {"impact": 1}, "thresholds": [2]},
            "matrix: priorities come from a matrix or from weights, not from both or neither",
        ),
        (PriorityCriteria, {"matrix": None}, "matrix: priorities come from a matrix or from wei"),
        (
            PriorityCriteria,
            {"matrix": None, "weights": {"impact": 1}},
            "thresholds: weights and thresholds belong together; give both",
        ),
        (PriorityCriteria, {"thresholds": [1]}, "thresholds: weights and thresholds belong toge"),
        (PriorityCriteria, {"weights": {"impct": 1}}, "weights.impct: 'impct' is not a factor; d"),
        (PriorityCriteria, {"weights": {"risk": 0}}, "weights.risk: 0 is not a weight above zero"),
        (PriorityCriteria, {"thresholds": [2, 2]}, "thresholds[1]: 2.0 is not above the thresho"),
        # items
        (WorkItem, {"priority": ""}, "priority: '' is not a non-empty string"),
        (WorkItem, {"priority": 1.0}, "priority: 1.0 is not a positive integer"),
        (WorkItem, {"team": ""}, "team: this field is missing; give it: a WorkItem needs it, un"),
        (WorkItem, {"catalog": 7}, "catalog: 7 is not a non-empty string"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_path(cls, change, message):
    assert refused(cls, {**LEAST[cls], **change}).startswith(message)


# --- what may stand for what ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"resolution": 60}, {"*": {"resolution": Target(60)}}),
        ({1: {"resolution": 60}}, {"1": {"resolution": Target(60)}}),
        ({"1": {"resolution": {"seconds": 60}}}, {"1": {"resolution": Target(60)}}),
    ],
)
def test_targets_may_be_written_short(short, long):
    assert SlaPolicy("gold", short).targets == SlaPolicy("gold", long).targets


def test_targets_stand_in_one_order_whatever_was_given():
    policy = SlaPolicy(
        "gold", {"b": {"resolution": 2, "first_response": 1}, "a": {"resolution": 3}}
    )
    assert list(policy.targets) == ["a", "b"]
    assert list(policy.targets["b"]) == ["first_response", "resolution"]


def test_a_list_of_audiences_is_told_on_every_occasion():
    listed = Protocol("major", audiences=["board"])
    occasions = ("opened", "escalated", "resolved", "updates")
    assert listed == Protocol("major", audiences={occasion: ["board"] for occasion in occasions})
    assert [listed.told(occasion) for occasion in occasions] == [("board",)] * 4


def test_updates_go_to_who_was_told_of_the_opening():
    protocol = Protocol("major", audiences={"opened": ["board"]})
    assert (protocol.told("updates"), protocol.told("resolved")) == (("board",), ())
    assert Protocol("major", audiences={"opened": ["board"], "updates": []}).told("updates") == ()


@pytest.mark.parametrize(
    ("given", "sections"),
    [(True, ("root_cause", "resolution", "prevention")), (False, ()), (["why"], ("why",))],
)
def test_a_report_has_the_usual_sections_or_named_ones(given, sections):
    assert Protocol("major", report_on_close=given).report_on_close == sections


def test_records_may_stand_where_their_wire_form_may():
    whole = Workspace(
        teams=[Team("a")],
        agents=[Agent("ana", shift=Shift("office", handoff=Handoff("all")))],
        calendars=[
            Calendar(
                "office", hours={"mon": ["09:00-17:00"]}, exceptions={dt.date(2026, 1, 6): []},
                holidays=Holidays("PT"),
            )
        ],
        sla=[SlaPolicy("gold", {1: {"resolution": Target(60, "office")}})],
        priority_criteria=PriorityCriteria([[1]]),
        paths=[
            EscalationPath(
                "major",
                [Step("manual", Actions(assign=OnCall("night"), notify=["dan", OnCall("night")]))],
            )
        ],
        protocols=[Protocol("major")],
        catalog=[CatalogEntry("vpn", "a")],
        rotations=[Rotation("night", ["ana"], overrides=[Override(0, 60, "dan")])],
    )  # fmt: skip
    assert Workspace.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole


def test_dates_and_instants_of_toml_are_dates_and_instants(tmp_path):
    path = tmp_path / "w.toml"
    path.write_text(
        """
        [calendars.office]
        timezone = "Europe/Lisbon"
        hours = { mon-fri = ["09:00-17:00"] }
        exceptions = { 2026-12-24 = ["09:00-12:00"] }
        [rotations.night]
        members = ["ana", "ben"]
        starts_on = 2026-01-05
        overrides = [{ starts_at = 2026-01-06T00:00:00Z, ends_at = 1767744000, member = "dan" }]
        """
    )
    found = Workspace.load(path)
    assert found.calendars[0].exceptions == {"2026-12-24": ("09:00-12:00",)}
    assert found.rotations[0].starts_on == "2026-01-05"
    assert found.rotations[0].overrides == (Override(1767657600.0, 1767744000.0, "dan"),)


@pytest.mark.parametrize("bare", ["office", {"calendar": "office"}, Shift("office")])
def test_a_shift_may_be_the_name_of_its_calendar(bare):
    agent = Agent("ana", shift=bare)
    assert (agent.shift, agent.to_dict()["shift"]) == (Shift("office"), "office")


def test_an_item_may_leave_its_team_to_the_catalog():
    assert WorkItem("t", catalog="vpn").to_dict() == {"id": "t", "catalog": "vpn"}


# --- what a workspace's parts name ----------------------------------------------------------------


WHOLE = {
    "teams": [{"id": "a"}, {"id": "b"}],
    "agents": [{"id": "ana"}],
    "calendars": [{"id": "office", "hours": {"mon-fri": ["09:00-17:00"]}}],
    "sla": [{"id": "gold", "targets": {"*": {"resolution": 60}}}],
    "paths": [{"id": "last", "steps": [{"when": "manual", "do": {"notify": ["anybody"]}}]}],
    "protocols": [{"id": "major", "audiences": ["anybody"]}],
    "catalog": [{"id": "vpn", "team": "a", "approvals": ["anybody"]}],
    "groups": {"staff": ["anybody"]},
    "rotations": [{"id": "night", "members": ["anybody"]}],
}


def a_path(step=None, **fields):
    step = {"when": "unassigned", "do": {"notify": ["anybody"]}, **(step or {})}
    return [*WHOLE["paths"], {"id": "major", "steps": [step], **fields}]


def does(**actions):
    return a_path({"do": actions})


def test_people_are_free_names():
    assert Workspace.from_dict(WHOLE).groups == {"staff": ("anybody",)}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "agents", [{"id": "ana", "shift": "ofice"}],
            "agents[0].shift.calendar: agent 'ana' names the unknown calendar 'ofice'; "
            "did you mean 'office'?",
        ),
        (
            "sla", [{"id": "gold", "targets": {"resolution": 60}, "calendar": "x"}],
            "sla[0].calendar: SLA policy 'gold' names the unknown calendar 'x'; "
            "known are: 24x7, office",
        ),
        (
            "sla",
            [{"id": "gold", "targets": {"1": {"resolution": {"seconds": 6, "calendar": "x"}}}}],
            "sla[0].targets.1.resolution.calendar: SLA policy 'gold' names the unknown calendar",
        ),
        (
            "sla", [{"id": "gold", "targets": {"hihg": {"resolution": 60}}}],
            "sla[0].targets.hihg: SLA policy 'gold' names the unknown priority level 'hihg'; "
            "did you mean 'high'?",
        ),
        (
            "sla", [{"id": "gold", "targets": {"resolution": 60}, "teams": ["a", "c"]}],
            "sla[0].teams[1]: SLA policy 'gold' names the unknown team 'c'",
        ),
        (
            "sla", [{"id": "gold", "targets": {"resolution": 60}, "priorities": [1, "x"]}],
            "sla[0].priorities[1]: SLA policy 'gold' names the unknown priority level 'x'",
        ),
        ("paths", a_path(teams=["c"]), "paths[1].teams[0]: path 'major' names the unknown team"),
        (
            "paths", a_path(priorities=["x"]),
            "paths[1].priorities[0]: path 'major' names the unknown priority level 'x'",
        ),
        (
            "paths", a_path({"after": 5, "calendar": "x"}),
            "paths[1].steps[0].calendar: path 'major' names the unknown calendar 'x'",
        ),
        (
            "paths", does(transfer="c"),
            "paths[1].steps[0].do.transfer: path 'major' names the unknown team 'c'",
        ),
        (
            "paths", does(priority="x"),
            "paths[1].steps[0].do.priority: path 'major' names the unknown priority level 'x'",
        ),
        (
            "paths", does(path="lst"),
            "paths[1].steps[0].do.path: path 'major' names the unknown path 'lst'; did you mean",
        ),
        (
            "paths", does(assign="anna"),
            "paths[1].steps[0].do.assign: path 'major' names the unknown agent 'anna'; did you",
        ),
        (
            "paths", does(assign={"on_call": "day"}),
            "paths[1].steps[0].do.assign: path 'major' names the unknown rotation 'day'",
        ),
        (
            "paths", does(notify=["anybody", {"on_call": "day"}]),
            "paths[1].steps[0].do.notify[1]: path 'major' names the unknown rotation 'day'",
        ),
        (
            "paths", does(watchers=[{"on_call": "day"}]),
            "paths[1].steps[0].do.watchers[0]: path 'major' names the unknown rotation 'day'",
        ),
        (
            "protocols", [{"id": "major", "priorities": ["x"]}],
            "protocols[0].priorities[0]: protocol 'major' names the unknown priority level 'x'",
        ),
        (
            "catalog", [{"id": "vpn", "team": "c"}],
            "catalog[0].team: catalog entry 'vpn' names the unknown team 'c'",
        ),
        (
            "catalog", [{"id": "vpn", "team": "a", "priority": "x"}],
            "catalog[0].priority: catalog entry 'vpn' names the unknown priority level 'x'",
        ),
        (
            "catalog", [{"id": "vpn", "team": "a", "groups": ["staff", "x"]}],
            "catalog[0].groups[1]: catalog entry 'vpn' names the unknown group 'x'",
        ),
        (
            "catalog", [{"id": "vpn", "team": "a", "sla": "gld"}],
            "catalog[0].sla: catalog entry 'vpn' names the unknown SLA policy 'gld'; did you mean",
        ),
        (
            "paths",
            [
                {"id": name, "steps": [{"when": "manual", "do": {"path": other}}]}
                for name, other in (("one", "two"), ("two", "three"), ("three", "one"))
            ],
            "paths[0]: a cycle of paths: one -> two -> three -> one; let one of them end, or use",
        ),
        (
            "paths", [{"id": "one", "steps": [{"when": "manual", "do": {"path": "one"}}]}],
            "paths[0]: a cycle of paths: one -> one; let one of them end, or use repeat",
        ),
        ("priority_levels", {"high": 0}, "priority_levels.high: 0 is not a positive integer"),
        ("priority_levels", ["high"], "priority_levels: ['high'] is not a mapping of names"),
        ("priority_criteria", [[1]], "priority_criteria: [[1]] is not a JSON object with the fie"),
        ("groups", ["staff"], "groups: ['staff'] is not a mapping of names"),
        ("groups", {"staff": "x"}, "groups.staff: 'x' is not a list of names"),
        ("calendars", [{"id": "x", "hour": {}}], "calendars[0].hour: unknown key; did you mean"),
        ("calendars", {"office": {"hours": {}}}, "calendars[0].hours: calendar 'office' has no w"),
        ("rotations", {"day": {}}, "rotations[0].members: this field is missing; give it: a Rota"),
    ],
)  # fmt: skip
def test_what_is_named_must_be_there(name, value, message):
    assert refused(Workspace, {**WHOLE, name: value}).startswith(message)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("calendars", "calendar"), ("sla", "policy"), ("paths", "path"), ("protocols", "protocol"),
        ("catalog", "entry"), ("rotations", "rotation"),
    ],
)  # fmt: skip
def test_no_id_is_there_twice(name, what):
    (one,) = WHOLE[name]
    found = refused(Workspace, {**WHOLE, name: [one, one]})
    assert found == f"{name}[1].id: {what} {one['id']!r} is there twice; give each its own id"


def test_an_override_may_not_overlap_its_calendars_hours():
    night = [{"id": "night", "hours": {"mon": ["22:00-06:00"]}}]
    shift = {"calendar": "night", "overrides": {"2026-01-06": ["05:00-09:00"]}}  # a Tuesday
    found = refused(Workspace, {"calendars": night, "agents": [{"id": "ana", "shift": shift}]})
    assert found == (
        "agents[0].shift.overrides.2026-01-06: '05:00-09:00' overlaps '22:00-06:00' of the day "
        "before; end the first in time, or start the second later"
    )


def test_levels_of_a_workspaces_own_take_the_place_of_the_usual_ones():
    targets = {"severe": {"resolution": 60}}
    wire = {"priority_levels": {"severe": 1}, "sla": [{"id": "gold", "targets": targets}]}
    assert Workspace.from_dict(wire).priority_levels == {"severe": 1}
    assert "high" in refused(
        Workspace, {**wire, "protocols": [{"id": "p", "priorities": ["high"]}]}
    )
    assert DEFAULT_LEVELS == {"critical": 1, "high": 2, "normal": 3, "low": 4}
