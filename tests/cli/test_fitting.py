"""`assignwork simulate --from-log`: a log becomes a scenario, and is compared with it."""

import json
import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from assignwork import Agent, Team, Workspace
from assignwork.cli import _fitting_options
from assignwork.commands import Close, SetPresence, Submit
from assignwork.model import Calendar, WorkItem
from assignwork.simulation import Scenario
from assignwork.simulation.fitting import _rates, fit
from assignwork.wire import write_commands, write_workspace

HOUR, DAY = 3600.0, 86_400.0
MONDAY = 1_767_571_200.0  # 2026-01-05, 00:00 UTC
ITALY = Path(__file__).parents[2] / ".." / "shared" / "data" / "helpdesk_italy.xes.gz"


def log_lines(days=14):
    """Two agents on shift from 9 to 17; six items a day, each closed 40 minutes after it came."""
    found = []
    for day in range(days):
        for k in range(6):
            at = MONDAY + day * DAY + (9 + k) * HOUR
            name = f"t-{day}-{k}"
            found.append((at, Submit(WorkItem(name, team="billing", priority=1 + k % 2))))
            found.append((at + 2400, Close(name)))
    return found


@pytest.fixture
def desk(folder):
    """A folder with a desk, whose agents have shifts, and its log: w.json, c.jsonl."""
    office = Calendar("office", "Europe/Madrid", {"mon-sun": ["09:00-18:00"]})
    agents = [
        Agent(name, capacity=1, primary=["billing"], shift="office") for name in ("ana", "ben")
    ]
    write_workspace("w.json", Workspace([Team("billing")], agents, calendars=[office]))
    write_commands("c.jsonl", log_lines())
    return folder


def fitted(folder, *args):
    return folder.run(
        "simulate", "--from-log", "--workspace", "w.json", "--commands", "c.jsonl", *args
    )


def document(folder, *args):
    done = fitted(folder, *args, "--json")
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_log_becomes_a_scenario_that_is_told_written_and_can_be_simulated(desk):
    done = fitted(desk, "--scenario", "desk.json")
    assert done.code == 0, done.stderr
    assert done.stdout.startswith("desk: 84 customers in 1 stream from 2026-01-04 23:00 to")
    assert "\nTo doubt:\n" in done.stdout
    assert done.stderr == "the scenario is in desk.json\n"
    found = Scenario.load("desk.json")
    assert found.name == "desk"
    assert found.streams[0].kinds[0].handle.mean == pytest.approx(2400)
    again = desk.run("simulate", "desk.json", "--busier", "1.2", "--replications", 2)
    assert again.code == 0, again.stderr
    assert "1.2 times the customers compared with desk" in again.stdout


def test_without_a_file_the_fit_is_only_told(desk):
    before = desk.names()
    done = fitted(desk)
    assert done.stdout.startswith("fitted: 84 customers")
    assert (done.stderr, desk.names()) == ("", before)


def test_a_validation_says_how_far_simulated_waits_and_loads_are_from_the_log(desk):
    done = fitted(desk, "--validate", "--replications", 3)
    assert "fitted, 3 replications against the log, within the sample" in done.stdout
    assert "Mean wait: " in done.stdout
    assert "handling  agent ana" in done.stdout
    assert done.stdout.count("To doubt:") == 1


def test_a_validation_has_the_chance_it_is_given(desk):
    one, same, other, shared = (
        document(desk, "--validate", "--replications", 3, *args)["validation"]
        for args in ([], ["--seed", 0], ["--seed", 5], ["--processes", 2])
    )
    assert one["replications"] == 3
    assert one == same == shared
    assert one["compared"] != other["compared"]


def test_ten_replications_are_the_default_of_a_validation(desk):
    assert document(desk, "--validate")["validation"]["replications"] == 10


def test_as_json_it_is_one_object_of_a_known_schema(desk):
    found = document(desk, "--scenario", "desk.json", "--results", "r.json")
    assert list(found) == ["schema", "warnings", "fit", "validation"]
    assert (found["schema"], found["warnings"], found["validation"]) == (1, [], None)
    assert found["fit"]["scenario"] == json.loads((desk.path / "desk.json").read_text())
    assert json.loads((desk.path / "r.json").read_text()) == found


