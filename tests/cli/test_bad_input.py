"""Bad input: every kind is named by file, line, field, value and remedy, and leaves nothing."""

import gzip
import json

import pytest

from assignwork.wire import MAX_LINE_BYTES

GOOD = '{"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing"}}\n'


def submit(**fields):
    return json.dumps({"at": 5, "do": "submit", "item": {"id": "t-2", "team": "billing", **fields}})


# What stands in line 2 of the log, and what is said of it after the file and line.
LINES = {
    "unknown key": (
        submit(prioritty=1),
        ", field item.prioritty: unknown key; did you mean 'priority'?",
    ),
    "unknown key of the command": (
        '{"at": 5, "do": "close", "itm": "t-1"}',
        ", field itm: unknown key; did you mean 'item'?",
    ),
    "unknown verb": (
        '{"at": 5, "do": "clsoe", "item": "t-1"}',
        ", field do: 'clsoe' is no command; did you mean 'close'?",
    ),
    "missing field": (
        '{"at": 5, "do": "submit", "item": {"id": "t-2"}}',
        ", field item.team: this field is missing; give it: a WorkItem needs it",
    ),
    "wrong type": (
        submit(weight="2"),
        (
            ", field item.weight: '2' is not a positive integer (1 to 2147483647); "
            "give a positive integer (1 to 2147483647)"
        ),
    ),
    "negative weight": (
        submit(weight=-1),
        (
            ", field item.weight: -1 is not a positive integer (1 to 2147483647); "
            "give a positive integer (1 to 2147483647)"
        ),
    ),
    "unknown team": (
        submit(team="biling"),
        ", field item.team: there is no team 'biling'",
    ),
    "unknown item": (
        '{"at": 5, "do": "close", "item": "t-9"}',
        ", field item: no item 't-9'",
    ),
    "unknown agent": (
        '{"at": 5, "do": "assign", "item": "t-1", "agent": "anna"}',
        ", field agent: there is no agent 'anna'",
    ),
    "duplicate item": (
        submit(id="t-1"),
        ", field item.id: item 't-1' was submitted before",
    ),
    "duplicate agent": (
        '{"at": 5, "do": "add_agent", "agent": {"id": "ana"}}',
        ", field agent.id: ",
    ),
    "a move that the state forbids": (
        '{"at": 5, "do": "reopen", "item": "t-1"}',
        ", field do: cannot reopen item 't-1': it is assigned (allowed: closed); ",
    ),
    "not a number": (
        '{"at": NaN, "do": "advance"}',
        ", field at: NaN is no JSON number; give a finite number, or null",
    ),
    "infinity in depth": (
        '{"at": 5, "do": "submit", "item": {"id": "t-2", "team": "billing", "due_at": -Infinity}}',
        ", field item.due_at: -Infinity is no JSON number; give a finite number, or null",
    ),
    "a number past all": (
        '{"at": 1e999, "do": "advance"}',
        (
            ", field at: inf is not a finite instant (POSIX seconds); "
            "give a finite instant (POSIX seconds)"
        ),
    ),
    "an integer past all": (
        f'{{"at": {"9" * 400}, "do": "advance"}}',
        f", field at: {'9' * 77}... is not a finite instant (POSIX seconds); ",
    ),
    "an integer of thousands of digits": (
        f'{{"at": {"9" * 5000}, "do": "advance"}}',
        ": a number of thousands of digits; give a number of a usual size",
    ),
    "naive datetime": (
        '{"at": "2026-01-01T09:00:00", "do": "advance"}',
        (
            ", field at: '2026-01-01T09:00:00' is not an instant: it has no time zone; "
            "give it an offset, such as +00:00"
        ),
    ),
    "no datetime": (
        '{"at": "noon", "do": "advance"}',
        ", field at: 'noon' is not an instant; give POSIX seconds or ISO 8601 with an offset",
    ),
    "time going backwards": (
        '{"at": -1, "do": "advance"}',
        ", field at: ",
    ),
    "a key twice": (
        '{"at": 5, "do": "submit", "item": {"id": "t-2", "team": "billing", "team": "spanish"}}',
        ", field item.team: this key stands twice; keep one of the two",
    ),
    "half a character": (
        '{"at": 5, "do": "close", "item": "\\ud83d"}',
        ", field item: '\\ud83d' is half a character; give whole characters",
    ),
    "not JSON": (
        '{"at": 5, "do" "advance"}',
        (
            ": not JSON: expecting ':' delimiter at column 16: '\"advance\"}'; "
            "a line holds one JSON object"
        ),
    ),
    "not JSON at all": (
        "at,do,item",
        ": not JSON: expecting value at column 1: 'at,do,item'; a line holds one JSON object",
    ),
    "two objects": (
        '{"at": 5, "do": "advance"} {"at": 6, "do": "advance"}',
        ": not JSON: extra data at column 28: ",
    ),
    "no object": (
        "[1, 2]",
        ": [1, 2] is not a JSON object with the keys at and do; give a JSON object with the keys",
    ),
    "nothing but null": (
        "null",
        ": None is not a JSON object with the keys at and do; ",
    ),
    "deep nesting": (
        "[" * 100_000,
        ": nested too deeply; give an object with the fields of the wire format",
    ),
    "deep nesting, closed": (
        (f'{{"at": 5, "do": "update_item", "item": "t-1", "changes": {"[" * 200}{"]" * 200}}}'),
        ": nested too deeply; give an object with the fields of the wire format",
    ),
    "changes that are none": (
        '{"at": 5, "do": "update_item", "item": "t-1", "changes": {}}',
        ", field changes: {} is not an object with at least one field to change; ",
    ),
    "changes of a field that is none": (
        '{"at": 5, "do": "update_item", "item": "t-1", "changes": {"prio": 1}}',
        ", field changes.prio: ",
    ),
    "changes of a field that is the method's": (
        '{"at": 5, "do": "update_item", "item": "t-1", "changes": {"now": 1}}',
        ", field changes.now: ",
    ),
    "a change that cannot be": (
        '{"at": 5, "do": "update_item", "item": "t-1", "changes": {"weight": -1}}',
        ", field changes.weight: -1 is not a positive integer",
    ),
    "an agent's change that cannot be": (
        '{"at": 5, "do": "update_agent", "agent": "ana", "changes": {"capacity": 0}}',
        ", field changes.capacity: 0 is not a positive integer",
    ),
    "a snooze into the past": (
        '{"at": 5, "do": "snooze", "item": "t-1", "until": 2}',
        ", field until: ",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_a_bad_line_stops_the_replay_and_leaves_nothing(desk, case):
    line, message = LINES[case]
    desk.write("c.jsonl", GOOD + line + "\n" + '{"at": 9, "do": "advance"}\n')
    before = desk.names()

    ran = desk.replay("--events", "e.jsonl", "--report", "day.html")

    assert ran.code == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith(f"error: c.jsonl, line 2{message}")
    assert ran.stderr.count("\n") == 1
    assert len(ran.stderr) < 500
    assert "; " in ran.stderr  # a remedy
    assert desk.names() == before


@pytest.mark.parametrize("case", LINES)
def test_a_bad_line_prints_no_event_either(desk, case):
    desk.write("c.jsonl", GOOD + LINES[case][0] + "\n")
    ran = desk.replay()
    assert (ran.code, ran.stdout) == (2, "")


@pytest.mark.parametrize("case", LINES)
def test_a_bad_line_is_passed_over_on_demand(desk, case):
    desk.write(
        "c.jsonl", GOOD + LINES[case][0] + "\n" + '{"at": 9, "do": "close", "item": "t-1"}\n'
    )

    ran = desk.replay("--skip-errors")

    assert ran.code == 0
    assert [json.loads(line)["event"] for line in ran.stdout.splitlines()] == [
        "queued", "assigned", "closed",
    ]  # fmt: skip
    said = ran.stderr.splitlines()
    assert said[0].startswith("error: c.jsonl, line 2")
    assert said[-2:] == [
        "2 commands run, 3 events.",
        "1 line in error: reported above, passed over.",
    ]


@pytest.mark.parametrize("case", LINES)
def test_an_error_has_its_parts_in_json(desk, case):
    desk.write("c.jsonl", GOOD + LINES[case][0] + "\n")
    ran = desk.replay("--json")
    said = json.loads(ran.stderr)
    assert (said["file"], said["line"]) == ("c.jsonl", 2)
    assert said["remedy"]
    assert said["message"].startswith("c.jsonl, line 2")
    if LINES[case][1].startswith(", field"):
        assert said["field"] == LINES[case][1].removeprefix(", field ").partition(":")[0]


# --- what is wrong with a file as bytes -----------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "error: c.jsonl: the file is empty: it holds no commands; give a file with"),
        (b"\n \n\r\n", "error: c.jsonl: the file is empty: it holds no commands; give a file with"),
        (b"\xef\xbb\xbf", "error: c.jsonl: the file is empty: it holds no commands; give a file"),
        (
            GOOD.encode() + b'{"at": 5, "do": "clo\xff"}\n',
            "error: c.jsonl, line 2: not UTF-8: byte 0xff at column 21; save the file as UTF-8\n",
        ),
        (
            GOOD.encode("utf-16"),
            (
                "error: c.jsonl, line 1: not UTF-8: byte 0xff at column 1; "
                "save the file as UTF-8 (it seems to be UTF-16)\n"
            ),
        ),
        (
            GOOD.encode() + b'{"at": 5, "do": "clo',
            (
                "error: c.jsonl, line 2: the file ends in the middle of this line: "
                'it is cut off after \'{"at": 5, "do": "clo\'; '
                "give the whole file, or take its last line away\n"
            ),
        ),
        (
            GOOD.encode() + '{"at": 5, "do": "close", "item": "ñ'.encode()[:-1],
            "error: c.jsonl, line 2: the file ends in the middle of this line: ",
        ),
        (
            gzip.compress(GOOD.encode() * 50, mtime=0)[:-20],
            "error: c.jsonl, line 1: cannot be read on from here: compressed file ended before ",
        ),
        (
            gzip.compress(GOOD.encode(), mtime=0)[:12] + b"\xff" * 20,
            "error: c.jsonl, line 1: cannot be read on from here: ",
        ),
    ],
)
def test_a_damaged_file_is_named_with_its_line(desk, content, message):
    desk.write("c.jsonl", content)
    before = desk.names()
    ran = desk.replay("--events", "e.jsonl")
    assert ran.code == 2
    assert ran.stderr.startswith(message)
    assert desk.names() == before


