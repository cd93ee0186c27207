"""Small exports in the shapes of the real ones, and the desk that replays what was imported."""

import gzip
from pathlib import Path

import pytest

from assignwork import Dispatcher
from assignwork.intake import import_log
from assignwork.intake.shipped import shipped_mapping

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"

XES_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">\n'
MAPPING = {
    "name": "small",
    "reader": "csv",
    "fields": {
        "case": "id",
        "at": "at",
        "state": "state",
        "group": "group",
        "agent": "agent",
        "priority": "priority",
    },
    "states": {
        "open": ["open"],
        "queued": ["queued"],
        "waiting": ["waiting"],
        "parked": ["parked"],
        "done": ["done"],
        "ignored": ["odd"],
    },
}
"""For rows of `small_csv`."""


@pytest.fixture
def data():
    """The folder of the real logs; without it the test is skipped."""
    if not DATA.is_dir():
        pytest.skip("the real logs are not at ../shared/data")
    return DATA


def small_csv(*rows):
    """A CSV of rows 'id minute state group agent priority'; a dash is a missing value.

    The time is a minute of 1970-01-01T00, UTC.
    """
    lines = ["id,at,state,group,agent,priority"]
    for row in rows:
        case, minute, *rest = row.split()
        values = ["" if value == "-" else value for value in rest]
        lines.append(",".join([case, f"1970-01-01T00:{int(minute):02}", *values]))
    return "\n".join(lines) + "\n"


def with_tables(**tables):
    """`MAPPING` with some of its tables replaced."""
    return {**MAPPING, **tables}


@pytest.fixture
def take(tmp_path):
    """Imports rows of `small_csv`."""

    def run(*rows, **tables):
        path = tmp_path / "small.csv"
        path.write_text(small_csv(*rows))
        return import_log("csv", path, mapping=with_tables(**tables))

    return run


def wire(found):
    """The commands in short: minute, verb, item and what else they say."""
    short = []
    for at, command in found.commands:
        said = {
            key: value
            for key, value in command.to_dict(at).items()
            if key not in {"at", "do", "item"}
        }
        item = command.item if isinstance(command.item, str) else command.item.id
        short.append((at / 60, command.verb, item, *said.values()))
    return short


def replay(found):
    """All events; any refused command fails the test."""
    desk = Dispatcher(found.workspace)
    return [event for at, command in found.commands for event in desk.handle(command, now=at)]


def servicenow_csv(*rows):
    """A CSV in the shape of the ServiceNow log, with invented values; other columns are unknown.

    A row is a dict of columns; what it leaves out is as in the row before.
    """
    mapping = shipped_mapping("servicenow")
    columns = [*mapping.fields.columns(), "made_sla"]
    lines = [",".join(columns)]
    last = dict.fromkeys(columns, "?")
    for row in rows:
        last = {**last, **row}
        lines.append(",".join(last[column] for column in columns))
    return "\n".join(lines) + "\n"


def xes(traces):
    """An XES document: trace name -> a list of dicts of its events' attributes."""
    parts = [XES_HEAD]
    for name, events in traces.items():
        parts.append(f'<trace><string key="concept:name" value="{name}"/>\n')
        for event in events:
            parts.append("<event>\n")
            for key, value in event.items():
                kind = "date" if key == "time:timestamp" else "string"
                parts.append(f'<{kind} key="{key}" value="{value}"/>\n')
            parts.append("</event>\n")
        parts.append("</trace>\n")
    return "".join([*parts, "</log>\n"])


def pack(path, text):
    """Write the text gzipped."""
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path
