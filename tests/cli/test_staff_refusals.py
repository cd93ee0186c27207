"""What `assignwork staff` refuses: options, values, files, and what is not installed."""

import json
import sys

import pytest

OFFICE = ("--time-zone", "Europe/Madrid", "--hours", "mon-fri=09:00-12:00")
NEED = ("--handle-time", 240, "--service-level", 0.8)
NAIVE = ("--forecast", 7, "--method", "seasonal-naive")
TEMPLATES = [{"id": "all", "hours": "09:00-12:00"}]
AGENTS = [{"id": "ana"}, {"id": "ben"}]
OWN = {
    "templates": TEMPLATES,
    "days": 2,
    "starts_on": "2026-03-16",
    "demand": [{"hours": "09:00-12:00", "agents": 1}],
}
WEEKS = ((5, 12, 19), (5, 12))
"""The Mondays of January 2026 that are told: enough, and too few for a back-test."""


def table(mondays):
    return "start,arrivals\n" + "".join(
        f"2026-01-{monday + day:02}T{hour:02}:00,{4 + hour}\n"
        for monday in mondays
        for day in range(5)
        for hour in range(9, 12)
    )


@pytest.fixture
def office(folder):
    """A folder with three weeks of an office: a.csv."""
    folder.write("a.csv", table(WEEKS[0]))
    return folder


def staff(folder, *args):
    return folder.run("staff", "--arrivals", "a.csv", *OFFICE, *args)


def test_a_history_too_short_for_a_backtest_is_refused(folder):
    folder.write("a.csv", table(WEEKS[1]))
    done = staff(folder, *NAIVE, "--backtest")
    assert done.code == 2
    assert done.stderr.startswith("error: --backtest: 14 days of history leave no origin")


# --- what does not go together -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Nothing to plan: give --arrivals, --shifts, or both."),
        (["--shifts", "s.json", "--forecast", 7], "--forecast needs --arrivals."),
        (["--shifts", "s.json", "--hours", "mon=9:00-10:00"], "--hours needs --arrivals."),
        (["--arrivals", "a.csv", "--backtest"], "--backtest needs --forecast."),
        (["--arrivals", "a.csv", "--factor", "2026-01-01=2"], "--factor needs --forecast."),
        (["--arrivals", "a.csv", "--service-level", 0.8], "--service-level needs --handle-time."),
        (["--arrivals", "a.csv", "--handle-time", 240], "--handle-time needs a target"),
        (
            ["--arrivals", "a.csv", "--handle-time", 240, "--mean-wait", 9, "--within", 20],
            "--within needs --service-level.",
        ),
        (["--arrivals", "a.csv", "--workspace", "w.json"], "--workspace needs --write."),
        (["--shifts", "s.json", "--write", "o.json"], "--write needs --workspace."),
        (["--arrivals", "a.csv", "--workspace", "w", "--write", "o"], "--write needs --shifts."),
    ],
)
def test_options_that_say_nothing_alone_are_refused(office, args, said):
    done = office.run("staff", *args)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--service-level", 1], "--service-level: a service level of 100 % cannot be met"),
        (["--service-level", "x"], "--service-level: 'x' is not a number"),
        (["--mean-wait", 0], "--mean-wait: a mean wait of 0 s cannot be met"),
        (["--occupancy", 0], "--occupancy: an occupancy of 0 cannot be met"),
        (["--abandonment", 0.1], "--abandonment: without patience nobody gives up"),
        (["--mean-wait", 9, "--handle-time", -1], "--handle-time: -1.0 is not a mean duration"),
        (["--mean-wait", 9, "--shrinkage", 1], "--shrinkage: 1.0 is not a share of paid time"),
        (["--mean-wait", 9, "--patience", 0], "--patience: 0.0 is not a mean duration"),
        (["--service-level", 0.8, "--within", -1], "--within: -1.0 is not a number of seconds"),
        (["--mean-wait", 9, "--forecast", 0], "--forecast: '0' is not a whole number above 0"),
        (["--mean-wait", 9, "--forecast", 900], "--forecast: 900 is not a number of days"),
        (["--mean-wait", 9, "--interval", "x"], "--interval: 'x' is not a whole number"),
        (["--mean-wait", 9, "--interval", 5400], "--interval: 5,400 s are no multiple"),
        (["--mean-wait", 9, "--time-limit", 0], "--time-limit: 0.0 is not"),
        (["--mean-wait", 9, "--hours", "mon"], "--hours: 'mon' is no DAYS=HOURS"),
        (["--mean-wait", 9, "--hours", "mno=9:00-10:00"], "--hours: 'mno' is not"),
        (["--mean-wait", 9, "--closed", "christmas"], "--closed: 'christmas' is not a date"),
        (["--mean-wait", 9, *NAIVE, "--level", 2], "--level: 2.0 is not a share"),
        (["--mean-wait", 9, *NAIVE, "--factor", "x"], "--factor: 'x' is no DATE=NUMBER"),
        (["--mean-wait", 9, *NAIVE, "--factor", "2020-01-01=2"], "--factor: '2020-01-01' is"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_option(office, args, said):
    given = ["--handle-time", 240, *args]
    done = staff(office, *given)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}"), done.stderr
    as_json = json.loads(staff(office, *given, "--json").stderr)
    assert as_json["field"] == said.split(":")[0]