def test_a_line_of_ten_megabytes_is_refused_without_being_kept(desk, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "assignwork.wire.lines.Source.open", recording(desk.path / "c.jsonl", asked)
    )
    huge = submit(subject="x" * 10 * 2**20)
    desk.write("c.jsonl", GOOD + huge + "\n" + '{"at": 9, "do": "close", "item": "t-1"}\n')

    ran = desk.replay("--skip-errors")

    assert ran.stderr.startswith(
        "error: c.jsonl, line 2: the line is too long (allowed: at most 1048576 bytes); "
        "put each object on a line of its own, or shorten it\n"
    )
    assert "2 commands run, 3 events." in ran.stderr  # the line after it is read as such
    assert max(asked) == MAX_LINE_BYTES + 1
    assert desk.replay().code == 2


def recording(path, asked):
    """`Source.open` of a stream that notes how much is asked of it at once."""
    from contextlib import contextmanager  # noqa: PLC0415

    class Stream:
        def __init__(self, file):
            self.file = file

        def readline(self, most):
            asked.append(most)
            return self.file.readline(most)

    @contextmanager
    def opened(_):
        with path.open("rb") as file:
            yield Stream(file)

    return opened


@pytest.mark.parametrize("ending", ["\n", ""])
def test_a_line_of_exactly_the_limit_is_read_and_one_byte_more_is_not(desk, ending):
    room = MAX_LINE_BYTES - len(submit(subject="")) - len(ending)
    desk.write("c.jsonl", submit(subject="x" * room) + ending)
    assert desk.replay().code == 0
    desk.write("c.jsonl", submit(subject="x" * (room + 1)) + ending)
    assert "the line is too long" in desk.replay().stderr


