"""`assignwork staff`: from arrivals to a forecast, to agents needed, to shifts, to a roster."""

import json
import os
import pty
import re
import subprocess
import sys
import termios
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assignwork.model import Workspace
from assignwork.service.rotations import on_call

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "staffing"
OFFICE = ("--time-zone", "Europe/Madrid", "--hours", "mon-fri=09:00-12:00")
NEED = ("--handle-time", 240, "--service-level", 0.8)
NAIVE = ("--forecast", 7, "--method", "seasonal-naive")
TEMPLATES = [{"id": "all", "hours": "09:00-12:00"}, {"id": "one", "hours": "10:00-11:00"}]
AGENTS = [{"id": "ana"}, {"id": "ben"}, {"id": "cem"}, {"id": "dora"}]
OWN = {
    "templates": TEMPLATES,
    "days": 2,
    "starts_on": "2026-03-16",
    "demand": [{"hours": "09:00-12:00", "agents": 1}],
}


def rows(weeks=3, counts=(6, 14, 9), first=datetime(2026, 1, 5, 9)):  # noqa: DTZ001  # local times
    """Hours from nine to twelve, Monday to Friday."""
    return [
        (first + timedelta(days=day, hours=hour), count)
        for day in range(7 * weeks)
        for hour, count in enumerate(counts)
        if (first + timedelta(days=day)).weekday() < 5
    ]


def table(of, head="start,arrivals"):
    return "".join(
        [f"{head}\n", *(f"{at:%Y-%m-%dT%H:%M},{count}\n" for at, count in of)],
    )


@pytest.fixture
def office(folder):
    """A folder with three weeks of an office: a.csv."""
    folder.write("a.csv", table(rows()))
    return folder


def staff(folder, *args):
    return folder.run("staff", "--arrivals", "a.csv", *OFFICE, *args)


def found(folder, *args):
    done = staff(folder, *args, "--json")
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)


# --- step by step --------------------------------------------------------------------------------


def test_arrivals_alone_are_told(office):
    done = staff(office)
    assert done.code == 0
    assert done.stdout == (
        "a.csv: 435 arrivals in 45 open intervals of 60 min, 2026-01-05 to 2026-01-23 "
        "(Europe/Madrid)\n"
    )


def test_as_json_what_was_not_asked_for_is_null(office):
    said = found(office)
    assert list(said) == [
        "schema", "time_zone", "notes", "arrivals", "forecast", "backtest", "requirement",
        "shifts", "roster",
    ]  # fmt: skip
    assert {key for key, value in said.items() if value is None} == {
        "forecast", "backtest", "requirement", "shifts", "roster",
    }  # fmt: skip
    assert (said["schema"], said["time_zone"], said["arrivals"]["arrivals"]) == (
        1, "Europe/Madrid", 435,
    )  # fmt: skip


def test_a_forecast_begins_with_the_day_that_opens_next(office):
    said = found(office, *NAIVE)
    forecast = said["forecast"]
    assert forecast["start_at"] == datetime.fromisoformat("2026-01-26T00:00+01:00").timestamp()
    assert len(forecast["mean"]) == 7 * 24
    assert forecast["mean"][9:12] == [6, 14, 9]
    assert forecast["method"] == "seasonal naive"


def test_a_forecast_of_a_day_that_is_not_over_begins_at_its_end(folder):
    folder.write("a.csv", table(rows()[:-1]))
    assert found(folder, *NAIVE)["forecast"]["start_at"] == (
        datetime.fromisoformat("2026-01-23T11:00+01:00").timestamp()
    )


def test_the_method_and_the_bounds_are_chosen(office):
    narrow = found(office, *NAIVE, "--level", 0.5)["forecast"]
    wide = found(office, *NAIVE, "--level", 0.99)["forecast"]
    assert (narrow["level"], wide["level"]) == (0.5, 0.99)
    assert wide["upper"][10] > narrow["upper"][10]
    mean = found(office, "--forecast", 2, "--method", "weekday-mean")["forecast"]
    assert mean["method"].startswith("mean of")
    done = staff(office, "--forecast", 2)
    assert "arrivals expected from 2026-01-26 to 2026-01-27 (Europe/Madrid), by Poisson" in (
        done.stdout
    )
    assert "bounds for 90.0 %" in done.stdout


