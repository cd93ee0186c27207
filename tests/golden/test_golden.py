"""Whole event logs, byte for byte: what a desk did yesterday it does today.

Each folder holds a workspace, commands and the events that they cause. Commands that are refused
stand in some of them on purpose; they cause nothing.
"""

from pathlib import Path

import pytest

from assignwork import Dispatcher, Workspace, wire
from assignwork.replay import replay
from assignwork.testing.reference import ReferenceDesk

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/workspace.json"))


def run(folder, desk):
    """The log's events as the file has them; what is refused is passed over."""
    commands = wire.read_commands(folder / "commands.jsonl")
    events = replay(Workspace(), commands, desk=desk, on_refused=lambda _: None)
    return "".join(map(wire.event_line, events)).encode()


def desk_of(folder, kind=Dispatcher):
    return kind(wire.read_workspace(folder / "workspace.json"))


def test_the_logs_are_there():
    assert [folder.name for folder in FOLDERS] == [
        "ageing_and_skills", "everything", "help_from_others", "offers", "presence", "time",
    ]  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_events_are_those_of_the_golden_log(folder, updating):
    events = run(folder, desk_of(folder))
    path = folder / "events.jsonl"
    if updating:
        path.write_bytes(events)
    assert events == path.read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_reference_model_tells_the_same(folder):
    """So a golden log is not only what was, but what the rules say."""
    assert run(folder, desk_of(folder, ReferenceDesk)) == (folder / "events.jsonl").read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_files_are_as_the_library_writes_them(folder, tmp_path):
    """So that a difference in a golden file is a difference in what happened."""
    workspace = wire.write_workspace(
        tmp_path / "w.json", wire.read_workspace(folder / "workspace.json")
    )
    assert workspace.read_bytes() == (folder / "workspace.json").read_bytes()
    commands = [(at, command) for _, at, command in wire.read_commands(folder / "commands.jsonl")]
    log = wire.write_commands(tmp_path / "c.jsonl", commands)
    assert log.read_bytes() == (folder / "commands.jsonl").read_bytes()
    events = wire.write_events(tmp_path / "e.jsonl", wire.read_events(folder / "events.jsonl"))
    assert events.read_bytes() == (folder / "events.jsonl").read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_snapshot_in_the_middle_changes_no_byte(folder):
    commands = list(wire.read_commands(folder / "commands.jsonl"))
    desk = desk_of(folder)
    events = []
    for i, entry in enumerate(commands):
        if i % 7 == 3:
            desk = Dispatcher.restore(desk.snapshot())
        events += replay(desk.workspace, [entry], desk=desk, on_refused=lambda _: None)
    assert "".join(map(wire.event_line, events)).encode() == (folder / "events.jsonl").read_bytes()