# --- the other files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workspace", "message"),
    [
        (b"", "error: w.json: the file is empty; give an object with teams and agents\n"),
        (
            {"teams": [{"id": "a"}], "agents": [{"id": "x", "primary": ["b"]}]},
            (
                "error: w.json, field agents[0].primary[0]: agent 'x' names the unknown team 'b'; "
                "known are: a\n"
            ),
        ),
        (
            {"teams": [{"id": "a", "rank": "first"}]},
            "error: w.json, field teams[0].rank: 'first' is not an integer; give an integer\n",
        ),
        (
            {"teams": [{"id": "a"}, {"id": "a"}]},
            "error: w.json, field teams[1].id: team 'a' is there twice; give each its own id\n",
        ),
        (
            {"teams": [{"id": "a", "selection": {"policy": "mine"}}]},
            "error: w.json, field teams[0].selection: no policy 'mine' was given; ",
        ),
        (
            b'{"teams": [',
            "error: w.json, line 1: not JSON: expecting value at column 12; ",
        ),
    ],
)
def test_a_bad_workspace_is_named_with_its_field(desk, workspace, message):
    desk.write("w.json", workspace)
    ran = desk.replay("--events", "e.jsonl")
    assert ran.code == 2
    assert ran.stderr.startswith(message)
    assert "e.jsonl" not in desk.names()