def test_a_factor_multiplies_a_day(office):
    plain = found(office, *NAIVE)["forecast"]["mean"]
    busy = found(office, *NAIVE, "--factor", "2026-01-27=1.5")["forecast"]["mean"]
    assert busy[33:36] == [1.5 * count for count in plain[33:36]] == [9, 21, 13.5]
    assert busy[:24] == plain[:24]


def test_a_day_that_will_be_closed_has_no_arrivals(office):
    said = found(office, *NAIVE, "--closed", "2026-01-27")["forecast"]["mean"]
    assert (sum(said[24:48]), sum(said[:24])) == (0, 29)


def test_a_backtest_says_how_far_forecasts_were_off(folder):
    folder.write("a.csv", table(rows(weeks=6)))
    done = staff(folder, *NAIVE, "--backtest")
    assert "Forecasts of 7 days from 4 origins" in done.stdout
    assert re.search(r"seasonal naive +0\.00", done.stdout)
    scores = found(folder, *NAIVE, "--backtest")["backtest"]["scores"]
    assert [score["method"] for score in scores] == ["seasonal naive", "mean of 8 weeks"]
    assert scores[0]["mase"] is None  # not NaN, which JSON has not


def test_a_requirement_begins_with_a_summary(office):
    done = staff(office, *NAIVE, *NEED, "--shrinkage", 0.2)
    said = done.stdout.split("\n\n")[2].splitlines()
    assert said == [
        "Most are needed on Mon 2026-01-26 10:00: 3 agents at once, 4 on the schedule; "
        "10 agent hours a day, 50 in all 5 days.",
        "One agent fewer would miss, of 15 intervals: service level in 15.",
    ]
    assert "from   Mon 26 Jan  Tue 27 Jan" in done.stdout
    assert re.search(r"10:00 +4 +4 +4 +4 +4\n", done.stdout)


def test_the_requirement_has_local_times_and_what_it_reaches(office):
    said = found(office, *NAIVE, *NEED)["requirement"]
    assert said["peak"] == {"start": "2026-01-26T10:00:00+01:00", "agents": 3, "scheduled": 3}
    assert said["binding"] == {"service_level": 15}
    assert said["agent_hours_per_day"] == said["agent_hours"] / 5
    busiest = said["intervals"][10]
    assert (busiest["start"], busiest["agents"]) == ("2026-01-26T10:00:00+01:00", 3)
    assert busiest["performance"]["service_level"] >= 0.8
    assert said["intervals"][8]["agents"] == 0


def test_a_single_day_is_told_in_detail(office):
    office.write("a.csv", table(rows()[:3]))
    done = staff(office, *NEED)
    assert "Service level  Mean wait  Occupancy  One fewer misses" in done.stdout
    assert re.search(r"10:00 +14\.0 +3 +3 +\d+ %", done.stdout)


@pytest.mark.parametrize(
    ("args", "binding"),
    [
        (["--mean-wait", 5], "mean_wait"),
        (["--occupancy", 0.2], "occupancy"),
        (["--abandonment", 0.01, "--patience", 60], "abandonment"),
        (["--service-level", 0.99, "--within", 0], "service_level"),
    ],
)
def test_each_target_can_be_what_binds(office, args, binding):
    said = found(office, "--handle-time", 240, *args)["requirement"]
    assert list(said["binding"]) == [binding]


def test_the_threshold_and_shrinkage_count(office):
    plain = found(office, *NEED)["requirement"]
    lax = found(office, *NEED, "--within", 600)["requirement"]
    assert lax["agent_hours"] < plain["agent_hours"]
    assert found(office, *NEED, "--within", 20)["requirement"] == plain
    more = found(office, *NEED, "--shrinkage", 0.5)["requirement"]
    assert more["agent_hours"] == 2 * plain["agent_hours"]


def test_without_a_forecast_the_table_is_the_plan_and_may_have_fractions(office):
    office.write("a.csv", table([(at, count / 4) for at, count in rows(weeks=1)]))
    said = found(office, *NEED)
    assert said["forecast"] is None
    assert [entry["arrivals"] for entry in said["requirement"]["intervals"][:3]] == [
        1.5, 3.5, 2.25,
    ]  # fmt: skip
    done = staff(office, *NAIVE)
    assert (done.code, "give whole numbers" in done.stderr) == (2, True)


# --- shifts --------------------------------------------------------------------------------------


