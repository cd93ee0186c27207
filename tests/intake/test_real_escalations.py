"""The escalation study of the Volvo log, which is not part of the repository.

The figures are those that `docs/measuring.md` states.
"""

import gzip
import re
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache

import pytest
from click.testing import CliRunner

from assignwork import Dispatcher
from assignwork.cli import main
from assignwork.intake import study_escalations
from assignwork.intake.line_figures import courses
from assignwork.intake.line_replay import ALONE, LOGGED, NET, RUNS

from .conftest import DATA

FILE = DATA / "volvo_incidents_2013.xes.gz"
pytestmark = [pytest.mark.data, pytest.mark.usefixtures("data")]


@cache
def studied(start=None):
    return study_escalations("volvo", FILE, start=start)


@cache
def counted():
    """Cases of the window, counted without the importer: moves up, seconds in queues by line."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        text = file.read()
    start, end = 1333231200.0, 1337724000.0  # 2012-04-01 to 2012-05-22 in Stockholm
    moved, waited, ends = set(), defaultdict(float), []
    for trace in re.findall("<trace>.*?</trace>", text, re.DOTALL):
        name = re.search('<string key="concept:name" value="([^"]*)"', trace)[1]
        rows = []
        for event in re.findall("<event>.*?</event>", trace, re.DOTALL):
            found = dict(re.findall('key="([^"]*)" value="([^"]*)"', event))
            at = datetime.fromisoformat(found["time:timestamp"]).timestamp()
            group = found["org:group"]
            line = 3 if group.endswith("3rd") else 2 if group.endswith("2nd") else 1
            rows.append((at, found["concept:name"], line))
        assert rows == sorted(rows, key=lambda row: row[0])
        ends.append(rows[-1][0])
        if not start <= rows[0][0] < end:
            continue
        line = None
        queued_since = None
        for at, state, to in rows:
            if state == "Unmatched":
                continue
            if queued_since is not None:
                waited[line] += at - queued_since
            queued_since = at if state == "Queued" else None
            if state != "Completed":
                if line is not None and to > line:
                    moved.add(name)
                line = to
            elif line is None:
                line = to
    return moved, waited, ends


def test_the_log_as_logged_agrees_with_a_count_that_knows_nothing_of_the_importer():
    moved, waited, ends = counted()
    found = courses(studied().replays[LOGGED])
    assert {item for item, course in found.items() if course.moved_at is not None} == moved
    for line in (1, 2, 3):
        total = sum(course.waited.get(line, 0.0) for course in found.values())
        assert total == pytest.approx(waited[line], abs=1.0)
    assert min(ends) > datetime.fromisoformat("2012-04-30T00:00+02:00").timestamp()


def test_who_went_up_a_line():
    study = studied()
    shares = {
        name: [study.figures[run].rows[i][1].moved.escalated for run in RUNS]
        for i, (name, _) in enumerate(study.figures[LOGGED].rows)
    }
    assert shares == {
        "1": [3, 3, 3], "2": [120, 166, 176], "3": [1178, 1830, 1862], "4": [773, 1543, 1553],
        "all": [2074, 3542, 3594],
    }  # fmt: skip
    found = study.agreement["all"]
    assert (found.both, found.logged, found.path, found.neither, found.path_first) == (
        2039, 35, 1503, 3651, 274,
    )  # fmt: skip


def test_targets_met_in_the_whole_window():
    study = studied()
    met = {
        run: {t: (row.met, row.breached) for t, row in study.figures[run].overall.targets.items()}
        for run in RUNS
    }
    assert {run: row["resolution"] for run, row in met.items()} == {
        LOGGED: (4791, 2437), ALONE: (4908, 2320), NET: (5076, 2152),
    }  # fmt: skip
    assert {run: row["first_response"] for run, row in met.items()} == {
        LOGGED: (7144, 84), ALONE: (7089, 139), NET: (7148, 80),
    }  # fmt: skip


def test_among_the_items_opened_in_may_the_path_alone_does_worse_than_people():
    """Of those opened before, the log holds only what was open still: see the study's notes."""
    study = studied("2012-05-01")
    assert study.figures[LOGGED].overall.moved.items == 5201
    breached = {run: study.figures[run].overall.targets["resolution"].breached for run in RUNS}
    assert breached == {LOGGED: 656, ALONE: 665, NET: 559}


def test_no_work_is_lost_or_added():
    study = studied()
    logged = courses(study.replays[LOGGED])
    for run in (ALONE, NET):
        found = courses(study.replays[run])
        closed = [i for i, c in found.items() if c.state == logged[i].state == "closed"]
        assert len(closed) == 7220
        for item in closed:
            work = [sum(c.spent.values()) - sum(c.waited.values()) for c in
                    (found[item], logged[item])]  # fmt: skip
            assert work[0] == pytest.approx(work[1], abs=0.01)


def test_each_replay_is_a_log_that_replays():
    replay = studied().replays[ALONE]
    desk = Dispatcher(replay.workspace)
    again = Counter(e.kind for at, command in replay.commands
                    for e in desk.handle(command, now=at))  # fmt: skip
    assert again == Counter(event.kind for event in replay.events)


def test_products_that_people_move_up_more_often_than_the_rest():
    study = studied()
    found = [row for row in study.recurring if row.recurring]
    assert (len(study.recurring), len(found)) == (684, 25)
    assert (found[0].category, found[0].items, found[0].escalated) == ("PROD698", 139, 94)


@pytest.mark.slow
def test_the_command_line_says_the_same(tmp_path):
    page = tmp_path / "page.html"
    done = CliRunner().invoke(
        main, ["escalations", "volvo", str(FILE), "--report", str(page)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert done.stdout.rstrip("\n") == str(studied())
    assert page.stat().st_size > 1_000_000
