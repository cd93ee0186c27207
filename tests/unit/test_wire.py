"""Files of the wire as a library: streams in bounded memory, written whole or not at all."""

import gzip
import io
import json
import sys
import tracemalloc

import pytest

from assignwork.commands import Advance, Close, PostUpdate
from assignwork.errors import InputError
from assignwork.events import Closed, Escalated, Queued
from assignwork.model import Agent, Calendar, SlaPolicy, Team, Workspace
from assignwork.wire import (
    Source,
    read_commands,
    read_events,
    read_lines,
    read_workspace,
    replacing,
    write_commands,
    write_events,
    write_workspace,
)

COMMANDS = [(0.0, Close("t-1")), (5.0, Advance())]
EVENTS = [Queued(1, 0.0, "t-1", "a", 3, 1, "given", None), Closed(2, 5.0, "t-1", None)]


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_logs_are_read_as_they_were_written(tmp_path, name):
    log = write_commands(tmp_path / name, COMMANDS)
    assert list(read_commands(log)) == [(1, *COMMANDS[0]), (2, *COMMANDS[1])]
    log = write_events(tmp_path / name, EVENTS)
    assert list(read_events(str(log))) == EVENTS
    assert (log.read_bytes()[:2] == b"\x1f\x8b") is name.endswith(".gz")


def test_promises_are_read_as_they_were_written(tmp_path):
    told = PostUpdate("t-1", {"status": "down", "eta": "noon"}, by="ana")
    log = write_commands(tmp_path / "log.jsonl", [(5.0, told)])
    assert list(read_commands(log)) == [(1, 5.0, told)]
    event = Escalated(
        1, 5.0, "t-1", "major", 1, 1, "unassigned", "path", None, None, "b", None, 1, ("dan",), ()
    )
    assert list(read_events(write_events(tmp_path / "log.jsonl", [event]))) == [event]


def test_workspaces_are_read_as_they_were_written(tmp_path):
    workspace = Workspace(
        teams=[Team("a", offer_timeout=20)],
        agents=[Agent("ana", shift="office")],
        calendars=[Calendar("office", "Europe/Lisbon", {"mon-fri": ["09:00-17:00"]})],
        sla=[SlaPolicy("gold", {"high": {"resolution": 60}}, "office")],
    )
    assert read_workspace(write_workspace(tmp_path / "w.json", workspace)) == workspace


def test_a_packed_file_is_told_by_its_first_bytes_not_its_name(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(gzip.compress(b'{"at": 5, "do": "advance"}\n'))
    assert list(read_commands(log)) == [(1, 5.0, Advance())]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read_and_left_open(monkeypatch, pack):
    stdin = io.TextIOWrapper(io.BytesIO(pack(b'{"at": 5, "do": "advance"}\n')))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert list(read_commands("-")) == [(1, 5.0, Advance())]
    assert not stdin.buffer.closed


def test_a_source_knows_how_far_it_was_read(tmp_path):
    log = write_commands(tmp_path / "log.jsonl", COMMANDS * 10_000)
    source = Source(log)
    assert (source.size, source.position) == (log.stat().st_size, 0)
    entries = read_commands(source, ordered=False)
    next(entries)
    assert 0 < source.position < source.size
    assert Source("-").size is None
    assert Source(tmp_path / "none").size is None


def test_time_may_not_go_backwards(tmp_path):
    log = write_commands(
        tmp_path / "log.jsonl", [(5.0, Advance()), (5.0, Advance()), (4.5, Advance())]
    )
    with pytest.raises(InputError) as caught:
        list(read_commands(log))
    error = caught.value
    assert str(error) == (
        f"{log}, line 3, field at: time goes backwards: 4.5 after 5.0 (allowed: 5.0 or later); "
        "sort the lines by their instant"
    )
    assert (error.file, error.line, error.field, error.value) == (str(log), 3, "at", 4.5)
    assert len(list(read_commands(log, ordered=False))) == 3


def test_a_line_in_error_does_not_count_for_the_order(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"at": 9, "do": "clse"}\n{"at": 5, "do": "advance"}\n')
    errors = []
    assert list(read_commands(log, on_error=errors.append)) == [(2, 5.0, Advance())]
    assert [error.line for error in errors] == [1]


def test_the_cause_of_a_lines_error_is_kept(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"at": 9, "do": "clse"}\n')
    with pytest.raises(InputError) as caught:
        list(read_commands(log))
    assert caught.value.__cause__.field == "do"


def test_reading_holds_a_line_not_the_file(tmp_path):
    log = tmp_path / "log.jsonl"
    with log.open("w") as file:
        file.writelines('{"at": 5, "do": "advance"}\n' for _ in range(200_000))
    for _ in read_commands(log):
        break  # what is made once
    tracemalloc.start()
    for _ in read_lines(log, lambda _: None):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert log.stat().st_size > 5_000_000
    assert most < 500_000


def test_reading_a_huge_line_holds_the_limit_not_the_line(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'"' + b"x" * 20_000_000 + b'"\n{}\n')
    errors = []
    tracemalloc.start()
    assert list(read_lines(log, lambda value: value, on_error=errors.append)) == [(2, {})]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "the line is too long" in str(errors[0])
    assert most < 5_000_000


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="cannot be read: is a directory"):
        list(read_commands(tmp_path))
    with pytest.raises(InputError, match="cannot be read: is a directory"):
        read_workspace(tmp_path)


def test_what_is_written_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("old")
    with replacing(path) as out:
        out.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [found.name for found in tmp_path.iterdir()] == ["log.jsonl"]


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_what_fails_leaves_no_trace(tmp_path, name):
    path = tmp_path / name
    path.write_text("old")

    def fail():
        yield EVENTS[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_events(path, fail())
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_a_leftover_of_a_killed_process_is_not_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr("os.getpid", lambda: 7)
    leftover = tmp_path / ".log.jsonl.7-0.part"
    leftover.write_text("half")
    write_events(tmp_path / "log.jsonl", EVENTS)
    assert leftover.read_text() == "half"
    assert len(list(read_events(tmp_path / "log.jsonl"))) == 2


def test_a_new_file_has_the_mode_that_the_user_asks_for(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    made = write_events(tmp_path / "log.jsonl", EVENTS)
    assert made.stat().st_mode == plain.stat().st_mode


def test_infinity_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_events(
            tmp_path / "log.jsonl", [Queued(1, float("inf"), "t", "a", 3, 1, "given", None)]
        )


def test_events_of_a_wrong_shape_are_named(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text("[1]\n" + json.dumps({**EVENTS[1].to_dict(), "agnt": 1}) + "\n")
    errors = []
    assert list(read_events(log, on_error=errors.append)) == []
    assert [str(error).removeprefix(f"{log}, ") for error in errors] == [
        "line 1: [1] is not a JSON object with an event; give a JSON object with an event",
        "line 2, field agnt: unknown key; did you mean 'agent'?",
    ]