def test_shifts_cover_what_arrivals_need(office):
    office.write("s.json", {"templates": TEMPLATES})
    done = staff(office, *NAIVE, *NEED, "--shifts", "s.json")
    assert done.code == 0
    assert "on 7 days, 50 paid hours: every need is met." not in done.stdout
    assert "every need is met" in done.stdout
    assert "Mon 2026-01-26    2    1    3" in done.stdout
    said = found(office, *NAIVE, *NEED, "--shifts", "s.json")["shifts"]
    assert said["status"] == "optimal"
    assert {(s["day"], s["template"]): s["agents"] for s in said["shifts"]}[0, "all"] == 2


def test_the_file_may_plan_some_of_the_days(office):
    office.write("s.json", {"templates": TEMPLATES, "starts_on": "2026-01-27", "days": 2})
    said = found(office, *NAIVE, *NEED, "--shifts", "s.json")["shifts"]
    assert {shift["day"] for shift in said["shifts"]} == {0, 1}
    assert said["coverage"][9]["interval"] == "Tue 2026-01-27 09:00-10:00"


def test_a_roster_is_planned_where_agents_are_named(office):
    office.write("s.json", {"templates": TEMPLATES, "agents": AGENTS})
    done = staff(office, *NAIVE, *NEED, "--shifts", "s.json")
    assert done.code == 0
    assert "Roster from Mon 2026-01-26:" in done.stdout
    assert "What each agent works:" in done.stdout
    said = found(office, *NAIVE, *NEED, "--shifts", "s.json")
    assert said["shifts"] is None
    assert said["roster"]["status"] == "optimal"
    assert {entry["date"] for entry in said["roster"]["assignments"]} == {
        f"2026-01-{day}" for day in range(26, 31)
    }


def test_where_clocks_are_set_back_the_busier_of_both_hours_counts(folder):
    night = [
        ("2026-10-25T01:00:00+02:00", 1), ("2026-10-25T02:00:00+02:00", 60),
        ("2026-10-25T02:00:00+01:00", 10), ("2026-10-25T03:00:00+01:00", 1),
    ]  # fmt: skip
    folder.write("a.csv", "at,n\n" + "".join(f"{at},{count}\n" for at, count in night))
    folder.write("s.json", {"templates": [{"id": "night", "hours": "00:00-06:00"}]})
    done = folder.run(
        "staff", "--arrivals", "a.csv", "--time-zone", "Europe/Madrid", *NEED,
        "--shifts", "s.json", "--json",
    )  # fmt: skip
    said = json.loads(done.stdout)
    needed = [row["agents"] for row in said["shifts"]["coverage"]]
    agents = [entry["scheduled"] for entry in said["requirement"]["intervals"]]
    assert needed == [agents[0], agents[1], agents[3]]
    assert agents[1] > agents[2]


def test_a_file_with_its_own_demand_needs_no_arrivals(folder):
    folder.write("s.json", OWN)
    done = folder.run("staff", "--shifts", "s.json")
    assert done.code == 0
    assert done.stdout.startswith("2 shifts on 2 days, 6 paid hours: every need is met.")


def test_its_own_demand_goes_before_that_of_arrivals(office):
    office.write("s.json", OWN)
    done = staff(office, *NAIVE, *NEED, "--shifts", "s.json")
    assert "2 shifts on 2 days" in done.stdout
    assert "note: s.json has a demand of its own" in done.stdout


@pytest.mark.parametrize(
    ("demand", "starts"),
    [
        ([{"start": 32400, "end": 36000, "agents": 1}], [32400]),
        ([{"days": [1], "hours": "09:00-10:00", "agents": 1}], [118800]),
        ([{"days": ["2026-03-17"], "hours": "09:00-10:00", "agents": 1}], [118800]),
        ([{"days": ["mon-tue"], "hours": "09:00-10:00", "agents": 1}], [32400, 118800]),
        ([{"days": ["tue"], "hours": "09:00-10:00", "agents": 1}], [118800]),
        ({"es": [{"hours": "10:00-11:00", "agents": 1}]}, [36000, 122400]),
    ],
)
def test_demand_is_written_in_hours_or_seconds(folder, demand, starts):
    templates = [{"id": "all", "hours": "09:00-12:00", "skills": ["es"]}]
    folder.write("s.json", OWN | {"demand": demand, "templates": templates})
    said = json.loads(folder.run("staff", "--shifts", "s.json", "--json").stdout)
    assert [row["start"] for row in said["shifts"]["coverage"]] == starts
    assert {row["skill"] for row in said["shifts"]["coverage"]} == {
        "es" if isinstance(demand, dict) else None
    }


