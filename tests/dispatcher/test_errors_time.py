"""Errors of calendars, promises, paths, protocols and the catalog, with the path of the field.

What cannot be used is refused when the workspace is made (reading 50), or later, changing nothing.
"""

import json

import pytest

import assignwork as aw
from assignwork import Agent, Dispatcher, Workspace

HOURS = {"mon-fri": ["10:00-18:00"]}
STEP = {"when": "manual", "do": {"notify": ["lead"]}}


def sla(**fields):
    return {"sla": [{"id": "gold", "targets": {"resolution": 60}, **fields}]}


def step(**fields):
    return {"paths": [{"id": "p", "steps": [{**STEP, **fields}]}]}


def do(**actions):
    return step(do=actions)


def path(**fields):
    return {"paths": [{"id": "p", "steps": [STEP], **fields}]}


def calendar(**fields):
    return {"calendars": [{"id": "office", "hours": HOURS, **fields}]}


def entry(**fields):
    return {"catalog": [{"id": "vpn", "team": "t", **fields}]}


def protocol(**fields):
    return {"protocols": [{"id": "major", **fields}]}


def rotation(**fields):
    return {"rotations": [{"id": "pager", "members": ["kim"], **fields}]}


def shift(value):
    return {"agents": [{"id": "ana", "primary": ["t"], "shift": value}]}


def criteria(**fields):
    return {"priority_criteria": fields}


def twice(field, **fields):
    return {field: [{"id": "x", **fields}, {"id": "x", **fields}]}


def circle(*pairs):
    return {
        "paths": [{"id": one, "steps": [{**STEP, "do": {"path": other}}]} for one, other in pairs]
    }


OVERRIDE = {"starts_at": 0, "ends_at": 100, "member": "ana"}

# --- what is contradictory in itself --------------------------------------------------------------

