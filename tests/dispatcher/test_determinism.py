"""Rule N1: the same commands make the same events, byte for byte, in any process."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import assignwork
from assignwork import Calendar, Dispatcher, Team, WorkItem, Workspace, wire
from assignwork.commands import Submit, command_from_dict

RUN = """
import sys
from assignwork import AssignworkError, Dispatcher, wire
desk = Dispatcher(wire.read_workspace(sys.argv[1]))
for _, now, command in wire.read_commands(sys.argv[2], ordered=False):
    try:
        events = desk.handle(command, now=now)
    except AssignworkError as error:
        sys.stdout.write(f"{error}\\n")
    else:
        sys.stdout.writelines(map(wire.event_line, events))
sys.stdout.write(repr(desk.snapshot()))
"""
SEEDS = range(4)


@pytest.fixture(params=SEEDS)
def case(request, make_up, tmp_path):
    workspace, log = make_up(request.param, 300)
    paths = [
        wire.write_workspace(tmp_path / "workspace.json", workspace),
        wire.write_commands(tmp_path / "commands.jsonl", log),
    ]
    return workspace, log, paths


def run(paths, hash_seed, **env):
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, paths)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, **env},
        capture_output=True,
        check=True,
    ).stdout


def test_the_hash_seed_changes_no_byte(case):
    *_, paths = case
    first, *others = [run(paths, seed) for seed in ("0", "1", "12345", "random")]
    assert first.count(b"\n") > 200
    assert all(other == first for other in others)


def test_where_the_machine_stands_changes_no_byte(case):
    *_, paths = case
    here, there = (run(paths, "0", TZ=zone) for zone in ("UTC", "Pacific/Apia"))
    assert there == here


def test_a_holiday_in_another_language_is_the_same_day(tmp_path):
    office = Calendar("office", "Europe/Lisbon", {"mon-fri": ["09:00-17:00"]}, holidays="PT")
    workspace = Workspace(
        [Team("t")], calendars=[office],
        sla=[{"id": "gold", "targets": {"resolution": 100_000}, "calendar": "office"}],
    )  # fmt: skip
    paths = [
        wire.write_workspace(tmp_path / "workspace.json", workspace),
        wire.write_commands(
            tmp_path / "commands.jsonl", [(1767225600.0, Submit(WorkItem("1", team="t")))]
        ),
    ]
    here, there = (run(paths, "0", LANG=lang, LC_ALL=lang) for lang in ("C.UTF-8", "pt_PT.UTF-8"))
    assert there == here
    assert b"sla_started" in here


def test_a_round_trip_through_json_changes_no_byte(case, drive):
    workspace, log, _ = case
    again = Workspace.from_dict(json.loads(json.dumps(workspace.to_dict())))
    wired = [json.loads(json.dumps(command.to_dict(now))) for now, command in log]
    desk, twin = Dispatcher(workspace), Dispatcher(again)
    assert drive(twin, [command_from_dict(data) for data in wired]) == drive(desk, log)
    assert json.dumps(twin.snapshot()) == json.dumps(desk.snapshot())


def test_the_methods_do_what_the_door_does(case, drive):
    workspace, log, _ = case
    events = {"one": [], "other": []}
    one, other = Dispatcher(workspace), Dispatcher(workspace)
    for now, command in log:
        story = drive(one, [(now, command)])[0]
        if isinstance(story, str):
            continue
        data = command.to_dict(now)
        verb = data.pop("do")
        data.pop("at")
        fields = {name: getattr(command, name) for name in data}
        changes = fields.pop("changes", {})
        name = {"add_agent": "agent", "add_team": "team"}.get(verb)
        if name is not None:
            fields = {name: getattr(command, name)}
        told = getattr(other, verb)(**fields, **changes, now=now)
        events["one"] += story
        events["other"] += [json.dumps(event.to_dict()) for event in told]
    assert events["one"] == events["other"]


def is_set(node):
    made = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("set", "frozenset")
    return made or isinstance(node, (ast.Set, ast.SetComp))


def test_the_core_iterates_over_no_set():
    """A set's order is the only thing that a hash seed could bring in."""
    root = Path(assignwork.__file__).parent
    rooms = ("dispatcher", "policies", "service", "model")
    sources = [path for room in rooms for path in (root / room).glob("*.py")]
    assert len(sources) > 40
    found = [
        f"{path.name}:{node.iter.lineno}"
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.For, ast.comprehension)) and is_set(node.iter)
    ]
    assert found == []
