"""A person's names taken out: everywhere, consistently, and with all counts as they were."""

import copy
import json

import attrs
import pytest

from assignwork import Agent, ConfigurationError, Dispatcher, Team, WorkItem, Workspace
from assignwork.commands import VERBS, command_from_dict
from assignwork.erasure import Eraser, _places, erase
from assignwork.errors import AssignworkError
from assignwork.events import KINDS
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)

JANE = "Jane Doe"


def through_json(document):
    return json.loads(json.dumps(document, allow_nan=False))


def strings(value, field=""):
    """Every text of a document with the name of its field; keys of objects have the field 'key'."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield "key", key
            yield from strings(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from strings(entry, field)


# --- whole desks ----------------------------------------------------------------------------------


@attrs.frozen
class Story:
    """A workspace, commands and events as JSON data; a snapshot after some of the commands."""

    workspace: dict
    commands: list
    events: list
    half: int
    snapshot: dict
    refused: int


def story_of(workspace, commands, half):
    """Run the commands (JSON data) on a desk; those that are refused are passed over."""
    desk = Dispatcher(Workspace.from_dict(workspace))
    events, refused, snapshot = [], 0, None
    for i, line in enumerate(commands):
        if i == half:
            snapshot = through_json(desk.snapshot())
        at, command = command_from_dict(line)
        try:
            events += [through_json(event.to_dict()) for event in desk.handle(command, now=at)]
        except AssignworkError:
            refused += 1
    return Story(workspace, commands, events, half, snapshot, refused)


def made_up(seed, steps=160):
    """A story with every feature in it; reasons and subjects are added that name people."""
    import random  # noqa: PLC0415

    dice = RandomDice(random.Random(seed))
    workspace = generate_workspace(dice)
    people = [agent.id for agent in workspace.agents] + ["olga", "omar"]
    desk, log = Dispatcher(workspace), []
    for _ in range(steps):
        known = desk.workspace
        state = state_of(desk)
        now = generate_instant(dice, desk.now or 0.0, desk.next_wakeup(), known)
        command = generate_command(dice, state, now, workspace=known)
        line = through_json(command.to_dict(now))
        if line["do"] == "submit":
            line["item"]["customer"] = dice.pick(people)
            line["item"]["subject"] = f"from {dice.pick(people)}, urgent"
        if "reason" in line:
            line["reason"] = f"{dice.pick(people)} asked"
        log.append(line)
        at, command = command_from_dict(line)
        try:
            desk.handle(command, now=at)
        except AssignworkError:
            continue
    return story_of(through_json(workspace.to_dict()), log, steps // 2), people


@pytest.fixture(scope="module", params=range(12))
def story(request):
    return made_up(request.param)


def occurring(told):
    """All words in the story's documents."""
    documents = [told.workspace, told.commands, told.events, told.snapshot]
    return {word for _, text in strings(documents) for word in text.replace(",", " ").split()}


def test_an_erased_log_replays_to_the_erased_events(story):
    told, people = story
    for person in people:
        eraser = Eraser(person)
        for document in (told.workspace, told.commands, told.events, told.snapshot):
            eraser.look(document)
        if person not in occurring(told):
            with pytest.raises(ConfigurationError, match="nobody is called"):
                eraser.erase(told.commands)
            continue
        workspace, commands = eraser.erase(told.workspace), eraser.erase(told.commands)
        again = story_of(workspace, commands, told.half)
        assert again.events == eraser.erase(told.events)
        assert again.refused == told.refused
        assert again.snapshot == eraser.erase(told.snapshot)


def test_a_desk_restored_from_an_erased_snapshot_goes_on(story):
    told, people = story
    for person in people:
        eraser = Eraser(person)
        eraser.look(told.snapshot)
        eraser.look(told.commands)
        try:
            document = eraser.erase(told.snapshot)
        except ConfigurationError:
            continue
        desk = Dispatcher.restore(document, validate=True)
        assert through_json(desk.snapshot()) == document
        original = Dispatcher.restore(told.snapshot)
        for line in told.commands[told.half :]:
            at, command = command_from_dict(line)
            _, renamed = command_from_dict(eraser.erase(line))
            outcomes = []
            for on, given in ((original, command), (desk, renamed)):
                try:
                    outcomes.append([e.to_dict() for e in on.handle(given, now=at)])
                except AssignworkError as error:
                    outcomes.append(type(error).__name__)
            if isinstance(outcomes[0], list):
                outcomes[0] = eraser.erase(outcomes[0])
            assert through_json(outcomes[0]) == through_json(outcomes[1])


def test_nobody_is_called_so_any_more(story):
    told, people = story
    for person in people:
        for document in (told.commands, told.events, told.snapshot, told.workspace):
            try:
                found = erase(document, person)
            except ConfigurationError:
                continue
            for field, text in strings(found):
                assert text != person, field
                assert person not in text.replace(",", " ").split(), (field, text)