WRONG = {
    "a calendar without hours": (calendar(hours={}), "calendars[0].hours"),
    "a calendar of empty days": (calendar(hours={"mon": []}), "calendars[0].hours"),
    "a calendar that is only closed": (
        calendar(hours={}, exceptions={"2026-01-05": []}),
        "calendars[0].hours",
    ),
    "intervals of a day that overlap": (
        calendar(hours={"mon": ["09:00-12:00", "11:00-13:00"]}),
        "calendars[0].hours.mon[1]",
    ),
    "intervals that overlap across midnight": (
        calendar(hours={"sun": ["22:00-06:00"], "mon": ["05:00-13:00"]}),
        "calendars[0].hours.mon",
    ),
    "dated intervals that overlap those of the day before": (
        calendar(hours={"mon": ["22:00-06:00"]}, exceptions={"2026-01-06": ["05:00-07:00"]}),
        "calendars[0].exceptions.2026-01-06",
    ),
    "an unknown zone": (calendar(timezone="Europe/Lisboa"), "calendars[0].timezone"),
    "an unknown weekday": (calendar(hours={"mun": ["9:00-10:00"]}), "calendars[0].hours.mun"),
    "what is no interval": (calendar(hours={"mon": ["9 to 5"]}), "calendars[0].hours.mon[0]"),
    "an interval without length": (
        calendar(hours={"mon": ["09:00-09:00"]}),
        "calendars[0].hours.mon[0]",
    ),
    "what is no date": (
        calendar(exceptions={"2026-02-30": []}),
        "calendars[0].exceptions.2026-02-30",
    ),
    "an unknown country": (calendar(holidays="XX"), "calendars[0].holidays.country"),
    "a calendar of the name that is built in": (calendar(id="24x7"), "calendars[0].id"),
    "a target of zero": (sla(targets={"1": {"resolution": 0}}), "sla[0].targets.1.resolution"),
    "a target below zero": (
        sla(targets={"*": {"first_response": -1}}),
        "sla[0].targets.*.first_response",
    ),
    "an unknown target": (sla(targets={"1": {"response": 60}}), "sla[0].targets.1"),
    "a priority without targets": (sla(targets={"1": {}}), "sla[0].targets.1"),
    "a policy without targets": (sla(targets={}), "sla[0].targets"),
    "at risk from the start": (sla(at_risk=0), "sla[0].at_risk"),
    "at risk after the end": (sla(at_risk=1.1), "sla[0].at_risk"),
    "a path without steps": (path(steps=[]), "paths[0].steps"),
    "a step that does nothing": (do(), "paths[0].steps[0].do"),
    "an unknown condition": (step(when="unread"), "paths[0].steps[0].when"),
    "a breached step without a target": (step(when="breached"), "paths[0].steps[0].target"),
    "a step at risk of an unknown target": (
        step(when="at_risk", target="answer"),
        "paths[0].steps[0].target",
    ),
    "a timed step with a target": (
        step(when="unresolved", target="resolution"),
        "paths[0].steps[0].target",
    ),
    "a manual step after a time": (step(after=60), "paths[0].steps[0].after"),
    "a step before its path": (step(when="unresolved", after=-1), "paths[0].steps[0].after"),
    "a path that repeats less than never": (path(repeat=-1), "paths[0].repeat"),
    "a path that repeats more than a thousand times": (path(repeat=1001), "paths[0].repeat"),
    "an acknowledgement that lapses at once": (path(ack_timeout=0), "paths[0].ack_timeout"),
    "a cadence of zero": (protocol(update_every=0), "protocols[0].update_every"),
    "a cadence below a second": (protocol(update_every=0.9), "protocols[0].update_every"),
    "an unknown occasion": (protocol(audiences={"closed": ["x"]}), "protocols[0].audiences"),
    "a required field named twice": (protocol(required=["eta", "eta"]), "protocols[0].required"),
    "a delivery at once": (entry(expected_delivery=0), "catalog[0].expected_delivery"),
    "clocks from nowhere": (entry(clock_from="birth"), "catalog[0].clock_from"),
    "a factor out of range": (entry(impact=5), "catalog[0].impact"),
    "a cost below zero": (entry(cost=-1), "catalog[0].cost"),
    "a rotation without members": (rotation(members=[]), "rotations[0].members"),
    "a member of a rotation twice": (rotation(members=["kim", "kim"]), "rotations[0].members"),
    "a rotation in an unknown zone": (rotation(timezone="Mars"), "rotations[0].timezone"),
    "a rotation handed off at no time": (rotation(time="25:00"), "rotations[0].time"),
    "overrides that overlap": (
        rotation(overrides=[OVERRIDE, {**OVERRIDE, "starts_at": 99, "ends_at": 200}]),
        "rotations[0].overrides[1]",
    ),
    "an override that ends before it starts": (
        rotation(overrides=[{**OVERRIDE, "ends_at": 0}]),
        "rotations[0].overrides[0].ends_at",
    ),
    "an unknown handoff": (
        shift({"calendar": "24x7", "handoff": {"reassign": "some"}}),
        "agents[0].shift.handoff.reassign",
    ),
    "a handoff of priority 0": (
        shift({"calendar": "24x7", "handoff": {"priority_at_most": 0}}),
        "agents[0].shift.handoff.priority_at_most",
    ),
    "a shift left below zero": (
        {"teams": [{"id": "t", "min_shift_left": -1}]},
        "teams[0].min_shift_left",
    ),
    "neither matrix nor weights": (criteria(), "priority_criteria.matrix"),
    "both matrix and weights": (
        criteria(matrix=[[1]], weights={"risk": 1}, thresholds=[1]),
        "priority_criteria.matrix",
    ),
    "a ragged matrix": (criteria(matrix=[[1, 2], [3]]), "priority_criteria.matrix[1]"),
    "a priority of 0 in the matrix": (criteria(matrix=[[1, 0]]), "priority_criteria.matrix[0][1]"),
    "weights without thresholds": (criteria(weights={"risk": 1}), "priority_criteria.thresholds"),
    "thresholds out of order": (
        criteria(weights={"risk": 1}, thresholds=[2, 1]),
        "priority_criteria.thresholds[1]",
    ),
    "an unknown factor": (
        criteria(weights={"rsik": 1}, thresholds=[1]),
        "priority_criteria.weights.rsik",
    ),
    "a level of 0": ({"priority_levels": {"urgent": 0}}, "priority_levels.urgent"),
    "a member of a group twice": ({"groups": {"it": ["ida", "ida"]}}, "groups.it"),
    "an unknown key": (path(step=[]), "paths[0].step"),
}


def made(fields):
    return Workspace.from_dict(
        {"schema": 1, "teams": [{"id": "t"}], "agents": [{"id": "ana"}], **fields}
    )