@pytest.mark.parametrize(
    ("args", "kind"),
    [([], "weekly"), (["--arrivals", "counts"], "counts"), (["--arrivals", "logged"], "logged")],
)
def test_arrivals_are_as_asked_for(desk, args, kind):
    (stream,) = document(desk, *args)["fit"]["scenario"]["streams"]
    assert stream["arrivals"]["arrivals"] == kind


def test_work_is_held_time_or_shared(desk):
    plain, shared = document(desk), document(desk, "--work", "shared")
    assert (plain["fit"]["work"], shared["fit"]["work"]) == ("elapsed", "shared")


def test_the_clock_can_be_that_of_the_shifts(desk):
    plain, within = document(desk), document(desk, "--clock", "shift")
    assert (plain["fit"]["clock"], within["fit"]["clock"]) == ("wall", "shift")


def test_who_was_never_assigned_gave_up_or_is_left_out(desk):
    at = MONDAY + 20 * HOUR  # nobody is there any more
    more = [(at, Submit(WorkItem("late", team="billing"))), (at + 60, Close("late"))]
    write_commands("c.jsonl", sorted([*log_lines(), *more], key=lambda entry: entry[0]))

    def counted(*args):
        return sum(stream["count"] for stream in document(desk, *args)["fit"]["streams"])

    assert (counted(), counted("--unassigned", "left out")) == (85, 84)


def test_the_time_zone_is_that_of_the_calendars_or_given(desk):
    assert document(desk)["fit"]["time_zone"] == "Europe/Madrid"
    assert document(desk, "--time-zone", "Asia/Tokyo")["fit"]["time_zone"] == "Asia/Tokyo"


def test_a_part_of_the_log_can_be_fitted(desk):
    found = document(desk, "--from", "2026-01-06T00:00:00Z", "--until", MONDAY + 4 * DAY)["fit"]
    assert sum(stream["count"] for stream in found["streams"]) == 18
    assert found["scenario"]["start"] == MONDAY + DAY
    assert found["scenario"]["length"] == 3 * DAY


def test_the_threshold_goes_into_the_scenario(desk):
    assert document(desk, "--threshold", "90")["fit"]["scenario"]["threshold"] == 90


def test_choices_are_those_of_the_library():
    assert _fitting_options.ARRIVALS == _rates.WAYS
    assert (_fitting_options.WORK, _fitting_options.CLOCKS) == (fit.WORK, fit.CLOCKS)
    assert _fitting_options.UNASSIGNED == fit.UNASSIGNED


def test_the_log_may_come_from_a_pipe(desk):
    text = (desk.path / "c.jsonl").read_text()
    done = desk.run(
        "simulate", "--from-log", "--workspace", "w.json", "--commands", "-", stdin=text
    )
    assert done.stdout == fitted(desk).stdout


# --- a part that is kept back ---------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["0.25", "25%", "2026-01-16T00:00:00+01:00"])
def test_the_last_part_of_the_log_is_compared_and_not_fitted(desk, kept):
    found = document(desk, "--keep-back", kept, "--replications", 2)
    cut = MONDAY - HOUR + 11 * DAY  # a midnight in Madrid
    fit, later = found["fit"], found["validation"]
    assert fit["scenario"]["start"] + fit["scenario"]["length"] == cut
    assert sum(stream["count"] for stream in fit["streams"]) == 66
    assert (later["in_sample"], later["start"], later["end"]) == (
        False, cut, MONDAY - HOUR + 14 * DAY,
    )  # fmt: skip
    came = next(one for one in later["compared"] if one["measure"] == "arrivals")
    assert came["logged"] == 18


def test_the_simulation_begins_before_what_was_kept_back(desk):
    found = document(desk, "--keep-back", "0.25", "--replications", 2)["validation"]
    assert found["warm_up"] == 7 * DAY  # the least that a fit takes for the longest stay
    short = document(desk, "--keep-back", "0.7", "--replications", 2)["validation"]
    assert short["warm_up"] == 4 * DAY  # all that is fitted


