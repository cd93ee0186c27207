"""`assignwork replay`: what it reads, writes and says when all is well."""

import gzip
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from assignwork.wire import read_events

EVENTS = [
    ("queued", 0.0), ("assigned", 0.0), ("replied", 60.0), ("closed", 120.0),
]  # fmt: skip


def kinds(text):
    return [(e["event"], e["at"]) for e in map(json.loads, text.splitlines())]


def test_events_go_to_stdout_and_a_summary_to_stderr(desk):
    ran = desk.replay()
    assert ran.code == 0
    assert kinds(ran.stdout) == EVENTS
    assert ran.stdout.splitlines()[3] == (
        '{"seq": 4, "at": 120.0, "event": "closed", "item": "t-1", "agent": "ana"}'
    )
    assert "1 items arrived" in ran.stderr or "1 item arrived" in ran.stderr
    assert ran.stderr.endswith("3 commands run, 4 events.\n")
    assert desk.names() == ["c.jsonl", "w.json"]


def test_events_go_to_a_file_byte_for_byte_the_same(desk):
    printed = desk.replay()
    ran = desk.replay("--events", "e.jsonl")
    assert (ran.code, ran.stdout) == (0, "")
    assert (desk.path / "e.jsonl").read_bytes() == printed.stdout.encode()
    assert [event.seq for event in read_events("e.jsonl")] == [1, 2, 3, 4]


def test_files_may_be_gzipped_and_are_the_same_each_time(desk):
    desk.write("c.jsonl", gzip.compress((desk.path / "c.jsonl").read_bytes()))
    packed = []
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        assert desk.replay("--events", name).code == 0
        packed.append((desk.path / name).read_bytes())
    assert packed[0] == packed[1]
    assert kinds(gzip.decompress(packed[0]).decode()) == EVENTS


def test_commands_may_come_from_stdin(desk):
    log = (desk.path / "c.jsonl").read_text()
    ran = desk.run("replay", "--workspace", "w.json", "--commands", "-", stdin=log)
    assert kinds(ran.stdout) == EVENTS


def test_the_workspace_may_be_toml(desk):
    desk.write("w.toml", '[[teams]]\nid = "billing"\n[[agents]]\nid = "ana"\nprimary = ["billing"]')
    ran = desk.run("replay", "--workspace", "w.toml", "--commands", "c.jsonl")
    assert kinds(ran.stdout) == EVENTS


def test_a_byte_order_mark_blank_lines_and_a_missing_last_line_end_are_tolerated(desk):
    log = (desk.path / "c.jsonl").read_text().replace("\n", "\r\n\n \n").rstrip()
    desk.write("c.jsonl", b"\xef\xbb\xbf\n" + log.encode())
    assert kinds(desk.replay().stdout) == EVENTS


def test_an_older_events_file_is_replaced_and_keeps_its_mode(desk):
    old = desk.write("e.jsonl", "old")
    old.chmod(0o640)
    desk.replay("--events", "e.jsonl")
    assert kinds(old.read_text()) == EVENTS
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_link_stays_a_link(desk):
    (desk.path / "link.jsonl").symlink_to("real.jsonl")
    desk.replay("--events", "link.jsonl")
    assert (desk.path / "link.jsonl").is_symlink()
    assert kinds((desk.path / "real.jsonl").read_text()) == EVENTS