def test_what_falls_short_is_told(folder):
    needs = [{"hours": "09:00-12:00", "agents": 3}]
    folder.write("s.json", OWN | {"agents": AGENTS[:2], "coverage": "soft", "demand": needs})
    done = folder.run("staff", "--shifts", "s.json")
    assert done.code == 0
    assert "6 agent hours are missing, in 2 intervals" in done.stdout
    assert "Mon 2026-03-16 09:00-12:00       3        2              3" in done.stdout


def test_that_there_is_no_roster_is_explained_with_exit_code_1(folder):
    needs = [{"hours": "09:00-12:00", "agents": 2, "skill": "es"}]
    folder.write("s.json", OWN | {"agents": AGENTS, "demand": needs})
    done = folder.run("staff", "--shifts", "s.json", "--report", "p.html")
    assert done.code == 1
    assert done.stdout.startswith("No roster exists: its rules cannot all be kept.")
    assert "  - Mon 2026-03-16 09:00-12:00 needs 2 agents with skill 'es'" in done.stdout
    assert "would help:" in done.stdout
    assert "Why there is none" in (folder.path / "p.html").read_text(encoding="utf-8")
    as_json = folder.run("staff", "--shifts", "s.json", "--json")
    assert as_json.code == 1
    assert json.loads(as_json.stdout)["roster"]["conflict"]["clashes"]


def test_that_there_is_no_schedule_is_explained_with_exit_code_1(folder):
    folder.write("s.json", OWN | {"demand": [{"hours": "08:00-12:00", "agents": 1}]})
    done = folder.run("staff", "--shifts", "s.json")
    assert (done.code, done.stdout.startswith("No schedule exists")) == (1, True)


def test_that_none_was_found_in_time_is_exit_code_1(folder):
    agents = [{"id": f"a{i}"} for i in range(150)]
    needs = [{"hours": "09:00-12:00", "agents": 100}]
    folder.write("s.json", OWN | {"agents": agents, "demand": needs, "days": 60})
    done = folder.run("staff", "--shifts", "s.json", "--time-limit", "0.001")
    assert done.code == 1
    assert "none is known to exist" in done.stdout


# --- onto a desk ---------------------------------------------------------------------------------


@pytest.fixture
def rostered(folder):
    """A folder with a roster to be planned, s.json, and a desk of its agents, w.json."""
    folder.write("s.json", OWN | {"agents": AGENTS})
    folder.write("w.json", {"teams": [{"id": "calls"}], "agents": AGENTS})
    return folder


WRITE = ("staff", "--shifts", "s.json", "--workspace", "w.json", "--write", "out.json")


def test_the_desk_is_written_with_its_agents_on_shift(rostered):
    done = rostered.run(*WRITE, "--time-zone", "Europe/Madrid", "--json")
    assert done.code == 0
    desk = Workspace.load(rostered.path / "out.json")
    assert desk.calendars[0].timezone == "Europe/Madrid"
    worked = {
        (agent.id, day)
        for agent in desk.agents
        for day, hours in agent.shift.overrides.items()
        if hours
    }
    planned = json.loads(done.stdout)["roster"]["assignments"]
    assert worked == {(entry["agent"], entry["date"]) for entry in planned}


ON_CALL = [
    {"id": "nights", "days": 1, "every": 2},
    {"id": "duty", "agents": 2, "members": ["ana", "ben"]},
]