def test_the_text_says_that_it_is_out_of_sample(desk):
    done = fitted(desk, "--keep-back", "0.25", "--replications", 2)
    assert done.code == 0, done.stderr
    assert "out of sample: the scenario was not fitted to this part of the log, from" in done.stdout
    assert "It is simulated from 2026-01-08 23:00 UTC on" in done.stdout


def test_a_window_is_cut_within_itself(desk):
    until = MONDAY + 8 * DAY
    found = document(desk, "--keep-back", "0.5", "--until", until, "--replications", 2)
    assert (found["validation"]["start"], found["validation"]["end"]) == (
        MONDAY - HOUR + 4 * DAY, until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            "0",
            "is not a share of the time above 0 and below 1, or an instant; give one such as 0.25",
        ),
        (
            "100%",
            "is not a share of the time above 0 and below 1, or an instant; give one such as 0.25",
        ),
        ("some", "--keep-back"),
        ("nan", "--keep-back"),
        ("2025-01-01T00:00:00Z", "--keep-back: nobody arrives before the cut"),
        ("2027-01-01T00:00:00Z", "--keep-back: nobody arrives in the part that is kept back"),
    ],
)
def test_what_cannot_be_kept_back_is_refused(desk, kept, said):
    done = fitted(desk, "--keep-back", kept)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


# --- the page -------------------------------------------------------------------------------------


def test_a_page_shows_the_fit(desk):
    done = fitted(desk, "--report", "fit.html", "--title", "Our January")
    assert done.code == 0, done.stderr
    text = (desk.path / "fit.html").read_text("utf-8")
    assert "<h1>Our January</h1>" in text
    assert "c.jsonl · 84\u00a0items" in text
    assert "Nothing of it was simulated" in text


def test_a_page_shows_the_log_beside_the_simulation(desk):
    args = ["--report", "fit.html", "--validate", "--replications", 2]
    assert fitted(desk, *args).stdout == fitted(desk, *args[2:]).stdout
    text = (desk.path / "fit.html").read_text("utf-8")
    assert "within the sample" in text
    assert 'id="times"' in text


def test_a_page_says_what_was_kept_back(desk):
    fitted(desk, "--report", "fit.html", "--keep-back", "0.25", "--replications", 2)
    text = (desk.path / "fit.html").read_text("utf-8")
    assert "kept back: Fri 2026-01-16 00:00 to Mon 2026-01-19 00:00" in text.replace("\u00a0", " ")
    assert "out of sample" in text


def test_the_page_repeats_the_warning_of_a_log_without_people(folder):
    plain = Workspace([Team("billing")], [Agent("ana", capacity=1, primary=["billing"])])
    write_workspace("w.json", plain)
    write_commands("c.jsonl", log_lines())
    fitted(folder, "--report", "fit.html")
    assert "nothing in this log says who was there" in (folder.path / "fit.html").read_text("utf-8")


def test_a_page_does_not_replace_an_input_or_go_to_standard_output(desk):
    before = (desk.path / "w.json").read_text()
    assert "is an input of this run" in fitted(desk, "--report", "w.json").stderr
    assert (desk.path / "w.json").read_text() == before
    assert "standard output is taken" in fitted(desk, "--report", "-").stderr


# --- logs without people -------------------------------------------------------------------------


def test_a_log_in_which_nobody_did_anything_himself_is_doubted(folder):
    plain = Workspace([Team("billing")], [Agent("ana", capacity=1, primary=["billing"])])
    write_workspace("w.json", plain)
    write_commands("c.jsonl", log_lines())
    done = fitted(folder)
    assert done.code == 0
    assert done.stderr.startswith("warning: nothing in this log says who was there")
    assert "--assignments" in done.stderr
    assert "--assignments" in document(folder)["warnings"][0]
    there = [(MONDAY, SetPresence("ana", "active")), *log_lines()]
    write_commands("c.jsonl", there)
    assert document(folder)["warnings"] == []