@pytest.mark.parametrize("case", WRONG)
def test_what_is_contradictory_is_refused_with_its_path(case):
    fields, field = WRONG[case]
    with pytest.raises(aw.ConfigurationError) as found:
        made(fields)
    assert found.value.field == field
    assert str(found.value).startswith(f"{field}: ")


# --- what names something that is not there -------------------------------------------------------

OVERLAPS = {"calendar": "office", "overrides": {"2026-01-06": ["05:00-07:00"]}}
MISSING = {
    "a policy's calendar": (sla(calendar="offce"), "sla[0].calendar"),
    "a target's calendar": (
        sla(targets={"1": {"resolution": {"seconds": 60, "calendar": "none"}}}),
        "sla[0].targets.1.resolution.calendar",
    ),
    "a policy's team": (sla(teams=["t", "none"]), "sla[0].teams[1]"),
    "a policy's level": (sla(priorities=[1, "urgent"]), "sla[0].priorities[1]"),
    "a level with targets": (
        sla(targets={"urgent": {"resolution": 60}}),
        "sla[0].targets.urgent",
    ),
    "a path's team": (path(teams=["none"]), "paths[0].teams[0]"),
    "a path's level": (path(priorities=["urgent"]), "paths[0].priorities[0]"),
    "the team a path leads to": (do(transfer="none"), "paths[0].steps[0].do.transfer"),
    "the agent a path assigns to": (do(assign="none"), "paths[0].steps[0].do.assign"),
    "the rotation a path assigns to": (
        do(assign={"on_call": "none"}),
        "paths[0].steps[0].do.assign",
    ),
    "the rotation that is told": (
        do(notify=["kim", {"on_call": "none"}]),
        "paths[0].steps[0].do.notify[1]",
    ),
    "the rotation that watches": (
        do(watchers=[{"on_call": "none"}]),
        "paths[0].steps[0].do.watchers[0]",
    ),
    "the level a path raises to": (do(priority="urgent"), "paths[0].steps[0].do.priority"),
    "the path a path leads to": (do(path="none"), "paths[0].steps[0].do.path"),
    "a step's calendar": (
        step(when="unresolved", calendar="none"),
        "paths[0].steps[0].calendar",
    ),
    "a protocol's level": (protocol(priorities=["urgent"]), "protocols[0].priorities[0]"),
    "an entry's team": (entry(team="none"), "catalog[0].team"),
    "an entry's group": (entry(groups=["none"]), "catalog[0].groups[0]"),
    "an entry's policy": (entry(sla="none"), "catalog[0].sla"),
    "an entry's level": (entry(priority="urgent"), "catalog[0].priority"),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_names_nothing_is_refused_with_its_path(case):
    fields, field = MISSING[case]
    with pytest.raises(aw.ConfigurationError, match="names the unknown") as found:
        made(fields)
    assert found.value.field == field


@pytest.mark.parametrize("case", MISSING)
def test_it_is_refused_in_an_update_too_which_changes_nothing(case):
    fields, field = MISSING[case]
    desk = Dispatcher(made({}), validate=True)
    desk.advance(now=10.0)
    before = desk.snapshot()
    with pytest.raises(aw.ConfigurationError) as found:
        desk.update_workspace(now=20.0, **fields)
    assert found.value.field == f"changes.{field}"
    assert desk.snapshot() == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (shift("none"), "agents[0].shift.calendar"),
        (
            {**shift(OVERLAPS), **calendar(hours={"mon": ["22:00-06:00"]})},
            "agents[0].shift.overrides.2026-01-06",
        ),
    ],
)
def test_a_shift_must_fit_its_calendar(fields, field):
    with pytest.raises(aw.ConfigurationError) as found:
        made(fields)
    assert found.value.field == field


def test_people_may_be_anybody():
    made(
        {
            **do(notify=["zoe"], watchers=["yan"]),
            **rotation(members=["kim"], overrides=[{**OVERRIDE, "member": "lou"}]),
            **entry(approvals=["max"]),
            "groups": {"it": ["ida"]},
        }
    )


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("a", "a")], "a -> a"),
        ([("a", "b"), ("b", "a")], "a -> b -> a"),
        ([("a", "b"), ("b", "c"), ("c", "b")], "b -> c -> b"),
    ],
)
def test_a_cycle_of_paths_is_refused(pairs, words):
    with pytest.raises(aw.ConfigurationError, match=f"a cycle of paths: {words}") as found:
        made(circle(*pairs))
    assert found.value.field == f"paths[{'abc'.index(words[0])}]"


