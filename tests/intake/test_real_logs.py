"""The shipped mappings on the real logs, which are not part of the repository.

The counts are those that `docs/imports.md` states; they change only when the import does.
"""

import csv
import gzip
import hashlib
import os
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from assignwork import Dispatcher
from assignwork.intake import import_log

from .conftest import DATA

FILES = {
    "servicenow": "servicenow_incidents.csv.gz",
    "volvo": "volvo_incidents_2013.xes.gz",
    "italy": "helpdesk_italy.xes.gz",
}
pytestmark = [pytest.mark.data, pytest.mark.usefixtures("data")]


@cache
def imported(name):
    return import_log(name, DATA / FILES[name])


@pytest.mark.parametrize(
    ("name", "read", "kept", "dropped", "adjusted"),
    [
        (
            "servicenow",
            {"rows": 141712, "cases": 24918},
            {"rows": 138723, "cases": 24437},
            {
                "cases opened after the window": 274,
                "cases opened before the window": 207,
                "changes of group in the row that resolves": 606,
                "rows of cases already closed": 24991,
                "rows whose state says nothing": 5,
            },
            {
                "cases out of time order, sorted": 1,
                "cases without a group at first, submitted to the first one named later": 532,
                "cases without any group, submitted to 'unassigned'": 372,
                "rows before their case was opened, taken at its opening": 5,
            },
        ),
        (
            "volvo",
            {"rows": 65533, "cases": 7554},
            {"rows": 59511, "cases": 7228},
            {
                "cases opened before the window": 326,
                "changes of group in the row that resolves": 40,
                "rows of cases already closed": 5378,
                "rows that give an item back to its own group": 1073,
                "rows whose state says nothing": 5,
            },
            {"cases never resolved, left open": 8},
        ),
        (
            "italy",
            {"rows": 21348, "cases": 4580},
            {"rows": 21348, "cases": 4580},
            {
                "changes of group in the row that resolves": 2,
                "rows of cases already closed": 4836,
            },
            {"cases never resolved, left open": 12},
        ),
    ],
)
def test_what_is_read_kept_dropped_and_adjusted(name, read, kept, dropped, adjusted):
    report = imported(name).report
    assert report["read"] == read
    assert report["kept"] == kept
    assert report["dropped"] == dropped
    assert report["adjusted"] == adjusted


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        (
            "servicenow",
            {
                "close": 24756, "reopen": 319, "reply by agent": 28116, "reply by customer": 1114,
                "snooze": 496, "submit": 24437, "transfer": 18089, "update_item": 1589,
                "wake": 153,
            },
        ),
        (
            "volvo",
            {
                "close": 7724, "reopen": 504, "reply by agent": 10484, "reply by customer": 2144,
                "snooze": 1860, "submit": 7228, "transfer": 8056, "wake": 1299,
            },
        ),
        (
            "italy",
            {
                "close": 4729, "reopen": 161, "reply by agent": 310, "snooze": 1350,
                "submit": 4580, "transfer": 3, "update_item": 3, "wake": 569,
            },
        ),
    ],
)  # fmt: skip
def test_commands_by_verb(name, commands):
    assert imported(name).report["commands"] == commands


@pytest.mark.parametrize(("name", "left_open"), [("servicenow", 0), ("volvo", 8), ("italy", 12)])
def test_a_desk_takes_every_command(name, left_open):
    found = imported(name)
    desk = Dispatcher(found.workspace)
    for at, command in found.commands:
        desk.handle(command, now=at)  # a refusal raises
    states = Counter(view.state for view in desk.items.values())
    assert states["closed"] == found.report["kept"]["cases"] - left_open


def test_the_priority_is_a_function_of_impact_and_urgency():
    matrix = imported("servicenow").report["priority_matrix"]
    assert (matrix["rows"], matrix["agree"]) == (141712, 141712)
    cells = {(cell["impact"], cell["urgency"]): cell["priority"] for cell in matrix["cells"]}
    assert cells == {
        (1, 1): 1, (1, 2): 2, (2, 1): 2, (2, 2): 3, (2, 3): 4, (3, 1): 3, (3, 2): 4, (3, 3): 4,
    }  # fmt: skip
    assert matrix["unseen"] == [{"impact": 1, "urgency": 3}]


def test_moves_between_the_lines():
    assert imported("volvo").report["lines"] == {
        "groups": {"1": 235, "2": 306, "3": 108},
        "moves_up": 3245,
        "moves_down": 1755,
    }


def test_the_servicenow_log_counted_by_other_means():
    """Transfers and submissions against a count that knows nothing of the importer."""
    with gzip.open(DATA / FILES["servicenow"], "rt", encoding="utf-8", newline="") as file:
        cases = {}
        for row in csv.DictReader(file):
            _, month, year = row["opened_at"].split()[0].split("/")
            if year == "2016" and 3 <= int(month) <= 5:
                cases.setdefault(row["number"], []).append(row)
    expected = Counter()
    for number, rows in cases.items():
        groups = [
            row["assignment_group"]
            for row in rows
            if row["incident_state"] not in {"Resolved", "Closed", "-100"}
            and row["assignment_group"] != "?"
        ]
        expected[number] = sum(a != b for a, b in pairwise(groups))
    transfers = Counter(dict.fromkeys(cases, 0))
    submitted = set()
    for _, command in imported("servicenow").commands:
        if command.verb == "submit":
            submitted.add(command.item.id)
        elif command.verb == "transfer":
            transfers[command.item] += 1
    assert submitted == set(cases)
    assert transfers == expected


def test_the_servicenow_log_is_imported_in_seconds():
    began = time.perf_counter()
    import_log("servicenow", DATA / FILES["servicenow"])
    assert time.perf_counter() - began < 15


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_the_same_bytes_under_any_hash_seed(tmp_path, name):
    program = (
        "import sys; from assignwork.intake import import_log\n"
        "import_log(*sys.argv[1:3]).write(sys.argv[3], sys.argv[4])"
    )
    seen = set()
    for seed in ("1", "2"):
        out = [str(tmp_path / f"{seed}.json"), str(tmp_path / f"{seed}.jsonl")]
        subprocess.run(
            [sys.executable, "-c", program, name, str(DATA / FILES[name]), *out],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        texts = [(tmp_path / f"{seed}{end}").read_bytes() for end in (".json", ".jsonl")]
        seen.add(hashlib.sha256(b"".join(texts)).hexdigest())
    assert len(seen) == 1