@pytest.mark.parametrize("missing", ["w.json", "c.jsonl"])
def test_a_file_that_is_not_there_is_named(desk, missing):
    (desk.path / missing).unlink()
    ran = desk.replay("--events", "e.jsonl")
    assert ran.code == 2
    assert ran.stderr.startswith(f"error: {missing}: cannot be read: no such file or directory; ")
    assert "e.jsonl" not in desk.names()


@pytest.mark.parametrize("option", ["--events", "--report"])
@pytest.mark.parametrize("taken", ["w.json", "c.jsonl", "./c.jsonl"])
def test_an_input_is_never_written_over(desk, option, taken):
    before = (desk.path / taken).read_bytes()
    ran = desk.replay(option, taken)
    assert ran.code == 2
    assert "is an input of this run; give each file its own path" in ran.stderr
    assert (desk.path / taken).read_bytes() == before


def test_two_outputs_do_not_go_into_one_file(desk):
    ran = desk.replay("--events", "out", "--report", "out")
    assert ran.code == 2
    assert "is another output of this run; give each file its own path" in ran.stderr


def test_a_folder_that_is_not_there_is_named(desk):
    ran = desk.replay("--events", "none/e.jsonl")
    assert ran.code == 2
    assert ran.stderr.startswith(
        "error: none/e.jsonl: cannot be written: no such file or directory; give a path in a"
    )


def test_an_older_output_survives_a_replay_that_stops(desk):
    desk.write("e.jsonl", "old")
    desk.write("c.jsonl", GOOD + "?\n")
    assert desk.replay("--events", "e.jsonl").code == 2
    assert (desk.path / "e.jsonl").read_text() == "old"


def test_an_interrupt_leaves_nothing(desk, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("assignwork.cli.replay.summarize", interrupted)
    before = desk.names()
    assert desk.replay("--events", "e.jsonl").code != 0
    assert desk.names() == before


def test_a_full_disk_is_an_error_like_others(desk, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("assignwork.cli.replay.summarize", full)
    before = desk.names()
    ran = desk.replay("--events", "e.jsonl")
    assert (ran.code, ran.stderr) == (2, "error: [Errno 28] No space left on device\n")
    assert json.loads(desk.replay("--json").stderr)["error"] == "OSError"
    assert desk.names() == before


def test_an_error_is_one_line_whatever_stands_in_the_log(desk):
    desk.write("c.jsonl", [{"at": 5, "do": "close", "two\nlines\x1b[2J": 1}])
    ran = desk.replay()
    assert ran.stderr.startswith(
        "error: c.jsonl, line 1, field two\\nlines\\x1b[2J: unknown key; known are: item"
    )


def test_an_empty_file_is_an_error_though_errors_are_passed_over(desk):
    desk.write("c.jsonl", "")
    assert desk.replay("--skip-errors").code == 2


def test_every_error_is_counted_when_errors_are_passed_over(desk):
    bad = [line for line, _ in LINES.values()]
    desk.write("c.jsonl", GOOD + "".join(line + "\n" for line in bad))
    ran = desk.replay("--skip-errors", "--json")
    said = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [error["line"] for error in said[:-1]] == list(range(2, len(bad) + 2))
    assert said[-1]["errors"] == len(bad)
    assert said[-1]["commands"] == 1


def test_a_refused_command_does_not_move_the_order_of_the_log(desk):
    """D6: what is refused changes nothing, so an earlier instant may follow it."""
    desk.write("c.jsonl", [
        {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing"}},
        {"at": 500, "do": "close", "item": "ghost"},
        {"at": 10, "do": "close", "item": "t-1"},
    ])  # fmt: skip
    ran = desk.replay("--skip-errors")
    assert [json.loads(line)["event"] for line in ran.stdout.splitlines()][-1] == "closed"
