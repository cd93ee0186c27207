"""A desk goes on from its snapshot as if nothing had been; what is no snapshot is refused."""

import copy
import json

import pytest

from assignwork import (
    Agent,
    ConfigurationError,
    Dispatcher,
    SnapshotError,
    Team,
    WorkItem,
    Workspace,
)

STEPS = 160


def through_json(document):
    return json.loads(json.dumps(document, allow_nan=False))


@pytest.mark.parametrize("seed", range(25))
def test_a_restored_desk_goes_on_as_the_original(seed, make_up, drive):
    workspace, log = make_up(seed, STEPS)
    original = Dispatcher(workspace)
    part = STEPS // 4
    for start in range(0, STEPS, part):
        document = through_json(original.snapshot())
        restored = Dispatcher.restore(document, validate=True)
        assert through_json(restored.snapshot()) == document
        rest = log[start : start + part]
        assert drive(restored, rest) == drive(original, rest)
        assert through_json(restored.snapshot()) == through_json(original.snapshot())


def test_a_desk_that_was_never_used_has_a_snapshot_too():
    workspace = Workspace([Team("t")], [Agent("ana", primary=["t"])])
    restored = Dispatcher.restore(through_json(Dispatcher(workspace).snapshot()))
    assert (restored.now, restored.workspace) == (None, workspace)
    assert len(restored.submit(WorkItem("1", team="t"), now=0.0)) == 2


def test_a_snapshot_is_not_touched_by_what_the_desk_does_next():
    desk = a_desk()
    document = desk.snapshot()
    before = copy.deepcopy(document)
    desk.advance(now=1e6)
    Dispatcher.restore(document).advance(now=1e6)
    assert document == before


def test_events_that_a_refused_command_left_behind_are_kept():
    desk = a_desk()
    with pytest.raises(ConfigurationError):
        desk.set_presence("ana", "busy", now=60.0)
    document = through_json(desk.snapshot())
    assert [event["event"] for event in document["pending"]] == ["offered", "woken", "queued"]
    assert Dispatcher.restore(document).advance(now=60.0) == desk.advance(now=60.0)


def test_validate_holds_for_the_restored_desk():
    assert Dispatcher.restore(a_desk().snapshot(), validate=True)._validating
    assert not Dispatcher.restore(a_desk().snapshot())._validating


# --- damage ---------------------------------------------------------------------------------------


def a_desk():
    """A bit of everything: an offer, a snooze, an exclusion, a rate, ageing, a closed item."""
    desk = Dispatcher(
        Workspace(
            [Team("t", offer_timeout=100), Team("u", manual=True)],
            [Agent("ana", primary=["t", "u"]), Agent("ben", primary=["t"])],
            ageing={"every": 50},
            assignment_rate={"items": 2, "per": 300},
            auto_away_after=500,
        )
    )
    desk.submit(WorkItem("offered", team="t"), now=0.0)
    desk.submit(WorkItem("declined", team="t", skills={"vip": {"relax_after": 10}}), now=0.0)
    desk.submit(WorkItem("parked", team="u"), now=0.0)
    desk.snooze("parked", 50.0, now=1.0)
    desk.submit(WorkItem("done", team="u"), now=2.0)
    desk.close("done", now=3.0)
    desk.submit(WorkItem("owned", team="u"), now=4.0)
    desk.assign("owned", "ana", now=5.0)
    desk.decline("declined", "ben", now=12.0)
    return desk


DOCUMENT = through_json(a_desk().snapshot())  # do not change
OTHER = {int: "zzz", float: "zzz", str: 17, bool: "zzz", list: 17, dict: "zzz"}


def places(value, path=()):
    if isinstance(value, dict):
        for key in value:
            yield (*path, key)
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from places(value[i], (*path, i))


def at(document, path):
    for key in path:
        document = document[key]
    return document


PLACES = list(places(DOCUMENT))
NAMED = {".".join(map(str, path)): path for path in PLACES}