def test_the_desk_has_whom_the_roster_planned_on_call(rostered):
    there = {"id": "nights", "members": ["dora"], "starts_on": "2026-01-05"}
    rostered.write("s.json", OWN | {"agents": AGENTS, "on_call": ON_CALL})
    rostered.write("w.json", {"teams": [{"id": "calls"}], "agents": AGENTS, "rotations": [there]})
    done = rostered.run(*WRITE, "--time-zone", "Europe/Madrid", "--json")
    assert done.code == 0
    rotations = {one.id: one for one in Workspace.load(rostered.path / "out.json").rotations}
    assert list(rotations) == ["nights", "duty", "duty 2"]
    planned = json.loads(done.stdout)["roster"]["on_call"]
    for hour in range(48):
        at = f"2026-03-{16 + hour // 24}T{hour % 24:02}:30+01:00"
        turns = [turn for turn in planned if turn["first_day"] <= hour // 24 <= turn["last_day"]]
        by_roster = {turn["rotation"]: sorted(turn["agents"]) for turn in turns}
        assert [on_call(rotations["nights"], at)] == by_roster["nights"]
        assert sorted(on_call(rotations[of], at) for of in ("duty", "duty 2")) == by_roster["duty"]
    for at in ("2026-03-15T23:30+01:00", "2026-03-18T00:30+01:00"):
        assert on_call(rotations["nights"], at) == "dora"


def test_what_a_rotation_says_beyond_the_roster_is_told(rostered):
    there = {"id": "nights", "members": ["dora"], "starts_on": "2026-01-05"}
    rostered.write("s.json", OWN | {"agents": AGENTS, "on_call": ON_CALL})
    rostered.write("w.json", {"teams": [{"id": "calls"}], "agents": AGENTS, "rotations": [there]})
    said = rostered.run(*WRITE).stdout
    assert (
        "note: on call in the desk that is written, 2026-03-16 to 2026-03-17: 'nights', 'duty', "
        "'duty 2', as planned."
    ) in said
    assert "note: outside of these days, 'nights' is what it was in the desk before." in said
    assert "note: outside of these days, 'duty 2', which is new in the desk, goes round" in said


def test_a_roster_that_has_nobody_on_call_says_nothing_of_it(rostered):
    assert "on call" not in rostered.run(*WRITE).stdout


def test_where_there_is_no_roster_no_desk_is_written(rostered):
    rostered.write(
        "s.json", OWN | {"agents": AGENTS, "demand": [{"hours": "09:00-12:00", "agents": 9}]}
    )
    assert rostered.run(*WRITE).code == 1
    assert "out.json" not in rostered.names()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("w.json", {"teams": [{"id": "calls"}], "agents": AGENTS[1:]}, "no agent 'ana'"),
        ("s.json", OWN | {"agents": AGENTS, "starts_on": "mon"}, "give the date of day 0"),
        ("s.json", OWN, "name the agents, or leave --write out"),
        (
            "s.json",
            OWN | {"agents": AGENTS, "on_call": [{"id": "a", "agents": 2}, {"id": "a 2"}]},
            "call it or 'a 2' something else",
        ),
    ],
)
def test_a_desk_that_does_not_fit_is_refused_before_anything_is_planned(
    rostered, name, content, said
):
    rostered.write(name, content)
    done = rostered.run(*WRITE)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert "out.json" not in rostered.names()


# --- what is written and shown -------------------------------------------------------------------


def test_a_page(office):
    office.write("s.json", {"templates": TEMPLATES})
    done = staff(
        office, *NAIVE, *NEED, "--shifts", "s.json", "--report", "p.html", "--title", "Next week"
    )
    assert done.code == 0
    page = (office.path / "p.html").read_text(encoding="utf-8")
    assert "<title>Next week</title>" in page
    assert {"plot-arrivals", "plot-coverage"} <= set(re.findall(r'data-plot="([^"]+)"', page))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--report", "-"], "--report: standard output is taken"),
        (["--report", "a.csv"], "a.csv: cannot be written: it is an input"),
    ],
)
def test_where_nothing_can_be_written_is_said_at_once(office, args, said):
    done = staff(office, *args)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


def test_on_a_terminal_a_bar_shows_the_roster_so_far(folder):
    needs = [
        {"days": [day], "hours": f"{hour:02}:00-{hour + 1:02}:00", "agents": 1 + (hour + day) % 3}
        for day in range(14)
        for hour in range(8, 18)
    ]
    templates = [{"id": f"t{h}", "hours": f"{h:02}:00-{h + 6:02}:00"} for h in range(7, 14)]
    folder.write(
        "s.json",
        {"templates": templates, "days": 14, "coverage": "soft", "demand": needs,
         "agents": [{"id": f"a{i}", "contract": "k"} for i in range(6)],
         "contracts": [{"id": "k", "max_shifts_per_week": 4}]},
    )  # fmt: skip
    shown, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 100))
    program = [sys.executable, "-c", "from assignwork.cli import main; main()"]
    with subprocess.Popen(
        [*program, "staff", "--shifts", "s.json", "--time-limit", "3"],
        stdout=subprocess.DEVNULL, stderr=end, cwd=folder.path,
    ) as ran:  # fmt: skip
        os.close(end)
        seen = b""
        while True:
            try:
                part = os.read(shown, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            seen += part
        os.close(shown)
    assert ran.returncode == 0
    assert re.search(rb"of 3 s, roster [\d,]+: [\d,]+ points, gap [\d.]+ %", seen)