def test_events_may_go_to_a_device(desk):
    assert desk.replay("--events", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_json_says_the_summary_as_one_object_on_stderr(desk):
    ran = desk.replay("--events", "e.jsonl", "--json")
    said = json.loads(ran.stderr)
    assert (said["commands"], said["events"], said["errors"]) == (3, 4, 0)
    assert said["summary"]["volumes"]["total"] == {"arrived": 1, "closed": 1, "open": 0}


def test_timers_fire_between_commands_as_time_passes(desk):
    desk.write("c.jsonl", [
        {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing"}},
        {"at": 5, "do": "snooze", "item": "t-1", "until": 50},
        {"at": 100, "do": "advance"},
    ])  # fmt: skip
    assert kinds(desk.replay().stdout)[-1] == ("woken", 50.0)


def test_events_of_timers_before_a_refused_last_command_are_not_lost(desk):
    desk.write("c.jsonl", [
        {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing"}},
        {"at": 5, "do": "snooze", "item": "t-1", "until": 50},
        {"at": 100, "do": "close", "item": "ghost"},
    ])  # fmt: skip
    ran = desk.replay("--skip-errors")
    assert kinds(ran.stdout)[-1] == ("woken", 50.0)


def test_a_report_is_one_page_on_its_own(desk):
    ran = desk.replay("--events", "e.jsonl", "--report", "day.html")
    assert ran.code == 0, ran.stderr
    page = (desk.path / "day.html").read_text()
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert desk.names() == ["c.jsonl", "day.html", "e.jsonl", "w.json"]


def test_a_report_without_its_libraries_says_how_to_get_them_before_the_replay(desk, monkeypatch):
    monkeypatch.setattr("assignwork.cli.replay.find_spec", lambda _: None)
    ran = desk.replay("--report", "day.html")
    assert ran.code == 2
    assert ran.stderr == (
        "error: --report: a report needs plotly and jinja2; "
        "install it with: pip install 'assignwork[report]'\n"
    )
    assert ran.stdout == ""


def test_the_installed_program_prints_the_same_under_any_hash_seed(desk):
    printed = {
        subprocess.run(
            [sys.executable, "-c", "from assignwork.cli import main; main()",
             "replay", "--workspace", "w.json", "--commands", "c.jsonl"],
            capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(printed) == 1
    assert kinds(printed.pop().decode()) == EVENTS


def test_a_reader_who_goes_away_early_is_no_error_of_ours(desk):
    desk.write("c.jsonl", [{"at": n, "do": "submit", "item": {"id": f"t-{n}", "team": "spanish"}}
                           for n in range(5000)])  # fmt: skip
    program = f"{sys.executable} -c 'from assignwork.cli import main; main()'"
    ran = subprocess.run(
        ["bash", "-c", f"{program} replay --workspace w.json --commands c.jsonl | head -n 1"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert ran.stdout.count("\n") == 1
    assert "Traceback" not in ran.stderr


def test_a_bar_moves_on_a_terminal_only(desk, monkeypatch):
    from assignwork.cli import logs  # noqa: PLC0415

    class Terminal:
        encoding = "utf-8"

        def __init__(self):
            self.written = []

        def isatty(self):
            return True

        def write(self, text):
            self.written.append(text)

        def flush(self):
            pass

    terminal = Terminal()
    log = logs.CommandLog("c.jsonl", "replaying", skip_errors=True, as_json=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert len(list(log)) == 3
    assert any("replaying" in text for text in terminal.written)
    terminal.written.clear()
    assert len(list(logs.CommandLog("c.jsonl", "x", skip_errors=True, as_json=True))) == 3
    assert terminal.written == []


def test_the_page_takes_its_heading_and_end_and_the_events_go_on(desk):
    ran = desk.replay(
        *("--events", "e.jsonl", "--report", "day.html", "--title", "Our <day>"),
        *("--time-zone", "Europe/Lisbon", "--until", "1970-01-01T00:00:30+00:00", "--json"),
    )
    assert ran.code == 0
    assert "Our &lt;day&gt;" in (desk.path / "day.html").read_text(encoding="utf-8")
    assert json.loads(ran.stderr)["summary"]["volumes"]["total"]["open"] == 1
    assert kinds((desk.path / "e.jsonl").read_text()) == EVENTS


def test_an_end_that_is_no_instant_is_refused(desk):
    ran = desk.replay("--until", "tomorrow")
    assert (ran.code, ran.stdout) == (2, "")
    assert "--until" in ran.stderr
    assert "tomorrow" in ran.stderr