def test_a_time_zone_that_nobody_knows(office):
    done = office.run("staff", "--arrivals", "a.csv", "--time-zone", "Mars")
    assert (done.code, done.stderr.startswith("error: --time-zone: 'Mars' is not")) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1]", "s.json: no object with shift templates"),
        ("{", "s.json, line 1: not JSON"),
        ("", "s.json: the file is empty; give an object with shift templates"),
        ({"agents": AGENTS}, "s.json, field templates: this field is missing"),
        ({"templates": TEMPLATES}, "s.json, field demand: nothing says how many"),
        (OWN | {"agent": AGENTS}, "s.json, field agent: unknown key"),
        (OWN | {"templates": [{"id": "a", "hours": "9"}]}, "s.json, field templates[0].hours"),
        (OWN | {"most_at_once": -1}, "s.json, field most_at_once"),
        (OWN | {"agents": [{"id": "a", "contract": "x"}]}, "s.json, field agents[0].contract"),
        (OWN | {"demand": [{"hours": "09:00-12:00"}]}, "s.json, field demand[0].agents"),
        (OWN | {"demand": [{"hours": "9", "agents": 1}]}, "s.json, field demand[0].hours"),
        (
            OWN | {"demand": [{"hours": "09:00-12:00", "agents": 1, "day": 1}]},
            "s.json, field demand[0].day: unknown key; did you mean 'days'",
        ),
        (
            OWN | {"demand": [{"hours": "09:00-12:00", "agents": 1, "days": ["mno"]}]},
            "s.json, field demand[0].days[0]: 'mno' is not",
        ),
    ],
)
def test_a_shifts_file_that_cannot_be_used_is_named_with_its_field(folder, content, said):
    folder.write("s.json", content)
    done = folder.run("staff", "--shifts", "s.json")
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_shifts_file_that_is_not_there(folder):
    done = folder.run("staff", "--shifts", "s.json")
    assert done.code == 2
    assert "s.json: cannot be read: no such file" in done.stderr


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"starts_on": "2026-02-02"}, "field starts_on: 2026-02-02"),
        ({"starts_on": "mon"}, "field starts_on: 'mon' is not a date"),
        ({"starts_on": "2026-01-28", "days": 9}, "field days: 2026-01-28 to 2026-02-05"),
    ],
)
def test_days_of_which_no_arrivals_are_known_are_refused(office, days, said):
    office.write("s.json", {"templates": TEMPLATES} | days)
    done = staff(office, *NAIVE, *NEED, "--shifts", "s.json")
    assert (done.code, said in done.stderr) == (2, True), done.stderr


def test_shifts_are_planned_by_minutes(folder):
    folder.write("a.csv", "at,n\n0,1\n40,1\n80,2\n")
    folder.write("s.json", {"templates": TEMPLATES})
    done = folder.run("staff", "--arrivals", "a.csv", *NEED, "--shifts", "s.json")
    assert (done.code, done.stderr.startswith("error: --interval: shifts are planned by")) == (
        2, True,
    )  # fmt: skip


def test_what_has_to_be_installed_is_named(office, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    done = staff(office, "--forecast", 7)
    assert (done.code, done.stdout) == (2, "")
    assert 'pip install "assignwork[forecast]"' in done.stderr
    assert staff(office, *NAIVE).code == 0


def test_more_arrivals_than_can_be_calculated_with(folder):
    folder.write("a.csv", "start,n\n0,1\n3600,999999999\n")
    done = folder.run("staff", "--arrivals", "a.csv", "--handle-time", 9000, "--mean-wait", 9)
    assert (done.code, done.stderr.startswith("error: --arrivals: 1e+09 arrivals in")) == (2, True)