EXPORT = "id,at,state,who\n" + "".join(
    f"{day}-{k},2026-01-{5 + day:02}T{9 + k:02}:{minute},{state},{'ana' if k % 2 else 'bob'}\n"
    for day in range(10)
    for k in range(6)
    for minute, state in (("00", "new"), ("20", "taken"), ("50", "done"))
)
MAPPING = {
    "name": "tickets",
    "reader": "csv",
    "fields": {"case": "id", "at": "at", "state": "state", "agent": "who"},
    "states": {"open": ["new", "taken"], "untaken": ["new"], "done": ["done"]},
}


def test_what_was_imported_with_its_assignments_can_be_fitted(folder):
    folder.write("t.csv", EXPORT)
    folder.write("m.json", MAPPING)
    done = folder.run(
        "import", "csv", "t.csv", "--mapping", "m.json", "--assignments", "--workspace", "w.json",
        "--commands", "c.jsonl",
    )  # fmt: skip
    assert done.code == 0, done.stderr
    assert "assign: 60" in done.stderr
    found = document(folder, "--clock", "wall", "--validate", "--replications", 2)
    assert found["warnings"] == []
    (stream,) = Scenario.from_dict(found["fit"]["scenario"]).streams
    assert stream.kinds[0].handle.mean == pytest.approx(1800)
    logged = {
        entry["measure"]: entry["logged"]
        for entry in found["validation"]["compared"]
        if entry["group"]["kind"] == "overall"
    }
    assert logged["wait_mean"] == pytest.approx(1200)
    assert {agent.presence for agent in Workspace.load("w.json").agents} == {"offline"}
    assert all("shift" in agent for agent in found["fit"]["scenario"]["workspace"]["agents"])


@pytest.mark.data
@pytest.mark.skipif(not ITALY.is_file(), reason="the real logs are not at ../shared/data")
def test_the_italian_log_is_imported_fitted_and_simulated(folder):
    done = folder.run(
        "import", "italy", ITALY, "--assignments", "--workspace", "w.json", "--commands", "c.jsonl"
    )
    assert done.code == 0, done.stderr
    found = document(
        folder, "--time-zone", "Europe/Rome", "--unassigned", "left out", "--scenario", "it.json",
        "--validate", "--replications", 2,
    )  # fmt: skip
    assert sum(stream["count"] for stream in found["fit"]["streams"]) == 4329
    off = {
        entry["measure"]: entry["off"]
        for entry in found["validation"]["compared"]
        if entry["group"]["kind"] == "overall"
    }
    assert off["arrivals"] == pytest.approx(0, abs=0.05)
    assert off["handle_time_mean"] == pytest.approx(0, abs=0.15)
    assert Scenario.load("it.json").to_dict() == found["fit"]["scenario"]


# --- what cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--from", "soon"], "--from: 'soon' is not an instant"),
        (["--until", "2026-01-05T00:00:00"], "--until: '2026-01-05T00:00:00' is not an instant"),
        (["--from", "0", "--until", "9"], "--until: the log begins at 1767603600, nothing of it"),
        (["--from", "2026-03-01T00:00Z"], "--from: nobody arrives from 1772323200 to 1768777200"),
        (["--time-zone", "Mars"], "--time-zone: 'Mars' is not a time zone"),
        (["--threshold", "-1"], "--threshold: -1.0 is not a number of seconds"),
        (["--validate", "--replications", "1"], "--replications: '1' is not a whole number from 2"),
        (["--scenario", "-"], "--scenario: standard output is taken by the fit"),
        (["--results", "-"], "--results: standard output is taken by the fit"),
        (["--scenario", "w.json"], "w.json: cannot be written: it is an input of this run"),
        (["--scenario", "x", "--results", "x"], "x: cannot be written: it is another output"),
        (["--scenario", "x.toml"], "--scenario: a fitted scenario is written as plain JSON"),
        (["--scenario", "x.json.gz"], "--scenario: a fitted scenario is written as plain JSON"),
    ],
)
def test_a_bad_option_is_named_with_value_and_way_out(desk, args, said):
    before = desk.names()
    done = fitted(desk, *args)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert desk.names() == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["simulate"], "Give a SCENARIO, or --from-log with a log to make one of."),
        (["simulate", "s.toml", "--commands", "c.jsonl"], "--commands goes with --from-log."),
        (["simulate", "s.toml", "--validate"], "--validate goes with --from-log."),
        (["simulate", "s.toml", "--arrivals", "weekly"], "--arrivals goes with --from-log."),
        (["simulate", "s.toml", "--skip-errors"], "--skip-errors goes with --from-log."),
        (["simulate", "--from-log", "s.toml"], "no SCENARIO beside it."),
        (["simulate", "--from-log", "--commands", "c.jsonl"], "--from-log needs --workspace."),
        (["simulate", "--from-log", "--workspace", "w.json"], "--from-log needs --commands."),
        (["simulate", "--from-log", "--busier", "2"], "--busier plays a scenario: fit first"),
        (["simulate", "s.toml", "--keep-back", "0.2"], "--keep-back goes with --from-log."),
        (
            ["simulate", "--from-log", "--keep-back", "0.2", "--arrivals", "counts"],
            "--keep-back needs --arrivals weekly",
        ),
        (["simulate", "--from-log", "--seed", "3"], "--seed goes with --validate where a log is"),
    ],
)
def test_options_that_do_not_fit_together_are_answered_with_the_usage(desk, args, said):
    done = desk.run(*args)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_bad_line_of_the_log_is_named_and_nothing_is_written(desk):
    lines = (desk.path / "c.jsonl").read_text().splitlines()
    lines[1] = lines[1].replace("close", "clsoe")
    desk.write("c.jsonl", "\n".join(lines) + "\n")
    before = desk.names()
    done = fitted(desk, "--scenario", "x.json")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: c.jsonl, line 2, field do: ")
    assert desk.names() == before