def test_counts_stay_as_they_were(story):
    told, people = story
    before = copy.deepcopy(told)
    for person in people:
        try:
            commands = erase(told.commands, person)
        except ConfigurationError:
            continue
        customers = [
            {line["item"]["customer"] for line in log if line["do"] == "submit"}
            for log in (told.commands, commands)
        ]
        assert len(customers[0]) == len(customers[1])
        assert [line["at"] for line in commands] == [line["at"] for line in told.commands]
        snapshot = erase(told.snapshot, person) if person in str(told.snapshot) else told.snapshot
        assert [agent["load"] for agent in snapshot["agents"]] == [
            agent["load"] for agent in told.snapshot["agents"]
        ]
        assert snapshot["counters"] == told.snapshot["counters"]
    assert told == before


# --- every place ----------------------------------------------------------------------------------


def test_every_command_and_every_event_has_its_places():
    assert set(_places.COMMANDS) == set(VERBS)
    assert set(_places.EVENTS) == set(KINDS)


NAMES_NO_PERSON = {
    "event", "item", "team", "from_team", "decided_by", "category", "tier", "by", "selection",
    "key", "flags", "how", "why", "presence", "what", "policy", "target", "path", "when",
    "protocol", "occasion", "channels", "required", "sections",
}  # fmt: skip
PERSON_BY = {
    "approved", "rejected", "escalated", "acknowledged", "update_posted", "report_posted", "rated",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_in_an_event_names_no_person(kind):
    """All texts of an event are the name; what stays must be known to be something else."""
    data = {"seq": 1, "at": 0.0, "event": kind}
    for field in attrs.fields(KINDS[kind])[2:]:
        wire = str(field.type)
        if wire.startswith("str"):
            data[field.name] = JANE
        elif wire == "tuple[str, ...]":
            data[field.name] = [JANE]
        elif wire.startswith("Mapping"):
            data[field.name] = {"customer": JANE, "reason": JANE} if kind != "configured" else {}
    if kind == "configured":
        data |= {"what": "update_agents", "target": [JANE]}
    eraser = Eraser(JANE)
    eraser.look([data, {"at": 0, "do": "pull", "agent": JANE}])
    found = eraser.erase(data)
    left = {field for field, text in strings(found) if JANE in text}
    if kind in PERSON_BY:
        assert "by" not in left
    if kind != "item_updated":
        assert left <= NAMES_NO_PERSON
    assert left == set(eraser.report.left)


def test_a_workspace_has_people_in_many_places():
    workspace = {
        "agents": {JANE: {"primary": ["t"]}, "bob": {}},
        "teams": [{"id": "t"}],
        "groups": {"board": [JANE, "joe"]},
        "rotations": [
            {"id": "r", "members": ["bob", None, JANE],
             "overrides": [{"starts_at": 0, "ends_at": 9, "member": JANE}]}
        ],
        "paths": {
            "p": {
                "steps": [
                    {"when": "unassigned", "after": 9,
                     "do": {"assign": JANE, "notify": [JANE, {"on_call": "r"}], "watchers": [JANE]}}
                ]
            }
        },
        "protocols": [
            {"id": "a", "audiences": [JANE]}, {"id": "b", "audiences": {"opened": [JANE, "board"]}}
        ],
        "catalog": [{"id": "c", "team": "t", "name": f"{JANE}'s car",
                     "approvals": ["board", JANE]}],
    }  # fmt: skip
    eraser = Eraser(JANE)
    eraser.look(workspace)
    found = eraser.erase(workspace)
    assert JANE not in str(found)
    assert eraser.report.identifiers == 10
    assert eraser.report.texts == 1
    assert list(found["agents"]) == ["erased-1", "bob"]
    assert found["rotations"][0]["members"] == ["bob", None, "erased-1"]
    assert Workspace.from_dict(found).agents[0].id == "erased-1"
    update = {"at": 0, "do": "update_workspace", "changes": workspace}
    assert erase([update], JANE)[0]["changes"] == found


def test_posts_may_have_their_content_beside_the_other_fields():
    lines = [
        {"at": 0, "do": "post_update", "item": "t-1", "by": JANE, "status": f"{JANE} looks at it"},
        {"at": 1, "do": "post_report", "item": "t-1", "content": {"root_cause": f"not {JANE}!"}},
    ]
    first, second = erase(lines, JANE)
    assert first["status"] == "erased-1 looks at it"
    assert first["by"] == "erased-1"
    assert second["content"] == {"root_cause": "not erased-1!"}


# --- texts ----------------------------------------------------------------------------------------


def submit(item="t-1", **fields):
    return {"at": 0, "do": "submit", "item": {"id": item, "team": "t", **fields}}


def test_what_was_asked_for_from_the_catalog_names_its_approvers():
    """An item keeps its entry as it was when it came, also when the catalog has it no more."""
    entry = {"id": "vpn", "team": "t", "name": f"as {JANE} asked", "approvals": [JANE]}
    desk = Dispatcher(Workspace([{"id": "t"}], catalog=[entry]))
    for item in ("t-1", "t-2"):
        desk.submit(WorkItem(item, catalog="vpn"), now=0.0)
    desk.reject("t-2", by=JANE, now=1.0)
    desk.update_workspace(catalog=[], now=2.0)
    document = through_json(desk.snapshot())
    assert document["items"][0]["care"]["entry"]["approvals"] == [JANE]
    assert JANE not in json.dumps(erase(document, JANE))


def test_moves_of_a_plan_name_people():
    plan = {
        "at": 5, "do": "rebalance",
        "moves": [
            {"item": "t-1", "agent": JANE, "owner": "bob"},
            {"item": "t-2", "agent": None, "owner": JANE, "makes_room_for": "t-1"},
        ],
    }  # fmt: skip
    told = {
        "seq": 2, "at": 5.0, "event": "move_skipped", "item": "t-1", "agent": "bob", "owner": JANE,
        "why": "not_eligible", "detail": f"F2 only {JANE} may have it",
    }  # fmt: skip
    eraser = Eraser(JANE)
    for line in (plan, told):
        eraser.look(line)
    erased = eraser.erase(plan)
    assert [(move["agent"], move["owner"]) for move in erased["moves"]] == [
        ("erased-1", "bob"), (None, "erased-1"),
    ]  # fmt: skip
    assert erased["moves"][1]["makes_room_for"] == "t-1"
    event = eraser.erase(told)
    assert (event["agent"], event["owner"]) == ("bob", "erased-1")
    assert event["detail"] == "F2 only erased-1 may have it"
    assert not eraser.report.left


def test_subjects_of_the_persons_own_items_are_emptied():
    log = [
        submit("t-1", customer=JANE, subject="my salary"),
        submit("t-2", requester=JANE, subject="my phone"),
        submit("t-3", customer="joe", subject=f"{JANE} is rude"),
        {"at": 5, "do": "update_item", "item": "t-1", "changes": {"subject": "salary of May"}},
        {"at": 6, "do": "update_item", "item": "t-3", "changes": {"subject": "salary"}},
    ]
    events = [
        {"seq": 9, "at": 5.0, "event": "item_updated", "item": "t-1",
         "changes": {"subject": "salary of May"}}
    ]  # fmt: skip
    eraser = Eraser(JANE)
    for document in (events, log):
        eraser.look(document)
    one, two, three, changed, other = eraser.erase(log)
    assert one["item"] == {"id": "t-1", "team": "t", "customer": "erased-1"}
    assert "subject" not in two["item"]
    assert three["item"]["subject"] == "erased-1 is rude"
    assert changed["changes"] == {"subject": None}
    assert other["changes"] == {"subject": "salary"}
    assert eraser.erase(events)[0]["changes"] == {"subject": None}
    assert (eraser.report.subjects, eraser.report.texts) == (4, 1)


def test_whose_item_it_became_later_counts_for_all_its_subjects():
    log = [
        submit("t-1", subject="my salary"),
        {"at": 5, "do": "update_item", "item": "t-1", "changes": {"customer": JANE}},
    ]
    first, second = erase(log, JANE)
    assert "subject" not in first["item"]
    assert second["changes"] == {"customer": "erased-1"}


def test_a_text_is_changed_only_where_the_name_is_a_word():
    def reason(text):
        line = {"at": 0, "do": "set_presence", "agent": "Ann", "presence": "away", "reason": text}
        return erase([line], "Ann")[0]["reason"]

    assert reason("Ann, Anna and Mann") == "erased-1, Anna and Mann"
    assert reason("Ann's leave (Ann)") == "erased-1's leave (erased-1)"
    assert reason("ann") == "ann"
    assert reason("Annette") == "Annette"


def test_a_name_with_signs_of_its_own_is_taken_literally():
    line = {"at": 0, "do": "reject", "item": "t-1", "by": "a.b+c@x", "reason": "a.b+c@x, aXb+c@x"}
    assert erase([line], "a.b+c@x")[0]["reason"] == "erased-1, aXb+c@x"
    assert erase([line], "a.b+c@x", pseudonym=r"\1")[0]["reason"] == r"\1, aXb+c@x"


def test_what_is_left_is_counted_by_its_field():
    log = [
        submit(f"mail of {JANE}", customer=JANE, tags=[f"vip:{JANE}", "x"], category=JANE),
        {"at": 3, "do": "reject", "item": "t-9", "by": "joe", "reason": f"{JANE}ette"},
    ]
    eraser = Eraser(JANE)
    eraser.look(log)
    found = eraser.erase(log)
    assert found[0]["item"]["tags"] == [f"vip:{JANE}", "x"]
    assert eraser.report.left == {"category": 1, "id": 1, "reason": 1, "tags": 1}


def test_items_and_teams_of_the_same_name_stay():
    log = [
        {"at": 0, "do": "submit", "item": {"id": "7", "team": "7", "customer": "7"}},
        {"at": 1, "do": "assign", "item": "7", "agent": "7"},
        {"at": 2, "do": "reply", "item": "7", "by": "customer"},
    ]
    assert erase(log, "7") == [
        {"at": 0, "do": "submit", "item": {"id": "7", "team": "7", "customer": "erased-1"}},
        {"at": 1, "do": "assign", "item": "7", "agent": "erased-1"},
        {"at": 2, "do": "reply", "item": "7", "by": "customer"},
    ]


@pytest.mark.parametrize("name", ["agent", "customer", "dispatch", "manager", "auto", "offer"])
def test_a_person_who_is_called_like_a_word_of_the_wire(name):
    desk = Dispatcher(Workspace([Team("t")], [Agent(name, primary=["t"])], auto_away_after=9))
    events = [*desk.submit(WorkItem("1", team="t", customer=name), now=0.0)]
    events += desk.reply("1", by="agent", now=1.0)
    events += desk.reply("1", by="customer", now=2.0)
    events += desk.set_presence(name, "away", by="manager", now=3.0)
    log = [through_json(event.to_dict()) for event in events]
    found = erase(log, name)
    assert [line.get("by") for line in found] == [line.get("by") for line in log]
    assert {line["agent"] for line in found if line.get("agent")} == {"erased-1"}
    document = erase(through_json(desk.snapshot()), name)
    assert Dispatcher.restore(document).agents["erased-1"].by == "manager"


# --- pseudonyms, refusals -------------------------------------------------------------------------


def test_the_pseudonym_is_the_first_number_that_nothing_has():
    log = [submit("t-1", customer="erased-1"), submit("t-2", customer=JANE)]
    assert erase(log, JANE)[1]["item"]["customer"] == "erased-2"
    log.append({"at": 1, "do": "reject", "item": "t", "by": "x", "reason": "as erased-2 said"})
    assert erase(log, JANE)[1]["item"]["customer"] == "erased-3"
    assert erase(log, JANE, pseudonym="P-17")[1]["item"]["customer"] == "P-17"


def test_two_people_erased_one_after_the_other_stay_two():
    log = [
        submit("t-1", customer=JANE),
        submit("t-2", customer="joe"),
        submit("t-3", customer=JANE),
    ]
    found = erase(erase(log, JANE), "joe")
    assert [line["item"]["customer"] for line in found] == ["erased-1", "erased-2", "erased-1"]


@pytest.mark.parametrize("pseudonym", ["joe", JANE, "", "path"])
def test_a_pseudonym_that_cannot_be_used_is_refused(pseudonym):
    log = [submit("t-1", customer=JANE), submit("t-2", customer="joe")]
    with pytest.raises(ConfigurationError, match="pseudonym"):
        erase(log, JANE, pseudonym=pseudonym)


def test_a_name_that_occurs_nowhere_is_refused():
    with pytest.raises(ConfigurationError, match="nobody is called 'Jane Doe' here; give"):
        erase([submit("t-1", customer="jane doe")], JANE)
    with pytest.raises(ConfigurationError, match=r"though the word occurs \(tags\)"):
        erase([submit("t-1", tags=[JANE])], JANE)
    with pytest.raises(ConfigurationError, match="subject"):
        erase([submit()], "")


def test_a_name_that_is_also_a_groups_is_refused():
    workspace = {"teams": [], "groups": {"ops": ["ann"]}, "agents": [{"id": "ops"}]}
    with pytest.raises(ConfigurationError, match="also the name of a group"):
        erase(workspace, "ops")
    with pytest.raises(ConfigurationError, match="nobody is named"):
        Eraser("hand")


@pytest.mark.parametrize("document", [None, 5, "text", {}, {"x": 1}, [{"x": 1}]])
def test_what_is_no_document_is_refused(document):
    with pytest.raises(ConfigurationError, match="is not a snapshot, a workspace"):
        erase(document, JANE)


@pytest.mark.parametrize(
    "line", [{"at": 0, "do": "asign"}, {"seq": 1, "event": "asigned"}, {"do": None}, {"event": 5}]
)
def test_a_line_of_an_unknown_kind_is_refused(line):
    with pytest.raises(ConfigurationError):
        erase([line], JANE)