def accepted(damaged):
    """The names of the damages that `restore` does not refuse as it should."""
    found = []
    for name, document in damaged:
        try:
            Dispatcher.restore(document)
        except SnapshotError:
            continue
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the wrong one
            found.append(f"{name}: {type(error).__name__}")
        else:
            found.append(name)
    return found


def test_the_document_to_damage_has_a_bit_of_everything():
    states = {item["state"] for item in DOCUMENT["items"]}
    assert states == {"offered", "queued", "snoozed", "assigned"}
    kinds = {timer[2] for timer in DOCUMENT["timers"]["live"]}
    assert kinds == {"offer", "wake", "auto_away", "relax", "ageing", "exclusion"}
    assert (
        through_json(Dispatcher.restore(copy.deepcopy(DOCUMENT), validate=True).snapshot())
        == DOCUMENT
    )


def defaulted(path):
    """Whether a field that is missing means its default: then it is another desk, no damage."""
    in_item = (path[0] == "items" and path[2:3] == ("item",)) or path[:3] == ("closed", 0, 0)
    return path[0] == "workspace" or (in_item and path[-1] not in ("id", "team", "item", 0))


def test_a_snapshot_without_one_of_its_fields_is_refused():
    def without(path):
        document = copy.deepcopy(DOCUMENT)
        del at(document, path[:-1])[path[-1]]
        return document

    assert accepted((n, without(path)) for n, path in NAMED.items() if not defaulted(path)) == []


def test_a_snapshot_with_a_value_of_another_type_is_refused():
    def with_other(path):
        document = copy.deepcopy(DOCUMENT)
        at(document, path[:-1])[path[-1]] = OTHER[type(at(DOCUMENT, path))]
        return document

    given = {name: path for name, path in NAMED.items() if at(DOCUMENT, path) is not None}
    assert accepted((name, with_other(path)) for name, path in given.items()) == []


BREAKS = {
    "a state that there is not": (("items", 0, "state"), "floating"),
    "a team that there is not": (("items", 0, "team"), "nowhere"),
    "an agent that there is not": (("agents", 0, "id"), "nobody"),
    "a held item that there is not": (("agents", 0, "items", 0), "nothing"),
    "a wrong load": (("agents", 0, "load"), 99),
    "a presence that there is not": (("agents", 0, "presence"), "asleep"),
    "no timers": (("timers", "live"), []),
    "no agents": (("agents",), []),
    "no items": (("items",), []),
    "a clock behind a timer": (("clock",), 1e9),
    "a timer of a kind that there is not": (("timers", "live", 0, 2), "alarm"),
    "fewer timers made than live": (("timers", "created"), 0),
    "a clock that is no number": (("clock",), float("nan")),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_snapshot_whose_parts_do_not_fit_is_refused(what):
    document = copy.deepcopy(DOCUMENT)
    path, value = BREAKS[what]
    at(document, path[:-1])[path[-1]] = value
    assert accepted([(what, document)]) == []


def test_two_desks_of_one_document_share_nothing():
    document = copy.deepcopy(DOCUMENT)
    one, other = Dispatcher.restore(document), Dispatcher.restore(document)
    one.advance(now=1e6)
    assert through_json(other.snapshot()) == through_json(a_desk().snapshot())


FOREIGN = {
    "nothing": None,
    "a list": [],
    "an empty object": {},
    "text": "assignwork.snapshot",
    "a workspace": {"schema": 1, "teams": [], "agents": []},
    "only the head": {"schema": 1, "kind": "assignwork.snapshot"},
    "another kind": {**DOCUMENT, "kind": "other"},
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_snapshot_is_refused(what):
    with pytest.raises(SnapshotError):
        Dispatcher.restore(FOREIGN[what])


@pytest.mark.parametrize("schema", [0, 1, 3, "2", None, True, 1.5])
def test_a_schema_of_another_version_is_refused_and_named(schema):
    with pytest.raises(SnapshotError, match="cannot be read") as found:
        Dispatcher.restore({**DOCUMENT, "schema": schema})
    assert (found.value.value, found.value.limit) == (schema, 2)
    assert "with the version of assignwork that wrote it" in str(found.value)
