"""`assignwork simulate`: a scenario played, what-ifs of it, its page and its JSON."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "launch_day.toml"
SCENARIO = """
name = "calls"
length = 7200
threshold = 30

[[streams]]
name = "calls"
arrivals = 30

[[streams.kinds]]
name = "urgent"
team = "billing"
priority = 1
handle = { distribution = "exponential", mean = 200 }
patience = { distribution = "exponential", mean = 300 }

[[streams.kinds]]
name = "other"
team = "billing"
priority = 2
handle = { distribution = "exponential", mean = 200 }
patience = { distribution = "exponential", mean = 300 }

[handling]
at_once = 1

[workspace]
teams = [{ id = "billing" }]
agents = [
    { id = "ana", capacity = 1, primary = ["billing"] },
    { id = "ben", capacity = 1, primary = ["billing"] },
]
"""
DESK = {
    "teams": [{"id": "billing"}],
    "agents": [{"id": f"new-{i}", "capacity": 1, "primary": ["billing"]} for i in range(6)],
}
WITHOUT_PATIENCE = SCENARIO.replace(
    'patience = { distribution = "exponential", mean = 300 }', ""
).replace("arrivals = 30", "arrivals = 40")


@pytest.fixture
def calls(folder):
    """A folder with a scenario of two agents: s.toml."""
    folder.write("s.toml", SCENARIO)
    return folder


def simulate(folder, *args):
    return folder.run("simulate", "s.toml", *args)


def played(folder, *args):
    done = simulate(folder, *args, "--json")
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)


def measures(results, kind="overall", group=""):
    (found,) = [
        entry["measures"]
        for entry in results["groups"]
        if (entry["kind"], entry["group"]) == (kind, group)
    ]
    return found


def mean(results, name, **group):
    return measures(results, *next(iter(group.items()), ("overall", "")))[name]["mean"]


def test_words_come_first_then_tables(calls):
    done = simulate(calls)
    assert (done.code, done.stderr) == (0, "")
    first, waits, *_ = done.stdout.splitlines()
    assert first == "calls: 20 replications of 2 h (seed 0)"
    assert waits.startswith("Customers wait ")
    headings = [line for line in done.stdout.splitlines() if line in {"Customers", "Agents"}]
    assert headings == ["Customers", "Agents"]
    assert calls.names() == ["s.toml"]


def test_the_example_is_played_as_its_first_lines_say(folder):
    shutil.copy(EXAMPLE, folder.path / "launch_day.toml")
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines()[:7]:
        if "assignwork simulate" in line:
            args = line.split("assignwork simulate examples/")[1].split()
            done = folder.run("simulate", *args, "--replications", 2)
            assert done.code == 0, done.stderr
    assert "launch.html" in folder.names()


def test_how_often_and_with_what_chance_is_chosen(calls):
    once = played(calls, "--replications", 3, "--seed", 7)["results"]
    assert (once["replications"], once["seed"]) == ([0, 1, 2], 7)
    assert played(calls, "--replications", 3, "--seed", 7)["results"] == once
    other = played(calls, "--replications", 3, "--seed", 8)["results"]
    assert measures(other) != measures(once)


def test_processes_change_nothing_but_the_time(calls):
    one = played(calls, "--replications", 4)
    assert played(calls, "--replications", 4, "--processes", 2) == one


def test_it_stops_when_an_interval_is_narrow_enough(calls):
    relative = played(calls, "--precision", "wait_mean=20%")["results"]
    found = measures(relative)["wait_mean"]
    assert relative["reached"] is True
    assert found["half_width"] <= 0.2 * found["mean"]
    assert 5 <= len(relative["replications"]) < 200
    absolute = played(calls, "--precision", "service_level=0.04,priority=1")["results"]
    assert measures(absolute, "priority", 1)["service_level"]["half_width"] <= 0.04
    of_team = played(calls, "--precision", "service_level=0.04,team=billing")["results"]
    assert of_team["until"]["group"] == {"kind": "team", "label": "billing"}


def test_a_precision_of_an_hour_of_the_day(calls):
    found = played(calls, "--precision", "service_level=0.3,hour=1")["results"]
    assert found["until"]["group"] == {"kind": "hour", "label": 1}
    assert found["reached"] is True


def test_a_precision_is_looked_for_in_at_most_so_many_replications(calls):
    found = played(calls, "--precision", "wait_mean=0.1%", "--replications", 6)["results"]
    assert (found["reached"], len(found["replications"])) == (False, 6)
    done = simulate(calls, "--precision", "wait_mean=0.1%", "--replications", 6)
    assert "Precision not reached: wait_mean" in done.stdout


def test_the_threshold_of_the_service_level_can_be_another(calls):
    own, longer = played(calls)["results"], played(calls, "--threshold", "60")["results"]
    assert (own["threshold"], longer["threshold"]) == (30.0, 60.0)
    assert mean(longer, "service_level") > mean(own, "service_level")
    assert mean(longer, "wait_mean") == mean(own, "wait_mean")


def test_a_kind_keeps_its_own_threshold(calls):
    calls.write("s.toml", SCENARIO.replace("priority = 2", "priority = 2\nthreshold = 900"))
    found = played(calls, "--threshold", "60")["results"]
    assert found["threshold"] is None
    assert found["thresholds"] == {"calls/urgent": 60.0, "calls/other": 900.0}


def test_hours_of_the_day_are_a_table_like_others_in_the_scenarios_zone(calls):
    dated = 'start = 2026-03-03T08:00:00Z\ntimezone = "Asia/Kolkata"\n'
    calls.write("s.toml", dated + SCENARIO)
    rows = simulate(calls, "--by", "hour").stdout.splitlines()
    assert [line.split()[0] for line in rows[-4:]] == ["13:00", "14:00", "15:00", "all"]


@pytest.mark.parametrize(
    ("args", "shown"),
    [([], "from Tue 2026-03-03 13:30"), (["--time-zone", "UTC"], "from Tue 2026-03-03 08:00")],
)
def test_the_page_shows_times_in_the_scenarios_zone_unless_another_is_given(calls, args, shown):
    dated = 'start = 2026-03-03T08:00:00Z\ntimezone = "Asia/Kolkata"\n'
    calls.write("s.toml", dated + SCENARIO)
    assert simulate(calls, "--replications", 2, "--report", "p.html", *args).code == 0
    text = (calls.path / "p.html").read_text(encoding="utf-8")
    assert shown in text
    assert "By hour of the day (Asia/Kolkata)" in text


def test_the_tables_can_be_chosen(calls):
    text = simulate(calls, "--by", "kind,agent").stdout
    headings = [line for line in text.splitlines() if line.startswith("calls, by ")]
    assert [line.split(" (")[0] for line in headings] == ["calls, by kind", "calls, by agent"]
    assert text.startswith("calls: 20 replications")


# --- what if -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (["--add-agents", 2, "--like", "ana"], "2 more like ana"),
        (["--without", "ben"], "without ben"),
        (["--busier", "1.5"], "1.5 times the customers"),
        (["--workspace", "w.json"], "the desk of w.json"),
        (["--without", "ana", "--busier", 2], "without ana, 2 times the customers"),
        (["--without", "ana", "--without", "ben"], "without ana and ben"),
    ],
)
def test_a_what_if_is_played_and_named(calls, args, name):
    calls.write("w.json", DESK)
    found = played(calls, *args, "--replications", 3)
    assert found["results"]["scenario"] == "calls"
    assert found["changed"]["scenario"] == name
    assert (found["comparison"]["a"], found["comparison"]["b"]) == ("calls", name)
    assert found["changed"]["replications"] == found["results"]["replications"]


def test_what_ifs_do_what_they_say(calls):
    calls.write("w.json", DESK)
    plain = played(calls)["results"]

    def changed(*args):
        return played(calls, *args)["changed"]

    more = changed("--add-agents", 2, "--like", "ana")
    assert mean(more, "active_hours") == 2 * mean(plain, "active_hours")
    assert mean(more, "wait_mean") < mean(plain, "wait_mean") / 2
    fewer = changed("--without", "ben")
    assert mean(fewer, "active_hours") == mean(plain, "active_hours") / 2
    busier = changed("--busier", "1.5")
    assert mean(busier, "arrivals") > 1.3 * mean(plain, "arrivals")
    elsewhere = changed("--workspace", "w.json")
    assert {entry["group"] for entry in elsewhere["groups"] if entry["kind"] == "agent"} == {
        f"new-{i}" for i in range(6)
    }
    assert mean(elsewhere, "arrivals") == mean(plain, "arrivals")  # the very same customers


def test_a_what_if_tells_the_differences_before_both(calls):
    done = simulate(calls, "--add-agents", 1, "--like", "ana", "--by", "agent")
    first, sentence, *_ = done.stdout.splitlines()
    assert first.startswith("1 more like ana compared with calls: 20 replications of the same")
    assert sentence.startswith("With 1 more like ana instead of calls, customers wait ")
    starts = [line.split(":")[0].split(" (")[0] for line in done.stdout.splitlines()]
    order = ["calls", "calls, by agent", "1 more like ana", "1 more like ana, by agent"]
    assert [start for start in starts if start in order] == order


def test_with_a_precision_both_are_played_as_often(calls):
    found = played(calls, "--precision", "wait_mean=20%", "--without", "ben")
    assert found["changed"]["replications"] == found["results"]["replications"]
    assert found["changed"]["until"] is None


def test_two_scenarios_are_compared(calls):
    calls.write("t.toml", SCENARIO.replace('"calls"', '"quick"').replace("= 200", "= 100"))
    found = played(calls, "--against", "t.toml", "--replications", 5)
    assert found["comparison"]["b"] == "quick"
    (wait,) = [
        entry
        for entry in found["comparison"]["differences"]
        if (entry["kind"], entry["measure"]) == ("overall", "wait_mean")
    ]
    assert wait["verdict"] == "better"


# --- what is written -----------------------------------------------------------------------------


def test_as_json_it_is_one_object_of_a_known_schema(calls):
    found = played(calls, "--replications", 2)
    assert list(found) == ["schema", "warnings", "results", "changed", "comparison"]
    assert (found["schema"], found["changed"], found["comparison"]) == (1, None, None)
    assert found["warnings"] == []


def test_the_json_can_be_kept_beside_the_text(calls):
    done = simulate(calls, "--replications", 2, "--results", "r.json")
    assert done.stdout.startswith("calls: 2 replications")
    assert json.loads((calls.path / "r.json").read_text()) == played(calls, "--replications", 2)


def test_a_page(calls):
    done = simulate(
        calls, "--replications", 3, "--without", "ben", "--report", "p.html", "--title",
        "Ben is ill", "--time-zone", "Asia/Tokyo",
    )  # fmt: skip
    assert done.code == 0
    page = (calls.path / "p.html").read_text(encoding="utf-8")
    assert "<title>Ben is ill</title>" in page
    assert "What changes: without ben instead of calls" in page
    assert "exponential, mean 3.33\u00a0min" in page
    assert "Thu 1970" not in page  # no date was given


def test_a_desk_that_cannot_keep_up_is_told_in_one_line(calls):
    calls.write("s.toml", WITHOUT_PATIENCE)
    done = simulate(calls, "--replications", 2, "--report", "p.html")
    (line,) = done.stderr.splitlines()
    assert line.startswith("warning: calls: the desk: ")
    assert "queues grow as long as it lasts" in line
    page = (calls.path / "p.html").read_text(encoding="utf-8")
    assert "queues grow as long as it lasts" in page
    done = simulate(calls, "--replications", 2, "--json")
    said = json.loads(done.stderr)["warning"]
    assert json.loads(done.stdout)["warnings"] == [said]
    done = simulate(calls, "--replications", 2, "--add-agents", 3, "--like", "ana")
    assert len(done.stderr.splitlines()) == 1  # the changed desk keeps up


# --- what cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["--replications", "0"],
            "--replications: '0' is not a whole number from 1 to 999,999,999",
        ),
        (["--replications", "x"], "--replications: 'x' is not a whole number"),
        (["--seed", "-1"], "--seed: '-1' is not a whole number from 0 to"),
        (["--seed", "\u0663"], "--seed: '\u0663' is not a whole number"),
        (["--seed", "9" * 5000], "--seed: '9999"),
        (["--processes", "0"], "--processes: '0' is not a whole number from 1"),
        (
            ["--precision", "wait_mean"],
            "--precision: 'wait_mean' is no MEASURE=WIDTH; give it such",
        ),
        (["--precision", "wait_mean=1,x"], "--precision: 'wait_mean=1,x' is no MEASURE=WIDTH"),
        (["--precision", "mean_wait=5%"], "there is no measure 'mean_wait'; did you mean 'wait_m"),
        (["--precision", "wait_mean=x%"], "--precision: 'x' is not a half-width such as 5% or 3"),
        (["--precision", "wait_mean=0"], "--precision: "),
        (
            ["--precision", "wait_mean=5%,shift=a"],
            "--precision: 'shift' is not one of stream, kind",
        ),
        (["--precision", "wait_mean=5%,priority=7"], "--precision: there is no priority 7; known"),
        (["--precision", "wait_mean=5%,hour=23"], "--precision: there is no hour 23; known are: 0"),
        (["--precision", "wait_mean=5%,hour=soon"], "--precision: 'soon' is not a whole number"),
        (["--precision", "wait_mean=5%,team=biling"], "no team 'biling'; did you mean 'billing'?"),
        (["--precision", "attainment:a=5%"], "--precision: the workspace has no target of"),
        (["--threshold", "soon"], "--threshold: 'soon' is not a number of seconds"),
        (["--threshold", "-1"], "--threshold: -1.0 is not a number of seconds"),
        (
            ["--by", "agents"],
            "--by: 'agents' is not one of stream, kind, team, priority, channel, a",
        ),
        (["--like", "anna", "--add-agents", "1"], "--like: there is no agent 'anna'; did you mean"),
        (["--add-agents", "x", "--like", "ana"], "--add-agents: 'x' is not a whole number from 1"),
        (["--without", "bem"], "--without: there is no agent 'bem'; did you mean 'ben'?"),
        (["--busier", "x"], "--busier: 'x' is not a factor, finite and not negative"),
        (["--busier", "-1"], "--busier: -1.0 is not a factor"),
        (["--busier", "1e9"], "--busier: "),
        (["--workspace", "none.json"], "none.json: cannot be read: no such file"),
        (["--against", "none.toml"], "none.toml: cannot be read: no such file"),
        (["--report", "-"], "--report: standard output is taken by the results; give the path of"),
        (["--results", "-"], "--results: standard output is taken by the results"),
        (["--results", "s.toml"], "s.toml: cannot be written: it is an input of this run"),
        (["--report", "x", "--results", "x"], "x: cannot be written: it is another output"),
        (["--report", "p.html", "--time-zone", "Mars"], "'Mars' is no time zone"),
        # at once, not after a day
        (
            ["--replications", "900000", "--report", "none/p.html"],
            "none/p.html: cannot be written: no such file or directory",
        ),
        (["--report", "s.toml/p.html"], "s.toml/p.html: cannot be written: not a directory"),
        (["--results", "."], ".: cannot be written: is a directory; give a path in a folder"),
        (["--report", "p.html", "--title", "\udcff"], "halves of characters"),
    ],
)
def test_a_bad_option_is_named_with_value_and_way_out(calls, args, said):
    done = simulate(calls, *args)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert calls.names() == ["s.toml"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--add-agents", "1"], "More agents need both --add-agents and --like."),
        (["--like", "ana"], "More agents need both --add-agents and --like."),
        (["--against", "s.toml", "--busier", "2"], "--against compares with another scenario"),
    ],
)
def test_options_that_do_not_fit_together_are_answered_with_the_usage(calls, args, said):
    done = simulate(calls, *args)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("length = 7200", "length = 'long'", "s.toml, field length: 'long' is not a number of sec"),
        ("mean = 200 }", "meen = 200 }", "field streams[0].kinds[0].handle.meen: unknown key; did"),
        ("length = 7200", "length = ", "s.toml: not TOML: invalid value (at line 3, column 10)"),
        ('team = "billing"', 'team = "biling"', "s.toml: stream 'calls': there is no team 'bil"),
        ("length = 7200", "", "s.toml, field length: this field is missing"),
        ("length = 7200", "length = 7200\nwarm_up = 9000", "s.toml, field warm_up: nothing is"),
        (
            "length = 7200",
            "length = 7200\nstart = 2026-03-03T08:00:00",
            "in a file an offset, such as +00:00",
        ),
    ],
)  # fmt: skip
def test_a_bad_scenario_is_told_with_its_place_and_way_out(calls, was, becomes, said):
    calls.write("s.toml", SCENARIO.replace(was, becomes))
    done = simulate(calls)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bad_scenario_as_json_keeps_the_parts_of_the_error(calls):
    calls.write("s.toml", SCENARIO.replace("at_once = 1", "at_once = 0"))
    said = json.loads(simulate(calls, "--json").stderr)
    assert (said["file"], said["field"], said["value"]) == ("s.toml", "handling.at_once", 0)
    assert said["remedy"]


def test_a_workspace_on_which_the_streams_cannot_arrive_is_refused(calls):
    calls.write("w.json", {"teams": [{"id": "mail"}], "agents": []})
    done = simulate(calls, "--workspace", "w.json")
    assert done.code == 2
    assert "error: --workspace: stream 'calls': there is no team 'billing'; known are: mail" in (
        done.stderr
    )


def test_scenarios_that_do_not_fit_together_are_refused(calls):
    calls.write("t.toml", SCENARIO.replace("length = 7200", "length = 3600"))
    done = simulate(calls, "--against", "t.toml", "--replications", 2)
    assert done.code == 2
    assert done.stderr.startswith("error: --against: the end differs")


def test_customers_without_a_rate_cannot_be_more(calls):
    regular = 'arrivals = { arrivals = "regular", every = 60 }'
    calls.write("s.toml", SCENARIO.replace("arrivals = 30", regular))
    done = simulate(calls, "--busier", "2")
    assert done.code == 2
    assert "error: --busier: regular arrivals have no rate" in done.stderr


def test_a_bar_moves_on_a_terminal_and_nowhere_else(folder):
    program = "import sys; from assignwork.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "simulate", str(EXAMPLE)]
    shown, terminal = pty.openpty()
    try:
        termios.tcsetwinsize(terminal, (24, 80))
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=terminal, check=True)
        there, *_ = select.select([shown], [], [], 0)
        seen = os.read(shown, 100_000).decode() if there else ""
    finally:
        os.close(terminal)
        os.close(shown)
    assert "launch day: " in seen
    assert "/20 [" in seen
    quiet = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not quiet.stderr


def test_letters_that_the_terminal_lacks_do_not_end_a_run(calls):
    calls.write("s.toml", SCENARIO.replace('name = "', 'name = "\u540d ', 1))
    done = subprocess.run(
        [sys.executable, "-c", "from assignwork.cli import main; main()",
         "simulate", "s.toml", "--replications", "2"],
        cwd=calls.path, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"\\u540d" in done.stdout