def test_a_refused_command_is_named_with_its_line(desk):
    write_commands("c.jsonl", [*log_lines(), (MONDAY + 20 * DAY, Close("nobody"))])
    done = fitted(desk)
    assert done.code == 2
    assert done.stderr.startswith("error: c.jsonl, line 169, field item: ")


def test_errors_can_be_passed_over(desk):
    write_commands("c.jsonl", [*log_lines(), (MONDAY + 20 * DAY, Close("nobody"))])
    done = fitted(desk, "--skip-errors")
    assert done.code == 0
    assert done.stdout.startswith("fitted: 84 customers")
    assert "1 line in error: reported above, passed over." in done.stderr
    said = [
        json.loads(line) for line in fitted(desk, "--skip-errors", "--json").stderr.splitlines()
    ]
    assert said[0]["line"] == 169
    assert said[-1] == {"errors": 1}


def test_an_empty_log_is_an_error_of_the_log(desk):
    desk.write("c.jsonl", "")
    done = fitted(desk)
    assert done.code == 2
    assert done.stderr.startswith("error: ")
    assert "c.jsonl" in done.stderr or "--commands" in done.stderr


def test_somebody_who_came_in_the_middle_of_the_log_is_told(desk):
    added = [
        {"at": MONDAY, "do": "add_agent", "agent": {"id": "cem", "primary": ["billing"]}},
        {"at": MONDAY, "do": "set_presence", "agent": "cem", "presence": "active"},
    ]
    text = (desk.path / "c.jsonl").read_text()
    desk.write("c.jsonl", "".join(json.dumps(line) + "\n" for line in added) + text)
    done = fitted(desk)
    assert done.code == 2
    assert "error: --workspace: item " in done.stderr
    assert "'cem', whom the workspace does not have" in done.stderr


def test_bars_move_on_a_terminal_and_nowhere_else(desk):
    program = "import sys; from assignwork.cli import main; main(sys.argv[1:])"
    options = ["simulate", "--from-log", "--workspace", "w.json", "--commands", "c.jsonl"]
    command = [sys.executable, "-c", program, *options, "--validate", "--replications", "2"]
    shown, terminal = pty.openpty()
    try:
        termios.tcsetwinsize(terminal, (24, 80))
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=terminal, check=True)
        there, *_ = select.select([shown], [], [], 0)
        seen = os.read(shown, 100_000).decode() if there else ""
    finally:
        os.close(terminal)
        os.close(shown)
    assert "reading: " in seen
    assert "fitted: " in seen
    quiet = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not quiet.stderr