def test_paths_that_lead_on_without_a_cycle_are_fine():
    last = {"id": "c", "steps": [STEP]}
    leads = circle(("a", "b"), ("b", "c"), ("d", "c"))["paths"]
    assert [one.id for one in made({"paths": [*leads, last]}).paths] == ["a", "b", "d", "c"]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("calendars", {"hours": HOURS}),
        ("sla", {"targets": {"resolution": 60}}),
        ("paths", {"steps": [STEP]}),
        ("protocols", {}),
        ("catalog", {"team": "t"}),
        ("rotations", {"members": ["kim"]}),
    ],
)
def test_an_id_stands_once(field, fields):
    with pytest.raises(aw.ConfigurationError, match="is there twice") as found:
        made(twice(field, **fields))
    assert found.value.field == f"{field}[1].id"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("calendars", {"hours": HOURS}),
        ("sla", {"targets": {"resolution": 60}}),
        ("paths", {"steps": [STEP]}),
        ("protocols", {"update_every": 60}),
        ("catalog", {"team": "t"}),
        ("rotations", {"members": ["kim"]}),
    ],
)
def test_things_with_ids_may_be_given_by_id(field, fields):
    assert made({field: {"x": fields}}) == made({field: [{"id": "x", **fields}]})


# --- what is named cannot be taken away -----------------------------------------------------------


def refused(desk, error, verb, *args, now=None, **options):
    """The error of a command that must not change anything."""
    before = json.dumps(desk.snapshot())
    with pytest.raises(error) as found:
        getattr(desk, verb)(*args, now=desk.now if now is None else now, **options)
    assert type(found.value) is error
    assert json.dumps(desk.snapshot()) == before
    return found.value


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (sla(teams=["t"]), "sla[0].teams[0]"),
        (path(teams=["u", "t"]), "paths[0].teams[1]"),
        (do(transfer="t"), "paths[0].steps[0].do.transfer"),
        (entry(), "catalog[0].team"),
    ],
)
def test_a_team_that_something_names_stays(fields, field):
    desk = Dispatcher(made({"teams": [{"id": "t"}, {"id": "u"}], **fields}), validate=True)
    desk.advance(now=0.0)
    for options in ({}, {"move_to": "u"}):
        error = refused(desk, aw.ConfigurationError, "remove_team", "t", **options)
        assert (error.field, error.value) == (field, "t")
    desk.update_workspace(**{next(iter(fields)): []}, now=1.0)
    assert [event.kind for event in desk.remove_team("t", now=1.0)] == ["configured"]


def test_an_agent_to_whom_a_path_assigns_stays():
    desk = Dispatcher(made(do(assign="ana")), validate=True)
    desk.advance(now=0.0)
    error = refused(desk, aw.ConfigurationError, "remove_agent", "ana")
    assert (error.field, error.value) == ("paths[0].steps[0].do.assign", "ana")
    desk.update_workspace(paths=[], now=1.0)
    assert [event.kind for event in desk.remove_agent("ana", now=1.0)] == ["configured"]


def test_an_agent_who_is_only_told_or_on_call_may_go():
    fields = {**do(notify=["ana"], assign={"on_call": "pager"}), **rotation(members=["ana"])}
    desk = Dispatcher(made(fields), validate=True)
    assert [event.kind for event in desk.remove_agent("ana", now=0.0)] == ["configured"]


def test_a_calendar_that_something_names_stays():
    fields = {**calendar(), **shift("office")}
    desk = Dispatcher(made(fields), validate=True)
    desk.advance(now=0.0)
    error = refused(desk, aw.ConfigurationError, "update_workspace", calendars=[])
    assert error.field == "changes.agents[0].shift.calendar"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("none", "shift.calendar"),
        (OVERLAPS, "shift.overrides.2026-01-06"),
    ],
)
@pytest.mark.parametrize("verb", ["add_agent", "update_agent", "update_agents"])
def test_a_shift_given_later_must_fit_too(verb, value, field):
    desk = Dispatcher(made(calendar(hours={"mon": ["22:00-06:00"]})), validate=True)
    desk.advance(now=0.0)
    args = {"add_agent": (Agent("ben", shift=value),), "update_agent": ("ana",)}.get(verb, ({},))
    options = {} if verb == "add_agent" else {"shift": value}
    assert refused(desk, aw.ConfigurationError, verb, *args, **options).field == field
